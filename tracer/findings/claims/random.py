"""The claim `random`: "these numbers were generated, they come from no list".

The headline is the block-stratified test of `blocks` against the lists that the claimed one cannot have fed
(`witness.sql`), over the numbers of all plans whose blocks are known (`number_plans`). Random numbers that were
scrubbed by number status are a real alternative, and liveness alone decides nothing: a list is contradicted only where
its overlap also exceeds what any scrubbing gives, or where names or canaries agree. Those three have a third of the
error each.

Further tests, all under the same block null, are last digits and runs: `p_together` is the smallest of all p-values
times their number (Bonferroni), and `failed` names the tests that hold by Holm's steps (Scand. J. Statist. 6, 1979).
A failed test of shape says "not drawn evenly", not "copied": a seller may prefer endings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from tracer.disclosure import Probability, Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.block_counts import limits_of
from tracer.findings.claims.number_ranges import ranges_in
from tracer.findings.claims.overlaps import Overlap, canaries_inside, overlap_with
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, over_lists, statement, told, untestable, usable
from tracer.findings.intervals import rounded, rounded_up
from tracer.findings.overlap.close import NEAR, close_to
from tracer.findings.tails import binomial_at_least, evenness, poisson_at_least
from tracer.identify.keys import PHONE_END
from tracer.identify.number_plans import CHINA
from tracer.policy import SHOWN_FROM

# The shape of a list's numbers: prefixes, last digits, runs, repeated rows. In a random list they are even in a
# block. What knows its segments can still prefer some of them, and repeated rows may have been removed, so prefixes
# and repeats are reported only. Last digits and runs are even under the block null (each block's numbers are a
# uniform subset of its 10^4) and belong to the tests of `random`.

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


# Names and firms on shared numbers: an agreement settles what an overlap of live numbers leaves open.

SAME_NAME = 1e-3
"""Chance that a random number bears the name a list gives it (methods 3: 10^-3 to 10^-4 a row)."""


def names_agree(con: duckdb.DuckDBPyConnection, no: int, witnesses: list[int]) -> tuple[float, dict[str, Any]]:
    """Names and firms on shared numbers: how many agree, against the chance that a random number bears the name."""
    bound = {"dataset": no, "others": close_to(con, no, witnesses)}
    columns = con.execute(statement("text_columns"), bound).fetchall()
    if not columns:
        return 1.0, {}
    con.execute(statement("shared_rows"), bound | {"others": sorted({row[0] for row in columns} - {no})})
    con.execute("CREATE OR REPLACE TEMP TABLE claim_text (dataset INTEGER, row BIGINT, role VARCHAR, text VARCHAR)")
    for dataset, role, position, first_row, raw_table in columns:
        con.execute(
            statement("texts").replace("raw.list", raw_table).replace("c_text", f"c{position}"),
            {"dataset": dataset, "shift": first_row - 1, "role": role},
        )
    rows = con.execute(statement("names"), {"dataset": no}).fetchall()
    con.execute("DROP TABLE temp.claim_text; DROP TABLE temp.claim_row")
    p_value, shown = 1.0, dict[str, Any]()
    for role, compared, agree, chance, tries in rows:
        # Common names agree by luck more often; a number in several lists has several tries.
        luck = min(1.0, max(SAME_NAME, chance) * tries)
        p_role = binomial_at_least(agree, compared, luck)
        shown |= {f"{role}s_compared": told(compared), f"{role}s_agree": told(agree), f"p_{role}s": rounded(p_role)}
        p_value = min(p_value, p_role * len(rows))
    return min(1.0, p_value), shown


ALPHA = 0.001
"""Error at which a list is contradicted; a hundred true lists in a case are then called false once in ten cases."""


def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict on the list that the claim names, or on all that the party holds."""
    return over_lists(facts.con, claim, lambda dataset, lists: assess_random(facts, dataset, lists))


def assess_random(facts: CaseFacts, dataset: str, lists: int = 1) -> ClaimVerdict:
    """Test whether the numbers of `dataset` (an id) are random in their blocks; one of so many lists."""
    no, why_not = usable(facts.con, dataset)
    if why_not is not None:
        return untestable(why_not)
    witnesses = facts.con.execute(statement("witness"), {"dataset": dataset, "near": NEAR}).fetchall()
    overlap = overlap_with(facts, no, [number for number, _, _ in witnesses])
    if overlap.rows < SHOWN_FROM:
        return untestable(_too_few(facts, no), shape_of(facts, no).numbers)
    if overlap.known_numbers == 0:
        return untestable(Reason.of("claim-no-witness"), shape_of(facts, no).numbers)
    return _judge(facts, no, witnesses, overlap, ALPHA / lists)


def _too_few(facts: CaseFacts, no: int) -> Reason:
    """Why a list cannot be tested that has too few numbers of known blocks: it has few numbers, or others."""
    row = facts.con.execute(
        "SELECT count(*) FROM membership WHERE dataset = $no AND key < $end", {"no": no, "end": PHONE_END}
    ).fetchone()
    few = row is None or row[0] < SHOWN_FROM
    return Reason.of("claim-few-mobiles" if few else "claim-no-blocks", least=SHOWN_FROM)


def _judge(facts: CaseFacts, no: int, witnesses: list[tuple[Any, ...]], overlap: Overlap, alpha: float) -> ClaimVerdict:
    p_block, p_scrubbed = (null.tail(overlap.shared) for null in (overlap.null, overlap.among_live()))
    p_names, names = names_agree(facts.con, no, [number for number, _, _ in witnesses])
    p_canaries, canaries = canaries_inside(facts, no)
    shape = shape_of(facts, no)
    tests = {"block": p_block, "names": p_names, "canaries": p_canaries, "last_two": shape.p_last_two,
             "sequence": shape.p_sequence}  # fmt: skip
    power = overlap.null.power(0.01, 0.01)
    numbers = shape.numbers | {
        "witnesses": [name for _, name, _ in witnesses],
        "known": overlap.known_numbers,
        "shared": told(overlap.shared),
        "expected": rounded(overlap.null.mean),
        "p_block": rounded_up(p_block),
        "p_uniform": rounded(
            poisson_at_least(overlap.shared, overlap.mean_if_uniform)
        ),
        "p_scrubbed": rounded(p_scrubbed),
        "density": rounded(overlap.density),
        "power_at_1_percent": rounded(power),
        **names, **canaries,
        "tests": len(tests),
        "p_together": rounded_up(min(1.0, len(tests) * min(tests.values()))),
        "failed": failed(tests, alpha),
    }  # fmt: skip
    return _told(numbers, min(p_scrubbed, p_names, p_canaries), p_scrubbed, p_block, power, alpha)


def _told(
    numbers: dict[str, Any], decisive: float, p_scrubbed: float, p_block: float, power: float, alpha: float
) -> ClaimVerdict:
    printed = rounded_up(p_block)
    # Three tests of one claim decide: each has a third of the error.
    if decisive <= alpha / 3:
        scrubbed = (Reason.of("claim-scrubbed-settled"),) if p_scrubbed > alpha / 3 else ()
        alternatives = (Reason.of("claim-not-random"), *scrubbed, Reason.of("claim-partly-random"))
        return ClaimVerdict("contradicted", printed, numbers, alternatives, "G1")
    uneven = [name for name in numbers["failed"] if name in ("last_two", "sequence")]
    shape = (Reason.of("claim-uneven"),) if uneven else ()
    if p_block <= alpha:
        return ClaimVerdict("consistent", printed, numbers, (Reason.of("claim-scrubbed-open"), *shape))
    unseen = (Reason.of("claim-power", power=Probability(power)), Reason.of("claim-unknown-source"))
    # Never more than consistent: a list that was copied from elsewhere would look the same.
    return ClaimVerdict("consistent", printed, numbers, (*unseen, *shape))


def failed(tests: Mapping[str, float], alpha: float) -> list[str]:
    """The tests that hold at a family-wise error of `alpha`, by Holm's steps; the smallest p first."""
    stand = []
    for step, (p_value, name) in enumerate(sorted((p_value, name) for name, p_value in tests.items())):
        if p_value > alpha / (len(tests) - step):
            break
        stand.append(name)
    return stand
