"""A documented sale stands in story, report and page, whether the lists agree with it or not."""

from __future__ import annotations

import pytest

from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tracer.ask.story import story
from tracer.case.case import Case
from tracer.export.formats import outgoing, render
from tracer.publish import FACTS


@pytest.fixture
def sold(market: Case) -> Case:
    """The market, with receipts for a copying that the lists show, one way round and the other."""
    parent, child = market.con.execute(
        "SELECT x.holder, y.holder FROM views.derivations d JOIN views.datasets x ON x.dataset = d.parent"
        " JOIN views.datasets y ON y.dataset = d.child WHERE d.probability > 0.8 AND x.holder <> y.holder"
        " ORDER BY d.parent, d.child LIMIT 1"
    ).fetchall()[0]
    market.con.execute("DELETE FROM relation WHERE kind = 'sold_to'")
    for no, (seller, buyer, document) in enumerate(((parent, child, "bill-1"), (child, parent, "bill-2")), start=901):
        market.con.execute(
            "INSERT INTO relation (no, kind, from_party, to_party, date, basis, evidence)"
            " VALUES ($no, 'sold_to', $seller, $buyer, '2026-03-04', 'documented', [$document])",
            {"no": no, "seller": seller, "buyer": buyer, "document": document},
        )
    return market


def test_the_story_tells_both(sold: Case) -> None:
    (section,) = [one for one in story(sold.con) if one.query == "sales"]
    told = [finding.headline for finding in section.findings]
    assert told[0].startswith("bill-2: ")
    assert "The contents do not agree" in told[0]
    assert "The contents agree" in told[1]
    (warnings,) = [one for one in story(sold.con) if one.query == "warnings"]
    assert any("The contents do not agree" in finding.headline for finding in warnings.findings)


@pytest.mark.parametrize(("lang", "words"), [("en", "The contents do not agree"), ("zh", "内容与此不符")])
def test_report_and_page_tell_both(sold: Case, lang: str, words: str) -> None:
    out = outgoing(sold.con, leaving(sold, lang).findings, PSEUDONYM, TITLE, lang, facts=FACTS["report"])
    report = render(out, "md", "report")[""].decode()
    assert report.count(words) >= 2  # a warning, and a finding of its own
    assert "tracer query sales" in report
    page = render(leaving(sold, lang), "html")[""].decode()
    assert ("the lists disagree" if lang == "en" else "名单内容不符") in page
