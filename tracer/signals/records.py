"""Texts become records: times in UTC, channel and direction by their words, the called cell by its key.

Every reader lands the texts of its records in raw tables, before anything is judged; temp view `signal_text` is one
table of them all, `signal_record` the records, `signal_called` the identifiers that they were sent to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tracer.case.case import DEFAULT_REGION
from tracer.case.store import registered_tables, sql_literal, temp_table
from tracer.errors import InputRefused
from tracer.identify.email import email_key, normalise
from tracer.identify.normalise import normalise_as
from tracer.resources import sql_next_to
from tracer.signals.formats import FIELDS, SignalFormat, fold_heading, format_tables

read_sql = sql_next_to(__file__)
"""Name -> text of `sql/<name>.sql`."""
ZONES: Mapping[str, str] = format_tables()["zones"]
"""Zone of times without one, by the case's region; others are read as UTC, and the zone kept says so."""
RAW_LIMIT = 4_000
"""Characters of a document's record that are kept as raw text; the whole file lies in the vault."""
_BATCH = 10_000
"""Records of a document that are held at a time: each may have thousands of characters."""
YEARS = range(1990, 2101)
"""A sender may write any; in others nothing was sent, and no day after 9999 can be counted with."""
Cells = Mapping[str, str | None]
"""Field → text of one record of a document; `raw` is the record as written."""


@dataclass(frozen=True)
class Piece:
    """A raw table with the records of a sheet, a member or the whole file."""

    table: str
    columns: Mapping[str, int]
    """Field → column."""
    width: int
    skip: int = 0
    before: int = 0
    own: str | None = None
    year: int | None = None
    """Year of times that have none."""
    channel: str | None = None


def view_pieces(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece]) -> None:
    """Make temp view `signal_text` (row and a text a field, and own, year, piece_channel) over raw tables.

    It is a view: a file of a million records is not written twice."""
    selects = []
    for piece in pieces:
        fields = ", ".join(
            f'{f"c{piece.columns[name]}" if name in piece.columns else "NULL"}::VARCHAR AS "{name}"'
            for name in FIELDS
            if name != "own"
        )
        own = f"c{piece.columns['own']}" if "own" in piece.columns else sql_literal(piece.own) if piece.own else "NULL"
        channel = sql_literal(piece.channel) if piece.channel else "NULL"
        selects.append(
            f"SELECT row - {piece.skip} + {piece.before} AS row, {fields}, {own}::VARCHAR AS own, "
            f"{piece.year or 'NULL'}::INTEGER AS year, {channel}::VARCHAR AS piece_channel "
            f"FROM {piece.table} WHERE row > {piece.skip}"
        )
    con.execute("CREATE OR REPLACE TEMP VIEW signal_text AS " + " UNION ALL ".join(selects))


def keep_raw(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece], wanted: str) -> None:
    """Make temp table `signal_raw` (row, raw): the cells, as a JSON array, of the records whose row is in `wanted`."""
    con.execute("CREATE OR REPLACE TEMP TABLE signal_raw (row BIGINT, raw VARCHAR)")
    for piece in pieces:
        cells = "raw" if "raw" in piece.columns else f"to_json([{', '.join(f'c{i}' for i in range(piece.width))}])"
        raw = f"c{piece.columns['raw']}" if cells == "raw" else cells
        con.execute(
            f"INSERT INTO signal_raw SELECT row - {piece.skip} + {piece.before}, CAST({raw} AS VARCHAR) FROM ("
            f" SELECT * FROM {piece.table} WHERE row - {piece.skip} + {piece.before} IN (SELECT row FROM {wanted})"
            f" AND row > {piece.skip})"
        )


def land_cells(con: duckdb.DuckDBPyConnection, records: Iterable[Cells]) -> Piece:
    """The records of a document as a raw table, in their order."""
    names = (*FIELDS, "raw")
    columns = ", ".join(f"c{i} VARCHAR" for i in range(len(names)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE signal_cells (row BIGINT, {columns})")
    rest, at = iter(records), 1
    while batch := list(islice(rest, _BATCH)):
        rows = [
            [None if (text := one.get(name)) is None else without_lone_surrogates(text) for name in names]
            for one in batch
        ]
        texts = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        order = pa.array(range(at, at + len(rows)), pa.int64())
        with registered_tables(
            con, arriving_cells=pa.table([order, *texts], ["row", *(f"c{i}" for i in range(len(names)))])
        ):
            con.execute("INSERT INTO signal_cells SELECT * FROM arriving_cells")
        at += len(rows)
    return Piece("temp.signal_cells", {name: i for i, name in enumerate(names)}, len(names))


def unread(reason: str, record: bytes | str) -> Cells:
    """A record of which nothing but its beginning is kept, and why it was rejected."""
    text = record[:RAW_LIMIT]
    return {"fault": reason, "raw": text if isinstance(text, str) else text.decode("utf-8", "replace")}


def without_lone_surrogates(text: str) -> str:
    """A text in which half of a pair of surrogates, which no store takes, is replaced.

    >>> without_lone_surrogates("a\\ud800")
    'a?'
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def make_records(con: duckdb.DuckDBPyConnection, form: SignalFormat, zone: str, where: str, *, own: str | None) -> None:
    """Make `signal_record` from view `signal_text`. `own`: a telephone's number where the records do not hold it.

    Raises `InputRefused`: an unknown zone."""
    try:
        clock = ZoneInfo(zone)
    except (KeyError, ValueError):
        raise InputRefused(f"invalid time zone {zone!r}", where=where, remedy="write it like Asia/Shanghai") from None
    # Every channel and direction as the file writes it, with its meaning: its word, or the one word it contains.
    directions, channel = {"in": form.incoming, "out": form.outgoing}, "coalesce(channel, piece_channel)"
    rows = list[dict[str, str]]()
    for kind, meanings, source in (("channel", form.channels, channel), ("direction", directions, "direction")):
        written = con.execute(f"SELECT DISTINCT {source} FROM signal_text WHERE {source} IS NOT NULL").fetchall()
        meant = ((text, meaning_of(text, meanings)) for (text,) in sorted(written))
        rows += [{"kind": kind, "word": text, "meaning": meaning} for text, meaning in meant if meaning is not None]
    words = pa.schema(dict.fromkeys(("kind", "word", "meaning"), pa.string()))
    temp_table(con, "signal_word", pa.Table.from_pylist(rows, schema=words))
    zones = pa.schema(dict.fromkeys(("name", "suffix"), pa.string()))
    temp_table(con, "signal_zone", pa.table([list(form.zone_names), list(form.zone_names.values())], schema=zones))
    bound: dict[str, object] = {"times": list(form.times), "zone": zone, "channel": form.channel, "own": own}
    bound |= {"telephone": form.view == "telephone", "directed": form.directed}
    con.execute(read_sql("records"), bound | {"first_year": YEARS[0], "last_year": YEARS[-1]})

    # The zone's offset comes off the times that name none. Its clock changes on the hour, and a file spans few hours:
    # one look-up an hour, not a record.
    hours = con.execute(
        "SELECT DISTINCT date_trunc('hour', at_utc) AS hour FROM signal_record"
        " WHERE local AND at_utc IS NOT NULL ORDER BY 1"
    ).fetchall()
    offsets = [int((hour.replace(tzinfo=clock).utcoffset() or timedelta()).total_seconds()) for (hour,) in hours]
    if len(set(offsets)) == 1:
        con.execute(f"UPDATE signal_record SET at_utc = at_utc - to_seconds({offsets[0]}) WHERE local")
    elif offsets:
        schema = pa.schema([("hour", pa.timestamp("us")), ("offset_s", pa.int64())])
        temp_table(con, "signal_offset", pa.table([[hour for (hour,) in hours], offsets], schema=schema))
        con.execute(
            "UPDATE signal_record AS r SET at_utc = r.at_utc - to_seconds(o.offset_s) FROM signal_offset AS o "
            "WHERE r.local AND o.hour = date_trunc('hour', r.at_utc)"
        )


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


def clock_of(region: str, number: int | None = None) -> ZoneInfo | None:
    """The clock of a region; where it has several (`ZONES` names none) that of the place of a called number (its key).
    None where the number is of no one place."""
    zone = ZONES.get(region)
    if zone is None and number is not None:
        import phonenumbers
        from phonenumbers.timezone import time_zones_for_number  # takes a moment, and most cases need it not

        found = time_zones_for_number(phonenumbers.parse(f"+{number}", None))
        zone = found[0] if len(found) == 1 and "/" in found[0] and not found[0].startswith("Etc/") else None
    return None if zone is None else ZoneInfo(zone)


def normalise_called(con: duckdb.DuckDBPyConnection, region: str) -> None:
    """Make `signal_called` (called, key): every identifier in a called cell as it is written, numbers and addresses."""
    con.execute("CREATE OR REPLACE TEMP TABLE signal_called (called VARCHAR, key BIGINT)")
    for kind, condition in (("phone", "NOT"), ("email", "")):
        con.execute(
            # Many records call one number: each written form is read once.
            "CREATE OR REPLACE TEMP TABLE signal_cell AS SELECT row_number() OVER (ORDER BY called) AS row, "
            "0 AS position, called AS raw FROM (SELECT DISTINCT called FROM signal_record "
            f"WHERE called IS NOT NULL AND {condition} contains(called, '@'))"
        )
        normalise_as(con, "signal_cell", "raw", "signal_key", kind, region if kind == "phone" else "")
        con.execute(
            "INSERT INTO signal_called SELECT DISTINCT c.raw, k.key FROM signal_cell c "
            "JOIN signal_key k ON k.row = c.row WHERE k.key IS NOT NULL ORDER BY ALL"
        )
        con.execute("DROP TABLE signal_key")


def keep_strays(con: duckdb.DuckDBPyConnection, file: int) -> None:
    """Put mails of `signal_record` to unwatched addresses next to the canaries' own into `stray_mail`, by `signal_hit`
    (see the schema): they show who tries many addresses of a domain."""

    def parts(address: str) -> tuple[str, str, str]:
        """The mailbox, the plus sign before a tag where there is one, and the domain."""
        local, _, domain = address.rpartition("@")
        return *local.partition("+")[:2], domain

    rows = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL").fetchall()
    watched = {key for key, _ in rows}
    known = [parts(address) for _, raw in rows if (address := normalise(raw or "")) is not None]
    # With a plus-tag the mailbox alone counts: its domain may be other people's too.
    places = {(box if plus else "", domain) for box, plus, domain in known}
    cells = con.execute("SELECT DISTINCT called FROM signal_record WHERE channel = 'email' AND called IS NOT NULL")
    found = list[tuple[str, int, int]]()
    for (called,) in cells.fetchall() if places else ():
        near = set[int | None]()
        for address in {normalise(part.strip()) for part in called.split(",")} - {None}:
            box, _, domain = parts(str(address))
            if not places.isdisjoint({("", domain), (box, domain)}):
                near.add(email_key(str(address)))
        others = sorted(key for key in near - watched if key is not None)
        found += [(called, key, len(others)) for key in others]
    if found:
        schema = pa.schema({"called": pa.string(), "key": pa.int64(), "others": pa.int64()})
        temp_table(con, "signal_other", pa.table(list(zip(*sorted(found), strict=True)), schema=schema))
        con.execute(read_sql("keep_strays"), {"file": file})
