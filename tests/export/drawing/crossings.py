"""How many lines of a drawing cross, by brute force, and how many do where graphviz `dot` draws the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

from tracer.export.drawing.layout import Point

SAMPLES = 12
"""Points of each cubic piece."""


def crossings(lines: Mapping[str, Sequence[Point]], ends: Mapping[str, tuple[str, str]]) -> int:
    """Pairs of polylines without a common end that cross, by brute force."""
    boxes = {
        name: (min(x for x, _ in way), min(y for _, y in way), max(x for x, _ in way), max(y for _, y in way))
        for name, way in lines.items()
    }
    total = 0
    for one, other in combinations(lines, 2):
        (a, b, c, d), (e, f, g, h) = boxes[one], boxes[other]
        if set(ends[one]) & set(ends[other]) or a > g or e > c or b > h or f > d:
            continue
        total += sum(_cut(p, q, r, s) for p, q in pairwise(lines[one]) for r, s in pairwise(lines[other]))
    return total


def _cut(p: Point, q: Point, r: Point, s: Point) -> bool:
    def side(a: Point, b: Point, c: Point) -> bool:
        return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])

    if max(p[0], q[0]) < min(r[0], s[0]) or max(r[0], s[0]) < min(p[0], q[0]):
        return False
    return side(p, q, r) != side(p, q, s) and side(r, s, p) != side(r, s, q)


def sampled(way: Sequence[Point]) -> list[Point]:
    """A polyline along cubic pieces."""
    points = [way[0]]
    for at in range(1, len(way), 3):
        (a, b), (c, d), (e, f), (g, h) = way[at - 1], *way[at : at + 3]
        for n in range(1, SAMPLES + 1):
            t, u = n / SAMPLES, 1 - n / SAMPLES
            w = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            points.append((w[0] * a + w[1] * c + w[2] * e + w[3] * g, w[0] * b + w[1] * d + w[2] * f + w[3] * h))
    return points


def by_dot(steps: Mapping[str, tuple[str, str]], sizes: Mapping[str, tuple[float, float]]) -> int:
    """How many cross where `dot` draws the same. steps: id -> its ends; sizes: of the cards, in inches."""
    lines = ['digraph { rankdir=LR; nodesep=0.2; ranksep=0.7; node [shape=box fixedsize=true label=""];']
    lines += [f'"{name}" [width={wide:.3f} height={high:.3f}];' for name, (wide, high) in sorted(sizes.items())]
    lines += [f'"{one}" -> "{other}" [id="{name}"];' for name, (one, other) in steps.items()]
    made = subprocess.run(
        [str(shutil.which("dot")), "-Tjson"], input="\n".join([*lines, "}"]), text=True, capture_output=True,
        check=True, timeout=120,
    )  # fmt: skip
    drawn = {}
    for edge in json.loads(made.stdout)["edges"]:
        pos = [part for part in edge["pos"].split() if part[0] not in "es"]
        drawn[edge["id"]] = sampled([(float(x), float(y)) for x, y in (part.split(",") for part in pos)])
    return crossings(drawn, steps)
