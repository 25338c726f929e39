"""Counts crossings in drawings as they are drawn: lines as sampled curves, ours and Graphviz's."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tracer.export.picture.deck import Deck
from tracer.export.picture.placement import Picture

Curve = NDArray[np.float64]
"""Points along a line, n x 2."""
SAMPLES = 24
"""Points on each Bézier piece."""
NEAR = 0.06
"""Share of a line, at either end, in which meetings with lines of the same box do not count: they fan out there."""


def bezier(points: NDArray[np.float64]) -> Curve:
    """A chain of cubic pieces, given as start and (control, control, end) each, as points along it."""
    t = np.linspace(0, 1, SAMPLES)[:, None]
    pieces = []
    for start in range(0, len(points) - 3, 3):
        a, b, c, d = points[start : start + 4]
        pieces.append((1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d)
    return np.concatenate(pieces)


def ours(picture: Picture) -> list[tuple[str, str, Curve]]:
    """(source card, target card, curve) of every line; those within one card left out."""
    return [
        (line.bundle.source.card, line.bundle.target.card, bezier(np.array(line.points)))
        for line in picture.lines
        if line.bundle.source.card != line.bundle.target.card
    ]


def dots(deck: Deck, picture: Picture, *, ranked: bool) -> list[tuple[str, str, Curve]]:
    """The same as drawn by `dot`; `ranked`: with the same columns as ours."""
    names = {card.node["id"]: f"n{number}" for number, card in enumerate(deck.cards)}
    back = {short: name for name, short in names.items()}
    lines = ["digraph g { rankdir=LR; ranksep=1; nodesep=0.2; node [shape=box, width=2.2, height=0.8, fixedsize=true];"]
    layers: dict[int, list[str]] = {}
    for card in deck.cards:
        layers.setdefault(card.layer, []).append(names[card.node["id"]])
    lines += [f"{name};" for name in names.values()]
    if ranked:
        spine = [f"s{layer}" for layer in sorted(layers)]
        lines.append(f"{' -> '.join(spine)} [style=invis];")
        lines += [f"{{rank=same; s{layer}; {'; '.join(members)}}}" for layer, members in sorted(layers.items())]
    layer_of = {card.node["id"]: card.layer for card in deck.cards}
    for line in picture.lines:
        a, b = line.bundle.source.card, line.bundle.target.card
        if ranked and layer_of[a] > layer_of[b]:
            # Else dot turns the columns' own order around, to have fewer lines that run back.
            lines.append(f"{names[b]} -> {names[a]} [dir=back];")
        elif a != b:
            lines.append(f"{names[a]} -> {names[b]};")
    return drawn_by_dot(lines, back)


def drawn_by_dot(lines: list[str], back: Mapping[str, str]) -> list[tuple[str, str, Curve]]:
    """Source, target and curve of the edges that `dot` draws. lines: its input but for the last bracket; back: its
    names -> ours."""
    text = "\n".join([*lines, "}"])
    done = subprocess.run(["dot", "-Tjson"], input=text, capture_output=True, text=True, check=True, timeout=300)
    drawn = json.loads(done.stdout)
    ids = {one["_gvid"]: one["name"] for one in drawn["objects"] if "pos" in one}
    found = []
    for edge in drawn["edges"]:
        tail, head = ids[edge["tail"]], ids[edge["head"]]
        if tail in back and head in back:
            pos = [part for part in edge["pos"].split() if not part.startswith(("e,", "s,"))]
            points = np.array([[float(x) for x in part.split(",")] for part in pos])
            found.append((back[tail], back[head], bezier(points)))
    return found


def crossings(lines: list[tuple[str, str, Curve]]) -> int:
    """Pairs of lines that cross, each pair once."""
    boxes = [(*curve.min(axis=0), *curve.max(axis=0)) for _, _, curve in lines]
    total = 0
    for p, q in combinations(range(len(lines)), 2):
        a, b = boxes[p], boxes[q]
        if a[0] > b[2] or b[0] > a[2] or a[1] > b[3] or b[1] > a[3]:
            continue
        total += _cross(lines[p], lines[q])
    return total


def _cross(one: tuple[str, str, Curve], other: tuple[str, str, Curve]) -> bool:
    shared = bool({one[0], one[1]} & {other[0], other[1]})
    curves = []
    for _, _, curve in (one, other):
        cut = int(len(curve) * NEAR) + 1 if shared else 0
        curves.append(curve[cut : len(curve) - cut])
    p, r = curves[0][:-1, None], np.diff(curves[0], axis=0)[:, None]
    q, s = curves[1][None, :-1], np.diff(curves[1], axis=0)[None, :]
    turned = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    gap = q - p
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[..., 0] * s[..., 1] - gap[..., 1] * s[..., 0]) / turned
        u = (gap[..., 0] * r[..., 1] - gap[..., 1] * r[..., 0]) / turned
    return bool(((t >= 0) & (t < 1) & (u >= 0) & (u < 1)).any())


def graphviz() -> bool:
    """Whether `dot` is here."""
    return shutil.which("dot") is not None
