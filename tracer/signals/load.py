"""Loads a file of call, SMS or mail records: every record counted, those that reached a canary or a control kept.

Records to other numbers are other people's calls. A switch's log keeps who called whom and when, for counting by line,
rule and refusal; a telephone's own log keeps nothing of them. A record without a readable time or a called number is
rejected, and kept with its reason. Times are kept in UTC, with the zone by which they were read.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb

from tracer.case.case import Case
from tracer.case.store import distinct_values, is_of_input
from tracer.clock import now
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import InputRefused, UsageError
from tracer.identify.callers import read_callers
from tracer.input_files import open_regular
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ReadOptions
from tracer.plugins import by_plugin
from tracer.signals.formats import CHANNELS, OWN, SignalFormat, fold_heading, format_named, format_names, plugin_of
from tracer.signals.mail import RawMail, is_mail, is_maildir, mail_records, maildir_mails, read_mail
from tracer.signals.records import (
    ZONES,
    Cells,
    Piece,
    keep_raw,
    keep_strays,
    land_cells,
    make_records,
    normalise_called,
    read_sql,
    region_of_calls,
    view_pieces,
)
from tracer.signals.tables import land_table
from tracer.signals.telephones import ios_records, number_in_name, xml_records

BATCH, HELD = 500, 32 << 20
"""Messages that are loaded in one transaction, and their bytes, which are held in memory meanwhile."""

# Planned campaigns of the client: agreed calls are not a leak. A table with the columns release (a copy's id), from,
# until (days, both inside), and channel and note where wanted.

_HEADINGS = {
    "release": ("release", "copy", "发放", "副本"),
    "first": ("from", "first", "start", "since", "开始", "开始日期", "起"),
    "last": ("until", "last", "end", "to", "结束", "结束日期", "止"),
    "channel": ("channel", "渠道", "方式"),
    "note": ("note", "备注", "purpose", "用途"),
}


NO_RELEASE = "the case has no release"


def _load_windows(con: duckdb.DuckDBPyConnection, file: int, path: Path) -> int:
    """Load the windows of a file, in the caller's transaction; returns how many.

    Raises `InputRefused`: every bad row at once: unknown releases, days that are none, a window that ends before it
    begins."""
    part = read_file(con, path, ReadOptions(has_header=True)).parts[0]
    folded = [fold_heading(header) for header in part.header]
    at = {name: next((folded.index(w) for w in words if w in folded), None) for name, words in _HEADINGS.items()}
    names = ", ".join("NULL" if i is None else f"c{i}" for i in at.values())
    rows = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    missing = " and ".join(name for name in ("release", "first", "last") if at[name] is None)
    if missing:
        raise InputRefused(f"missing column {missing}", where=str(path), remedy="head its columns release, from, until")
    held = {row[0] for row in con.execute("SELECT id FROM release").fetchall()}
    problems: list[InputRefused] = []
    for number, row in enumerate(rows, start=1):
        release, begins, ends, channel, note = ((cell or "").strip() or None for cell in row)
        release, first, last = release or "", _day(begins), _day(ends)
        what = remedy = ""
        if release not in held and release != OWN:
            what = f"{NO_RELEASE} {release!r}"
            remedy = f"list them: tracer query releases; a mailing of your own to home canaries is {OWN!r}"
        elif channel is not None and channel not in CHANNELS:
            what, remedy = f"invalid channel {channel!r}", f"one of: {', '.join(CHANNELS)}"
        elif first is None or last is None:
            what, remedy = "from and until must be days", "write them like 2026-05-01"
        elif last < first:
            what, remedy = "the window ends before it begins", "check both days"
        if what:
            problems.append(InputRefused(what, where=f"{path}, row {number}", remedy=remedy))
            continue
        window = (file, number, release, channel, first, last, note)
        con.execute("INSERT INTO allowed_window VALUES (?, ?, ?, ?, ?, ?, ?)", window)
    if problems:
        raise InputRefused.many(problems)
    return len(rows)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


T = TypeVar("T")


@dataclass(frozen=True)
class LoadedSignals:
    """The account of a file of records."""

    file: int
    path: str
    format: str
    rows: int
    rejected: int
    signals: int
    """Records that reached a canary or a control, and that no earlier file held; of complaints those kept."""
    new: bool = field(default=True, compare=False)
    """Whether this load has brought it in; False where the case had these bytes."""
    note: str = field(default="", compare=False)
    """What a person should know about the reading."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer signals load -f json` prints."""
        return {name: value for name, value in vars(self).items() if name not in ("new", "note")}


COMPLAINTS = replace(
    format_named("csv"), name="complaints", title="complaints with a time and the number that was called"
)
"""The form of a file of complaints: a table with the columns at, caller, called, text (or their Chinese names)."""


def load_signals(
    case: Case,
    path: Path,
    form: str | None = None,
    *,
    zone: str | None = None,
    own: str | None = None,
    region: str | None = None,
) -> LoadedSignals:
    """Load a file of records in one transaction and journal it. The same bytes are loaded once: again changes nothing.

    `form`: name of a format, detected when None. `zone`: IANA name for times without a zone; the format's or the
    region's when None. `own`: the number of the telephone whose log it is, where neither file nor name says. `region`:
    of numbers without a country code; that of the case's lists when None. A file that is loaded is read again by it.

    Raises `InputRefused`: a file that no format fits, or that cannot be read, whatever comes of reading it; an unknown
    zone."""
    path = path.absolute()
    try:
        with case.transaction():
            stored = case.vault.store(path)
            had = _had(case.con, stored.sha256)
            if had is not None and region is None:
                return had
            if had is not None:  # read again, by the region that is said now
                for table in ("signal", "call_record", "stray_mail", "signal_reject", "allowed_window"):
                    case.con.execute(f"DELETE FROM {table} WHERE file = $no", {"no": had.file})
            chosen = format_named(form) if form is not None else document_format(path)
            if chosen is not None and chosen.reader == "allowed":
                file = next_file(case.con)
                loaded = LoadedSignals(file, str(path), chosen.name, _load_windows(case.con, file, path), 0, 0)
                loaded = _keep_file(case, loaded, path, stored.sha256)
            else:
                loaded = _load_records(case, path, stored.sha256, chosen, zone=zone, own=own, said=region)
            if had is not None:  # only now: its number is not given again, so that a watch sees a new file
                case.con.execute("DELETE FROM signal_file WHERE no = $no", {"no": had.file})
            return loaded
    except Exception as problem:
        if not is_of_input(problem):
            raise
        what = f"it cannot be read ({type(problem).__name__})"
        raise InputRefused(what, where=str(path), remedy="export it again, or leave it out") from problem


def load_complaints(case: Case, path: Path) -> LoadedSignals:
    """Load a file of complaints in one transaction and journal it; the same bytes are loaded once. What has no readable
    time or no called number is kept as rejected.

    Raises `InputRefused`: a file without a time and a called number in its header, or one that cannot be read."""
    path = path.absolute()
    if not path.is_file():
        raise InputRefused("no such file", where=str(path), remedy="check the path")
    with case.transaction():
        stored = case.vault.store(path)
        had = _had(case.con, stored.sha256, complaints=True)
        return had or _load_records(case, path, stored.sha256, COMPLAINTS)


class LoadedMails(NamedTuple):
    """What came of messages that were loaded together."""

    loaded: LoadedSignals | None
    """None where the case had them all."""
    refused: list[tuple[RawMail, str]]
    """Those that are not mail, or cannot be read, and why."""


def load_messages(case: Case, path: Path, messages: Iterable[RawMail]) -> LoadedMails:
    """Load those messages of `path` that the case has not had yet, in the caller's transaction, as one file. It is kept
    as a tar archive, from which each comes out as it came, byte for byte, so that signatures of its servers (DKIM) can
    be checked later."""
    read: dict[str, tuple[RawMail, Cells]] = {}
    for mail in messages:
        cells = read_mail(mail)
        read.setdefault(cells.get("identity") or hashlib.sha256(mail.data).hexdigest(), (mail, cells))
    listed = """(SELECT unnest(from_json($identities, '["VARCHAR"]')) AS identity)"""
    had = f"SELECT identity FROM fetched_mail SEMI JOIN {listed} USING (identity)"
    for (identity,) in case.con.execute(had, {"identities": distinct_values(read)}).fetchall():
        del read[identity]
    if not read:
        return LoadedMails(None, [])
    noted = f"INSERT INTO fetched_mail SELECT identity FROM {listed} ORDER BY 1"
    case.con.execute(noted, {"identities": distinct_values(read)})
    archive, mails = io.BytesIO(), [mail for mail, _ in read.values()]
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for mail in mails:
            member = tarfile.TarInfo(f"{mail.uid}.eml")
            member.size = len(mail.data)
            member.mtime = 0 if mail.arrived is None else int(mail.arrived.timestamp())
            tar.addfile(member, io.BytesIO(mail.data))
    tar_path = path.with_name(f"{path.name}-{mails[0].uid}-{mails[-1].uid}.tar")
    stored = case.vault.store(tar_path, archive.getvalue())
    loaded = _load_records(case, path, stored.sha256, mails=[cells for _, cells in read.values()])
    return LoadedMails(loaded, [(mail, fault) for mail, cells in read.values() if (fault := cells.get("fault"))])


def _had(con: duckdb.DuckDBPyConnection, sha256: str, *, complaints: bool = False) -> LoadedSignals | None:
    """The account of these bytes where the case has them."""
    row = con.execute(
        "SELECT no, path, format, rows, rejected, CASE WHEN $complaints THEN rows - rejected"
        " ELSE (SELECT count(*) FROM signal s WHERE s.file = f.no) END"
        " FROM signal_file f WHERE sha256 = $sha256 AND (format = 'complaints') = $complaints",
        {"sha256": sha256, "complaints": complaints},
    ).fetchone()
    return None if row is None else replace(LoadedSignals(*row), new=False)


def _load_records(
    case: Case,
    path: Path,
    sha256: str,
    form: SignalFormat | None = None,
    *,
    mails: Iterable[Cells] | None = None,
    zone: str | None = None,
    own: str | None = None,
    said: str | None = None,
) -> LoadedSignals:
    """Load the records of a file, or the mails that were read of one. `said`: the region that somebody named."""
    con, pieces = case.con, list[Piece]()
    try:
        if mails is None:
            form, pieces = land(con, path, form)
        else:
            form, pieces = format_named("mbox"), [land_cells(con, mails)]
        telephone, own, region = form.view == "telephone", own or number_in_name(path), said or region_of_calls(con)
        # A telephone's log that does not tell whose it is says nothing.
        told = form.reader == "table" and all(piece.own is not None or "own" in piece.columns for piece in pieces)
        if telephone and own is None and not told:
            remedy = "put it into the file's name, as in sms-8613…….xml, or name its canary with --canary"
            raise InputRefused("the telephone's own number is not in the file", where=str(path), remedy=remedy)
        view_pieces(con, pieces)
        make_records(con, form, zone or form.zone or ZONES.get(region, "UTC"), str(path), own=own)
        file, is_complaints = next_file(con), form is COMPLAINTS
        asked = {"file": file, "telephone": telephone}
        wanted = "SELECT row FROM signal_record WHERE reason IS NOT NULL"
        if not is_complaints:
            # Make `signal_hit` of the records that reached a canary or a control.
            normalise_called(con, region)
            con.execute(
                # An extension or a hotline (1000, 10086) is somebody else's number, and not at fault.
                "UPDATE signal_record SET reason = 'no called number' WHERE reason IS NULL AND incoming"
                " AND called NOT IN (SELECT called FROM signal_called) AND NOT regexp_matches(called, '[0-9]{3}')"
            )
            con.execute(read_sql("hits"))
            wanted += " UNION SELECT row FROM signal_hit"
        con.execute(f"CREATE OR REPLACE TEMP TABLE signal_cell AS {wanted}")
        keep_raw(con, pieces, "signal_cell")
        con.execute(read_sql("keep_rejects"), asked)
        ((rows, rejected, first, last),) = con.execute(
            "SELECT count(*), count(reason), min(at_utc), max(at_utc) FROM signal_record"
        ).fetchall()
        loaded = LoadedSignals(file, str(path), form.name, rows, rejected, rows - rejected)
        if is_complaints:  # which cover no time
            con.execute(read_sql("keep_complaints"), {"file": file})
            return _keep_file(case, loaded, path, sha256)
        con.execute(read_sql("keep_hits"), asked)
        if not telephone:
            shown = "SELECT caller AS shown FROM signal_record WHERE reason IS NULL AND channel <> 'email'"
            read_callers(con, shown, "signal_caller", region)
            con.execute(read_sql("keep_calls"), {"file": file})
            keep_strays(con, file)
        ((kept, number),) = con.execute(
            "SELECT (SELECT count(*) FROM signal WHERE file = $file),"
            " (SELECT min(key) FROM signal_called WHERE $telephone)",
            asked,
        ).fetchall()
        note = ""
        if not (said or case.region_is_said):
            # The country of the called numbers is a guess: it is said where none of them is known.
            called, known = con.execute(read_sql("unmet")).fetchall()[0]
            if called and not known:
                note = (
                    f"{called:,} called numbers have no country code and were read as {region}; they are neither"
                    " controlled numbers nor in a list: if they are of another country, say so: tracer signals load"
                    " --region FR"
                )
        if (
            not (zone or form.zone or region in ZONES)
            and con.execute("SELECT 1 FROM signal_record WHERE local LIMIT 1").fetchone()
        ):
            unzoned = (
                f"times without a zone were read as UTC, as no one zone is known for {region}: if they are of another,"
                f" say so: tracer signals load --region {region} --zone America/New_York"
            )
            note = "; ".join(filter(None, (note, unzoned)))
        return _keep_file(case, replace(loaded, signals=kept, note=note), path, sha256, (first, last, number))
    finally:
        for piece in pieces:
            drop_raw(con, piece.table)
        con.execute(read_sql("forget_scratch"))


def land(con: duckdb.DuckDBPyConnection, path: Path, form: SignalFormat | None) -> tuple[SignalFormat, list[Piece]]:
    """Land a file's records as raw tables, which the caller drops, and say their format; `form`: see `land_table`.

    Raises `InputRefused`: none fits, or it cannot be read."""
    if form is None or form.reader == "table":
        return land_table(con, path, form)
    reader = {"mail": mail_records, "xml": xml_records, "sqlite": ios_records}[form.reader]
    return form, [land_cells(con, reader(path))]


def document_format(path: Path) -> SignalFormat | None:
    """The format of a file that is not a table, by its first bytes."""
    with open_regular(path) as stream:
        head = stream.read(8_192)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and (b"<smses" in head or b"<calls" in head):
        return format_named("sms-backup")
    if head.startswith(b"SQLite format 3\x00"):
        return format_named("ios-calls")
    return format_named("mbox") if is_mail(start, path) else None


def _keep_file(
    case: Case,
    loaded: LoadedSignals,
    path: Path,
    sha256: str,
    covered: tuple[datetime | None, datetime | None, int | None] = (None, None, None),
) -> LoadedSignals:
    """Put the account of a file into the case and its journal. `covered`: its first and last time (UTC), and the number
    of the telephone whose log it is."""
    account = (loaded.file, loaded.path, sha256, loaded.format, loaded.rows, loaded.rejected, now())
    case.con.execute(
        "INSERT INTO signal_file (no, path, sha256, format, rows, rejected, loaded_at, first_at, last_at, own)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*account, *covered],
    )
    detail = loaded.to_json() | {"path": path} | by_plugin(plugin_of(loaded.format))
    command = "complaints load" if loaded.format == COMPLAINTS.name else "signals load"
    case.journal.append(command=command, inputs={path: sha256}, detail=detail)
    return loaded


def next_file(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next file of signals or complaints."""
    return int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM signal_file").fetchall()[0][0])


def number_of_canary(con: duckdb.DuckDBPyConnection, canary: int) -> str:
    """The number of a canary, for a log that does not tell whose it is.

    Raises `InputRefused`: there is no such canary, or it has no number."""
    row = con.execute("SELECT phone FROM canary WHERE no = $no", {"no": canary}).fetchone()
    if row is None or row[0] is None:
        raise InputRefused(f"no number is known of canary {canary}", remedy="list them: tracer query canaries")
    return f"+{row[0]}"


def checked_format(name: str | None) -> None:
    """Raises `UsageError` for an unknown format; names the nearest."""
    if name is not None and name not in format_names():
        raise UsageError(f"invalid format of signals {name!r}", remedy=did_you_mean(name, format_names()))


def load_each(
    case: Case, paths: Iterable[Path], form: str | None, *, zone: str | None, own: str | None, region: str | None = None
) -> tuple[list[LoadedSignals], list[InputRefused]]:
    """Load files, each by itself, a Maildir as its messages; and what was wrong with the messages that were left out.

    Raises `InputRefused`: files that were named, or all messages, cannot be read; the others are loaded."""
    loaded, left, bad = list[LoadedSignals](), list[InputRefused](), list[InputRefused]()
    for path in paths:
        try:
            if is_maildir(path):
                loaded.append(_load_maildir(case, path.absolute(), left))
            else:
                loaded.append(load_signals(case, path, form, zone=zone, own=own, region=region))
        except InputRefused as problem:
            bad.append(problem)
    if bad or (left and not loaded):
        rest = InputRefused(f"{len(loaded):,} other files were loaded", remedy="load these when they can be read")
        raise InputRefused.many([*left, *bad, *([rest] if loaded else [])])
    return loaded, left


def _load_maildir(case: Case, folder: Path, left: list[InputRefused]) -> LoadedSignals:
    """Load the messages that are new, so many at a time; why one was left out goes to `left`. Raises `InputRefused`
    where there is none that can be read."""
    loaded, read = list[LoadedSignals](), False
    for batch in batches((mail, len(mail.data)) for mail in maildir_mails(folder, left)):
        read = True
        with case.transaction():
            came = load_messages(case, folder, batch).loaded
        if came is not None:
            loaded.append(came)
    if not read:
        raise InputRefused("no message in it can be read", where=str(folder), remedy="name the right folder")
    if not loaded:
        had = case.con.execute("SELECT max(no) FROM signal_file WHERE path = $path", {"path": str(folder)})
        return LoadedSignals(had.fetchall()[0][0] or 0, str(folder), "mbox", 0, 0, 0, new=False)
    counts = (sum(getattr(one, name) for one in loaded) for name in ("rows", "rejected", "signals"))
    return LoadedSignals(loaded[0].file, str(folder), "mbox", *counts)


def batches(sized: Iterable[tuple[T, int]]) -> Iterator[list[T]]:
    """Messages of so many bytes, as many as are loaded together."""
    batch, held = list[T](), 0
    for message, size in sized:
        if batch and (len(batch) == BATCH or held + size > HELD):
            yield batch
            batch, held = [], 0
        batch.append(message)
        held += size
    if batch:
        yield batch
