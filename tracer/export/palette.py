"""Colours, sizes and names for Gephi and its like, so that they look like the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tracer.graph.model import Edge, Node

NODE_COLOURS = {
    "party": (28, 27, 25),
    "dataset": (74, 102, 185),
    "release": (0, 80, 58),
    "hidden": (120, 150, 190),
    "canary": (94, 56, 6),
    "caller": (109, 103, 93),
}
EDGE_COLOURS = {
    "retained": (185, 58, 18),
    "passed_on": (147, 5, 121),
    "held": (94, 56, 6),
    "attributed": (89, 65, 154),
    "derived": (74, 102, 185),
    "released": (0, 80, 58),
    "seen_in": (94, 56, 6),
}
OTHER = (109, 103, 93)
"""Relations, holdings and what else is drawn thin and grey."""


@dataclass(frozen=True)
class LineStyle:
    """How a line looks that rests on something."""

    shape: str
    dash: str
    """As SVG draws it: lengths of dashes and gaps, empty where it is whole."""
    said: tuple[str, str]


BASES: Mapping[str, LineStyle] = {
    "documented": LineStyle("solid", "", ("solid line", "实线")),
    "inferred": LineStyle("dashed", "18 2.5", ("dashed line", "虚线")),
    "alleged": LineStyle("dotted", "3 4", ("dotted line", "点线")),
}
"""What a line rests on -> how it looks. Legends, caveats, styles and files of other tools all say it from here."""


def edge_colour(edge: Edge) -> tuple[int, int, int]:
    """Red, green, blue."""
    return EDGE_COLOURS.get(edge["kind"], OTHER)


def node_size(node: Node) -> float:
    """Diameter: parties 24; lists by their contacts, 6 to 20; all else 8."""
    if node["kind"] == "party":
        return 24.0
    if node["kind"] == "dataset" and node["contacts"]:
        return round(min(max(4.0 * math.log10(node["contacts"]) - 4.0, 6.0), 20.0), 2)
    return 8.0


def edge_weight(edge: Edge) -> float:
    """Weight for tools that need one: the shared contacts' power of ten, 1 where they are unknown."""
    shared = edge["shared"]
    return round(1.0 + math.log10(shared), 4) if isinstance(shared, int) and shared > 0 else 1.0
