"""Copies of parquet files: rows go in and out of the table, under the same schema, compression and row groups."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, unwritable


class ParquetTemplate(Template):
    """A parquet source. Raises `InputRefused` where its rows are not those that were read, or cells are nested."""

    suffix = ".parquet"

    def __init__(self, content: bytes, part: SourcePart, where: str) -> None:
        file = pq.ParquetFile(io.BytesIO(content))
        table = file.read()
        filled = [i for i, row in enumerate(_filled(table)) if row]
        if len(filled) != part.rows or any(pa.types.is_nested(kind) for kind in table.schema.types):
            raise unwritable(
                "its rows are nested or cannot be told apart", where, "load a flat export of it and release that"
            )
        self.part, self.table, self.filled = part, table, filled
        self.layout = layout_of(file)

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        pieces: list[pa.Table] = []
        position = 0
        removed = {self.filled[row - 1] for row in edit.removed}
        added: dict[int, list[NewRow]] = {}
        for new in edit.added:
            at = self.filled[new.before - 1] if new.before <= len(self.filled) else self.table.num_rows
            added.setdefault(at, []).append(new)
        for at in sorted(removed | set(added)):
            pieces += [self.table.slice(position, at - position), *(self._written(new) for new in added.get(at, []))]
            position = at + (at in removed)
        pieces.append(self.table.slice(position))
        sink = io.BytesIO()
        whole = pa.concat_tables(pieces)
        pq.write_table(whole, sink, **self.layout)
        return sink.getvalue()

    def _written(self, new: NewRow) -> pa.Table:
        arrays = []
        for i, field in enumerate(self.table.schema):
            donor = new.taken[i]
            value: Any = new.cells[i]
            if donor is not None:
                value = self.table.column(i)[self.filled[donor - 1]].as_py()
            arrays.append(pa.array([value], pa.string() if isinstance(value, str) else field.type).cast(field.type))
        return pa.Table.from_arrays(arrays, schema=self.table.schema)


def layout_of(file: pq.ParquetFile) -> dict[str, Any]:
    """How a file is packed, and how many rows are together, for writing another like it."""
    group = file.metadata.row_group(0)
    compression = str(group.column(0).compression).lower()
    return {
        "compression": "none" if compression == "uncompressed" else compression,
        "row_group_size": max(int(group.num_rows), 1),
    }


def _filled(table: pa.Table) -> list[bool]:
    """Whether each row has a cell that is neither null nor empty."""
    rows = [False] * table.num_rows
    for column in table.columns:
        rows = [
            before or (value is not None and value != "")
            for before, value in zip(rows, column.to_pylist(), strict=True)
        ]
        if all(rows):
            break
    return rows
