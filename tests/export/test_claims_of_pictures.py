"""What each picture says of itself, measured from its own coordinates."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from tests.graph.simulated import simulated_graph
from tracer.dossier.vocabulary import ROLES
from tracer.export.figure.draw import drawing
from tracer.export.formats import Outgoing, render
from tracer.export.page.drawing import THIN, draw
from tracer.export.palette import BASES
from tracer.export.picture.cards import deal, merged_bundles
from tracer.export.picture.columns import COLUMNS, LINES, OTHER, column_of
from tracer.export.picture.lanes import place_in_time
from tracer.export.picture.placement import card_height, place
from tracer.graph.model import Graph, day_of, make_edge, make_node
from tracer.wording import LANGUAGES, templates, word

SVG = "{http://www.w3.org/2000/svg}"


def shapes(svg: str, tag: str) -> list[Element]:
    root: Element = fromstring(svg)
    return list(root.iter(SVG + tag))


def derived(sizes: dict[str, int], copies: dict[tuple[str, str], int]) -> Graph:
    """Lists of these sizes, and copyings between them with contacts in common."""
    nodes = [make_node("dataset", name, contacts=contacts, date="2026-01-01") for name, contacts in sizes.items()]
    edges = [
        make_edge(a, b, "derived", "inferred", "G2", probability=0.9, shared=shared)
        for (a, b), shared in copies.items()
    ]
    for number, edge in enumerate(edges):
        edge["id"] = f"e{number}"
    return Graph(nodes=nodes, edges=edges, evidence=[], left_out=[])


GRAPHS = [
    derived({"a": 3500, "b": 3000, "c": 2900, "d": 3100}, {("a", "b"): 2900, ("a", "c"): 2800, ("a", "d"): 3000}),
    derived({"a": 1000, "b": 900, "c": 5000}, {("a", "c"): 1000, ("b", "c"): 900, ("a", "b"): 700}),
    derived({"a": 100_000, "b": 40}, {("a", "b"): 25}),
]


@pytest.mark.parametrize("graph", GRAPHS)
def test_bars_and_bands_of_a_sankey_are_on_one_scale(graph: Graph) -> None:
    svg = drawing(Outgoing(graph, title="t", generated="2026-08-01", of=("sankey",)))
    bars = [(float(r.get("y", "")), float(r.get("height", ""))) for r in shapes(svg, "rect") if r.get("width") == "16"]
    contacts = {node["id"]: node["contacts"] or 0 for node in graph["nodes"]}
    scale = max(height for _, height in bars) / max(contacts.values())
    assert sorted(height for _, height in bars) == pytest.approx(
        sorted(max(many * scale, 0.5) for many in contacts.values()), abs=0.11
    )
    bands = [path for path in shapes(svg, "path") if path.get("opacity")]
    widths = sorted(float(path.get("stroke-width", "")) for path in bands)
    assert widths == pytest.approx(sorted(max(int(str(e["shared"])) * scale, 0.5) for e in graph["edges"]), abs=0.11)
    for path in bands:
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", path.get("d", ""))]
        for y in (numbers[1], numbers[-1]):
            half = float(path.get("stroke-width", "")) / 2
            assert any(top - 0.6 <= y - half and y + half <= top + high + 0.6 for top, high in bars), "off its bar"


def test_lines_are_as_wide_as_their_contacts_in_common(out: Outgoing) -> None:
    graph = out.graph
    deck = deal(graph)
    names = [card.node["id"] for card in deck.cards]
    names += [name for card in deck.cards for chip in card.chips for name in (chip.id, *chip.nodes)]
    anchors = {name: name for name in [*names, *(bundle.id for bundle in deck.bundles), *merged_bundles(deck)]}
    bundles = {bundle.id: bundle for bundle in deck.bundles}
    measured: dict[int, set[float]] = defaultdict(set)
    for line in draw(graph, deck, anchors).lines:
        counts = [edge["shared"] for edge in bundles[line.id].edges if isinstance(edge["shared"], int)]
        measured[max(counts, default=0)].add(line.width)
    assert measured.pop(0) == {THIN}
    widths = [width for _, found in sorted(measured.items()) for width in found]
    assert len(measured) > 5
    assert all(len(found) == 1 for found in measured.values())
    assert widths == sorted(widths)
    assert widths[0] > THIN


def test_along_time_days_have_one_scale(out: Outgoing) -> None:
    graph = out.graph
    deck = deal(graph)
    lanes = place_in_time(graph, deck)
    assert lanes.axis is not None
    first, begin, per_day = lanes.axis
    nodes = {node["id"]: node for node in graph["nodes"]}
    seen = 0
    for card in deck.cards:
        for chip in card.chips:
            days = [day for name in chip.nodes if (day := day_of(nodes[name]))]
            x = lanes.chips[chip.id][0]
            if not days:
                assert x < begin
                continue
            seen += 1
            assert x == pytest.approx(
                begin + per_day * (date.fromisoformat(min(days)) - date.fromisoformat(first)).days
            )
    assert seen > 10


def test_the_band_of_lines_is_below_everybody_else(out: Outgoing) -> None:
    for graph in (out.graph, simulated_graph(30, 60)):
        deck = deal(graph)
        for closed in (True, False):
            picture = place(deck, closed=closed)
            cards = {card.node["id"]: card for card in picture.deck.cards}
            low = [picture.top[name] for name, card in cards.items() if card.column == LINES]
            high = [
                picture.top[name] + card_height(card, closed=closed)
                for name, card in cards.items()
                if card.column != LINES
            ]
            if not low:
                assert picture.band is None
                continue
            assert picture.band is not None
            assert max(high) < picture.band < min(low)
            assert LINES not in {column for column, *_ in picture.columns}


def test_a_role_decides_the_column() -> None:
    placed = {role: column_of(role) for role in (*ROLES, None, "new role")}
    assert {role for role, column in placed.items() if column == LINES} == {"line_vendor", "carrier", "regulator"}
    assert {role for role, column in placed.items() if column == OTHER} == {"other", None, "new role"}
    assert set(placed.values()) == {*COLUMNS, LINES}
    for column in (*COLUMNS, LINES):
        assert all(templates("page-", lang)[f"column-{column}"] for lang in LANGUAGES)
    assert not any(accusing in text for text in templates("page-", "zh").values() for accusing in ("倒卖", "截留"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_legend_caveat_and_lines_agree(lang: str, out: Outgoing) -> None:
    out = replace(out, lang=lang, of=("graph",))
    at = LANGUAGES.index(lang)
    caveat = word("page-caveat-alleged", lang)
    assert caveat.index(BASES["alleged"].said[at]) < caveat.index("G0")
    assert caveat.index(BASES["inferred"].said[at]) > caveat.index("G0")
    svg = drawing(out)
    page = render(out, "html")[""].decode()
    for basis, look in BASES.items():
        legend = word(f"page-legend-basis-{basis}", lang)
        assert look.said[at] in legend
        assert legend in page
        # The legend's sample, and every line that rests on this, are drawn in the one way.
        (text,) = (one for one in shapes(svg, "text") if one.text == legend)
        samples = [p for p in shapes(svg, "path") if p.get("d") == f"M{float(text.get('x', '')) - 34:g} "
                   f"{float(text.get('y', '')) - 4:g}h26"]  # fmt: skip
        assert [sample.get("stroke-dasharray") or "" for sample in samples] == [look.dash]
        rule = re.search(rf"\.b-{basis} \.stroke {{ stroke-dasharray: ([^;]+); }}", page)
        assert (rule[1] if rule else "") == look.dash
    report = render(replace(out, of=()), "md", "report")[""].decode()
    assert caveat[:12] in report.replace("\\", "")


def handed_on() -> Graph:
    """A client's copy, a list of its vendor's and what came of it: the copy is surer than the step."""
    parties = [("client", "client"), ("vendor", "system_vendor"), ("trader", "data_trader"), ("buyer", "data_trader")]
    nodes = [make_node("party", name, role=role) for name, role in parties]
    nodes += [
        make_node("dataset", "own", "Customers", party="client", contacts=900),
        make_node("release", "copy", "copy", party="vendor", dataset="own"),
        make_node("dataset", "lot7", "Lot 7", party="trader", contacts=400),
        make_node("dataset", "calls", "Call list", party="buyer", contacts=300),
    ]
    edges = [
        make_edge("copy", "lot7", "passed_on", "inferred", "G4", probability=0.999),
        make_edge("copy", "calls", "passed_on", "inferred", "G4", probability=0.998),
        make_edge("own", "lot7", "derived", "inferred", "G3", probability=0.97, shared=390),
        make_edge("lot7", "calls", "derived", "inferred", "G2", probability=0.925, shared=280),
    ]
    for number, edge in enumerate(edges, start=1):
        edge["id"] = f"e{number}"
    return Graph(nodes=nodes, edges=edges, evidence=[], left_out=[])


def test_a_step_shows_its_own_grade_and_how_sure_it_is_not_those_of_the_copy() -> None:
    out = Outgoing(handed_on(), of=("graph",))
    page = render(out, "html")[""].decode()
    labels = re.findall(r'aria-label="([^"]*, G[0-9], [^"]*)"', page)
    assert "Call list was copied from Lot 7 (92%), G2, inferred from the lists" in labels
    assert "From copy to Lot 7: passed on (&gt;99%), G4, inferred from the lists" in labels
    assert not [label for label in labels if "Lot 7 passed on" in label]
    marks = [said for text in shapes(drawing(out), "text") if re.fullmatch("G[0-9]", said := text.text or "")]
    assert sorted(marks) == ["G2", "G3", "G4", "G4"]
    (anchor,) = re.findall(r'href="#(l[0-9]+)"[^>]*aria-label="Call list was copied', page)
    card = page[page.index(f'<article id="{anchor}"') :].split("</article>")[0]
    assert re.findall(r'class="grade g-(G[0-9])">', card) == ["G2"]


def test_a_line_of_several_is_no_surer_than_the_least_and_says_so() -> None:
    graph = handed_on()
    graph["edges"].append(make_edge("copy", "lot7", "attributed", "inferred", "G3"))
    graph["edges"].append(make_edge("copy", "lot7", "held", "inferred", "G1", probability=0.31))
    page = render(Outgoing(graph, of=("graph",)), "html")[""].decode()
    said = "From copy to Lot 7: perhaps passed on (31%), G1, inferred from the lists. The line covers 3 statements"
    assert said in page
    (anchor,) = re.findall(r'href="#(l[0-9]+)"[^>]*aria-label="From copy to Lot 7', page)
    card = page[page.index(f'<article id="{anchor}"') :].split("</article>")[0]
    assert re.findall(r'class="grade g-(G[0-9])">', card) == ["G1", "G4", "G3", "G1"]
    assert "covers 3 statements; the least sure is 31%" in card
    chinese = render(replace(Outgoing(graph, of=("graph",)), lang="zh"), "html")[""].decode()
    assert "该连线代表 3 项结论" in chinese


def test_a_line_that_rests_on_a_judgement_says_by_whom_and_what_it_would_be_without() -> None:
    graph = handed_on()
    judged = graph["edges"][3]
    judged["judgement"], judged["without_judgement"] = "confirm: a delivery note", 0.29
    judged["judged_by"], judged["judged_on"], judged["note"] = "desk", "2026-07-03", "a delivery note"
    page = render(Outgoing(graph, of=("graph",)), "html")[""].decode()
    assert "may have been copied from Lot 7 (92% as a person judged it, 29% without that), G2, inferred" in page
    (anchor,) = re.findall(r'href="#(l[0-9]+)"[^>]*aria-label="Call list may have', page)
    card = page[page.index(f'<article id="{anchor}"') :].split("</article>")[0]
    assert "confirmed by desk on 3 July 2026 (“a delivery note”); without that: cannot be told, 29%" in card


def test_a_line_whose_direction_is_not_known_has_no_head_and_says_so() -> None:
    graph = handed_on()
    graph["edges"][3]["direction"] = "not_told"
    page = render(Outgoing(graph, of=("graph",)), "html")[""].decode()
    (line,) = re.findall(r'<a [^>]*aria-label="One of Lot 7 and Call list was copied from the other.*?</a>', page)
    assert '<path class="arrow"/>' in line
    (anchor,) = re.findall(r'href="#(l[0-9]+)"', line)
    card = page[page.index(f'<article id="{anchor}"') :].split("</article>")[0]
    assert '<span class="to">–</span>' in card
    assert "copied, direction not known" in card


def test_labels_name_first_what_was_copied() -> None:
    chinese = replace(Outgoing(handed_on(), of=("graph",)), lang="zh")
    assert "Call list 复制自 Lot 7（92%），G2，" in render(chinese, "html")[""].decode()
    unsure = derived({"a": 50, "b": 40}, {("a", "b"): 38})
    unsure["edges"][0]["probability"] = 0.49
    assert "b may have been copied from a (49%), G2" in render(Outgoing(unsure, of=("graph",)), "html")[""].decode()
