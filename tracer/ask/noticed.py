"""What a trace has to say: what a judgement moved, and where the contents of lists, their days and what is said of them
do not fit together.

Warnings are read from the current findings, by `queries/warnings.sql`, at every question: they rest on nothing but
documented views, so a stage of its own would only keep a second copy of them that could be out of date.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.ask.named import CopiedViews, find_query, query_rows
from tracer.disclosure import DatasetRef, Probability, Reason, Ref
from tracer.findings.statements import headlines
from tracer.wording import say

_MOST = 10
"""Lines of one kind; the rest is counted."""
_NO_GRADE = "none"


def cautions(con: duckdb.DuckDBPyConnection, copied: CopiedViews | None = None) -> list[dict[str, Any]]:
    """The warnings of a case as it was last traced, the weightiest kind first: rows of the query, and each as a
    `reason`; `copied`: what else reads the case."""
    rows = query_rows(con, find_query("warnings"), copied=copied)
    return [{**row, "reason": headlines.warning_reason(row)} for row in rows]


def moves(con: duckdb.DuckDBPyConnection, run: int, lang: str = "en") -> list[dict[str, Any]]:
    """The derivations that a run states otherwise than the run before, those that moved furthest first: rows of the
    query `moved`. A list that came in since has moved nothing of its own."""
    rows = query_rows(con, find_query("moved"), {"run": str(run), "lang": lang})
    return [row for row in rows if row["finding"] == "derivation" and not (row["what"] == "new" and row["came_in"])]


def moved_lines(con: duckdb.DuckDBPyConnection, run: int, most: int, lang: str = "en") -> list[str]:
    """What is reported after a trace that used a new judgement, in lines; none after any other, nor after the first.

    most: derivations that are listed; the others are counted.
    """
    judged = con.execute(
        "SELECT judged > before FROM (SELECT run, judged, lag(judged) OVER (ORDER BY run) AS before"
        " FROM views.trace_runs) WHERE run = $run",
        {"run": run},
    ).fetchone()
    if judged is None or not judged[0]:
        return []
    found = moves(con, run, lang)
    if not found:
        return [say(Reason.of("moved-nothing"), lang)]
    elsewhere = sum(not row["judged"] for row in found)
    lines = [say(Reason.of("moved-so-many", n=len(found), elsewhere=elsewhere), lang)]
    lines.append(f"  {found[0]['because']}")
    for row in found[:most]:
        lists = {name: DatasetRef(row[name]) for name in ("parent", "child")}
        values = {name: None if row[name] is None else Probability(row[name]) for name in ("before", "after")}
        grades = {name: Ref(row[name] or _NO_GRADE) for name in ("grade_before", "grade_after")}
        lines.append(f"  {say(Reason.of('moved', **lists, **values, **grades), lang)}")
    if len(found) > most:
        more = Reason.of("moved-more", n=len(found) - most, query=Ref("tracer query moved"))
        lines.append(f"  {say(more, lang)}")
    return lines


def noticed_lines(con: duckdb.DuckDBPyConnection, run: int | None, lang: str = "en") -> list[str]:
    """What moved where a judgement is new, then the warnings.

    run: of the trace; None where nothing had changed: the warnings are then the same as before, and only counted.
    """
    lines = [] if run is None else moved_lines(con, run, _MOST, lang)
    found, query = cautions(con), Ref("tracer query warnings")
    if run is None and found:
        return [say(Reason.of("noticed-count", n=len(found), query=query), lang)]
    lines += [say(Reason.of("noticed", warning=one["reason"]), lang) for one in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(say(Reason.of("noticed-more", n=len(found) - _MOST, query=query), lang))
    return lines
