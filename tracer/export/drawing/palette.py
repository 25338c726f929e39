"""Colours, dashes and sizes for Gephi, Cytoscape and their like: those of `looks`, as such programs name them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tracer.export.drawing.looks import LIGHT, PAINTS
from tracer.graph.model import Edge, Node

NODE_ROLES: Mapping[str, tuple[str, str]] = {
    "party": ("ink", "square"), "dataset": ("soft", "disc"), "release": ("handed", "diamond"),
    "hidden": ("rule", "disc"), "canary": ("known", "disc"), "caller": ("known", "disc"),
}  # fmt: skip
"""Kind of a node -> its role of `Theme` and its shape; none is red, which says what was done with a list."""
SHAPES: Mapping[str, str] = {"documented": "solid", "inferred": "dashed", "alleged": "dotted"}
"""What a line rests on -> what such programs call its dashes (`looks.DASHES`)."""


def paint_colour(paint: str) -> str:
    """The colour of a paint on paper, as `#rrggbb`."""
    return LIGHT.of(PAINTS[paint].colour)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of `#rrggbb`."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


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
