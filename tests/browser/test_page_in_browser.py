"""The page in headless Chromium: open, search, filter, cards by click and keyboard, zoom, no JavaScript."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

KEPT = '#lines .line[aria-label^="a-cti-x kept d6-backend"]'


def test_it_opens_on_the_findings(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Spring 2026: who kept the home-loan list?")
    expect(page.locator(".headlines > li details")).to_have_count(2)
    assert page.locator("#cards .card").count() > 20
    expect(page.locator("#details")).to_be_hidden()  # its cards open beside the picture


def test_search(page: Page) -> None:
    page.fill("#search", "易卓")
    expect(page.locator("#hits")).to_have_text("1 found")
    expect(page.locator("#cards a.hit")).to_have_count(1)
    page.press("#search", "Enter")
    expect(page.locator("#panel h3")).to_contain_text("江苏易卓网络科技有限公司")
    expect(page.locator("#panel")).to_contain_text("answered")
    page.fill("#search", "nobody at all")
    expect(page.locator("#hits")).to_have_text("0 found")
    page.fill("#search", "")
    expect(page.locator("#picture")).not_to_have_class("searching")


def test_filter_by_grade(page: Page) -> None:
    shown = page.locator("#lines .line:not(.off)")
    before = shown.count()
    page.check('input[name="grade"][value="3"]', force=True)
    assert 0 < shown.count() < before
    assert page.locator('#lines .line[data-grade="2"]:not(.off)').count() == 0
    expect(page.locator('.findings tbody[data-grade="2"]').first).to_be_hidden()
    page.check('input[name="grade"][value="0"]', force=True)
    assert shown.count() == before


def test_filter_by_kind_and_basis(page: Page) -> None:
    page.uncheck('input[name="basis"][value="alleged"]')
    assert page.locator('#lines .line[data-basis="alleged"]:not(.off)').count() == 0
    page.uncheck('input[name="kind"][value="released"]')
    assert page.locator("#lines .line.k-released:not(.off)").count() == 0
    assert page.locator(f"{KEPT}:not(.off)").count() == 1


def test_a_line_opens_its_card_by_click(page: Page) -> None:
    page.locator(f"{KEPT} .mark").click()
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("all 14 canaries of a-cti-x")
    expect(panel).to_contain_text("What speaks against it")
    expect(panel).to_contain_text("home-loans itself held the same rows")
    expect(panel).to_contain_text("G3 and an independent confirmation")
    page.click("#close")
    expect(panel).to_be_hidden()


def test_a_line_opens_its_card_by_keyboard(page: Page) -> None:
    line = page.locator(KEPT)
    line.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == line.get_attribute("aria-label")


def test_tab_reaches_the_picture_with_a_visible_focus(page: Page) -> None:
    page.locator("#zoom-in").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "frame"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#lines a')")
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.halo')).strokeOpacity") == "0.28"


def test_a_party_and_a_list_open_their_cards(page: Page) -> None:
    page.locator("#cards .chip", has_text="d9-mixed").click()
    expect(page.locator("#panel h3")).to_contain_text("d9-mixed")
    page.locator("#panel a", has_text="West Gate Data").first.click()
    expect(page.locator("#panel h3")).to_contain_text("West Gate Data")


def test_zoom_and_pan(page: Page) -> None:
    whole = page.locator("#picture").get_attribute("viewBox")
    page.click("#zoom-in")
    assert page.locator("#picture").get_attribute("viewBox") != whole
    page.locator("#frame").focus()
    before = page.locator("#picture").get_attribute("viewBox")
    page.keyboard.press("ArrowRight")
    assert page.locator("#picture").get_attribute("viewBox") != before
    page.evaluate("document.getElementById('frame').scrollIntoView({behavior: 'instant'})")
    box = page.locator("#frame").bounding_box()
    assert box is not None
    before = page.locator("#picture").get_attribute("viewBox")
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 260, steps=4)
    page.mouse.up()
    assert page.locator("#picture").get_attribute("viewBox") != before
    expect(page.locator("#panel")).to_be_hidden()  # a drag is no click
    page.click("#zoom-fit")
    assert page.locator("#picture").get_attribute("viewBox") is not None
    numbers = [float(part) for part in (page.locator("#picture").get_attribute("viewBox") or "").split()]
    assert numbers == [float(part) for part in (whole or "").split()]


def test_a_chain_is_shown_in_the_picture(page: Page) -> None:
    button = page.locator(".walk").first
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    lit = page.locator("#cards .card.lit .head .name")
    assert 3 <= page.locator("#cards .card.lit").count() <= 6
    assert "江苏易卓网络科技有限公司" in lit.all_text_contents()
    page.keyboard.press("Escape")
    expect(page.locator("#picture")).not_to_have_class("walking")


def test_chinese_and_back(page: Page) -> None:
    page.click("#language")
    expect(page.locator("#h-headlines")).to_have_text("主要结论")
    expect(page.locator(".headlines .only-zh").first).to_be_visible()
    expect(page.locator("#search")).to_have_attribute("placeholder", "主体、名单、副本")
    page.click("#language")
    expect(page.locator("#h-headlines")).to_have_text("What was found")


def test_dark(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_labels_do_not_overlap_and_nothing_is_cut_off(page: Page) -> None:
    boxes = page.evaluate(
        """[...document.querySelectorAll('#cards text')].map((text) => {
            const box = text.getBBox(), card = text.closest('a').querySelector('rect').getBBox();
            const at = text.getCTM();
            return {x: box.x + at.e / at.a, y: box.y + at.f / at.d, w: box.width, h: box.height, text: text.textContent,
                    inside: box.x >= card.x && box.x + box.width <= card.x + card.width};
        })"""
    )
    assert [box["text"] for box in boxes if not box["inside"]] == []
    for a, b in combinations(boxes, 2):
        apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        # Boxes include the space above and below the letters.
        apart = apart or a["y"] + a["h"] - 3 <= b["y"] or b["y"] + b["h"] - 3 <= a["y"]
        assert apart, (a["text"], b["text"])


def test_the_page_does_not_scroll_sideways(page: Page) -> None:
    for across in (360, 768, 1440):
        page.set_viewport_size({"width": across, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= across


def test_it_prints(page: Page) -> None:
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_readable_without_javascript(browser: Browser, page_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#details")).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator("details[open]").get_by_text("What speaks against it").first).to_be_visible()
    page.locator(f"{KEPT} .mark").click()
    assert "#l" in page.url  # a plain link to the card below
    context.close()
