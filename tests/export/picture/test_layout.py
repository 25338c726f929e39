"""Cards and layout: orders against brute force, heights against scipy, no overlaps, grades off boxes, speed."""

from __future__ import annotations

import random
import time
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from tests.export.market_findings import built_graph
from tests.graph.market_case import market_case
from tests.graph.simulated import simulated_graph
from tracer.export.picture.cards import MOST_CHIPS, deal
from tracer.export.picture.columns import COLUMNS, LINES, column_of, layers
from tracer.export.picture.crossings import Segment, count_crossings, order_layers
from tracer.export.picture.deck import STRENGTH
from tracer.export.picture.edge_labels import CLEAR, MARK, EdgeLabels
from tracer.export.picture.lanes import CHIP_WIDTH, place_in_time
from tracer.export.picture.layout import nearest_in_order
from tracer.export.picture.placement import CARD, CHIP, Point, card_height, place, positions
from tracer.graph.model import Graph, make_edge, make_node


@pytest.fixture
def graph() -> Graph:
    """The market's, not yet redacted."""
    return built_graph(market_case())


def crossings_by_pairs(layers: list[list[int]], segments: list[Segment]) -> int:
    place = {box: number for layer in layers for number, box in enumerate(layer)}
    ends = [(place[s.left] + s.left_share, place[s.right] + s.right_share) for s in segments]
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(ends, 2))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), max_size=14))
def test_crossings_are_counted(pairs: list[tuple[int, int]]) -> None:
    layers = [list(range(6)), list(range(6, 12))]
    segments = [Segment(left, 0.5, right, 0.5) for left, right in pairs]
    assert count_crossings(layers, segments) == crossings_by_pairs(layers, segments)


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(5, 9)), max_size=9))
def test_order_is_near_the_best(pairs: set[tuple[int, int]]) -> None:
    layers = [list(range(5)), list(range(5, 10))]
    segments = [Segment(left, 0.5, right, 0.5) for left, right in sorted(pairs)]
    best = min(
        count_crossings([layers[0], list(right)], segments) for right in permutations(layers[1])
    )  # one side held still: an upper bound of the optimum over both
    assert count_crossings(order_layers(layers, segments), segments) <= best + 1


def test_bands_stay_apart() -> None:
    layers = [[0, 1, 2], [3, 4, 5]]
    segments = [Segment(a, 0.5, b, 0.5) for a, b in product([0, 1, 2], [3, 4, 5])]
    ordered = order_layers(layers, segments, [1, 0, 0, 0, 1, 0])
    assert ordered[0][-1] == 0
    assert ordered[1][-1] == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.5, 5), st.floats(1, 20)), min_size=1, max_size=6))
def test_nearest_in_order_is_the_least_squares_answer(rows: list[tuple[float, float, float]]) -> None:
    wanted, weights, room = (np.array(column) for column in zip(*rows, strict=True))
    found = np.array(nearest_in_order(wanted.tolist(), weights.tolist(), room.tolist()))
    assert (np.diff(found) >= room[:-1] - 1e-9).all()
    shift = np.concatenate([[0.0], np.cumsum(room)[:-1]])
    solved = isotonic_regression(wanted - shift, weights=weights).x + shift
    assert np.allclose(found, solved, atol=1e-6)


def test_balance_keeps_what_flows_from_left_to_right() -> None:
    """Columns in their order, sellers left of buyers, no more crossings than by longest paths, twice the same."""
    graph = simulated_graph(30, 12)
    deck = deal(graph, most=len(graph["nodes"]))
    assert deal(graph, most=len(graph["nodes"])) == deck
    spans = {column: {card.layer for card in deck.cards if card.column == column} for column in COLUMNS}
    for left, right in pairwise([spans[column] for column in COLUMNS if spans[column]]):
        assert max(left) < min(right)
    assert set.union(*spans.values()) == set(range(1 + max(map(max, filter(None, spans.values())))))
    layer_of = {card.node["id"]: card.layer for card in deck.cards}
    roles = {node["id"]: node["role"] for node in graph["nodes"] if node["kind"] == "party"}
    flows = [(b.source.card, b.target.card) for b in deck.bundles if b.kind in STRENGTH]
    steps = layers(roles, flows)
    kept = [(a, b) for a, b in flows if steps[a][1] == steps[b][1] and steps[a][0] < steps[b][0]]
    assert kept
    assert all(layer_of[a] < layer_of[b] for a, b in kept)


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
    assert len(found) == 3_000


def test_lanes_along_time_do_not_overlap() -> None:
    graph = simulated_graph(60, 3)
    deck = deal(graph)
    found = place_in_time(graph, deck)
    lanes = sorted((lane.top, lane.height) for lane in found.lanes.values())
    assert all(a[0] + a[1] <= b[0] for a, b in pairwise(lanes))
    days = {node["id"]: node["date"] or "" for node in graph["nodes"]}
    shown = [(days[name], x) for name, (x, _) in found.chips.items()]
    assert len(shown) > 50
    assert [x for _, x in sorted(shown)] == sorted(x for _, x in shown)
    for (ax, ay), (bx, by) in combinations(found.chips.values(), 2):
        assert abs(ay - by) >= CHIP - 4 or abs(ax - bx) >= CHIP_WIDTH


def test_of_many_parties_the_best_founded_keep_their_cards() -> None:
    graph = simulated_graph(135, 3)
    deck = deal(graph)
    names = {card.node["id"] for card in deck.cards}
    best = {
        node["party"]
        for edge in graph["edges"]
        if edge["kind"] in {"retained", "passed_on"}
        for node in graph["nodes"]
        if node["id"] in (edge["source"], edge["target"])
    }
    assert best <= names
    inside = {name for card in deck.cards for chip in card.chips for name in chip.nodes}
    assert {node["id"] for node in graph["nodes"]} <= names | inside
    assert len(deal(graph, most=1_000).cards) > len(deck.cards)


def test_columns_follow_the_way_of_the_data(graph: Graph) -> None:
    at = {card.node["id"]: (card.layer, card.column) for card in deal(graph).cards}
    assert at["home-loans"][0] < at["leadhub"][0] < at["cti-x"][0] < at["trader-q"][0] < at["trader-w"][0]
    assert at["trader-w"][0] < at["centre-1"][0]
    assert at["carrier-js"][0] < at["line-x"][0] < at["centre-1"][0]
    assert at["carrier-js"][1] == LINES


def test_traders_in_a_circle_still_have_places() -> None:
    roles: dict[str, str | None] = {"a": "data_trader", "b": "data_trader", "c": None}
    found = layers(roles, [("a", "b"), ("b", "a")])
    assert found["a"][0] + 1 == found["b"][0]
    assert found["c"][1] == column_of(None)


def test_a_line_has_the_ends_of_what_it_covers(graph: Graph) -> None:
    deck = deal(graph)
    bundles = {(b.source.chip or b.source.card, b.target.chip or b.target.card): b for b in deck.bundles}
    assert {edge["kind"] for edge in bundles[("a-cti-x", "d6-backend")].edges} == {"retained", "attributed"}
    assert {edge["kind"] for edge in bundles[("a-2026-01", "d6-backend")].edges} == {"derived"}
    for bundle in deck.bundles:
        assert all(bundle.grade <= edge["grade"] for edge in bundle.edges), "the lowest of them"
    assert bundles[("a-cti-x", "d6-backend")].kind == "retained"
    assert ("d3-app", "h1") in bundles
    assert ("d3-app", "d9-mixed") not in bundles  # goes through h1


def test_every_finding_and_relation_is_drawn_or_nested(graph: Graph) -> None:
    drawn = {edge["id"] for bundle in deal(graph).bundles for edge in bundle.edges}
    nested = {"holds", "seen_in", "planted_in", "called"}
    missing = [
        edge
        for edge in graph["edges"]
        if edge["id"] not in drawn and edge["kind"] not in nested and edge["via"] is None
        and not (edge["kind"] == "released" and edge["target"] in {"cti-x", "cti-y", "voice-z"})
    ]  # fmt: skip
    assert missing == []


def test_many_lists_of_one_party_are_grouped() -> None:
    nodes = [make_node("party", "p")] + [make_node("dataset", f"d{n:02}", party="p") for n in range(30)]
    edges = [make_edge("d29", "d28", "derived", "inferred", "G2")]
    graph = Graph(nodes=nodes, edges=edges, evidence=[], left_out=[])
    (card,) = deal(graph).cards
    assert len(card.chips) == MOST_CHIPS + 1
    assert {"d28", "d29"} <= {chip.id for chip in card.chips}
    assert len(card.chips[-1].nodes) == 30 - MOST_CHIPS
    assert set(positions(graph)) == {node["id"] for node in nodes}


def test_cards_do_not_overlap_and_stay_inside(graph: Graph) -> None:
    for one in (graph, simulated_graph(60, 7)):
        picture = place(deal(one))
        assert place(deal(one)) == picture
        left, top = picture.left, picture.top
        cards = {card.node["id"]: card for card in picture.deck.cards}
        boxes = [(left[name], top[name], left[name] + CARD, top[name] + card_height(cards[name])) for name in cards]
        for a, b in combinations(boxes, 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert all(x >= 0 and right <= picture.width and y > 0 and low <= picture.height for x, y, right, low in boxes)
        if one is graph:
            assert all(0 <= x <= picture.width for line in picture.lines for x, _ in line.points)


def test_every_node_has_its_own_place(graph: Graph) -> None:
    found = positions(graph)
    assert set(found) == {node["id"] for node in graph["nodes"]}
    assert len(set(found.values())) == len(found)


FLAT = ((0.0, 100.0), (100.0, 100.0), (200.0, 100.0), (300.0, 100.0))


def touches(point: Point, box: tuple[float, float, float, float]) -> bool:
    """Whether a grade at `point` and a box have an area in common."""
    (x, y), (left, top, right, bottom) = point, box
    across, down = MARK[0] / 2, MARK[1] / 2
    return left < x + across and x - across < right and top < y + down and y - down < bottom


def test_behind_a_box_from_end_to_end_it_stands_beside_the_line() -> None:
    box = (-20.0, 80.0, 320.0, 120.0)
    point = EdgeLabels([box], (300, 200)).place(FLAT)
    assert not touches(point, box)
    assert abs(point[1] - 100) <= 20 + CLEAR[1] + 18


def test_where_all_is_full_it_still_stands_on_its_line() -> None:
    marks = EdgeLabels([(-500.0, -500.0, 900.0, 900.0)], (300, 200))
    assert marks.place(FLAT)[1] == pytest.approx(100)
