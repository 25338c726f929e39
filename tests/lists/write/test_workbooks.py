"""Marked workbooks: formulas keep their rows, new rows look like the others, what cannot be moved is refused."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.worksheet.formula import ArrayFormula

from tests.lists.write.test_copies import opened
from tests.lists.write.workbook_kinds import OPENPYXL, edit_of
from tests.lists.write.workbook_xml import differences, refused_by_excel
from tracer.errors import InputRefused
from tracer.lists.write.model import PartEdit, Template
from tracer.lists.write.xlsx.references import RowMoves, cell_range, moved_formula, tokens

FORMULAS = (
    "B2*C2", "SUM(B$2:B$100)+LOG10(A1)", "'It''s A1'!B2&\"A1, B2\"", "Sales[[#This Row],[Q2]]*2", "1E+5*A1",
    "SUM(A:A)+SUM($2:$5)", "_xlfn.XLOOKUP(A2,Lookup!A:A,Lookup!B:B)", "TAX2024+x_1", "SUM(Jan:Mar!B2)", "客户!A1&客户",
    "IF(A1=\"B1\"\"C1\",#N/A,-B2%)", "A1:B2 B1:C3", "SUM((A1,B2:C3))", "[1]Sheet!A1+'[2]x y'!$A$1:$C$5",
    "FY24Total+AB12", "COUNTIF(Data!$B$2:$B$9,\">\"&A1)", "{1,2;3,4}*A1",
)  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_references_are_those_that_another_tokenizer_finds(formula: str) -> None:
    theirs = [t.value for t in Tokenizer("=" + formula).items if t.type == Token.OPERAND and t.subtype == Token.RANGE]
    ours = [t for t in tokens(formula) if t.kind in ("cells", "table", "name")]
    # It takes a sheet as part of the reference, and names and tables as references.
    assert [t.text for t in ours] == [value.rpartition("!")[2] for value in theirs]
    assert all(cell_range(t.text) is not None for t in ours if t.kind == "cells")


MOVES = {"list": RowMoves(2, 10, [4, 5, 10], [2, 6, 11, 11])}
"""Rows 4, 5 and 10 go out; one row comes in at the first place, one before row 6, two at the end."""


MOVED = {
    "B2+B3+B6+B12": "B3+B4+B6+B13",  # before 6: one in at the top, two out, one in at its place
    "B4": "#REF!", "B1048576": "B1048576", "SUM(B10:B2)": "SUM(B11:B2)", "SUM(1:1)+SUM(2:10)": "SUM(1:1)+SUM(2:11)",
    "SUM(B2:B10)": "SUM(B2:B11)",  # all rows stay all rows: nine, less three, and four
    "SUM(B3:B9)": "SUM(B4:B9)", "SUM($B$4:$B$5)": "SUM(#REF!)",
    "SUM(B4:B7)+Other!B4+[1]List!B4": "SUM(B6:B7)+Other!B4+[1]List!B4",
    "SUM(B:B)&\"B6\"&'List'!$C$7": "SUM(B:B)&\"B6\"&'List'!$C$7",
}  # fmt: skip


def test_references_move_as_rows_do() -> None:
    assert {formula: moved_formula(formula, "List", MOVES) for formula in MOVED} == MOVED


def prepared(source: Path) -> tuple[Template, PartEdit]:
    template, parts, rows = opened(source)
    return template, edit_of(template, rows[0], parts[0].rows)


@pytest.mark.parametrize("name", sorted(OPENPYXL))
def test_copies_are_whole_or_refused(tmp_path: Path, name: str) -> None:
    """Each new row looks like the others in the raw XML; Excel's own rules are kept; or the reason is said."""
    variant = OPENPYXL[name]
    source, copy = tmp_path / "list.xlsx", tmp_path / "copy.xlsx"
    variant.make(source, computed=True)
    template, edit = prepared(source)
    if variant.refused:
        with pytest.raises(InputRefused) as refusal:
            template.check([{1: edit}])
        assert any(variant.refused in problem.what for problem in refusal.value.problems)
        return
    template.check([{1: edit}])
    copy.write_bytes(template.render({1: edit}))
    assert list(differences(copy, edit)) == []
    assert template.render({}) == source.read_bytes()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(copy) as new:
        changing = re.compile(r"xl/(worksheets|charts|tables|drawings|comments)/?|xl/(workbook|sharedStrings)\.xml")
        assert all(old.read(name) == new.read(name) for name in old.namelist() if not changing.match(name))
        assert old.namelist() == new.namelist()
    assert {heading for note in template.notes for heading in note.rpartition(": ")[2].split(", ")} == variant.valued
    first = openpyxl.load_workbook(copy).worksheets[0]
    headings, *data = first.iter_rows(min_row=variant.first - 1, max_row=variant.first + 50, values_only=True)
    stored = openpyxl.load_workbook(source, data_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    before = {row[1]: row for row in stored}
    for i, heading in enumerate(headings):
        for row in data if heading in variant.formulas else ():
            is_formula = isinstance(row[i], (str, ArrayFormula)) and "=" in str(getattr(row[i], "text", row[i]))
            assert is_formula == (heading not in variant.valued), (heading, row[i])
            assert is_formula or row[1] not in before or row[i] == before[row[1]][i]


@pytest.mark.parametrize("name", sorted(name for name, variant in OPENPYXL.items() if variant.valued))
def test_a_formula_without_a_value_that_would_be_one_is_refused(tmp_path: Path, name: str) -> None:
    source = tmp_path / "list.xlsx"
    OPENPYXL[name].make(source)
    template, edit = prepared(source)
    with pytest.raises(InputRefused) as refusal:
        template.check([{1: edit}])
    told = [str(problem) for problem in refusal.value.problems if "no stored value" in problem.what]
    assert len(told) == len(OPENPYXL[name].valued)
    assert all(re.search(r"cell [H-L]\d+, and \d+ more", each) for each in told)


def as_excel_saves(path: Path) -> None:
    """The list as Excel has it: one shared formula down the column, kept results, a chain of computing; and `t="n"`, as
    LibreOffice writes it."""
    OPENPYXL["own row"].make(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet, rels, types = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"

    def shared(found: re.Match[bytes]) -> bytes:
        row = int(found.group(1))
        master = b'<f t="shared" ref="H2:H61" si="0">E2*F2</f>' if row == 2 else b'<f t="shared" si="0"/>'
        quantity, price = 1 + (row - 2) % 9, 10.5 + (row - 2) % 13
        return b'<c r="H%d" t="n">%b<v>%b</v></c>' % (row, master, f"{quantity * price:.17g}".encode())

    members[sheet] = re.sub(rb'<c r="H(\d+)"><f>E\d+\*F\d+</f><v\s*/?>(?:</v>)?</c>', shared, members[sheet])
    assert members[sheet].count(b'si="0"') == 60
    members["xl/calcChain.xml"] = b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    relation = b'<Relationship Id="rId99" Type="' + kind + b'" Target="calcChain.xml"/></Relationships>'
    members[rels] = members[rels].replace(b"</Relationships>", relation)
    part = b'<Override PartName="/xl/calcChain.xml" ContentType="application/xml"/></Types>'
    members[types] = members[types].replace(b"</Types>", part)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_shared_formulas_and_kept_results(tmp_path: Path) -> None:
    source, copy = tmp_path / "list.xlsx", tmp_path / "copy.xlsx"
    as_excel_saves(source)
    template, edit = prepared(source)
    template.check([{1: edit}])
    copy.write_bytes(template.render({1: edit}))
    assert list(differences(copy, edit)) == []
    sheet = openpyxl.load_workbook(copy)["List"].iter_rows(min_row=2, values_only=True)
    kept = openpyxl.load_workbook(copy, data_only=True)["List"].iter_rows(min_row=2, values_only=True)
    for number, (written, row) in enumerate(zip(sheet, kept, strict=True), 2):
        assert written[7] == f"=E{number}*F{number}"
        assert row[7] == float(str(row[4])) * float(str(row[5]))
        assert row[8] is None, "the source has no results there"
    # What the gate sees of a new row is what it sees of an ordinary one, also where it copies a result.
    assert set(template.forms(1, edit.added[3])) <= {form for row in range(1, 61) for form in template.forms(1, row)}


def test_all_reasons_come_together(tmp_path: Path) -> None:
    source = tmp_path / "list.xlsx"
    OPENPYXL["shown again"].make(source)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
        archive.writestr(
            "xl/pivotCache/pivotCacheDefinition1.xml", b'<x><worksheetSource ref="A1:H61" sheet="List"/></x>'
        )
    template, edit = prepared(source)
    with pytest.raises(InputRefused) as refusal:
        template.check([{1: edit}])
    said = " ".join(problem.what for problem in refusal.value.problems)
    assert all(word in said for word in ("macros", "pivot", "one by one", "no identity was used"))


def linked_list(path: Path, side: str = "N3") -> None:
    """Mail addresses that lead to themselves, notes, a small chart, an array over the rows, a total at the side."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, other = book.add_worksheet("List"), book.add_worksheet("Other")
        sheet.write_row(0, 0, ["Name", "Phone", "Email", "Quantity", "Price", "Total", "Doubled"])
        for r in range(1, 61):
            quantity, price = 1 + r % 9, 10.5 + r % 13
            sheet.write_row(r, 0, [f"Person {r}", f"1400{r:07d}"])
            sheet.write_url(r, 2, f"mailto:p{r}@example.org", string=f"p{r}@example.org")
            sheet.write_row(r, 3, [quantity, price])
            sheet.write_formula(r, 5, f"=D{r + 1}*E{r + 1}", None, quantity * price)
        sheet.write_array_formula(1, 6, 60, 6, "{=D2:D61*2}", None, 2 * (1 + 1 % 9))
        for r in range(2, 61):
            sheet.write_number(r, 6, 2 * (1 + r % 9))
        for cell in ("A5", "A4"):
            sheet.write_comment(cell, cell)
        sheet.add_sparkline("M3", {"range": "List!E2:E61"})
        sheet.write_formula(side, "=SUM(F2:F61)", None, 99)
        sheet.conditional_format("D2:D61", {"type": "cell", "criteria": ">", "value": "$E$5"})
        sheet.set_h_pagebreaks([30])
        other.write_formula("A1", "=SUM(List!F2:F61)", None, 99)


@pytest.mark.filterwarnings("ignore:Sparkline Group extension")  # openpyxl does not read small charts
def test_links_notes_and_totals_at_the_side_go_with_their_rows(tmp_path: Path) -> None:
    source, copy = tmp_path / "list.xlsx", tmp_path / "copy.xlsx"
    linked_list(source, "N4")
    template, edit = prepared(source)
    with pytest.raises(InputRefused, match="N4 has a formula next to the list"):  # its row goes
        template.check([{1: edit}])
    linked_list(source)
    template, edit = prepared(source)
    template.check([{1: edit}])
    copy.write_bytes(template.render({1: edit}))
    with zipfile.ZipFile(copy) as archive:
        assert list(refused_by_excel(archive)) == []
        assert b"<xm:f>List!E2:E64</xm:f><xm:sqref>M4</xm:sqref>" in archive.read("xl/worksheets/sheet1.xml")
    sheet, stored = (openpyxl.load_workbook(copy, data_only=only)["List"] for only in (False, True))
    for r in range(2, 65):
        name, mail, quantity, price, total, doubled = (stored.cell(r, c).value for c in (1, 3, 4, 5, 6, 7))
        link = sheet.cell(r, 3).hyperlink
        assert (link and link.target) == f"mailto:{mail}", name
        assert sheet.cell(r, 6).value == f"=D{r}*E{r}"
        assert total == float(str(quantity)) * float(str(price))
        assert sheet.cell(r, 7).value == doubled == 2 * int(str(quantity))
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["A5"]
    side = {cell.coordinate: cell.value for row in sheet.iter_rows(min_col=14) for cell in row if cell.value}
    assert side == {"N4": "=SUM(F2:F64)"}
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["D2:D64"]
    assert [each.id for each in sheet.row_breaks.brk] == [31]
    assert openpyxl.load_workbook(copy, data_only=True)["Other"]["A1"].value is None
