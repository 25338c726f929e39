"""A case as the library has it, and how to create, open and restore one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from tracer.errors import UsageError, refuse_short
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import NotebookView, Run, Table, main_job
from tracer.library.arguments import AnyPath, FilePath, FolderPath, Option
from tracer.library.base import Access, Listener, Meters, Watcher, faults_explained, meters_of, quiet
from tracer.library.case_work import CaseKeeping, CaseWork
from tracer.library.dossier import Claims, Datasets, EvidenceKept, Parties, Relations, Replies
from tracer.library.exports import Exporting
from tracer.library.marks import Canaries, Form, Handovers, Interval, Probes, Rest, Signals, Zone
from tracer.library.questions import Asking
from tracer.library.third_parties import Anchor, Blind, CaseKeys, Cluster, RegisterKept

with imported_when_used():
    from tracer.alarm.channels import Channel
    from tracer.alarm.intake import FolderReading, Item, ReadAgain, asides, off_the_list
    from tracer.alarm.watch import FolderSource, MailSource, Watch
    from tracer.case.backup import Restored
    from tracer.case.backup import restore as unpack
    from tracer.case.case import create_case
    from tracer.case.layout import is_case
    from tracer.identify.number_forms import checked_region
    from tracer.manifest import open_or_create, read_manifest
    from tracer.signals.fetch import Mailbox
    from tracer.wording.sections import Block


Bar = Literal["bar"]
P = TypeVar("P")


class Part(cached_property[P]):
    """A part of a case, with its folder, key and lock; made when it is first asked for."""

    def __init__(self, kind: Callable[[Access], P]) -> None:
        super().__init__(lambda case: kind(case._access))
        self.kind = kind


class Case(Asking, CaseWork, Exporting, CaseKeeping, NotebookView):
    """One investigation: what `tracer.create` and `tracer.open` return.

    Each call opens the encrypted store, does what the command of its name does, and closes it again, so that a notebook
    blocks no other process. Within a `with` block the store stays open between calls that read. Calls on one case,
    from any thread of a process, run one after the other; a call from a callback of another is refused.

    >>> with tracer.open(case.folder, read_only=True) as opened:
    ...     opened.sql("SELECT count(*) AS lists FROM views.datasets").rows()
    [{'lists': 4}]
    """

    datasets = Part(Datasets)
    """The lists: `list`, `edit`, `rename`, `remove`, `restore`."""
    parties = Part(Parties)
    """Organisations and protected sources: `list`, `add`, `edit`, `merge`, `remove`."""
    evidence = Part(EvidenceKept)
    """Documents and statements: `list`, `add`, `edit`, `remove`, `extract`."""
    claims = Part(Claims)
    """What parties say: `list`, `add`, `edit`, `remove`."""
    relations = Part(Relations)
    """What is known between two parties: `list`, `add`, `edit`, `remove`."""
    replies = Part(Replies)
    """What parties were asked, and their answers: `list`, `add`, `edit`, `remove`."""
    canaries = Part(Canaries)
    """Controlled identities: `import_`, `make`, `export`, `list`."""
    releases = Part(Handovers)
    """Copies that were handed over without tracer, and copies taken back: `add`, `withdraw`."""
    register = Part(RegisterKept)
    """What was committed about marked copies: `list`, `page`, `request`, `stamp`, `reveal`."""
    anchor = Part(Anchor)
    """The journal's head for a third party: `page`, `request`, `stamp`, `check`."""
    key = Part(CaseKeys)
    """The case key: `show`, `export`, `import_`, `rotate`."""
    signals = Part(Signals)
    """Calls, messages and mail that reached canaries: `load`, `watch`, `fetch`."""
    probes = Part(Probes)
    """What to ask of a look-up service, and what its answers prove: `plan`, `load`, `show`."""
    blind = Part(Blind)
    """Comparing without showing: `offer`, `answer`, `finish`, `fingerprints`."""
    cluster = Part(Cluster)
    """Computing beyond one machine: `export`, `import_`."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._closed = False
        self.key_place = ""
        """Where the key of a case that was just created is kept; `key.show` says it of any."""

    @property
    def folder(self) -> Path:
        """The case folder.

        >>> case.folder.name
        'case'
        """
        return self._access.folder

    @property
    def read_only(self) -> bool:
        """Whether calls that change the case are refused."""
        return self._access.read_only

    def watch(
        self,
        folders: AnyPath | Iterable[AnyPath] = (),
        channels: Iterable[Channel] = (),
        *,
        mailboxes: Iterable[Mailbox] = (),
        holder: Annotated[str | None, Option("Who held lists without a LIST.toml that says it.", "PARTY")] = None,
        form: Form = None,
        zone: Zone = None,
        once: Annotated[bool, "Do what can be done now, and end."] = False,
        test: Annotated[bool, "Send a marked test to all, look into the mailboxes, and end."] = False,
        interval: Interval = 5.0,
        rest: Rest = 2.0,
        traces: bool = True,
        lang: str = "en",
        tell: Listener = quiet,
    ) -> int:
        """Watch mailboxes and folders, and tell when a list gets out.

        Mail, calls, messages and lists are loaded as they arrive, each once. A leak is reported once, with an update
        when more is known; once a week comes a sign of life; otherwise there is silence. What cannot be read is set
        aside; what cannot be sent is kept and tried again. See help signals.

        In Python, channels: objects of `tracer.alarm.channels` (`Printed(print)`, `Command([...])`, …); mailboxes: of
        `tracer.signals.fetch.mailbox_of`; traces: False attributes and reports only. It goes on until
        `KeyboardInterrupt`, and returns how many channels did not take the test. Raises `InputRefused`: no such folder.
        """
        spoken = read.language(lang)
        reading = FolderReading(form, zone, holder)
        sources = [FolderSource(folder, reading, rest) for folder in read.paths(folders)]
        watch = Watch(
            self._access.writing,
            self._access.reader(),
            list(channels),
            tell,
            sources,
            [MailSource(mailbox) for mailbox in mailboxes],
            spoken,
            traces,
            interval=interval,
            once=once,
        )
        if test:
            return watch.test()
        watch.follow()
        return 0

    def aside(
        self,
        numbers: Annotated[Iterable[int], Option("", "[NO]…")] = (),
        *,
        again: bool = False,
        remove: str | None = None,
    ) -> Table:
        """List what is set aside: its number, when and where it came from, and why it could not be read.

        Its bytes are kept encrypted among the originals.

        In Python, all where no number is given. again: read it once more, and say what came of it; remove: the reason
        why it is of no use and goes off the list. Raises `UsageError`: nothing is set aside under a number.

        >>> len(case.aside())
        0
        """
        wanted = tuple(numbers)
        if remove is not None:
            refuse_short(remove, "say why it is of no use")
        with self._access.writing() if remove is not None else self._access.reading() as store:
            found = asides(store.con, wanted)
            if remove is not None:
                with store.transaction():
                    for one in found:
                        off_the_list(store, one, f"removed: {remove}")
        if not again:
            rows = [{"no": one.no, "at": one.at, "source": one.source, "reason": one.reason} for one in found]
            return Table.of_rows(rows)
        items: list[Item] = [ReadAgain(one, FolderReading()) for one in found]
        with closing(self._access.reader()) as reader:
            outcomes = [outcome for _, outcome in reader.read(items)]
        return Table.of_rows(
            [
                {"no": one.no, "source": one.source, "read": outcome.taken, "said": outcome.said}
                for one, outcome in zip(found, outcomes, strict=True)
            ]
        )

    def close(self) -> None:
        """Close the store where a `with` block keeps it open; calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._access.shared.end_block()

    def __enter__(self) -> Case:
        self._access.shared.begin_block()
        self._closed = False
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Case {str(self.folder)!r}{', read-only' if self.read_only else ''}>"

    def blocks(self) -> Iterator[Block]:
        """What a notebook shows: the screen of `tracer status`; not public."""
        return self.status().blocks()


def create(
    folder: Annotated[FolderPath, Option("", "DIR")],
    *,
    region: Annotated[str | None, "Country of numbers without a code (default: CN, or what a list speaks for)."] = None,
    name: Annotated[str, "Name of the case (default: the folder's)."] = "",
    key_file: AnyPath | None = None,
    progress: Watcher | Bar | None = None,
) -> Case:
    """Create a new, encrypted case in DIR.

    In Python, key_file: a file for the key, in place of the keyring (`tracer help case`); progress: as for `open`.
    Raises `UsageError`: the region is unknown; `InputRefused`: the folder is in use; `CaseUnavailable`: the key file
    holds no key.

    >>> tracer.create(work / "new-case", region="CN")
    <Case '...new-case'>
    """
    meters, target, key = meters_of(progress), read.path(folder), read.path_or_none(key_file)
    said = checked_region(region) if region is not None else None
    access = Access.of(target, key, meters)
    with access.alone(changes=True), create_case(target, name=name, region=said, key_file=key) as store:
        place = store.key.place
    made = Case(access)
    made.key_place = place
    return made


def open(
    folder: AnyPath | None = None,
    *,
    read_only: bool = False,
    key_file: AnyPath | None = None,
    progress: Watcher | Bar | None = None,
) -> Case:
    """Open a case, and check at once that it is one and that its key is here.

    folder: by default `TRACER_CASE`, or the current folder where it is a case. read_only: refuse what would change it.
    key_file: the file that holds the key (default: `TRACER_KEY`, the keyring, your data folder). progress: a function
    that is given a `Progress` at each step of longer calls, or `"bar"`, which draws a line in terminals and notebooks.

    Raises `CaseUnavailable`: it is not a case, another process writes to it (after ten seconds), or the key is not its
    own; `UsageError`: no case was named.

    >>> tracer.open(case.folder, read_only=True)
    <Case '...case', read-only>
    """
    opened = at(folder_of(folder), read.path_or_none(key_file), meters_of(progress), read_only=read_only)
    with opened._access.reading():  # a wrong case or key is reported now
        pass
    return opened


def at(folder: Path, key_file: Path | None, meters: Meters, *, read_only: bool = False) -> Case:
    """The case of a folder, without a look at it; not public."""
    return Case(Access.of(folder, key_file, meters, read_only=read_only))


def folder_of(folder: AnyPath | None, default: Path | None = None) -> Path:
    """The folder that is named, else `TRACER_CASE`, else the current folder when it is a case, else `default`.

    Raises `UsageError`: none.
    """
    if folder is not None:
        return read.path(folder)
    named = os.environ.get("TRACER_CASE", "").strip()
    if named:
        return Path(named)
    if is_case(Path()):
        return Path()
    if default is not None:
        return default
    raise UsageError("no case was named", remedy="give --case DIR, set TRACER_CASE, or change into the case's folder")


def run(
    manifest: AnyPath,
    folder: AnyPath = "tracer-case",
    *,
    replace: bool = False,
    allow_outside: bool = False,
    lang: str = "en",
    key_file: AnyPath | None = None,
    progress: Watcher | Bar | None = None,
    tell: Listener = quiet,
    compare: bool = True,
) -> Run:
    """Run a manifest in a folder, where the case is created if there is none: `tracer run case.toml`.

    A case that was made for a manifest of which nothing loads is removed again. The arguments are those of `Case.run`
    and `open`.

    Raises `InputRefused`: what is wrong with the manifest, all of it at once; nothing is kept; `FilesRefused`: what is
    wrong with files; the others are kept (`loaded`), nothing was traced.
    """
    access = Access.of(read.path(folder), read.path_or_none(key_file), meters_of(progress))
    return run_in(
        access, read.path(manifest), lang, allow_outside=allow_outside, replace=replace, tell=tell, compare=compare
    )


def run_in(
    access: Access,
    manifest: Path,
    lang: str,
    *,
    allow_outside: bool,
    replace: bool,
    tell: Listener,
    compare: bool,
    called: str = "",
) -> Run:
    """The same for a case whose access is known; `called`: how commands that are named call the case; not public."""
    asked = read_manifest(manifest, outside=allow_outside)
    with access.alone(changes=True), open_or_create(access.folder, asked, key_file=access.key_file) as store:
        return main_job(
            store,
            asked,
            access.meters,
            read.language(lang),
            replaces=replace,
            tell=tell,
            compare=compare,
            called=called,
        )


def restore(
    file: FilePath,
    folder: Annotated[FolderPath, Option("", "DIR")],
    *,
    key_file: AnyPath | None = None,
    passphrase: str | None = None,
    tell: Listener = quiet,
) -> Restored:
    """Restore the case into DIR, a new or empty folder, from a backup, and check journal, store and every original.

    A backup that was cut off or changed, or does not pass the checks, is refused, and nothing of it is kept.

    In Python, the answer has `folder`, `made` (when the backup was made) and `checks`, which is empty where the key is
    not here. Raises `InputRefused`: with nothing kept: not a backup, cut off or changed, the folder is in use;
    `CaseUnavailable`: the key or passphrase is not that of the backup.

    >>> _ = case.backup(work / "case.backup")
    >>> tracer.restore(work / "case.backup", work / "again").folder.name
    'again'
    """
    with faults_explained():
        return unpack(read.path(file), read.path(folder), read.path_or_none(key_file), passphrase=passphrase, tell=tell)
