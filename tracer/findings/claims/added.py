"""Kinds of claims that plug-ins test. They read the documented views; what they count is shown as all counts are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from tracer.disclosure import Reason, Text
from tracer.documents import json_of, objects_in
from tracer.errors import TracerError
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, told, untestable
from tracer.plugins import AssertedClaim, ClaimResult, Plugin, PluginGroup, fault, find, load


class _Unfit(ValueError):
    """What a plug-in asks or gives is not what may be; the words are the tool's own."""


_VERDICTS = ("supported", "contradicted", "consistent", "untestable")


def assess_added(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict of a plug-in on a claim of its kind; untestable where the plug-in is missing or fails."""
    plugin = find(PluginGroup.CLAIM_KINDS, claim.kind)
    test = None if plugin is None else load(plugin)
    if plugin is None or test is None:
        return untestable(Reason.of("claim-no-plugin", kind=Text(claim.kind)))

    def ask(sql: str, **values: Any) -> list[dict[str, Any]]:
        return list(_rows(facts.con, sql, values))

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


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of one statement that only reads, from the documented views alone."""
    answer = con.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    tree: dict[str, Any] = json_of(answer[0]) if answer is not None else {"error": True}
    if tree["error"]:
        raise _Unfit(str(tree.get("error_message", "it does not only read")))
    if len(tree["statements"]) != 1:
        raise _Unfit("there must be one statement")
    named = {str(key) for node in objects_in(tree) for key in _tables_within(node)}
    for node in objects_in(tree):
        if node.get("type") == "BASE_TABLE" and node.get("schema_name") != "views" and node["table_name"] not in named:
            raise _Unfit(f"{node['table_name']} is not one of the views; write views.NAME")
        if node.get("type") == "TABLE_FUNCTION":
            raise _Unfit("it must read from the views alone")
    found = con.execute(sql, values)
    columns = [column[0] for column in found.description or ()]
    yield from (dict(zip(columns, row, strict=True)) for row in found.fetchall())


def _tables_within(node: dict[str, Any]) -> list[str]:
    """The names of a statement's common table expressions."""
    held = node.get("cte_map")
    return [entry["key"] for entry in held.get("map", [])] if isinstance(held, dict) else []
