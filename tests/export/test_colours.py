"""Kinds of lines are told apart by whoever sees colours otherwise, and can be read: measured, on paper and on a screen.

How colours are seen: Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by
dichromats", 1999, in linear RGB. How far two are apart: OKLab, in which .02 can just be seen side by side.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray

from tracer.export.drawing.looks import DARK, DASHES, GREY, LIGHT, PAINTS, PRINTED, contrast
from tracer.export.formats import Outgoing, render

SEEN = {
    "with all cones": np.eye(3),
    "without long": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "without middle": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    "without short": np.array([[1, 0.15236, -0.14473], [0, 0.86717, 0.13283], [0, 0.86717, 0.13283]]),
}
"""Linear RGB as it is seen."""
_LMS = np.array([[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]])
_LAB = np.array([[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]])


def lab(colour: str, sight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a colour, `#rrggbb`, is in OKLab for such eyes."""
    curved = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    flat = np.where(curved <= 0.04045, curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    return np.asarray(_LAB @ np.cbrt(_LMS @ np.clip(sight @ flat, 0, 1)))


def test_what_was_done_is_apart_for_all_eyes_and_in_grey() -> None:
    for theme, sight in product(PRINTED, SEEN):
        for one, other in combinations([PRINTED[theme].of(role) for role in ("beyond", "copied", "handed", "bar")], 2):
            apart = np.linalg.norm(lab(one, SEEN[sight]) - lab(other, SEEN[sight]))
            assert apart >= 0.09, (theme, sight, one, other)  # four times what can just be seen
    light = [float(lab(GREY.of(role), np.eye(3))[0]) for role in ("beyond", "copied", "handed", "bar", "paper")]
    assert min(later - before for before, later in pairwise(light)) >= 0.08
    assert all(PAINTS["beyond"].line > look.line for name, look in PAINTS.items() if name != "beyond")
    assert len(set(DASHES.values())) == len(DASHES)
    assert DASHES["documented"] == ""


def test_words_can_be_read_and_lines_be_seen() -> None:
    for theme in PRINTED.values():
        assert min(contrast(theme.of(role), theme.paper) for role in ("ink", "soft", "beyond", "copied")) >= 4.5
        assert min(contrast(theme.of(role), theme.paper) for role in ("handed", "known")) >= 3
        assert contrast("#161513" if theme is not GREY else theme.ink, theme.handed) >= 4.5, "numbers on a grey dot"


def test_the_page_has_the_colours_of_the_table(out: Outgoing) -> None:
    page = render(out, "html")[""].decode().replace(": #", ":#")
    for theme, role in product((LIGHT, DARK), ("ink", "soft", "paper", "beyond", "copied", "handed", "bar")):
        assert f"--{role}:{theme.of(role)}" in page, role
