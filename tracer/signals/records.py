"""Texts become records: times in UTC, channel and direction by their words, the called cell by its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tracer.case.case import DEFAULT_REGION
from tracer.case.registered import registered, temp_table
from tracer.errors import InputRefused
from tracer.identify.normalise import normalise_emails, normalise_phones
from tracer.resources import statements_beside
from tracer.signals.formats import SignalFormat, fold_heading
from tracer.signals.texts import YEARS

read_sql = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
ZONES = {
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "TW": "Asia/Taipei",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "SG": "Asia/Singapore",
    "DE": "Europe/Berlin",
    "GB": "Europe/London",
    "FR": "Europe/Paris",
    "ES": "Europe/Madrid",
    "IT": "Europe/Rome",
    "PT": "Europe/Lisbon",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "TR": "Europe/Istanbul",
    "IN": "Asia/Kolkata",
}
"""Zone of times without one, by the case's region; others are read as UTC, and the zone kept says so."""
SCRATCH = (
    "signal_record",
    "signal_called",
    "signal_cell",
    "signal_key",
    "signal_offset",
    "signal_zone",
    "signal_word",
    "signal_hit",
    "signal_raw",
    "signal_cells",
    "signal_json",
    "signal_other",
)
"""Temp tables of a load."""


def make_records(
    con: duckdb.DuckDBPyConnection,
    form: SignalFormat,
    zone: str,
    where: str,
    *,
    own: str | None,
    year: int | None = None,
) -> None:
    """Make `signal_record` from view `signal_text`. `own`: a telephone's number where the records do not hold it.

    Raises:
        InputRefused: an unknown zone.
    """
    try:
        clock = ZoneInfo(zone)
    except (KeyError, ValueError):
        raise InputRefused(f"invalid time zone {zone!r}", where=where, remedy="write it like Asia/Shanghai") from None
    # Every channel and direction as the file writes it, with its meaning: its word, or the one word it contains.
    directions = {"in": form.incoming, "out": form.outgoing}
    rows: list[tuple[str, str, str]] = []
    for kind, meanings, source in (
        ("channel", form.channels, "coalesce(channel, piece_channel)"),
        ("direction", directions, "direction"),
    ):
        written = con.execute(f"SELECT DISTINCT {source} FROM signal_text WHERE {source} IS NOT NULL").fetchall()
        for (text,) in sorted(written):
            meaning = meaning_of(str(text), meanings)
            if meaning is not None:
                rows.append((kind, str(text), meaning))
    kinds, words, means = [list(column) for column in zip(*rows, strict=True)] if rows else ([], [], [])
    _make_table(con, "signal_word", {"kind": kinds, "word": words, "meaning": means})
    _make_table(con, "signal_zone", {"name": list(form.zone_names), "suffix": list(form.zone_names.values())})
    bound = {
        "times": list(form.times),
        "zone": zone,
        "channel": form.channel,
        "own": own,
        "year": year,
        "telephone": form.view == "telephone",
        "directed": form.directed,
        "first_year": YEARS[0],
        "last_year": YEARS[-1],
    }
    con.execute("CREATE OR REPLACE TEMP TABLE signal_offset (hour TIMESTAMP, offset_s BIGINT)")
    con.execute(read_sql("records"), bound)
    _shift(con, clock)


def _shift(con: duckdb.DuckDBPyConnection, clock: ZoneInfo) -> None:
    """Take the zone's offset off the times that name none."""
    # A zone's clock changes on the hour, and a file spans few hours: one look-up an hour, not a record.
    hours = con.execute(
        "SELECT DISTINCT date_trunc('hour', at_utc) AS hour FROM signal_record"
        " WHERE local AND at_utc IS NOT NULL ORDER BY 1"
    ).fetchall()
    if not hours:
        return
    schema = pa.schema([("hour", pa.timestamp("us")), ("offset_s", pa.int64())])
    table = pa.table([[h for (h,) in hours], [_offset(clock, h) for (h,) in hours]], schema=schema)
    with registered(con, arriving_offsets=table):
        con.execute("INSERT INTO signal_offset SELECT * FROM arriving_offsets")
    offsets = {_offset(clock, hour) for (hour,) in hours}
    if len(offsets) == 1:
        con.execute(f"UPDATE signal_record SET at_utc = at_utc - to_seconds({offsets.pop()}) WHERE local")
        return
    con.execute(
        "UPDATE signal_record AS r SET at_utc = r.at_utc - to_seconds(o.offset_s) FROM signal_offset AS o "
        "WHERE r.local AND o.hour = date_trunc('hour', r.at_utc)"
    )


def _offset(clock: ZoneInfo, hour: datetime) -> int:
    ahead = hour.replace(tzinfo=clock).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


def _make_table(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, list[str]]) -> None:
    table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
    temp_table(con, name, table)


def meaning_of(text: str, meanings: Mapping[str, Iterable[str]]) -> str | None:
    """The meaning whose word the text is; else the only one a word of which (two signs or more) it contains."""
    folded = fold_heading(text)
    for meaning, words in meanings.items():
        if folded in words:
            return meaning
    within = {meaning for meaning, words in meanings.items() if any(len(w) > 1 and w in folded for w in words)}
    return within.pop() if len(within) == 1 else None


def region_of_calls(con: duckdb.DuckDBPyConnection) -> str:
    """The country of numbers without a code in records: the case's, where it is said, or that of all its lists."""
    said = dict(con.execute("SELECT name, value FROM meta WHERE name IN ('region', 'region_is_said')").fetchall())
    if said["region"] == DEFAULT_REGION and said.get("region_is_said") != "yes":
        lists = con.execute(read_sql("list_regions"), {"default": DEFAULT_REGION}).fetchall()
        if len(lists) == 1:
            return str(lists[0][0])
    return str(said["region"])


def normalise_called(con: duckdb.DuckDBPyConnection, region: str) -> None:
    """Make `signal_called` (called, key): every identifier in a called cell as it is written, numbers and addresses."""
    con.execute("CREATE OR REPLACE TEMP TABLE signal_called (called VARCHAR, key BIGINT)")
    for condition, kind in (("NOT", "phones"), ("", "emails")):
        con.execute(
            # Many records call one number: each written form is read once.
            "CREATE OR REPLACE TEMP TABLE signal_cell AS SELECT row_number() OVER (ORDER BY called) AS row, "
            "0 AS position, called AS raw FROM (SELECT DISTINCT called FROM signal_record "
            f"WHERE called IS NOT NULL AND {condition} contains(called, '@'))"
        )
        if kind == "phones":
            normalise_phones(con, "signal_cell", "raw", "signal_key", region)
        else:
            normalise_emails(con, "signal_cell", "raw", "signal_key")
        con.execute(
            "INSERT INTO signal_called SELECT DISTINCT c.raw, k.key FROM signal_cell c "
            "JOIN signal_key k ON k.row = c.row WHERE k.key IS NOT NULL ORDER BY ALL"
        )
        con.execute("DROP TABLE signal_key")
