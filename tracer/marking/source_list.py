"""The list that is to be marked, as far as personas need it: columns, a sample of rows, what it is sorted by."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import duckdb

from tracer.errors import InputRefused
from tracer.lists.write.model import SourcePart

SAMPLE = 5_000
"""Rows from which values are recombined."""


@dataclass(frozen=True)
class SourceList:
    """A dataset's parts, and the part that canaries go into."""

    no: int
    """Number of the loaded version."""
    id: str
    """Id of the dataset."""
    sha256: str
    """Of the original."""
    path: str
    """Where it was loaded from."""
    region: str
    """Region of bare numbers."""
    parts: tuple[SourcePart, ...]
    """All parts."""
    tables: Mapping[int, str]
    """Part -> raw table."""
    first_rows: Mapping[int, int]
    """Part -> the dataset's row number of its first row."""
    roles: Mapping[int, tuple[str, ...]]
    """Part -> role of each column."""

    @cached_property
    def main(self) -> SourcePart:
        """The part that canaries go into: that with the most rows of those with numbers or addresses."""
        able = [part for part in self.parts if {"phone", "email"} & set(self.roles[part.part])]
        return max(able or list(self.parts), key=lambda part: (part.rows, -part.part))

    def places(self, role: str) -> list[int]:
        """Positions of the columns with this role in the main part."""
        return [i for i, found in enumerate(self.roles[self.main.part]) if found == role]


def read_source_list(con: duckdb.DuckDBPyConnection, dataset: str) -> SourceList:
    """Read what the case knows of a dataset's layout. Raises `InputRefused` where it has none, or has purged it."""
    row = con.execute(
        "SELECT no, sha256, path, region, purged_at IS NOT NULL FROM dataset WHERE id = $id AND current",
        {"id": dataset},
    ).fetchone()
    if row is None:
        known = [r[0] for r in con.execute("SELECT id FROM dataset WHERE current ORDER BY id LIMIT 6").fetchall()]
        raise InputRefused(f"the case holds no dataset {dataset!r}", remedy=f"it holds {', '.join(known)}")
    no, sha256, path, region, purged = row
    if purged:
        raise InputRefused(f"the contents of {dataset} were purged", remedy="load the list again under a new id")
    parts, tables, firsts, roles = [], {}, {}, {}
    for part, member, sheet, kind, encoding, delimiter, first, rows, table in con.execute(
        "SELECT part, member, sheet, format, encoding, delimiter, first_row, rows, raw_table FROM part"
        " WHERE dataset = $no ORDER BY part",
        {"no": no},
    ).fetchall():
        columns = con.execute(
            "SELECT header, role FROM dataset_column WHERE dataset = $no AND part = $part ORDER BY position",
            {"no": no, "part": part},
        ).fetchall()
        headers = tuple(header for header, _ in columns)
        parts.append(SourcePart(part, member, sheet, kind, encoding, delimiter, rows, headers))
        tables[part], firsts[part], roles[part] = table, first, tuple(role for _, role in columns)
    return SourceList(no, dataset, sha256, path, region, tuple(parts), tables, firsts, roles)


@dataclass(frozen=True)
class Sample:
    """Rows of the main part, drawn at random, and what is true of all its rows."""

    rows: Mapping[int, tuple[str | None, ...]]
    """Row number -> cells."""
    sorted_by: frozenset[int]
    """Columns by which the list is sorted, rising."""
    numbering: Mapping[int, Numbering]
    """Columns of ids -> their pattern."""


@dataclass(frozen=True)
class Numbering:
    """A column of ids: a fixed prefix and a number of fixed or growing width."""

    prefix: str
    """What stands before the digits."""
    width: int
    """Digits, filled with zeros; 0 where they are not filled."""
    step: int
    """What all differences of numbers are multiples of."""
    last: int
    """The highest number."""
    free: tuple[int, ...]
    """Some numbers between the lowest and the highest that no row has."""


def read_sample(con: duckdb.DuckDBPyConnection, source: SourceList, seed: str) -> Sample:
    """Draw the sample by `seed` and look at order and numbering."""
    table, width = source.tables[source.main.part], len(source.main.headers)
    names = [f"c{i}" for i in range(width)]
    rows = con.execute(
        f"SELECT row, {', '.join(names)} FROM {table} ORDER BY md5($seed || CAST(row AS VARCHAR)), row LIMIT {SAMPLE}",
        {"seed": seed},
    ).fetchall()
    return Sample(
        {row[0]: tuple(row[1:]) for row in rows},
        frozenset(i for i in range(width) if _is_sorted(con, table, i)),
        _numberings(con, source, table),
    )


def _is_sorted(con: duckdb.DuckDBPyConnection, table: str, position: int) -> bool:
    """Whether a column never falls from row to row and does rise; as numbers where all its cells are numbers."""
    answer = con.execute(
        f"WITH cells AS (SELECT row, c{position} AS cell, {_number(f'c{position}')} AS number FROM {table}"
        f" WHERE c{position} IS NOT NULL), lagged AS (SELECT cell, number, lag(cell) OVER (ORDER BY row)"
        " AS cell_before, lag(number) OVER (ORDER BY row) AS number_before FROM cells)"
        " SELECT count(*), count(*) FILTER (number IS NULL), count(*) FILTER (number < number_before),"
        " count(*) FILTER (cell < cell_before), count(DISTINCT cell) FROM lagged"
    ).fetchone()
    if answer is None:
        return False
    cells, words, number_falls, cell_falls, distinct = answer
    return bool(distinct > 1 and cells > 0 and (number_falls if words == 0 else cell_falls) == 0)


def _number(cell: str) -> str:
    """SQL for a cell as a number, NULL where it is none."""
    return f"TRY_CAST({cell} AS DECIMAL(38, 0))"


class RowsOfList:
    """Single cells and places of the main part, asked of the store."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList) -> None:
        self.con, self.table = con, source.tables[source.main.part]

    def cell(self, row: int, position: int) -> str | None:
        """One cell."""
        found = self.con.execute(f"SELECT c{position} FROM {self.table} WHERE row = $row", {"row": row}).fetchone()
        return None if found is None else found[0]

    def place_of(self, position: int, cell: str) -> int:
        """The row before which `cell` belongs in a column by which the list is sorted."""
        column = f"c{position}"
        found = self.con.execute(
            f"SELECT coalesce(max(row), 0) + 1 FROM {self.table} WHERE CASE WHEN {_number('$cell')} IS NULL"
            f" OR {_number(column)} IS NULL THEN {column} < $cell ELSE {_number(column)} < {_number('$cell')} END",
            {"cell": cell},
        ).fetchone()
        return 1 if found is None else int(found[0])


def _numberings(con: duckdb.DuckDBPyConnection, source: SourceList, table: str) -> dict[int, Numbering]:
    found = {}
    for i in [*source.places("id"), *source.places("key")]:
        head = con.execute(f"SELECT c{i} FROM {table} WHERE c{i} IS NOT NULL ORDER BY row LIMIT 200").fetchall()
        shapes = Counter(
            (parsed.group(1), len(parsed.group(2)))
            for (cell,) in head
            if (parsed := re.fullmatch(r"(.*?)(\d{1,15})", cell)) is not None
        )
        if not shapes or sum(shapes.values()) < len(head):
            continue
        prefixes = {prefix for prefix, _ in shapes}
        if len(prefixes) != 1:
            continue
        found[i] = _numbering(con, table, i, prefixes.pop(), {digits for _, digits in shapes})
    return found


def _numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, prefix: str, widths: set[int]) -> Numbering:
    numbers = (
        f"SELECT DISTINCT TRY_CAST(substr(c{position}, {len(prefix) + 1}) AS BIGINT) AS number FROM {table}"
        f" WHERE c{position} IS NOT NULL"
    )
    last = con.execute(f"SELECT max(number) FROM ({numbers})").fetchone()
    some = con.execute(
        f"SELECT number FROM ({numbers}) WHERE number IS NOT NULL ORDER BY number LIMIT {SAMPLE}"
    ).fetchall()
    step = max(1, math.gcd(*(b[0] - a[0] for a, b in pairwise(some))))
    free = con.execute(
        "SELECT number + $step FROM (SELECT number, lead(number) OVER (ORDER BY number) AS following"
        f" FROM ({numbers})) WHERE following > number + $step ORDER BY md5(CAST(number AS VARCHAR)) LIMIT 5000",
        {"step": step},
    ).fetchall()
    highest = 0 if last is None or last[0] is None else int(last[0])
    return Numbering(prefix, min(widths) if len(widths) == 1 else 0, step, highest, tuple(row[0] for row in free))
