"""A leak is reported once, with an update when more is known; what background explains is not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alarm.desk import DAY, Desk, put
from tracer.alarm import watch
from tracer.alarm.conclude import is_news
from tracer.case.case import Case
from tracer.signals.load import load_signals


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_leak_among_noise_is_one_conclusion_that_says_what_it_rests_on_and_what_to_do(desk: Desk) -> None:
    rng = random.Random(1)
    everyone = [*desk.controls, *desk.home, *(no for held in desk.copies.values() for no in held)]
    desk.calls("noise", rng.choices(desk.controls, k=300) + rng.choices(everyone, k=100), DAY - timedelta(days=50), 3)
    assert desk.step() == [], "400 calls that are no leak"
    desk.mails("leak", [*desk.copies["r1"], desk.copies["r1"][0]])
    (one,) = desk.step()
    assert (one["thread"], one["recipient"], one["version"]) == ("copy:r1", "v1", 1)
    assert one["said"] == (
        "v1’s copy r1 was leaked or used again: 9 mails in 2 days, to 8 of its 8 planted records."
        " How sure: practically certain, 99%."
    )
    assert desk.step() == []
    text = desk.written[0].splitlines()
    assert any("went to v1 on 1 March 2026; until when is not on record" in line for line in text)
    assert any("one in 100 years or more" in line for line in text)
    assert any(line.startswith("Next: ") for line in text)
    assert {mail["from"] for mail in one["mails"]} == {f"spam{no}.example" for no in desk.copies["r1"]}
    assert any(line.strip().startswith("2026-05-04 09:00 UTC  spam") and "“leak " in line for line in text), text
    assert "trap.example" not in desk.written[0] + json.dumps(one), "no address of a planted record leaves the case"


def test_what_changes_is_an_update_and_what_leaks_again_after_a_month_too(desk: Desk) -> None:
    desk.mails("greeted", desk.copies["r0"][:3], "您好林晓#，您的订单", DAY - timedelta(days=40))
    assert [(one["release"], one["knew"], one["sure"]) for one in desk.step()] == [("r0", 3, "very-likely")]
    desk.mails("a", desk.copies["r2"])
    (first,) = desk.step()
    desk.mails("b", desk.copies["r2"][7:], start=DAY + timedelta(days=1))
    assert desk.step() == [], "one mail more is no news"
    desk.calls("c", desk.copies["r2"][:3], DAY + timedelta(days=1))
    (update,) = desk.step()
    desk.mails("d", desk.copies["r2"], "您好林晓#", start=DAY + timedelta(days=60), sender="other")
    (again,) = desk.step()
    assert [one["version"] for one in (first, update, again)] == [1, 2, 3]
    assert {one["thread"] for one in (first, update, again)} == {"copy:r2"}
    assert (first["channels"], update["channels"]) == (["email"], ["call", "email"])
    assert update["hits"] == {"call": 3, "email": 9}
    assert again["said"].startswith("Update: v2’s copy r2")
    assert again["first"] > update["last"]


def test_a_mail_from_no_possible_day_does_not_deafen_the_alarm(desk: Desk) -> None:
    for n, year in enumerate((9999, 2100, 1990)):
        desk.mails(f"early-{n}", [desk.copies["r0"][n], desk.home[n]], start=DAY.replace(year=year, month=12, day=31))
        assert desk.step() == []
    desk.mails("leak", desk.copies["r1"])
    assert [(one["thread"], one["sure"]) for one in desk.step()] == [("copy:r1", "certain")]


def test_home_canaries_point_to_the_client_and_take_an_earlier_report_back(desk: Desk) -> None:
    desk.mails("a", desk.copies["r0"][:5])
    (first,) = desk.step()
    assert first["thread"] == "copy:r0"
    desk.mails("b", [*desk.home, *desk.copies["r1"][:4], *desk.copies["r2"][:4]], start=DAY + timedelta(hours=20))
    found = {one["thread"]: one for one in desk.step()}
    assert found["copy:r0"]["sure"] == "cannot-be-told"
    assert "cannot be told any more" in found["copy:r0"]["said"]
    assert found["register:shop"]["sure"] in ("very-likely", "certain")


def test_a_sign_of_life_comes_once_a_week_and_silence_otherwise(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def step_on(day: str) -> list[dict[str, Any]]:
        monkeypatch.setenv("TRACER_NOW", f"2026-05-{day}T10:00:00")
        desk.alarm._due = 0.0
        return desk.step()

    assert step_on("06") == []
    desk.calls("noise", desk.controls[:5] + desk.copies["r0"][:1])
    desk.put("bad.csv", "colour,size\nred,1\n")
    assert step_on("07") == step_on("12") == [], "six calls that are no leak, and a file that cannot be read"
    (sign,) = step_on("14")
    assert (sign["event"], sign["mails"], sign["records"], sign["hits"], sign["aside"]) == ("alive", 0, 6, 6, 1)
    assert sign["said"].startswith("The watch is alive. Since the last sign of life: 0 mails read, 6 calls and")
    assert step_on("15") == []
    (again,) = step_on("22")
    assert again["records"] == 0, "counted anew"


def test_what_arrives_does_not_wait_for_a_trace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.alarm.traces = True
    desk.mails("a", desk.copies["r1"])
    traced: list[str] = []

    def tracing(_: Case, progress: Callable[[str], None]) -> None:
        if not traced:
            desk.mails("b", desk.copies["r2"])
        traced.append("begun")
        progress("overlaps")
        traced.append("done")

    monkeypatch.setattr(watch, "trace", tracing)
    assert [one["thread"] for one in desk.step()] == ["copy:r1"]
    assert [one["thread"] for one in desk.step()] == ["copy:r2"]
    assert traced == ["begun", "begun", "done"]


def test_a_list_is_told_from_records_and_says_who_held_it(desk: Desk) -> None:
    phones = [phone for (phone,) in desk.con.execute("SELECT phone FROM canary").fetchall()]
    rows = "".join(f"2026-05-01,林晓,+{phone}\n" for phone in phones)
    desk.put("found.csv", "date,name,phone\n" + rows)
    desk.put("found.csv.toml", 'holder = "trader"\nobtained = 2026-05-03\nexported = 2026-05-02\nliving = false\n')
    desk.put("other.csv", "date,name,phone\n" + rows.replace("2026", "2025"))
    desk.put("bad.csv", "colour,size\nred,1\n")
    desk.put("wrong.csv", "date,name,phone\n" + rows.replace("2026", "2024"))
    desk.put("wrong.csv.toml", 'holder = "x"\nowner = "y"\nliving = "yes"\n')
    desk.step()
    lists = desk.con.execute(
        "SELECT id, holder, obtained::VARCHAR, exported::VARCHAR, living FROM dataset WHERE no > 1 ORDER BY no"
    ).fetchall()
    told = ("found", "trader", "2026-05-03", "2026-05-02", False)
    assert lists == [told, ("other", "unknown-other", None, None, None)]
    assert desk.con.execute("SELECT count(*) FROM signal").fetchone() == (0,), "a list's dates are no calls"
    assert any("bad.csv" in line and "neither records" in line for line in desk.said)
    assert any("wrong.csv.toml: invalid living, owner" in line for line in desk.said)
    assert any("its holder is unknown" in line for line in desk.said)


def test_a_list_of_somebody_else_that_holds_home_canaries_is_reported(desk: Desk) -> None:
    phones = dict(desk.con.execute("SELECT no, phone FROM canary").fetchall())
    rows = "".join(f"Lin {no},+{phones[no]}\n" for no in desk.home) + "".join(
        f"A {n},1410000{n:04}\n" for n in range(40)
    )
    desk.put("lists.csv", "name,phone\n" + rows)
    desk.put("lists.csv.toml", 'holder = "trader"\n')
    (one,) = desk.step()
    assert (one["thread"], one["grade"], [seen["holder"] for seen in one["lists"]]) == ("client:shop", "G2", ["trader"])
    assert one["said"].startswith(
        "Records planted only in shop’s own database are in a list of somebody else: list lists"
    )
    assert "tracer attribute lists" in desk.written[0]
    assert desk.step() == []


def test_a_mailing_of_ones_own_that_was_named_is_no_leak(desk: Desk) -> None:
    desk.put("plan.csv", f"release,from,until\nown,{DAY:%Y-%m-%d},{DAY + timedelta(days=2):%Y-%m-%d}\n")
    load_signals(desk.world.case, desk.folder / "plan.csv", "allowed")
    desk.mails("a", desk.home, "您好林晓#，您的订单")
    assert desk.step() == []
    desk.mails("b", desk.home, "您好林晓#，您的订单", start=DAY + timedelta(days=40), sender="other")
    assert [one["thread"] for one in desk.step()] == ["client:shop"]


def test_hits_that_are_read_again_by_the_right_region_are_news(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk.calls("noise", desk.controls * 15, DAY - timedelta(days=50), 4)
    assert desk.step() == []
    phones = dict(desk.con.execute("SELECT no, phone FROM canary").fetchall())
    rows = [
        f"{DAY + timedelta(hours=3 * i)},1411{i:07d},{str(phones[no])[2:]}" for i, no in enumerate(desk.copies["r1"])
    ]
    path = put(tmp_path_factory.mktemp("exported"), "calls.csv", "\n".join(["at,caller,called", *rows, ""]))
    assert load_signals(desk.world.case, path, region="FR").signals == 0
    desk.alarm = desk.watch()
    assert desk.step() == []
    assert load_signals(desk.world.case, path, region="CN").signals == len(rows)
    desk.alarm = desk.watch()
    assert [one["thread"] for one in desk.step()] == ["copy:r1"]


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (None, {}, True),
        ({"sure": "certain"}, {"sure": "very-likely"}, False),  # it would come and go
        ({"sure": "certain"}, {"sure": "likely"}, True),
        ({"sure": "likely"}, {"sure": "very-likely"}, True),
        ({"sure": "more-likely"}, {"sure": "cannot-be-told"}, True),
        ({"channels": ["call"]}, {"channels": ["call", "email"]}, True),
        ({"channels": ["call", "email"]}, {"channels": ["call"]}, False),
        ({"parties": []}, {"parties": ["trader"]}, True),
        ({"grade": "G3"}, {"grade": "G4"}, True),
    ],
)  # fmt: skip
def test_news(before: dict[str, object] | None, after: dict[str, object], news: bool) -> None:
    whole: dict[str, object] = {"sure": "certain", "grade": None, "channels": [], "parties": []}
    assert is_news(None if before is None else {**whole, **before}, {**whole, **after}) is news
