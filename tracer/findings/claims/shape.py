"""The shape of a list's numbers: prefixes, last digits, runs, repeated rows. In a random list they are even in a block.

What knows its segments can still prefer some of them, and repeated rows may have been removed, so prefixes and
repeats are reported only. Last digits and runs are even under the block null (each block's numbers are a uniform
subset of its 10^4) and belong to the tests of `random`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.blocks import BLOCK
from tracer.findings.claims.verdict import statement
from tracer.findings.intervals import rounded
from tracer.findings.tails import evenness, poisson_at_least

ALLOTTED_SHARE = 0.714
"""Share of 1[3-9] segments that are allotted (methods 3): what numbers without any knowledge of segments show."""
_ENOUGH = 5
"""Expected numbers in each cell of a χ² test."""


@dataclass(frozen=True)
class Shape:
    """What is reported of it, and the p-values of the two tests that hold under the block null."""

    numbers: dict[str, Any]
    p_last_two: float
    """χ² of the last two digits."""
    p_sequence: float
    """Poisson: numbers that are followed by the next one. Each of a block's pairs is neighbours with chance 2/10^4."""


def shape_of(facts: CaseFacts, no: int) -> Shape:
    """The shape of the mobile numbers of dataset `no`."""
    con = facts.con
    row = con.execute(statement("shape"), {"dataset": no}).fetchone()
    assert row is not None  # noqa: S101 - a query without FROM always gives a row
    count, pairs, followed, endings = row
    segments = _segments(facts)
    p_last_two = evenness(endings) if count >= _ENOUGH * 100 else 1.0
    p_sequence = poisson_at_least(followed, float(pairs) * 2 / BLOCK)
    numbers: dict[str, Any] = {
        "mobiles": count,
        "p_last_two": rounded(p_last_two),
        "p_sequence": rounded(p_sequence),
        "in_sequence": rounded(followed / max(count, 1)),
    }
    repeated = con.execute("SELECT duplicates FROM dataset WHERE no = $no", {"no": no}).fetchone()
    if repeated is not None and repeated[0]:
        numbers["p_repeats"] = rounded(poisson_at_least(repeated[0], float(pairs) / BLOCK))
    if segments:
        allotted = dict(con.execute(statement("prefixes"), {"dataset": no}).fetchall())
        numbers |= {
            "in_allotted_segments": rounded(sum(allotted.values()) / max(count, 1)),
            "in_allotted_segments_by_chance": ALLOTTED_SHARE,
            "p_prefixes": _prefixes(allotted, segments),
        }
    return Shape({name: value for name, value in numbers.items() if value is not None}, p_last_two, p_sequence)


def _segments(facts: CaseFacts) -> Mapping[str, int]:
    """First three digits -> allotted segments, in order; summed up once in a trace, not for every claim."""
    return facts.once("allotted segments", lambda: dict(facts.con.execute(statement("segment_heads")).fetchall()))


def _prefixes(allotted: Mapping[str, int], segments: Mapping[str, int]) -> float | None:
    """χ² of the first three digits against the allotted segments; None where there are too few numbers."""
    numbers = np.array([allotted.get(head, 0) for head in segments], dtype=np.float64)
    share = np.array(list(segments.values()), dtype=np.float64)
    expected = share / max(share.sum(), 1.0) * numbers.sum()
    tested = expected >= _ENOUGH
    if tested.sum() < 2 or numbers[tested].sum() == 0:
        return None
    seen = numbers[tested]
    return rounded(evenness(seen, expected[tested] * seen.sum() / expected[tested].sum()))
