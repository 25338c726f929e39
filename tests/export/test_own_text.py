"""What the tool says itself is found in its own words, whatever way is shorter."""

from __future__ import annotations

import random

from tracer.export.scan.names import OwnText, normalised
from tracer.wording import LANGUAGES
from tracer.wording.catalogue_files import unbroken


def test_a_part_is_in_the_text_or_not() -> None:
    text = normalised("\n".join(unbroken(lang) for lang in LANGUAGES)) + " Jean-Luc's list · 王小明·李"
    own, draw = OwnText(text), random.Random(1)
    for _ in range(3_000):
        at = draw.randrange(len(text))
        part = text[at : at + draw.choice((2, 3, 4, 8, 14))].lower()
        part = part if draw.random() < 0.5 else part[:-1] + draw.choice("明b ·")
        assert (part in own) == (part in text.lower()), part
    assert "wang xiaoming" not in own
    assert "王小明" in own
