"""Refusals, in clear and as hashes, against copies, calls and lists; rows and people as courts count them."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest

from tests.bench.refusals import drawn_case, faults
from tests.findings.listed import load_list, meet, phones
from tests.inserted import insert, insert_canary
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.statements import add_line
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent import compute, refused_rows
from tracer.records import Line


@pytest.fixture
def people() -> list[str]:
    """300 different numbers."""
    return sorted(set(phones(np.random.default_rng(5), 400)))[:300]


@pytest.fixture
def case(people: list[str]) -> Case:
    """A client's list of 200; 60 of them refused in March, 20 in May, 10 on an unreadable day."""
    made = memory_case()
    load_list(made, "own", {"phone": people[:200]}, "client", origin="own", created=date(2026, 4, 1))
    written = {"2026-03-02": 30, "2026/3/3 10:20": 20, "2026年3月4日": 5, "20260305": 5, "2026-05-01": 20, "?": 10}
    days = [day for day, times in written.items() for _ in range(times)]
    load_list(made, "no", {"phone": people[:90], "date": days}, "client", origin="refusals", obtained=date(2026, 6, 1))
    for name, day in (("r", "2026-04-10"), ("early", "2026-03-01")):
        insert(made.con, "release", id=name, dataset="own", recipient="vendor", date=day, registered_at=day)
    return made


def _called(case: Case, numbers: list[str], at: str, caller: str = "16355500001") -> None:
    for number in numbers:
        insert(case.con, "call_record", file=1, at=at, channel="call", caller=caller, called=int(f"86{number}"))


def _found(case: Case, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives after a run of the stage."""
    meet(case)
    compute(CaseFacts(case.con), 1)
    return case.con.execute(statement).fetchall()


def test_copies_that_hold_people_who_had_refused(case: Case) -> None:
    case.con.execute(
        "INSERT INTO withheld SELECT 'r', key, false FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    found = _found(case, "SELECT of, party, people, own FROM views.after_refusal WHERE what = 'released'")
    assert found == [("r", "vendor", 50, True)]  # 60 had refused by then, ten of them were withheld


def test_withheld_people_are_in_no_copy_under_any_identifier(case: Case) -> None:
    """Rows were left out by their contact's key; those who refused are known by another one of theirs."""
    case.con.execute(
        "INSERT INTO withheld SELECT 'r', key + 1, false FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    case.con.execute(
        "INSERT INTO contact_alias SELECT 1, key, key + 1 FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    )
    assert _found(case, "SELECT people FROM views.after_refusal WHERE what = 'released'") == [(50,)]


def test_calls_after_the_day_of_the_refusal_count_by_line(case: Case, people: list[str]) -> None:
    add_line(case.con, Line("pool", ("1635550*",), "v", None, None, None))
    _called(case, people[:25], "2026-03-20 02:00:00")
    _called(case, people[:25], "2026-03-21 02:00:00")
    _called(case, people[30:50], "2026-03-03 02:00:00")  # the day itself
    _called(case, people[60:85], "2026-04-01 02:00:00")  # before the refusal of May
    _called(case, people[25:30], "2026-04-01 02:00:00", "17900000000")
    told = "SELECT of, party, people, events, first_day, last_day FROM views.after_refusal WHERE what = 'called'"
    found = _found(case, f"{told} ORDER BY of")
    assert found == [("pool", "v", 25, 50, date(2026, 3, 20), date(2026, 3, 21))], (
        "five people on an unknown line are not told"
    )
    assert case.con.execute("SELECT people FROM after_refusal WHERE what = 'called' AND of IS NULL").fetchone() == (5,)


def test_an_unreadable_day_counts_from_when_the_list_was_obtained(case: Case, people: list[str]) -> None:
    _called(case, people[80:90], "2026-05-20 02:00:00")
    _called(case, people[80:90], "2026-06-02 02:00:00")
    assert _found(case, "SELECT people, events FROM after_refusal WHERE what = 'called'") == [(10, 10)]


def test_people_who_refused_inside_a_list(case: Case) -> None:
    found = _found(case, "SELECT dataset, people, before, own FROM views.refused_inside")
    assert found == [("own", 90, 60, True)]


def test_a_register_calls_nobody_and_breaks_no_refusal(case: Case, people: list[str]) -> None:
    load_list(case, "register", {"phone": people[:200]}, "office", origin="register", obtained=date(2026, 6, 1))
    assert _found(case, "SELECT dataset FROM views.refused_inside") == [("own",)]


def test_single_rows_are_there_for_a_reason_only_and_never_of_a_tiny_list(case: Case, people: list[str]) -> None:
    rows = refused_rows(case.con)
    assert len(rows) == 60
    assert {row[3] for row in rows} == {"released"}
    load_list(case, "one", {"phone": people[:1], "date": ["2026-01-01"]}, "client", origin="refusals")
    assert ("one",) not in _found(case, "SELECT refusals FROM views.after_refusal")
    assert {row[0] for row in refused_rows(case.con)} == {"no"}


def test_rows_and_people_are_counted_raw_repeated_untrue_and_summed(case: Case, people: list[str]) -> None:
    load_list(case, "b", {"phone": [*people[100:220], people[100], "n/a"]}, "client", origin="own")
    insert_canary(case.con, 1, int(f"86{people[150]}"), "home")
    counts = "SELECT scope, coalesce(list, party), raw, repeated, untrue, people, together FROM views.counts"
    rows = {(scope, name): tuple(rest) for scope, name, *rest in _found(case, counts)}
    assert rows["held", "own"] == (200, 0, 1, 199, None)
    assert rows["held", "b"] == (122, 1, 2, 119, None)
    assert rows["holder", "client"] == (322, 1, 3, 318, 219)  # 220 numbers, one of them nobody's
    assert rows["recipient", "vendor"] == (400, 0, 0, 398, 199)  # two copies of one list
    assert rows["client", "client"] == (400, 0, 0, 398, 199)


def test_an_overlap_under_twenty_is_not_told_by_a_sum(case: Case, people: list[str]) -> None:
    load_list(case, "b", {"phone": people[190:300]}, "client", origin="own")
    assert _found(case, "SELECT people, together FROM views.counts WHERE scope = 'holder'") == [(310, None)]


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


PEOPLE = sorted(set(phones(np.random.default_rng(7), 400)))[:300]
MAILS = [f"anna.{at}@gmail.com" for at in range(120)]


def _hashed(function: str, text: str) -> str:
    return hashlib.new(function, text.encode()).hexdigest()


def _counts(case: Case) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    meet(case)
    compute(CaseFacts(case.con), 1)
    inside = case.con.execute("SELECT dataset, people, before FROM views.refused_inside ORDER BY dataset").fetchall()
    after = case.con.execute("SELECT what, of, people, events FROM views.after_refusal ORDER BY ALL").fetchall()
    return inside, after


def _hashed_case(refused: dict[str, list[str]]) -> Case:
    """A client's list of 200 and a copy of it; 60 of its people and 30 others have refused, all in March."""
    case = memory_case()
    load_list(case, "own", {"phone": PEOPLE[:200]}, "client", origin="own", created=date(2026, 4, 1))
    load_list(
        case, "no", refused | {"date": ["2026-03-02"] * 90}, "registry", origin="refusals", obtained=date(2026, 6, 1)
    )
    day = "2026-04-10"
    insert(case.con, "release", id="r", dataset="own", recipient="v", date=day, registered_at=day)
    for number in [*PEOPLE[:25], *PEOPLE[250:280]]:
        call = {"at": "2026-03-20 02:00:00", "channel": "call", "caller": "16355500001"}
        insert(case.con, "call_record", file=1, **call, called=int(f"86{number}"))
    return case


@pytest.mark.parametrize(("function", "front"), [("md5", ""), ("sha1", "+86"), ("sha512", ""), ("sm3", "+86")])
def test_a_deletion_list_of_hashes_counts_like_one_in_clear(function: str, front: str) -> None:
    refused = [*PEOPLE[:60], *PEOPLE[250:280]]
    clear = _counts(_hashed_case({"phone": refused}))
    hashed = _counts(_hashed_case({"phone_hash": [_hashed(function, front + number) for number in refused]}))
    assert hashed == clear
    assert clear[0] == [("own", 60, 60)]
    assert ("called", None, 55, 55) in clear[1]


def test_a_deletion_list_of_hashes_is_held_against_every_list() -> None:
    case = _hashed_case({"phone_hash": [_hashed("md5", number) for number in [*PEOPLE[:60], *PEOPLE[200:230]]]})
    load_list(case, "lot", {"phone": PEOPLE[200:300]}, "trader", created=date(2026, 5, 1))
    inside, _ = _counts(case)
    assert [row[:2] for row in inside] == [("lot", 30), ("own", 60)], "who refused wants to be found in any list"


def test_a_list_of_hashes_is_held_against_refusals_in_clear() -> None:
    case = memory_case()
    load_list(case, "no", {"email": MAILS[:80], "date": ["2026-03-02"] * 80}, "client", origin="refusals")
    lot = [_hashed("sha256", address.replace(".", "", 1)) for address in MAILS[20:]]
    load_list(case, "lot", {"email_hash": lot}, "trader", created=date(2026, 5, 1))
    inside, _ = _counts(case)
    assert inside == [("lot", 60, 60)]


@pytest.mark.parametrize("seed", range(3))
def test_refusals_of_drawn_cases_are_counted_exactly_and_nobodys_copies(seed: int) -> None:
    assert list(faults(*drawn_case(seed))) == []
