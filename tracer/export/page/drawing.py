"""What the picture's template draws: cards, chips and lines with their places, in the words and sizes of the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tracer.export.page.inside import PageWord, names_inside, told_inside
from tracer.export.page.text import clean, shorten, width, wrap
from tracer.export.picture.cards import merged_bundles
from tracer.export.picture.deck import STRENGTH, Bundle, Card, Chip, Deck, Port
from tracer.export.picture.edge_labels import EdgeLabels
from tracer.export.picture.lanes import MOST_BOXES
from tracer.export.picture.placement import CARD, CHIP, HEAD, BundlePath, Picture, Point, card_height, place, small
from tracer.findings.statements.headlines import firm
from tracer.graph.build import REVERSED
from tracer.graph.model import Edge, Graph, Node, day_of
from tracer.wording import key_of
from tracer.wording.voice import percent

_INSET = 12.0
_ARROW = 7.0
REF = 10.0
"""Size of an id behind a name."""
THIN = 1.4
"""Width of a line of which no contacts are counted."""


@dataclass(frozen=True)
class DrawnChip:
    """A release or list within a card."""

    anchor: str
    kind: str
    y: float
    title: str
    full: str
    note: PageWord
    when: str
    marks: int
    marks_width: float
    date: str
    """Its day, empty where it is not known: for filters."""


@dataclass(frozen=True)
class DrawnCard:
    """A party or a proposed list."""

    anchor: str
    kind: str
    column: str
    x: float
    y: float
    width: float
    height: float
    title: list[str]
    full: str
    ref: str
    """The id behind the name, where there is room for it; empty else."""
    role: PageWord
    reply: str | None
    chips: list[DrawnChip]
    marks: int
    inside: PageWord | None
    names: str
    """In a group: who is in it, as far as there is room."""
    search: str


@dataclass(frozen=True)
class DrawnLine:
    """A bundle of edges."""

    anchor: str
    kind: str
    """How it is coloured: one of the strong kinds, or `relation`."""
    word: PageWord
    said: str
    """What its label says: `lists-` or `relation-` with the kind of relation, or `relation`; of what was found of
    copies `found` or `found-perhaps`."""
    sure: str
    """How likely that is, in per cent, the least where it covers several; empty where nothing measures it."""
    without: str
    """The same without a person's judgement, where one took part."""
    several: int
    """How many edges it covers; 0 for one."""
    basis: str
    grade: str
    best: str
    """`Bundle.best`."""
    kinds: str
    path: str
    arrow: str
    width: float
    mark: Point | None
    source: str
    target: str
    ends: str
    ports: tuple[str, str]
    """Where it begins and where it ends: the card's anchor, and the chip's after a blank."""
    id: str
    road: str
    """The road that a bundle is a part of; empty for a road."""
    date: str
    """The earliest day of what it says; of what has none, the day of the list that it leads to."""


@dataclass(frozen=True)
class Drawing:
    """The whole picture: with all cards open, or, where that would be too many boxes, closed."""

    width: float
    height: float
    cards: list[DrawnCard]
    lines: list[DrawnLine]
    others: list[DrawnLine]
    columns: list[tuple[str, float, float]]
    band: float | None
    closed: bool


def shown_closed(deck: Deck) -> bool:
    """Whether all cards are drawn closed, because there would be too many boxes."""
    return deck.boxes > MOST_BOXES


def draw(graph: Graph, deck: Deck, anchors: Mapping[str, str], picture: Picture | None = None) -> Drawing:
    """Prepares every shape of `deck`; `anchors`: the id of each node's, bundle's and road's card.

    `picture`: the places of everything, as `place(deck, closed=shown_closed(deck))` gives it.
    """
    closed = shown_closed(deck)
    picture = picture or place(deck, closed=closed)
    nodes = {node["id"]: node for node in graph["nodes"]}
    cards = [_card(card, picture, nodes, anchors, closed=closed) for card in deck.cards]
    marks = EdgeLabels(
        [(card.x, card.y, card.x + card.width, card.y + card.height) for card in cards], (picture.width, picture.height)
    )
    strongest_first = sorted(picture.lines, key=lambda line: line.bundle.order)
    marked = {line.bundle.id: marks.place(line.points) for line in strongest_first if _marked(line.bundle)}
    several = {name: road for name, road in merged_bundles(deck).items() if len(road[1]) > 1}
    road_of = {name: road for road, (_, within) in several.items() for name in within}
    lines = [_line(line, nodes, anchors, road_of, marked.get(line.bundle.id)) for line in reversed(strongest_first)]
    rest = tuple(road for road, _ in several.values())
    if closed:
        rest = tuple(bundle for bundle in deck.bundles if bundle.id in road_of)
    weakest_first = sorted(rest, key=lambda bundle: bundle.order, reverse=True)
    others = [_line(BundlePath(bundle, ()), nodes, anchors, road_of, (0.0, 0.0)) for bundle in weakest_first]
    return Drawing(picture.width, picture.height, cards, lines, others, list(picture.columns), picture.band, closed)


def _card(
    card: Card, picture: Picture, nodes: Mapping[str, Node], anchors: Mapping[str, str], *, closed: bool
) -> DrawnCard:
    node = nodes.get(card.node["id"], card.node)
    label, ref = clean(node["label"]), clean(node["ref"])
    room = CARD - 2 * _INSET
    party = not small(card)
    title = wrap(label, room, 13.5, lines=2 if party else 1, bold=True)
    fits = len(title) == 1 and width(title[0], 13.5, bold=True) + 8.0 + width(ref, REF) <= room
    named = node["kind"] == "party" and ref != label and not node["protected"]
    chips = [_chip(chip, number, nodes, anchors) for number, chip in enumerate(card.chips)]
    inside = [nodes[name] for chip in card.chips for name in chip.nodes]
    marks = sum(chip.marks for chip in card.chips)
    return DrawnCard(
        anchor=anchors[node["id"]],
        kind=node["kind"],
        column=card.column,
        x=picture.left[node["id"]],
        y=picture.top[node["id"]],
        width=CARD,
        height=card_height(card, closed=closed),
        title=title,
        full=label,
        ref=ref if named and fits else "",
        role=PageWord.of("role", node["role"] or "none") if party else PageWord("node-hidden"),
        reply=node["reply"],
        chips=chips,
        marks=marks,
        inside=told_inside(inside, width(f"◆ {marks}", 11.0) + 6.0 if marks else 0.0),
        names=names_inside(inside, room - 40.0, 11.0) if node["kind"] == "group" else "",
        search=" ".join([label, clean(card.node["label"]), clean(node["id"])]).lower(),
    )


def _chip(chip: Chip, number: int, nodes: Mapping[str, Node], anchors: Mapping[str, str]) -> DrawnChip:
    y = HEAD + CHIP * number
    if chip.kind == "more":
        within = [nodes[name] for name in chip.nodes]
        title = names_inside(within, CARD - 2 * _INSET - 16.0, 12.0 * 1.16)
        note = told_inside(within) or PageWord("more", {"n": len(chip.nodes)})
        return DrawnChip(anchors[chip.id], "more", y, title, title, note, "", 0, 0.0, "")
    node = nodes[chip.id]
    label = clean(node["label"])
    marks_width = width(f"◆ {chip.marks}", 10.5) + 4.0 if chip.marks else 0.0
    title = shorten(label, CARD - 2 * _INSET - 16.0 - marks_width, 12.0, bold=True)
    when = day_of(node) or ""
    if chip.kind == "release":
        note, when = _time_of(node), ""
    elif node["contacts"] is not None:
        note = PageWord("n-contacts" if node["purged"] is None else "n-purged", {"n": node["contacts"]})
    else:
        note = PageWord("unknown")
    return DrawnChip(
        anchors[chip.id],
        chip.kind,
        y,
        title,
        label if label == clean(node["ref"]) or chip.kind == "release" else f"{label} ({clean(node['ref'])})",
        note,
        when,
        chip.marks,
        marks_width,
        day_of(node) or "",
    )


def _time_of(node: Node) -> PageWord:
    """For how long a copy may be used."""
    if node["until"]:
        return PageWord("period", {"date": node["date"] or "?", "until": node["until"]})
    return PageWord("open-end", {"date": node["date"]}) if node["date"] else PageWord("no-date")


def _line(
    line: BundlePath,
    nodes: Mapping[str, Node],
    anchors: Mapping[str, str],
    road_of: Mapping[str, str],
    mark: Point | None,
) -> DrawnLine:
    bundle = line.bundle
    kind = bundle.kind
    stroke = _stroke(bundle)
    path, arrow = _shape(line.points, stroke) if line.points else ("", "")
    open_ = any(edge["direction"] == "not_told" for edge in bundle.edges)
    ends = [
        name
        for port in (bundle.source, bundle.target)
        for name in (anchors[port.card], anchors[port.chip] if port.chip is not None else None)
        if name is not None
    ]
    edge = bundle.leading
    source, target = (
        nodes.get(port.chip or port.card, nodes[own])
        for port, own in ((bundle.source, edge["source"]), (bundle.target, edge["target"]))
    )
    known = edge["without_judgement"]
    between = edge["kind"].replace("_", "-")
    known_kind = key_of("relation", {drawn: one for one, drawn in REVERSED.items()}.get(edge["kind"], edge["kind"]))
    stated = "relation" if known_kind is None else f"relation-{between}"
    said, chance = "found" if kind in STRENGTH else stated, bundle.probability
    if edge["kind"] == "derived" and "party" not in (source["kind"], target["kind"]):
        said = "lists-" + (edge["relation"] if edge["relation"] in _OF_LISTS else "copied")
    if open_ and said in ("lists-copied", "lists-version"):
        said += "-open"
    elif said in ("lists-copied", "lists-version", "lists-exchange", "found") and not all(
        firm(edge).code == "firm" for edge in bundle.edges
    ):
        said += "-perhaps"
    return DrawnLine(
        anchor=anchors[bundle.id],
        kind=kind if kind in STRENGTH else "relation",
        word=kind_word(edge),
        said=said,
        sure="" if chance is None else percent(chance),
        without="" if len(bundle.edges) > 1 or known is None else percent(known),
        several=len(bundle.edges) if len(bundle.edges) > 1 else 0,
        basis=bundle.basis,
        grade=bundle.grade,
        best=bundle.best,
        kinds=" ".join(sorted({e["kind"] if e["kind"] in STRENGTH else "relation" for e in bundle.edges})),
        path=path,
        arrow="" if open_ else arrow,
        width=stroke,
        mark=mark if _marked(bundle) else None,
        source=clean(source["label"]),
        target=clean(target["label"]),
        ends=" ".join(ends),
        ports=(_port(bundle.source, anchors), _port(bundle.target, anchors)),
        id=bundle.id,
        road=road_of.get(bundle.id, ""),
        date=_day_of(bundle, nodes),
    )


_OF_LISTS = ("version", "exchange", "hidden")
"""Relations of lists that are not called copying."""


def kind_word(edge: Edge) -> PageWord:
    """What an edge is called; where the direction of a copying is not known, that as well."""
    if edge["direction"] == "not_told":
        return PageWord("kind-derived-open")
    return PageWord.of("kind", edge["relation"] if edge["relation"] in _OF_LISTS else edge["kind"])


def _shape(points: tuple[Point, ...], stroke: float) -> tuple[str, str]:
    """Path of a line and of its arrow."""
    rightwards = points[-1][0] > points[-2][0]
    end = points[-1]
    back = -_ARROW if rightwards else _ARROW
    shaft = [*points[:-1], (end[0] + back * 0.7, end[1])]
    first, *rest = [f"{x:.0f} {y:.0f}" for x, y in shaft]
    half = 2.6 + stroke * 0.62
    arrow = f"M{end[0]:.0f} {end[1]:.0f}l{back:.0f} {-half:.1f}v{2 * half:.1f}z"
    return f"M{first}C" + " ".join(rest), arrow


def _port(port: Port, anchors: Mapping[str, str]) -> str:
    return anchors[port.card] if port.chip is None else f"{anchors[port.card]} {anchors[port.chip]}"


def _day_of(bundle: Bundle, nodes: Mapping[str, Node]) -> str:
    stated = [edge["date"] for edge in bundle.edges if edge["date"] is not None]
    seen = [day for edge in bundle.edges if (day := day_of(nodes[edge["target"]])) is not None]
    return min(stated or seen, default="")


def _stroke(bundle: Bundle) -> float:
    """Width in pixels: 1.4 where no contacts in common are counted; 1.6 at 100 of them and .9 more for each tenfold."""
    counts = [edge["shared"] for edge in bundle.edges if isinstance(edge["shared"], int)]
    if bundle.kind not in STRENGTH or not counts:
        return THIN
    return min(max(1.6 + 0.9 * math.log10(max(counts) / 100 + 1e-9), 1.6), 5.0)


def _marked(bundle: Bundle) -> bool:
    return bundle.kind in STRENGTH and bundle.kind != "released"
