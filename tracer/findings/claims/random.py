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
from typing import Any

from tracer.disclosure import Probability, Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.names import names_agree
from tracer.findings.claims.overlaps import Overlap, canaries_inside, overlap_with
from tracer.findings.claims.shape import shape_of
from tracer.findings.claims.verdict import (
    ClaimRow,
    ClaimVerdict,
    over_lists,
    statement,
    told,
    untestable,
    usable,
)
from tracer.findings.intervals import rounded, rounded_up
from tracer.findings.overlap.near_copies import NEAR
from tracer.findings.tails import poisson_at_least
from tracer.identify.keys import PHONE_END
from tracer.policy import SHOWN_FROM

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
