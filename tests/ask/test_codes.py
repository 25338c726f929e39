"""Rows and answers for programs hold the code and the numbers of each sentence; those for people do not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracer.ask.named import load_queries, run_query
from tracer.ask.result import ColumnType, Result
from tracer.ask.sandbox import run_sql
from tracer.ask.show import Branch, show
from tracer.ask.table import FORMS, rendered
from tracer.ask.why import why, why_json
from tracer.case.case import Case
from tracer.disclosure import Reason, Text, reason_of, stored_reason
from tracer.wording import Codes, Voice, code_key, coded_reason, masked_table, say, worded_table
from tracer.wording.arrow_types import REASON, REASONS


def _written(result: Result, form: str) -> bytes:
    said = rendered(result, form)
    return said.encode() if isinstance(said, str) else said


def _read(result: Result, form: str) -> list[dict[str, Any]]:
    content = _written(result, form)
    if form == "json":
        return list(json.loads(content))
    if form == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if form == "parquet":
        return list(pq.read_table(io.BytesIO(content)).to_pylist())
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_every_sentence_of_every_query_has_its_code_in_every_format(market: Case) -> None:
    forms = [form for form in FORMS if form != "table"]
    assert forms == ["json", "ndjson", "csv", "parquet"]
    for query in load_queries().values():
        table = run_query(market.con, query, entered=True).table
        spoken = {
            field.name: code_key(field.name, many=field.type == REASONS)
            for field in table.schema if field.type in (REASON, REASONS)
        }  # fmt: skip
        result = run_query(market.con, query)
        assert [column.name for column in result.columns if column.type is ColumnType.CODES] == list(spoken.values())
        for form in forms if spoken else ():
            for row, before in zip(_read(result, form), table.to_pylist(), strict=True):
                for words, codes in spoken.items():
                    held = row[codes] if form in ("json", "ndjson") else json.loads(row[codes] or "null")
                    assert held == (None if before[words] is None else coded_reason(before[words])), (form, words)
        assert [codes for codes in spoken.values() if codes in _written(result, "table").decode()] == []


def test_free_statements_have_them_and_a_column_of_theirs_keeps_its_name(market: Case) -> None:
    result = run_sql(market.con, "SELECT reasons, reasons[1] AS first FROM views.derivations ORDER BY ALL LIMIT 1")
    assert [column.name for column in result.columns] == ["reasons", "first", "reasons_codes", "first_code"]
    (row,) = _read(result, "json")
    assert row["first_code"] == row["reasons_codes"][0]
    taken = run_sql(market.con, "SELECT reasons, 1 AS reasons_codes FROM views.derivations LIMIT 1")
    assert [column.name for column in taken.columns] == ["reasons", "reasons_codes"]


@pytest.mark.parametrize(("a", "b"), [("a-2026-01", "d6-backend"), ("d6-backend", "a-cti-x"), ("c1", "d7-random")])
def test_each_sentence_of_why_is_that_of_its_code(market: Case, a: str, b: str) -> None:
    answer = json.loads(why_json(why(market.con, a, b, codes=Codes.VALUES)))
    seen = 0
    for found in mappings(answer):
        for name, said in found.items():
            codes = found.get(code_key(name, many=isinstance(said, list)))
            if name in ("reasons", "against", "alternatives", "would_tell") and isinstance(said, list):
                assert codes is not None, name
            if codes is not None:
                many = codes if isinstance(said, list) else [codes]
                assert [say(reason_of(one)) for one in many] == (said if isinstance(said, list) else [said])
                seen += len(many)
    assert seen
    assert "_code" not in json.dumps(why(market.con, a, b), default=str), "people are not given them"


def mappings(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(one)


def test_each_line_of_a_chain_has_its_code(market: Case) -> None:
    def lines(branch: Branch) -> Iterator[Branch]:
        yield branch
        for inner in branch.branches:
            yield from lines(inner)

    for name in ("d6-backend", "a-cti-x", "cti-x"):
        for line in lines(show(market.con, name, untraced=Reason.of("untraced-never"))):
            assert line.text_code is not None, line.text
            assert say(reason_of(line.text_code))


def test_of_people_s_words_numbers_are_masked_in_codes_too() -> None:
    reasons = [stored_reason(Reason.of("as-written", text=Text("call 14000001234")))]
    table = pa.table({"text": pa.array(reasons, REASON), "reasons": pa.array([reasons], REASONS)})
    shown = masked_table(worded_table(table, Voice("en"))).to_pylist()[0]
    assert "14000001234" not in shown["text_code"]
    assert "14000001234" not in shown["reasons_codes"]
    assert "140****1234" in shown["text_code"]
