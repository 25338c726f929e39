"""A list of one must not be a question about a person.

Two cases differ in one thing: whether the only number of the list `one` stands in the other lists. Everything that
the tool shows of them must be the same.
"""

from __future__ import annotations

import pytest

from tests.ask.test_views import FIRST
from tests.inserted import insert_list
from tracer.ask.attributing import attributions_of
from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.ask.sandbox import documented_views
from tracer.ask.why import why
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import TracerError
from tracer.publish import Wanted, prepare
from tracer.trace import trace

MEMBER, STRANGER = FIRST + 60, FIRST + 9_000
"""In the lists a and b, or in none; both of one block."""


def _case(number: int, *, purpose: str = "obtained") -> Case:
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
    told = trace(case)
    shown: dict[str, object] = {"trace": told}
    for name, query in load_queries().items():
        for given in ({}, *({parameter.name: "one"} for parameter in query.parameters)):
            try:
                shown[f"{name} {given}"] = list(json_rows(run_query(case.con, query, given)))
            except TracerError as error:
                shown[f"{name} {given}"] = error.line()
    for dataset in ("a", "b", "one"):
        shown[f"attribute {dataset}"] = list(json_rows(attributions_of(case.con, dataset)))
        for other in ("a", "b", "one"):
            if other != dataset:
                try:
                    shown[f"why {dataset} {other}"] = why(case.con, dataset, other)
                except TracerError as error:
                    shown[f"why {dataset} {other}"] = error.line()
    for view in documented_views(case.con):
        found = case.con.execute(f"SELECT * FROM views.{view.name}").fetchall()
        shown[f"view {view.name}"] = sorted(map(repr, found))
    for noun, to in (("graph", "json"), ("graph", "csv"), ("findings", "json"), ("report", "md")):
        shown[f"export {noun} {to}"] = dict(prepare(case, Wanted(to, noun=noun)).files)
    return shown


@pytest.mark.parametrize("purpose", ["obtained", "refusals", "own"])
def test_whether_a_list_of_one_stands_in_others_is_told_by_nothing(
    purpose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    member, stranger = (_shown(_case(number, purpose=purpose)) for number in (MEMBER, STRANGER))
    assert [name for name in member if member[name] != stranger[name]] == []
    assert len(member) > 60, "so much was compared"


def test_what_is_compared_would_show_a_longer_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: with thirty people the same outputs do differ."""
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    cases = [_case(MEMBER), _case(STRANGER)]
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
