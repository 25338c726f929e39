"""200 hostile names through every format: well-formed, read back equal or escaped, and nothing executes."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator

import networkx as nx
import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from markdown_it import MarkdownIt
from prov.model import ProvDocument
from selectolax.lexbor import LexborHTMLParser

from tests.export.hostile import HOSTILE, hostile_graph, hostile_outgoing, hostile_rows
from tracer.errors import InputRefused
from tracer.export.drawing.lettering import check
from tracer.export.drawing.marks import shown
from tracer.export.flat import xml_text
from tracer.export.formats import NOUNS, render
from tracer.export.neo4j import ARRAY
from tracer.export.outgoing import Outgoing
from tracer.visible import undefused
from tracer.wording.sections import prose


def files(to: str, noun: str = "graph") -> dict[str, bytes]:
    return render(hostile_outgoing(), to, noun)


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_json_is_exact() -> None:
    graph = json.loads(files("json")[""])
    assert [node["label"] for node in graph["nodes"]][:200] == HOSTILE
    assert [edge["reasons"] for edge in graph["edges"]] == [[name] for name in HOSTILE[:199]]


def test_csv_is_exact_and_no_cell_is_a_formula() -> None:
    tables = files("csv") | files("csv", "findings")
    for ending, content in ((ending, content) for ending, content in tables.items() if not ending.endswith(".json")):
        for row in rows_of(content):
            for cell in row.values():
                acts = cell.lstrip(" \t\r\n\ufeff").startswith(("=", "@", "＝", "|", "%")) or cell.startswith(
                    ("\t", "\r")
                )
                assert not acts, (ending, cell[:40])
    told = [undefused(row["Label"]) for row in rows_of(files("csv")["-nodes"])][:200]
    assert told == [name.replace("\x00", "\ufffd") for name in HOSTILE]
    parents = [undefused(row["parent"]) for row in rows_of(files("csv", "findings")["-derivations"])]
    assert parents == [name.replace("\x00", "\ufffd") for name in HOSTILE]


@pytest.mark.parametrize("to", ["gexf", "graphml"])
def test_xml_is_well_formed_and_exact_but_for_what_xml_forbids(to: str) -> None:
    content = files(to)[""]
    fromstring(content)
    if to == "gexf":
        graph = nx.read_gexf(io.BytesIO(content))
    else:
        graph = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    # A parser makes blanks of tabs and line ends in attributes (XML 1.0, 3.3.3), which GEXF's labels are.
    folded = {re.sub(r"\s", " ", label) for label in labels} if to == "gexf" else labels
    expected = {xml_text(name) for name in HOSTILE}
    assert {re.sub(r"\s", " ", name) for name in expected} <= folded if to == "gexf" else expected <= labels


def test_cx2_has_every_name_as_flat_text() -> None:
    (nodes,) = (aspect["nodes"] for aspect in json.loads(files("cx2")[""]) if "nodes" in aspect)
    assert [node["v"]["label"] for node in nodes][:200] == [xml_text(name) for name in HOSTILE]


def test_neo4js_tables_are_exact_and_no_cell_is_a_formula() -> None:
    rows = rows_of(files("neo4j")["-nodes"], "utf-8")
    names = [name.replace("\x00", "\ufffd") for name in HOSTILE]
    assert [undefused(row["label:string"]) for row in rows][:200] == names
    edges = rows_of(files("neo4j")["-relationships"], "utf-8")
    assert [undefused(row["reasons:string[]"].split(ARRAY)[0]) for row in edges] == names[:199]
    cells = [cell for row in (*rows, *edges) for cell in row.values()]
    assert "'=1+1;\"" in cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "@", "＝"))] == []
    assert {row[":TYPE"] for row in edges} == {"DERIVED"}


def test_follow_the_money_lines_are_objects_of_plain_text() -> None:
    for line in files("ftm")[""].decode().splitlines():
        entity = json.loads(line)
        assert re.fullmatch(r"tracer-[a-z2-7]{32}", entity["id"])
        for values in entity["properties"].values():
            assert all(text == " ".join(text.split()) and text for text in values)
    assert len(files("ftm")[""].decode().splitlines()) == 400 + 199


def test_prov_is_read_and_exact_but_for_what_xml_forbids() -> None:
    document = ProvDocument.deserialize(content=files("prov-json")[""].decode(), format="json")
    labels = {str(record.label) for record in document.get_records()}
    assert {xml_text(name) for name in HOSTILE} <= labels
    told = files("prov-n")[""].decode()
    assert sorted(_statements(told)) == sorted(_statements(document.get_provn()))


def _statements(provn: str) -> Iterator[str]:
    """Statements, whose texts may hold line ends."""
    for part in re.split(r"\n  (?=(?:entity|agent|was\w+|acted\w+)\()", provn.replace("\nendDocument", "")):
        if "(" in part and not part.startswith("document"):
            yield part.strip()


def test_ndjson_json_and_parquet_findings_are_exact() -> None:
    lines = [json.loads(line) for line in files("ndjson", "findings")[""].decode().split("\n") if line]
    assert [line["parent"] for line in lines] == HOSTILE
    assert json.loads(files("json", "findings")[""])["findings"]["derivations"] == hostile_rows()
    table = pq.read_table(io.BytesIO(files("parquet", "findings")["-derivations"]))
    assert table["parent"].to_pylist() == HOSTILE
    assert table["reasons"].to_pylist() == [[name, "second"] for name in HOSTILE]
    assert table["probability"].to_pylist() == [0.9] * 200


def test_a_workbook_holds_texts_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(files("xlsx", "findings")[""]))
    cells = [cell for row in book["derivations"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert [cell.value for cell in cells if cell.data_type == "n"] == [0.9, 100, 1] * 200
    parents = [str(cell.value) for cell in next(iter(book["derivations"].columns))[1:]]
    assert len(parents) == 200
    for told, name in zip(parents, HOSTILE, strict=True):
        assert told == xml_text(name), name[:40]


def test_a_report_in_html_loads_and_runs_nothing() -> None:
    text = files("html", "report")[""].decode()
    tree = LexborHTMLParser(text)
    assert tree.css("script, img, iframe, object, embed, link, form, a, base") == []
    for node in tree.css("*"):
        assert not any(name.startswith("on") or name in ("style", "src", "href") for name in node.attributes)
    policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None
    assert (policy.attributes["content"] or "").startswith("default-src 'none'; style-src 'sha256-")
    points = {node.text() for node in tree.css("li bdi")}
    assert {prose(name) for name in HOSTILE if prose(name)} <= points


def test_a_report_in_markdown_shows_the_very_signs() -> None:
    text = files("md", "report")[""].decode()
    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    kinds, told = set(), set()
    for token in reader.parse(text):
        kinds.add(token.type)
        for child in token.children or []:
            kinds.add(child.type)
        if token.type == "inline":
            told.add("".join(child.content for child in token.children or []))
    acting = {"html_block", "html_inline", "link_open", "image", "blockquote_open", "fence", "s_open", "em_open"}
    assert not kinds & acting
    assert {prose(name) for name in HOSTILE if prose(name)} <= told
    assert "://" not in "\n".join(line for line in text.splitlines() if not line.startswith("    "))


def drawable() -> list[str]:
    """Names whose signs a font on this machine has: what lacks a glyph is refused, which is tested by itself."""
    kept = []
    for name in HOSTILE:
        try:
            check(shown(name) + prose(name), None)
        except InputRefused:
            continue
        kept.append(name)
    assert len(kept) > 180
    return kept


@pytest.mark.parametrize("noun", ["graph", "figure"])
def test_a_picture_is_well_formed_and_holds_no_markup_of_a_name(noun: str) -> None:
    out = Outgoing(
        hostile_graph(), title=HOSTILE[0], generated="2026-08-01", of=("sankey",) if noun == "figure" else ()
    )
    root = fromstring(render(out, "svg", noun)[""])
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "path", "text", "tspan", "g"}
    texts = "\n".join(element.text or "" for element in root.iter())
    assert "<script>alert(1)</script>" in texts
    assert not any(unicodedata.category(sign) in ("Cf", "Cs") for sign in texts)


@pytest.mark.parametrize(("noun", "to"), [("graph", "png"), ("graph", "pdf"), ("report", "pdf")])
def test_pictures_and_pdfs_are_made_of_them(noun: str, to: str) -> None:
    names = drawable()
    made = render(hostile_outgoing(names), to, noun)[""]
    if to == "png":
        assert made.startswith(b"\x89PNG\r\n\x1a\n")
        return
    reader = pypdf.PdfReader(io.BytesIO(made))
    contents = [page.get_contents() for page in reader.pages]
    raw = made + b"".join(content.get_data() for content in contents if content is not None)
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|AA|OpenAction|URI)\b", raw)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for name in names:
        if noun == "report" and len(name) < 100 and name.isascii():
            assert re.sub(r"\s", "", prose(name)) in text


def test_a_missing_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(InputRefused, match=r"no font on this machine has .*U\+E0E0.*--font"):
        check("name \ue0e0", None)


def test_every_format_was_looked_at() -> None:
    graph = ("json", "csv", "gexf", "graphml", "cx2", "neo4j", "ftm", "prov-json", "prov-n")
    looked = {("graph", to) for to in (*graph, "svg", "png", "pdf")}
    looked |= {("findings", to) for to in ("json", "ndjson", "csv", "xlsx", "parquet")}
    looked |= {("report", to) for to in ("html", "md", "pdf")} | {("figure", to) for to in ("svg", "png", "pdf")}
    looked.add(("evidence", "zip"))  # in test_exhibits.py
    html = ("graph", "html")  # in test_formats.py and the browser's tests
    assert looked | {html} == {(noun, to) for noun, formats in NOUNS.items() for to in formats}
