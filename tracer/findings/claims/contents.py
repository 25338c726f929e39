"""The claims `business_only` and `public_sources`: what kind of contacts a list holds.

Business contacts that were collected from public sources have no reason to be in a list of consumers, beyond what
any two lists of live numbers share. Null, for the numbers that no public source explains: they and the consumers'
lists are drawn among the live numbers of their blocks independently (`Overlap.among_live`: at least 1,000 of 10^4
live). The second test is of canaries: a consumer's persona, or in public sources any, is in no such list. Each
has half of the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.overlaps import canaries_inside, mobiles_in, other_ranges_in, overlap_with, ranges_in
from tracer.findings.claims.verdict import (
    ClaimedList,
    ClaimRow,
    ClaimVerdict,
    filled,
    of_lists,
    shown_count,
    statement,
    untestable,
)
from tracer.findings.intervals import rounded, rounded_up
from tracer.findings.overlap.close import close_to
from tracer.policy import SHOWN_FROM

_ALPHA = 0.001
"""Error at which a list is contradicted, as for `random`: a case may hold many lists."""
_WHOLE = 0.995
"""Share of a list that public sources must explain for the claim to be supported; the rest may be misread rows."""
_FIRMS = 3
"""Firms under which a mobile number must be to be reported: an agent's, or a filler."""


@of_lists
def assess_business(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`business_only`, on the list that the claim names or on all that the party holds."""
    public = [no for no, _ in _public_lists(facts, listed)]
    p_value, untold, numbers = _against_consumers(facts, listed, public, consumers=True)
    numbers = _firms(facts, listed.no, close_to(facts.con, listed.no, public)) | numbers
    printed = None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= _ALPHA / listed.lists:
        why = (Reason.of("claim-owners-are-consumers"), *_live(facts, listed.no))
        return ClaimVerdict("contradicted", printed, numbers, why, "G1")
    if untold:
        return untestable(Reason.of("claim-consumers-untold"), numbers)
    if p_value is None and "firms" not in numbers:
        return untestable(Reason.of("claim-no-companies"), numbers)
    return ClaimVerdict("consistent", printed, numbers, (Reason.of("claim-staff-numbers"),))


@of_lists
def assess_public(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`public_sources`, on the list that the claim names or on all that the party holds."""
    public = _public_lists(facts, listed)
    lists = [no for no, _ in public]
    p_value, untold, numbers = _against_consumers(facts, listed, lists, consumers=False)
    bound = {"dataset": listed.no, "public": close_to(facts.con, listed.no, lists)}
    contacts, explained = facts.con.execute(statement("explained"), bound).fetchall()[0]
    residue = contacts - explained
    if public:
        shown = min(explained, residue) >= SHOWN_FROM or residue == 0
        counts = {
            "public_lists": [name for _, name in public],
            "explained": shown_count(explained),
            "residue": shown_count(residue),
        }
        numbers = counts | {"share_explained": rounded(explained / contacts) if shown else None} | numbers
    numbers, printed = filled(numbers), None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= _ALPHA / listed.lists:
        why = (Reason.of("claim-published-elsewhere"), *_live(facts, listed.no))
        return ClaimVerdict("contradicted", printed, numbers, why, "G1")
    if public and explained >= _WHOLE * contacts:
        return ClaimVerdict("supported", None, numbers, (Reason.of("claim-public-not-taken"),), "G1")
    if untold:
        return untestable(Reason.of("claim-consumers-untold"), numbers)
    if not public and p_value is None:
        return untestable(Reason.of("claim-no-public-source"), numbers)
    return ClaimVerdict("consistent", printed, numbers, (Reason.of("claim-other-public-sources"),))


def _live(facts: CaseFacts, no: int) -> tuple[Reason, ...]:
    """How many live numbers a block in use is taken to have, of each plan of which the list has numbers."""
    taken = dict.fromkeys(
        (round(each.live * each.block), each.block) for each in [*ranges_in(facts, no), *other_ranges_in(facts, no)]
    )
    return tuple(Reason.of("claim-live-numbers", live=live, block=block) for live, block in taken)


def _public_lists(facts: CaseFacts, listed: ClaimedList) -> list[tuple[int, str]]:
    return facts.con.execute(statement("public_lists"), {"dataset": listed.id}).fetchall()


def _against_consumers(
    facts: CaseFacts, listed: ClaimedList, public: Sequence[int], *, consumers: bool
) -> tuple[float | None, bool, dict[str, Any]]:
    """(p of both tests together or None where neither can be made, whether what it shares with consumers cannot be
    tested, what was counted)."""
    con, no = facts.con, listed.no
    lists = con.execute(statement("consumer_lists"), {"dataset": listed.id}).fetchall()
    p_values, numbers, untold = [], dict[str, Any](), False
    if lists:
        others = [number for number, _ in lists]
        overlap = overlap_with(facts, no, others, public, everywhere=True)
        bound = {"dataset": no, "others": close_to(con, no, others), "without": close_to(con, no, public)}
        shared = con.execute(statement("with_consumers"), bound).fetchall()[0][0]
        numbers |= {"consumer_lists": [name for _, name in lists], "shared_with_consumers": shown_count(shared)}
        # Chance has no say in an address that two lists have in common: whose it is may be an owner, too.
        compared = overlap.rows >= SHOWN_FROM and overlap.known_numbers > 0
        untold = not compared or shared - overlap.shared >= SHOWN_FROM
        if compared:
            null = overlap.among_live()
            p_values.append(null.tail(overlap.shared))
            numbers |= {"expected": rounded(null.mean), "p_consumers": rounded_up(p_values[0])}
    p_canaries, canaries = canaries_inside(facts, no, consumers=consumers)
    if canaries["canaries_seen"] != 0:
        p_values.append(p_canaries)
        numbers |= canaries
    # Two tests are made wherever they can be; the family is both, whichever was decisive.
    return (min(1.0, 2 * min(p_values)) if p_values else None), untold, numbers


def _firms(facts: CaseFacts, no: int, public: list[int]) -> dict[str, Any]:
    """Mobile numbers, those with a firm, those under several, and agreement with what the firms have published.

    Where landlines look like mobile numbers nothing is said of mobile ones.
    """
    con, (mobile, mobiles) = facts.con, mobiles_in(facts, no)
    contacts = con.execute("SELECT contacts FROM dataset WHERE no = $no", {"no": no}).fetchall()[0][0]
    numbers: dict[str, Any] = {"contacts": contacts}
    if mobiles is not None:
        numbers["share_of_mobiles"] = rounded(mobiles / max(contacts, 1))
    con.execute("CREATE OR REPLACE TEMP TABLE claim_firm (dataset INTEGER, row BIGINT, firm VARCHAR)")
    columns = con.execute(statement("firm_columns"), {"lists": [no, *public]}).fetchall()
    for dataset, position, first_row, raw_table in columns:
        text = statement("firm_texts").replace("raw.list", raw_table).replace("c_text", f"c{position}")
        con.execute(text, {"dataset": dataset, "shift": first_row - 1})
    text = statement("firms").format(mobile=mobile.replace("key", "s.key"))
    firms, named, several = con.execute(text, {"dataset": no, "least": _FIRMS}).fetchall()[0]
    if firms:
        numbers["firms"] = firms
        if mobiles is not None:
            numbers |= {"mobiles_with_a_firm": rounded(named / max(mobiles, 1)), "mobiles_under_three_firms": several}
        compared, agree = con.execute(statement("published"), {"dataset": no, "public": public}).fetchall()[0]
        if compared >= SHOWN_FROM:
            numbers |= {"published_compared": compared, "published_agree": shown_count(agree)}
    con.execute("DROP TABLE temp.claim_firm")
    return numbers
