"""Marked workbooks: formulas keep their rows, new rows look like the others, what cannot be moved is refused."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula.tokenizer import Token, Tokenizer

from tests.lists.write.test_copies import opened
from tests.lists.write.workbook_kinds import OPENPYXL, edit_of
from tests.lists.write.workbook_xml import differences
from tracer.errors import InputRefused
from tracer.lists.write.xlsx.references import OWN, RowMoves, cell_range, moved, shifted, tokens, with_own_row
from tracer.lists.write.xlsx.results import NotComputedError, Value, evaluated

FORMULAS = (
    "B2*C2", "SUM(B$2:B$100)+LOG10(A1)", "'It''s A1'!B2&\"A1, B2\"", "Sales[[#This Row],[Q2]]*2", "1E+5*A1",
    "SUM(A:A)+SUM($2:$5)", "_xlfn.XLOOKUP(A2,Lookup!A:A,Lookup!B:B)", "TAX2024+x_1", "SUM(Jan:Mar!B2)", "客户!A1&客户",
    "IF(A1=\"B1\"\"C1\",#N/A,-B2%)", "A1:B2 B1:C3", "SUM((A1,B2:C3))", "[1]Sheet!A1+'[2]x y'!$A$1:$C$5",
    "FY24Total+AB12",
    "COUNTIF(Data!$B$2:$B$9,\">\"&A1)", "{1,2;3,4}*A1",
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


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("B2+B3+B6+B12", "B3+B4+B6+B13"),  # before 6: one in at the top, two out, one in at its place
        ("B4", "#REF!"),
        ("SUM(B2:B10)", "SUM(B2:B11)"),  # all rows stay all rows: nine, less three, and four
        ("SUM(B3:B9)", "SUM(B4:B9)"),
        ("SUM($B$4:$B$5)", "SUM(#REF!)"),
        ("SUM(B4:B7)+Other!B4+[1]List!B4", "SUM(B6:B7)+Other!B4+[1]List!B4"),
        ("SUM(B:B)&\"B6\"&'List'!$C$7", "SUM(B:B)&\"B6\"&'List'!$C$7"),
        ("SUM(1:1)+SUM(2:10)", "SUM(1:1)+SUM(2:11)"),
        ("SUM(B10:B2)", "SUM(B11:B2)"),
        ("B1048576", "B1048576"),
    ],
)
def test_references_move_as_rows_do(formula: str, expected: str) -> None:
    assert moved(formula, "List", MOVES) == expected


def test_a_formula_is_written_for_its_own_row_alone() -> None:
    own = with_own_row('B7*$C7+B$7+SUM(A7:D7)&"B7"+List!B7+Other!B7+B70', "List", 7)
    assert own.replace(OWN, "#") == 'B#*$C#+B$7+SUM(A#:D#)&"B7"+List!B#+Other!B7+B70'
    assert shifted("A1+$A1+A$1+$A$1+B:B+2:2+$2:$2", 2, 1) == "B3+$A3+B$1+$A$1+C:C+4:4+$2:$2"
    assert shifted("A1", -1, 0) == "#REF!"


@pytest.mark.parametrize("name", sorted(OPENPYXL))
def test_copies_are_whole_or_refused(tmp_path: Path, name: str) -> None:
    """Each new row looks like the others in the raw XML; Excel's own rules are kept; or the reason is said."""
    variant = OPENPYXL[name]
    source, copy = tmp_path / "list.xlsx", tmp_path / "copy.xlsx"
    variant.make(source)
    template, parts, rows = opened(source)
    edit = edit_of(template, rows[0], parts[0].rows)
    if variant.refused:
        with pytest.raises(InputRefused) as refusal:
            template.check([{1: edit}], {1: frozenset({1, 2})})
        assert any(variant.refused in problem.what for problem in refusal.value.problems)
        return
    template.check([{1: edit}], {1: frozenset({1, 2})})
    copy.write_bytes(template.render({1: edit}))
    assert list(differences(copy, edit)) == []
    openpyxl.load_workbook(copy)


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
    template, parts, rows = opened(source)
    edit = edit_of(template, rows[0], parts[0].rows)
    template.check([{1: edit}], {1: frozenset({1, 2})})
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
    OPENPYXL["running total"].make(source)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
        archive.writestr(
            "xl/pivotCache/pivotCacheDefinition1.xml", b'<x><worksheetSource ref="A1:H61" sheet="List"/></x>'
        )
    template, parts, rows = opened(source)
    edit = edit_of(template, rows[0], parts[0].rows)
    with pytest.raises(InputRefused) as refusal:
        template.check([{1: edit}], {1: frozenset({1, 2})})
    said = " ".join(problem.what for problem in refusal.value.problems)
    assert all(word in said for word in ("macros", "pivot", "other rows", "no identity was used"))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("A1&\" \"&UPPER(LEFT(B1,1))", "Ann K"), ("IF(C1>2,\"hi\",\"lo\")", "hi"), ("C1*2^2-1", 11.0), ("-C1^2", 9.0),
        ("ROUND(C1/2,0)", 2.0), ("SUM(A1:C1)", 3.0), ("C1=3", True), ("\"a\"=\"A\"", True), ("50%*4", 2.0),
        ("CONCATENATE(A1,C1)", "Ann3"), ("VLOOKUP(A1,B1,1)", None), ("A1+1", None), ("C1/0", None), ("1/3&\"\"", None),
        ("A1<B1", None), ("D1&\"x\"", "x"), ("SUM(A1:C1", None),
    ],
)  # fmt: skip
def test_plain_formulas_are_computed_and_others_are_not(formula: str, expected: object) -> None:
    values: dict[str, Value] = {"A1": "Ann", "B1": "king", "C1": 3.0, "D1": None}

    def cells(reference: str) -> list[Value]:
        return list(values.values())[:3] if ":" in reference else [values[reference]]

    if expected is None:
        with pytest.raises(NotComputedError):
            evaluated(formula, cells)
    else:
        assert evaluated(formula, cells) == expected
