"""Claims about calls: complaint rates, pools, lines that stopped, messages to members only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tests.findings.listed import say, verdict
from tests.inserted import insert, insert_canary
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.records import Line
from tracer.dossier.statements import add_line

START = datetime(2026, 6, 1, 4)


@pytest.fixture
def case() -> Case:
    """A vendor `p` with a line of one block of 10,000 numbers."""
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '厦门翎榷短信服务有限公司', 'line_vendor')")
    add_line(made.con, Line("pool", ("1635550*",), "p", None, "江苏", None))
    return made


def _call(case: Case, at: datetime, end: int, number: int) -> None:
    """A call by a number of the line, to somebody whom nobody else calls."""
    caller, called = f"1635550{end:04d}", 8614100000000 + number
    insert(case.con, "call_record", file=1, at=at, channel="call", caller=caller, called=called)


def _calls(case: Case, callers: list[int]) -> None:
    """Calls spread over ten days."""
    for number, end in enumerate(callers):
        _call(case, START + timedelta(days=number % 10, seconds=number), end, number)


def _complaints(case: Case, count: int, text: str = "x", first: datetime = START) -> None:
    for number in range(count):
        about = {"caller": f"1635550{number:04d}", "called": f"1420000{number:04d}", "text": text, "zone": "UTC"}
        insert(case.con, "complaint", file=9, row=number, at=first + timedelta(days=number % 5), **about)


def test_a_complaint_rate_is_held_against_all_calls_of_the_line(case: Case) -> None:
    claim = say(case, "complaint_rate", value="0.01")
    _complaints(case, 3)
    found, numbers, _ = verdict(case, claim)
    assert (found, numbers["complaints"]) == ("untestable", 3)
    assert numbers["calls_needed"] < numbers["calls_to_support"]
    _calls(case, list(range(500)))
    assert verdict(case, claim)[0] == "consistent"
    _complaints(case, 14)
    found, numbers, _ = verdict(case, claim)
    assert (found, numbers["counted"]) == ("contradicted", 17)
    assert numbers["p"] <= 0.01
    assert verdict(case, say(case, "complaint_rate", value="0.2"))[0] == "supported"


def test_a_pool_is_refuted_by_callers_that_come_again(case: Case) -> None:
    claim = say(case, "pool_size", value="5000")
    _calls(case, np.random.default_rng(3).integers(0, 200, 300).tolist())
    found, numbers, _ = verdict(case, claim)
    assert found == "contradicted"
    assert numbers["low"] <= 200 <= numbers["high"]
    assert numbers["p"] <= 0.01
    assert verdict(case, say(case, "pool_size", about="p", value="150"))[0] == "supported"


def test_no_repeat_refutes_nothing(case: Case) -> None:
    _calls(case, list(range(60)))
    found, numbers, _ = verdict(case, say(case, "pool_size", value="10000"))
    assert found == "consistent"
    assert "high" not in numbers


def _spread(case: Case, before: int, after: int, day: date) -> None:
    """Calls in the ten days up to `day` and the ten days after it."""
    for number in range(before + after):
        shift = -(number % 10) if number < before else 1 + number % 10
        at = datetime(day.year, day.month, day.day, 4) + timedelta(days=shift, seconds=number)
        _call(case, at, number, number)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(40, 40, "contradicted"), (40, 8, "consistent"), (40, 0, "supported"), (3, 0, "consistent"), (0, 0, "untestable")],
)
def test_calls_after_the_day_are_held_against_the_former_rate(
    case: Case, before: int, after: int, expected: str
) -> None:
    day = date(2026, 6, 15)
    _spread(case, before, after, day)
    for shift in (-9, 10):  # records cover ten days on either side, whoever called
        at = datetime(2026, 6, 15, 4) + timedelta(days=shift)
        insert(case.con, "call_record", file=2, at=at, channel="call", caller="17900000000", called=8614200000000)
    assert verdict(case, say(case, "stopped", value="2026-06-15"))[0] == expected


def test_a_province_or_robots_alone_may_have_stopped(case: Case) -> None:
    add_line(case.con, Line("zj", ("1635559*",), "p", None, "浙江", None))
    _spread(case, 40, 40, date(2026, 6, 15))
    assert verdict(case, say(case, "stopped", value="2026-06-15 江苏"))[1]["lines"] == ["pool"]
    found, numbers, _ = verdict(case, say(case, "stopped", value="2026-06-15 浙江"))
    assert (found, numbers["lines"]) == ("untestable", ["zj"])
    robots = say(case, "stopped", value="2026-06-15", quote="停止机器人外呼")
    assert verdict(case, robots)[0] == "untestable"  # no text speaks of a robot
    _complaints(case, 5, "机器人推销", datetime(2026, 6, 20))
    assert verdict(case, robots)[1]["complaints_after"] == 5


def test_a_message_to_a_canary_contradicts_members_only(case: Case) -> None:
    insert_canary(case.con, 1, 8614000000001)

    def message(row: int, text: str, channel: str = "flash_sms") -> None:
        about = {"zone": "UTC", "caller": "10690000", "called_key": 8614000000001, "canary": 1, "text": text}
        insert(case.con, "signal", file=1, row=row, at=START, channel=channel, **about)

    claim = say(case, "members_only", quote="闪信只发会员")
    message(1, "【某某】促销")
    assert verdict(case, claim)[0] == "untestable"  # nobody knows whose it is
    message(2, "【翎榷】促销", "sms")
    found, numbers, _ = verdict(case, claim)
    assert (found, numbers["sms_of_the_same_sender"]) == ("consistent", 1)
    assert verdict(case, say(case, "members_only"))[0] == "contradicted"  # of any message
    message(3, "【翎榷】促销")
    found, numbers, _ = verdict(case, claim)
    assert (found, numbers["messages"], numbers["canaries"]) == ("contradicted", 1, 1)
