"""Lists that are a part of their file. What goes out with them unmarked is refused where it names people, and said
where it does not; a copy that was handed over is read as they were."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.marking.own_list import FAMILY, GIVEN, asked, import_file
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.release.copies import release_copies
from tracer.marking.release.handed_over import record_handover
from tracer.marking.release.plan import plan_release
from tracer.records import ReleaseFacts

LEGEND = [["状态", "含义"], ["1", "新客户"], ["2", "老客户"]]


def people(first: int, rows: int = 120) -> list[list[str]]:
    rng = random.Random(first)
    numbers = rng.sample(range(14000000000 + first, 14000100000 + first), rows)
    return [["姓名", "手机号"], *([rng.choice(FAMILY) + rng.choice(GIVEN), str(number)] for number in numbers)]


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    made = openpyxl.Workbook()
    del made["Sheet"]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def loaded(folder: Path, path: Path, options: ReadOptions) -> Case:
    """A case with the file as dataset `own`, ten canaries and party v0."""
    case = memory_case()
    load_dataset(case, path, DatasetFacts("own", "client", origin="own"), options)
    case.con.execute("INSERT INTO party (id) VALUES ('v0')")
    import_file(case, folder, [str(14000300000 + 7919 * i) for i in range(10)], "canary")
    return case


def refused(case: Case, folder: Path) -> str:
    with pytest.raises(InputRefused) as problem:
        release_copies(case, asked(folder, "v0", unique=3))
    with pytest.raises(InputRefused) as planned:
        plan_release(case, asked(folder, "v0", unique=3))
    assert planned.value.line() == problem.value.line()
    assert not (folder / "out").exists()
    return problem.value.line()


def notes(case: Case, folder: Path) -> str:
    (copy,) = release_copies(case, asked(folder, "v0", unique=3))
    return "\n".join(copy.notes)


def test_a_sheet_of_people_that_was_not_loaded_is_not_handed_out(tmp_path: Path) -> None:
    path = book(tmp_path / "own.xlsx", {"A": people(0), "B": people(200_000), "Legend": LEGEND})
    said = refused(loaded(tmp_path, path, ReadOptions(sheet="A")), tmp_path)
    assert "sheet B was not loaded and names people (120 rows); every copy would hold it unmarked" in said
    assert "save the sheet that is to be released as a file of its own" in said
    assert "Legend" not in said
    # Loaded whole it is released, and its sender learns which sheet has planted records.
    assert "planted records are in A alone" in notes(loaded(tmp_path, path, ReadOptions()), tmp_path)


def test_a_sheet_without_people_goes_out_as_it_is(tmp_path: Path) -> None:
    path = book(tmp_path / "own.xlsx", {"A": people(0), "Legend": LEGEND})
    case = loaded(tmp_path, path, ReadOptions(sheet="A"))
    said = "in every copy as they are, without a number, address or key: sheet Legend"
    assert said in plan_release(case, asked(tmp_path, "v0", unique=3)).lines()
    assert said in notes(case, tmp_path)


def test_other_arrays_of_a_document_are_looked_at(tmp_path: Path) -> None:
    def objects(rows: list[list[str]]) -> list[dict[str, str]]:
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    path, document = tmp_path / "own.json", {"customers": objects(people(0)), "states": objects(LEGEND)}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "another array of 2 objects in own.json" in notes(loaded(tmp_path, path, ReadOptions()), tmp_path)
    (tmp_path / "more").mkdir()
    path.write_text(json.dumps(document | {"leads": objects(people(200_000, 60))}), encoding="utf-8")
    said = refused(loaded(tmp_path, path, ReadOptions()), tmp_path / "more")
    assert "another array of 60 objects in own.json was not loaded and names people" in said


def test_members_of_an_archive_that_were_not_loaded_are_looked_at(tmp_path: Path) -> None:
    def packed(*more: tuple[str, str]) -> Path:
        path = tmp_path / "own.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in (("own.csv", "\n".join(map(",".join, people(0)))), *more):
                archive.writestr(name, text)
        return path

    case = loaded(tmp_path, packed(("contract.pdf", "%PDF-"), (".old.txt", "1,2\n")), ReadOptions())
    assert "in every copy as they are, and not looked into: contract.pdf, .old.txt" in notes(case, tmp_path)
    (tmp_path / "more").mkdir()
    case = loaded(tmp_path, packed((".old.csv", "\n".join(map(",".join, people(200_000))))), ReadOptions())
    assert ".old.csv was not loaded and names people (120 rows)" in refused(case, tmp_path / "more")


def test_a_column_of_people_that_a_map_left_out_is_named_or_left_out(tmp_path: Path) -> None:
    both = [[*one, other[1]] for one, other in zip(people(0), people(200_000), strict=True)]
    both[0][2] = "固话"
    path = tmp_path / "own.csv"
    path.write_text("\n".join(map(",".join, both)) + "\n", encoding="utf-8")
    said = refused(loaded(tmp_path, path, ReadOptions(columns={"phone": "手机号"})), tmp_path)
    assert "固话 seems to identify people (phone) and was not named with --map" in said
    for options in ({"phone": "手机号|固话"}, {"phone": "手机号", "other": "固话"}):
        case = loaded(tmp_path, path, ReadOptions(columns=options))
        assert release_copies(case, asked(tmp_path, "v0", unique=3))


def test_totals_under_a_list_stay_where_rows_without_a_number_are_left_out(tmp_path: Path) -> None:
    rows = [[*row, "1"] if at % 10 else [row[0], "", "1"] for at, row in enumerate(people(0))]
    rows[0] = ["姓名", "手机号", "件数"]
    path = book(tmp_path / "own.xlsx", {"A": [*rows, ["合计", "", f"=SUM(C2:C{len(rows)})"]], "Z": [["=A!C122"]]})
    case = loaded(tmp_path, path, ReadOptions())
    (copy,) = release_copies(case, replace(asked(tmp_path, "v0", unique=3), only_reachable=True))
    made = openpyxl.load_workbook(copy.path)
    lines = list(made["A"].iter_rows(values_only=True))
    left = 120 - 12 + 3
    assert lines[-1] == ("合计", None, f"=SUM(C2:C{left + 1})")
    assert made["Z"]["A1"].value == f"=A!C{left + 2}"
    assert copy.rows == len(lines) - 1 == left + 1
    assert "12 rows without number or address are in no copy" in copy.notes


def text(path: Path, rows: Sequence[Sequence[str]], codec: str = "utf-8") -> Path:
    path.write_text("\n".join(map(",".join, rows)) + "\n", encoding=codec)
    return path


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_copy_of_a_sheet_is_read_as_the_list_was(tmp_path: Path, as_csv: bool) -> None:
    whole, more = people(0), people(200_000, 400)
    case = loaded(tmp_path, book(tmp_path / "own.xlsx", {"A": whole, "B": more}), ReadOptions(sheet="A"))
    held = [*whole[:100], ["甲九", "14000300000"]]  # and one of its canaries
    path = text(tmp_path / "copy.csv", held) if as_csv else book(tmp_path / "copy.xlsx", {"A": held, "B": more})
    with case.transaction():
        copy = record_handover(case, ReleaseFacts("", "own", "v0"), path)
    assert (copy.rows, copy.canaries, copy.withheld, copy.foreign) == (100, 1, 21, 0)


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_a_copy_has_the_columns_that_its_list_was_loaded_with(tmp_path: Path, codec: str) -> None:
    rows = [["姓名", "订单号", "分店"], *([*one, "南京"] for one in people(0)[1:])]
    options = ReadOptions(columns={"phone": "订单号"}, encoding="gb18030")
    case = loaded(tmp_path, text(tmp_path / "own.csv", rows, "gb18030"), options)
    for count, width in ((80, 3), (90, 2)):
        path = text(tmp_path / "copy.csv", [row[:width] for row in rows[: count + 1]], codec)
        with case.transaction():
            copy = record_handover(case, ReleaseFacts(f"copy-{width}", "own", "v0"), path)
        assert (copy.rows, copy.withheld, copy.foreign) == (count, 120 - count, 0)
