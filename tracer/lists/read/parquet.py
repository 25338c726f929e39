"""Reads parquet: every column as text, structs one level deep with dotted names, lists joined by `;`."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tracer.errors import InputRefused
from tracer.lists.read.landing import Landing, SourceReading, refuse_width
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.roles import door_of

_BATCH = 100_000
_EXACT = float(1 << 53)  # whole floats up to it keep every digit


def read_parquet(reading: SourceReading) -> PartRead:
    """A parquet source as one part. Raises InputRefused for what is damaged or unpacks beyond the limits."""
    source, limits, table = reading.source, reading.limits, reading.namer()
    try:
        opened = io.BytesIO(source.held(limits)) if source.path is None else source.open()
        with opened, pq.ParquetFile(opened) as file:
            meta = file.metadata
            unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            # Run lengths can claim any number of rows in a few bytes; each row costs at least its number.
            if unpacked > limits.member_bytes or meta.num_rows * 8 > limits.member_bytes:
                raise InputRefused(
                    f"it unpacks to {meta.num_rows:,} rows and {unpacked:,} bytes: more than the limit",
                    where=source.where,
                    remedy="split it",
                )
            lines = int(file.metadata.num_rows)
            header = tuple(_flat(file.schema_arrow.empty_table()).column_names)
            refuse_width(len(header), limits, source.where)
            landing = Landing(reading.con, table, len(header), door_of(header, reading.options))
            for batch in _texts(file):
                landing.append(batch)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputRefused(
            "the parquet file is damaged or cut off", where=source.where, remedy="get it again"
        ) from error
    account = Account(lines, rows=landing.rows, blank=landing.blank)
    return reading.part(table, landing, header or ("",), "parquet", account)


def _flat(table: pa.Table) -> pa.Table:
    return table.flatten() if any(pa.types.is_struct(field.type) for field in table.schema) else table


def _texts(file: pq.ParquetFile) -> Iterator[pa.Table]:
    for batch in file.iter_batches(_BATCH):
        flat = _flat(pa.Table.from_batches([batch]))
        columns = [text_column(column.combine_chunks()) for column in flat.columns]
        table = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
        # Arrow does not look at what a file calls text; the store would fail on it halfway.
        table.validate(full=True)
        yield table


def text_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:  # noqa: PLR0911 - one answer a type
    """A column of any type as text: whole floats without `.0`, days and moments as ISO 8601, nested values as
    JSON-like text.
    """
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    if pa.types.is_dictionary(kind):
        return text_column(column.dictionary_decode())
    if pa.types.is_floating(kind):
        wide = column.cast(pa.float64())
        finite = pc.if_else(pc.is_finite(wide), wide, None)  # NaN is how pandas writes an empty cell
        whole = pc.and_(pc.equal(pc.floor(finite), finite), pc.less_equal(pc.abs(finite), _EXACT))
        integers = pc.if_else(whole, finite, None).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(integers, finite.cast(pa.string()))
    if pa.types.is_timestamp(kind):
        seconds = pc.floor_temporal(column, unit="second").cast(pa.timestamp("s"))
        days = pc.floor_temporal(seconds, unit="day")
        only_days = pc.if_else(pc.equal(days, seconds), seconds.cast(pa.date32()).cast(pa.string()), None)
        return pc.coalesce(only_days, seconds.cast(pa.string()))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = text_column(column.flatten())
        offsets = pc.subtract(column.offsets, column.offsets[0]) if len(column) else column.offsets
        lists = pa.ListArray.from_arrays(offsets.cast(pa.int32()), pc.fill_null(inner, ""))
        return pc.binary_join(lists, ";")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
