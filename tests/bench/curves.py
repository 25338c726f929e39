"""Time against size: `python -m tests.bench.curves [--most 20000000] [--json FILE]`.

Loads of growing files, and overlaps, traces and a query on growing cases: of 50 lists that grow, and of more and more
lists of one size. Every measurement is made in a process of its own, on a case like `derivation_scale`'s. To each
series seconds = fixed + k · size^p is fitted (least squares of the logarithms), p is printed, and what grows faster
than n log n is marked: between 10^5 and 2·10^7 that has about p = 1.07. Beside what is marked stands why, and the
functions whose own time grew most between the two largest sizes (`where_time_goes`).
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

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
MOST_ROWS = 5_000_000
"""Rows of the largest file."""
LABELS = ("memberships", "lists")
FIFTY = 50
"""Lists of the cases whose memberships grow."""
GROWN = 5
"""Functions that are named."""
OF_ONE_SIZE = 10_000
"""Memberships of each list where their number grows."""
STEEP = 1.15
"""An exponent from which something grows faster than n log n, as far as five or six sizes can tell."""

T = TypeVar("T")
_PAIRS = "popular people stand in more of more lists: pairs of holders grow like lists^1.5 here (`common._by_pairs`)"
_SEARCH = (
    "every list has more candidates for parents, whose likelihoods are maximised (`family.noisy_or`), and its place in"
    " the order is weighed among all lists (`order._insert`)"
)
WHY = {
    "overlaps by lists": "there is a finding for every pair, lists^2 / 2 of them; the background is fitted to all pairs"
    f" (`background._fit`); {_PAIRS}",
    "derivations by lists": _SEARCH,
    "trace by lists": f"pairs and search: {_PAIRS}; {_SEARCH}",
    "trace, nothing new by lists": "the digest of what stands sorts all findings (`trace.findings_digest`), and there"
    " is one for every pair of lists",
    "overlaps by memberships": "sets and pairs of holders grow no faster than memberships (9 times as many for 10"
    " times); between 10^5 and a few 10^6 the fixed part ends, and their matrix outgrows the processor's cache",
}
"""Series → what in the code makes it grow faster than n log n; found by profiles and counts of 100 and 300 lists, and
of 10^6 and 10^7 memberships."""


@dataclass(frozen=True)
class Point:
    """One measurement."""

    series: str
    size: int
    seconds: float
    processor: float
    peak: float
    disk: float


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
        started: dict[str, tuple[float, float]] = {}

        def watched(stage: str) -> None:
            started[stage] = (time.perf_counter(), sum(os.times()[:2]))

        cost = spent(lambda: trace(case, watched))
        overlaps, derivations, after = (np.array(started[name]) for name in ("overlaps", "derivations", "vintages"))
        idle, asked = spent(lambda: trace(case)), spent(lambda: run_query(case.con, query))
        most = peak()
    costs = {
        "overlaps": derivations - overlaps, "derivations": after - derivations, "trace": cost,
        "trace, nothing new": idle, "query datasets": asked,
    }  # fmt: skip
    return [
        Point(f"{what} by {label}", size, float(each[0]), float(each[1]), most, _disk(folder))
        for what, each in costs.items()
    ]


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


def measured(most: int) -> list[Point]:
    """All series, up to a case of `most` memberships and a file of 5,000,000 rows."""
    points: list[Point] = []
    for rows in (size for size in SIZES if size <= min(most, MOST_ROWS)):
        points += _fresh(partial(loads, rows=rows))
    for label in LABELS:
        for made in cases(label, most):
            points += _fresh(partial(build, size=made), partial(traces, label=label, size=_along(label, made)))
    return points


def cases(label: str, most: int) -> list[Size]:
    """The cases of the series "by memberships" or "by lists", smallest first."""
    if label == "memberships":
        return [_sized(FIFTY, size) for size in SIZES if size <= most]
    return [_sized(n, n * OF_ONE_SIZE) for n in LISTS if n * OF_ONE_SIZE <= most]


def _sized(datasets: int, memberships: int) -> Size:
    """As dense in people as the largest, so that only the size grows."""
    return Size(datasets, memberships, False, max(100, SEGMENTS * memberships // SIZES[-1]))


def _along(label: str, made: Size) -> int:
    return made.memberships if label == "memberships" else made.datasets


def fits(points: Sequence[Point]) -> dict[str, float]:
    """Series → exponent; NaN where there is none to tell."""
    return {
        series: exponent(of_series) if len(of_series) > 2 else float("nan")
        for series, of_series in _by_series(points).items()
    }


def explained(points: Sequence[Point], most: int) -> list[str]:
    """Beside every series that is marked: why, and where the time goes."""
    steep = [series for series, power in fits(points).items() if power > STEEP]
    lines = []
    for label in LABELS:
        marked = [series for series in steep if series.endswith(f" by {label}")]
        if marked:
            found = where_time_goes(cases(label, most)[-2:], [_along(label, made) for made in cases(label, most)[-2:]])
            lines += [f"{series}: {WHY.get(series, 'not explained yet')}" for series in marked]
            lines += [f"  most of the growth of a trace by {label}:", *(f"    {line}" for line in found)]
    return lines + [f"{series}: {WHY.get(series, 'not explained yet')}" for series in steep if " by " not in series]


def where_time_goes(made: Sequence[Size], sizes: Sequence[int]) -> list[str]:
    """The functions whose time grew most between two cases, in words."""
    small, large = (_fresh(partial(build, size=one), profiled) for one in made)
    grown = sorted(large, key=lambda name: small.get(name, 0.0) - large[name])[:GROWN]
    return [
        f"{name}: {small.get(name, 0.0):.2f} s at {sizes[0]:,}, {large[name]:.2f} s at {sizes[1]:,}" for name in grown
    ]


def profiled(folder: Path) -> dict[str, float]:
    """Function of the tool → seconds of a first trace in itself and in what it calls of others (DuckDB, numpy)."""
    profile = cProfile.Profile()
    with open_case(folder / "case", key_file=folder / "key") as case:
        profile.runcall(trace, case)
    found: dict[str, float] = {}
    for function, (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]  # not in the stubs
        if "/tracer/" in function[0]:
            found[_named(function)] = found.get(_named(function), 0.0) + own
            continue
        for caller, (*_, through) in callers.items():
            if "/tracer/" in caller[0]:
                found[_named(caller)] = found.get(_named(caller), 0.0) + through
    return found


def _named(function: tuple[str, int, str]) -> str:
    return f"{function[0].rpartition('/tracer/')[2]} {function[2]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, fit, explain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="memberships of the largest case")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    points = measured(given.most)
    print(table(points))
    print("\n".join(explained(points, given.most)))
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(one) for one in points], indent=2) + "\n", encoding="utf-8")
    return 0


def _fresh(*steps: Callable[[Path], T | None]) -> T:
    """Each step in a process of its own, in a folder that goes afterwards; what the last one gives."""
    found: T | None = None
    with tempfile.TemporaryDirectory(prefix="curves-") as folder:
        for step in steps:
            found = apart(partial(step, Path(folder)))
    if found is None:
        raise AssertionError("the last step measures nothing")
    return found


def _disk(folder: Path) -> float:
    return (folder / "case" / "case.duckdb").stat().st_size / 1e9


def _by_series(points: Sequence[Point]) -> dict[str, list[Point]]:
    return {
        series: sorted((one for one in points if one.series == series), key=lambda one: one.size)
        for series in dict.fromkeys(one.series for one in points)
    }


def table(points: Sequence[Point]) -> str:
    """The points, and under each series how it grows."""
    lines, powers = (
        [f"{'what':34} {'size':>11} {'seconds':>8} {'processor':>9} {'GiB':>6} {'GB disk':>8}"],
        fits(points),
    )
    for series, of_series in _by_series(points).items():
        lines += [
            f"{one.series:34} {one.size:>11,} {one.seconds:8.2f} {one.processor:9.2f} {one.peak:6.2f} {one.disk:8.3f}"
            for one in of_series
        ]
        power = powers[series]
        told = "about the same at every size" if np.isnan(power) else f"grows like size^{power:.2f}"
        lines.append(f"  {series}: {told}{'  STEEP' if power > STEEP else ''}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
