"""Colours of a figure on paper and on a dark screen: each keeps its hue, and its distance from the ground."""

from __future__ import annotations

import re
from functools import cache

_COLOUR = re.compile(r'(?<=(?:fill|roke)=")#[0-9a-f]{6}(?=")')
_INK, _GROUND, _BRIGHT = 0.22, 0.21, 0.93
"""Lightness (OKLab) of ink on paper, and what white and ink become."""
_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
"""OKLab of Ottosson, "A perceptual color space for image processing", 2020: linear RGB to LMS to Lab, and back."""
_Triple = tuple[float, float, float]


def in_theme(svg: str, theme: str) -> str:
    """The figure in its theme: its colours are those of paper."""
    return _COLOUR.sub(lambda found: on_dark(found[0]), svg) if theme == "dark" else svg


@cache
def on_dark(colour: str) -> str:
    """A colour of paper, `#rrggbb`, as a dark screen has it: light for dark, of the same hue.

    >>> on_dark("#ffffff"), on_dark("#1c1b19")
    ('#181818', '#e8e7e4')
    """
    light, a, b = _lab(colour)
    turned = min(_BRIGHT + (_GROUND - _BRIGHT) * (light - _INK) / (1 - _INK), 0.96)
    for share in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.0):  # as much of its hue as a screen can show
        shown = _rgb((turned, a * share, b * share))
        if all(-1e-4 <= channel <= 1 + 1e-4 for channel in shown):
            break
    return "#" + "".join(f"{round(255 * _curved(min(max(channel, 0.0), 1.0))):02x}" for channel in shown)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    bright = sorted((_luminance(one), _luminance(other)))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> _Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _flat(red), _flat(green), _flat(blue)


def _flat(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _curved(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _lab(colour: str) -> _Triple:
    long, middle, short = (value ** (1 / 3) for value in _times(_TO_LMS, _linear(colour)))
    return _times(_TO_LAB, (long, middle, short))


def _rgb(lab: _Triple) -> _Triple:
    long, middle, short = (value**3 for value in _times(_FROM_LAB, lab))
    return _times(_FROM_LMS, (long, middle, short))


def _times(matrix: tuple[_Triple, _Triple, _Triple], one: _Triple) -> _Triple:
    first, second, third = (sum(factor * value for factor, value in zip(row, one, strict=True)) for row in matrix)
    return first, second, third
