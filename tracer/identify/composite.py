"""Several columns that identify a contact together: a name and a birthday, a number and a branch.

The cells of a row are folded (`folded_name`, `folded_day`) and make one text: the days, then the words of all other
cells in the order of their letters. So it does not matter which column a word was in, nor in which order the columns
were named. Each column is folded by its distinct texts; the rest is set-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.identify.folded_day import DEFAULT_DAYS, DayOrder, folded_day, order_of
from tracer.identify.folded_name import folded_words
from tracer.identify.keys import further_key_sql
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_BATCH = 50_000
"""Distinct texts a batch for Python: bounds memory."""
_SAMPLE = 2_000
"""Distinct texts of a column by which it is taken for one of days."""
_DAYS = 0.6
"""Share of them that must be days."""
POPULAR_DAYS = 20
"""How many times as often as the mean a day must come, and in how many rows at least, to be one that was filled in."""
_SCHEMA = pa.schema([("raw", pa.string()), ("words", pa.list_(pa.string())), ("day", pa.bool_())])


@dataclass(frozen=True)
class FoldedColumn:
    """A column that is part of a key, as it was folded."""

    position: int
    days: bool
    order: DayOrder
    """Which of two numbers in front of a year was taken for the day."""


@dataclass(frozen=True)
class Telling:
    """How well a key distinguishes people."""

    keys: int
    by_chance: float
    """Share of the keys that a list of strangers of the same length would have as well, by the frequencies of each
    part: (n - 1) times the product of the chances that two cells of a column agree."""


def fold_column(con: duckdb.DuckDBPyConnection, cells: str, position: int, region: str, target: str) -> FoldedColumn:
    """Make temp table `target`(raw, words, day): the distinct texts of a column, folded.

    `words` is NULL where a text says nothing, and empty for a day that programs fill in. `cells`: SQL of (raw).
    `region`: whose order of day and month counts where no cell shows it.
    """
    texts = con.execute(f"SELECT DISTINCT raw FROM ({cells}) ORDER BY raw").to_arrow_table()["raw"]
    step = max(1, len(texts) // _SAMPLE)
    sample = [text for text in texts.slice(0).to_pylist()[::step] if folded_words([text])[0] is not None]
    order = order_of(texts.to_pylist(), region)
    days = sum(folded_day(text, order) is not None for text in sample)
    serials = sum(folded_day(text, order, serials=True) is not None for text in sample)
    holds_days = bool(sample) and max(days, serials if days else 0) >= _DAYS * len(sample)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target} (raw VARCHAR, words VARCHAR[], day BOOLEAN)")
    for start in range(0, len(texts), _BATCH):
        batch = texts.slice(start, _BATCH).to_pylist()
        folded = [_day_words(text, order) for text in batch] if holds_days else folded_words(batch)
        arrays = [pa.array(batch), pa.array(folded, pa.list_(pa.string())), pa.array([holds_days] * len(batch))]
        table = pa.table(arrays, _SCHEMA)
        with registered(con, folded_now=table):
            con.execute(f"INSERT INTO {target} SELECT * FROM folded_now")
    return FoldedColumn(position, holds_days, order)


def _day_words(text: str, order: DayOrder) -> list[str] | None:
    day = folded_day(text, order, serials=True)
    return None if day is None else [] if day in DEFAULT_DAYS else [day]


def read_composite(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[FoldedColumn], folds: Sequence[str], target: str
) -> Telling:
    """Make `target`_seen and `target`_read as `normalise.read_column` does, from rows of several cells.

    source: relation (row, c0, c1 …) with one cell for each of `columns`, in that order; folds: the table of each. A row
    with a cell that says nothing has no key.
    """
    popular = " UNION ALL ".join(
        _statement("popular_day").format(fold=fold, cell=f"c{i}", source=source, times=POPULAR_DAYS)
        for i, (fold, column) in enumerate(zip(folds, columns, strict=True))
        if column.days
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target}_popular AS {popular or 'SELECT NULL::VARCHAR AS day LIMIT 0'}")
    numbers = range(len(columns))
    con.execute(
        _statement("composite").format(
            target=target,
            source=source,
            joins=" ".join(f"LEFT JOIN {folds[i]} AS f{i} ON f{i}.raw = s.c{i}" for i in numbers),
            raw=" || ' | ' || ".join(f"coalesce(s.c{i}, '')" for i in numbers),
            empty=" AND ".join(f"s.c{i} IS NULL" for i in numbers),
            unsaid=" OR ".join(f"f{i}.words IS NULL" for i in numbers),
            filled_in=" OR ".join(
                f"len(f{i}.words) = 0 OR f{i}.words[1] IN (SELECT day FROM {target}_popular)"
                for i in numbers
                if columns[i].days
            )
            or "false",
            days=" || ".join(f"f{i}.words" for i in numbers if columns[i].days) or "[]::VARCHAR[]",
            words=" || ".join(f"f{i}.words" for i in numbers if not columns[i].days) or "[]::VARCHAR[]",
            key=further_key_sql("composite", "text"),
            position=columns[0].position,
        )
    )  # fmt: skip
    # Keys of a list, and the share of them that a list of strangers would have too.
    keys, rows = _row(con, f"SELECT count(DISTINCT key), count(key) FROM {target}_seen")
    chance = 1.0
    for i, fold in enumerate(folds):
        same, all_rows = _row(
            con, _statement("same_cells").format(fold=fold, cell=f"c{i}", source=source, target=target)
        )
        chance *= same / (all_rows * (all_rows - 1)) if all_rows > 1 else 0.0
    return Telling(int(keys), max(0.0, (keys - 1) * chance) if rows else 0.0)


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[float, ...]:
    found = con.execute(query).fetchone()
    return tuple(float(value or 0) for value in found) if found else ()
