"""A price list as companies have it, released: every formula is its row's own, and every value what it gives."""

from __future__ import annotations

import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tests.bench.small_world import command
from tests.marking.makers import MAKERS

ROWS, FIRST = 500, 3
COMPUTED = {
    15: "=O{r}*(1-N{r})", 18: "=ROUND(P{r}*0.2,2)", 19: "=P{r}+S{r}", 20: '=IF(O{r}>20000,"big","small")',
    21: '=D{r}&" of "&UPPER(B{r})',
}  # fmt: skip
HEADINGS = ("VAT", "Gross", "Class", "Label", "Quarter")


def given(cells: list[Any]) -> dict[int, object]:
    """What the formulas give, by somebody who does not read them."""
    net = (cells[14] or 0) * (1 - (cells[13] or 0))
    tax = float(Decimal(f"{net * 0.2:.10f}").quantize(Decimal("0.01"), ROUND_HALF_UP))
    size = "big" if (cells[14] or 0) > 20_000 else "small"
    return {15: net, 18: tax, 19: net + tax, 20: size, 21: f"{cells[3]} of {str(cells[1]).upper()}"}


def price_list(path: Path, lines: list[list[Any]]) -> None:
    """Titles, a list with formulas, a total under it, rules, and a second sheet that sums it up."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet, summary = book.add_worksheet("Price list"), book.add_worksheet("Summary")
        sheet.write(0, 0, "Accounts, confidential")
        sheet.write_row(1, 0, [*lines[0], *HEADINGS])
        for at, cells in enumerate(lines[1:], FIRST - 1):
            for i, cell in enumerate(cells):
                if i != 15 and cell is not None:
                    sheet.write(at, i, cell)
            for i, value in given(cells).items():
                sheet.write_formula(at, i, COMPUTED[i].format(r=at + 1), None, value)
            quarter = f"=VLOOKUP(L{at + 1},Summary!$A$1:$B$9,2,FALSE)"
            sheet.write_formula(at, 22, quarter, None, f"Q{len(str(cells[11])) % 4 + 1}")
        last = len(lines) + 1
        sheet.write(last, 0, "Total")
        for i in (14, 15, 19):
            name = xl_col_to_name(i)
            sheet.write_formula(last, i, f"=SUM({name}{FIRST}:{name}{last})", None, 1.5)
        sheet.freeze_panes(2, 2)
        sheet.autofilter(1, 0, last - 1, 22)
        sheet.data_validation(2, 12, last - 1, 12, {"validate": "list", "source": ["A", "B", "C", "D"]})
        sheet.conditional_format(2, 0, last - 1, 22, {"type": "formula", "criteria": "=$O3>20000"})
        book.define_name("Turnovers", f"='Price list'!$O$3:$O${last}")
        for at, region in enumerate(sorted({str(cells[10]) for cells in lines[1:]})):
            summary.write(at, 0, region)
            summary.write_formula(at, 1, f"=SUMIFS('Price list'!P:P,'Price list'!K:K,A{at + 1})", None, 2.5)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"='Price list'!$P$3:$P${last}"})
        summary.insert_chart("D2", chart)


@pytest.mark.slow("a release is drawn and judged")
def test_a_price_list_is_released_with_its_formulas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in (("TRACER_KEY", "ab" * 32), ("TRACER_NOW", "2026-04-01T09:00:00")):
        monkeypatch.setenv(key, value)
    made = MAKERS["firms"](tmp_path, ROWS, 2)
    lines = [[*row] for row in openpyxl.load_workbook(made.list).worksheets[0].iter_rows(values_only=True)]
    source, case = tmp_path / "prices.xlsx", ["--case", str(tmp_path / "case")]
    price_list(source, lines)
    said = ""
    for step in (
        ["init", str(tmp_path / "case"), "--region", "GB"],
        ["load", str(source), "--holder", "own", "--origin", "own", "--id", "list", *case],
        ["canary", "import", str(made.canaries), "--kind", "canary", *case],
        *(["party", "add", f"r{k}", "--role", "system_vendor", *case] for k in range(3)),
        ["release", "list", *(word for k in range(3) for word in ("--to", f"r{k}")), "--unique", "5", "-o",
         str(tmp_path / "out"), *case],
    ):  # fmt: skip
        code, said = command(*step)
        assert code == 0, said
    assert re.search(r"values, not\s+formulas, in\s+these columns of sheet Price list, .*: Quarter\n", said, re.DOTALL)
    copies = sorted((tmp_path / "out").iterdir())
    assert len(copies) == 3
    for copy in copies:
        _looked_through(copy, source, {(row[5], row[6]) for row in lines})


def _looked_through(copy: Path, source: Path, known: set[tuple[object, object]]) -> None:
    written, stored = openpyxl.load_workbook(copy), openpyxl.load_workbook(copy, data_only=True)
    sheet, last, planted = written["Price list"], FIRST + ROWS + 4, 0
    for r in range(FIRST, last + 1):
        formulas, values = ([cell.value for cell in book["Price list"][r]] for book in (written, stored))
        planted += (values[5], values[6]) not in known
        for i, value in given(values).items():
            assert formulas[i] == COMPUTED[i].format(r=r), (copy.name, r)
            assert values[i] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), (copy.name, r)
        assert re.fullmatch("Q[1-4]", str(formulas[22])), "a look-up is its value"
    assert planted == 5
    assert sheet[f"O{last + 1}"].value == f"=SUM(O3:O{last})"
    assert stored["Price list"][f"O{last + 1}"].value is None, "the total is computed when the copy is opened"
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == f"A2:W{last}"
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == [f"M3:M{last}"]
    assert [str(each.sqref) for each in sheet.conditional_formatting] == [f"A3:W{last}"]
    assert written.defined_names["Turnovers"].attr_text == f"'Price list'!$O$3:$O${last}"
    assert written["Summary"]["B1"].value == "=SUMIFS('Price list'!P:P,'Price list'!K:K,A1)"
    assert stored["Summary"]["B1"].value is None
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(copy) as new:
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed == {
            "xl/workbook.xml", "xl/sharedStrings.xml", "xl/charts/chart1.xml",
            "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        }  # fmt: skip
        assert f"'Price list'!$P$3:$P${last}".encode() in new.read("xl/charts/chart1.xml")
