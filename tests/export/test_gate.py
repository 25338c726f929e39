"""The gate: protected parties, their documents, numbers in names and ids, and that what is left out is said."""

from __future__ import annotations

import json

from tests.export.market_findings import PSEUDONYM, leaving
from tracer.case.case import Case
from tracer.case.protected import keyed_pseudonym
from tracer.disclosure import Reason, Text, stored
from tracer.export.formats import GRAPH as FORMATS
from tracer.export.formats import Outgoing, render
from tracer.export.gate import protection_of, redact_graph
from tracer.graph.build import build_graph
from tracer.graph.model import Graph

SECRETS = ("Chen Weiming", "Old Chen", "mr-chen", "ev-chen")


def test_no_format_names_a_protected_source(market: Case) -> None:
    reasons, against = (
        [stored(Reason.of("as-written", text=Text(text))) for text in texts]
        for texts in (("Old Chen says so", "as Chen Weiming wrote"), ("mr-chen may err",))
    )
    market.con.execute(
        "UPDATE retention SET reasons = $reasons, against = $against WHERE reading = 'retained'",
        {"reasons": reasons, "against": against},
    )
    market.con.execute("UPDATE party SET name_en = 'Old Chen Weiming', name_zh = 'mr-chen' WHERE id = 'mr-chen'")
    market.con.execute("UPDATE claim SET quote = 'I am Chen Weiming', speaker = 'Old Chen' WHERE id = 'c3'")
    out = leaving(market)
    for name, chosen in FORMATS.items():
        drawn = {"": chosen.drawn(out).encode()} if chosen.drawn is not None else render(out, name)
        text = b"".join(drawn.values()).decode("utf-8")
        assert [secret for secret in SECRETS if secret in text] == [], name
        pseudonym = f"source-{PSEUDONYM('party mr-chen')}"
        assert pseudonym in text or pseudonym.replace("-", "_2d") in text, name


def test_what_is_left_out_is_said(out: Outgoing) -> None:
    assert out.graph["left_out"] == [
        "One protected source is named by a pseudonym.",
        "One document of a protected source is left out.",
        "Phone numbers, e-mail addresses and hashes of them are masked. Hashes of files and findings stay whole.",
    ]


def test_edges_of_a_protected_party_stay_joined(out: Outgoing) -> None:
    ids = {node["id"] for node in out.graph["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in out.graph["edges"])
    assert all(node["party"] is None or node["party"] in ids for node in out.graph["nodes"])


def test_a_merged_party_is_protected_when_one_of_them_is(market: Case) -> None:
    market.con.execute("UPDATE party SET protected = true WHERE id = 'cti-x-old'")
    protection = protection_of(market.con, PSEUDONYM)
    assert protection.names["cti-x"] == protection.names["Yizhuo Network"]


def test_numbers_in_names_ids_and_replies_are_masked(market: Case) -> None:
    market.con.execute("UPDATE party SET name = '14000138000 电销' WHERE id = 'trader-q'")
    market.con.execute("UPDATE dataset SET id = 'list-14000138000' WHERE id = 'd14-voice'")
    market.con.execute("UPDATE dataset SET id = 'list-14011118000' WHERE id = 'd7-random'")
    graph = redact_graph(build_graph(market.con, PSEUDONYM), protection_of(market.con, PSEUDONYM))
    assert "14000138000" not in json.dumps(graph, ensure_ascii=False)
    ids = [node["id"] for node in graph["nodes"]]
    assert len(set(ids)) == len(ids)
    assert sum(name.startswith("list-140****8000-") for name in ids) == 2  # still told apart
    replies = {node["id"]: node["reply_text"] for node in graph["nodes"]}
    assert replies["cti-x"] == "We delete all client data when the contract ends. Call 140****8000."


def test_pseudonyms_differ_from_case_to_case() -> None:
    assert keyed_pseudonym(b"one")("party x") != keyed_pseudonym(b"two")("party x")


def test_the_given_graph_is_not_changed(market: Case) -> None:
    graph: Graph = build_graph(market.con, PSEUDONYM)
    before = json.dumps(graph)
    redact_graph(graph, protection_of(market.con, PSEUDONYM))
    assert json.dumps(graph) == before


def test_hashes_of_evidence_files_stay(out: Outgoing) -> None:
    assert {document["sha256"] for document in out.graph["evidence"]} == {"cd" * 32}
