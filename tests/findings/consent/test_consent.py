"""Refusals against copies, calls and lists; rows and people as courts count them."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from tests.findings.listed import load_list, meet, phones
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.records import Line
from tracer.dossier.statements import add_line
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent import compute, refused_rows


@pytest.fixture
def people() -> list[str]:
    """300 different numbers."""
    return sorted(set(phones(np.random.default_rng(5), 400)))[:300]


@pytest.fixture
def case(people: list[str]) -> Case:
    """A client's list of 200; 60 of them refused in March, 20 in May, 10 on an unreadable day."""
    made = memory_case()
    load_list(made, "own", {"phone": people[:200]}, "client", origin="own", created=date(2026, 4, 1))
    days = (
        ["2026-03-02"] * 30
        + ["2026/3/3 10:20"] * 20
        + ["2026年3月4日"] * 5
        + ["20260305"] * 5
        + ["2026-05-01"] * 20
        + ["?"] * 10
    )
    load_list(made, "no", {"phone": people[:90], "date": days}, "client", origin="refusals", obtained=date(2026, 6, 1))
    made.con.execute(
        "INSERT INTO release (id, dataset, recipient, date, registered_at) VALUES "
        "('r', 'own', 'vendor', '2026-04-10', now()), ('early', 'own', 'vendor', '2026-03-01', now())"
    )
    return made


def _called(case: Case, numbers: list[str], at: str, caller: str = "16355500001") -> None:
    for number in numbers:
        case.con.execute(
            "INSERT INTO call_record VALUES (1, $at, 'call', $caller, $called)",
            {"at": at, "caller": caller, "called": int(f"86{number}")},
        )


def test_copies_that_hold_people_who_had_refused(case: Case) -> None:
    case.con.execute(
        "INSERT INTO withheld SELECT 'r', key, false FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    meet(case)
    compute(CaseFacts(case.con), 1)
    found = case.con.execute(
        "SELECT of, party, people, own FROM views.after_refusal WHERE what = 'released'"
    ).fetchall()
    assert found == [("r", "vendor", 50, True)]  # 60 had refused by then, ten of them were withheld


def test_withheld_people_are_in_no_copy_under_any_identifier(case: Case) -> None:
    """Rows were left out by their contact's key; those who refused are known by another one of theirs."""
    case.con.execute(
        "INSERT INTO withheld SELECT 'r', key + 1, false FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    case.con.execute(
        "INSERT INTO contact_alias SELECT 1, key, key + 1 FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    meet(case)
    compute(CaseFacts(case.con), 1)
    found = case.con.execute("SELECT people FROM views.after_refusal WHERE what = 'released'").fetchall()
    assert found == [(50,)]


def test_calls_after_the_day_of_the_refusal_count_by_line(case: Case, people: list[str]) -> None:
    add_line(case.con, Line("pool", ("1635550*",), "v", None, None, None))
    _called(case, people[:25], "2026-03-20 02:00:00")
    _called(case, people[:25], "2026-03-21 02:00:00")
    _called(case, people[30:50], "2026-03-03 02:00:00")  # the day itself
    _called(case, people[60:85], "2026-04-01 02:00:00")  # before the refusal of May
    _called(case, people[25:30], "2026-04-01 02:00:00", "17900000000")
    meet(case)
    compute(CaseFacts(case.con), 1)
    found = case.con.execute(
        "SELECT of, party, people, events, first_day, last_day FROM views.after_refusal "
        "WHERE what = 'called' ORDER BY of"
    ).fetchall()
    assert found == [
        ("pool", "v", 25, 50, date(2026, 3, 20), date(2026, 3, 21)),
        (None, None, None, None, None, None),  # five people: not told
    ]
    assert case.con.execute("SELECT people FROM after_refusal WHERE what = 'called' AND of IS NULL").fetchone() == (5,)


def test_an_unreadable_day_counts_from_when_the_list_was_obtained(case: Case, people: list[str]) -> None:
    _called(case, people[80:90], "2026-05-20 02:00:00")
    _called(case, people[80:90], "2026-06-02 02:00:00")
    meet(case)
    compute(CaseFacts(case.con), 1)
    assert case.con.execute("SELECT people, events FROM after_refusal WHERE what = 'called'").fetchall() == [(10, 10)]


def test_people_who_refused_inside_a_list(case: Case) -> None:
    meet(case)
    compute(CaseFacts(case.con), 1)
    assert case.con.execute("SELECT dataset, people, before, own FROM views.refused_inside").fetchall() == [
        ("own", 90, 60, True)
    ]


def test_single_rows_are_there_for_a_reason_only_and_never_of_a_tiny_list(case: Case, people: list[str]) -> None:
    rows = refused_rows(case.con)
    assert len(rows) == 60
    assert {row[3] for row in rows} == {"released"}
    load_list(case, "one", {"phone": people[:1], "date": ["2026-01-01"]}, "client", origin="refusals")
    meet(case)
    compute(CaseFacts(case.con), 1)
    assert {row[0] for row in refused_rows(case.con)} == {"no"}
    assert "one" not in {row[0] for row in case.con.execute("SELECT refusals FROM views.after_refusal").fetchall()}


def test_rows_and_people_are_counted_raw_repeated_untrue_and_summed(case: Case, people: list[str]) -> None:
    load_list(case, "b", {"phone": [*people[100:220], people[100], "n/a"]}, "client", origin="own")
    case.con.execute(
        "INSERT INTO canary (no, phone, kind, imported_at) VALUES (1, $key, 'home', $at)",
        {"key": int(f"86{people[150]}"), "at": datetime(2020, 1, 1)},
    )
    meet(case)
    compute(CaseFacts(case.con), 1)
    rows = {
        (scope, name): tuple(rest)
        for scope, name, *rest in case.con.execute(
            "SELECT scope, coalesce(list, party), raw, repeated, untrue, people, together FROM views.counts"
        ).fetchall()
    }
    assert rows["held", "own"] == (200, 0, 1, 199, None)
    assert rows["held", "b"] == (122, 1, 2, 119, None)
    assert rows["holder", "client"] == (322, 1, 3, 318, 219)  # 220 numbers, one of them nobody's
    assert rows["recipient", "vendor"] == (400, 0, 0, 398, 199)  # two copies of one list
    assert rows["client", "client"] == (400, 0, 0, 398, 199)


def test_an_overlap_under_twenty_is_not_told_by_a_sum(case: Case, people: list[str]) -> None:
    load_list(case, "b", {"phone": people[190:300]}, "client", origin="own")
    meet(case)
    compute(CaseFacts(case.con), 1)
    assert case.con.execute("SELECT people, together FROM views.counts WHERE scope = 'holder'").fetchone() == (
        310,
        None,
    )


def test_stated_bases_have_states(case: Case) -> None:
    for number, (collected, used, state) in enumerate((
        ("explicit", "explicit", "stated"), ("bundled_in_terms", "bundled_in_terms", "bundled in terms"),
        ("customer", None, "use without a stated basis"), ("public_only", "customer", "used beyond what was public"),
        ("customer", "none", "no basis"), ("refused", None, "refused"), (None, None, "not stated"),
    )):  # fmt: skip
        load_list(case, f"d{number}", {"phone": phones(np.random.default_rng(number), 30)},
                  collected_under=collected, used_under=used)  # fmt: skip
        row = case.con.execute("SELECT state FROM views.consent WHERE list = $id", {"id": f"d{number}"}).fetchone()
        assert row == (state,)
