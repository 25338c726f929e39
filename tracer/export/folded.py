"""Planted records and callers within the copies and lists that they are about, as the page counts them.

Tools draw each node; hundreds of them about a few findings would bury the rest. They stay in the files, each with what
it is folded into, and the copies and lists have their counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tracer.export.drawing.looks import paint_of
from tracer.graph.model import Edge, Graph

FOLDED = frozenset({"canary", "caller"})
"""Kinds of nodes that are folded."""


@dataclass(frozen=True)
class FoldedCounts:
    """What is folded, by the id of what it is folded into."""

    found: Mapping[str, int]
    signals: Mapping[str, int]


def counts_of(graph: Graph) -> FoldedCounts:
    """Per list the planted records found in it; per copy the signals that reached those planted in it."""
    found: dict[str, int] = defaultdict(int)
    reached: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "seen_in":
            found[edge["target"]] += 1
        elif edge["kind"] == "called":
            reached[edge["target"]] += edge["count"] or 0
    signals: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "planted_in":
            signals[edge["target"]] += reached[edge["source"]]
    return FoldedCounts(found, signals)


def folded_into(graph: Graph) -> dict[str, str]:
    """Planted record or caller -> the copy that it was planted in, else the list that it was found in; first by id.

    A caller goes where the first record goes that it called. What belongs to none stays as it is.
    """
    kinds = {node["id"]: node["kind"] for node in graph["nodes"]}
    homes: dict[str, str] = {}
    for asked in ("planted_in", "seen_in", "called"):
        for edge in sorted(_ends(graph, asked), key=lambda one: (one["source"], one["target"])):
            target = homes.get(edge["target"]) if asked == "called" else edge["target"]
            if target is not None and kinds[edge["source"]] in FOLDED:
                homes.setdefault(edge["source"], target)
    return homes


def drawn_nodes(graph: Graph, homes: Mapping[str, str]) -> list[dict[str, object]]:
    """The nodes with what programs that draw need: `homes` as `folded_into` gives them, and what is counted."""
    counts = counts_of(graph)
    return [
        {
            **node, "folded_into": homes.get(node["id"]), "canaries_found": counts.found.get(node["id"]),
            "signals": counts.signals.get(node["id"]) or None,
        }
        for node in graph["nodes"]
    ]  # fmt: skip


def drawn_edges(graph: Graph) -> list[dict[str, object]]:
    """The edges with what their colour says, and whether they have a head."""
    return [
        {**edge, "paint": paint_of(edge["kind"]), "head": edge["direction"] != "not_told"} for edge in graph["edges"]
    ]


def _ends(graph: Graph, kind: str) -> list[Edge]:
    return [edge for edge in graph["edges"] if edge["kind"] == kind]
