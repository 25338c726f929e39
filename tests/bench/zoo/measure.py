"""How near what is stated comes to the truth of a case."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from tests.bench.zoo.cases import Keeper, Kind
from tests.bench.zoo.rivals import RIVALS, read_held
from tests.bench.zoo.truth import Edge, Truth
from tests.simulate.score import closure
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts

SURE = 0.95
"""Probability from which an edge is practically an accusation."""
BANDS = (0.5, 0.7, 0.9, SURE)
"""Where the bands of stated probabilities begin; the last one ends with 1."""


@dataclass(frozen=True)
class Score:
    """Counts over one or more cases; they add up."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    """Edges stated at .5 or more that are true and false, and true ones that are not stated."""
    ancestry_right: int = 0
    ancestry_wrong: int = 0
    ancestry_missed: int = 0
    sure: int = 0
    sure_wrong: int = 0
    """Edges stated at `SURE` or more, and those of them that are false."""
    turned: int = 0
    """Edges stated at .5 or more that lead from a descendant to an ancestor, where it is not true both ways."""
    directed: int = 0
    """Edges stated at .5 or more that lead from an ancestor to a descendant."""
    unrelated: int = 0
    """Edges of grade G2 between lists neither of which descends from the other."""
    graded_wrong: int = 0
    graded: int = 0
    banded: tuple[tuple[int, int, float], ...] = ((0, 0, 0.0),) * len(BANDS)
    """For each band: edges that are stated there, those of them that are right, the sum of their probabilities."""

    def __add__(self, other: Score) -> Score:
        counts = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Score) if f.name != "banded"}
        bands = zip(self.banded, other.banded, strict=True)
        return Score(**counts, banded=tuple((a + x, b + y, c + z) for (a, b, c), (x, y, z) in bands))

    @property
    def f1(self) -> float:
        """Directed F1 at .5."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def ancestry_f1(self) -> float:
        """F1 of the closures."""
        return 2 * self.ancestry_right / max(1, 2 * self.ancestry_right + self.ancestry_wrong + self.ancestry_missed)

    @property
    def direction(self) -> float:
        """Of edges stated between an ancestor and a descendant, the share that leads down."""
        return self.directed / max(1, self.directed + self.turned)

    @property
    def stated(self) -> int:
        """Edges stated at .5 or more that count."""
        return self.right + self.wrong

    def bands(self) -> str:
        """`.50-.70: 41 at .61, .34 right [.20, .51]` for every band that has edges; the interval is exact."""
        told = []
        for low, high, (count, right, mass) in zip(BANDS, (*BANDS[1:], 1.0), self.banded, strict=True):
            if count:
                ends = interval(right, count)
                told.append(
                    f"{low:.2f}-{high:.2f}: {count} at {mass / count:.2f}, {right / count:.2f} right"
                    f" [{ends[0]:.2f}, {ends[1]:.2f}]"
                )
        return "; ".join(told) or "nothing stated"


def score(found: Mapping[Edge, float], truth: Truth, grades: Mapping[Edge, str] | None = None) -> Score:
    """Score edges with their probabilities."""
    counted = {edge: p for edge, p in found.items() if edge not in truth.allowed}
    likely = {edge for edge, p in counted.items() if p >= 0.5}
    sure = {edge for edge, p in counted.items() if p >= SURE}
    true, above = truth.edges, truth.ancestors
    stated = closure(edge for edge, p in found.items() if p >= 0.5) - truth.allowed
    graded = {edge for edge, grade in (grades or {}).items() if grade >= "G2" and edge in counted}
    apart = {(a, b) for a, b in graded if (a, b) not in above and (b, a) not in above}
    return Score(
        right=len(likely & true),
        wrong=len(likely - true),
        missed=len(true - likely - truth.allowed),
        ancestry_right=len(stated & above),
        ancestry_wrong=len(stated - above),
        ancestry_missed=len(above - stated - truth.allowed),
        sure=len(sure),
        sure_wrong=len(sure - true),
        turned=sum((b, a) in above and (a, b) not in above for a, b in likely),
        directed=len(likely & above),
        unrelated=len(apart),
        graded_wrong=len(graded - true),
        graded=len(graded),
        banded=tuple(_band(counted, true, low, high) for low, high in zip(BANDS, (*BANDS[1:], 2.0), strict=True)),
    )


def _band(counted: Mapping[Edge, float], true: frozenset[Edge], low: float, high: float) -> tuple[int, int, float]:
    inside = {edge: p for edge, p in counted.items() if low <= p < high}
    return len(inside), len(inside.keys() & true), sum(inside.values())


@dataclass(frozen=True)
class Measured:
    """One case, or several: the tool's score, the rivals', and the seconds that derivation took; they add up."""

    tool: Score = Score()
    rivals: Mapping[str, Score] | None = None
    seconds: float = 0.0
    cases: int = 0

    @staticmethod
    def sum(found: Iterable[Measured]) -> Measured:
        """All of them as one."""
        every = list(found)
        return Measured(
            sum((one.tool for one in every), Score()),
            {name: sum(((one.rivals or {}).get(name, Score()) for one in every), Score()) for name in RIVALS},
            sum(one.seconds for one in every), sum(one.cases for one in every),
        )  # fmt: skip


def rivals_of(con: duckdb.DuckDBPyConnection, truth: Truth) -> Mapping[str, Score]:
    """What the rivals come to on a case."""
    held = read_held(con)
    return {name: score(dict.fromkeys(rival(held), 1.0), truth) for name, rival in RIVALS.items()}


def measured(keeper: Keeper, kind: Kind, seed: int, answers: Mapping[Edge, float] | None = None) -> Measured:
    """Derive one case. answers: another tool's edges, which are scored instead."""
    with keeper.case(kind, seed) as (con, truth):
        others = rivals_of(con, truth)
        if answers is not None:
            return Measured(score(answers, truth), others, 0.0, 1)
        start = time.perf_counter()
        derivation.compute(CaseFacts(con), 1)
        took = time.perf_counter() - start
        rows = con.execute("SELECT parent, child, probability, grade FROM derivation ORDER BY ALL").fetchall()
    found = {(str(a), str(b)): float(p) for a, b, p, _ in rows}
    tool = score(found, truth, {(str(a), str(b)): str(grade) for a, b, _, grade in rows})
    return Measured(tool, others, took, 1)


def interval(wrong: int, all_: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (Clopper and Pearson)."""
    found = binomtest(wrong, all_).proportion_ci() if all_ else (0.0, 1.0)
    return float(found[0]), float(found[1])


def largest_carried(true: NDArray[np.float64], false: NDArray[np.float64]) -> float:
    """The empirical upper bound of a likelihood ratio (Vergeer et al., Science & Justice 56, 2016, 482-491): from there
    on, one more false pair that looks as sure as any would make ratios worse than none. true, false: log10 ratios.

    Written here because the package `lir` brings a plotter, a database mapper and an optimiser along; see its test."""
    top = min(max(true.max(), false.max()), np.log10(false.size + 1))
    grid = 0.01 * np.arange(max(0, int(top // 0.01) + 1) + 1)
    missed = (np.searchsorted(np.sort(true), grid, "right") + 1) / (true.size + 1)
    misled = (false.size - np.searchsorted(np.sort(false), grid, "right") + 1) / (false.size + 1)
    worse = np.flatnonzero(missed + 10**grid * misled > 1)
    return float(10 ** max(0.0, grid[worse[0]] - 0.01 if worse.size else grid[-1]))
