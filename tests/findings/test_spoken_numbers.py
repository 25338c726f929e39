"""Sentences of the findings agree with their numbers, and no two of them contradict each other."""

from __future__ import annotations

import re

import pytest

from tests.findings.marked_world import World
from tests.findings.test_attribution import by_release, marked
from tracer.export.report.sentences import in_language, known
from tracer.export.wording import Names, Wording
from tracer.findings.attribution import attribute
from tracer.findings.derivation.edges import _odds
from tracer.findings.retention.words import _times


@pytest.mark.parametrize("canaries", [0, 1, 2])
@pytest.mark.parametrize("share", [0.1, 0.97])
def test_what_no_canary_rules_out_is_not_there(canaries: int, share: float) -> None:
    world = World()
    copy = marked(world, each=5)["r1"]
    ordinary, planted = copy[:-5], copy[-5:]
    world.dataset("found", "trader", [*ordinary[: int(len(ordinary) * share)], *planted[:canaries]])
    row = by_release(attribute(world.con, "found"))["r1"]
    told = " ".join((*row.reasons, *row.against))
    assert ("rules out that 45%" in told) == (canaries == 0 and share < 0.45)
    assert ("although 97.0% of its ordinary contacts are: they were taken out" in told) == (
        not canaries and share > 0.5
    )
    assert not re.search(r"\b1 canaries|\b1 of the 5 canaries of release \S+ stand in", told)
    assert all(
        known(text) and not re.search("stand|canar", in_language(text, "zh")) for text in (*row.reasons, *row.against)
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "1 canary of release r stands in d.",
        "3 canaries of release r stand in d.",
        "1 home canary of the client stands there: its own database or the register leaked, not this copy.",
        "1 canary of no release stands there: the list of canaries may have leaked.",
        "1 canary of the client's other releases stands there, and no other release that is named explains it.",
        "1 of the canaries seen is shared with other releases by the code.",
        "1 of the canaries seen stands in other releases too (r2).",
        "1 canary stands in this copy",
    ],
)
def test_one_canary_is_said_in_chinese_too(sentence: str) -> None:
    assert not re.search("[a-z]{4}", in_language(sentence, "zh"))


@pytest.mark.parametrize(
    ("seen", "words"), [(0, "none of its 4 canaries is"), (1, "1 of its 4 canaries is"), (3, "3 of its 4 canaries are")]
)
def test_how_many_canaries_are_in_it(seen: int, words: str) -> None:
    assert Wording(Names()).marks({"canaries_seen": seen, "canaries_planted": 4}) == f"{words} in it"


@pytest.mark.parametrize(
    ("other", "this", "odds"), [(0.01, 0.83, "1:83"), (0.3, 0.6, "1:2.0"), (0.6, 0.2, "3.0:1"), (0.8, 0.02, "40:1")]
)
def test_the_likelier_alternative_comes_first(other: float, this: float, odds: str) -> None:
    assert _odds(other, this) == odds


@pytest.mark.parametrize(
    ("nats", "words"), [(1.0, "2.7 times"), (7.0, "1,100 times"), (56.0, "more than a million times")]
)
def test_a_weight_is_said_as_how_many_times_likelier(nats: float, words: str) -> None:
    assert _times(nats) == words
    text = "Canaries, withheld rows and vintages fit this copy better than every other: they are {} likelier with it."
    assert "倍" in in_language(text.format(words), "zh")
