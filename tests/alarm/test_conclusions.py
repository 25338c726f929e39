"""A leak is reported once, with an update when more is known; what background explains is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.alarm.desk import DAY, Desk
from tracer.alarm import follow
from tracer.alarm.conclusion import LeakReport, ListSeen, SignalsHeard, is_news
from tracer.case.case import Case


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_leak_among_noise_is_one_conclusion(desk: Desk) -> None:
    rng = random.Random(1)
    everyone = [*desk.controls, *desk.home, *(no for held in desk.copies.values() for no in held)]
    desk.calls("noise", rng.choices(desk.controls, k=300) + rng.choices(everyone, k=100), DAY - timedelta(days=50), 3)
    assert desk.step() == [], "400 calls that are no leak"
    desk.mails("leak", [*desk.copies["r1"], desk.copies["r1"][0]])
    (one,) = desk.step()
    assert (one["thread"], one["recipient"], one["version"]) == ("copy:r1", "v1", 1)
    assert one["said"] == (
        "v1’s copy r1 was leaked or used again: 9 mails in 2 days. How sure: practically certain, 99%."
    )
    assert desk.step() == []


def test_what_changes_is_an_update(desk: Desk) -> None:
    desk.mails("a", desk.copies["r2"][:7])
    (first,) = desk.step()
    desk.mails("b", desk.copies["r2"][7:], start=DAY + timedelta(days=1))
    assert desk.step() == [], "one mail more is no news"
    desk.calls("c", desk.copies["r2"][:3], DAY + timedelta(days=1))
    (update,) = desk.step()
    assert (first["thread"], first["version"], first["channels"]) == ("copy:r2", 1, ["email"])
    assert (update["version"], update["channels"], update["hits"]) == (2, ["call", "email"], {"call": 3, "email": 8})


def test_three_mails_that_greet_the_persona_are_enough(desk: Desk) -> None:
    desk.mails("a", desk.copies["r0"][:3], "您好林晓#，您的订单")
    (one,) = desk.step()
    assert (one["release"], one["knew"], one["sure"]) == ("r0", 3, "very-likely")


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


def test_what_was_there_before_the_watch_is_looked_at_too(desk: Desk, tmp_path: Path) -> None:
    desk.mails("a", desk.copies["r1"])
    desk.step()
    again = Desk(tmp_path)
    assert [one["thread"] for one in again.step()] == ["copy:r1"]


def test_a_day_is_summed_up_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-05-06T10:00:00")
    desk.step()
    desk.calls("noise", desk.controls[:5] + desk.copies["r0"][:1])
    assert desk.step() == []
    monkeypatch.setenv("TRACER_NOW", "2026-05-07T10:00:00")
    desk.alarm._due = 0.0
    (day,) = desk.step()
    assert (day["event"], day["hits"], day["controls"], day["reported"]) == ("day", 6, 5, 0)
    assert day["said"].startswith("6 May 2026: 6 calls and messages reached numbers under control")
    desk.alarm._due = 0.0
    assert desk.step() == []


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

    monkeypatch.setattr(follow, "trace", tracing)
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


def test_a_conclusion_comes_back_from_the_store_as_it_was() -> None:
    heard = SignalsHeard(DAY.date(), DAY.date(), {"call": 2}, 2, 8, 1, 0, 0.97)
    one = LeakReport("release", "r1", heard, (ListSeen("d", "trader", "G3", 0.001),))
    assert LeakReport.of(one.facts()) == one
