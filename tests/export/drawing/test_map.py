"""Map, lineage and flow: what they show and say, that they can be read at every width, and that every arrow goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from tests.export.drawing.boxes import SVG, along, meeting, outside, smallest, text_boxes
from tests.export.market_findings import PSEUDONYM
from tests.graph.simulated import simulated_graph, simulated_leaving
from tracer.case.case import Case
from tracer.export.choice import ExportChoice
from tracer.export.drawing.figures import drawing
from tracer.export.drawing.looks import DASHES, LIGHT, PAINTS, PRINTED, contrast, has_head, paint_of
from tracer.export.drawing.map import page_map
from tracer.export.drawing.map_figure import bearing, found_ways, positions
from tracer.export.drawing.scene import (
    MOST_CARDS,
    Scene,
    around_each,
    scene_of,
    scene_of_lists,
    strongest,
    whole,
)
from tracer.export.formats import Outgoing, outgoing
from tracer.export.gate import sources_of
from tracer.export.selection import selected
from tracer.findings.statements import LIKELY
from tracer.graph.model import GRADES, Edge, Graph, make_edge, make_node
from tracer.wording import LANGUAGES, word

KINDS = ("graph", "lineage", "flow")
WIDTHS = ("320", "390", "85mm", "660", "960", "1440")


@pytest.fixture(scope="module")
def market(leaving_once: Outgoing) -> Outgoing:
    return replace(leaving_once, generated="2026-08-01")


@pytest.fixture(scope="module")
def large() -> Outgoing:
    return simulated_leaving(150, 3)


def drawn(leaving: Outgoing, kind: str, lang: str = "en", **choice: object) -> Element:
    chosen = ExportChoice(**choice)  # type: ignore[arg-type]  # one of several fields
    root: Element = fromstring(drawing(replace(leaving.in_language(lang), of=(kind,), choice=chosen)))
    return root


def said(root: Element) -> list[str]:
    return [" ".join(text.itertext()) for text in root.iter(SVG + "text")]


def groups(root: Element, kind: str) -> list[Element]:
    return [group for group in root.iter(SVG + "g") if group.get("class") == kind]


def frames(root: Element) -> dict[str, tuple[float, float, float, float]]:
    """Card → left, upper, right, lower side of its frame."""
    found = {}
    for card in groups(root, "card"):
        moved = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", card.get("transform", ""))
        frame = next(one for one in card if one.get("class") == "frame")
        assert moved is not None
        x, y = float(moved[1]), float(moved[2])
        found[card.attrib["data-node"]] = (x, y, x + float(frame.attrib["width"]), y + float(frame.attrib["height"]))
    return found


def lines(root: Element) -> Iterator[tuple[Element, list[tuple[float, float]]]]:
    for step in groups(root, "step"):
        line = next(one for one in step if one.get("class") == "line")
        yield step, list(along(line.attrib["d"]))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("wide", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_read_at_every_width(kind: str, wide: str, lang: str, market: Outgoing, large: Outgoing) -> None:
    for one in (market, large):
        root = drawn(one, kind, lang, width=wide)
        boxes, size = text_boxes(root), [float(number) for number in root.attrib["viewBox"].split()[2:]]
        assert smallest(root) >= 11
        assert outside(boxes, *size) == []
        assert meeting(boxes) == []
        cards = frames(root)
        assert len(cards) > 2
        for step, points in lines(root):
            ends = {step.attrib["data-from"], step.attrib["data-to"]}
            for name, (left, upper, right, lower) in cards.items():
                inside = [p for p in points if left + 1 < p[0] < right - 1 and upper + 0.5 < p[1] < lower - 0.5]
                assert inside == [], (name, ends)
        for theme in ("dark", "grey"):
            again = drawn(one, kind, lang, width=wide, theme=theme)
            assert text_boxes(again) == boxes, "a theme changes colours alone"
            inks = {text.attrib["fill"] for text in again.iter(SVG + "text")}
            assert min(contrast(ink, PRINTED[theme].paper) for ink in inks) >= 4.5


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
    days = {"a": "2026-01-01", "b": "2026-02-01", "c": "2026-03-01"}
    nodes = [make_node("party", f"p{name}", role="data_trader") for name in days]
    nodes += [make_node("dataset", name, party=f"p{name}", date=day) for name, day in days.items()]
    edges = [make_edge(a, b, "derived", "inferred", "G4", probability=0.99) for a, b in ("ab", "bc", "ca")]
    leaving = Outgoing(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), generated="2026-08-01")
    for wide, ends in (("960", ("pc", "pa")), ("320", ("pc", "pa"))):
        root = drawn(leaving, "graph", width=wide)
        back = [step for step, _ in lines(root) if step.get("data-against")]
        assert [(step.get("data-from"), step.get("data-to")) for step in back] == [ends]
        assert any("obtained later than what came of it" in text for text in said(root))


@pytest.mark.parametrize("kind", ["graph", "flow"])
@pytest.mark.parametrize("wide", ["390", "1440"])
def test_colours_dashes_and_heads_mean_one_thing(kind: str, wide: str, market: Outgoing) -> None:
    edges = market.graph["edges"]
    told = Graph(**{**market.graph, "edges": [
        Edge(**{**edge, "direction": "not_told"}) if edge["kind"] == "derived" else edge for edge in edges
    ]})  # fmt: skip
    for leaving in (market, replace(market, graph=told, unsaid=None)):
        scene = scene_of(leaving.labelled())
        scene = found_ways(scene) if kind == "flow" else scene
        steps = {step.id: step for step in scene.steps}
        root = drawn(leaving, kind, width=wide)
        paints, bases = set(), set()
        for group in groups(root, "step"):
            step = steps[group.attrib["data-step"]]
            line, head = (next(one for one in group if one.get("class") == which) for which in ("line", "head"))
            look = PAINTS[step.paint]
            assert line.get("stroke") == LIGHT.of(look.colour)
            assert float(line.attrib["stroke-width"]) == look.line
            assert (line.get("stroke-dasharray") or "") == DASHES[step.basis]
            assert bool(head.get("d")) is step.directed is all(has_head(edge) for edge in step.edges)
            assert step.paint == "known" or step.directed is all(e["direction"] != "not_told" for e in step.edges)
            paints.add(("paint", step.paint))
            bases.add(("rests", step.basis))
        legend = said(root)
        for key, name in paints | bases:
            assert word(f"look-{key}-{name}", "en") in legend
        for name in PAINTS:
            assert (word(f"look-paint-{name}", "en") in legend) is (("paint", name) in paints)


def test_a_step_is_no_surer_than_the_least_of_what_it_stands_for_and_says_so(market: Outgoing) -> None:
    several = 0
    scene = scene_of(market.labelled())
    for step in scene.steps:
        several += len(step.edges) > 1
        assert all(GRADES.index(step.grade) <= GRADES.index(edge["grade"]) for edge in step.edges)
        chances = [edge["probability"] for edge in step.edges if edge["probability"] is not None]
        assert step.probability == min(chances, default=None)
        assert {paint_of(edge["kind"]) for edge in step.edges} == {step.paint}, "a handover is no finding"
    assert several
    edges = [
        make_edge("a", "b", "derived", "inferred", grade, probability=chance)
        for grade, chance in (("G2", 0.99), ("G3", 0.96))
    ]
    nodes = [make_node("party", f"p{name}") for name in "ab"] + [make_node("dataset", n, party=f"p{n}") for n in "ab"]
    two = Outgoing(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), generated="2026-08-01")
    told = " ".join(said(drawn(two, "graph", width="390")))
    assert "copied; 2 findings, the least sure: G2, very likely" in told
    assert [step.attrib["data-grade"] for step in groups(drawn(two, "graph", width="960"), "step")] == ["G3"]
    assert "G2" in said(drawn(two, "graph", width="960"))


def test_all_that_is_found_is_in_a_step_in_a_card_or_counted(market: Outgoing) -> None:
    scene = scene_of(market.graph)
    nodes = {node["id"]: node for node in market.graph["nodes"]}
    shown = {edge["id"] for step in scene.steps for edge in (*step.edges, *step.also)}
    shown |= {e["id"] for card in scene.cards.values() for step in card.own for e in (*step.edges, *step.also)}
    for edge in market.graph["edges"]:
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
    nodes += [make_node("dataset", "found", party="vendor")]
    edges = [
        make_edge("own", "copy", "released", "documented", "G5"),
        make_edge("copy", "vendor", "released", "documented", "G5"),
        make_edge("copy", "found", "retained", "inferred", "G4", probability=0.99),
        make_edge("own", "found", "derived", "inferred", "G2", probability=0.97),
    ]
    leaving = Outgoing(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), generated="2026-08-01")
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
    nodes = [make_node("party", name) for name in "ab"] + [
        make_node("dataset", f"d{name}", party=name) for name in "ab"
    ]
    edges = [
        make_edge("da", "db", "derived", "inferred", "G3", probability=0.9),
        make_edge("b", "a", "calls_for", "alleged", "G0"), make_edge("a", "b", "sold_to", "documented", "G5"),
    ]  # fmt: skip
    (step,) = scene_of(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[])).steps
    assert (step.grade, step.basis, len(step.edges), len(step.also)) == ("G3", "inferred", 1, 2)


def joined(scene: Scene) -> set[str]:
    return {name for step in scene.steps for name in (step.source, step.target)}


def test_the_strongest_are_few_and_hold_what_the_first_statements_are_about(market: Outgoing, large: Outgoing) -> None:
    for leaving in (market, large):
        scene = scene_of(leaving.graph)
        part = strongest(scene, leaving.statements)
        assert 3 <= len(part.cards) <= MOST_CARDS
        assert joined(part) == set(part.cards), "no card without a step"
        first = next(one for one in leaving.statements if one.kind == "retention")
        assert {scene.home[name] for name in (*first.lists, *first.copies)} <= set(part.cards)
    small = scene_of(market.graph).of(["cti-x", "home-loans"])
    assert strongest(small, market.statements) == whole(small)


def test_around_a_card_is_what_touches_it(large: Outgoing) -> None:
    scene, ways = scene_of(large.graph), dict[str, set[str]]()
    for name, part in around_each(scene, whole(scene).cards, large.statements).items():
        assert name in part.cards
        assert 2 <= len(part.cards) <= MOST_CARDS
        assert joined(part) == set(part.cards)
        for pairs in ([(s.source, s.target) for s in part.steps], [(s.target, s.source) for s in part.steps]):
            reached, before = {name}, set[str]()
            while reached != before:
                before, reached = reached, reached | {taker for giver, taker in pairs if giver in reached}
            ways.setdefault(name, set()).update(reached)
        touches = {
            end for step in part.steps if name in (step.source, step.target) for end in (step.source, step.target)
        }
        assert part.cards.keys() <= ways[name] | touches, "a line to it, or a way to it or from it"
        near = {end for step in scene.steps if name in (step.source, step.target) for end in (step.source, step.target)}
        assert len(near & set(part.cards)) >= min(len(near), MOST_CARDS // 2)


def test_who_is_not_drawn_is_counted_or_named(large: Outgoing, market: Outgoing) -> None:
    scene = scene_of(large.graph)
    more = len(whole(scene).cards) - len(strongest(scene, large.statements).cards)
    assert word("map-not-drawn", "en", n=more) in said(drawn(large, "graph", width="1440"))
    whole_market = scene_of(market.labelled())
    text = " ".join(said(drawn(market, "graph", width="1440")))
    for card in whole_market.alone:
        assert card.node["kind"] != "party" or card.node["label"] in text
    lists = scene_of_lists(large.graph, {})
    more = len(whole(lists).cards) - len(strongest(lists, large.statements).cards)
    assert word("map-not-drawn", "en", n=more) in said(drawn(large, "lineage", width="1440"))


def test_bands_are_as_wide_as_what_went_on_one_scale() -> None:
    """Rightly wide however steep: a stroke, not a shape between two curves."""
    sizes = {"b": 4_000, "c": 2_000, "d": 1_000}
    nodes = [make_node("party", f"p{name}", role="data_trader") for name in "abcd"]
    nodes += [make_node("dataset", name, party=f"p{name}") for name in "abcd"]
    edges = [make_edge("a", name, "derived", "inferred", "G3", probability=0.9, shared=n) for name, n in sizes.items()]
    leaving = Outgoing(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), generated="2026-08-01")
    for wide in ("390", "960"):
        found = {}
        for group in groups(drawn(leaving, "flow", width=wide), "band"):
            (band,) = group
            found[group.attrib["data-to"][1:]] = float(band.attrib["stroke-width"])
        assert found["b"] / found["c"] == pytest.approx(2, abs=0.15)
        assert found["c"] / found["d"] == pytest.approx(2, abs=0.3), wide


def test_a_flow_shows_what_bears_on_red_findings_and_counts_the_rest(large: Outgoing, market: Outgoing) -> None:
    for leaving in (large, market):
        every, scene = scene_of(leaving.graph), found_ways(scene_of(leaving.graph))
        red = {name for step in every.steps if step.paint == "beyond" for name in (step.source, step.target)}
        red |= {card.id for card in every.cards.values() for step in card.own if step.paint == "beyond"}
        root = drawn(leaving, "flow", width="960")
        cards = {card.attrib["data-node"] for card in groups(root, "card")}
        owners = {step.source for step in scene.steps if step.paint == "handed" and step.target in red}
        assert cards <= red | owners
        assert cards <= bearing(scene).cards.keys()
        assert len(cards) <= MOST_CARDS
        drawn_steps = {(step.get("data-from"), step.get("data-to")) for step in groups(root, "step")}
        for step in scene.steps:
            if step.paint == "beyond" and {step.source, step.target} <= cards:
                assert (step.source, step.target) in drawn_steps
        left = len(whole(scene).cards) - len(cards)
        assert word("figure-flow-left", "en", n=left) in said(root)


def test_a_figure_for_a_column_is_no_taller_than_a_page(large: Outgoing) -> None:
    for kind in KINDS:
        root = drawn(large, kind, width="85mm")
        assert float(root.attrib["height"].removesuffix("mm")) <= 240
        assert len(groups(root, "card")) > 2


def test_words_are_broken_at_their_hyphens_alone() -> None:
    name = "Heyu’s home-improvement leads"
    nodes = [make_node("party", f"p{n}", role="data_trader") for n in "abcde"]
    nodes += [make_node("dataset", n, name, party=f"p{n}") for n in "abcde"]
    edges = [make_edge(a, b, "derived", "inferred", "G3", probability=0.9) for a, b in ("ab", "bc", "cd", "de")]
    leaving = Outgoing(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), generated="2026-08-01")
    for kind in ("graph", "lineage"):
        root = drawn(leaving, kind, width="860")
        pieces = {piece.strip() for text in root.iter(SVG + "text") for piece in text.itertext()}
        assert not any(piece.endswith("improvem") or re.search(r"improve?$", piece) for piece in pieces)
        assert any("improvement" in piece for piece in pieces)


def test_a_part_and_what_is_highlighted(market: Outgoing) -> None:
    lead = next(edge for edge in market.graph["edges"] if edge["kind"] == "retained")
    cut = selected(market, ExportChoice(finding=(lead["source"], lead["target"]), width="660"))
    for kind in KINDS:
        root = fromstring(drawing(replace(cut, of=(kind,))))
        assert any("Only a part is shown" in text for text in said(root)), kind
    root = drawn(market, "graph", width="1440", highlight=("cti-x",))
    thick = [
        card.attrib["data-node"] for card in groups(root, "card")
        for frame in card if frame.get("class") == "frame" and float(frame.attrib["stroke-width"]) > 1
    ]  # fmt: skip
    assert thick == ["cti-x"]


def test_protected_sources_are_in_no_picture(read_market: Case) -> None:
    sources = sources_of(read_market.con)
    assert sources
    without = outgoing(read_market.con, {}, PSEUDONYM, "Market", sources=sources)
    for kind in KINDS:
        root = drawn(without, kind, width="900")
        assert "source-" not in " ".join(said(root)), kind
        assert without.sources_said() in " ".join(said(root)), kind


def test_the_map_of_a_page_is_drawn_once_and_every_view_has_all_places(market: Outgoing, large: Outgoing) -> None:
    for leaving, every in ((market, True), (large, False)):
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


def test_every_node_has_a_place_of_its_own_for_other_tools(market: Outgoing) -> None:
    for graph in (market.graph, simulated_graph(60, 7)):
        found = positions(graph)
        assert found.keys() == {node["id"] for node in graph["nodes"]}
        assert len(set(found.values())) == len(found)
        assert positions(graph) == found
