"""Columns of ids: their pattern, and ids that no row has. Moments that no two rows share are ids as well."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.marking.persona.check_digits import SCHEMES, WIDTH, scheme_of
from tracer.marking.persona.dates import moment_at, moment_of
from tracer.marking.persona.free_numbers import Integers, free_numbers

_HEAD = 500
"""Ids by which the pattern is found."""
_PREFIXES = 64
"""More different prefixes are not a numbering."""
_MOMENTS = "moments"
"""Key of the one series of a column of moments."""


@dataclass(frozen=True)
class Series:
    """The ids with one prefix: a number of fixed or growing width behind it, and a check where there is one."""

    prefix: str
    """The text before the digits."""
    width: int
    """Digits, filled with zeros; 0 where they are not filled."""
    check: str | None
    """Scheme of the check digit behind the number."""
    free: Integers
    """Numbers that no row has; those that lie among their neighbours like others come first."""
    after: Integers
    """For each the row of the next lower number; 0 where there is none."""
    like: str | None = None
    """A moment of the list, where the numbers are moments' seconds: others are written like it."""

    def written(self, number: int) -> str:
        """The id of a number."""
        if self.like is not None:
            return moment_at(number, self.like)
        body = f"{number:0{self.width}d}"
        return self.prefix + body + ("" if self.check is None else SCHEMES[self.check](body))


@dataclass(frozen=True)
class Numbering:
    """A column of ids."""

    series: Mapping[str, Series]
    """By prefix."""
    follows: int
    """1 where the list is in the ids' order, or nearly, -1 in falling order, 0 in neither."""

    def of(self, cell: str) -> Series | None:
        """The series that an id of the list belongs to."""
        if _MOMENTS in self.series:
            return self.series[_MOMENTS] if moment_of(cell) is not None else None
        found = split_id(cell)
        return None if found is None else self.series.get(found[0])


def split_id(cell: str) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end."""
    found = re.fullmatch(r"(.*?)([0-9]{1,15}|[0-9]{1,14}X)", cell, re.DOTALL)
    return None if found is None else (found.group(1), found.group(2))


def find_numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, seed: str) -> Numbering | None:
    """The numbering of a column; None where its cells are not ids of few prefixes. Drawn by `seed`, the same again."""
    column = f"c{position}"
    head = con.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' ORDER BY md5({column}), {column} LIMIT {_HEAD}"
    ).fetchall()
    tails: dict[str, list[str]] = defaultdict(list)
    for (cell,) in head:
        parted = split_id(cell)
        if parted is None:
            return None
        tails[parted[0]].append(parted[1])
    if not tails or len(tails) > min(_PREFIXES, max(1, len(head) // 5)):
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
            series[prefix] = Series(prefix, widths.pop() if len(widths) == 1 else 0, check, free, after)
    rising, all_steps = sum(up for up, _ in steps), sum(count for _, count in steps)
    # In random order half of all steps rise.
    follows = 0 if all_steps < 10 else 1 if rising > 0.9 * all_steps else -1 if rising < 0.1 * all_steps else 0
    return Numbering(series, follows) if series else None


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
    return Numbering({_MOMENTS: Series("", 0, None, free, after, found[0][0])}, sign)
