"""A statement as a value, and the one place where it becomes a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TypeAlias

from tracer.documents import json_of
from tracer.errors import TracerError, UsageError
from tracer.wording import chinese, english
from tracer.wording.speaker import Speaker, placeholders

Number: TypeAlias = str | int | float | Sequence[object] | None
"""An id, a day (ISO 8601), a count, a probability, a code of `WORDS`, or several of these."""


class BrokenCatalogue(TracerError):
    """A code that one language says and another does not: a fault of the installation."""


@dataclass(frozen=True)
class Said:
    """One statement: what it says, as a code, and the numbers that it says it with."""

    code: str
    """A key of the catalogues."""
    numbers: Mapping[str, Number] = field(default_factory=dict)


def sentence(said: Said, lang: str = "en") -> str:
    """The statement in words.

    >>> sentence(Said("same_bytes", {"datasets": ["a", "b"]}))
    'a and b are the same file, byte for byte. They are one source, not several.'

    Raises:
        UsageError: a language that nobody has written.
        BrokenCatalogue: a code or number that the catalogue does not know.
    """
    if lang not in _SPEAKERS:
        raise UsageError(f"unknown language {lang!r}", where="lang", remedy=f"use one of: {', '.join(LANGUAGES)}")
    try:
        return _SPEAKERS[lang].say(said.code, said.numbers)
    except (KeyError, ValueError) as error:
        raise BrokenCatalogue(f"cannot say {said.code!r}: {error}", where=f"wording.{lang}") from error


def sentence_of(text: str) -> str:
    """The sentence of a statement as a query gives it: JSON with `code`, `lang`, and the numbers beside them."""
    value = json_of(text)
    lang, code = value.pop("lang"), value.pop("code")
    return sentence(Said(code, value), lang)


def check(first: ModuleType, second: ModuleType) -> None:
    """Raise `BrokenCatalogue` where two catalogues differ in what they can say, or in the numbers that they need."""
    for table in ("SENTENCES", "WORDS"):
        one, other = getattr(first, table), getattr(second, table)
        lacking = sorted(set(one) ^ set(other))
        if lacking:
            raise BrokenCatalogue(f"{', '.join(lacking)} is written in one language only", where="wording")
        for code in one:
            if placeholders(one[code]) != placeholders(other[code]):
                raise BrokenCatalogue(f"{code} takes other numbers in another language", where="wording")


check(english, chinese)
_SPEAKERS = {"en": Speaker(english), "zh": Speaker(chinese)}
LANGUAGES = tuple(_SPEAKERS)
"""The languages that a statement can be said in; the first is the default."""
