"""Figures of large markets, how long they take and how often lines cross: `python -m tests.bench.figures`.

Flow and lineage are compared with `dot` on the same spots and lines, with our columns (ranked) and with its own.
Markets are simulated by seed; those of 1,000 lists are made as graphs, without rows.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.graph.crossed import Curve, bezier, crossings, drawn_by_dot, graphviz
from tests.graph.simulated import simulated_graph
from tracer.export.choice import ExportChoice
from tracer.export.figure.columns import Columns
from tracer.export.figure.draw import drawing
from tracer.export.formats import Outgoing

MARKETS = ((30, 11), (30, 12), (60, 13), (150, 3))


def main() -> int:
    """Prints two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=1_000, help="lists of the market whose figures are timed")
    chosen = parser.parse_args()
    graph = simulated_graph(chosen.lists, 3)
    for kind in ("flow", "time", "lineage", "matrix"):
        leaving = Outgoing(graph, title="Market", generated="2026-08-01", of=(kind,))
        drawing(leaving)
        began = time.process_time()
        size = len(drawing(leaving))
        print(f"{kind:8} {chosen.lists} lists: {time.process_time() - began:.2f} s of processor, {size / 1000:.0f} kB")
    if not graphviz():
        print("Graphviz is not here: crossings are not compared")
        return 0
    for kind in ("flow", "lineage"):
        mine = ranked = free = 0
        for lists, seed in MARKETS:
            for columns in drawn(kind, lists, seed):
                mine += crossings(ours(columns))
                ranked += crossings(dots(columns, ranked=True))
                free += crossings(dots(columns, ranked=False))
        print(f"{kind:8} crossings: {mine}; dot in our columns: {ranked}; dot in its own: {free}")
    return 0


def drawn(kind: str, lists: int, seed: int) -> Iterator[Columns]:
    """What a figure lays out in columns."""
    kept: list[Columns] = []
    whole = Columns.draw

    def keeping(columns: Columns) -> float:
        kept.append(columns)
        return whole(columns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Columns, "draw", keeping)
        leaving = Outgoing(simulated_graph(lists, seed), title="Market", generated="2026-08-01", of=(kind,))
        drawing(replace(leaving, choice=ExportChoice(width=1600)))
    yield from kept


def ours(columns: Columns) -> list[tuple[str, str, Curve]]:
    """(source, target, curve) of every ribbon."""
    found = []
    for ribbon, way in zip(columns.ribbons, columns.ways, strict=True):
        points = [way[0]]
        for (x1, y1), (x2, y2) in pairwise(way):
            pull = (x2 - x1) * 0.45
            points += [(x1 + pull, y1), (x2 - pull, y2), (x2, y2)]
        found.append((ribbon.source, ribbon.target, bezier(np.array(points))))
    return found


def dots(columns: Columns, *, ranked: bool) -> list[tuple[str, str, Curve]]:
    """The same as drawn by `dot`."""
    names = {name: f"n{number}" for number, name in enumerate(columns.spots)}
    back = {short: name for name, short in names.items()}
    lines = ["digraph g { rankdir=LR; ranksep=1; nodesep=0.2; node [shape=box, width=1.2, height=0.4, fixedsize=true];"]
    lines += [f"{name};" for name in names.values()]
    layers: dict[int, list[str]] = {}
    for name, spot in columns.spots.items():
        layers.setdefault(spot.layer, []).append(names[name])
    if ranked:
        lines.append(f"{' -> '.join(f's{layer}' for layer in sorted(layers))} [style=invis];")
        lines += [f"{{rank=same; s{layer}; {'; '.join(inside)}}}" for layer, inside in sorted(layers.items())]
    for ribbon in columns.ribbons:
        one, other = columns.spots[ribbon.source], columns.spots[ribbon.target]
        turned = ranked and one.layer > other.layer
        pair = (other.id, one.id) if turned else (one.id, other.id)
        lines.append(f"{names[pair[0]]} -> {names[pair[1]]};")
    return drawn_by_dot(lines, back)


if __name__ == "__main__":
    sys.exit(main())
