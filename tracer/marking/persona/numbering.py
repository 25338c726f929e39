"""Columns of ids: their pattern, and ids that no row has. Moments that no two rows share are ids as well.

A free number parts a gap g of the sequence into l and r. In a sequence whose gaps are independent with frequencies f,
an ordinary number lies between gaps (l, r) with probability f(l)·f(r); a gap g is met f(g) times as often as another.
So a free number is drawn with weight f(l)·f(r)/f(g): its own gaps are then distributed like an ordinary number's, as
far as the sequence has gaps that can be parted. For numbers that were thinned out at random the weights are all equal.

They are drawn in rounds, and each round sees those before it as part of the sequence: canaries that were never in one
gap would have wider gaps than others have.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona import program_ids as ids
from tracer.marking.persona.measures import moment_at, moment_of

POOL = 20_000
"""Free numbers that are kept."""
_ROUNDS = 40  # Each round draws as many of the sequence's gaps as it has rows, over this.
_HEAD = 500  # Ids by which the pattern is found.
_PREFIXES, _SEVERAL = 400, 4
"""With more different prefixes, and fewer ids of each, cells are codes, not numbers in order."""
_LEAST = 100  # Free ids of each prefix that are known, where there are many prefixes.
_MONTH = 6  # Digits of a year and a month.
_LONG, _LEFT = 12, 5  # Digits from which on a number has parts, and those of its last part with the check at least.
_CLUSTERED = 0.2  # Width of the clusters of numbers, as a share of all that they span.
_MONTHS = 240  # Months of a list at most: twenty years.
_MOMENTS = "moments"  # Key of the one series of a column of moments.

Integers = NDArray[np.int64]
_Found = dict[str, tuple[Integers, Integers, int]]
"""Prefix -> its numbers, rising, the first row of each, and their digits where all have as many, else 0."""
_NONE: Integers = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Series:
    """The ids with one prefix: a number of fixed or growing width after it, and a check where there is one."""

    prefix: str
    width: int
    """Digits, filled with zeros; 0 where they are not filled."""
    free: Integers
    """Numbers that no row has; those that lie among their neighbours like others come first."""
    after: Integers
    """For each the row of the next lower number; 0 where there is none."""
    numbers: Integers
    rows: Integers
    check: str | None = None
    like: str | None = None
    """A moment of the list, where the numbers are moments' seconds: others are written like it."""
    lead: str = ""
    """Digits at the end of the prefix that the check is of, too."""
    mask: str | None = None
    """How digits are written in groups, with a 9 for each; None where they are not."""
    record: bool | None = None
    """Whether Salesforce's ids have their check at the end; None where they are plain numbers."""

    def number(self, cell: str) -> int | None:
        """The number of an id of the series; None for a moment."""
        if self.like is not None:
            return None
        if self.record is not None:
            return int(ids.record_numbers([cell])[0])
        cell = cell if self.mask is None else re.sub(r"[^0-9]", "", cell)
        body = cell[len(self.prefix) : len(cell) - (0 if self.check is None else ids.WIDTH[self.check])]
        return int(body) if body.isascii() and body.isdigit() else None

    def written(self, number: int) -> str:
        """The id of a number."""
        if self.like is not None:
            return moment_at(number, self.like)
        if self.record is not None:
            return ids.record_of(self.prefix, number, checked=self.record)
        body = f"{number:0{self.width}d}"
        made = self.prefix + body + ("" if self.check is None else ids.SCHEMES[self.check](self.lead + body))
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
            return self.series.get(cell[: ids.HEAD]) if ids.is_record(cell) else None
        grouped = any(series.mask is not None for series in self.series.values())
        found = _split(re.sub(r"[^0-9]", "", cell) if grouped else cell, self.lead)
        return None if found is None else self.series.get(found[0])


def _split(cell: str, lead: int = 0) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end; `lead`: of its digits as many are prefix."""
    found = re.fullmatch(rf"(.*?)([0-9]{{1,{15 + lead}}}|[0-9]{{1,{14 + lead}}}X)", cell, re.DOTALL)
    return None if found is None else (found[1] + found[2][:lead], found[2][lead:])


def _lead_of(heads: Sequence[str]) -> int:
    """How many first digits of numbers of one length say a branch or a kind: those of long ones that are few, and those
    by which others lie in clusters far from one another."""
    size = len(heads[0]) if len({len(cell) for cell in heads}) == 1 and all(map(str.isdigit, heads)) else 0
    if not 2 * _LONG >= size > _LEFT:
        return 0
    if size >= _LONG:
        few = max(1, len(heads) // _LONG)
        return max(k for k in range(size - _LEFT) if len({cell[:k] for cell in heads}) <= few)
    numbers = sorted(map(int, heads))
    for k in range(1, min(4, size - 2)):
        clusters = [list(own) for _, own in groupby(numbers, key=lambda number: number // 10 ** (size - k))]
        width = sum(own[-1] - own[0] for own in clusters)
        if 1 < len(clusters) <= _LONG and width < _CLUSTERED * (numbers[-1] - numbers[0]):
            return k
    return 0


def find_numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, seed: str) -> Numbering | None:
    """The numbering of a column; None where its cells are not ids of few prefixes. Drawn by `seed`, the same again."""
    column, seed = f"c{position}", f"{seed} {position}"
    found = con.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' ORDER BY md5({column}), {column} LIMIT {_HEAD}"
    ).fetchall()
    heads = [str(cell) for (cell,) in found]
    if ids.are_records(heads):
        return _numbering(_records(con, table, column), seed, POOL, 0, {"record": len(heads[0]) > ids.HEAD + ids.BODY})
    masks = {re.sub(r"[0-9]", "9", cell) for cell in heads}
    mask = next(iter(masks)) if len(masks) == 1 else ""
    grouped = re.fullmatch(r"9{1,8}(?:[ .-]9{1,8})+", mask) is not None and mask.count("9") >= _LONG
    if grouped:
        column = f"regexp_replace({column}, '[^0-9]', '', 'g')"
        heads = [re.sub(r"[^0-9]", "", cell) for cell in heads]
    # Numbers of one length may begin with a year and a month, of several, and count within it.
    tails = [parted[1] for cell in heads if (parted := _split(cell)) is not None]
    by_month = (
        1 < len({tail[:_MONTH] for tail in tails}) <= _MONTHS
        and len({len(tail) for tail in tails}) == 1
        and all(re.fullmatch(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2,}", tail) for tail in tails)
    )
    lead = _MONTH if by_month else _lead_of(heads)
    tails = [parted[1] for cell in heads if (parted := _split(cell, lead)) is not None]
    if not tails or len(tails) < len(heads):
        return None
    whole = ids.scheme_of(heads) if lead else None
    check = whole or ids.scheme_of(tails)
    if check is None and any(tail.endswith("X") for tail in tails):
        return None
    series = _numbers(con, table, column, lead, 0 if check is None else ids.WIDTH[check])
    count = sum(len(numbers) for numbers, _, _ in series.values())
    if not by_month and len(series) > max(_PREFIXES, count // _SEVERAL):
        return None
    form = {"check": check, "mask": mask if grouped else None}
    return _numbering(series, seed, max(_LEAST, POOL // max(1, len(series))), lead, form, leads=whole is not None)


def _numbering(
    found: _Found, seed: str, most: int, lead: int, form: Mapping[str, Any], *, leads: bool = False
) -> Numbering | None:
    """`form`: fields of each series; `leads`: whether the check is of the last `lead` digits of the prefix, too."""
    series, rising, every = dict[str, Series](), 0, 0
    for prefix, (numbers, rows, width) in found.items():
        rising += int((np.diff(rows) > 0).sum())
        every += len(rows) - 1
        free, after = free_numbers(numbers, rows, f"{seed} {prefix}", most)
        series[prefix] = Series(prefix, width, free, after, numbers, rows, lead=prefix[-lead:] if leads else "", **form)
    # In random order half of the steps rise.
    follows = 0 if every < 10 else 1 if rising > 0.9 * every else -1 if rising < 0.1 * every else 0
    return Numbering(series, lead, follows) if series else None


def _records(con: duckdb.DuckDBPyConnection, table: str, column: str) -> _Found:
    """Salesforce's ids, by object and server."""
    rows = con.execute(f"SELECT {column}, row FROM {table} WHERE {column} <> '' ORDER BY row").fetchall()
    cells = [str(cell) for cell, _ in rows]
    numbers, at = ids.record_numbers(cells), np.array([row for _, row in rows], dtype=np.int64)
    heads = np.array([cell[: ids.HEAD] for cell in cells])
    found = _Found()
    for head in sorted(set(heads[numbers >= 0].tolist())):
        own = (heads == head) & (numbers >= 0)
        values, first = np.unique(numbers[own], return_index=True)
        found[head] = values, at[own][first], 0
    return found


def _numbers(con: duckdb.DuckDBPyConnection, table: str, column: str, lead: int, cut: int) -> _Found:
    """Numbers by prefix, which ends with the first `lead` digits; the last `cut` signs are a check."""
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
    series = _Found()
    for at, prefix in enumerate(prefixes.tolist()):
        numbers, rows, shortest, longest = (
            np.asarray(found[name][bounds[at] : bounds[at + 1]], dtype=np.int64)
            for name in ("number", "row", "shortest", "longest")
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
    return Numbering({_MOMENTS: Series("", 0, free, after, _NONE, _NONE, like=found[0][0])}, 0, sign)


def free_numbers(numbers: Integers, rows: Integers, seed: str, most: int = POOL) -> tuple[Integers, Integers]:
    """Up to `most` numbers that are missing among `numbers` (rising), and the row of the next lower one of each.

    Where gaps run out, numbers after the last one follow, in steps like those before.
    """
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big"))
    gaps = np.diff(numbers)
    # The first thousand tell the step: the others are looked at only where these agree on more than 1.
    step = math.gcd(*gaps[:1000].tolist()) if len(gaps) else 1
    step = math.gcd(step, *gaps.tolist()) if step > 1 else max(1, step)
    gaps = gaps // step
    # How often a gap of a size is met: counts of single sizes up to 8, of sizes within 30 % of each other above.
    bounds = list(range(1, 10))
    while bounds[-1] <= (int(gaps.max()) if len(gaps) else 1):
        bounds.append(int(bounds[-1] * 1.3) + 1)
    edges = np.array(bounds, dtype=np.int64)
    often = np.maximum(np.histogram(gaps, bins=edges)[0] / np.diff(edges), 1e-9)

    def density(sizes: Integers) -> NDArray[np.float64]:
        return np.asarray(often[np.clip(np.searchsorted(edges, sizes, side="right") - 1, 0, len(often) - 1)])

    all_numbers, all_rows = numbers, rows
    found, after = [_NONE], [_NONE]
    missing = most
    for _ in range(_ROUNDS if len(gaps) else 0):
        units = np.diff(all_numbers) // step
        wide = np.flatnonzero(units > 1)
        if len(wide) > 10 * POOL:
            wide = wide[np.argsort(source.random_raw(len(wide)), kind="stable")[: 10 * POOL]]
        left = 1 + (_uniform(source, len(wide)) * (units[wide] - 1)).astype(np.int64)
        right = units[wide] - left
        weight = (units[wide] - 1) * density(left) * density(right) / density(units[wide])
        # Efraimidis and Spirakis 2006: the smallest -ln(u)/w are a weighted sample without replacement.
        keys = -np.log(_uniform(source, len(wide))) / np.maximum(weight, 1e-300)
        drawn = np.argsort(keys, kind="stable")[: min(missing, len(numbers) // _ROUNDS + 1)]
        made, below = all_numbers[wide[drawn]] + step * left[drawn], all_rows[wide[drawn]]
        if len(made) == 0:
            break
        found.append(made)
        after.append(below)
        missing -= len(made)
        order = np.argsort(np.concatenate([all_numbers, made]), kind="stable")
        all_numbers = np.concatenate([all_numbers, made])[order]
        all_rows = np.concatenate([all_rows, below])[order]
    # After the last number none that is too large for its column.
    steps = np.ones(missing, np.int64)
    if len(gaps):
        steps = gaps[(_uniform(source, missing) * len(gaps)).astype(np.int64)]
    later: Integers = numbers[-1] + step * np.cumsum(steps)
    later = later[later < max(10**15, 2 * int(numbers[-1]))]
    return np.concatenate([*found, later]), np.concatenate([*after, np.full(len(later), rows[-1], dtype=np.int64)])


def _uniform(source: np.random.PCG64, count: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), the same for the same state in every version of NumPy."""
    raw = np.asarray(source.random_raw(count), dtype=np.uint64)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53
