"""One answer with every hard value, in every format: read back by another reader, and plain in tables."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracer.ask.result import Column, ColumnType, Result, json_value, result_of_table
from tracer.ask.sandbox import run_sql
from tracer.ask.table import rendered, table_lines, table_text
from tracer.case.memory import memory_case

COLUMNS = (
    ("id", "id"), ("n", "integer"), ("x", "number"), ("shared", "count"), ("excess", "measure"), ("day", "date"),
    ("at", "moment"), ("yes", "boolean"), ("reasons", "list"), ("numbers", "json"), ("value", "scalar"),
)  # fmt: skip
ROWS = [
    {
        "id": "=cmd|' /C calc'!A1", "n": 1234567, "x": 1e-30, "shared": "<20", "excess": "2.5",
        "day": date(2026, 5, 1), "at": datetime(2026, 5, 1, 12), "yes": True,
        "reasons": ["a; b", "二"], "numbers": '{"k": [1]}',
        "value": "10000",
    },
    {
        "id": "+86 138****5678", "n": -5, "x": float("nan"), "shared": "20", "excess": "<20", "day": None, "at": None,
        "yes": None, "reasons": [], "numbers": "{}", "value": "\x1b[31m[bold]甲\u202e",
    },
]  # fmt: skip


def _result() -> Result:
    schema = pa.schema(
        [
            ("id", pa.string()), ("n", pa.int64()), ("x", pa.float64()), ("shared", pa.string()),
            ("excess", pa.string()), ("day", pa.date32()), ("at", pa.timestamp("us")), ("yes", pa.bool_()),
            ("reasons", pa.list_(pa.string())),
            ("numbers", pa.string()), ("value", pa.string()),
        ]
    )  # fmt: skip
    columns = tuple(Column(name, ColumnType(kind)) for name, kind in COLUMNS)
    return Result(columns, pa.Table.from_pylist(ROWS, schema=schema))


def _written(form: str, width: int = 200) -> bytes:
    said = rendered(_result(), form, width=width)
    return said.encode() if isinstance(said, str) else said


def test_json_keeps_types() -> None:
    first, second = json.loads(_written("json"))
    assert first["shared"] == "<20"
    assert (first["excess"], first["day"], first["at"]) == (2.5, "2026-05-01", "2026-05-01T12:00:00Z")
    assert (first["reasons"], first["numbers"], first["value"]) == (["a; b", "二"], {"k": [1]}, 10000)
    assert (second["shared"], second["x"], second["yes"], second["day"]) == (20, None, None, None)
    assert [json.loads(line) for line in _written("ndjson").splitlines()] == [first, second]


def test_a_value_that_no_number_holds_stays_a_text() -> None:
    column = Column("value", ColumnType.SCALAR)
    assert [json_value(column, text) for text in ("7", "-1e3", "1e999")] == [7, -1000.0, "1e999"]


def test_csv_is_read_back_and_begins_no_formula() -> None:
    first, second = csv.DictReader(io.StringIO(_written("csv").decode()))
    assert first["id"] == "'=cmd|' /C calc'!A1"
    assert second["id"] == "+86 138****5678"  # a number is no formula, and is not damaged
    assert (first["reasons"], first["yes"], second["n"], second["day"]) == ("a; b; 二", "true", "-5", "")
    assert pq.read_table(io.BytesIO(_written("parquet"))).column_names == [name for name, _ in COLUMNS]
    with memory_case() as case:
        answer = run_sql(case.con, "SELECT '＝1+1' AS a, '-1' AS b")
    assert rendered(answer, "csv") == "a,b\n'＝1+1,-1\n", "a full-width sign begins no formula either"


def test_no_value_is_cut_off_at_any_width() -> None:
    values = {"dataset": "unrelated", "holder": "x", "origin": "obtained", "rows": "3", "state": "here"}
    kinds = {"rows": ColumnType.INTEGER}
    table = pa.table({name: [3 if name == "rows" else value] for name, value in values.items()})
    result = Result(tuple(Column(name, kinds.get(name, ColumnType.ID)) for name in values), table)
    for width in range(20, 60):
        lines = table_lines(result, width)
        assert all(len(line) <= width for line in lines)
        assert [word for word in (*values, *values.values()) if word not in " ".join(lines).split()] == [], width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([{"release": "r1", "inside": True, "nats": 1.8400000001}], "release r1, inside yes, nats 1.84"),
        ({"p_value": 0.7961860000000001}, "p_value: 0.7962"),
        ({"failed": ["block", "names"], "none": None}, "failed: block, names\nnone: –"),
        ({"rows": 12345, "deep": {"a": [1, False]}}, "rows: 12,345\ndeep: a 1, no"),
    ],
)
def test_values_within_values_are_plain(value: object, text: str) -> None:
    shown = table_text(Column("c", ColumnType.JSON, ""), json.dumps(value))
    assert shown.removeprefix("· ") == text


def test_a_column_is_empty_where_no_row_has_a_value_and_not_only_none_that_is_shown() -> None:
    rows = {"a": list(range(201)), "b": [None] * 200 + ["x"], "c": [None] * 201}
    lines = table_lines(result_of_table(pa.table(rows)), 80)
    (said,) = (line for line in lines if "without a value" in line)
    assert said.endswith(": c)"), said
    assert lines[0].split() == ["a", "b"]
