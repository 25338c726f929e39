"""Readers that are not ours read every graph file back, edge for edge: igraph, networkx, prov, FollowTheMoney."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import igraph
import networkx as nx
import pytest
from ndex2.cx2 import RawCX2NetworkFactory
from prov.model import ProvDocument, ProvRelation

from tests.graph.simulated import simulated_graph
from tracer.export.formats import render
from tracer.export.neo4j import type_of
from tracer.export.outgoing import Outgoing
from tracer.export.prov import qualified, relation_of
from tracer.graph.model import Edge, Graph

HERE = Path(__file__).parent
Ends = tuple[str, str, str]


def edges_of(out: Outgoing) -> Counter[Ends]:
    return Counter((edge["source"], edge["target"], edge["kind"]) for edge in out.graph["edges"])


def test_igraph_reads_graphml(out: Outgoing, tmp_path: Path) -> None:
    path = tmp_path / "g.graphml"
    path.write_bytes(render(out, "graphml")[""])
    graph = igraph.Graph.Read_GraphML(str(path))
    names = graph.vs["id"]
    assert Counter((names[e.source], names[e.target], e["kind"]) for e in graph.es) == edges_of(out)
    assert graph.is_directed()
    assert set(graph.vs["kind"]) == {node["kind"] for node in out.graph["nodes"]}


def test_networkx_reads_gexf_with_its_dates(out: Outgoing) -> None:
    graph = nx.read_gexf(io.BytesIO(render(out, "gexf")[""]))
    assert Counter((a, b, data["label"]) for a, b, data in graph.edges(data=True)) == edges_of(out)
    assert (graph.nodes["a-cti-x"]["start"], graph.nodes["a-cti-x"].get("end")) == ("2026-01-10", None)
    assert all({"position", "color", "size"} <= node["viz"].keys() for _, node in graph.nodes(data=True))
    large = nx.read_gexf(io.BytesIO(render(Outgoing(simulated_graph(30, 60)), "gexf")[""]))
    for one in (graph, large):  # nothing lives before what it joins, nor after it
        for a, b, data in one.edges(data=True):
            for end in (one.nodes[a], one.nodes[b]):
                assert end.get("start", "") <= data.get("start", end.get("start", ""))
                assert "end" not in end


def test_planted_records_lie_on_their_copy_and_are_counted_there(out: Outgoing) -> None:
    graph = nx.read_gexf(io.BytesIO(render(out, "gexf")[""]))
    planted = [(a, b) for a, b, data in graph.edges(data=True) if data["label"] == "planted_in"]
    assert planted
    for canary, _ in planted:
        home = graph.nodes[canary]["folded_into"]
        assert (canary, home) in planted
        assert graph.nodes[canary]["viz"]["position"] == graph.nodes[home]["viz"]["position"]
        assert graph.nodes[canary]["viz"]["color"]["a"] == 0
    found = Counter(b for _, b, data in graph.edges(data=True) if data["label"] == "seen_in")
    assert {name: graph.nodes[name]["canaries_found"] for name in found} == found
    assert any(data.get("signals", 0) > 0 for _, data in graph.nodes(data=True))


def test_ndex_reads_cx2_with_its_look(out: Outgoing) -> None:
    network = RawCX2NetworkFactory().get_cx2network(json.loads(render(out, "cx2")[""]))
    nodes, edges = network.get_nodes(), network.get_edges()
    refs = {name: node["v"]["id"] for name, node in nodes.items()}
    assert Counter((refs[e["s"]], refs[e["t"]], e["v"]["kind"]) for e in edges.values()) == edges_of(out)
    hidden = {refs[name] for name, look in network.get_node_bypasses().items() if look["NODE_VISIBILITY"] == "none"}
    assert hidden == {node["id"] for node in out.graph["nodes"] if node["kind"] in {"canary", "caller"}}
    declared = network.get_attribute_declarations()
    style = network.get_visual_properties()
    for of, rows in (("node", nodes), ("edge", edges)):
        for row in rows.values():
            assert row["v"].keys() <= declared[f"{of}s"].keys()
        for mapping in style[f"{of}Mapping"].values():
            asked = mapping["definition"]
            assert declared[f"{of}s"][asked["attribute"]]["d"] == asked["type"]
            assert all(row["v"].get(asked["attribute"]) is not None for row in rows.values())


def test_neo4j_files_hold_every_edge(out: Outgoing) -> None:
    files = render(out, "neo4j")
    tables = {name: list(csv.DictReader(io.StringIO(text.decode(), newline=""))) for name, text in files.items()}
    ids = {row["id:ID"] for row in tables["-nodes"]}
    assert ids == {node["id"] for node in out.graph["nodes"]}
    expected = Counter((edge["source"], edge["target"], type_of(edge)) for edge in out.graph["edges"])
    told = Counter((row[":START_ID"], row[":END_ID"], row[":TYPE"]) for row in tables["-relationships"])
    assert told == expected


def test_prov_reads_every_edge_and_writes_the_same_notation(out: Outgoing) -> None:
    document = ProvDocument.deserialize(content=render(out, "prov-json")[""].decode(), format="json")
    nodes = {node["id"]: node for node in out.graph["nodes"]}
    told = {
        str(record.identifier): (
            record.get_type().localpart,
            *(str(value) for _, value in record.formal_attributes if value is not None),
        )
        for record in document.get_records(ProvRelation)
    }
    names = {"wasDerivedFrom": "Derivation", "wasAttributedTo": "Attribution", "actedOnBehalfOf": "Delegation",
             "wasInfluencedBy": "Influence"}  # fmt: skip
    expected = {}
    for edge in out.graph["edges"]:
        relation = relation_of(edge, nodes)
        expected[qualified("edge", edge["id"])] = (names[relation.name], *(end for _, end in relation.ends))
    assert told == expected
    ours = sorted(line.strip() for line in render(out, "prov-n")[""].decode().splitlines())
    assert ours == sorted(line.strip() for line in document.get_provn().splitlines())


@cache
def schema() -> dict[str, dict[str, list[str]]]:
    """Schema → property → [type, range], as FollowTheMoney 4.11 defines those that are written."""
    return dict(json.loads((HERE / "readers" / "ftm_schema.json").read_text(encoding="utf-8")))


FTM_ENDS = {
    "UnknownLink": ("subject", "object"), "Ownership": ("owner", "asset"), "Call": ("caller", "receiver"),
    "Message": ("sender", "recipients"),
}  # fmt: skip


def test_follow_the_money_holds_every_edge(out: Outgoing) -> None:
    entities = [json.loads(line) for line in render(out, "ftm")[""].decode().splitlines()]
    by_id = {entity["id"]: entity for entity in entities}
    assert len(by_id) == len(entities)
    names = {entity["id"]: entity["properties"]["notes"][0] for entity in entities if "notes" in entity["properties"]}
    found = Counter[Ends]()
    for entity in entities:
        if entity["schema"] in FTM_ENDS:
            giver, taker = (entity["properties"][name][0] for name in FTM_ENDS[entity["schema"]])
            found[names[giver], names[taker], entity["kind"]] += 1
    assert found == edges_of(out)


def test_follow_the_money_says_what_is_stated_how_sure_and_in_whose_words(out: Outgoing) -> None:
    """What a person sees who opens a party, a list or a link in OpenAleph."""
    entities = [json.loads(line) for line in render(out, "ftm")[""].decode().splitlines()]
    (kept,) = [one["properties"] for one in entities if one.get("kind") == "retained" and one.get("rank") == 1]
    assert kept["role"] == ["kept"]
    assert kept["summary"] == [
        "江苏易卓网络科技有限公司 still had 江苏安禾家装贷款有限公司’s list on 20 July 2026,"
        " two weeks after the contract ended."
    ]
    assert kept["status"] == ["G4; inferred from the lists; very likely, 98%"]
    chinese = [json.loads(line) for line in render(replace(out, lang="zh"), "ftm")[""].decode().splitlines()]
    assert {one["id"] for one in chinese} == {one["id"] for one in entities}
    assert not re.search(
        "[a-z]{4}", " ".join(one["properties"]["role"][0] for one in chinese if "role" in one["properties"])
    )
    owners = [one["properties"] for one in entities if one["schema"] == "Ownership"]
    assert all(one["status"] == ["G5; documented"] for one in owners), "an alleged owner is a link, not a fact"


def test_a_thing_has_the_same_id_in_follow_the_money_when_more_is_known(out: Outgoing) -> None:
    whole = [json.loads(line)["id"] for line in render(out, "ftm")[""].decode().splitlines()]
    assert len(set(whole)) == len(whole)
    edges = out.graph["edges"][1:]
    fewer = replace(out, unsaid=None, graph=Graph(**{**out.graph, "edges": [
        Edge(**{**edge, "id": f"e{number}"}) for number, edge in enumerate(edges, start=1)
    ]}))  # fmt: skip
    assert {json.loads(line)["id"] for line in render(fewer, "ftm")[""].decode().splitlines()} < set(whole)


def test_follow_the_money_keeps_to_its_schema(out: Outgoing) -> None:
    entities = [json.loads(line) for line in render(out, "ftm")[""].decode().splitlines()]
    by_id = {entity["id"]: entity["schema"] for entity in entities}
    for entity in entities:
        plain = (value for name, value in entity.items() if name != "properties")
        assert all(isinstance(value, str | int | float) for value in plain), "merging files fails on any other"
        known = schema()[entity["schema"]]
        for name, values in entity["properties"].items():
            kind, target = known[name]
            assert values
            if kind == "entity":
                assert all(target in schema()[by_id[value]]["is a"] for value in values), (entity["schema"], name)
            elif kind == "date":
                assert all(len(value) == 10 for value in values)
            elif kind == "number":
                assert all(value.isdecimal() for value in values)
    assert {"Company", "Table", "Document", "Call", "UnknownLink", "LegalEntity"} <= set(by_id.values())
    proofs = [entity for entity in entities if entity["schema"] == "UnknownLink" and "proof" in entity["properties"]]
    assert proofs


@pytest.mark.skipif(find_spec("followthemoney") is None, reason="followthemoney is not installed (extra `interop`)")
def test_follow_the_money_itself_takes_every_entity(out: Outgoing) -> None:
    from followthemoney import model

    for line in render(out, "ftm")[""].decode().splitlines():
        entity = json.loads(line)
        proxy = model.get_proxy(entity)
        proxy.schema.validate(entity)
        for name, values in entity["properties"].items():
            kind = proxy.schema.get(name).type
            assert [kind.clean(value) for value in values] == values
        assert proxy.clone().merge(proxy).to_dict()["properties"] == proxy.to_dict()["properties"]
