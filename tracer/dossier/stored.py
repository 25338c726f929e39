"""Records as rows of the store's tables: read, checked by what their fields declare, and put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import duckdb

from tracer.dossier.vocabulary import did_you_mean, word_problem, words_named
from tracer.errors import InputRefused
from tracer.records import Claim, Evidence, Kind, Line, Outcome, Party, Relation, Reply, declared_fields

Connection = duckdb.DuckDBPyConnection
R = TypeVar("R", bound=Claim | Evidence | Line | Party | Relation | Reply)


def stored_records(con: Connection, record: type[R], named: str, values: Mapping[str, Any]) -> list[R]:
    """The records of a kind for which an SQL condition holds, by what names them."""
    columns = {name: field.column or "" for name, field in declared_fields(record).items() if field.column}
    statement = f"SELECT {', '.join(columns.values())} FROM {record.__name__} WHERE {named} ORDER BY ALL"
    found = list[R]()
    for row in con.execute(statement, dict(values)).fetchall():
        facts: dict[str, Any] = {}
        for name, value in zip(columns, row, strict=True):
            facts[name] = tuple(value) if isinstance(value, list) else value
        found.append(record(**facts))
    return found


def row_of(record: R, **said: Any) -> dict[str, Any]:
    """The columns of a record with their values; said: what is put in the place of some."""
    row: dict[str, Any] = {}
    for name, field in declared_fields(type(record)).items():
        if field.column:
            value = getattr(record, name)
            row[field.column] = list(value) if isinstance(value, tuple) else value
    return row | said


def problems(con: Connection, record: R, where: str) -> Iterator[InputRefused]:
    """What is wrong with a record's words, and with the lists and the evidence that it names."""
    for name, field in declared_fields(type(record)).items():
        value = getattr(record, name)
        if field.words and (problem := word_problem(value, words_named(field.words), field.words, where)) is not None:
            yield problem
        elif field.kind is Kind.EVIDENCE:
            yield from evidence_problems(con, value, where)
        elif field.kind is Kind.DATASET and value is not None:
            known = [row[0] for row in con.execute("SELECT DISTINCT id FROM dataset ORDER BY id").fetchall()]
            if value not in known:
                remedy = did_you_mean(value, known) or "load it first"
                yield InputRefused(f"unknown dataset {value!r}", where=where, remedy=remedy)


def evidence_problems(con: Connection, evidence: Iterable[str], where: str) -> list[InputRefused]:
    """A refusal for every id of `evidence` that the case does not hold."""
    known = [row[0] for row in con.execute("SELECT id FROM evidence ORDER BY id").fetchall()]
    return [
        InputRefused(f"unknown evidence {cited!r}", where=where, remedy=did_you_mean(cited, known) or "add it first")
        for cited in evidence
        if cited not in known
    ]


def put_row(
    con: Connection,
    table: str,
    identity: dict[str, Any],
    facts: dict[str, Any],
    where: str,
    *,
    change: bool,
) -> Outcome:
    """Insert a row, or make the row of this identity say these facts. Table and column names are the code's own."""
    named = " AND ".join(f"{column} IS NOT DISTINCT FROM ${column}" for column in identity)
    old = con.execute(f"SELECT {', '.join(facts)} FROM {table} WHERE {named}", identity).fetchone()
    if old is None:
        row = identity | facts
        if table == "relation":  # numbered: it has no id of its own
            row["no"] = con.execute("SELECT coalesce(max(no), 0) + 1 FROM relation").fetchall()[0][0]
        insert(con, table, row)
        return Outcome.ADDED
    if list(old) == list(facts.values()):
        return Outcome.SAME
    if not change:
        raise InputRefused(
            "it already exists with other facts", where=where, remedy="change it in the manifest, or use another id"
        )
    sets = ", ".join(f"{column} = ${column}" for column in facts)
    con.execute(f"UPDATE {table} SET {sets} WHERE {named}", identity | facts)
    return Outcome.CHANGED


def insert(con: Connection, table: str, row: Mapping[str, Any], *, replace: bool = False) -> None:
    """Insert a row, by the names of its columns; `replace`: in the place of one with its key."""
    names, values = (", ".join(form.format(column) for column in row) for form in ('"{}"', "${}"))
    con.execute(f"INSERT {'OR REPLACE ' * replace}INTO {table} ({names}) VALUES ({values})", dict(row))
