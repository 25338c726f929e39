"""Every format is read back, is the same when written again, and has the promised bytes (`GOLDEN=write`)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.market_findings import leaving, shown
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.errors import UsageError
from tracer.export.formats import GRAPH as FORMATS
from tracer.export.formats import NOUNS, Outgoing, file_name, render, write_files
from tracer.export.graph_files import flat_rows
from tracer.export.tables import BOM
from tracer.visible import defused, undefused


@pytest.fixture(scope="module")
def again() -> Outgoing:
    """What another case of the same market lets out."""
    return leaving(market_case())


@pytest.mark.parametrize("name", FORMATS)
def test_written_again_it_is_the_same(name: str, out: Outgoing, again: Outgoing) -> None:
    assert render(out, name) == render(again, name)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_case_can_be_written(name: str) -> None:
    files = render(shown([]), name)
    assert all(files.values()) or name == "ftm", "no line is an empty file of lines"


def test_an_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match=r"html, svg, .*json, csv, gexf, graphml"):
        render(shown([]), "dwg")


def test_pairs_lie_beside_each_other(tmp_path: Path, out: Outgoing) -> None:
    files = render(out, "csv")
    assert files["-nodes"].startswith(BOM + b"Id,Label,Kind,Role,"), "Gephi's columns first"
    assert files["-edges"].startswith(BOM + b"Source,Target,Type,Kind,Weight,")
    paths = write_files(files, tmp_path / "graph.csv")
    assert [path.name for path in paths] == ["graph-datapackage.json", "graph-edges.csv", "graph-nodes.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in paths]
    with pytest.raises(UsageError, match="make it first"):
        write_files({"": b""}, tmp_path / "absent" / "graph.json")


@given(st.text())
def test_defusing_is_undone(text: str) -> None:
    assert undefused(defused(text)) == text.replace("\x00", "\ufffd")
    assert not defused(text).lstrip().startswith(("=", "@"))


def test_what_is_no_formula_stays() -> None:
    harmless = ("+86 138****0000", "-5", "+861380", "name", "a=b")
    assert tuple(map(defused, harmless)) == harmless


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
    out = leaving(read_market, noun=noun)
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
