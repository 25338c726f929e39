"""A list without some of its columns, as a release hands it out: nothing of them is in any copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import duckdb

from tracer.errors import InputRefused
from tracer.lists.read.words import shown_headings
from tracer.marking.persona.source_list import SourceList

_Each = TypeVar("_Each")


def without(con: duckdb.DuckDBPyConnection, source: SourceList, columns: Sequence[str]) -> SourceList:
    """The list without the columns that have these headings, in all of its parts.

    Raises `InputRefused` for a heading that the list has not, and where no column of numbers or addresses is left.
    """
    if not columns:
        return source
    wanted = {name.strip().casefold() for name in columns}
    gone = {
        part.part: tuple(i for i, name in enumerate(part.headers) if name.strip().casefold() in wanted)
        for part in source.parts
    }
    _refuse_unknown(source, columns)
    tables, parts = {}, []
    for part in source.parts:
        kept = [i for i in range(len(part.headers)) if i not in gone[part.part]]
        tables[part.part] = f"temp.left_of_{source.no}_{part.part}"
        cells = "".join(f", c{i} AS c{at}" for at, i in enumerate(kept))
        con.execute(f"CREATE OR REPLACE TEMP VIEW left_of_{source.no}_{part.part} AS SELECT row{cells} FROM"
                    f" {source.tables[part.part]}")  # fmt: skip
        parts.append(replace(part, headers=tuple(part.headers[i] for i in kept)))
    roles = {no: _kept(found, gone[no]) for no, found in source.roles.items()}
    if not {"phone", "email"} & set(roles[source.main.part]):
        raise InputRefused(
            "no column of numbers or addresses would be left", where=source.id, remedy="leave fewer columns out"
        )
    pieces = {no: _kept(found, gone[no]) for no, found in source.pieces.items()}
    return replace(
        source, parts=tuple(parts), tables=tables, roles=roles, pieces=pieces,
        whole=tuple(source.parts), left_out={no: gone[no] for no in gone},
    )  # fmt: skip


def _kept(found: Sequence[_Each], gone: Sequence[int]) -> tuple[_Each, ...]:
    return tuple(each for i, each in enumerate(found) if i not in gone)


def _refuse_unknown(source: SourceList, columns: Sequence[str]) -> None:
    held = {name.strip().casefold() for part in source.parts for name in part.headers}
    shown = [name for name in shown_headings(source.main.headers) if name]
    unknown = [name for name in columns if name.strip().casefold() not in held or not name.strip()]
    if unknown:
        raise InputRefused.many(
            InputRefused(f"the list has no column {name!r}", where=source.id, remedy=f"one of: {', '.join(shown)}")
            for name in unknown
        )
