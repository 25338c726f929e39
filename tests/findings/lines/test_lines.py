"""Lines: calls and complaints go to the line whose number was shown; rates are exact; rules go by local time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inserted import insert_canary
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.calling_rules import CallingRule, ensure_rules, replace_rules
from tracer.dossier.statements import add_statement
from tracer.findings.case_facts import CaseFacts
from tracer.findings.lines import compute, line_events, supply_chain_depth
from tracer.findings.tails import calls_needed, calls_to_support, count_interval, share_at_most, share_interval
from tracer.records import Line
from tracer.signals.load import load_complaints, load_signals

CANARY = "14000000001"


@pytest.fixture
def case() -> Case:
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name, role) VALUES ('v', '甲', 'line_vendor'), ('c', '乙', 'carrier')")
    insert_canary(made.con, 1, 8614000000001)
    add_statement(made.con, Line("pool", ("1635550*",), "v", "c", "江苏", 2))
    add_statement(made.con, Line("one", ("16355500001", "025-8300*"), "v", None, "江苏", None))
    ensure_rules(made.con)
    return made


def _calls(case: Case, folder: Path, rows: list[tuple[str, str, str]], name: str = "cdr.csv") -> None:
    path = folder / name
    path.write_text("at,caller,called\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    load_signals(case, path)


def test_a_number_belongs_to_the_line_that_names_most_of_it(case: Case, tmp_path: Path) -> None:
    expected = {
        "16355500001": ("+8616355500001", "one"), "+8616355500002": ("+8616355500002", "pool"),
        "02583000001": ("+862583000001", "one"), "+862583000002": ("+862583000002", "one"),
        "016355500003": ("+8616355500003", "pool"), "17900000000": ("+8617900000000", None),
    }  # fmt: skip
    _calls(case, tmp_path, [(f"2026-06-18 12:00:0{n}", caller, "14100000001") for n, caller in enumerate(expected)])
    with line_events(case.con):
        found = case.con.execute('SELECT caller, line FROM line_event ORDER BY "at"').fetchall()
    assert found == list(expected.values())


def test_rates_are_exact_and_of_the_days_that_the_calls_cover(case: Case, tmp_path: Path) -> None:
    calls = [
        (f"2026-06-{10 + n % 5} 12:{n // 60 % 60:02d}:{n % 60:02d}", f"1635550{n % 9000 + 1000}", f"141{n:08d}")
        for n in range(2_000)
    ]
    # Calls to canaries are no denominator.
    _calls(case, tmp_path, [*calls, *((f"2026-06-12 12:00:{n:02d}", "16355500002", CANARY) for n in range(20))])
    told = tmp_path / "complaints.csv"
    days = ("2026-06-11", "2026-06-12", "2026-06-13", "2026-07-01")
    told.write_text(
        "at,caller,called,text\n"
        + "".join(f"{day} 13:00:00,16355501{n}34,1410000000{n},x\n" for n, day in enumerate(days))
    )
    load_complaints(case, told)
    compute(CaseFacts(case.con), 1)
    asked = "SELECT dimension, name, calls, complaints, counted, rate, low, high, p_value, needed"
    found = case.con.execute(f"{asked} FROM views.complaint_rates").fetchall()
    rows = {(dimension, name): rest for dimension, name, *rest in found}
    *counts, low, high, p_value, needed = rows["line", "pool"]
    assert (counts, needed) == ([2_000, 4, 3, 0.0015], calls_needed(4, 1e-4))
    assert (low, high) == pytest.approx(share_interval(3, 2_000), rel=1e-3)
    assert p_value == pytest.approx(0.00114, rel=0.02)  # three or more of 2,000 at one in ten thousand
    for dimension in (("carrier", "c"), ("province", "江苏"), ("vendor", "v")):
        assert rows[dimension][:3] == [2_000, 4, 3]
    assert rows["line", "one"][:3] == [0, 0, 0]  # a line of which nothing is known is listed


def test_calls_outside_the_hours_and_too_many_a_day_are_counted(case: Case, tmp_path: Path) -> None:
    clocks = ("07:59:59", "08:00:00", "20:59:59", "21:00:00")
    rows = [(f"2026-06-18 {clock}", "16355500002", "14100000001") for clock in clocks]
    rows += [("2026-06-18T16:30:00Z", "16355500002", "14100000001")]  # half past midnight on the 19th
    rows += [(f"2026-06-20 10:00:0{n}", f"1635550111{n}", "14100000002") for n in range(5)]
    _calls(case, tmp_path, rows)
    compute(CaseFacts(case.con), 1)
    counted = case.con.execute(
        "SELECT rule, examined, violations FROM views.rule_counts WHERE line = 'pool'"
    ).fetchall()
    assert ("hours", 10, 3) in counted
    assert ("per-number", 10, 3) in counted  # the fourth call of the 18th, and two of the five of the 20th
    rules = [CallingRule("callers", "per_caller", at_most=2.0), CallingRule("c", "complaints", at_most=1.0)]
    replace_rules(case.con, rules)
    compute(CaseFacts(case.con), 2)
    again = "SELECT rule, violations FROM rule_count WHERE run = 2 AND kind = 'per_caller'"
    assert case.con.execute(again).fetchall() == [("callers", 2)]


def test_hours_go_by_the_clock_of_the_number_called_where_a_region_has_several(case: Case, tmp_path: Path) -> None:
    case.con.execute("UPDATE meta SET value = 'US' WHERE name = 'region'")
    case.con.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('region_is_said', 'yes')")
    add_statement(case.con, Line("us", ("(310) 555-01*", "+44 7700 900123"), "v", None, None, None))
    at = "2026-06-19T01:30:00Z"  # half past six in Los Angeles, half past nine in New York; 1-800 is anywhere
    called = ("213-555-0100", "212-555-0100", "1-800-555-0100")
    _calls(case, tmp_path, [(at, caller, to) for to in called for caller in ("13105550142", "+447700900123")])
    compute(CaseFacts(case.con), 1)
    asked = "SELECT examined, violations FROM views.rule_counts WHERE line = 'us' AND rule = 'hours'"
    assert case.con.execute(asked).fetchall() == [(4, 2)]
    with line_events(case.con):
        days = case.con.execute("SELECT called, min(day)::VARCHAR FROM line_event GROUP BY ALL ORDER BY ALL").fetchall()
    assert days == [(12125550100, "2026-06-18"), (12135550100, "2026-06-18"), (18005550100, "2026-06-19")]


def test_a_grown_log_and_a_telephones_own_tell_of_a_call_once(case: Case, tmp_path: Path) -> None:
    first = [("2026-06-18 12:00:00", "16355500002", CANARY), ("2026-06-18 12:00:01", "16355500002", "14100000001")]
    _calls(case, tmp_path, first)
    _calls(case, tmp_path, [*first, ("2026-06-18 12:00:02", "16355500003", "14100000001")], "grown.csv")
    with line_events(case.con):
        assert case.con.execute("SELECT count(*), count(*) FILTER (controlled) FROM line_event").fetchone() == (3, 1)
    assert case.con.execute("SELECT count(*) FROM call_record").fetchone() == (3,)


def test_hands_follow_from_who_supplies_whom(case: Case) -> None:
    assert supply_chain_depth(case.con, "v") is None
    case.con.execute(
        "INSERT INTO relation (no, kind, from_party, to_party, basis) VALUES"
        " (0, 'supplies_line_to', 'c', 'a', 'documented'), (1, 'supplies_line_to', 'a', 'v', 'alleged'),"
        " (2, 'supplies_line_to', 'x', 'y', 'inferred'), (3, 'supplies_line_to', 'y', 'z', 'documented')"
    )
    found = [supply_chain_depth(case.con, party) for party in ("a", "v", "z")]
    assert [(one.hand, one.path, one.whole, one.basis) for one in found if one is not None] == [
        (1, ("c", "a"), True, "documented"),
        (2, ("c", "a", "v"), True, "alleged"),
        (3, ("x", "y", "z"), False, "inferred"),  # the least it can be
    ]
    compute(CaseFacts(case.con), 1)
    assert case.con.execute("SELECT line, hand, inferred, whole FROM views.lines ORDER BY line").fetchall() == [
        ("one", None, 2, True), ("pool", 2, 2, True),
    ]  # fmt: skip


def test_exact_bounds_are_those_of_the_literature() -> None:
    assert calls_to_support(0, 1e-4) == 29_956  # methods 4
    assert share_at_most(0, 29_956) <= 1e-4 < share_at_most(0, 29_955)
    assert calls_needed(0, 1e-4) == 0
    assert share_interval(0, 0) == (0.0, 1.0)
    assert count_interval(10) == pytest.approx((4.7954, 18.3904), abs=1e-3)  # Garwood's table
    with pytest.raises(ValueError, match="3 of 2"):
        share_interval(3, 2)
