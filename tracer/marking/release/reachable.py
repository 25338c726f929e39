"""A list without the rows that have neither number nor address, as a release hands it out where that is asked for.

Every canary has a number or address. Where rows have none, or lose the only one that they have with a column, these are
surely no canaries, and an attacker has fewer rows to look through.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.errors import InputRefused
from tracer.marking.persona.source_list import SourceList
from tracer.marking.release.left_out import without
from tracer.marking.release.request import ReleaseRequest

Ints = NDArray[np.int64]


def as_handed_out(con: duckdb.DuckDBPyConnection, source: SourceList, request: ReleaseRequest) -> SourceList:
    """The list without the columns and rows that a request leaves out. Raises `InputRefused` where nothing is left."""
    source = without(con, source, request.without)
    return reachable(con, source) if request.only_reachable else source


def reachable(con: duckdb.DuckDBPyConnection, source: SourceList) -> SourceList:
    """The list without the rows that have neither number nor address, of parts with columns of such."""
    tables, kept, parts = dict(source.tables), dict[int, Ints](), []
    for part in source.parts:
        held = [i for i, role in enumerate(source.roles[part.part]) if role in ("phone", "email")]
        table, name = source.tables[part.part], f"reachable_of_{source.no}_{part.part}"
        some = " OR ".join(f"coalesce(c{i}, '') <> ''" for i in held)
        rows = con.execute(f"SELECT row FROM {table} WHERE {some or 'true'} ORDER BY row").fetchnumpy()["row"]
        if len(rows) == part.rows:
            parts.append(part)
            continue
        cells = "".join(f", c{i}" for i in range(len(part.headers)))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT CAST(row_number() OVER (ORDER BY row) AS BIGINT) AS row"
            f"{cells} FROM {table} WHERE {some} ORDER BY 1"
        )
        tables[part.part], kept[part.part] = f"temp.{name}", np.asarray(rows, dtype=np.int64)
        parts.append(replace(part, rows=len(rows)))
    if not kept:
        return source
    if not sum(part.rows for part in parts):
        raise InputRefused("no row has a number or address", where=source.id, remedy="leave --only-reachable out")
    return replace(
        source, parts=tuple(parts), tables=tables, kept_rows=kept, all_rows=source.tables,
        whole=source.whole or tuple(source.parts),
    )  # fmt: skip


def unreachable_rows(source: SourceList) -> dict[int, frozenset[int]]:
    """Part -> data rows of the original that no copy has."""
    sizes = {part.part: part.rows for part in source.whole}
    return {
        part: frozenset(np.setdiff1d(np.arange(1, sizes[part] + 1), rows, assume_unique=True).tolist())
        for part, rows in source.kept_rows.items()
    }


def dataset_rows(source: SourceList) -> Ints | None:
    """Rows of the dataset that copies have, rising; None where they have all."""
    if not source.kept_rows:
        return None
    every = [
        source.first_rows[part.part] - 1 + source.kept_rows.get(part.part, np.arange(1, part.rows + 1))
        for part in source.parts
    ]
    return np.sort(np.concatenate(every))
