"""Numbers of people's documents and accounts: kept as keyed hash alone.

Before a list is linked, each cell of such a column is replaced by the hash of its number under a key of the case, or by
the reason why it has none. What follows, the raw cells, the rejects and all findings, knows the hashes only; two cases
have different ones, and without the case's key no number can be tried against them. The sealed original has the
numbers still, encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
import re

import duckdb

from tracer.case.registered import registered
from tracer.identify.cell import EMPTY, PLACEHOLDER, Reading, fold, unwrap
from tracer.identify.keys import FURTHER
from tracer.identify.national_ids import folded_id, is_filled_in, mod_97_10

PURPOSE = b"sealed identifiers"
"""The purpose under which the case derives the key: `case.secret(PURPOSE)`."""
_DIGITS = 14
_BATCH = 50_000
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
LONGEST_SEAL = 20
"""Bytes of the longest text that replaces a cell."""
_LOST = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")


def iban_of(raw: str) -> str | None:
    """An IBAN in capitals, without blanks; None where it does not check (ISO 13616)."""
    text = re.sub(r"[\s.\-]+", "", unwrap(fold(raw)).upper()).removeprefix("IBAN").lstrip(":")
    return text if _IBAN.fullmatch(text) and mod_97_10(text[4:] + text[:4]) else None


def seal_column(con: duckdb.DuckDBPyConnection, table: str, position: int, role: str, scheme: str, key: bytes) -> None:
    """Replace the filled cells of a column by their hashes, or by `?` and a reason.

    role: `national_id` or `iban`; scheme: whose number a `national_id` is.
    """
    import pyarrow as pa

    column = f"c{position}"
    texts = con.execute(f"SELECT DISTINCT {column} AS raw FROM {table} WHERE {column} <> ''").to_arrow_table()["raw"]
    con.execute("CREATE OR REPLACE TEMP TABLE sealed_cell (raw VARCHAR, seal VARCHAR)")
    for start in range(0, len(texts), _BATCH):
        batch = texts.slice(start, _BATCH).to_pylist()
        seals = [seal_of(text, role, scheme, key) for text in batch]
        with registered(con, sealed_now=pa.table({"raw": batch, "seal": seals})):
            con.execute("INSERT INTO sealed_cell SELECT * FROM sealed_now")
    con.execute(f"UPDATE {table} AS t SET {column} = s.seal FROM sealed_cell AS s WHERE s.raw = t.{column}")
    con.execute("DROP TABLE temp.sealed_cell")


def seal_of(raw: str, role: str, scheme: str, key: bytes) -> str:
    """`#` and fourteen hexadecimal digits, or `?` and why there are none."""
    text = iban_of(raw) if role == "iban" else folded_id(raw, scheme)
    if text is None:
        if is_filled_in(raw):
            return "?placeholder"
        return "?digits are lost" if _LOST.fullmatch(raw.strip()) else "?no valid number"
    named = f"{role}:{scheme}:{text}" if role == "national_id" else f"{role}:{text}"
    return f"#{hmac.digest(key, named.encode(), hashlib.sha256).hex()[:_DIGITS]}"


def key_of_seal(seal: str, role: str) -> int | None:
    """The key that a seal is in memberships; None for a reason in its place."""
    return FURTHER[role] + int(seal[1:], 16) if seal.startswith("#") else None


def national_id_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a seal, otherwise NULL."""
    return _fast_sql("national_id", text)


def iban_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a seal, otherwise NULL."""
    return _fast_sql("iban", text)


def _fast_sql(kind: str, text: str) -> str:
    hexadecimal = f"'0x' || substr({text}, 2)"
    return (
        f"CASE WHEN regexp_full_match({text}, '#[0-9a-f]{{{_DIGITS}}}')"
        f" THEN {FURTHER[kind]} + TRY_CAST({hexadecimal} AS BIGINT) END"
    )


def read_seal(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """Why a cell has no seal."""
    reason = raw.removeprefix("?")
    if not raw.strip():
        return (EMPTY,)
    if reason == "placeholder":
        return (PLACEHOLDER,)
    return (Reading(None, "lossy" if reason == "digits are lost" else "invalid", "", reason),)
