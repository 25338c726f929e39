"""Keys of several columns: the columns of each are read together, and judged by how well they tell people apart.

Works on scratch relations named `load_composite_…`, of the form that `normalise.read_column` gives.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.errors import InputRefused
from tracer.identify.composite import FoldedColumn, Telling, fold_column, read_composite
from tracer.identify.normalise import drop_reading
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.words import column_named

_SAID_FROM, _REFUSED_FROM = 0.001, 0.02
"""Share of the keys that strangers would have too, from which that is said, and from which the key is refused."""


def keys_of(part: PartRead) -> tuple[tuple[ColumnRole, ...], ...]:
    """The keys of several columns that a part has, each by its columns in their order."""
    numbers = sorted({number for column in part.columns for number in column.part_of})
    return tuple(tuple(column for column in part.columns if number in column.part_of) for number in numbers)


def read_keys(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[tuple[PartRead, int]],
    region: str,
    readings: list[str],
    *,
    judged: bool = True,
) -> tuple[str, ...]:
    """Read the keys of all parts and add their relations to `readings`; returns what a person should know.

    parts: each with the dataset's row number of its first row. Raises `InputRefused` for a key that distinguishes too
    few people, unless it is not to be `judged`.
    """
    notes = list[str]()
    for at, (part, first) in enumerate(parts):
        for number, columns in enumerate(keys_of(part)):
            name = f"load_composite_{at}_{number}"
            folded, telling = _read(con, part, first, columns, name, region)
            readings.append(name)
            # That a column does not say which of two numbers is the day.
            headings = [column.header for column in part.columns]
            notes += [
                f"{column_named(headings, column.position)}: read with the"
                f" {'day first, as in 31/12/1999' if column.order.day_first else 'month first, as in 12/31/1999'};"
                " no cell shows it, --region US or GB decides"
                for column in folded
                if column.days and not column.order.sure
            ]
            notes += _chance(part, columns, telling) if judged else []
    return tuple(notes)


def _read(
    con: duckdb.DuckDBPyConnection, part: PartRead, first: int, columns: Sequence[ColumnRole], name: str, region: str
) -> tuple[list[FoldedColumn], Telling]:
    cells = ", ".join(f"nullif(trim(c{column.position}), '') AS c{i}" for i, column in enumerate(columns))
    source = f"{name}_cells"
    con.execute(f"CREATE TEMP TABLE {source} AS SELECT row + {first - 1} AS row, {cells} FROM {part.raw_table}")
    folds = [f"{name}_fold{i}" for i in range(len(columns))]
    folded = [
        fold_column(
            con, f"SELECT c{i} AS raw FROM {source} WHERE c{i} IS NOT NULL", column.position, region, folds[i]
        )
        for i, column in enumerate(columns)
    ]  # fmt: skip
    drop_reading(con, name)
    telling = read_composite(con, source, folded, folds, name)
    for table in (source, *folds, f"{name}_popular"):
        con.execute(f"DROP TABLE temp.{table}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT row, position, raw FROM {name}_read")
    return folded, telling


def drop_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what a load that failed has left."""
    left = con.execute(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_name LIKE 'load\\_composite\\_%'"
        " ESCAPE '\\' ORDER BY table_type DESC, table_name"
    ).fetchall()
    for table, kind in left:
        con.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} IF EXISTS temp.{table}")


def _chance(part: PartRead, columns: Sequence[ColumnRole], telling: Telling) -> list[str]:
    if telling.by_chance < _SAID_FROM:
        return []
    headings = [column.header for column in part.columns]
    named = " and ".join(column_named(headings, column.position) for column in columns)
    share = f"{100 * telling.by_chance:.1f} %"
    if telling.by_chance >= _REFUSED_FROM:
        raise InputRefused(
            f"the key of {named} distinguishes too few people: {share} of its {telling.keys:,} keys would be met in a"
            " list of strangers as long as this one",
            where=part.place,
            remedy="add a column that namesakes differ in, as in --map key=姓名,生日",
        )
    return [
        f"the key of {named}: {share} of its {telling.keys:,} keys would be met by chance in a list of strangers as"
        " long as this one"
    ]
