"""Answers to the stages' statements that were computed elsewhere: taken where they fit the case as it is now.

An answer belongs to a question (a statement and what is bound in it) and to the facts it was computed from. Where facts
or question differ, the statement is executed here, so that an answer can spare work but never outlive its case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.resources import statements_beside

ROWS = "rows"
"""Name of the relation that a statement without CREATE gives."""
_statement = statements_beside(__file__)
_KEY_STATEMENTS = Path(__file__).parent / "overlap" / "sql"


def question_of(name: str, text: str, bound: Mapping[str, Any]) -> str:
    """The digest of a question; the order of numbers in a list does not matter."""
    plain = {key: sorted(value) if isinstance(value, list | tuple) else value for key, value in bound.items()}
    return hashlib.sha256(json.dumps([name, text, plain], sort_keys=True).encode()).hexdigest()


def facts_of(con: duckdb.DuckDBPyConnection) -> str:
    """The digest of all that answers depend on: the loaded datasets, what is marked, segments, and how keys are put
    together by holder (the statements of `overlap/`)."""
    rows = con.execute(_statement("answer_facts")).fetchall()
    texts = [path.read_text(encoding="utf-8") for path in sorted(_KEY_STATEMENTS.glob("*.sql"))]
    return hashlib.sha256(repr((rows, texts)).encode()).hexdigest()


def ask(facts: CaseFacts, name: str, text: str, bound: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
    """Execute the statement, or read its answer; `name` says which one it is ("sightings/seen")."""
    held_in = kept_answer(facts, name, text, bound or {}).get(ROWS)
    return facts.con.execute(text, bound) if held_in is None else answer_rows(facts, held_in)


def answer_rows(facts: CaseFacts, held_in: Relation) -> duckdb.DuckDBPyConnection:
    """All rows of an answer, in order."""
    return facts.con.execute(f"SELECT * FROM {held_in} ORDER BY ALL")


def kept_answer(facts: CaseFacts, name: str, text: str, bound: Mapping[str, Any]) -> dict[str, Relation]:
    """Relation -> the table that holds it, of an answer that fits; empty where there is none."""
    if facts.from_scratch:
        return {}
    rows = facts.con.execute(
        "SELECT relation, held_in, facts FROM cluster_answer WHERE question = $question",
        {"question": question_of(name, text, bound)},
    ).fetchall()
    if not rows or any(of != facts_of(facts.con) for of in {row[2] for row in rows}):
        return {}
    return {relation: Relation(held_in) for relation, held_in, _ in rows}


def drop_answers(con: duckdb.DuckDBPyConnection, *, stale_only: bool) -> None:
    """Remove kept answers, or those that do not fit the case any more: they hold keys of lists that may be gone."""
    rows = con.execute("SELECT held_in, facts FROM cluster_answer ORDER BY ALL").fetchall()
    if not rows:
        return
    facts = facts_of(con)
    for held_in, of in rows:
        if not (stale_only and of == facts):
            con.execute(f"DROP TABLE IF EXISTS {held_in}")
            con.execute("DELETE FROM cluster_answer WHERE held_in = $name", {"name": held_in})
