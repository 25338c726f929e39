"""The graph says what the tables say: kinds, directions, grades, small counts, no superseded finding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.export.market_findings import built_graph
from tests.graph.market_case import borrowed_market, market_case
from tests.inserted import insert, insert_judgements
from tracer.case.case import Case
from tracer.graph.model import GRADES, KINDS, Edge, Graph


@pytest.fixture
def market() -> Iterator[Case]:
    yield from borrowed_market()


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The market's graph, not yet redacted."""
    return built_graph(market_case())


def edge(graph: Graph, source: str, target: str, kind: str) -> Edge:
    (found,) = [e for e in graph["edges"] if (e["source"], e["target"], e["kind"]) == (source, target, kind)]
    return found


def test_every_edge_joins_nodes_and_has_basis_and_grade(graph: Graph) -> None:
    ids = [node["id"] for node in graph["nodes"]]
    assert len(set(ids)) == len(ids)
    assert {node["kind"] for node in graph["nodes"]} == set(KINDS)
    for one in graph["edges"]:
        assert {one["source"], one["target"]} <= set(ids)
        assert one["basis"] in ("documented", "alleged", "inferred")
        assert one["grade"] in GRADES
    assert len({one["id"] for one in graph["edges"]}) == len(graph["edges"])


def test_edges_run_from_giver_to_taker(graph: Graph) -> None:
    for source, target, kind in (
        ("leadhub", "lead-oem", "supplies_platform_to"),  # stated as lead-oem oem_of leadhub
        ("jobs-site", "leadhub", "scraped_by"),  # stated as leadhub scrapes jobs-site
        ("office", "centre-2", "sanctions"), ("carrier-js", "office", "commits_to"),
        ("centre-1", "home-loans", "calls_for"), ("cti-x", "trader-q", "refers_to"),
        ("a-2026-01", "a-cti-x", "released"), ("a-cti-x", "cti-x", "released"), ("cti-x", "d6-backend", "holds"),
    ):  # fmt: skip
        edge(graph, source, target, kind)
    assert not [e for e in graph["edges"] if e["kind"] in {"oem_of", "scrapes"}]


def test_retention_runs_from_the_copy_to_the_list(graph: Graph) -> None:
    kept = edge(graph, "a-cti-x", "d6-backend", "retained")
    assert (kept["grade"], kept["after_end"], kept["probability"], kept["date"]) == ("G4", True, 0.98, "2026-07-20")
    assert kept["against"][0]["numbers"]["text"] == {"text": "home-loans itself held the same rows"}
    assert edge(graph, "a-cti-x", "d8-trade", "passed_on")["after_end"] is False
    seen = edge(graph, "a-cti-x", "d8-trade", "attributed")["reasons"]
    assert [(one["code"], one["numbers"]) for one in seen] == [
        ("headline-marks", {"seen": 9, "planted": 14}), ("error-canaries", {"error": {"p_value": 4e-08}}),
    ]  # fmt: skip
    assert not [e for e in graph["edges"] if e["kind"] == "attributed" and e["source"] == "a-voice"]  # not accused


def test_superseded_and_improbable_findings_and_few_contacts_have_no_edge(market: Case) -> None:
    market.con.execute("UPDATE derivation SET probability = 0.04 WHERE parent = 'd5-oem' AND child = 'd12-calls'")
    built = built_graph(market)
    told = [(e["source"], e["target"]) for e in built["edges"] if e["kind"] == "derived"]
    assert len([pair for pair in told if "h1" not in pair]) == 14  # of 16: nor that of the list with 14 contacts
    assert ("d9-mixed", "d8-trade") not in told
    assert edge(built, "a-2026-01", "d6-backend", "derived")["shared"] == 38_204
    market.con.execute("UPDATE derivation SET shared = 11 WHERE child = 'd12-calls'")
    told = [(e["source"], e["target"]) for e in built_graph(market)["edges"] if e["kind"] == "derived"]
    assert not {child for _, child in told} & {"d12-calls", "d15-note"}


def test_a_register_needs_no_document_to_be_its_holders(market: Case) -> None:
    market.con.execute("UPDATE dataset SET origin = 'register', evidence = [] WHERE id = 'd5-oem'")
    held = edge(built_graph(market), "lead-oem", "d5-oem", "holds")
    assert (held["basis"], [reason["code"] for reason in held["reasons"]]) == ("documented", ["graph-register"])
    assert held["against"] == []


def test_a_list_loaded_again_does_not_admit_later_canaries(market: Case) -> None:
    market.con.execute("UPDATE dataset SET current = false WHERE id = 'd6-backend'")
    market.con.execute(
        "INSERT INTO dataset SELECT * REPLACE (100 AS no, 2 AS version, true AS current, "
        "TIMESTAMP '2026-09-01' AS loaded_at) FROM dataset WHERE id = 'd6-backend'"
    )
    market.con.execute("UPDATE membership SET dataset = 100 WHERE dataset = 10")
    assert "canary-99" not in {node["id"] for node in built_graph(market)["nodes"]}


def test_ids_are_unique_across_kinds_and_merged_parties_are_one(market: Case) -> None:
    insert(market.con, "party", id="d6-backend", name="Namesake", protected=False, evidence=[])
    market.con.execute("UPDATE dataset SET holder = 'cti-x-old' WHERE id = 'd7-random'")
    graph = built_graph(market)
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert nodes["d6-backend"]["kind"] == "party"
    assert nodes["dataset:d6-backend"]["ref"] == "d6-backend"
    edge(graph, "cti-x", "dataset:d6-backend", "holds")
    edge(graph, "cti-x", "d7-random", "holds")
    assert "cti-x-old" not in nodes


@pytest.mark.parametrize(("now", "state"), [("2026-07-25", "asked"), ("2026-08-01", "no_reply")])
def test_right_of_reply(market: Case, monkeypatch: pytest.MonkeyPatch, now: str, state: str) -> None:
    monkeypatch.setenv("TRACER_NOW", now)
    nodes = {node["id"]: node for node in built_graph(market)["nodes"]}
    replies = [nodes[party]["reply"] for party in ("trader-q", "cti-x", "leadhub")]
    assert replies == [state, "answered", "not_asked"]


def test_a_persons_decision_stands_on_the_edge_with_what_would_be_without_it(market: Case) -> None:
    insert_judgements(market.con, ("d8-trade", "d9-mixed", "confirm"))
    market.con.execute("UPDATE judgement SET note = 'a delivery note', who = 'desk', \"at\" = '2026-06-09'")
    market.con.execute(
        "UPDATE derivation SET without_judgement = 0.29 WHERE child = 'd9-mixed' AND parent = 'd8-trade'"
    )
    graph = built_graph(market)
    judged = edge(graph, "d8-trade", "d9-mixed", "derived")
    assert (judged["judgement"], judged["note"]) == ("confirm: a delivery note", "a delivery note")
    assert (judged["judged_by"], judged["judged_on"], judged["without_judgement"]) == ("desk", "2026-06-09", 0.29)
    assert [one["id"] for one in graph["edges"] if one["judgement"] is not None] == [judged["id"]], "on no other"


def test_an_edge_says_what_is_stated_and_whether_its_direction_is_known(market: Case) -> None:
    market.con.execute("UPDATE derivation SET direction = 'not_told', kind = 'exchange' WHERE child = 'd9-mixed'")
    market.con.execute("UPDATE derivation SET kind = 'version' WHERE child = 'd12-calls'")
    graph = built_graph(market)
    forth, back = edge(graph, "d8-trade", "d9-mixed", "derived"), edge(graph, "d9-mixed", "d8-trade", "derived")
    assert (forth["relation"], back["relation"], forth["direction"]) == ("exchange", "exchange", "not_told")
    assert forth["rank"] == back["rank"], "an exchange is one statement and goes both ways"
    assert edge(graph, "d5-oem", "d12-calls", "derived")["relation"] == "version"
    assert edge(graph, "a-cti-x", "d6-backend", "retained")["relation"] == "retention"
    ranks = {one["rank"]: one["kind"] for one in graph["edges"] if one["rank"] is not None}
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    kept = [rank for rank, kind in ranks.items() if kind in ("retained", "passed_on")]
    copied = [rank for rank, kind in ranks.items() if kind == "derived"]
    assert max(kept) < min(copied), "what a copy shows leads"
