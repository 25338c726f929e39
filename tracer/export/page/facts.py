"""Small parts that tables and cards are made of: words with fillings, links to cards, figures for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracer.disclosure import FEW
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.graph.model import Graph, Node


@dataclass(frozen=True)
class Cell:
    """One value as it is shown: a word of the table, or a text, perhaps a link to a card."""

    text: str = ""
    word: PageWord | None = None
    anchor: str | None = None
    style: str = ""
    """`grade`, `number`, `id`, `day`, `chain`, or nothing."""


def figure(value: object) -> str:
    """A number for people: thousands apart, probabilities with two places, tiny ones as powers of ten."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return clean(str(value))
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0 or 0.005 <= abs(value) < 0.995:
        return f"{value:.2f}"
    if 0.995 <= value <= 1:
        return "1" if value == 1 else ">.99"
    if abs(value) >= 1:
        return f"{value:,.1f}"
    mantissa, _, power = f"{value:.1e}".partition("e")
    return f"{mantissa}·10{str(int(power)).translate(_RAISED)}"


def percent(probability: object) -> str:
    """A probability, alike in every table and picture.

    >>> percent(0.9951), percent(0.99951), percent("0.5")
    ('99.5%', '>99.9%', '50.0%')
    """
    value = float(str(probability))
    return ">99.9%" if value > 0.999 else f"{value:.1%}"


def count(value: object) -> str:
    """A count, thousands apart; `<20` where it is not told."""
    return FEW if value is None or value == FEW else f"{int(str(value)):,}"


def figure_of(value: object) -> str:
    """`figure`, also of a number that a query gave as text because others of its column are `<20`."""
    if isinstance(value, str):
        try:
            return figure(int(value) if value.isdecimal() else float(value))
        except ValueError:
            return clean(value)
    return figure(value)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Index:
    """Finds nodes by the ids that rows use, and the cards on the page that tell about them."""

    def __init__(
        self, graph: Graph, anchors: Mapping[str, str], lines: Mapping[tuple[str, str, str], str] | None = None
    ) -> None:
        self.lines = lines or {}
        """(query, parent, child) -> the card of the line that tells the row."""
        self.nodes = {node["id"]: node for node in graph["nodes"]}
        self.anchors = anchors
        self._by_ref: dict[str, Node] = {}
        for node in graph["nodes"]:
            self._by_ref.setdefault(node["ref"], node)
            self._by_ref.setdefault(node["id"], node)
        self._by_kind = {(node["kind"], node["ref"]): node for node in graph["nodes"]}

    def link(self, ref: object, kind: str | None = None) -> Cell:
        """A party, list or release by its id: its label, linked to its card where there is one."""
        if ref is None or ref == "":
            return Cell("–")
        node = self.node(ref, kind)
        if node is None:
            return Cell(clean(str(ref)), style="id")
        style = "" if node["kind"] == "party" else "id"
        return Cell(clean(node["label"]), anchor=self.anchors.get(node["id"]), style=style)

    def node(self, ref: object, kind: str | None = None) -> Node | None:
        """The node that rows call `ref`, of that kind where two kinds share the id."""
        exact = self._by_kind.get((kind, str(ref))) if kind is not None else None
        return exact or self._by_ref.get(str(ref))

    def label(self, ref: object, kind: str | None = None) -> str:
        """The label alone."""
        return self.link(ref, kind).text
