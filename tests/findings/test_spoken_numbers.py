"""Sentences of the findings agree with their numbers, and no two of them contradict each other."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.findings.attribution.test_attribution import by_release, marked
from tests.findings.marked_world import World
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, PValue, Reason, Times, Word
from tracer.findings.attribution import attribute
from tracer.findings.derivation import compared_with
from tracer.findings.statements import headlines
from tracer.findings.vintage import exported_reason
from tracer.wording import LANGUAGES, say


@pytest.mark.parametrize("canaries", [0, 1, 2])
@pytest.mark.parametrize("share", [0.1, 0.97])
def test_what_no_canary_rules_out_is_not_there(canaries: int, share: float) -> None:
    world = World()
    copy = marked(world, each=5)["r1"]
    ordinary, planted = copy[:-5], copy[-5:]
    world.dataset("found", "trader", [*ordinary[: int(len(ordinary) * share)], *planted[:canaries]])
    row = by_release(attribute(world.con, "found"))["r1"]
    told = " ".join(say(reason) for reason in (*row.reasons, *row.against))
    assert ("rules out, at 95%, that 45% or more" in told) == (canaries == 0 and share < 0.45)
    assert ("although 97% of its other contacts do. They were removed" in told) == (not canaries and share > 0.5)
    assert not re.search(r"\b1 of the 5|\b1 records|One of the [^.]* appear ", told)
    assert ("One of the 5 records planted in copy r1, given to vendor-1, appears in found." in told) == (canaries == 1)
    assert ("2 of the 5 records planted in copy r1, given to vendor-1, appear in found." in told) == (canaries == 2)
    assert not re.search("record|copy ", " ".join(say(reason, "zh") for reason in (*row.reasons, *row.against)))


def test_numbers_and_words_agree() -> None:
    for code, one, several in (
        ("attribution-home", "One record planted in the client’s own database appears", "3 records planted"),
        ("attribution-unreleased", "One planted record that was in no copy appears", "3 planted records that were"),
        ("attribution-siblings", "no other named copy explains it.", "no other named copy explains them."),
        ("attribution-by-design", "One of the planted records seen is by design", "3 of the planted records seen are"),
    ):
        assert one in say(Reason.of(code, n=1))
        assert several in say(Reason.of(code, n=3))
        assert "1 条" in say(Reason.of(code, n=1), "zh")
    for seen, words in (
        (0, "None of its 4 planted records appears."), (1, "1 of its 4 planted records appears."),
        (3, "3 of its 4 planted records appear."), (None, "Fewer than 20 of its 4 planted records appear."),
    ):  # fmt: skip
        assert [say(one) for one in headlines.marks({"canaries_seen": seen, "canaries_planted": 4})] == [words]
    for other, this, words in (
        (0.01, 0.83, "83 times less likely"), (0.3, 0.6, "2.0 times less likely"),
        (0.6, 0.2, "3.0 times more likely"), (0.8, 0.02, "40 times more likely"),
    ):  # fmt: skip
        relation = headlines.list_relation("hidden", DatasetRef("a"), DatasetRef("b"))
        assert words in say(compared_with(relation, other, this))
    for times, words in (
        (Times(20.3), "Any other single source fits 20 times less well, or worse."),
        (Times(1097.0), "Any other single source fits 1,100 times less well, or worse."),
        (None, "No other single source fits."),
    ):
        numbers: dict[str, Number] = {"marks": Word("planted-withheld-dates"), "vendor": PartyRef("b"), "times": times}
        said = say(Reason.of("retention-fits-best", **numbers))
        assert said == f"Planted records, withheld records and dates together point to b’s copy. {words}"


@pytest.mark.parametrize("late", [False, True])
def test_few_canaries_that_came_later_are_not_counted(late: bool) -> None:
    seen = Count(3, across_lists=late)
    for code in ("attribution-unique", "attribution-by-design"):
        said = say(Reason.of(code, seen=seen, n=seen, planted=6, chance=PValue(1e-9)))
        assert (("<20 of the" in said), ("3 of the" in said)) == (late, not late)


def test_a_copy_that_fits_is_said_with_the_day_of_its_records_and_with_whose_fits_as_well() -> None:
    numbers: dict[str, Number] = {"dataset": DatasetRef("d"), "vendor": PartyRef("v"), "day": date(2024, 2, 15)}
    exported = exported_reason(date(2024, 2, 9), date(2024, 2, 11))
    fits: dict[str, Number] = {"made": date(2024, 2, 10), "others": (PartyRef("w"),)}
    assert say(Reason.of("retention-exported-fits", **numbers, exported=exported, **fits)) == (
        "The client’s records in d were exported between 9 February 2024 and 11 February 2024 (95% range). v’s copy"
        " fits: it was given on 15 February 2024 with the records of 10 February 2024. What w was given fits as well."
    )
    alone = say(Reason.of("retention-exported-fits", **numbers, exported=exported, made=None, others=None))
    assert alone.endswith("v’s copy fits: it was given on 15 February 2024.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_window_is_said_with_its_open_ends(lang: str) -> None:
    first, days = date(2026, 1, 10), (0, 1, 9)
    ends = [(first, first + timedelta(days=n)) for n in days] + [(None, first), (first, None), (None, None)]
    dataset, client = DatasetRef("d"), PartyRef("c")
    said = [
        say(Reason.of("vintage-window", client=client, dataset=dataset, exported=exported_reason(*both)), lang)
        for both in ends
    ]
    assert len(set(said)) == len(ends)
    if lang == "en":
        assert said[1] == "c’s records in d were exported on 10 January 2026 or 11 January 2026 (95% range)."
        assert said[5] == "c’s records in d were exported on a day that nothing narrows down (95% range)."
    else:
        assert said[2] == "d 中 c 的记录于2026年1月10日至2026年1月19日之间导出（95% 区间）。"
