"""What a trace has to say: what a judgement moved, and what does not fit together."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tracer.ask.named import find_query, query_rows
from tracer.ask.warnings import cautions
from tracer.disclosure import DatasetRef, Probability, Reason, Ref
from tracer.wording import say

# What a trace moved: derivations that it states otherwise than the run before, and which facts made it do so.

_NO_GRADE = "none"


@dataclass(frozen=True)
class MovedDerivation:
    """One derivation that a run states otherwise than the run before."""

    parent: str
    child: str
    before: float | None
    """Its probability in the run before; None where it was not stated."""
    after: float | None
    """Its probability in this run; None likewise."""
    grade_before: str
    grade_after: str
    cause: str
    """`judgement`: nothing else changed; `both`; `other`: no judgement is new; `unrecorded`."""
    judged: bool
    because: str
    """The cause in words, the same for all derivations of a run."""

    def said(self, lang: str = "en") -> str:
        """The two values in words."""
        before, after = (None if p is None else Probability(p) for p in (self.before, self.after))
        moved = Reason.of(
            "moved", parent=DatasetRef(self.parent), child=DatasetRef(self.child), before=before, after=after,
            grade_before=Ref(self.grade_before), grade_after=Ref(self.grade_after),
        )  # fmt: skip
        return say(moved, lang)


def moves(con: duckdb.DuckDBPyConnection, run: int, lang: str = "en") -> list[MovedDerivation]:
    """The derivations that a run moved, those that moved furthest first; a list that came in since has moved nothing of
    its own."""
    rows = query_rows(con, find_query("moved"), {"run": str(run), "lang": lang})
    return [
        MovedDerivation(
            row["parent"], row["child"], row["before"], row["after"], row["grade_before"] or _NO_GRADE,
            row["grade_after"] or _NO_GRADE, row["cause"], row["judged"], row["because"],
        )
        for row in rows
        if row["finding"] == "derivation" and not (row["what"] == "new" and row["came_in"])
    ]  # fmt: skip


def moved_lines(con: duckdb.DuckDBPyConnection, run: int, most: int, lang: str = "en") -> list[str]:
    """What is reported after a trace that used a new judgement, in lines; none after any other.

    most: derivations that are listed; the others are counted.
    """
    if not _took_judgements(con, run):
        return []
    found = moves(con, run, lang)
    if not found:
        return [say(Reason.of("moved-nothing"), lang)]
    elsewhere = sum(not move.judged for move in found)
    lines = [say(Reason.of("moved-so-many", n=len(found), elsewhere=elsewhere), lang)]
    lines += [f"  {found[0].because}", *(f"  {move.said(lang)}" for move in found[:most])]
    if len(found) > most:
        more = Reason.of("moved-more", n=len(found) - most, query=Ref("tracer query moved"))
        lines.append(f"  {say(more, lang)}")
    return lines


def _took_judgements(con: duckdb.DuckDBPyConnection, run: int) -> bool:
    """Whether a judgement is new in a run that has one before it."""
    row = con.execute(
        "SELECT judged > before FROM (SELECT run, judged, lag(judged) OVER (ORDER BY run) AS before"
        " FROM views.trace_runs) WHERE run = $run",
        {"run": run},
    ).fetchone()
    return row is not None and bool(row[0])


_MOST = 10
"""Lines of one kind; the rest is counted."""


def noticed_lines(con: duckdb.DuckDBPyConnection, run: int | None, lang: str = "en") -> list[str]:
    """What moved where a judgement is new, then the warnings.

    run: of the trace; None where nothing had changed: the warnings are then the same as before, and only counted.
    """
    lines = [] if run is None else list(moved_lines(con, run, _MOST, lang))
    found, query = cautions(con), Ref("tracer query warnings")
    if run is None and found:
        return [say(Reason.of("noticed-count", n=len(found), query=query), lang)]
    lines += [say(Reason.of("noticed", warning=caution.reason), lang) for caution in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(say(Reason.of("noticed-more", n=len(found) - _MOST, query=query), lang))
    return lines
