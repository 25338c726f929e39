"""Grades stand off all boxes, texts and one another, in every view, at size; the script's rule is Python's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
