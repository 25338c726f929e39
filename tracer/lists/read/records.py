"""Reads json, ndjson and parquet: records become rows, their keys columns; nested ones one level deep, with dotted
names. Lists of values are joined by `;`, as several numbers in one cell are written.

DuckDB's JSON reader does the work on the connection for files, where a failed statement aborts no transaction of the
caller's; its rows come over as Arrow batches.

One object a line is how logs and dumps are kept, and they are cut off and copied wrongly: a line that is not JSON is
kept as a row of its own, in a column that says so, as long as most lines are good.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tracer.case.store import files_connection
from tracer.documents import NotADocument, json_of
from tracer.errors import InputRefused
from tracer.lists.read.encoding import Decoded, Encoding, find_encoding, piped, public_name, scan
from tracer.lists.read.kind import FileKind
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, refuse_width
from tracer.lists.read.model import Account, PartRead, Source, bytes_source
from tracer.lists.read.roles import door_of
from tracer.resources import statements_beside

_OBJECT_BYTES = 64 << 20  # one record
_PATHS = statements_beside(__file__)("json_paths")
BAD_LINE = "no JSON"
"""Heading of what is kept of lines that cannot be read."""
_DEPTH = 3  # how deep the one array of a document is looked for


def read_records(reading: SourceReading, kind: FileKind) -> PartRead:
    """A json or ndjson source as one part. Raises InputRefused for what is damaged or holds no array of objects."""
    encoding, table = find_encoding(reading.source, reading.options.encoding), reading.namer()
    read = _document if kind is FileKind.JSON else _lines
    paths, landing, account = read(reading, encoding, table)
    header = tuple(".".join(path) for path in paths) or ("",)
    return reading.part(landing, header, kind.value, account, encoding=public_name(encoding.name))


_UTF8 = Encoding("utf-8", 0, True)
_Paths = list[tuple[str, ...]]


def _document(reading: SourceReading, encoding: Encoding, table: str) -> tuple[_Paths, Landing, Account]:
    """The one array of a document; the account counts all its objects that are in arrays."""
    source = reading.source
    data = source.held(reading.limits)
    try:
        arrays = _arrays(json_of(data[encoding.bom :].decode(encoding.name)))
    except UnicodeDecodeError as error:
        raise InputRefused("the JSON cannot be read", where=source.where, remedy="name its --encoding") from error
    except NotADocument as error:
        place = f"{source.where}, line {error.line_number}" if error.line_number else source.where
        what = f"the JSON is damaged, cut off or none ({error.what})"
        raise InputRefused(what, where=place, remedy="get it again") from error
    if not arrays:
        remedy = 'give it as [{"phone": …}, …] or one object a line'
        raise InputRefused("no array of objects in it", where=source.where, remedy=remedy)
    items = max(arrays, key=len)
    others = sum(len(array) for array in arrays if array is not items)
    if others:
        reading.notes.append(f"{source.where}: {others:,} objects in other arrays of the document are left out")
    text = "\n".join(json.dumps(_as_object(item), ensure_ascii=False) for item in items)
    lines = bytes_source(text.encode("utf-8", "replace"), source.where, source.name, source.member)
    try:
        paths, landing = _landed(reading, lines, _UTF8, table)
    except duckdb.Error as error:  # what Python reads as JSON, and DuckDB does not
        raise _damaged(error, source) from error
    blank = landing.blank if paths else len(items)
    return paths, landing, Account(len(items) + others, rows=landing.rows, blank=blank, left_out=others)


def _lines(reading: SourceReading, encoding: Encoding, table: str) -> tuple[_Paths, Landing, Account]:
    """One object a line; lines that are not JSON, or hold more than one object, are read as `_with_bad_lines` says."""
    source = reading.source
    facts = scan(source, encoding)
    damage: duckdb.Error | None = None
    try:
        paths, landing = _landed(reading, source, encoding, table)
        read = landing.rows + landing.blank
        if read in (facts.lines, facts.lines - facts.empty_lines) and paths:
            return paths, landing, Account(facts.lines, rows=landing.rows, blank=facts.lines - landing.rows)
    except duckdb.Error as error:
        damage = error
    mended, filled = _with_bad_lines(reading, encoding)
    if mended is None:
        raise _damaged(damage, source) from damage
    drop_raw(reading.con, table)
    try:
        paths, landing = _landed(reading, mended, _UTF8, table)
    except duckdb.Error as still:  # a line that Python reads as JSON, and DuckDB does not
        raise _damaged(still, source) from still
    blank = facts.lines - filled + (landing.blank if paths else filled)
    return paths, landing, Account(facts.lines, rows=landing.rows, blank=blank)


def _landed(reading: SourceReading, lines: Source, encoding: Encoding, table: str) -> tuple[_Paths, Landing]:
    """The columns' paths, and the rows in a raw table. Raises `duckdb.Error` for a line that is not JSON."""
    with files_connection() as cursor:
        # The columns as paths of one or two keys, in the order in which they first appear.
        with _input(lines, encoding) as path:
            keys = cursor.execute(_PATHS.replace("{relation}", _relation(path))).fetchall()
        paths: _Paths = [(key,) if sub is None else (key, sub) for key, sub in keys]
        refuse_width(len(paths), reading.limits, lines.where)
        header = [".".join(path) for path in paths]
        landing = Landing(reading.con, table, len(paths), door_of(header, reading.options, also=(BAD_LINE,)))
        columns = ", ".join(
            f"CASE json_type(json, $p{i}) WHEN 'ARRAY' THEN array_to_string(list_filter("
            f"json_extract_string(json_extract(json, $p{i}), '$[*]'), lambda x: x IS NOT NULL), ';')"
            f" WHEN 'OBJECT' THEN NULL ELSE json_extract_string(json, $p{i}) END AS c{i}"
            for i in range(len(paths))
        )
        pointers = ("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path) for path in paths)
        bound = {f"p{i}": pointer for i, pointer in enumerate(pointers)}
        if paths:
            with _input(lines, encoding) as path:
                rows = cursor.execute(f"SELECT {columns} FROM {_relation(path)}", bound).to_arrow_reader(100_000)
                for batch in rows:
                    landing.append(pa.Table.from_batches([batch]))
    return paths, landing


def _with_bad_lines(reading: SourceReading, encoding: Encoding) -> tuple[Source | None, int]:
    """The lines that are not blank, those that are not JSON as objects with their text under `BAD_LINE`, and how many.

    None where most are not JSON.
    """
    source = reading.source
    lines = re.split(r"\r\n|\n|\r", source.held(reading.limits)[encoding.bom :].decode(encoding.name, "replace"))
    filled, bad = list[str](), list[int]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            json_of(line, strictly=True)
        except NotADocument:
            bad.append(number)
            line = json.dumps({BAD_LINE: line}, ensure_ascii=False)  # noqa: PLW2901 - kept in its place
        filled.append(line)
    if 2 * len(bad) > len(filled):
        return None, len(filled)
    if bad:
        reading.notes.append(
            f"{source.where}: {len(bad):,} of {len(filled):,} lines are not JSON (the first is line {bad[0]:,}); "
            f"they are kept as rows with column {BAD_LINE!r} alone"
        )
    text = "\n".join(filled).encode("utf-8", "replace")
    return bytes_source(text, source.where, source.name, source.member), len(filled)


def _damaged(error: duckdb.Error | None, source: Source) -> InputRefused:
    # DuckDB names the line of a bad record, and then quotes it: that stays out of the message.
    line = re.search(r"in (?:record/value|line) (\d+)|line (\d+)", str(error or ""))
    number = next((group for group in line.groups() if group), None) if line is not None else None
    place = f"{source.where}, line {number}" if number is not None else source.where
    return InputRefused("the JSON is damaged or cut off", where=place, remedy="get it again")


def _as_object(item: Any) -> dict[str, Any]:
    if isinstance(item, dict):
        return item
    if isinstance(item, list):
        return {str(position): value for position, value in enumerate(item, 1)}
    return {"value": item}


def _arrays(document: Any) -> list[list[Any]]:
    """The document if it is an array; else the arrays of objects in it; else the object itself as the only record."""
    if isinstance(document, list):
        return [document]
    if not isinstance(document, dict):
        return []
    found: list[list[Any]] = []

    def look(node: dict[str, Any], left: int) -> None:
        for value in node.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                found.append(value)
            elif isinstance(value, dict) and left > 1:
                look(value, left - 1)

    look(document, _DEPTH)
    if found:
        return found
    return [[document]] if document and not any(isinstance(value, list) for value in document.values()) else []


@contextmanager
def _input(source: Source, encoding: Encoding) -> Iterator[str]:
    if source.path is not None and encoding.name == "utf-8" and encoding.certain and encoding.bom == 0:
        with source.open() as stream:
            yield f"/dev/fd/{stream.fileno()}"
        return
    with piped(Decoded(source, encoding, strict=True), fold_returns=False) as path:
        yield path


def _relation(path: str) -> str:
    return (
        f"(SELECT json FROM read_json_objects('{path}', format = 'newline_delimited', compression = 'uncompressed',"
        f" maximum_object_size = {_OBJECT_BYTES}))"
    )


# Parquet: every column as text.

_BATCH = 100_000
_EXACT = float(1 << 53)  # whole floats up to it keep every digit


def read_parquet(reading: SourceReading) -> PartRead:
    """A parquet source as one part. Raises InputRefused for what is damaged or unpacks beyond the limits."""
    source, limits = reading.source, reading.limits
    try:
        opened = io.BytesIO(source.held(limits)) if source.path is None else source.open()
        with opened, pq.ParquetFile(opened) as file:
            meta = file.metadata
            unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            # Run lengths can claim any number of rows in a few bytes; each row costs at least its number.
            if unpacked > limits.member_bytes or meta.num_rows * 8 > limits.member_bytes:
                what = f"it unpacks to {meta.num_rows:,} rows and {unpacked:,} bytes: more than the limit"
                raise InputRefused(what, where=source.where, remedy="split it")
            lines = int(meta.num_rows)
            header = tuple(_flat(file.schema_arrow.empty_table()).column_names)
            landing = reading.landing(header)
            for batch in file.iter_batches(_BATCH):
                flat = _flat(pa.Table.from_batches([batch]))
                columns = [_text_column(column.combine_chunks()) for column in flat.columns]
                texts = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
                # Arrow does not look at what a file calls text; the store would fail on it halfway.
                texts.validate(full=True)
                landing.append(texts)
    except (pa.ArrowException, OSError, ValueError) as error:
        what = "the parquet file is damaged or cut off"
        raise InputRefused(what, where=source.where, remedy="get it again") from error
    account = Account(lines, rows=landing.rows, blank=landing.blank)
    return reading.part(landing, header or ("",), "parquet", account)


def _flat(table: pa.Table) -> pa.Table:
    return table.flatten() if any(pa.types.is_struct(field.type) for field in table.schema) else table


def _text_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:  # noqa: PLR0911 - one answer a type
    """A column of any type as text: whole floats without `.0`, days and moments as ISO 8601, nested values as
    JSON-like text.
    """
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    if pa.types.is_dictionary(kind):
        return _text_column(column.dictionary_decode())
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
        inner = _text_column(column.flatten())
        offsets = pc.subtract(column.offsets, column.offsets[0]) if len(column) else column.offsets
        lists = pa.ListArray.from_arrays(offsets.cast(pa.int32()), pc.fill_null(inner, ""))
        return pc.binary_join(lists, ";")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
