"""Verdicts on claims: what the data say of what parties say. A module for each kind, or for kinds of one method."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims import calls, consented, contents, members, origins, random, retained, size, stopped
from tracer.findings.claims.added import assess_added
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, lists_of, read_claims, untestable
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.lines import enter_line_events
from tracer.findings.statements import headlines
from tracer.findings.unjudged import any_judged, deciding, unjudged

Test = Callable[[CaseFacts, ClaimRow], ClaimVerdict]


def assess_other(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:  # noqa: ARG001 - the shape of every test
    """`other`: what cannot be put to data. "We did not know" is such a statement."""
    return untestable(Reason.of("claim-other"))


KINDS: Mapping[str, Test] = {
    "random": random.assess,
    "business_only": contents.assess_business,
    "public_sources": contents.assess_public,
    "size": size.assess_size,
    "daily_growth": size.assess_growth,
    "first_hand": origins.assess_first_hand,
    "own_collection": origins.assess_own,
    "consented": consented.assess,
    "pool_size": calls.assess_pool,
    "complaint_rate": calls.assess_rate,
    "not_retained": retained.assess,
    "stopped": stopped.assess,
    "members_only": members.assess,
    "stated_origin": origins.assess_stated,
    "other": assess_other,
}
"""The test of each kind of claim that is built in (`dossier.vocabulary.CLAIM_KINDS`)."""
_OF_CALLS = {"pool_size", "complaint_rate", "stopped", "members_only"}
"""Kinds that need the temp tables of `LineEvents`."""


def compute(facts: CaseFacts, run: int) -> None:
    """Write a verdict on every claim of the case into `claim_verdict`, with the number of this run."""
    claims = read_claims(facts.con)
    if any(claim.kind in _OF_CALLS for claim in claims):
        enter_line_events(facts)
    verdicts = [(claim, _verdict(facts, claim)) for claim in claims]
    if any_judged(facts.con):
        with unjudged(facts.con):
            otherwise = [_verdict(facts, claim).verdict for claim in claims]
        verdicts = [
            (claim, verdict if verdict.verdict == without else _decided(facts, claim, verdict, without))
            for (claim, verdict), without in zip(verdicts, otherwise, strict=True)
        ]
    put_rows(facts.con, "claim_verdict", run, "claim dataset verdict p_value numbers alternatives grade", (
        (
            claim.id, claim.dataset, verdict.verdict, verdict.p_value,
            json.dumps(dict(verdict.numbers), ensure_ascii=False), kept(verdict.alternatives), verdict.grade,
        )
        for claim, verdict in verdicts
    ))  # fmt: skip


def _verdict(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    return KINDS.get(claim.kind, assess_added)(facts, claim)


def _decided(facts: CaseFacts, claim: ClaimRow, verdict: ClaimVerdict, without: str) -> ClaimVerdict:
    """A verdict that would be another one without what persons have judged says so before all else."""
    judgement = deciding(facts.con, lists_of(facts.con, claim))
    row = facts.con.execute(
        'SELECT verdict AS judgement, who AS judged_by, CAST("at" AS DATE) AS judged_on, note FROM judgement'
        " WHERE no = $no",
        {"no": judgement},
    )
    said = headlines.decided(dict(zip((one[0] for one in row.description), row.fetchall()[0], strict=True)), without)
    return replace(verdict, alternatives=(said, *verdict.alternatives))
