"""JSON records: an array, a document that wraps one, one object a line, or objects one behind the other.

Each becomes a row whose columns are the dotted paths of its values (`variables.start_epoch`,
`callflow.0.caller_profile.destination_number`), so that a format names a path as it names a header word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from tracer.case.registered import temp_table
from tracer.documents import NotADocument, object_at
from tracer.errors import InputRefused
from tracer.regular import HELD, opened, text_of
from tracer.signals.formats import fold_heading, formats
from tracer.signals.texts import RAW_LIMIT, Piece, whole

_DEPTH = 4
"""How deep values and the array of records are looked for."""
_DAMAGED = "damaged"
"""Key of what is kept of a record that cannot be read: no format knows it, so that the record is rejected."""
_WRAPPERS = ("calls", "messages", "telcdrs", "cdrs", "data", "records", "items", "list", "rows")
"""Keys under which services put their records; an array under another key belongs to the record itself."""


def is_json(path: Path) -> bool:
    """Whether the file begins like JSON."""
    with opened(path) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def json_table(con: duckdb.DuckDBPyConnection, path: Path) -> Piece:
    """The file's records as raw table `signal_json`; its first row is the header. Only paths that a format knows.

    Raises:
        InputRefused: damaged all through, or not UTF-8; says the line.
    """
    known = {word for form in formats() for words in form.headings.values() for word in (*words, *form.marks)}
    records = list(_records(path))
    names: dict[str, int] = {}
    rows = []
    for record in records:
        cells: dict[int, str] = {}
        percent = "variables" in record
        for dotted, value in _flat(record, _DEPTH):
            folded = fold_heading(dotted)
            if folded in known:
                cells[names.setdefault(folded, len(names))] = whole(unquote(value) if percent else value)
        rows.append((cells, whole(json.dumps(record, ensure_ascii=False)[:RAW_LIMIT])))
    header = {at: name for name, at in names.items()}
    columns = [pa.array([header[i], *(cells.get(i) for cells, _ in rows)], pa.string()) for i in range(len(names))]
    raw = pa.array(["raw", *(text for _, text in rows)], pa.string())
    order = pa.array(range(1, len(rows) + 2), pa.int64())
    table = pa.table([order, *columns, raw], ["row", *(f"c{i}" for i in range(len(names) + 1))])
    temp_table(con, "signal_json", table)
    return Piece("temp.signal_json", {"raw": len(names)}, len(names) + 1)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """The records; of one that is damaged, where others are not, its text alone, under `_DAMAGED`."""
    try:
        text = text_of(path, "utf-8-sig", HELD)
    except UnicodeDecodeError:
        raise InputRefused("the JSON is not UTF-8", where=str(path), remedy="save it as UTF-8") from None
    at, good = 0, False
    damaged: list[tuple[int, int]] = []
    while at < len(text):
        if text[at] in " \t\r\n,\x1e" or (damaged and text[at] == "]"):
            at += 1
            continue
        try:
            document, at = object_at(text, at)
        except NotADocument:
            end = _next_record(text, at)
            damaged.append((at, end))
            at = end
        else:
            good = True
            yield from _within(document, _DEPTH)
    if damaged and not good:
        line = text.count("\n", 0, damaged[0][0]) + 1
        raise InputRefused("the JSON is damaged or cut off", where=f"{path}, line {line}", remedy="get it again")
    # The bracket of an array that cannot be read whole is not a record.
    yield from ({_DAMAGED: text[at:end]} for at, end in damaged if end - at > 1)


def _next_record(text: str, at: int) -> int:
    """Where the record after a damaged one begins: a line that opens as far from the margin as its own, or the end.

    The items of a damaged array are read one by one.
    """
    if text[at] == "[":
        return at + 1
    margin = text[text.rfind("\n", 0, at) + 1 : at].lstrip("[,")
    found = text.find(f"\n{margin}{{", at) if not margin.strip() else -1
    return len(text) if found < 0 else found + 1


def _within(document: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The records of a document: the items of an array, of an array under a wrapper's key, or the object itself."""
    if isinstance(document, list):
        for item in document:
            yield from _within(item, depth - 1) if depth else ()
        return
    if not isinstance(document, dict):
        return
    wrapped = [
        value
        for key, value in document.items()
        if (isinstance(value, list) and key.casefold() in _WRAPPERS) or (isinstance(value, dict) and key == "Response")
    ]
    if wrapped and depth:
        for value in wrapped:
            yield from _within(value, depth - 1)
    else:
        yield document


def _flat(value: Any, depth: int, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from _flat(item, depth - 1, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list) and depth:
        if value:
            yield from _flat(value[0], depth, f"{prefix}.0")
    elif isinstance(value, bool):
        yield prefix, "true" if value else "false"
    elif isinstance(value, str | int | float):
        yield prefix, str(value)
