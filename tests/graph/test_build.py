"""The graph says what the tables say: kinds, directions, grades, small counts, no superseded finding."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

import pytest

from tests.export.market_findings import built_graph
from tests.graph.market_case import market_case
from tests.graph.market_rows import DERIVATIONS
from tracer.case.case import Case
from tracer.graph.model import GRADES, KINDS, Edge, Graph


@pytest.fixture
def market() -> Case:
    return market_case()


@pytest.fixture(scope="session")
def built() -> Graph:
    """The market's graph, not yet redacted, built once."""
    return built_graph(market_case())


@pytest.fixture
def graph(built: Graph) -> Graph:
    return deepcopy(built)


def edge(graph: Graph, source: str, target: str, kind: str) -> Edge:
    found = [e for e in graph["edges"] if (e["source"], e["target"], e["kind"]) == (source, target, kind)]
    assert len(found) == 1, found
    return found[0]


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
    edge(graph, "leadhub", "lead-oem", "supplies_platform_to")  # stated as lead-oem oem_of leadhub
    edge(graph, "jobs-site", "leadhub", "scraped_by")  # stated as leadhub scrapes jobs-site
    edge(graph, "office", "centre-2", "sanctions")
    edge(graph, "carrier-js", "office", "commits_to")
    edge(graph, "centre-1", "home-loans", "calls_for")
    edge(graph, "cti-x", "trader-q", "refers_to")
    edge(graph, "a-2026-01", "a-cti-x", "released")
    edge(graph, "a-cti-x", "cti-x", "released")
    edge(graph, "cti-x", "d6-backend", "holds")
    assert not [e for e in graph["edges"] if e["kind"] in {"oem_of", "scrapes"}]


def test_retention_runs_from_the_copy_to_the_list(graph: Graph) -> None:
    kept = edge(graph, "a-cti-x", "d6-backend", "retained")
    assert (kept["grade"], kept["after_end"], kept["probability"], kept["date"]) == ("G4", True, 0.98, "2026-07-20")
    assert kept["against"][0]["numbers"]["text"] == {"text": "home-loans itself held the same rows"}
    assert edge(graph, "a-cti-x", "d8-trade", "passed_on")["after_end"] is False
    seen = edge(graph, "a-cti-x", "d8-trade", "attributed")["reasons"]
    assert [one["code"] for one in seen] == ["headline-marks", "error-canaries"]
    assert seen[0]["numbers"] == {"seen": 9, "planted": 14}
    assert seen[1]["numbers"] == {"error": {"p_value": 4e-08}}
    assert not [e for e in graph["edges"] if e["kind"] == "attributed" and e["source"] == "a-voice"]  # not accused


def test_superseded_and_improbable_findings_are_not_told(market: Case) -> None:
    market.con.execute("UPDATE derivation SET probability = 0.04 WHERE parent = 'd5-oem' AND child = 'd12-calls'")
    told = [e for e in built_graph(market)["edges"] if e["kind"] == "derived"]
    listed = [e for e in told if "h1" not in (e["source"], e["target"])]
    assert len(listed) == len(DERIVATIONS) - 2  # nor that of the list with 14 contacts
    assert ("d9-mixed", "d8-trade") not in {(e["source"], e["target"]) for e in told}


def test_a_register_needs_no_document_to_be_its_holders(market: Case) -> None:
    market.con.execute("UPDATE dataset SET origin = 'register', evidence = [] WHERE id = 'd5-oem'")
    held = next(e for e in built_graph(market)["edges"] if (e["target"], e["kind"]) == ("d5-oem", "holds"))
    assert (held["basis"], [reason["code"] for reason in held["reasons"]]) == ("documented", ["graph-register"])
    assert held["against"] == []


def test_lists_that_share_a_few_contacts_have_no_edge(market: Case) -> None:
    market.con.execute("UPDATE derivation SET shared = 11 WHERE child = 'd12-calls'")
    graph = built_graph(market)
    few = ("d12-calls", "d15-note")  # the other one has 14 contacts
    assert not [e for e in graph["edges"] if e["kind"] == "derived" and e["target"] in few]
    assert edge(graph, "a-2026-01", "d6-backend", "derived")["shared"] == 38_204


def test_a_list_loaded_again_does_not_admit_later_canaries(market: Case) -> None:
    market.con.execute("UPDATE dataset SET current = false WHERE id = 'd6-backend'")
    market.con.execute(
        "INSERT INTO dataset SELECT * REPLACE (100 AS no, 2 AS version, true AS current, "
        "TIMESTAMP '2026-09-01' AS loaded_at) FROM dataset WHERE id = 'd6-backend'"
    )
    market.con.execute("UPDATE membership SET dataset = 100 WHERE dataset = 10")
    graph = built_graph(market)
    assert "canary-99" not in {node["id"] for node in graph["nodes"]}


def test_ids_are_unique_across_kinds(market: Case) -> None:
    market.con.execute("INSERT INTO party (id, name, protected, evidence) VALUES ('d6-backend', 'Namesake', false, [])")
    graph = built_graph(market)
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert nodes["d6-backend"]["kind"] == "party"
    assert nodes["dataset:d6-backend"]["ref"] == "d6-backend"
    edge(graph, "cti-x", "dataset:d6-backend", "holds")


def test_merged_parties_are_one(market: Case) -> None:
    market.con.execute("UPDATE dataset SET holder = 'cti-x-old' WHERE id = 'd7-random'")
    graph = built_graph(market)
    edge(graph, "cti-x", "d7-random", "holds")
    assert "cti-x-old" not in {node["id"] for node in graph["nodes"]}


@pytest.mark.parametrize(("now", "state"), [("2026-07-25", "asked"), ("2026-08-01", "no_reply")])
def test_right_of_reply(market: Case, monkeypatch: pytest.MonkeyPatch, now: str, state: str) -> None:
    monkeypatch.setenv("TRACER_NOW", now)
    nodes = {node["id"]: node for node in built_graph(market)["nodes"]}
    assert nodes["trader-q"]["reply"] == state
    assert nodes["cti-x"]["reply"] == "answered"
    assert nodes["leadhub"]["reply"] == "not_asked"


def test_a_persons_decision_stands_on_the_edge(market: Case) -> None:
    market.con.execute(
        'INSERT INTO judgement (no, a, b, verdict, note, "at", who)'
        " VALUES (1, 'd8-trade', 'd9-mixed', 'reject', 'checked by hand', $at, 'desk')",
        {"at": datetime(2026, 6, 9)},
    )
    graph = built_graph(market)
    judged = edge(graph, "d8-trade", "d9-mixed", "derived")
    assert judged["judgement"] == "reject: checked by hand"
    assert (judged["judged_by"], judged["judged_on"], judged["note"]) == ("desk", "2026-06-09", "checked by hand")
    assert [one["id"] for one in graph["edges"] if one["judgement"] is not None] == [judged["id"]], "on no other"


def test_a_judgement_that_took_part_says_what_would_be_without_it(market: Case) -> None:
    market.con.execute(
        "INSERT INTO judgement VALUES (1, 'd8-trade', 'd9-mixed', 'confirm', 'a delivery note', $at, 'desk', NULL)",
        {"at": datetime(2026, 6, 9)},
    )
    market.con.execute(
        "UPDATE derivation SET without_judgement = 0.29 WHERE child = 'd9-mixed' AND parent = 'd8-trade'"
    )
    judged = edge(built_graph(market), "d8-trade", "d9-mixed", "derived")
    assert judged["without_judgement"] == 0.29
    assert (judged["judgement"], judged["note"]) == ("confirm: a delivery note", "a delivery note")


def test_an_edge_says_what_is_stated_and_whether_its_direction_is_known(market: Case) -> None:
    market.con.execute("UPDATE derivation SET direction = 'not_told', kind = 'copy' WHERE child = 'd9-mixed'")
    market.con.execute("UPDATE derivation SET kind = 'version' WHERE child = 'd12-calls'")
    graph = built_graph(market)
    stated = edge(graph, "d8-trade", "d9-mixed", "derived")
    assert (stated["relation"], stated["direction"]) == ("copy", "not_told")
    assert edge(graph, "d5-oem", "d12-calls", "derived")["relation"] == "version"
    assert edge(graph, "a-cti-x", "d6-backend", "retained")["relation"] == "retention"
    ranks = [one["rank"] for one in graph["edges"] if one["rank"] is not None]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    kept = [one["rank"] for one in graph["edges"] if one["kind"] in ("retained", "passed_on")]
    copied = [one["rank"] for one in graph["edges"] if one["kind"] == "derived" and one["rank"]]
    assert max(rank or 0 for rank in kept) < min(rank or 0 for rank in copied), "what a copy shows leads"


def test_an_exchange_is_one_statement_and_goes_both_ways(market: Case) -> None:
    market.con.execute("UPDATE derivation SET kind = 'exchange' WHERE parent = 'd8-trade' AND child = 'd9-mixed'")
    graph = built_graph(market)
    forth, back = edge(graph, "d8-trade", "d9-mixed", "derived"), edge(graph, "d9-mixed", "d8-trade", "derived")
    assert forth["relation"] == back["relation"] == "exchange"
    assert forth["rank"] == back["rank"]
