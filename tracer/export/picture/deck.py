"""What is dealt to be drawn: cards, the lines in them, and bundles of edges between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracer.graph.model import GRADES, Edge, Node, lowest_grade, lowest_probability

STRENGTH = ("retained", "passed_on", "attributed", "held", "derived", "released")
"""Kinds by which a bundle is drawn, the first present wins; relations come after."""


@dataclass(frozen=True)
class Chip:
    """A line within a card: a release received, a list held, or `and n more`."""

    id: str
    """Node id; of `and n more` the card's id and `+`."""
    kind: str
    """`release`, `dataset` or `more`."""
    nodes: tuple[str, ...]
    marks: int = 0


@dataclass(frozen=True)
class Card:
    """A party with what it holds, or a proposed hidden dataset."""

    node: Node
    layer: int
    column: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True)
class Port:
    """Where a line ends: a card's head (`chip` None) or one of its chips."""

    card: str
    chip: str | None


@dataclass
class Bundle:
    """All edges between two ports, drawn as one line, which is as sure as the least sure of them."""

    id: str
    source: Port
    target: Port
    edges: list[Edge] = field(default_factory=list)

    @property
    def leading(self) -> Edge:
        """The one by which it is drawn: of the strongest kind, the weightiest statement."""
        return min(self.edges, key=weight)

    @property
    def kind(self) -> str:
        """The kind in whose colour it is drawn."""
        return self.leading["kind"]

    @property
    def order(self) -> tuple[tuple[int, bool, int], str]:
        """Sorts lines by what they are drawn by."""
        return weight(self.leading), self.id

    @property
    def grade(self) -> str:
        """The lowest grade."""
        return lowest_grade(self.edges)

    @property
    def probability(self) -> float | None:
        """The lowest probability; None where nothing measures one."""
        return lowest_probability(self.edges)

    @property
    def best(self) -> str:
        """The best grade of all that it covers: by it lines are filtered, and parties keep their cards."""
        return max((edge["grade"] for edge in self.edges), key=GRADES.index)

    @property
    def basis(self) -> str:
        """The weakest basis: an allegation before an inference before a document."""
        bases = {edge["basis"] for edge in self.edges}
        return next(basis for basis in ("alleged", "inferred", "documented") if basis in bases)


def weight(edge: Edge) -> tuple[int, bool, int]:
    """Sorts edges by their kinds, then in the order of what is stated."""
    place = STRENGTH.index(edge["kind"]) if edge["kind"] in STRENGTH else len(STRENGTH)
    return place, edge["rank"] is None, edge["rank"] or 0


@dataclass(frozen=True)
class Deck:
    """All cards and bundles, in drawing order."""

    cards: tuple[Card, ...]
    bundles: tuple[Bundle, ...]

    @property
    def boxes(self) -> int:
        """Cards, and the lines in them: what is seen when all cards are open."""
        return len(self.cards) + sum(len(card.chips) for card in self.cards)
