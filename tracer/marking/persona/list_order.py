"""A list's order: by which columns it is sorted, wholly or piece by piece, and what comes in clusters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray

_DAY = r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})(.*)"


def _by_year(day: int, month: int) -> str:
    """SQL for a date with the year behind, as text that sorts by time; NULL for anything else."""
    found = [f"regexp_extract({{c}}, '^{_DAY.replace('{', '{{').replace('}', '}}')}$', {at})" for at in range(5)]
    text = f"{found[3]} || lpad({found[month]}, 2, '0') || lpad({found[day]}, 2, '0') || {found[4]}"
    return f"CASE WHEN TRY_CAST({found[month]} AS INTEGER) BETWEEN 1 AND 12 THEN {text} END"


KEYS: Mapping[str, str] = {
    "number": "TRY_CAST({c} AS DECIMAL(38, 0))",
    "phone": "TRY_CAST(right(regexp_replace({c}, '[^0-9]', '', 'g'), 11) AS BIGINT)",
    "natural": "TRY_CAST(regexp_extract({c}, '^([0-9]{{1,18}})[^0-9]*$', 1) AS BIGINT)",
    "day first": _by_year(1, 2),
    "month first": _by_year(2, 1),
    "text": "{c}",
    "caseless": "lower({c})",
}
"""By what a column may be sorted: SQL for a cell."""
_HEAD = 3_000
"""Rows that tell whether the others need be looked at."""
_LEAST_STEPS = 3
_LEAST_CELLS = 20
"""Cells with a value, under which no order is seen."""
_SURE = 8.0
"""Standard errors beyond which order is not chance: many columns of many lists are looked at."""


@dataclass(frozen=True)
class Order:
    """A column by which the list is sorted, or by which pieces of it are."""

    key: str
    """How cells are compared; see `KEYS`, and gb18030: by their bytes in it, which is Pinyin for common characters."""
    sign: int
    """1 rising, -1 falling."""
    breaks: NDArray[np.int64]
    """Rows with which a new piece begins; none where the whole list is sorted."""

    @property
    def whole(self) -> bool:
        """Whether the order never breaks."""
        return len(self.breaks) == 0

    def value(self, cell: str) -> object:
        """What a cell is compared by; None where it has no such value."""
        return _VALUES[self.key](cell)


def _number(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"\s*-?[0-9]{1,38}\s*", cell) else None


def _natural(cell: str) -> int | None:
    found = re.fullmatch(r"([0-9]{1,18})[^0-9]*", cell)
    return None if found is None else int(found[1])


def _phone(cell: str) -> int | None:
    digits = re.sub(r"[^0-9]", "", cell)[-11:]
    return int(digits) if digits else None


def _date(day: int, month: int) -> Callable[[str], str | None]:
    def value(cell: str) -> str | None:
        found = re.fullmatch(_DAY, cell)
        if found is None or not 1 <= int(found[month]) <= 12:
            return None
        return f"{found[3]}{found[month].zfill(2)}{found[day].zfill(2)}{found[4]}"

    return value


_VALUES: Mapping[str, Callable[[str], object]] = {
    "number": _number, "phone": _phone, "natural": _natural, "day first": _date(1, 2), "month first": _date(2, 1),
    "text": lambda cell: cell, "caseless": str.lower,
    "gb18030": lambda cell: cell.encode("gb18030", "replace"),
}  # fmt: skip


def order_of(con: duckdb.DuckDBPyConnection, table: str, position: int, role: str) -> Order | None:
    """The order of a column: at most one step in ten goes the other way. None where there is none."""
    column = f"c{position}"
    for key, form in KEYS.items():
        if key == "phone" and role != "phone":
            continue
        head = f"(SELECT row, {column} FROM {table} WHERE row <= {_HEAD})"
        for rows in (head, table):
            steps = _steps(con, rows, column, form.format(c=column))
            if steps is None or min(steps) > 0.2 * sum(steps):
                break
        if steps is None or min(steps) > 0.2 * sum(steps):
            continue
        rises, falls = steps
        sign = 1 if rises >= falls else -1
        against = min(rises, falls)
        if rises + falls == 0 or (rises + falls < _LEAST_STEPS and against) or against > 0.1 * (rises + falls):
            continue
        return Order(key, sign, _breaks(con, table, column, form.format(c=column), sign) if against else _none())
    return _by_pinyin(con, table, column) if role == "name" else None


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


def _lagged(table: str, column: str, key: str) -> str:
    return f"(SELECT row, {key} AS key, lag({key}) OVER (ORDER BY row) AS before FROM {table} WHERE {column} <> '')"


def _steps(con: duckdb.DuckDBPyConnection, table: str, column: str, key: str) -> tuple[int, int] | None:
    """How often the key rises and falls; None where some cells have no such key."""
    found = con.execute(
        "SELECT count(*) FILTER (key > before), count(*) FILTER (key < before), count(*) FILTER (key IS NULL)"
        f" FROM {_lagged(table, column, key)}"
    ).fetchone()
    return None if found is None or found[2] else (int(found[0]), int(found[1]))


def _breaks(con: duckdb.DuckDBPyConnection, table: str, column: str, key: str, sign: int) -> NDArray[np.int64]:
    against = "<" if sign > 0 else ">"
    found = con.execute(f"SELECT row FROM {_lagged(table, column, key)} WHERE key {against} before ORDER BY row")
    return np.asarray(found.fetchnumpy()["row"], dtype=np.int64)


def _by_pinyin(con: duckdb.DuckDBPyConnection, table: str, column: str) -> Order | None:
    """Whether the first 2,000 and the last names are in GB18030's order, as spreadsheets sort Chinese."""
    for direction in ("", " DESC"):
        rows = con.execute(f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY row{direction} LIMIT 2000")
        keys = [_VALUES["gb18030"](cell) for (cell,) in rows.fetchall()]
        pairs = list(pairwise(keys))
        rises, falls = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)  # type: ignore[operator]  # both bytes
        if falls if not direction else rises:
            return None
    return Order("gb18030", 1, _none()) if rises + falls else None


def is_clustered(con: duckdb.DuckDBPyConnection, table: str, cell: str) -> bool:
    """Whether equal values of the SQL expression `cell` are together, or like ones near each other."""
    found = con.execute(
        f"WITH cells AS (SELECT row, {cell} AS cell FROM {table}),"
        " ranked AS (SELECT row, cell, dense_rank() OVER (ORDER BY cell) AS rank FROM cells),"
        " lagged AS (SELECT cell, rank, lag(cell) OVER (ORDER BY row) AS before,"
        " lag(rank) OVER (ORDER BY row) AS rank_before FROM ranked WHERE cell <> ''),"
        " counts AS (SELECT count(*) AS n FROM cells WHERE cell <> '' GROUP BY cell)"
        " SELECT count(before), count(*) FILTER (cell = before), corr(rank, rank_before),"
        " (SELECT sum(n * n) FROM counts) FROM lagged"
    ).fetchone()
    if found is None or not found[0] or found[0] < _LEAST_CELLS:
        return False
    n, equal, correlation, squares = int(found[0]), int(found[1]), found[2], float(found[3])
    expected = min(squares / (n + 1) ** 2, 1.0) * n
    spread = math.sqrt(max(expected * (1 - expected / n), 1.0))
    if equal - expected > _SURE * spread and equal - expected > 0.01 * n:
        return True
    return correlation is not None and not math.isnan(correlation) and correlation > max(0.05, _SURE / math.sqrt(n))


def is_behind(value: object, other: object, sign: int, *, equals: bool) -> bool:
    """Whether `value` belongs behind a row with `other` (and behind its equals); without a value it comes after all."""
    if value is None or other is None:
        return True
    if value == other:
        return equals
    less = bool(other < value)  # type: ignore[operator]  # both come from one key
    return less if sign > 0 else not less
