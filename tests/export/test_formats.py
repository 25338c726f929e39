"""Every format is read back by another reader, edge for edge, and is the same byte for byte when written again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from tests.export.conftest import NOW
from tests.export.hostile import hostile_outgoing
from tests.export.market_findings import leaving
from tests.graph.market_case import market_case
from tracer.errors import UsageError
from tracer.export.flat import JOINER, flat_rows
from tracer.export.formats import GRAPH as FORMATS
from tracer.export.formats import Outgoing, render, write_files
from tracer.export.tables import BOM, defused, undefused
from tracer.graph.model import Graph


def read_json(files: dict[str, bytes]) -> tuple[set[str], list[tuple[str, str, str]]]:
    graph = json.loads(files[""])
    return {n["id"] for n in graph["nodes"]}, [(e["source"], e["target"], e["kind"]) for e in graph["edges"]]


def read_csv(files: dict[str, bytes]) -> tuple[set[str], list[tuple[str, str, str]]]:
    files = {ending: contents for ending, contents in files.items() if ending != "-datapackage.json"}
    assert all(contents.startswith(BOM) for contents in files.values())
    tables = {
        ending: list(csv.DictReader(io.StringIO(contents.decode("utf-8-sig"), newline="")))
        for ending, contents in files.items()
    }
    nodes = {undefused(row["Id"]) for row in tables["-nodes"]}
    return nodes, [(undefused(r["Source"]), undefused(r["Target"]), r["Kind"]) for r in tables["-edges"]]


READERS: dict[str, Callable[[dict[str, bytes]], tuple[set[str], list[tuple[str, str, str]]]]] = {
    "json": read_json,
    "csv": read_csv,
}


@pytest.mark.parametrize("name", READERS)
def test_every_edge_is_read_back(name: str, out: Outgoing) -> None:
    nodes, edges = READERS[name](render(out, name))
    assert nodes == {node["id"] for node in out.graph["nodes"]}
    assert sorted(edges) == sorted((e["source"], e["target"], e["kind"]) for e in out.graph["edges"])


def test_hostile_names_do_nothing_in_the_page() -> None:
    text = render(hostile_outgoing(), "html")[""].decode("utf-8")
    assert text.count("<script") == 4  # words, sentences, coordinates; and the one that runs
    assert "onerror=alert" not in text.replace("onerror=alert(1)&gt;", "")
    assert "\u202e" not in text
    assert "x" * 1_000 not in text


def test_attributes_survive_in_graphml(out: Outgoing) -> None:
    graph = nx.read_graphml(io.BytesIO(render(out, "graphml")[""]), force_multigraph=True)
    kept = next(data for *_, data in graph.edges(data=True) if data["kind"] == "retained")
    edge = next(edge for edge in out.graph["edges"] if edge["kind"] == "retained")
    assert kept["probability"] == edge["probability"]
    assert kept["after_end"] is True
    assert kept["against"].split(JOINER) == edge["against"]


def test_gexf_has_places_colours_and_dates(out: Outgoing) -> None:
    root = fromstring(render(out, "gexf")[""])
    space = {"g": "http://www.gexf.net/1.2draft", "viz": "http://www.gexf.net/1.2draft/viz"}
    nodes: list[Element] = root.findall(".//g:node", space)
    assert len(nodes) == len(out.graph["nodes"])
    for node in nodes:
        assert node.find("viz:position", space) is not None
        assert node.find("viz:color", space) is not None
    release = next(node for node in nodes if node.get("id") == "a-cti-x")
    # A copy is there after its contract has ended, too: nothing ends before its edges.
    assert (release.get("start"), release.get("end")) == ("2026-01-10", None)


def test_gephis_columns_come_first(out: Outgoing) -> None:
    files = render(out, "csv")
    assert files["-nodes"].decode("utf-8-sig").startswith("Id,Label,Kind,Role,")
    assert files["-edges"].decode("utf-8-sig").startswith("Source,Target,Type,Kind,Weight,")


@pytest.fixture(scope="module")
def again() -> Outgoing:
    """What another case of the same market lets out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        return leaving(market_case())


@pytest.mark.parametrize("name", FORMATS)
def test_written_again_it_is_the_same(name: str, out: Outgoing, again: Outgoing) -> None:
    assert render(out, name) == render(again, name)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_case_can_be_written(name: str) -> None:
    files = render(Outgoing(Graph(nodes=[], edges=[], evidence=[], left_out=[]), generated="2026-08-01"), name)
    assert all(files.values()) or name == "ftm", "no line is an empty file of lines"


def test_an_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match=r"html, svg, .*json, csv, gexf, graphml"):
        render(Outgoing(Graph(nodes=[], edges=[], evidence=[], left_out=[])), "dwg")


def test_pairs_lie_beside_each_other(tmp_path: Path, out: Outgoing) -> None:
    paths = write_files(render(out, "csv"), tmp_path / "graph.csv")
    assert [path.name for path in paths] == ["graph-datapackage.json", "graph-edges.csv", "graph-nodes.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in paths]
    with pytest.raises(UsageError, match="make it first"):
        write_files({"": b""}, tmp_path / "absent" / "graph.json")


@given(st.text())
def test_defusing_is_undone(text: str) -> None:
    assert undefused(defused(text)) == text.replace("\x00", "\ufffd")
    assert not defused(text).lstrip().startswith(("=", "@"))


@pytest.mark.parametrize("harmless", ["+86 138****0000", "-5", "+861380", "name", "a=b"])
def test_what_is_no_formula_stays(harmless: str) -> None:
    assert defused(harmless) == harmless


def test_a_field_has_one_type() -> None:
    rows = flat_rows([{"a": 1, "b": "<20", "c": None}, {"a": 0.5, "b": 300, "c": ["x", "y"]}, {"a": None, "b": True}])
    assert rows == [{"a": 1.0, "b": "<20"}, {"a": 0.5, "b": "300", "c": "x | y"}, {"b": "True"}]
