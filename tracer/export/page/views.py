"""The picture's coordinates in its three states, for the script: it moves what is drawn and lays out nothing itself.

`parties`: all cards closed, with a road for each pair. `lists`: all cards open. `time`: a swim lane for each party.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tracer.export.page.walks import Walk
from tracer.export.picture.cards import merged_bundles
from tracer.export.picture.deck import STRENGTH, Deck
from tracer.export.picture.edge_labels import ALONG, ANYWHERE, APART, BESIDE, CLEAR
from tracer.export.picture.lanes import place_in_time
from tracer.export.picture.placement import CARD, CHIP, HEAD, TOGGLE, Picture
from tracer.graph.model import Graph

UPRIGHT = 1.5
"""Width to height below which the picture is larger on an upright A4 page than on one that lies: what title and legend
leave is 184 x 185 mm of the one, 277 x 122 mm of the other."""


def scene(
    graph: Graph,
    deck: Deck,
    anchors: Mapping[str, str],
    walks: Sequence[Walk],
    closed: Picture,
    opened: Picture | None,
) -> str:
    """All states and the chains as JSON that can be put into a page; `opened` is None where that would be too much."""
    time = place_in_time(graph, deck)
    # A road of one line is that line.
    alone = {road: within[0] for road, (_, within) in merged_bundles(deck).items() if len(within) == 1}
    whole = {
        "sizes": {"card": CARD, "chip": CHIP, "head": HEAD, "toggle": TOGGLE, "upright": UPRIGHT},
        # What `graph.marks` says of places and distances, and the order in which lines choose theirs.
        "marks": {
            "along": ALONG,
            "anywhere": ANYWHERE,
            "beside": BESIDE,
            "apart": APART,
            "clear": CLEAR,
            "first": STRENGTH,
        },
        "parties": _columns(closed, anchors, alone),
        "lists": _columns(opened, anchors, {}) if opened is not None else None,
        "time": {
            "w": round(time.width),
            "h": round(time.height),
            "cards": {anchors[name]: [round(lane.top), round(lane.height)] for name, lane in time.lanes.items()},
            "chips": {anchors[name]: [round(x), round(y)] for name, (x, y) in time.chips.items()},
            "axis": list(time.axis) if time.axis is not None else None,
            "ticks": [[round(x), month] for x, month in time.ticks],
            "out": time.left_out,
        },
        "walks": [[walk.nodes, walk.steps] for walk in walks],
    }
    return json.dumps(whole, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _columns(picture: Picture, anchors: Mapping[str, str], alone: Mapping[str, str]) -> dict[str, object]:
    layer_of = {card.node["id"]: card.layer for card in picture.deck.cards}
    return {
        "w": round(picture.width),
        "h": round(picture.height),
        "x": [round(x) for x in picture.layers],
        "cards": {anchors[name]: [layer_of[name], round(y, 1)] for name, y in picture.top.items()},
        "bends": {
            alone.get(name, name): [[layer, round(y, 1)] for layer, y in way] for name, way in picture.bends.items()
        },
        "band": None if picture.band is None else round(picture.band),
        "columns": {column: [round(left), round(right)] for column, left, right in picture.columns},
    }
