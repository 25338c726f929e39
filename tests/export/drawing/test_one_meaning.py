"""One statement has one colour, one grade and one certainty, in whatever picture it is drawn and on the page."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.export.drawing.boxes import SVG, drawn, groups, said
from tests.graph.simulated import simulated_leaving
from tracer.disclosure import sure_word
from tracer.export.drawing.looks import DASHES, LIGHT, PAINTS, has_head, paint_of, paints_of_lists
from tracer.export.drawing.scene import Scene, Step, scene_of, scene_of_lists
from tracer.export.drawing.story import COPY, stories
from tracer.export.formats import Outgoing, render
from tracer.graph.model import GRADES, Edge, Graph
from tracer.wording import word

ABOUT = {"retention": "releases", "held": "releases", "derivation": "lists"}


@pytest.fixture(scope="module", params=["market", "simulated"])
def leaving(request: pytest.FixtureRequest, leaving_once: Outgoing) -> Outgoing:
    return leaving_once if request.param == "market" else simulated_leaving(40, 3)


def line_of(group: Element) -> Element:
    return next(one for one in group if one.get("stroke-width") and not one.get("opacity"))


def test_an_edge_is_as_well_founded_and_as_sure_as_its_statement(leaving: Outgoing) -> None:
    edges = {
        (edge["source"], edge["target"], edge["relation"] or edge["kind"]): edge for edge in leaving.graph["edges"]
    }
    known = {
        (edge["source"], edge["target"]): edge
        for edge in edges.values()
        if edge["kind"] in ("derived", "passed_on", "retained", "held")
    }
    compared = 0
    for one in leaving.statements:
        if one.kind in ABOUT and one.about in known:
            edge = known[one.about]
            compared += 1
            assert (edge["grade"], edge["probability"]) == (one.grade, one.probability)
    assert compared > 5


def shows(group: Element, step: Step, wide: str) -> None:
    """That a drawn step has the look, the grade and the certainty of what it stands for, and of nothing else."""
    edges = step.edges
    (paint,) = {paint_of(edge["kind"]) for edge in edges}
    grades = sorted((edge["grade"] for edge in edges), key=GRADES.index)
    assert group.attrib["data-paint"] == paint
    assert group.attrib["data-grade"] == grades[-1], "the grade filter keeps it if any statement reaches the grade"
    line, head = line_of(group), next(one for one in group if one.get("class") == "head")
    assert line.attrib["stroke"] == LIGHT.of(PAINTS[paint].colour)
    assert float(line.attrib["stroke-width"]) == PAINTS[paint].line
    assert bool(head.get("d")) is step.directed is all(has_head(edge) for edge in edges)
    if len(edges) == 1:
        assert (line.get("stroke-dasharray") or "") == DASHES[edges[0]["basis"]]
    pills = [text for text in said(group) if re.fullmatch("G[0-5]", text)]
    assert pills in ([], [grades[0]])
    words = " ".join(text for text in said(group) if text not in pills)
    sure = [edge["probability"] for edge in edges if edge["probability"] is not None]
    if wide == "390" and step.found and step.kind != "released":
        assert grades[0] in words
        assert not sure or word(sure_word(min(sure)), "en") in words
        assert len(edges) == 1 or f"{len(edges)} findings, the least sure: {grades[0]}" in words


@pytest.mark.parametrize("wide", ["390", "1440"])
@pytest.mark.parametrize("kind", ["graph", "flow", "lineage"])
def test_a_step_of_a_map_shows_its_own_statements(kind: str, wide: str, leaving: Outgoing) -> None:
    unknown = [
        Edge(**{**one, "direction": "not_told"}) if one["kind"] == "derived" else one for one in leaving.graph["edges"]
    ]
    for out in (leaving, replace(leaving, graph=Graph(**{**leaving.graph, "edges": unknown}), coded_tables=None)):
        scene = (scene_of_lists if kind == "lineage" else scene_of)(out.graph)
        steps = {(step.source, step.target, step.paint): step for step in scene.steps}
        root, looks = drawn(out, kind, width=wide), set()
        for group in groups(root, "step"):
            step = steps[group.attrib["data-from"], group.attrib["data-to"], group.attrib["data-paint"]]
            shows(group, step, wide)
            looks |= {f"look-paint-{step.paint}", f"look-rests-{step.basis}"}
        assert looks
        legend = {look for look in (*(f"look-paint-{one}" for one in PAINTS), *(f"look-rests-{one}" for one in DASHES))
                  if word(look, "en") in said(root)}  # fmt: skip
        assert looks <= legend
        assert {one for one in legend if "paint" in one} <= looks


def lines_of(scene: Scene) -> dict[tuple[str, str], set[str]]:
    """(what it came from, list) → the paints in which a scene has it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in (*scene.steps, *(own for card in scene.cards.values() for own in card.own)):
        for edge in step.edges:
            found[edge["source"], edge["target"]].add(step.paint)
    return found


def test_a_line_of_the_figure_of_days_is_a_line_of_the_map(leaving: Outgoing) -> None:
    edges = {(one["source"], one["target"]): one for one in leaving.graph["edges"] if one["kind"] != "attributed"}
    lines = lines_of(scene_of(leaving.graph))
    found = groups(drawn(leaving, "time", width="960"), "step")
    assert found
    for group in found:
        ends = group.attrib["data-from"], group.attrib["data-to"]
        edge = edges[ends]
        assert group.attrib["data-paint"] == paint_of(edge["kind"])
        assert group.attrib["data-grade"] == edge["grade"]
        assert line_of(group).attrib["stroke"] == LIGHT.of(PAINTS[paint_of(edge["kind"])].colour)
        assert not lines[ends] or paint_of(edge["kind"]) in lines[ends]


def test_a_list_has_one_colour_in_all_pictures(leaving: Outgoing) -> None:
    paints = paints_of_lists(leaving)
    assert set(paints.values()) >= {"beyond", "handed"}
    marked = [one for one in groups(drawn(leaving, "time", width="960"), "list") if one.attrib["data-node"] in paints]
    assert marked
    texts = said(drawn(leaving, "time", width="960"))
    labels = {node["id"]: node["label"] for node in leaving.labelled_graph()["nodes"]}
    for group in marked:
        name = group.attrib["data-node"]
        assert group.attrib["data-paint"] == paints[name]
        into = (edge for edge in leaving.graph["edges"] if edge["target"] == name)
        found = [e for e in into if e["kind"] in ("retained", "passed_on") and (e["probability"] or 0) >= 0.5]
        if found:
            grade = max(edge["grade"] for edge in found)
            assert group.attrib["data-grade"] == grade
            assert re.search(f", (>99|9\\d)%, {grade}(;|$)", texts[texts.index(labels[name]) + 1]), (
                "of its own statement"
            )
    names = {
        node["label"]: paints[node["id"]] for node in leaving.labelled_graph()["nodes"] if node["kind"] == "dataset"
    }
    told = 0
    for kind, wide in (("graph", "390"), ("graph", "1440"), ("lineage", "1440")):
        for card in groups(drawn(leaving, kind, width=wide), "card"):
            for form in (one for one in card if one.get("class") in ("across", "down")):
                marks = list(form)
                for dot, text in pairwise(marks):
                    named = " ".join(text.itertext()).split(" · ")[-1]
                    if dot.tag == SVG + "path" and named in names:
                        assert dot.attrib["fill"] == LIGHT.of(PAINTS[names[named]].colour), named
                        told += 1
    assert told > 5
    refs = {node["ref"]: paints[node["id"]] for node in leaving.graph["nodes"] if node["kind"] == "dataset"}
    for story in stories(leaving):
        for event in story.events:
            if event.kind != COPY and refs[event.ref] == "beyond" and story.kind in ("retained", "passed_on"):
                assert event.paint == "beyond", (story.names, event.ref)
            elif event.kind != COPY:
                assert (event.paint == "beyond") <= (refs[event.ref] == "beyond"), (story.names, event.ref)


def test_the_page_says_of_a_step_what_its_statements_say(leaving: Outgoing) -> None:
    page = LexborHTMLParser(render(leaving, "html")[""].decode())
    scene = scene_of(leaving.labelled_graph())
    drawn_steps = page.css("#map a.step")
    assert len(drawn_steps) == len(scene.steps)
    assert len({one.attributes["data-key"] for one in page.css("#details .about-line")}) == len(
        page.css("#details .about-line")
    ), "every card has an address of its own"
    seen = {"one": 0, "several": 0}
    for one in drawn_steps:
        (card,) = page.css(f"article{one.attributes['href']}")
        title = one.css("title")[0].text()
        badges = [badge.text() for badge in card.css(".grade")]
        found = re.search(r"(\d+) findings, the least sure: (G\d)", title)
        if found is not None:
            seen["several"] += 1
            first = card.css_first("p")
            assert first is not None
            assert found[2] == badges[0]
            assert f"covers {found[1]} statements" in first.text()
            assert max(badges[1 : 1 + int(found[1])]) == one.attributes["data-grade"]
            assert min(badges[1 : 1 + int(found[1])]) == found[2]
        elif " copies handed over" not in title and one.attributes["data-paint"] != "known":
            seen["one"] += 1
            assert f", {badges[0]}, " in title, "its own grade"
            assert one.attributes["data-grade"] == badges[0]
    several = any(step.found and step.kind != "released" and len(step.edges) > 1 for step in scene.steps)
    assert (bool(seen["one"]), bool(seen["several"])) == (True, several)
