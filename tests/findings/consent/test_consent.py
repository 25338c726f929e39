"""Refusals, in clear and as hashes, against copies, calls and lists; rows and people as courts count them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from tests.findings.listed import load_list, meet, phones
from tests.inserted import insert, insert_canary
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.statements import add_statement
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent import compute, refused_rows
from tracer.policy import SHOWN_FROM
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


@pytest.mark.parametrize("by_another_key", [False, True])
def test_copies_that_hold_people_who_had_refused(case: Case, by_another_key: bool) -> None:
    """60 had refused by then, ten of them were withheld: in no copy, under any identifier."""
    some = "FROM membership WHERE dataset = 1 ORDER BY key LIMIT 10"
    case.con.execute(f"INSERT INTO withheld SELECT 'r', key + {int(by_another_key)}, false {some}")
    if by_another_key:
        case.con.execute(f"INSERT INTO contact_alias SELECT 1, key, key + 1 {some}")
    found = _found(case, "SELECT of, party, people, own FROM views.after_refusal WHERE what = 'released'")
    assert found == [("r", "vendor", 50, True)]


def test_calls_after_the_day_of_the_refusal_count_by_line(case: Case, people: list[str]) -> None:
    add_statement(case.con, Line("pool", ("1635550*",), "v", None, None, None))
    _called(case, people[:25], "2026-03-20 02:00:00")
    _called(case, people[:25], "2026-03-21 02:00:00")
    _called(case, people[30:50], "2026-03-03 02:00:00")  # the day itself
    _called(case, people[60:85], "2026-04-01 02:00:00")  # before the refusal of May
    _called(case, people[80:85], "2026-05-20 02:00:00")  # of an unreadable day: from when the list was obtained
    _called(case, people[25:30], "2026-04-01 02:00:00", "17900000000")
    _called(case, people[85:90], "2026-06-02 02:00:00", "17900000000")  # of an unreadable day, and after it
    told = "SELECT of, party, people, events, first_day, last_day FROM views.after_refusal WHERE what = 'called'"
    found = _found(case, f"{told} ORDER BY of")
    assert found == [("pool", "v", 25, 50, date(2026, 3, 20), date(2026, 3, 21))], (
        "ten people on an unknown line are not told"
    )
    assert case.con.execute("SELECT people FROM after_refusal WHERE what = 'called' AND of IS NULL").fetchone() == (10,)


def test_people_who_refused_inside_a_list_that_is_no_register(case: Case, people: list[str]) -> None:
    load_list(case, "register", {"phone": people[:200]}, "office", origin="register", obtained=date(2026, 6, 1))
    found = _found(case, "SELECT dataset, people, before, own FROM views.refused_inside")
    assert found == [("own", 90, 60, True)], "a register calls nobody"


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


MAILS = [f"anna.{at}@gmail.com" for at in range(120)]


def _hashed(function: str, text: str) -> str:
    return hashlib.new(function, text.encode()).hexdigest()


INSIDE = "SELECT dataset, people, before FROM views.refused_inside ORDER BY dataset"


@pytest.mark.parametrize(("function", "front"), [("md5", ""), ("sha1", "+86"), ("sha512", ""), ("sm3", "+86")])
def test_a_deletion_list_of_hashes_counts_like_one_in_clear(function: str, front: str, people: list[str]) -> None:
    """60 people of a client's list of 200 and 30 others have refused; it is held against every list."""
    refused = [*people[:60], *people[250:280]]
    found = []
    for columns in ({"phone": refused}, {"phone_hash": [_hashed(function, front + number) for number in refused]}):
        case = memory_case()
        load_list(case, "own", {"phone": people[:200]}, "client", origin="own", created=date(2026, 4, 1))
        load_list(case, "lot", {"phone": people[200:300]}, "trader", created=date(2026, 5, 1))
        days = {"date": ["2026-03-02"] * 90}
        load_list(case, "no", columns | days, "registry", origin="refusals", obtained=date(2026, 6, 1))
        day = "2026-04-10"
        insert(case.con, "release", id="r", dataset="own", recipient="v", date=day, registered_at=day)
        _called(case, [*people[:25], *people[250:280]], "2026-03-20 02:00:00")
        inside = _found(case, INSIDE)
        assert [row[:2] for row in inside] == [("lot", 30), ("own", 60)]
        after = case.con.execute("SELECT what, of, people, events FROM views.after_refusal ORDER BY ALL").fetchall()
        assert ("called", None, 55, 55) in after
        found.append((inside, after))
    assert found[0] == found[1]


def test_a_list_of_hashes_is_held_against_refusals_in_clear() -> None:
    case = memory_case()
    load_list(case, "no", {"email": MAILS[:80], "date": ["2026-03-02"] * 80}, "client", origin="refusals")
    lot = [_hashed("sha256", address.replace(".", "", 1)) for address in MAILS[20:]]
    load_list(case, "lot", {"email_hash": lot}, "trader", created=date(2026, 5, 1))
    assert _found(case, INSIDE) == [("lot", 60, 60)]


FIRST = date(2026, 1, 1)


def drawn_case(seed: int) -> tuple[Case, dict[tuple[str, str], int]]:
    """One to three lists of people who refused (in clear or as hashes, some without days), a register, and two to five
    lists of brokers with planted people from them (0, 1 to 19, 20, more) and copies among these; and what was planted:
    (refusals, list) → people who had refused before the list's day."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(400 * 10_000, 9_000, replace=False).tolist()
    people = [f"{1_400_000 + one // 10_000}{one % 10_000:04d}" for one in drawn]
    mails = [f"person.{number}@mail.example" for number in people]
    case, refused = memory_case(), dict[str, dict[int, int]]()
    for nth in range(int(rng.integers(1, 4))):
        # Who refused, and on which day; without a day of each, by the one on which the list was obtained.
        chosen = rng.choice(3_000, int(rng.integers(60, 900)), replace=False).tolist()
        obtained, dated = int(rng.integers(60, 200)), bool(rng.random() < 0.6)
        days = {person: int(rng.integers(0, obtained)) if dated else obtained for person in chosen}
        form = str(rng.choice(["phone", "email", "both", "phone_hash", "email_hash"]))
        columns = _columns(form, [people[one] for one in chosen], [mails[one] for one in chosen])
        if dated:
            written = ["%d.%m.%Y", "%Y-%m-%d", "%Y年%m月%d日"][int(rng.integers(0, 3))]
            columns["date"] = [(FIRST + timedelta(days[one])).strftime(written) for one in chosen]
        refused[f"refused-{nth}"] = days
        facts: dict[str, Any] = {"origin": "refusals", "obtained": FIRST + timedelta(obtained)}
        load_list(case, f"refused-{nth}", columns, f"office-{nth}", **facts)
    planted = dict[tuple[str, str], int]()
    lists = dict[str, list[int]]()
    for nth in range(int(rng.integers(2, 6))):
        name, day = f"list-{nth}", int(rng.integers(0, 260))
        if lists and rng.random() < 0.4:
            source = lists[f"list-{int(rng.integers(0, nth))}"]
            rows: list[int] = rng.choice(source, int(len(source) * rng.uniform(0.5, 1.0)), replace=False).tolist()
        else:
            rows = rng.choice(np.arange(3_000, 9_000), int(rng.integers(800, 2_000)), replace=False).tolist()
            for days in refused.values():
                many = int(rng.choice([0, int(rng.integers(1, SHOWN_FROM)), SHOWN_FROM, int(rng.integers(21, 60))]))
                found: list[int] = rng.choice(list(days), min(many, len(days)), replace=False).tolist()
                rows = list(dict.fromkeys([*rows, *found]))
        lists[name] = rows
        known: dict[str, Any] = {"created" if rng.random() < 0.5 else "obtained": FIRST + timedelta(day)}
        load_list(case, name, _columns("both", [people[one] for one in rows], [mails[one] for one in rows]), **known)
        for refusals, days in refused.items():
            planted[refusals, name] = sum(days.get(one, day) < day for one in rows)
    load_list(case, "register", {"phone": people[2_500:4_500]}, "court", origin="register", obtained=FIRST)
    return case, planted


def _columns(form: str, numbers: list[str], mails: list[str]) -> dict[str, list[str]]:
    kind, _, hashed = form.partition("_")
    if kind == "both":
        return {"phone": numbers, "email": mails}
    texts = numbers if kind == "phone" else mails
    return {form: [_hashed("sha256", text) for text in texts] if hashed else texts}


def faults(case: Case, planted: Mapping[tuple[str, str], int]) -> Iterable[str]:
    """What is told otherwise than planted."""
    meet(case)
    derivation.compute(CaseFacts(case.con), 1)
    compute(CaseFacts(case.con), 1)
    rows = case.con.execute(
        "SELECT refusals, of, people FROM views.after_refusal WHERE what = 'listed' AND refusals IS NOT NULL"
    ).fetchall()
    told = {(refusals, listed): people for refusals, listed, people in rows}
    for pair, people in planted.items():
        if told.pop(pair, None) != (people if people >= SHOWN_FROM else None):
            yield f"{pair}: {people} planted"
    yield from (f"{pair}: {people} told, of nobody" for pair, people in told.items())
    for parent, child in case.con.execute("SELECT parent, child FROM derivation").fetchall():
        if not (parent.startswith("list-") and child.startswith("list-")):
            yield f"{child} is called a copy of {parent}"


@pytest.mark.parametrize("seed", range(3))
def test_refusals_of_drawn_cases_are_counted_exactly_and_nobodys_copies(seed: int) -> None:
    assert list(faults(*drawn_case(seed))) == []
