"""What is purged and what was sold is shown as such in story, report, page and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tests.graph.market_case import market_case
from tracer.ask.named import find_query, run_query
from tracer.ask.result import json_rows
from tracer.ask.show import show
from tracer.ask.story import story
from tracer.ask.why import why, why_text
from tracer.case.case import Case
from tracer.export.drawing.figures import figure_svg
from tracer.export.formats import GRAPH, Outgoing, outgoing_case, render
from tracer.publish import FACTS


@pytest.fixture(scope="module")
def purged() -> Iterator[Case]:
    """The market without the contents of a list; and, one way round and the other, with receipts for a copying that
    the lists show."""
    with market_case() as market:
        con = market.con
        con.execute("UPDATE dataset SET purged_at = '2026-07-30 09:00:00' WHERE id = 'd8-trade'")
        parent, child = con.execute(
            "SELECT x.holder, y.holder FROM views.derivations d JOIN views.datasets x ON x.dataset = d.parent"
            " JOIN views.datasets y ON y.dataset = d.child WHERE d.probability > 0.8 AND x.holder <> y.holder"
            " ORDER BY d.parent, d.child LIMIT 1"
        ).fetchall()[0]
        con.execute("DELETE FROM relation WHERE kind = 'sold_to'")
        con.executemany(
            "INSERT INTO relation (no, kind, from_party, to_party, date, basis, evidence)"
            " VALUES (?, 'sold_to', ?, ?, '2026-03-04', 'documented', [?])",
            [(901, parent, child, "bill-1"), (902, child, parent, "bill-2")],
        )
        leaving(market)
        yield market


@pytest.fixture(scope="module")
def left(purged: Case) -> Outgoing:
    out = leaving(purged)
    facts = tuple({*FACTS["report"], *FACTS["figure"]})
    return outgoing_case(purged.con, out.findings, PSEUDONYM, TITLE, facts=facts)


def counts(case: Case) -> tuple[int, int]:
    """Lists that are left, and their rows."""
    (row,) = case.con.execute("SELECT count(*), sum(rows) FROM views.datasets WHERE purged_at IS NULL").fetchall()
    return int(row[0]), int(row[1])


def test_answers_count_the_lists_that_are_left_and_mark_the_other(purged: Case) -> None:
    lists, rows = counts(purged)
    (section,) = [one for one in story(purged.con) if one.title == "The lists"]
    assert section.note.startswith(f"{lists} lists, {rows:,} records: ")
    assert section.note.endswith(" The contents of one further list were removed: d8-trade.")
    assert "contents removed on 30 July 2026" in show(purged.con, "d8-trade").text
    assert "contents purged" not in show(purged.con, "d6-backend").text
    assert "purged 2026-07-30" in why_text(why(purged.con, "d6-backend", "d8-trade"))
    found = {row["list"]: row["purged"] for row in json_rows(run_query(purged.con, find_query("consent")))}
    assert (found["d8-trade"], found["d6-backend"]) == ("2026-07-30", None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_report_and_page_count_and_mark_them_and_say_where_a_receipt_disagrees(
    purged: Case, left: Outgoing, lang: str
) -> None:
    lists, rows = counts(purged)
    words = {
        "en": ("contents purged 2026-07-30", f"{lists} lists with {rows:,} records", f"lists: {lists} · ",
               "The contents do not agree", "the lists disagree"),
        "zh": ("内容已于 2026-07-30 清除", f"{lists} 份名单，共 {rows:,} 条记录", f"{lists} 份名单 · ",
               "内容与此不符", "名单内容不符"),
    }  # fmt: skip
    removed, counted, counted_on_page, disagree, disagree_on_page = words[lang]
    report = render(left.in_language(lang), "md", "report")[""].decode()
    assert [one for one in (removed, counted, "tracer query sales") if one not in report] == []
    assert report.count(disagree) >= 2, "a warning, and a finding of its own"
    page = render(left.in_language(lang), "html")[""].decode()
    assert [one for one in (removed, counted_on_page, disagree_on_page) if one not in page] == []


def test_the_story_tells_both_receipts(purged: Case) -> None:
    sections = {one.query: [finding.headline for finding in one.findings] for one in story(purged.con)}
    assert sections["sales"][0].startswith("bill-2: ")
    assert "The contents do not agree" in sections["sales"][0]
    assert "The contents agree" in sections["sales"][1]
    assert any("The contents do not agree" in headline for headline in sections["warnings"])


@pytest.mark.parametrize("to", [to for to in GRAPH if to not in ("html", "svg", "png", "pdf")])
def test_every_graph_format_marks_what_is_purged(left: Outgoing, to: str) -> None:
    assert b"2026-07-30" in b"".join(render(left, to).values())


def test_pictures_mark_what_is_purged(left: Outgoing) -> None:
    for figure in ("graph", "lineage", "flow", "matrix", "time"):
        texts = re.sub(r"<[^>]+>", " ", figure_svg(replace(left, of=(figure,))).split("</desc>")[1])
        assert "removed on 30 July 2026" in " ".join(texts.split()), figure
