"""The provenance graph of a case: parties, lists, releases, canaries and callers, and what connects them.

Reads findings from the documented views, all else from the base tables, and writes nothing. Protected parties are
marked, not hidden: what leaves the case goes through `tracer.export.gate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb

from tracer.graph.inferred import attribution_edges, derivation_edges, hidden_edges, retention_edges
from tracer.graph.model import Document, Edge, Graph, Node
from tracer.graph.nodes import NodeRegister, add_datasets, add_parties, add_releases, iso, key, rows_of
from tracer.graph.seen import canary_edges
from tracer.graph.stated import holding_edges, relation_edges, release_edges


def build_graph(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], over: Callable[[str], str] = str
) -> Graph:
    """The graph of the case in `con`'s current schema, sorted; `pseudonym` names callers (keyed, per case).

    `over`: what becomes of statements that read views of findings.

    An edge whose dataset is no longer current is left out, its finding being about another version.
    """
    register = NodeRegister()
    add_parties(con, register)
    add_datasets(con, register)
    releases = add_releases(con, register)
    found = [
        *holding_edges(con, register),
        *release_edges(releases, register),
        *relation_edges(con, register),
        *derivation_edges(con, register, over),
        *hidden_edges(con, register),
        *retention_edges(con, over),
        *attribution_edges(con, register, over),
        *canary_edges(con, register, pseudonym),
    ]
    nodes = register.settle()
    edges = [edge for edge in found if _resolve(edge, register)]
    for node in nodes:
        _resolve_owner(node, register)
    _judge(con, edges)
    edges.sort(key=_edge_order)
    for number, edge in enumerate(edges, start=1):
        edge["id"] = f"e{number}"
    return Graph(nodes=nodes, edges=edges, evidence=_documents(con, nodes, edges), left_out=[])


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return (edge["source"], edge["target"], edge["kind"], edge["date"] or "", *map(json.dumps, edge["reasons"]))


def _resolve(edge: Edge, register: NodeRegister) -> bool:
    """Puts final ids at the ends of `edge`; False where an end is not a node of the graph."""
    source, target = register.id_of(edge["source"]), register.id_of(edge["target"])
    if source is None or target is None:
        return False
    edge["source"], edge["target"] = source, target
    if edge["via"] is not None:
        edge["via"] = register.id_of(key("hidden", edge["via"]))
    return True


def _resolve_owner(node: Node, register: NodeRegister) -> None:
    if node["party"] is not None:
        node["party"] = register.id_of(node["party"])
    if node["dataset"] is not None:
        node["dataset"] = register.id_of(node["dataset"])


def _judge(con: duckdb.DuckDBPyConnection, edges: list[Edge]) -> None:
    """Puts a person's latest decision on the edges between the two ids it names."""
    verdicts = {
        frozenset((a, b)): f"{verdict}: {note}" if note else verdict
        for a, b, verdict, note in rows_of(con, "judgements")
    }
    for edge in edges:
        edge["judgement"] = verdicts.get(frozenset((edge["source"], edge["target"])))


def _documents(con: duckdb.DuckDBPyConnection, nodes: list[Node], edges: list[Edge]) -> list[Document]:
    named = {ref for node in nodes for ref in node["evidence"]} | {ref for edge in edges for ref in edge["evidence"]}
    return [
        Document(id=ref, kind=kind, acquired=iso(acquired), sha256=sha256, file=file)
        for ref, kind, acquired, sha256, file in rows_of(con, "evidence")
        if ref in named
    ]
