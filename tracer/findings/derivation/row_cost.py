"""What the rows of a list pay under every set of parents.

A row asks only which of the lists that hold it are in the set. So for every combination of holders its few subsets are
looked at, and looked up for each set: the work grows with the holders of a row, not with the sets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BY_CHANCE = 0.4
"""Nats of a row that a source has but did not give: about what a row of one's own costs in the tempered score."""
OUT = 32
"""Bit of `differ`: out of the order of the list."""
_CHUNK = 1 << 21
"""Lines times subsets, or sets, that are looked at together."""


def cost_of_rows(
    masks: NDArray[np.int64], code: NDArray[np.int64], differ: NDArray[np.uint8], alone: NDArray[np.float64],
    times: NDArray[np.int64], kept: NDArray[np.int64], prices: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:  # fmt: skip
    """sets (bits of candidates): nats of all rows.

    Each kind of row: code, the candidates that hold it (bits; sorted); differ (kinds x candidates), in which cells;
    alone, nats without a source; times, how many there are. kept: candidates; kinds of cells that came from them.
    prices: candidates x bits of cells; nats where no other source kept more, and where one did.
    """
    total = np.zeros(masks.size)
    bits = np.arange(kept.size)
    holders = np.bitwise_count(code)
    most = int(np.bitwise_count(masks).max(initial=0))
    for h in np.unique(holders).tolist():
        local = np.array([m for m in range(1 << h) if m.bit_count() <= most], dtype=np.int64)
        place = np.zeros(1 << h, dtype=np.int64)
        place[local] = np.arange(local.size)
        at = np.flatnonzero(holders == h)
        step = max(1, _CHUNK // max(local.size, masks.size))
        for part in (at[start : start + step] for start in range(0, at.size, step)):
            of = np.nonzero(code[part, None] >> bits & 1)[1].reshape(-1, h)
            paid = _paid(local, of, np.take_along_axis(differ[part], of, axis=1), alone[part], kept, prices)
            starts = np.flatnonzero(np.append(True, np.diff(code[part]) != 0))
            of_code = np.add.reduceat(paid * times[part, None], starts, axis=0)
            asked = np.zeros((starts.size, masks.size), dtype=np.int64)
            for j in range(h):
                asked |= (masks[None, :] >> of[starts, j, None] & 1) << j
            total += np.take_along_axis(of_code, place[asked], axis=1).sum(axis=0)
    return total


def _paid(
    local: NDArray[np.int64], of: NDArray[np.int64], differ: NDArray[np.uint8], alone: NDArray[np.float64],
    kept: NDArray[np.int64], prices: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:  # fmt: skip
    """kinds x subsets of their holders; of: kinds x holders, as candidates."""
    richest = np.full((of.shape[0], local.size), -1)
    stands = np.zeros((of.shape[0], local.size), dtype=np.bool_)
    for j in range(of.shape[1]):
        chosen = local >> j & 1 == 1
        richest[:, chosen] = np.maximum(richest[:, chosen], kept[of[:, j], None])
        stands[:, chosen] |= (differ[:, j, None] & OUT) == 0
    best = np.full((of.shape[0], local.size), np.inf)
    for j in range(of.shape[1]):
        chosen = local >> j & 1 == 1
        anew, strict = (each[of[:, j], differ[:, j], None] for each in prices)
        # A source whose cells of a kind were not copied is no excuse where another one has them.
        paid = np.where(richest[:, chosen] <= kept[of[:, j], None], anew, strict)
        # A row that is unlike its sources and out of the order of all of them may have come from elsewhere.
        paid = np.where(stands[:, chosen], paid, np.minimum(paid, alone[:, None] + BY_CHANCE))
        best[:, chosen] = np.minimum(best[:, chosen], paid)
    return np.where(np.isinf(best), alone[:, None], best)
