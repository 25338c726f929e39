"""The columns of a part whose cells are kept as keyed hashes alone, replaced before anything else is done with it."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.identify.sealed import LONGEST_SEAL, PURPOSE, seal_column
from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.read.landing import cells_of
from tracer.lists.read.model import PartRead


def seal_part(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part, with the numbers of people's documents and accounts in its raw table replaced by their hashes."""
    columns = [column for column in part.columns if column.role in SEALED_ROLES]
    if not columns:
        return part
    secret = derive(bytes.fromhex(read_meta(con, "root_secret")), PURPOSE)
    cells = cells_of(con, part.raw_table)
    for column in columns:
        seal_column(con, cells, column.position, column.role, column.variant or "", secret)
    return replace(part, longest_cell=part.longest_cell and max(part.longest_cell, LONGEST_SEAL))
