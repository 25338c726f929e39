"""What a run states otherwise than the run before, and whether a judgement alone moved it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.ask.test_views import FIRST
from tests.inserted import insert_derivation, insert_list
from tracer.ask.named import find_query, run_query
from tracer.ask.noticed import moved_lines, moves
from tracer.ask.result import json_rows
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import Reason
from tracer.dossier.statements import add_judgement, add_statement
from tracer.findings.case_facts import CaseFacts
from tracer.records import Claim
from tracer.stages import FACTS, STAGES
from tracer.trace import trace
from tracer.wording import say

AT = datetime(2026, 6, 1)
Pairs = Mapping[tuple[str, str], tuple[float, str]]


class Stated:
    """A stage that finds what it is told to find."""

    pairs: Pairs
    shared = 50

    def compute(self, facts: CaseFacts, run: int) -> None:
        for (parent, child), (probability, grade) in self.pairs.items():
            insert_derivation(facts.con, parent, child, probability, grade, shared=self.shared, run=run)


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch) -> Stated:
    """The derivations that a trace finds, in place of the model's."""
    stage = Stated()
    monkeypatch.setattr("tracer.findings.derivation.compute", stage.compute)
    return stage


@pytest.fixture
def case() -> Case:
    made = memory_case()
    for number, name in enumerate(("a", "b", "c"), start=1):
        insert_list(made.con, number, name, range(FIRST, FIRST + 100))
    return made


def judge(case: Case, a: str, b: str, verdict: str) -> None:
    add_judgement(case.con, a, b, verdict, note=None, at=AT, who="x")


def run_of(case: Case) -> int:
    run = trace(case).run
    assert run is not None
    return run


def asked(case: Case, **given: str) -> list[dict[str, Any]]:
    return list(json_rows(run_query(case.con, find_query("moved"), given)))


def test_a_judgement_alone_moved_what_depends_on_it(case: Case, stated: Stated) -> None:
    stated.pairs = {("a", "b"): (0.95, "G2"), ("b", "c"): (0.9, "G2"), ("a", "c"): (0.06, "G1")}
    assert moved_lines(case.con, run_of(case), 10) == [], "the first run moves nothing"
    assert asked(case) == []
    stated.pairs = {("b", "a"): (0.6, "G1"), ("b", "c"): (0.32, "G1"), ("a", "c"): (0.1099, "G1")}
    judge(case, "a", "b", "reject")
    run = run_of(case)
    rows = asked(case)
    assert [(row["parent"], row["child"], row["before"], row["after"], row["judged"]) for row in rows] == [
        ("a", "b", 0.95, None, True), ("b", "a", None, 0.6, True), ("b", "c", 0.9, 0.32, False),
    ]  # fmt: skip
    assert list(rows[0])[:7] == ["parent", "child", "before", "after", "grade_before", "grade_after", "because"]
    assert {row["because"] for row in rows} == {"Nothing changed but judgement 1 (a → b: rejected)."}
    assert {(row["cause"], *row["judgements"], row["run"]) for row in rows} == {("judgement", "1", run)}
    assert moved_lines(case.con, run, 2) == [
        "Moved since the last run: 3 derivations; pairs among them that were not judged: 1.",
        "  Nothing changed but judgement 1 (a → b: rejected).",
        "  a → b: 95% before, under 5% now (G2 → none).",
        "  b → a: under 5% before, 60% now (none → G1).",
        "  … and 1 more: tracer query moved",
    ]
    assert asked(case, dataset="c")[0]["parent"] == "b"
    assert "人工判断 1" in asked(case, lang="zh")[0]["because"]


def test_a_grade_that_changed_is_told_and_a_small_step_is_not(case: Case, stated: Stated) -> None:
    stated.pairs = {("a", "b"): (0.95, "G2"), ("b", "c"): (0.9, "G2"), ("a", "c"): (0.30, "G1")}
    trace(case)
    stated.pairs = {("a", "b"): (0.95, "G5"), ("b", "c"): (0.86, "G2"), ("a", "c"): (0.35, "G1")}
    judge(case, "a", "b", "confirm")
    trace(case)
    assert [(row["parent"], row["child"], row["grade_after"]) for row in asked(case)] == [
        ("a", "c", "G1"), ("a", "b", "G5"),
    ]  # fmt: skip


def test_what_else_changed_is_said(case: Case, stated: Stated) -> None:
    stated.pairs = {("a", "b"): (0.9, "G2")}
    trace(case)
    judge(case, "a", "b", "unsure")
    judge(case, "b", "c", "confirm")
    insert_list(case.con, 4, "d", range(FIRST, FIRST + 100))
    stated.pairs = {("a", "b"): (0.5, "G1"), ("d", "a"): (0.9, "G2"), ("c", "b"): (0.4, "G1")}
    case.con.execute("UPDATE dataset SET loaded_at = '2099-01-01' WHERE id = 'd'")
    both = run_of(case)
    new, first, second = asked(case)
    assert (new["parent"], new["child"], new["what"], new["came_in"]) == ("d", "a", "new", True)
    assert (first["parent"], second["parent"], first["came_in"]) == ("a", "c", False)
    assert [move["parent"] for move in moves(case.con, both)] == ["a", "c"], "a new list moved nothing of its own"
    assert (first["cause"], first["because"]) == (
        "both",
        "New: judgement 1 (a → b: unsure) and judgement 2 (b → c: confirmed). Other facts changed too: lists.",
    )
    case.con.execute("UPDATE dataset SET created = '2026-01-01' WHERE id = 'a'")
    stated.pairs = {("a", "b"): (0.9, "G2")}
    other = run_of(case)
    assert {row["cause"] for row in asked(case)} == {"other"}
    assert asked(case)[0]["because"] == "No judgement is new. Other facts changed: lists."
    assert moved_lines(case.con, other, 10) == [], "told after a judgement only"
    assert {row["cause"] for row in asked(case, run=str(both))} == {"both"}


def test_facts_that_no_derivation_rests_on_count_for_nothing(case: Case, stated: Stated) -> None:
    stated.pairs = {("a", "b"): (0.9, "G2")}
    trace(case)
    judge(case, "a", "b", "reject")
    case.con.execute("INSERT INTO party (id) VALUES ('h')")
    trace(case)
    stated.pairs = {("a", "b"): (0.2, "G1")}
    judge(case, "a", "b", "reject")
    add_statement(case.con, Claim(party="h", kind="size", value="4"))
    run = run_of(case)
    moved, claim = asked(case)
    assert (moved["cause"], moved["judgements"]) == ("judgement", ["2"])
    assert (claim["finding"], claim["what"], claim["said_after"], claim["cause"]) == (
        "claim", "new", "supported", "both",
    )  # fmt: skip
    add_statement(case.con, Claim(party="h", kind="size", value="5"))
    assert run_of(case) > run
    assert {row["finding"] for row in asked(case)} == {"claim"}, "a run that computed no derivation moved none"


def test_what_changed_since_a_day(case: Case, stated: Stated, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, pairs in (
        ("2026-05-01", {("a", "b"): (0.9, "G2")}),
        ("2026-05-08", {("a", "b"): (0.7, "G2")}),
        ("2026-05-15", {("a", "b"): (0.4, "G1"), ("b", "c"): (0.8, "G2")}),
    ):
        monkeypatch.setenv("TRACER_NOW", f"{day}T12:00:00Z")
        stated.pairs = pairs
        case.con.execute("UPDATE dataset SET created = $day WHERE id = 'a'", {"day": day})
        trace(case)
    values = [(row["parent"], row["before"], row["after"], row["what"]) for row in asked(case, since="2026-05-08")]
    assert values == [("b", None, 0.8, "new"), ("a", 0.9, 0.4, "moved")]
    assert [row["before"] for row in asked(case, since="2026-05-09")] == [None, 0.7]
    assert asked(case, since="2026-06-01") == []
    assert {row["because"] for row in asked(case, since="2026-01-01")} == {"Nothing was traced before that day."}


def test_the_query_knows_all_facts_and_those_that_derivations_rest_on() -> None:
    stages = {stage.name: stage for stage in STAGES}
    facts = {fact for name in ("derivations", *stages["derivations"].after) for fact in stages[name].facts}
    told = find_query("moved").sql.split("fact IN (")[1].split(")")[0]
    assert {fact.strip(" '") for fact in told.split(",")} == facts | {"version"}
    for fact in (*FACTS, "version"):
        assert say(Reason.of(f"fact-{fact}"), "zh") != say(Reason.of(f"fact-{fact}"), "en")


def test_a_run_of_an_earlier_version_kept_no_facts(case: Case, stated: Stated) -> None:
    stated.pairs = {("a", "b"): (0.9, "G2")}
    trace(case)
    case.con.execute("UPDATE trace_run SET facts = NULL, judged = NULL")
    stated.pairs = {("a", "b"): (0.2, "G1")}
    judge(case, "a", "b", "reject")
    run = run_of(case)
    assert [(row["cause"], row["judgements"]) for row in asked(case)] == [("unrecorded", [])]
    assert moves(case.con, run)[0]["because"].startswith("Which facts changed is not on record")


def test_pairs_with_few_contacts_in_common_have_not_moved(case: Case, stated: Stated) -> None:
    stated.shared = 19
    stated.pairs = {("a", "b"): (0.9, "G2")}
    trace(case)
    stated.pairs = {("a", "b"): (0.2, "G1")}
    judge(case, "a", "b", "reject")
    assert moved_lines(case.con, run_of(case), 10) == ["The new judgement moved no derivation."]
    assert (asked(case), case.con.execute("SELECT * FROM views.derivation_history").fetchall()) == ([], [])
