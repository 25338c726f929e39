"""Display names in what leaves: in the reader's language, ids behind them once; never one of a protected party."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.export.conftest import NOW
from tests.export.market_findings import PSEUDONYM, TITLE
from tests.graph.market_case import market_case
from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.disclosure import DatasetRef, PartyRef, Reason, Text, opened, stored
from tracer.export.figure.draw import drawing
from tracer.export.formats import NOUNS, Outgoing, outgoing, render
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.publish import FACTS, PRINTED

NAMED = Reason.of("same-bytes", datasets=(DatasetRef("d6-backend"), DatasetRef("d15-note")))
SECRETS = ("Chen Weiming", "Old Chen", "Quiet Heron", "静鹭", "mr-chen", "ev-chen")
FIGURES = (
    ("graph",), ("sankey",), ("overlaps",), ("timeline", "a-cti-x"), ("flow",), ("time",), ("lineage",),
)  # fmt: skip


@pytest.fixture(scope="module")
def named() -> Outgoing:
    """The market with display names, a source's among them, and with a reason about a list of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        return _named(market_case())


def _named(case: Case) -> Outgoing:
    con = case.con
    con.execute("UPDATE party SET name_en = 'Yizhuo', name_zh = '易卓' WHERE id = 'cti-x'")
    con.execute("UPDATE party SET name_en = 'Quiet Heron', name_zh = '静鹭' WHERE id = 'mr-chen'")
    con.execute("UPDATE dataset SET title_en = 'Yizhuo''s back end', title_zh = '易卓后台' WHERE id = 'd6-backend'")
    con.execute("UPDATE dataset SET title_en = 'Quiet Heron''s note', title_zh = '静鹭的记录' WHERE id = 'd15-note'")
    con.execute("UPDATE claim SET quote = 'I am Chen Weiming', speaker = 'Old Chen' WHERE id = 'c3'")
    written = [stored(Reason.of("as-written", text=Text(text))) for text in ("Old Chen says so", "mr-chen may err")]
    reply = Reason.of("headline-reply", party=PartyRef("mr-chen"), state=Reason("reply-asked"))
    says = [*written, stored(NAMED), stored(reply)]
    con.execute("UPDATE retention SET reasons = $says, against = $says WHERE reading = 'retained'", {"says": says})
    facts = tuple(dict.fromkeys((*FACTS["report"], *FACTS["figure"])))
    compute(CaseFacts(con), 1)
    queries = load_queries()
    findings = {
        name: [opened(row) for row in json_rows(run_query(con, queries[name], entered=True))] for name in PRINTED
    }
    return outgoing(con, findings, PSEUDONYM, TITLE, facts=facts)


@pytest.fixture(scope="module")
def texts(named: Outgoing) -> Callable[[str], dict[str, str]]:
    """All that leaves as text in a language, by what it is; each written once."""
    return cache(lambda lang: _texts(named, lang))


def _texts(out: Outgoing, lang: str) -> dict[str, str]:
    said = {
        f"{noun} {to}": b"".join(render(out.spoken(lang), to, noun).values()).decode()
        for noun, formats in NOUNS.items()
        for to in formats
        if to not in ("png", "pdf", "xlsx", "parquet", "zip") and noun != "figure"
    }
    return said | {f"figure {of[0]}": drawing(replace(out.spoken(lang), of=of)) for of in FIGURES}


@pytest.mark.parametrize(
    ("lang", "party", "title"), [("en", "Yizhuo", "Yizhuo's back end"), ("zh", "易卓", "易卓后台")]
)
def test_names_of_the_readers_language_stand_everywhere(
    lang: str, party: str, title: str, texts: Callable[[str], dict[str, str]]
) -> None:
    said = texts(lang)
    assert said["graph html"].count(title.replace("'", "&#39;")) > 4
    assert said["report md"].count(title) > 4
    behind = f"{title} (d6-backend)" if lang == "en" else f"{title}（d6-backend）"
    assert behind in said["report md"]
    assert behind in said["findings json"]
    assert behind in said["graph json"]
    for figure in ("figure graph", "figure sankey", "figure overlaps", "figure timeline"):
        assert title in LexborHTMLParser(said[figure]).text(), figure
    assert party in LexborHTMLParser(said["figure graph"]).text()


def test_the_page_knows_the_names_of_both_languages(texts: Callable[[str], dict[str, str]]) -> None:
    page = LexborHTMLParser(texts("zh")["graph html"])
    other = {element.attributes["data-o"] for element in page.css("[data-o]")}
    assert {"Yizhuo", "Yizhuo's back end"} <= other
    assert "易卓" in page.css_first(".headlines").text()  # type: ignore[union-attr]  # there is one
    small = [element.text() for element in page.css("small.ref")]
    assert {"cti-x", "d6-backend", "（d6-backend）"} <= set(small)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_display_name_of_a_protected_party_leaves(
    lang: str, named: Outgoing, texts: Callable[[str], dict[str, str]]
) -> None:
    pseudonym = f"source-{PSEUDONYM('party mr-chen')}"
    for what, text in texts(lang).items():
        assert [secret for secret in SECRETS if secret in text] == [], what
        if what not in ("figure sankey", "figure overlaps", "figure timeline", "figure lineage", "findings csv"):
            assert pseudonym in text or pseudonym.replace("-", "_2d") in text, what
    assert all(secret not in str(named.names) for secret in SECRETS)
