"""Mail to unwatched addresses next to the canaries' own: it shows who tries many addresses of a domain."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from tracer.case.registered import temp_table
from tracer.identify.email import email_key, normalise
from tracer.signals.records import read_sql


def keep_strays(con: duckdb.DuckDBPyConnection, file: int) -> None:
    """Put mails of `signal_record` to such addresses into `stray_mail`, by `signal_hit`: see the schema."""
    rows = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL").fetchall()
    watched = {key for key, _ in rows}
    places = {_place(address) for _, raw in rows if (address := normalise(raw or "")) is not None}
    cells = con.execute("SELECT DISTINCT called FROM signal_record WHERE channel = 'email' AND called IS NOT NULL")
    found: list[tuple[str, int, int]] = []
    for (called,) in cells.fetchall() if places else ():
        addresses = {address for part in called.split(",") if (address := normalise(part.strip())) is not None}
        beside = {email_key(one) for one in addresses if not _places(one).isdisjoint(places)}
        others = sorted(key for key in beside - watched if key is not None)
        found += [(called, key, len(others)) for key in others]
    if found:
        cell, keys, count = zip(*sorted(found), strict=True)
        temp_table(
            con,
            "signal_other",
            pa.table({"called": cell, "key": pa.array(keys, pa.int64()), "others": pa.array(count, pa.int64())}),
        )
        con.execute(read_sql("keep_strays"), {"file": file})


def _place(address: str) -> tuple[str, str]:
    """Where its neighbours are: the mailbox of a plus-tag, as its domain may be other people's too, else the domain."""
    local, _, domain = address.rpartition("@")
    box, tag, _ = local.partition("+")
    return (box if tag else "", domain)


def _places(address: str) -> set[tuple[str, str]]:
    """All that it is a neighbour in: of a mailbox with tags too where it is that mailbox."""
    local, _, domain = address.rpartition("@")
    return {("", domain), (local.partition("+")[0], domain)}
