"""Map, lineage and flow: what they show and say, that they can be read at every width, and that every arrow goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring

from tests.export.drawing.boxes import SVG, drawn, groups, lines, said, smallest
from tests.export.market_findings import PSEUDONYM, shown, traders
from tests.graph.simulated import simulated_leaving
from tracer.case.case import Case
from tracer.export.choice import ExportChoice
from tracer.export.drawing.figures import figure_svg
from tracer.export.drawing.looks import LIGHT
from tracer.export.drawing.map import bearing_scene, found_ways, page_map, positions
from tracer.export.drawing.scene import (
    MOST_CARDS,
    Scene,
    around_each,
    scene_of,
    scene_of_lists,
    strongest,
    with_touched_cards,
)
from tracer.export.formats import Outgoing, outgoing_case
from tracer.export.gate import sources_of
from tracer.export.selection import selected_part
from tracer.findings.statements import LIKELY
from tracer.graph.model import make_edge, make_node
from tracer.wording import LANGUAGES, word

KINDS = ("graph", "lineage", "flow")


@pytest.mark.parametrize("wide", ["390", "1440"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_arrow_goes_in_the_direction_of_reading_or_says_why_not(kind: str, wide: str) -> None:
    against = 0
    for seed in range(1, 6):
        root = drawn(simulated_leaving(40, seed), kind, width=wide)
        told = said(root)
        across = word("map-note", "en") in told
        assert across or word("map-note-down", "en") in " ".join(told)
        for step, points in lines(root):
            (x, y), (last_x, last_y) = points[0], points[-1]
            on = last_x > x if across else last_y > y
            why = step.get("data-against", "")
            assert on or why in ("back", "later", "known")
            if why:
                against += 1
                assert any(word(f"map-against-{why}", "en") in text for text in told)
    assert against > 0


def test_of_a_circle_the_one_that_contradicts_days_goes_back() -> None:
    circle = [make_edge(a, b, "derived", "inferred", "G4", probability=0.99) for a, b in ("ab", "bc", "ca")]
    leaving = traders(circle, a="2026-01-01", b="2026-02-01", c="2026-03-01")
    for wide in ("960", "320"):
        root = drawn(leaving, "graph", width=wide)
        back = [step for step, _ in lines(root) if step.get("data-against")]
        assert [(step.get("data-from"), step.get("data-to")) for step in back] == [("pc", "pa")]
        assert any("obtained later than what came of it" in text for text in said(root))


def test_all_that_is_found_is_in_a_step_in_a_card_or_counted(leaving_once: Outgoing) -> None:
    scene = scene_of(leaving_once.graph)
    nodes = {node["id"]: node for node in leaving_once.graph["nodes"]}
    shown = {edge["id"] for step in scene.steps for edge in (*step.edges, *step.also)}
    shown |= {e["id"] for card in scene.cards.values() for step in card.own for e in (*step.edges, *step.also)}
    for edge in leaving_once.graph["edges"]:
        nested = edge["kind"] in {"holds", "seen_in", "planted_in", "called"} or edge["via"] is not None
        unlikely = edge["probability"] is not None and edge["probability"] < LIKELY
        received = edge["kind"] == "released" and nodes[edge["source"]]["kind"] == "release"
        assert edge["id"] in shown or nested or unlikely or received, edge
    for step in (*scene.steps, *(own for card in scene.cards.values() for own in card.own)):
        for edge in step.edges:
            giver, taker = nodes[edge["source"]], nodes[edge["target"]]
            assert step.source in {giver["id"], giver["party"]}
            assert step.target in {taker["id"], taker["party"]}


def test_what_its_recipient_kept_is_told_on_its_card_and_the_line_from_the_owner_is_the_handover() -> None:
    nodes = [make_node("party", "owner", role="client"), make_node("party", "vendor", role="system_vendor")]
    nodes += [make_node("dataset", "own", party="owner"), make_node("release", "copy", party="vendor", dataset="own")]
    edges = [
        make_edge("own", "copy", "released", "documented", "G5"),
        make_edge("copy", "vendor", "released", "documented", "G5"),
        make_edge("copy", "found", "retained", "inferred", "G4", probability=0.99),
        make_edge("own", "found", "derived", "inferred", "G2", probability=0.97),
    ]
    leaving = shown([*nodes, make_node("dataset", "found", party="vendor")], edges)
    scene = scene_of(leaving.graph)
    (step,) = scene.steps
    assert (step.source, step.target, step.paint, step.grade, step.basis) == (
        "owner", "vendor", "handed", "G5", "documented",
    )  # fmt: skip
    (own,) = scene.cards["vendor"].own
    assert [edge["kind"] for edge in (*own.edges, *own.also)] == ["retained", "derived"]
    for wide in ("390", "960"):
        root = drawn(leaving, "graph", width=wide)
        (line,) = groups(root, "step")
        assert line.attrib["data-paint"] == "handed"
        (told,) = [text for text in root.iter(SVG + "text") if "kept after its end" in "".join(text.itertext())]
        assert " ".join(told.itertext()).startswith("kept after its end, G4")
        assert told.attrib["fill"] == LIGHT.beyond


def test_what_is_merely_known_goes_along_with_what_is_found() -> None:
    edges = [
        make_edge("a", "b", "derived", "inferred", "G3", probability=0.9),
        make_edge("pb", "pa", "calls_for", "alleged", "G0"), make_edge("pa", "pb", "sold_to", "documented", "G5"),
    ]  # fmt: skip
    graph = traders(edges[:1]).graph
    (step,) = scene_of(shown(graph["nodes"], edges).graph).steps
    assert (step.grade, step.basis, len(step.edges), len(step.also)) == ("G3", "inferred", 1, 2)


def joined(scene: Scene) -> set[str]:
    return {name for step in scene.steps for name in (step.source, step.target)}


def test_the_strongest_are_few_and_hold_what_the_first_statements_are_about(
    leaving_once: Outgoing, large: Outgoing
) -> None:
    for leaving in (leaving_once, large):
        scene = scene_of(leaving.graph)
        part = strongest(scene, leaving.statements)
        assert 3 <= len(part.cards) <= MOST_CARDS
        assert joined(part) == set(part.cards), "no card without a step"
        first = next(one for one in leaving.statements if one.kind == "retention")
        assert {scene.home[name] for name in (*first.lists, *first.copies)} <= set(part.cards)
    small = scene_of(leaving_once.graph).of(["cti-x", "home-loans"])
    assert strongest(small, leaving_once.statements) == with_touched_cards(small)


def test_around_a_card_is_what_touches_it(large: Outgoing) -> None:
    scene = scene_of(large.graph)
    whole = nx.Graph((step.source, step.target) for step in scene.steps)
    for name, part in around_each(scene, with_touched_cards(scene).cards, large.statements).items():
        assert 2 <= len(part.cards) <= MOST_CARDS
        assert joined(part) == set(part.cards) >= {name}
        ways = nx.DiGraph((step.source, step.target) for step in part.steps)
        there = {name, *nx.descendants(ways, name), *nx.ancestors(ways, name)}
        assert part.cards.keys() == there, "a line to it, or a way to it or from it"
        assert len(set(whole[name]) & set(part.cards)) >= min(len(whole[name]), MOST_CARDS // 2)


def test_who_is_not_drawn_is_counted_or_named(large: Outgoing, leaving_once: Outgoing) -> None:
    for scene, kind in ((scene_of(large.graph), "graph"), (scene_of_lists(large.graph, {}), "lineage")):
        more = len(with_touched_cards(scene).cards) - len(strongest(scene, large.statements).cards)
        assert word("map-not-drawn", "en", n=more) in said(drawn(large, kind, width="1440"))
    text = " ".join(said(drawn(leaving_once, "graph", width="1440")))
    for card in scene_of(leaving_once.labelled_graph()).alone:
        assert card.node["kind"] != "party" or card.node["label"] in text


def test_bands_are_as_wide_as_what_went_on_one_scale() -> None:
    """Rightly wide however steep: a stroke, not a shape between two curves."""
    sizes = {"b": 4_000, "c": 2_000, "d": 1_000}
    bands = [make_edge("a", name, "derived", "inferred", "G3", probability=0.9, shared=n) for name, n in sizes.items()]
    for wide in ("390", "960"):
        found = {}
        for group in groups(drawn(traders(bands), "flow", width=wide), "band"):
            (band,) = group
            found[group.attrib["data-to"][1:]] = float(band.attrib["stroke-width"])
        assert found["b"] / found["c"] == pytest.approx(2, abs=0.15)
        assert found["c"] / found["d"] == pytest.approx(2, abs=0.3), wide


def test_a_flow_shows_what_bears_on_red_findings_and_counts_the_rest(large: Outgoing, leaving_once: Outgoing) -> None:
    for leaving in (large, leaving_once):
        every, scene = scene_of(leaving.graph), found_ways(scene_of(leaving.graph))
        red = {name for step in every.steps if step.paint == "beyond" for name in (step.source, step.target)}
        red |= {card.id for card in every.cards.values() for step in card.own if step.paint == "beyond"}
        root = drawn(leaving, "flow", width="960")
        cards = {card.attrib["data-node"] for card in groups(root, "card")}
        owners = {step.source for step in scene.steps if step.paint == "handed" and step.target in red}
        assert cards <= red | owners
        assert cards <= bearing_scene(scene).cards.keys()
        assert len(cards) <= MOST_CARDS
        drawn_steps = {(step.get("data-from"), step.get("data-to")) for step in groups(root, "step")}
        for step in scene.steps:
            if step.paint == "beyond" and {step.source, step.target} <= cards:
                assert (step.source, step.target) in drawn_steps
        left = len(with_touched_cards(scene).cards) - len(cards)
        assert word("figure-flow-left", "en", n=left) in said(root)


def test_words_are_broken_at_their_hyphens_alone() -> None:
    edges = [make_edge(a, b, "derived", "inferred", "G3", probability=0.9) for a, b in ("ab", "bc", "cd", "de")]
    leaving = traders(edges, "Heyu’s home-improvement leads")
    for kind in ("graph", "lineage"):
        root = drawn(leaving, kind, width="860")
        pieces = {piece.strip() for text in root.iter(SVG + "text") for piece in text.itertext()}
        assert not any(re.search(r"improv(e|em)?$", piece) for piece in pieces)
        assert any("improvement" in piece for piece in pieces)


def test_a_part_and_what_is_highlighted(leaving_once: Outgoing) -> None:
    lead = next(edge for edge in leaving_once.graph["edges"] if edge["kind"] == "retained")
    cut = selected_part(leaving_once, ExportChoice(finding=(lead["source"], lead["target"]), width="660"))
    for kind in KINDS:
        root = fromstring(figure_svg(replace(cut, of=(kind,))))
        assert any("Only a part is shown" in text for text in said(root)), kind
    root = drawn(leaving_once, "graph", width="1440", highlight=("cti-x",))
    thick = [
        card.attrib["data-node"] for card in groups(root, "card")
        for frame in card if frame.get("class") == "frame" and float(frame.attrib["stroke-width"]) > 1
    ]  # fmt: skip
    assert thick == ["cti-x"]


def test_protected_sources_are_in_no_picture(read_market: Case) -> None:
    sources = sources_of(read_market.con)
    assert sources
    without = outgoing_case(read_market.con, {}, PSEUDONYM, "Market", sources=sources)
    for kind in KINDS:
        root = drawn(without, kind, width="900")
        assert "source-" not in " ".join(said(root)), kind
        assert without.sources_said() in " ".join(said(root)), kind


def test_the_map_of_a_page_is_drawn_once_and_every_view_has_all_places(leaving_once: Outgoing, large: Outgoing) -> None:
    for leaving, every in ((leaving_once, True), (large, False)):
        made = page_map(leaving, LANGUAGES)
        assert page_map(leaving, LANGUAGES) == made or page_map(leaving, LANGUAGES).svg == made.svg
        root: Element = fromstring(f'<svg xmlns="{SVG[1:-1]}">{made.svg}</svg>')
        cards = {one.attrib["data-node"] for one in root.iter(SVG + "g") if one.get("class", "").startswith("card")}
        steps = {
            one.attrib["data-step"]: one for one in root.iter(SVG + "g") if one.get("class", "").startswith("step")
        }
        assert ("whole" in made.views) is every
        assert {f"at:{name}" for name in cards} == made.views.keys() - {"strongest", "whole"}
        assert smallest(root) >= 12
        for forms in made.views.values():
            for form, view in forms.items():
                assert view.cards.keys() <= cards
                assert view.steps.keys() <= steps.keys()
                assert form != "down" or view.width <= 340
                for name, place in view.steps.items():
                    whys = {one.get("data-why") for one in steps[name].iter(SVG + "g") if "data-why" in one.attrib}
                    assert place.against in whys
                    assert (place.said is not None) is (form == "down")


def test_every_node_has_a_place_of_its_own_for_other_tools(leaving_once: Outgoing) -> None:
    for graph in (leaving_once.graph, simulated_leaving(40, 7).graph):
        found = positions(graph)
        assert found.keys() == {node["id"] for node in graph["nodes"]}
        assert len(set(found.values())) == len(found)
        assert positions(graph) == found
