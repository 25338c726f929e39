"""Formats for programs hold the code and the numbers of each sentence next to it, as they may be shown; all of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pyarrow.parquet as pq
import pytest
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook

from tests.ask.test_codes import mappings
from tests.export.market_findings import PSEUDONYM, TITLE, found
from tracer.case.case import Case
from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, stored
from tracer.export.formats import NOUNS, Outgoing, outgoing, render
from tracer.publish import FACTS
from tracer.wording import Codes

DATASETS = (DatasetRef("d6-backend"), DatasetRef("d8-trade"))
REASONS = (
    Reason.of("retention-holds-itself", vendor=PartyRef("mr-chen"), dataset=DATASETS[0]),
    Reason.of("derivation-hidden-contacts", contacts=Count(3), datasets=DATASETS),
    Reason.of("derivation-hidden-contacts", contacts=Count(4321), datasets=DATASETS),
)
AGAINST = (Reason.of("attribution-removed", planted=14, share=Share(0.98765)), Reason.of("claim-other"))
"""A protected party, few people and many, a share."""
SHOWN: tuple[list[dict[str, Any]], ...] = (
    [
        {"code": "retention-holds-itself", "numbers": {
            "dataset": {"dataset": "d6-backend"}, "vendor": {"party": f"source-{PSEUDONYM('party mr-chen')}"},
        }},
        *(
            {"code": "derivation-hidden-contacts", "numbers": {
                "contacts": {"count": shown}, "datasets": [{"dataset": "d6-backend"}, {"dataset": "d8-trade"}],
            }}
            for shown in ("<20", 4321)
        ),
    ],
    [
        {"code": "attribution-removed", "numbers": {"planted": 14, "share": {"share": 0.98765}}},
        {"code": "claim-other", "numbers": {}},
    ],
)  # fmt: skip


def _json(text: str) -> Iterator[dict[str, Any]]:
    return mappings(json.loads(text))


def _lines(text: str) -> Iterator[dict[str, Any]]:
    return mappings([json.loads(line) for line in text.splitlines()])


def _csv(text: str) -> Iterator[dict[str, Any]]:
    for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        yield {name.partition(":")[0]: value for name, value in row.items()}


def _gexf(text: str) -> Iterator[dict[str, Any]]:
    root: Element = fromstring(text)
    for edge in root.iter("{http://www.gexf.net/1.2draft}attvalues"):
        yield {one.attrib["for"]: one.attrib["value"] for one in edge}


def _cx2(text: str) -> Iterator[dict[str, Any]]:
    return (edge["v"] for part in json.loads(text) for edge in part.get("edges", ()))


def _graphml(text: str) -> Iterator[dict[str, Any]]:
    root: Element = fromstring(text)
    for edge in root.iter("{http://graphml.graphdrawing.org/xmlns}edge"):
        yield {one.attrib["key"]: one.text for one in edge}


def _written(text: str) -> Iterator[dict[str, Any]]:
    field = re.compile(r'(reasons_codes|against_codes)=("(?:[^"\\]|\\.)*")')
    for line in text.splitlines():
        yield {name: json.loads(quoted) for name, quoted in field.findall(line)}


READERS: dict[tuple[str, str], Callable[[str], Iterator[dict[str, Any]]]] = {
    ("graph", "json"): _json, ("graph", "ftm"): _lines, ("graph", "csv"): _csv,
    ("graph", "neo4j"): _csv, ("graph", "gexf"): _gexf, ("graph", "graphml"): _graphml, ("graph", "cx2"): _cx2,
    ("graph", "prov-n"): _written,
    ("graph", "prov-json"): lambda text: (
        {name.removeprefix("tracer:"): value for name, value in one.items()} for one in _json(text)
    ),
    ("findings", "json"): _json, ("findings", "ndjson"): _lines, ("findings", "csv"): _csv,
}  # fmt: skip
"""How a program reads the fields of each format that is text."""
FORMATS = [(noun, to) for noun, formats in NOUNS.items() for to in formats]


def _rows(noun: str, to: str, content: bytes) -> Iterator[dict[str, Any]]:
    if to == "parquet":
        yield from pq.read_table(io.BytesIO(content)).to_pylist()
    elif to == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names[1:]:  # the first explains the others
            head, *rows = book.get_sheet_by_name(name).to_python()
            yield from (dict(zip(map(str, head), row, strict=True)) for row in rows)
    else:
        yield from READERS[noun, to](content.decode())


@pytest.fixture(scope="module")
def reasoned(read_market: Case) -> dict[str, Outgoing]:
    """What leaves of the market, in which the retentions have these reasons."""
    con = read_market.con
    before = con.execute("SELECT reading, release, seen_in, reasons, against FROM retention").fetchall()
    con.execute(
        "UPDATE retention SET reasons = $reasons, against = $against",
        {"reasons": [*map(stored, REASONS)], "against": [*map(stored, AGAINST)]},
    )
    out = {
        noun: outgoing(con, found(read_market), PSEUDONYM, TITLE, facts=FACTS[noun]) for noun in ("graph", "findings")
    }
    for reading, release, seen_in, reasons, against in before:
        con.execute(
            "UPDATE retention SET reasons = $r, against = $a"
            " WHERE reading = $reading AND release = $release AND seen_in = $seen_in",
            {"r": reasons, "a": against, "reading": reading, "release": release, "seen_in": seen_in},
        )
    return out


@pytest.mark.parametrize(("noun", "to"), FORMATS)
def test_every_format_for_programs_has_codes_and_numbers(
    noun: str, to: str, reasoned: dict[str, Outgoing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
    form = NOUNS[noun][to].codes
    if form is Codes.NONE:
        if to in ("html", "svg") and noun == "graph":
            text = b"".join(render(reasoned["graph"], to).values())
            assert b"reasons_codes" not in text, "people read sentences"
        assert NOUNS[noun][to].suffix in {".html", ".svg", ".png", ".pdf", ".md", ".zip"}
        return
    files = render(reasoned[noun], to, noun)
    tables = [content for ending, content in files.items() if not ending.endswith(".json")]
    rows = [row for content in tables for row in _rows(noun, to, content)]
    coded = [row for row in rows if row.get("reasons_codes") and row.get("against_codes")]
    if form is Codes.TEXT:
        coded = [{name: json.loads(row[name]) for name in ("reasons_codes", "against_codes")} for row in coded]
    retained = [row for row in coded if row["against_codes"][-1:] == SHOWN[1][1:]]
    assert retained
    for row in retained:
        assert [one for one in row["reasons_codes"] if one in SHOWN[0]] == SHOWN[0]
        assert [one for one in row["against_codes"] if one in SHOWN[1]] == SHOWN[1]
    whole = b"".join(files.values()).decode("utf-8", "replace")
    assert "mr-chen" not in whole


@pytest.mark.parametrize(("noun", "to"), [(noun, to) for noun, to in FORMATS if NOUNS[noun][to].codes is Codes.VALUES])
def test_each_sentence_has_its_code(noun: str, to: str, reasoned: dict[str, Outgoing]) -> None:
    """Also what is left out, and what has one sentence only."""
    rows = [row for content in render(reasoned[noun], to, noun).values() for row in _rows(noun, to, content)]
    lists = [(row, name) for row in rows for name in ("reasons", "against", "alternatives", "left_out") if name in row]
    assert len(lists) > 10
    for row, name in lists:
        if isinstance(row[name], list):
            assert len(row[f"{name}_codes"]) == len(row[name])
    for row in rows:
        if row.get("finding") == "warnings" or "impossible" in str(row.get("kind")):
            assert row["text_code"]["code"]


def test_a_code_is_the_same_in_every_language(reasoned: dict[str, Outgoing]) -> None:
    english, chinese = (
        json.loads(render(reasoned["graph"].in_language(lang), "json")[""])["edges"] for lang in ("en", "zh")
    )
    assert [edge["reasons_codes"] for edge in english] == [edge["reasons_codes"] for edge in chinese]
    assert [edge["reasons"] for edge in english] != [edge["reasons"] for edge in chinese]


def test_a_protected_party_may_be_called_as_a_code_is(market: Case) -> None:
    """What it is called is replaced in words and ids, and no code is taken for it."""
    market.con.execute("UPDATE party SET name = 'registered' WHERE id = 'mr-chen'")
    out = outgoing(market.con, found(market), PSEUDONYM, TITLE)
    codes = {
        one["code"] for edge in out.in_language("en", Codes.VALUES).graph["edges"] for one in edge["reasons_codes"]
    }
    assert "graph-registered" in codes
