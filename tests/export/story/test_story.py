"""Stories: what is told of a finding, how surely, and that its picture holds all of its words at every width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from babel.dates import format_date
from defusedxml.ElementTree import fromstring

from tests.findings.listed import load_list, phones
from tests.graph.simulated import simulated_graph, simulated_rows
from tracer.ask.lead import lead
from tracer.case.memory import memory_case
from tracer.disclosure import PartyRef, Reason
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.figure.draw import drawing
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page
from tracer.export.page.text import width
from tracer.export.story.front import front_of, headline_of, step
from tracer.export.story.gathered import gathered
from tracer.export.story.lying import draw_lying
from tracer.export.story.model import COPY, KEPT, Story
from tracer.export.story.paint import LIGHT, Painting
from tracer.export.story.scale import month
from tracer.export.story.tell import stories, story_of
from tracer.export.story.upright import draw_upright
from tracer.graph.model import Graph
from tracer.publish import Wanted, prepare
from tracer.trace import trace
from tracer.wording import Voice

WIDTHS = (1080, 700, 350)
_NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def simulated() -> Outgoing:
    """A market of 30 lists."""
    graph = simulated_graph(30, 5)
    findings, facts = simulated_rows(graph)
    return Outgoing(graph, findings, "A simulated market", "2026-08-01", facts=facts)


def told(out: Outgoing, lang: str = "en") -> list[str]:
    voice = Voice(lang, out.called(lang))
    return [headline_of(story, voice) for story in stories(out)]


def changed(out: Outgoing, query: str, **values: Any) -> Outgoing:
    """The market with other values in each row of a query."""
    assert out.unsaid is not None
    rows = [{**row, **values} for row in out.findings[query]]
    unsaid = replace(out.unsaid, findings={**out.unsaid.findings, query: rows})
    return replace(out, findings={**out.findings, query: rows}, unsaid=unsaid)


def test_the_strongest_finding_is_told_first_and_by_name(out: Outgoing) -> None:
    first = stories(out)[0]
    assert (first.kind, first.names, first.grade) == ("retained", ("a-cti-x",), "G4")
    assert told(out)[0] == (
        "江苏易卓网络科技有限公司 still had 江苏安禾家装贷款有限公司’s list two weeks after its contract ended, "
        "and records from its copy reached “老秦” data desk"
    )
    assert told(out, "zh")[0].startswith("合同到期两周后，江苏易卓网络科技有限公司")
    sure = front_of(out).sure
    assert sure[0] == "Very likely. 14 of the 14 records planted in 江苏易卓网络科技有限公司’s copy are in d6-backend."


@pytest.mark.parametrize(
    ("grade", "probability", "said"),
    [("G2", 0.97, "probably still had"), ("G2", 0.7, "may still have had"), ("G3", 0.97, "still had")],
)
def test_a_headline_is_no_surer_than_its_finding(grade: str, probability: float, said: str, out: Outgoing) -> None:
    less = changed(out, "retention", grade=grade, probability=probability)
    headline = told(less)[0]
    assert f"有限公司 {said} " in headline
    assert {"still had": "copy reached", "probably still had": "copy probably reached"}.get(
        said, "may have reached"
    ) in headline


def test_events_run_forward_from_the_list_to_the_last_holder(out: Outgoing, simulated: Outgoing) -> None:
    for one in (out, simulated):
        for story in stories(one):
            for event in story.events[1:]:
                assert event.source is not None
                source = story.events[event.source]
                if event.kind not in (COPY,) and source.kind == KEPT and source.day and event.day:
                    assert source.day <= event.day
    first = stories(out)[0]
    voice = Voice("en", out.called())
    assert [(event.kind, event.day) for event in first.events[:3]] == [
        ("list", date(2026, 1, 9)), ("copy", date(2026, 1, 10)), ("kept", date(2026, 7, 20)),
    ]  # fmt: skip
    assert step(first, 2, voice).startswith(
        "20 July 2026, 江苏易卓网络科技有限公司: still had it: d6-backend; 14 of the 14"
    )


def test_no_protected_source_is_in_a_story(out: Outgoing) -> None:
    graph = deepcopy(out.graph)
    for node in graph["nodes"]:
        if node["ref"] == "trader-q":
            node["protected"], node["role"] = True, "source"
    sheltered = replace(out, graph=graph)
    assert all("trader-q" not in story.roles for story in stories(sheltered))
    assert all("老秦" not in one and "source-" not in one for one in told(sheltered))


def test_what_is_lawful_or_public_is_no_story(out: Outgoing) -> None:
    assert not any("Harbour" in one for one in told(out))
    assert not any(one.startswith("Records from 好职招聘网") for one in told(out))


def test_a_finding_is_named_by_its_copy_or_its_lists(out: Outgoing) -> None:
    found = stories(out)
    assert story_of(out, ()) == found[0]
    for story in found:
        assert story_of(out, story.names) == story
    with pytest.raises(UsageError, match="no finding of 'a-cti-xx'"):
        story_of(out, ("a-cti-xx",))


def drawn(story: Story, wide: int, lang: str, out: Outgoing) -> tuple[Element, float]:
    painting = Painting(story.shorter(6 if wide > 350 else 4), Voice(lang, out.called(lang)), LIGHT)
    high = draw_lying(painting, wide) if wide > 350 else draw_upright(painting, wide)
    root: Element = fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{painting.canvas.inside()}</svg>')
    return root, high


def boxes(root: Element) -> Iterator[tuple[str, float, float, float, float]]:
    """Each line of text with the box that it is given: estimated on the wide side, as when it was broken."""
    for text in root.iter(f"{_NS}text"):
        size, bold = float(text.attrib["font-size"]), text.get("font-weight") == "700"
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        lines = [(text.text or "", 0.0)]
        for part in text.iter(f"{_NS}tspan"):
            lines.append((part.text or "", lines[-1][1] + float(part.attrib["dy"])))
        for line, down in lines:
            long = width(line, size, bold=bold)
            left = x - {"end": long, "middle": long / 2}.get(text.get("text-anchor", ""), 0.0)
            yield line, left, y + down - 0.8 * size, left + long, y + down + 0.2 * size
        assert size >= 11


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wide", WIDTHS)
def test_no_word_meets_another_and_none_leaves_the_frame(
    wide: int, lang: str, out: Outgoing, simulated: Outgoing
) -> None:
    measured = 0
    for one in (out, simulated):
        for story in stories(one)[:7]:
            root, high = drawn(story, wide, lang, one)
            found = list(boxes(root))
            measured += len(found)
            outside = [
                text
                for text, left, top, right, foot in found
                if left < -1 or right > wide or top < 0 or foot > high + 1
            ]
            assert outside == []
            assert not [text for text, *_ in found if text.endswith("…")]
            meeting = [
                (a[0], b[0]) for a, b in combinations(found, 2)
                if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] - 0.5 and b[2] < a[4] - 0.5
            ]  # fmt: skip
            assert meeting == []
    assert measured > 60


def test_bars_are_durations_on_one_scale(out: Outgoing) -> None:
    root, _ = drawn(stories(out)[0], 1080, "en", out)
    bars = [(float(r.attrib["x"]), float(r.attrib["width"])) for r in root.iter(f"{_NS}rect")]
    (_, held), (_, kept) = bars
    days = (date(2026, 6, 30) - date(2026, 1, 10)).days, (date(2026, 7, 20) - date(2026, 6, 30)).days
    assert held / kept == pytest.approx(days[0] / days[1], rel=0.02)


@pytest.mark.parametrize("asked", [None, 660, 400])
def test_the_figure_has_its_width_and_its_words(asked: int | None, out: Outgoing) -> None:
    svg = drawing(replace(out, of=("story",), choice=ExportChoice(width=asked)))
    shown = re.search(r'width="([\d.]+)" height="[\d.]+" viewBox="0 0 ([\d.]+)', svg)
    assert shown is not None
    wide, scale = float(shown[1]), float(shown[1]) / float(shown[2])
    assert asked is None or wide == asked
    assert (
        min(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)) * scale >= (11 if asked else 10.5) - 0.01
    )
    said = " ".join("".join(text.itertext()) for text in fromstring(svg).iter(f"{_NS}text"))
    assert "still had" in said
    assert "Very likely" in said


def test_what_to_do_where_nothing_was_found(out: Outgoing) -> None:
    empty = Outgoing(Graph(nodes=[], edges=[], evidence=[], left_out=[]), generated="2026-08-01")
    nothing = replace(out, findings={}, unsaid=None)
    for one, said in ((empty, "no lists yet"), (nothing, "No list was found")):
        assert said in front_of(one).headline[0]
        assert said in render_page(one)
        assert said in drawing(replace(one, of=("story",)))


@pytest.mark.parametrize(
    ("lang", "said", "found"),
    [
        ("en", "No copy is on record, so whether one got out cannot be checked yet.", "beyond what its recipient"),
        ("zh", "本案没有登记过任何副本，是否有副本外流还无从核对。", "超出接收方"),
    ],
)
def test_where_no_copy_is_on_record_nothing_says_that_none_was_found(lang: str, said: str, found: str) -> None:
    with memory_case() as case:
        for name, seed in (("own", 1), ("other", 2)):
            load_list(case, name, {"phone": phones(np.random.default_rng(seed), 60)})
        trace(case)
        told = {"findings": "".join(lead(case.con, lang))}
        for noun, to, of in (("graph", "html", ()), ("report", "md", ()), ("figure", "svg", ("story",))):
            told[noun] = prepare(case, Wanted(to, noun, lang, of)).files[""].decode()
    words = {noun: re.sub(r"<[^>]+>|[·\s]+", "", text) for noun, text in told.items()}
    assert [noun for noun, text in words.items() if said.replace(" ", "") not in text] == []
    assert [noun for noun, text in words.items() if found.replace(" ", "") in text] == []


def test_the_page_says_the_story_before_all_else(out: Outgoing) -> None:
    page = render_page(out)
    assert re.search(r'<meta property="og:title" content="江苏易卓网络科技有限公司 still had', page)
    assert re.search(r'<meta property="og:description" content="Very likely\. 14 of the 14', page)
    parts = ('id="h-story"', 'class="w1080"', 'class="words"', 'id="h-also"', 'id="graph"', 'id="headlines"')
    order = [page.index(part) for part in (*parts, 'id="findings"')]
    assert order == sorted(order)
    party = out.called().of(PartyRef("cti-x"))
    assert f'role="img" aria-label="{party} still had' in page


def test_months_are_shortened_as_unicode_has_them() -> None:
    for number in range(1, 13):
        day = date(2026, number, 3)
        for lang, locale, both, alone in (("en", "en_GB", "MMM y", "MMM"), ("zh", "zh_Hans_CN", "y年M月", "M月")):
            assert month(day, lang, year=True) == format_date(day, both, locale=locale)
            assert month(day, lang, year=False) == format_date(day, alone, locale=locale)


def test_findings_of_one_list_keep_what_speaks_against_each_of_them(out: Outgoing) -> None:
    one = next(story for story in stories(out) if story.kind not in ("retained", "passed_on"))
    doubts = tuple(Reason.of("front-others", n=number) for number in (2, 3))
    (told,) = gathered([replace(one, against=doubts[:1]), replace(one, against=doubts)])
    assert told.against == doubts
