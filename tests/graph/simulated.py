"""A simulated market's truth as the graph that a perfect trace would give: for layout and for the page at size."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from tracer.disclosure import Count, DatasetRef, Reason, Text, Word
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Graph, Node, make_edge, make_node
from tracer.simulate.market import Market, MarketSpec
from tracer.simulate.trade import make_market
from tracer.wording import Voice, in_words, say
from tracer.wording.names import Names

_PAIR = {"parent": DatasetRef("older"), "child": DatasetRef("newer")}
REASONS = (
    Reason.of("derivation-only-two", contacts=Count(103), shared=Count(120), **_PAIR),
    Reason.of("derivation-cover", contacts=Count(97), **_PAIR),
    Reason.of("derivation-versions", datasets=tuple(_PAIR.values())),
    Reason.of("derivation-case", side=Word("for"), **_PAIR),
)
GRADES = {"retained": "G4", "passed_on": "G3", "held": "G3"}


@cache
def market_of(lists: int, seed: int) -> Market:
    """A market of about so many loaded lists; small ones, because nobody reads their rows here."""
    clients, collectors = max(lists // 20, 2), max(lists // 6, 3)
    spec = MarketSpec(
        seed=seed, people=3_000, clients=clients, collectors=collectors, copies=max(lists - clients - collectors, 3),
        rows=(60, 200), hidden=0.05, merges=0.4,
    )  # fmt: skip
    return make_market(spec)


def simulated_graph(lists: int, seed: int) -> Graph:
    """Parties, lists, copies; what was handed over, what was copied from what, what was kept or passed on."""
    market = market_of(lists, seed)
    nodes: list[Node] = [
        make_node("party", party.id, party.name, role=party.role, province=party.province, reply="not_asked")
        for party in market.parties
    ]
    for entry in market.loaded_lists:
        facts: dict[str, Any] = {"date": (entry.obtained or entry.created).isoformat(), "rows": len(entry.rows.number)}
        nodes.append(make_node("dataset", entry.id, party=entry.holder, contacts=len(entry.linking), **facts))
    edges: list[Edge] = []
    for release in market.releases:
        days = {"date": release.date.isoformat(), "until": release.ends.isoformat()}
        copy: dict[str, Any] = {"party": release.to, "dataset": release.dataset, "canaries": len(release.canaries)}
        nodes.append(make_node("release", release.id, **copy, **days))
        edges.append(make_edge(release.dataset, release.id, "released", "documented", "G5", **days))
    derived: dict[str, Any] = {"probability": 0.97, "shared": 120, "reasons": REASONS}
    edges += [make_edge(*pair, "derived", "inferred", "G2", **derived) for pair in sorted(market.truth.edges)]
    against = [_written("A source that has nothing to do with the client is possible (1%).")]
    for kept in sorted(market.truth.retained, key=lambda kept: (kept.release, kept.dataset)):
        found = {
            "reasons": [_written(f"14 planted records of {kept.release} are in {kept.dataset}.")],
            "against": against,
        }
        grade = GRADES[kept.reading]
        edges.append(make_edge(kept.release, kept.dataset, kept.reading, "inferred", grade, probability=0.99, **found))
    loaded = {node["id"] for node in nodes}
    edges = [edge for edge in edges if edge["source"] in loaded and edge["target"] in loaded]
    for number, edge in enumerate(edges, start=1):
        edge["id"] = f"e{number}"
    return cast(Graph, in_words(Graph(nodes=nodes, edges=edges, evidence=[], left_out=[]), Voice("en")))


@cache
def simulated_leaving(lists: int, seed: int) -> Outgoing:
    """The graph and its rows as they leave, parties and lists with names in both languages."""
    graph = simulated_graph(lists, seed)
    findings, facts = simulated_rows(graph)
    parties = market_of(lists, seed).parties
    numbers = {node["id"]: node["id"].removeprefix("d") for node in graph["nodes"] if node["kind"] == "dataset"}
    names = {
        "en": Names({party.id: party.name_en for party in parties}, {one: f"list {n}" for one, n in numbers.items()}),
        "zh": Names({party.id: party.name for party in parties}, {one: f"{n}号名单" for one, n in numbers.items()}),
    }
    return Outgoing(graph, findings, "A simulated market", "2026-08-01", facts=facts, names=names)


def _written(sentence: str) -> Reason:
    return Reason.of("as-written", text=Text(sentence))


def simulated_rows(graph: Graph) -> tuple[dict[str, list[FindingRow]], dict[str, list[FindingRow]]]:
    """(findings, facts) that go with the graph: rows of derivations, retentions and chains; waterfalls."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    signals = ("overlap", "cover", "versions", "case")
    weights = [
        {"signal": s, "name": s, "weight": 40.0 - 12 * n, "text": say(t)}
        for n, (s, t) in enumerate(zip(signals, REASONS, strict=True))
    ]
    derived: list[FindingRow] = []
    kept: list[FindingRow] = []
    chains: list[FindingRow] = []
    for edge in graph["edges"]:
        row: dict[str, object] = {"probability": edge["probability"], "grade": edge["grade"], "shared": edge["shared"]}
        row |= {"reasons": edge["reasons"], "against": edge["against"]}
        if edge["kind"] == "derived":
            row |= {"parent": edge["source"], "child": edge["target"], "kind": "copy", "direction": "told"}
            derived.append({**row, "share_of_child": 0.8})
        elif edge["kind"] in GRADES:
            source = nodes[edge["source"]]
            owner = nodes[source["dataset"] or ""]["party"]
            row |= {"release": edge["source"], "seen_in": edge["target"], "dataset": source["dataset"]}
            row |= {"vendor": source["party"], "client": owner, "seen_with": nodes[edge["target"]]["party"]}
            kept.append({**row, "reading": edge["kind"], "after_end": edge["kind"] == "retained", "first_seen": None})
            if edge["kind"] == "passed_on":
                hands = [owner, source["party"], nodes[edge["target"]]["party"]]
                lists = [source["dataset"], edge["target"]]
                chains.append({"chain": hands, "datasets": lists, "grade": "G3", "first_seen": None, "last_seen": None})
    facts: list[FindingRow] = [{**row, "weights": weights} for row in derived]
    return {"derivations": derived, "retention": kept, "resale-chains": chains}, {"weights": facts}
