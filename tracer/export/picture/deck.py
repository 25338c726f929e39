"""What is dealt to be drawn: cards, the lines in them, and bundles of edges between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracer.graph.model import GRADES, Edge, Node

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
    """All edges between two ports, drawn as one line."""

    id: str
    source: Port
    target: Port
    edges: list[Edge] = field(default_factory=list)
    carried: list[Edge] = field(default_factory=list)
    """Statements about a copy whose records came this way: on the line's card and in its colour. How sure the line is,
    and what it is called, is its own."""

    @property
    def kind(self) -> str:
        """The kind in whose colour it is drawn."""
        return _strongest(self.told)

    @property
    def leading(self) -> Edge:
        """The best founded of its own edges of the strongest kind: by grade, then by probability."""
        return max(self.drawn, key=lambda edge: (GRADES.index(edge["grade"]), edge["probability"] or 0.0))

    @property
    def grade(self) -> str:
        """The best grade among its own edges of the strongest kind."""
        return self.leading["grade"]

    @property
    def told(self) -> list[Edge]:
        """All that its card says."""
        return [*self.edges, *self.carried]

    @property
    def best(self) -> str:
        """The best grade of all that its card says: by it lines are filtered, and parties keep their cards."""
        return max((edge["grade"] for edge in self.told), key=GRADES.index)

    @property
    def basis(self) -> str:
        """What the line rests on: a document before an inference before an allegation."""
        bases = {edge["basis"] for edge in self.drawn}
        return next(basis for basis in ("documented", "inferred", "alleged") if basis in bases)

    @property
    def drawn(self) -> list[Edge]:
        """Its own edges of the strongest kind."""
        strongest = _strongest(self.edges)
        return [edge for edge in self.edges if edge["kind"] == strongest]


def _strongest(edges: Sequence[Edge]) -> str:
    kinds = {edge["kind"] for edge in edges}
    return next((kind for kind in STRENGTH if kind in kinds), min(kinds))


@dataclass(frozen=True)
class Deck:
    """All cards and bundles, in drawing order."""

    cards: tuple[Card, ...]
    bundles: tuple[Bundle, ...]

    @property
    def boxes(self) -> int:
        """Cards, and the lines in them: what is seen when all cards are open."""
        return len(self.cards) + sum(len(card.chips) for card in self.cards)
