"""The picture's parts: a card per party with its releases and lists as lines in it, and bundles of edges.

Edges between the same two ports are one bundle; none is drawn between other ends than its own.
What is drawn as nesting (who holds a list, who received a release) is not a line, and canaries and callers are counts.
Seen from afar all bundles between two cards are one road.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from tracer.export.picture.balance import balanced
from tracer.export.picture.columns import LINES, OTHER, layers
from tracer.export.picture.deck import STRENGTH, Bundle, Card, Chip, Deck, Port
from tracer.findings.statements import LIKELY
from tracer.graph.model import GRADES, Graph, Node, day_of, make_node

# What is grouped where a picture would be a hairball: parties of one role in one column that have the least to say.
# Those with the best founded lines keep cards of their own. Nothing is lost: the group's card names its members, and
# each of them keeps its text.

MOST_CARDS = 120
"""Cards of a picture that are drawn one by one; with the lists in them that is some 300 boxes."""

KEPT = 48
"""Cards that keep a place of their own where there are more: what is left can be read."""


def grouped(
    nodes: Mapping[str, Node], places: Mapping[str, tuple[int, str]], bundles: Sequence[Bundle], most: int = MOST_CARDS
) -> dict[str, tuple[Node, tuple[int, str], tuple[str, ...]]]:
    """Group id → its node, its place, the ids of its members; none where there are no more than `most` cards.

    The better the best grade of a party's lines the sooner it stays, then the more lines it has, then by id.
    """
    if len(places) <= most:
        return {}
    best: dict[str, int] = defaultdict(int)
    lines: Counter[str] = Counter()
    for bundle in bundles:
        for name in {bundle.source.card, bundle.target.card}:
            best[name] = max(best[name], GRADES.index(bundle.best))
            lines[name] += 1
    ranked = sorted(places, key=lambda name: (-best[name], -lines[name], name))
    kinds = {(places[name][1], nodes[name]["role"], nodes[name]["kind"]) for name in places}
    rest = set(ranked[max(min(most, KEPT) - len(kinds), 1) :])
    members: dict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for name in places:
        if name in rest:
            members[(places[name][1], nodes[name]["role"], nodes[name]["kind"])].append(name)
    found = {}
    for (column, role, kind), names in sorted(members.items(), key=lambda item: tuple(map(str, item[0]))):
        if len(names) > 1:
            group = f"+{column}.{role or kind}"
            layers = Counter(places[name][0] for name in names)
            layer = min(layers, key=lambda one: (-layers[one], one))
            node = make_node("group", group, f"+ {len(names)}", role=role)
            found[group] = (node, (layer, column), tuple(sorted(names)))
    return found


MOST_CHIPS = 8
"""Lines of one card; what is beyond is one line `and n more`."""


NESTED = frozenset({"holds", "seen_in", "planted_in", "called"})
"""Kinds that are shown by nesting and counts, not by lines."""


def deal(graph: Graph, most: int = MOST_CARDS) -> Deck:
    """The cards and bundles of `graph`; where there are more than `most` cards, the least important are grouped."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    chips = _chips(graph, nodes)
    ports = _ports(nodes, chips)
    bundles = _bundles(graph, ports, nodes)
    places = _places(nodes, bundles)
    groups = grouped(nodes, places, bundles, most)
    for group, (node, place, members) in groups.items():
        inside = [name for member in members for chip in chips.pop(member, ()) for name in chip.nodes]
        for member in members:
            del places[member]
        nodes[group], places[group] = node, place
        chips[group] = [Chip(f"{group}+", "more", (*members, *inside))]
        ports.update(dict.fromkeys((*members, *inside), Port(group, f"{group}+")))
    if groups:
        bundles = _bundles(graph, ports, nodes)
    places = balanced(
        places,
        [(bundle.source.card, bundle.target.card) for bundle in bundles],
        [(bundle.source.card, bundle.target.card) for bundle in bundles if bundle.kind in STRENGTH],
        [name for name in places if nodes[name]["kind"] not in {"party", "group"}],
    )
    cards = tuple(Card(nodes[name], *place, tuple(chips.get(name, ()))) for name, place in places.items())
    return Deck(cards, tuple(bundles))


def merged_bundles(deck: Deck) -> dict[str, tuple[Bundle, tuple[str, ...]]]:
    """Road id → what is found from one card to another (or within one) as one line, and the ids of its bundles; what
    is merely said of two parties is a road of its own. A road covers what is likely; only where nothing is, for
    the rest."""
    found: dict[tuple[str, str, bool], tuple[Bundle, list[str]]] = {}
    for bundle in deck.bundles:
        ends = bundle.source.card, bundle.target.card
        road, within = found.setdefault(
            (*ends, bundle.kind in STRENGTH),
            (Bundle(f"r{len(found) + 1}", Port(ends[0], None), Port(ends[1], None)), []),
        )
        road.edges.extend(bundle.edges)
        within.append(bundle.id)
    for road, _ in found.values():
        likely = [edge for edge in road.edges if edge["probability"] is None or edge["probability"] >= LIKELY]
        road.edges = likely or road.edges
    return {road.id: (road, tuple(within)) for road, within in found.values()}


def _chips(graph: Graph, nodes: Mapping[str, Node]) -> dict[str, list[Chip]]:
    """Per party its chips: releases by date, then lists by date; the least connected become `and n more`."""
    lines: dict[str, int] = defaultdict(int)
    marks: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "seen_in":
            marks[edge["target"]] += 1
        elif edge["kind"] not in NESTED:
            lines[edge["source"]] += 1
            lines[edge["target"]] += 1
    held: dict[str, list[Node]] = defaultdict(list)
    for node in nodes.values():
        if node["kind"] in {"dataset", "release"} and node["party"] is not None:
            held[node["party"]].append(node)
    result = {}
    for party, members in held.items():
        members.sort(key=lambda node: (node["kind"] == "dataset", day_of(node) or "9999", node["id"]))
        kept = sorted(members, key=lambda node: -lines[node["id"]])[:MOST_CHIPS]
        shown = [node for node in members if node in kept] if len(members) > MOST_CHIPS + 1 else members
        rest = tuple(node["id"] for node in members if node not in shown)
        result[party] = [
            Chip(node["id"], node["kind"], (node["id"],), marks[node["id"]] or node["canaries"] or 0) for node in shown
        ]
        if rest:
            result[party].append(Chip(f"{party}+", "more", rest))
    return result


def _ports(nodes: Mapping[str, Node], chips: Mapping[str, list[Chip]]) -> dict[str, Port]:
    """Node id -> where its lines end. Lists without a holder in the case are alone, like hidden ones."""
    ports = {name: Port(name, None) for name, node in nodes.items() if _is_card(node)}
    for party, members in chips.items():
        for chip in members:
            ports.update({name: Port(party, chip.id) for name in chip.nodes})
    return ports


def _is_card(node: Node) -> bool:
    return node["kind"] in {"party", "hidden"} or (node["kind"] == "dataset" and node["party"] is None)


def _bundles(graph: Graph, ports: Mapping[str, Port], nodes: Mapping[str, Node]) -> list[Bundle]:
    found: dict[tuple[Port, Port], Bundle] = {}
    for edge in graph["edges"]:
        source, target = edge["source"], edge["target"]
        if edge["kind"] in NESTED or source not in ports or target not in ports:
            continue
        if edge["kind"] == "released" and nodes[source]["kind"] == "release":
            continue  # the release is in its recipient's card
        ends = (ports[source], ports[target])
        if edge["via"] is None and ends[0] != ends[1]:  # else drawn through the hidden dataset
            found.setdefault(ends, Bundle(f"b{len(found) + 1}", *ends)).edges.append(edge)
    return list(found.values())


def _places(nodes: Mapping[str, Node], bundles: list[Bundle]) -> dict[str, tuple[int, str]]:
    """Card id -> (layer, column). A card other than a party's goes between those it is joined with."""
    parties = {name: node["role"] for name, node in nodes.items() if node["kind"] == "party"}
    flows = [
        (bundle.source.card, bundle.target.card)
        for bundle in bundles
        if bundle.kind in STRENGTH and bundle.source.card in parties and bundle.target.card in parties
    ]
    places = layers(parties, flows)
    for name, node in nodes.items():
        if not _is_card(node) or name in parties:
            continue
        before = [places[b.source.card][0] for b in bundles if b.target.card == name and b.source.card in parties]
        after = [places[b.target.card][0] for b in bundles if b.source.card == name and b.target.card in parties]
        deepest = max((layer for layer, _ in places.values()), default=0)
        layer = max(before) + 1 if before else min(after, default=1) - 1
        layer = min(layer, max(min(after, default=layer), 0) if after else layer, deepest)
        beside = (column for placed, column in places.values() if placed == max(layer, 0) and column != LINES)
        column = next(beside, OTHER)
        places[name] = (max(layer, 0), column)
    return places
