"""Figures as they are published: read at every width, in every theme and in both languages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile
from xml.etree.ElementTree import Element

import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import Browser

from tests.export.conftest import NOW
from tests.export.drawing.boxes import SVG, meeting, outside, placed, smallest, struck, text_boxes
from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tests.graph.market_case import market_case
from tests.graph.simulated import simulated_graph, simulated_rows
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.drawing.days import days_of_lists
from tracer.export.drawing.figures import drawing
from tracer.export.drawing.looks import PRINTED, contrast, paints_of_lists
from tracer.export.drawing.map import MapWords
from tracer.export.drawing.matrix import SHARES, shade
from tracer.export.drawing.scene import scene_of
from tracer.export.drawing.story import stories
from tracer.export.drawing.text import width
from tracer.export.formats import Outgoing, outgoing, render
from tracer.graph.model import Graph, Node

WIDTHS = ("85mm", "453", "660", "960")
FIGURES = (("story",), ("time",), ("time", "a-cti-x"), ("matrix",), ("waterfall", "a-2026-01", "d6-backend"))
WEIGHTS = '[{"signal": "overlap", "value": "x", "weight": 60.5, "text": "the overlap is 30 times what chance gives"}, \
{"signal": "dates", "value": "d", "weight": -3.25, "text": "dates: obtained 2026-05-01 and 2026-03-01"}]'


@pytest.fixture(scope="module")
def market() -> Outgoing:
    """The market with overlaps and weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        case = market_case()
        case.con.execute("UPDATE derivation SET weights = $w WHERE child = 'd6-backend'", {"w": WEIGHTS})
        case.con.execute(
            "INSERT INTO overlap (run, a, b, shared, a_contacts, b_contacts, expected, excess, p_value)"
            " VALUES (1, 'a-2026-01', 'd6-backend', 38204, 41000, 52000, 12.0, 1, 0),"
            " (1, 'd1-jobs', 'd2-tenders', 7, 90000, 20000, 1.0, 1, 0)"
        )
        return outgoing(case.con, leaving(case).findings, PSEUDONYM, TITLE, facts=("overlaps", "weights"))


@pytest.fixture(scope="module")
def large() -> Outgoing:
    """A market of 150 lists, in common what came from one another."""
    graph = simulated_graph(150, 3)
    findings, facts = simulated_rows(graph)
    sizes = {node["id"]: node["contacts"] for node in graph["nodes"]}
    common = [
        {"a": edge["source"], "b": edge["target"], "shared": 40, "a_contacts": sizes[edge["source"]],
         "b_contacts": sizes[edge["target"]]}
        for edge in graph["edges"] if edge["kind"] == "derived"
    ]  # fmt: skip
    return Outgoing(graph, findings, title="Market", generated="2026-08-01", facts={**facts, "overlaps": common})


def drawn(leaving_: Outgoing, *of: str, lang: str = "en", **choice: str) -> Element:
    root: Element = fromstring(drawing(replace(leaving_, of=of, choice=ExportChoice(**choice)).in_language(lang)))  # type: ignore[arg-type]  # all of them texts
    return root


def said(root: Element) -> list[str]:
    return [" ".join(text.itertext()) for text in root.iter(SVG + "text")]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wide", WIDTHS)
@pytest.mark.parametrize("of", FIGURES, ids="-".join)
def test_every_figure_can_be_read_at_every_width(
    of: tuple[str, ...], wide: str, lang: str, market: Outgoing, large: Outgoing
) -> None:
    for one in (market, large) if len(of) == 1 else (market,):
        places = set()
        for theme in PRINTED:
            root = drawn(one, *of, lang=lang, width=wide, theme=theme)
            boxes, (high,) = text_boxes(root), re.findall(r" ([\d.]+)$", root.attrib["viewBox"])
            assert smallest(root) >= 11
            assert outside(boxes, float(root.attrib["viewBox"].split()[2]), float(high)) == []
            assert meeting(boxes) == []
            assert struck(root, boxes) == []
            ground = PRINTED[theme].paper
            inks = {text.attrib["fill"] for text in root.iter(SVG + "text")} - {ground, "#161513"}
            assert min(contrast(ink, ground) for ink in inks) >= 4.5
            places.add(tuple(boxes))
        assert len(places) == 1, "a theme changes colours alone"


def test_no_english_figure_has_quotes_as_wide_as_a_chinese_sign(market: Outgoing) -> None:
    for of in FIGURES:
        english, chinese = ("".join(said(drawn(market, *of, lang=lang))) for lang in ("en", "zh"))
        assert not re.search("[‘’“”]", english)
        assert not re.search(r"(?<=\w)’(?=s\b)|[A-Za-z]’", chinese)
        assert "“" in chinese


@pytest.mark.parametrize(("asked", "points"), [("85mm", 240.94), ("120mm", 340.16), ("175mm", 496.06), ("660", 495.0)])
def test_a_pdf_is_of_exactly_the_width_that_was_asked_for(asked: str, points: float, market: Outgoing) -> None:
    for lang, words in (("en", "有限公司’s list"), ("zh", "合同到期两周后")):
        one = replace(market, of=("story",), choice=ExportChoice(width=asked), font=None).in_language(lang)
        made = pypdf.PdfReader(io.BytesIO(render(one, "pdf", "figure")[""]))
        assert float(made.pages[0].mediabox.width) == pytest.approx(points, abs=0.1)
        assert made.trailer["/Root"]["/Lang"] == lang  # type: ignore[index]  # a dictionary
        assert made.metadata is not None
        assert words in str(made.metadata.title)
        assert "&" not in str(made.metadata.title)
        assert f"{words[:4]}" in alt_of_pdf(made)


def alt_of_pdf(made: pypdf.PdfReader) -> str:
    """The alternative text of the first figure of a tagged file."""
    todo = [made.trailer["/Root"]["/StructTreeRoot"]]  # type: ignore[index]  # a dictionary
    while todo:
        here = todo.pop().get_object()
        if isinstance(here, list):
            todo += here
        elif isinstance(here, dict):
            if "/Alt" in here:
                return str(here["/Alt"])
            todo += [here[name] for name in ("/K",) if name in here]
    return ""


def test_in_grey_what_was_done_is_told_apart_by_lightness_and_width() -> None:
    for theme in PRINTED.values():
        assert contrast(theme.beyond, theme.paper) >= 3
        assert contrast(theme.copied, theme.paper) >= 4.5
    grey = PRINTED["grey"]
    for one, other in ((grey.beyond, grey.copied), (grey.copied, grey.handed), (grey.handed, grey.bar)):
        assert contrast(one, other) >= 1.9


# ---------------------------------------------------------------- time
Mark = tuple[float, float, float]


def marks_of(root: Element) -> dict[str, Mark]:
    """Node -> left and right side of its dot or bar, and the height of its middle."""
    found: dict[str, Mark] = {}
    for group in root.iter(SVG + "g"):
        if group.get("class") == "list":
            path, *_ = group
            if path.tag == SVG + "path":
                x, y, radius = map(float, re.findall(r"[\d.]+", path.attrib["d"])[:3])
                found[group.attrib["data-node"]] = x, x + 2 * radius, y
            else:
                sides = [(float(r.attrib["x"]), float(r.attrib["x"]) + float(r.attrib["width"])) for r in group]
                middle = float(path.attrib["y"]) + float(path.attrib["height"]) / 2
                found[group.attrib["data-node"]] = min(a for a, _ in sides), max(b for _, b in sides), middle
    return found


def steps_of(root: Element) -> list[Element]:
    return [group for group in root.iter(SVG + "g") if group.get("class") == "step"]


def corners(step: Element) -> list[tuple[float, float]]:
    """Of a line, with the point of its head."""
    numbers = [[float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])] for path in step]
    way = [*zip(numbers[0][::2], numbers[0][1::2], strict=True)]
    return [*way, (numbers[1][0], numbers[1][1])] if len(numbers) > 1 else way


def test_a_line_begins_and_ends_at_lists_and_passes_no_other(market: Outgoing, large: Outgoing) -> None:
    for one in (market, large):
        for wide in ("960", "660", "85mm", "453"):
            root = drawn(one, "time", width=wide)
            marks, upright = marks_of(root), list[tuple[float, float, float, tuple[str, str]]]()
            for step in steps_of(root):
                way, ends = corners(step), (step.attrib["data-from"], step.attrib["data-to"])
                for name, (x, y) in zip(ends, (way[0], way[-1]), strict=True):
                    left, right, middle = marks[name]
                    assert left - 5 <= x <= right + 5
                    assert abs(y - middle) <= 10
                for (x1, y1), (x2, y2) in pairwise(way):
                    for name, (left, right, y) in marks.items():
                        if name not in ends and min(y1, y2) - 4 < y < max(y1, y2) + 4:
                            assert max(x1, x2) < left or min(x1, x2) > right, (wide, ends, name)
                    if abs(x1 - x2) < 0.2:
                        look = step.attrib["data-paint"] + step[0].get("stroke-dasharray", "")
                        upright.append((x1, min(y1, y2), max(y1, y2), (ends[0], look)))
            for *_, y in marks.values():
                assert len({round(x) for x, top, bottom, *_ in upright if top < y < bottom}) <= 8
            for x, top, bottom, its in upright:
                beside = [one for one in upright if one[1] < bottom - 1 and top < one[2] - 1]
                assert all(abs(x - other) >= 5 for other, *_, which in beside if which != its), (wide, its)


def test_on_paper_a_figure_of_days_is_no_taller_than_a_page(market: Outgoing, large: Outgoing) -> None:
    for one, lang in ((market, "en"), (market, "zh"), (large, "en")):
        for wide in ("85mm", "120mm", "175mm"):
            root = drawn(one, "time", lang=lang, width=wide)
            assert float(root.attrib["height"].removesuffix("mm")) <= 240
            assert len(marks_of(root)) >= 3


def test_what_is_red_is_bold_and_larger_as_well(market: Outgoing) -> None:
    for theme in PRINTED:
        root = drawn(market, "time", theme=theme)
        names = {node["id"]: node["label"] for node in market.graph["nodes"]}
        bold = {" ".join(text.itertext()) for text in root.iter(SVG + "text") if text.get("font-weight") == "700"}
        wide = {True: set[float](), False: set[float]()}
        marks = marks_of(root)
        for group in root.iter(SVG + "g"):
            if group.get("class") == "list" and group[0].tag == SVG + "path":
                red, (left, right, _) = group.attrib["data-paint"] == "beyond", marks[group.attrib["data-node"]]
                wide[red].add(right - left)
                assert (names[group.attrib["data-node"]] in bold) == red
        assert min(wide[True]) >= max(wide[False]) + 3


def test_a_list_is_of_one_colour_and_as_sure_as_its_own_statement(market: Outgoing) -> None:
    root = drawn(market, "time", width="960")
    paints, texts = paints_of_lists(market), said(root)
    labels = {node["id"]: node["label"] for node in market.graph["nodes"]}
    groups = [group for group in root.iter(SVG + "g") if group.get("class") == "list"]
    for group in groups:
        name = group.attrib["data-node"]
        if name in paints:
            assert group.attrib["data-paint"] == paints[name]
            told = texts[texts.index(labels[name]) + 1]
            found = [e for e in market.graph["edges"] if e["target"] == name and e["kind"] in ("retained", "passed_on")
                     and (e["probability"] or 0) >= 0.5]  # fmt: skip
            if found:
                grade = max(edge["grade"] for edge in found)
                assert group.attrib["data-grade"] == grade
                assert re.search(f", (>99|9\\d)%, {grade}(;|$)", told)


def test_chinese_figures_have_chinese_signs_between_words(market: Outgoing) -> None:
    for of in (("time",), ("matrix",)):
        root = drawn(market, *of, lang="zh", width="960")
        titles = [title.text or "" for title in root.iter(SVG + "title")][1:]
        for text in [*said(root), *titles]:
            assert not re.search("[\u4e00-\u9fff%][,;:] |: \\d", text), text


def test_notes_do_not_stand_between_a_title_and_its_figure(market: Outgoing, large: Outgoing) -> None:
    for one in (market, large):
        for of in (("time",), ("matrix",)):
            for wide in ("960", "85mm"):
                *_, sheet = drawn(one, *of, width=wide)
                head = [*takewhile(lambda part: part.tag == SVG + "text", sheet)]
                notes = [text for text in head if float(text.attrib["font-size"]) < 14]
                assert sum(1 + len(text) for text in notes) <= 2
                words = [" ".join(text.itertext()) for text in head]
                assert len(words) == len(set(words))


def test_a_matrix_says_of_numbers_only_where_it_has_them(market: Outgoing, large: Outgoing) -> None:
    seen = set()
    for one in (market, large):
        for wide in ("960", "660", "85mm"):
            root = drawn(one, "matrix", width=wide)
            cells = [text for group in root.iter(SVG + "g") if group.get("class") == "pair"
                     for text in group.iter(SVG + "text")]  # fmt: skip
            told = any(re.search("Below the diagonal|number is that part", text) for text in said(root))
            assert bool(cells) == told
            seen.add(told)
            for group in root.iter(SVG + "g"):
                if group.get("class") == "pair":
                    for text in group.iter(SVG + "text"):
                        assert width(text.text or "", 11.0) <= float(group[1].attrib["width"]) - 1
    assert seen == {True, False}


def test_days_are_in_order_and_to_scale(market: Outgoing) -> None:
    for wide, more in (("1200", 3.0), ("400", 3.0)):
        root = drawn(market, "time", width=wide)
        names = {node["ref"] for node in market.graph["nodes"] if node["kind"] == "dataset"} & set(said(root))
        dots = sorted(
            (left + right) / 2 for left, right, _ in marks_of(root).values() if right - left < 14
        )  # fmt: skip
        days = sorted(day.toordinal() for name, day in days_of_lists(market).items() if name in names)
        assert len(dots) == len(days) > 5
        scale = (dots[-1] - dots[0]) / (days[-1] - days[0])
        for dot, day in zip(dots, days, strict=True):
            assert dot - dots[0] == pytest.approx((day - days[0]) * scale, abs=0.2)
        right = max(x + float(n) for path, x, _ in placed(root, "rect") for n in [path.get("x", "0")]) - 24
        assert right <= dots[-1] + more * 8, "the axis ends at the last event"


def test_an_arrow_goes_on_in_time_or_says_why_not(market: Outgoing, large: Outgoing) -> None:
    back = 0
    for one in (market, large):
        root = drawn(one, "time", width="960")
        marks, texts = marks_of(root), said(root)
        for step in steps_of(root):
            giver, taker = (marks[step.attrib[f"data-{end}"]] for end in ("from", "to"))
            if taker[0] < giver[0] - 2.5:
                back += 1
                words = step.attrib["data-against"]
                assert words.startswith("known from an earlier day than ")
                told = [texts[at - 1] for at, text in enumerate(texts) if words in text]
                labels = {node["id"]: node["label"] for node in one.graph["nodes"]}
                assert labels[step.attrib["data-to"]] in told, "it is said of the list that the arrow leads to"
            elif taker[0] > giver[0] + 2.5:
                assert not step.get("data-against")
    assert back


def test_red_is_what_was_beyond_permission_alone(market: Outgoing) -> None:
    red = PRINTED["light"].beyond
    root = drawn(market, "time", width="960")
    told = said(root)
    for text in root.iter(SVG + "text"):
        if text.get("fill") == red:
            at = told.index(" ".join(text.itertext()))
            assert re.search("kept|passed on", told[at + 1])
    beyond = {e["target"] for e in market.graph["edges"] if e["kind"] in ("retained", "passed_on")}
    lawful = Graph(**{**market.graph, "edges": [
        e for e in market.graph["edges"] if not {e["source"], e["target"]} & beyond
    ]})  # fmt: skip
    assert red in {e.get(a) for e in root.iter() for a in ("fill", "stroke")}
    without = drawn(replace(market, graph=lawful, unsaid=None, findings={}), "time", width="960")
    assert red not in {e.get(a) for e in without.iter() for a in ("fill", "stroke")}


def test_a_list_has_one_day_in_all_figures(market: Outgoing) -> None:
    """Created, obtained and first seen on three days: all show the one on which it was first seen with its holder."""

    def changed(node: Node) -> Node:
        days = {"created": "2026-01-02", "date": "2026-03-03", "role": "obtained"}
        return Node(**{**node, **days}) if node["ref"] == "d8-trade" else node  # type: ignore[typeddict-item]  # two of its

    assert market.unsaid is not None
    rows = [{**row, "first_seen": "2026-05-05"} if row["seen_in"] == "d8-trade" else row
            for row in market.unsaid.findings["retention"]]  # fmt: skip
    graph = Graph(**{**market.graph, "nodes": [changed(node) for node in market.graph["nodes"]]})
    held = market.unsaid.graph["left_out"]
    unsaid = replace(
        market.unsaid, graph=Graph(**{**graph, "left_out": held}),
        findings={**market.unsaid.findings, "retention": rows},
    )  # fmt: skip
    one = replace(market, graph=graph, findings=unsaid.findings, unsaid=unsaid)
    assert days_of_lists(one)["d8-trade"] == date(2026, 5, 5)
    assert {event.day for story in stories(one) for event in story.events if event.ref == "d8-trade"} == {
        date(2026, 5, 5)
    }
    scene = scene_of(one.labelled(), days_of_lists(one))
    (holder,) = (card for card in scene.cards.values() if "d8-trade" in [node["ref"] for node in card.lists])
    (d8,) = (node for node in holder.lists if node["ref"] == "d8-trade")
    assert MapWords(one, ["en"]).list_line(d8, "en").startswith("May 2026 · ")
    for of in (("story",), ("time",), ("timeline", "a-cti-x")):
        told = [text for text in said(drawn(one, *of, width="960")) if re.search("passed on|d8-trade", text)]
        assert any("5 May 2026" in text for text in told), of
        assert not [text for text in told if re.search("2 January|3 March", text)]


def test_one_copy_is_shown_with_its_calls_and_what_became_of_it(market: Outgoing) -> None:
    for of in (("time", "a-cti-x"), ("timeline", "a-cti-x")):
        told = said(drawn(market, *of))
        assert told[0] == "What became of copy a-cti-x"
        assert any("may be held until 30 June 2026" in text for text in told)
        assert any(text.endswith("calls and messages to its planted records") for text in told)
        assert "d1-jobs" not in told
    for wrong, words in ((("time", "a-cti-xx"), "did you mean"), (("timeline",), "exactly one copy")):
        with pytest.raises(UsageError, match=words):
            drawn(market, *wrong)


def test_of_many_lists_those_that_bear_findings_are_drawn_and_the_rest_counted(large: Outgoing) -> None:
    for wide, most in (("960", 18), ("85mm", 12)):
        root = drawn(large, "time", width=wide)
        (left,) = [int(found[1]) for text in said(root) if (found := re.search(r"concern them: (\d+)", text))]
        dots = [path for path in root.iter(SVG + "path") if "a" in path.attrib["d"]]
        bars = [rect for rect in root.iter(SVG + "rect") if rect.get("height") == "8" and rect.get("stroke")]
        dated = sum(node["kind"] in ("dataset", "release") for node in large.graph["nodes"])
        assert len(dots) + len(bars) == dated - left <= most
        assert any(re.search("passed on", text) for text in said(root))


# ---------------------------------------------------------------- the matrix
def test_each_row_of_a_matrix_has_a_name_and_each_column_its_number(market: Outgoing, large: Outgoing) -> None:
    for one, wide in ((market, "960"), (market, "85mm"), (large, "960"), (large, "85mm")):
        root = drawn(one, "matrix", width=wide)
        numbers = [text for text in said(root) if re.fullmatch(r"\d{1,3}", text)]
        rows = max(map(int, numbers))
        assert sorted(numbers, key=int) == sorted([str(n) for n in range(1, rows + 1)] * 2, key=int)
        names = [text for text in said(root) if re.fullmatch(r"[ad-z][\w-]*( ?\+\d+)?|b-[\d-]+( ?\+\d+)?", text)]
        assert len(names) == rows
        lists = sum(node["kind"] == "dataset" for node in one.graph["nodes"])
        left = sum(int(found[1]) for text in said(root) if (found := re.search(r"not drawn: (\d+)", text)))
        assert lists - left == rows + sum(int(name.rpartition("+")[2]) for name in names if "+" in name)


def test_the_pairs_of_families_are_no_less_than_the_most_alike_of_them(large: Outgoing) -> None:
    root = drawn(large, "matrix", width="960")
    assert any("came from one another" in text for text in said(root))
    cells = [group for group in root.iter(SVG + "g") if group.get("class") == "pair"]
    theme, seen = PRINTED["light"], set()
    for cell in cells:
        title, rect = cell
        (share,) = re.findall(r"\((\d+)%\)$", title.text or "") or ["0"]
        least = [one for one in SHARES if int(share) / 100 >= one + 0.005]
        seen.add(rect.attrib["fill"])
        assert rect.attrib["fill"] in {shade(theme, least[-1] if least else 0.0), shade(theme, int(share) / 100)}
    assert len(seen) > 3


def test_shades_of_a_matrix_can_be_told_apart_and_read() -> None:
    for theme in PRINTED.values():
        colours = [shade(theme, share) for share in (0.0, *SHARES)]
        assert len(set(colours)) == 7
        for share, colour in zip((0.0, *SHARES), colours, strict=True):
            assert contrast(colour, theme.paper if share >= 0.5 else theme.ink) >= 4.5


def test_a_cell_with_room_says_which_pair_it_is(market: Outgoing) -> None:
    row = {"a": "d1-jobs", "b": "d4-leads", "shared": 81_020, "a_contacts": 120_400, "b_contacts": 251_233}
    root = drawn(replace(market, facts={"overlaps": [row]}, unsaid=None), "matrix")
    cells = [[one.text for one in group if one.text] for group in root.iter(SVG + "g") if group.get("class") == "pair"]
    assert ["d1-jobs – d4-leads: 81,020 (67%)", "67%"] in cells
    assert ["d4-leads – d1-jobs: 81,020 (67%)", "81k"] in cells


# ---------------------------------------------------------------- in the browser
@pytest.mark.slow("Chromium draws the figures")
def test_what_the_browser_draws_stays_within_what_was_measured(browser: Browser, market: Outgoing) -> None:
    page = browser.new_page()
    for of in FIGURES:
        for wide, lang in (("85mm", "en"), ("660", "zh")):
            choice = ExportChoice(width=wide)
            page.set_content(
                '<body style="margin:0">' + drawing(replace(market, of=of, choice=choice).in_language(lang))
            )
            wrong = page.evaluate("""() => {
                const frame = document.querySelector('svg').getBoundingClientRect();
                const boxes = [...document.querySelectorAll('svg text')].flatMap((text) => {
                    const parts = text.querySelectorAll('tspan');
                    return parts.length ? [...parts].map((part) => [part.textContent, part.getBoundingClientRect()])
                        : [[text.textContent, text.getBoundingClientRect()]];
                });
                const out = boxes.filter(([, box]) => box.left < frame.left || box.right > frame.right + 1
                    || box.bottom > frame.bottom + 1).map(([text]) => text);
                for (const [at, [one, a]] of boxes.entries()) for (const [other, b] of boxes.slice(at + 1)) {
                    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                    if (across > 1 && down > 0.35 * Math.min(a.height, b.height)) out.push(one + ' | ' + other);
                }
                return out;
            }""")
            assert wrong == [], (of, wide, lang)
    page.close()
