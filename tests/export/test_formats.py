"""Every format is read back, is the same when written again, and has the promised bytes (`GOLDEN=write`)."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.conftest import NOW
from tests.export.hostile import hostile_outgoing
from tests.export.market_findings import PSEUDONYM, TITLE, found, leaving
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.errors import UsageError
from tracer.export.flat import flat_rows
from tracer.export.formats import GRAPH as FORMATS
from tracer.export.formats import NOUNS, Outgoing, file_name, outgoing, render, write_files
from tracer.export.tables import BOM
from tracer.graph.model import Graph
from tracer.publish import FACTS
from tracer.visible import defused, undefused


def test_every_edge_is_read_back_from_csv(out: Outgoing) -> None:
    """The other formats: test_readers.py, test_golden.py."""
    files = {ending: text for ending, text in render(out, "csv").items() if ending != "-datapackage.json"}
    assert all(contents.startswith(BOM) for contents in files.values())
    nodes, edges = (
        list(csv.DictReader(io.StringIO(files[ending].decode("utf-8-sig"), newline="")))
        for ending in ("-nodes", "-edges")
    )
    assert {undefused(row["Id"]) for row in nodes} == {node["id"] for node in out.graph["nodes"]}
    ends = [(undefused(row["Source"]), undefused(row["Target"]), row["Kind"]) for row in edges]
    assert sorted(ends) == sorted((e["source"], e["target"], e["kind"]) for e in out.graph["edges"])


def test_hostile_names_do_nothing_in_the_page() -> None:
    text = render(hostile_outgoing(), "html")[""].decode("utf-8")
    assert text.count("<script") == 4  # words, sentences, coordinates; and the one that runs
    harmless = ("onerror=alert(1)&gt;", "\\u003cimg src=x onerror=alert(1)>")  # as text, and in blocks of data
    for one in harmless:
        text = text.replace(one, "")
    assert "onerror=alert" not in text
    assert "\u202e" not in text
    assert "x" * 2_000 not in text


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


FOLDER = Path(__file__).parent / "golden"
PROMISED = [
    ("graph", "json"), ("graph", "graphml"), ("graph", "neo4j"), ("graph", "ftm"),
    ("graph", "prov-json"), ("graph", "prov-n"), ("findings", "json"), ("findings", "ndjson"), ("findings", "csv"),
    ("report", "md"),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "to"), PROMISED)
def test_the_bytes_are_the_promised_ones(noun: str, to: str, read_market: Case) -> None:
    out = outgoing(read_market.con, found(read_market), PSEUDONYM, TITLE, facts=FACTS[noun])
    suffix = NOUNS[noun][to].suffix
    for ending, content in render(replace(out, stem=noun), to, noun).items():
        if ending.endswith(".svg"):
            continue  # a picture may learn
        path = FOLDER / file_name(f"{noun}-{to}", ending, suffix)
        # Versions of packages are told in a report, and are the machine's.
        told = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"| Packages |"))
        if os.environ.get("GOLDEN") == "write":
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(told)
        assert path.read_bytes() == told, f"{path.name} has changed: if that is meant, GOLDEN=write writes it anew"
