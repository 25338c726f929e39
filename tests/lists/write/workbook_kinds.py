"""Workbooks as people make them, by openpyxl: what a list may have around its cells, and an edit of such a list.

Numbers are in segments that are not allocated, names invented.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

ROWS, LAST = 60, 61
REMOVED = frozenset({3, 17, 18, 59})
CITIES = ("Aldwick", "Brenham", "Corvale", "Dunmere")
HEADINGS = ("Name", "Phone", "Email", "City", "Quantity", "Price", "Joined")
TOTAL = {"Total": "=E{r}*F{r}"}
SHADED = PatternFill("solid", fgColor="EEEEEE")


@dataclass(frozen=True)
class Variant:
    """One kind of workbook: the list in columns A to G, formulas behind it (`{r}`: the row, `{p}`: the one above)."""

    formulas: Mapping[str, str] = field(default_factory=lambda: TOTAL)
    refused: str = ""
    """A word of the refusal; blank where it is to be copied."""
    valued: frozenset[str] = frozenset()
    """Headings of the columns that a copy has as values."""
    cells: Mapping[str, object] = field(default_factory=dict)
    """Further cells of the sheet."""
    rules: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Cells to the kind and the formula of what may be entered there."""
    sheets: Mapping[str, Sequence[Sequence[object]]] = field(default_factory=dict)
    """Further sheets with their rows."""
    first: int = 2
    """The first row of data; titles stand above its headings."""
    title: str = "List"
    more: Callable[[Any, Any], object] = lambda *_: None
    """What else is done to book and sheet."""

    def make(self, path: Path, *, computed: bool = False) -> None:
        """`computed`: with a value for each formula of a data row, as a spreadsheet program stores it."""
        book = openpyxl.Workbook()
        sheet: Any = book.active
        sheet.title = self.title
        for _ in range(self.first - 2):
            sheet.append(["Customers of the northern branch"])
        sheet.append([*HEADINGS, *self.formulas])
        for i in range(ROWS):
            day, r = dt.date(2025, 1, 1) + dt.timedelta(days=i), i + self.first
            row = [f"Person {chr(65 + i % 26)}{i}", f"1400{i:07d}", f"p{i}@example.org", CITIES[i % 4], 1 + i % 9]
            sheet.append([*row, 10.5 + i % 13, day, *(text.format(r=r, p=r - 1) for text in self.formulas.values())])
        for name, value in self.cells.items():
            sheet[name] = value
        for cells, (kind, formula) in self.rules.items():
            rule = DataValidation(type=cast(Any, kind), formula1=formula)
            rule.add(cells)
            sheet.add_data_validation(rule)
        for title, lines in self.sheets.items():
            other = book.create_sheet(title)
            for line in lines:
                other.append(line)
        self.more(book, sheet)
        book.save(path)
        if computed:
            _store_values(path)


def _store_values(path: Path) -> None:
    """Ten times the row's number plus its length: any will do, as long as the copy has the same."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    pattern = rb'(<c r="[H-L](\d+)"[^>]*>(?:<f[^>]*>[^<]*</f>))<v\s*/?>(?:</v>)?'
    members[sheet] = re.sub(
        pattern, lambda found: b"%b<v>%d</v>" % (found[1], 10 * int(found[2]) + len(found[1])), members[sheet]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _title(_: Any, sheet: Any) -> None:
    sheet.freeze_panes = "A5"
    sheet.merge_cells("A1:C1")


def _names(book: Any, sheet: Any) -> None:
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="List!$K$1")
    book.defined_names["Prices"] = DefinedName("Prices", attr_text=f"List!$F$2:$F${LAST}")
    sheet.print_area = sheet.auto_filter.ref = f"A1:I{LAST}"
    sheet.print_title_rows = "1:1"
    sheet.row_breaks.append(Break(id=30))


def _rules(_: Any, sheet: Any) -> None:
    fill, rule = PatternFill("solid", bgColor="FFC7CE"), cast(Any, formatting_rule)
    rules = sheet.conditional_formatting
    rules.add(f"E2:E{LAST}", rule.CellIsRule(operator="greaterThan", formula=["$K$1"], fill=fill))
    rules.add(f"A2:H{LAST}", rule.FormulaRule(formula=['$D2="Aldwick"'], fill=fill))
    rules.add(f"F2:F{LAST}", rule.ColorScaleRule("min", None, "FF0000", "max", None, "00FF00"))


def _charts(_: Any, sheet: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=8, min_row=1, max_row=LAST), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=LAST))
    sheet.add_chart(chart, "K20")


OF_TABLE = {"Total": "=Sales[[#This Row],[Quantity]]*Sales[[#This Row],[Price]]",
            "Long": "=LEN(Sales[[#This Row],[Name]])"}  # fmt: skip


def _table(_: Any, sheet: Any) -> None:
    table = Table(displayName="Sales", ref=f"A1:I{LAST}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    table._initialise_columns()  # type: ignore[attr-defined]  # what its own add_table does when it saves
    for column, heading in zip(table.tableColumns, [*HEADINGS, *OF_TABLE], strict=True):
        column.name = heading
    table.tableColumns[7].calculatedColumnFormula = TableFormula(attr_text=OF_TABLE["Total"][1:])
    sheet.add_table(table)


def _styled(_: Any, sheet: Any) -> None:
    sheet.delete_cols(3)
    for i in range(2, LAST + 1):
        sheet.row_dimensions[i].height = 18
        sheet.cell(i, 1).font = Font(bold=True)
        sheet.cell(i, 5).number_format = "#,##0.00"
        if i % 3 == 0:
            sheet.cell(i, 3).value = None
            sheet.cell(i, 3).fill = SHADED
        sheet.cell(i, 7).value = f"=D{i}*E{i}"
    sheet["A9"].comment = Comment("asked twice", "office")
    sheet.row_dimensions.group(20, 30, outline_level=1)


def _striped(_: Any, sheet: Any) -> None:
    for row in sheet.iter_rows(min_row=2, max_col=8):
        for cell in row if row[0].row % 2 == 0 else ():
            cell.fill = SHADED


def _array_of_a_cell(_: Any, sheet: Any) -> None:
    for i in range(2, LAST + 1):
        sheet.cell(i, 8).value = ArrayFormula(f"H{i}", f"=SUM(E{i}:F{i}*2)")


REGIONS = [[city, f"Region {i}", f"Manager {i}"] for i, city in enumerate(CITIES)]
SUMMARY = [
    [city, f"=SUMIFS(List!$F$2:$F${LAST},List!$D$2:$D${LAST},A{i})", f"=COUNTIF(List!D:D,A{i})"]
    for i, city in enumerate(CITIES, 1)
]
LOOKUPS = {
    "Region": "=VLOOKUP(D{r},Regions!$A$2:$B$5,2,FALSE)",
    "Manager": "=INDEX(Regions!C:C,MATCH(D{r},Regions!A:A,0))",
    "Net": "=F{r}/(1+Regions!$F$1)",
}
BEYOND = {
    "Running": "=H{p}+F{r}", "Share": f"=F{{r}}/SUM($F$2:$F${LAST})", "Balance": "=Balances!B{r}", "No": "=ROW()-1",
    "Product": '=INDIRECT("E"&ROW())',
}  # fmt: skip
OPENPYXL: Mapping[str, Variant] = {
    "own row": Variant({**TOTAL, "Label": '=A{r}&" (A2, "&D{r}&")"'}),
    "sheet in quotes": Variant({"Total": "='It''s B2'!E{r}*'It''s B2'!F{r}"}, title="It's B2"),
    "title rows": Variant(
        cells={"J1": "=SUM(H5:H64)", "J2": '=COUNTIF(D5:D64,"Aldwick")'}, first=5,
        more=_title,
    ),
    "total under": Variant(cells={"A62": "Total", "E62": "=SUM(E2:E61)", "H62": "=SUM(H2:H61)"}),
    "total below a gap": Variant(cells={"A64": "Total", "H64": "=SUBTOTAL(9,H2:H61)"}),
    "lookups": Variant(
        LOOKUPS, valued=frozenset(LOOKUPS),
        sheets={
            "Regions": [["Town", "Region", "Manager", "Rate", None, 0.19], *REGIONS],
            "Summary": [
                *SUMMARY, [], [], ["=List!B12"],
                [f'=INDEX(List!A2:A{LAST},MATCH("14000000020",List!B2:B{LAST},0))'],
            ],
        },
    ),
    "names": Variant(
        {"Net": "=F{r}*Rate", **TOTAL}, valued=frozenset({"Net"}), cells={"K1": 0.8, "K2": "=SUM(Prices)"}, more=_names
    ),
    "rules": Variant(
        cells={"K1": 5}, more=_rules,
        rules={f"D2:D{LAST}": ("list", f'"{",".join(CITIES)}"'), f"E2:E{LAST}": ("custom", "E2<F2")},
    ),
    "charts": Variant(more=_charts),
    "table": Variant(
        OF_TABLE, sheets={"Summary": [["=SUM(Sales[Total])"], ["=COUNTA(Sales[[#Data],[Name]])"]]}, more=_table
    ),
    "styled": Variant(more=_styled),
    # A program wrote it: the same cells in every row, without `$`.
    "without dollars": Variant(
        {"Net": "=F{r}*K1", "Region": "=VLOOKUP(D{r},Regions!A1:B4,2,0)"}, valued=frozenset({"Net", "Region"}),
        cells={"K1": 0.8}, sheets={"Regions": [line[:2] for line in REGIONS]},
    ),
    "array of a cell": Variant(more=_array_of_a_cell),
    "beyond their rows": Variant(
        BEYOND, valued=frozenset(BEYOND), cells={"H2": "=F2"},
        sheets={"Balances": [["Account", "Balance"], *([f"A{i}", i * 3] for i in range(ROWS))]},
    ),
    "two formulas": Variant(valued=frozenset({"Total"}), cells={"H9": "=E9*F9*0.9"}),
    "striped": Variant(refused="shaded in turn", more=_striped),
    "a rule for each row": Variant(
        refused="of their own", rules={f"E{i}": ("whole", str(i)) for i in range(2, LAST + 1)},
    ),
    "shown again": Variant(refused="one by one", sheets={"Copy": [[f"=List!A{i}"] for i in range(2, 62)]}),
    "named in a text": Variant(refused="INDIRECT", sheets={"Summary": [['=INDIRECT("List!B5")']]}),
    "several sheets": Variant(
        refused="several sheets", sheets={"Other": [[1]], "Summary": [["=SUM(List:Other!F2:F9)"]]}
    ),
    "a row that goes": Variant(refused="a copy lacks", sheets={"Summary": [["=List!B4"]]}),
    "a rule of a row that goes": Variant(refused="a copy lacks", rules={f"E2:E{LAST}": ("custom", "E2<$F$18")}),
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
