"""A picture taken away: links that show the same, copies that need nothing else, and the frame of another page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.slow("Chromium draws the page")

MAY_COPY = ["clipboard-read", "clipboard-write"]
SVG = "{http://www.w3.org/2000/svg}"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: pytest shows what is said."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder at an origin of its own, on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def tab(open_page: Open, page_file: Path) -> Iterator[Page]:
    """The page, opened in a browser that lets it copy; it goes to other addresses, too."""
    opened, troubles = open_page(permissions=MAY_COPY), list[str]()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.goto(page_file.as_uri())
    yield opened
    assert troubles == []


def looks(page: Page) -> dict[str, object]:
    """What is seen of the map."""
    return {
        "map": page.locator("#of").text_content(),
        "cards": page.locator("#map .card:not(.off)").count(),
        "grade": page.locator("#least").input_value(),
        "found": page.locator("#found button").all_text_contents(),
        "step": page.locator("#step").text_content(),
        "card": page.locator("#panel h3").all_text_contents(),
        "language": page.locator("html").get_attribute("lang"),
    }


def test_a_link_shows_what_was_seen(tab: Page) -> None:
    tab.select_option("#least", "2")
    tab.fill("#search", "易卓")
    tab.press("#search", "Enter")
    tab.fill("#search", "d9")
    tab.click("#language")
    expect(tab).to_have_url(re.compile("lang=zh"))
    expect(tab).to_have_url(re.compile("map=cti-x"))
    seen, link = looks(tab), tab.url
    tab.goto("about:blank")
    tab.goto(link)
    assert looks(tab) == seen
    assert seen["card"]
    assert seen["found"]


def test_a_step_of_a_chain_has_a_link_and_a_party_one_that_outlives_the_page(tab: Page) -> None:
    tab.select_option("#chain", index=1)
    tab.click("#walk-on")
    expect(tab).to_have_url(re.compile("step=1"))
    seen, link = looks(tab), tab.url
    tab.goto("about:blank")
    tab.goto(link)
    assert looks(tab) == seen
    tab.goto(f"{link.split('#')[0]}#at=cti-x")
    expect(tab.locator("#panel h3")).to_contain_text("cti-x")
    expect(tab.locator("#panel .here")).to_have_attribute("href", "#at=cti-x")


def test_an_address_that_says_nonsense_shows_the_usual_map(tab: Page) -> None:
    usual = looks(tab)
    tab.goto(f"{tab.url}#map=%3Cb%3E&grade=9&chain=77&step=-1&at=nobody&lang=fr&theme=red")
    assert looks(tab) == usual
    expect(tab.locator("#panel")).to_be_hidden()


def test_copies_need_nothing_else(tab: Page) -> None:
    tab.locator("#graph .takeaway summary").click()
    tab.locator("#graph").get_by_role("button", name="Copy as SVG").click()
    expect(tab.locator("#graph .take output")).to_have_text("Copied.")
    drawn = ElementTree.fromstring(tab.evaluate("navigator.clipboard.readText()"))  # noqa: S314 - our own page's
    texts = [text for element in drawn.iter(f"{SVG}text") if (text := "".join(element.itertext()))]
    assert len(texts) > 30
    assert any("tracer" in text for text in texts), "what made it"
    assert {key for element in drawn.iter() for key in element.attrib} & {"class", "href", "style", "id"} == set()
    assert len(list(drawn.iter(f"{SVG}path"))) > 10
    tab.locator("#graph").get_by_role("button", name="Copy as PNG").click()
    expect(tab.locator("#graph .take output")).to_have_text("Copied.", timeout=15_000)
    size = tab.evaluate(
        "async () => { const [item] = await navigator.clipboard.read();"
        " const image = await createImageBitmap(await item.getType('image/png')); return [image.width, image.height]; }"
    )
    assert size[0] > 2 * 600


def test_the_story_is_copied_at_the_width_at_which_it_is_seen(tab: Page) -> None:
    for across, wide in ((1440, 1080), (768, 700), (390, 350)):
        tab.set_viewport_size({"width": across, "height": 900})
        tab.locator("#story .takeaway").evaluate("(details) => { details.open = true; }")
        tab.locator("#story").get_by_role("button", name="Copy as SVG").click()
        expect(tab.locator("#story .take output")).to_have_text("Copied.")
        drawn = ElementTree.fromstring(tab.evaluate("navigator.clipboard.readText()"))  # noqa: S314 - our own page's
        assert float(drawn.attrib["width"]) == wide
        assert "var(" not in ElementTree.tostring(drawn, encoding="unicode")


def test_the_story_alone_in_a_frame(tab: Page) -> None:
    tab.goto(f"{tab.url}#embed=story")
    expect(tab.locator("h1")).to_be_visible()
    expect(tab.locator("#story .w1080:visible")).to_have_count(1)
    for other in ("#also", "#graph", "#caveats", "#experts"):
        expect(tab.locator(other)).to_be_hidden()


def test_without_a_clipboard_a_file_is_saved(tab: Page) -> None:
    tab.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    tab.reload()
    tab.locator("#graph .takeaway summary").click()
    with tab.expect_download() as saved:
        tab.locator("#graph").get_by_role("button", name="Copy as SVG").click()
    assert saved.value.suggested_filename == "picture.svg"
    assert Path(saved.value.path()).read_text(encoding="utf-8").startswith("<svg")


def test_in_the_frame_of_another_origin_it_says_how_high_it_is(
    open_page: Open, page_file: Path, tmp_path: Path
) -> None:
    troubles: list[str] = []
    with served(page_file.parent) as ours, served(tmp_path) as theirs:
        page = open_page(permissions=MAY_COPY)
        page.goto(f"{ours}/{page_file.name}#grade=2")
        page.locator("#graph .takeaway summary").click()
        page.locator("#graph").get_by_role("button", name="Copy embed code").click()
        expect(page.locator("#graph .take output")).to_have_text("Copied.")
        code = page.evaluate("navigator.clipboard.readText()")
        (tmp_path / "news.html").write_text(f"<!doctype html><h1>News</h1>{code}", encoding="utf-8")
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.set_viewport_size({"width": 700, "height": 800})
        page.goto(f"{theirs}/news.html")
        frame = page.frame_locator("iframe")
        expect(frame.locator("#map")).to_be_visible()
        expect(frame.locator("h1")).to_be_hidden()
        expect(frame.locator("#experts")).to_be_hidden()
        expect(frame.locator("#least")).to_have_value("2")
        page.wait_for_timeout(200)
        outer = page.evaluate("document.querySelector('iframe').getBoundingClientRect().height")
        inner = frame.locator("body").evaluate("(body) => body.getBoundingClientRect().height")
        assert abs(outer - inner) <= 1
    assert [text for text in troubles if "favicon" not in text and "404" not in text] == []
