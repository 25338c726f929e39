"""Recipients of a release from a file: a party in each row, with the terms of its copy where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tracer.case.memory import memory_case
from tracer.dossier.vocabulary import ID_PATTERN, LAWFUL_BASES, is_day, word_problem
from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.marking.release.request import Terms
from tracer.visible import shape

_HEADINGS = {
    "party": ("party", "party id", "recipient", "to", "id", "vendor", "接收方", "收件方", "合作方", "供应商", "机构"),
    "date": ("date", "day", "日期", "交付日期"),
    "ends": ("ends", "end", "until", "到期", "到期日", "到期日期", "截止", "截止日期"),
    "purpose": ("purpose", "用途", "目的"),
    "use_basis": ("use_basis", "use", "basis", "使用依据", "合法依据", "依据"),
}
"""Column → its headings, in lower case."""
_TITLES = 10
"""Rows at the top among which the headings are looked for."""


@dataclass(frozen=True)
class Recipients:
    """What a file of recipients says."""

    parties: tuple[str, ...]
    terms: Mapping[str, Terms]
    """Party → what the file says of its copy."""


def read_recipients(path: Path) -> Recipients:
    """Read a list (csv, txt, xlsx …) with a column `party`, and date, ends, purpose and use_basis where they differ.

    A file of one column alone holds parties, with a heading or without. Raises `InputRefused` with all that is wrong
    in it, each with its row; whether the parties are known is for the case to say.
    """
    with memory_case() as case:
        read = read_file(case.con, path, ReadOptions(has_header=False))
        rows = [row for part in read.parts for row in _rows(case.con, part, path)]
    problems, terms, first = list[InputRefused](), dict[str, Terms](), dict[str, int]()
    for number, cells in rows:
        where = f"{path}, row {number}"
        party, own = cells.get("party", ""), _terms(cells, where, problems)
        if not ID_PATTERN.match(party):
            what = f"no id of a party ({shape(party)})" if party else "missing party"
            problems.append(InputRefused(what, where=where, remedy="write the id of a party, as in `tracer party add`"))
        elif party in first:
            problems.append(
                InputRefused(f"{party} is already in row {first[party]}", where=where, remedy="name each party once")
            )
        else:
            first[party], terms[party] = number, own
    if problems:
        raise InputRefused.many(problems)
    if not first:
        raise InputRefused("no recipients", where=str(path), remedy="write one party id in each row")
    return Recipients(tuple(first), terms)


def _rows(con: duckdb.DuckDBPyConnection, part: PartRead, path: Path) -> Sequence[tuple[int, Mapping[str, str]]]:
    """(row of the file, column → cell) of a part; rows without a cell are left out."""
    names = ", ".join(f"c{i}" for i in range(len(part.columns)))
    cells_of = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    table = [(number, [(cell or "").strip() for cell in cells]) for number, cells in enumerate(cells_of, 1)]
    table = [(number, cells) for number, cells in table if any(cells)]
    for place, (_, heading) in enumerate(table[:_TITLES]):
        at = _columns(heading)
        if "party" in at:
            return [(number, {name: cells[i] for name, i in at.items()}) for number, cells in table[place + 1 :]]
    filled = [i for i in range(len(part.columns)) if any(cells[i] for _, cells in table)]
    if len(filled) > 1:
        raise InputRefused("missing column of parties", where=str(path), remedy="head it party")
    return [(number, {"party": cells[i]}) for i in filled for number, cells in table]


def _columns(heading: Sequence[str]) -> dict[str, int]:
    """Column → where it is, by the words of a heading; the first of two."""
    at = dict[str, int]()
    for position, text in enumerate(heading):
        for name, words in _HEADINGS.items():
            if text.casefold() in words:
                at.setdefault(name, position)
    return at


def _terms(cells: Mapping[str, str], where: str, problems: list[InputRefused]) -> Terms:
    days = dict[str, date | None]()
    for name in ("date", "ends"):
        days[name] = _day(cells.get(name, ""))
        if cells.get(name) and days[name] is None:
            problems.append(
                InputRefused(f"invalid day {cells[name]!r} in {name}", where=where, remedy="write it like 2026-05-01")
            )
    basis = cells.get("use_basis") or None
    wrong = word_problem(basis, LAWFUL_BASES, "lawful basis", where)
    if wrong is not None:
        problems.append(wrong)
    return Terms(days["ends"], cells.get("purpose") or None, basis, days["date"])


def _day(text: str) -> date | None:
    """The day that a cell says, a midnight behind it or not; None where it says none."""
    try:
        day = date.fromisoformat(text.removesuffix("00:00:00").rstrip(" T").replace("/", "-"))
    except ValueError:
        return None
    return day if is_day(day) else None
