"""What parties say, and the numbers that it was tested by: as headlines, and as labels with their values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Text, Times, Word
from tracer.documents import json_of
from tracer.dossier.vocabulary import FIRST_NUMBERS
from tracer.wording.catalogue_files import written
from tracer.wording.headlines import Row, kebab
from tracer.wording.voice import Voice, say

CLAIM_REFS: Mapping[str, str] = {
    "source": "dataset", "seen_in": "dataset", "holder": "party", "other_party": "party",
}  # fmt: skip
"""Numbers of a claim that are ids -> of what."""
_WORDED = frozenset({"against", "basis", "channels", "collected_under", "failed", "only", "used_under"})
"""Numbers whose values are words of the tool, not ids or dates."""
_AMOUNTS = frozenset({"size", "daily-growth", "pool-size", "complaint-rate"})
"""Kinds that say how many or how much."""
_WHOLE = 10.0**15


def claim(row: Row) -> Reason:
    """A claim, in its own words too where they are known, and its verdict."""
    verdict = kebab(row["verdict"])
    against = numbers_of(row).get("against")  # `a statement` in a case that an earlier version traced
    if verdict == "contradicted" and against in ("statement", "a statement"):
        verdict = "contradicted-by-statement"
    quote = row.get("quote")
    return Reason.of(
        "headline-claim",
        says=_says(row),
        quote=Text(str(quote).rstrip(" .。")) if quote else None,
        verdict=Word(verdict),
    )


def _says(row: Row) -> Reason:
    """What is claimed."""
    kind = kebab(row["kind"])
    about = None if row.get("about") in (None, row["party"]) else PartyRef(str(row["about"]))
    added = str(row["kind"]) not in FIRST_NUMBERS
    if added or (kind in _AMOUNTS and row.get("value") is None):
        return Reason.of("claim-says-on", party=PartyRef(str(row["party"])), about=about, kind=claim_kind(row["kind"]))
    numbers: dict[str, Number] = {
        "party": PartyRef(str(row["party"])), "about": about,
        "dataset": DatasetRef(str(row["dataset"])) if row.get("dataset") else None,
        "value": _value(row.get("value"), rate=kind == "complaint-rate"),
    }  # fmt: skip
    return Reason(f"claim-says-{kind}", numbers)


def contradiction(row: Row) -> Reason:
    """Two statements that do not go together."""
    kinds = row.get("what") == "two origins"
    values = [claim_kind(row[name]) if kinds else _value(row[name]) for name in ("value_a", "value_b")]
    factor = row.get("factor")
    return Reason.of(
        "headline-contradiction", about=PartyRef(str(row["about"])), a=PartyRef(str(row["party_a"])),
        b=PartyRef(str(row["party_b"])), kind=claim_kind(row.get("claim_kind", row.get("kind"))), value_a=values[0],
        value_b=values[1], times=None if factor is None else Times(float(str(factor))),
    )  # fmt: skip


def claim_kind(kind: object) -> Reason:
    """A kind of claim, in a word or two."""
    if str(kind).replace("-", "_") not in FIRST_NUMBERS:
        return Reason.of("claim-kind-added", kind=Text(str(kind)))
    return Reason(f"page-claim-{kebab(kind)}")


def numbers_of(row: Row) -> Mapping[str, object]:
    """The numbers of a claim, which a view gives as JSON."""
    numbers = row.get("numbers")
    if isinstance(numbers, str):
        numbers = json_of(numbers)
    return numbers if isinstance(numbers, Mapping) else {}


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
    code = f"number-{kebab(name)}"
    return say(Reason(code), lang) if code in written() else name.replace("_", " ")


def number_value(name: str, text: str, lang: str) -> str:
    """A value of the number `name` in `lang`, where it is a word of the tool's; ids, dates and figures stay."""
    code = f"value-{kebab(text)}"
    if name not in _WORDED:
        return text
    return say(Reason(code), lang) if code in written() else text.replace("_", " ")


def _value(value: object, *, rate: bool = False) -> Number:
    """A claimed value as people read it; anything but a number or a day stays as it was said."""
    if value is None:
        return None
    text = str(value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        plain = float(text)
    except ValueError:
        return Text(text)
    if rate and 0 < plain < 1 and abs(1 / plain - round(1 / plain)) < 1e-6 / plain:
        return Reason.of("rate-one-in", n=round(1 / plain))
    if not math.isfinite(plain):
        return Text(text)
    return int(plain) if abs(plain) < _WHOLE and plain == int(plain) else Text(f"{plain:g}")
