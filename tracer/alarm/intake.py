"""What arrives: files of a watched folder (records of calls, messages and mail, or lists), mail of a mailbox, and what
was set aside. What the case holds already is left.

Whatever an input brings about (an error of a reader, foreseen or not; a reader that died or took too long) ends here:
it is kept encrypted, with the reason, until somebody reads it again or drops it, and the inputs after it are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import duckdb

from tracer.case.case import Case
from tracer.case.store import store_fault
from tracer.clock import now
from tracer.documents import toml_of
from tracer.dossier.vocabulary import listed_names
from tracer.errors import CaseUnavailable, InputRefused, TracerError, UsageError, is_interruption
from tracer.input_files import sha256_of, text_of
from tracer.lists.load import load_files
from tracer.lists.loaded import DAYS, DatasetFacts
from tracer.lists.made_id import id_from_name
from tracer.lists.read.model import ReadOptions
from tracer.signals.fetch import MailBatch, load_mail, pass_over
from tracer.signals.load import load_messages, load_signals
from tracer.signals.mail import RawMail, mail_in
from tracer.visible import label

SIDECAR = ".toml"
"""What is known of a list: `list.csv.toml` for `list.csv`."""
_FOLDERS = {"records": "records", "lists": "list"}
"""Folders in the watched one that say what is in them."""
_REASON = 300
"""Characters of a reason that are kept: an error may repeat what it was given."""


@dataclass(frozen=True)
class Read:
    """What a watch has read."""

    mails: int = 0
    records: int = 0
    """Calls and messages of logs."""
    lists: int = 0
    hits: int = 0
    """Mails, calls and messages that reached a planted record or a control."""
    aside: int = 0

    def __add__(self, other: Read) -> Read:
        return Read(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class FolderReading:
    """How the files of a folder are read."""

    form: str | None = None
    """Format of all records; each is detected when None."""
    zone: str | None = None
    """Zone of times that name none."""
    holder: str | None = None
    """Who held the lists that have no file of their own to say it."""
    lists: bool = True
    """Whether a file may be a list; all are records otherwise."""


@dataclass(frozen=True)
class FileArrived:
    """A file that rests in a watched folder."""

    path: Path
    folder: Path
    reading: FolderReading
    again: bool = False
    """Whether it was set aside, or a member of it: what the case has of it is replaced."""

    @property
    def source(self) -> str:
        """Where it lies, below the folder; with what is known of it, so that a new sidecar is a new attempt."""
        side = self.path.with_name(self.path.name + SIDECAR)
        known = f" ({sha256_of(side)[:8]})" if side.is_file() else ""
        return f"{self.path.relative_to(self.folder)}{known}"


@dataclass(frozen=True)
class MailsArrived:
    """Files that rest in a watched folder and hold one mail each: they are loaded together."""

    paths: tuple[Path, ...]
    folder: Path
    reading: FolderReading


@dataclass(frozen=True)
class ToSetAside:
    """An input at which a reader died or took too long."""

    item: FileArrived | MailBatch
    reason: str


@dataclass(frozen=True)
class Aside:
    """One input that was set aside."""

    no: int
    at: datetime
    source: str
    """Where it came from: a path below the watched folder, or a mailbox and the number of the message."""
    sha256: str
    reason: str

    def line(self) -> str:
        """For people."""
        return f"set aside as {self.no}: {self.source}: {self.reason}"


@dataclass(frozen=True)
class ReadAgain:
    """An input that was set aside, to be read again."""

    one: Aside
    reading: FolderReading


Item: TypeAlias = FileArrived | MailsArrived | MailBatch | ToSetAside | ReadAgain


@dataclass(frozen=True)
class Arrived:
    """What came of one input."""

    said: str = ""
    """One line; empty where there is nothing to say, as of what the case held."""
    read: Read = field(default_factory=Read)
    file: int | None = None
    """The file of records that was loaded."""
    left: bool = False
    """It was neither read nor set aside, and is to be tried again later."""
    unread: bool = False
    """No record of it could be read; the case lists them as rejected."""
    taken: bool = True
    """Whether it was read (or held); what was asked to be read again and was not, is not."""


def halves(item: Item) -> list[Item]:
    """Several mails in two parts, so that the one at fault is found; empty where it is one input."""
    if isinstance(item, MailBatch) and len(item.messages) > 1:
        middle = len(item.messages) // 2
        return [item._replace(messages=half) for half in (item.messages[:middle], item.messages[middle:])]
    if isinstance(item, MailsArrived):
        middle = len(item.paths) // 2
        if not middle:
            return [FileArrived(item.paths[0], item.folder, item.reading)]
        return [replace(item, paths=half) for half in (item.paths[:middle], item.paths[middle:])]
    return []


# Setting aside.


def set_aside(case: Case, source: str, reason: str, path: Path, data: bytes | None = None) -> Aside:
    """Keep an input that cannot be read: the file `path`, or `data`, which is in none. Journaled.

    Raises `InputRefused`: it cannot even be copied."""
    with case.transaction():
        stored = case.vault.store(path, data)
        ((no,),) = case.con.execute("SELECT coalesce(max(no), 0) + 1 FROM set_aside").fetchall()
        one = Aside(no, now(), source, stored.sha256, label(reason)[:_REASON])
        case.con.execute(
            "INSERT INTO set_aside VALUES ($no, $at, $source, $sha256, $bytes, $reason, NULL)",
            {**vars(one), "bytes": stored.bytes},
        )
        case.journal.append(command="watch", inputs={path: stored.sha256}, detail={"set aside": one.no})
    return one


def _mail_aside(case: Case, mailbox: str, mail: RawMail, reason: str) -> Aside:
    return set_aside(case, f"{mailbox};UID={mail.uid}", reason, Path(f"{mail.uid}.eml"), mail.data)


def asides(con: duckdb.DuckDBPyConnection, numbers: tuple[int, ...] = ()) -> list[Aside]:
    """What lies aside, by number; all where none is given. Raises `UsageError`: an unknown number."""
    rows = con.execute('SELECT no, "at", source, sha256, reason FROM set_aside WHERE done_at IS NULL ORDER BY no')
    found = [Aside(*row) for row in rows.fetchall()]
    unknown = sorted(set(numbers) - {one.no for one in found})
    if unknown:
        what = f"nothing is set aside under {', '.join(map(str, unknown))}"
        raise UsageError(what, remedy="list what is: tracer aside list")
    return [one for one in found if not numbers or one.no in numbers]


def off_the_list(case: Case, one: Aside, how: str) -> None:
    """It lies aside no more: it was read, or dropped. Call it in a transaction."""
    case.con.execute("UPDATE set_aside SET done_at = $at WHERE no = $no", {"at": now(), "no": one.no})
    case.journal.append(command="aside", detail={"set aside": one.no, "now": how})


def _reason_of(problem: BaseException, path: Path | None = None) -> str:
    """Why an input could not be read, in a line; `path`: its own, which is said anyway."""
    if isinstance(problem, TracerError):
        where = "" if path is None or problem.where in ("", str(path)) else f"{Path(problem.where).name}: "
        return where + (f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what)
    fault = (isinstance(problem, OSError) and problem.strerror) or type(problem).__name__
    return f"it cannot be read ({fault})"


# Reading.


def take(case: Case, item: Item) -> Arrived:
    """Read one input, or set it aside: nothing that it brings about stops those after it.

    Raises `CaseUnavailable`: the store or its disk is at fault, not the input."""
    try:
        if isinstance(item, ToSetAside):
            return _set_aside(case, item.item, item.reason)
        return _take(case, item)
    except CaseUnavailable:
        raise
    except Exception as problem:
        if is_interruption(problem):
            raise KeyboardInterrupt from problem
        fault = store_fault(problem)
        if fault is not None:
            raise fault from problem
        item = item.item if isinstance(item, ToSetAside) else item
        return _set_aside(case, item, _reason_of(problem, item.path if isinstance(item, FileArrived) else None))


def _take(case: Case, item: FileArrived | MailsArrived | MailBatch | ReadAgain) -> Arrived:
    if isinstance(item, MailsArrived | MailBatch):
        # They are loaded together; what is wrong with one is rejected with its reason, and then set aside.
        with case.transaction():
            if isinstance(item, MailBatch):
                loaded, refused = load_mail(case, item)
            else:
                read = [mail_in(path, number) for number, path in enumerate(item.paths, start=1)]
                loaded, refused = load_messages(case, item.folder, read)
            if loaded is None:
                return Arrived()
            aside = list[Aside]()
            for mail, fault in refused:
                if isinstance(item, MailBatch):
                    aside.append(_mail_aside(case, item.name, mail, fault))
                else:
                    path = item.paths[mail.uid - 1]
                    aside.append(set_aside(case, str(path.relative_to(item.folder)), fault, path))
        said, file = [one.line() for one in aside], None
        if isinstance(item, MailsArrived):
            said, file = [f"{item.folder.name}: mail {loaded.rows:,}, hits {loaded.signals:,}", *said], loaded.file
        return Arrived(label("; ".join(said)), Read(loaded.rows, hits=loaded.signals, aside=len(aside)), file)
    if isinstance(item, ReadAgain):
        # Its bytes lie meanwhile as a file under its own name, in the case's own folder for work in progress.
        with TemporaryDirectory(dir=case.spill) as folder, case.transaction():
            about = {"sha256": item.one.sha256}
            row = case.con.execute("SELECT name FROM original WHERE sha256 = $sha256", about).fetchone()
            path = Path(folder) / Path(str(row[0]) if row is not None else "item").name
            case.vault.files.extract(item.one.sha256, path)
            outcome = _file(case, FileArrived(path, path.parent, item.reading, again=True))
            if outcome.unread:
                raise InputRefused("still no record of it can be read", remedy="tracer query signal-rejects says why")
            off_the_list(case, item.one, "read")
            return outcome
    con, path = case.con, item.path
    if path.suffix == SIDECAR and path.with_suffix("").is_file():
        return Arrived()
    # What the case has, as records or as a list, and what was set aside from this place, is not read again and again.
    known = con.execute(
        "SELECT EXISTS (FROM signal_file WHERE sha256 = $sha256)"
        " OR EXISTS (FROM dataset WHERE sha256 = $sha256 AND current)"
        " OR EXISTS (FROM set_aside WHERE sha256 = $sha256 AND source = $source AND done_at IS NULL)",
        {"sha256": sha256_of(path), "source": item.source},
    ).fetchone()
    return Arrived() if known == (True,) else _file(case, item)


def _set_aside(case: Case, item: FileArrived | MailsArrived | MailBatch | ReadAgain, reason: str) -> Arrived:
    """Keep it with the reason; a file that cannot even be copied stays where it is. Several mails are parted."""
    if isinstance(item, ReadAgain):
        return Arrived(f"{item.one.source}: still set aside: {reason}", taken=False)
    parts = [take(case, half) for half in halves(item)]
    if parts or isinstance(item, MailsArrived):
        said = "; ".join(part.said for part in parts if part.said)
        return Arrived(said, sum((part.read for part in parts), Read()), left=any(part.left for part in parts))
    try:
        with case.transaction():
            if isinstance(item, MailBatch):
                (mail,) = item.messages
                one = _mail_aside(case, item.name, mail, reason)
                pass_over(case, item)
            else:
                one = set_aside(case, item.source, reason, item.path)
        return Arrived(label(one.line()), Read(aside=1))
    except (InputRefused, OSError) as problem:
        if isinstance(item, MailBatch):  # nor may what comes after it count as fetched
            what = "a mail can be neither read nor set aside"
            raise CaseUnavailable(what, where=item.name, remedy=_reason_of(problem)) from problem
        return Arrived(label(f"left out: {item.path.name}: {_reason_of(problem)}"), left=True, taken=False)


def _file(case: Case, item: FileArrived) -> Arrived:
    """Load a file, in one transaction: as what its place or its sidecar says, or as records, or as a list.

    Raises `InputRefused`: neither records nor a list."""
    path, reading = item.path, item.reading
    if not reading.lists:
        kind: str | None = "records"
    elif path.with_name(path.name + SIDECAR).is_file():
        kind = "list"
    else:
        kind = _FOLDERS.get(path.relative_to(item.folder).parts[0]) if path.parent != item.folder else None
    if kind == "list":
        return _list(case, item)
    try:
        with case.transaction():
            loaded = load_signals(case, path, reading.form, zone=reading.zone)
            if loaded.format == "csv" and kind != "records" and reading.form is None:
                ((has_callers,),) = case.con.execute(
                    "SELECT EXISTS (FROM signal WHERE file = $file AND caller IS NOT NULL)"
                    " OR EXISTS (FROM call_record WHERE file = $file)",
                    {"file": loaded.file},
                ).fetchall()
                if not has_callers:
                    raise _RatherAList
    except _RatherAList:
        return _list(case, item)
    except InputRefused as records:
        if kind == "records" or isinstance(records.__cause__, OSError):
            raise
        try:
            return _list(case, item)
        except InputRefused as problem:
            what = f"neither records ({records.what}) nor a list ({problem.what})"
            remedy = "put it into the folder records or lists, which say what is in them"
            raise InputRefused(what, where=str(path), remedy=remedy) from None
    if not loaded.new:
        return Arrived()
    said = f"{path.name}: {loaded.format}, records {loaded.rows:,}, rejected {loaded.rejected:,}"
    mails, records_ = (loaded.rows, 0) if loaded.format == "mbox" else (0, loaded.rows)
    read, unread = Read(mails, records_, hits=loaded.signals), loaded.rejected == loaded.rows > 0
    return Arrived(f"{said}, hits {loaded.signals:,}", read, loaded.file, unread=unread)


class _RatherAList(Exception):
    """A table with times and numbers, but no record in it names a caller."""


def _list(case: Case, item: FileArrived) -> Arrived:
    """Load a list; of an archive the members that can be read."""
    path = item.path
    # A party of its own, so that no two lists of unknown holders seem to have one.
    nobody = f"unknown-{id_from_name(path)}"[:64]
    # Facts are what the sidecar says of the list; `--holder` is for those that say nothing.
    side = path.with_name(path.name + SIDECAR)
    written = toml_of(text_of(side, "utf-8-sig")) if side.is_file() else {}
    known = {one.name for one in fields(DatasetFacts)}
    wrong = sorted(key for key, value in written.items() if key not in known or not _fits(key, value))
    if wrong:
        remedy = "keys as of [[dataset]] in a manifest: holder, id, title, origin, living (true or false), and the"
        raise InputRefused(
            f"invalid {', '.join(wrong)}", where=str(side), remedy=f"{remedy} dates {listed_names(DAYS)}"
        )
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in written.items()}
    given.setdefault("holder", item.reading.holder or nobody)
    facts = DatasetFacts(**{"id": "", **given})
    options = ReadOptions(region=case.region, find_region=not case.region_is_said, part_by_part=True)
    with case.transaction():
        if item.again:  # who held it is known where other members of it were loaded
            held = case.con.execute(
                "SELECT holder FROM dataset WHERE sha256 = $sha256 AND current", {"sha256": sha256_of(path)}
            ).fetchone()
            facts = facts if held is None else replace(facts, holder=held[0])
        loaded = load_files(case, [path], facts, options, replace=item.again, dry_run=False)
        if item.again and loaded[0].aside:
            raise InputRefused("; ".join(": ".join(one) for one in loaded[0].aside), remedy="it stays set aside")
        aside = [set_aside(case, f"{item.source}:{member}", why, path) for one in loaded for member, why in one.aside]
    said = f"{path.name}: list {loaded[0].dataset}, {sum(one.rows for one in loaded):,} rows"
    if facts.holder == nobody:
        said += f"; its holder is unknown: write holder = … into {path.name}{SIDECAR}"
    return Arrived(label("; ".join([said, *(one.line() for one in aside)])), Read(lists=1, aside=len(aside)))


def _fits(key: str, value: object) -> bool:
    """Whether a fact in a sidecar is of its kind."""
    if key in DAYS:
        return type(value) is date
    if key == "living":
        return isinstance(value, bool)
    if key == "evidence":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str) and value != ""
