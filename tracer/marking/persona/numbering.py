"""Columns of ids: their pattern, and ids that no row has. Moments that no two rows share are ids as well."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np

from tracer.marking.persona.check_digits import SCHEMES, WIDTH, scheme_of
from tracer.marking.persona.dates import moment_at, moment_of
from tracer.marking.persona.free_numbers import Integers, free_numbers
from tracer.marking.persona.record_codes import BODY, HEAD, are_records, is_record, record_numbers, record_of

_HEAD = 500
"""Ids by which the pattern is found."""
_PREFIXES = 400
"""More different prefixes are not a numbering."""
_MONTH = 6
"""Digits of a year and a month."""
_MONTHS = 240
"""Months of a list at most: twenty years."""
_MOMENTS = "moments"
"""Key of the one series of a column of moments."""


@dataclass(frozen=True)
class Series:
    """The ids with one prefix: a number of fixed or growing width behind it, and a check where there is one."""

    prefix: str
    width: int
    """Digits, filled with zeros; 0 where they are not filled."""
    check: str | None
    free: Integers
    """Numbers that no row has; those that lie among their neighbours like others come first."""
    after: Integers
    """For each the row of the next lower number; 0 where there is none."""
    like: str | None = None
    """A moment of the list, where the numbers are moments' seconds: others are written like it."""
    record: bool | None = None
    """Whether Salesforce's ids have their check behind them; None where they are plain numbers."""
    numbers: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rows: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def number(self, cell: str) -> int | None:
        """The number of an id of the series; None for a moment."""
        if self.like is not None:
            return None
        if self.record is not None:
            return int(record_numbers([cell])[0])
        body = cell[len(self.prefix) : len(cell) - (0 if self.check is None else WIDTH[self.check])]
        return int(body) if body.isascii() and body.isdigit() else None

    def written(self, number: int) -> str:
        """The id of a number."""
        if self.like is not None:
            return moment_at(number, self.like)
        if self.record is not None:
            return record_of(self.prefix, number, checked=self.record)
        body = f"{number:0{self.width}d}"
        return self.prefix + body + ("" if self.check is None else SCHEMES[self.check](body))


@dataclass(frozen=True)
class Numbering:
    """A column of ids."""

    series: Mapping[str, Series]
    month: bool
    """Whether the first six digits of the ids are a year and a month, and so a part of the prefix."""
    follows: int
    """1 where the list is in the ids' order, or nearly, -1 in falling order, 0 in neither."""

    def of(self, cell: str) -> Series | None:
        """The series that an id of the list belongs to."""
        if _MOMENTS in self.series:
            return self.series[_MOMENTS] if moment_of(cell) is not None else None
        if any(series.record is not None for series in self.series.values()):
            return self.series.get(cell[:HEAD]) if is_record(cell) else None
        found = split_id(cell, month=self.month)
        return None if found is None else self.series.get(found[0])


def split_id(cell: str, *, month: bool = False) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end; `month`: without a year and a month in front."""
    found = re.fullmatch(r"(.*?)([0-9]{1,15}|[0-9]{1,14}X)", cell, re.DOTALL)
    if found is None:
        return None
    size = _MONTH if month else 0
    return found.group(1) + found.group(2)[:size], found.group(2)[size:]


def _begins_with_month(tails: Sequence[str]) -> bool:
    """Whether numbers of one length begin with a year and a month, of several, and count within it."""
    months = {tail[:_MONTH] for tail in tails}
    return (
        1 < len(months) <= _MONTHS
        and len({len(tail) for tail in tails}) == 1
        and all(re.fullmatch(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2,}", tail) for tail in tails)
    )


def find_numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, seed: str) -> Numbering | None:
    """The numbering of a column; None where its cells are not ids of few prefixes. Drawn by `seed`, the same again."""
    column = f"c{position}"
    head = con.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' ORDER BY md5({column}), {column} LIMIT {_HEAD}"
    ).fetchall()
    if are_records([cell for (cell,) in head]):
        return _records(con, table, column, f"{seed} {position}")
    tails: dict[str, list[str]] = defaultdict(list)
    plain = [split_id(cell) for (cell,) in head]
    month = _begins_with_month([parted[1] for parted in plain if parted is not None])
    for (cell,) in head:
        parted = split_id(cell, month=month)
        if parted is None:
            return None
        tails[parted[0]].append(parted[1])
    if not tails or (not month and len(tails) > min(_PREFIXES, max(1, len(head) // 2))):
        return None
    check = scheme_of([tail for each in tails.values() for tail in each])
    if check is None and any(tail.endswith("X") for each in tails.values() for tail in each):
        return None
    cut = 0 if check is None else WIDTH[check]
    series, steps = {}, list[tuple[int, int]]()
    for prefix in sorted(tails):
        numbers, rows = _numbers(con, table, column, prefix, cut)
        if len(numbers):
            moved = np.sign(np.diff(rows))
            steps.append((int((moved > 0).sum()), len(moved)))
            widths = {len(tail) - cut for tail in tails[prefix]}
            free, after = free_numbers(numbers, rows, f"{seed} {position} {prefix}")
            width = widths.pop() if len(widths) == 1 else 0
            series[prefix] = Series(prefix, width, check, free, after, numbers=numbers, rows=rows)
    return Numbering(series, month, _follows(steps)) if series else None


def _follows(steps: Sequence[tuple[int, int]]) -> int:
    """Whether rows follow the numbers, by how many steps rise of how many. In random order half of them do."""
    rising, every = sum(up for up, _ in steps), sum(count for _, count in steps)
    return 0 if every < 10 else 1 if rising > 0.9 * every else -1 if rising < 0.1 * every else 0


def _records(con: duckdb.DuckDBPyConnection, table: str, column: str, seed: str) -> Numbering | None:
    """Salesforce's ids as numberings, one for each object and server."""
    rows = con.execute(f"SELECT {column}, row FROM {table} WHERE {column} <> '' ORDER BY row").fetchall()
    cells = [str(cell) for cell, _ in rows]
    numbers, at = record_numbers(cells), np.array([row for _, row in rows], dtype=np.int64)
    heads = np.array([cell[:HEAD] for cell in cells])
    series, steps = {}, list[tuple[int, int]]()
    for head in sorted(set(heads[numbers >= 0].tolist())):
        own = (heads == head) & (numbers >= 0)
        values, first = np.unique(numbers[own], return_index=True)
        moved = np.sign(np.diff(at[own][first]))
        steps.append((int((moved > 0).sum()), len(moved)))
        free, after = free_numbers(values, at[own][first], f"{seed} {head}")
        series[head] = Series(
            head, 0, None, free, after, record=len(cells[0]) > HEAD + BODY, numbers=values, rows=at[own][first]
        )
    return Numbering(series, False, _follows(steps)) if series else None


def _numbers(
    con: duckdb.DuckDBPyConnection, table: str, column: str, prefix: str, cut: int
) -> tuple[Integers, Integers]:
    """The numbers with a prefix, rising, and the first row of each."""
    size = len(prefix)
    found = con.execute(
        f"SELECT TRY_CAST(substr({column}, {size + 1}, length({column}) - {size + cut}) AS BIGINT) AS number,"
        f" min(row) AS row FROM {table} WHERE substr({column}, 1, {size}) = $prefix"
        f" AND regexp_full_match(substr({column}, {size + 1}), '[0-9]+X?')"
        " GROUP BY 1 HAVING number IS NOT NULL ORDER BY 1",
        {"prefix": prefix},
    ).fetchnumpy()
    return np.asarray(found["number"], dtype=np.int64), np.asarray(found["row"], dtype=np.int64)


def find_moments(con: duckdb.DuckDBPyConnection, table: str, position: int, sign: int, seed: str) -> Numbering | None:
    """The moments of a sorted column as a numbering by seconds; None where cells are not moments, in one way of
    writing.

    `sign`: 1 where they rise, -1 where they fall.
    """
    column = f"c{position}"
    found = con.execute(f"SELECT {column}, row FROM {table} WHERE {column} <> '' ORDER BY row").fetchall()
    at: dict[int, int] = {}
    for cell, row in found:
        seconds = moment_of(cell)
        if seconds is None or moment_at(seconds, found[0][0]) != cell:
            return None
        # Among rows with one moment, the one that is next to a later moment.
        at[seconds] = row if sign > 0 else at.get(seconds, row)
    numbers = np.array(sorted(at), dtype=np.int64)
    rows = np.array([at[int(number)] for number in numbers], dtype=np.int64)
    free, after = free_numbers(numbers, rows, f"{seed} {position} {_MOMENTS}")
    return Numbering({_MOMENTS: Series("", 0, None, free, after, found[0][0])}, False, sign)
