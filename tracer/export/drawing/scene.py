"""The scene: who is in a picture, and what went from whom to whom. Every picture of parties or lists is drawn from it.

A card is a party with its lists and copies, a proposed list, or a list without a known holder. All that went from
one card to another and is of one colour is one step, as well founded as the weakest of what it stands for; a handover
is never one with a finding. What a copy's recipient itself has is on its card. What is merely known of two parties
is a step only where nothing is found between them. Canaries and callers are counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracer.export.drawing.looks import has_head, is_likely, paint_of
from tracer.graph.model import GRADES, Edge, Graph, Node, day_of

if TYPE_CHECKING:
    from tracer.findings.statements import Statement

MOST_CARDS = 12
"""Cards that can be read at a glance: as many has a picture that is not asked to show all."""
STRENGTH = ("retained", "passed_on", "held", "attributed", "derived", "released")
"""Kinds of what is found or handed over: a step is named after the first that it has."""
_OF_COPY = ("retained", "passed_on", "held")
_NESTED = frozenset({"holds", "seen_in", "planted_in", "called"})
"""Shown by what is in a card and by counts, not by steps."""


@dataclass(frozen=True)
class SceneCard:
    """A party with what it holds, a proposed list, or a list of which no holder is known."""

    node: Node
    lists: tuple[Node, ...] = ()
    """Its copies and lists, in the order of their days."""
    own: tuple[Step, ...] = ()
    """What is found of its own lists and copies: what it kept or held of a copy, versions; bundled as steps are."""
    day: str = ""
    """The first day that is known of it and of what it holds; empty where none is."""

    @property
    def id(self) -> str:
        return self.node["id"]


@dataclass(frozen=True)
class Step:
    """All that went from one card to another, drawn as one line."""

    id: str
    source: str
    target: str
    edges: tuple[Edge, ...]
    """What it stands for, the weightiest first."""
    also: tuple[Edge, ...] = ()
    """What says less about the same, and what is merely known of the two, in either direction."""
    against: str = ""
    """Why it may seem to go against time: `later`, the list that was copied was obtained later than what came of it."""

    @property
    def leading(self) -> Edge:
        """The one that it is named after."""
        return self.edges[0]

    @property
    def kind(self) -> str:
        return self.leading["kind"]

    @property
    def paint(self) -> str:
        """A key of `looks.PAINTS`."""
        return paint_of(self.kind)

    @property
    def basis(self) -> str:
        """The weakest: an allegation before an inference before a document."""
        bases = {edge["basis"] for edge in self.edges}
        return next(basis for basis in ("alleged", "inferred", "documented") if basis in bases)

    @property
    def grade(self) -> str:
        """The lowest."""
        return min((edge["grade"] for edge in self.edges), key=GRADES.index)

    @property
    def best(self) -> str:
        """The best grade of what it stands for."""
        return max((edge["grade"] for edge in self.edges), key=GRADES.index)

    @property
    def probability(self) -> float | None:
        """The lowest; None where nothing measures one."""
        return min((one["probability"] for one in self.edges if one["probability"] is not None), default=None)

    @property
    def directed(self) -> bool:
        """Whether it has a head: the direction of each is known, and that contacts go in it."""
        return all(has_head(edge) for edge in self.edges)

    @property
    def found(self) -> bool:
        """Whether anything is found or was handed over, and not merely known of the two."""
        return self.kind in STRENGTH


@dataclass(frozen=True)
class Scene:
    """All cards, and the steps between them, the weightiest first."""

    cards: Mapping[str, SceneCard]
    steps: tuple[Step, ...]
    home: Mapping[str, str]
    """Node -> the card that it is in."""
    unlikely: int = 0
    """Steps that are not drawn, because it is likelier than not that nothing went."""

    @property
    def alone(self) -> list[SceneCard]:
        """Those without any step, which pictures name in words."""
        joined = {name for step in self.steps for name in (step.source, step.target)}
        return [card for card in self.cards.values() if card.id not in joined]

    def of(self, cards: Iterable[str]) -> Scene:
        """The part of these cards and the steps between them."""
        kept = set(cards)
        return Scene(
            {name: card for name, card in self.cards.items() if name in kept},
            tuple(step for step in self.steps if step.source in kept and step.target in kept),
            {node: card for node, card in self.home.items() if card in kept},
        )


def _weight(edge: Edge) -> tuple[int, bool, int]:
    """Sorts edges by their kinds, then in the order of what is stated."""
    place = STRENGTH.index(edge["kind"]) if edge["kind"] in STRENGTH else len(STRENGTH)
    return place, edge["rank"] is None, edge["rank"] or 0


def listed_day(node: Node, days: Mapping[str, date]) -> str:
    """The day of a node; of a list the one that all pictures have (`Outgoing.days`). Empty where none is known."""
    day = days.get(node["ref"]) if node["kind"] == "dataset" else None
    return (day_of(node) or "")[:10] if day is None else day.isoformat()


def scene_of(graph: Graph, days: Mapping[str, date] = MappingProxyType({})) -> Scene:
    """The scene of a graph, whose nodes bear what they are called; days: as of `Outgoing.days`."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    home: dict[str, str] = {}
    held: dict[str, list[Node]] = defaultdict(list)
    for name, node in nodes.items():
        if node["kind"] in {"dataset", "release"} and node["party"] in nodes:
            home[name] = str(node["party"])
            held[home[name]].append(node)
        elif node["kind"] in {"party", "hidden", "dataset"}:
            home[name] = name
    when = {name: listed_day(nodes[name], days) for name in home}
    steps = _bundled_steps(_each_once(graph["edges"], nodes), home, when)
    own: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.source == step.target:
            own[step.source].append(replace(step, id=f"{step.source}+{step.paint}", against=""))
    cards = {}
    for name, node in nodes.items():
        if home.get(name) == name:
            lists = sorted(held[name], key=lambda one: (when[one["id"]] or "9", one["kind"], one["id"]))
            day = min(filter(None, (when[one["id"]] for one in (node, *lists))), default="")
            cards[name] = SceneCard(node, tuple(lists), tuple(own[name]), day)
    return _made(cards, steps, home, graph["edges"])


def scene_of_lists(graph: Graph, days: Mapping[str, date] = MappingProxyType({})) -> Scene:
    """The scene of lists and copies in place of parties: which came from which. Each is a card, with its holder.

    What came by way of another list is drawn along that way: a copy's records that are in a list which was copied from
    another list that has them.
    """
    nodes = {node["id"]: node for node in graph["nodes"] if node["kind"] in ("dataset", "release", "hidden")}
    edges = [edge for edge in graph["edges"] if {edge["source"], edge["target"]} <= nodes.keys()]
    when = {name: listed_day(node, days) for name, node in nodes.items()}
    drawn = [one for one in _each_once(edges, nodes) if one.edge["kind"] in STRENGTH]
    of_copy = {(one.edge["source"], one.edge["target"]): one for one in drawn if one.edge["kind"] in _OF_COPY}
    for way in [one for one in drawn if one.edge["kind"] == "derived" and one.edge["direction"] != "not_told"]:
        giver, taker = way.edge["source"], way.edge["target"]
        for (copy, seen), passed in of_copy.items():
            onward = seen == taker and passed.edge["kind"] == "passed_on" and when[giver] <= (when[taker] or "9")
            if onward and (copy, giver) in of_copy:
                way.also += [passed.edge, *passed.also]
                drawn = [one for one in drawn if one is not passed]
    home = {name: name for name in nodes}
    steps = _bundled_steps(drawn, home, when)
    joined = {name for step in steps for name in (step.source, step.target)}
    shown = {name: node for name, node in nodes.items() if node["kind"] != "release" or name in joined}
    cards = {name: SceneCard(node, day=when[name]) for name, node in shown.items()}
    return _made(cards, steps, home, edges)


@dataclass
class _Carried:
    """An edge that is drawn, and those that say less about the same."""

    edge: Edge
    also: list[Edge]


def _each_once(edges: Iterable[Edge], nodes: Mapping[str, Node]) -> list[_Carried]:
    """Each statement once, the weightiest first: that a list was copied from a client's, or that planted records name a
    copy, goes along with what is found of that copy, and that a list was copied from a later one of the copy's
    recipient goes along with what he passed on."""
    found: list[_Carried] = []
    of_copy: dict[tuple[str | None, str], _Carried] = {}
    for edge in sorted((edge for edge in edges if edge["kind"] not in _NESTED and is_likely(edge)), key=_weight):
        source = nodes[edge["source"]]
        if edge["via"] is not None or (edge["kind"] == "released" and source["kind"] == "release"):
            continue  # drawn through the hidden list; the other half of a handover
        if edge["kind"] in ("attributed", "derived"):
            known = of_copy.get((source["id"], edge["target"])) or of_copy.get((source["party"], edge["target"]))
            if known is not None:
                known.also.append(edge)
                continue
        found.append(_Carried(edge, []))
        if edge["kind"] in _OF_COPY:
            of_copy.setdefault((source["id"], edge["target"]), found[-1])
            of_list = nodes.get(source["dataset"] or "")
            for name in () if of_list is None else (of_list["id"], of_list["party"]):
                of_copy.setdefault((name, edge["target"]), found[-1])
        if edge["kind"] == "passed_on":
            of_copy.setdefault((source["party"], edge["target"]), found[-1])
    return found


def _bundled_steps(drawn: Iterable[_Carried], home: Mapping[str, str], when: Mapping[str, str]) -> list[Step]:
    """What has the same giver, taker and paint is one step; what is merely known of two is a step only where nothing is
    found between them. when: day of each node."""
    bundles: dict[tuple[str, str, str], list[_Carried]] = defaultdict(list)
    for one in drawn:
        giver, taker = home.get(one.edge["source"]), home.get(one.edge["target"])
        if giver is not None and taker is not None:
            bundles[giver, taker, paint_of(one.edge["kind"])].append(one)
    first: dict[tuple[str, str], tuple[str, str, str]] = {}
    for bundle in bundles:
        first.setdefault(bundle[:2], bundle)
    for giver, taker, paint in [bundle for bundle in bundles if bundle[2] == "known"]:
        joined = first[giver, taker] if first[giver, taker][2] != "known" else first.get((taker, giver))
        if joined is not None and (joined[2] != "known" or giver > taker) and joined != (giver, taker, paint):
            bundles[joined][0].also += [one.edge for one in bundles.pop((giver, taker, paint))]

    def is_later(edge: Edge) -> bool:
        """Whether a list was obtained later than what was copied from it."""
        first, last = when[edge["source"]], when[edge["target"]]
        return edge["kind"] == "derived" and bool(first and last and first > last)

    steps = []
    for (giver, taker, _), members in bundles.items():
        edges, also = tuple(one.edge for one in members), tuple(edge for one in members for edge in one.also)
        steps.append(Step("", giver, taker, edges, also, "later" if any(map(is_later, edges)) else ""))
    return steps


def _made(
    cards: Mapping[str, SceneCard], steps: Iterable[Step], home: Mapping[str, str], edges: Iterable[Edge]
) -> Scene:
    between = (step for step in steps if step.source != step.target)
    drawn = sorted(between, key=lambda step: (*_weight(step.leading), step.source, step.target))
    joined = {(step.source, step.target) for step in drawn}
    joined |= {(home.get(edge["source"], ""), home.get(edge["target"], "")) for edge in edges if is_likely(edge)}
    weak = {
        (home[edge["source"]], home[edge["target"]])
        for edge in edges
        if edge["kind"] in STRENGTH and {edge["source"], edge["target"]} <= home.keys()
    }
    numbered = tuple(replace(step, id=f"s{n}") for n, step in enumerate(drawn, start=1))
    return Scene(cards, numbered, home, len({pair for pair in weak - joined if pair[0] != pair[1]}))


# ------------------------------------------------ selections

_OF_WAYS = ("retention", "chain", "attribution", "unnamed", "derivation")
"""Kinds of statements that say where lists went."""


def with_touched_cards(scene: Scene) -> Scene:
    """All cards that a step touches."""
    return scene.of(name for step in scene.steps for name in (step.source, step.target))


def strongest(
    scene: Scene, statements: Sequence[Statement], first: Sequence[str] = (), most: int = MOST_CARDS
) -> Scene:
    """What the strongest findings are about and what joins it, at most so many cards: the first, then what is joined
    with it before what is not; all, where they are no more. first: cards that are there in any case."""
    every = with_touched_cards(scene.of(scene.cards.keys() - (_open_ends(scene) - set(first))))
    if len(every.cards) <= most:
        return every
    kept = dict.fromkeys(name for name in first if name in every.cards)
    near_to: dict[str, list[str]] = defaultdict(list)
    for step in every.steps:
        near_to[step.source].append(step.target)
        near_to[step.target].append(step.source)
    tiers = [[_with_way(_cards_of(one, every), near_to) for one in statements if one.kind == kind] for kind in _OF_WAYS]
    for tier in (*tiers, [[step.source, step.target] for step in every.steps if step.found]):
        left = list(filter(None, tier))
        while left and (tier in tiers or len(kept) < most // 2):
            near = next((cards for cards in left if kept.keys() & set(cards)), left[0])
            left.remove(near)
            if len(kept.keys() | set(near)) <= most:
                kept.update(dict.fromkeys(near))
    return with_touched_cards(every.of(kept))


def _with_way(cards: Sequence[str], near_to: Mapping[str, Sequence[str]]) -> list[str]:
    """The cards, and those on the shortest ways from the first to the others."""
    came_from = _reached_from(cards[0], near_to) if cards else {}
    kept = dict.fromkeys(cards)
    for card in cards:
        while card in came_from and card != cards[0]:
            card = came_from[card]  # noqa: PLW2901 - back along its way
            kept[card] = None
    return list(kept)


def _reached_from(start: str, after: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """All that is reached from a card, the nearest first -> the card from which it was reached."""
    came_from, left = {start: start}, [start]
    for here in left:
        fresh = [near for near in after.get(here, ()) if near not in came_from]
        came_from.update(dict.fromkeys(fresh, here))
        left += dict.fromkeys(fresh)
    return came_from


def around_each(scene: Scene, cards: Iterable[str], statements: Sequence[Statement] = ()) -> dict[str, Scene]:
    """Each of these cards, what has a line to it, the weightiest first, and the chains through it: at most
    `MOST_CARDS`."""
    stated: dict[str, list[list[str]]] = defaultdict(list)
    for members in (_cards_of(one, scene) for one in statements if one.kind in _OF_WAYS):
        for name in members:
            stated[name].append(members)
    touching: dict[str, list[list[str]]] = defaultdict(list)
    for step in scene.steps:
        for name in (step.source, step.target):
            touching[name].append([step.source, step.target])
    open_ends, found = _open_ends(scene), {}
    for card in cards:
        kept, near = {card: None}, touching[card]
        for members in (*near[: MOST_CARDS // 2], *stated[card], *near):
            if not (open_ends - {card}) & set(members) and len(kept.keys() | set(members)) <= MOST_CARDS:
                kept.update(dict.fromkeys(members))
        part = scene.of(kept)
        givers, takers = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for step in part.steps:
            if step.found:
                takers[step.source].append(step.target)
                givers[step.target].append(step.source)
        through = {name for pair in near for name in pair} & kept.keys()
        found[card] = part.of(through | _reached_from(card, takers).keys() | _reached_from(card, givers).keys())
    return found


def _open_ends(scene: Scene) -> set[str]:
    """Lists not yet obtained through which nothing is known to have gone: what came before them or of them is
    not known."""
    hidden = {name for name, one in scene.cards.items() if one.node["kind"] == "hidden"}
    return hidden - ({step.target for step in scene.steps} & {step.source for step in scene.steps})


def _cards_of(one: Statement, scene: Scene) -> list[str]:
    """Cards that a statement is about: where its lists and copies are, and the parties that it names."""
    named = (scene.home.get(name, name) for name in (*one.parties, *one.lists, *one.copies))
    return [name for name in dict.fromkeys(named) if name in scene.cards]
