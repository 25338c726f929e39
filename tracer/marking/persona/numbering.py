"""Columns of ids: their pattern, and ids that no row has. Moments that no two rows share are ids as well."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import duckdb
import numpy as np

from tracer.marking.persona.check_digits import SCHEMES, WIDTH, scheme_of
from tracer.marking.persona.dates import moment_at, moment_of
from tracer.marking.persona.free_numbers import POOL, Integers, free_numbers
from tracer.marking.persona.record_codes import BODY, HEAD, are_records, is_record, record_numbers, record_of

_HEAD = 500
"""Ids by which the pattern is found."""
_PREFIXES, _SEVERAL = 400, 4
"""With more different prefixes, and fewer ids of each, cells are codes, not numbers in order."""
_LEAST = 100
"""Free ids of each prefix that are known, where there are many prefixes."""
_MONTH = 6
"""Digits of a year and a month."""
_LONG, _LEFT = 12, 5
"""Digits from which on a number has parts, and those of its last part with the check at least."""
_CLUSTERED = 0.2
"""Width of the clusters of numbers, as a share of all that they span."""
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
    lead: str = ""
    """Digits at the end of the prefix that the check is of, too."""
    mask: str | None = None
    """How digits are written in groups, with a 9 for each; None where they are not."""
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
        cell = cell if self.mask is None else _bare(cell)
        body = cell[len(self.prefix) : len(cell) - (0 if self.check is None else WIDTH[self.check])]
        return int(body) if body.isascii() and body.isdigit() else None

    def written(self, number: int) -> str:
        """The id of a number."""
        if self.like is not None:
            return moment_at(number, self.like)
        if self.record is not None:
            return record_of(self.prefix, number, checked=self.record)
        body = f"{number:0{self.width}d}"
        made = self.prefix + body + ("" if self.check is None else SCHEMES[self.check](self.lead + body))
        digits = iter(made)
        return made if self.mask is None else "".join(next(digits) if sign == "9" else sign for sign in self.mask)


@dataclass(frozen=True)
class Numbering:
    """A column of ids."""

    series: Mapping[str, Series]
    lead: int
    """First digits of the ids that are a part of the prefix: a year and a month, the branch of a long number."""
    follows: int
    """1 where the list is in the ids' order, or nearly, -1 in falling order, 0 in neither."""

    def of(self, cell: str) -> Series | None:
        """The series that an id of the list belongs to."""
        if _MOMENTS in self.series:
            return self.series[_MOMENTS] if moment_of(cell) is not None else None
        if any(series.record is not None for series in self.series.values()):
            return self.series.get(cell[:HEAD]) if is_record(cell) else None
        grouped = any(series.mask is not None for series in self.series.values())
        found = split_id(_bare(cell) if grouped else cell, self.lead)
        return None if found is None else self.series.get(found[0])


def split_id(cell: str, lead: int = 0) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end; `lead`: of its digits as many are prefix."""
    found = re.fullmatch(rf"(.*?)([0-9]{{1,{15 + lead}}}|[0-9]{{1,{14 + lead}}}X)", cell, re.DOTALL)
    if found is None:
        return None
    return found.group(1) + found.group(2)[:lead], found.group(2)[lead:]


def _bare(cell: str) -> str:
    return re.sub(r"[^0-9]", "", cell)


def _lead_of(heads: Sequence[str]) -> int:
    """How many first digits of numbers of one length say a branch or a kind: those of long ones that are few, and those
    by which others lie in clusters far from one another."""
    if (
        len({len(cell) for cell in heads}) != 1
        or not 2 * _LONG >= len(heads[0]) > _LEFT
        or not all(map(str.isdigit, heads))
    ):
        return 0
    size, numbers = len(heads[0]), sorted(map(int, heads))
    if size >= _LONG:
        few = max(1, len(heads) // _LONG)
        return max(k for k in range(size - _LEFT) if len({cell[:k] for cell in heads}) <= few)
    for k in range(1, min(4, size - 2)):
        clusters = [list(own) for _, own in groupby(numbers, key=lambda number: number // 10 ** (size - k))]
        width = sum(own[-1] - own[0] for own in clusters)
        if 1 < len(clusters) <= _LONG and width < _CLUSTERED * (numbers[-1] - numbers[0]):
            return k
    return 0


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
    heads = [str(cell) for (cell,) in head]
    masks = {re.sub(r"[0-9]", "9", cell) for cell in heads}
    mask = next(iter(masks)) if len(masks) == 1 else ""
    grouped = re.fullmatch(r"9{1,8}(?:[ .-]9{1,8})+", mask) is not None and mask.count("9") >= _LONG
    if grouped:
        column, heads = f"regexp_replace({column}, '[^0-9]', '', 'g')", [_bare(cell) for cell in heads]
    plain = [parted for cell in heads if (parted := split_id(cell)) is not None]
    month = _begins_with_month([tail for _, tail in plain])
    lead = _MONTH if month else _lead_of(heads)
    parts = [parted for cell in heads if (parted := split_id(cell, lead)) is not None]
    if not parts or len(parts) < len(heads):
        return None
    whole = scheme_of(heads) if lead else None
    check = whole or scheme_of([tail for _, tail in parts])
    if check is None and any(tail.endswith("X") for _, tail in parts):
        return None
    found = _numbers(con, table, column, lead, 0 if check is None else WIDTH[check])
    if not month and len(found) > max(_PREFIXES, sum(len(numbers) for numbers, _, _ in found.values()) // _SEVERAL):
        return None
    series, steps = {}, list[tuple[int, int]]()
    for prefix, (numbers, rows, width) in found.items():
        moved = np.sign(np.diff(rows))
        steps.append((int((moved > 0).sum()), len(moved)))
        free, after = free_numbers(numbers, rows, f"{seed} {position} {prefix}", max(_LEAST, POOL // len(found)))
        series[prefix] = Series(
            prefix, width, check, free, after, lead=prefix[-lead:] if whole else "", mask=mask if grouped else None,
            numbers=numbers, rows=rows,
        )  # fmt: skip
    return Numbering(series, lead, _follows(steps)) if series else None


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
    return Numbering(series, 0, _follows(steps)) if series else None


def _numbers(
    con: duckdb.DuckDBPyConnection, table: str, column: str, lead: int, cut: int
) -> dict[str, tuple[Integers, Integers, int]]:
    """Prefix -> its numbers, rising, the first row of each, and their digits where all have as many, else 0."""
    found = con.execute(
        f"WITH tailed AS (SELECT row, {column} AS cell,"
        f" regexp_extract({column}, '([0-9]{{1,{15 + lead}}}|[0-9]{{1,{14 + lead}}}X)$', 1) AS tail FROM {table}),"
        f" parted AS (SELECT row, substr(cell, 1, length(cell) - length(tail) + {lead}) AS prefix,"
        f" substr(tail, {lead + 1}, greatest(length(tail) - {lead + cut}, 0)) AS body FROM tailed WHERE tail <> '')"
        " SELECT prefix, TRY_CAST(body AS BIGINT) AS number, min(row) AS row, min(length(body)) AS shortest,"
        " max(length(body)) AS longest FROM parted GROUP BY ALL HAVING number IS NOT NULL ORDER BY ALL"
    ).fetchnumpy()
    prefixes, starts = np.unique(np.asarray(found["prefix"], dtype=str), return_index=True)
    bounds: list[int] = [*starts.tolist(), len(found["prefix"])]
    series = {}
    for at, prefix in enumerate(prefixes.tolist()):
        own = slice(bounds[at], bounds[at + 1])
        numbers, rows, shortest, longest = (
            np.asarray(found[name][own], dtype=np.int64) for name in ("number", "row", "shortest", "longest")
        )
        sizes = {int(shortest.min()), int(longest.max())}
        series[prefix] = numbers, rows, sizes.pop() if len(sizes) == 1 else 0
    return series


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
    return Numbering({_MOMENTS: Series("", 0, None, free, after, found[0][0])}, 0, sign)
