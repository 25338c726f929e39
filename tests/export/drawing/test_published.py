"""Figures as they are published: read at every width, in every theme and in both languages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise, product, takewhile
from xml.etree.ElementTree import Element

import pypdf
import pytest
from playwright.sync_api import Browser

from tests.export.drawing.boxes import (
    SVG,
    cards_crossed,
    drawn,
    groups,
    meeting,
    outside,
    placed,
    said,
    smallest,
    struck,
    text_boxes,
)
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.drawing.figures import figure_svg
from tracer.export.drawing.looks import PRINTED, contrast
from tracer.export.drawing.matrix import SHARES, shade
from tracer.export.drawing.text import width
from tracer.export.formats import Outgoing, render
from tracer.graph.model import Graph

MAPS = (("graph",), ("lineage",), ("flow",))
FIGURES = (("story",), ("time",), ("time", "a-cti-x"), ("matrix",), ("waterfall", "a-2026-01", "d6-backend"))


FURTHER = pytest.mark.slow("every figure at further widths")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "wide", ["320", "85mm", "660", *(pytest.param(one, marks=FURTHER) for one in ("175mm", "453", "960", "1440"))]
)
@pytest.mark.parametrize("of", MAPS + FIGURES, ids="-".join)
def test_every_figure_can_be_read_at_every_width(
    of: tuple[str, ...], wide: str, lang: str, compared: Outgoing, large: Outgoing
) -> None:
    for one in (compared, large) if len(of) == 1 else (compared,):
        root = drawn(one, *of, lang=lang, width=wide)
        boxes, size = text_boxes(root), [float(number) for number in root.attrib["viewBox"].split()[2:]]
        assert smallest(root) >= 11
        assert outside(boxes, *size) == []
        assert meeting(boxes) == []
        if of in MAPS:
            assert cards_crossed(root) == []
        else:
            assert struck(root, boxes) == []
        if (of in MAPS or of == ("time",)) and wide.endswith("mm"):
            assert float(root.attrib["height"].removesuffix("mm")) <= 240, "a page is no taller"
        if wide == "660":
            for theme, look in PRINTED.items():
                again = drawn(one, *of, lang=lang, width=wide, theme=theme)
                assert text_boxes(again) == boxes, "a theme changes colours alone"
                inks = {text.attrib["fill"] for text in again.iter(SVG + "text")} - {look.paper, "#161513"}
                assert min(contrast(ink, look.paper) for ink in inks) >= 4.5


def test_each_language_has_its_own_quotes_and_signs_between_words(compared: Outgoing) -> None:
    for of in FIGURES:
        root, chinese_root = drawn(compared, *of), drawn(compared, *of, lang="zh")
        english, chinese = "".join(said(root)), "".join(said(chinese_root))
        assert not re.search("[‘’“”]", english), "quotes as wide as a Chinese sign"
        assert not re.search(r"(?<=\w)’(?=s\b)|[A-Za-z]’", chinese)
        assert "“" in chinese
        if of in (("time",), ("matrix",)):
            titles = [title.text or "" for title in chinese_root.iter(SVG + "title")][1:]
            for text in [*said(chinese_root), *titles]:
                assert not re.search("[\u4e00-\u9fff%][,;:] |: \\d", text), text


@pytest.mark.parametrize(("asked", "points"), [("85mm", 240.94), ("120mm", 340.16), ("175mm", 496.06), ("660", 495.0)])
def test_a_pdf_is_of_exactly_the_width_that_was_asked_for(asked: str, points: float, compared: Outgoing) -> None:
    for lang, words in (("en", "有限公司’s list"), ("zh", "合同到期两周后")):
        one = replace(compared, of=("story",), choice=ExportChoice(width=asked), font=None).in_language(lang)
        made = pypdf.PdfReader(io.BytesIO(render(one, "pdf", "figure")[""]))
        assert float(made.pages[0].mediabox.width) == pytest.approx(points, abs=0.1)
        assert made.trailer["/Root"]["/Lang"] == lang  # type: ignore[index]  # a dictionary
        assert made.metadata is not None
        assert words in str(made.metadata.title)
        assert "&" not in str(made.metadata.title)
        todo, alt = [made.trailer["/Root"]["/StructTreeRoot"]], ""  # type: ignore[index]  # a dictionary
        while todo and not alt:  # the first figure of a tagged file
            here = todo.pop().get_object()
            todo += here if isinstance(here, list) else [here["/K"]] if isinstance(here, dict) and "/K" in here else []
            alt = str(here.get("/Alt", "")) if isinstance(here, dict) else ""
        assert words[:4] in alt


Mark = tuple[float, float, float]


def marks_of(root: Element) -> dict[str, Mark]:
    """Node -> left and right side of its dot or bar, and the height of its middle."""
    found: dict[str, Mark] = {}
    for group in groups(root, "list"):
        path, *_ = group
        if path.tag == SVG + "path":
            x, y, radius = map(float, re.findall(r"[\d.]+", path.attrib["d"])[:3])
            found[group.attrib["data-node"]] = x, x + 2 * radius, y
        else:
            sides = [(float(r.attrib["x"]), float(r.attrib["x"]) + float(r.attrib["width"])) for r in group]
            middle = float(path.attrib["y"]) + float(path.attrib["height"]) / 2
            found[group.attrib["data-node"]] = min(a for a, _ in sides), max(b for _, b in sides), middle
    return found


def corners(step: Element) -> list[tuple[float, float]]:
    """Of a line, with the point of its head."""
    numbers = [[float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])] for path in step]
    way = [*zip(numbers[0][::2], numbers[0][1::2], strict=True)]
    return [*way, (numbers[1][0], numbers[1][1])] if len(numbers) > 1 else way


def test_a_line_begins_and_ends_at_lists_and_passes_no_other(compared: Outgoing, large: Outgoing) -> None:
    for one in (compared, large):
        for wide in ("960", "660", "85mm", "453"):
            root = drawn(one, "time", width=wide)
            marks, upright = marks_of(root), list[tuple[float, float, float, tuple[str, str]]]()
            for step in groups(root, "step"):
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


def test_what_is_red_is_bold_and_larger_as_well(compared: Outgoing) -> None:
    root = drawn(compared, "time")
    names = {node["id"]: node["label"] for node in compared.graph["nodes"]}
    bold = {" ".join(text.itertext()) for text in root.iter(SVG + "text") if text.get("font-weight") == "700"}
    wide, marks = {True: set[float](), False: set[float]()}, marks_of(root)
    for group in groups(root, "list"):
        if group[0].tag == SVG + "path":
            red, (left, right, _) = group.attrib["data-paint"] == "beyond", marks[group.attrib["data-node"]]
            wide[red].add(right - left)
            assert (names[group.attrib["data-node"]] in bold) == red
    assert min(wide[True]) >= max(wide[False]) + 3


def test_notes_do_not_stand_between_a_title_and_its_figure(compared: Outgoing, large: Outgoing) -> None:
    for one, of, wide in product((compared, large), ("time", "matrix"), ("960", "85mm")):
        *_, sheet = drawn(one, of, width=wide)
        head = [*takewhile(lambda part: part.tag == SVG + "text", sheet)]
        assert sum(1 + len(text) for text in head if float(text.attrib["font-size"]) < 14) <= 2
        words = [" ".join(text.itertext()) for text in head]
        assert len(words) == len(set(words))


def test_a_matrix_says_of_numbers_only_where_it_has_them(compared: Outgoing, large: Outgoing) -> None:
    seen = set()
    for one, wide in product((compared, large), ("960", "660", "85mm")):
        root = drawn(one, "matrix", width=wide)
        cells = [(text, group) for group in groups(root, "pair") for text in group.iter(SVG + "text")]
        told = any(re.search("Below the diagonal|number is that part", text) for text in said(root))
        assert bool(cells) == told
        seen.add(told)
        for text, group in cells:
            assert width(text.text or "", 11.0) <= float(group[1].attrib["width"]) - 1
    assert seen == {True, False}


def test_days_are_in_order_and_to_scale(compared: Outgoing) -> None:
    for wide in ("1200", "400"):
        root = drawn(compared, "time", width=wide)
        names = {node["ref"] for node in compared.graph["nodes"] if node["kind"] == "dataset"} & set(said(root))
        dots = sorted((left + right) / 2 for left, right, _ in marks_of(root).values() if right - left < 14)
        days = sorted(day.toordinal() for name, day in compared.days.items() if name in names)
        assert len(dots) == len(days) > 5
        scale = (dots[-1] - dots[0]) / (days[-1] - days[0])
        for dot, day in zip(dots, days, strict=True):
            assert dot - dots[0] == pytest.approx((day - days[0]) * scale, abs=0.2)
        right = max(x + float(path.get("x", "0")) for path, x, _ in placed(root, "rect")) - 24
        assert right <= dots[-1] + 24, "the axis ends at the last event"


def test_an_arrow_goes_on_in_time_or_says_why_not(compared: Outgoing, large: Outgoing) -> None:
    back = 0
    for one in (compared, large):
        root = drawn(one, "time", width="960")
        marks, texts = marks_of(root), said(root)
        labels = {node["id"]: node["label"] for node in one.labelled_graph()["nodes"]}
        for step in groups(root, "step"):
            giver, taker = (marks[step.attrib[f"data-{end}"]][0] for end in ("from", "to"))
            words = step.get("data-against", "")
            if taker < giver - 2.5:
                back += 1
                assert words.startswith("known from an earlier day than ")
                told = [before for before, text in pairwise(texts) if words in text]
                assert labels[step.attrib["data-to"]] in told, "it is said of the list that the arrow leads to"
            assert not words or taker <= giver + 2.5
    assert back


def test_where_nothing_was_beyond_permission_nothing_is_red(compared: Outgoing) -> None:
    beyond = {e["target"] for e in compared.graph["edges"] if e["kind"] in ("retained", "passed_on")}
    lawful = [e for e in compared.graph["edges"] if not {e["source"], e["target"]} & beyond]
    without = replace(compared, graph=Graph(**{**compared.graph, "edges": lawful}), coded_tables=None, findings={})
    for one, red in ((compared, True), (without, False)):
        colours = {e.get(a) for e in drawn(one, "time", width="960").iter() for a in ("fill", "stroke")}
        assert (PRINTED["light"].beyond in colours) is red


def test_one_copy_is_shown_with_its_calls_and_what_became_of_it(compared: Outgoing) -> None:
    for kind in ("time", "timeline"):
        told = said(drawn(compared, kind, "a-cti-x"))
        assert told[0] == "What became of copy a-cti-x"
        assert any("may be held until 30 June 2026" in text for text in told)
        assert any(text.endswith("calls and messages to its planted records") for text in told)
        assert "d1-jobs" not in told
    for wrong, words in ((("time", "a-cti-xx"), "did you mean"), (("timeline",), "exactly one copy")):
        with pytest.raises(UsageError, match=words):
            drawn(compared, *wrong)


def test_of_many_lists_those_that_bear_findings_are_drawn_and_the_rest_counted(large: Outgoing) -> None:
    dated = sum(node["kind"] in ("dataset", "release") for node in large.graph["nodes"])
    for wide, most in (("960", 18), ("85mm", 12)):
        root = drawn(large, "time", width=wide)
        (left,) = re.findall(r"concern them: (\d+)", "\n".join(said(root)))
        assert len(marks_of(root)) == dated - int(left) <= most
        assert any("passed on" in text for text in said(root))


def test_each_row_of_a_matrix_has_a_name_and_each_column_its_number(compared: Outgoing, large: Outgoing) -> None:
    for one, wide in ((compared, "960"), (compared, "85mm"), (large, "960"), (large, "85mm")):
        root = drawn(one, "matrix", width=wide)
        numbers = [text for text in said(root) if re.fullmatch(r"\d{1,3}", text)]
        rows = max(map(int, numbers))
        assert sorted(numbers, key=int) == sorted([str(n) for n in range(1, rows + 1)] * 2, key=int)
        names = [text for text in said(root) if re.fullmatch(r"(list \d+|[ad-z][\w-]*|b-[\d-]+)( ?\+\d+)?", text)]
        assert len(names) == rows
        lists = sum(node["kind"] == "dataset" for node in one.graph["nodes"])
        left = sum(map(int, re.findall(r"not drawn: (\d+)", "\n".join(said(root)))))
        assert lists - left == rows + sum(int(name.rpartition("+")[2]) for name in names if "+" in name)


def test_the_pairs_of_families_are_no_less_than_the_most_alike_of_them(large: Outgoing) -> None:
    root = drawn(large, "matrix", width="960")
    assert any("came from one another" in text for text in said(root))
    theme, seen = PRINTED["light"], set()
    for cell in groups(root, "pair"):
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


def test_a_cell_with_room_says_which_pair_it_is(compared: Outgoing) -> None:
    row = {"a": "d1-jobs", "b": "d4-leads", "shared": 81_020, "a_contacts": 120_400, "b_contacts": 251_233}
    root = drawn(replace(compared, facts={"overlaps": [row]}, coded_tables=None), "matrix")
    cells = [[one.text for one in group if one.text] for group in groups(root, "pair")]
    assert ["d1-jobs – d4-leads: 81,020 (67%)", "67%"] in cells
    assert ["d4-leads – d1-jobs: 81,020 (67%)", "81k"] in cells


@pytest.mark.slow("Chromium draws the figures")
def test_what_the_browser_draws_stays_within_what_was_measured(browser: Browser, compared: Outgoing) -> None:
    page = browser.new_page()
    for of in FIGURES:
        for wide, lang in (("85mm", "en"), ("660", "zh")):
            shown = replace(compared, of=of, choice=ExportChoice(width=wide)).in_language(lang)
            page.set_content('<body style="margin:0">' + figure_svg(shown))
            wrong = page.evaluate("""() => {
                const frame = document.querySelector('svg').getBoundingClientRect();
                const lines = [...document.querySelectorAll('svg text')].flatMap((text) => {
                    const parts = text.querySelectorAll('tspan');
                    return parts.length ? [...parts] : [text];
                });
                const out = (a) => a.left < frame.left || a.right > frame.right + 1 || a.bottom > frame.bottom + 1;
                const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.35 * Math.min(a.height, b.height);
                const boxes = lines.map((one) => one.getBoundingClientRect());
                const wrong = (a, at) => out(a) || boxes.slice(at + 1).some((b) => meets(a, b));
                return boxes.flatMap((box, at) => wrong(box, at) ? [lines[at].textContent] : []);
            }""")
            assert wrong == [], (of, wide, lang)
    page.close()
