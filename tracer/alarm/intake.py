"""What arrives: files of a watched folder (records of calls, messages and mail, or lists), mail of a mailbox, and what
was set aside. What the case holds already is left. Whatever an input brings about is caught here, at one place.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from tracer.alarm.alive import Read
from tracer.alarm.aside import Aside, done, is_aside, laid_out, reason_of, set_aside
from tracer.case.case import Case
from tracer.case.store import store_fault
from tracer.documents import toml_of
from tracer.dossier.vocabulary import listed
from tracer.errors import CaseUnavailable, InputRefused, is_interruption
from tracer.input_files import sha256_of, text_of
from tracer.lists.load import load_files
from tracer.lists.loaded import DAYS, DatasetFacts
from tracer.lists.made_id import id_from_name
from tracer.lists.read.model import ReadOptions
from tracer.signals.fetch import MailBatch, load_mail, pass_over
from tracer.signals.load import load_messages, load_signals, take_new
from tracer.signals.mail import is_maildir, mail_in
from tracer.visible import label

SIDECAR = ".toml"
"""What is known of a list: `list.csv.toml` for `list.csv`."""
_FOLDERS = {"records": "records", "lists": "list"}
"""Folders in the watched one that say what is in them."""


class _RatherAList(Exception):
    """A table with times and numbers, but no record in it names a caller."""


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

    def halves(self) -> tuple[MailsArrived | FileArrived, ...]:
        """The same in two parts, so that the one at fault is found."""
        if len(self.paths) == 1:
            return (FileArrived(self.paths[0], self.folder, self.reading),)
        middle = len(self.paths) // 2
        return replace(self, paths=self.paths[:middle]), replace(self, paths=self.paths[middle:])


@dataclass(frozen=True)
class ToSetAside:
    """An input at which a reader died or took too long."""

    item: FileArrived | MailBatch
    reason: str


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


def is_one_mail(path: Path) -> bool:
    """Whether a file is a mail by its place or name: in a Maildir, or `.eml`."""
    return path.suffix.lower() == ".eml" or (path.parent.name in ("cur", "new") and is_maildir(path.parent.parent))


def take(case: Case, item: Item) -> Arrived:
    """Read one input, or set it aside: nothing that it brings about stops those behind it.

    Raises:
        CaseUnavailable: the store or its disk is at fault, not the input.
    """
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
        return _set_aside(case, item, reason_of(problem, item.path if isinstance(item, FileArrived) else None))


def _take(case: Case, item: FileArrived | MailsArrived | MailBatch | ReadAgain) -> Arrived:
    if isinstance(item, MailsArrived):
        return _mails(case, item)
    if isinstance(item, MailBatch):
        with case.transaction():
            found = load_mail(case, item)
            aside = [
                set_aside(case, f"{item.name};UID={mail.uid}", fault, Path(f"{mail.uid}.eml"), mail.data)
                for mail, fault in found.refused
            ]
        said = "; ".join(f"set aside as {one.no}: {one.source}: {one.reason}" for one in aside)
        return Arrived(label(said), Read(mails=found.messages, hits=found.signals, aside=len(aside)))
    if isinstance(item, ReadAgain):
        with laid_out(case, item.one) as path, case.transaction():
            outcome = _file(case, FileArrived(path, path.parent, item.reading, again=True))
            if outcome.unread:
                raise InputRefused("still no record of it can be read", remedy="tracer query signal-rejects says why")
            done(case, item.one, "read")
            return outcome
    if item.path.suffix == SIDECAR and item.path.with_suffix("").is_file():
        return Arrived()
    if _held(case, item.path) or is_aside(case.con, item.source, item.path):
        return Arrived()
    return _file(case, item)


def _mails(case: Case, item: MailsArrived) -> Arrived:
    """Load mails together; what is wrong with one is rejected with its reason, and then set aside."""
    with case.transaction():
        mails = [mail_in(path, number) for number, path in enumerate(item.paths, start=1)]
        new = take_new(case.con, mails)
        loaded = load_messages(case, item.folder, new) if new else None
        aside = [
            set_aside(case, str(item.paths[mail.uid - 1].relative_to(item.folder)), fault, item.paths[mail.uid - 1])
            for mail, cells in new
            if (fault := cells.get("fault"))
        ]
    if loaded is None:
        return Arrived()
    said = [f"{item.folder.name}: mail {len(new):,}, hits {loaded.signals:,}"]
    said += [f"set aside as {one.no}: {one.source}: {one.reason}" for one in aside]
    return Arrived(label("; ".join(said)), Read(len(new), hits=loaded.signals, aside=len(aside)), loaded.file)


def _set_aside(case: Case, item: FileArrived | MailsArrived | MailBatch | ReadAgain, reason: str) -> Arrived:
    """Keep it with the reason; a file that cannot even be copied stays where it is. Several mails are parted."""
    if isinstance(item, MailBatch) and len(item.messages) > 1:
        middle = len(item.messages) // 2
        return _both(case, [item._replace(messages=half) for half in (item.messages[:middle], item.messages[middle:])])
    if isinstance(item, MailsArrived):
        return _both(case, item.halves())
    if isinstance(item, ReadAgain):
        return Arrived(f"{item.one.source}: still set aside: {reason}", taken=False)
    try:
        if isinstance(item, FileArrived):
            one = set_aside(case, item.source, reason, item.path)
        else:
            (mail,) = item.messages
            with case.transaction():
                one = set_aside(case, f"{item.name};UID={mail.uid}", reason, Path(f"{mail.uid}.eml"), mail.data)
                pass_over(case, item)
        return Arrived(label(f"set aside as {one.no}: {one.source}: {one.reason}"), Read(aside=1))
    except (InputRefused, OSError) as problem:
        if isinstance(item, MailBatch):  # nor may what comes after it count as fetched
            raise CaseUnavailable(
                "a mail can be neither read nor set aside", where=item.name, remedy=reason_of(problem)
            ) from problem
        where = item.path.name if isinstance(item, FileArrived) else ""
        return Arrived(label(f"left out: {where}: {reason_of(problem)}"), left=True, taken=False)


def _both(case: Case, items: Sequence[Item]) -> Arrived:
    """What came of the parts of an input."""
    parts = [take(case, item) for item in items]
    read = functools.reduce(operator.add, (part.read for part in parts))
    left = any(part.left for part in parts)
    return Arrived("; ".join(part.said for part in parts if part.said), read, left=left)


def _file(case: Case, item: FileArrived) -> Arrived:
    """Load a file, in one transaction.

    Raises:
        InputRefused: neither records nor a list.
    """
    path, folder, reading = item.path, item.folder, item.reading
    kind = _kind_of(path, folder) if reading.lists else "records"
    if kind != "list":
        try:
            with case.transaction():
                loaded = load_signals(case, path, reading.form, zone=reading.zone)
                if (
                    loaded.format == "csv"
                    and kind != "records"
                    and reading.form is None
                    and not _has_callers(case, loaded.file)
                ):
                    raise _RatherAList
            if not loaded.new:
                return Arrived()
            by_mail = loaded.format == "mbox"
            return Arrived(
                f"{path.name}: {loaded.format}, records {loaded.rows:,}, rejected {loaded.rejected:,},"
                f" hits {loaded.signals:,}",
                Read(loaded.rows if by_mail else 0, 0 if by_mail else loaded.rows, hits=loaded.signals),
                loaded.file,
                unread=loaded.rejected == loaded.rows > 0,
            )
        except _RatherAList:
            pass
        except InputRefused as problem:
            if kind == "records" or isinstance(problem.__cause__, OSError):
                raise
            return _list_or(case, item, problem)
    return _list(case, item)


def _kind_of(path: Path, folder: Path) -> str | None:
    """`records` or `list` where the file's place or its sidecar says so."""
    if path.with_name(path.name + SIDECAR).is_file():
        return "list"
    first = path.relative_to(folder).parts[0] if path.parent != folder else ""
    return _FOLDERS.get(first)


def _held(case: Case, path: Path) -> bool:
    """Whether the case has these bytes, as records or as a list."""
    row = case.con.execute(
        "SELECT EXISTS (FROM signal_file WHERE sha256 = $sha256)"
        " OR EXISTS (FROM dataset WHERE sha256 = $sha256 AND current)",
        {"sha256": sha256_of(path)},
    ).fetchone()
    return row == (True,)


def _has_callers(case: Case, file: int) -> bool:
    row = case.con.execute(
        "SELECT EXISTS (FROM signal WHERE file = $file AND caller IS NOT NULL)"
        " OR EXISTS (FROM call_record WHERE file = $file)",
        {"file": file},
    ).fetchone()
    return row == (True,)


def _list_or(case: Case, item: FileArrived, records: InputRefused) -> Arrived:
    try:
        return _list(case, item)
    except InputRefused as problem:
        raise InputRefused(
            f"neither records ({records.what}) nor a list ({problem.what})",
            where=str(item.path),
            remedy="put it into the folder records or lists, which say what is in them",
        ) from None


def _list(case: Case, item: FileArrived) -> Arrived:
    """Load a list; of an archive the members that can be read."""
    # Facts are what the sidecar says of the list; `--holder` is for those that say nothing.
    side = item.path.with_name(item.path.name + SIDECAR)
    written = toml_of(text_of(side, "utf-8-sig")) if side.is_file() else {}
    known = {one.name for one in fields(DatasetFacts)}
    wrong = sorted(key for key, value in written.items() if key not in known or not _fits(key, value))
    if wrong:
        raise InputRefused(
            f"invalid {', '.join(wrong)}",
            where=str(side),
            remedy="keys as of [[dataset]] in a manifest: holder, id, title, origin, living (true or false), and the"
            f" dates {listed(DAYS)}",
        )
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in written.items()}
    given.setdefault("holder", item.reading.holder or _unknown(item.path))
    path, facts = item.path, DatasetFacts(**{"id": "", **given})
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
    unknown = (
        "" if facts.holder != _unknown(path) else f"; its holder is unknown: write holder = … into {path.name}{SIDECAR}"
    )
    rows = sum(one.rows for one in loaded)
    said = [f"{path.name}: list {loaded[0].dataset}, {rows:,} rows{unknown}"]
    said += [f"set aside as {one.no}: {one.source}: {one.reason}" for one in aside]
    return Arrived(label("; ".join(said)), Read(lists=1, aside=len(aside)))


def _unknown(path: Path) -> str:
    """A party of its own, so that no two lists of unknown holders seem to have one."""
    return f"unknown-{id_from_name(path)}"[:64]


def _fits(key: str, value: object) -> bool:
    if key in DAYS:
        return type(value) is date
    if key == "living":
        return isinstance(value, bool)
    if key == "evidence":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str) and value != ""
