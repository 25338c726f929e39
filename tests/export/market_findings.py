"""What the market's case lets out, on a stopped clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracer.ask.named import load_queries, run_query
from tracer.ask.result import json_rows
from tracer.case.case import Case
from tracer.case.protected import keyed_pseudonym
from tracer.disclosure import with_numbers_read
from tracer.export.formats import Outgoing, outgoing_case
from tracer.export.gate import Findings, Sources
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.graph.build import build_graph
from tracer.graph.model import Edge, Graph, Node, make_node
from tracer.publish import FACTS, PRINTED

PSEUDONYM = keyed_pseudonym(b"tests")
TITLE = "Spring 2026: who kept the home-loan list?"


def found(case: Case) -> Findings:
    """The market's findings, their reasons as values."""
    if case.con.execute("SELECT count(*) FROM chain").fetchone() == (0,):
        compute(CaseFacts(case.con), 1)
    queries = load_queries()
    return {
        name: [with_numbers_read(row) for row in json_rows(run_query(case.con, queries[name], entered=True))]
        for name in PRINTED
    }


def leaving(case: Case, lang: str = "en", *, noun: str = "graph", sources: Sources | None = None) -> Outgoing:
    """The market's graph and findings through the gate, with the facts that a noun needs in addition."""
    return outgoing_case(case.con, found(case), PSEUDONYM, TITLE, lang, facts=FACTS[noun], sources=sources)


def built_graph(case: Case) -> Graph:
    """The market's graph before the gate."""
    rows = found(case)
    return build_graph(case.con, PSEUDONYM, lambda name: rows.get(name, ()))


def shown(nodes: Iterable[Node], edges: Iterable[Edge] = (), **more: Any) -> Outgoing:
    """Nodes and edges, numbered here, as they would leave; more: fields of `Outgoing`."""
    numbered = [Edge(**{**edge, "id": f"e{number}"}) for number, edge in enumerate(edges, start=1)]
    return Outgoing(Graph(nodes=[*nodes], edges=numbered, evidence=[], left_out=[]), generated="2026-08-01", **more)


def traders(edges: Iterable[Edge], label: str | None = None, **days: str) -> Outgoing:
    """Lists that these edges join, each of a trader `p…` of its own; label: what all lists are called."""
    edges = list(edges)
    names = sorted({edge[end] for edge in edges for end in ("source", "target")})
    parties = [make_node("party", f"p{name}", role="data_trader") for name in names]
    lists = [make_node("dataset", name, label, party=f"p{name}", date=days.get(name)) for name in names]
    return shown([*parties, *lists], edges)
