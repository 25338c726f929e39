"""Files of people who refused, as states deliver them: the deletion lists of California's DROP, and area codes
and numbers in two columns, as do-not-call registries have them.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from tracer.identify.digests import read_digest
from tracer.identify.drop import DOWNLOAD, LIST_TYPES, NOT_MATCHED
from tracer.lists.read.area_codes import parted_region
from tracer.lists.read.landing import cells_of
from tracer.lists.read.model import PartRead, ReadOptions, Source

AREA_AND_NUMBER = "area code and number"
"""Variant of the column that two were joined to."""


def with_joined_numbers(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part; where it is nothing but area codes and numbers in two columns, with both joined in the first."""
    if len(part.columns) != 2 or not part.rows or any(column.how == "map" for column in part.columns):
        return part
    cells = cells_of(con, part.raw_table)
    region = parted_region(con, cells)
    if region is None:
        return part
    con.execute(f"UPDATE {cells} SET c0 = trim(c0) || replace(trim(c1), '-', ''), c1 = NULL")
    joined, rest = part.columns
    columns = (
        replace(joined, role="phone", how="format", region=region, doubt=(), variant=AREA_AND_NUMBER),
        replace(rest, role="other", how="format", region=None, doubt=()),
    )
    return replace(part, columns=columns)


def options_for(source: Source, options: ReadOptions) -> ReadOptions:
    """How a file is read: of one of these, what its hashes are of."""
    named = DOWNLOAD.search(source.name)
    if named is None or options.columns or source.head(7).lower() != b"id,hash":
        return options
    return replace(options, columns={LIST_TYPES.get(named[2].lower(), "hash"): "Hash"}, has_header=True)


def of_download(
    con: duckdb.DuckDBPyConnection, file: str, part: PartRead, notes: list[str], withdrawn: list[int]
) -> PartRead:
    """The part of a file; without rows where its list type cannot be matched, and a note says why.

    The keys of requests that were taken back are added to `withdrawn`.
    """
    named = DOWNLOAD.search(part.member or file)
    kind = "" if named is None else named[2].lower()
    if named is None or kind in LIST_TYPES or not part.rows or part.columns[1].role != "hash":
        return part
    if kind in NOT_MATCHED:
        notes.append(f"{named[2]}: {part.rows:,} requests are not loaded: {NOT_MATCHED[kind]}")
    else:
        cells = con.execute(f"SELECT c1 FROM {part.raw_table} WHERE c1 IS NOT NULL ORDER BY row").fetchall()
        withdrawn += [
            one.key for (cell,) in cells if (one := read_digest(cell, "")) is not None and one.key is not None
        ]
        notes.append(f"{named[2]}: {part.rows:,} requests were taken back: these people count as not having refused")
    account = part.account and replace(part.account, rows=0, left_out=part.account.left_out + part.rows)
    return replace(part, rows=0, account=account)
