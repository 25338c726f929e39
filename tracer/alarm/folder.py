"""The loop of a watch: look into a folder, load what rests, do what follows from it, wait."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tracer.alarm.intake import Arrived, FolderReading, take_in
from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.case.store import store_fault
from tracer.errors import CaseUnavailable, InputRefused, TracerError, is_interruption
from tracer.signals.resting import FileShape, RestingFiles
from tracer.visible import label

Ready: TypeAlias = Sequence[tuple[Path, FileShape]]
"""Files that rest, and their shapes."""


@dataclass
class FolderWatch(ABC):
    """A watch of one folder. The case is opened for a step and closed again, so that others can work on it."""

    folder: Path
    open_case: Callable[[], AbstractContextManager[Case]]
    say: Callable[[str], None]
    reading: FolderReading = field(default_factory=FolderReading, kw_only=True)
    rest: float = field(default=2.0, kw_only=True)
    """Seconds for which a file must not have changed."""
    files: RestingFiles = field(init=False)
    aside: dict[Path, str] = field(init=False, default_factory=dict)
    """Files that could not be read, and why."""

    def __post_init__(self) -> None:
        """The files of the folder."""
        self.files = RestingFiles(self.folder, self.rest)

    def step(self) -> None:
        """Everything that can be done now. A case that somebody else works on is left for the next step.

        Raises:
            JournalChanged: the journal was changed; waiting does not help.
        """
        ready = list(self.files.ready())
        if not ready and not self.is_due():
            return
        try:
            self.work(ready)
        except JournalChanged:
            raise
        except CaseUnavailable as problem:
            self.say(f"waiting: {problem.line()}")
            self.put_off()

    @abstractmethod
    def work(self, ready: Ready) -> None:
        """Load these files, and do what follows."""

    def is_due(self) -> bool:
        """Whether something is to be done although no file has arrived."""
        return False

    def put_off(self) -> None:  # noqa: B027 - most have nothing to remember
        """The case could not be opened: what was to be done is still to be done."""

    def take(self, case: Case, ready: Ready) -> Iterator[Arrived]:
        """Load the files. Whatever one brings about, it is reported once, set aside until it changes, and the others
        are loaded. What may have another cause, such as a full disk, is tried again.
        """
        for path, shape in ready:
            try:
                arrived = take_in(case, path, self.folder, self.reading)
            except CaseUnavailable:
                raise
            except Exception as problem:
                if is_interruption(problem):
                    raise KeyboardInterrupt from problem
                fault = store_fault(problem)
                elsewhere = any(isinstance(one, OSError | MemoryError) for one in (problem, problem.__cause__))
                self.files.done(path, shape, again=elsewhere or fault is not None)
                self._set_aside(path, problem)
                if fault is not None:
                    raise fault from problem
                continue
            self.files.done(path, shape)
            self.aside.pop(path, None)
            if arrived.said:
                self.say(arrived.said)
            yield arrived

    def follow(self, *, interval: float, once: bool, sleep: Callable[[float], None] = time.sleep) -> None:
        """Step until interrupted, or once.

        Ctrl-C between two steps ends it with nothing half done; during one, the file being loaded is rolled back.

        Raises:
            InputRefused: no such folder.
        """
        if not self.folder.is_dir():
            raise InputRefused("no such folder", where=str(self.folder), remedy="make it first, or check its name")
        self.say(f"watching {self.folder}" + ("" if once else " (Ctrl-C ends it)"))
        try:
            while True:
                self.step()
                if once:
                    return
                sleep(interval)
        finally:
            self.sum_up()

    def _set_aside(self, path: Path, problem: Exception) -> None:
        """Say why, unless it was said before."""
        fault = (isinstance(problem, OSError) and problem.strerror) or type(problem).__name__
        unforeseen = label(f"{path.name}: it cannot be read ({fault})")
        why = problem.line() if isinstance(problem, TracerError) else unforeseen
        if self.aside.get(path) != why:
            self.say(f"left out: {why}")
        self.aside[path] = why

    def sum_up(self) -> None:
        """Say what was left."""
        if self.aside:
            self.say(f"left out, because they could not be read: {_names(sorted(self.aside))}")
        left = self.files.waiting()
        if left:
            self.say(f"{len(left)} files still changed or could not be loaded yet, and were left: {_names(left)}")


def _names(paths: Sequence[Path]) -> str:
    return label(", ".join(path.name for path in paths[:5]) + (" …" if len(paths) > 5 else ""))
