"""The vintage fence: on which day did a copy leave a client whose row history is known?

On day t the client's list held the rows that had been added and not yet deleted. A copy of that day, sub-sampled at a
rate r, holds each of these with probability r; any other row of the client's with a small probability e (it came
otherwise, or its date is wrong). So the newest matching rows bound the day from below; k later rows that are all
missing have likelihood (1-r)^k, and deleted rows that are present e^k: these bound it from above (methods 2). The
posterior over the days is flat before looking; r is the likeliest one for each day, e is averaged over a grid.

Resellers choose rows, so rows are not independent: where the rate differs from one cohort of rows to the next by more
than the binomial allows, the log-likelihood is divided by that ratio (quasi-likelihood, Wedderburn 1974). Where it
differs so much that rows were chosen by time (a lot of consecutive rows of a list that grows at its end), later rows
are missing whenever the copy was made: then nothing but dates bounds the day from above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, betaincinv, logsumexp, xlog1py, xlogy

LEVELS = 10
"""Steps between a row that was certainly not there on a day (0) and one that certainly was."""
OTHERWISE = (3e-4, 1e-3, 4e-3, 0.015, 0.05)
"""Shares of the client's other rows that a copy may hold all the same."""
COVER = 0.95
"""Probability of the window."""
BINS, LEAST_IN_BIN = 20, 20
"""Cohorts that are compared to see whether the rate is one and the same, and the least rows of each."""
CHOSEN = 3.0
"""From this ratio the rows were chosen by time."""
_ALIKE = 1e-6
"""Nats up to which two days are as likely as one another: less is rounding."""
_NEVER = 1e-300
"""Probability from which a day is out of the question."""
ONE_DAY = 1.5
"""A stretch up to this is one day: the hour alone is not known."""
BATCH = 3.0
"""Days to a batch of rows, where only two lists tell when they came."""
QUANTILES = 31
MOST_DAYS = 6_000
_BLOCK = 256


@dataclass(frozen=True)
class Cohorts:
    """The client's rows by when they came and went. One element a cohort; days since 1970, with fractions."""

    added: NDArray[np.float64]
    """cohorts x 2: not there before the one, there from the other on. NaN: always there."""
    gone: NDArray[np.float64]
    """cohorts x 2: still there until the one, gone from the other on. NaN: never gone."""
    rows: NDArray[np.int64]
    seen: NDArray[np.int64]

    def digest(self) -> str:
        """SHA-256 over all of them."""
        columns = (self.added, self.gone, self.rows, self.seen)
        return hashlib.sha256(b"".join(np.ascontiguousarray(one).tobytes() for one in columns)).hexdigest()

    def alive(self, days: NDArray[np.int64]) -> NDArray[np.float64]:
        """cohorts x days: probability that such a row was in the list at noon of the day."""
        noon = days[None, :] + 0.5
        came = np.nan_to_num(np.clip((noon - self.added[:, :1]) / np.diff(self.added), 0, 1), nan=1.0)
        went = np.nan_to_num(np.clip((noon - self.gone[:, :1]) / np.diff(self.gone), 0, 1), nan=0.0)
        return np.asarray(came * (1 - went), dtype=np.float64)


def as_cohorts(table: Sequence[Sequence[float | int | None]]) -> Cohorts:
    """Rows of (added after, added by, gone after, gone by, rows, seen), as `sql/cohorts.sql` gives them."""
    values = np.array([[np.nan if x is None else x for x in row] for row in table], dtype=np.float64).reshape(-1, 6)
    counts = values[:, 4:].astype(np.int64)
    return Cohorts(values[:, 0:2], values[:, 2:4], counts[:, 0], counts[:, 1])


@dataclass(frozen=True)
class Fence:
    """When a copy left."""

    days: NDArray[np.int64]
    log_likelihood: NDArray[np.float64]
    """Log likelihood of each day, in nats over the mean of all days."""
    first: int
    last: int
    best: int
    rate: float
    """Share of the client's rows that the copy took, on the likeliest day."""
    uneven: float
    """How much more the rate differs between cohorts than chance lets it; 1 or more."""

    def plain(self) -> list[Any]:
        """Its values, as JSON holds them."""
        values = vars(self).values()
        return [one.tolist() if isinstance(one, np.ndarray) else one for one in values]

    @classmethod
    def of(cls, plain: Sequence[Any]) -> Self:
        """The one that has these values."""
        days, log_likelihood, *others = plain
        return cls(np.array(days, dtype=np.int64), np.array(log_likelihood, dtype=np.float64), *others)

    def nats(self, first: int, last: int) -> float:
        """ln of how much likelier the days from `first` to `last` are, on average, than all days."""
        inside = (self.days >= first) & (self.days <= last)
        if not inside.any():
            return float("-inf")
        return float(logsumexp(self.log_likelihood[inside]) - np.log(int(inside.sum())))


def find_fence(cohorts: Cohorts, first: int, last: int) -> Fence:
    """The posterior over the days `first` to `last`. They are thinned out where they are more than `MOST_DAYS`."""
    days = np.arange(first, last + 1, max(1, -(-(last - first + 1) // MOST_DAYS)), dtype=np.int64)
    value, rate = _likelihood(cohorts, days)
    uneven = _unevenness(cohorts, int(days[np.argmax(value)]))
    chosen = uneven >= CHOSEN
    value = _by_what_is_there(cohorts, days) if chosen else value / uneven
    best = int(np.argmax(value))
    value -= logsumexp(value) - np.log(days.size)
    # The likeliest days that hold `COVER` together, and all that are as likely as the last of these (highest density
    # region): of days that look alike none at either end is cut off.
    chance = np.exp(value) / value.size
    order = np.argsort(-chance, kind="stable")
    enough = min(int(np.searchsorted(np.cumsum(chance[order]), COVER)), order.size - 1)
    likeliest = np.flatnonzero(value >= value[order[enough]] - _ALIKE)
    last_day = int(days[-1] if chosen else days[likeliest[-1]])
    return Fence(days, value, int(days[likeliest[0]]), last_day, int(days[best]), float(rate[best]), uneven)


def _by_what_is_there(cohorts: Cohorts, days: NDArray[np.int64]) -> NDArray[np.float64]:
    """days: nats of a copy in which somebody chose rows by time. What is missing bounds nothing; a day after which more
    rows came in than may have come otherwise lies before it: the tail of the binomial with the largest such share."""
    after = np.nan_to_num(cohorts.added[:, 0], nan=-np.inf)
    order = np.argsort(after)
    since = np.searchsorted(after[order], days + 1)
    rows, seen = (np.append(np.cumsum(n[order][::-1])[::-1], 0)[since] for n in (cohorts.rows, cohorts.seen))
    tail = np.where(seen > 0, bdtrc(np.maximum(seen - 1, 0), np.maximum(rows, 1), OTHERWISE[-1]), 1.0)
    return np.maximum.accumulate(np.log(np.maximum(tail, _NEVER)))


def _likelihood(cohorts: Cohorts, days: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """days: log-likelihood with the likeliest rate, averaged over `OTHERWISE`; and that rate."""
    # days x levels: contacts of the client by how likely they were in its list on the day; of these, in the copy. Rows
    # that came or went at an unknown time between two lists are left out between these.
    wide, noon = LEVELS + 1, days[None, :] + 0.5
    rows: NDArray[np.float64] = np.zeros(days.size * wide)
    seen = rows.copy()
    for at in range(0, cohorts.rows.size, _BLOCK):
        block = Cohorts(*(getattr(cohorts, of)[at : at + _BLOCK] for of in ("added", "gone", "rows", "seen")))
        level = np.rint(LEVELS * block.alive(days)).astype(np.int64) + wide * np.arange(days.size)[None, :]
        known = np.ones(level.shape, dtype=np.bool_)
        for ends in (block.added, block.gone):
            known &= ~((np.diff(ends) > ONE_DAY) & (noon > ends[:, :1]) & (noon < ends[:, 1:]))
        rows += np.bincount(level.ravel(), (block.rows[:, None] * known).ravel(), rows.size)
        seen += np.bincount(level.ravel(), (block.seen[:, None] * known).ravel(), seen.size)
    rows, seen, between = rows.reshape(-1, wide), seen.reshape(-1, wide), _between_lists(cohorts, days)
    alive = np.arange(wide) / LEVELS
    there = rows @ alive
    values, rates = [], []
    for share in OTHERWISE:
        taken = np.maximum(seen @ alive - share * there, 0.0)
        rate = (taken + 0.5) / np.maximum((1 - share) * (rows @ alive**2) + 1.0, 1.0)
        rate = np.clip(rate, 1e-6, 1 - 1e-6)
        p = share + (1 - share) * rate[:, None] * alive[None, :]
        value = (xlogy(seen, p) + xlog1py(rows - seen, -p)).sum(axis=1)
        for where, of_them, n, k in between:
            p = share + (1 - share) * rate[where][:, None] * of_them
            value[where] += logsumexp(xlogy(k, p) + xlog1py(n - k, -p), axis=1) - np.log(QUANTILES)
        values.append(value)
        rates.append(rate)
    likeliest = np.argmax(np.array(values), axis=0)
    mean = logsumexp(np.array(values), axis=0) - np.log(len(OTHERWISE))
    return mean, np.array(rates)[likeliest, np.arange(likeliest.size)]


def _between_lists(
    cohorts: Cohorts, days: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.float64], int, int]]:
    """The rows that came (or went) at an unknown time between two lists: the places of the days between these; days x
    quantiles, which share of the rows was in the list on the day; how many rows they are, and how many were seen. Rows
    come in batches, so it is not the share of the time that has passed: it is spread about this as if the rows had come
    in one lot each `BATCH` days."""
    found = []
    quantiles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    for ends, came in ((cohorts.added, True), (cohorts.gone, False)):
        wide = np.diff(ends)[:, 0] > ONE_DAY
        for low, high in np.unique(ends[wide], axis=0).tolist():
            mine = (ends[:, 0] == low) & (ends[:, 1] == high)
            where = np.flatnonzero((days + 0.5 > low) & (days + 0.5 < high))
            passed = (days[where] + 0.5 - low) / (high - low)
            lots = (high - low) / BATCH
            share = betaincinv(lots * passed[:, None], lots * (1 - passed[:, None]), quantiles[None, :])
            rows, seen = int(cohorts.rows[mine].sum()), int(cohorts.seen[mine].sum())
            found.append((where, share if came else 1 - share, rows, seen))
    return found


def _unevenness(cohorts: Cohorts, day: int) -> float:
    """Chi-squared over its degrees of freedom of the rate between cohorts of rows that were there on the day."""
    there = cohorts.alive(np.array([day], dtype=np.int64))[:, 0] > 1 - 0.5 / LEVELS
    order = np.argsort(np.where(np.isnan(cohorts.added[there, 0]), -np.inf, cohorts.added[there, 0]), kind="stable")
    rows, seen = cohorts.rows[there][order], cohorts.seen[there][order]
    total = int(rows.sum())
    if total < 2 * LEAST_IN_BIN or not 0 < seen.sum() < total:
        return 1.0
    bins = min(BINS, total // LEAST_IN_BIN)
    place = np.minimum(bins * (np.cumsum(rows) - rows) // total, bins - 1)
    n, k = np.bincount(place, rows, bins), np.bincount(place, seen, bins)
    n, k = n[n > 0], k[n > 0]
    p = k.sum() / n.sum()
    if n.size < 2:
        return 1.0
    return max(1.0, float(((k - n * p) ** 2 / (n * p * (1 - p))).sum() / (n.size - 1)))
