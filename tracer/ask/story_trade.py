"""The story's sections on what parties say, whose lines carried the calls, and whom nobody may call any more."""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.ask.story_parts import Finding, Section, rows_of, section
from tracer.documents import json_of
from tracer.export.wording import Wording
from tracer.export.wording_trade import claim_numbers, line_told, refusal_told


def claims(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    """Claims with a verdict, those that the data contradict first."""
    rows = rows_of(
        con,
        "SELECT * FROM views.claims WHERE verdict NOT IN ('untested', 'untestable')"
        " ORDER BY verdict = 'contradicted' DESC, grade DESC, claim",
    )
    findings = [
        Finding(
            words.claim(row),
            row["grade"],
            "" if row["p_value"] is None else f"p = {row['p_value']:.2g}",
            items=_numbers(row),
            against=row["alternatives"],
        )
        for row in rows
    ]
    counted = {
        row["verdict"]: row["n"]
        for row in rows_of(con, "SELECT verdict, count(*) AS n FROM views.claims GROUP BY verdict ORDER BY verdict")
    }
    notes = [
        f"{counted[verdict]} {'claim' if counted[verdict] == 1 else 'claims'} {what}"
        for verdict, what in (
            ("untestable", "cannot be tested with what the case holds: tracer query claims -p verdict=untestable."),
            ("untested", "not tested yet: tracer trace."),
        )
        if verdict in counted
    ]
    return section("What parties say, and what the data say", findings, "claims", " ".join(notes))


def _numbers(row: dict[str, Any]) -> tuple[str, ...]:
    """What was counted, on one line."""
    told = claim_numbers({**row, "numbers": json_of(row["numbers"] or "{}")})
    return (" · ".join(told),) if told else ()


def contradictions(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    """Statements that do not go together."""
    rows = rows_of(con, "SELECT * FROM views.contradictions WHERE what <> 'claim against data' ORDER BY about, claim_a")
    findings = [
        Finding(
            words.contradiction(row),
            "",
            words.apart(row),
        )
        for row in rows
    ]
    return section("Statements that contradict each other", findings, "contradictions")


def lines(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    """Lines with complaints, broken rules or hands, those with most complaints first."""
    rates = {row["name"]: row for row in rows_of(con, _RATES)}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(con, _LINES):
        found.setdefault(row["line"], []).append(row)
    order = sorted(found, key=lambda line: (-rates[line]["complaints"] if line in rates else 0, line))
    told = [line_told(words, found[line][0], rates.get(line), found[line]) for line in order]
    return section("Lines: complaints, rules, hands", [Finding(headline) for headline in told if headline], "lines")


def refusals(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    """Whoever was handed on or called after refusing; the copies and calls of most people first."""
    rows = rows_of(con, "SELECT * FROM views.after_refusal ORDER BY people DESC NULLS LAST, refusals, what, of, party")
    return section("After refusal", [Finding(refusal_told(words, row)) for row in rows], "after-refusal")


_RATES = "SELECT * FROM views.complaint_rates WHERE dimension = 'line' ORDER BY name"
_LINES = (
    "SELECT l.*, v.rule, v.bound, v.examined, v.violations FROM views.lines l"
    " LEFT JOIN views.rule_counts v ON v.line = l.line ORDER BY l.line, v.rule"
)
