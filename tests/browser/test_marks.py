"""The page at size and its first screen: soon there, not too large, read at once."""

from __future__ import annotations

import time
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.slow("Chromium draws the page")

FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"


HEIGHTS = {1440: 8_000, 390: 14_000}
"""Width -> pixels of the whole page, its folded parts folded."""


@pytest.mark.parametrize("file", ["page_file", "big_file"])
def test_it_is_read_in_a_few_screens(open_page: Open, file: str, request: pytest.FixtureRequest) -> None:
    for across, most in HEIGHTS.items():
        page = open_page(request.getfixturevalue(file), viewport={"width": across, "height": 900})
        assert page.evaluate("document.documentElement.scrollHeight") <= most


def test_three_hundred_nodes_are_under_a_megabyte_and_painted_within_a_second(open_page: Open, big_file: Path) -> None:
    assert big_file.stat().st_size < 1_000_000
    painted = []
    for _ in range(3):  # the machine may be busy: the best of three is the page's own
        page = open_page(big_file)
        deadline = time.monotonic() + 10
        while page.evaluate(FIRST_PAINT) < 0 and time.monotonic() < deadline:
            page.wait_for_timeout(50)
        painted.append(page.evaluate(FIRST_PAINT))
        assert 0 < min(painted) < 1000


def test_what_is_packed_is_there(open_page: Open, big_file: Path) -> None:
    """By a link, in the other language, and for who reads the file itself no more than it says."""
    held = big_file.read_text(encoding="utf-8")
    assert 'id="packed"' in held
    assert "<article" not in held
    page = open_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(big_file.as_uri() + "#at=data-trader-1")
    expect(page.locator("#panel h3").first).to_contain_text("data-trader-1")
    assert page.locator(".abouts article").count() > 200
    page.locator("#language").click()
    expect(page.locator("#panel h3").first).to_contain_text("主体")
    assert said == []


_LINES = """() => [...document.querySelectorAll(':is(#story, #also) .drawn svg')]
  .filter((one) => one.getClientRects().length)
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
    assert len(pictures) >= 1
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
