"""Cards, their places, and grades on lines: nesting, bundles, columns, off boxes and each other."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.graph.simulated import simulated_graph
from tracer.export.picture.cards import MOST_CHIPS, deal
from tracer.export.picture.columns import LINES, column_of, layers
from tracer.export.picture.edge_labels import CLEAR, MARK, EdgeLabels
from tracer.export.picture.placement import CARD, Point, card_height, place, positions
from tracer.graph.model import Graph, make_edge, make_node


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


def test_a_copying_that_a_release_explains_is_drawn_once(graph: Graph) -> None:
    bundles = {(b.source.chip or b.source.card, b.target.chip or b.target.card): b for b in deal(graph).bundles}
    kinds = {edge["kind"] for edge in bundles[("a-cti-x", "d6-backend")].edges}
    assert kinds == {"retained", "attributed", "derived"}
    assert ("a-2026-01", "d6-backend") not in bundles
    assert bundles[("a-cti-x", "d6-backend")].kind == "retained"
    assert ("d3-app", "h1") in bundles
    assert ("d3-app", "d9-mixed") not in bundles  # goes through h1


def test_every_finding_and_relation_is_drawn_or_nested(graph: Graph) -> None:
    drawn = {edge["id"] for bundle in deal(graph).bundles for edge in bundle.told}
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
