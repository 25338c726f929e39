"""Every format holds the same edges, read by others: source, target, kind, basis, grade, probability.

Three cases: the market of the other tests; one's own list, a copy of it given to one party and found at another; and a
simulated market of 40 lists.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import igraph
import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring
from ndex2.cx2 import RawCX2NetworkFactory
from prov.model import ProvDocument, ProvRelation

from tests.export.test_readers import FTM_ENDS
from tests.graph.simulated import simulated_leaving
from tracer.export.formats import render
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Graph, make_edge, make_node
from tracer.visible import undefused

Edges: TypeAlias = list[tuple[str, ...]]
FIELDS = ("kind", "basis", "grade", "probability")


def edges(rows: Iterable[tuple[object, object, Mapping[str, Any]]]) -> Edges:
    """Rows of giver, taker and fields, as texts of one form in one order."""
    return sorted(
        (str(giver), str(taker), *(_text(fields.get(name)) for name in FIELDS)) for giver, taker, fields in rows
    )


def _text(value: object) -> str:
    if value is None or value == "" or value != value:  # noqa: PLR0124 - igraph has nan for what is not there
        return ""
    found = str(value)
    return str(float(found)) if re.fullmatch(r"[0-9.]+(e-?\d+)?", found) else found


def _csv(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def of_json(files: dict[str, bytes], _: Path) -> Edges:
    return edges((one["source"], one["target"], one) for one in json.loads(files[""])["edges"])


def of_csv(files: dict[str, bytes], _: Path) -> Edges:
    rows = _csv(files["-edges"])
    return edges((undefused(row["Source"]), undefused(row["Target"]), {**row, "kind": row["Kind"]}) for row in rows)


def of_gexf(files: dict[str, bytes], _: Path) -> Edges:
    graph = nx.read_gexf(io.BytesIO(files[""]))
    return edges((a, b, {**data, "kind": data["label"]}) for a, b, data in graph.edges(data=True))


def of_graphml(files: dict[str, bytes], _: Path) -> Edges:
    graph = nx.read_graphml(io.BytesIO(files[""]), force_multigraph=True)
    return edges(graph.edges(data=True))


def of_graphml_by_igraph(files: dict[str, bytes], folder: Path) -> Edges:
    path = folder / "g.graphml"
    path.write_bytes(files[""])
    graph = igraph.Graph.Read_GraphML(str(path))
    names = graph.vs["id"]
    return edges((names[one.source], names[one.target], one.attributes()) for one in graph.es)


def of_cx2(files: dict[str, bytes], _: Path) -> Edges:
    network = RawCX2NetworkFactory().get_cx2network(json.loads(files[""]))
    names = {name: node["v"]["id"] for name, node in network.get_nodes().items()}
    return edges((names[one["s"]], names[one["t"]], one["v"]) for one in network.get_edges().values())


def of_neo4j(files: dict[str, bytes], _: Path) -> Edges:
    def fields(row: dict[str, str]) -> dict[str, str]:
        return {name.partition(":")[0]: value for name, value in row.items()}

    rows = _csv(files["-relationships"])
    return edges((row[":START_ID"], row[":END_ID"], fields(row)) for row in rows)


def of_ftm(files: dict[str, bytes], _: Path) -> Edges:
    entities = [json.loads(line) for line in files[""].decode().splitlines()]
    names = {one["id"]: one["properties"].get("notes", [""])[0] for one in entities}
    links = [one for one in entities if one["schema"] in FTM_ENDS]
    return edges((*(names[one["properties"][end][0]] for end in FTM_ENDS[one["schema"]]), one) for one in links)


def of_prov_json(files: dict[str, bytes], _: Path) -> Edges:
    return edges(_of_prov(ProvDocument.deserialize(content=files[""].decode(), format="json")))


def _of_prov(document: ProvDocument) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """PROV's relations run back; only of a holding and a receipt is the party always behind."""
    for record in document.get_records(ProvRelation):
        fields = {name.localpart: value for name, value in record.extra_attributes}
        first, last = (_unescaped(value.localpart) for _, value in record.formal_attributes if value is not None)
        forward = record.get_type().localpart == "Delegation" or (
            record.get_type().localpart == "Attribution" and fields["kind"] == "released"
        )
        yield (first, last, fields) if forward else (last, first, fields)


def _unescaped(name: str) -> str:
    return re.sub("(?:_[0-9a-f]{2})+", lambda found: bytes.fromhex(found[0].replace("_", "")).decode(), name)


READERS: Mapping[str, Callable[[dict[str, bytes], Path], Edges]] = {
    "json": of_json, "csv": of_csv, "gexf": of_gexf, "graphml": of_graphml, "graphml by igraph": of_graphml_by_igraph,
    "cx2": of_cx2, "neo4j": of_neo4j, "ftm": of_ftm, "prov-json": of_prov_json,
}  # fmt: skip


def three_parties() -> Outgoing:
    """One's own list, the copy given to one party, and what another offers."""
    nodes = [
        make_node("party", "own", "岚汀健身", role="client"),
        make_node("party", "vendor", "墨耘信息", role="system_vendor"),
        make_node("party", "trader", "葵野营销", role="data_trader"),
        make_node("dataset", "members", party="own", date="2026-01-05", contacts=2_000),
        make_node("dataset", "offer", party="trader", date="2026-06-18", contacts=2_283),
        make_node("release", "members@vendor@2026-01-12", party="vendor", dataset="members", date="2026-01-12"),
    ]
    copy = "members@vendor@2026-01-12"
    made = [
        make_edge("own", "members", "holds", "documented", "G5", date="2026-01-05"),
        make_edge("trader", "offer", "holds", "alleged", "G0"),
        make_edge("members", copy, "released", "documented", "G5", date="2026-01-12", until="2026-04-30"),
        make_edge(copy, "vendor", "released", "documented", "G5", date="2026-01-12", until="2026-04-30"),
        make_edge("members", "offer", "derived", "inferred", "G2", probability=0.963864, shared=1_771),
        make_edge(copy, "offer", "passed_on", "inferred", "G3", probability=0.9999, date="2026-06-18"),
        make_edge("vendor", "trader", "sold_to", "alleged", "G0"),
    ]
    for number, edge in enumerate(made, start=1):
        edge["id"] = f"e{number}"
    return Outgoing(Graph(nodes=nodes, edges=made, evidence=[], left_out=[]), generated="2026-08-01")


@pytest.fixture(scope="module", params=["market", "three parties", "40 lists"])
def case(request: pytest.FixtureRequest, leaving_once: Outgoing) -> Outgoing:
    if request.param == "market":
        return leaving_once
    return three_parties() if request.param == "three parties" else simulated_leaving(40, 7)


@pytest.mark.parametrize("reader", READERS)
def test_every_format_holds_the_same_edges(reader: str, case: Outgoing, tmp_path: Path) -> None:
    expected = edges((edge["source"], edge["target"], edge) for edge in case.graph["edges"])
    assert len(expected) > 5
    assert READERS[reader](render(case, reader.partition(" ")[0]), tmp_path) == expected


@pytest.mark.parametrize("reader", ["gexf", "cx2"])
def test_what_was_kept_or_passed_on_beyond_permission_is_red_and_nothing_else(reader: str, case: Outgoing) -> None:
    """And what the lists do not show the direction of has no head in Cytoscape; Gephi has one for all."""
    content = render(case, reader)[""]
    if reader == "gexf":
        viz = "{http://www.gexf.net/1.2draft/viz}"
        looks, dashes = set(), set()
        for edge in fromstring(content).iter("{http://www.gexf.net/1.2draft}edge"):
            colour, shape = edge.find(f"{viz}color"), edge.find(f"{viz}shape")
            (basis,) = (one.get("value") for one in edge.iter() if one.get("for") == "basis")
            assert colour is not None
            assert shape is not None
            looks.add((edge.get("kind"), "#{:02x}{:02x}{:02x}".format(*(int(colour.attrib[one]) for one in "rgb"))))
            dashes.add((basis, shape.get("value")))
    else:
        network = RawCX2NetworkFactory().get_cx2network(json.loads(content))
        by = {
            look: {one["v"]: one["vp"] for one in mapping["definition"]["map"]}
            for look, mapping in network.get_visual_properties()["edgeMapping"].items()
            if mapping["type"] == "DISCRETE"
        }
        rows = [one["v"] for one in network.get_edges().values()]
        looks = {(row["kind"], by["EDGE_LINE_COLOR"][row["paint"]]) for row in rows}
        dashes = {(row["basis"], by["EDGE_LINE_STYLE"][row["basis"]]) for row in rows}
        for row in rows:
            head = "none" if row.get("direction") == "not_told" else "triangle"
            assert by["EDGE_TARGET_ARROW_SHAPE"][row["head"]] == head
    assert {kind for kind, colour in looks if colour == "#b3340f"} == {"retained", "passed_on"} & {k for k, _ in looks}
    assert any(colour == "#b3340f" for _, colour in looks)
    assert dashes <= {("documented", "solid"), ("inferred", "dashed"), ("alleged", "dotted")}
