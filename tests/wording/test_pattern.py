"""Entries are read and filled in as Fluent's own library does: all of both catalogues, in many ways, and traps."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from babel.dates import format_date
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType

from tracer.wording.catalogue_files import LANGUAGES, BrokenCatalogue, filled_pattern, pattern_of, read, written_entries
from tracer.wording.voice import PLURAL, day_of, month_of

LOCALES = {"en": "en-GB", "zh": "zh-Hans-CN"}
WAYS = 6
"""Ways in which each entry is filled in."""


class Said(FluentType):
    """A value that is said by itself, and not chosen by."""

    def format(self, *_: object, **__: object) -> str:
        return "said"

    def __str__(self) -> str:
        return "said"


def _whole(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SURE": lambda value: f"sure {_whole(value)}", "ANY": lambda value: f"any {_whole(value)}",
    "HOWMANY": lambda value: int(value) if isinstance(value, int) else 0,
    "LISTOF": lambda client, dataset: f"list {_whole(client)} {_whole(dataset)}",
    "LISTED": lambda dataset: f"listed {_whole(dataset)}",
    "SPAN": lambda first, last, joint="to": f"{_whole(first)} {joint} {_whole(last)}",
}  # fmt: skip


def by_fluent(lang: str, texts: Mapping[str, str]) -> FluentBundle:
    bundle = FluentBundle([LOCALES[lang]], use_isolating=False, functions=FUNCTIONS)
    bundle.add_resource(FluentResource("\n".join(texts.values()) + "\n"))
    return bundle


def said_by(bundle: FluentBundle, code: str, given: Mapping[str, object]) -> str:
    pattern = bundle.get_message(code).value
    assert pattern is not None
    text, faults = bundle.format_pattern(pattern, dict(given))
    assert faults == []
    return str(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogues(lang: str) -> None:
    entries = written_entries(lang)
    bundle, draw = by_fluent(lang, entries), random.Random(lang)
    for code, entry in entries.items():
        keys = sorted(set(re.findall(r"\[([a-z0-9-]+)\]", entry)))
        # Fluent takes a word for the plural form of a key that is a number, too.
        words = [key for key in keys if not key.isdigit() and key not in ("one", "other")] + ["a b", "none"]
        wholes = [int(key) for key in keys if key.isdigit()] + [0, 1, 2, 1_234, 1_000_000]
        for _ in range(WAYS):
            given = {
                name: draw.choice((draw.choice(words), draw.choice(wholes), Said()))
                for name in re.findall(r"\$([a-z_]+)", entry)
            }
            expected = said_by(bundle, code, given)
            assert filled_pattern(pattern_of(lang, code), given, FUNCTIONS, PLURAL[lang]) == expected, (code, given)


@pytest.mark.parametrize(
    "value",
    [
        " a", "  a  ", " a\n    b", " a { $n } b", " {$n}{ $m }", " a \n    b ", " a\n    { $n }\n    c", " 甲{ $n }乙",
        ' {"{"} a', " { $n ->\n    [one] x\n   *[other] y\n    }", " a\n      b\n    c", " a\n    .b = c",
        "\n    a\n    b", " a\n\n    b", " { -term }", " { ANY($n) }", " { $n.a }", " a } b", " { $N-x }",
        ' {" "}', ' a{" "}', '\n  { $n ->\n   *[other] {" "}\n  }\n  z ', " { $n ->\n  [one] x\n }",
        "\n\n\n      a\n     b",
        " { $n ->\n [1]\n    p\n      q\n*[other]\n  r }", " { $n ->\n  [one] x } *[other] y }", ' { "a\\u0041" }',
        " { SPAN($n, $m, joint: \"x\") } { SPAN( $n , $m ) }", " a\n[b] c", " { 3 }",
    ],
)  # fmt: skip
def test_traps(value: str) -> None:
    try:
        pattern = read(value)
    except BrokenCatalogue:
        return  # the catalogues may not use it
    bundle, given = by_fluent("en", {"code": f"code ={value}"}), {"n": 1, "m": "x"}
    if not bundle.has_message("code"):
        return  # `test_wording` keeps it out of the catalogues
    assert filled_pattern(pattern, given, FUNCTIONS, PLURAL["en"]) == said_by(bundle, "code", given)


def test_days_are_those_of_babel() -> None:
    for month in range(1, 13):
        day = date(2026, month, 2 * month)
        assert day_of(day, "en") == format_date(day, "long", locale="en_GB")
        assert day_of(day, "zh") == format_date(day, "long", locale="zh_Hans_CN")
        assert month_of(day, "en") == format_date(day, "MMM y", locale="en_GB")
        assert month_of(day, "zh") == format_date(day, "y年M月", locale="zh_Hans_CN")
