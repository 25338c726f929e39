"""A part of the graph: whole where it must be, counted in what it leaves out, and refused by name where it is none."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tracer.errors import UsageError
from tracer.export.choice import WHOLE, ExportChoice
from tracer.export.figure.canvas import INK, PAPER, SOFT, hex_of
from tracer.export.figure.draw import drawing
from tracer.export.figure.theme import contrast, on_dark
from tracer.export.formats import GRAPH, Outgoing, render
from tracer.export.palette import EDGE_COLOURS, NODE_COLOURS
from tracer.export.selection import selected

PARTS = (
    {"chain": "1"}, {"party": "cti-x"}, {"finding": ("a-cti-x", "d6-backend")}, {"grade": "G3"},
    {"party": "cti-x", "grade": "G4"},
)  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_of_the_whole_and_says_what_is_missing(part: dict[str, object], leaving_once: Outgoing) -> None:
    cut = selected(leaving_once, ExportChoice(**part))  # type: ignore[arg-type]  # one of several fields
    whole, graph = leaving_once.graph, cut.graph
    names = {node["id"] for node in graph["nodes"]}
    assert 0 < len(graph["edges"]) < len(whole["edges"])
    assert {edge["id"] for edge in graph["edges"]} <= {edge["id"] for edge in whole["edges"]}
    ends = {e[end] for e in graph["edges"] for end in ("source", "target", "via")}
    assert {end for end in ends if end is not None} <= names
    assert {node["party"] for node in graph["nodes"] if node["party"] is not None} <= names
    missing = [str(len(whole[what]) - len(graph[what])) for what in ("nodes", "edges")]
    assert re.findall(r"(\d+) (?:node|edge)", cut.part_said()) == missing
    assert graph["left_out"][0] == cut.part_said()


def test_every_format_of_a_part_has_the_same_edges(leaving_once: Outgoing) -> None:
    cut = selected(leaving_once, ExportChoice(finding=("a-cti-x", "d6-backend")))
    wanted = {edge["id"] for edge in json.loads(render(cut, "json")[""])["edges"]}
    for to in ("csv", "gexf", "graphml"):
        text = b"".join(render(cut, to).values()).decode()
        assert wanted == set(re.findall(r"\be\d+\b", text)) & {edge["id"] for edge in leaving_once.graph["edges"]}, to
    assert set(GRAPH) >= {"html", "neo4j"}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (ExportChoice(party="cti-xx"), "did you mean 'cti-x'"),
        (ExportChoice(chain="99"), "unknown chain '99'"),
        (ExportChoice(finding=("a-cti-x", "d1-jobs")), "no finding joins"),
        (ExportChoice(highlight=("cti-xx",)), "--highlight: unknown id 'cti-xx'; did you mean 'cti-x'"),
    ],
)
def test_what_the_case_does_not_have_is_one_clear_error(
    choice: ExportChoice, said: str, leaving_once: Outgoing
) -> None:
    with pytest.raises(UsageError, match=said):
        selected(leaving_once, choice)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (ExportChoice(grade="G9"), "one of: G0"),
        (ExportChoice(theme="dim"), "invalid theme"),
        (ExportChoice(fonts="all"), "one of: embed, outline, none"),
        (ExportChoice(width=20), "320 to 4,000"),
        (ExportChoice(finding=("a",)), "two ids"),
    ],
)
def test_a_value_that_is_none_is_refused(choice: ExportChoice, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        choice.checked("graph", "svg", drawn=True)


def test_a_look_is_for_pictures(leaving_once: Outgoing) -> None:
    with pytest.raises(UsageError, match="means nothing in json"):
        ExportChoice(width=660).checked("graph", "json", drawn=False)
    with pytest.raises(UsageError, match="written whole"):
        ExportChoice(grade="G2").checked("findings", "json", drawn=False)
    cut = replace(leaving_once, choice=ExportChoice(width=400), of=("graph",))
    with pytest.raises(UsageError, match=r"smaller than 11 pixels; give \d+ or more"):
        drawing(cut)
    looked = ExportChoice(title="Who?", subtitle="Said below", source="Court files", theme="dark", width=3000)
    svg = drawing(replace(leaving_once, choice=looked, of=("graph",)))
    assert 'width="3000"' in svg
    assert all(f">{text}<" in svg for text in ("Who?", "Said below", "Court files"))
    assert on_dark(PAPER) in svg
    assert INK not in svg


def test_a_page_for_a_frame_has_the_picture_and_its_cards_alone(leaving_once: Outgoing) -> None:
    with pytest.raises(UsageError, match="export graph --to html"):
        ExportChoice(embed="graph").checked("graph", "svg", drawn=True)
    with pytest.raises(UsageError, match="one of: story, graph"):
        ExportChoice(embed="all").checked("graph", "html", drawn=False)
    whole, framed = (
        render(replace(leaving_once, choice=choice), "html")[""].decode()
        for choice in (WHOLE, ExportChoice(embed="graph"))
    )
    for part, kept in (
        ('id="picture"', True),
        ('class="about about-line"', True),
        ("<table>", False),
        ('id="caveats"', False),
    ):
        assert part in whole
        assert (part in framed) is kept, part
    assert 'data-embed="graph"' in framed


def test_dark_colours_can_be_read() -> None:
    ground = on_dark(PAPER)
    for colour in (INK, SOFT, *map(hex_of, (*EDGE_COLOURS.values(), *NODE_COLOURS.values()))):
        least = 3.0 if contrast(colour, PAPER) < 4.5 else 4.5
        assert contrast(on_dark(colour), ground) >= least, colour
