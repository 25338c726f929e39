"""How many lines cross in the map, next to what graphviz `dot` needs for the same cards and steps.

Run: python -m tests.bench.crossings [seeds]. Both are counted from what is drawn: pairs of lines without a common end
that cut each other. `dot` (Eclipse licence) is only compared with, and ships with nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

from tests.graph.simulated import simulated_graph
from tracer.export.drawing.layout import Box, Link, Point, arrange
from tracer.export.drawing.scene import Scene, scene_of, whole

EFFORT = 1.0
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


def by_dot(scene: Scene) -> int:
    """What `dot` needs for the cards and steps of a scene."""
    lines = ["digraph { rankdir=LR; nodesep=0.2; ranksep=0.7; node [shape=box fixedsize=true width=1.6 height=0.9];"]
    lines += [f'"{step.source}" -> "{step.target}" [id="{step.id}"];' for step in scene.steps]
    made = subprocess.run(
        [str(shutil.which("dot")), "-Tjson"], input="\n".join([*lines, "}"]), text=True, capture_output=True, check=True
    )
    drawn = {}
    for edge in json.loads(made.stdout)["edges"]:
        pos = [part for part in edge["pos"].split() if part[0] not in "es"]
        drawn[edge["id"]] = sampled([(float(x), float(y)) for x, y in (part.split(",") for part in pos)])
    return crossings(drawn, {step.id: (step.source, step.target) for step in scene.steps})


def by_us(scene: Scene) -> tuple[int, int]:
    """What our layout needs: counted from the drawing, and as it counts itself."""
    boxes = [Box(name, 150, 80) for name in scene.cards]
    found = arrange(boxes, [Link(step.id, step.source, step.target) for step in scene.steps], effort=EFFORT)
    drawn = {name: sampled(way) for name, way in found.ways.items()}
    return crossings(drawn, {step.id: (step.source, step.target) for step in scene.steps}), found.crossings


def main() -> None:
    """A line for each market."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'lists':>5} {'seed':>4} {'cards':>5} {'steps':>5} {'ours':>5} {'(own)':>6} {'dot':>5} {'seconds':>7}")
    for lists in (12, 40, 150):
        for seed in range(1, seeds + 1):
            scene = whole(scene_of(simulated_graph(lists, seed)))
            began = time.perf_counter()
            ours, own = by_us(scene)
            spent = time.perf_counter() - began
            print(
                f"{lists:>5} {seed:>4} {len(scene.cards):>5} {len(scene.steps):>5} {ours:>5} {own:>6}"
                f" {by_dot(scene):>5} {spent:>7.2f}"
            )


if __name__ == "__main__":
    main()
