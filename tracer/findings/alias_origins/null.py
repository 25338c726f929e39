"""How often addresses name a service in lists that were not collected there.

People use one address in several places, and services with many customers have some in every list: a name is found
where it does not come from. How often differs between lists more than chance alone makes it, since the customers of one
service go to the same others: counts are beta-binomial about the usual share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln

EVERYWHERE, ELSEWHERE = 0.04, 0.004
"""Usual share of a service that is everywhere, and of any other, among addresses that name one: before looking."""
PRIOR_ADDRESSES = 60.0
"""What these are worth, in addresses."""
SCATTER = 18.0
"""How alike lists are: the share of one list is worth so many addresses drawn from the usual share (a + b of the beta
distribution)."""
MOST = 0.12
"""Usual share at most. A case of lists from one service must not make that service look usual."""
SURELY_FROM = 1e-3
"""Tail under the usual share from which a list counts as collected there and says nothing of the usual share."""


@dataclass(frozen=True)
class ListVotes:
    """What addresses of one list name."""

    addresses: int
    votes: Mapping[str, int]
    """Name -> people who write it."""


def tail(votes: int, addresses: int, usual: float) -> float:
    """P(so many or more of the addresses name a service), in a list that was not collected there."""
    if votes <= 0:
        return 1.0
    k = np.arange(votes, addresses + 1, dtype=np.float64)
    a, b = usual * SCATTER, (1.0 - usual) * SCATTER
    ways = gammaln(addresses + 1.0) - gammaln(k + 1.0) - gammaln(addresses - k + 1.0)
    return float(min(1.0, np.exp(ways + betaln(k + a, addresses - k + b) - betaln(a, b)).sum()))


def usual_share(name: str, everywhere: bool, others: Sequence[ListVotes]) -> float:
    """The usual share of a name, from what is known of it and from lists that have nothing to do with the one asked."""
    prior = EVERYWHERE if everywhere else ELSEWHERE
    votes, addresses = prior * PRIOR_ADDRESSES, PRIOR_ADDRESSES
    for one in others:
        found = one.votes.get(name, 0)
        if tail(found, one.addresses, prior) >= SURELY_FROM:
            votes, addresses = votes + found, addresses + one.addresses
    return float(np.clip(votes / addresses, prior / 4, MOST))
