"""Kinds of lines are told apart by whoever sees colours otherwise, and can be read: measured, on paper and on a screen.

How colours are seen: Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by
dichromats", 1999, in linear RGB. How far two are apart: OKLab, in which .02 can just be seen side by side.
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tracer.export import palette
from tracer.export.figure.theme import contrast
from tracer.export.story.paint import LIGHT

CSS = (Path(palette.__file__).parent / "page" / "page.css").read_text(encoding="utf-8")
SEEN = {
    "with all cones": np.eye(3),
    "without long": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "without middle": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    "without short": np.array([[1, 0.15236, -0.14473], [0, 0.86717, 0.13283], [0, 0.86717, 0.13283]]),
}
"""Linear RGB as it is seen."""
_LMS = np.array([[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]])
_LAB = np.array([[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]])
LEAST = 0.055
"""Three times what can just be seen."""
KINDS = ("retained", "passed_on", "held", "attributed", "derived", "released", "relation")


def themes() -> list[dict[str, str]]:
    """The page's colours by name: on paper, and dark in its two places."""
    blocks = re.findall(r"\{\s*color-scheme: (?:light|dark);(.*?)\}", CSS, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in blocks]


def lab(colour: str, sight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a colour, `#rrggbb`, is in OKLab for such eyes."""
    curved = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    flat = np.where(curved <= 0.04045, curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    return np.asarray(_LAB @ np.cbrt(_LMS @ np.clip(sight @ flat, 0, 1)))


@pytest.mark.parametrize("sight", SEEN)
def test_kinds_are_apart_for_all_eyes(sight: str) -> None:
    assert len(themes()) == 3
    for colours in themes():
        for one, other in combinations(KINDS, 2):
            apart = np.linalg.norm(lab(colours[one], SEEN[sight]) - lab(colours[other], SEEN[sight]))
            assert apart >= LEAST, (one, other, colours["paper"])


def test_kinds_can_be_read_as_words() -> None:
    for colours in themes():
        for kind in KINDS:
            assert min(contrast(colours[kind], colours[ground]) for ground in ("paper", "card")) >= 4.5, kind


def test_bars_and_lines_of_a_story_can_be_seen() -> None:
    for colours in (*themes(), {"paper": LIGHT.paper, "pale": LIGHT.pale, "retained": LIGHT.strong}):
        assert min(contrast(colours[line], colours["paper"]) for line in ("pale", "retained")) >= 3


def test_other_programs_get_the_colours_of_the_page() -> None:
    paper = themes()[0]
    for kind, colour in palette.EDGE_COLOURS.items():
        if kind in paper:
            assert paper[kind] == "#{:02x}{:02x}{:02x}".format(*colour)
