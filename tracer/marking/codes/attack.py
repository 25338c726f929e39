"""Leaks as recipients would make them: for forecasts, benchmarks and tests. It knows who did it; scores never do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tracer.marking.codes.channel import theta
from tracer.marking.codes.code import Bools, Code, Ints, Leak


def leak_of(rng: np.random.Generator, code: Code, sources: Sequence[int], move: str, rate: float) -> Leak:
    """The leak that the copies `sources` (their numbers) make by a move of `channel.MOVES` at a sampling rate.

    Every mark and contact fares by itself: with k of c sources holding it, it is shown with probability theta_k.
    """
    table = np.array(theta(move, len(sources), rate))

    def shown(holders: npt.NDArray[np.int64]) -> Bools:
        return np.asarray(rng.random(holders.shape) < table[holders])

    chosen = np.array(sources, dtype=np.int64)
    own = np.zeros(code.size, dtype=np.int64)
    own[chosen] = rng.binomial(code.unique[chosen], table[1])
    pairs = np.isin(code.pairs, chosen).sum(axis=1)
    contacts: Ints = np.full(code.contacts if code.withheld_share > 0 else 0, len(sources), dtype=np.int64)
    for j in chosen:
        contacts[code.withheld[code.withheld_of == j]] -= 1
    return Leak(shown(code.held[chosen].sum(axis=0)), own, shown(pairs), shown(contacts))
