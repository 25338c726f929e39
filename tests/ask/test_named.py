"""Named queries: headers are held to their bodies, parameters are checked, and only documented views are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tracer.ask.named import BrokenQuery, bind, find_query, load_queries, parse_query, run_query
from tracer.ask.sandbox import documented_views
from tracer.ask.table import FORMS, rendered
from tracer.case.memory import memory_case
from tracer.dossier.vocabulary import CANARY_KINDS, CLAIM_KINDS, ROLES
from tracer.errors import UsageError

GOOD = """-- Title
-- answers: What
--   is it?
-- param kind text = none: only this kind
-- param least integer: at least
-- column n integer: a number
SELECT 1 AS n WHERE $kind IS NULL OR '$notaparam' = $kind OR 1 >= $least -- $neither
"""

CONTRACT = {
    "datasets": "dataset, holder, obtained, rows, identifiers, rejected, duplicates, format, encoding",
    "overlaps": "a, b, shared, a_contacts, b_contacts, expected, excess",
    "derivations": "parent, child, probability, grade, shared, parent_contacts, child_contacts, share_of_child, via, "
    "reasons, against",
    "generations": "ancestor, dataset, hands, probability",
    "resale-chains": "chain, datasets, grade, first_seen, last_seen",
    "retention": "vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, "
    "grade, reasons, against",
    "attributions": "dataset, release, recipient, accused, p_value, chance, e_value, canaries_seen, canaries_planted, "
    "rows_matched, grade, against",
    "signals": "at, channel, caller, canary, releases, reading",
    "claims": "claim, party, about, dataset, kind, value, verdict, p_value, numbers, alternatives",
    "rejects": "dataset, row, reason", "canaries": "canary", "parties": "party", "contradictions": "what",
    "unexplained": "dataset",
}  # fmt: skip


def test_a_header_becomes_the_help() -> None:
    query = parse_query("q", GOOD)
    assert (query.title, query.answers) == ("Title", "What is it?")
    assert [(p.name, p.type, p.default, p.required) for p in query.parameters] == [
        ("kind", "text", None, False),
        ("least", "integer", None, True),
    ]


def test_a_header_that_lies_is_refused() -> None:
    for said, changed, complaint in (
        ("-- param kind text = none: only this kind\n", "", "kind is used but not declared"),
        ("1 >= $least", "1 >= 2", "least is declared but not used"),
        ("-- answers: What\n--   is it?\n", "", "no 'answers:' line"),
        ("-- column n integer: a number\n", "", "no column"),
        ("column n integer", "column n intger", "no known type"),
        ("param kind text", "param kind txt", "no known type"),
        ("param kind text", "param kind word", "no known type"),
        ("param kind text", "param kind text(a|b)", "no known type"), ("-- column n", "-- colum n", "not understood"),
    ):  # fmt: skip
        with pytest.raises(BrokenQuery, match=complaint):
            parse_query("q", GOOD.replace(said, changed))


def test_parameters_are_named_when_one_is_wrong() -> None:
    query = parse_query("q", GOOD)
    assert bind(query, {"least": "1_000"}) == {"kind": None, "least": 1000}
    with pytest.raises(UsageError, match=r"'least' is missing.*valid: kind \(text, default all\)"):
        bind(query, {})
    with pytest.raises(UsageError, match=r"unknown parameter 'leest'; did you mean 'least'\? valid: kind"):
        bind(query, {"leest": "1"})
    with pytest.raises(UsageError, match="give a whole number"):
        bind(query, {"least": "many"})
    with pytest.raises(UsageError, match="did you mean 'datasets'"):
        find_query("dataset")


def test_every_query_runs_on_an_empty_case_in_every_format() -> None:
    case = memory_case()
    for name, query in load_queries().items():
        result = run_query(case.con, query, {p.name: "1" for p in query.parameters if p.required})
        assert result.table.num_rows == 0, name
        assert [form for form in FORMS if form != "ndjson" and not rendered(result, form)] == [], name


def test_the_contract_keys_come_first_and_in_order() -> None:
    for name, keys in CONTRACT.items():
        have = [column.name for column in find_query(name).columns]
        want = keys.split(", ")
        assert [key for key in have if key in want] == want, name


def test_queries_read_documented_views_only() -> None:
    """An oracle: DuckDB's own parser lists the tables, qualified; each must be a documented view of schema `views`,
    or a name that the query itself gives to one of its parts.
    """
    views = {("views", view) for view in documented_views(memory_case().con)}
    for name, query in load_queries().items():
        parsed = duckdb.connect().execute("SELECT json_serialize_sql($sql)", {"sql": query.sql}).fetchone()
        assert parsed is not None
        nodes = list(_nodes(json.loads(parsed[0])))
        own = {("", part["key"]) for node in nodes for part in node.get("cte_map", {}).get("map", [])}
        tables = {(one["schema_name"], one["table_name"]) for one in nodes if one.get("type") == "BASE_TABLE"}
        assert tables - own, name
        assert tables - own <= views, name


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for one in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(one)


def test_every_view_and_column_is_documented() -> None:
    rows = memory_case().con.execute(
        "SELECT v.view_name, coalesce(v.comment, ''), list(c.column_name) FROM duckdb_views() v JOIN duckdb_columns() c"
        " ON c.schema_name = v.schema_name AND c.table_name = v.view_name WHERE v.schema_name = 'views'"
        " AND NOT starts_with(v.view_name, '_') GROUP BY ALL ORDER BY ALL"
    )
    for view, comment, columns in rows.fetchall():
        summary, _, meanings = comment.partition(" | ")
        known = dict(part.split(": ", 1) for part in meanings.split("; ") if ": " in part)
        assert summary, view
        assert not [name for name in columns if not known.get(name)], view


def test_a_limit_tells_that_there_is_more() -> None:
    case = memory_case()
    query = parse_query(
        "q", "-- T\n-- answers: x\n-- param limit integer = 2: at most\n-- column n integer: n\n"
        "SELECT range AS n FROM range(5) ORDER BY n LIMIT $limit",
    )  # fmt: skip
    cut = run_query(case.con, query)
    assert cut.table.num_rows == 2
    assert "more" in cut.notes[0]
    assert run_query(case.con, query, {"limit": "5"}).notes == ()


def test_one_of_a_closed_set_of_words() -> None:
    query = parse_query(
        "q", GOOD.replace("param kind text = none", "param kind word(copy\n--   |later_copy) = later_copy")
    )
    assert bind(query, {"least": "1"})["kind"] == "later_copy"
    assert bind(query, {"least": "1", "kind": " Copy "})["kind"] == "copy"
    with pytest.raises(UsageError, match="invalid value 'cpoy' for kind; did you mean 'copy'"):
        bind(query, {"least": "1", "kind": "cpoy"})
    with pytest.raises(UsageError, match=r"valid: kind \(word, default later_copy\).* One of: copy, later_copy"):
        bind(query, {})


def test_the_words_of_queries_are_those_of_the_contract() -> None:
    words = {(name, one.name): set(one.words) for name, query in load_queries().items() for one in query.parameters}
    assert words["claims", "kind"] == set(CLAIM_KINDS)
    assert words["parties", "role"] == set(ROLES)
    assert words["canaries", "kind"] == set(CANARY_KINDS)
    (declared,) = (column.text for column in load_queries()["warnings"].columns if column.name == "kind")
    assert words["warnings", "kind"] == {*re.findall(r"[a-z_]+", declared)}
