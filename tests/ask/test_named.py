"""Named queries: headers are held to their bodies, parameters are checked, and only documented views are read."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

from tracer.ask.named import bind, find_query, load_queries, run_query
from tracer.ask.query_header import BrokenQuery, parse_query
from tracer.ask.render import FORMS, rendered
from tracer.ask.sandbox import documented_views
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


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("-- param kind text = none: only this kind\n", ""), "kind is used but not declared"),
        (("1 >= $least", "1 >= 2"), "least is declared but not used"),
        (("-- answers: What\n--   is it?\n", ""), "no 'answers:' line"),
        (("-- column n integer: a number\n", ""), "no column"),
        (("column n integer", "column n intger"), "no known type"),
        (("param kind text", "param kind txt"), "no known type"),
        (("param kind text", "param kind word"), "no known type"),
        (("param kind text", "param kind text(a|b)"), "no known type"),
        (("-- column n", "-- colum n"), "not understood"),
    ],
)
def test_a_header_that_lies_is_refused(change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(BrokenQuery, match=complaint):
        parse_query("q", GOOD.replace(*change))


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


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_every_query_runs_on_an_empty_case_in_every_format(name: str) -> None:
    case = memory_case()
    result = run_query(case.con, find_query(name), {p.name: "1" for p in find_query(name).parameters if p.required})
    for form in FORMS:
        assert rendered(result, form) or form == "ndjson"
    assert result.table.num_rows == 0


def test_the_contract_keys_come_first_and_in_order() -> None:
    for name, keys in CONTRACT.items():
        have = [column.name for column in find_query(name).columns]
        want = keys.split(", ")
        assert [key for key in have if key in want] == want, name


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_queries_read_documented_views_only(name: str) -> None:
    """An oracle: DuckDB's own parser lists the tables, qualified; each must be a documented view of schema `views`,
    or a name that the query itself gives to one of its parts.
    """
    parsed = duckdb.connect().execute("SELECT json_serialize_sql($sql)", {"sql": find_query(name).sql}).fetchone()
    assert parsed is not None
    tree = json.loads(parsed[0])
    own = {("", name) for name in _parts(tree)}
    tables = [table for t in _tables(tree) if (table := (t["schema_name"], t["table_name"])) not in own]
    views = set(documented_views(memory_case().con))
    assert tables, name
    assert all(schema == "views" and table in views for schema, table in tables), tables


def _tables(node: object) -> list[dict[str, str]]:
    if isinstance(node, dict):
        mine = [node] if node.get("type") == "BASE_TABLE" else []
        return mine + [table for value in node.values() for table in _tables(value)]
    return [table for item in node for table in _tables(item)] if isinstance(node, list) else []


def _parts(node: object) -> list[str]:
    """The names of a statement's WITH parts."""
    if isinstance(node, dict):
        mine = [part["key"] for part in node.get("cte_map", {}).get("map", [])]
        return mine + [name for value in node.values() for name in _parts(value)]
    return [name for item in node for name in _parts(item)] if isinstance(node, list) else []


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
    assert words["warnings", "kind"] == {*re.findall(r"[a-z_]+", _column("warnings", "kind"))}


def _column(query: str, name: str) -> str:
    return next(column.text for column in load_queries()[query].columns if column.name == name)
