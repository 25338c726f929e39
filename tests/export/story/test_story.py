"""Stories: what is told of a finding, how surely, and that its picture holds all of its words at every width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
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
from tracer.disclosure import DatasetRef, Reason
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.drawing.days import month
from tracer.export.drawing.figures import drawing
from tracer.export.drawing.looks import LIGHT
from tracer.export.drawing.story import (
    COPY,
    KEPT,
    Story,
    alt_of,
    by_first_list,
    dek_of,
    headline_of,
    in_words,
    nothing,
    single_stories,
    stories,
    story_of,
)
from tracer.export.drawing.story_drawing import PARTIES, draw_story
from tracer.export.drawing.text import width
from tracer.export.edition import EditedStory, Edition
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page
from tracer.graph.model import Graph, Node
from tracer.publish import Wanted, prepare
from tracer.trace import trace
from tracer.wording import Voice

WIDTHS = (1080, 700, 405, 350, 297)
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
    sure = dek_of(stories(out)[0], Voice("en", out.called()))
    assert sure == (
        "That 江苏易卓网络科技有限公司 still had it is very likely. 14 of the 14 records planted in "
        "江苏易卓网络科技有限公司’s copy alone, to recognise it, are in the list ‘d6-backend’. "
        "“老秦” data desk: very likely (95%)."
    )


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
    assert [(event.kind, event.day) for event in first.events[:3]] == [
        ("list", date(2026, 1, 9)), ("copy", date(2026, 1, 10)), ("kept", date(2026, 7, 20)),
    ]  # fmt: skip
    words = in_words(first, Voice("en", out.called()))
    assert words[-1].startswith("20 July 2026, 江苏易卓网络科技有限公司: still had it: d6-backend; 14 of 14 planted")


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
    found = single_stories(out)
    assert story_of(out, ()) == stories(out)[0]
    for story in found:
        assert story_of(out, story.names) == story
    with pytest.raises(UsageError, match="no finding of 'a-cti-xx'"):
        story_of(out, ("a-cti-xx",))


def drawn(story: Story, wide: int, lang: str, out: Outgoing, parties: int = 0) -> tuple[Element, float]:
    marks, high = draw_story(story, Voice(lang, out.called(lang)), LIGHT, wide, parties=parties)
    root: Element = fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{marks.svg()}</svg>')
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


def long_names(graph: Graph) -> Graph:
    """The graph with names of parties that no column holds in one line."""
    more = "Information-Technologies Holding (Shanghai) 有限责任公司分公司"
    nodes = [
        Node(**{**node, "label": f"{node['label']} {more}"}) if node["kind"] == "party" else node
        for node in graph["nodes"]
    ]
    return Graph(**{**graph, "nodes": nodes})


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wide", WIDTHS)
def test_no_word_meets_another_and_none_leaves_the_frame(
    wide: int, lang: str, out: Outgoing, simulated: Outgoing
) -> None:
    measured = 0
    named = replace(simulated, graph=long_names(simulated.graph))
    for one in (out, simulated, named):
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


@pytest.mark.parametrize("asked", ["", "660", "400", "85mm"])
def test_the_figure_has_its_width_and_its_words(asked: str, out: Outgoing) -> None:
    svg = drawing(replace(out, of=("story",), choice=ExportChoice(width=asked)))
    wide = {"": "960", "85mm": "85.00mm"}.get(asked, asked)
    assert f' width="{wide}" ' in svg
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)) >= 11
    said = " ".join("".join(text.itertext()) for text in fromstring(svg).iter(f"{_NS}text"))
    for words in ("still had", "very likely", "What speaks against it", "replied on 28 July 2026"):
        assert words in said


def test_what_to_do_where_nothing_was_found(out: Outgoing) -> None:
    empty = Outgoing(Graph(nodes=[], edges=[], evidence=[], left_out=[]), generated="2026-08-01")
    found = replace(out, findings={}, unsaid=None)
    for one, said in ((empty, "no lists yet"), (found, "No list was found")):
        assert said in Voice("en").say(nothing(one)[0])
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


def test_months_are_shortened_as_unicode_has_them() -> None:
    for number in range(1, 13):
        day = date(2026, number, 3)
        for lang, locale, both, alone in (("en", "en_GB", "MMM y", "MMM"), ("zh", "zh_Hans_CN", "y年M月", "M月")):
            assert month(day, lang, year=True) == format_date(day, both, locale=locale)
            assert month(day, lang, year=False) == format_date(day, alone, locale=locale)


def test_findings_of_one_list_keep_what_speaks_against_each_of_them(out: Outgoing) -> None:
    one = next(story for story in stories(out) if story.kind not in ("retained", "passed_on"))
    doubts = tuple(Reason.of("front-others", n=number) for number in (2, 3))
    (told,) = by_first_list([replace(one, against=doubts[:1]), replace(one, against=doubts)])
    assert told.against == doubts


def test_red_is_what_was_beyond_permission_and_dashes_what_it_rests_on(out: Outgoing) -> None:
    kept, chain = stories(out)[0], next(one for one in stories(out) if one.kind == "chain")
    assert {event.paint for event in chain.events} == {"handed", "copied"}
    looks = {(event.kind, event.paint, event.basis) for event in kept.events}
    assert {("copy", "handed", "documented"), ("kept", "beyond", "inferred"), ("had", "beyond", "inferred")} <= looks
    marks, _ = draw_story(kept, Voice("en", out.called()), LIGHT, 700)
    assert {("paint", "beyond"), ("paint", "handed"), ("rests", "inferred"), ("mark", "bar")} <= marks.used
    paths = [path.attrib for path in drawn(chain, 700, "en", out)[0].iter(f"{_NS}path")]
    assert not [path for path in paths if LIGHT.beyond in (path.get("fill"), path.get("stroke"))]


def test_a_dot_is_hollow_where_its_day_is_not_known_and_nowhere_else(out: Outgoing) -> None:
    story = stories(out)[0]
    undated = replace(story, events=(*story.events[:-1], replace(story.events[-1], day=None)))
    for wide in (700, 300):
        for one, hollow in ((story, 0), (undated, 1)):
            root, _ = drawn(one, wide, "en", out)
            dots = [path for path in root.iter(f"{_NS}path") if "a" in path.attrib["d"]]
            assert sum(path.get("fill") == LIGHT.paper for path in dots) == hollow


def test_more_parties_than_fit_leave_the_weakest_out_and_are_counted(out: Outgoing) -> None:
    story = stories(out)[0]
    like = story.events[-1]
    further = [
        replace(like, party=f"holder-{n}", ref=f"list-{n}", source=1 if n % 3 else len(story.events) - 2 + n,
                paint="beyond" if n % 3 else "copied")
        for n in range(1, 10)
    ]  # fmt: skip
    story = replace(story, events=(*story.events, *further))
    short = story.shorter(6)
    assert short.parties()[:1] == story.parties()[:1]
    assert {one.party for one in short.events} == {
        one.party for one in story.events[:4]
    } | {"holder-1", "holder-2", "holder-4"}  # fmt: skip
    assert [one for _, one in short.left] == [f"list-{n}" for n in (3, 5, 6, 7, 8, 9)]
    deep = replace(story, events=(*story.events[:5], replace(further[2], source=4, paint="beyond"), *further[6:8]))
    assert [one.ref for one in deep.shorter(5).events[4:]] == ["list-1", "list-3"]
    assert deep.shorter(5).events[5].source == 4, "with all that it came through"
    said = " ".join(drawn(story, 1080, "en", out, 6)[0].itertext())
    assert "6 more of the 10 others are not drawn: holder-3, holder-5, holder-6" in said
    again = replace(short, left=((story.events[-1].party, "x"), (like.party, "list-x"), (like.party, "list-y")))
    assert again.not_drawn()[-1] == Reason.of(
        "front-more-lists", n=2, datasets=(DatasetRef("list-x"), DatasetRef("list-y"))
    )
    assert PARTIES["across"] > PARTIES["down"] == 6


def test_an_edition_is_shown_in_place_of_the_tools_words(out: Outgoing) -> None:
    first, second = stories(out)[:2]
    edited = EditedStory(
        first.names, headline={"en": "A vendor kept a list"}, dek={"en": "The vendor disputes it."},
        alt={"de": "Ein Zeitstrahl"}, annotations={"d6-backend": {"en": "the day of the raid"}},
    )  # fmt: skip
    published = replace(out, edition=Edition(stories=(edited, EditedStory(second.names, hide=True)), credit="Desk"))
    told = stories(published)
    assert [one.names for one in told] == [one.names for one in stories(out) if one.names != second.names]
    assert second.names not in [one.names for one in single_stories(published)]
    voice = Voice("en", out.called())
    assert headline_of(told[0], voice) == "A vendor kept a list"
    assert headline_of(told[0], voice, edited=False) == headline_of(first, voice)
    assert headline_of(told[0], Voice("zh", out.called("zh"))) == headline_of(first, Voice("zh", out.called("zh")))
    assert dek_of(told[0], voice).startswith("The vendor disputes it. That 江苏易卓"), "how sure it is stays"
    assert alt_of(told[0], voice) == ("Ein Zeitstrahl", "de")
    assert "the day of the raid" in in_words(told[0], voice)[-1]
    svg = drawing(replace(published, of=("story",), choice=ExportChoice(width="660")))
    assert 'aria-label="Ein Zeitstrahl" lang="de">' in svg.split("\n")[0]
    assert "<title>A vendor kept a list</title>" in svg
    own = "江苏易卓网络科技有限公司 still had"
    for words in ("A vendor kept a list", "The vendor disputes it.", "the day of the raid", "Desk", own):
        assert words in " ".join(" ".join(fromstring(svg).itertext()).split()), words


def test_an_edition_gives_stories_their_places(out: Outgoing) -> None:
    names = [one.names for one in stories(out)]
    edition = Edition(stories=(EditedStory(names[2], place=1), EditedStory(names[0], place=3)))
    assert [one.names for one in stories(replace(out, edition=edition))][:3] == [names[2], names[0], names[1]]


def lines_to(root: Element) -> Iterator[tuple[dict[str, str], list[tuple[float, float]]]]:
    """Each step: what is said of it, and the corners of its line."""
    for group in root.iter(f"{_NS}g"):
        if group.get("class") == "step":
            numbers = [float(one) for one in re.findall(r"-?[\d.]+", group[0].attrib["d"])]
            yield group.attrib, list(zip(numbers[::2], numbers[1::2], strict=True))


def passed_on(story: Story) -> Story:
    """A copy kept beyond its end that four others had of it: in its term, just after its recipient's list and later,
    and one through another."""
    given, kept = story.events[1], story.events[2]
    assert given.until is not None
    assert kept.day is not None
    had = replace(kept, kind="had", source=2, gone=story.events[-1].gone)
    days = [given.until - timedelta(days=30), *(kept.day + timedelta(days=n) for n in (2, 60, 61, 62))]
    sources, lines = (1, 2, 2, 2, 5), ("", "", "", "", "copied")
    others = [
        replace(had, party=f"holder-{n}", ref=f"list-{n}", day=day, source=source, line=line)
        for n, (day, source, line) in enumerate(zip(days, sources, lines, strict=True))
    ]
    return replace(story, events=(*story.events[:3], *others))


@pytest.mark.parametrize("wide", [1080, 700, 350])
def test_a_line_leaves_a_copy_as_late_as_it_can_and_keeps_off_other_days(wide: int, out: Outgoing) -> None:
    story = passed_on(stories(out)[0])
    root, _ = drawn(story, wide, "en", out, 9)
    along = 0 if wide >= 560 else 1
    dots = [
        (float(x) + 6, float(y))
        for path in root.iter(f"{_NS}path") if "a" in path.attrib["d"]
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path.attrib["d"])
    ]  # fmt: skip
    bars = [one for one in root.iter(f"{_NS}rect") if one.get("fill") == LIGHT.beyond]
    end = sum(float(bars[0].attrib[name]) for name in (("x", "width") if along == 0 else ("y", "height")))
    steps = list(lines_to(root))
    assert len(steps) == 6
    for told, way in steps:
        assert all(
            a[0] == pytest.approx(b[0], abs=0.2) or a[1] == pytest.approx(b[1], abs=0.2) for a, b in pairwise(way)
        )
        if told["data-paint"] == "beyond":
            assert way[0][along] == pytest.approx(min(end, way[-1][along] - 3.0), abs=8.0)
        for (x, y), (to_x, to_y) in pairwise(way):
            for at in dots:
                if (
                    min(x, to_x) - 1 <= at[0] <= max(x, to_x) + 1
                    and min(y, to_y) < at[1] - 8
                    and at[1] + 8 < max(y, to_y)
                ):
                    pytest.fail(f"{told} goes through a day at {at}")
    assert [told["data-paint"] for told, _ in steps] == ["handed", *["beyond"] * 4, "copied"]
    found = list(boxes(root))
    assert not [
        text for text, left, top, right, foot in found for _, way in steps for (x, y), (to_x, to_y) in pairwise(way)
        if max(x, to_x) > left and min(x, to_x) < right and max(y, to_y) > top + 2 and min(y, to_y) < foot - 2
    ]  # fmt: skip


def test_downwards_days_are_apart_and_each_has_its_words_at_its_side(out: Outgoing) -> None:
    root, _ = drawn(passed_on(stories(out)[0]), 350, "en", out, 9)
    dots = sorted(
        float(y) for path in root.iter(f"{_NS}path") if "a" in path.attrib["d"]
        for y in re.findall(r"M[\d.]+ ([\d.]+)", path.attrib["d"])
    )  # fmt: skip
    assert min(b - a for a, b in pairwise(dots)) >= 24
    names = [top for text, _, top, _, foot in boxes(root) if text.startswith("holder-")]
    assert len(names) == 5
    assert all(min(abs(dot - (top + 6)) for dot in dots) < 6 for top in names)


def test_a_list_says_how_sure_the_copy_is_and_then_what_it_came_through(simulated: Outgoing) -> None:
    seen = [
        (story, event) for story in stories(simulated) if story.kind in ("retained", "passed_on")
        for event in story.events if event.through is not None
    ]  # fmt: skip
    assert seen
    voice = Voice("en", simulated.called())
    for story, event in seen:
        assert event.source is not None
        assert event.paint == "beyond"
        assert event.line == ("" if story.events[event.source].party == story.events[1].party else "copied")
        assert event.through is not None
        assert voice.say(event.through).startswith(f"from {voice.show(DatasetRef(story.events[event.source].ref))}: ")
        assert re.match("records from this copy: |.* planted records: ", voice.show(event.why))
        told = " ".join(
            "".join(text.itertext()) for text in drawn(story, 1080, "en", simulated, 30)[0].iter(f"{_NS}text")
        )
        assert f"{voice.say(event.through)}".replace(" ", "") in told.replace(" ", "").replace("\u00a0", "")


def test_what_was_seen_with_the_recipient_is_not_answered_by_a_date_with_a_third_party(out: Outgoing) -> None:
    code = "retention-later-proves-nothing"
    doubt = {"code": code, "numbers": {"vendor": {"party": "cti-x"}}}
    assert out.unsaid is not None
    rows: list[dict[str, Any]] = [{**row, "against": [doubt]} for row in out.unsaid.findings["retention"]]
    more = replace(
        out,
        findings={**out.findings, "retention": rows},
        unsaid=replace(out.unsaid, findings={**out.unsaid.findings, "retention": rows}),
    )
    codes = {story.kind: [getattr(one, "code", "") for one in story.against] for story in reversed(stories(more))}
    assert code not in codes["retained"]
    assert "passed_on" not in codes or code in codes["passed_on"]


def test_the_first_month_of_an_axis_is_named(out: Outgoing) -> None:
    for wide in (1080, 350):
        assert {"Jan 2026", "Jan"} & {text for text, *_ in boxes(drawn(stories(out)[0], wide, "en", out)[0])}
