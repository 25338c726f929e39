"""A part of the graph: whole where it must be, counted in what it leaves out, and refused by name where it is none."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tracer.errors import UsageError
from tracer.export.choice import WHOLE, ExportChoice
from tracer.export.drawing.figures import figure_svg
from tracer.export.drawing.looks import DARK, LIGHT
from tracer.export.formats import Outgoing, render
from tracer.export.selection import selected_part


def test_a_part_is_of_the_whole_and_says_what_is_missing(leaving_once: Outgoing) -> None:
    whole = leaving_once.graph
    for choice in (
        ExportChoice(chain="1"), ExportChoice(party="cti-x"), ExportChoice(finding=("a-cti-x", "d6-backend")),
        ExportChoice(grade="G3"), ExportChoice(party="cti-x", grade="G4"),
    ):  # fmt: skip
        cut = selected_part(leaving_once, choice)
        graph, names = cut.graph, {node["id"] for node in cut.graph["nodes"]}
        assert 0 < len(graph["edges"]) < len(whole["edges"])
        assert {edge["id"] for edge in graph["edges"]} <= {edge["id"] for edge in whole["edges"]}
        assert {edge[end] for edge in graph["edges"] for end in ("source", "target", "via")} - {None} <= names
        assert {node["party"] for node in graph["nodes"]} - {None} <= names
        missing = [str(len(whole[what]) - len(graph[what])) for what in ("nodes", "edges")]
        assert re.findall(r"(\d+) (?:node|edge)", cut.part_said()) == missing
        assert graph["left_out"][0] == cut.part_said()


def test_every_format_of_a_part_has_the_same_edges(leaving_once: Outgoing) -> None:
    cut = selected_part(leaving_once, ExportChoice(finding=("a-cti-x", "d6-backend")))
    wanted = {edge["id"] for edge in json.loads(render(cut, "json")[""])["edges"]}
    for to in ("csv", "gexf", "graphml"):
        text = b"".join(render(cut, to).values()).decode()
        assert wanted == set(re.findall(r"\be\d+\b", text)) & {edge["id"] for edge in leaving_once.graph["edges"]}, to


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (ExportChoice(party="cti-xx"), "did you mean 'cti-x'"),
        (ExportChoice(chain="99"), "unknown chain '99'"),
        (ExportChoice(finding=("a-cti-x", "d1-jobs")), "no finding joins"),
        (ExportChoice(highlight=("cti-xx",)), "--highlight: unknown id 'cti-xx'; did you mean 'cti-x'"),
        (ExportChoice(grade="G9"), "one of: G0"),
        (ExportChoice(theme="dim"), "invalid theme"),
        (ExportChoice(fonts="all"), "one of: embed, outline, none"),
        (ExportChoice(width="20"), "320 to 4,000"),
        (ExportChoice(width="0mm"), "320 to 4,000 pixels, as in 660, or 85mm to"),
        (ExportChoice(width="85cm"), "paper as in 85mm"),
        (ExportChoice(width="1e9"), "paper as in 85mm"),
        (ExportChoice(width="-85mm"), "paper as in 85mm"),
        (ExportChoice(finding=("a",)), "two ids"),
    ],
)
def test_what_is_none_or_not_in_the_case_is_one_clear_error(
    choice: ExportChoice, said: str, leaving_once: Outgoing
) -> None:
    with pytest.raises(UsageError, match=said):
        selected_part(leaving_once, choice.check("graph", "svg", drawn=True) or choice)


def test_a_look_is_for_pictures(leaving_once: Outgoing) -> None:
    with pytest.raises(UsageError, match="means nothing in json"):
        ExportChoice(width="660").check("graph", "json", drawn=False)
    with pytest.raises(UsageError, match="written whole"):
        ExportChoice(grade="G2").check("findings", "json", drawn=False)
    narrow = figure_svg(replace(leaving_once, choice=ExportChoice(width="85mm"), of=("graph",)))
    assert 'width="85.00mm"' in narrow, "nothing is refused for a width"
    looked = ExportChoice(title="Who?", subtitle="Said below", source="Court files", theme="dark", width="3000")
    svg = figure_svg(replace(leaving_once, choice=looked, of=("graph",)))
    assert 'width="3000"' in svg
    assert all(f">{text}" in svg for text in ("Who?", "Said below", "Court files"))
    assert DARK.paper in svg
    assert LIGHT.ink not in svg


def test_a_page_for_a_frame_has_the_picture_and_its_cards_alone(leaving_once: Outgoing) -> None:
    with pytest.raises(UsageError, match="export graph --to html"):
        ExportChoice(embed="graph").check("graph", "svg", drawn=True)
    with pytest.raises(UsageError, match="one of: story, graph"):
        ExportChoice(embed="all").check("graph", "html", drawn=False)
    whole, framed = (
        render(replace(leaving_once, choice=choice), "html")[""].decode()
        for choice in (WHOLE, ExportChoice(embed="graph"))
    )
    for part, kept in (
        ('id="map"', True),
        ('class="about about-line"', True),
        ("<table>", False),
        ('id="caveats"', False),
    ):
        assert part in whole
        assert (part in framed) is kept, part
    assert 'data-embed="graph"' in framed
