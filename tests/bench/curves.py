"""Time against size: `python -m tests.bench.curves [--most 20000000] [--json FILE]`.

Loads of growing files, and overlaps, traces and a query on growing cases: of 50 lists that grow, and of more and more
lists of one size. Every measurement is made in a process of its own, on a case like `derivation_scale`'s. To each
series seconds = fixed + k · size^p is fitted (least squares of the logarithms), p is printed, and what grows faster
than n log n is marked: between 10^5 and 2·10^7 that has about p = 1.07.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from tests.bench.derivation_scale import SEGMENTS, Size, build
from tests.bench.load import load_end_to_end
from tests.bench.load_file import write_list
from tests.bench.scale_spent import apart, peak, spent
from tracer.ask.named import find_query, run_query
from tracer.case.case import open_case
from tracer.trace import trace

SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000)
LISTS = (10, 30, 100, 300, 1_000)
OF_ONE_SIZE = 10_000
"""Memberships of each list where their number grows."""
STEEP = 1.15
"""An exponent from which something grows faster than n log n, as far as five or six sizes can tell."""


@dataclass(frozen=True)
class Point:
    """One measurement."""

    series: str
    size: int
    """Rows, memberships or lists."""
    seconds: float
    processor: float
    peak: float
    """Resident memory of the process, GiB."""
    disk: float
    """GB of the store."""


def loads(folder: Path, rows: int) -> list[Point]:
    """A file of so many rows into a new case."""
    source = folder / "list.csv"
    write_list(source, rows)
    cost = spent(lambda: load_end_to_end(folder, source))
    return [Point("load, rows", rows, *cost, peak(), _disk(folder))]


def traces(folder: Path, label: str, size: int) -> list[Point]:
    """The stages of a first trace that take time, a trace with nothing to do, and a query."""
    query = find_query("datasets")
    with open_case(folder / "case", key_file=folder / "key") as case:
        started: dict[str, float] = {}

        def watched(stage: str) -> None:
            started[stage] = time.perf_counter()

        cost = spent(lambda: trace(case, watched))
        overlaps, derivations, after = (started[name] for name in ("overlaps", "derivations", "vintages"))
        idle, asked = spent(lambda: trace(case)), spent(lambda: run_query(case.con, query))
        most = peak()
    costs = {
        "overlaps": (derivations - overlaps, 0.0), "derivations": (after - derivations, 0.0), "trace": cost,
        "trace, nothing new": idle, "query datasets": asked,
    }  # fmt: skip
    return [Point(f"{what} by {label}", size, *each, most, _disk(folder)) for what, each in costs.items()]


def exponent(points: Sequence[Point]) -> float:
    """p of seconds = fixed + k · size^p; NaN where the largest costs less than twice the smallest."""
    size, seconds = (np.array([getattr(one, what) for one in points], float) for what in ("size", "seconds"))
    if seconds[-1] < 2 * seconds.min():
        return float("nan")
    relative = size / size[-1]

    def misfit(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        fixed, k, p = parameters
        return np.asarray(np.log(fixed + k * relative**p) - np.log(seconds), dtype=np.float64)

    start = (0.5 * seconds.min(), seconds[-1], 1.0)
    bounds = ((0.0, 1e-9, 0.2), (float(seconds.min()) + 1e-6, np.inf, 3.0))
    return float(least_squares(misfit, start, bounds=bounds).x[2])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="memberships of the largest case")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    sizes = [size for size in SIZES if size <= given.most]
    points: list[Point] = []
    for rows in sizes:
        points += _fresh(partial(loads, rows=min(rows, 5_000_000)))
    # As dense in people as the largest, so that only the size grows.
    by_size = [(Size(50, size, False, max(100, SEGMENTS * size // SIZES[-1])), "memberships", size) for size in sizes]
    by_lists = [
        (Size(n, n * OF_ONE_SIZE, False, max(100, SEGMENTS * n * OF_ONE_SIZE // SIZES[-1])), "lists", n)
        for n in LISTS
        if n * OF_ONE_SIZE <= given.most
    ]
    for made, label, size in [*by_size, *by_lists]:
        points += _fresh(partial(build, size=made), partial(traces, label=label, size=size))
    print(_table(points))
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(one) for one in points], indent=2) + "\n", encoding="utf-8")
    return 0


def _fresh(*steps: Callable[[Path], list[Point] | None]) -> list[Point]:
    """Each step in a process of its own, in a folder that goes afterwards; what the last one measured."""
    found: list[Point] | None = None
    with tempfile.TemporaryDirectory(prefix="curves-") as folder:
        for step in steps:
            found = apart(partial(step, Path(folder)))
    return found or []


def _disk(folder: Path) -> float:
    return (folder / "case" / "case.duckdb").stat().st_size / 1e9


def _table(points: Sequence[Point]) -> str:
    lines = [f"{'what':34} {'size':>11} {'seconds':>8} {'processor':>9} {'GiB':>6} {'GB disk':>8}"]
    for series in dict.fromkeys(one.series for one in points):
        of_series = sorted({one.size: one for one in points if one.series == series}.values(), key=lambda one: one.size)
        lines += [
            f"{one.series:34} {one.size:>11,} {one.seconds:8.2f} {one.processor:9.2f} {one.peak:6.2f} {one.disk:8.3f}"
            for one in of_series
        ]
        power = exponent(of_series) if len(of_series) > 2 else float("nan")
        told = "about the same at every size" if np.isnan(power) else f"grows like size^{power:.2f}"
        lines.append(f"  {series}: {told}{'  STEEP' if power > STEEP else ''}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
