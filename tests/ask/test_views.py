"""What the views tell and withhold: masks, small counts, and that a list of one is no question about a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb
import pytest

from tracer.ask.named import find_query, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings.finding_tables import kept

LOADED = datetime(2026, 5, 2)


def add_dataset(con: duckdb.DuckDBPyConnection, no: int, name: str, keys: Iterable[int], holder: str = "h") -> None:
    members = list(keys)
    con.execute(
        "INSERT INTO dataset (no, id, version, current, holder, origin, path, sha256, bytes, format, region, rows, "
        "identifiers, contacts, rejected, duplicates, loaded_at) VALUES "
        "($no, $id, 1, true, $holder, 'obtained', 'x', 'x', 1, 'csv', 'CN', $n, $n, $n, 0, 0, $at)",
        {"no": no, "id": name, "n": len(members), "at": LOADED, "holder": holder},
    )
    con.execute("INSERT INTO membership SELECT $no, unnest($keys), unnest($rows)", {
        "no": no, "keys": members, "rows": list(range(1, len(members) + 1)),
    })  # fmt: skip


def add_derivation(
    con: duckdb.DuckDBPyConnection, parent: str, child: str, shared: int, *, against: Sequence[str] = (), **also: object
) -> None:
    reasons = kept([f"{shared} rare rows agree"])
    facts = {"reasons": reasons, "against": kept(against), "weights": "[]", **also}
    con.execute(
        "INSERT INTO derivation (run, parent, child, probability, grade, shared, parent_contacts, child_contacts, "
        "share_of_child, reasons, against, weights) "
        "VALUES (1, $p, $c, .9, 'G2', $s, 100, 100, .5, $reasons, $against, $weights)",
        {"p": parent, "c": child, "s": shared, **facts},
    )


def rows(case: Case, query: str, **given: str) -> list[dict[str, object]]:
    return list(json_rows(run_query(case.con, find_query(query), given)))


FIRST = 8614000000001


@pytest.fixture
def case() -> Case:
    made = memory_case()
    add_dataset(made.con, 1, "a", range(FIRST, FIRST + 100))
    add_dataset(made.con, 2, "b", range(FIRST + 50, FIRST + 150))
    return made


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("14000138000", "140****8000"),
        ("１４０００１３８０００", "140****8000"),
        ("张三 140-0013-8000", "xx 140-****-8000"),
        ("1.40E+10", "1.40E+10"),  # its digits are lost already
        ("12345", "*****"),
        ("5551234", "55***34"),
        ("zhang@post.example", "xxxxx@xxxx.xxxxxxx"),
        ("张三", "xx"),
        ("", ""),
    ],
)
def test_cells_are_shown_by_their_shape(case: Case, raw: str, shown: str) -> None:
    case.con.execute("INSERT INTO reject VALUES (1, 7, 0, $raw, 'why', false)", {"raw": raw})
    assert rows(case, "rejects") == [
        {"dataset": "a", "row": 7, "position": 0, "reason": "why", "shown": shown, "row_kept": False}
    ]


def test_canaries_are_masked(case: Case) -> None:
    case.con.execute(
        "INSERT INTO canary (no, phone, email, email_raw, kind, imported_at) VALUES "
        "(1, 8614000000001, 5, 'lin@post.example', 'canary', '2026-05-01')"
    )
    (canary,) = rows(case, "canaries")
    assert (canary["phone"], canary["email"], canary["seen_in"]) == ("140****0001", "l***@***.example", ["a"])


def test_a_canary_that_was_imported_later_does_not_tell_where_it_stands(case: Case) -> None:
    """Otherwise importing somebody's number as a canary would answer in which lists the person is."""
    case.con.execute(
        "INSERT INTO canary (no, phone, kind, imported_at) VALUES (1, $k, 'canary', '2026-06-01')", {"k": FIRST}
    )
    case.con.execute("INSERT INTO release (id, dataset, recipient, registered_at) VALUES ('r', 'a', 'v', '2026-06-01')")
    case.con.execute("INSERT INTO release_canary (release, canary, scheme) VALUES ('r', 1, 'unique')")
    case.con.execute(
        "INSERT INTO attribution VALUES (1, NULL, 'a', 'r', 'v', false, 1, .001, 1, 1, 1, 5, 'G1', $reasons, []), "
        "(1, NULL, 'b', 'r', 'v', false, 1, 1, 1, 0, 1, 40, 'G0', [], [])",
        {"reasons": kept(["1 canary"])},
    )
    assert rows(case, "canaries")[0]["seen_in"] == []
    late, other = rows(case, "attributions")
    assert (late["canaries_seen"], late["rows_matched"], late["chance"], late["reasons"]) == ("<20", "<20", None, [])
    assert (other["canaries_seen"], other["rows_matched"], other["chance"]) == (0, 40, 1.0)


def test_shared_counts_under_20_are_not_told(case: Case) -> None:
    for shared, told in ((19, []), (20, [(20, 100, 3.5, 1e-9)])):
        case.con.execute("DELETE FROM overlap")
        case.con.execute("INSERT INTO overlap VALUES (1, NULL, 'a', 'b', $s, 100, 100, 1.5, 3.5, 1e-9)", {"s": shared})
        found = rows(case, "overlaps")
        assert [(pair["shared"], pair["a_contacts"], pair["excess"], pair["p_value"]) for pair in found] == told


def test_a_derivation_on_fewer_than_20_shared_contacts_is_none(case: Case) -> None:
    add_derivation(case.con, "a", "b", 50)
    add_derivation(case.con, "b", "a", 12, weights='[{"signal": "rare", "weight": 1.0}]')
    (told,) = rows(case, "derivations")
    assert (told["parent"], told["shared"], told["reasons"]) == ("a", 50, ["50 rare rows agree"])


def test_a_tiny_leak_is_told_by_canaries_that_were_there_before(case: Case) -> None:
    add_dataset(case.con, 3, "leak", [FIRST, FIRST + 1])
    case.con.execute(
        "INSERT INTO canary (no, phone, kind, imported_at) VALUES (1, $k, 'canary', '2026-05-01')", {"k": FIRST}
    )
    case.con.execute("INSERT INTO release_canary (release, canary, scheme) VALUES ('r', 1, 'unique')")
    case.con.execute(
        "INSERT INTO attribution VALUES (1, NULL, 'leak', 'r', 'v', true, 1, .001, 1, 1, 1, 1, 'G3', [], [])"
    )
    (found,) = rows(case, "attributions")
    assert (found["canaries_seen"], found["rows_matched"], found["accused"]) == (1, "<20", True)


def test_protected_sources_have_no_name(case: Case) -> None:
    case.con.execute("INSERT INTO party (id, name, province, protected) VALUES ('s', '某人', '江苏', true)")
    case.con.execute("INSERT INTO party_alias VALUES ('s', '老某')")
    (source,) = rows(case, "parties")
    assert (source["name"], source["aliases"], source["province"]) == ("(protected)", [], None)


def test_two_statements_and_the_data_contradict(case: Case) -> None:
    case.con.execute(
        "INSERT INTO claim (id, party, about, kind, value, dataset) VALUES "
        "('c1', 'r', 'p', 'daily_growth', '10000', NULL), "
        "('c2', 'p', 'p', 'daily_growth', '5000000', NULL), ('c3', 'p', 'p', 'daily_growth', '10000.0', NULL), "
        "('c4', 'v', 'v', 'random', NULL, 'a'), ('c5', 'v', 'v', 'public_sources', NULL, 'a')"
    )
    case.con.execute(
        "INSERT INTO claim_verdict VALUES (1, NULL, 'c4', 'a', 'contradicted', 1e-9, '{\"shared\": 99}', [], 'G1')"
    )
    found = [(row["what"], row["claim_a"], row["claim_b"], row["factor"]) for row in rows(case, "contradictions")]
    assert found == [
        ("claim against data", "c4", None, None),
        ("two origins", "c4", "c5", None),
        ("two values", "c1", "c2", 500.0),
        ("two values", "c2", "c3", 500.0),
    ]
    claims = rows(case, "claims")
    assert claims[0]["value"] == 10000
    assert claims[3]["numbers"] == {"shared": 99}
    assert json.dumps(claims[1]["verdict"]) == '"untested"'
