"""Statement by statement: what Spark answered beside what DuckDB answers, in the same case."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.case.case import Case
from tracer.cluster.job import Question
from tracer.findings.case_facts import ROWS, CaseFacts, kept_answer
from tracer.findings.overlap.patterns import read_traced
from tracer.findings.sightings import held_identifiers, read_marks, sources_of


@dataclass(frozen=True)
class Compared:
    name: str
    relation: str
    rows: int
    different: int
    """Rows that only one of the two has, repeated ones counted."""
    seconds: float


def compare_statements(case: Case, questions: Sequence[Question]) -> list[Compared]:
    """Execute every question in DuckDB and compare with the answers that were imported (none: KeyError)."""
    con, facts = case.con, CaseFacts(case.con)
    con.execute(f"CREATE OR REPLACE TEMP TABLE traced AS FROM {read_traced(facts).relation}")
    register = read_marks(con)
    by_key = next(question for question in questions if question.name == "overlap/key_pattern")
    found = []
    with held_identifiers(con, register.numbers, sources_of(register.releases)):
        for question in questions:
            start = time.perf_counter()
            if question.text.count("CREATE OR REPLACE TEMP TABLE"):
                con.execute(question.text)
                here = {relation: f"temp.{relation}" for relation in question.back}
            else:
                con.execute(f"CREATE OR REPLACE TEMP TABLE answered_here AS {question.text}", dict(question.bound))
                here = {ROWS: "temp.answered_here"}
            seconds = time.perf_counter() - start
            kept = kept_answer(facts, question.name, question.text, question.bound)
            for relation in question.back:
                mine, theirs = here[relation], str(kept[relation])
                rows = con.execute(f"SELECT count(*) FROM {mine}").fetchall()[0][0]
                if relation == "pattern":
                    # `example` is the least of its set's keys, under pseudonyms another one: any will do.
                    (of_keys,) = kept_answer(facts, by_key.name, by_key.text, by_key.bound).values()
                    strays = f"(SELECT example, pattern FROM {theirs} EXCEPT ALL FROM {of_keys})"
                    mine, theirs = (f"(SELECT * EXCLUDE (example) FROM {table})" for table in (mine, theirs))
                else:
                    strays = f"(FROM {theirs} LIMIT 0)"
                different = con.execute(
                    f"SELECT (SELECT count(*) FROM ((FROM {mine} EXCEPT ALL FROM {theirs}) UNION ALL"
                    f" (FROM {theirs} EXCEPT ALL FROM {mine}))) + (SELECT count(*) FROM {strays})"
                ).fetchall()[0][0]
                found.append(Compared(question.name, relation, rows, different, seconds))
    return found
