"""The numbers that a claim was tested by, as labels with their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracer.dossier.vocabulary import FIRST_NUMBERS
from tracer.findings.statements.headlines import Row, numbers_of
from tracer.wording.voice import Voice, key_of, word

CLAIM_REFS: Mapping[str, str] = {
    "source": "dataset",
    "seen_in": "dataset",
    "witnesses": "dataset",
    "found_in": "dataset",
    "holder": "party",
    "other_party": "party",
}
"""Numbers of a claim that are ids -> of what."""
WORDED = frozenset({"against", "basis", "channels", "collected_under", "failed", "only", "used_under"})
"""Numbers whose values are words of the tool, not ids or dates."""


def key_numbers(row: Row, voice: Voice) -> tuple[str, ...]:
    """The first numbers of a claim, one text each."""
    numbers, colon = numbers_of(row), ": " if voice.lang == "en" else "："
    return tuple(
        f"{number_label(name, voice.lang)}{colon}{number_text(name, numbers[name], voice)}"
        for name in FIRST_NUMBERS.get(str(row["kind"]), ())
        if numbers.get(name) not in (None, [], "")
    )


def number_text(name: str, value: object, voice: Voice) -> str:
    """A value of the number `name` in words."""
    if isinstance(value, list | tuple):
        return (", " if voice.lang == "en" else "、").join(number_text(name, one, voice) for one in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return number_value(name, str(value), voice.lang)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def number_label(name: str, lang: str) -> str:
    """What the number `name` is called in `lang`; one that no catalogue knows by its own name."""
    key = key_of("number", name)
    return name.replace("_", " ") if key is None else word(key, lang)


def number_labels(names: Iterable[str], lang: str) -> list[str]:
    """What several numbers are called."""
    return [number_label(name, lang) for name in names]


def number_value(name: str, text: str, lang: str) -> str:
    """A value of the number `name` in `lang`, where it is a word of the tool's; ids, dates and figures stay."""
    if name not in WORDED:
        return text
    key = key_of("value", text)
    return text.replace("_", " ") if key is None else word(key, lang)
