"""Identifiers of several datasets, merged as by grouping all memberships, in relations that go with the trace."""

from __future__ import annotations

from operator import attrgetter

import duckdb
import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tests.inserted import append
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap import patterns
from tracer.findings.overlap.patterns import STEPS, read_patterns, read_traced, statement_over, step_text
from tracer.identify.keys import EMAIL_BASE

Rows = tuple[dict[int, int], list[tuple[int | None, int]]]
"""Identifiers that several datasets hold, with the signatures of their holders, and how many lie in which block."""


def _merged(con: duckdb.DuckDBPyConnection) -> Rows:
    facts = CaseFacts(con)
    compared = read_traced(facts)
    found = read_patterns(facts, compared)
    signature = [int(np.bitwise_xor.reduce(compared.codes[one.indices])) for one in found.held]
    of_key = {
        key: signature[pattern] for key, pattern in con.execute(f"FROM {found.relations['key_pattern']}").fetchall()
    }
    assert np.bincount(list(map(signature.index, of_key.values())), minlength=len(signature)).tolist() == list(
        found.keys
    )
    return of_key, con.execute(f"FROM {found.relations['signed_block']} WHERE keys > 0 ORDER BY ALL").fetchall()


def _grouped(con: duckdb.DuckDBPyConnection) -> Rows:
    """The same as a cluster groups them."""
    facts = CaseFacts(con)
    relation = read_traced(facts).relation
    second = facts.make("second_key", statement_over("second_key", traced=relation))
    names = {"membership": "membership", "traced": relation, "second_key": second}
    signed = facts.make("signed_key", statement_over("signed_key", **names))
    of_key = dict(con.execute(f"SELECT key, signature FROM {signed} WHERE holders > 1").fetchall())
    blocks = facts.make("signed_block", statement_over("signed_block", signed_key=signed))
    return of_key, con.execute(f"FROM {blocks} WHERE keys > 0 ORDER BY ALL").fetchall()


def _case(lists: int) -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(lists)
    landlines = 862_100_000_000 + np.arange(300, dtype=np.int64)
    everyone = np.concatenate([fresh(rng, 2_000), landlines, EMAIL_BASE + np.arange(500, dtype=np.int64)])
    has = {f"l{n:02}": everyone[rng.random(everyone.size) < rng.uniform(0.1, 0.8)] for n in range(lists)}
    con = World(has, raw=False).load()
    # One version that nobody asks about any more, and junk of one dataset that others hold too.
    con.execute("INSERT INTO membership SELECT 99, key, row FROM membership WHERE dataset = 1")
    junk = [(1, int(key)) for key in [*everyone[:40], *landlines[:5], everyone[-1]]]
    con.executemany(
        "INSERT INTO junk VALUES (?, ?, NULL, 'hotline', 1, 30)", [*junk, (1, None), (99, int(everyone[50]))]
    )
    # Mail addresses beside numbers: some everywhere beside the same one, some not in all lists, some beside two, one
    # beside junk.
    number_of = {EMAIL_BASE + at: number for at, number in enumerate(everyone[45:245].tolist())}
    held = con.execute("SELECT dataset, key FROM membership WHERE dataset <> 99").fetchall()
    rows = [
        (d, mail, number_of[mail] + (mail % 11 == 0 and d % 2))
        for d, mail in held
        if mail in number_of and not (d == 2 and mail % 7 == 0)
    ]
    append(con, "contact_alias", dict(zip(("no", "key", "to"), zip(*rows, strict=True), strict=True)))
    return con


@pytest.mark.parametrize("order", ["dataset, key", "key", "row"])
@pytest.mark.parametrize("lists", [1, 2, 12])
def test_merged_identifiers_are_those_that_are_grouped(lists: int, order: str) -> None:
    con = _case(lists)
    con.execute(f"CREATE OR REPLACE TABLE membership AS FROM membership ORDER BY {order}")
    grouped = _grouped(con)
    assert _merged(con) == grouped
    assert bool(grouped[0]) == (lists > 1)
    assert len(grouped[1]) > 1


@pytest.mark.parametrize(
    ("third", "linking"),
    [
        ("both", {"strong"}),  # always together: one of them is enough
        ("weak", {"weak"}),  # a list that was exported without mail addresses does not lack the contact
        ("strong", {"strong"}),
        ("none", {"strong"}),
        ("moved", {"weak", "strong"}),  # the address stands beside another number: each links what the other does not
    ],
)
def test_of_a_contacts_identifiers_those_count_that_link_something(third: str, linking: set[str]) -> None:
    weak, strong, other = 8_614_000_000_001, EMAIL_BASE + 1, 8_614_000_000_002
    rest = [8_614_000_100_000 + i for i in range(30)]
    thirds = {"both": [weak, strong], "weak": [weak], "strong": [strong], "none": [], "moved": [other, strong, weak]}
    lists = {"a": [weak, strong, *rest], "b": [weak, strong, *rest], "c": [*thirds[third], *rest]}
    con = World({name: np.array(keys, dtype=np.int64) for name, keys in lists.items()}, raw=False).load()
    beside = [(1, weak), (2, weak), *((3, key) for key in {"both": [weak], "moved": [other]}.get(third, []))]
    con.executemany("INSERT INTO contact_alias VALUES (?, ?, ?)", [(no, key, strong) for no, key in beside])
    found, _ = _merged(con)
    assert {name for name, key in (("weak", weak), ("strong", strong)) if key in found} == linking


def _related() -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(1)
    pool = fresh(rng, 900)
    lists = {name: rng.choice(pool, 400, replace=False) for name in "abcd"}
    con = World({**lists, "e": lists["a"][:300]}).load()
    con.executemany("INSERT INTO contact_alias VALUES (1, ?, ?)", [lists["a"][at : at + 2].tolist() for at in range(9)])
    return con


def _made(con: duckdb.DuckDBPyConnection) -> set[str]:
    """What there is of the room's relations, whatever was put behind their names."""
    tables = {str(name) for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
    beginnings = (*STEPS, "traced", "alone", "newcomer_key")
    return {name for name in tables if name.startswith(beginnings)}


@pytest.mark.parametrize("most", [patterns.MOST_MEMBERSHIPS, 900])
def test_nothing_is_left_of_a_trace_and_two_at_once_do_not_meet(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_MEMBERSHIPS", most)
    con, names = _related(), list[set[Relation]]()
    with CaseFacts(con) as facts:
        first = overlap.compare(facts)
        assert overlap.compare(facts) is first
        with CaseFacts(con) as other:
            second = overlap.compare(other)
            for one in (first, second):
                names.append({one.traced.relation, one.patterns.relations["key_pattern"]})
        assert not names[0] & names[1]
        overlap.compute(facts, 1)
        derivation.compute(facts, 1)
        assert first.patterns.relations["key_pattern"] in _made(con)
        np.testing.assert_array_equal(first.shared, second.shared)
    assert _made(con) == set()


def test_an_error_undoes_relations_with_its_transaction() -> None:
    con = _related()
    con.execute("BEGIN")
    with pytest.raises(duckdb.ConversionException, match="nonsense"), CaseFacts(con) as facts:
        overlap.compare(facts)
        con.execute("SELECT CAST('nonsense' AS INTEGER)")
    con.execute("ROLLBACK")
    assert _made(con) == set()


def test_statements_over_relations_of_any_name_are_those_that_a_cluster_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In DuckDB, with the answers taken from tables: the same comparison without counting anything here."""
    con = _related()
    with CaseFacts(con) as facts:
        here = overlap.compare(facts)
        con.execute(f"CREATE TEMP TABLE traced AS FROM {here.traced.relation}")
    for name in STEPS:
        text = step_text(name)
        con.execute(text if text.startswith("CREATE") else f"CREATE TEMP TABLE {name} AS {text}")
    monkeypatch.setattr(
        patterns, "kept_answer", lambda _, name, *__: {name: Relation(f"temp.{name.removeprefix('overlap/')}")}
    )
    monkeypatch.setattr(patterns, "merge_keys", None)
    with CaseFacts(con) as facts:
        elsewhere = overlap.compare(facts)
    for values in ("shared", "sets.totals", "background.expected"):
        np.testing.assert_array_equal(attrgetter(values)(elsewhere), attrgetter(values)(here))
