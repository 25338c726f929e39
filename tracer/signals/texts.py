"""Records as texts: one table for every reader, before anything is judged. Owns the shape of temp table
`signal_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.signals.formats import FIELDS

RAW_LIMIT = 4_000
"""Characters of a document's record that are kept as raw text; the whole file lies in the vault."""

_BATCH = 10_000
"""Records of a document that are held at a time: each may have thousands of characters."""

YEARS = range(1990, 2101)
"""A sender may write any; in others nothing was sent, and no day after 9999 can be counted with."""

Cells = Mapping[str, str | None]
"""Field → text of one record of a document; `raw` is the record as written."""


@dataclass(frozen=True)
class Piece:
    """A raw table with the records of a sheet, a member or the whole file."""

    table: str
    columns: Mapping[str, int]
    """Field → column."""
    width: int
    skip: int = 0
    before: int = 0
    own: str | None = None
    year: int | None = None
    """Year of times that have none."""
    channel: str | None = None


def view_pieces(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece]) -> None:
    """Make temp view `signal_text` (row and a text a field, and own, year, piece_channel) over raw tables.

    It is a view: a file of a million records is not written twice.
    """
    selects = []
    for piece in pieces:
        fields = ", ".join(
            f'{f"c{piece.columns[name]}" if name in piece.columns else "NULL"}::VARCHAR AS "{name}"'
            for name in FIELDS
            if name != "own"
        )
        own = f"c{piece.columns['own']}" if "own" in piece.columns else _quoted(piece.own)
        selects.append(
            f"SELECT row - {piece.skip} + {piece.before} AS row, {fields}, {own}::VARCHAR AS own, "
            f"{piece.year or 'NULL'}::INTEGER AS year, {_quoted(piece.channel)}::VARCHAR AS piece_channel "
            f"FROM {piece.table} WHERE row > {piece.skip}"
        )
    con.execute("CREATE OR REPLACE TEMP VIEW signal_text AS " + " UNION ALL ".join(selects))


def keep_raw(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece], wanted: str) -> None:
    """Make temp table `signal_raw` (row, raw): the cells, as a JSON array, of the records whose row is in `wanted`."""
    con.execute("CREATE OR REPLACE TEMP TABLE signal_raw (row BIGINT, raw VARCHAR)")
    for piece in pieces:
        cells = "raw" if "raw" in piece.columns else f"to_json([{', '.join(f'c{i}' for i in range(piece.width))}])"
        raw = f"c{piece.columns['raw']}" if cells == "raw" else cells
        con.execute(
            f"INSERT INTO signal_raw SELECT row - {piece.skip} + {piece.before}, CAST({raw} AS VARCHAR) FROM ("
            f" SELECT * FROM {piece.table} WHERE row - {piece.skip} + {piece.before} IN (SELECT row FROM {wanted})"
            f" AND row > {piece.skip})"
        )


def land_cells(con: duckdb.DuckDBPyConnection, records: Iterable[Cells]) -> Piece:
    """The records of a document as a raw table, in their order."""
    names = (*FIELDS, "raw")
    columns = ", ".join(f"c{i} VARCHAR" for i in range(len(names)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE signal_cells (row BIGINT, {columns})")
    rest, at = iter(records), 1
    while batch := list(islice(rest, _BATCH)):
        rows = [[None if (text := one.get(name)) is None else whole(text) for name in names] for one in batch]
        texts = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        order = pa.array(range(at, at + len(rows)), pa.int64())
        with registered(con, arriving_cells=pa.table([order, *texts], ["row", *(f"c{i}" for i in range(len(names)))])):
            con.execute("INSERT INTO signal_cells SELECT * FROM arriving_cells")
        at += len(rows)
    return Piece("temp.signal_cells", {name: i for i, name in enumerate(names)}, len(names))


def unread(reason: str, record: bytes | str) -> Cells:
    """A record of which nothing but its beginning is kept, and why it was rejected."""
    text = record[:RAW_LIMIT]
    return {"fault": reason, "raw": text if isinstance(text, str) else text.decode("utf-8", "replace")}


def whole(text: str) -> str:
    """A text in which half of a pair of surrogates, which no store takes, is replaced.

    >>> whole("a\\ud800")
    'a?'
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
