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
from tracer.errors import CaseUnavailable, InputRefused, TracerError
from tracer.signals.resting import FileShape, RestingFiles

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
        """Load the files. A bad one is reported once, and left until it changes."""
        for path, shape in ready:
            try:
                arrived = take_in(case, path, self.folder, self.reading)
            except CaseUnavailable:
                raise
            except TracerError as problem:
                self.files.done(path, shape)
                self.say(f"left out: {problem.line()}")
                continue
            self.files.done(path, shape)
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

    def sum_up(self) -> None:
        """Say what was left."""
        left = self.files.waiting()
        if left:
            names = ", ".join(path.name for path in left[:5])
            self.say(f"{len(left)} files still changed or could not be loaded yet, and were left: {names}")
