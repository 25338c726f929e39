"""The page at size, its first screen and its grades: soon there, grouped, off all boxes, texts and one another."""

from __future__ import annotations

import re
import time
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.labels import troubles

pytestmark = pytest.mark.slow("Chromium draws the page")

VIEWS = ("parties", "lists", "time")
PLACES = """() => Object.fromEntries([...document.querySelectorAll('#lines .line:not(.away) .mark')].map((mark) =>
    [mark.closest('.line').dataset.id, mark.getAttribute('transform')]))"""


@pytest.mark.parametrize("view", VIEWS)
def test_at_three_hundred_nodes_no_grade_touches_a_box(open_page: Open, big_file: Path, view: str) -> None:
    page = open_page(big_file)
    page.check(f'input[name="view"][value="{view}"]', force=True)
    wrong, measured = troubles(page)
    assert measured > 200
    assert wrong == []


def test_no_grade_touches_a_card_that_was_opened(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file)
    toggles = page.locator(".toggle")
    for number in range(0, toggles.count(), 3):
        toggles.nth(number).dispatch_event("click")
        wrong, measured = troubles(page)
        assert measured > 40
        assert [text for text in wrong if text.startswith("a mark")] == []


def test_the_script_places_grades_where_python_does(open_page: Open, page_file: Path) -> None:
    def places(script: bool) -> dict[str, tuple[float, ...]]:
        page = open_page(page_file, java_script_enabled=script)
        if script:
            page.check('input[name="view"][value="lists"]', force=True)
        found = page.locator("#picture").evaluate(PLACES)
        return {name: tuple(map(float, re.findall(r"-?[\d.]+", place))) for name, place in found.items()}

    ours, theirs = places(False), places(True)
    both = ours.keys() & theirs.keys()
    assert len(both) > 15
    near = [name for name in both if all(abs(a - b) <= 2 for a, b in zip(ours[name], theirs[name], strict=True))]
    assert len(near) / len(both) >= 0.95  # coordinates are rounded for the script, which may tip a close choice


FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"


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


def test_many_parties_are_grouped(open_page: Open, big_file: Path) -> None:
    page = open_page(big_file)
    groups = page.locator("#cards .card.c-group")
    assert groups.count() >= 2
    assert page.locator("#cards .card").count() <= 120
    name = groups.first.locator(".name").first.text_content() or ""  # the second is in the other language
    groups.first.locator("a.head").click()
    members = page.locator("#panel .members li")
    assert members.count() == int(name.removeprefix("+ "))
    members.first.locator("a").click()
    expect(page.locator("#panel dl").first).to_contain_text("Role")


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
    assert page.locator(".abouts article").count() > 300
    name = page.locator("#panel h3 bdi").first.text_content()
    page.locator("#language").click()
    expect(page.locator("#panel h3 bdi").first).not_to_have_text(name or "")
    assert said == []


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
