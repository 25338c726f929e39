"""Keyed choices: copies that differ in spelling alone are told apart, and never where the spelling was evened out."""

from __future__ import annotations

import random
import re
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pytest
import xlsxwriter

from tests.marking.own_list import asked
from tests.marking.rolls import HEAD, Rows, load, read, released, roll, roll_case, write
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.findings.attribution import attribute
from tracer.marking.choices.finding import bits_of, find_choices, form_pairs, stratified_rows
from tracer.marking.codes.evidence import score_choices
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.release.copies import release_copies

ORDER = [5, 2, 0, 4, 1, 3, 6]


def leaked(case: Case, folder: Path, name: str, rows: Rows) -> list[str]:
    """The releases that are named for a list of these rows with its columns in another order."""
    path = write(folder / f"{name}.csv", [[row[i] for i in ORDER] for row in rows], [HEAD[i] for i in ORDER])
    load(case, path, name)
    return [row.release for row in attribute(case.con, name) if row.accused]


def evened(cell: str) -> str:
    """A cell as a program writes it that knows of one form only."""
    cell = re.sub(r"straße|str\.", "STR", cell).upper()
    return re.sub(r"(\d) ?([A-F])$", r"\1\2", re.sub(r"\s+", " ", cell))


def test_two_hundred_rows_name_the_copy_and_evened_ones_name_none(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 6)
    copies = released(case, tmp_path, 6, unique=0, choices=True)
    rng = random.Random(3)
    rows = rng.sample(read(Path(copies[4].path)), 200)
    assert leaked(case, tmp_path, "plain", rows) == [copies[4].release]
    assert leaked(case, tmp_path, "capitals", [[cell.upper() for cell in row] for row in rows]) == [copies[4].release]
    assert leaked(case, tmp_path, "evened", [[evened(cell) for cell in row] for row in rows]) == []
    said = [reason.code for row in attribute(case.con, "evened") for reason in row.against]
    assert "attribution-choices-unread" in said
    assert leaked(case, tmp_path, "own", roll(900, 1)[:200]) == [], "the list itself names no copy"
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    case.con.execute("UPDATE choice SET bias = 0.35 WHERE no = 7")
    assert len(changed_registers(case.con, case.secret(REGISTER))) == 6


def test_a_copy_has_the_lists_people_and_its_spellings_as_often(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 3)
    source = read(tmp_path / "roll.csv")
    for copy in released(case, tmp_path, 3, unique=4, choices=True):
        rows = read(Path(copy.path))
        assert len(rows) == 904
        alike = {tuple(evened(cell) for cell in row) for row in source}
        assert sum(tuple(evened(cell) for cell in row) in alike for row in rows) >= 900, "only spellings differ"
        for pattern in (r"straße", r"\d [ab]$", r"^von "):
            was, now = (
                sum(re.search(pattern, cell) is not None for row in each for cell in row) for each in (source, rows)
            )
            assert abs(was - now) < 5 * max(was, 20) ** 0.5
        assert sum(tuple(row) not in {tuple(one) for one in source} for row in rows) > 300


def test_forms_that_follow_the_order_or_the_text_carry_no_choice(tmp_path: Path) -> None:
    """One typist wrote the first half, and each street is always written in one way: other forms would show."""
    rows = roll(900, 1)
    for at, row in enumerate(rows):
        street = re.sub(r"straße|str\.", "straße" if at < 450 else "str.", row[2])
        rows[at] = [re.sub("^[vV]on ", "von ", row[0]), row[1], re.sub(r" ([ab])$", r"\1", street), *row[3:]]
    case = roll_case(tmp_path, 300, 2)
    load(case, write(tmp_path / "typed.csv", rows), "typed", own=True)
    assert len(find_choices(case.con, read_source_list(case.con, "typed")).rows) == 0
    with pytest.raises(InputRefused, match="writes in two ways"):
        release_copies(case, asked(tmp_path, "v0", dataset="typed", unique=0, choices=True))
    for row in rows:
        row[2] = row[2].replace("straße", "str.") if len(row[2]) % 2 else row[2].replace("str.", "straße")
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(60), 15)
    fixed = (groups % 2).astype(np.int64)
    assert not stratified_rows(fixed, {"text": groups}).usable.any(), "each street has one form"
    free = rng.integers(0, 2, 900)
    assert stratified_rows(free, {"text": groups}).follows is None
    assert stratified_rows(free, {"text": groups}).usable.all()


def test_every_pair_of_forms_goes_there_and_back() -> None:
    con, pairs = duckdb.connect(), form_pairs()
    cells = {
        "word:Street:St.": "12 Main Street", "end:straße:str.": "Gartenstraße 3", "dot:initial": "John Q Public",
        "particle:von": "von Albers", "space:double": "Anna Maria", "space:house": "Weg 12a", "space:dot": "H.No.12",
        "space:comma": "Lee,Anna", "brackets": "路12号（东区）", "zeros": "1990-03-04", "and:und": "Ihle & Sohn",
    }  # fmt: skip

    def look(name: str, cell: str) -> tuple[bool, int, str, str]:
        """Whether it can be written in two ways, in which it is, and both."""
        pair = pairs[name]
        parts = (pair.open_sql("c"), pair.form_sql("c"), pair.as_first("c"), pair.as_second("c"))
        return con.execute(f"SELECT {', '.join(parts)} FROM (SELECT $cell AS c)", {"cell": cell}).fetchall()[0]

    for name, cell in cells.items():
        second = look(name, cell)[3]
        assert look(name, cell) == (True, 0, cell, second), name
        assert look(name, second) == (True, 1, cell, second), name
    for name, pair in pairs.items():
        assert con.execute(f"SELECT {pair.open_sql('c')} FROM (SELECT 'Nothing' AS c)").fetchone() is not None, name


def test_innocent_copies_are_named_as_seldom_as_said() -> None:
    """400 leaks, of sources of which nothing is kept: the exact tail is a p-value, whatever a group was made of."""
    rng = np.random.default_rng(7)
    bias = np.repeat([0.3, 0.5, 0.8], 20)
    group = np.tile([0, 1], 30)
    copies = [f"r{j}" for j in range(100)]
    below, likely = 0, list[float]()
    for leak in range(400):
        bits = np.stack([bits_of(leak.to_bytes(32, "big"), name, bias) for name in copies])
        shown = (rng.random(60) < bias).astype(np.int64)
        shown[(group == 1) & (rng.random(60) < 0.6)] = 0
        scores = score_choices(shown, group, bias, bits)
        below += int((scores.p_values <= 0.05).sum())
        likely.append(float(scores.e_values.clip(0.0, 1_000.0).mean()))
    assert below / 40_000 <= 0.052
    assert np.mean(likely) < 1.5, "a likelihood ratio: 1 on average for a copy that is not the source"


def test_what_a_workbook_computes_of_a_cell_follows_its_spelling(tmp_path: Path) -> None:
    case, path = roll_case(tmp_path, 300, 2), tmp_path / "book.xlsx"
    lines = roll(900, 1)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Roll")
        sheet.write_row(0, 0, [*HEAD, "Label"])
        for at, row in enumerate(lines, 1):
            sheet.write_row(at, 0, row)
            sheet.write_formula(at, len(HEAD), f'=A{at + 1}&", "&C{at + 1}', None, f"{row[0]}, {row[2]}")
    load(case, path, "book", own=True)
    for copy in release_copies(case, asked(tmp_path, "v0", "v1", dataset="book", unique=2, choices=True)):
        written, stored = (openpyxl.load_workbook(copy.path, data_only=only)["Roll"] for only in (False, True))
        known, changed = {tuple(row) for row in lines}, 0
        for at in range(2, 904):
            cells = [str(cell.value or "") for cell in stored[at]]
            changed += tuple(cells[:-1]) not in known
            assert written.cell(at, len(HEAD) + 1).value == f'=A{at}&", "&C{at}'
            assert cells[-1] == f"{cells[0]}, {cells[2]}"
        assert changed > 100
