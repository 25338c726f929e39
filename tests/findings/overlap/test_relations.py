"""Relations are values: made under a name of their own, handed on, and gone when the trace ends."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap import compared, patterns, sampling
from tracer.findings.overlap.answered import STEPS, AnsweredPatterns, step_text
from tracer.findings.overlap.statements import by_own_names


def _case() -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(1)
    pool = fresh(rng, 900)
    lists = {name: rng.choice(pool, 400, replace=False) for name in "abcd"}
    con = World({**lists, "e": lists["a"][:300]}).load()
    con.executemany("INSERT INTO contact_alias VALUES (1, ?, ?)", [lists["a"][at : at + 2].tolist() for at in range(9)])
    return con


def _made(con: duckdb.DuckDBPyConnection) -> set[str]:
    """What there is of the room's relations, whatever was put behind their names."""
    tables = {str(name) for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
    beginnings = (*STEPS, "traced", "short_key", "looked_at", "newcomer_key")
    return {name for name in tables if name.startswith(beginnings)}


@pytest.mark.parametrize("most", [sampling.MOST_MEMBERSHIPS, 900])
def test_nothing_is_left_of_a_trace_and_two_at_once_do_not_meet(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MOST_MEMBERSHIPS", most)
    con = _case()
    with CaseFacts(con) as facts:
        first = compared.compare(facts)
        assert compared.compare(facts) is first
        with CaseFacts(con) as other:
            second = compared.compare(other)
            assert not {first.traced.relation, first.patterns.by_key} & {second.traced.relation, second.patterns.by_key}
        overlap.compute(facts, 1)
        derivation.compute(facts, 1)
        assert first.patterns.by_key in _made(con)
        np.testing.assert_array_equal(first.shared, second.shared)
    assert _made(con) == set()


def test_an_error_undoes_relations_with_its_transaction() -> None:
    con = _case()
    con.execute("BEGIN")
    with pytest.raises(duckdb.ConversionException, match="nonsense"), CaseFacts(con) as facts:
        compared.compare(facts)
        con.execute("SELECT CAST('nonsense' AS INTEGER)")
    con.execute("ROLLBACK")
    assert _made(con) == set()


def test_statements_over_relations_of_any_name_are_those_that_a_cluster_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In DuckDB, with the answers taken from tables: the same comparison without counting anything here."""
    con = _case()
    with CaseFacts(con) as facts:
        here = compared.compare(facts)
        con.execute(f"CREATE TEMP TABLE traced AS FROM {here.traced.relation}")
    for name in STEPS:
        text = step_text(name)
        con.execute(text if text.startswith("CREATE") else f"CREATE TEMP TABLE {name} AS {by_own_names(name)}")
    kept = {name: Relation(f"temp.{name}") for name in AnsweredPatterns.__dataclass_fields__}
    monkeypatch.setattr(AnsweredPatterns, "kept", lambda _: AnsweredPatterns(**kept))
    monkeypatch.setattr(patterns, "merge_keys", None)
    with CaseFacts(con) as facts:
        elsewhere = compared.compare(facts)
    np.testing.assert_array_equal(elsewhere.shared, here.shared)
    np.testing.assert_array_equal(elsewhere.places.counts, here.places.counts)
    np.testing.assert_array_equal(elsewhere.places.by_set.toarray(), here.places.by_set.toarray())
    np.testing.assert_array_equal(elsewhere.background.expected, here.background.expected)
