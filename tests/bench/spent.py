"""What a measurement has cost, next to what it is compared with."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
HEAD = f"{'what':64} {'seconds':>8} {'processor':>9} {'GiB':>5} {'GB disk':>7} {'beside':>8} {'ratio':>7}  bar"


@dataclass(frozen=True)
class Line:
    """One measurement. Where it gives the tool's seconds again, next to a peer's, processor and peak are the peer's."""

    what: str
    seconds: float
    processor: float
    """Seconds of all threads, median: what stays comparable while others use the machine."""
    peak: float
    """Resident memory of the process so far, GiB; 0 where it was not measured."""
    floor: float | None = None
    """Seconds of what it is compared with."""
    bar: str = ""
    within: bool | None = None
    """Whether the bar is met; None without a bar."""
    disk: float = 0.0
    """GB that it left on disk; 0 where it was not measured."""

    @property
    def ratio(self) -> float | None:
        """Its seconds in ratio to the floor's."""
        return None if self.floor is None else self.seconds / max(self.floor, 1e-9)

    def text(self) -> str:
        """One line of the table."""
        beside = "" if self.floor is None else f"{self.floor:8.3f}"
        ratio = "" if self.ratio is None else f"{self.ratio:7.3f}"
        disk = f"{self.disk:7.3f}" if self.disk else ""
        verdict = {True: "met", False: "MISSED", None: ""}[self.within]
        return (
            f"{self.what:64} {self.seconds:8.3f} {self.processor:9.3f} {self.peak:5.2f} {disk:>7} {beside:>8}"
            f" {ratio:>7}  {self.bar} {verdict}".rstrip()
        )


def spent(work: Callable[[], object], repeat: int = 1) -> tuple[float, float]:
    """Median seconds on the clock and of the processor (children included)."""
    clock, processor = [], []
    for _ in range(repeat):
        start, before = time.perf_counter(), os.times()
        work()
        after = os.times()
        clock.append(time.perf_counter() - start)
        processor.append(sum(after[:4]) - sum(before[:4]))
    return statistics.median(clock), statistics.median(processor)


def peak() -> float:
    """Most resident memory that this process has had, GiB.

    What `getrusage` tells is at least what the process had that started this one, where Linux tells it better.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / (1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (30 if sys.platform == "darwin" else 20))


def disk(folder: Path) -> float:
    """GB of all files under `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


def apart(work: Callable[[], T]) -> T:
    """What `work` (which can be pickled) gives in a process of its own, so that its peak is its own.

    Raises what it raises, `BrokenProcessPool` where the process dies.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work).result()


def table(lines: Sequence[Line]) -> str:
    """The lines as a table for people."""
    return "\n".join([HEAD, *(line.text() for line in lines)])
