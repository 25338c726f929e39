"""The instrument finds each kind of fault in a file that has exactly one of it, and none in a file without."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser

from tests.browser.measure import KINDS, Instrument, Seen, by_dot, crossings, of_pdf
from tracer.export.drawing.lettering import pdf

drawn = pytest.mark.slow("Chromium draws the page")


def card(name: str, x: int, y: int) -> str:
    body = f'<rect x="{x}" y="{y}" width="80" height="40" fill="#fff" stroke="#888"/>'
    return f'<g class="card" data-node="{name}">{body}<text x="{x + 8}" y="{y + 24}">{name}</text></g>'


def step(source: str, target: str, path: str, more: str = "") -> str:
    line = f'<path d="{path}" fill="none" stroke="#333"/><path class="head" d="M0 0h1v1z" fill="#333"/>'
    return f'<g class="step" data-from="{source}" data-to="{target}" {more}>{line}</g>'


A, B, C = card("A", 10, 20), card("B", 200, 20), card("C", 400, 20)
GOOD = A + B + C + step("A", "B", "M90 40H200") + step("B", "C", "M280 40H400")


def svg(content: str, more: str = "") -> str:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200" viewBox="0 0 600 200" font-size="12"'
    return f'{head} {more}><rect width="600" height="200" fill="#fff"/>{content}</svg>'


FIGURES = {
    "small": '<text x="20" y="150" font-size="10.5">Eleven pixels are wanted</text>',
    "cut": '<text x="560" y="150">beyond the edge</text>',
    "ellipsis": '<text x="20" y="150">Anhe’s customer l…</text>',
    "overlap": '<text x="20" y="150">One of them</text><text x="40" y="153">and another</text>',
    "over card": '<text x="270" y="54">of none</text>',
    "struck": '<text x="20" y="150">Read me</text><path d="M10 146H200" stroke="#333" fill="none"/>',
    "through": step("A", "C", "M90 30L120 30C200 30 300 30 400 30"),
    "against": step("C", "A", "M400 50C380 120 100 120 90 50"),
    "contrast": '<text x="20" y="150" fill="#999">Grey on white</text>',
    "grey": '<path d="M20 150H90" stroke="#b3340f"/><path d="M20 160H90" stroke="#6c665d"/>',
}
PASSES = {
    "a text as small as may be": '<text x="20" y="150" font-size="11">Eleven pixels</text>',
    "a name that is written out elsewhere": '<text x="20" y="150">Anhe…</text><text x="20" y="180">Anhe’s leads</text>',
    "two lines of a paragraph": '<text x="20" y="150">One line<tspan x="20" dy="15">and another</tspan></text>',
    "a line behind a label’s own ground": '<path d="M10 146H200" stroke="#333" fill="none"/>'
    '<rect x="18" y="138" width="90" height="16" fill="#fff"/><text x="20" y="150">Read me</text>',
    "a band as a ground": '<path d="M10 146H200" stroke="#ddd" stroke-width="30"/><text x="20" y="150">Read me</text>',
    "letters with a rim": '<rect x="10" y="130" width="120" height="40" fill="#777"/>'
    '<text x="20" y="150" fill="#444" stroke="#fff" stroke-width="3" paint-order="stroke">Read me</text>',
    "a grid": '<path d="M10 146H200" stroke="#e4dfd5" fill="none"/><text x="20" y="150">Read me</text>',
    "a step against time that says so": step("C", "A", "M400 50C380 120 100 120 90 50", 'data-against="why"'),
    "a step around a card": step("A", "C", "M90 30C120 100 340 100 400 30"),
    "what is said of a step on a card that it joins": step("A", "B", "M50 60C50 90 240 90 240 60").replace(
        "</g>", '<text x="232" y="44">ok</text></g>'
    ),
    "what is not shown": '<g style="display:none"><text x="590" y="150" font-size="5">hidden</text></g>',
    "light on its own dark ground": '<rect x="10" y="130" width="120" height="40" fill="#333"/>'
    '<text x="20" y="150" fill="#fff">White</text>',
}


@pytest.fixture
def measured(browser: Browser, tmp_path: Path) -> Callable[[str], Seen]:
    def of(content: str) -> Seen:
        path = tmp_path / "figure.svg"
        path.write_text(content, encoding="utf-8")
        return Instrument(browser).drawing(path)

    return of


@drawn
@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_with_one_fault(kind: str, measured: Callable[[str], Seen]) -> None:
    assert [fault.kind for fault in measured(svg(GOOD + FIGURES[kind])).faults] == [kind]


@drawn
@pytest.mark.parametrize("case", PASSES)
def test_what_is_no_fault(case: str, measured: Callable[[str], Seen]) -> None:
    assert measured(svg(GOOD + PASSES[case])).faults == []


@drawn
def test_a_band_is_what_its_text_is_read_against(measured: Callable[[str], Seen]) -> None:
    dark = '<path d="M10 146H200" stroke="#555" stroke-width="30"/><text x="20" y="150">Read me</text>'
    assert [fault.kind for fault in measured(svg(GOOD + dark)).faults] == ["contrast"]


@drawn
def test_ends_of_a_step_may_be_told_by_where_it_ends(measured: Callable[[str], Seen]) -> None:
    linked = GOOD.replace("<g", "<a").replace("</g", "</a").replace('data-node="', 'href="#')
    bare = re.sub(r' data-(from|to)="\w"', "", linked)
    across = '<a class="step" href="#s"><path d="M90 30H400" fill="none" stroke="#333"/></a>'
    assert [fault.kind for fault in measured(svg(bare + across)).faults] == ["through"]
    assert measured(svg(bare)).steps[0]["from"] == "A"


@drawn
def test_a_figure_is_measured_at_the_width_that_it_is_published_at(measured: Callable[[str], Seen]) -> None:
    whole = svg(GOOD)
    assert measured(whole).faults == []
    shrunk = measured(whole.replace('width="600" height="200" viewBox', 'width="85mm" height="30mm" viewBox', 1))
    assert shrunk.look == "321 px"
    assert {fault.kind for fault in shrunk.faults} == {"small"}
    assert "6.4 px" in shrunk.faults[0].more
    down = svg(card("A", 10, 10) + card("B", 20, 140) + step("B", "A", "M60 140L50 50"), 'data-run="down"')
    assert [fault.kind for fault in measured(down).faults] == ["against"]


PAGES = {
    "small": '<p style="font-size:10px">small</p>',
    "cut": '<div style="width:60px;overflow:hidden;white-space:nowrap">a name that is far too long</div>',
    "ellipsis": '<div style="width:60px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis">Anhe Loans</div>',
    "overlap": '<div style="position:relative">Under<span style="position:absolute;left:5px;top:2px">Over</span></div>',
    "wide": '<div style="width:3000px;height:5px"></div>',
}
SOUND = {
    "a table that scrolls": '<div style="width:60px;overflow:auto;white-space:nowrap">a name that is too long</div>',
    "a link to skip by": '<a href="#x" style="position:absolute;left:-999px">Skip</a>',
    "a word for those who listen": '<span style="position:absolute;width:1px;height:1px;overflow:hidden">heard</span>',
    "what is folded": '<details><summary>More</summary><p style="font-size:8px">small</p></details>',
}


def html(content: str) -> str:
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>One</title></head>'
    return f'{head}<body style="font:16px/1.4 sans-serif"><main><h1>One</h1>{content}</main></body></html>'


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[[str], Path]:
    def of(content: str) -> Path:
        path = tmp_path / "page.html"
        path.write_text(html(content), encoding="utf-8")
        return path

    return of


Page = Callable[[str], Path]


def kinds(looks: Iterator[Seen]) -> set[str]:
    """Of the next look."""
    return {fault.kind for fault in next(looks).faults}


@drawn
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_with_one_fault(kind: str, browser: Browser, page_of: Page) -> None:
    # A name cut short by dots is cut, too.
    expected = {"cut", "ellipsis"} if kind == "ellipsis" else {kind}
    assert kinds(Instrument(browser).looks(page_of(PAGES[kind]), (768,))) == expected


@drawn
@pytest.mark.parametrize("case", SOUND)
def test_what_is_no_fault_of_a_page(case: str, browser: Browser, page_of: Page) -> None:
    assert kinds(Instrument(browser).looks(page_of(SOUND[case]), (768,))) == set()


@drawn
def test_what_is_folded_is_measured_unfolded(browser: Browser, page_of: Page) -> None:
    looks = Instrument(browser).looks(page_of(SOUND["what is folded"]), (768,))
    assert [kinds(looks), kinds(looks)] == [set(), {"small"}]


@drawn
def test_sheets_are_counted_and_small_print_is_found(browser: Browser, page_of: Page) -> None:
    seen = Instrument(browser).printed(page_of(f'<div style="break-after:page">1</div>{PAGES["small"]}'))
    assert (seen.facts["sheets"], [fault.kind for fault in seen.faults]) == (2, ["small"])


SCRIPTED = """<div style="height:1200px"></div>{svg}<div id="panel" hidden tabindex="-1"></div><script>
const panel = document.getElementById('panel'), cards = [...document.querySelectorAll('svg [data-node]')];
let opener = null;
const show = (name) => {{
  panel.hidden = !name; panel.textContent = name ? 'All of ' + name : '';
  if (name) {{ cards.find((one) => one.dataset.node === name).scrollIntoView(); panel.focus({{preventScroll: true}}); }}
}};
const at = () => show(new URLSearchParams(location.hash.slice(1)).get('at'));
for (const one of cards) one.addEventListener('keydown', ({{key}}) => {{
  if (key === 'Enter') {{ opener = one; {opens} }}
}});
addEventListener('keydown', ({{key}}) => {{ if (key === 'Escape') {{ {closes} }} }});
addEventListener('popstate', at); at();
</script>"""
OPENS = "history.pushState(null, '', '#at=' + one.dataset.node); show(one.dataset.node);"
CLOSES = "show(null); if (opener) opener.focus();"


@drawn
def test_keys_links_and_the_way_back(browser: Browser, page_of: Page) -> None:
    def told(opens: str = OPENS, closes: str = CLOSES, drawing: str = GOOD) -> dict[str, str]:
        drawn = svg(drawing.replace('class="card"', 'class="card" tabindex="0"'))
        return Instrument(browser).keys(page_of(SCRIPTED.format(svg=drawn, opens=opens, closes=closes)))

    assert told(drawing=GOOD.replace('class="step"', 'class="step" tabindex="0"')) == {
        "tab": "5 of 5", "enter": "opens", "escape": "closes", "focus": "back", "back": "as before", "link": "in view",
    }  # fmt: skip
    bad = told(opens="show(one.dataset.node);", closes="show(null); document.activeElement.blur();")
    assert (bad["tab"], bad["focus"], bad["back"]) == ("3 of 5", "LOST", "LEAVES")
    assert (told(opens="")["enter"], told(closes="")["escape"]) == ("NOTHING", "LEAVES IT OPEN")


@drawn
def test_a_link_out_of_sight_and_one_that_opens_nothing(browser: Browser, page_of: Page) -> None:
    def link(more: str) -> str:
        return Instrument(browser).link(page_of(f'<div style="height:3000px"></div>{svg(GOOD)}{more}'), ["C"])

    assert link("") == "OUT OF SIGHT"
    assert link("<script>document.querySelector('svg').scrollIntoView()</script>") == "in view, NOTHING OPENED"


@drawn
def test_size_axe_and_requests_are_counted(browser: Browser, page_of: Page) -> None:
    facts = Instrument(browser).whole(page_of(f'<img src="http://127.0.0.1:9/x.png"><!--{"x" * 20_000}-->')).facts
    assert (facts["KB"], facts["requests"]) == (20, 1)
    assert "image-alt" in str(facts["axe"])
    assert facts["paint_ms"] >= 0


def test_small_and_lost_texts_of_a_pdf() -> None:
    def found(content: str, wide: float = 600) -> list[tuple[str, str]]:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(svg(content))))
        writer.pages[0].mediabox.right = wide
        cropped = io.BytesIO()
        writer.write(cropped)
        return [(fault.kind, fault.text) for fault in of_pdf(cropped, "x.pdf").faults]

    written = '<text x="320" y="40" font-size="12">Enough</text>'
    assert found(written) == []
    assert found(written.replace("12", "7")) == [("small", "Enough")]
    assert found(written, wide=200) == [("cut", "Enough")]


def _line(source: str, target: str, *points: tuple[float, float]) -> dict[str, object]:
    return {"from": source, "to": target, "drawing": 0, "points": points, "at": [-1, -1]}


def test_crossings_are_counted_where_lines_share_no_end() -> None:
    one, other = _line("a", "b", (0, 0), (100, 100)), _line("c", "d", (0, 100), (100, 0))
    assert crossings([one, other]) == 1
    assert crossings([one, _line("a", "d", (0, 100), (100, 0))]) == 0
    assert crossings([one, _line("c", "d", (0, 10), (100, 110))]) == 0
    assert crossings([one, {**other, "drawing": 1}]) == 0


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")
def test_dot_crosses_what_cannot_be_drawn_without() -> None:
    cards = [{"id": str(n), "box": (0, 0, 80, 40)} for n in range(6)]
    between = [{**_line(str(a), str(b)), "at": [a, b]} for a in range(3) for b in range(3, 6)]
    assert (by_dot(cards, between) or 0) >= 1
    assert by_dot(cards, between[:1]) == 0
    assert by_dot(cards, [_line("x", "y")]) is None


def test_every_kind_is_shown_to_be_found() -> None:
    assert {*FIGURES, *PAGES} == set(KINDS)
