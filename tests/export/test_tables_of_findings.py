"""Findings for spreadsheets: a workbook with types and a first sheet, and csv files that a schema describes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.export.market_findings import PSEUDONYM, TITLE, found
from tracer.case.case import Case
from tracer.export.formats import Outgoing, file_name, outgoing_case, render
from tracer.publish import row_schemas

ODD: list[dict[str, Any]] = [
    {"vendor": "=1+1", "release": "+8613800138000", "dataset": "008613800138000", "seen_in": "-5", "probability": 0.25,
     "first_seen": "2026-05-20", "after_end": True, "reasons": ["@SUM(A1)", "second"], "reading": "1899-12-31"},
    {"vendor": "13800138000", "release": "1e5", "dataset": None, "seen_in": "\x07bell", "probability": 1.0,
     "first_seen": "1066-10-14", "after_end": None, "reasons": [], "reading": "_x0041_"},
]  # fmt: skip
CAST: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.get,
}


@pytest.fixture(scope="module")
def rows(read_market: Case) -> Outgoing:
    out = outgoing_case(read_market.con, found(read_market), PSEUDONYM, TITLE)
    return replace(out, schema=row_schemas(), stem="findings")


def book_of(out: Outgoing) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render(out, "xlsx", "findings")[""]))


def test_a_workbook_has_a_table_a_query_with_true_numbers_and_days(rows: Outgoing) -> None:
    book = book_of(rows)
    assert book.sheetnames == ["Read me first", *(name for name, found in rows.findings.items() if found)]
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert (table.ref, table.autoFilter.ref, sheet.freeze_panes) == (sheet.dimensions, sheet.dimensions, "B2")
    head, *lines = book["retention"].iter_rows()
    first = {name.value: cell for name, cell in zip(head, lines[0], strict=True)}
    assert isinstance(first["first_seen"].value, datetime)
    assert (type(first["probability"].value), first["probability"].number_format) == (float, "0.0%")
    hidden = [width.hidden for width in book["retention"].column_dimensions.values()]
    assert hidden.count(True) == 1  # of codes, grouped
    assert {type(cell.value) for cell in book["datasets"]["D"][1:]} == {int}


def test_the_first_sheet_explains_sheets_columns_grades_and_what_is_left_out(rows: Outgoing) -> None:
    for lang, name in (("en", "Read me first"), ("zh", "阅读说明")):
        out = rows.in_language(lang)
        cells = {cell for row in book_of(out)[name].iter_rows(values_only=True) for cell in row}
        assert {*out.graph["left_out"], "retention", "seen_with", "who held that", "G5", "<20"} - cells == {"<20"}
        assert any("<20" in str(cell) for cell in cells)


def test_no_cell_of_data_is_a_formula_and_ids_stay_text(rows: Outgoing) -> None:
    odd = replace(rows, findings={"retention": ODD}, coded_tables=None)
    written = render(odd, "xlsx", "findings")
    assert written == render(odd, "xlsx", "findings")
    sheet = book_of(odd)["retention"]
    cells = {(line, name.value): cell for line, row in enumerate(sheet.iter_rows(min_row=2)) for name, cell in
             zip(sheet[1], row, strict=True)}  # fmt: skip
    assert not any(cell.data_type == "f" for cell in cells.values())
    for at, row in enumerate(ODD):
        for name in ("vendor", "release", "seen_in"):
            assert cells[at, name].value == str(row[name]).replace("\x07", "\ufffd")
            assert cells[at, name].data_type == "s"
    assert cells[0, "vendor"].quotePrefix
    assert (cells[0, "dataset"].value, cells[0, "reasons"].value) == ("008613800138000", "@SUM(A1)\nsecond")
    assert (cells[0, "first_seen"].value, cells[1, "first_seen"].value) == (datetime(2026, 5, 20), "1066-10-14")
    assert (cells[0, "reading"].value, cells[1, "reading"].value) == ("1899-12-31", "_x0041_")


@pytest.mark.parametrize("noun", ["findings", "graph"])
def test_csv_files_are_what_their_package_says(noun: str, rows: Outgoing, tmp_path: Path) -> None:
    out = replace(rows, stem=noun)
    files = {file_name(noun, ending, ".csv"): content for ending, content in render(out, "csv", noun).items()}
    package = json.loads(files[f"{noun}-datapackage.json"])
    assert {one["path"] for one in package["resources"]} == files.keys() - {f"{noun}-datapackage.json"}
    for one in package["resources"]:
        text = files[one["path"]].decode(one["encoding"])
        lines = csv.DictReader(io.StringIO(text, newline=""))
        fields = {field["name"]: field for field in one["schema"]["fields"]}
        assert list(lines.fieldnames or []) == list(fields)
        for line in lines:
            for name, value in line.items():
                if value not in one["schema"]["missingValues"]:
                    assert CAST.get(fields[name]["type"], str)(value) is not None
                    assert re.fullmatch(fields[name].get("constraints", {}).get("pattern", "(?s).*"), value)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    frictionless = pytest.importorskip("frictionless")
    assert frictionless.Package(str(tmp_path / f"{noun}-datapackage.json")).validate().valid
