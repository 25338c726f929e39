"""The page under axe-core, the checker of the W3C's accessibility rules: no serious violation in any of its states."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open

pytestmark = pytest.mark.slow("Chromium draws the page")

STATES = {
    "as it opens": "",
    "show all": "document.getElementById('map-all').click()",
    "walking": "const c = document.getElementById('chain'); c.selectedIndex = 1; c.dispatchEvent(new Event('change'));"
    " document.getElementById('walk-on').click()",
    "searching": "const s = document.getElementById('search'); s.value = '易卓'; s.dispatchEvent(new Event('input'))",
    "a party": "location.hash = 'at=cti-x'",
    "for experts": "document.getElementById('experts').open = true",
    "pair": "location.hash = 'at=pair/d1-jobs/d4-leads'",
    "story alone": "location.hash = 'embed=story'",
    "graph alone": "location.hash = 'embed=graph'",
}


IN_THE_DARK = ("as it opens", "walking", "for experts")
"""States that have between them every colour of the page."""


@pytest.mark.parametrize(
    ("state", "scheme"), [*((state, "light") for state in STATES), *((state, "dark") for state in IN_THE_DARK)]
)
def test_no_serious_violation(open_page: Open, page_file: Path, state: str, scheme: str) -> None:
    page = open_page(page_file, viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    if state == "for experts":
        page.click("#language")  # in Chinese as well
    if STATES[state]:
        page.evaluate(f"() => {{ {STATES[state]} }}")
    # Of what axe looks at, a dark scheme changes the colours alone.
    colours = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
    found = Axe().run(page, options=colours if scheme == "dark" else None).response["violations"]
    serious = [
        (violation["id"], violation["help"], [node["html"][:160] for node in violation["nodes"][:3]])
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def test_axe_would_find_something(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file)
    page.evaluate("document.querySelector('#search').closest('span').querySelector('label').remove()")
    page.evaluate("document.querySelector('#search').removeAttribute('placeholder')")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    ids = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert "html-has-lang" in ids
