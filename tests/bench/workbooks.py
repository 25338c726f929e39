"""Marked workbooks in LibreOffice: `python -m tests.bench.workbooks [--keep DIR] [--only WORD]`.

Workbooks that openpyxl and XlsxWriter make, and the same as LibreOffice saves them, get rows put in (first, in the
middle, last) and taken out. LibreOffice computes source and copy; every ordinary row must give what it gave, cell by
cell, each new row must have what its neighbours have, and totals must hold all rows. Exit code 1 where one does not.
XlsxWriter is not among the tools of the tests: `pip install XlsxWriter` before.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from tests.bench.workbook_variants import OPENPYXL, XLSXWRITER, Variant
from tests.lists.write.test_copies import opened
from tests.lists.write.workbook_xml import differences
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow, PartEdit, Template, places

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>{mode}</value></prop>
</item></oor:items>"""
ALWAYS, NEVER = 0, 1
REMOVED = frozenset({3, 17, 18, 59})
Grid = dict[str, list[list[Any]]]


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, folder: Path, mode: int) -> None:
        self.profile = folder / f"profile{mode}"
        (self.profile / "user").mkdir(parents=True)
        (self.profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE.format(mode=mode))

    def saved(self, sources: list[Path], target: Path) -> None:
        """The workbooks as it saves them once it has opened them."""
        target.mkdir(parents=True, exist_ok=True)
        command = ["soffice", f"-env:UserInstallation=file://{self.profile}", "--headless", "--convert-to", "xlsx"]
        subprocess.run(
            ["nice", "-n", "19", *command, "--outdir", str(target), *map(str, sources)], check=True, capture_output=True
        )


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


def grid(path: Path) -> Grid:
    """Computed values of all sheets."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


@dataclass(frozen=True)
class Case:
    """A source and its copy."""

    name: str
    source: Path
    copy: Path
    edit: PartEdit


def made(name: str, variant: Variant, source: Path, folder: Path) -> Iterator[Case | str]:
    """Write a copy, or say what is wrong: a refusal where none was expected, a copy where one was."""
    try:
        template, parts, rows = opened(source)
        edit = edit_of(template, rows[0], parts[0].rows)
        template.check([{1: edit}], {1: frozenset({1, 2})})
        copy = folder / f"copy-{source.name}"
        copy.write_bytes(template.render({1: edit}))
    except InputRefused as refusal:
        text = " | ".join(each.line() for each in refusal.problems)
        if not variant.refused or variant.refused not in text:
            yield f"{name}: refused: {text}"
        return
    if variant.refused:
        yield f"{name}: not refused"
        return
    yield Case(name, source, copy, edit)


def wrong(case: Case, before: Grid, after: Grid) -> Iterator[str]:
    """What differs of what should not."""
    template, parts, rows = opened(case.source)
    del template, rows
    sheet = str(parts[0].sheet)
    old, new = before[sheet], after[sheet]
    head = next(i for i, row in enumerate(old) if "Phone" in row)
    at = {row for (_, _), row in places({1: case.edit}).items()}
    count = listed(old, head)
    kept = [row for i, row in enumerate(old[head + 1 : head + 1 + count], 1) if i not in case.edit.removed]
    body = new[head + 1 :]
    ordinary = [row for i, row in enumerate(body, 1) if i not in at][: len(kept)]
    numbered = [i for i, heading in enumerate(old[head]) if heading == "No"]
    for i, (one, other) in enumerate(zip(kept, ordinary, strict=True), 1):
        for j, (left, right) in enumerate(zip(one, other, strict=False)):
            if j < len(old[head]) and isinstance(old[head][j], str) and j not in numbered and not same(left, right):
                yield f"{case.name}: ordinary row {i}, column {j}: {left!r} became {right!r}"
                return
    for i in at:
        row = body[i - 1]
        if any(
            row[j] is None
            for j, cell in enumerate(old[head])
            if cell is not None and kept[5][j] is not None and j > 2 and all(k[j] is not None for k in kept)
        ):
            yield f"{case.name}: a new row has blanks: {row}"
            return


def listed(table: list[list[Any]], head: int) -> int:
    """Rows with a number, below the headings."""
    at = table[head].index("Phone")
    return sum(str(row[at] or "").startswith("140") for row in table[head + 1 :])


def _flat(grids: Grid) -> list[Any]:
    return [cell for rows in grids.values() for row in rows for cell in row]


def same(one: Any, other: Any) -> bool:
    """Whether two computed values are alike, to within rounding."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return bool(one == other)


def main() -> int:
    """Print what is wrong; 1 where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workbooks-") as name:
        folder = arguments.keep or Path(name)
        for sub in ("made", "office", "copies", "before", "after", "cold"):
            (folder / sub).mkdir(parents=True, exist_ok=True)
        office, cold = Office(Path(name), ALWAYS), Office(Path(name), NEVER)
        variants = {key: v for key, v in {**OPENPYXL, **XLSXWRITER}.items() if arguments.only in key}
        sources = {}
        for key, variant in variants.items():
            path = folder / "made" / f"{key.replace(' ', '-')}.xlsx"
            variant.make(path)
            sources[key] = path
        office.saved(list(sources.values()), folder / "office")
        for key in list(sources):
            again = folder / "office" / sources[key].name
            target = again.with_name(f"office-{again.name}")
            again.rename(target)
            sources[f"{key}, as LibreOffice saves it"] = target
            variants[f"{key}, as LibreOffice saves it"] = variants[key]
        bad: list[str] = []
        cases: list[Case] = []
        for key, path in sources.items():
            for found in made(key, variants[key], path, folder / "copies"):
                if isinstance(found, Case):
                    cases.append(found)
                else:
                    bad.append(found)
        office.saved([case.source for case in cases], folder / "before")
        office.saved([case.copy for case in cases], folder / "after")
        cold.saved([case.copy for case in cases], folder / "cold")
        cells = 0
        for case in cases:
            before = grid(folder / "before" / case.source.name)
            after = grid(folder / "after" / case.copy.name)
            stale = grid(folder / "cold" / case.copy.name)
            off = [*wrong(case, before, after), *(f"unrecalculated: {w}" for w in wrong(case, before, stale))]
            if not all(same(a, b) for a, b in zip(_flat(after), _flat(stale), strict=True)):
                off.append(f"{case.name}: a kept result is not what the program computes")
            off += [f"{case.name}: {what}" for what in differences(case.copy, case.edit)]
            pd.read_excel(case.copy, sheet_name=None, engine="openpyxl")
            bad += off
            cells += sum(len(row) for rows in after.values() for row in rows)
        print(f"{len(sources)} workbooks, {len(cases)} copied, the others refused; {cells:,} cells computed")
        print("\n".join(bad) or "all ordinary rows compute what they did, new rows look like them")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
