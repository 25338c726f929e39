"""Readers that are not ours read every graph file back: the same edges in all, and what each format says more."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring
from ndex2.cx2 import RawCX2NetworkFactory
from prov.model import ProvRelation

from tests.export.market_findings import shown
from tests.export.reading import READERS, ftm, prov
from tests.graph.simulated import simulated_leaving
from tracer.export.formats import render
from tracer.export.outgoing import Outgoing
from tracer.export.prov import qualified_name, relation_of
from tracer.graph.model import Graph

Edges: TypeAlias = list[tuple[str, ...]]


def edges(rows: Iterable[Mapping[str, Any]]) -> Edges:
    """Ends and fields of edges, as texts of one form in one order."""
    names = ("source", "target", "kind", "basis", "grade", "probability")
    return sorted(tuple(_text(row.get(name)) for name in names) for row in rows)


def _text(value: object) -> str:
    if value is None or value == "" or value != value:  # noqa: PLR0124 - igraph has nan for what is not there
        return ""
    found = str(value)
    return str(float(found)) if re.fullmatch(r"[0-9.]+(e-?\d+)?", found) else found


@pytest.fixture(scope="module", params=["market", "40 lists"])
def case(request: pytest.FixtureRequest, leaving_once: Outgoing) -> Outgoing:
    return leaving_once if request.param == "market" else simulated_leaving(40, 7)


@pytest.mark.parametrize("reader", READERS)
def test_every_format_holds_the_same_edges(reader: str, case: Outgoing) -> None:
    expected = edges(case.graph["edges"])
    assert len(expected) > 5
    assert edges(READERS[reader](render(case, reader.partition(" ")[0]))[1]) == expected


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


def test_gexf_has_dates_and_planted_records_lie_on_their_copy_and_are_counted_there(out: Outgoing) -> None:
    graph, large = (nx.read_gexf(io.BytesIO(render(one, "gexf")[""])) for one in (out, simulated_leaving(30, 60)))
    assert (graph.nodes["a-cti-x"]["start"], graph.nodes["a-cti-x"].get("end")) == ("2026-01-10", None)
    assert all({"position", "color", "size"} <= node["viz"].keys() for _, node in graph.nodes(data=True))
    for one in (graph, large):  # nothing lives before what it joins, nor after it
        for a, b, data in one.edges(data=True):
            for end in (one.nodes[a], one.nodes[b]):
                assert end.get("start", "") <= data.get("start", end.get("start", ""))
                assert "end" not in end
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


def test_prov_reads_every_edge_and_writes_the_same_notation(out: Outgoing) -> None:
    document = prov(render(out, "prov-json")[""])
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
        relation, ends = relation_of(edge, nodes)
        expected[qualified_name("edge", edge["id"])] = (names[relation], *(end for _, end in ends))
    assert told == expected
    ours = sorted(line.strip() for line in render(out, "prov-n")[""].decode().splitlines())
    assert ours == sorted(line.strip() for line in document.get_provn().splitlines())


@cache
def schema() -> dict[str, dict[str, list[str]]]:
    """Schema → property → [type, range], as FollowTheMoney 4.11 defines those that are written."""
    return dict(json.loads((Path(__file__).parent / "readers" / "ftm_schema.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def entities(leaving_once: Outgoing) -> list[dict[str, Any]]:
    return ftm(render(leaving_once, "ftm")[""])


def test_follow_the_money_says_what_is_stated_how_sure_and_in_whose_words(
    entities: list[dict[str, Any]], out: Outgoing
) -> None:
    """What a person sees who opens a party, a list or a link in OpenAleph."""
    (kept,) = [one["properties"] for one in entities if one.get("kind") == "retained" and one.get("rank") == 1]
    assert kept["role"] == ["kept"]
    assert kept["summary"] == [
        "江苏易卓网络科技有限公司 still had 江苏安禾家装贷款有限公司’s list on 20 July 2026,"
        " two weeks after the contract ended."
    ]
    assert kept["status"] == ["G4; inferred from the lists; very likely, 98%"]
    chinese = ftm(render(replace(out, lang="zh"), "ftm")[""])
    assert {one["id"] for one in chinese} == {one["id"] for one in entities}
    roles = [one["properties"]["role"][0] for one in chinese if "role" in one["properties"]]
    assert not re.search("[a-z]{4}", " ".join(roles))
    owners = [one["properties"] for one in entities if one["schema"] == "Ownership"]
    assert all(one["status"] == ["G5; documented"] for one in owners), "an alleged owner is a link, not a fact"


def test_a_thing_has_the_same_id_in_follow_the_money_when_more_is_known(
    entities: list[dict[str, Any]], out: Outgoing
) -> None:
    whole = [one["id"] for one in entities]
    assert len(set(whole)) == len(whole)
    fewer = shown(out.graph["nodes"], out.graph["edges"][1:])
    graph = Graph(**{**out.graph, "edges": fewer.graph["edges"]})
    assert {one["id"] for one in ftm(render(replace(out, coded_tables=None, graph=graph), "ftm")[""])} < set(whole)


def test_follow_the_money_keeps_to_its_schema(entities: list[dict[str, Any]]) -> None:
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
    assert [one for one in entities if one["schema"] == "UnknownLink" and "proof" in one["properties"]]


@pytest.mark.skipif(find_spec("followthemoney") is None, reason="followthemoney is not installed (extra `interop`)")
def test_follow_the_money_itself_takes_every_entity(entities: list[dict[str, Any]]) -> None:
    from followthemoney import model

    for entity in entities:
        proxy = model.get_proxy(entity)
        proxy.schema.validate(entity)
        for name, values in entity["properties"].items():
            kind = proxy.schema.get(name).type
            assert [kind.clean(value) for value in values] == values
        assert proxy.clone().merge(proxy).to_dict()["properties"] == proxy.to_dict()["properties"]
