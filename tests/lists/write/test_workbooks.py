"""Marked workbooks: formulas keep their rows, new rows look like the others, what cannot be moved is refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula.tokenizer import Token, Tokenizer

from tests.bench.workbook_variants import OPENPYXL
from tests.bench.workbooks import edit_of
from tests.lists.write.test_copies import opened
from tests.lists.write.workbook_xml import differences
from tracer.errors import InputRefused
from tracer.lists.write.xlsx.formulas import OWN, moved, shifted, with_own_row
from tracer.lists.write.xlsx.references import cell_range, tokens
from tracer.lists.write.xlsx.row_moves import RowMoves

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
