"""The layout: crossings against brute force and `dot`, heights against scipy, circles, overlaps, directions."""

from __future__ import annotations

import random
import shutil
import time
from itertools import combinations, pairwise, permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from tests.export.drawing.crossings import by_dot, sampled
from tests.export.drawing.crossings import crossings as counted
from tests.graph.simulated import simulated_graph
from tracer.export.drawing.layout import Arrangement, Box, Link, Spacing, arrange, nearest_in_order, turned_links
from tracer.export.drawing.map import positions
from tracer.export.drawing.scene import scene_of, with_touched_cards
from tracer.graph.model import Graph, make_edge, make_node

Pairs = set[tuple[int, int]]
PAIRS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1]), max_size=14)


def laid(pairs: Pairs, **more: float) -> tuple[Arrangement, dict[str, tuple[str, str]]]:
    names = sorted({name for pair in pairs for name in pair})
    ends = {f"l{one}-{other}": (str(one), str(other)) for one, other in sorted(pairs)}
    links = [Link(name, *pair) for name, pair in ends.items()]
    return arrange([Box(str(name), 100, 40 + 7 * name) for name in names], links, effort=0.2, **more), ends  # type: ignore[arg-type]  # all of them floats


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_links_go_right_but_for_one_of_each_circle_and_through_no_box(pairs: Pairs) -> None:
    made, ends = laid(pairs)
    assert laid(pairs)[0] == made, "the same input gives the same picture"
    for name, (giver, taker) in ends.items():
        left, right = (taker, giver) if name in made.turned else (giver, taker)
        assert made.places[left].layer < made.places[right].layer
        xs = [x for x, _ in sampled(made.ways[name])]
        assert xs == sorted(xs, reverse=name in made.turned)
    boxes = {name: (at.x, at.y, at.x + 100, at.y + at.high) for name, at in made.places.items()}
    for a, b in combinations(boxes.values(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for name in ends:
        for x, y in sampled(made.ways[name]):
            assert not any(box[0] + 1 < x < box[2] - 1 and box[1] < y < box[3] for box in boxes.values())
    for box in boxes.values():
        assert min(box[0], box[1], made.width - box[2], made.height - box[3]) >= -0.01


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_without_the_turned_links_there_is_no_circle_and_none_is_turned_in_vain(pairs: Pairs) -> None:
    links = [Link(f"l{one}-{other}", str(one), str(other)) for one, other in sorted(pairs)]
    turned = turned_links(links)

    def circles(kept: list[Link]) -> bool:
        return not nx.is_directed_acyclic_graph(nx.DiGraph((link.source, link.target) for link in kept))

    kept = [link for link in links if link.id not in turned]
    assert not circles(kept)
    assert all(circles([*kept, link]) for link in links if link.id in turned)


def test_the_weakest_link_of_a_circle_goes_left() -> None:
    weights = {("a", "b"): 3.0, ("b", "c"): 1.0, ("c", "a"): 2.0}
    links = [Link(f"{one}{other}", one, other, weight) for (one, other), weight in weights.items()]
    assert turned_links(links) == {"bc"}


@settings(max_examples=40, deadline=None)
@given(PAIRS)
def test_crossings_that_it_counts_are_those_that_are_drawn(pairs: Pairs) -> None:
    made, ends = laid(pairs)
    drawn = {name: sampled(way) for name, way in made.ways.items()}
    apart = {name: (f"{name}<", f"{name}>") for name in ends}
    assert counted(drawn, apart) == made.crossings


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 3), st.integers(4, 7)), min_size=1, max_size=8))
def test_two_layers_have_the_fewest_crossings_that_any_order_has(pairs: Pairs) -> None:
    made, _ = laid(pairs)
    lefts, rights = sorted({one for one, _ in pairs}), sorted({other for _, other in pairs})
    best = min(
        sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(
            [(left.index(one), right.index(other)) for one, other in pairs], 2))
        for left in permutations(lefts) for right in permutations(rights)
    )  # fmt: skip
    assert made.crossings <= best


@pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_more_lines_cross_than_dot_needs(seed: int) -> None:
    for lists in (12, 40):
        scene = with_touched_cards(scene_of(simulated_graph(lists, seed)))
        links = [Link(step.id, step.source, step.target) for step in scene.steps]
        assert arrange([Box(name, 150, 80) for name in scene.cards], links).crossings <= by_dot(
            {link.id: (link.source, link.target) for link in links}, dict.fromkeys(scene.cards, (1.6, 0.9))
        )


def test_links_that_end_at_one_side_are_apart() -> None:
    space = Spacing()
    made, ends = laid({(one, 8) for one in range(7)} | {(8, 20), (8, 21), (8, 22)})
    lows = sorted(made.ways[name][-1][1] for name, (_, taker) in ends.items() if taker == "8")
    highs = sorted(made.ways[name][0][1] for name, (giver, _) in ends.items() if giver == "8")
    assert min(b - a for a, b in pairwise(lows)) >= space.left_ports - 0.01
    assert min(b - a for a, b in pairwise(highs)) >= space.right_ports - 0.01
    assert made.places["8"].y < min(lows) < max(lows) < made.places["8"].y + made.places["8"].high


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.5, 5), st.floats(1, 20)), min_size=1, max_size=6))
def test_nearest_in_order_is_the_least_squares_answer(rows: list[tuple[float, float, float]]) -> None:
    wanted, weights, room = (np.array(column) for column in zip(*rows, strict=True))
    found = np.array(nearest_in_order(wanted.tolist(), weights.tolist(), room.tolist()))
    assert (np.diff(found) >= room[:-1] - 1e-9).all()
    shift = np.concatenate([[0.0], np.cumsum(room)[:-1]])
    solved = isotonic_regression(wanted - shift, weights=weights).x + shift
    assert np.allclose(found, solved, atol=1e-6)


@pytest.mark.slow("some ten seconds of layout")
def test_three_thousand_nodes_in_seconds() -> None:
    draw = random.Random(5)
    roles = ["client", "data_platform", "system_vendor", "data_trader", "contractor"]
    nodes = [make_node("party", f"p{n}", role=draw.choice(roles)) for n in range(1_200)]
    nodes += [make_node("dataset", f"d{n}", party=f"p{draw.randrange(1_200)}") for n in range(1_800)]
    edges = [
        make_edge(f"d{a}", f"d{b}", "derived", "inferred", "G2", probability=0.9)
        for a, b in (sorted(draw.sample(range(1_800), 2)) for _ in range(2_000))
    ]
    began = time.process_time()
    found = positions(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]))
    # Five seconds are the bar; a run under coverage counts every line and takes up to twice as long.
    assert time.process_time() - began < 10
    assert len(set(found.values())) == 3_000
