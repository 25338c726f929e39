"""Columns of ids and dates that rise together, and rows in which one of two does not lie where the other does.

An attacker sorts the list by ids: a row whose date is not among those of its neighbours is a planted one. Each row is
compared with the three before and the three behind it by id, itself left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.lists.read.identifiers import FURTHER_ROLES
from tracer.marking.persona.dates import Dates
from tracer.marking.persona.numbering import split_id
from tracer.marking.persona.record_codes import HEAD, are_records, record_numbers
from tracer.marking.persona.rising_dates import Floats, together
from tracer.marking.persona.source_list import SourceList

_REFERENCE = 20_000
"""Rows of the list among which neighbours are found."""
_RISING = 0.8
"""Rank correlation (Spearman 1904) from which on an attacker looks at two columns together."""
_BESIDE = 3
"""Neighbours on each side."""
_OWN = 0.9
"""Different ids as a share of the filled cells: below it they are references to something else."""
_FILLED = 100
"""Cells with a date or an id from which on a column is looked at."""
_PREFIXES = 64
"""More different prefixes are not a numbering."""


@dataclass(frozen=True)
class RisingPair:
    """Two columns that rise together, the first of them an id or the earlier column of dates."""

    one: int
    two: int
    away: Floats
    """For each row looked at, how many ranks (as a share of the list) the second is from its neighbours by the first;
    0 where either is blank."""


def rising_pairs(
    con: duckdb.DuckDBPyConnection, source: SourceList, cells: Sequence[Sequence[str]], rows: Sequence[int]
) -> Iterator[RisingPair]:
    """The pairs that rise together, over rows looked at.

    `rows`: for each of these its number in the list; 0 for a canary.
    """
    roles = source.roles[source.main.part]
    ordinary = np.array(rows) > 0
    values: dict[int, Floats] = {}
    ids: list[int] = []
    for i, role in enumerate(roles):
        found = None if role in ("phone", "email") else _dates([row[i] for row in cells])
        if found is None and role in ("id", "key", "other", *FURTHER_ROLES):
            filled = [row[i] for row in cells if row[i]]
            found = _ids([row[i] for row in cells]) if len(set(filled)) > _OWN * len(filled) else None
            ids += [] if found is None else [i]
        if found is not None:
            values[i] = found
    able = [*ids, *(i for i in values if i not in ids)]
    for k, i in enumerate(able):
        for j in able[k + 1 :]:
            if abs(together(values[i][ordinary], values[j][ordinary])) >= _RISING:
                yield RisingPair(i, j, _away(con, source, (i, j), cells, np.array(rows, dtype=np.int64)))


def _dates(cells: Sequence[str]) -> Floats | None:
    """Days and moments as seconds; None where the column has hardly any."""
    dates = Dates([cell for cell in cells if cell])
    if len(dates.dated) < _FILLED or len(dates.dated) < 0.9 * sum(map(bool, cells)):
        return None
    found = [dates.seconds(cell or None) for cell in cells]
    return np.array([np.nan if each is None else each for each in found], dtype=np.float64)


def _ids(cells: Sequence[str]) -> Floats | None:
    """Ids by rank; None where the column's cells are not ids that count."""
    filled = [cell for cell in cells if cell]
    if len(filled) < _FILLED:
        return None
    keys: list[tuple[str, int] | None]
    if are_records(filled):
        keys = [(cell[:HEAD], int(number)) for cell, number in zip(cells, record_numbers(cells), strict=True)]
    else:
        parted = [split_id(cell) for cell in cells]
        keys = [None if each is None else (each[0], int(each[1].rstrip("X") or 0)) for each in parted]
    known = {key for key in keys if key is not None}
    if len(known) < _OWN * len(set(filled)) or len({prefix for prefix, _ in known}) > _PREFIXES:
        return None
    place = {key: at for at, key in enumerate(sorted(known))}
    return np.array(
        [np.nan if key is None or not cell else place[key] for key, cell in zip(keys, cells, strict=True)],
        dtype=np.float64,
    )


def _away(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    pair: tuple[int, int],
    cells: Sequence[Sequence[str]],
    rows: NDArray[np.int64],
) -> Floats:
    i, j = pair
    table = source.tables[source.main.part]
    others = con.execute(
        f"SELECT row, c{i}, c{j} FROM {table} WHERE c{i} <> '' AND c{j} <> ''"
        f" ORDER BY md5('{source.no} ' || CAST(row AS VARCHAR)), row LIMIT {_REFERENCE}"
    ).fetchall()
    both = [[*(row[at] for row in cells), *(row[k] for row in others)] for k, at in ((1, i), (2, j))]
    read = [_ids(column) if (found := _dates(column)) is None else found for column in both]
    away = np.zeros(len(cells))
    if read[0] is None or read[1] is None:
        return away
    one, two = read[0][len(cells) :], read[1][len(cells) :]
    known = np.isfinite(one) & np.isfinite(two)
    numbers = np.array([row[0] for row in others], dtype=np.int64)[known]
    order = np.argsort(one[known], kind="stable")
    one, two, numbers = one[known][order], two[known][order], numbers[order]
    if len(one) < _FILLED:
        return away
    rank = _ranked(two, two)
    mine = _ranked(two, read[1][: len(cells)])
    looked = np.isfinite(read[0][: len(cells)]) & np.isfinite(mine)
    place = {int(number): at for at, number in enumerate(numbers)}
    for at in np.flatnonzero(looked):
        own = place.get(int(rows[at]))
        low = int(np.searchsorted(one, read[0][at])) if own is None else own
        high = low if own is None else own + 1
        near = np.concatenate([rank[max(0, low - _BESIDE) : low], rank[high : high + _BESIDE]])
        away[at] = abs(mine[at] - float(np.median(near)))
    return away


def _ranked(of: Floats, values: Floats) -> Floats:
    """The share of `of` that is below each value, and half of what is equal to it; NaN stays."""
    known = np.sort(of)
    share = (np.searchsorted(known, values) + np.searchsorted(known, values, side="right")) / (2 * len(known))
    return np.where(np.isfinite(values), share, np.nan)
