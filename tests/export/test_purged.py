"""A list whose contents were purged counts among none, and is marked wherever it is still named."""

from __future__ import annotations

from collections.abc import Iterator

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
    from tracer.export.figure.graph import graph_figure
    from tracer.export.figure.matrix import matrix
    from tracer.export.figure.sankey import sankey

    out: Outgoing = outgoing(purged.con, leaving(purged).findings, PSEUDONYM, TITLE, facts=FACTS["figure"])
    for figure in (graph_figure, matrix, sankey):
        assert " contacts, purged" in figure(out)
