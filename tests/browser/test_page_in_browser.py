"""The page in headless Chromium: open, search, filter, cards by click and keyboard, zoom, no JavaScript."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.labels import troubles

pytestmark = pytest.mark.slow("Chromium draws the page")

KEPT = '#lines .line[aria-label^="From a-cti-x to d6-backend: kept"]'


def test_it_opens_on_the_findings(page: Page) -> None:
    expect(page.locator("h1")).to_have_text(
        "江苏易卓网络科技有限公司 still had 江苏安禾家装贷款有限公司’s list two weeks after its contract ended,"
        " and records from its copy reached “老秦” data desk"
    )
    expect(page.locator(".kicker")).to_contain_text("Spring 2026: who kept the home-loan list?")
    expect(page.locator(".headlines > li details")).to_have_count(2)
    assert page.locator("#cards .card").count() > 20
    expect(page.locator("#details article").first).to_be_hidden()  # cards open beside the picture, or all below
    expect(page.locator('input[name="view"][value="parties"]')).to_be_checked()
    expect(page.locator("#cards .chip").first).to_be_hidden()


def test_search(page: Page) -> None:
    page.fill("#search", "易卓")
    expect(page.locator("#hits")).to_have_text("1 found")
    expect(page.locator("#cards a.hit")).to_have_count(1)
    page.press("#search", "Enter")
    expect(page.locator("#panel h3")).to_contain_text("江苏易卓网络科技有限公司")
    expect(page.locator("#panel")).to_contain_text("replied on")
    page.fill("#search", "nobody at all")
    expect(page.locator("#hits")).to_have_text("0 found")
    page.fill("#search", "")
    expect(page.locator("#picture")).not_to_have_class("searching")


def test_filter_by_grade(page: Page) -> None:
    page.check('input[name="view"][value="lists"]', force=True)
    shown = page.locator("#lines .line:not(.off)")
    before = shown.count()
    page.check('input[name="grade"][value="3"]', force=True)
    assert 0 < shown.count() < before
    assert page.locator('#lines .line[data-grade="2"]:not([data-best]):not(.off)').count() == 0
    # A line that covers several stays where one of them is of that grade: no line would mean no evidence.
    best = shown.evaluate_all("lines => lines.map((line) => Number(line.dataset.best || line.dataset.grade))")
    assert min(best) >= 3
    expect(page.locator('.findings tbody[data-grade="2"]').first).to_be_hidden()
    page.check('input[name="grade"][value="0"]', force=True)
    assert shown.count() == before


def test_filter_by_kind_and_basis(page: Page) -> None:
    page.uncheck('input[name="basis"][value="alleged"]')
    assert page.locator("#lines .line.b-alleged:not(.off)").count() == 0
    page.uncheck('input[name="kind"][value="released"]')
    assert page.locator("#lines .line.k-released:not(.off)").count() == 0
    assert page.locator(f"{KEPT}:not(.off)").count() == 1


def test_a_line_opens_its_card_by_click(page: Page) -> None:
    page.check('input[name="view"][value="lists"]', force=True)
    page.locator(f"{KEPT} .mark").click()
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("all 14 canaries of a-cti-x")
    expect(panel).to_contain_text("What speaks against it")
    expect(panel).to_contain_text("home-loans itself held the same rows")
    expect(panel).to_contain_text("G3 and an independent confirmation")
    page.click("#close")
    expect(panel).to_be_hidden()


_STOP = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const focus = getComputedStyle(document.querySelector('#close')).getPropertyValue('--focus').trim();
  const probe = Object.assign(document.createElement('i'), { style: `color: ${focus}` });
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  const seen = [here, ...here.querySelectorAll('*'), here.nextElementSibling].filter(Boolean).some((one) => {
    const { outlineStyle, outlineColor, stroke } = getComputedStyle(one);
    return (outlineStyle !== 'none' && outlineColor === colour) || stroke === colour;
  });
  const box = here.getBoundingClientRect();
  const part = here.closest('#story, #also, #graph, #matrix, #headlines, #findings, #details');
  const shown = seen && box.width > 0 && box.height > 0;
  return { part: part ? part.id : '', what: here.outerHTML.slice(0, 90), seen: shown };
}"""
"""The part of the page that has the focus, and whether that can be seen."""


def test_by_keyboard_alone_the_page_is_read_in_its_order(page: Page) -> None:
    stops = []
    for _ in range(900):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None:
            break
        stops.append(stop)
    assert [stop["what"] for stop in stops if not stop["seen"]] == []
    parts = [stop["part"] for stop in stops if stop["part"]]
    assert list(dict.fromkeys(parts)) == ["story", "also", "graph", "matrix", "headlines", "findings", "details"]
    assert parts == sorted(parts, key=list(dict.fromkeys(parts)).index)  # no way back, and no trap
    assert "skip" in stops[0]["what"]


def test_a_party_and_a_list_open_their_cards(page: Page) -> None:
    page.check('input[name="view"][value="lists"]', force=True)
    page.locator("#cards .chip", has_text="d9-mixed").click()
    expect(page.locator("#panel h3")).to_contain_text("d9-mixed")
    page.locator("#panel a", has_text="West Gate Data").first.click()
    expect(page.locator("#panel h3")).to_contain_text("West Gate Data")


def test_zoom_and_pan(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # a page that still scrolls is dragged elsewhere
    whole = page.locator("#picture").get_attribute("viewBox")
    # The page draws with the browser's next frame, which comes late on a busy machine: what it shows is waited for.
    page.click("#zoom-in")
    expect(page.locator("#picture")).not_to_have_attribute("viewBox", whole or "")
    page.locator("#frame").focus()
    before = page.locator("#picture").get_attribute("viewBox")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#picture")).not_to_have_attribute("viewBox", before or "")
    page.evaluate("document.getElementById('frame').scrollIntoView({behavior: 'instant'})")
    box = page.locator("#frame").bounding_box()
    assert box is not None
    before = page.locator("#picture").get_attribute("viewBox")
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 260, steps=4)
    page.mouse.up()
    expect(page.locator("#picture")).not_to_have_attribute("viewBox", before or "")
    expect(page.locator("#panel")).to_be_hidden()  # a drag is no click
    page.click("#zoom-fit")
    assert page.locator("#picture").get_attribute("viewBox") is not None
    numbers = [float(part) for part in (page.locator("#picture").get_attribute("viewBox") or "").split()]
    assert numbers == [float(part) for part in (whole or "").split()]


def test_a_chain_is_walked_by_keyboard(page: Page) -> None:
    button = page.locator(".walk").first
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#walk")).to_be_visible()
    lit = page.locator("#cards .card.lit .head .name")
    assert 3 <= page.locator("#cards .card.lit").count() <= 6
    assert "江苏易卓网络科技有限公司" in lit.all_text_contents()
    steps = page.evaluate("document.querySelectorAll('#lines .line').length")
    assert steps > 0
    told = []
    assert page.evaluate("document.activeElement.id") == "walk-on"
    for _ in range(20):
        if page.locator("#walk-on").is_disabled():
            break
        page.keyboard.press("ArrowRight")
        told.append(page.locator("#step").text_content() or "")
        assert page.locator("#lines .line.now").count() >= 1
        expect(page.locator("#panel .about-line").first).to_be_visible()
        expect(page.locator("#panel")).to_contain_text("What speaks against it")
    assert len(told) >= 2
    assert told[0].startswith(f"Step 1 of {len(told)}: ")
    page.locator("#walk-back").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step")).to_contain_text(f"Step {len(told) - 1} of")
    page.keyboard.press("Escape")
    expect(page.locator("#walk")).to_be_hidden()
    expect(page.locator("#picture")).not_to_have_class("walking")


def test_a_chain_is_chosen_from_the_list(page: Page) -> None:
    page.locator("#chain").select_option(index=1)
    expect(page.locator("#step")).to_contain_text("The whole chain, ")
    assert page.locator("#cards .card.open").count() >= 2
    page.locator("#chain").select_option("")
    expect(page.locator("#walk")).to_be_hidden()


def test_a_party_is_opened_by_click_and_by_keyboard(page: Page) -> None:
    card = page.locator("#cards .card", has_text="江苏易卓网络科技有限公司")
    toggle = card.locator(".toggle")
    chips = card.locator(".chip")
    expect(chips.first).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    below = page.locator("#cards .card.c-party").last
    toggle.click()
    expect(chips.first).to_be_visible()
    expect(page.locator(KEPT)).to_be_visible()
    toggle.focus()
    page.keyboard.press("Enter")
    expect(chips.first).to_be_hidden()
    expect(page.locator(KEPT)).to_be_hidden()
    page.keyboard.press(" ")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(below).to_be_visible()


def test_along_time_nothing_but_days_has_a_length(page: Page) -> None:
    page.check('input[name="view"][value="time"]', force=True)
    expect(page.locator("#time-note")).to_be_visible()
    dots = page.evaluate(
        """[...document.querySelectorAll('#cards .card:not(.away) .chip.dated[data-date]')].map((chip) => {
            const { a, e } = chip.querySelector('.dot').getScreenCTM();
            return [chip.dataset.date, e / a, getComputedStyle(chip.querySelector('rect')).stroke];
        })"""
    )
    assert len(dots) > 10
    assert {stroke for *_, stroke in dots} == {"none"}
    days = {day: x for day, x, _ in dots}
    (first, begin), (last, end) = min(days.items()), max(days.items())
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    for day, x in days.items():
        passed = (date.fromisoformat(day) - date.fromisoformat(first)).days
        assert x == pytest.approx(begin + (end - begin) * passed / span, abs=2), day
    arrows = page.evaluate(
        """[...document.querySelectorAll('#lines .bundle:not(.away)')].flatMap((line) => {
            const days = ['from', 'to'].map((end) => {
                const chip = document.querySelector(`.chip.dated[href="#${line.dataset[end].split(' ')[1]}"]`);
                return chip?.dataset.date;
            });
            const path = line.querySelector('.stroke');
            return days[0] && days[1] ? [[...days, path.getPointAtLength(0).x,
                path.getPointAtLength(path.getTotalLength()).x]] : [];
        })"""
    )
    assert len(arrows) > 5
    for before, after, start, stop in arrows:
        if before != after:
            assert (start < stop) == (before < after), (before, after)


def test_the_band_of_lines_stays_below_opened_cards(page: Page) -> None:
    page.check('input[name="view"][value="parties"]', force=True)
    for toggle in page.locator(".toggle").all():
        toggle.dispatch_event("click")
    places = page.evaluate(
        """[...document.querySelectorAll('#cards .card')].map((card) => {
            const box = card.querySelector('.body').getBoundingClientRect();
            return [card.classList.contains('in-lines'), box.top, box.bottom];
        })"""
    )
    band = page.evaluate("document.querySelector('.band path').getBoundingClientRect().top")
    low = [top for inside, top, _ in places if inside]
    assert low
    assert max(bottom for inside, _, bottom in places if not inside) <= band + 1
    assert band < min(low)
    page.check('input[name="view"][value="time"]', force=True)
    expect(page.locator(".band")).to_be_hidden()


def test_days_hide_what_lies_outside(page: Page) -> None:
    page.check('input[name="view"][value="lists"]', force=True)
    before = page.locator("#lines .line:not(.off)").count()
    slider = page.locator("#day-to")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == page.locator("#days").get_attribute("data-first")
    assert page.locator("#lines .line:not(.off)").count() < before
    assert page.locator("#cards .chip.past").count() > 5
    page.keyboard.press("End")
    assert page.locator("#lines .line:not(.off)").count() == before


def test_a_copying_has_its_waterfall_and_numbers(page: Page) -> None:
    page.check('input[name="view"][value="lists"]', force=True)
    line = page.locator('#lines .line.bundle[aria-label*="copied from d1-jobs"]').first
    line.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Evidence, item by item")
    assert panel.locator(".fall li .bar rect").count() == panel.locator(".fall li").count() > 0
    expect(panel).to_contain_text("What was compared")
    expect(panel).to_contain_text("Expected by chance")
    expect(panel).to_contain_text("Right of reply")


def test_chinese_and_back(page: Page) -> None:
    page.click("#language")
    expect(page.locator("#h-headlines")).to_have_text("主要结论")
    expect(page.locator(".headlines .only-zh").first).to_be_visible()
    expect(page.locator("#search")).to_have_attribute("placeholder", "主体、名单、副本")
    page.click("#language")
    expect(page.locator("#h-headlines")).to_have_text("What was found")


@pytest.mark.parametrize("view", ["parties", "lists", "time"])
def test_labels_do_not_overlap_and_nothing_is_cut_off(page: Page, view: str) -> None:
    page.check(f'input[name="view"][value="{view}"]', force=True)
    wrong, measured = troubles(page)
    assert measured > 40
    assert wrong == []


def test_relations_without_a_list_stand_at_their_day(page: Page) -> None:
    page.check('input[name="view"][value="time"]', force=True)
    between = page.locator('#lines .line.k-relation:not(.away):not([data-from*=" "]):not([data-to*=" "])')
    assert between.count() > 3
    dated = between.locator("xpath=self::*[@data-date]").first.locator(".stroke").get_attribute("d") or ""
    numbers = [float(part) for part in dated.replace("M", " ").replace("C", " ").split()]
    assert len(set(numbers[::2])) == 1  # upright, at its day


def test_the_page_does_not_scroll_sideways(page: Page) -> None:
    for across in (360, 768, 1440):
        page.set_viewport_size({"width": across, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= across


def test_readable_without_javascript(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file, java_script_enabled=False)
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#details article").first).to_be_visible()
    expect(page.locator(".toggle")).to_have_count(0)
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator("details[open]").get_by_text("What speaks against it").first).to_be_visible()
    page.locator(f"{KEPT} .mark").click()
    assert "#l" in page.url  # a plain link to the card below


def test_a_cell_of_the_matrix_leads_to_its_pair(page: Page, page_file: Path) -> None:
    frame, panel = page.locator("#matrix-frame"), page.locator("#panel")
    frame.focus()
    names = page.evaluate("JSON.parse(document.getElementById('lists').textContent).lists.map(([key]) => key)")
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    for key, times in (("ArrowDown", names.index("d4-leads")), ("ArrowRight", names.index("d1-jobs"))):
        for _ in range(times):
            page.keyboard.press(key)
    expect(page.locator("#matrix-said")).to_have_text(
        "d4-leads and d1-jobs: 81,020 contacts in common, 67% of the smaller list"
    )
    page.keyboard.press("Enter")
    expect(panel.locator("h3")).to_have_text("Pair of lists d1-jobs · d4-leads")
    expect(panel).to_contain_text("81,020")
    expect(panel.locator(".touching a")).to_have_count(1)
    page.wait_for_function("location.hash === '#at=pair/d1-jobs/d4-leads'")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "matrix-frame"
    page.locator("#matrix-grid").scroll_into_view_if_needed()
    box = page.locator("#matrix-grid .share[d]:not([d=''])").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 4, box["y"] + box["height"] - 4)
    expect(panel).to_contain_text("81,020")
    again = page.context.new_page()
    again.goto(f"{page_file.as_uri()}#at=pair/d1-jobs/d4-leads")
    expect(again.locator("#panel h3")).to_contain_text("d1-jobs · d4-leads")
    again.close()
