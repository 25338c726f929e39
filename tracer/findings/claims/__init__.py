"""Verdicts on claims: what the data say of what parties say. A test for each kind, those of one method in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracer.disclosure import Reason, Text
from tracer.dossier.view_statement import views_read
from tracer.errors import TracerError
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.claims import contents, lines, random, size
from tracer.findings.claims.verdict import (
    ClaimRow,
    ClaimTest,
    ClaimVerdict,
    lists_of,
    read_claims,
    shown_count,
    untestable,
)
from tracer.findings.deciding import any_judged, deciding_judgement, without_judgements
from tracer.findings.statements import headlines
from tracer.plugins import AssertedClaim, ClaimResult, PluginGroup, fault, find, load


def assess_other(_facts: CaseFacts, _claim: ClaimRow) -> ClaimVerdict:
    """`other`: what cannot be put to data. "We did not know" is such a statement."""
    return untestable(Reason.of("claim-other"))


KINDS: Mapping[str, ClaimTest] = {
    "random": random.assess,
    "business_only": contents.assess_business,
    "public_sources": contents.assess_public,
    "size": size.assess_size,
    "daily_growth": size.assess_growth,
    "first_hand": contents.assess_first_hand,
    "own_collection": contents.assess_own,
    "consented": contents.assess_consented,
    "pool_size": lines.assess_pool,
    "complaint_rate": lines.assess_rate,
    "not_retained": contents.assess_not_retained,
    "stopped": lines.assess_stopped,
    "members_only": lines.assess_members,
    "stated_origin": contents.assess_stated,
    "other": assess_other,
}
"""The test of each kind of claim that is built in (`dossier.vocabulary.CLAIM_KINDS`)."""


def compute(facts: CaseFacts, run: int) -> None:
    """Write a verdict on every claim of the case into `claim_verdict`, with the number of this run."""
    claims = read_claims(facts.con)
    verdicts = [_verdict(facts, claim) for claim in claims]
    if any_judged(facts.con):
        with without_judgements(facts.con):
            otherwise = [_verdict(facts, claim).verdict for claim in claims]
        verdicts = [
            verdict if verdict.verdict == without else _say_judgement_decides(facts, claim, verdict, without)
            for claim, verdict, without in zip(claims, verdicts, otherwise, strict=True)
        ]
    rows = []
    for claim, one in zip(claims, verdicts, strict=True):
        numbers = json.dumps(dict(one.numbers), ensure_ascii=False)
        rows.append((claim.id, claim.dataset, one.verdict, one.p_value, numbers, kept(one.alternatives), one.grade))
    put_rows(facts.con, "claim_verdict", run, "claim dataset verdict p_value numbers alternatives grade", rows)


def _verdict(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    return KINDS.get(claim.kind, _assess_added)(facts, claim)


def _say_judgement_decides(facts: CaseFacts, claim: ClaimRow, verdict: ClaimVerdict, without: str) -> ClaimVerdict:
    """A verdict that would be another one without what persons have judged says so before all else."""
    judgement = deciding_judgement(facts.con, lists_of(facts.con, claim))
    row = facts.con.execute(
        'SELECT verdict AS judgement, who AS judged_by, CAST("at" AS DATE) AS judged_on, note FROM judgement'
        " WHERE no = $no",
        {"no": judgement},
    )
    judged = dict(zip((one[0] for one in row.description), row.fetchall()[0], strict=True))
    said = headlines.decided_by_judgement(judged, without)
    return replace(verdict, alternatives=(said, *verdict.alternatives))


# Kinds of claims that plug-ins test. They read the documented views; what they count is shown as all counts are.

_VIEWS = (
    "SELECT view_name FROM duckdb_views() WHERE schema_name = 'views' AND database_name = current_database() "
    "AND NOT starts_with(view_name, '_')"
)
_VERDICTS = ("supported", "contradicted", "consistent", "untestable")


class _Unfit(ValueError):
    """What a plug-in gives is not what may be; the words are the tool's own."""


def _assess_added(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict of a plug-in on a claim of its kind; untestable where the plug-in is missing or fails."""
    plugin = find(PluginGroup.CLAIM_KINDS, claim.kind)
    test = None if plugin is None else load(plugin)
    if plugin is None or test is None:
        return untestable(Reason.of("claim-no-plugin", kind=Text(claim.kind)))
    views = {row[0] for row in facts.con.execute(_VIEWS).fetchall()}

    def ask(sql: str, **values: Any) -> list[dict[str, Any]]:
        views_read(facts.con, sql, views, "a claim's question", qualified=True)
        found = facts.con.execute(sql, values)
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    about = AssertedClaim(claim.party, claim.about, claim.value, claim.dataset, claim.quote)
    try:
        result = test(ask, about)
        if not isinstance(result, ClaimResult) or result.verdict not in _VERDICTS:
            raise _Unfit(f"it gives no verdict; one of: {', '.join(_VERDICTS)}")
        shown = {**result.numbers, **{name: shown_count(count) for name, count in result.people.items()}}
        english = result.says["en"].format_map(shown)
        chinese = result.says.get("zh", result.says["en"]).format_map(shown)
        says = Reason.of("claim-plugin", en=Text(english), zh=Text(chinese), package=Text(str(plugin)))
        return ClaimVerdict(result.verdict, result.p_value, shown, (says,))
    except Exception as error:  # noqa: BLE001 - a fault of a plug-in must not end a trace
        what = " ".join((str(error) if isinstance(error, _Unfit | TracerError) else fault(error)).split())[:200]
        return untestable(Reason.of("claim-plugin-failed", package=Text(str(plugin)), what=Text(what)))
