"""Tables of records: delimited text, workbooks and JSON, through the reader of lists, each file once.

A format is recognised by its header words, or, where it has no header, by its width and by times where it has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from tracer.case.store import temp_table
from tracer.documents import NotADocument, object_at
from tracer.errors import InputRefused
from tracer.input_files import HELD, open_regular, text_of
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.signals.formats import SignalFormat, fold_heading, formats
from tracer.signals.records import RAW_LIMIT, Piece, without_lone_surrogates
from tracer.signals.telephones import number_above, year_around

# JSON records: an array, a document that wraps one, one object a line, or objects one behind the other. Each becomes
# a row whose columns are the dotted paths of its values (`variables.start_epoch`,
# `callflow.0.caller_profile.destination_number`), so that a format names a path as it names a header word.

_DEPTH = 4
"""How deep values and the array of records are looked for."""
_DAMAGED = "damaged"
"""Key of what is kept of a record that cannot be read: no format knows it, so that the record is rejected."""
_WRAPPERS = ("calls", "messages", "telcdrs", "cdrs", "data", "records", "items", "list", "rows")
"""Keys under which services put their records; an array under another key belongs to the record itself."""


def is_json(path: Path) -> bool:
    """Whether the file begins like JSON."""
    with open_regular(path) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def json_table(con: duckdb.DuckDBPyConnection, path: Path) -> Piece:
    """The file's records as raw table `signal_json`; its first row is the header. Only paths that a format knows.

    Raises `InputRefused`: damaged all through, or not UTF-8; says the line."""
    known = {word for form in formats() for words in form.headings.values() for word in (*words, *form.marks)}
    rows = list[tuple[dict[str, str], str]]()
    for record in _records(path):
        percent, cells = "variables" in record, dict[str, str]()
        for dotted, value in _flat(record, _DEPTH):
            folded = fold_heading(dotted)
            if folded in known:
                cells[folded] = without_lone_surrogates(unquote(value) if percent else value)
        rows.append((cells, without_lone_surrogates(json.dumps(record, ensure_ascii=False)[:RAW_LIMIT])))
    names = list(dict.fromkeys(name for cells, _ in rows for name in cells))
    columns = [[name, *(cells.get(name) for cells, _ in rows)] for name in names]
    columns.append(["raw", *(raw for _, raw in rows)])
    texts = [pa.array(column, pa.string()) for column in columns]
    order = pa.array(range(1, len(rows) + 2), pa.int64())
    temp_table(con, "signal_json", pa.table([order, *texts], ["row", *(f"c{i}" for i in range(len(texts)))]))
    return Piece("temp.signal_json", {"raw": len(names)}, len(texts))


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
            # The items of a damaged array are read one by one. What follows a damaged record begins on a line that
            # opens as far from the margin as it does.
            end = at + 1
            if text[at] != "[":
                margin = text[text.rfind("\n", 0, at) + 1 : at].lstrip("[,")
                end = 0 if margin.strip() else text.find(f"\n{margin}{{", at) + 1
            damaged.append((at, end or len(text)))
            at = damaged[-1][1]
        else:
            good = True
            yield from _records_within(document, _DEPTH)
    if damaged and not good:
        line = text.count("\n", 0, damaged[0][0]) + 1
        raise InputRefused("the JSON is damaged or cut off", where=f"{path}, line {line}", remedy="get it again")
    # The bracket of an array that cannot be read whole is not a record.
    yield from ({_DAMAGED: text[at:end]} for at, end in damaged if end - at > 1)


def _records_within(document: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The records of a document: the items of an array, of an array under a wrapper's key, or the object itself."""
    if isinstance(document, list):
        for item in document:
            yield from _records_within(item, depth - 1) if depth else ()
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
            yield from _records_within(value, depth - 1)
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


_HEAD = 40
"""Rows in which a header is looked for."""
_SAMPLE = 100
"""Rows by which a table without a header is known."""


def land_table(
    con: duckdb.DuckDBPyConnection, path: Path, named: SignalFormat | None
) -> tuple[SignalFormat, list[Piece]]:
    """Land the file's records as raw tables and tell their format: the named one, or the first that fits.

    All sheets and members that fit the same format are taken, the rest are left out. The caller drops the tables.

    Raises `InputRefused`: none fits; says which columns are missing."""
    candidates = [named] if named is not None else [form for form in formats() if form.reader == "table"]
    if is_json(path):
        parts = [json_table(con, path)]
    else:  # every sheet or member with all its rows, titles and header included
        read = read_file(con, path, ReadOptions(has_header=False)).parts
        parts = []
        for one in read:  # sheets of carriers' bills are named for what they list
            texts = any(word in f"{one.sheet or ''} {one.member or ''}" for word in ("短信", "彩信", "短彩信"))
            parts.append(Piece(one.raw_table, {}, len(one.columns), channel="sms" if texts else None))
    for form in candidates:
        pieces, before = list[Piece](), 0
        for part in parts:
            piece = _records_of_form(con, part, form, path)
            if piece is not None:
                pieces.append(replace(piece, before=before))
                count = f"SELECT count(*) FROM {piece.table} WHERE row > {piece.skip}"
                before += con.execute(count).fetchall()[0][0]
        if pieces:
            for part in parts:
                if part.table not in {piece.table for piece in pieces}:
                    drop_raw(con, part.table)
            return form, pieces
    for part in parts:
        drop_raw(con, part.table)
    if len(candidates) == 1:
        (form,) = candidates
        heads = {name: words[:3] for name, words in form.headings.items() if name in ("at", *form.needs)}
        needed = "; ".join(f"{name}: {' or '.join(heads[name])}" for name in ("at", *form.needs) if name in heads)
        remedy = f"it needs columns headed {needed}" if needed else "check its columns and its times"
        raise InputRefused(f"this is not {form.name}: {form.title}", where=str(path), remedy=remedy)
    what = "unknown format of signals: a table needs a time and a called number"
    remedy = f"name its columns at, caller, called; or give --as {', '.join(form.name for form in candidates)}"
    raise InputRefused(what, where=str(path), remedy=remedy)


def format_of_parts(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], path: Path) -> SignalFormat | None:
    """The format of records that a file has which was read as a list, by its headers or by its raw tables."""
    for form in formats():
        for part in parts if form.reader == "table" else ():
            piece = Piece(part.raw_table, {}, len(part.columns))
            if by_headings(part.header, form) or (form.columns and _records_of_form(con, piece, form, path)):
                return form
    return None


def _records_of_form(con: duckdb.DuckDBPyConnection, part: Piece, form: SignalFormat, path: Path) -> Piece | None:
    """The part as records of the format, or None."""
    if form.columns:
        if not form.at_least <= part.width <= form.at_most:
            return None
        # In the first rows most cells must be times where the format has its times, and lengths where it has those.
        length = f"try_cast(c{form.columns['duration']} AS DOUBLE)" if "duration" in form.columns else "0"
        ((rows, timed),) = con.execute(
            f"SELECT count(*), count(CASE WHEN {length} IS NOT NULL"
            f" THEN try_strptime(trim(c{form.columns['at']}), $times) END) "
            f"FROM (SELECT * FROM {part.table} ORDER BY row LIMIT {_SAMPLE})",
            {"times": list(form.times)},
        ).fetchall()
        fits = {name: at for name, at in form.columns.items() if at < part.width}
        return replace(part, columns=fits) if timed * 2 > rows else None
    names = ", ".join(f"c{i}" for i in range(part.width))
    head = con.execute(f"SELECT {names} FROM {part.table} ORDER BY row LIMIT {_HEAD}").fetchall()
    for skip, row in enumerate(head, start=1):
        columns = by_headings([cell or "" for cell in row], form)
        if columns is None:
            continue
        titles = head[: skip - 1]
        # Only the bills of carriers tell by their columns what they list: calls have a duration, messages have none.
        silent = form.view == "telephone" and part.channel is None and not {"duration", "channel"} & columns.keys()
        channel = "sms" if silent else form.texts if "text" in columns and form.texts else part.channel
        own, year = number_above(titles), year_around(titles, path)
        columns = {**part.columns, **columns}
        return replace(part, columns=columns, skip=skip, own=own, year=year, channel=channel)
    return None


def by_headings(header: Sequence[str], form: SignalFormat) -> dict[str, int] | None:
    """Field → column of a header row, or None where it is not a header of this format."""
    folded = [fold_heading(cell) for cell in header]
    columns: dict[str, int] = {}
    for name, words in form.headings.items():
        at = next((folded.index(word) for word in words if word in folded), None)
        if at is not None and at not in columns.values():
            columns[name] = at
    if "clock" in columns and not {"at", "date"} & columns.keys():
        columns["at"] = columns.pop("clock")  # a column of times that hold their day
    timed = bool({"at", "date"} & columns.keys())
    marked = not form.marks or bool(set(form.marks) & set(folded))
    return columns if timed and marked and set(form.needs) <= columns.keys() else None
