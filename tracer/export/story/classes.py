"""Looks of many shapes, written once: a page that draws one story at several widths says each look as a class."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

_SHAPE = re.compile(r'<(path|rect|text)((?: [a-z-]+="[^"<>]*")*)(/?)>')
_LOOK = re.compile(
    r' (fill|stroke|stroke-width|stroke-linejoin|paint-order|font-size|font-weight|text-anchor)="([^"]*)"'
)
_WHOLE = re.compile(r"(\d)\.0\b")
_PIXELS = ("font-size", "stroke-width")


def classed(drawings: Iterable[str], within: str) -> tuple[list[str], str]:
    """Drawings of ours with a class for each look, and the style that goes with them, for elements in `within`."""
    names: dict[str, str] = {}
    numbers = count(1)

    def shape(found: re.Match[str]) -> str:
        look = ";".join(f"{name}:{value}{'px' if name in _PIXELS else ''}" for name, value in _LOOK.findall(found[2]))
        if look not in names:
            names[look] = f"y{next(numbers)}"
        place = _WHOLE.sub(r"\1", _LOOK.sub("", found[2]))
        return f'<{found[1]} class="{names[look]}"{place}{found[3]}>'

    changed = [_SHAPE.sub(shape, drawing) for drawing in drawings]
    style = "".join(f"\n{within} .{name} {{ {look}; }}" for look, name in names.items() if look)
    return changed, style
