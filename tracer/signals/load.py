"""Loads a file of call, SMS or mail records: every record counted, those that reached a canary or a control kept.

Records to other numbers are other people's calls. A switch's log keeps who called whom and when, for counting by line,
rule and refusal; a telephone's own log keeps nothing of them. A record without a readable time or a called number is
rejected, and kept with its reason. Times are kept in UTC, with the zone by which they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

from tracer.case.case import Case
from tracer.case.store import is_of_input
from tracer.clock import now
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import InputRefused, UsageError
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ReadOptions
from tracer.plugins import by_plugin
from tracer.regular import opened
from tracer.signals.android import xml_records
from tracer.signals.callers import keep_calls
from tracer.signals.formats import CHANNELS, SignalFormat, fold_heading, format_named, format_names, plugin_of
from tracer.signals.ios import ios_records
from tracer.signals.mail import is_mail, is_maildir, mail_records, maildir_files
from tracer.signals.records import SCRATCH, ZONES, make_records, normalise_called, read_sql
from tracer.signals.tables import land_table
from tracer.signals.telephone import number_in_name
from tracer.signals.texts import Piece, keep_raw, land_cells, view_pieces

BATCH = 50
"""Files or messages that are loaded in one transaction, unless one of them is refused."""

# Planned campaigns of the client: agreed calls are not a leak. A table with the columns release (a copy's id), from,
# until (days, both inside), and channel and note where wanted.

_HEADINGS = {
    "release": ("release", "copy", "发放", "副本"),
    "first": ("from", "first", "start", "since", "开始", "开始日期", "起"),
    "last": ("until", "last", "end", "to", "结束", "结束日期", "止"), "channel": ("channel", "渠道", "方式"),
    "note": ("note", "备注", "purpose", "用途"),
}  # fmt: skip


def load_windows(con: duckdb.DuckDBPyConnection, file: int, path: Path) -> tuple[int, int]:
    """Take in the windows of a file, in the caller's transaction; returns how many, and 0 rejected.

    Raises:
        InputRefused: every bad row at once: unknown releases, days that are none, a window that ends before it begins.
    """
    part = read_file(con, path, ReadOptions(has_header=True)).parts[0]
    folded = [fold_heading(header) for header in part.header]
    at = {
        name: next((folded.index(word) for word in words if word in folded), None) for name, words in _HEADINGS.items()
    }
    missing = [
        name for name, shown in (("release", "release"), ("first", "from"), ("last", "until")) if at[name] is None
    ]
    names = ", ".join(f"c{column.position}" for column in part.columns)
    rows = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if missing:
        raise InputRefused(
            f"missing column {' and '.join(missing)}", where=str(path), remedy="head its columns release, from, until"
        )
    held = {row[0] for row in con.execute("SELECT id FROM release").fetchall()}
    problems: list[InputRefused] = []
    windows = []
    for number, row in enumerate(rows, start=1):
        cells = {name: None if i is None else (row[i] or "").strip() or None for name, i in at.items()}
        where = f"{path}, row {number}"
        try:
            windows.append((file, number, *_window(cells, held, where)))
        except InputRefused as problem:
            problems.append(problem)
    if problems:
        raise InputRefused.many(problems)
    for window in windows:
        con.execute("INSERT INTO allowed_window VALUES (?, ?, ?, ?, ?, ?, ?)", window)
    return len(windows), 0


def _window(
    cells: dict[str, str | None], releases: set[str], where: str
) -> tuple[str, str | None, date, date, str | None]:
    release, channel = cells["release"], cells["channel"]
    if release not in releases:
        raise InputRefused(
            f"the case has no release {release!r}", where=where, remedy="list them: tracer query releases"
        )
    if channel is not None and channel not in CHANNELS:
        raise InputRefused(f"invalid channel {channel!r}", where=where, remedy=f"one of: {', '.join(CHANNELS)}")
    try:
        first, last = (date.fromisoformat((cells[name] or "")[:10]) for name in ("first", "last"))
    except ValueError:
        raise InputRefused("from and until must be days", where=where, remedy="write them like 2026-05-01") from None
    if last < first:
        raise InputRefused("the window ends before it begins", where=where, remedy="check both days")
    return release or "", channel, first, last, cells["note"]


_SQLITE = b"SQLite format 3\x00"
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class LoadedSignals:
    """The account of a file of records."""

    file: int
    path: str
    format: str
    rows: int
    rejected: int
    signals: int
    """Records that reached a canary or a control, and that no earlier file held."""
    new: bool = field(default=True, compare=False)
    """Whether this load has brought it in; False where the case had these bytes."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer signals load -f json` prints."""
        return {
            "file": self.file, "path": self.path, "format": self.format, "rows": self.rows, "rejected": self.rejected,
            "signals": self.signals,
        }  # fmt: skip


def load_signals(
    case: Case, path: Path, form: str | None = None, *, zone: str | None = None, own: str | None = None,
    data: bytes | None = None,
) -> LoadedSignals:  # fmt: skip
    """Load a file of records in one transaction and journal it. The same bytes are loaded once: again changes nothing.

    `form`: name of a format, detected when None. `zone`: IANA name for times without a zone; the format's or the
    region's when None. `own`: the number of the telephone whose log it is, where neither file nor name says. `data`: a
    mail, which is in no file but is called `path`.

    Raises:
        InputRefused: a file that no format fits, or that cannot be read, whatever comes of reading it; an unknown zone.
    """
    try:
        return _load(case, path if data is not None else path.absolute(), form, zone, own, data)
    except Exception as problem:
        if not is_of_input(problem):
            raise
        raise InputRefused(
            f"it cannot be read ({type(problem).__name__})", where=str(path), remedy="export it again, or leave it out"
        ) from problem


def _load(
    case: Case, path: Path, form: str | None, zone: str | None, own: str | None, data: bytes | None
) -> LoadedSignals:
    con = case.con
    with case.transaction():
        stored = case.vault.store(path, data)
        had = _had(con, stored.sha256)
        if had is not None:
            return had
        chosen = format_named(form) if form is not None else document_format(path)
        if chosen is not None and chosen.reader == "allowed":
            file = next_file(con)
            loaded = LoadedSignals(file, str(path), chosen.name, *load_windows(con, file, path), 0)
            keep_file(con, loaded, stored.sha256)
        else:
            loaded = _load_records(case, path, chosen, zone, own, stored.sha256, data)
        detail = loaded.to_json() | {"path": path} | by_plugin(plugin_of(loaded.format))
        case.journal.append(command="signals load", inputs={path: stored.sha256}, detail=detail)
    return loaded


def _had(con: duckdb.DuckDBPyConnection, sha256: str) -> LoadedSignals | None:
    """The account of these bytes where the case has them."""
    row = con.execute(
        "SELECT no, path, format, rows, rejected, (SELECT count(*) FROM signal s WHERE s.file = f.no) "
        "FROM signal_file f WHERE sha256 = $sha256 AND format <> 'complaints'",
        {"sha256": sha256},
    ).fetchone()
    return None if row is None else replace(LoadedSignals(*row), new=False)


def _load_records(
    case: Case, path: Path, chosen: SignalFormat | None, zone: str | None, own: str | None, sha256: str,
    data: bytes | None,
) -> LoadedSignals:  # fmt: skip
    con = case.con
    pieces: list[Piece] = []
    try:
        form, pieces = land(con, path, chosen, data)
        own = own or number_in_name(path)
        _refuse_unowned(form, pieces, own, path)
        view_pieces(con, pieces)
        make_records(con, form, zone or form.zone or ZONES.get(case.region, "UTC"), str(path), own=own)
        normalise_called(con, case.region)
        file = next_file(con)
        con.execute(
            # An extension or a hotline (1000, 10086) is somebody else's number, and not at fault.
            "UPDATE signal_record SET reason = 'no called number' WHERE reason IS NULL AND incoming"
            " AND called NOT IN (SELECT called FROM signal_called) AND NOT regexp_matches(called, '[0-9]{3}')"
        )
        con.execute(read_sql("hits"))
        _keep(con, pieces, file, telephone=form.view == "telephone")
        if form.view != "telephone":
            keep_calls(con, file, case.region)
        row = con.execute(
            "SELECT count(*), count(reason), (SELECT count(*) FROM signal WHERE file = $file), min(at_utc), max(at_utc)"
            " FROM signal_record",
            {"file": file},
        ).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always gives a row
        loaded = LoadedSignals(file, str(path), form.name, int(row[0]), int(row[1]), int(row[2]))
        keep_file(con, loaded, sha256)
        con.execute(
            "UPDATE signal_file SET first_at = $first, last_at = $last, own = (SELECT min(key) FROM signal_called"
            " WHERE $telephone) WHERE no = $file",
            {"first": row[3], "last": row[4], "file": file, "telephone": form.view == "telephone"},
        )
        return loaded
    finally:
        clear(con, pieces)


def clear(con: duckdb.DuckDBPyConnection, pieces: list[Piece]) -> None:
    """Drop what a load has made on the way."""
    con.execute("DROP VIEW IF EXISTS temp.signal_text")
    for piece in pieces:
        drop_raw(con, piece.table)
    for table in SCRATCH:
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def land(
    con: duckdb.DuckDBPyConnection, path: Path, form: SignalFormat | None, data: bytes | None = None
) -> tuple[SignalFormat, list[Piece]]:
    """Land a file's records as raw tables, which the caller drops, and say their format; `form`: see `land_table`.

    Raises:
        InputRefused: none fits, or it cannot be read.
    """
    if form is None or form.reader == "table":
        return land_table(con, path, form)
    if form.reader == "mail":
        return form, [land_cells(con, mail_records(path, data))]
    reader = {"xml": xml_records, "sqlite": ios_records}[form.reader]
    return form, [land_cells(con, reader(path))]


def document_format(path: Path) -> SignalFormat | None:
    """The format of a file that is not a table, by its first bytes."""
    with opened(path) as stream:
        head = stream.read(8_192)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and (b"<smses" in head or b"<calls" in head):
        return format_named("sms-backup")
    if head.startswith(_SQLITE):
        return format_named("ios-calls")
    return format_named("mbox") if is_mail(start, path) else None


def _refuse_unowned(form: SignalFormat, pieces: list[Piece], own: str | None, path: Path) -> None:
    """A telephone's log that does not tell whose it is says nothing."""
    told = form.reader == "table" and all(piece.own is not None or "own" in piece.columns for piece in pieces)
    if form.view == "telephone" and own is None and not told:
        raise InputRefused(
            "the telephone's own number is not in the file", where=str(path),
            remedy="put it into the file's name, as in sms-8613…….xml, or name its canary with --canary",
        )  # fmt: skip


def _keep(con: duckdb.DuckDBPyConnection, pieces: list[Piece], file: int, *, telephone: bool) -> None:
    """Write the hits into `signal` and the rejected records into `signal_reject`."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE signal_cell AS SELECT row FROM signal_hit"
        " UNION SELECT row FROM signal_record WHERE reason IS NOT NULL"
    )
    keep_raw(con, pieces, "signal_cell")
    con.execute(read_sql("keep_hits"), {"file": file, "telephone": telephone})
    con.execute(read_sql("keep_rejects"), {"file": file, "telephone": telephone})


def keep_file(con: duckdb.DuckDBPyConnection, loaded: LoadedSignals, sha256: str) -> None:
    """Put the account of a file into the case."""
    con.execute(
        "INSERT INTO signal_file (no, path, sha256, format, rows, rejected, loaded_at)"
        " VALUES ($no, $path, $sha256, $format, $rows, $rejected, $at)",
        {
            "no": loaded.file, "path": loaded.path, "sha256": sha256, "format": loaded.format, "rows": loaded.rows,
            "rejected": loaded.rejected, "at": now(),
        },
    )  # fmt: skip


def next_file(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next file of signals or complaints."""
    row = con.execute("SELECT coalesce(max(no), 0) + 1 FROM signal_file").fetchone()
    return 1 if row is None else int(row[0])


def number_of_canary(con: duckdb.DuckDBPyConnection, canary: int) -> str:
    """The number of a canary, for a log that does not tell whose it is.

    Raises:
        InputRefused: there is no such canary, or it has no number.
    """
    row = con.execute("SELECT phone FROM canary WHERE no = $no", {"no": canary}).fetchone()
    if row is None or row[0] is None:
        raise InputRefused(f"no number is known of canary {canary}", remedy="list them: tracer query canaries")
    return f"+{row[0]}"


def checked_format(name: str | None) -> None:
    """Raises `UsageError` for an unknown format; names the nearest."""
    if name is not None and name not in format_names():
        raise UsageError(f"invalid format of signals {name!r}", remedy=did_you_mean(name, format_names()))


def load_together(case: Case, items: Sequence[T], load: Callable[[T], R]) -> list[R | InputRefused]:
    """What came of each item, or why it was refused. One transaction does for all, which is quicker, where none is."""
    try:
        with case.transaction():
            return [load(item) for item in items]
    except InputRefused:
        return [_alone(case, item, load) for item in items]


def _alone(case: Case, item: T, load: Callable[[T], R]) -> R | InputRefused:
    try:
        with case.transaction():
            return load(item)
    except InputRefused as problem:
        return problem


def load_each(
    case: Case, paths: Iterable[Path], form: str | None, *, zone: str | None, own: str | None
) -> tuple[list[LoadedSignals], list[InputRefused]]:
    """Load files, each by itself, a Maildir as its messages; and what was wrong with the messages that were left out.

    Raises:
        InputRefused: files that were named, or all messages, cannot be read; the others are loaded.
    """
    boxes = {path: maildir_files(path) if is_maildir(path) else [] for path in paths}
    spread = [(file, not within) for path, within in boxes.items() for file in within or [path]]
    loaded: list[LoadedSignals] = []
    left: list[InputRefused] = []
    to_raise = False
    for at in range(0, len(spread), BATCH):
        batch = spread[at : at + BATCH]
        found = load_together(case, batch, lambda one: load_signals(case, one[0], form, zone=zone, own=own))
        for one, (_, named) in zip(found, batch, strict=True):
            if isinstance(one, InputRefused):
                left.append(one)
                to_raise = to_raise or named
            else:
                loaded.append(one)
    if left and (to_raise or not loaded):
        rest = InputRefused(f"{len(loaded):,} other files were loaded", remedy="load these when they can be read")
        raise InputRefused.many([*left, rest] if loaded else left)
    return loaded, left
