"""Workbooks as people make them, by openpyxl: what a list may have around its cells, and an edit of such a list.

Numbers are in segments that are not allocated, names invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting import rule as formatting_rule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

from tracer.lists.write.model import NewRow, PartEdit, Template

ROWS = 60
REMOVED = frozenset({3, 17, 18, 59})
CITIES = ("Aldwick", "Brenham", "Corvale", "Dunmere")
HEADINGS = ("Name", "Phone", "Email", "City", "Quantity", "Price", "Joined")


def rows(count: int = ROWS) -> list[list[Any]]:
    """The list's rows without formulas."""
    return [
        [
            f"Person {chr(65 + i % 26)}{i}", f"1400{i:07d}", f"p{i}@example.org", CITIES[i % 4], 1 + i % 9,
            10.5 + i % 13, dt.date(2025, 1, 1) + dt.timedelta(days=i),
        ]
        for i in range(count)
    ]  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """One kind of workbook."""

    make: Callable[[Path], None]
    refused: str = ""
    """A word of the refusal; blank where it is to be copied."""


def _book(formulas: Mapping[str, str], *, first: int = 2, title: str = "List") -> tuple[Any, Any, int]:
    """A workbook with the list and columns of formulas (`{r}`: the row); book, sheet, last row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for _ in range(first - 2):
        sheet.append(["Customers of the northern branch"])
    sheet.append([*HEADINGS, *formulas])
    for i, row in enumerate(rows(), first):
        sheet.append([*row, *(text.format(r=i) for text in formulas.values())])
    return book, sheet, first + ROWS - 1


def _own(path: Path) -> None:
    book, _, _ = _book({"Total": "=E{r}*F{r}", "Label": '=A{r}&" (A2, "&D{r}&")"'})
    book.save(path)


def _sheet_in_quotes(path: Path) -> None:
    book, _, _ = _book({"Total": "='It''s B2'!E{r}*'It''s B2'!F{r}"}, title="It's B2")
    book.save(path)


def _title_rows(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"}, first=5)
    sheet["J1"] = f"=SUM(H5:H{last})"
    sheet["J2"] = f'=COUNTIF(D5:D{last},"Aldwick")'
    sheet.freeze_panes = "A5"
    book.save(path)


def _total_under(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    sheet.append(["Total", None, None, None, f"=SUM(E2:E{last})", None, None, f"=SUM(H2:H{last})"])
    book.save(path)


def _total_below_gap(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    sheet.cell(last + 3, 1, "Total")
    sheet.cell(last + 3, 8, f"=SUBTOTAL(9,H2:H{last})")
    book.save(path)


def _lookups(path: Path) -> None:
    book, _, last = _book(
        {
            "Region": "=VLOOKUP(D{r},Regions!$A$2:$B$5,2,FALSE)",
            "Manager": "=INDEX(Regions!C:C,MATCH(D{r},Regions!A:A,0))",
            "Net": "=F{r}/(1+Regions!$F$1)",
        }
    )
    other = book.create_sheet("Regions")
    other.append(["Town", "Region", "Manager", "Rate", None, 0.19])
    for i, city in enumerate(CITIES):
        other.append([city, f"Region {i}", f"Manager {i}"])
    summary = book.create_sheet("Summary")
    for i, city in enumerate(CITIES, 1):
        summary.cell(i, 1, city)
        summary.cell(i, 2, f"=SUMIFS(List!$F$2:$F${last},List!$D$2:$D${last},A{i})")
        summary.cell(i, 3, f"=COUNTIF(List!D:D,A{i})")
    summary["A7"] = "=List!B12"
    summary["A8"] = f'=INDEX(List!A2:A{last},MATCH("14000000020",List!B2:B{last},0))'
    book.save(path)


def _names(path: Path) -> None:
    book, sheet, last = _book({"Net": "=F{r}*Rate", "Total": "=E{r}*F{r}"})
    sheet["K1"] = 0.8
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="List!$K$1")
    book.defined_names["Prices"] = DefinedName("Prices", attr_text=f"List!$F$2:$F${last}")
    sheet["K2"] = "=SUM(Prices)"
    sheet.print_area = f"A1:I{last}"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:I{last}"
    sheet.row_breaks.append(Break(id=30))
    book.save(path)


def _rules(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    fill, rule = PatternFill("solid", bgColor="FFC7CE"), cast(Any, formatting_rule)
    sheet.conditional_formatting.add(
        f"E2:E{last}", rule.CellIsRule(operator="greaterThan", formula=["$K$1"], fill=fill)
    )
    sheet.conditional_formatting.add(f"A2:H{last}", rule.FormulaRule(formula=['$D2="Aldwick"'], fill=fill))
    sheet.conditional_formatting.add(f"F2:F{last}", rule.ColorScaleRule("min", None, "FF0000", "max", None, "00FF00"))
    sheet["K1"] = 5
    choice = DataValidation(type="list", formula1='"Aldwick,Brenham,Corvale,Dunmere"')
    choice.add(f"D2:D{last}")
    bound = DataValidation(type="custom", formula1="E2<F2")
    bound.add(f"E2:E{last}")
    sheet.add_data_validation(choice)
    sheet.add_data_validation(bound)
    book.save(path)


def _charts(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=8, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, "K20")
    book.save(path)


def _table(path: Path) -> None:
    book, sheet, last = _book(
        {
            "Total": "=Sales[[#This Row],[Quantity]]*Sales[[#This Row],[Price]]",
            "Long": "=LEN(Sales[[#This Row],[Name]])",
        }
    )
    table = Table(displayName="Sales", ref=f"A1:I{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    table._initialise_columns()  # type: ignore[attr-defined]  # what its own add_table does when it saves
    for column, heading in zip(table.tableColumns, [*HEADINGS, "Total", "Long"], strict=True):
        column.name = heading
    table.tableColumns[7].calculatedColumnFormula = TableFormula(
        attr_text="Sales[[#This Row],[Quantity]]*Sales[[#This Row],[Price]]"
    )
    sheet.add_table(table)
    summary = book.create_sheet("Summary")
    summary["A1"] = "=SUM(Sales[Total])"
    summary["A2"] = "=COUNTA(Sales[[#Data],[Name]])"
    book.save(path)


def _styled(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    sheet.delete_cols(3)
    for i in range(2, last + 1):
        sheet.row_dimensions[i].height = 18
        sheet.cell(i, 1).font = Font(bold=True)
        sheet.cell(i, 5).number_format = "#,##0.00"
        if i % 3 == 0:
            sheet.cell(i, 3).value = None
            sheet.cell(i, 3).fill = PatternFill("solid", fgColor="EEEEEE")
        sheet.cell(i, 7).value = f"=D{i}*E{i}"
    sheet["A9"].comment = Comment("asked twice", "office")
    sheet.row_dimensions.group(20, 30, outline_level=1)
    book.save(path)


def _numbering(path: Path) -> None:
    book, _, _ = _book({"No": "=ROW()-1", "Total": "=E{r}*F{r}"})
    book.save(path)


def _without_dollars(path: Path) -> None:
    """A program wrote it: the same cells in every row, without `$`."""
    book, sheet, _ = _book({"Net": "=F{r}*K1", "Region": "=VLOOKUP(D{r},Regions!A1:B4,2,0)"})
    sheet["K1"] = 0.8
    other = book.create_sheet("Regions")
    for i, city in enumerate(CITIES):
        other.append([city, f"Region {i}"])
    book.save(path)


def _array_of_a_cell(path: Path) -> None:
    book, sheet, last = _book({"Total": "=0"})
    for i in range(2, last + 1):
        sheet.cell(i, 8).value = ArrayFormula(f"H{i}", f"=SUM(E{i}:F{i}*2)")
    book.save(path)


def _striped(path: Path) -> None:
    book, sheet, last = _book({"Total": "=E{r}*F{r}"})
    for i in range(2, last + 1, 2):
        for j in range(1, 9):
            sheet.cell(i, j).fill = PatternFill("solid", fgColor="EEEEEE")
    book.save(path)


def _running(path: Path) -> None:
    book, sheet, last = _book({"Running": "=H{r}+0"})
    sheet["H2"] = "=F2"
    for i in range(3, last + 1):
        sheet.cell(i, 8).value = f"=H{i - 1}+F{i}"
    book.save(path)


def _share(path: Path) -> None:
    book, _, _ = _book({"Share": f"=F{{r}}/SUM($F$2:$F${ROWS + 1})"})
    book.save(path)


def _share_by_cell(path: Path) -> None:
    book, sheet, last = _book({"Share": "=F{r}/$K$1"})
    sheet["K1"] = f"=SUM(F2:F{last})"
    book.save(path)


def _by_position(path: Path) -> None:
    book, _, _ = _book({"Balance": "=Balances!B{r}"})
    other = book.create_sheet("Balances")
    other.append(["Account", "Balance"])
    for i in range(ROWS):
        other.append([f"A{i}", i * 3])
    book.save(path)


def _indirect(path: Path) -> None:
    book, _, _ = _book({"Total": '=INDIRECT("E"&ROW())'})
    book.save(path)


def _array_over_rows(path: Path) -> None:
    book, sheet, last = _book({"Total": "=0"})
    for i in range(2, last + 1):
        sheet.cell(i, 8).value = None
    sheet["H2"] = ArrayFormula(f"H2:H{last}", f"=E2:E{last}*F2:F{last}")
    book.save(path)


OPENPYXL: Mapping[str, Variant] = {
    "own row": Variant(_own), "sheet in quotes": Variant(_sheet_in_quotes), "title rows": Variant(_title_rows),
    "total under": Variant(_total_under), "total below a gap": Variant(_total_below_gap), "lookups": Variant(_lookups),
    "names": Variant(_names), "rules": Variant(_rules), "charts": Variant(_charts), "table": Variant(_table),
    "styled": Variant(_styled), "numbering": Variant(_numbering), "without dollars": Variant(_without_dollars),
    "array of a cell": Variant(_array_of_a_cell),
    "striped": Variant(_striped, "shaded in turn"),
    "running total": Variant(_running, "other rows"), "share": Variant(_share, "other rows"),
    "share by a cell": Variant(_share_by_cell, "other rows"), "by position": Variant(_by_position, "position"),
    "indirect": Variant(_indirect, "builds its references"), "array over rows": Variant(_array_over_rows, "array"),
}  # fmt: skip


def edit_of(template: Template, rows: list[tuple[str | None, ...]], count: int) -> PartEdit:
    """Rows that come in at the first, some in the middle, the last place; and some that go out."""
    added = []
    for k, before in enumerate((1, 10, 10, 18, 30, 45, 61)):
        like = 5 + 7 * k
        cells, taken = list(rows[like - 1]), [like if cell is not None else None for cell in rows[like - 1]]
        for i, text in ((0, f"Planted {k}"), (1, f"1401{k:07d}"), (2, f"planted{k}@example.org")):
            if i < len(cells) and cells[i] is not None and (i != 2 or "@" in str(cells[i])):
                cells[i], taken[i] = text, None
        added.append(template.as_written(1, NewRow(min(before, count + 1), like, tuple(cells), tuple(taken))))
    return PartEdit(REMOVED, tuple(added))
