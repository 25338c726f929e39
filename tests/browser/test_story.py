"""The first screen as Chromium draws it: where the picture is, how large its type, and that no word meets another."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open

pytestmark = pytest.mark.slow("Chromium draws the page")

_LINES = """() => [...document.querySelectorAll('#story svg, #also svg')].filter((one) => one.getClientRects().length)
  .map((picture) => {
    const frame = picture.getBoundingClientRect(), scale = picture.getScreenCTM().a, lines = [];
    for (const text of picture.querySelectorAll('text')) {
      const size = parseFloat(getComputedStyle(text).fontSize) * scale, parts = [...text.childNodes];
      for (const part of parts) {
        const range = document.createRange();
        range.selectNodeContents(part);
        const { left, top, right, bottom } = range.getBoundingClientRect();
        const box = [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
        lines.push([part.textContent, ...box, size]);
      }
    }
    return { top: frame.top, wide: frame.width, high: frame.height, lines };
  })"""
"""Each picture that is shown, with the lines of its texts as boxes within it."""
_AIR = 4.0
"""A line's box has this much space above and below the letters."""


@pytest.mark.parametrize("file", ["page_file", "big_file"])
def test_the_story_is_seen_at_once_and_can_be_read(open_page: Open, file: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(file)
    page = open_page(path)
    for _ in range(2):
        for across in (1440, 768, 390):
            page.set_viewport_size({"width": across, "height": 900})
            _read(page, across)
        page.click("#language")


def _read(page: Page, across: int) -> None:
    pictures = page.evaluate(_LINES)
    assert len(pictures) >= 3
    assert pictures[0]["top"] < 600
    assert pictures[0]["wide"] == {1440: 1080, 768: 700, 390: 350}[across]
    assert page.evaluate("document.documentElement.scrollWidth") <= across
    for picture in pictures:
        lines = picture["lines"]
        assert [line for line in lines if line[5] < 11] == []
        assert [
            line for line in lines
            if line[1] < -1 or line[3] > picture["wide"] + 1 or line[2] < -_AIR or line[4] > picture["high"] + _AIR
        ] == []  # fmt: skip
        assert [
            (one[0], other[0]) for one, other in combinations(lines, 2)
            if one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5
            and one[2] < other[4] - _AIR and other[2] < one[4] - _AIR
        ] == []  # fmt: skip
