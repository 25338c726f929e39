"""What a measurement at scale has cost, beside what it is compared with."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Line:
    """One measurement."""

    what: str
    seconds: float
    """Wall clock, median."""
    processor: float
    """Seconds of all threads, median: what stays comparable while others use the machine."""
    peak: float
    """Resident memory of the process so far, GiB; 0 where it was not measured."""
    floor: float | None = None
    """Seconds of what it is compared with."""
    bar: str = ""
    within: bool | None = None
    """Whether the bar is met; None without a bar."""

    @property
    def ratio(self) -> float | None:
        """Its seconds in ratio to the floor's."""
        return None if self.floor is None else self.seconds / max(self.floor, 1e-9)

    def text(self) -> str:
        """One line of the table."""
        beside = "" if self.floor is None else f"{self.floor:8.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:6.2f}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.within]
        return (
            f"{self.what:44} {self.seconds:8.2f} {self.processor:9.2f} {self.peak:5.2f} {beside:>8} {ratio:>6}"
            f"  {self.bar} {verdict}".rstrip()
        )

    def told(self) -> dict[str, object]:
        """The same for machines."""
        return {**asdict(self), "ratio": self.ratio}


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
    """Most resident memory that this process has had, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
