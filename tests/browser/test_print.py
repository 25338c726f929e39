"""The page on paper: first the story, then a sheet of summary and picture; then all runs on, at the size that it was
set in."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Open, market_with_waterfall
from tests.export.market_findings import leaving
from tracer.export.formats import render

pytestmark = pytest.mark.slow("Chromium draws the page")

Readers = Callable[[str], pypdf.PdfReader]
A4 = (595, 842)
BOTTOM = 40.0
"""Points of the lower margin."""
MOST_VOID = 0.2
"""Of a page's height: a row with its reasons, or a heading with its first row, goes to the next page as a whole."""


MOST_PAGES = 14
"""Pages that are looked at: on those behind them the same tables and cards go on."""


@pytest.fixture(scope="module")
def readers(browser: Browser, page_file: Path, big_file: Path) -> Readers:
    """The market's page, printed; the same in Chinese; the page of 300 nodes: each once."""
    files = {"market": page_file, "chinese_market": page_file, "big": big_file}
    return cache(lambda name: printed(browser, files[name], chinese=name == "chinese_market"))


def printed(browser: Browser, path: Path, *, chinese: bool = False) -> pypdf.PdfReader:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("!document.getElementById('packed')")
    if chinese:
        page.click("#language")
    pdf = page.pdf(prefer_css_page_size=True)
    context.close()
    return pypdf.PdfReader(io.BytesIO(pdf))


def texts(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """Height above the page's foot, size and text of all that is written, in points."""
    found: list[tuple[float, float, str]] = []

    def seen(text: str, matrix: list[float], within: list[float], _: Any, size: float) -> None:
        if text.strip():
            place = within[5] * matrix[3] + matrix[5]
            found.append((place, abs(size * within[3] * matrix[3]), text.strip()))

    page.extract_text(visitor_text=seen)
    return found


@pytest.mark.parametrize("file", ["market", "chinese_market", "big"])
def test_no_page_breaks_off(readers: Readers, file: str) -> None:
    pages = readers(file).pages
    assert len(pages) > 5
    for number, page in enumerate(pages[: min(len(pages) - 1, MOST_PAGES)], start=1):
        height = float(page.mediabox.height)
        lowest = min(place for place, _, _ in texts(page))
        assert lowest - BOTTOM < MOST_VOID * height, f"page {number} of {len(pages)} ends {lowest:.0f} above its foot"


@pytest.mark.parametrize("file", ["market", "chinese_market", "big"])
def test_the_first_page_is_the_story(readers: Readers, file: str) -> None:
    first = readers(file).pages[0]
    assert [round(float(side)) for side in (first.mediabox.width, first.mediabox.height)] == [*A4]
    said = " ".join(first.extract_text().split())
    for part in ("合同到期", "持有") if file == "chinese_market" else ("after its contract ended", "speaks against"):
        assert part in said
    sizes = [size for _, size, _ in texts(first)]
    # 11 pixels on the screen are 8.25 points.
    assert min(size for size in sizes if size > 7.6) >= 7.9


@pytest.mark.parametrize(("file", "lying"), [("market", True), ("big", False)])
def test_the_second_page_is_summary_and_picture(readers: Readers, file: str, lying: bool) -> None:
    _, first, second, *_ = readers(file).pages[:4]
    size = [round(float(side)) for side in (first.mediabox.width, first.mediabox.height)]
    assert size == [*(reversed(A4) if lying else A4)]
    said = " ".join(first.extract_text().split())
    parts = (
        "These lists came from copy",
        "Where the data went",
        "Right of reply",
        "Lines",
        "G3",
        "document or admission",
    )
    assert [part for part in parts if part not in said] == []
    assert "untick" not in said
    assert "What this does not say" in second.extract_text()
    assert round(float(second.mediabox.width)) == A4[0]


def test_it_is_printed_at_its_own_size(readers: Readers) -> None:
    """A browser shrinks the whole print where a table is wider than the paper."""
    second = readers("market").pages[2]
    assert max(size for _, size, text in texts(second) if "say" in text) == pytest.approx(15.0, abs=0.3)


def test_dark_is_for_the_screen(page: Page) -> None:
    page.click("#theme")
    page.emulate_media(media="print", color_scheme="dark")
    told = page.evaluate(
        """() => ['--paper', '--mark', '--retained'].map((name) =>
            getComputedStyle(document.documentElement).getPropertyValue(name).trim())"""
    )
    assert told == ["#fff", "#1c1b19", "#b93a12"]


def test_nothing_asks_for_a_pointer(page: Page) -> None:
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, .why, .asked')]
            .filter((element) => element.getClientRects().length).map((element) => element.outerHTML)"""
    )
    assert shown == []


def test_a_day_is_not_broken(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 900})
    heights = page.evaluate(
        """() => [...document.querySelectorAll('td.as-day')].map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getClientRects().length;
        })"""
    )
    assert len(heights) > 10
    assert set(heights) == {1}


def test_the_printed_report_shows_its_grades(open_page: Open, tmp_path: Path) -> None:
    """White letters on black: a browser that leaves backgrounds out would print white on white."""
    path = tmp_path / "report.html"
    path.write_bytes(render(leaving(market_with_waterfall()), "html", "report")[""])
    page = open_page(path)
    page.emulate_media(media="print")
    kept = page.evaluate(
        "() => [...document.querySelectorAll('.G3, .G4')].map((badge) => getComputedStyle(badge).printColorAdjust)"
    )
    assert kept
    assert set(kept) == {"exact"}
