"""200 hostile names through every format: well-formed, read back equal or escaped, and nothing executes."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tests.export.hostile import HOSTILE, hostile_outgoing
from tests.export.reading import READERS, ftm, prov, table
from tracer.errors import InputRefused
from tracer.export.drawing.lettering import check
from tracer.export.drawing.marks import picture_text
from tracer.export.formats import NOUNS, render
from tracer.export.graph_files import ARRAY, xml_text
from tracer.wording.sections import prose


def files(to: str, noun: str = "graph") -> dict[str, bytes]:
    return render(hostile_outgoing(), to, noun)


def no_zero(name: str) -> str:
    return name.replace("\x00", "\ufffd")


def xml_attribute(name: str) -> str:
    """A parser makes blanks of tabs and line ends in attributes (XML 1.0, 3.3.3), which GEXF's labels are."""
    return re.sub(r"\s", " ", xml_text(name))


WRITTEN: dict[str, Callable[[str], str]] = {
    "json": str, "csv": no_zero, "neo4j": no_zero, "gexf": xml_attribute, "graphml": xml_text, "cx2": xml_text,
    "prov-json": xml_text,
}  # fmt: skip
"""What a format makes of a name."""


@pytest.mark.parametrize("to", WRITTEN)
def test_names_of_a_graph_are_exact_but_for_what_a_format_forbids(to: str) -> None:
    nodes, edges = READERS[to](files(to))
    labels = [re.sub(r"\s", " ", node["label"]) if to == "gexf" else node["label"] for node in nodes]
    assert {WRITTEN[to](name) for name in HOSTILE} <= set(labels)
    if to in ("json", "csv", "neo4j", "cx2"):
        assert labels[:200] == [WRITTEN[to](name) for name in HOSTILE]
    reasons = [edge["reasons"] for edge in edges]
    if to == "neo4j":
        assert [text.split(ARRAY)[0] for text in reasons] == [no_zero(name) for name in HOSTILE[:199]]
    elif to == "json":
        assert reasons == [[name] for name in HOSTILE[:199]]


@pytest.mark.parametrize(("to", "noun"), [("csv", "graph"), ("csv", "findings"), ("neo4j", "graph")])
def test_no_cell_is_a_formula(to: str, noun: str) -> None:
    for ending, content in files(to, noun).items():
        if not ending.endswith(".json"):
            cells = [cell for row in table(content, defused=True) for cell in row.values()]
            acting = re.compile(r"[ \t\r\n\ufeff]*[=@＝|%]|[\t\r]") if to == "csv" else re.compile(r"\s*[=@＝]")
            assert [cell[:40] for cell in cells if acting.match(cell)] == [], ending
            assert any(cell.startswith("'=1+1;") for cell in cells), ending


def test_follow_the_money_lines_are_objects_of_plain_text() -> None:
    entities = ftm(files("ftm")[""])
    assert len(entities) == 400 + 199
    for entity in entities:
        assert re.fullmatch(r"tracer-[a-z2-7]{32}", entity["id"])
        for values in entity["properties"].values():
            assert all(text == " ".join(text.split()) and text for text in values)


def test_prov_n_is_the_notation_that_a_library_writes() -> None:
    def statements(provn: str) -> Iterator[str]:
        """Statements, whose texts may hold line ends."""
        for part in re.split(r"\n  (?=(?:entity|agent|was\w+|acted\w+)\()", provn.replace("\nendDocument", "")):
            if "(" in part and not part.startswith("document"):
                yield part.strip()

    document = prov(files("prov-json")[""])
    assert sorted(statements(files("prov-n")[""].decode())) == sorted(statements(document.get_provn()))


def test_findings_are_exact() -> None:
    rows = hostile_outgoing().findings["derivations"]
    lines = files("ndjson", "findings")[""].decode().split("\n")
    assert [json.loads(line)["parent"] for line in lines if line] == HOSTILE
    assert json.loads(files("json", "findings")[""])["findings"]["derivations"] == rows
    found = pq.read_table(io.BytesIO(files("parquet", "findings")["-derivations"]))
    for column in ("parent", "reasons", "probability"):
        assert found[column].to_pylist() == [row[column] for row in rows]
    parents = [row["parent"] for row in table(files("csv", "findings")["-derivations"])]
    assert parents == [no_zero(name) for name in HOSTILE]


def test_a_workbook_holds_texts_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(files("xlsx", "findings")[""]))
    cells = [cell for row in book["derivations"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert [cell.value for cell in cells if cell.data_type == "n"] == [0.9, 100, 1] * 200
    parents = [str(cell.value) for cell in next(iter(book["derivations"].columns))[1:]]
    assert parents == [xml_text(name) for name in HOSTILE]


def test_a_report_in_html_loads_and_runs_nothing() -> None:
    tree = LexborHTMLParser(files("html", "report")[""].decode())
    assert tree.css("script, img, iframe, object, embed, link, form, a, base") == []
    for node in tree.css("*"):
        assert not any(name.startswith("on") or name in ("style", "src", "href") for name in node.attributes)
    policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None
    assert (policy.attributes["content"] or "").startswith("default-src 'none'; style-src 'sha256-")
    assert {prose(name) for name in HOSTILE if prose(name)} <= {node.text() for node in tree.css("li bdi")}


def test_a_report_in_markdown_shows_the_very_signs() -> None:
    text = files("md", "report")[""].decode()
    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    tokens = reader.parse(text)
    inner = [token.children or [] for token in tokens]
    acting = {"html_block", "html_inline", "link_open", "image", "blockquote_open", "fence", "s_open", "em_open"}
    assert not {token.type for token in (*tokens, *(one for some in inner for one in some))} & acting
    assert {prose(name) for name in HOSTILE if prose(name)} <= {"".join(one.content for one in some) for some in inner}
    assert "://" not in "\n".join(line for line in text.splitlines() if not line.startswith("    "))


def test_names_do_nothing_in_the_page() -> None:
    text = files("html")[""].decode()
    assert text.count("<script") == 4  # words, sentences, coordinates; and the one that runs
    for harmless in ("onerror=alert(1)&gt;", "\\u003cimg src=x onerror=alert(1)>"):  # as text, and in blocks of data
        text = text.replace(harmless, "")
    assert not re.search("onerror=alert|\u202e|x{2000}", text)


@pytest.mark.parametrize("noun", ["graph", "figure"])
def test_a_picture_is_well_formed_and_holds_no_markup_of_a_name(noun: str) -> None:
    out = replace(hostile_outgoing(), findings={}, facts={}, of=("sankey",) if noun == "figure" else ())
    root = fromstring(render(out, "svg", noun)[""])
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "path", "text", "tspan", "g"}
    texts = "\n".join(element.text or "" for element in root.iter())
    assert "<script>alert(1)</script>" in texts
    assert not any(unicodedata.category(sign) in ("Cf", "Cs") for sign in texts)


@pytest.fixture(scope="module")
def drawable() -> list[str]:
    """Names whose signs a font on this machine has: what lacks a glyph is refused, which is tested by itself."""
    kept = []
    for name in HOSTILE:
        try:
            check(picture_text(name) + prose(name), None)
        except InputRefused:
            continue
        kept.append(name)
    assert len(kept) > 180
    return kept


@pytest.mark.parametrize(("noun", "to"), [("graph", "png"), ("graph", "pdf"), ("report", "pdf")])
def test_pictures_and_pdfs_are_made_of_them(noun: str, to: str, drawable: list[str]) -> None:
    made = render(hostile_outgoing(drawable), to, noun)[""]
    if to == "png":
        assert made.startswith(b"\x89PNG\r\n\x1a\n")
        return
    reader = pypdf.PdfReader(io.BytesIO(made))
    contents = [page.get_contents() for page in reader.pages]
    raw = made + b"".join(content.get_data() for content in contents if content is not None)
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|AA|OpenAction|URI)\b", raw)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for name in drawable:
        if noun == "report" and len(name) < 100 and name.isascii():
            assert re.sub(r"\s", "", prose(name)) in text


def test_a_missing_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(InputRefused, match=r"no font on this machine has .*U\+E0E0.*--font"):
        check("name \ue0e0", None)


def test_every_format_was_looked_at() -> None:
    looked = {("graph", to) for to in (*WRITTEN, "ftm", "prov-n", "html", "svg", "png", "pdf")}
    looked |= {("findings", to) for to in ("json", "ndjson", "csv", "xlsx", "parquet")}
    looked |= {("report", to) for to in ("html", "md", "pdf")} | {("figure", to) for to in ("svg", "png", "pdf")}
    looked.add(("evidence", "zip"))  # in test_door.py
    assert looked == {(noun, to) for noun, formats in NOUNS.items() for to in formats}
