"""Answers to the stages' statements that were computed elsewhere: taken where they fit the case as it is now.

An answer belongs to a question (a statement and what is bound in it) and to the facts it was computed from. Where facts
or question differ, the statement is executed here, so that an answer can spare work but never outlive its case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import duckdb

ROWS = "rows"
"""Name of the relation that a statement without CREATE gives."""
_FACTS = Path(__file__).parent / "sql" / "answer_facts.sql"
_KEY_STATEMENTS = Path(__file__).parent / "overlap" / "sql"
_HERE: ContextVar[bool] = ContextVar("computed_here", default=False)


def question_of(name: str, text: str, bound: Mapping[str, Any]) -> str:
    """The digest of a question; the order of numbers in a list does not matter."""
    plain = {key: sorted(value) if isinstance(value, list | tuple) else value for key, value in bound.items()}
    return hashlib.sha256(json.dumps([name, text, plain], sort_keys=True).encode()).hexdigest()


def facts_of(con: duckdb.DuckDBPyConnection) -> str:
    """The digest of all that answers depend on: the loaded datasets, what is marked, segments, and how keys are put
    together by holder (the statements of `overlap/`)."""
    rows = con.execute(_FACTS.read_text(encoding="utf-8")).fetchall()
    texts = [path.read_text(encoding="utf-8") for path in sorted(_KEY_STATEMENTS.glob("*.sql"))]
    return hashlib.sha256(repr((rows, texts)).encode()).hexdigest()


@contextmanager
def computed_here() -> Iterator[None]:
    """Inside it no answer is taken: what is checked must be computed."""
    token = _HERE.set(True)
    try:
        yield
    finally:
        _HERE.reset(token)


def from_scratch() -> bool:
    """Whether nothing that was computed before may be taken."""
    return _HERE.get()


def ask(
    con: duckdb.DuckDBPyConnection, name: str, text: str, bound: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """Execute the statement, or read its answer; `name` says which one it is ("sightings/seen")."""
    kept = kept_answer(con, name, text, bound or {})
    if ROWS in kept:
        return con.execute(f"SELECT * FROM {kept[ROWS]} ORDER BY ALL")
    return con.execute(text, bound) if bound else con.execute(text)


def take(con: duckdb.DuckDBPyConnection, name: str, text: str, relations: Sequence[str]) -> bool:
    """Make TEMP views of the relations that the statement would create, if their answers fit."""
    kept = kept_answer(con, name, text, {})
    if not set(relations) <= kept.keys():
        return False
    for relation in relations:
        for kind in _kinds(con, relation):
            con.execute(f"DROP {kind} temp.{relation}")
        con.execute(f"CREATE TEMP VIEW {relation} AS SELECT * FROM {kept[relation]}")
    return True


def make(con: duckdb.DuckDBPyConnection, text: str, relations: Sequence[str]) -> None:
    """Execute a statement that creates TEMP tables, in the place of views of answers that do not fit any more."""
    for relation in relations:
        if "VIEW" in _kinds(con, relation):
            con.execute(f"DROP VIEW temp.{relation}")
    con.execute(text)


def _kinds(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    rows = con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_catalog = 'temp' AND table_name = $name",
        {"name": relation},
    ).fetchall()
    return ["VIEW" if kind == "VIEW" else "TABLE" for (kind,) in rows]


def kept_answer(con: duckdb.DuckDBPyConnection, name: str, text: str, bound: Mapping[str, Any]) -> dict[str, str]:
    """Relation -> the table that holds it, of an answer that fits; empty where there is none."""
    if from_scratch():
        return {}
    rows = con.execute(
        "SELECT relation, held_in, facts FROM cluster_answer WHERE question = $question",
        {"question": question_of(name, text, bound)},
    ).fetchall()
    if not rows or any(facts != facts_of(con) for facts in {row[2] for row in rows}):
        return {}
    return {relation: held_in for relation, held_in, _ in rows}


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
