"""The claim `random`: "these numbers were generated, they come from no list".

The headline is the block-stratified test of `blocks` against the lists that the claimed one cannot have fed
(`witness.sql`), over the numbers of all plans whose blocks are known (`number_plans`). Random numbers that were
scrubbed by number status are a real alternative, and liveness alone decides nothing: a list is contradicted only where
its overlap also exceeds what any scrubbing gives, or where names or canaries agree. Those three have a third of the
error each. Where no blocks are known, two tests are made: that of names, and that of numbers drawn among live ones,
which takes every block of 10,000 to have as few of these as in any plan. They can contradict and never acquit.

Further tests, all under the same block null, are last digits and runs: `p_together` is the smallest of all p-values
times their number (Bonferroni), and `failed_tests` names the tests that hold by Holm's steps (Scand. J. Statist. 6,
1979). A failed test of shape says "not drawn evenly", not "copied": a seller may prefer endings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from tracer.disclosure import DatasetRef, Probability, Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.blocks import canaries_inside, limits_of, mobiles_in, overlap_with, ranges_in
from tracer.findings.claims.verdict import (
    ClaimedList,
    ClaimRow,
    ClaimVerdict,
    numbers_known,
    of_lists,
    shown_count,
    statement,
    untestable,
    usable,
)
from tracer.findings.overlap.close import NEAR, close_to
from tracer.findings.tails import binomial_at_least, evenness, four_digits, poisson_at_least, rounded_up
from tracer.identify.keys import PHONE_END
from tracer.identify.number_plans import CHINA, COARSE, LEAST_LIVE
from tracer.policy import SHOWN_FROM

ALPHA = 0.001
"""Error at which a list is contradicted; a hundred true lists in a case are then called false once in ten cases."""
_SAME_NAME = 1e-3
"""Chance that a random number bears the name a list gives it (methods 3: 10^-3 to 10^-4 a row)."""
_ALLOTTED_SHARE = 0.714
"""Share of 1[3-9] segments that are allotted (methods 3): what numbers without any knowledge of segments show."""
_ENOUGH = 5
"""Expected numbers in each cell of a χ² test."""


@of_lists
def assess(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """The verdict on the list that the claim names, or on all that the party holds."""
    return assess_random(facts, listed.id, listed.lists)


def assess_random(
    facts: CaseFacts, dataset: str, lists: int = 1, generated: Sequence[str] | None = None
) -> ClaimVerdict:
    """Test whether the numbers of `dataset` (an id) are random in their blocks; one of so many lists.

    generated: lists that may be random, too; None: those of which that is said and not contradicted by others.
    """
    no, why_not = usable(facts.con, dataset)
    if why_not is not None:
        return untestable(why_not)
    witnesses = witnesses_of(facts, dataset, generated)
    others, alpha = list(witnesses), ALPHA / lists
    close = close_to(facts.con, no, others)
    near = tuple(DatasetRef(name) for one, name in witnesses.items() if one in close)
    overlap, (shape, p_of_shape) = overlap_with(facts, no, others), shape_of(facts, no)
    p_names, names = names_agree(facts.con, no, others)
    numbers = shape | {"witnesses": list(witnesses.values())}
    if overlap.rows < SHOWN_FROM or not overlap.known_numbers:
        # No block is known. A number bears the right name by luck alone in any plan; and numbers that are drawn among
        # the live ones, as few in each block as in any plan, meet real lists no oftener than this gives. Both decide:
        # each has half of the error.
        wide, p_live = overlap_with(facts, no, others, everywhere=True), 1.0
        if wide.rows >= SHOWN_FROM and wide.known_numbers:
            null = wide.among_live()
            p_live = null.tail(wide.shared)
            numbers |= {"known": wide.known_numbers, "shared": shown_count(wide.shared)}
            numbers |= {"expected": four_digits(null.mean), "p_scrubbed": rounded_up(p_live)}
        tests = {"live": p_live, "names": p_names}
        if min(tests.values()) > alpha / 2:
            return untestable(_why_untested(facts, no, overlap.rows, bool(witnesses)), shape)
        together = min(1.0, 2 * min(tests.values()))
        failed = failed_tests(tests, alpha)
        numbers |= names | {"tests": 2, "p_together": rounded_up(together), "failed": failed}
        assumed = (Reason.of("claim-live-numbers", live=round(LEAST_LIVE * COARSE), block=COARSE),)
        return _contradicted_verdict(together, numbers, near, *(assumed if "live" in failed else ()))
    p_block, p_scrubbed = (null.tail(overlap.shared) for null in (overlap.null, overlap.among_live()))
    p_canaries, canaries = canaries_inside(facts, no)
    tests = {"block": p_block, "names": p_names, "canaries": p_canaries, **p_of_shape}
    power = overlap.null.power(0.01, 0.01)
    numbers |= {"known": overlap.known_numbers, "shared": shown_count(overlap.shared)}
    numbers["expected"] = four_digits(overlap.null.mean)
    p_uniform = poisson_at_least(overlap.shared, overlap.mean_if_uniform)
    printed = {"p_block": p_block, "p_uniform": p_uniform, "p_scrubbed": p_scrubbed}
    numbers |= {name: rounded_up(p_value) for name, p_value in printed.items()}
    numbers |= {"density": four_digits(overlap.density), "power_at_1_percent": four_digits(power), **names, **canaries}
    together = rounded_up(min(1.0, len(tests) * min(tests.values())))
    numbers |= {"tests": len(tests), "p_together": together, "failed": failed_tests(tests, alpha)}
    # Three tests of one claim decide: each has a third of the error.
    third = alpha / 3
    if min(p_scrubbed, p_names, p_canaries) <= third:
        scrubbed = (Reason.of("claim-scrubbed-settled"),) if p_scrubbed > third else ()
        return _contradicted_verdict(p_block, numbers, near if min(p_scrubbed, p_names) <= third else (), *scrubbed)
    uneven = (Reason.of("claim-uneven"),) if {"last_two", "sequence"} & set(numbers["failed"]) else ()
    if p_block <= alpha:
        why: tuple[Reason, ...] = (Reason.of("claim-scrubbed-open"), *uneven)
    else:
        # Never more than consistent: a list that was copied from one that is not loaded would look the same.
        why = (Reason.of("claim-power", power=Probability(power)), Reason.of("claim-unknown-source"), *uneven)
    return ClaimVerdict("consistent", rounded_up(p_block), numbers, why)


def _contradicted_verdict(
    p_value: float, numbers: dict[str, Any], near: tuple[DatasetRef, ...], *settled: Reason
) -> ClaimVerdict:
    """near: the witnesses that the numbers are in; none where planted numbers were seen."""
    if near:
        numbers["found_in"] = [one.id for one in near]
    where = Reason.of("claim-random-in", lists=near) if near else Reason.of("claim-not-random")
    alternatives = (where, *settled, Reason.of("claim-partly-random"))
    return ClaimVerdict("contradicted", rounded_up(p_value), numbers, alternatives, "G1")


def _why_untested(facts: CaseFacts, no: int, rows: int, witnesses: bool) -> Reason:
    """Why blocks say nothing: the list has few numbers, or few of known blocks, or no list can speak on it."""
    if rows >= SHOWN_FROM:
        return Reason.of("claim-witness-elsewhere" if witnesses else "claim-no-witness")
    bound = {"no": no, "end": PHONE_END}
    count = facts.con.execute("SELECT count(*) FROM membership WHERE dataset = $no AND key < $end", bound).fetchall()
    few = count[0][0] < SHOWN_FROM
    return Reason.of("claim-few-mobiles" if few else "claim-no-blocks", least=SHOWN_FROM)


def witnesses_of(facts: CaseFacts, dataset: str, generated: Sequence[str] | None = None) -> dict[int, str]:
    """Number and id of the lists that speak on it: known to be real, and not fed by it. `generated` as there."""
    drawn = _said_to_be_random(facts) if generated is None else generated
    bound = {"dataset": dataset, "near": NEAR, "generated": drawn}
    return dict(facts.con.execute(statement("witness"), bound).fetchall())


def _said_to_be_random(facts: CaseFacts) -> list[str]:
    """Lists that are said to be random, but for those that are contradicted where none of them is a witness."""
    said = dict(facts.con.execute(statement("said_random")).fetchall())
    if len(set(said.values())) < 2:  # none of a holder's other lists is a witness
        return list(said)
    judged = facts.con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name = 'derivation'")
    return facts.once(  # without what persons have judged it may be others
        ("said to be random", judged.fetchall()[0][0]),
        lambda: [one for one in said if assess_random(facts, one, 1, list(said)).verdict != "contradicted"],
    )


def failed_tests(tests: Mapping[str, float], alpha: float) -> list[str]:
    """The tests that hold at a family-wise error of `alpha`, by Holm's steps; the smallest p first."""
    stand = []
    for step, (p_value, name) in enumerate(sorted((p_value, name) for name, p_value in tests.items())):
        if p_value > alpha / (len(tests) - step):
            break
        stand.append(name)
    return stand


# The shape of a list's numbers: prefixes, last digits, runs, repeated rows. In a random list they are even in a
# block. What knows its segments can still prefer some of them, and repeated rows may have been removed, so prefixes
# and repeats are reported only. Last digits and runs are even under the block null (each block's numbers are a
# uniform subset of its 10^4) and belong to the tests of `random`.


def shape_of(facts: CaseFacts, no: int) -> tuple[dict[str, Any], dict[str, float]]:
    """The shape of those numbers of dataset `no` whose blocks are known: what is reported of it, and the p-values of
    two tests that hold under the block null.

    `sequence` is Poisson: numbers that are followed by the next one. Each of a block's pairs is neighbours with chance
    2/10^4.
    """
    con = facts.con
    count, followed, neighbours, same = 0, 0, 0.0, 0.0
    endings = np.zeros(100, dtype=np.int64)
    for within in ranges_in(facts, no):
        row = con.execute(statement("shape"), {"dataset": no, **limits_of(within)}).fetchall()[0]
        count, followed, endings = count + row[0], followed + row[2], endings + np.array(row[3], dtype=np.int64)
        neighbours, same = neighbours + float(row[1]) * 2 / within.block, same + float(row[1]) / within.block
    p_last_two = evenness(endings) if count >= _ENOUGH * 100 else 1.0
    p_sequence = poisson_at_least(followed, neighbours)
    numbers: dict[str, Any] = {"mobiles": mobiles_in(facts, no)[1]}
    if count:
        numbers |= {"p_last_two": rounded_up(p_last_two), "p_sequence": rounded_up(p_sequence)}
        numbers["in_sequence"] = four_digits(followed / count)
    repeated = con.execute("SELECT duplicates FROM dataset WHERE no = $no", {"no": no}).fetchone()
    if repeated is not None and repeated[0]:
        numbers["p_repeats"] = rounded_up(poisson_at_least(repeated[0], same))
    return numbers_known(numbers | _prefixes(facts, no, count)), {"last_two": p_last_two, "sequence": p_sequence}


def _prefixes(facts: CaseFacts, no: int, count: int) -> dict[str, Any]:
    """How the numbers lie among the segments that carriers have been given."""
    con, ranges = facts.con, ranges_in(facts, no)
    # First three digits -> allotted segments, in order; summed up once in a trace, not for every claim.
    segments: Mapping[str, int] = facts.once(
        "allotted segments", lambda: dict(con.execute(statement("segment_heads")).fetchall())
    )
    chinese = all(within.country == CHINA for within in ranges)
    if not ranges or (not segments and chinese):
        return {}
    allotted: dict[str, int] = dict(con.execute(statement("prefixes"), {"dataset": no}).fetchall())
    known = sum(allotted.values())
    for within in ranges:
        if within.country != CHINA:
            known += con.execute(statement("prefixes_abroad"), {"dataset": no, **limits_of(within)}).fetchall()[0][0]
    plans = {"plans": list(dict.fromkeys(within.country for within in ranges))}
    if not known and not chinese:  # no table names the segments of these countries
        return plans
    # χ² of the first three digits against the allotted segments, where there are numbers enough.
    numbers = np.array([allotted.get(head, 0) for head in segments], dtype=np.float64)
    share = np.array(list(segments.values()), dtype=np.float64)
    expected = share / max(share.sum(), 1.0) * numbers.sum()
    tested = expected >= _ENOUGH
    seen, p_value = numbers[tested], None
    if tested.sum() >= 2 and seen.sum() > 0:
        p_value = rounded_up(evenness(seen, expected[tested] * seen.sum() / expected[tested].sum()))
    chance = {"in_allotted_segments_by_chance": _ALLOTTED_SHARE} if chinese else plans
    return {"in_allotted_segments": four_digits(known / max(count, 1)), **chance, "p_prefixes": p_value}


def names_agree(con: duckdb.DuckDBPyConnection, no: int, witnesses: list[int]) -> tuple[float, dict[str, Any]]:
    """Names and firms on shared numbers: how many agree, against the chance that a random number bears the name. An
    agreement settles what an overlap of live numbers leaves open."""
    bound = {"dataset": no, "others": close_to(con, no, witnesses)}
    columns = con.execute(statement("text_columns"), bound).fetchall()
    if not columns:
        return 1.0, {}
    con.execute(statement("shared_rows"), bound | {"others": sorted({row[0] for row in columns} - {no})})
    con.execute("CREATE OR REPLACE TEMP TABLE claim_text (dataset INTEGER, row BIGINT, role VARCHAR, text VARCHAR)")
    for dataset, role, position, first_row, raw_table in columns:
        text = statement("texts").replace("raw.list", raw_table).replace("c_text", f"c{position}")
        con.execute(text, {"dataset": dataset, "shift": first_row - 1, "role": role})
    rows = con.execute(statement("names"), {"dataset": no}).fetchall()
    con.execute("DROP TABLE temp.claim_text; DROP TABLE temp.claim_row")
    p_value, shown = 1.0, dict[str, Any]()
    for role, compared, agree, chance, tries in rows:
        # Common names agree by luck more often; a number in several lists has several tries.
        luck = min(1.0, max(_SAME_NAME, chance) * tries)
        p_role = binomial_at_least(agree, compared, luck)
        shown |= {f"{role}s_compared": shown_count(compared), f"{role}s_agree": shown_count(agree)}
        shown[f"p_{role}s"] = rounded_up(p_role)
        p_value = min(p_value, p_role * len(rows))
    return min(1.0, p_value), shown
