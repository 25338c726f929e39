"""Which share of a list comes from each service that its addresses name, with a range.

Votes are counted; the customers of one service write such addresses more often than those of another, and write the
service's own name in more or fewer of them. Both are drawn from what is usual, and the range is that of all draws. What
the votes leave over may be customers' other names for the same services, or a part from somewhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

DRAWS, SEED = 4000, 20
RATES_DIFFER = 0.45
"""Standard deviation of the logarithm of how often customers of a service write such addresses."""
OWN_NAME = (5.0, 3.0)
"""Beta distribution of the share of them that name the service itself and not another, or nothing that is known."""
_ENDS = (0.0125, 0.9875)
"""A little wider than 95 %: the draws do not hold all ways in which services differ."""


@dataclass(frozen=True)
class ShareOfList:
    """A share with its range."""

    share: float
    low: float
    high: float


def shares(votes: Sequence[float], addresses: int) -> list[ShareOfList]:
    """The shares of the services that are stated, from their votes above what is usual; one element each."""
    rng = np.random.default_rng(SEED)
    counts = np.array([*votes, max(0.0, addresses - sum(votes))])
    drawn = rng.dirichlet(counts + 0.5, DRAWS)[:, :-1]
    named = rng.beta(*OWN_NAME, (DRAWS, len(votes)))
    of_service = drawn / named
    whole = of_service.sum(axis=1, keepdims=True)
    of_service = np.where(whole > 1.0, of_service / whole, of_service)
    elsewhere = np.clip(1.0 - whole[:, 0], 0.0, None) * rng.uniform(0.0, 1.0, DRAWS)
    rates = np.exp(RATES_DIFFER * rng.standard_normal((DRAWS, len(votes) + 1)))
    people = of_service / rates[:, :-1]
    parts = people / (people.sum(axis=1) + elsewhere / rates[:, -1])[:, None]
    low, middle, high = np.quantile(parts, [_ENDS[0], 0.5, _ENDS[1]], axis=0)
    # No surer than the votes by themselves (Clopper and Pearson 1934): 40 of 40 may be nine tenths of all.
    counted = np.maximum(np.asarray(votes, dtype=np.float64), 1e-9)
    low = np.minimum(low, betaincinv(counted, np.maximum(0.0, addresses - counted) + 1.0, _ENDS[0]))
    return [ShareOfList(*(round(float(x), 4) for x in one)) for one in zip(middle, low, high, strict=True)]
