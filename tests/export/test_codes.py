"""Formats for programs hold the code and the numbers of each sentence next to it, as they may be shown; all of them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from tests.ask.test_codes import mappings
from tests.export.market_findings import PSEUDONYM, leaving
from tests.export.reading import READERS, table
from tracer.case.case import Case
from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, stored_reason
from tracer.export.formats import NOUNS, Outgoing, render
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


FORMATS = [(noun, to) for noun, formats in NOUNS.items() for to in formats]


def rows_of(noun: str, to: str, files: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    """As a program reads them: edges of a graph, rows of tables, every object of JSON."""
    if to == "prov-n":
        field = re.compile(r'(reasons_codes|against_codes)=("(?:[^"\\]|\\.)*")')
        for line in files[""].decode().splitlines():
            yield {name: json.loads(quoted) for name, quoted in field.findall(line)}
    elif to == "json":
        yield from mappings(json.loads(files[""]))
    elif noun == "graph":
        yield from READERS[to](files)[1]
    elif to == "ndjson":
        yield from map(json.loads, files[""].decode().splitlines())
    elif to == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(files[""]))
        for name in book.sheet_names[1:]:  # the first explains the others
            head, *rows = book.get_sheet_by_name(name).to_python()
            yield from (dict(zip(map(str, head), row, strict=True)) for row in rows)
    else:
        for ending, content in files.items():
            if to == "parquet":
                yield from pq.read_table(io.BytesIO(content)).to_pylist()
            elif not ending.endswith(".json"):
                yield from table(content)


@pytest.fixture(scope="module")
def reasoned(read_market: Case) -> dict[str, Outgoing]:
    """What leaves of the market, in which the retentions have these reasons."""
    con = read_market.con
    con.execute("BEGIN")
    stored = {"reasons": [*map(stored_reason, REASONS)], "against": [*map(stored_reason, AGAINST)]}
    con.execute("UPDATE retention SET reasons = $reasons, against = $against", stored)
    out = {noun: leaving(read_market, noun=noun) for noun in ("graph", "findings")}
    con.execute("ROLLBACK")
    return out


@pytest.mark.parametrize(("noun", "to"), FORMATS)
def test_every_format_for_programs_has_codes_and_numbers(noun: str, to: str, reasoned: dict[str, Outgoing]) -> None:
    form = NOUNS[noun][to].codes
    if form is Codes.NONE:
        if to in ("html", "svg") and noun == "graph":
            text = b"".join(render(reasoned["graph"], to).values())
            assert b"reasons_codes" not in text, "people read sentences"
        assert NOUNS[noun][to].suffix in {".html", ".svg", ".png", ".pdf", ".md", ".zip"}
        return
    files = render(reasoned[noun], to, noun)
    rows = [*rows_of(noun, to, files)]
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
    rows = [*rows_of(noun, to, render(reasoned[noun], to, noun))]
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
    edges = leaving(market).in_language("en", Codes.VALUES).graph["edges"]
    assert "graph-registered" in {one["code"] for edge in edges for one in edge["reasons_codes"]}
