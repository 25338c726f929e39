"""How the first screen and the figures look: kept as blocks of grey, and compared. `GOLDEN=write` writes them.

Fonts differ between machines, and with them where each line ends: where they are not those of the goldens, the
comparison is skipped, and says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.blocks import MOST_OFF, blocks_of, off
from tests.browser.conftest import market_with_waterfall
from tests.export.market_findings import leaving
from tests.graph.simulated import simulated_leaving
from tracer.export.choice import ExportChoice
from tracer.export.drawing.figures import figure_svg
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page

pytestmark = pytest.mark.slow("Chromium draws the page")

FOLDER = Path(__file__).parent / "golden"
FONTS = FOLDER / "fonts.json"
KINDS = ("story", "graph", "flow", "time", "lineage", "matrix")
_PROBE = """() => ['sans', 'serif'].flatMap((kind) => ['Hamburg 0123', '来源名单'].map((text) => {
  const within = document.createElement('canvas').getContext('2d');
  within.font = `100px ${getComputedStyle(document.documentElement).getPropertyValue('--' + kind)}`;
  return Math.round(within.measureText(text).width);
}))"""

_FRONT_ALONE = """() => document.querySelectorAll('main > :not(#story, #also)').forEach((one) => {
  one.style.display = 'none';
})"""
_LAST_LABEL = "[...document.querySelectorAll('#story .w1080 text')].filter((one) => one.getClientRects().length).at(-1)"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """A tab, on paper or dark as the page is asked."""
    context = browser.new_context(color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a simulated market of 30 lists."""
    path = tmp_path_factory.mktemp("small") / "small.html"
    path.write_text(render_page(simulated_leaving(30, 11)), encoding="utf-8")
    return path


def same_fonts(tab: Page) -> None:
    """Skips where letters are as wide as in no golden."""
    here = tab.evaluate(_PROBE)
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        FONTS.write_text(json.dumps(here) + "\n", encoding="utf-8")
    if here != json.loads(FONTS.read_text(encoding="utf-8")):
        pytest.skip(f"other fonts than those of the goldens: a probe is {here} wide")


def compared(name: str, picture: bytes) -> str:
    """What is wrong with a picture; empty where it is as promised."""
    blocks, path = blocks_of(picture), FOLDER / f"{name}.png"
    if os.environ.get("GOLDEN") == "write":
        Image.fromarray(blocks).save(path, optimize=True)
    share = off(blocks, np.asarray(Image.open(path)))
    return f"{name}: {share:.2%} of it is off" if share > MOST_OFF else ""


LOOKS: dict[str, tuple[str, tuple[str, ...], dict[Literal["light", "dark"], tuple[int, ...]]]] = {
    "sample": ("page_file", ("en", "zh"), {"light": (1440, 768, 390), "dark": (1440, 390)}),
    "30": ("small_file", ("en",), {"light": (1440, 390)}),
    "150": ("big_file", ("zh",), {"light": (1440, 390)}),
}
"""Market -> its page, and how it is looked at: what a theme, a language or a tablet's width does is seen on one."""


@pytest.mark.parametrize("market", LOOKS)
def test_the_first_screen_looks_as_promised(market: str, tab: Page, request: pytest.FixtureRequest) -> None:
    file, langs, themes = LOOKS[market]
    path: Path = request.getfixturevalue(file)
    wrong = []
    for lang in langs:
        tab.goto("about:blank")
        tab.emulate_media(media="screen", color_scheme="light")
        tab.goto(f"{path.as_uri()}#lang={lang}")
        same_fonts(tab)
        tab.evaluate(_FRONT_ALONE)
        for theme, widths in themes.items():
            tab.emulate_media(media="screen", color_scheme=theme)
            for across in widths:
                tab.set_viewport_size({"width": across, "height": 900})
                wrong.append(compared(f"{market}-{lang}-{theme}-{across}", tab.screenshot()))
        tab.emulate_media(media="print", color_scheme="light")
        tab.set_viewport_size({"width": 720, "height": 1000})
        wrong.append(compared(f"{market}-{lang}-print", tab.screenshot()))
    assert not list(filter(None, wrong)), "if that is meant, look at it and write it by GOLDEN=write"


def test_figures_look_as_promised(tab: Page) -> None:
    wrong = []
    for market, out in (("sample", leaving(market_with_waterfall())), ("150", simulated_leaving(135, 3))):
        for kind in KINDS if market == "sample" else KINDS[:-1]:  # what its lists have in common is not simulated
            for lang, width, theme in (("en", 960, "light"), ("zh", 390, "dark")):
                seen = _seen(tab, out, kind, lang, width, theme)
                wrong.append(compared(f"{market}-{kind}-{lang}-{theme}-{width}", seen))
    assert not list(filter(None, wrong)), "if that is meant, look at it and write it by GOLDEN=write"


def _seen(tab: Page, out: Outgoing, kind: str, lang: str, width: int, theme: str) -> bytes:
    """A figure as the browser draws it."""
    choice = ExportChoice(width=str(width), theme=theme)
    svg = figure_svg(replace(out, of=(kind,), choice=choice, generated="2026-08-01").in_language(lang))
    tab.emulate_media(media="screen", color_scheme="light")
    tab.set_viewport_size({"width": width, "height": 1200})
    tab.set_content(f'<body style="margin:0">{svg}')
    return tab.screenshot()


def test_what_moves_or_is_missing_is_seen_and_a_shade_is_not(tab: Page, page_file: Path) -> None:
    tab.goto(page_file.as_uri())
    tab.emulate_media(media="screen", color_scheme="light")
    tab.set_viewport_size({"width": 1440, "height": 900})
    whole = blocks_of(tab.screenshot())

    def seen(change: str) -> float:
        tab.evaluate(f"() => {{ const label = {_LAST_LABEL}; {change} }}")
        return off(blocks_of(tab.screenshot()), whole)

    assert seen("label.style.opacity = 0.9;") <= MOST_OFF
    assert seen("label.style.opacity = 1; label.style.transform = 'translate(1px, 1px)';") <= MOST_OFF
    assert seen("label.style.transform = 'translate(0, 40px)';") > MOST_OFF
    assert seen("label.style.transform = ''; label.style.visibility = 'hidden';") > MOST_OFF
    assert seen("label.style.visibility = ''; document.querySelector('#story .w1080 rect').style.fill = 'none';") > 0
    assert seen("document.querySelector('#story .w1080').style.marginTop = '24px';") > MOST_OFF
