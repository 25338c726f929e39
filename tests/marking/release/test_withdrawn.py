"""Taking copies back and forth leaves the register and the codes as they were drawn, in whatever order it is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from tests.lists.loading import own_list
from tests.marking.makers import MAKERS
from tests.marking.own_list import asked, import_file, lines_of, own_case
from tests.marking.register.drawn_case import faults_of
from tests.marking.release.test_release import added
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.custody.verify import check_registers
from tracer.custody.withdrawal import undo_withdrawal, withdraw
from tracer.errors import InputRefused
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.lists.write.model import NewRow
from tracer.marking.canary.intake import import_canaries
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.register.registers import unwritten_draws
from tracer.marking.release.copies import release_copies
from tracer.marking.release.handed_over import ReleaseFacts, register_release_file
from tracer.marking.release.request import dataset_rows, reachable, unreachable_rows

TABLES = ("release", "release_canary", "withheld", "code_position", "canary")


def contents(case: Case) -> list[list[tuple[object, ...]]]:
    return [case.con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES]


def freed(case: Case) -> list[str]:
    """The schemes of the canaries that are free again."""
    rows = case.con.execute(
        "SELECT scheme FROM code_position WHERE canary IN (SELECT canary FROM code_position WHERE freed)"
    )
    return [row[0] for row in rows.fetchall()]


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Case, list[str]]:
    case = own_case(tmp_path, canaries=40)
    request = asked(tmp_path, "v0", "v1", "v2", unique=2, pool=8, bias="0.5", pairs=True, withhold=0.02)
    return case, [copy.release for copy in release_copies(case, request)]


def test_what_is_taken_back_and_undone_is_as_before(drawn: tuple[Case, list[str]]) -> None:
    case, (a, b, c) = drawn
    before = contents(case)
    withdraw(case, [a])
    assert {*freed(case)} == {"unique"}
    withdraw(case, [b])
    assert {*freed(case)} == {"unique", "pair"}, "the pair of both has no copy left"
    withdraw(case, [c])
    assert len(freed(case)) == 3 * 2 + 8 + 3, "nothing of the draw is used any more"
    assert [len(table) for table in contents(case)[:3]] == [0, 0, 0]
    assert case.con.execute("SELECT count(*) FROM canary WHERE name IS NOT NULL").fetchone() == (0,)
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    assert check_registers(case)[0].detail.startswith("1 committed, 3 releases")
    assert unwritten_draws(case.con) == []
    undo_withdrawal(case, [b])
    assert "pool" not in freed(case), "with a copy, the code is back"
    undo_withdrawal(case, [a, c])
    assert contents(case) == before
    assert faults_of(case) == []


def test_a_crash_leaves_all_or_nothing(drawn: tuple[Case, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    case, (a, b, _) = drawn
    before = contents(case)

    def crashes(step: Callable[[Case, list[str]], object], *releases: str) -> int:
        """How many releases are withdrawn after a step that cannot write into the journal."""
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(case.journal, "append", Mock(side_effect=KeyboardInterrupt))
            step(case, [*releases])
        return len(case.con.execute("SELECT id FROM withdrawn_release").fetchall())

    assert crashes(withdraw, a, b) == 0
    assert contents(case) == before
    withdraw(case, [a])
    assert crashes(undo_withdrawal, a) == 1
    assert faults_of(case) == []


def test_verify_notices_a_copy_that_was_made_to_vanish(drawn: tuple[Case, list[str]]) -> None:
    case, (a, b, _) = drawn
    moved = "SELECT *, TIMESTAMP '2026-07-01' AS withdrawn_at, 'x' AS reason FROM release WHERE id = $id"
    case.con.execute(f"INSERT INTO withdrawn_release BY NAME {moved}", {"id": a})
    case.con.execute("DELETE FROM release WHERE id = $id", {"id": a})
    assert f"the journal does not say that {a} was withdrawn" in " ".join(faults_of(case))
    with pytest.raises(InputRefused, match="is not a withdrawn release"):
        undo_withdrawal(case, [b])


def test_a_withdrawn_release_has_all_columns_of_a_release(drawn: tuple[Case, list[str]]) -> None:
    columns = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table"
    release, withdrawn = (
        {*drawn[0].con.execute(columns, {"table": table}).fetchall()} for table in ("release", "withdrawn_release")
    )
    assert withdrawn == release | {("reason", "VARCHAR"), ("withdrawn_at", "TIMESTAMP")}


def test_rows_without_a_number_are_in_no_copy(tmp_path: Path) -> None:
    case = own_case(tmp_path, blank=4)
    request = replace(asked(tmp_path, "v0", "v1", unique=3, withhold=0.03), only_reachable=True)
    copies = release_copies(case, request)
    source = lines_of(tmp_path / "own.csv")[1:]
    kept = [line for line in source if line.split(",")[2] and "0900-000" not in line]
    for copy in copies:
        lines = lines_of(Path(copy.path))[1:]
        ordinary = [line for line in lines if line in set(source)]
        assert set(ordinary) <= set(kept)
        assert ordinary == [line for line in kept if line in set(ordinary)], "in the list's order"
        assert len(kept) - len(ordinary) == copy.withheld > 0, "what is withheld would be in the copy otherwise"
        assert copy.rows == len(lines) == len(ordinary) + 3
        assert len(added(tmp_path, copy)) == 3
        ids = [line.split(",")[0] for line in lines]
        assert ids == sorted(ids), "planted rows are where their ids belong"
        assert any("150 rows without number or address are in no copy" in note for note in copy.notes)
    design = case.con.execute("SELECT DISTINCT json_extract(design, '$.only_reachable')::BOOLEAN FROM release")
    assert design.fetchall() == [(True,)]
    with pytest.raises(InputRefused, match="--choices cannot go with --only-reachable"):
        release_copies(case, replace(asked(tmp_path, "v0", unique=3, choices=True), only_reachable=True))


def test_row_numbers_go_there_and_back(tmp_path: Path) -> None:
    case = own_case(tmp_path, blank=3)
    whole = read_source_list(case.con, "own")
    source = reachable(case.con, whole)
    assert source.main.rows == 400
    assert len(unreachable_rows(source)[source.main.part]) == 200
    rows = dataset_rows(source)
    assert rows is not None
    assert len(rows) == 400
    assert np.isin(2, rows) == np.False_
    for before in (1, 2, 400, 401):
        row = NewRow(before, min(before, 400), ("K1",), (7,))
        assert source.in_copies(source.in_original(row)) == row
    assert source.in_original(NewRow(401, 1, (), ())).before == 601
    assert reachable(case.con, source) is source


PLANTED = {"一": "14000300000", "二": "14009999992"}


def test_a_copy_that_was_handed_over_is_compared_with_its_dataset(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    lines = lines_of(tmp_path / "own.csv")
    extra = [f"K99999{name},外{name},{phone},江苏外一公司,南京市,2025-12-15" for name, phone in PLANTED.items()]
    copy = tmp_path / "handed.csv"
    copy.write_text("\n".join([*lines[:-2][:500], *extra]) + "\n", encoding="utf-8")
    facts = ReleaseFacts("r1", "own", "v0", date(2026, 1, 10), date(2026, 6, 30))
    for _ in range(2):
        with case.transaction():
            done = register_release_file(case.con, facts, copy)
        assert (done.rows, done.canaries, done.withheld, done.foreign) == (501, 1, len(lines) - 1 - 2 - 499, 1)
        assert done.new_canaries == 0
        assert done.notes == (), "of a single row it is not told whether the dataset holds it"
    assert _marks(case) == [(3, "外一")], "an imported canary is used where the number agrees, nobody else becomes one"
    for rows, new in (((501,), 1), ((501,), 0)):
        with case.transaction():
            done = register_release_file(case.con, replace(facts, canary_rows=rows), copy)
        assert (done.canaries, done.new_canaries, done.foreign, done.notes) == (2, new, 0, ())
        assert _marks(case) == [(3, "外一"), (33, "外二")], "a row that is said to be a canary is one"
    with case.transaction():
        register_release_file(case.con, facts, copy)
    assert _marks(case) == [(3, "外一")]
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (32,), "a person is taken off the register"
    for row in (3, 502):
        with pytest.raises(InputRefused, match="cannot be canaries"), case.transaction():
            register_release_file(case.con, replace(facts, canary_rows=(501, row)), copy)


def _marks(case: Case) -> list[tuple[int, str]]:
    marks = "SELECT c.no, c.name FROM release_canary AS k JOIN canary AS c ON c.no = k.canary ORDER BY c.no"
    return case.con.execute(marks).fetchall()


def test_people_whose_address_is_written_otherwise_are_no_canaries(tmp_path: Path) -> None:
    """`@gmail.com` in the list, `@googlemail.com` and dots in the copy; 60 who left; and one planted address."""
    copy, left = tmp_path / "copy.csv", [f"left{i}@example.com" for i in range(60)]
    written = [f"us.er{i}@googlemail.com" for i in range(280)]
    copy.write_text("\n".join(["email", *written, *left, "pla.nted@gmail.com"]) + "\n", encoding="utf-8")
    case = own_list(tmp_path, ["email", *(f"user{i}@gmail.com" for i in range(300))])
    import_file(case, tmp_path, ["planted@googlemail.com"], "canary", "email")
    with case.transaction():
        done = register_release_file(case.con, ReleaseFacts("r", "own", "v"), copy)
    assert (done.canaries, done.new_canaries, done.foreign, done.withheld) == (1, 0, 60, 20)
    assert "60 of the copy's rows" in done.notes[0]
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (1,)
    assert case.con.execute("SELECT foreign_rows FROM views.releases").fetchone() == (60,)


def test_without_a_file_all_rows_are_held_and_another_lists_file_is_refused(
    tmp_path: Path,
) -> None:
    case = own_case(tmp_path)
    with case.transaction():
        done = register_release_file(case.con, ReleaseFacts("whole", "own", "v0"))
    assert (done.rows, done.canaries, done.withheld) == (600, 0, 0)
    other = tmp_path / "other.csv"
    other.write_text("姓名,手机号\n" + "".join(f"无名{i},{14008000000 + i}\n" for i in range(50)), encoding="utf-8")
    with pytest.raises(InputRefused, match="are not in the dataset"), case.transaction():
        register_release_file(case.con, ReleaseFacts("r1", "own", "v0"), other)
    made = release_copies(case, asked(tmp_path, "v0", unique=3))[0]
    with pytest.raises(InputRefused, match="committed its register"), case.transaction():
        register_release_file(case.con, ReleaseFacts(made.release, "own", "v0"))


FIRST = 3
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
    """A title, a list with formulas, a look-up in a second sheet, and a total under it."""
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
        sheet.write(len(lines) + 1, 0, "Total")
        sheet.write_formula(len(lines) + 1, 14, f"=SUM(O{FIRST}:O{len(lines) + 1})", None, 1.5)
        summary.write_column(0, 0, sorted({str(cells[10]) for cells in lines[1:]}))


@pytest.mark.slow("a release is drawn and judged")
def test_a_price_list_is_released_with_its_formulas(tmp_path: Path) -> None:
    made, case = MAKERS["firms"](tmp_path, 500, 2), memory_case()
    case.set_meta("root_secret", "ab" * 32)
    lines = [[*row] for row in openpyxl.load_workbook(made.list).worksheets[0].iter_rows(values_only=True)]
    known = {(row[5], row[6]) for row in lines}
    price_list(tmp_path / "own.xlsx", lines)
    load_dataset(case, tmp_path / "own.xlsx", DatasetFacts("own", "us", origin="own"), ReadOptions(region="GB"))
    import_canaries(case.con, made.canaries, region="GB")
    case.con.execute("INSERT INTO party (id) VALUES ('v0'), ('v1'), ('v2')")
    copies = release_copies(case, replace(asked(tmp_path, "v0", "v1", "v2", unique=5), accept_detectable=False))
    assert any(re.search("values, not formulas, in these columns of sheet Price list, .*: Quarter$", note)
        for note in copies[0].notes)  # fmt: skip
    for copy in copies:
        written, stored = (openpyxl.load_workbook(copy.path, data_only=only)["Price list"] for only in (False, True))
        last, planted = FIRST + 500 + 4, 0
        for r in range(FIRST, last + 1):
            formulas, values = ([cell.value for cell in sheet[r]] for sheet in (written, stored))
            planted += (values[5], values[6]) not in known
            for i, value in given(values).items():
                assert formulas[i] == COMPUTED[i].format(r=r), (copy.path, r)
                assert values[i] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), r
            assert re.fullmatch("Q[1-4]", str(formulas[22])), "a look-up is its value"
        assert planted == 5
        assert written[f"O{last + 1}"].value == f"=SUM(O3:O{last})"
        assert stored[f"O{last + 1}"].value is None, "the total is computed when the copy is opened"
