"""What a picture shows is said to who does not see it: in the statement's words, how sure, in the export's language."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from pypdf.generic import DictionaryObject

from tests.export.market_findings import PSEUDONYM, TITLE, found
from tracer.case.case import Case
from tracer.export.formats import Outgoing, outgoing, render
from tracer.publish import FACTS
from tracer.wording import Voice

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = (
    ("story",), ("flow",), ("time",), ("lineage",), ("matrix",), ("sankey",), ("timeline", "a-cti-x"),
    ("waterfall", "a-2026-01", "d6-backend"), (),
)  # fmt: skip
"""What `export figure` is asked for; nothing: the graph's picture."""
WEIGHTS = '[{"signal": "overlap", "value": "x", "weight": 60.5, "text": "the overlap is 30 times what chance gives"}]'


@pytest.fixture(scope="module", params=["en", "zh"])
def leaving(read_market: Case, request: pytest.FixtureRequest) -> Outgoing:
    con = read_market.con
    before = con.execute("SELECT weights FROM derivation WHERE child = 'd6-backend'").fetchall()
    con.execute("UPDATE derivation SET weights = $w WHERE child = 'd6-backend'", {"w": WEIGHTS})
    out = outgoing(con, found(read_market), PSEUDONYM, TITLE, request.param, facts=FACTS["figure"])
    con.execute("UPDATE derivation SET weights = $w WHERE child = 'd6-backend'", {"w": before[0][0]})
    return out


def told(svg: bytes) -> tuple[str, str, str | None]:
    """Title, description and language."""
    root = fromstring(svg)
    title, text = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert title
    assert text
    return title, text, root.get("lang")


def sentences(out: Outgoing) -> set[str]:
    """All that is stated, in words without ids."""
    voice = Voice(out.lang, out.called())
    return {voice.say(one.said).rstrip(".。") for one in out.statements}


@pytest.mark.parametrize("of", FIGURES)
def test_a_figure_says_what_is_stated_and_how_sure(of: tuple[str, ...], leaving: Outgoing) -> None:
    title, text, lang = told(render(replace(leaving, of=of), "svg", "figure")[""])
    assert lang == leaving.lang
    first = text.partition("\n")[0]
    own = of[:1] in {("story",), ("time",)}  # their headline is the statement in fewer words, which the title has
    assert own or any(first.startswith(one) for one in sentences(leaving)), first
    sure = r"practically certain|likely|cannot be told" if lang == "en" else "几乎可以确定|可能|无法判断"
    assert of == ("time",) or re.search(sure, first, re.IGNORECASE), first
    assert re.search("2026年" if lang == "zh" else r"\b\d+ [A-Z][a-z]+ 2026\b", text), "days as people write them"
    if lang == "zh":
        assert re.search("[\u4e00-\u9fff]{2}", title.removeprefix(TITLE)), title
    assert title.removeprefix(TITLE).strip(" —")


def test_a_pdf_says_it_too(leaving: Outgoing, tmp_path: Path) -> None:
    path = tmp_path / "flow.pdf"
    path.write_bytes(render(replace(leaving, of=("flow",)), "pdf", "figure")[""])
    reader = pypdf.PdfReader(path)
    held = (reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1))
    texts = [str(one["/Alt"]) for one in held if isinstance(one, DictionaryObject) and "/Alt" in one]
    assert [text for text in texts if any(one in text for one in sentences(leaving))], texts


def test_so_does_the_picture_of_a_report(leaving: Outgoing) -> None:
    report = render(leaving, "md", "report")[""].decode()
    (text,) = re.findall(r"!\[([^\]]*)\]", report)
    assert any(one in text for one in sentences(leaving)), text
