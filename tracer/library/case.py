"""A case as the library has it, and how to create and open one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, language, path, path_or_none
from tracer.library.asking import Asking
from tracer.library.base import Access, Listener, quiet
from tracer.library.exporting import Exporting
from tracer.library.keeping import Keeping
from tracer.library.progress import Meters, Watcher, meters_of
from tracer.library.running import Run, main_job
from tracer.library.shown import NotebookView
from tracer.library.working import Working

if TYPE_CHECKING:
    from tracer.alarm.channels import Channel
    from tracer.library.apart import Blind, Cluster
    from tracer.library.canaries import Canaries
    from tracer.library.datasets import Datasets
    from tracer.library.dossier import Claims, EvidenceKept, Parties, Relations, Replies
    from tracer.library.outside import Anchor, CaseKeys, RegisterKept
    from tracer.library.probes import Probes
    from tracer.library.releases import Handovers
    from tracer.library.signals import Signals
    from tracer.wording.sections import Block

Bar = Literal["bar"]


class Case(Asking, Working, Exporting, Keeping, NotebookView):
    """One investigation: what `tracer.create` and `tracer.open` return.

    Each call opens the encrypted store, does what the command of its name does, and closes it again, so that a notebook
    blocks no other process. Within a `with` block the store stays open between calls that read. Calls on one case,
    from any thread of a process, run one after the other; a call from a callback of another is refused.

    >>> with tracer.open(case.folder, read_only=True) as opened:
    ...     opened.sql("SELECT count(*) AS lists FROM views.datasets").rows()
    [{'lists': 4}]
    """

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

    @cached_property
    def datasets(self) -> Datasets:
        """The lists: `list`, `edit`, `rename`, `remove`, `restore`."""
        from tracer.library.datasets import Datasets

        return Datasets(self._access)

    @cached_property
    def parties(self) -> Parties:
        """Organisations and protected sources: `list`, `add`, `edit`, `merge`, `remove`."""
        from tracer.library.dossier import Parties

        return Parties(self._access)

    @cached_property
    def evidence(self) -> EvidenceKept:
        """Documents and statements: `list`, `add`, `edit`, `remove`, `extract`."""
        from tracer.library.dossier import EvidenceKept

        return EvidenceKept(self._access)

    @cached_property
    def claims(self) -> Claims:
        """What parties say: `list`, `add`, `edit`, `remove`."""
        from tracer.library.dossier import Claims

        return Claims(self._access)

    @cached_property
    def relations(self) -> Relations:
        """What is known between two parties: `list`, `add`, `edit`, `remove`."""
        from tracer.library.dossier import Relations

        return Relations(self._access)

    @cached_property
    def replies(self) -> Replies:
        """What parties were asked, and their answers: `list`, `add`, `edit`, `remove`."""
        from tracer.library.dossier import Replies

        return Replies(self._access)

    @cached_property
    def canaries(self) -> Canaries:
        """Controlled identities: `import_`, `make`, `export`, `list`."""
        from tracer.library.canaries import Canaries

        return Canaries(self._access)

    @cached_property
    def releases(self) -> Handovers:
        """Copies that were handed over without tracer, and copies taken back: `add`, `withdraw`."""
        from tracer.library.releases import Handovers

        return Handovers(self._access)

    @cached_property
    def register(self) -> RegisterKept:
        """What was committed about marked copies: `list`, `page`, `request`, `stamp`, `reveal`."""
        from tracer.library.outside import RegisterKept

        return RegisterKept(self._access)

    @cached_property
    def anchor(self) -> Anchor:
        """The journal's head for a third party: `page`, `request`, `stamp`, `check`."""
        from tracer.library.outside import Anchor

        return Anchor(self._access)

    @cached_property
    def key(self) -> CaseKeys:
        """The case key: `show`, `export`, `import_`, `rotate`."""
        from tracer.library.outside import CaseKeys

        return CaseKeys(self._access)

    @cached_property
    def signals(self) -> Signals:
        """Calls, messages and mail that reached canaries: `load`, `watch`, `fetch`."""
        from tracer.library.signals import Signals

        return Signals(self._access)

    @cached_property
    def probes(self) -> Probes:
        """What to ask of a look-up service, and what its answers prove: `plan`, `load`, `show`."""
        from tracer.library.probes import Probes

        return Probes(self._access)

    @cached_property
    def blind(self) -> Blind:
        """Comparing without showing: `offer`, `answer`, `finish`, `fingerprints`."""
        from tracer.library.apart import Blind

        return Blind(self._access)

    @cached_property
    def cluster(self) -> Cluster:
        """Computing beyond one machine: `export`, `import_`."""
        from tracer.library.apart import Cluster

        return Cluster(self._access)

    def watch(
        self, folder: AnyPath, channels: Iterable[Channel], *, holder: str | None = None, form: str | None = None,
        zone: str | None = None, once: bool = False, interval: float = 5.0, rest: float = 2.0, traces: bool = True,
        lang: str = "en", tell: Listener = quiet,
    ) -> None:  # fmt: skip
        """Watch a folder for lists and records, and report what they show to channels, each conclusion once.

        channels: objects of `tracer.alarm.channels` (`Printed(print)`, `Command([...])`, …). holder: who held lists
        that have no file of their own to say it; form, zone: of all records; interval: seconds between looks; rest:
        seconds that a file must rest; traces: False attributes and reports only. Until `KeyboardInterrupt`, or `once`.
        """
        from tracer.library.signals import watch_folder

        watch_folder(
            self, folder, channels, lang=language(lang), form=form, zone=zone, holder=holder, interval=interval,
            rest=rest, once=once, traces=traces, tell=tell,
        )  # fmt: skip

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


def folder_of(folder: AnyPath | None) -> Path:
    """The folder that is named, else `TRACER_CASE`, else the current folder when it is a case.

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
    raise UsageError("no case was named", remedy="give --case DIR, set TRACER_CASE, or change into the case's folder")


def run(
    manifest: AnyPath, folder: AnyPath = "tracer-case", *, replace: bool = False, allow_outside: bool = False,
    lang: str = "en", key_file: AnyPath | None = None, progress: Watcher | Bar | None = None, tell: Listener = quiet,
    compare: bool = True,
) -> Run:  # fmt: skip
    """Run a manifest in a folder, where the case is created if there is none: `tracer run case.toml`.

    A case that was made for a manifest which is refused then is removed again. The arguments are those of `Case.run`
    and `open`.

    Raises:
        InputRefused: what is wrong with the manifest or its files, all of it at once; nothing is kept.
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
