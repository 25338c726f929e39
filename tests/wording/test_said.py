"""Codes become sentences in two languages that can say the same."""

from __future__ import annotations

import doctest
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from tracer.ask.named import load_queries
from tracer.errors import UsageError
from tracer.wording import chinese, english, said
from tracer.wording.said import BrokenCatalogue, Said, check, sentence

PAIR: dict[str, Any] = {
    "parent": "a", "child": "b", "parent_day": "2026-04-01", "child_day": "2026-01-12", "probability": 0.97,
}  # fmt: skip
MOVE: dict[str, Any] = {
    "parent": "a",
    "child": "b",
    "before": 0.951,
    "after": None,
    "grade_before": "G2",
    "grade_after": "none",
}
JUDGED: dict[str, Any] = {
    "judgements": [{"judgement": 3, "a": "a", "b": "c", "verdict": "reject"}],
    "facts": ["fact.datasets"],
}
SALE: dict[str, Any] = {
    "seller": "x", "buyer": "y", "day": None, "documents": ["bill"], "parent": "a", "child": "b", "probability": 0.6,
    "opposite": 0.2,
}  # fmt: skip
NUMBERS: dict[str, dict[str, Any]] = {
    "impossible_dates": PAIR, "reversed_dates": PAIR, "own_copied": PAIR, "versions_reversed": PAIR,
    "same_bytes": {"datasets": ["a", "b", "c"]},
    "undated_versions": {"datasets": ["a", "b"], "undated": ["b"], "probability": 0.7},
    "direction_open": {"datasets": ["a", "b"], "ask": ["ask.created", "ask.third"], "probability": 0.88},
    **dict.fromkeys(("sale.agrees", "sale_reversed", "sale.open", "sale.no_tie"), SALE),
    "moved": MOVE, "because.judgement": JUDGED, "because.both": JUDGED, "because.other": JUDGED,
    "because.unrecorded": {}, "untraced.never": {}, "untraced.changed": {"run": 3, "at": "2026-01-05 12:00"},
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(english.SENTENCES))
@pytest.mark.parametrize("lang", said.LANGUAGES)
def test_every_code_is_said_with_all_its_numbers(code: str, lang: str) -> None:
    text = sentence(Said(code, NUMBERS[code]), lang)
    assert "{" not in text
    assert text.endswith("." if lang == "en" else "。")


def test_days_and_sureness_are_those_of_the_language() -> None:
    told = sentence(Said("reversed_dates", PAIR))
    assert "12 January 2026" in told
    assert "very likely, 97%" in told
    assert "2026年1月12日" in sentence(Said("reversed_dates", PAIR), "zh")
    assert sentence(Said("moved", MOVE)) == "a → b: 95% before, under 5% now (G2 → none)."
    assert sentence(Said("because.judgement", JUDGED)) == "Nothing changed but judgement 3 (a → c: rejected)."


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "practically certain, >99%"),
        (0.99, "practically certain, 99%"),
        (0.9858, "very likely, 98%"),
        (0.95, "very likely, 95%"),
        (0.8, "likely, 80%"),
        (0.5, "more likely than not, 50%"),
    ],
)
def test_how_sure_is_said_in_words_of_fixed_meaning(probability: float, words: str) -> None:
    assert f"({words})" in sentence(Said("own_copied", {**PAIR, "probability": probability}))


def test_what_is_lacking_is_a_fault_and_what_is_mistyped_is_told() -> None:
    with pytest.raises(BrokenCatalogue, match="no_such_code"):
        sentence(Said("no_such_code"))
    with pytest.raises(BrokenCatalogue, match="parent_day"):
        sentence(Said("reversed_dates", {"parent": "a", "child": "b", "child_day": "2026-01-01", "probability": 0.9}))
    with pytest.raises(UsageError, match="unknown language 'fr'"):
        sentence(Said("same_bytes", {"datasets": ["a", "b"]}), "fr")


def test_a_code_in_one_language_only_is_an_error_when_the_catalogues_are_loaded() -> None:
    def catalogue(**sentences: str) -> ModuleType:
        return cast("ModuleType", SimpleNamespace(SENTENCES=sentences, WORDS={}))

    check(english, chinese)
    with pytest.raises(BrokenCatalogue, match="two is written in one language only"):
        check(catalogue(one="x", two="y"), catalogue(one="z"))
    with pytest.raises(BrokenCatalogue, match="one takes other numbers"):
        check(catalogue(one="{a:day}"), catalogue(one="{a}"))


def test_every_kind_of_warning_is_said_and_declared() -> None:
    column = next(column for column in load_queries()["warnings"].columns if column.name == "kind")
    declared = set(column.text.split(", "))
    assert declared == {code for code in english.SENTENCES if "." not in code and code != "moved"}


def test_the_example_in_the_docstring_holds() -> None:
    assert doctest.testmod(said).failed == 0
