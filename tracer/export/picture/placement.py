"""Coordinates: cards and lines of the picture, in pixels of its natural size, and from them a place for every node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracer.export.picture.balance import LOWEST, band_of
from tracer.export.picture.cards import deal, merged_bundles
from tracer.export.picture.columns import LINES
from tracer.export.picture.deck import Bundle, Card, Deck, Port
from tracer.export.picture.layout import Arrangement, Box, Link, arrange
from tracer.graph.model import Graph

CARD = 212.0
"""Width of a card."""
HEAD = 58.0
"""Height of a card's head: a name in two lines, the role."""
CHIP = 38.0
"""Height of one line in a card, with the space above it."""
TOGGLE = 22.0
"""Height of a closed card's line that opens it."""
FOOT = 8.0
"""Space below the last line."""
HIDDEN = 46.0
"""Height of a proposed hidden dataset."""
TOP = 44.0
"""Space above the cards for the columns' names."""
BAND = 36.0
"""Space above the band of those who touch no data, for its name."""
SIDE = 20.0
"""Space around the picture."""
_GAP = 62.0
_PER_LINE = 3.0
"""Space between layers: more where more lines pass."""
_FAN = 5.0
"""Distance between lines that end at one port."""

Point = tuple[float, float]


@dataclass(frozen=True)
class BundlePath:
    """One bundle's way: cubic curves through `points`, which come in fours."""

    bundle: Bundle
    points: tuple[Point, ...]
    """Start, then (control, control, end) for each curve or straight piece."""


@dataclass(frozen=True)
class Picture:
    """Where everything is drawn."""

    deck: Deck
    left: dict[str, float]
    """Card id -> x of its left side."""
    top: dict[str, float]
    lines: tuple[BundlePath, ...]
    columns: tuple[tuple[str, float, float], ...]
    layers: tuple[float, ...]
    """Layer -> x of its cards' left side."""
    band: float | None
    """y of the line above those who touch no data; None where there is none of them."""
    bends: Mapping[str, Sequence[tuple[int, float]]]
    """Bundle id -> (layer, y) where it passes between the cards of a layer."""
    width: float
    height: float


def small(card: Card) -> bool:
    """Whether a card has a name and nothing in it: a proposed list, or one without a holder."""
    return card.node["kind"] not in {"party", "group"}


def card_height(card: Card, *, closed: bool = False) -> float:
    """Height of a card in pixels; `closed`: without the lines in it."""
    if small(card):
        return HIDDEN
    if closed:
        return HEAD + (TOGGLE if card.chips and card.node["kind"] == "party" else 0.0)
    return HEAD + CHIP * len(card.chips) + (FOOT if card.chips else 0.0)


def port_offset(card: Card, port: Port) -> float:
    """Distance of a port from its card's top."""
    if port.chip is None:
        return HIDDEN / 2 if small(card) else HEAD / 2
    return HEAD + CHIP * [chip.id for chip in card.chips].index(port.chip) + (CHIP - 4.0) / 2


def place(deck: Deck, *, closed: bool = False) -> Picture:
    """Lays out the whole deck: every card open; or every card closed, with its roads for lines."""
    if closed:
        deck = Deck(deck.cards, tuple(road for road, _ in merged_bundles(deck).values()))
    cards = {card.node["id"]: card for card in deck.cards}
    joined = {port.card for bundle in deck.bundles for port in (bundle.source, bundle.target)}
    boxes = [
        Box(name, card.layer, card_height(card, closed=closed), band_of(card.column, joined=name in joined))
        for name, card in cards.items()
    ]
    links = [
        Link(
            bundle.id,
            bundle.source.card,
            port_offset(cards[bundle.source.card], bundle.source),
            bundle.target.card,
            port_offset(cards[bundle.target.card], bundle.target),
            3.0 if bundle.kind in {"retained", "passed_on", "derived", "attributed"} else 1.0,
        )
        for bundle in deck.bundles
    ]
    arrangement = arrange(boxes, links, apart=(LOWEST, BAND + 22.0))
    lefts, width = _layer_sides(deck, cards)
    left = {name: lefts[card.layer] for name, card in cards.items()}
    top = {name: y + TOP + SIDE for name, y in arrangement.top.items()}
    lines = _lines(deck, cards, arrangement, left, top, lefts)
    columns = _columns(deck, lefts)
    bends = {name: [(layer, y + TOP + SIDE) for layer, y in way] for name, way in arrangement.bends.items()}
    height = arrangement.height + TOP + 2 * SIDE
    lowest = min((top[name] for name, card in cards.items() if card.column == LINES), default=None)
    band = None if lowest is None else lowest - BAND
    return Picture(deck, left, top, lines, columns, tuple(lefts), band, bends, width, height)


def _layer_sides(deck: Deck, cards: dict[str, Card]) -> tuple[list[float], float]:
    depth = max((card.layer for card in cards.values()), default=0) + 1
    passing = [0] * depth
    for bundle in deck.bundles:
        ends = sorted((cards[bundle.source.card].layer, cards[bundle.target.card].layer))
        for layer in range(ends[0], max(ends[1], ends[0] + 1)):
            passing[layer] += 1
    lefts, x = [], SIDE
    for layer in range(depth):
        lefts.append(x)
        x += CARD + min(_GAP + _PER_LINE * passing[layer], 120.0)
    # Lines that bulge out of the last layer need room too.
    return lefts, lefts[-1] + CARD + SIDE + (60.0 if passing[-1] else 0.0)


def _columns(deck: Deck, lefts: list[float]) -> tuple[tuple[str, float, float], ...]:
    sides: dict[str, tuple[float, float]] = {}
    for card in deck.cards:
        if card.column == LINES:
            continue
        x = lefts[card.layer]
        before = sides.get(card.column, (x, x + CARD))
        sides[card.column] = (min(before[0], x), max(before[1], x + CARD))
    return tuple((column, *ends) for column, ends in sorted(sides.items(), key=lambda side: side[1]))


def _lines(
    deck: Deck,
    cards: dict[str, Card],
    arrangement: Arrangement,
    left: dict[str, float],
    top: dict[str, float],
    lefts: list[float],
) -> tuple[BundlePath, ...]:
    fans = _fans(deck, cards, top, arrangement)
    lanes = _lanes(deck, cards, top)
    lines = []
    for bundle in deck.bundles:
        ends = []
        for port, leaves in ((bundle.source, True), (bundle.target, False)):
            right = _on_right(bundle, cards, port)
            x = left[port.card] + (CARD if right else 0.0)
            y = top[port.card] + port_offset(cards[port.card], port) + fans[(bundle.id, leaves)]
            ends.append((x, y))
        layers = cards[bundle.source.card].layer, cards[bundle.target.card].layer
        if layers[0] == layers[1]:
            # A road within one card goes out above and comes back below.
            turn = 9.0 if bundle.source == bundle.target else 0.0
            start, end = (ends[0][0], ends[0][1] - turn), (ends[1][0], ends[1][1] + turn)
            lines.append(BundlePath(bundle, _bulge(start, end, lanes[bundle.id])))
            continue
        way = [ends[0]]
        for layer, y in arrangement.bends.get(bundle.id, []):
            sides = [(lefts[layer], y + TOP + SIDE), (lefts[layer] + CARD, y + TOP + SIDE)]
            way += sides if layers[0] < layers[1] else sides[::-1]
        way.append(ends[1])
        lines.append(BundlePath(bundle, _curve(way)))
    return tuple(lines)


def _on_right(bundle: Bundle, cards: dict[str, Card], port: Port) -> bool:
    """Whether a line leaves or reaches its card on the right: towards the other end; within a layer always."""
    here, there = cards[bundle.source.card].layer, cards[bundle.target.card].layer
    if here == there:
        return True
    return (here < there) == (port is bundle.source)


def _fans(
    deck: Deck, cards: dict[str, Card], top: dict[str, float], arrangement: Arrangement
) -> dict[tuple[str, bool], float]:
    """(bundle id, leaves) -> how far off the port's middle it ends, so that lines of one port are apart.

    In the order of where they go next: the nearest bend, else the other end.
    """
    meeting: dict[tuple[Port, bool], list[tuple[float, str, bool]]] = defaultdict(list)
    for bundle in deck.bundles:
        for port, other, leaves in ((bundle.source, bundle.target, True), (bundle.target, bundle.source, False)):
            bends = arrangement.bends.get(bundle.id)
            y = top[other.card] + port_offset(cards[other.card], other)
            if bends:
                y = bends[0 if leaves else -1][1] + TOP + SIDE
            meeting[(port, _on_right(bundle, cards, port))].append((y, bundle.id, leaves))
    offsets = {}
    for (port, _), ends in meeting.items():
        room = (CHIP - 12.0) if port.chip is not None else HEAD - 16.0
        step = min(_FAN, room / max(len(ends) - 1, 1))
        for number, (_, name, leaves) in enumerate(sorted(ends)):
            offsets[(name, leaves)] = (number - (len(ends) - 1) / 2) * step
    return offsets


def _lanes(deck: Deck, cards: dict[str, Card], top: dict[str, float]) -> dict[str, int]:
    """Bundle id -> lane, for those within a layer: the shorter the nearer, none that overlap in the same lane."""
    spans: dict[int, list[tuple[float, float, float, str]]] = defaultdict(list)
    for bundle in deck.bundles:
        if cards[bundle.source.card].layer == cards[bundle.target.card].layer:
            ends = sorted(
                top[port.card] + port_offset(cards[port.card], port) for port in (bundle.source, bundle.target)
            )
            spans[cards[bundle.source.card].layer].append((ends[1] - ends[0], ends[0], ends[1], bundle.id))
    lanes: dict[str, int] = {}
    for members in spans.values():
        placed: list[tuple[float, float, int]] = []
        for _, upper, lower, name in sorted(members):
            used = {lane for high, low, lane in placed if upper <= low and high <= lower}
            lane = next(lane for lane in range(len(placed) + 1) if lane not in used)
            placed.append((upper, lower, lane))
            lanes[name] = lane
    return lanes


def _bulge(start: Point, end: Point, lane: int) -> tuple[Point, ...]:
    """A bow on the right side, one lane after another."""
    out = min(30.0 + 34.0 * lane, 132.0)
    return (start, (start[0] + out, start[1]), (end[0] + out, end[1]), end)


def _curve(way: list[Point]) -> tuple[Point, ...]:
    points = [way[0]]
    for (x1, y1), (x2, y2) in pairwise(way):
        pull = (x2 - x1) * 0.5
        points += [(x1 + pull, y1), (x2 - pull, y2), (x2, y2)]
    return tuple(points)


def positions(graph: Graph) -> dict[str, Point]:
    """Node id -> (x, y), y downwards, as in the picture; canaries and callers, which it counts, are right of it."""
    picture = place(deal(graph, most=len(graph["nodes"])))
    found: dict[str, Point] = {}
    for card in picture.deck.cards:
        name = card.node["id"]
        x, y = picture.left[name] + CARD / 2, picture.top[name]
        found[name] = (x, y + HEAD / 2)
        for chip in card.chips:
            for number, node in enumerate(chip.nodes):
                found[node] = (x, y + port_offset(card, Port(name, chip.id)) + 12.0 * number)
    apart = {"canary": picture.width + 60.0, "caller": picture.width + 220.0}
    rows: dict[str, int] = defaultdict(int)
    for graph_node in graph["nodes"]:
        kind = graph_node["kind"]
        if graph_node["id"] not in found:
            found[graph_node["id"]] = (apart.get(kind, picture.width), TOP + 24.0 * rows[kind])
            rows[kind] += 1
    return found
