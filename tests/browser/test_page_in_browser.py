"""The page in headless Chromium: its map by question, cards beside it, links into it and back, without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.measure import stumbles

pytestmark = pytest.mark.slow("Chromium draws the page")

VENDOR = "江苏易卓网络科技有限公司"
KEPT = "江苏安禾家装贷款有限公司"
"""Whose list the vendor kept."""


def card(name: str) -> str:
    """The card of a party on the map."""
    return f'#map .card:not(.off):has(title:text-is("{name}"))'


def press(page: Page, selector: str) -> None:
    """Chooses something of the map as the keyboard does."""
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


def test_it_opens_on_the_story_and_the_strongest_findings(page: Page) -> None:
    expect(page.locator("h1")).to_have_text(
        f"{VENDOR} still had {KEPT}’s list two weeks after its contract ended, and records from its copy reached"
        " “老秦” data desk"
    )
    expect(page.locator(".kicker")).to_contain_text("Spring 2026: who kept the home-loan list?")
    assert 3 <= page.locator("#map .card:not(.off)").count() <= 12
    for name in (VENDOR, KEPT, "“老秦” data desk"):
        expect(page.locator(card(name))).to_have_count(1)
    expect(page.locator("#experts > summary")).to_be_visible()
    expect(page.locator("#findings")).to_be_hidden()
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.parametrize("file", ["page_file", "big_file"])
@pytest.mark.parametrize(("across", "form"), [(1440, "across"), (768, "down"), (390, "down")])
def test_the_map_can_be_read_without_zoom_at_any_width(
    open_page: Open, file: str, across: int, form: str, request: pytest.FixtureRequest
) -> None:
    page = open_page(request.getfixturevalue(file), viewport={"width": across, "height": 900})
    page.wait_for_function("!document.getElementById('packed')")
    for _ in ("en", "zh"):
        assert page.locator("#map").get_attribute("class") in (f"form-{form}", "form-down")
        assert page.locator("#map text:visible").count() > 20
        assert stumbles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= across
        page.click("#language")
    names = page.locator("#map .card:not(.off)")
    for number in range(0, names.count(), 4):
        press(page, f"#map .card:not(.off) >> nth={number}")
        assert stumbles(page) == []
        page.click("#map-back")


def test_every_line_goes_the_way_it_is_read_or_says_why_not(open_page: Open, big_file: Path) -> None:
    for across, along in ((1440, 0), (390, 1)):
        page = open_page(big_file, viewport={"width": across, "height": 900})
        page.wait_for_function("!document.getElementById('packed')")
        back = page.evaluate(
            """(along) => [...document.querySelectorAll('#map .step:not(.off) .line')].filter((path) => {
                const [from, to] = [0, path.getTotalLength()].map((at) => path.getPointAtLength(at));
                return along ? to.y < from.y : to.x < from.x;
            }).map((path) => path.closest('.step').getAttribute('href').slice(1))""",
            along,
        )
        if along:
            shown = page.evaluate(
                """(ids) => ids.map((id) => [...document.querySelectorAll(`#map [href="#${id}"] [data-why]`)]
                    .filter((one) => one.getClientRects().length).map((one) => one.dataset.why))""",
                back,
            )
            assert all(reasons and all(reasons) for reasons in shown)
        else:
            said = page.evaluate("[...document.querySelectorAll('#against a')].map((a) => a.hash.slice(1))")
            assert set(back) <= set(said)


def test_search_and_show_all_widen_it_and_back_goes_back(page: Page) -> None:
    start = page.url
    page.fill("#search", "易卓")
    expect(page.locator("#found button")).to_have_text([re.compile(VENDOR)])
    page.press("#search", "Enter")
    expect(page.locator("#of")).to_have_text(f"What touches {VENDOR}, and the chains through it")
    expect(page.locator("#panel h3")).to_contain_text(VENDOR)
    expect(page.locator("#panel")).to_contain_text("replied on")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#of")).to_contain_text("strongest findings")
    assert page.url.split("#")[0] == start
    few = page.locator("#map .card:not(.off)").count()
    page.click("#map-all")
    assert page.locator("#map .card:not(.off)").count() > few
    expect(page).to_have_url(re.compile("map=whole"))
    page.click("#map-back")
    assert page.locator("#map .card:not(.off)").count() == few
    page.fill("#search", "nobody at all")
    expect(page.locator("#hits")).to_have_text("0 found")


def test_a_list_is_found_with_its_party(page: Page) -> None:
    page.fill("#search", "d9-mixed")
    page.press("#search", "Enter")
    expect(page.locator("#panel h3")).to_contain_text("d9-mixed")
    page.locator("#panel a", has_text="West Gate Data").first.click()
    expect(page.locator("#panel h3").first).to_contain_text("West Gate Data")


def test_a_grade_hides_what_is_weaker(page: Page) -> None:
    shown = page.locator("#map .step:not(.off, .weak)")
    before = shown.count()
    page.select_option("#least", "3")
    assert 0 < shown.count() < before
    assert {one[1] for one in shown.evaluate_all("steps => steps.map((step) => step.dataset.grade)")} <= set("345")
    page.select_option("#least", "0")
    assert shown.count() == before


@pytest.mark.parametrize(("across", "beside"), [(1440, True), (768, True), (390, False)])
def test_a_step_opens_its_card_beside_it_and_never_over_it(page: Page, across: int, beside: bool) -> None:
    page.set_viewport_size({"width": across, "height": 900})
    for number in range(page.locator("#map .step:not(.off)").count()):
        press(page, f"#map .step:not(.off) >> nth={number}")
        panel = page.locator("#panel")
        expect(panel).to_be_visible()
        expect(panel).to_contain_text("What speaks against it")
        boxes = page.evaluate(
            """() => ['#panel', '#map .step.chosen .line', '#frame'].map((one) => {
                const {left, top, right, bottom} = document.querySelector(one).getBoundingClientRect();
                return [left, top, right, bottom];
            })"""
        )
        (left, top, right, _), line, frame = boxes
        if beside and left < line[0] and right > line[2]:
            pytest.fail(f"over its line at {across}: {boxes}")
        assert left >= line[2] or right <= line[0] or top >= frame[3] - 1, boxes
        assert page.evaluate("document.activeElement.closest('#panel') !== null")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        assert page.evaluate("document.activeElement.matches('#map .step')")


def test_what_the_panel_of_a_card_says_of_what_it_kept(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file, "#at=cti-x~cti-x")
    panel = page.locator("#panel")
    for text in ("kept", "G3 and an independent confirmation", "all 14 canaries of a-cti-x", "home-loans itself held",
                 "Right of reply"):  # fmt: skip
        expect(panel).to_contain_text(text)


def test_a_chain_is_walked_by_keyboard(page: Page) -> None:
    page.locator("#chain").select_option(index=1)
    expect(page.locator("#step")).to_contain_text("The whole chain, ")
    lit = page.locator("#map .card.lit:not(.off) title").all_text_contents()
    assert len(lit) >= 2
    page.locator("#walk-on").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step")).to_contain_text("Step 1 of ")
    expect(page.locator("#panel")).to_contain_text("What speaks against it")
    assert page.locator("#map .step.now:not(.off)").count() >= 1
    page.go_back()
    expect(page.locator("#step")).to_contain_text("The whole chain, ")
    page.keyboard.press("Escape")
    expect(page.locator("#walk")).to_be_hidden()


def test_a_link_opens_a_card_in_sight_and_back_stays_on_the_page(open_page: Open, page_file: Path) -> None:
    for name, title in (
        ("cti-x", VENDOR),
        ("d9-mixed", "d9-mixed"),
        ("a-cti-x", "a-cti-x"),
        ("pair/d1-jobs/d4-leads", "Pair of lists"),
    ):
        page = open_page(page_file, f"#at={name}")
        expect(page.locator("#panel h3").first).to_contain_text(title)
        expect(page.locator("#panel h3").first).to_be_in_viewport()
        page.go_back()
        expect(page.locator("#panel")).to_be_hidden()
        assert page.url.startswith(page_file.as_uri())


_STOP = """() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const focus = getComputedStyle(document.documentElement).getPropertyValue('--focus').trim();
  const probe = Object.assign(document.createElement('i'), { style: `color: ${focus}` });
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  const seen = [here, ...here.querySelectorAll('*'), here.nextElementSibling].filter(Boolean).some((one) => {
    const { outlineStyle, outlineColor, stroke } = getComputedStyle(one);
    return (outlineStyle !== 'none' && outlineColor === colour) || stroke === colour;
  });
  const box = here.getBoundingClientRect();
  const part = here.closest('#story, #also, #graph, #matrix, #headlines, #findings, #details, #experts');
  const shown = seen && box.width > 0 && box.height > 0;
  return { part: part ? part.id : '', what: here.outerHTML.slice(0, 90), seen: shown };
}"""
"""The part of the page that has the focus, and whether that can be seen."""


def test_by_keyboard_alone_the_page_is_read_in_its_order(page: Page) -> None:
    page.evaluate("document.getElementById('experts').open = true")
    stops = []
    for _ in range(1200):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None:
            break
        stops.append(stop)
    assert [stop["what"] for stop in stops if not stop["seen"]] == []
    parts = [stop["part"] for stop in stops if stop["part"]]
    order = ["story", "also", "graph", "experts", "headlines", "matrix", "findings", "details"]
    assert list(dict.fromkeys(parts)) == order
    assert parts == sorted(parts, key=order.index)  # no way back, and no trap
    assert "skip" in stops[0]["what"]


def test_a_copying_has_its_waterfall_and_numbers(page: Page) -> None:
    page.evaluate("document.getElementById('experts').open = true")
    page.locator("#findings a.why").nth(-1).click()
    page.fill("#search", "d4-leads")
    page.press("#search", "Enter")
    page.locator("#panel .touching a", has_text="copied from d1-jobs").first.click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Evidence, item by item")
    assert panel.locator(".fall li .bar rect").count() == panel.locator(".fall li").count() > 0
    expect(panel).to_contain_text("What was compared")
    expect(panel).to_contain_text("Expected by chance")
    expect(panel).to_contain_text("Right of reply")


def test_chinese_and_back(page: Page) -> None:
    before = page.locator("main").inner_text()
    page.click("#language")
    expect(page.locator("#h-graph")).to_have_text("数据流向")
    expect(page.locator("#search")).to_have_attribute("placeholder", "主体、名单、副本")
    expect(page.locator("#map title").first).not_to_have_text(re.compile("[A-Z][a-z]+ [a-z]+ [a-z]+"))
    page.click("#language")
    assert page.locator("main").inner_text() == before


def test_the_headline_draws_the_apostrophe_as_wide_as_a_latin_one(page: Page) -> None:
    wide = page.evaluate(
        """() => { const head = document.getElementById('h-story'), probe = document.createElement('span');
        head.append(probe);
        const [with_, without] = ['a’s', 'as'].map((text) => {
          probe.textContent = text;
          return probe.getBoundingClientRect().width;
        });
        probe.remove();
        return (with_ - without) / parseFloat(getComputedStyle(head).fontSize); }"""
    )
    assert wide < 0.45


def test_readable_without_javascript(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file, java_script_enabled=False)
    expect(page.locator("#map")).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    assert stumbles(page) == []
    page.locator("#map .card:not(.off)").first.click(position={"x": 12, "y": 12})  # its name: below it are steps' words
    assert re.search("#n[0-9]+$", page.url)  # a plain link to the card within the part for experts, which opens
    expect(page.locator("#details article:target")).to_be_visible()
    expect(page.locator("#details").get_by_text("What speaks against it").first).to_be_visible()


def test_a_cell_of_the_matrix_leads_to_its_pair(page: Page) -> None:
    page.evaluate("document.getElementById('experts').open = true")
    frame, panel = page.locator("#matrix-frame"), page.locator("#panel")
    frame.focus()
    names = page.evaluate("JSON.parse(document.getElementById('lists').textContent).lists.map(([key]) => key)")
    expect(page.locator("#matrix-grid text").first).to_be_visible()
    written = page.locator("#matrix-grid text").all_text_contents()
    assert [written.count(one) for one in set(written)] == [2] * len(set(written)), "names at both sides"
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
    expect(page.locator("#of")).to_contain_text("What touches")
    page.wait_for_function("location.hash.endsWith('at=pair/d1-jobs/d4-leads')")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "matrix-frame"
    page.locator("#matrix-grid").scroll_into_view_if_needed()
    box = page.locator("#matrix-grid .share[d]:not([d=''])").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 4, box["y"] + box["height"] - 4)
    expect(panel).to_contain_text("81,020")


def test_the_panel_is_at_the_right_edge_and_hides_nothing_of_what_is_open(page: Page) -> None:
    for number in range(page.locator("#map .card:not(.off)").count()):
        press(page, f"#map .card:not(.off) >> nth={number}")
        panel, frame, chosen, edge = page.evaluate(
            """() => [...['#panel', '#frame', '#map .card.chosen'].map((one) => {
                const {left, right} = document.querySelector(one).getBoundingClientRect();
                return [left, right];
            }), innerWidth]"""
        )
        shown = page.evaluate("document.querySelector('#map').getBoundingClientRect().right")
        assert panel[1] > edge - 40
        assert panel[0] >= min(frame[1], shown)
        assert frame[0] <= chosen[0] < chosen[1] <= panel[0]
        page.click("#map-back")


def test_of_several_statements_the_first_is_open(page: Page) -> None:
    several = page.locator("#details .about-line:has(section + section)").first
    name, count = several.get_attribute("data-key"), several.locator("section").count()
    page.goto(f"{page.url.split('#')[0]}#at={name}")
    panel = page.locator("#panel")
    expect(panel.locator("details")).to_have_count(count - 1)
    expect(panel.get_by_text("What speaks against it").first).to_be_visible()
    assert panel.get_by_text("What speaks against it").nth(1).is_hidden()
    panel.locator("summary").first.click()
    expect(panel.get_by_text("What speaks against it").nth(1)).to_be_visible()


def test_closed_on_a_phone_the_reader_is_back_where_it_was_opened(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    press(page, "#map .card:not(.off) >> nth=1")
    name = page.locator("#map .card.chosen title").text_content()
    page.locator("#close").click()
    assert page.evaluate("document.activeElement.querySelector('title').textContent") == name
    expect(page.locator("#map .card:focus")).to_be_in_viewport()


@pytest.mark.parametrize(("across", "along"), [(1440, 0), (390, 1)])
def test_the_tab_key_goes_through_the_map_as_it_is_read(page: Page, across: int, along: int) -> None:
    page.set_viewport_size({"width": across, "height": 900})
    expect(page.locator("#map")).to_have_class(re.compile("form-down" if along else "form-across"))
    for widen in ("#map-all", "#map-back"):
        stops = page.evaluate(
            """() => [...document.querySelectorAll('#map a:not(.off)')].map((one) => {
                const at = one.getAttribute('transform');
                return [one.matches('.card'), at ? at.match(/-?[\\d.]+/g).map(Number) : [], one.href.baseVal,
                  (document.getElementById(one.href.baseVal.slice(1)).dataset.of || '').split(' ').slice(0, 2)];
            })"""
        )
        places = [(place[along], place[1 - along]) for is_card, place, *_ in stops if is_card]
        assert places == sorted(places)
        seen = set()
        for is_card, _, href, ends in stops:
            if is_card:
                seen.add(href.removeprefix("#"))
            else:
                assert set(ends) <= seen  # a step comes after both of its cards, at once after the later one
        page.locator(widen).click()


def test_the_legend_has_what_the_shown_map_uses(page: Page) -> None:
    for choose in ("#map-all", "#map-back"):
        used, explained = page.evaluate(
            """() => [
              [...new Set([...document.querySelectorAll('#map .step:not(.off)')].flatMap(({dataset}) =>
                [`paint-${dataset.paint}`, `rests-${dataset.basis}`]))],
              [...document.querySelectorAll('.legend [data-look]')].filter((one) => one.getClientRects().length)
                .map((one) => one.dataset.look).filter((one) => !one.startsWith('mark-'))]"""
        )
        assert set(used) <= set(explained)
        assert {one for one in explained if one.startswith("rests-")} <= set(used)
        page.locator(choose).click()
    widths = page.locator(".legend [data-look^=paint] path").evaluate_all(
        """all => Object.fromEntries(all.map((one) =>
            [one.closest('li').dataset.look, one.getAttribute('stroke-width')]))"""
    )
    assert len(widths) > 1
    if {"paint-handed", "paint-known"} <= widths.keys():
        assert float(widths["paint-handed"]) >= 1.5 * float(widths["paint-known"])


def test_pills_are_filled_from_g3_as_in_the_legend(page: Page) -> None:
    filled = page.locator("#map .step:not(.off) .pill").evaluate_all(
        """pills => pills.map((one) =>
            [one.textContent.match(/G[0-5]/)[0], getComputedStyle(one.querySelector('rect')).fill])"""
    )
    ground = page.evaluate("getComputedStyle(document.querySelector('#map .frame')).fill")
    assert len({grade for grade, _ in filled}) > 1
    for grade, fill in filled:
        assert (fill != ground) == (grade >= "G3"), (grade, fill)


def test_a_link_to_what_is_not_there_says_so(open_page: Open, page_file: Path) -> None:
    page = open_page(page_file, "#at=nobody-here")
    told = page.locator("#missing")
    expect(told).to_have_text("This page has no party, list or copy named “nobody-here”.")
    expect(told).to_be_in_viewport()
    expect(page.locator("#panel")).to_be_hidden()
    press(page, "#map .card:not(.off) >> nth=0")
    expect(told).to_be_hidden()


def test_the_matrix_is_there_at_once_and_folded_on_a_phone(open_page: Open, page_file: Path) -> None:
    for across, shown in ((1440, True), (390, False)):
        page = open_page(page_file, viewport={"width": across, "height": 900})
        assert page.locator("#matrix-grid .share[d]:not([d=''])").count() > 0  # before anybody scrolls to it
        page.evaluate("document.getElementById('experts').open = true")
        assert page.locator("#matrix-grid").is_visible() is shown
        expect(page.locator("#matrix-fold summary")).to_be_visible()
