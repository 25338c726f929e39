"""How far a long call is: handed to a callback, or drawn as one line that works in terminals and notebooks alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tracer.errors import UsageError
from tracer.visible import visible

if TYPE_CHECKING:
    import duckdb

    from tracer.meter import Meter


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
        """One line."""
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
        self._what, self._size, self._behind = "", 0, 0

    def begin(self, what: str, size: int = 0) -> None:
        """The job turns to `what`."""
        self._behind += self._size
        self._what, self._size = what, size
        self.heading_for(0.0)

    def heading_for(self, share: float) -> None:
        """The running step ends at this share of `what`; the steps before it are done."""
        done = min(1.0, (self._behind + self._size * share) / self._total) if self._total > 0 else None
        self._say(done)

    def tell(self, _: str, /) -> bool:
        """Steps alone are handed on."""
        return False

    def end(self) -> None:
        """The job is done."""
        self._what = ""
        self._say(1.0)

    def _say(self, share: float | None) -> None:
        self._watch(Progress(self._job, self._what, share, time.monotonic() - self._began))


def meters_of(progress: Watcher | Literal["bar"] | None) -> Meters:
    """What `tracer.open(progress=…)` asks for.

    Raises:
        UsageError: neither a callback nor `bar`.
    """
    if progress is not None and progress != "bar" and not callable(progress):
        raise UsageError(f"invalid progress {progress!r}", remedy='give a function, "bar" or None')

    @contextmanager
    def watched(job: str, _: duckdb.DuckDBPyConnection, total: int) -> Iterator[Meter]:
        from tracer.meter import SILENT

        if progress is None:
            yield SILENT
            return
        steps = _Steps(job, total, _Line().show if isinstance(progress, str) else progress)
        yield steps
        steps.end()

    return watched


class _Line:
    """One line on stderr that each step overwrites."""

    _CELLS = 20

    def __init__(self) -> None:
        self._wide = 0

    def show(self, progress: Progress) -> None:
        """Draw it; the last one ends the line."""
        full = round((progress.share or 0.0) * self._CELLS)
        bar = "" if progress.share is None else f"[{'█' * full}{'·' * (self._CELLS - full)}] "
        text = f"{bar}{progress}" if progress.step else f"{bar}{progress} ({progress.seconds:.1f} s)"
        sys.stderr.write(f"\r{text:<{self._wide}}" + ("" if progress.step else "\n"))
        sys.stderr.flush()
        self._wide = len(text)
