"""Verdicts on claims: what the data say of what parties say. One module a kind; kinds without a test are `untested`."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb

from tracer.findings.claims.random import Verdict, assess_random

_UNTESTED = Verdict("untested")


def compute(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write a verdict on every claim of the case into `claim_verdict`, with the number of this run."""
    claims = con.execute("SELECT id, kind, about, dataset FROM claim ORDER BY id").fetchall()
    for claim, kind, about, dataset in claims:
        verdict = _random(con, about, dataset) if kind == "random" else _UNTESTED
        con.execute(
            "INSERT INTO claim_verdict (run, claim, dataset, verdict, p_value, numbers, alternatives, grade) "
            "VALUES ($run, $claim, $dataset, $verdict, $p_value, $numbers, $alternatives, $grade)",
            {
                "run": run, "claim": claim, "dataset": dataset, "verdict": verdict.verdict, "p_value": verdict.p_value,
                "numbers": json.dumps(dict(verdict.numbers), ensure_ascii=False), "grade": verdict.grade,
                "alternatives": list(verdict.alternatives),
            },
        )  # fmt: skip


def _random(con: duckdb.DuckDBPyConnection, about: str | None, dataset: str | None) -> Verdict:
    """The verdict on a dataset, or on all that a party holds: the one that speaks most against it, its p times their
    number (Bonferroni)."""
    if dataset is not None:
        return assess_random(con, dataset)
    held = con.execute(
        "SELECT id FROM dataset WHERE holder = $party AND current ORDER BY id", {"party": about}
    ).fetchall()
    tested = [(name, assess_random(con, name)) for (name,) in held]
    testable = [(name, verdict) for name, verdict in tested if verdict.p_value is not None]
    if not testable:
        return Verdict("untestable", alternatives=("it names no dataset, and none of the party's can be tested",))
    name, worst = min(testable, key=lambda pair: (pair[1].verdict != "contradicted", pair[1].p_value or 0.0, pair[0]))
    p_value = min(1.0, (worst.p_value or 0.0) * len(testable))
    return replace(worst, p_value=p_value, numbers={"tested": len(testable), "dataset": name, **worst.numbers})
