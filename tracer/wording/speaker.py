"""How numbers are said in a language: days, lists, how sure. What follows the colon in `{day:day}` names the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from string import Formatter
from types import ModuleType
from typing import Any

SURE = ((0.99, "certain"), (0.95, "very_likely"), (0.8, "likely"), (0.5, "more_likely"), (0.0, "cannot_be_told"))
"""From which probability each of the five words is used; their keys in `WORDS` begin with `sure.`."""


def placeholders(text: str) -> set[tuple[str, str]]:
    """The numbers that a sentence needs, each with the way in which it is said."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


class Speaker(Formatter):
    """Fills in the sentences of one catalogue: a module with `SENTENCES`, `WORDS`, the joints and `day`."""

    def __init__(self, catalogue: ModuleType) -> None:
        self._sentences: Mapping[str, str] = catalogue.SENTENCES
        self._words: Mapping[str, str] = catalogue.WORDS
        self._joints: tuple[str, str] = (catalogue.JOINT, catalogue.LAST_JOINT)
        self._any: str = catalogue.ANY_JOINT
        self._day: Callable[[date], str] = catalogue.day
        self._ways: dict[str, Callable[[Any], str]] = {
            "": str, "ids": self._all, "day": lambda text: self._day(date.fromisoformat(str(text))),
            "sure": self._sure, "percent": self._percent, "word": self._words.__getitem__, "words": self._each,
            "any": lambda codes: self._any.join(self._words[code] for code in codes), "judged": self._judged,
            "on": self._on,
        }  # fmt: skip

    def say(self, code: str, numbers: Mapping[str, object]) -> str:
        """The sentence of a code. Raises KeyError for a code, number or word that is not there."""
        return self.vformat(self._sentences[code], (), numbers)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number in the way that its place asks for."""
        return self._ways[format_spec](value)

    def _all(self, items: Sequence[object]) -> str:
        *first, last = map(str, items)
        return f"{self._joints[0].join(first)}{self._joints[1]}{last}" if first else last

    def _each(self, codes: Sequence[str]) -> str:
        return self._all([self._words[code] for code in codes])

    def _on(self, text: object) -> str:
        """` on 3 May 2026`; nothing where no day is known."""
        return "" if text is None else self._words["on_day"].format(day=self._day(date.fromisoformat(str(text))))

    def _sure(self, probability: float) -> str:
        word = next(word for least, word in SURE if probability >= least)
        return self._words["sure"].format(word=self._words[f"sure.{word}"], percent=_percent(probability))

    def _percent(self, probability: float | None) -> str:
        return self._words["absent"] if probability is None else _percent(probability)

    def _judged(self, judgements: Sequence[Mapping[str, object]]) -> str:
        """Judgements with their numbers: `1 (a → b: rejected)`."""
        return self._all(
            [
                self._words["judged"].format(**{**judgement, "verdict": self._words[f"verdict.{judgement['verdict']}"]})
                for judgement in judgements
            ]
        )


def _percent(probability: float) -> str:
    """Whole per cents that are reached, so that none says more than the word beside it; never 100% or 0%."""
    if probability > 0.99:
        return ">99%"
    return "<1%" if probability < 0.01 else f"{math.floor(round(probability * 100, 6))}%"
