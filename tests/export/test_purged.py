"""What is purged and what was sold stands in story, report, page and pictures as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.export.conftest import NOW
from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tests.graph.market_case import market_case
from tracer.ask.named import find_query, run_query
from tracer.ask.render import json_rows
from tracer.ask.show import show
from tracer.ask.story import story
from tracer.ask.why import why
from tracer.ask.why_text import why_text
from tracer.case.case import Case
from tracer.export.formats import Outgoing, outgoing, render
from tracer.publish import FACTS


@pytest.fixture(scope="module")
def purged() -> Iterator[Case]:
    """The market without the contents of a list, made once: nothing here changes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        market = market_case()
        market.con.execute("UPDATE dataset SET purged_at = '2026-07-30 09:00:00' WHERE id = 'd8-trade'")
        leaving(market)
    with market:
        yield market


def counts(case: Case) -> tuple[int, int]:
    """Lists that are left, and their rows."""
    (row,) = case.con.execute("SELECT count(*), sum(rows) FROM views.datasets WHERE purged_at IS NULL").fetchall()
    return int(row[0]), int(row[1])


def test_the_story_counts_the_lists_that_are_left(purged: Case) -> None:
    lists, rows = counts(purged)
    (section,) = [one for one in story(purged.con) if one.title == "The lists"]
    assert section.note.startswith(f"{lists} lists, {rows:,} records: ")
    assert section.note.endswith(" The contents of one further list were removed: d8-trade.")


@pytest.mark.parametrize(("lang", "words"), [("en", "contents purged 2026-07-30"), ("zh", "内容已于 2026-07-30 清除")])
def test_report_and_page_count_them_and_mark_it(purged: Case, lang: str, words: str) -> None:
    lists, rows = counts(purged)
    out = outgoing(purged.con, leaving(purged, lang).findings, PSEUDONYM, TITLE, lang, facts=FACTS["report"])
    report = render(out, "md", "report")[""].decode()
    told = f"{lists} lists with {rows:,} records" if lang == "en" else f"{lists} 份名单，共 {rows:,} 条记录"
    assert told in report
    assert words in report
    page = render(leaving(purged, lang), "html")[""].decode()
    assert words in page
    assert f"lists: {lists} · " in page or f"{lists} 份名单 · " in page


def test_show_why_and_consent_mark_it(purged: Case) -> None:
    assert "contents removed on 30 July 2026" in show(purged.con, "d8-trade").text
    assert "contents purged" not in show(purged.con, "d6-backend").text
    assert "purged 2026-07-30" in why_text(why(purged.con, "d6-backend", "d8-trade"))
    rows = {row["list"]: row["purged"] for row in json_rows(run_query(purged.con, find_query("consent")))}
    assert rows["d8-trade"] == "2026-07-30"
    assert rows["d6-backend"] is None


@pytest.mark.parametrize("to", ["json", "gexf", "graphml", "cx2", "csv", "neo4j", "ftm", "prov-json", "prov-n"])
def test_every_graph_format_marks_it(purged: Case, to: str) -> None:
    made = render(leaving(purged), to)
    assert b"2026-07-30" in b"".join(made.values())


def test_pictures_mark_it(purged: Case) -> None:
    from tracer.export.drawing.figures import drawing

    out: Outgoing = outgoing(purged.con, leaving(purged).findings, PSEUDONYM, TITLE, facts=FACTS["figure"])
    for figure in ("graph", "lineage", "flow", "matrix", "time"):
        texts = re.sub(r"<[^>]+>", " ", drawing(replace(out, of=(figure,))).split("</desc>")[1])
        assert "removed on 30 July 2026" in " ".join(texts.split()), figure


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
