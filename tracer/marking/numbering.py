"""Columns of ids: their pattern, and ids that no row has and that stand among their neighbours as others do.

A free id parts a gap g of the sequence into l and r. In a sequence whose gaps are independent with frequencies f, an
ordinary id stands between gaps (l, r) with probability f(l)·f(r); a gap g is met f(g) times as often as another. So a
free id is drawn with weight f(l)·f(r)/f(g): its own gaps are then distributed like an ordinary id's, as far as the
list has gaps that can be parted. For ids that were thinned out at random the weights are all equal.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.marking.check_digits import SCHEMES, WIDTH, scheme_of

POOL = 20_000
"""Free ids that are kept for a prefix."""
_HEAD = 500
"""Ids by which the pattern is found."""
_PREFIXES = 64
"""More different prefixes are no numbering."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """The ids with one prefix: a number of fixed or growing width behind it, and a check where there is one."""

    prefix: str
    """What stands before the digits."""
    width: int
    """Digits, filled with zeros; 0 where they are not filled."""
    check: str | None
    """Scheme of the check digit behind the number."""
    free: Integers
    """Numbers that no row has; those that stand among their neighbours like others come first."""
    after: Integers
    """For each the row of the next lower number; 0 where there is none."""

    def written(self, number: int) -> str:
        """The id of a number."""
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
        found = split_id(cell)
        return None if found is None else self.series.get(found[0])


def split_id(cell: str) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end."""
    found = re.fullmatch(r"(.*?)([0-9]{1,15}|[0-9]{1,14}X)", cell, re.DOTALL)
    return None if found is None else (found.group(1), found.group(2))


def find_numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, seed: str) -> Numbering | None:
    """The numbering of a column; None where its cells are no ids of few prefixes. Drawn by `seed`, the same again."""
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


def free_numbers(numbers: Integers, rows: Integers, seed: str) -> tuple[Integers, Integers]:
    """Up to `POOL` numbers that are missing among `numbers` (rising), and the row of the next lower one of each.

    One of each gap at most. Where gaps run out, numbers behind the last one follow, in steps like those before.
    """
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big"))
    gaps = np.diff(numbers)
    # The first thousand tell the step: the others are looked at only where these agree on more than 1.
    step = math.gcd(*gaps[:1000].tolist()) if len(gaps) else 1
    step = math.gcd(step, *gaps.tolist()) if step > 1 else max(1, step)
    units = gaps // step
    wide = np.flatnonzero(units > 1)
    if len(wide) > 10 * POOL:
        wide = wide[np.argsort(source.random_raw(len(wide)), kind="stable")[: 10 * POOL]]
    density = _Density(units)
    left = 1 + (_uniform(source, len(wide)) * (units[wide] - 1)).astype(np.int64)
    right = units[wide] - left
    weight = (units[wide] - 1) * density(left) * density(right) / density(units[wide])
    # Efraimidis and Spirakis 2006: the smallest -ln(u)/w are a weighted sample without replacement.
    order = np.argsort(-np.log(_uniform(source, len(wide))) / np.maximum(weight, 1e-300), kind="stable")[:POOL]
    chosen = wide[order]
    more = max(0, POOL - len(chosen))
    drawn = (_uniform(source, more) * len(units)).astype(np.int64) if len(units) else np.zeros(0, np.int64)
    behind = numbers[-1] + step * np.cumsum(units[drawn] if len(units) else np.ones(more, np.int64))
    behind = behind[behind < 10**15]
    at_end = np.full(len(behind), rows[-1], dtype=np.int64)
    return (
        np.concatenate([numbers[chosen] + step * left[order], behind]),
        np.concatenate([rows[chosen], at_end]),
    )


def _uniform(source: np.random.PCG64, count: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), the same for the same state in every version of NumPy."""
    raw = np.asarray(source.random_raw(count), dtype=np.uint64)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53


class _Density:
    """How often a gap of a size is met: counts of single sizes up to 8, of sizes within 30 % of each other above."""

    def __init__(self, units: Integers) -> None:
        top = int(units.max()) if len(units) else 1
        edges = list(range(1, 10))
        while edges[-1] <= top:
            edges.append(int(edges[-1] * 1.3) + 1)
        self.edges = np.array(edges, dtype=np.int64)
        counts = np.histogram(units, bins=self.edges)[0] if len(units) else np.zeros(len(edges) - 1)
        self.values = np.maximum(counts / np.diff(self.edges), 1e-9)

    def __call__(self, sizes: Integers) -> NDArray[np.float64]:
        at = np.clip(np.searchsorted(self.edges, sizes, side="right") - 1, 0, len(self.values) - 1)
        found: NDArray[np.float64] = self.values[at]
        return found
