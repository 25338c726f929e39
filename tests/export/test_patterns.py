"""What the scan looks for, as one would write it, next to the form of it in which `re` is quick."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from tracer.export.scan.candidates import (
    _EXPONENT,
    _GAP,
    _GROUPED,
    _LATIN,
    LEAST,
    MOST,
    _grouped_digits,
    _is_number,
    emails,
)
from tracer.spellings.escapes import _ESCAPES, RewritingStep, TextReading

PLAINLY: dict[str, tuple[str, Callable[[str], Iterator[re.Match[str]]]]] = {
    "emails": (r"[\w.+%&'*/=?^`{|}~!#$-]{1,64}@(?:[\w-]+\.)+[\w-]{2,}", emails),
    "words": (r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?:[ \u00a0][^\W\d_]+(?:[-'’][^\W\d_]+)*)+", _LATIN.finditer),
    "exponents": (r"(?<![\d.])(\d)\.(\d{6,14})[eE]\+?(\d{1,2})(?!\d)", _EXPONENT.finditer),
    "groups": (rf"(?<![\d.,])(?:[+＋]\s?)?\(?\d+(?:{_GAP}\d+)+", _GROUPED.finditer),
    "escapes": (
        r"\\+u\{([0-9a-fA-F]{1,6})\}|\\+u([0-9a-fA-F]{4})|\\+U([0-9a-fA-F]{8})|\\+x([0-9a-fA-F]{2})"
        r"|%([0-9a-fA-F]{2})|=([0-9A-F]{2})|_x([0-9a-fA-F]{4})_",
        _ESCAPES.finditer,
    ),
}
SIGNS = "aaAbl王1230.. @@-+(,'’_%=\\\\ux{}E\n\u00a0"
ENDS = ("", "1.1400123e+10 b@c.de", "x" * 80 + "@b.aa a b", "\\u0031\\\\x41%31", "@@a@b.cc@d.ee")


def texts() -> Iterator[str]:
    draw = random.Random(20)
    for length in [*range(30)] * 100 + [2000] * 20:
        yield "".join(draw.choices(SIGNS, k=length)) + draw.choice(ENDS)


@pytest.mark.parametrize("what", sorted(PLAINLY))
def test_what_is_looked_for_quickly_is_what_is_meant(what: str) -> None:
    plainly, quickly = PLAINLY[what]
    found = 0
    for text in texts():
        meant = [(match.span(), match.groups()) for match in re.finditer(plainly, text)]
        assert [(match.span(), match.groups()) for match in quickly(text)] == meant
        found += len(meant)
    assert found > 100


def test_a_rewritten_text_knows_the_way_back() -> None:
    pattern, moved = re.compile(r"\d+|b"), 0
    for text in texts():
        step = RewritingStep(text, pattern, lambda match: match.group(0) if match.group(0) == "1" else "<>")
        said = TextReading(text).rewritten(pattern, lambda match: match.group(0) if match.group(0) == "1" else "<>")
        for (start, end), old in zip(*step.stretches, strict=True):
            assert said.text[start:end] in ("<>", "1")
            assert said.back(start, end) == old
            moved += (start, end) != old
        assert said.text != text or not said.steps
    assert moved > 100


PIECES = ("1", "13", "138", "0", "86", "021", "5", "00", *"+() -,./", "8888", "12345678", "4001")


def every_group(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Neighbouring groups that are a number, each run of them tried."""
    whole = match.group(0)
    tokens = list(re.finditer(r"\d+", whole))
    abroad = whole.lstrip().startswith(("+", "＋"))
    for first, token in enumerate(tokens):
        if token.group(0) == "0" and whole[token.end() : token.end() + 1] == ".":
            continue
        for last in range(first + 1, min(first + 18, len(tokens))):
            run = tokens[first : last + 1]
            digits = "".join(one.group(0) for one in run)
            gaps = [whole[a.end() : b.start()] for a, b in pairwise(run)]
            likely = (abroad and first == 0) or re.match("00|86|0?1[3-9]", digits) or last - first <= 4
            if LEAST <= len(digits) <= MOST and likely:
                groups = tuple(len(one.group(0)) for one in run)
                if _is_number(digits, groups, gaps, international=abroad and first == 0):
                    yield digits, match.start() + token.start(), match.start() + run[-1].end()


def test_groups_that_cannot_be_a_number_are_left_early_and_no_others() -> None:
    draw, found = random.Random(5), 0
    for length in [*range(3, 25)] * 150:
        for match in _GROUPED.finditer("".join(draw.choices(PIECES, k=length))):
            meant = list(every_group(match))
            assert [(one.digits, one.start, one.end) for one in _grouped_digits(match)] == meant
            found += len(meant)
    assert found > 1000
