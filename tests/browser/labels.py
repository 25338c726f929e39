"""Measures what is written in the page's picture: boxes of all texts and marks as the browser draws them."""

from __future__ import annotations

from itertools import combinations

from playwright.sync_api import Page

_MEASURE = """() => {
  const picture = document.getElementById('picture'), scale = picture.getScreenCTM().a;
  const shown = (element) => element.getClientRects().length > 0;
  const box = (element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [x / scale, y / scale, (x + width) / scale, (y + height) / scale];
  };
  const texts = [...picture.querySelectorAll('text')].filter((text) => shown(text) && !text.closest('.mark'));
  const time = picture.classList.contains('view-time');
  const nodes = [...picture.querySelectorAll(time ? '#cards .chip rect' : '#cards .body')].filter(shown);
  return {
    texts: texts.map((text) => {
      const owner = text.closest('.chip, .toggle, .head');
      return {text: text.textContent, box: box(text), owner: owner && box(owner.querySelector('rect'))};
    }),
    marks: [...picture.querySelectorAll('.mark rect')].filter(shown).map(box),
    nodes: nodes.map(box),
  };
}"""
_AIR = 3.0
"""A text's box has this much space above and below the letters."""


def troubles(page: Page) -> tuple[list[str], int]:
    """What overlaps or sticks out, in words; and how many texts and marks were measured."""
    found = page.evaluate(_MEASURE)
    wrong = []
    for text in found["texts"]:
        x, _, right, _ = text["box"]
        if text["owner"] is not None and not (text["owner"][0] <= x and right <= text["owner"][2]):
            wrong.append(f"sticks out: {text['text']}")
    for one, other in combinations(found["texts"], 2):
        if _meet(one["box"], other["box"], _AIR):
            wrong.append(f"{one['text']} over {other['text']}")
    for mark in found["marks"]:
        wrong += [f"a mark over {text['text']}" for text in found["texts"] if _meet(mark, text["box"], _AIR)]
        wrong += [f"a mark over the box at {node}" for node in found["nodes"] if _meet(mark, node, 1.0)]
    wrong += [
        f"a mark over a mark at {one}" for one, other in combinations(found["marks"], 2) if _meet(one, other, 1.0)
    ]
    return wrong, len(found["texts"]) + len(found["marks"])


def _meet(one: list[float], other: list[float], air: float) -> bool:
    across = one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5
    return across and one[1] < other[3] - air and other[1] < one[3] - air
