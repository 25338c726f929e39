"""The page on paper: the story and the map on a few sheets; the part for experts only where it was opened."""

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


MOST_SHEETS = 12
MOST_PAGES = 14
"""Pages that are looked at: on those behind them the same tables and cards go on."""


@pytest.fixture(scope="module")
def readers(browser: Browser, page_file: Path, big_file: Path) -> Readers:
    """The market's page, printed; the same in Chinese; the page of 300 nodes: each once."""
    files = {"market": page_file, "chinese_market": page_file, "big": big_file, "opened": page_file}
    return cache(lambda name: printed(browser, files[name], chinese=name == "chinese_market", opened=name == "opened"))


def printed(browser: Browser, path: Path, *, chinese: bool = False, opened: bool = False) -> pypdf.PdfReader:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("!document.getElementById('packed')")
    if chinese:
        page.click("#language")
    if opened:
        page.evaluate("document.getElementById('experts').open = true")
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
def test_it_is_a_few_sheets_without_the_part_for_experts(readers: Readers, file: str) -> None:
    pages = readers(file).pages
    assert 2 <= len(pages) <= MOST_SHEETS
    assert [round(float(side)) for side in (pages[0].mediabox.width, pages[0].mediabox.height)] == [*A4]
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    story, last = (
        ("合同到期", "供专业读者") if file == "chinese_market" else ("after its contract ended", "For experts")
    )
    assert story in " ".join(pages[0].extract_text().split())
    assert last not in said
    # 11 pixels on the screen are 8.25 points.
    sizes = [size for page in pages for _, size, _ in texts(page)]
    assert min(sizes) >= 8.2


def test_what_was_opened_is_printed(readers: Readers) -> None:
    pages = readers("opened").pages
    said = " ".join(page.extract_text() for page in pages)
    assert "Resale chains" in said
    for number, page in enumerate(pages[3:MOST_PAGES], start=4):
        height = float(page.mediabox.height)
        lowest = min(place for place, _, _ in texts(page))
        assert lowest - BOTTOM < MOST_VOID * height, f"page {number} of {len(pages)} ends {lowest:.0f} above its foot"


def test_it_is_printed_at_its_own_size(readers: Readers) -> None:
    """A browser shrinks the whole print where a table is wider than the paper."""
    found = [(size, text) for page in readers("opened").pages for _, size, text in texts(page)]
    assert max(size for size, text in found if "not say" in text) == pytest.approx(15.0, abs=0.3)


def test_dark_is_for_the_screen(page: Page) -> None:
    page.click("#theme")
    page.emulate_media(media="print", color_scheme="dark")
    told = page.evaluate(
        """() => ['--paper', '--mark', '--beyond'].map((name) =>
            getComputedStyle(document.documentElement).getPropertyValue(name).trim())"""
    )
    assert told == ["#ffffff", "#1c1b19", "#b3340f"]


def test_nothing_asks_for_a_pointer(page: Page) -> None:
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, .why, .asked')]
            .filter((element) => element.getClientRects().length).map((element) => element.outerHTML)"""
    )
    assert shown == []


def test_a_day_is_not_broken(page: Page) -> None:
    page.evaluate("document.getElementById('experts').open = true")
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


@pytest.mark.parametrize("file", ["market", "chinese_market"])
def test_the_map_lies_on_a_sheet_of_its_own_with_its_heading(readers: Readers, file: str) -> None:
    pages, heading = readers(file).pages, "数据流向" if file == "chinese_market" else "Where the data went"
    lying = [page for page in pages if page.mediabox.width > page.mediabox.height]
    assert len(lying) == 1
    said = lying[0].extract_text()
    assert heading in said
    assert sum(heading in page.extract_text() for page in pages) == 1
    assert "G2" in said


def test_the_matrix_is_not_left_out_without_a_word(readers: Readers) -> None:
    assert any("on the screen only" in page.extract_text() for page in readers("opened").pages)


def test_a_map_that_is_too_wide_is_cut_between_its_cards(open_page: Open, big_file: Path) -> None:
    page = open_page(big_file)
    page.wait_for_function("!document.getElementById('packed')")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    parts, rows = page.evaluate(
        """() => [[...document.querySelectorAll('.slice')].map((one) => {
            const [, y, , high] = one.getAttribute('viewBox').split(' ').map(Number);
            return [y, y + high, getComputedStyle(one).breakInside];
        }), [...document.querySelectorAll('#map .card:not(.off)')].map((one) => {
            const y = Number(one.getAttribute('transform').match(/ (-?[0-9.]+)/)[1]);
            return [y, y + Number(one.querySelector('.frame').getAttribute('height'))];
        })]"""
    )
    assert len(parts) == len(rows) > 3
    assert {one for _, _, one in parts} == {"avoid"}
    assert all(any(top <= y and end <= foot for top, foot, _ in parts) for y, end in rows)
    written = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
    for name in page.locator("#map .card:not(.off) .down .only-en text:first-child").all_text_contents():
        assert name.split()[0] in written
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".slice").count() == 0
