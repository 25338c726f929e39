"""What the views and `tracer attribute` show and withhold: masks, small counts, and no question about a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product

import pytest

from tests.inserted import insert, insert_canary, insert_derivation, insert_list
from tracer.ask.attributing import attributions_of
from tracer.ask.named import find_query, load_queries, run_query
from tracer.ask.result import json_rows
from tracer.ask.sandbox import documented_views
from tracer.ask.table import table_lines
from tracer.ask.why import why
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import TracerError
from tracer.findings.attribution import compute
from tracer.findings.case_facts import CaseFacts, kept
from tracer.publish import Wanted, prepare
from tracer.trace import trace


def rows(case: Case, query: str, **given: str) -> list[dict[str, object]]:
    return list(json_rows(run_query(case.con, find_query(query), given)))


FIRST = 8614000000001


@pytest.fixture
def case() -> Case:
    made = memory_case()
    insert_list(made.con, 1, "a", range(FIRST, FIRST + 100))
    insert_list(made.con, 2, "b", range(FIRST + 50, FIRST + 150))
    return made


def test_cells_are_shown_by_their_shape(case: Case) -> None:
    for raw, shown in (
        ("14000138000", "140****8000"), ("１４０００１３８０００", "140****8000"), ("12345", "*****"),
        ("张三 140-0013-8000", "xx 140-****-8000"), ("5551234", "55***34"), ("张三", "xx"), ("", ""),
        ("1.40E+10", "1.40E+10"),  # its digits are lost already
        ("zhang@post.example", "xxxxx@xxxx.xxxxxxx"),
    ):  # fmt: skip
        case.con.execute("DELETE FROM reject")
        case.con.execute("INSERT INTO reject VALUES (1, 7, 0, $raw, 'why', false)", {"raw": raw})
        found = {"dataset": "a", "row": 7, "position": 0, "reason": "why", "shown": shown, "row_kept": False}
        assert rows(case, "rejects") == [found | {"of_reason": 1}]


def test_rejects_are_counted_by_reason_before_they_are_listed(case: Case) -> None:
    case.con.execute(
        "INSERT INTO reject SELECT 1, i, 0, 'xx', if(i < 3, 'too short', 'no digits'), false FROM range(9) r(i)"
    )
    named = find_query("rejects")
    for limit in (1000, 4):
        lines = table_lines(run_query(case.con, named, {"limit": str(limit)}), 80)
        assert lines[:3] == ["        6  no digits", "        3  too short", ""]
        assert len(lines) > 6
        assert "of_reason" not in "".join(lines)


def test_canaries_are_masked(case: Case) -> None:
    insert_canary(case.con, 1, FIRST, email=5, email_raw="lin@post.example")
    (canary,) = rows(case, "canaries")
    assert (canary["phone"], canary["email"], canary["seen_in"]) == ("140****0001", "l***@***.example", ["a"])


def test_a_canary_that_was_imported_later_does_not_tell_where_it_stands(case: Case) -> None:
    """Otherwise importing somebody's number as a canary would answer in which lists the person is."""
    insert_canary(case.con, 1, FIRST, imported_at="2026-06-01")
    case.con.execute("INSERT INTO release (id, dataset, recipient, registered_at) VALUES ('r', 'a', 'v', '2026-06-01')")
    insert(case.con, "release_canary", release="r", canary=1, scheme="unique")
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
    insert_derivation(case.con, "a", "b", shared=50, reasons=kept(["50 rare rows agree"]))
    insert_derivation(case.con, "b", "a", shared=12, weights='[{"signal": "rare", "weight": 1.0}]')
    (told,) = rows(case, "derivations")
    assert (told["parent"], told["shared"], told["reasons"]) == ("a", 50, ["50 rare rows agree"])


def test_a_tiny_leak_is_told_by_canaries_that_were_there_before(case: Case) -> None:
    insert_list(case.con, 3, "leak", [FIRST, FIRST + 1])
    insert_canary(case.con, 1, FIRST)
    insert(case.con, "release_canary", release="r", canary=1, scheme="unique")
    case.con.execute(
        "INSERT INTO attribution VALUES (1, NULL, 'leak', 'r', 'v', true, 1, .001, 1, 1, 1, 1, 'G3', [], [])"
    )
    (found,) = rows(case, "attributions")
    assert (found["canaries_seen"], found["rows_matched"], found["accused"]) == (1, "<20", True)


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


@pytest.fixture
def released() -> Case:
    """Two copies of one list, with a canary each; a leak of the first one's, and a leak of two rows."""
    made = memory_case()
    con = made.con
    insert_list(con, 1, "a", range(FIRST, FIRST + 100), "client")
    insert_list(con, 2, "leak", [*range(FIRST, FIRST + 60), FIRST + 5_000_000], "stranger")
    insert_list(con, 3, "two", [FIRST, FIRST + 5_000_000], "stranger")
    con.execute("INSERT INTO party (id) VALUES ('client'), ('stranger'), ('v1'), ('v2')")
    for number, release in ((1, "r1"), (2, "r2")):
        insert_canary(con, number, FIRST + 5_000_000 * number)
        day = {"date": "2026-01-10", "registered_at": "2026-01-10"}
        insert(con, "release", id=release, dataset="a", recipient=f"v{number}", rows=101, **day)
        insert(con, "release_canary", release=release, canary=number, scheme="unique")
    return made


def test_it_agrees_with_the_view(released: Case) -> None:
    for dataset in ("leak", "two"):
        released.con.execute("DELETE FROM attribution")
        compute(CaseFacts(released.con), 1)
        viewed = list(json_rows(run_query(released.con, find_query("attributions"), {"dataset": dataset})))
        asked = list(json_rows(attributions_of(released.con, dataset)))
        assert {row["release"]: row for row in asked} == {row["release"]: row for row in viewed}
    assert [(row["release"], row["canaries_seen"], row["rows_matched"]) for row in asked] == [("r1", 1, "<20")]


MEMBER, STRANGER = FIRST + 60, FIRST + 9_000
"""In the lists a and b, or in none; both of one block."""


def _probed(number: int, *, purpose: str = "obtained") -> Case:
    case = memory_case()
    con = case.con
    insert_list(con, 1, "a", range(FIRST, FIRST + 100), "client")
    insert_list(con, 2, "b", range(FIRST + 50, FIRST + 150), "vendor")
    insert_list(con, 3, "one", [number], "prober")
    con.execute("UPDATE dataset SET origin = $o WHERE no = 3", {"o": purpose})
    con.execute("UPDATE dataset SET origin = 'own' WHERE no = 1")
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, drawn, registered_at)"
        " VALUES ('r', 'a', 'vendor', DATE '2026-01-01', false, TIMESTAMP '2026-01-01')"
    )
    return case


def _shown(case: Case) -> dict[str, object]:
    """What `trace` and every query, view, edge, attribution and export tell."""
    shown: dict[str, object] = {"trace": trace(case)}

    def ask(door: str, answer: Callable[[], object]) -> None:
        try:
            shown[door] = answer()
        except TracerError as error:
            shown[door] = error.line()

    for name, query in load_queries().items():
        for given in ({}, *({parameter.name: "one"} for parameter in query.parameters)):
            ask(f"{name} {given}", lambda: list(json_rows(run_query(case.con, query, given))))  # noqa: B023 - called at once
    for one, other in product(("a", "b", "one"), repeat=2):
        if one == other:
            ask(f"attribute {one}", lambda: list(json_rows(attributions_of(case.con, one))))  # noqa: B023 - the same
        else:
            ask(f"why {one} {other}", lambda: why(case.con, one, other))  # noqa: B023 - the same
    for view in documented_views(case.con):
        shown[f"view {view}"] = sorted(map(repr, case.con.execute(f"SELECT * FROM views.{view}").fetchall()))
    for noun, to in (("graph", "json"), ("graph", "csv"), ("findings", "json"), ("report", "md")):
        shown[f"export {noun} {to}"] = dict(prepare(case, Wanted(to, noun=noun)).files)
    return shown


OF_OTHER_KINDS = pytest.mark.slow("all that is shown of two cases, of lists of other kinds")


@pytest.mark.parametrize(
    "purpose", ["obtained", *(pytest.param(one, marks=OF_OTHER_KINDS) for one in ("refusals", "own"))]
)
def test_whether_a_list_of_one_is_in_others_is_told_by_nothing(purpose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    member, stranger = (_shown(_probed(number, purpose=purpose)) for number in (MEMBER, STRANGER))
    assert [name for name in member if member[name] != stranger[name]] == []
    assert len(member) > 60, "so much was compared"


def test_what_is_compared_would_show_a_longer_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: with thirty people the same outputs do differ."""
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    cases = [_probed(MEMBER), _probed(STRANGER)]
    for case, first in zip(cases, (FIRST, FIRST + 9_100), strict=True):
        insert_list(case.con, 4, "thirty", range(first, first + 30), "x")
    query = load_queries()["overlaps"]
    for case in cases:
        trace(case)
    one, other = (list(json_rows(run_query(case.con, query, {}))) for case in cases)
    assert one != other


def test_no_command_takes_a_person() -> None:
    """No query has a parameter for a number, an address or a name of the people in the lists."""
    for query in load_queries().values():
        assert not {parameter.name for parameter in query.parameters} & {"phone", "number", "email", "name", "person"}
