"""Views that scale: texts that can be read and touch no other, what stands out, what is left out, and days in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from tests.export.market_findings import PSEUDONYM
from tests.graph.simulated import simulated_graph
from tracer.case.case import Case
from tracer.export.choice import ExportChoice
from tracer.export.figure.canvas import PAPER
from tracer.export.figure.draw import drawing
from tracer.export.figure.flows import party_flows, strongest
from tracer.export.figure.lineage import kinships
from tracer.export.figure.matrix import _STEPS
from tracer.export.figure.ribbons import box_of
from tracer.export.figure.sheet import GREY, PALE, STRONG
from tracer.export.figure.theme import contrast, on_dark
from tracer.export.formats import Outgoing, outgoing
from tracer.export.selection import selected
from tracer.export.sources import sources_of
from tracer.graph.model import Edge, Graph, day_of

VIEWS = ("flow", "time", "lineage", "matrix")
Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def large() -> Outgoing:
    """A market of 150 lists, in common what came from one another."""
    graph = simulated_graph(150, 3)
    sizes = {node["id"]: node["contacts"] for node in graph["nodes"]}
    common = [
        {"a": edge["source"], "b": edge["target"], "shared": 40, "a_contacts": sizes[edge["source"]],
         "b_contacts": sizes[edge["target"]]}
        for edge in graph["edges"] if edge["kind"] == "derived"
    ]  # fmt: skip
    return Outgoing(graph, title="Market", generated="2026-08-01", facts={"overlaps": common})


@pytest.fixture(scope="module")
def market(leaving_once: Outgoing) -> Outgoing:
    """The small market, its title with a word that would not fit anywhere."""
    return replace(leaving_once, generated="2026-08-01")


def drawn(leaving: Outgoing, kind: str, **choice: object) -> Element:
    chosen = ExportChoice(**choice)  # type: ignore[arg-type]  # one of several fields
    root: Element = fromstring(drawing(replace(leaving, of=(kind,), choice=chosen)))
    return root


def texts(root: Element) -> Iterator[tuple[str, float, Box]]:
    """(text, size, box) of every line of text."""

    def walk(element: Element, x: float, y: float) -> Iterator[tuple[str, float, Box]]:
        moved = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform", ""))
        if moved is not None:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag.endswith("}text"):
            size, bold = float(element.get("font-size", "0")), element.get("font-weight") == "700"
            at = (x + float(element.get("x", "0")), y + float(element.get("y", "0")))
            for number, line in enumerate([element, *element]):
                step = number * float(element[0].get("dy", "0")) if number else 0.0
                box = box_of(0.0, 0.0, line.text or "", size, anchor=element.get("text-anchor", "start"), bold=bold)
                if "rotate(-90" in element.get("transform", ""):
                    box = (box[1], -box[2], box[3], -box[0])
                moved_box = (at[0] + box[0], at[1] + step + box[1], at[0] + box[2], at[1] + step + box[3])
                yield line.text or "", size, moved_box
            return
        for child in element:
            yield from walk(child, x, y)

    yield from walk(root, 0.0, 0.0)


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize(("of", "width", "lang"), [
    ("market", 390, "en"), ("market", 768, "zh"), ("market", 1440, "en"), ("large", 390, "zh"), ("large", 1440, "en"),
])  # fmt: skip
def test_texts_can_be_read_and_touch_no_other(
    kind: str, of: str, width: int, lang: str, request: pytest.FixtureRequest
) -> None:
    leaving: Outgoing = request.getfixturevalue(of)
    root = drawn(replace(leaving, lang=lang), kind, width=width)
    assert root.get("width") == str(width)
    found = list(texts(root))
    assert len(found) > 10
    assert min(size for _, size, _ in found) >= 11
    wide, high = float(root.get("width", "0")), float(root.get("height", "0"))
    cut = [text for text, _, box in found if box[0] < -1 or box[1] < 0 or box[2] > wide + 1 or box[3] > high]
    assert cut == []
    touching = [
        (one[0], other[0])
        for one, other in combinations(found, 2)
        if one[2][0] < other[2][2] - 0.5 and other[2][0] < one[2][2] - 0.5
        and one[2][1] < other[2][3] - 0.5 and other[2][1] < one[2][3] - 0.5
    ]  # fmt: skip
    assert touching == []
    said = {element.tag.rpartition("}")[2]: element.text or "" for element in root}
    assert said["title"]
    assert len(said["desc"].splitlines()) >= 2


def test_each_flow_is_as_wide_as_its_records_and_one_stands_out(market: Outgoing) -> None:
    flows = party_flows(market.graph)
    lead = strongest(market.graph)
    assert lead is not None
    assert next(one.kind for one in flows if one.strong) in {"retained", "passed_on"}
    root = drawn(market, "flow", width=1200)
    paths = [e for e in root.iter() if e.tag.endswith("path") and e.get("fill") == "none"]
    whole = [e for e in paths if re.search("[CQ]", e.get("d", ""))]
    lines = [e for e in whole if e.get("stroke") != PALE]
    assert len(lines) == len(flows)
    sides = {e.get("d"): float(e.get("stroke-width", "0")) for e in lines if e.get("stroke") == GREY}
    inner = [sides[e.get("d")] - float(e.get("stroke-width", "0")) for e in whole if e.get("stroke") == PALE]
    assert len(inner) > 5
    assert inner == pytest.approx([2.0] * len(inner)), "a pale band has sides that can be seen"
    assert sum(e.get("stroke") == STRONG for e in lines) == sum(one.strong for one in flows)
    thick = sorted(float(e.get("stroke-width", "0")) for e in lines)
    records = sorted(one.size for one in flows)
    wide = [width / count for width, count in zip(thick, records, strict=True) if width > 4.1]
    assert max(wide) / min(wide) == pytest.approx(1, abs=0.03)
    pale = Counter(e.get("stroke") for e in lines)
    assert pale[STRONG] < sum(pale.values()) / 2


def test_a_flow_is_no_surer_and_no_larger_than_what_it_covers(market: Outgoing) -> None:
    nodes = {node["id"]: node for node in market.graph["nodes"]}
    several = 0
    for one in party_flows(market.graph):
        several += len(one.edges) > 1
        assert all(one.grade <= edge["grade"] for edge in one.edges)
        chances = [edge["probability"] for edge in one.edges if edge["probability"] is not None]
        assert one.probability == min(chances, default=None)
        assert one.contacts <= max(nodes[edge["target"]]["contacts"] or 0 for edge in one.edges)
        if "hidden" in (nodes[one.source]["kind"], nodes[one.target]["kind"]):
            assert one.size == 0, "how many came that way is not known"
    assert several > 0
    desc = next(e.text or "" for e in drawn(market, "flow", width=1200).iter() if e.tag.endswith("desc"))
    assert len(re.findall(r"covers \d+ statements, the least sure [<>]?\d+%", desc)) > 0


def test_what_a_copy_explains_goes_its_way(market: Outgoing) -> None:
    """A list with the vendor's copy behind it comes from the vendor, not from its client."""
    nodes = {node["id"]: node for node in market.graph["nodes"]}
    pairs = {(one.source, one.target) for one in party_flows(market.graph)}
    for edge in market.graph["edges"]:
        if edge["kind"] == "passed_on" and edge["grade"] >= "G3":
            vendor, holder = nodes[edge["source"]]["party"], nodes[edge["target"]]["party"]
            reach, before = {vendor}, set[str | None]()
            while reach != before:
                before = set(reach)
                reach |= {target for source, target in pairs if source in reach}
            assert holder in reach


def test_a_large_market_is_grouped_and_counted(large: Outgoing) -> None:
    said = [text for text, _, _ in texts(drawn(large, "flow", width=1200))]
    (left,) = (int(match[1]) for text in said if (match := re.match(r"(\d+) parties with weaker", text)))
    members = [int(match[1]) for text in said if (match := re.fullmatch(r"(\d+) others", text))]
    assert sum(members) <= left
    parties = {name for one in party_flows(large.graph) for name in (one.source, one.target)}
    assert left > len(parties) - 40
    lead = strongest(large.graph)
    assert lead is not None
    vendor = {node["id"]: node for node in large.graph["nodes"]}[lead["source"]]["party"]
    assert any(text and text in vendor_name(large.graph, vendor) for text in said)
    for kind, words in (("time", "without a lane"), ("lineage", "not drawn, because")):
        assert any(words in text for text, _, _ in texts(drawn(large, kind, width=960))), kind


def vendor_name(graph: Graph, party: str | None) -> str:
    return next(node["label"] for node in graph["nodes"] if node["id"] == party)


def test_days_are_in_order_and_to_scale(market: Outgoing) -> None:
    root = drawn(market, "time", width=1200)
    points = sorted(float(e.get("x", "0")) for e in root.iter() if e.tag.endswith("rect") and e.get("rx") == "4.5")
    days = sorted(
        date.fromisoformat(day_of(node) or "").toordinal()
        for node in market.graph["nodes"]
        if node["kind"] == "dataset" and day_of(node) and node["party"] is not None
    )
    assert len(points) == len(days) > 10
    scale = (points[-1] - points[0]) / (days[-1] - days[0])
    for point, day in zip(points, days, strict=True):
        assert point - points[0] == pytest.approx((day - days[0]) * scale, abs=0.2)
    heads = [e.get("d", "") for e in root.iter() if e.tag.endswith("path") and e.get("d", "").endswith("z")]
    for head in heads:  # right or straight down, never left
        numbers = [float(n) for n in re.findall(r"[\d.]+", head)]
        assert numbers[2] >= numbers[0]


def test_an_open_direction_has_no_head_and_both_chances(market: Outgoing) -> None:
    def doubted(edge: Edge) -> list[Edge]:
        forth = Edge(**{**edge, "probability": 0.45, "grade": "G1", "direction": "not_told"})
        back = Edge(
            **{
                **forth,
                "source": edge["target"],
                "target": edge["source"],
                "probability": 0.25,
                "rank": 999,
                "id": "e9999",
            }
        )
        return [forth, back]

    derived = [edge for edge in market.graph["edges"] if edge["kind"] == "derived" and edge["grade"] >= "G2"]
    chosen = derived[0]
    edges = [one for edge in market.graph["edges"] for one in (doubted(edge) if edge is chosen else [edge])]
    open_ = replace(market, graph=Graph(**{**market.graph, "edges": edges}), unsaid=None)
    pair = [one for one in kinships(open_.graph) if not one.settled]
    ends = {chosen["source"], chosen["target"]}
    assert [(one.forth, one.back) for one in pair if {one.older, one.younger} == ends] == [(0.45, 0.25)]

    def heads(leaving: Outgoing) -> int:
        return sum(e.get("fill") == GREY for e in drawn(leaving, "lineage", width=1200).iter())

    assert heads(open_) == heads(market) - 1
    assert any(text == "45% this way, 25% the other" for text, _, _ in texts(drawn(open_, "lineage", width=1200)))


def test_the_matrix_of_many_lists_is_whole_and_keeps_kin_together(large: Outgoing) -> None:
    root = drawn(large, "matrix", width=960)
    fills = {colour for _, colour in _STEPS}
    cells = {(e.get("x"), e.get("y")) for e in root.iter() if e.tag.endswith("rect") and e.get("fill") in fills}
    assert len(cells) >= 2 * len(large.facts["overlaps"])
    names = [text for text, _, _ in texts(root) if re.search(r" \+\d+$", text)]
    lists = sum(node["kind"] == "dataset" for node in large.graph["nodes"])
    assert 5 < len(names) < lists
    assert sum(1 + int(text.rpartition("+")[2]) for text in names) <= lists


def test_a_cell_with_room_says_which_pair_it_is(market: Outgoing) -> None:
    row = {"a": "d1-jobs", "b": "d4-leads", "shared": 81_020, "a_contacts": 120_400, "b_contacts": 251_233}
    root = drawn(replace(market, facts={"overlaps": [row]}), "matrix")
    (cell,) = (group for group in root.iter() if group.get("id") == "pair/d1-jobs/d4-leads")
    assert [one.text for one in cell if one.text] == ["d1-jobs – d4-leads: 81,020 (67%)", "67%"]


@pytest.mark.parametrize("kind", VIEWS)
def test_texts_are_apart_from_their_ground_in_both_themes(kind: str, market: Outgoing) -> None:
    for theme, ground in (("light", PAPER), ("dark", on_dark(PAPER))):
        root = drawn(market, kind, width=1000, theme=theme)
        assert any(element.get("fill") == ground for element in root)
        for line in (GREY, STRONG):
            assert contrast(on_dark(line) if theme == "dark" else line, ground) >= 3
        inks = {e.get("fill", "") for e in root.iter() if e.tag.endswith("}text")} - {ground}
        assert min(contrast(ink, ground) for ink in inks) >= 4.5
    for least, colour in _STEPS:
        assert contrast(colour, PAPER if least >= 0.5 else "#1c1b19") >= 4.5


def test_a_view_takes_a_part_and_highlights(market: Outgoing) -> None:
    lead = strongest(market.graph)
    assert lead is not None
    choice = ExportChoice(finding=(lead["source"], lead["target"]), width=660, portrait=True)
    cut = selected(market, choice)
    for kind in VIEWS:
        root = fromstring(drawing(replace(cut, of=(kind,))))
        assert any("Only a part is shown" in text for text, _, _ in texts(root)), kind
    party = party_flows(market.graph)[-1].target
    plain, marked = (drawn(market, "flow", width=1200, highlight=names) for names in ((), (party,)))
    strong = [sum(e.get("fill") == STRONG for e in root.iter()) for root in (plain, marked)]
    assert strong[1] >= strong[0]


def test_protected_sources_are_in_no_view(read_market: Case) -> None:
    sources = sources_of(read_market.con)
    assert sources
    without = outgoing(read_market.con, {}, PSEUDONYM, "Market", sources=sources)
    for kind in VIEWS:
        svg = drawing(replace(without, of=(kind,), choice=ExportChoice(width=900)))
        assert "source-" not in svg, kind
        assert without.sources_said() in " ".join(text for text, _, _ in texts(fromstring(svg))), kind
