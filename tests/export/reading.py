"""Every graph file read back by a reader that is not ours: nodes and edges with their fields, whatever the format."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import igraph
import networkx as nx
from ndex2.cx2 import RawCX2NetworkFactory
from prov.model import ProvDocument, ProvRelation

from tracer.visible import undefused

Row: TypeAlias = dict[str, Any]
Read: TypeAlias = tuple[list[Row], list[Row]]
"""Nodes with `id` and `label`; edges with `source`, `target`, `kind`; both with all further fields."""

FTM_ENDS = {
    "UnknownLink": ("subject", "object"), "Ownership": ("owner", "asset"), "Call": ("caller", "receiver"),
    "Message": ("sender", "recipients"),
}  # fmt: skip


def table(content: bytes, *, defused: bool = False) -> list[dict[str, str]]:
    """Rows of a file of comma-separated values, without the signs that keep cells from being formulas, or defused."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name: value if defused else undefused(value) for name, value in row.items()} for row in rows]


def ftm(content: bytes) -> list[Row]:
    """Entities of a FollowTheMoney file."""
    return [json.loads(line) for line in content.decode().splitlines()]


def prov(content: bytes) -> ProvDocument:
    return ProvDocument.deserialize(content=content.decode(), format="json")


def _json(files: Mapping[str, bytes]) -> Read:
    graph = json.loads(files[""])
    return graph["nodes"], graph["edges"]


def _csv(files: Mapping[str, bytes]) -> Read:
    nodes, edges = (
        [{name.lower(): value for name, value in row.items()} for row in table(files[ending])]
        for ending in ("-nodes", "-edges")
    )
    return nodes, edges


def _neo4j(files: Mapping[str, bytes]) -> Read:
    nodes, edges = (
        [{name.partition(":")[0] or name: value for name, value in row.items()} for row in table(files[ending])]
        for ending in ("-nodes", "-relationships")
    )
    assert all(row[":TYPE"] == row["kind"].upper().replace("-", "_") for row in edges)
    return nodes, [{**row, "source": row[":START_ID"], "target": row[":END_ID"]} for row in edges]


def _networkx(graph: nx.Graph[Any]) -> Read:
    nodes = [{**data, "id": name} for name, data in graph.nodes(data=True)]
    return nodes, [
        {"kind": data.get("label"), **data, "source": a, "target": b} for a, b, data in graph.edges(data=True)
    ]


def _igraph(files: Mapping[str, bytes]) -> Read:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.graphml"
        path.write_bytes(files[""])
        graph = igraph.Graph.Read_GraphML(str(path))
    nodes = [one.attributes() for one in graph.vs]
    names = graph.vs["id"]
    return nodes, [{**one.attributes(), "source": names[one.source], "target": names[one.target]} for one in graph.es]


def _cx2(files: Mapping[str, bytes]) -> Read:
    network = RawCX2NetworkFactory().get_cx2network(json.loads(files[""]))
    nodes = {name: node["v"] for name, node in network.get_nodes().items()}
    edges = [
        {**one["v"], "source": nodes[one["s"]]["id"], "target": nodes[one["t"]]["id"]}
        for one in network.get_edges().values()
    ]
    return list(nodes.values()), edges


def _ftm(files: Mapping[str, bytes]) -> Read:
    """A node's own id is the first of its notes."""
    entities = ftm(files[""])
    names = {one["id"]: one["properties"].get("notes", [""])[0] for one in entities}
    edges = list[Row]()
    for one in entities:
        if one["schema"] in FTM_ENDS:
            source, target = (names[one["properties"][end][0]] for end in FTM_ENDS[one["schema"]])
            edges.append({**one, "source": source, "target": target})
    return [one for one in entities if one["schema"] not in FTM_ENDS], edges


def _prov(files: Mapping[str, bytes]) -> Read:
    """PROV's relations run back; only of a holding and a receipt does the party come second."""

    def plain(name: str) -> str:
        return re.sub("(?:_[0-9a-f]{2})+", lambda found: bytes.fromhex(found[0].replace("_", "")).decode(), name)

    nodes, edges = list[Row](), list[Row]()
    for record in prov(files[""]).get_records():
        if not isinstance(record, ProvRelation):
            nodes.append({"label": str(record.label)})
            continue
        fields = {name.localpart: value for name, value in record.extra_attributes}
        ends = [plain(value.localpart) for _, value in record.formal_attributes if value is not None]
        kind = record.get_type().localpart
        forward = kind == "Delegation" or (kind == "Attribution" and fields["kind"] == "released")
        target, source = ends[::-1] if forward else ends
        edges.append({**fields, "source": source, "target": target})
    return nodes, edges


READERS: Mapping[str, Callable[[Mapping[str, bytes]], Read]] = {
    "json": _json,
    "csv": _csv,
    "gexf": lambda files: _networkx(nx.read_gexf(io.BytesIO(files[""]))),
    "graphml": lambda files: _networkx(nx.read_graphml(io.BytesIO(files[""]), force_multigraph=True)),
    "graphml by igraph": _igraph,
    "cx2": _cx2,
    "neo4j": _neo4j,
    "ftm": _ftm,
    "prov-json": _prov,
}
