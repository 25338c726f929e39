"""Measures the page's map: boxes of all that is written, of cards, grades and lines, as the browser draws them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from playwright.sync_api import Page

_MEASURE = """() => {
  const picture = document.getElementById('map'), frame = document.getElementById('frame').getBoundingClientRect();
  const shown = (element) => element.getClientRects().length > 0;
  const box = (element) => {
    const {x, y, right, bottom} = element.getBoundingClientRect();
    return [x, y, right, bottom];
  };
  const scale = picture.getScreenCTM().a;
  const texts = [...picture.querySelectorAll('text')].filter(shown);
  const lines = [...picture.querySelectorAll('.step .line')].filter(shown).map((path) => {
    const long = path.getTotalLength(), many = Math.max(8, Math.ceil(long / 6)), at = path.getScreenCTM();
    return {
      ends: [path.closest('.step').dataset.from, path.closest('.step').dataset.to],
      points: [...Array(many + 1).keys()].map((n) => {
        const {x, y} = path.getPointAtLength(long * n / many).matrixTransform(at);
        return [x, y];
      }),
    };
  });
  return {
    form: picture.getAttribute('class').replace('form-', ''),
    frame: box(document.getElementById('frame')), svg: box(picture),
    texts: texts.map((text) => ({
      text: text.textContent, box: box(text), size: parseFloat(getComputedStyle(text).fontSize) * scale,
      owner: text.closest('.card') && box(text.closest('.card').querySelector('.frame')),
    })),
    pills: [...picture.querySelectorAll('.pill rect')].filter(shown).map(box),
    cards: [...picture.querySelectorAll('.card .frame')].filter(shown).map(box),
    lines,
  };
}"""
_AIR = 3.0
"""A text's box has this much space above and below the letters."""


def measured(page: Page) -> Any:
    """The boxes of the map."""
    return page.evaluate(_MEASURE)


def troubles(found: Any, least: float = 12.0) -> list[str]:
    """What is too small, overlaps, sticks out or goes through a card, in words."""
    wrong = [f"{one['size']:.1f} px: {one['text']}" for one in found["texts"] if one["size"] < least - 0.01]
    x, _, right, _ = found["frame"]
    if found["svg"][0] < x - 1 or found["svg"][2] > right + 1:
        wrong.append(f"wider than its frame: {found['svg']} in {found['frame']}")
    for one in found["texts"]:
        left, top, end, foot = one["box"]
        inside = one["owner"] or found["svg"]
        if left < inside[0] - 1 or end > inside[2] + 1 or top < inside[1] - _AIR or foot > inside[3] + _AIR:
            wrong.append(f"sticks out: {one['text']}")
    for one, other in combinations(found["texts"], 2):
        if _meet(one["box"], other["box"], _AIR):
            wrong.append(f"{one['text']} over {other['text']}")
    for one, other in combinations(found["pills"], 2):
        wrong += [f"a grade over a grade at {one}"] if _meet(one, other, 4.0) else []
    for one, other in combinations(found["cards"], 2):
        wrong += [f"a card over a card at {one}"] if _meet(one, other, 0.5) else []
    for pill in found["pills"]:
        wrong += [f"a grade over the card at {card}" for card in found["cards"] if _meet(pill, card, 1.0)]
    for line in found["lines"]:
        for left, top, end, foot in found["cards"]:
            if any(left + 2 < px < end - 2 and top + 2 < py < foot - 2 for px, py in line["points"]):
                wrong.append(f"a line through the card at {left:.0f} {top:.0f}")
    return wrong


def _meet(one: list[float], other: list[float], air: float) -> bool:
    across = one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5
    return across and one[1] < other[3] - air and other[1] < one[3] - air
