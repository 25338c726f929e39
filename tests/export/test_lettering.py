"""Letters of an SVG where its fonts are not: a font of its signs within it, or outlines; else it is said."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from fontTools.ttLib import TTFont

from tracer.errors import InputRefused
from tracer.export.figure import lettering
from tracer.export.figure.draw import drawing
from tracer.export.figure.lettering import lettered
from tracer.export.formats import Outgoing
from tracer.wording import say

_FONT = re.compile(r"font-family:'Figure (\d)';font-weight:(\d+);src:url\(data:font/woff;base64,([^)]*)\)")


@pytest.fixture(scope="module")
def story(leaving_once: Outgoing) -> str:
    return drawing(replace(leaving_once, of=("story",), lang="zh"))


def texts(svg: str) -> list[tuple[bool, str]]:
    """Each text with whether it is bold."""
    return [
        (one.get("font-weight") == "700", "".join(one.itertext()))
        for one in fromstring(svg).iter()
        if one.tag.endswith("}text")
    ]


def test_a_small_font_of_its_signs_goes_along(story: str) -> None:
    svg, said = lettered(story, "")
    assert said is None
    assert texts(svg) == texts(story)
    fonts = _FONT.findall(svg)
    assert {weight for _, weight, _ in fonts} == {"400", "700"}
    assert "font-family=\"'Figure 0', " in svg
    for bold in (False, True):
        has = set[int]()
        for _, weight, content in fonts:
            if (weight == "700") is bold:
                font = TTFont(io.BytesIO(base64.b64decode(content)))
                assert font.flavor == "woff"
                has |= set(font.getBestCmap())
        assert has == {ord(sign) for heavy, text in texts(story) if heavy is bold for sign in text}
    assert len(svg) - len(story) < 1.4 * lettering.MOST_EMBEDDED
    assert lettered(story, "embed")[0] == svg  # the same bytes each time


def test_outlines_are_where_the_texts_were(story: str) -> None:
    svg, said = lettered(story, "outline")
    assert said is None
    assert texts(svg) == []
    labels = [str(one.get("aria-label")) for one in fromstring(svg).iter() if one.get("aria-label")]
    assert [re.sub(r"\s", "", label) for label in labels] == [re.sub(r"\s", "", text) for _, text in texts(story)]
    boxes = [
        [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", one.get("d") or "")]
        for one in fromstring(svg).iter()
        if one.get("aria-label")
    ]
    assert min(map(len, boxes)) > 10


def test_an_anchor_is_kept() -> None:
    text = '<svg font-family="x"><text x="100" y="20" font-size="10" fill="#000000" text-anchor="{}">mm</text></svg>'
    left, right = (
        [float(x) for x in re.findall(r"[ML](-?[\d.]+)", lettered(text.format(anchor), "outline")[0])]
        for anchor in ("start", "end")
    )
    assert 100 <= min(left) < max(left) < 130
    assert 70 < min(right) < max(right) <= 100


def test_what_cannot_go_along_is_said(story: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    odd = story.replace("</desc>", '</desc><text x=\'0\'>-</text><text x="0" y="0">\U0010fffd</text>', 1)
    svg, said = lettered(odd, "")
    assert svg == odd
    assert said is not None
    assert "no font on this machine has" in say(said, "en")
    for how in ("embed", "outline"):
        with pytest.raises(InputRefused, match="U\\+10FFFD"):
            lettered(odd, how)
    monkeypatch.setattr(lettering, "MOST_EMBEDDED", 1_000)
    svg, said = lettered(story, "")
    assert svg == story
    assert said is not None
    assert "--fonts outline" in say(said, "en")
    assert lettered(story, "none") == (story, None)
