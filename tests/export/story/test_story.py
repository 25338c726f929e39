"""Stories: what is told of a finding, how surely, and that its picture holds all of its words at every width."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from babel.dates import format_date
from defusedxml.ElementTree import fromstring

from tests.export.drawing.boxes import groups, meeting, outside, smallest, text_boxes
from tests.export.market_findings import shown
from tests.findings.listed import load_list, phones
from tests.graph.simulated import simulated_leaving
from tracer.ask.story import lead
from tracer.case.memory import memory_case
from tracer.disclosure import Reason
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.drawing.days import month
from tracer.export.drawing.figures import figure_svg
from tracer.export.drawing.looks import LIGHT
from tracer.export.drawing.story import (
    COPY,
    KEPT,
    Story,
    by_first_list,
    dek_of,
    headline_of,
    in_words,
    nothing_found,
    single_stories,
    stories,
    story_of,
)
from tracer.export.drawing.story_drawing import draw_story
from tracer.export.edition import EditedStory, Edition
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page
from tracer.publish import Wanted, prepare
from tracer.trace import trace
from tracer.wording import Voice

_NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def simulated() -> Outgoing:
    """A market of 30 lists."""
    return replace(simulated_leaving(30, 5), names={})


def told(out: Outgoing, lang: str = "en") -> list[str]:
    voice = Voice(lang, out.names_in(lang))
    return [headline_of(story, voice) for story in stories(out)]


def changed(out: Outgoing, query: str, **values: Any) -> Outgoing:
    """The market with other values in each row of a query."""
    assert out.coded_tables is not None
    rows = [{**row, **values} for row in out.findings[query]]
    coded_tables = replace(out.coded_tables, findings={**out.coded_tables.findings, query: rows})
    return replace(out, findings={**out.findings, query: rows}, coded_tables=coded_tables)


def test_the_strongest_finding_is_told_first_and_by_name(out: Outgoing) -> None:
    first = stories(out)[0]
    assert (first.kind, first.names, first.grade) == ("retained", ("a-cti-x",), "G4")
    assert told(out)[0] == (
        "江苏易卓网络科技有限公司 still had 江苏安禾家装贷款有限公司’s list two weeks after its contract ended, "
        "and records from its copy reached “老秦” data desk"
    )
    assert told(out, "zh")[0].startswith("合同到期两周后，江苏易卓网络科技有限公司")
    sure = dek_of(stories(out)[0], Voice("en", out.names_in()))
    assert sure == (
        "That 江苏易卓网络科技有限公司 still had it is very likely. 14 of the 14 records planted in "
        "江苏易卓网络科技有限公司’s copy alone, to recognise it, are in the list ‘d6-backend’. "
        "“老秦” data desk: very likely (95%)."
    )


def test_a_headline_is_no_surer_than_its_finding(out: Outgoing) -> None:
    for grade, probability, said, reached in (
        ("G2", 0.97, "probably still had", "copy probably reached"),
        ("G2", 0.7, "may still have had", "may have reached"),
        ("G3", 0.97, "still had", "copy reached"),
    ):
        headline = told(changed(out, "retention", grade=grade, probability=probability))[0]
        assert f"有限公司 {said} " in headline
        assert reached in headline


def test_events_run_forward_from_the_list_to_the_last_holder(out: Outgoing, simulated: Outgoing) -> None:
    for one in (out, simulated):
        for story in stories(one):
            for event in story.events[1:]:
                assert event.source is not None
                source = story.events[event.source]
                if event.kind != COPY and source.kind == KEPT and source.day and event.day:
                    assert source.day <= event.day
    first = stories(out)[0]
    assert [(event.kind, event.day) for event in first.events[:3]] == [
        ("list", date(2026, 1, 9)), ("copy", date(2026, 1, 10)), ("kept", date(2026, 7, 20)),
    ]  # fmt: skip
    words = in_words(first, Voice("en", out.names_in()))
    assert words[-1].startswith("20 July 2026, 江苏易卓网络科技有限公司: still had it: d6-backend; 14 of 14 planted")


def test_no_protected_source_and_nothing_lawful_or_public_is_a_story(out: Outgoing) -> None:
    assert not any("Harbour" in one or one.startswith("Records from 好职招聘网") for one in told(out))
    for node in out.graph["nodes"]:
        if node["ref"] == "trader-q":
            node["protected"], node["role"] = True, "source"
    sheltered = replace(out)
    assert all("trader-q" not in story.roles for story in stories(sheltered))
    assert all("老秦" not in one and "source-" not in one for one in told(sheltered))


def test_a_finding_is_named_by_its_copy_or_its_lists(out: Outgoing) -> None:
    found = single_stories(out)
    assert story_of(out, ()) == stories(out)[0]
    for story in found:
        assert story_of(out, story.names) == story
    with pytest.raises(UsageError, match="no finding of 'a-cti-xx'"):
        story_of(out, ("a-cti-xx",))


def drawn(story: Story, wide: int, lang: str, out: Outgoing, parties: int = 0) -> tuple[Element, float]:
    marks, high = draw_story(story, Voice(lang, out.names_in(lang)), LIGHT, wide, parties=parties)
    root: Element = fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{marks.svg()}</svg>')
    return root, high


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wide", [1080, 700, 405, 350, 297])
def test_no_word_meets_another_and_none_leaves_the_frame(
    wide: int, lang: str, out: Outgoing, simulated: Outgoing
) -> None:
    named = replace(simulated, graph=deepcopy(simulated.graph))
    for node in named.graph["nodes"]:
        if node["kind"] == "party":  # no column holds such a name in one line
            node["label"] += " Information-Technologies Holding (Shanghai) 有限责任公司分公司"
    measured = 0
    for one in (out, simulated, named):
        for story in stories(one)[:7]:
            root, high = drawn(story, wide, lang, one)
            found = text_boxes(root)
            measured += len(found)
            assert outside(found, wide, high) == []
            assert meeting(found) == []
            assert smallest(root) >= 11
    assert measured > 60


def test_bars_are_durations_on_one_scale(out: Outgoing) -> None:
    root, _ = drawn(stories(out)[0], 1080, "en", out)
    bars = [(float(r.attrib["x"]), float(r.attrib["width"])) for r in root.iter(f"{_NS}rect")]
    (_, held), (_, kept) = bars
    days = (date(2026, 6, 30) - date(2026, 1, 10)).days, (date(2026, 7, 20) - date(2026, 6, 30)).days
    assert held / kept == pytest.approx(days[0] / days[1], rel=0.02)


def test_the_figure_has_its_width_and_its_words(out: Outgoing) -> None:
    for asked, wide in (("", "960"), ("400", "400"), ("85mm", "85.00mm")):
        svg = figure_svg(replace(out, of=("story",), choice=ExportChoice(width=asked)))
        assert f' width="{wide}" ' in svg
        said = " ".join("".join(text.itertext()) for text in fromstring(svg).iter(f"{_NS}text"))
        for words in ("still had", "very likely", "What speaks against it", "replied on 28 July 2026"):
            assert words in said


def test_what_to_do_where_nothing_was_found(out: Outgoing) -> None:
    found = replace(out, findings={}, coded_tables=None)
    for one, said in ((shown([]), "no lists yet"), (found, "No list was found")):
        assert said in Voice("en").say(nothing_found(one)[0])
        assert said in render_page(one)
        assert said in figure_svg(replace(one, of=("story",)))


def test_where_no_copy_is_on_record_nothing_says_that_none_was_found() -> None:
    with memory_case() as case:
        for name, seed in (("own", 1), ("other", 2)):
            load_list(case, name, {"phone": phones(np.random.default_rng(seed), 60)})
        trace(case)
        for lang, said, found in (
            ("en", "Nocopyisonrecord,sowhetheronegotoutcannotbecheckedyet.", "beyondwhatitsrecipient"),
            ("zh", "本案没有登记过任何副本，是否有副本外流还无从核对。", "超出接收方"),
        ):
            texts = ["".join(lead(case.con, lang))]
            for noun, to, of in (("graph", "html", ()), ("report", "md", ()), ("figure", "svg", ("story",))):
                texts.append(prepare(case, Wanted(to, noun, lang, of)).files[""].decode())
            for text in (re.sub(r"<[^>]+>|[·\s]+", "", one) for one in texts):
                assert said in text
                assert found not in text


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
    marks, _ = draw_story(kept, Voice("en", out.names_in()), LIGHT, 700)
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
    deep = replace(story, events=(*story.events[:5], replace(further[2], source=4, paint="beyond"), *further[6:8]))
    assert [one.ref for one in deep.shorter(5).events[4:]] == ["list-1", "list-3"]
    assert deep.shorter(5).events[5].source == 4, "with all that it came through"
    short = story.shorter(6)
    kept = [*dict.fromkeys(one.party for one in short.events)]
    assert kept == [*dict.fromkeys(one.party for one in story.events[:4]), "holder-1", "holder-2", "holder-4"]
    assert [one for _, one in short.left] == [f"list-{n}" for n in (3, 5, 6, 7, 8, 9)]
    said = " ".join(drawn(story, 1080, "en", out, 6)[0].itertext())
    assert "6 more of the 10 others are not drawn: holder-3, holder-5, holder-6" in said
    again = replace(short, left=((like.party, "x"), (like.party, "list-x")))
    assert getattr(again.not_drawn()[-1], "code", "") == "front-more-lists"


def test_an_edition_is_shown_in_place_of_the_tools_words_and_gives_stories_their_places(out: Outgoing) -> None:
    first, second, third = stories(out)[:3]
    edited = EditedStory(
        first.names, headline={"en": "A vendor kept a list"}, dek={"en": "The vendor disputes it."},
        alt={"de": "Ein Zeitstrahl"}, annotations={"d6-backend": {"en": "the day of the raid"}}, place=2,
    )  # fmt: skip
    hidden = EditedStory(second.names, hide=True)
    published = replace(out, edition=Edition((edited, hidden, EditedStory(third.names, place=1)), credit="Desk"))
    told = stories(published)
    assert [one.names for one in told[:2]] == [third.names, first.names]
    assert second.names not in [one.names for one in (*told, *single_stories(published))]
    voice, chinese = Voice("en", out.names_in()), Voice("zh", out.names_in("zh"))
    assert headline_of(told[1], voice, edited=False) == headline_of(first, voice)
    assert headline_of(told[1], chinese) == headline_of(first, chinese)
    assert dek_of(told[1], voice).startswith("The vendor disputes it. That 江苏易卓"), "how sure it is stays"
    svg = figure_svg(replace(published, of=("story", "a-cti-x"), choice=ExportChoice(width="660")))
    said = " ".join(" ".join(fromstring(svg).itertext()).split())
    own = "江苏易卓网络科技有限公司 still had"
    for words in ("A vendor kept a list", "The vendor disputes it.", "the day of the raid", "Desk", own):
        assert words in said, words


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
    steps = []
    for group in groups(root, "step"):
        corners = re.findall(r"(-?[\d.]+) (-?[\d.]+)", group[0].attrib["d"])
        steps.append((group.attrib, [*pairwise((float(x), float(y)) for x, y in corners)]))
    assert [told["data-paint"] for told, _ in steps] == ["handed", *["beyond"] * 4, "copied"]
    for told, way in steps:
        if told["data-paint"] == "beyond":
            assert way[0][0][along] == pytest.approx(min(end, way[-1][1][along] - 3.0), abs=8.0)
        for (x, y), (to_x, to_y) in way:
            assert x == pytest.approx(to_x, abs=0.2) or y == pytest.approx(to_y, abs=0.2)
            through = [
                dot for dot in dots if min(x, to_x) - 1 <= dot[0] <= max(x, to_x) + 1
                and min(y, to_y) < dot[1] - 8 and dot[1] + 8 < max(y, to_y)
            ]  # fmt: skip
            assert through == [], "no line goes through another day"
    found = text_boxes(root)
    assert not [
        text for text, left, top, right, foot in found for _, way in steps for (x, y), (to_x, to_y) in way
        if max(x, to_x) > left and min(x, to_x) < right and max(y, to_y) > top + 2 and min(y, to_y) < foot - 2
    ]  # fmt: skip


def test_downwards_days_are_apart_and_each_has_its_words_at_its_side(out: Outgoing) -> None:
    root, _ = drawn(passed_on(stories(out)[0]), 350, "en", out, 9)
    dots = sorted(
        float(y) for path in root.iter(f"{_NS}path") if "a" in path.attrib["d"]
        for y in re.findall(r"M[\d.]+ ([\d.]+)", path.attrib["d"])
    )  # fmt: skip
    assert min(b - a for a, b in pairwise(dots)) >= 24
    names = [top for text, _, top, _, foot in text_boxes(root) if text.startswith("holder-")]
    assert len(names) == 5
    assert all(min(abs(dot - (top + 6)) for dot in dots) < 6 for top in names)


def test_what_was_seen_with_the_recipient_is_not_answered_by_a_date_with_a_third_party(out: Outgoing) -> None:
    code = "retention-later-proves-nothing"
    doubt = {"code": code, "numbers": {"vendor": {"party": "cti-x"}}}
    more = changed(out, "retention", against=[doubt])
    codes = {story.kind: [getattr(one, "code", "") for one in story.against] for story in reversed(stories(more))}
    assert code not in codes["retained"]
    assert "passed_on" not in codes or code in codes["passed_on"]


def test_the_first_month_of_an_axis_is_named(out: Outgoing) -> None:
    for wide in (1080, 350):
        assert {"Jan 2026", "Jan"} & {text for text, *_ in text_boxes(drawn(stories(out)[0], wide, "en", out)[0])}
