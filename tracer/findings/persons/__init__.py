"""Do two lists that share no identifier hold the same people? Counted, never listed, and never a contact in common.

A link says that two rows are probably one person. It makes no contact, enters no overlap and no derivation: names and
organisations never link by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.persons.fields import Field, PersonRecords, make_records
from tracer.findings.persons.levels import levels_of
from tracer.findings.persons.model import by_others, field_weights, learn, random_levels, start
from tracer.findings.persons.pairs import (
    STEP,
    UNSEEN,
    CandidatePairs,
    Links,
    Tally,
    candidate_pairs,
    link,
    unseen,
    wrong_shares,
)

Floats = NDArray[np.float64]
LEAST_PROBABILITY = 0.5
"""Links are stated from here on: more likely right than wrong."""
REACH = 160
"""Bins on each side of 0."""
_SURE = 0.95
"""Probability of links that show what a field that was left out is like."""
_ENOUGH, _LEAST = 0.2, 20
"""Such links at least, as a share of those that all fields make, and as a number."""
_DRAWS = 400
"""Draws of the bootstrap."""
_LEVEL = 0.95
_ALLOWANCE = 0.5
"""Standard deviation, as a logarithm, of the share who are missed, in addition to what independent slips make of it."""
_SEED = 20_070_304
"""Any fixed number: the same lists must give the same interval."""


@dataclass(frozen=True)
class Linkage:
    """Links between the people of two tables, best first; arrays have one element a link."""

    records: PersonRecords
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    probability: NDArray[np.float64]
    """That both are one person; those under `LEAST_PROBABILITY` are not stated."""
    links: Links
    pairs: CandidatePairs
    weights: NDArray[np.float64]


def link_tables(con: duckdb.DuckDBPyConnection, a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> Linkage:
    """Link the people of two tables that have a column of texts for each field. The same tables, the same links.

    Raises:
        KeyError: a table lacks a field's column.
    """
    records = make_records(a, b, fields)
    pairs = candidate_pairs(con, records)
    levels = levels_of(records, pairs.i, pairs.j)
    model = learn(start(records, random_levels(records)), records, levels, pairs)
    weights = field_weights(model, records, levels, pairs)
    found = link(pairs, weights.sum(axis=1))
    rows_a, rows_b = records.rows[pairs.i[found.pair]], records.rows[pairs.j[found.pair]]
    return Linkage(records, rows_a, rows_b, found.probability, found, pairs, weights)


# How many of the people who are in both lists reach a weight? A true pair's weight is a sum over its fields, whose
# distribution is that of a sum of independent parts: slips and gaps in one field are taken to tell nothing of those
# in another. Each field's part is seen in pairs that the other fields alone identify, less what pairs of different
# people add to them, so that it is not taken from pairs that were chosen for it. Where sloppy rows are sloppy
# throughout, fewer reach the weight than is said here.


def spread(weights: Floats, pairs: CandidatePairs) -> tuple[Floats, ...] | None:
    """For each field how many pairs of the same people weigh so much in it, by bins of `STEP` about 0.

    weights: pairs x fields, nats. The pairs are those that the other fields link with `_SURE`; where these are too few,
    all pairs by what the other fields say of them, less what pairs of one list do. None where that does not tell
    either: without one of the fields the others identify hardly anybody.
    """
    bins = np.clip(np.rint(weights / STEP), -REACH, REACH).astype(np.int64) + REACH
    size, total, share = 2 * REACH + 1, weights.sum(axis=1), by_others(weights, pairs)
    enough = max(_LEAST, _ENOUGH * int((link(pairs, total).probability >= _SURE).sum()))
    parts = []
    for at in range(weights.shape[1]):
        found = link(pairs, total - weights[:, at])
        sure = found.pair[found.probability >= _SURE]
        part = np.bincount(bins[sure, at], minlength=size).astype(np.float64)
        if sure.size < enough:
            part = np.maximum(np.bincount(bins[:, at], share[:, at], size), 0.0)
        if part.sum() < enough:
            return None
        parts.append(part)
    return tuple(parts)


def share_reaching(parts: Sequence[Floats], weight: float) -> float:
    """Share of the same people's pairs whose weights in the fields sum to `weight` (nats) or more."""
    size = 1 << (len(parts) * 2 * REACH).bit_length()
    together = np.ones(size // 2 + 1, np.complex128)
    for part in parts:
        together *= np.fft.rfft(part / part.sum(), size)
    sums = np.fft.irfft(together, size)
    return float(np.clip(sums[max(0, int(np.floor(weight / STEP)) + len(parts) * REACH) :].sum(), 0.0, 1.0))


# How many people two lists have in common: with an interval, and the share of them who are linked. The stated links
# that are right, by their probabilities, over the share of the same people's pairs that weigh as much as a stated
# link (see `recall`). The interval is a Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981): decoys, links and
# what is known of each field get random weights, the probabilities are found again, and whether each link is right is
# drawn.


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
    high: float | None
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
        people_a=records.first,
        people_b=records.second,
        linked=stated,
        same=same,
        low=min(low, same),
        high=None if reaching is None else min(max(high, same), most),
        precision=right / stated if stated else None,
        recall=None if reaching is None else right / same,
    )


def _interval(counted: Tally, parts: Sequence[NDArray[np.float64]] | None) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    sums = np.zeros(_DRAWS)
    each = counted.worth / np.maximum(counted.decoys, 1)
    for draw in range(_DRAWS):
        # A sum of exponential weights, one for each of k, is a gamma of k.
        worth, more = each * rng.gamma(counted.decoys), float(rng.gamma(UNSEEN)) * unseen(counted) / UNSEEN
        wrong = wrong_shares(rng.gamma(counted.links), worth, more)
        stated = np.flatnonzero((wrong <= 1.0 - LEAST_PROBABILITY) & (counted.links > 0))
        if stated.size == 0:
            continue
        sums[draw] = rng.binomial(counted.links[stated], 1.0 - wrong[stated]).sum()
        if parts is not None:
            reaching = share_reaching([rng.gamma(part) for part in parts], (counted.lowest + stated[0]) * STEP)
            missed = (1.0 - reaching) * float(np.exp(rng.normal(0.0, _ALLOWANCE)))
            sums[draw] *= 1.0 + missed / max(reaching, 1e-3)
    tail = (1.0 - _LEVEL) / 2.0
    low, high = np.quantile(sums, [tail, 1.0 - tail])
    return float(low), float(high)


__all__ = ["LEAST_PROBABILITY", "Linkage", "SamePeople", "link_tables", "same_people"]
