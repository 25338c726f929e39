"""How many people two lists have in common: with an interval, and the share of them who are linked.

The stated links that are right, by their probabilities, over the share of the same people's pairs that weigh as much as
a stated link (see `recall`).

The interval is a Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981): decoys, links and what is known of each
field get random weights, the probabilities are found again, and whether each link is right is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.persons.calibrate import STEP, UNSEEN, Tally, unseen, wrong_shares
from tracer.findings.persons.link import LEAST_PROBABILITY, Linkage
from tracer.findings.persons.recall import share_reaching, spread

DRAWS = 400
"""Draws of the bootstrap."""
LEVEL = 0.95
ALLOWANCE = 0.5
"""Standard deviation, as a logarithm, of the share who are missed, in addition to what independent slips make of it."""
_SEED = 20_070_304
"""Any fixed number: the same lists must give the same interval."""


@dataclass(frozen=True)
class SamePeople:
    """What the links say, all together."""

    people_a: int
    """Different people of the first list who say enough to be compared."""
    people_b: int
    linked: int
    same: float
    """Estimated number of people who are in both lists; where `recall` is not known, of those who can be told."""
    low: float
    """Lower end of the 95 % interval of `same`."""
    high: float | None
    """Upper end; None where `recall` is not known, and nothing bounds it."""
    precision: float | None
    """Expected share of the stated links that are right; None without links."""
    recall: float | None
    """Expected share of the people in both lists who are linked; None where the fields do not tell."""


def same_people(found: Linkage) -> SamePeople:
    """The estimate of one comparison."""
    records, links = found.records, found.links
    most = float(min(records.first, records.second))
    stated = int((found.probability >= LEAST_PROBABILITY).sum())
    right = float(found.probability[:stated].sum())
    parts = spread(found.weights, found.pairs)
    reaching = None
    if stated and parts is not None:
        reaching = max(share_reaching(parts, float(links.weight[stated - 1])), right / most)
    same = right if reaching is None else right / reaching
    low, high = _interval(links.tally, parts)
    return SamePeople(
        records.first, records.second, stated, same, min(low, same),
        None if reaching is None else min(max(high, same), most),
        right / stated if stated else None, None if reaching is None else right / same,
    )  # fmt: skip


def _interval(counted: Tally, parts: Sequence[NDArray[np.float64]] | None) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    sums = np.zeros(DRAWS)
    each = counted.worth / np.maximum(counted.decoys, 1)
    for draw in range(DRAWS):
        # A sum of exponential weights, one for each of k, is a gamma of k.
        worth, more = each * rng.gamma(counted.decoys), float(rng.gamma(UNSEEN)) * unseen(counted) / UNSEEN
        wrong = wrong_shares(rng.gamma(counted.links), worth, more)
        stated = np.flatnonzero((wrong <= 1.0 - LEAST_PROBABILITY) & (counted.links > 0))
        if stated.size == 0:
            continue
        sums[draw] = rng.binomial(counted.links[stated], 1.0 - wrong[stated]).sum()
        if parts is not None:
            reaching = share_reaching([rng.gamma(part) for part in parts], (counted.lowest + stated[0]) * STEP)
            missed = (1.0 - reaching) * float(np.exp(rng.normal(0.0, ALLOWANCE)))
            sums[draw] *= 1.0 + missed / max(reaching, 1e-3)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(sums, [tail, 1.0 - tail])
    return float(low), float(high)
