"""Reads many rows of a dump at a time, by columns: those behind VALUES, and the lines of a COPY.

Where every row is plainly written the places of quotes, commas and parentheses show its cells, and only cells with an
escape or an expression are looked at one by one. Anything else is left to `sql_values`, a row at a time: both give the
same cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.lists.read.sql_copy import uncopied
from tracer.lists.read.sql_values import ValuePatterns, expression, unescaped

Places = npt.NDArray[np.int64]
_QUOTE, _OPEN, _CLOSE, _COMMA, _NEXT = b"'(),\x02"
_PLACEHOLDERS = {b"\\\\": b"\\\x03", b"\\'": b"\\\x04"}
"""Escapes that would look like others, and what stands for them while quotes are counted; of the same length."""
_OTHER_STRINGS, _OTHER_STRING = (b"E'", b"e'", b"Q'", b"q'"), re.compile(rb"(?<![\w'])(?:[eE]|[nN]?[qQ])'")
"""How strings of PostgreSQL and Oracle begin that have escapes of their own."""
_MARKED = _COMMA, _OPEN, _CLOSE, _QUOTE, _NEXT
_PLAIN = r"^-?[0-9.]*$"
_NULLS = pa.array(["NULL", "null", "Null", "DEFAULT", "default"])


@dataclass(frozen=True)
class Block:
    """Rows that were read together."""

    rows: pa.Table
    size: int
    """Bytes that they take, up to the last parenthesis or line end."""


def inserted_block(data: bytes, patterns: ValuePatterns, between: bytes | None) -> Block | None:
    """The rows that a text behind VALUES begins with; None where they are not plainly written.

    `between`: what is between two rows in place of a comma, where each has a statement of its own.
    """
    if any(mark in data for mark in (b"\x02", b"\x03", b"\x04")):
        return None
    if any(mark in data for mark in _OTHER_STRINGS) and _OTHER_STRING.search(data):
        return None
    length = len(data)
    if patterns.backslash and b"\\" in data:
        for escape, placeholder in _PLACEHOLDERS.items():
            data = data.replace(escape, placeholder)
    if between is not None:  # as long as it was, so that places stay places
        data = data.replace(between, b")" + b" " * (len(between) - 3) + b"\x02(")
    bytes_ = np.frombuffer(data, np.uint8)
    table = np.zeros(256, bool)
    table[list(_MARKED)] = True
    places = np.flatnonzero(table[bytes_])
    marks = bytes_[places]
    quotes = marks == _QUOTE
    within = np.cumsum(quotes) & 1
    if between is not None and np.any((marks == _NEXT) & (within == 1)):
        return None
    outside = (within == 0) & ~quotes
    ends = _ends_of_rows(data, places[outside], marks[outside])
    if ends is None:
        return None
    cells, rows = ends
    width = cells.shape[1] - 1
    starts, stops = (cells[:, :-1] + 1).ravel(), cells[:, 1:].ravel()
    if any(_outside(mark, bytes_[: stops[-1]], places[quotes]) for mark in b'"['):  # other strings, arrays
        return None
    closing = places[quotes & (within == 0)]
    return Block(
        _columns(data, bytes_, starts, stops, closing, (rows, width), patterns), min(int(stops[-1]) + 1, length)
    )


def _outside(mark: int, bytes_: npt.NDArray[np.uint8], quotes: Places) -> bool:
    """Whether a mark is anywhere outside strings."""
    found = np.flatnonzero(bytes_ == mark)
    return bool(np.any(np.searchsorted(quotes, found) % 2 == 0))


def _ends_of_rows(data: bytes, places: Places, marks: npt.NDArray[np.uint8]) -> tuple[Places, int] | None:
    """The places that cut rows into cells, one row for each of the text's, and how many they are."""
    depth = np.cumsum((marks == _OPEN).astype(np.int64) - (marks == _CLOSE))
    opens = np.flatnonzero((marks == _OPEN) & (depth == 1))
    closes = np.flatnonzero((marks == _CLOSE) & (depth == 0))
    rows = min(len(opens), len(closes))
    if not rows or data[: places[opens[0]]].strip() or np.any(closes[:rows] < opens[:rows]):
        return None
    gaps = _cut(data, places[closes[: rows - 1]] + 1, places[opens[1:rows]])
    joined = pc.is_in(pc.ascii_trim_whitespace(gaps), pa.array([",", "\x02"], pa.string())).to_numpy(
        zero_copy_only=False
    )
    wrong = np.flatnonzero(~joined)
    rows = int(wrong[0]) + 1 if len(wrong) else rows
    last = closes[rows - 1] + 1
    cutting = ((depth == 1) & ((marks == _COMMA) | (marks == _OPEN))) | ((depth == 0) & (marks == _CLOSE))
    chosen = np.flatnonzero(cutting[:last])
    chosen = chosen[chosen >= opens[0]]
    width = int(np.searchsorted(chosen, closes[0]))
    if len(chosen) != rows * (width + 1):
        return None
    shaped = chosen.reshape(rows, width + 1)
    if np.any(shaped[:, 0] != opens[:rows]) or np.any(shaped[:, -1] != closes[:rows]):
        return None
    return places[shaped], rows


def _columns(
    data: bytes, bytes_: npt.NDArray[np.uint8], starts: Places, stops: Places, closing: Places,
    shape: tuple[int, int], patterns: ValuePatterns,
) -> pa.Table:  # fmt: skip
    """The cells' values. `closing`: quotes that end a string."""
    starts, stops = _trimmed(bytes_, starts, stops)
    filled = stops > starts
    first, last = bytes_[np.minimum(starts, len(bytes_) - 1)], bytes_[np.maximum(stops - 1, 0)]
    marked = (
        filled
        & ((first == ord("N")) | (first == ord("n")))
        & (bytes_[np.minimum(starts + 1, len(bytes_) - 1)] == _QUOTE)
    )
    starts = starts + marked
    quoted = filled & (last == _QUOTE) & (stops - starts > 1) & ((first == _QUOTE) | marked)
    quoted &= ~_joined_strings(bytes_, starts, stops, closing)
    cells = _cut(data, starts + quoted, stops - quoted)
    rows, width = shape
    escapes = b"\\" in data or b"''" in data
    quoted = quoted.reshape(rows, width)
    numbers = np.arange(rows) * width
    return pa.table([
        _values(cells.take(pa.array(numbers + column)), quoted[:, column], patterns, escapes) for column in range(width)
    ], names=[str(column) for column in range(width)])  # fmt: skip


def _trimmed(bytes_: npt.NDArray[np.uint8], starts: Places, stops: Places) -> tuple[Places, Places]:
    while True:
        blank = (stops > starts) & (bytes_[np.minimum(starts, len(bytes_) - 1)] <= ord(" "))
        if not blank.any():
            break
        starts = starts + blank
    while True:
        blank = (stops > starts) & (bytes_[np.maximum(stops - 1, 0)] <= ord(" "))
        if not blank.any():
            return starts, stops
        stops = stops - blank


def _joined_strings(
    bytes_: npt.NDArray[np.uint8], starts: Places, stops: Places, closing: Places
) -> npt.NDArray[np.bool_]:
    """Which cells hold a string that ends before they do, and is followed by something other than a quote."""
    behind = bytes_[np.minimum(closing + 1, len(bytes_) - 1)]
    early = closing[behind != _QUOTE]
    cells = np.searchsorted(starts, early, "right") - 1
    inside = (cells >= 0) & (early < stops[np.maximum(cells, 0)] - 1)
    found = np.zeros(len(starts), bool)
    found[cells[inside]] = True
    return found


def _values(cells: pa.Array, quoted: npt.NDArray[np.bool_], patterns: ValuePatterns, escapes: bool) -> pa.Array:
    """One column: strings without their escapes, NULL as null, expressions as what they say."""
    strings = _strings(cells, patterns) if escapes and quoted.any() else cells
    if quoted.all():
        return strings
    bare = pa.array(~quoted)
    nothing = pc.and_(bare, pc.is_in(cells, _NULLS))
    words = pc.if_else(nothing, None, cells)
    odd = pc.and_not(pc.and_not(bare, nothing), pc.utf8_is_digit(cells))
    if pc.any(odd).as_py():
        odd = pc.and_not(odd, pc.match_substring_regex(cells, _PLAIN))
        if pc.any(odd).as_py():
            words = _replaced(words, odd, lambda text: expression(_restored(text), patterns))
    return pc.if_else(pa.array(quoted), strings, words) if quoted.any() else words


def _strings(cells: pa.Array, patterns: ValuePatterns) -> pa.Array:
    if not patterns.backslash:
        binary = pc.starts_with(cells, "\\x")
        plain = pc.replace_substring(cells, "''", "'")
        return _replaced(plain, binary, lambda text: unescaped(text, False)) if pc.any(binary).as_py() else plain
    escaped = pc.or_(pc.match_substring(cells, "\\"), pc.match_substring(cells, "''"))
    if not pc.any(escaped).as_py():
        return cells
    return _replaced(cells, escaped, lambda text: unescaped(_restored(text), True))


def _restored(text: str) -> str:
    return text.replace("\\\x03", "\\\\").replace("\\\x04", "\\'")


def _replaced(cells: pa.Array, chosen: pa.Array, value: Callable[[str], str | None]) -> pa.Array:
    """The cells, those chosen by what is made of each different one."""
    coded = pc.dictionary_encode(cells.filter(chosen))
    made = pa.array([None if text is None else value(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(cells, chosen, made.take(coded.indices))


def copied_block(data: bytes) -> Block | None:
    """Whole lines of a COPY in text format; None where they have different numbers of cells."""
    bytes_ = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((bytes_ == ord("\t")) | (bytes_ == ord("\n")))
    ends = np.flatnonzero(bytes_[places] == ord("\n"))
    if not len(ends):
        return None
    width = int(ends[0]) + 1
    if len(places) != len(ends) * width or np.any(ends != np.arange(1, len(ends) + 1) * width - 1):
        return None
    if b"\r" in data:
        returned = (bytes_[places[ends] - 1] == ord("\r")) & (places[ends] > 0)
        if np.count_nonzero(bytes_ == ord("\r")) != np.count_nonzero(returned):
            return None
    else:
        returned = np.zeros(len(ends), bool)
    stops = places.copy()
    starts = np.concatenate([[0], places[:-1] + 1])
    stops[ends] -= returned
    stops = np.maximum(stops, starts)
    cells = _cut(data, starts, stops)
    numbers = np.arange(len(ends)) * width
    columns = [_copied(cells.take(pa.array(numbers + column))) for column in range(width)]
    return Block(pa.table(columns, names=[str(column) for column in range(width)]), len(data))


def _copied(cells: pa.Array) -> pa.Array:
    escaped = pc.match_substring(cells, "\\")
    if not pc.any(escaped).as_py():
        return cells
    words = pc.if_else(pc.equal(cells, "\\N"), None, cells)
    escaped = pc.and_(escaped, pc.is_valid(words))
    return _replaced(words, escaped, uncopied) if pc.any(escaped).as_py() else words


def _cut(data: bytes, starts: Places, stops: Places) -> pa.Array:
    """The pieces of a text between places in order, each start behind the stop before it."""
    offsets = np.empty(2 * len(starts) + 1, np.int32)
    offsets[0:-1:2], offsets[1::2], offsets[-1] = starts, stops, stops[-1] if len(stops) else 0
    every = pa.StringArray.from_buffers(2 * len(starts), pa.py_buffer(offsets), pa.py_buffer(data))
    return every.take(pa.array(np.arange(0, 2 * len(starts), 2)))
