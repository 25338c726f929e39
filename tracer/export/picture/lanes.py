"""Coordinates along time: a swim lane for each party, its copies and lists in it at their days.

Lanes are in the order of the way of the data, sources above, callers below; within a column the earliest first. What
has no day is left of the axis. Boxes of one lane never overlap: they take as many rows as they need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.export.picture.deck import Card, Deck
from tracer.export.picture.placement import CARD, CHIP, HEAD, SIDE, TOP
from tracer.graph.model import GRADES, Graph, Node, day_of

CHIP_WIDTH = CARD - 14.0
LABELS = SIDE + CARD + 18.0
"""x at which the lanes begin, right of the parties' names."""
AXIS = 940.0
"""Width of the axis of days; the last day's boxes are right of it."""
MOST_BOXES = 300
"""Boxes that are drawn; the lanes with the best founded lines come first."""
_GAP = 10.0
_TICKS = (1, 2, 3, 6, 12, 24, 60)
"""Months between ticks; the first that gives at most a dozen."""


@dataclass(frozen=True)
class Lane:
    """One party's lane."""

    top: float
    height: float


@dataclass(frozen=True)
class Lanes:
    """Where everything is drawn along time."""

    lanes: Mapping[str, Lane]
    """Card id -> its lane; cards without one are not drawn."""
    chips: Mapping[str, tuple[float, float]]
    """Chip id -> x, y of its box."""
    axis: tuple[str, float, float] | None
    """The first day, its x, and pixels per day: for lines that have a day and no list."""
    ticks: tuple[tuple[float, str], ...]
    """x and month (`2026-01`) of the lines down the lanes."""
    width: float
    height: float
    left_out: int
    """Cards that have no lane because there are too many boxes, or nothing in them."""


def place_in_time(graph: Graph, deck: Deck) -> Lanes:
    """Lays the deck out along time."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    days = {chip.id: _day(nodes, chip.nodes) for card in deck.cards for chip in card.chips}
    known = [day for day in days.values() if day is not None]
    shown = _shown(deck)
    if not known:
        return Lanes({}, {}, None, (), LABELS + AXIS, TOP + SIDE, len(deck.cards))
    first, last = min(known), max(known)
    undated = any(day is None for card in shown for day in (days[chip.id] for chip in card.chips))
    begin = LABELS + (CHIP_WIDTH + 2 * _GAP if undated else 0.0)
    span = max((last - first).days, 1)

    def x_of(day: date | None) -> float:
        return LABELS if day is None else begin + AXIS * (day - first).days / span

    lanes, chips, y = dict[str, Lane](), dict[str, tuple[float, float]](), TOP + SIDE
    for card in sorted(shown, key=lambda card: (card.layer, _first(card, days), card.node["id"])):
        rows: list[float] = []
        for chip in sorted(card.chips, key=lambda chip: (x_of(days[chip.id]), chip.id)):
            x = x_of(days[chip.id])
            row = next((number for number, end in enumerate(rows) if end <= x), len(rows))
            rows[row:] = [x + CHIP_WIDTH + _GAP, *rows[row + 1 :]]
            chips[chip.id] = (x, y + 8.0 + CHIP * row)
        height = max(HEAD + 4.0, CHIP * len(rows) + 12.0)
        lanes[card.node["id"]] = Lane(y, height)
        y += height + 6.0
    width = begin + AXIS + CHIP_WIDTH + SIDE + 40.0
    axis = (first.isoformat(), begin, AXIS / span)
    return Lanes(lanes, chips, axis, _ticks(first, last, x_of), width, y + SIDE, len(deck.cards) - len(lanes))


def _day(nodes: Mapping[str, Node], names: tuple[str, ...]) -> date | None:
    known = [day for name in names if (day := day_of(nodes[name])) is not None]
    return date.fromisoformat(min(known)) if known else None


def _first(card: Card, days: Mapping[str, date | None]) -> date:
    return min((day for chip in card.chips if (day := days[chip.id]) is not None), default=date.max)


def _shown(deck: Deck) -> list[Card]:
    """The cards that have something in them or are joined, the best founded first, as long as there is room."""
    best: dict[str, int] = {}
    for bundle in deck.bundles:
        for name in (bundle.source.card, bundle.target.card):
            best[name] = max(best.get(name, 0), GRADES.index(bundle.best))
    filled = [card for card in deck.cards if card.node["kind"] == "party" and (card.chips or card.node["id"] in best)]
    room, kept = MOST_BOXES, []
    for card in sorted(filled, key=lambda card: (-best.get(card.node["id"], -1), card.node["id"])):
        room -= 1 + len(card.chips)
        if room < 0:
            break
        kept.append(card)
    return kept


def _ticks(first: date, last: date, x_of: Callable[[date], float]) -> tuple[tuple[float, str], ...]:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in _TICKS if months / step <= 12), _TICKS[-1])
    found = []
    for number in range(0, months + 1, step):
        month = (first.month - 1 + number) % 12 + 1
        day = date(first.year + (first.month - 1 + number) // 12, month, 1)
        if day < first and number == 0:
            day = first
        if day <= last + timedelta(days=1):
            found.append((x_of(day), f"{day:%Y-%m}"))
    return tuple(found)
