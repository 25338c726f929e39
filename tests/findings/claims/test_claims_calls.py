"""Claims about calls: complaint rates, pools, lines that stopped, messages to members only."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.findings.listed import say
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.records import Line
from tracer.dossier.statements import add_line
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims import compute
from tracer.wording import LANGUAGES, Voice, in_words

START = datetime(2026, 6, 1, 4)


@pytest.fixture
def case() -> Case:
    """A vendor `p` with a line of one block of 10,000 numbers."""
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '厦门翎榷短信服务有限公司', 'line_vendor')")
    add_line(made.con, Line("pool", ("1635550*",), "p", None, "江苏", None))
    return made


def _verdict(case: Case, claim: str) -> tuple[str, dict[str, Any], float | None]:
    case.con.execute("DELETE FROM claim_verdict")
    compute(CaseFacts(case.con), 1)
    row = case.con.execute(
        "SELECT verdict, numbers, p_value, alternatives FROM claim_verdict WHERE claim = $claim", {"claim": claim}
    ).fetchone()
    assert row is not None
    assert all(len(text) > 5 for voice in map(Voice, LANGUAGES) for text in in_words(row[3], voice))
    return row[0], json.loads(row[1]), row[2]


def _calls(case: Case, callers: list[int], days: int = 10) -> None:
    """A call a number of the line, spread over so many days, each to somebody else."""
    for number, end in enumerate(callers):
        case.con.execute(
            "INSERT INTO call_record VALUES (1, $at, 'call', $caller, $called)",
            {"at": START + timedelta(days=number % days, seconds=number), "caller": f"1635550{end:04d}",
             "called": 8614100000000 + number},
        )  # fmt: skip


def _complaints(case: Case, count: int, text: str = "x", first: datetime = START) -> None:
    for number in range(count):
        case.con.execute(
            "INSERT INTO complaint VALUES (9, $row, $at, $caller, $called, $text, 'UTC')",
            {"row": number, "at": first + timedelta(days=number % 5), "caller": f"1635550{number:04d}",
             "called": f"1420000{number:04d}", "text": text},
        )  # fmt: skip


def test_a_complaint_rate_is_held_against_all_calls_of_the_line(case: Case) -> None:
    claim = say(case, "complaint_rate", value="0.01")
    _complaints(case, 3)
    found, numbers, _ = _verdict(case, claim)
    assert (found, numbers["complaints"]) == ("untestable", 3)
    assert numbers["calls_needed"] < numbers["calls_to_support"]
    _calls(case, list(range(500)))
    assert _verdict(case, claim)[0] == "consistent"
    _complaints(case, 14)
    found, numbers, p_value = _verdict(case, claim)
    assert (found, numbers["counted"]) == ("contradicted", 17)
    assert p_value is not None
    assert p_value <= 0.01
    assert _verdict(case, say(case, "complaint_rate", value="0.2"))[0] == "supported"


def test_a_pool_is_refuted_by_callers_that_come_again(case: Case) -> None:
    claim = say(case, "pool_size", value="5000")
    _calls(case, np.random.default_rng(3).integers(0, 200, 300).tolist())
    found, numbers, p_value = _verdict(case, claim)
    assert found == "contradicted"
    assert numbers["low"] <= 200 <= numbers["high"]
    assert p_value is not None
    assert p_value <= 0.01
    assert _verdict(case, say(case, "pool_size", about="p", value="150"))[0] == "supported"


def test_no_repeat_refutes_nothing(case: Case) -> None:
    _calls(case, list(range(60)))
    found, numbers, _ = _verdict(case, say(case, "pool_size", value="10000"))
    assert found == "consistent"
    assert "high" not in numbers


def _spread(case: Case, before: int, after: int, day: date) -> None:
    """Calls in the ten days up to `day` and the ten days after it."""
    for number in range(before + after):
        shift = -(number % 10) if number < before else 1 + number % 10
        at = datetime(day.year, day.month, day.day, 4) + timedelta(days=shift, seconds=number)
        case.con.execute(
            "INSERT INTO call_record VALUES (1, $at, 'call', $caller, $called)",
            {"at": at, "caller": f"1635550{number:04d}", "called": 8614100000000 + number},
        )


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
        case.con.execute(
            "INSERT INTO call_record VALUES (2, $at, 'call', '17900000000', 8614200000000)",
            {"at": datetime(2026, 6, 15, 4) + timedelta(days=shift)},
        )
    assert _verdict(case, say(case, "stopped", value="2026-06-15"))[0] == expected


def test_a_province_or_robots_alone_may_have_stopped(case: Case) -> None:
    add_line(case.con, Line("zj", ("1635559*",), "p", None, "浙江", None))
    _spread(case, 40, 40, date(2026, 6, 15))
    assert _verdict(case, say(case, "stopped", value="2026-06-15 江苏"))[1]["lines"] == ["pool"]
    found, numbers, _ = _verdict(case, say(case, "stopped", value="2026-06-15 浙江"))
    assert (found, numbers["lines"]) == ("untestable", ["zj"])
    robots = say(case, "stopped", value="2026-06-15", quote="停止机器人外呼")
    assert _verdict(case, robots)[0] == "untestable"  # no text speaks of a robot
    _complaints(case, 5, "机器人推销", datetime(2026, 6, 20))
    assert _verdict(case, robots)[1]["complaints_after"] == 5


def test_a_message_to_a_canary_contradicts_members_only(case: Case) -> None:
    case.con.execute(
        "INSERT INTO canary (no, phone, kind, imported_at) VALUES (1, 8614000000001, 'canary', now()), "
        "(2, 8614000000002, 'control', now())"
    )

    def message(row: int, canary: int, text: str, channel: str = "flash_sms") -> None:
        case.con.execute(
            "INSERT INTO signal VALUES (1, $row, $at, 'UTC', $channel, '10690000', $key, $canary, NULL, $text, '')",
            {
                "row": row,
                "at": START,
                "channel": channel,
                "key": 8614000000000 + canary,
                "canary": canary,
                "text": text,
            },
        )

    claim = say(case, "members_only", quote="闪信只发会员")
    message(1, 1, "【某某】促销")
    assert _verdict(case, claim)[0] == "untestable"  # nobody knows whose it is
    message(2, 1, "【翎榷】促销", "sms")
    found, numbers, _ = _verdict(case, claim)
    assert (found, numbers["sms_of_the_same_sender"]) == ("consistent", 1)
    assert _verdict(case, say(case, "members_only"))[0] == "contradicted"  # of any message
    message(3, 1, "【翎榷】促销")
    found, numbers, _ = _verdict(case, claim)
    assert (found, numbers["messages"], numbers["canaries"]) == ("contradicted", 1, 1)
