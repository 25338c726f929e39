"""Loads a file of call, SMS or mail records: every record counted, those that reached a canary or a control kept.

Records to other numbers are somebody else's calls: they are counted and not kept. A record without a readable time or a
called number is rejected, and counted as that. Times are kept in UTC, with the zone by which they were read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.identify.normalise import normalise_emails, normalise_phones
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.signals.documents import mail_rows, table_of, xml_rows
from tracer.signals.formats import CHANNELS, FORMATS, OUTGOING, Format, format_named

_SQL = Path(__file__).parent / "sql"
_ZONES = {"CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "TW": "Asia/Taipei", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
          "SG": "Asia/Singapore", "DE": "Europe/Berlin", "GB": "Europe/London"}  # fmt: skip
"""Zone of times without one, by the case's region; others are read as UTC, and the zone kept says so."""
_SCRATCH = ("signal_text", "signal_record", "signal_called", "signal_cell", "signal_offset", "signal_channel_word")


@dataclass(frozen=True)
class LoadedSignals:
    """The account of a file of records."""

    file: int
    """Its number in the case."""
    path: str
    """Where it was loaded from."""
    format: str
    """Name of its format."""
    rows: int
    """Records in it."""
    rejected: int
    """Records without a readable time or called number."""
    signals: int
    """Records that reached a canary or a control."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer signals load -f json` prints."""
        return {
            "file": self.file, "path": self.path, "format": self.format, "rows": self.rows, "rejected": self.rejected,
            "signals": self.signals,
        }  # fmt: skip


def load_signals(case: Case, path: Path, form: str | None = None, *, zone: str | None = None) -> LoadedSignals:
    """Load a file of records in one transaction and journal it. The same bytes are loaded once: again changes nothing.

    `form`: name of a format, detected when None. `zone`: IANA name for times without a zone; the region's when None.

    Raises:
        InputRefused: a file that no format fits, or that cannot be read; an unknown zone.
    """
    path = path.absolute()
    if not path.is_file():
        raise InputRefused("there is no such file", where=str(path))
    con = case.con
    with case.transaction():
        stored = case.vault.store(path)
        had = con.execute(
            "SELECT no, path, format, rows, rejected, (SELECT count(*) FROM signal s WHERE s.file = f.no) "
            "FROM signal_file f WHERE sha256 = $sha256 AND format <> 'complaints'",
            {"sha256": stored.sha256},
        ).fetchone()
        if had is not None:
            return LoadedSignals(*had)
        try:
            chosen = _land_texts(con, path, form)
            _make_records(con, chosen, zone or _ZONES.get(case.region, "UTC"), path)
            _normalise_called(con, case.region)
            file = next_file(con)
            con.execute((_SQL / "hits.sql").read_text(encoding="utf-8"), {"file": file})
            counts = con.execute(
                "SELECT count(*), count(*) FILTER (at_utc IS NULL OR row NOT IN (SELECT row FROM signal_called)), "
                "(SELECT count(*) FROM signal WHERE file = $file) FROM signal_record",
                {"file": file},
            ).fetchone()
        finally:
            for table in _SCRATCH:
                con.execute(f"DROP TABLE IF EXISTS temp.{table}")
        assert counts is not None  # noqa: S101 - an aggregate always gives a row
        loaded = LoadedSignals(file, str(path), chosen.name, int(counts[0]), int(counts[1]), int(counts[2]))
        keep_file(con, loaded, stored.sha256)
        case.journal.append(command="signals load", inputs={path.name: stored.sha256}, detail=loaded.to_json())
    return loaded


def keep_file(con: duckdb.DuckDBPyConnection, loaded: LoadedSignals, sha256: str) -> None:
    """Put the account of a file into the case."""
    con.execute(
        "INSERT INTO signal_file VALUES ($no, $path, $sha256, $format, $rows, $rejected, $at)",
        {
            "no": loaded.file, "path": loaded.path, "sha256": sha256, "format": loaded.format, "rows": loaded.rows,
            "rejected": loaded.rejected, "at": now(),
        },
    )  # fmt: skip


def next_file(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next file of signals or complaints."""
    row = con.execute("SELECT coalesce(max(no), 0) + 1 FROM signal_file").fetchone()
    return 1 if row is None else int(row[0])


def _land_texts(con: duckdb.DuckDBPyConnection, path: Path, named: str | None) -> Format:
    """Make temp table `signal_text` (row and one text a field) and tell the format."""
    form = format_named(named) if named is not None else _document_format(path)
    if form is not None and form.reader != "delimited":
        rows = xml_rows(path) if form.reader == "xml" else mail_rows(path)
        _land_table(con, table_of(rows))
        return form
    return land_delimited(con, path, form)


def _document_format(path: Path) -> Format | None:
    with path.open("rb") as stream:
        head = stream.read(4_096)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and (b"<smses" in head or b"<calls" in head):
        return format_named("sms-backup")
    mail = start.startswith(b"From ") or path.suffix.lower() == ".eml"
    return format_named("mbox") if mail else None


def _land_table(con: duckdb.DuckDBPyConnection, table: pa.Table) -> None:
    numbered = table.add_column(0, "row", pa.array(range(1, table.num_rows + 1), pa.int64()))
    con.register("arriving_signals", numbered)
    con.execute("CREATE OR REPLACE TEMP TABLE signal_text AS SELECT * FROM arriving_signals")
    con.unregister("arriving_signals")


def land_delimited(con: duckdb.DuckDBPyConnection, path: Path, named: Format | None) -> Format:
    """Make `signal_text` from a delimited file or workbook, by the named format or the first that fits.

    Raises:
        InputRefused: none fits; says which columns are missing.
    """
    part = read_file(con, path, ReadOptions(has_header=False)).parts[0] if named is None or named.positions else None
    candidates = [named] if named is not None else [form for form in FORMATS if form.reader == "delimited"]
    for form in candidates:
        if form.positions and part is not None and _fits(con, part, form):
            _select_texts(con, part, {name: at for name, at in form.positions.items() if at < len(part.columns)})
            return form
        if form.headings:
            headed = read_file(con, path, ReadOptions(has_header=True)).parts[0]
            columns = _by_headings(headed, form)
            if {"at", "called"} <= columns.keys():
                _select_texts(con, headed, columns)
                return form
    raise InputRefused(
        "no format of signals fits: a table needs a time and a called number", where=str(path),
        remedy=f"name its columns at, caller, called; or say --as {', '.join(form.name for form in FORMATS)}",
    )  # fmt: skip


def _fits(con: duckdb.DuckDBPyConnection, part: PartRead, form: Format) -> bool:
    """Whether a file without header has the width and, in its first rows, times where the format has them."""
    if form.widths and len(part.columns) not in form.widths:
        return False
    found = con.execute(
        f"SELECT count(*), count(try_strptime(c{form.positions['at']}, $times)) "
        f"FROM (SELECT * FROM {part.raw_table} ORDER BY row LIMIT 100)",
        {"times": list(form.times)},
    ).fetchone()
    return found is not None and found[1] * 2 > found[0]


def _by_headings(part: PartRead, form: Format) -> dict[str, int]:
    folded = [fold_heading(header) for header in part.header]
    columns: dict[str, int] = {}
    for name, words in form.headings.items():
        at = next((folded.index(word) for word in words if word in folded), None)
        if at is not None and at not in columns.values():
            columns[name] = at
    return columns


def fold_heading(header: str) -> str:
    """A header as the formats write it: lower case, no blanks, `_` and `-`; full-width brackets narrowed."""
    return header.casefold().translate(str.maketrans("（）", "()", " _-\t"))


def _select_texts(con: duckdb.DuckDBPyConnection, part: PartRead, columns: dict[str, int]) -> None:
    fields = ("at", "caller", "called", "channel", "duration", "text", "direction")
    texts = ", ".join(f'{f"c{columns[name]}" if name in columns else "NULL"}::VARCHAR AS "{name}"' for name in fields)
    cells = ", ".join(f"c{column.position}" for column in part.columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE signal_text AS SELECT row, {texts}, CAST(to_json([{cells}]) AS VARCHAR) AS raw "
        f"FROM {part.raw_table} ORDER BY row"
    )


def _make_records(con: duckdb.DuckDBPyConnection, form: Format, zone: str, path: Path) -> None:
    try:
        clock = ZoneInfo(zone)
    except (KeyError, ValueError):
        raise InputRefused(f"{zone!r} is no time zone", where=str(path), remedy="write it like Asia/Shanghai") from None
    times = list(form.times or format_named("csv").times)
    # A zone's clock changes on the hour, and a file spans few hours: one look-up an hour, not a record.
    hours = con.execute(
        "SELECT DISTINCT date_trunc('hour', try_strptime(trim(\"at\"), $times)) AS hour FROM signal_text "
        "WHERE hour IS NOT NULL ORDER BY hour",
        {"times": times},
    ).fetchall()
    offsets = [(hour, _offset(clock, hour)) for (hour,) in hours]
    schema = pa.schema([("hour", pa.timestamp("us")), ("offset_s", pa.int64())])
    con.register("arriving_offsets", pa.table([[h for h, _ in offsets], [s for _, s in offsets]], schema=schema))
    con.execute("CREATE OR REPLACE TEMP TABLE signal_offset AS SELECT * FROM arriving_offsets")
    con.unregister("arriving_offsets")
    words = [(word, channel) for channel, names in CHANNELS.items() for word in names]
    con.register("arriving_words", pa.table({"word": [w for w, _ in words], "channel": [c for _, c in words]}))
    con.execute("CREATE OR REPLACE TEMP TABLE signal_channel_word AS SELECT * FROM arriving_words")
    con.unregister("arriving_words")
    con.execute(
        (_SQL / "records.sql").read_text(encoding="utf-8"),
        {"times": times, "zone": zone, "channel": form.channel, "outgoing": list(OUTGOING)},
    )


def _offset(clock: ZoneInfo, hour: datetime) -> int:
    ahead = hour.replace(tzinfo=clock).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


def _normalise_called(con: duckdb.DuckDBPyConnection, region: str) -> None:
    """Make `signal_called` (row, key): every identifier in a record's called cell, numbers and mail addresses."""
    con.execute("CREATE OR REPLACE TEMP TABLE signal_called (row BIGINT, key BIGINT)")
    for condition, normalise in (("NOT", "phones"), ("", "emails")):
        con.execute(
            # Many records call one number: each written form is read once.
            "CREATE OR REPLACE TEMP TABLE signal_cell AS SELECT row_number() OVER (ORDER BY called) AS row, "
            "0 AS position, called AS raw FROM (SELECT DISTINCT called FROM signal_record "
            f"WHERE called IS NOT NULL AND {condition} contains(called, '@'))"
        )
        if normalise == "phones":
            normalise_phones(con, "signal_cell", "raw", "signal_key", region)
        else:
            normalise_emails(con, "signal_cell", "raw", "signal_key")
        con.execute(
            "INSERT INTO signal_called SELECT DISTINCT r.row, k.key FROM signal_record r "
            "JOIN signal_cell c ON c.raw = r.called JOIN signal_key k ON k.row = c.row "
            "WHERE k.key IS NOT NULL ORDER BY ALL"
        )
        con.execute("DROP TABLE signal_key")
