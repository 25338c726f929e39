"""The keys of rows that a list does not have, read exactly as a load would read them if it had them.

How a column's days are read, and which days were filled in, depends on the whole column: so the new rows are read
together with the list's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.documents import json_of
from tracer.identify.normalise import drop_reading, normalise_as
from tracer.lists.keys_together import drop_keys, read_keys
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.roles import find_column, key_columns
from tracer.marking.persona.source_list import SourceList

_ROWS = "salt_rows"


@dataclass(frozen=True)
class RowKeys:
    """What identifies one row."""

    own: frozenset[int]
    """Keys that a list with this row has for it: those of several columns where the list has such ones, else those of
    columns mapped as `key`."""
    looked_up: frozenset[int]
    """Those, and further ones by which the same person would be found: the name with the address."""


def identifying_keys(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[tuple[int, ...], ...]:
    """The list's keys of several columns, each by the positions of its columns in the main part."""
    row = con.execute("SELECT options FROM dataset WHERE no = $no", {"no": source.no}).fetchone()
    named = json_of(row[0] if row and row[0] else "{}").get("columns", {}).get("key", ())
    keys, _ = key_columns(source.main.headers, named, find_column)
    return tuple(key for key in keys if len(key) > 1)


def keys_of_rows(
    con: duckdb.DuckDBPyConnection, source: SourceList, rows: Mapping[int, Sequence[str | None]]
) -> tuple[dict[int, RowKeys], frozenset[int]]:
    """Number -> keys of its row; and the numbers of rows that share a key with one of the list's own."""
    joined = identifying_keys(con, source)
    places = (*source.holding("family_name"), *source.holding("given_name")) or tuple(source.places("name"))
    further = _further(places, tuple(source.places("address")), joined)
    found: dict[int, tuple[set[int], set[int]]] = {no: (set(), set()) for no in rows}
    met = set[int]()
    if joined or further:
        _together(con, source, rows, (*joined, *further), len(joined), found, met)
    if not joined:
        _mapped(con, source, rows, found, met)
    return {no: RowKeys(frozenset(own), frozenset(own | more)) for no, (own, more) in found.items()}, frozenset(met)


def _further(
    names: tuple[int, ...], addresses: tuple[int, ...], joined: Sequence[tuple[int, ...]]
) -> tuple[tuple[int, ...], ...]:
    """The columns of the name with the address, where they are not a key of the list anyway."""
    both = (*names, *addresses)
    return () if not names or not addresses or set(both) in [set(key) for key in joined] else (both,)


def _together(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, Sequence[str | None]],
    keys: Sequence[tuple[int, ...]],
    own: int,
    found: Mapping[int, tuple[set[int], set[int]]],
    met: set[int],
) -> None:
    """Enter the keys of several columns; the first `own` of `keys` are the list's."""
    main = source.main
    width = len(main.headers)
    names = ", ".join(f"c{i}" for i in range(width))
    table = pa.table(
        {"no": pa.array(list(rows), pa.int64())}
        | {f"c{i}": pa.array([cells[i] for cells in rows.values()], pa.string()) for i in range(width)}
    )
    columns = tuple(
        replace(
            ColumnRole(i, main.headers[i] or "", "other", "key"),
            part_of=tuple(number for number, key in enumerate(keys) if i in key),
        )
        for i in range(width)
    )
    part = PartRead(
        None, None, False, main.format, None, None, tuple(h or "" for h in main.headers), None, main.rows,
        f"temp.{_ROWS}", columns,
    )  # fmt: skip
    made = list[str]()
    with registered(con, salt_rows_now=table):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT row, {names} FROM {source.tables[main.part]}"
            f" UNION ALL SELECT {main.rows} + 1 + no - (SELECT min(no) FROM salt_rows_now), {names} FROM salt_rows_now"
        )
    try:
        read_keys(con, [(part, 1)], source.region, made, judged=False)
        first = min(rows)
        for number, name in enumerate(made):
            for row, key, shared in con.execute(
                f"SELECT s.row, s.key, EXISTS (SELECT 1 FROM {name}_seen AS o WHERE o.key = s.key AND o.row <= $rows)"
                f" FROM {name}_seen AS s WHERE s.row > $rows AND s.key IS NOT NULL ORDER BY s.row",
                {"rows": main.rows},
            ).fetchall():
                no = int(row) - main.rows - 1 + first
                found[no][number >= own].add(int(key))
                if shared:
                    met.add(no)
    finally:
        drop_keys(con)
        con.execute(f"DROP TABLE IF EXISTS temp.{_ROWS}")


def _mapped(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, Sequence[str | None]],
    found: Mapping[int, tuple[set[int], set[int]]],
    met: set[int],
) -> None:
    """Enter the keys of columns mapped as `key`."""
    for i in source.places("key"):
        cells = [(no, row[i]) for no, row in rows.items() if row[i]]
        table = pa.table({
            "row": pa.array([no for no, _ in cells], pa.int64()), "position": pa.array([i] * len(cells), pa.int32()),
            "cell": pa.array([cell for _, cell in cells], pa.string()),
        })  # fmt: skip
        with registered(con, salt_cells=table):
            normalise_as(con, "(SELECT * FROM salt_cells)", "cell", "salt_read", "key", source.region)
        for no, key in con.execute("SELECT row, key FROM salt_read WHERE key IS NOT NULL ORDER BY row").fetchall():
            found[int(no)][0].add(int(key))
        drop_reading(con, "salt_read")
        con.execute("DROP TABLE IF EXISTS temp.salt_read")
    held = {key for own, _ in found.values() for key in own}
    known = defaultdict(list)
    for no, (own, _) in found.items():
        for key in own:
            known[key].append(no)
    for (key,) in con.execute(
        "SELECT key FROM membership WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[])) ORDER BY key",
        {"no": source.no, "keys": sorted(held)},
    ).fetchall():
        met.update(known[key])
