"""Gaps of ids and moments: a number that was put between two others halves a gap, in whatever order the list is.

Where ids were thinned out at random an inserted one is like any other. Where they are evenly spaced, or counted up in
steps of their own, the ids around it are too near. Each row is compared with the ten ids below and the ten above it,
itself put among those of the list; the list's ids are read as a whole, since a sample of them has other gaps.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.marking.persona.check_digits import WIDTH, scheme_of
from tracer.marking.persona.dates import Dates
from tracer.marking.persona.numbering import split_id
from tracer.marking.persona.record_codes import HEAD, LETTERS, are_records, record_numbers
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.timed_codes import time_form

_BESIDE = 10
"""Ids on each side."""
_FAR = 3
"""Neighbours on each side within which ids are crowded where one was put among them."""
_LEAST = 100
"""Filled cells from which on a column is looked at."""
_OWN = 0.9
"""Different ids as a share of the filled cells: below it they are references to something else."""
_MANY = 0.5
"""Different codes as a share of the filled cells below which they come again, and are counted."""
_CODE = re.compile(r"'?[0-9]{2,}(?:[-./ ][0-9]+)+")
"""A code of digits with signs between them."""
_PREFIXES = 64
"""More different prefixes are not a numbering."""
_READ = 200_000
"""Different moments of a list that are read one by one; of more, each lies so near the next that no gap is left."""
_IN_ORDER = 0.99
"""Rank correlation (Spearman 1904) with the row's number from which on the list is in order of a column."""

Floats = NDArray[np.float64]
Key = tuple[str, float]
"""What ids of one sequence have in common, and the number in it."""


@dataclass(frozen=True)
class Gaps:
    """How a column's values lie among those of the list, by what is measured: a number for each row looked at."""

    column: int
    measures: Mapping[str, Floats]


@dataclass(frozen=True)
class Looked:
    """A column's cell in each row looked at, and in the rows before and behind it in the file."""

    cells: Sequence[str]
    before: Sequence[str]
    behind: Sequence[str]
    places: Floats
    ordinary: NDArray[np.bool_]


def id_gaps(con: duckdb.DuckDBPyConnection, source: SourceList, looked: Sequence[Looked]) -> Iterator[Gaps]:
    """The gaps of each column of ids or moments; `looked` has a value for each column of the list."""
    for i, role in enumerate(source.roles[source.main.part]):
        if role not in ("phone", "email", "name", "organisation"):
            read = _read(con, source.tables[source.main.part], i, looked[i])
            if read is not None:
                yield Gaps(i, _measures(looked[i], *read))


def shared_beginnings(con: duckdb.DuckDBPyConnection, table: str, i: int, cells: Sequence[str]) -> Floats | None:
    """How many characters each cell's beginning has in common with the most alike of the list's other values; None
    where values come again, or are too many to be read.

    A code that was half another row's shares more with it than codes do by chance.
    """
    filled = sum(map(bool, cells))
    if filled < _LEAST or len(set(cells)) < _MANY * filled:
        return None
    rows = con.execute(f"SELECT DISTINCT c{i} FROM {table} WHERE c{i} <> '' LIMIT {_READ + 1}").fetchall()
    if len(rows) > _READ:
        return None
    listed = sorted(cell for (cell,) in rows)
    found = np.zeros(len(cells))
    for at, cell in enumerate(cells):
        low, high = bisect_left(listed, cell), bisect_right(listed, cell)
        found[at] = max((_shared(cell, listed[k]) for k in (low - 1, high) if 0 <= k < len(listed)), default=0)
    return found


def _shared(one: str, two: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


Read = tuple[Mapping[str, Floats], Sequence[Key | None], Sequence[Key | None], Sequence[Key | None]]
"""The list's sequences, rising, and the keys of the cells looked at, and of those before and behind them."""


def _read(con: duckdb.DuckDBPyConnection, table: str, i: int, looked: Looked) -> Read | None:
    """A column's values as numbers; None where they are not ids or moments."""
    filled = [cell for cell, own in zip(looked.cells, looked.ordinary, strict=True) if own and cell]
    if len(filled) < _LEAST:
        return None
    three = (looked.cells, looked.before, looked.behind)
    if are_records(filled):
        value = " + ".join(
            f"(strpos('{LETTERS}', substr(c{i}, {HEAD + k + 1}, 1)) - 1) * {62 ** (8 - k)}" for k in range(9)
        )
        listed = _listed(con, table, i, f"substr(c{i}, 1, {HEAD})", value)
        keys = [[_record(cell) for cell in cells] for cells in three]
        return listed, keys[0], keys[1], keys[2]
    found = _moments(con, table, i, filled, three)
    return _numbers(con, table, i, filled, three) if found is None else found


def _record(cell: str) -> Key | None:
    number = int(record_numbers([cell])[0])
    return None if number < 0 else (cell[:HEAD], float(number))


def _numbers(
    con: duckdb.DuckDBPyConnection, table: str, i: int, filled: Sequence[str], three: Sequence[Sequence[str]]
) -> Read | None:
    """Ids that end in a number, without its check digit; None where its cells are not ids that count."""
    if len(set(filled)) < _MANY * len(filled):
        return None
    if sum(_CODE.fullmatch(cell) is not None for cell in filled) >= _OWN * len(filled):
        return _codes(con, table, i, three)
    if len(set(filled)) < _OWN * len(filled):
        return None
    parted = [each for cell in filled if (each := split_id(cell)) is not None]
    if len(parted) < _OWN * len(filled) or len({prefix for prefix, _ in parted}) > _PREFIXES:
        return None
    check = scheme_of([tail for _, tail in parted])
    cut = 0 if check is None else WIDTH[check]
    pattern = "^(.*?)([0-9]{1,15}|[0-9]{1,14}X)$"
    tail = f"regexp_extract(c{i}, '{pattern}', 2, 's')"
    number = f"TRY_CAST(rtrim(left({tail}, length({tail}) - {cut}), 'X') AS BIGINT)"
    listed = _listed(con, table, i, f"regexp_extract(c{i}, '{pattern}', 1, 's')", number)

    def key(cell: str) -> Key | None:
        found = split_id(cell)
        body = "" if found is None else found[1][: len(found[1]) - cut].rstrip("X")
        return None if found is None or not body else (found[0], float(body))

    keys = [[key(cell) for cell in cells] for cells in three]
    return listed, keys[0], keys[1], keys[2]


def _codes(con: duckdb.DuckDBPyConnection, table: str, i: int, three: Sequence[Sequence[str]]) -> Read:
    """Codes of digits with signs between them, a postcode's or a bank's: all their digits, by how many there are."""
    digits = f"regexp_replace(c{i}, '[^0-9]', '', 'g')"
    listed = _listed(con, table, i, f"CAST(length({digits}) AS VARCHAR)", f"TRY_CAST({digits} AS BIGINT)")

    def key(cell: str) -> Key | None:
        body = "".join(char for char in cell if char in "0123456789")
        return (str(len(body)), float(body)) if body else None

    keys = [[key(cell) for cell in cells] for cells in three]
    return listed, keys[0], keys[1], keys[2]


def _moments(
    con: duckdb.DuckDBPyConnection, table: str, i: int, filled: Sequence[str], three: Sequence[Sequence[str]]
) -> Read | None:
    """Moments of cells, or those that are in ids; None where a column has none, or too many to be read."""
    dates, form = Dates(filled), time_form(filled)
    if form is None and len(dates.dated) < _OWN * len(filled):
        return None

    def key(cell: str) -> Key | None:
        if form is not None:
            read = form.read(cell)
            return None if read is None else ("", float(form.seconds(read[0])))
        seconds = dates.seconds(cell or None)
        return None if seconds is None else ("", float(seconds))

    rows = con.execute(f"SELECT DISTINCT c{i} FROM {table} WHERE c{i} <> '' LIMIT {_READ + 1}").fetchall()
    if len(rows) > _READ:
        return None
    known = sorted({found[1] for (cell,) in rows if (found := key(cell)) is not None})
    keys = [[key(cell) for cell in cells] for cells in three]
    return {"": np.array(known, dtype=np.float64)}, keys[0], keys[1], keys[2]


def _listed(con: duckdb.DuckDBPyConnection, table: str, i: int, prefix: str, number: str) -> Mapping[str, Floats]:
    """A column's sequences by what their ids have in common, each rising and without repeats."""
    found = con.execute(
        f"SELECT DISTINCT {prefix} AS prefix, CAST({number} AS DOUBLE) AS number FROM {table} WHERE c{i} <> ''"
        " AND number IS NOT NULL ORDER BY 1, 2"
    ).to_arrow_table()
    prefixes, numbers = found["prefix"].combine_chunks().dictionary_encode(), found["number"].to_numpy()
    codes = prefixes.indices.to_numpy()
    return {name: numbers[codes == at] for at, name in enumerate(prefixes.dictionary.to_pylist())}


def _measures(
    looked: Looked,
    listed: Mapping[str, Floats],
    keys: Sequence[Key | None],
    before: Sequence[Key | None],
    behind: Sequence[Key | None],
) -> dict[str, Floats]:
    """What an attacker measures of each row, NaN (no id, or at an end) made neutral."""
    own = np.array([np.nan if key is None else key[1] for key in keys])
    prefixes = ["" if key is None else key[0] for key in keys]
    around = np.full((len(keys), 2 * _BESIDE + 1), np.nan)
    for prefix in set(prefixes) & set(listed):
        mine = np.flatnonzero(np.isfinite(own) & (np.array(prefixes, dtype=object) == prefix))
        around[mine] = _around(listed[prefix], own[mine])
    gaps = np.diff(around, axis=1)
    below, above = gaps[:, _BESIDE - 1], gaps[:, _BESIDE]
    nearest = np.fmin(below, above)
    usual = np.nanmedian(np.where(np.isnan(gaps).all(axis=1, keepdims=True), 0.0, gaps), axis=1)
    found = {
        "how near the nearest value is": nearest,
        "how far the next lower value is": below,
        "how far the next higher value is": above,
        "how near the nearest value is, against the gaps around it": nearest / np.where(usual > 0, usual, np.nan),
        "how near the values on both sides are": below + above,
        "how crowded the values around it are": around[:, _BESIDE + _FAR] - around[:, _BESIDE - _FAR],
        "how crowded the values further around it are": around[:, -1] - around[:, 0],
    }
    if not _is_in_order(looked, own):
        away = [
            np.array([abs(a[1] - b[1]) if a is not None and b is not None and a[0] == b[0] else np.nan
                      for a, b in zip(keys, others, strict=True)])
            for others in (before, behind)
        ]  # fmt: skip
        found["how near the values of the rows before and behind are"] = np.fmin(*away)
    return {what: _neutral(values) for what, values in found.items()}


def _around(listed: Floats, own: Floats) -> Floats:
    """For each id those of the list around it, itself in the middle; NaN beyond the ends."""
    low = np.searchsorted(listed, own)
    high = np.searchsorted(listed, own, side="right")
    padded = np.concatenate([np.full(_BESIDE, np.nan), listed, np.full(_BESIDE, np.nan)])
    steps = np.arange(_BESIDE)
    return np.concatenate([padded[low[:, None] + steps], own[:, None], padded[high[:, None] + _BESIDE + steps]], axis=1)


def _is_in_order(looked: Looked, own: Floats) -> bool:
    known = np.isfinite(own) & looked.ordinary
    if known.sum() < _LEAST or np.ptp(own[known]) == 0:
        return True
    return abs(float(scipy.stats.spearmanr(own[known], looked.places[known]).statistic)) >= _IN_ORDER


def _neutral(values: Floats) -> Floats:
    known = np.isfinite(values)
    return np.where(known, values, np.median(values[known]) if known.any() else 0.0)
