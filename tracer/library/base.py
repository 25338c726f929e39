"""What every part of the library has: the case's folder and key, and the way to its store.

DuckDB's lock on a file keeps other processes out, and not a second connection of this one. So every `Case` of a folder
shares one `CaseFolder`, and a call, from whatever thread, waits until the one before it is done.
"""

from __future__ import annotations

import errno
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tracer.errors import CaseUnavailable, TracerError, UsageError, is_interruption
from tracer.late_imports import imported_when_used
from tracer.visible import visible

with imported_when_used():
    from tracer import meter
    from tracer.alarm.reader import ChildReader
    from tracer.case.case import Case as OpenStore
    from tracer.case.case import open_case
    from tracer.case.store import store_fault
    from tracer.dossier.parties import new_parties, party_ids
    from tracer.meter import Meter

if TYPE_CHECKING:
    import duckdb

Listener = Callable[[str], None]
"""Is given what a longer call says while it runs, a line each."""


def quiet(_: str) -> None:
    """A listener that keeps nothing."""


@dataclass(frozen=True)
class Progress:
    """How far a call is.

    >>> print(Progress("loading", "d7.csv", 0.5, 12.0))
    loading d7.csv 50 %
    """

    job: str
    """`loading` or `tracing`."""
    step: str
    """The file that is read, or the stage that runs; empty at the end."""
    share: float | None
    """How much of the job is done, 0 to 1; None where that is not known."""
    seconds: float
    """Since the job began."""

    def __str__(self) -> str:
        done = "" if self.share is None else f" {self.share * 100:.0f} %"
        return visible(f"{self.job} {self.step}".rstrip() + done)


Watcher: TypeAlias = Callable[[Progress], None]
"""Is called at each step, in the thread that made the call; it must not call the case."""
Meters: TypeAlias = Callable[[str, "duckdb.DuckDBPyConnection", int], AbstractContextManager["Meter"]]
"""Job, the connection that runs its statements, and the bytes of all its files (0: not known) → a meter."""


class _Steps:
    """A meter that hands on each step."""

    def __init__(self, job: str, total: int, watch: Watcher) -> None:
        self._job, self._total, self._watch = job, total, watch
        self._began = time.monotonic()
        self._what, self._size, self._done = "", 0, 0

    def begin(self, what: str, size: int = 0) -> None:
        """The job turns to `what`."""
        self._done += self._size
        self._what, self._size = what, size
        self.heading_for(0.0)

    def heading_for(self, share: float) -> None:
        """The running step ends at this share of `what`; the steps before it are done."""
        self._say(min(1.0, (self._done + self._size * share) / self._total) if self._total > 0 else None)

    def narrate(self, _: str, /) -> bool:
        """Steps alone are handed on."""
        return False

    def end(self) -> None:
        """The job is done."""
        self._what = ""
        self._say(1.0)

    def _say(self, share: float | None) -> None:
        self._watch(Progress(self._job, self._what, share, time.monotonic() - self._began))


def meters_of(progress: Watcher | Literal["bar"] | None) -> Meters:
    """What `tracer.open(progress=…)` asks for. Raises `UsageError`: neither a callback nor `bar`."""
    if progress is not None and progress != "bar" and not callable(progress):
        raise UsageError(f"invalid progress {progress!r}", remedy='give a function, "bar" or None')

    @contextmanager
    def watched(job: str, _: duckdb.DuckDBPyConnection, total: int) -> Iterator[Meter]:
        if progress is None:
            yield meter.SILENT
            return
        steps = _Steps(job, total, _line() if isinstance(progress, str) else progress)
        yield steps
        steps.end()

    return watched


def _line() -> Watcher:
    """One line on stderr that each step overwrites; the last one ends it."""
    wide, cells = 0, 20

    def show(progress: Progress) -> None:
        nonlocal wide
        full = round((progress.share or 0.0) * cells)
        bar = "" if progress.share is None else f"[{'█' * full}{'·' * (cells - full)}] "
        text = f"{bar}{progress}" if progress.step else f"{bar}{progress} ({progress.seconds:.1f} s)"
        sys.stderr.write(f"\r{text:<{wide}}" + ("" if progress.step else "\n"))
        sys.stderr.flush()
        wide = len(text)

    return show


@dataclass(frozen=True)
class Changed:
    """What a change did: the object that the command line prints.

    >>> Changed({"party": "cti-x", "outcome": "added"})["outcome"]
    'added'
    """

    done: Mapping[str, Any]
    to_trace: bool = False
    """Whether `trace` has to run before findings know it."""
    notes: tuple[str, ...] = ()
    """What the reader must know, in sentences."""

    def __getitem__(self, name: str) -> Any:
        return self.done[name]

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return dict(self.done)


@dataclass(frozen=True)
class Access:
    """The folder, key and manners of one `Case`, shared by its parts."""

    folder: Path
    key_file: Path | None
    read_only: bool
    meters: Meters
    shared: CaseFolder

    @classmethod
    def of(cls, folder: Path, key_file: Path | None, meters: Meters, *, read_only: bool = False) -> Access:
        """The access to a folder; nothing is opened yet."""
        return cls(folder, key_file, read_only, meters, shared_folder(folder))

    def reading(self) -> AbstractContextManager[OpenStore]:
        """The store, open for reading; the journal may be written."""
        return self.shared.reading(self.key_file)

    def writing(self, *, thorough: bool = False, computes: bool = False) -> AbstractContextManager[OpenStore]:
        """The store, open for writing; see `open_case`. Raises `UsageError`: the case was opened read-only."""
        self.refuse_read_only()
        return self.shared.writing(self.key_file, thorough=thorough, computes=computes)

    def reader(self) -> ChildReader:
        """What reads inputs that come by themselves, in a process of its own.

        Raises `UsageError`: the case was opened read-only. CaseUnavailable: it is not a case, or its key is not here.
        """
        self.refuse_read_only()
        with self.reading():
            pass  # a wrong case or key is reported at once, not with the first input
        return ChildReader(self.folder.absolute(), self.key_file and self.key_file.absolute())

    def alone(self, *, changes: bool) -> AbstractContextManager[None]:
        """The folder with no store open, for what opens it by itself; `changes`: whether that writes."""
        if changes:
            self.refuse_read_only()
        return self.shared.turn()

    def refuse_read_only(self) -> None:
        """Raises `UsageError` where the case was opened read-only."""
        if self.read_only:
            raise UsageError(
                "the case was opened read-only", where=str(self.folder), remedy="open it without read_only=True"
            )

    @contextmanager
    def change(
        self, command: str, *, hash_of: str | None = None, also: Mapping[str, object] | None = None
    ) -> Iterator[Change]:
        """One change in one transaction, journaled with what it says that it has done.

        hash_of: the evidence whose hash the journal names, so that an anchor fixes it; also: what the journal says in
        addition to what was done.
        """
        with self.writing() as store:
            change = Change(store)
            with store.transaction():
                known = party_ids(store.con)
                yield change
                if not command.startswith("party "):
                    change.notes[:0] = new_parties(store.con, known)
                found = store.con.execute("SELECT id, sha256 FROM evidence WHERE id = $id", {"id": hash_of}).fetchall()
                store.journal.append(command=command, inputs=dict(found), detail={**change.done, **(also or {})})
            same = change.done.get("outcome") == "same" or change.done.get("changed") == []
            change.to_trace = not same and store.meta("stage:overlaps") != ""


class Change:
    """A change of a case while it is made: the open store, and what is to be said of it."""

    def __init__(self, store: OpenStore) -> None:
        self.store, self.con = store, store.con
        self.done: dict[str, Any] = {}
        self.notes: list[str] = []
        self.to_trace = False

    def changed(self) -> Changed:
        """What was done, when it is done."""
        return Changed(self.done, self.to_trace, tuple(self.notes))


class CasePart:
    """A part of a `Case`: the same folder, key and lock."""

    def __init__(self, access: Access) -> None:
        self._access = access


class CaseFolder:
    """The one way to a case's store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock, self._busy = threading.RLock(), False
        self._kept: OpenStore | None = None
        """Open for reading, between the calls of a `with` block."""
        self._blocks = 0
        self.listener: Listener | None = None
        """Is given, once, what a watch could not send to anybody."""

    def _opened_store(self, store: OpenStore) -> OpenStore:
        """The store; what a watch could not send is said first."""
        listener, self.listener = self.listener, None
        if listener is not None:
            for channel, messages, since in store.con.execute(
                "SELECT channel, messages, since FROM views.untold ORDER BY channel"
            ).fetchall():
                many = "an alarm" if messages == 1 else f"{messages} alarms"
                listener(f"Warning: {many} of {since:%Y-%m-%d} could not be sent to {channel}: tracer status")
        return store

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The folder alone, with no store open: for what opens it by itself. Faults of the disk become errors."""
        with self._lock:
            self._enter()
            try:
                with faults_explained():
                    self._close_kept()
                    yield
            finally:
                self._busy = False

    @contextmanager
    def reading(self, key_file: Path | None) -> Iterator[OpenStore]:
        """The store, open for reading."""
        with self._lock:
            self._enter()
            store = self._kept
            try:
                with faults_explained():
                    store = self._opened_store(store or open_case(self.folder, key_file=key_file, read_only=True))
                    yield store
                    if self._blocks:
                        self._kept, store = store, None
            except BaseException:
                self._kept = None  # a statement that failed may still run on it
                raise
            finally:
                self._busy = False
                if store is not None:
                    store.close()

    @contextmanager
    def writing(self, key_file: Path | None, *, thorough: bool = False, computes: bool = False) -> Iterator[OpenStore]:
        """The store, open for writing; `thorough`: every bit of it is compared with its seal; `computes`: it is asked
        much, and nothing large is added."""
        with self.turn(), open_case(self.folder, key_file=key_file, thorough=thorough, computes=computes) as store:
            yield self._opened_store(store)

    def begin_block(self) -> None:
        """A `with` block begins: between its calls the store may stay open."""
        with self._lock:
            self._blocks += 1

    def end_block(self) -> None:
        """A `with` block ends."""
        with self._lock:
            self._blocks -= 1
            if not self._blocks and not self._busy:
                self._close_kept()

    def _enter(self) -> None:
        if self._busy:
            raise UsageError(
                "the case is in the middle of another call",
                where=str(self.folder),
                remedy="call it when that one has returned, not from its callback",
            )
        self._busy = True

    def _close_kept(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


_ALL: dict[Path, CaseFolder] = {}
_GUARD = threading.Lock()


def shared_folder(folder: Path) -> CaseFolder:
    """What shares the store of a folder, the same one for every way in which its path is written."""
    resolved = folder.resolve()
    with _GUARD:
        if resolved not in _ALL:
            _ALL[resolved] = CaseFolder(folder)
        return _ALL[resolved]


@contextmanager
def faults_explained() -> Iterator[None]:
    """A full or damaged disk becomes `CaseUnavailable`, an interrupted statement `KeyboardInterrupt`."""
    try:
        yield
    except TracerError:
        raise
    except Exception as error:
        fault = fault_of_disk(error)
        if fault is not None:
            raise fault from error
        if is_interruption(error):
            raise KeyboardInterrupt from error
        raise


def fault_of_disk(error: Exception) -> TracerError | None:
    """A full or damaged disk, which may show anywhere; None where the error is a fault of the program."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        what = "the disk cannot be written" if error.errno == errno.EROFS else "the disk is full"
        return CaseUnavailable(
            what, where=str(error.filename or ""), remedy="make room or name another place, and repeat the command"
        )
    if "duckdb" not in sys.modules:
        return None
    return store_fault(error)
