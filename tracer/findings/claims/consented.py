"""The claim `consented`: whether the people of a list agreed, as far as refusals and stated bases tell.

No data can show consent. What can be shown is its absence: people who had refused the same party before the list's
day, or a stated basis that is none. Consent that was bundled into terms is a state of its own, and not consent to be
called.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import (
    ClaimRow,
    ClaimVerdict,
    over_lists,
    statement,
    told,
    untestable,
    usable,
)
from tracer.policy import SHOWN_FROM

_NO_BASIS = ("none", "refused")


def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict on the list that the claim names, or on all that the party holds."""
    return over_lists(facts.con, claim, lambda dataset, _: _consented(facts.con, dataset))


def _consented(con: duckdb.DuckDBPyConnection, dataset: str) -> ClaimVerdict:
    _, why_not = usable(con, dataset)
    if why_not is not None:
        return untestable(why_not)
    collected, used, releases, without, refused_lists = con.execute(
        statement("bases"), {"dataset": dataset}
    ).fetchall()[0]
    inside = con.execute(
        "SELECT refusals, people, before, own FROM refused_inside WHERE superseded IS NULL AND dataset = $dataset"
        " ORDER BY own DESC, people DESC, refusals", {"dataset": dataset},
    ).fetchall()  # fmt: skip
    people = max((row[1] for row in inside), default=0)
    before = max((row[2] or 0 for row in inside), default=0)
    own = max((row[2] or 0 for row in inside if row[3]), default=0)
    numbers: dict[str, Any] = {
        "collected_under": collected or "unknown", "used_under": used or "unknown", "copies": releases,
        "copies_without_basis": without, "lists_of_refusals": refused_lists,
    }  # fmt: skip
    if refused_lists:
        numbers |= {"refused": told(people), "refused_before": told(before)}
    stated = {basis or "unknown" for basis in (collected, used)}
    return _judge(numbers, stated, own, before, without, refused_lists)


def _judge(
    numbers: dict[str, Any], stated: set[str], own: int, before: int, without: int, refused_lists: int
) -> ClaimVerdict:
    """`stated`: bases of collection and use; `own`, `before`: people who had refused the party itself, or by any list;
    `without`: copies without a basis."""
    if own >= SHOWN_FROM:
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-agreed-again"),), "G1")
    if stated & set(_NO_BASIS):
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-stated-basis"),))
    if refused_lists == 0 and stated == {"unknown"} and not without:
        return untestable(Reason.of("claim-no-basis"), numbers)
    why = Reason.of("claim-nobody-refused" if before < SHOWN_FROM else "claim-refused-others")
    if without:
        why = Reason.of("claim-copies-without-basis")
    elif "bundled_in_terms" in stated:
        why = Reason.of("claim-bundled-consent")
    return ClaimVerdict("consistent", None, numbers, (why,))
