"""How likely a list's dates, columns and order are, given its parents, under the simulator's own draws (the oracle)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tests.bench.true_rows import NEVER, Given, Shown
from tracer.simulate.market import Market, SimList
from tracer.simulate.text import FIRST_DAY, ListLayout
from tracer.simulate.trade import RELEASE_LASTS

IN_ORDER = 0.95
"""Share of steps upwards from which rows count as standing in a parent's order: a few own rows stand between."""


@dataclass(frozen=True)
class Calendar:
    """The days of a market, and what is known of each list's."""

    told: NDArray[np.float64]
    """lists x days: probability of the dates that are told, if the list was made on that day."""
    gaps: NDArray[np.float64]
    """days of the youngest parent x days of the copy."""
    late: NDArray[np.float64]
    first: int


def calendar(market: Market, lists: Sequence[SimList]) -> Calendar | None:
    """None where the market has no dates."""
    spec = market.spec
    if spec.dates == "none":
        return None
    days = 2 * spec.horizon + 3 * RELEASE_LASTS
    day = np.arange(days)
    delay = spec.delay if spec.horizon > 60 else spec.horizon / 8
    told = np.zeros((len(lists), days))
    for number, entry in enumerate(lists):
        if entry.obtained is not None:
            late = (entry.obtained - FIRST_DAY).days - day
            told[number] = np.where(late >= 0, np.exp(-late / delay) * -np.expm1(-1 / delay), 0.0)
        if entry.created_told or _documented(entry, market):
            told[number] *= day == (entry.created - FIRST_DAY).days
    gaps, late_gaps = np.zeros((days, days)), np.zeros((days, days))
    for last in range(days):
        most = round(max(1, spec.horizon - last) * 0.25)
        wait = np.exp(-np.arange(most + 1) / spec.wait) * -np.expm1(-1 / spec.wait)
        wait[most] += 1 - wait.sum()
        for table, extra in ((gaps, 0), (late_gaps, RELEASE_LASTS if spec.horizon > 60 else 0)):
            start = min(last + 1 + extra, days)
            table[last, start : start + most + 1] = wait[: max(0, days - start)]
    return Calendar(told, gaps, late_gaps, max(1, round(0.4 * spec.horizon)))


def log_dates(times: Calendar | None, child: int, parents: Sequence[int], *, kept: bool) -> float:
    """ln of the probability of the child's dates, given those of the parents, whose days are averaged over."""
    if times is None:
        return 0.0
    told = times.told[child]
    if not parents:
        return float(np.log(max(told[: times.first].sum() / times.first, 1e-30)))
    below = np.ones(told.size)
    for parent in parents:
        below = below * np.cumsum(times.told[parent] / times.told[parent].sum())
    last = np.diff(below, prepend=0.0)
    return float(np.log(max(last @ (times.late if kept else times.gaps) @ told, 1e-30)))


def log_layout(child: ListLayout, parents: Sequence[ListLayout], market: Market) -> float:
    """ln of the probability of the columns and their headers; each parent may have been the first."""
    spec = market.spec
    count = len(child.columns)
    anew = float(-np.log(12) - gammaln(count + 1))
    if not parents:
        return anew + (count - 1) * float(np.log(0.85)) + (6 - count) * float(np.log(0.15)) + NEVER * child.renumbered
    ways = []
    for parent in parents:
        told = 0.0
        if child.columns == ("phone",):
            alone = spec.numbers_only * (child.headers == parent.headers)
            alone += (1 - spec.numbers_only) * spec.dropped ** (len(parent.columns) - 1)
            ways.append(float(np.log(max(alone, np.exp(NEVER)))))
            continue
        told += NEVER * len(set(child.columns) - set(parent.columns)) + float(np.log1p(-min(spec.numbers_only, 0.999)))
        told += (count - 1) * float(np.log(1 - spec.dropped))
        told += max(0, len(parent.columns) - count) * float(np.log(spec.dropped))
        same = (
            child.headers == parent.headers
            and child.dates == parent.dates
            and child.renumbered == parent.renumbered
            and child.columns == tuple(role for role in parent.columns if role in child.columns)
        )
        renamed = np.log(0.35) + anew + np.log(0.5) * (not parent.renumbered)
        renamed += NEVER * (parent.renumbered and not child.renumbered)
        ways.append(told + float(np.logaddexp(renamed, np.log(0.65) if same else -np.inf)))
    return float(np.logaddexp.reduce(ways)) - float(np.log(len(ways)))


def log_order(child: Shown, parents: Sequence[Given], origin: NDArray[np.int64], market: Market) -> float:
    """ln of how much likelier the child's order is than a random one."""
    spec = market.spec
    in_place = np.argsort(child.position)
    if spec.padding > 0 or bool((np.diff(child.number[in_place]) > 0).all()):
        return 0.0  # padded copies are shuffled; a sorted list has the order of its numbers, whatever its parents
    gain, kept = 0.0, False
    for index, parent in enumerate(parents):
        mine = parent.where[in_place][origin[in_place] == index]
        if mine.size < 10:
            continue
        if (np.diff(mine) > 0).mean() < IN_ORDER:
            return float(np.log(spec.shuffled))
        gain, kept = gain + float(gammaln(mine.size + 1)), True
    return gain + float(np.log(1 - spec.shuffled - spec.sorted)) if kept else 0.0


def log_forms(child: Shown, parents: Sequence[Shown], market: Market) -> float:
    """ln of the probability that numbers are written in one way, or not (row by row it stands in `Given.log_copy`)."""
    if not parents:
        return float(np.log(0.4 / 8)) if child.uniform else float(np.log(0.6))
    share = market.spec.reformatted
    stayed = all(parent.uniform and parent.form[0] == child.form[0] for parent in parents)
    if not child.uniform:
        return float(np.log1p(-share))
    return float(np.log(share / 8 + (1 - share) * stayed))


def _documented(entry: SimList, market: Market) -> bool:
    return any(entry.id == release.copy for release in market.releases)
