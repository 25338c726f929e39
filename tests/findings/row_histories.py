"""Invented clients whose lists grow and shrink from day to day, and copies that left them on known days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.vintage.fence import Cohorts, as_cohorts

NEVER = 10**9


@dataclass(frozen=True)
class Setting:
    """How a client's history and a copy of it are drawn."""

    rate: float
    rows: int = 3_000
    """Rows that the client adds in all, from the first day to the last."""
    days: int = 730
    deleted: float = 0.15
    otherwise: float = 0.002
    """Share of the client's other rows that stand in the copy all the same."""
    misdated: float = 0.005
    """Share of rows whose day of adding is a later one than the true one."""
    every: int | None = None
    """Days between successive lists, where no column tells the days; None: columns tell them."""
    wait: float = 40.0


@dataclass(frozen=True)
class Copied:
    """One case."""

    cohorts: Cohorts
    left: int
    obtained: int


def draw(setting: Setting, rng: np.random.Generator) -> Copied:
    """A client and a copy of its list. Days are counted from 0; more rows come on some days of the week."""
    week = rng.dirichlet(np.full(7, 3.0))
    weight = week[np.arange(setting.days) % 7] * np.exp(rng.normal(0, 0.5, setting.days))
    added = rng.choice(setting.days, setting.rows, p=weight / weight.sum())
    gone = np.full(setting.rows, NEVER)
    leaving = rng.random(setting.rows) < setting.deleted
    gone[leaving] = added[leaving] + 1 + rng.integers(0, setting.days, leaving.sum())
    left = int(rng.integers(30, setting.days))
    hour = rng.random(setting.rows)
    there = (added + hour <= left + 0.5) & (gone + hour > left + 0.5)
    taken = np.where(there, rng.random(setting.rows) < setting.rate, rng.random(setting.rows) < setting.otherwise)
    obtained = min(setting.days - 1, left + int(rng.exponential(setting.wait)))
    written = added.copy()
    wrong = rng.random(setting.rows) < setting.misdated
    written[wrong] = np.minimum(added[wrong] + rng.integers(1, 200, wrong.sum()), setting.days - 1)
    gone = np.where(gone < setting.days, np.maximum(gone, written), NEVER)
    return Copied(_cohorts(setting, written, gone, taken), left, obtained)


def _cohorts(setting: Setting, added: NDArray[np.int64], gone: NDArray[np.int64], taken: NDArray[np.bool_]) -> Cohorts:
    rows: dict[tuple[float | None, ...], list[int]] = {}
    lists = np.arange(0, setting.days + setting.every, setting.every) if setting.every else None
    for come, go, hit in zip(added.tolist(), gone.tolist(), taken.tolist(), strict=True):
        key = _told(come, go) if lists is None else _between(come, go, lists)
        if key is not None:
            count = rows.setdefault(key, [0, 0])
            count[0] += 1
            count[1] += hit
    return as_cohorts([(*key, *count) for key, count in rows.items()])


def _told(come: int, go: int) -> tuple[float | None, ...]:
    return (float(come), come + 1.0, *((float(go), go + 1.0) if go < NEVER else (None, None)))


def _between(come: int, go: int, lists: NDArray[np.int64]) -> tuple[float | None, ...] | None:
    """What successive lists, taken at noon, tell; None: the row stands in none of them."""
    inside = (lists > come) & (lists <= go)
    if not inside.any():
        return None
    first, last = int(np.flatnonzero(inside)[0]), int(np.flatnonzero(inside)[-1])
    came = (lists[first - 1] + 0.5, lists[first] + 0.5) if first > 0 else (None, None)
    went = (lists[last] + 0.5, lists[last + 1] + 0.5) if last + 1 < lists.size else (None, None)
    return (*came, *went)
