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
from tracer.findings.claims.block_counts import limits_of
from tracer.findings.claims.number_ranges import ranges_in
from tracer.findings.claims.verdict import statement
from tracer.findings.intervals import rounded
from tracer.findings.tails import evenness, poisson_at_least
from tracer.identify.number_plans import CHINA

ALLOTTED_SHARE = 0.714
"""Share of 1[3-9] segments that are allotted (methods 3): what numbers without any knowledge of segments show."""
_ENOUGH = 5
"""Expected numbers in each cell of a χ² test."""


@dataclass(frozen=True)
class Shape:
    """What is reported of it, and the p-values of the two tests that hold under the block null."""

    numbers: dict[str, Any]
    p_last_two: float
    p_sequence: float
    """Poisson: numbers that are followed by the next one. Each of a block's pairs is neighbours with chance 2/10^4."""


def shape_of(facts: CaseFacts, no: int) -> Shape:
    """The shape of those numbers of dataset `no` whose blocks are known."""
    con = facts.con
    count, followed, neighbours, same = 0, 0, 0.0, 0.0
    endings = np.zeros(100, dtype=np.int64)
    for within in ranges_in(facts, no):
        row = con.execute(statement("shape"), {"dataset": no, **limits_of(within)}).fetchone()
        assert row is not None  # noqa: S101 - a query without FROM always gives a row
        count, followed, endings = count + row[0], followed + row[2], endings + np.array(row[3], dtype=np.int64)
        neighbours, same = neighbours + float(row[1]) * 2 / within.block, same + float(row[1]) / within.block
    p_last_two = evenness(endings) if count >= _ENOUGH * 100 else 1.0
    p_sequence = poisson_at_least(followed, neighbours)
    numbers: dict[str, Any] = {
        "mobiles": count,
        "p_last_two": rounded(p_last_two),
        "p_sequence": rounded(p_sequence),
        "in_sequence": rounded(followed / max(count, 1)),
    }
    repeated = con.execute("SELECT duplicates FROM dataset WHERE no = $no", {"no": no}).fetchone()
    if repeated is not None and repeated[0]:
        numbers["p_repeats"] = rounded(poisson_at_least(repeated[0], same))
    numbers |= _prefixes(facts, no, count)
    return Shape({name: value for name, value in numbers.items() if value is not None}, p_last_two, p_sequence)


def _prefixes(facts: CaseFacts, no: int, count: int) -> dict[str, Any]:
    """How the numbers lie among the segments that carriers have been given."""
    ranges, segments = ranges_in(facts, no), _segments(facts)
    chinese = all(within.country == CHINA for within in ranges)
    if not segments and chinese:
        return {}
    allotted: dict[str, int] = dict(facts.con.execute(statement("prefixes"), {"dataset": no}).fetchall())
    known = sum(allotted.values())
    for within in () if chinese else ranges:
        if within.country != CHINA:
            known += facts.con.execute(statement("prefixes_abroad"), {"dataset": no, **limits_of(within)}).fetchall()[
                0
            ][0]
    numbers: dict[str, Any] = {"in_allotted_segments": rounded(known / max(count, 1))}
    if chinese:
        numbers["in_allotted_segments_by_chance"] = ALLOTTED_SHARE
    else:
        numbers["plans"] = list(dict.fromkeys(within.country for within in ranges))
    return numbers | {"p_prefixes": _evenness(allotted, segments)}


def _segments(facts: CaseFacts) -> Mapping[str, int]:
    """First three digits -> allotted segments, in order; summed up once in a trace, not for every claim."""
    return facts.once("allotted segments", lambda: dict(facts.con.execute(statement("segment_heads")).fetchall()))


def _evenness(allotted: Mapping[str, int], segments: Mapping[str, int]) -> float | None:
    """χ² of the first three digits against the allotted segments; None where there are too few numbers."""
    numbers = np.array([allotted.get(head, 0) for head in segments], dtype=np.float64)
    share = np.array(list(segments.values()), dtype=np.float64)
    expected = share / max(share.sum(), 1.0) * numbers.sum()
    tested = expected >= _ENOUGH
    if tested.sum() < 2 or numbers[tested].sum() == 0:
        return None
    seen = numbers[tested]
    return rounded(evenness(seen, expected[tested] * seen.sum() / expected[tested].sum()))
