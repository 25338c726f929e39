"""Reads json and ndjson: objects become rows, their keys columns; nested objects one level deep with dotted names.

DuckDB's JSON reader does the work on the connection for files, where a failed statement aborts no transaction of the
caller's; its rows come over as Arrow batches. Lists of values are joined by `;`, as several numbers in one cell
are written.

One object a line is how logs and dumps are kept, and they are cut off and copied wrongly: a line that is no JSON is
kept as a row of its own, in a column that says so, as long as most lines are good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.store import files_connection
from tracer.errors import InputRefused
from tracer.lists.read.encoding import Encoding, public_name
from tracer.lists.read.kind import Kind
from tracer.lists.read.landing import Landing, TableNamer, drop_raw, refuse_width, sample_columns
from tracer.lists.read.model import Limits, PartRead, ReadOptions
from tracer.lists.read.roles import assign_roles
from tracer.lists.read.source import Source, bytes_source
from tracer.lists.read.text import Decoded, find_encoding, piped

_OBJECT_BYTES = 64 << 20  # one record
_PATHS = (Path(__file__).parent / "sql" / "json_paths.sql").read_text("utf-8")
BAD_LINE = "no JSON"
"""Heading of what is kept of lines that cannot be read."""
_DEPTH = 3  # how deep the one array of a document is looked for


def read_records(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    options: ReadOptions,
    namer: TableNamer,
    limits: Limits,
    notes: list[str],
    kind: Kind,
) -> PartRead:
    """A json or ndjson source as one part. Raises InputRefused for what is damaged or holds no array of objects."""
    encoding = find_encoding(source, options.encoding)
    lines, line_encoding = source, encoding
    if kind is Kind.JSON:
        lines, line_encoding = _array_as_lines(source, encoding, limits), Encoding("utf-8", 0, True)
    table = namer()
    try:
        paths, landing = _landed(con, lines, line_encoding, table, limits)
    except duckdb.Error as error:
        mended = _with_bad_lines(source, encoding, limits, notes) if kind is Kind.NDJSON else None
        if mended is None:
            raise _damaged(error, source) from error
        drop_raw(con, table)
        try:
            paths, landing = _landed(con, mended, Encoding("utf-8", 0, True), table, limits)
        except duckdb.Error as still:  # a line that Python reads as JSON, and DuckDB does not
            raise _damaged(still, source) from still
    header = tuple(".".join(path) for path in paths) or ("",)
    sample = sample_columns(con, table, landing.rows, landing.width)
    return PartRead(
        member=source.member,
        sheet=None,
        hidden=False,
        format=kind.value,
        encoding=public_name(encoding.name),
        delimiter=None,
        header=header,
        header_row=None,
        rows=landing.rows,
        raw_table=table,
        columns=assign_roles(header, sample, options, source.where),
    )


def _landed(
    con: duckdb.DuckDBPyConnection, lines: Source, encoding: Encoding, table: str, limits: Limits
) -> tuple[list[tuple[str, ...]], Landing]:
    """The columns' paths, and the rows in a raw table. Raises `duckdb.Error` for a line that is no JSON."""
    with files_connection() as cursor:
        paths = _paths(cursor, lines, encoding)
        refuse_width(len(paths), limits, lines.where)
        landing = Landing(con, table, len(paths))
        if paths:
            for batch in _rows(cursor, lines, encoding, paths):
                landing.append(batch)
    return paths, landing


def _with_bad_lines(source: Source, encoding: Encoding, limits: Limits, notes: list[str]) -> Source | None:
    """The lines, those that are no JSON as objects with their text under `BAD_LINE`; None where most are none."""
    lines = source.held(limits)[encoding.bom :].decode(encoding.name, "replace").splitlines()
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    bad = {number for number, line in filled if not _is_json(line)}
    if not bad or 2 * len(bad) > len(filled):
        return None
    notes.append(
        f"{source.where}: {len(bad):,} of {len(filled):,} lines are no JSON (the first is line {min(bad):,}); "
        f"they are kept as rows with column {BAD_LINE!r} alone"
    )
    text = "\n".join(
        json.dumps({BAD_LINE: line}, ensure_ascii=False) if number in bad else line for number, line in filled
    )
    return bytes_source(text.encode("utf-8", "replace"), source.where, source.name, source.member)


def _is_json(line: str) -> bool:
    try:
        json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return False
    return True


def _refused(constant: str) -> float:
    """NaN and Infinity, which Python takes and the standard does not."""
    raise ValueError(constant)


def _damaged(error: duckdb.Error, source: Source) -> InputRefused:
    # DuckDB names the line of a bad record, and then quotes it: that stays out of the message.
    line = re.search(r"in (?:record/value|line) (\d+)|line (\d+)", str(error))
    number = next((group for group in line.groups() if group), None) if line is not None else None
    place = f"{source.where}, line {number}" if number is not None else source.where
    return InputRefused("the JSON is damaged or cut off", where=place, remedy="get it again")


def _array_as_lines(source: Source, encoding: Encoding, limits: Limits) -> Source:
    """The one array of a JSON document, one item a line."""
    data = source.held(limits)
    try:
        document = json.loads(data[encoding.bom :].decode(encoding.name))
    except json.JSONDecodeError as error:
        raise InputRefused(
            f"the JSON is damaged or cut off ({error.msg})",
            where=f"{source.where}, line {error.lineno}",
            remedy="get it again",
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputRefused("the JSON cannot be read", where=source.where, remedy="name its --encoding") from error
    items = _find_array(document, _DEPTH)
    if items is None:
        raise InputRefused(
            "no array of objects in it", where=source.where, remedy='give it as [{"phone": …}, …] or one object a line'
        )
    text = "\n".join(json.dumps(_as_object(item), ensure_ascii=False) for item in items)
    return bytes_source(text.encode("utf-8", "replace"), source.where, source.name, source.member)


def _as_object(item: Any) -> dict[str, Any]:
    if isinstance(item, dict):
        return item
    if isinstance(item, list):
        return {str(position): value for position, value in enumerate(item, 1)}
    return {"value": item}


def _find_array(document: Any, depth: int) -> list[Any] | None:
    """The document if it is an array; else the longest array of objects in it; else the object itself as the only
    record.
    """
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return None
    found: list[list[Any]] = []

    def look(node: dict[str, Any], left: int) -> None:
        for value in node.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                found.append(value)
            elif isinstance(value, dict) and left > 1:
                look(value, left - 1)

    look(document, depth)
    if found:
        return max(found, key=len)
    return [document] if document and not any(isinstance(value, list) for value in document.values()) else None


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


def _paths(cursor: duckdb.DuckDBPyConnection, source: Source, encoding: Encoding) -> list[tuple[str, ...]]:
    """The columns as paths of one or two keys, in the order in which they first appear."""
    with _input(source, encoding) as path:
        keys = cursor.execute(_PATHS.replace("{relation}", _relation(path))).fetchall()
    return [(key,) if sub is None else (key, sub) for key, sub in keys]


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _rows(
    cursor: duckdb.DuckDBPyConnection, source: Source, encoding: Encoding, paths: list[tuple[str, ...]]
) -> Iterator[pa.Table]:
    columns = ", ".join(
        f"CASE json_type(json, $p{i}) WHEN 'ARRAY' THEN array_to_string(list_filter("
        f"json_extract_string(json_extract(json, $p{i}), '$[*]'), lambda x: x IS NOT NULL), ';')"
        f" WHEN 'OBJECT' THEN NULL ELSE json_extract_string(json, $p{i}) END AS c{i}"
        for i in range(len(paths))
    )
    bound = {f"p{i}": _pointer(path) for i, path in enumerate(paths)}
    with _input(source, encoding) as path:
        reader = cursor.execute(f"SELECT {columns} FROM {_relation(path)}", bound).to_arrow_reader(100_000)
        for batch in reader:
            yield pa.Table.from_batches([batch])
