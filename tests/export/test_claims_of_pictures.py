"""What the page says of a step, in its label, its card and its legend: no more than is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.export.market_findings import shown
from tracer.export.drawing.looks import DASHES, PAINTS
from tracer.export.formats import Outgoing, render
from tracer.graph.model import Edge, make_edge, make_node
from tracer.wording import LANGUAGES, templates, word


def page_of(out: Outgoing, lang: str = "en") -> LexborHTMLParser:
    return LexborHTMLParser(render(replace(out, lang=lang), "html")[""].decode())


def step(page: LexborHTMLParser, begin: str) -> tuple[LexborNode, str, LexborNode]:
    """The step on the map whose label begins so, its label, and its card."""
    (found,) = [one for one in page.css("#map a.step") if one.css("title")[0].text().startswith(begin)]
    (card,) = page.css(f"article{found.attributes['href']}")
    return found, found.css("title")[0].text(), card


def grades(card: LexborNode) -> list[str]:
    return [one.text() for one in card.css(".grade")]


def test_nobody_is_accused_by_a_word_of_the_page() -> None:
    assert not any(accusing in text for text in templates("page-", "zh").values() for accusing in ("倒卖", "截留"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_legend_and_steps_agree(lang: str, out: Outgoing) -> None:
    page = page_of(Outgoing(out.graph), lang)
    keys = {one.text().strip(): one.css_first("path") for one in page.css(".legend li") if one.css_first("path")}
    for one in page.css("#map a.step"):
        paint, basis = str(one.attributes["data-paint"]), str(one.attributes["data-basis"])
        coloured, dashed = keys[word(f"look-paint-{paint}", lang)], keys[word(f"look-rests-{basis}", lang)]
        line = one.css_first("path.line")
        assert coloured is not None and dashed is not None and line is not None  # noqa: PT018 - for the type checker
        assert coloured.attributes["stroke"] == f"var(--{PAINTS[paint].colour})"
        for drawn in (dashed, line):
            assert (drawn.attributes.get("stroke-dasharray") or "") == DASHES[basis]
    caveat = word("page-caveat-alleged", lang)
    assert caveat in page.css_first("#caveats").text()  # type: ignore[union-attr]  # every page has it
    report = render(replace(out, of=(), lang=lang), "md", "report")[""].decode()
    assert caveat[:12] in report.replace("\\", "")


def handed_on(*more: Edge, **of_the_call_list: Any) -> Outgoing:
    """A client's copy, a list of its vendor's and what came of it: the copy is surer than the step."""
    parties = [("client", "client"), ("vendor", "system_vendor"), ("trader", "data_trader"), ("buyer", "data_trader")]
    nodes = [make_node("party", name, role=role) for name, role in parties]
    nodes += [
        make_node("dataset", "own", "Customers", party="client", contacts=900),
        make_node("release", "copy", "copy", party="vendor", dataset="own"),
        make_node("dataset", "lot7", "Lot 7", party="trader", contacts=400),
        make_node("dataset", "calls", "Call list", party="buyer", contacts=300),
        make_node("dataset", "sample", "Sample", party="trader"),
    ]
    call_list = {"probability": 0.925, "shared": 280, **of_the_call_list}
    edges = [
        make_edge("copy", "lot7", "passed_on", "inferred", "G4", probability=0.999),
        make_edge("copy", "calls", "passed_on", "inferred", "G4", probability=0.998),
        make_edge("own", "lot7", "derived", "inferred", "G3", probability=0.97, shared=390),
        make_edge("lot7", "calls", "derived", "inferred", "G2", **call_list),
    ]
    return shown(nodes, [*edges, *more])


def test_a_step_shows_its_own_grade_and_how_sure_it_is_not_those_of_the_copy() -> None:
    page = page_of(handed_on())
    _, copied, card = step(page, "Call list was copied")
    assert copied == "Call list was copied from Lot 7 (92%), G2, inferred from the lists"
    assert grades(card) == ["G2"]
    _, passed, _ = step(page, "From vendor’s copy of Customers to Lot 7")
    assert passed == "From vendor’s copy of Customers to Lot 7: passed on (>99%), G4, inferred from the lists"
    pills = [one.text().strip() for one in page.css("#map .pill")]
    assert sorted(pills) == ["G2", "G4", "G4"], "that Lot 7 was copied from Customers is told with the copy"
    _, _, passed_card = step(page, "From vendor’s copy of Customers to Lot 7")
    assert grades(passed_card) == ["G4", "G3"]


def test_a_step_of_several_is_no_surer_than_the_least_and_says_so() -> None:
    out = handed_on(
        make_edge("copy", "lot7", "attributed", "inferred", "G3"),
        make_edge("copy", "sample", "passed_on", "inferred", "G1", probability=0.61),
    )
    drawn, said, card = step(page_of(out), "vendor → trader")
    assert said == "vendor → trader: passed on; 2 findings, the least sure: G1, more likely than not"
    assert drawn.attributes["data-grade"] == "G4", "the filter keeps it where one of them is as well founded"
    assert grades(card) == ["G1", "G4", "G1", "G3", "G3"]
    assert "covers 2 statements; the least sure is 61%" in card.text()
    assert "2 项结论" in page_of(out, "zh").css_first("#map").text()  # type: ignore[union-attr]  # it is there


def test_a_step_that_rests_on_a_judgement_says_by_whom_and_what_it_would_be_without() -> None:
    judged = {"judged_by": "desk", "judged_on": "2026-07-03", "note": "a delivery note", "without_judgement": 0.29}
    _, said, card = step(page_of(handed_on(judgement="confirm: a delivery note", **judged)), "Call list may have")
    assert said.startswith(
        "Call list may have been copied from Lot 7 (92% as a person judged it, 29% without that), G2"
    )
    assert "confirmed by desk on 3 July 2026 (“a delivery note”); without that: cannot be told, 29%" in card.text()


def test_a_step_whose_direction_is_not_known_has_no_head_and_says_so() -> None:
    out = handed_on(direction="not_told")
    drawn, _, card = step(page_of(out), "One of Lot 7 and Call list was copied from the other")
    assert [one.attributes["d"] or "" for one in drawn.css("path.head")] == [""]
    assert card.css(".to")[0].text() == "–"
    assert "copied, direction not known" in card.text()


def test_a_long_reason_is_not_cut_and_labels_name_first_what_was_copied() -> None:
    out = handed_on()
    out.graph["edges"][3]["reasons"] = ["One sentence of many words, said again. " * 12 + "And its end."]
    assert "And its end." in step(page_of(out), "Call list was copied")[2].text()
    assert step(page_of(out, "zh"), "Call list 复制自 Lot 7（92%），G2，")
    assert step(page_of(handed_on(probability=0.55)), "Call list may have been copied from Lot 7 (55%), G2")
