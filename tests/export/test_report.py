"""The report: a page of summary, the weightiest finding first, each with all that the house promises of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.export.market_findings import leaving, shown
from tracer.case.case import Case
from tracer.export.formats import Outgoing, render
from tracer.export.report.compose import ON_SUMMARY, Report, compose, findings_of, markdown
from tracer.wording import word
from tracer.wording.markdown import plain
from tracer.wording.names import behind_names
from tracer.wording.sections import Heading, Paragraph, prose


@pytest.fixture(scope="module")
def told(read_market: Case) -> Outgoing:
    return leaving(read_market, noun="report")


def findings(report: Report) -> list[tuple[Heading, list[object]]]:
    """Each finding's heading with its blocks: those of the summary, and those of the annex."""
    found: list[tuple[Heading, list[object]]] = []
    for block in report.blocks:
        if isinstance(block, Heading):
            found.append((block, []))
        elif found:
            found[-1][1].append(block)
    return [one for one in found if one[0].level == 2]


def test_findings_are_in_the_order_of_the_statements_and_complete(told: Outgoing) -> None:
    found = findings(compose(told))
    assert len(found) > 10
    place = {one.headline: at for at, one in enumerate(findings_of(told))}
    for some in (found[:ON_SUMMARY], found[ON_SUMMARY:]):
        places = [place[heading.text.split(". ", 1)[1]] for heading, _ in some]
        assert places == sorted(places)
    assert [heading.text.split(".")[0] for heading, _ in found] == [str(n) for n in range(1, len(found) + 1)]
    for at, (_, blocks) in enumerate(found):
        labels = [block.text for block in blocks if isinstance(block, Paragraph) and block.style == "label"]
        for label in ("What speaks against it, and who else it could have been", "Evidence", "To check it again"):
            assert (label in labels) == (at < ON_SUMMARY)
        assert any(isinstance(block, Paragraph) and block.style == "code" for block in blocks)


def test_nothing_that_a_finding_says_is_lost_and_methods_are_said_once(told: Outgoing) -> None:
    report = compose(told)
    text = markdown(report)
    for one in findings_of(told):
        said = (one.headline, one.sure, *one.reasons, *one.against, *(cell for row in one.numbers for cell in row))
        named = [behind_names(report.ids).sub("", what) for what in said]
        assert [what for what in named if plain(prose(what)) not in text] == []
        assert f"    {one.repeat}" in text
    for kind in {one.sort for one in findings_of(told)}:
        assert text.count(plain(word(f"report-method-{kind}", "en"))) == 1
    for row in told.facts["lists"]:
        assert str(row["sha256"]) in text


def test_every_state_of_a_reply_is_told(market: Case) -> None:
    market.con.execute("INSERT INTO reply (party, asked, deadline) VALUES ('cti-y', '2026-07-30', '2026-08-20')")
    text = render(leaving(market, noun="report"), "md", "report")[""].decode()
    for state in ("replied on", "no reply by", "no reply yet (time until 20 August 2026)", "not asked"):
        assert state in text


def test_the_summary_is_one_page(told: Outgoing) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(told, "pdf", "report")[""]))
    assert "Summary" in reader.pages[0].extract_text()
    picture = reader.pages[1]
    assert "The picture" in picture.extract_text()
    assert picture.mediabox.width > picture.mediabox.height
    assert "Findings" in reader.pages[2].extract_text()
    assert len(reader.outline) >= 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # dictionaries; tagged for screen readers


def test_the_report_in_chinese_is_chinese(told: Outgoing) -> None:
    page = LexborHTMLParser(render(told.in_language("zh"), "html", "report")[""].decode())
    text = page.css_first("body").text()  # type: ignore[union-attr]  # there is one
    assert "联系人名单来源报告" in text
    assert not re.search("What speaks|Right of reply|Evidence|copied from|Findings|probability", text)
    assert page.css_first("html").attributes["lang"] == "zh"  # type: ignore[union-attr]  # there is one


def test_a_case_without_findings_has_a_report() -> None:
    for to in ("html", "md", "pdf"):
        assert render(shown([]), to, "report")[""]


def test_markdown_holds_its_picture(told: Outgoing) -> None:
    files = render(replace(told, stem="who kept it"), "md", "report")
    assert re.search(r"!\[[^]]{40,}\]\(who%20kept%20it-picture\.svg\)", files[""].decode())  # described, not named
    assert files["-picture.svg"].startswith(b"<svg")
    (alone,) = render(told, "md", "report").values()
    assert b"](data:image/svg+xml;base64," in alone
