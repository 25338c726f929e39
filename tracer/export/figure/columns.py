"""Spots in columns from left to right, each below its name, ribbons between them: long ones pass between the spots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from tracer.export.figure.canvas import INK, PAPER, RULE, SOFT, Canvas, shown
from tracer.export.figure.ribbons import NAME, SMALL, Ribbon, Spot, TextBoxes, box_of, draw_ribbon
from tracer.export.figure.sheet import GREY, STRONG
from tracer.export.page.text import shorten, width, wrap
from tracer.export.picture.layout import Arrangement, Box, Link, arrange

BAR = 9.0
NARROWEST = 104.0
"""Pixels from column to column below which names would be cut to nothing."""
_GAP, _HEAD, _LINES = 16.0, 34.0, 3
_STEP = 14.0
_WRITTEN = 24
"""Ribbons that are written at, those that matter most and the widest."""
_PLACES = (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8)
"""Where along its way a ribbon's text may be."""
_AROUND = 3.0
"""Pixels at both sides of a bar that no text takes."""
_CROSSING = 12.0
"""Lines that are thinner are interrupted by their text."""
Point = tuple[float, float]


class Columns:
    """The drawing, as it grows."""

    def __init__(self, canvas: Canvas, spots: Sequence[Spot], ribbons: Sequence[Ribbon], room: float) -> None:
        used = {layer: at for at, layer in enumerate(sorted({spot.layer for spot in spots}))}
        self.canvas, self.texts = canvas, TextBoxes()
        self.spots = {spot.id: replace(spot, layer=used[spot.layer]) for spot in spots}
        self.ribbons = [ribbon for ribbon in ribbons if ribbon.source != ribbon.target]
        self.ways: list[list[Point]] = []
        """Points that each ribbon goes through."""
        self.room, self.pitch = room, room / max(len(used), 1)
        self.names = {spot.id: self._name(spot) for spot in spots}

    def draw(self) -> float:
        """Draws all of it; returns its height."""
        middle = {name: self._above(name) + max(spot.size, 3.0) / 2 for name, spot in self.spots.items()}
        boxes = [Box(spot.id, spot.layer, self._above(spot.id) + max(spot.size, 3.0)) for spot in self.spots.values()]
        links = [
            Link(str(at), ribbon.source, middle[ribbon.source], ribbon.target, middle[ribbon.target], 1 + ribbon.thick)
            for at, ribbon in enumerate(self.ribbons)
        ]
        placed = arrange(boxes, links, _GAP)
        ports = _ports(self.spots, self.ribbons, {name: self._above(name) for name in self.spots}, placed)
        ways = self.ways = [self._way(at, ribbon, ports[at], placed) for at, ribbon in enumerate(self.ribbons)]
        for ribbon, way in sorted(zip(self.ribbons, ways, strict=True), key=lambda one: one[0].strong):
            _ribbon(self.canvas, ribbon, way)
        self._heads()
        for name, spot in self.spots.items():
            self._spot(spot, _HEAD + placed.top[name])
        order = sorted(range(len(ways)), key=lambda at: (not self.ribbons[at].needed, -self.ribbons[at].thick, at))
        for at in order[:_WRITTEN]:
            self._text(self.ribbons[at], ways[at])
        return _HEAD + placed.height + 6.0

    def _name(self, spot: Spot) -> list[str]:
        return wrap(shown(spot.name), self.pitch - 12.0, NAME, lines=_LINES, bold=True)

    def _above(self, name: str) -> float:
        return _STEP * (len(self.names[name]) + len(self.spots[name].details)) + 4.0

    def _left(self, name: str) -> float:
        return self.spots[name].layer * self.pitch

    def _heads(self) -> None:
        """A heading over the columns that share it."""
        heads: dict[int, str] = {}
        for spot in self.spots.values():
            heads.setdefault(spot.layer, spot.head)
        start = 0
        for layer in range(1, len(heads) + 1):
            if layer == len(heads) or heads[layer] != heads[start]:
                left, right = start * self.pitch, layer * self.pitch - 12.0
                self.canvas.text(left, 12, heads[start], size=SMALL, fill=SOFT, room=right - left)
                self.texts.take(left, 12, shorten(shown(heads[start]), right - left, SMALL), SMALL)
                self.canvas.path(f"M{left:.1f} 19H{right:.1f}", stroke=RULE)
                start = layer

    def _spot(self, spot: Spot, top: float) -> None:
        x, y = self._left(spot.id), top + 11.0
        fill = STRONG if spot.strong else INK
        for line in self.names[spot.id]:
            self.canvas.text(x, y, line, size=NAME, bold=True, fill=fill, halo=True)
            self.texts.take(x, y, line, NAME, bold=True)
            y += _STEP
        for line in spot.details:
            cut = shorten(shown(line), self.pitch - 12.0, SMALL)
            self.canvas.text(x, y, cut, size=SMALL, fill=SOFT, halo=True)
            self.texts.take(x, y, cut, SMALL)
            y += _STEP
        ground, line = ("none", GREY) if spot.hollow else (STRONG if spot.strong else INK, "none")
        self.canvas.rect(x, top + self._above(spot.id), BAR, max(spot.size, 3.0), fill=ground, stroke=line)
        self.texts.block(x - _AROUND, top + self._above(spot.id), BAR + 2 * _AROUND, max(spot.size, 3.0))

    def _way(self, at: int, ribbon: Ribbon, ports: tuple[float, float], placed: Arrangement) -> list[Point]:
        """Points from the one bar to the other: within a column to the right and around, back from left to right."""
        first, last = self.spots[ribbon.source], self.spots[ribbon.target]
        back = last.layer < first.layer
        start = (self._left(first.id) + (0.0 if back else BAR), _HEAD + placed.top[first.id] + ports[0])
        end = (self._left(last.id) + (BAR if back or first.layer == last.layer else 0.0),
               _HEAD + placed.top[last.id] + ports[1])  # fmt: skip
        if first.layer == last.layer:
            return [start, (start[0] + min(40.0, self.pitch / 3), (start[1] + end[1]) / 2), end]
        bends = placed.bends.get(str(at), [])
        return [start, *((layer * self.pitch + BAR / 2, _HEAD + y) for layer, y in bends), end]

    def _text(self, ribbon: Ribbon, way: Sequence[Point]) -> None:
        """Writes what a ribbon says where it touches no other text; in fewer words, or not, where there is no room."""
        size, fill = SMALL, INK if ribbon.strong else SOFT
        for text in filter(None, (ribbon.text, ribbon.short)):
            wide = width(shown(text), size, bold=ribbon.strong)
            for x, y in _candidates(way):
                place = (min(max(x, wide / 2), self.room - wide / 2), y + 4.0)
                box = box_of(*place, text, size, anchor="middle", bold=ribbon.strong)
                if not self.texts.free(box):
                    continue
                if ribbon.thick < _CROSSING:
                    self.canvas.rect(box[0] - 2.0, box[1], box[2] - box[0] + 4.0, box[3] - box[1], fill=PAPER)
                self.canvas.text(*place, text, size=size, bold=ribbon.strong, fill=fill, anchor="middle", halo=True)
                self.texts.taken.append(box)
                return


def _candidates(way: Sequence[Point]) -> Iterator[Point]:
    """Places for a text on a way, the best first, then a little above and below."""
    pieces = sorted(pairwise(way), key=lambda piece: -abs(piece[1][0] - piece[0][0]))
    for shift in (0.0, -13.0, 13.0, -26.0, 26.0):
        for (x1, y1), (x2, y2) in pieces:
            for share in _PLACES:
                eased = share * share * (3 - 2 * share)
                yield x1 + (x2 - x1) * share, y1 + (y2 - y1) * eased + shift


def _ports(
    spots: Mapping[str, Spot], ribbons: Sequence[Ribbon], above: Mapping[str, float], placed: Arrangement
) -> list[tuple[float, float]]:
    """(port at the source, port at the target) of each ribbon: next to each other on the bar, as they go up or down."""
    ends: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
    for at, ribbon in enumerate(ribbons):
        bends = placed.bends.get(str(at), [])
        one, other = (placed.top[name] + above[name] for name in (ribbon.source, ribbon.target))
        ends[ribbon.source, True].append((bends[0][1] if bends else other, at))
        ends[ribbon.target, False].append((bends[-1][1] if bends else one, at))
    found: list[list[float]] = [[0.0, 0.0] for _ in ribbons]
    for (name, leaving), there in ends.items():
        y = above[name]
        total = sum(ribbons[at].thick for _, at in there)
        fits = min(1.0, max(spots[name].size, 3.0) / total) if total else 1.0
        for _, at in sorted(there):
            found[at][0 if leaving else 1] = y + ribbons[at].thick * fits / 2
            y += ribbons[at].thick * fits
    return [(one, other) for one, other in found]


def _ribbon(canvas: Canvas, ribbon: Ribbon, way: Sequence[Point]) -> None:
    d = f"M{way[0][0]:.1f} {way[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(way):
        pull = (x2 - x1) * 0.45
        if abs(x2 - x1) < 60 and len(way) == 3:  # a bow within a column
            d += f"Q{x2:.1f} {y1:.1f} {x2:.1f} {y2:.1f}" if x2 >= x1 else f"Q{x1:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        else:
            d += f"C{x1 + pull:.1f} {y1:.1f} {x2 - pull:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    draw_ribbon(canvas, d, ribbon, ribbon.thick)
    if not ribbon.headless:
        (x1, _), (x, y) = way[-2], way[-1]
        ahead = -1.0 if x < x1 else 1.0
        half = min(max(ribbon.thick / 2 + 2.0, 3.5), 7.0)
        foot = x - ahead * half * 1.3
        canvas.path(
            f"M{foot:.1f} {y - half:.1f}L{x:.1f} {y:.1f}L{foot:.1f} {y + half:.1f}z",
            fill=STRONG if ribbon.strong else GREY,
        )  # fmt: skip
