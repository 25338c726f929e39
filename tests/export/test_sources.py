"""Names in what is published: in the reader's language, none of an informant, the same whoever the source is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.export.market_findings import PSEUDONYM, TITLE, built_graph, found, leaving
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.case.protected import keyed_pseudonym
from tracer.disclosure import DatasetRef, PartyRef, Reason, Text, stored_reason
from tracer.export.drawing.figures import figure_svg
from tracer.export.formats import GRAPH, NOUNS, Outgoing, outgoing_case, render
from tracer.export.gate import protection_of, redact_graph, sources_of
from tracer.publish import FACTS
from tracer.wording.names import UNNAMED

SAID = "Something is left out here to protect sources: who they are, what they gave, and what they said."


def known_through_a_source(con: duckdb.DuckDBPyConnection) -> None:
    """A list that a vendor held and only a source can show, and a finding in a list that a source gave."""
    says = [stored_reason(Reason.of("headline-reply", party=PartyRef("mr-chen"), state=Reason("reply-asked")))]
    con.execute("UPDATE retention SET reasons = $says WHERE reading = 'passed_on'", {"says": says})
    con.execute("""
        UPDATE dataset SET evidence = ['ev-chen'] WHERE id = 'd8-trade';
        UPDATE relation SET evidence = ['ev-chen'], basis = 'documented' WHERE no = 1;
        UPDATE dataset SET holder = 'mr-chen' WHERE id = 'd9-mixed';
        UPDATE dataset SET exported = DATE '2026-05-01' WHERE holder = 'mr-chen';
        UPDATE retention SET seen_in = 'd9-mixed', seen_with = 'mr-chen', first_seen = DATE '2026-05-20'
         WHERE reading = 'passed_on';
    """)


def another_source(con: duckdb.DuckDBPyConnection) -> None:
    """The same case with somebody else, who came on another day of the month, spoke twice and gave two documents."""
    says = [stored_reason(Reason.of("headline-reply", party=PartyRef("aa-first"), state=Reason("reply-asked")))]
    con.execute("UPDATE retention SET reasons = $says WHERE reading = 'passed_on'", {"says": says})
    con.execute("""
        UPDATE party SET id = 'aa-first', name = 'Aaltje Zwart', role = 'other', evidence = ['ev-chen', 'ev-z']
         WHERE id = 'mr-chen';
        UPDATE party_alias SET party = 'aa-first', alias = 'Zwartje' WHERE party = 'mr-chen';
        UPDATE dataset SET holder = 'aa-first', obtained = DATE '2026-05-28', exported = DATE '2026-05-24'
         WHERE holder = 'mr-chen';
        UPDATE retention SET seen_with = 'aa-first', first_seen = DATE '2026-05-28' WHERE seen_in = 'd9-mixed';
        UPDATE claim SET party = 'aa-first' WHERE party = 'mr-chen';
        INSERT INTO claim (id, party, about, kind, evidence) VALUES ('c77', 'aa-first', 'cti-x', 'other', ['ev-z']);
        UPDATE evidence SET by_whom = 'aa-first' WHERE by_whom = 'mr-chen';
        INSERT INTO evidence (id, kind, by_whom, sha256, bytes) VALUES ('ev-z', 'photo', 'aa-first', 'ab', 1);
    """)


def published(*changes: Callable[[duckdb.DuckDBPyConnection], object]) -> Outgoing:
    with market_case() as case:
        for change in (known_through_a_source, *changes):
            change(case.con)
        return leaving(case, sources=sources_of(case.con))


@pytest.fixture(scope="module")
def two() -> tuple[Outgoing, Outgoing]:
    return published(), published(another_source)


@pytest.mark.parametrize("to", sorted(GRAPH.keys() - {"png", "pdf"}))
def test_a_file_is_the_same_whoever_the_source_is(to: str, two: tuple[Outgoing, Outgoing]) -> None:
    one, other = (render(out, to) for out in two)
    assert one == other
    text = b"".join(one.values()).decode()
    assert re.findall("Chen|mr-chen|source-|ev-chen|2026-05-04|2026-05-20", text) == []


@pytest.mark.parametrize("of", [("sankey",), ("overlaps",), ("timeline", "a-cti-x")])
def test_a_figure_is_the_same_whoever_the_source_is(of: tuple[str, ...], two: tuple[Outgoing, Outgoing]) -> None:
    one, other = (render(replace(out, of=of), "svg", "figure") for out in two)
    assert one == other


def test_what_only_a_source_can_show_is_as_if_it_had_not_been_shown(two: tuple[Outgoing, Outgoing]) -> None:
    graph = two[0].graph
    held = {edge["target"]: (edge["basis"], edge["grade"]) for edge in graph["edges"] if edge["kind"] == "holds"}
    assert held["d8-trade"] == ("alleged", "G0")
    given = {node["id"]: (node["party"], node["date"]) for node in graph["nodes"]}["d9-mixed"]
    assert given == (None, "2026-05-31")
    assert graph["left_out"][0] == SAID
    assert not any("document" in said or "pseudonym" in said for said in graph["left_out"][:2])
    assert [edge["id"] for edge in graph["edges"]] == [f"e{number + 1}" for number in range(len(graph["edges"]))]
    assert {edge["source"] for edge in graph["edges"]} <= {node["id"] for node in graph["nodes"]}


def test_rows_on_a_source_s_list_stay_without_its_name(two: tuple[Outgoing, Outgoing]) -> None:
    rows = two[0].findings
    assert [row["seen_with"] for row in rows["retention"] if row["seen_in"] == "d9-mixed"] == [UNNAMED]
    assert not any(row["party"] == UNNAMED for row in rows["claims"])
    assert [row["exported"] for row in rows["datasets"] if row["dataset"] == "d9-mixed"] == ["2026-05-31"]
    assert rows["datasets"] == two[1].findings["datasets"]
    page = render(two[0], "html")[""].decode()
    assert "a party that is not named here" in page
    assert "此处未列名的一方" in page


def test_a_protected_party_of_the_trade_stays_under_a_pseudonym() -> None:
    sells = "UPDATE relation SET kind = 'sold_to', from_party = 'mr-chen' WHERE no = 1"
    graph = published(lambda con: con.execute(sells)).graph
    (node,) = [node for node in graph["nodes"] if node["protected"]]
    assert node["id"].startswith("source-")
    assert any(edge["source"] == node["id"] for edge in graph["edges"])


def test_what_is_left_out_is_said_and_edges_of_a_protected_party_stay_joined(out: Outgoing) -> None:
    assert out.graph["left_out"] == [
        "One protected source is named by a pseudonym.",
        "What protected sources said, and documents that they gave, are left out.",
        "Phone numbers, e-mail addresses and hashes of them are masked. Hashes of files and findings stay whole.",
    ]
    ids = {node["id"] for node in out.graph["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in out.graph["edges"])
    assert all(node["party"] is None or node["party"] in ids for node in out.graph["nodes"])
    assert {document["sha256"] for document in out.graph["evidence"]} == {"cd" * 32}, "hashes of files stay"


def test_a_merged_party_is_protected_when_one_of_them_is(market: Case) -> None:
    market.con.execute("UPDATE party SET protected = true WHERE id = 'cti-x-old'")
    protection = protection_of(market.con, PSEUDONYM)
    assert protection.names["cti-x"] == protection.names["Yizhuo Network"]


def test_numbers_in_names_ids_and_replies_are_masked(market: Case) -> None:
    market.con.execute("""
        UPDATE party SET name = '14000138000 电销' WHERE id = 'trader-q';
        UPDATE dataset SET id = 'list-14000138000' WHERE id = 'd14-voice';
        UPDATE dataset SET id = 'list-14011118000' WHERE id = 'd7-random';
    """)
    given = built_graph(market)
    before = json.dumps(given)
    graph = redact_graph(given, protection_of(market.con, PSEUDONYM))
    assert json.dumps(given) == before, "what was given is not changed"
    assert "14000138000" not in json.dumps(graph, ensure_ascii=False)
    ids = [node["id"] for node in graph["nodes"]]
    assert len(set(ids)) == len(ids)
    assert sum(name.startswith("list-140****8000-") for name in ids) == 2  # still told apart
    replies = {node["id"]: node["reply_text"] for node in graph["nodes"]}
    assert replies["cti-x"] == "We delete all client data when the contract ends. Call 140****8000."


def test_pseudonyms_differ_from_case_to_case() -> None:
    assert keyed_pseudonym(b"one")("party x") != keyed_pseudonym(b"two")("party x")


NAMED = Reason.of("same-bytes", datasets=(DatasetRef("d6-backend"), DatasetRef("d15-note")))
SECRETS = ("Chen Weiming", "Old Chen", "Quiet Heron", "静鹭", "mr-chen", "ev-chen")
FIGURES = (
    ("graph",), ("sankey",), ("overlaps",), ("timeline", "a-cti-x"), ("flow",), ("time",), ("lineage",),
)  # fmt: skip


@pytest.fixture(scope="module")
def named() -> Outgoing:
    """The market with display names, a source's among them, and with a reason about a list of each."""
    case = market_case()
    con = case.con
    con.execute("""
        UPDATE party SET name_en = 'Yizhuo', name_zh = '易卓' WHERE id = 'cti-x';
        UPDATE party SET name_en = 'Quiet Heron', name_zh = '静鹭' WHERE id = 'mr-chen';
        UPDATE dataset SET title_en = 'Yizhuo''s back end', title_zh = '易卓后台' WHERE id = 'd6-backend';
        UPDATE dataset SET title_en = 'Quiet Heron''s note', title_zh = '静鹭的记录' WHERE id = 'd15-note';
        UPDATE claim SET quote = 'I am Chen Weiming', speaker = 'Old Chen' WHERE id = 'c3';
    """)
    written = [
        stored_reason(Reason.of("as-written", text=Text(text))) for text in ("Old Chen says so", "mr-chen may err")
    ]
    reply = Reason.of("headline-reply", party=PartyRef("mr-chen"), state=Reason("reply-asked"))
    says = [*written, stored_reason(NAMED), stored_reason(reply)]
    con.execute("UPDATE retention SET reasons = $says, against = $says WHERE reading = 'retained'", {"says": says})
    facts = tuple(dict.fromkeys((*FACTS["report"], *FACTS["figure"])))
    return outgoing_case(con, found(case), PSEUDONYM, TITLE, facts=facts)


@pytest.fixture(scope="module")
def texts(named: Outgoing) -> Callable[[str], dict[str, str]]:
    """All that leaves as text in a language, by what it is; each written once."""

    @cache
    def written(lang: str) -> dict[str, str]:
        out = named.in_language(lang)
        said = {
            f"{noun} {to}": b"".join(render(out, to, noun).values()).decode()
            for noun, formats in NOUNS.items() for to in formats
            if to not in ("png", "pdf", "xlsx", "parquet", "zip") and noun != "figure"
        }  # fmt: skip
        return said | {f"figure {of[0]}": figure_svg(replace(out, of=of)) for of in FIGURES}

    return written


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
    assert behind not in said["report md"], "its annexes have the ids"
    assert behind in said["findings json"]
    assert behind in said["graph json"]
    for figure in ("figure graph", "figure lineage", "figure overlaps", "figure timeline"):
        assert title.replace(" ", "") in re.sub(r"\s", "", LexborHTMLParser(said[figure]).text()), figure
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
        if what not in ("figure time", "figure overlaps", "figure timeline", "figure lineage", "findings csv"):
            assert pseudonym in text or pseudonym.replace("-", "_2d") in text, what
    assert all(secret not in str(named.names) for secret in SECRETS)
