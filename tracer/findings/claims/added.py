"""Kinds of claims that plug-ins test. They read the documented views; what they count is shown as all counts are."""

from __future__ import annotations

from typing import Any

from tracer.disclosure import Reason, Text
from tracer.dossier.view_statement import views_read
from tracer.errors import TracerError
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, told, untestable
from tracer.plugins import AssertedClaim, ClaimResult, Plugin, PluginGroup, fault, find, load


class _Unfit(ValueError):
    """What a plug-in gives is not what may be; the words are the tool's own."""


_VIEWS = (
    "SELECT view_name FROM duckdb_views() WHERE schema_name = 'views' AND database_name = current_database() "
    "AND NOT starts_with(view_name, '_')"
)
_VERDICTS = ("supported", "contradicted", "consistent", "untestable")


def assess_added(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
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
        return _verdict(plugin, test(ask, about))
    except Exception as error:  # noqa: BLE001 - a fault of a plug-in must not end a trace
        what = " ".join((str(error) if isinstance(error, _Unfit | TracerError) else fault(error)).split())[:200]
        return untestable(Reason.of("claim-plugin-failed", package=Text(str(plugin)), what=Text(what)))


def _verdict(plugin: Plugin, result: ClaimResult) -> ClaimVerdict:
    if not isinstance(result, ClaimResult) or result.verdict not in _VERDICTS:
        raise _Unfit(f"it gives no verdict; one of: {', '.join(_VERDICTS)}")
    shown = {**result.numbers, **{name: told(count) for name, count in result.people.items()}}
    english = result.says["en"].format_map(shown)
    chinese = result.says.get("zh", result.says["en"]).format_map(shown)
    says = Reason.of("claim-plugin", en=Text(english), zh=Text(chinese), package=Text(str(plugin)))
    return ClaimVerdict(result.verdict, result.p_value, shown, (says,))
