"""A case as the library has it, and how to create, open and restore one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tracer.errors import UsageError, refuse_short
from tracer.library.arguments import AnyPath, language, path, path_or_none, paths
from tracer.library.asking import Asking
from tracer.library.base import Access, Listener, faults_explained, quiet
from tracer.library.dossier import Claims, Datasets, EvidenceKept, Parties, Relations, Replies
from tracer.library.exporting import Exporting
from tracer.library.keeping import Keeping
from tracer.library.marks import Canaries, Handovers, Probes, Signals
from tracer.library.outside import Anchor, Blind, CaseKeys, Cluster, RegisterKept
from tracer.library.progress import Meters, Watcher, meters_of
from tracer.library.running import Run, main_job
from tracer.library.table import NotebookView, Table
from tracer.library.working import Working

if TYPE_CHECKING:
    from tracer.alarm.channels import Channel
    from tracer.alarm.intake import Item
    from tracer.case.backup import Restored
    from tracer.signals.fetch import Mailbox
    from tracer.wording.sections import Block

Bar = Literal["bar"]
P = TypeVar("P")


def _part(kind: Callable[[Access], P]) -> cached_property[P]:
    """A part of a case, with its folder, key and lock; made when it is first asked for."""

    def made(case: Any) -> P:
        return kind(case._access)

    return cached_property(made)


class Case(Asking, Working, Exporting, Keeping, NotebookView):
    """One investigation: what `tracer.create` and `tracer.open` return.

    Each call opens the encrypted store, does what the command of its name does, and closes it again, so that a notebook
    blocks no other process. Within a `with` block the store stays open between calls that read. Calls on one case,
    from any thread of a process, run one after the other; a call from a callback of another is refused.

    >>> with tracer.open(case.folder, read_only=True) as opened:
    ...     opened.sql("SELECT count(*) AS lists FROM views.datasets").rows()
    [{'lists': 4}]
    """

    datasets = _part(Datasets)
    """The lists: `list`, `edit`, `rename`, `remove`, `restore`."""
    parties = _part(Parties)
    """Organisations and protected sources: `list`, `add`, `edit`, `merge`, `remove`."""
    evidence = _part(EvidenceKept)
    """Documents and statements: `list`, `add`, `edit`, `remove`, `extract`."""
    claims = _part(Claims)
    """What parties say: `list`, `add`, `edit`, `remove`."""
    relations = _part(Relations)
    """What is known between two parties: `list`, `add`, `edit`, `remove`."""
    replies = _part(Replies)
    """What parties were asked, and their answers: `list`, `add`, `edit`, `remove`."""
    canaries = _part(Canaries)
    """Controlled identities: `import_`, `make`, `export`, `list`."""
    releases = _part(Handovers)
    """Copies that were handed over without tracer, and copies taken back: `add`, `withdraw`."""
    register = _part(RegisterKept)
    """What was committed about marked copies: `list`, `page`, `request`, `stamp`, `reveal`."""
    anchor = _part(Anchor)
    """The journal's head for a third party: `page`, `request`, `stamp`, `check`."""
    key = _part(CaseKeys)
    """The case key: `show`, `export`, `import_`, `rotate`."""
    signals = _part(Signals)
    """Calls, messages and mail that reached canaries: `load`, `watch`, `fetch`."""
    probes = _part(Probes)
    """What to ask of a look-up service, and what its answers prove: `plan`, `load`, `show`."""
    blind = _part(Blind)
    """Comparing without showing: `offer`, `answer`, `finish`, `fingerprints`."""
    cluster = _part(Cluster)
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
        self, folders: AnyPath | Iterable[AnyPath] = (), channels: Iterable[Channel] = (), *,
        mailboxes: Iterable[Mailbox] = (), holder: str | None = None, form: str | None = None, zone: str | None = None,
        once: bool = False, test: bool = False, interval: float = 5.0, rest: float = 2.0, traces: bool = True,
        lang: str = "en", tell: Listener = quiet,
    ) -> int:  # fmt: skip
        """Read what arrives in folders and mailboxes, and send channels what it shows, each conclusion once.

        channels: objects of `tracer.alarm.channels` (`Printed(print)`, `Command([...])`, …). mailboxes: of
        `tracer.signals.fetch.mailbox_of`. holder: who held lists that have no file of their own to say it; form, zone:
        of all records; interval: seconds between looks; rest: seconds that a file must rest; traces: False attributes
        and reports only; test: send a marked test instead. Until `KeyboardInterrupt`, or `once`. Returns how many
        channels did not take the test.

        Raises:
            InputRefused: no such folder.
        """
        from tracer.alarm.intake import FolderReading
        from tracer.alarm.watch import FolderSource, MailSource, Watch

        spoken = language(lang)
        reading = FolderReading(form, zone, holder)
        sources = [FolderSource(folder, reading, rest) for folder in paths(folders)]
        watch = Watch(
            self._access.writing, self._access.reader(), list(channels), tell, sources,
            [MailSource(mailbox) for mailbox in mailboxes], spoken, traces, interval=interval, once=once,
        )  # fmt: skip
        if test:
            return watch.test()
        watch.follow()
        return 0

    def aside(self, numbers: Iterable[int] = (), *, again: bool = False, remove: str | None = None) -> Table:
        """What arrived and could not be read, with its number and the reason; all where no number is given.

        again: read it once more, and say what came of it; remove: the reason why it is of no use and goes off the list
        (its bytes stay among the originals).

        Raises:
            UsageError: nothing is set aside under a number.

        >>> len(case.aside())
        0
        """
        from tracer.alarm import aside
        from tracer.alarm.intake import FolderReading, ReadAgain

        wanted = tuple(numbers)
        if remove is not None:
            refuse_short(remove, "say why it is of no use")
        with self._access.writing() if remove is not None else self._access.reading() as store:
            found = aside.chosen(store.con, wanted)
            if remove is not None:
                with store.transaction():
                    for one in found:
                        aside.done(store, one, f"removed: {remove}")
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
        self._access.holding.end_block()

    def __enter__(self) -> Case:
        """The case itself; the store stays open between calls that read."""
        self._access.holding.begin_block()
        self._closed = False
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def __repr__(self) -> str:
        """Where it is; nothing is opened."""
        return f"<Case {str(self.folder)!r}{', read-only' if self.read_only else ''}>"

    def blocks(self) -> Iterator[Block]:
        """What a notebook shows: the screen of `tracer status`; not public."""
        return self.status().blocks()


def create(
    folder: AnyPath, *, region: str | None = None, name: str = "", key_file: AnyPath | None = None,
    progress: Watcher | Bar | None = None,
) -> Case:  # fmt: skip
    """Create a new, encrypted case in a folder; its key is kept outside of it (`tracer help case`).

    region: of numbers without a country code, ISO 3166 (default: CN, or what a list speaks for); name: the folder's by
    default; key_file: a file for the key, in place of the keyring; progress: as for `open`.

    Raises:
        UsageError: the region is unknown.
        InputRefused: the folder is in use.
        CaseUnavailable: the key file holds no key.

    >>> tracer.create(work / "new-case", region="CN")
    <Case '...new-case'>
    """
    from tracer.case.case import create_case
    from tracer.identify.number_forms import checked_region

    meters, target, key = meters_of(progress), path(folder), path_or_none(key_file)
    said = checked_region(region) if region is not None else None
    access = Access.of(target, key, meters)
    with access.alone(changes=True), create_case(target, name=name, region=said, key_file=key) as store:
        place = store.key.place
    made = Case(access)
    made.key_place = place
    return made


def open(
    folder: AnyPath | None = None, *, read_only: bool = False, key_file: AnyPath | None = None,
    progress: Watcher | Bar | None = None,
) -> Case:  # fmt: skip
    """Open a case, and check at once that it is one and that its key is here.

    folder: by default `TRACER_CASE`, or the current folder where it is a case. read_only: refuse what would change it.
    key_file: the file that holds the key (default: `TRACER_KEY`, the keyring, your data folder). progress: a function
    that is given a `Progress` at each step of longer calls, or `"bar"`, which draws a line in terminals and notebooks.

    Raises:
        CaseUnavailable: it is not a case, another process writes to it (after ten seconds), or the key is not its own.
        UsageError: no case was named.

    >>> tracer.open(case.folder, read_only=True)
    <Case '...case', read-only>
    """
    opened = at(folder_of(folder), path_or_none(key_file), meters_of(progress), read_only=read_only)
    with opened._access.reading():  # a wrong case or key is reported now
        pass
    return opened


def at(folder: Path, key_file: Path | None, meters: Meters, *, read_only: bool = False) -> Case:
    """The case of a folder, without a look at it; not public."""
    return Case(Access.of(folder, key_file, meters, read_only=read_only))


def folder_of(folder: AnyPath | None, default: Path | None = None) -> Path:
    """The folder that is named, else `TRACER_CASE`, else the current folder when it is a case, else `default`.

    Raises:
        UsageError: none.
    """
    from tracer.case.layout import is_case

    if folder is not None:
        return path(folder)
    named = os.environ.get("TRACER_CASE", "").strip()
    if named:
        return Path(named)
    if is_case(Path()):
        return Path()
    if default is not None:
        return default
    raise UsageError("no case was named", remedy="give --case DIR, set TRACER_CASE, or change into the case's folder")


def run(
    manifest: AnyPath, folder: AnyPath = "tracer-case", *, replace: bool = False, allow_outside: bool = False,
    lang: str = "en", key_file: AnyPath | None = None, progress: Watcher | Bar | None = None, tell: Listener = quiet,
    compare: bool = True,
) -> Run:  # fmt: skip
    """Run a manifest in a folder, where the case is created if there is none: `tracer run case.toml`.

    A case that was made for a manifest of which nothing loads is removed again. The arguments are those of `Case.run`
    and `open`.

    Raises:
        InputRefused: what is wrong with the manifest, all of it at once; nothing is kept.
        FilesRefused: what is wrong with files; the others are kept (`loaded`), nothing was traced.
    """
    return run_in(
        path(manifest), path(folder), path_or_none(key_file), meters_of(progress), replace=replace,
        allow_outside=allow_outside, lang=lang, tell=tell, compare=compare,
    )  # fmt: skip


def run_in(
    manifest: Path, folder: Path, key_file: Path | None, meters: Meters, *, replace: bool, allow_outside: bool,
    lang: str, tell: Listener, compare: bool, called: str = "",
) -> Run:  # fmt: skip
    """The same with a meter; `called`: how commands that are named call the case; not public."""
    from tracer.manifest import open_or_create, read_manifest

    asked = read_manifest(manifest, outside=allow_outside)
    access = Access.of(folder, key_file, meters)
    with access.alone(changes=True), open_or_create(folder, asked, key_file=key_file) as store:
        return main_job(
            store, asked, meters, language(lang), replace=replace, tell=tell, compare=compare, called=called
        )


def restore(
    file: AnyPath, folder: AnyPath, *, key_file: AnyPath | None = None, passphrase: str | None = None,
    tell: Listener = quiet,
) -> Restored:  # fmt: skip
    """Restore a case into a new or empty folder from a backup, and check journal, store and every original.

    The answer has `folder`, `made` (when the backup was made) and `checks`, which is empty where the key is not here.

    Raises:
        InputRefused: with nothing kept: not a backup, cut off or changed, the folder is in use.
        CaseUnavailable: the key or passphrase is not that of the backup.

    >>> _ = case.backup(work / "case.backup")
    >>> tracer.restore(work / "case.backup", work / "again").folder.name
    'again'
    """
    from tracer.case.backup import restore as unpack

    with faults_explained():
        return unpack(path(file), path(folder), path_or_none(key_file), passphrase=passphrase, tell=tell)
