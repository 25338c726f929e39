"""Parses delimited text that DuckDB cannot: mixed line ends around quoted ones, stray quotes, quotes that never
close.

Rule: a line without the quote character is split at the separator. A line with it is read by the csv module; when its
quotes do not close, the following lines are joined to it as long as that makes a record of which no single cell holds
what would be whole rows; failing that the line's quotes are plain characters. So a quote that never closes costs no
further row.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator

import pyarrow as pa

from tracer.lists.read.dialect import LONE
from tracer.lists.read.landing import table_of_rows

_JOINED_LINES = 500  # a cell of more lines is a quote that never closed
_JOINED_CHARS = 1 << 20
_ATTEMPTS = 12  # lines with a quote that may close the cell; each costs a parse of all joined lines
_IDENTIFIER = re.compile(r"\d{7}|@|\*{3}")  # what a row of a list holds and a remark seldom
_BATCH = 50_000


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of a text, each with its own end, whatever that is."""
    held = ""
    for piece in pieces:
        rows = io.StringIO(held + piece, newline="").readlines()
        # The last line may go on in the next piece; so may a \r\n that was cut in two.
        held = rows.pop() if rows else ""
        yield from rows
    yield from io.StringIO(held, newline="").readlines()


def _bare(line: str) -> str:
    return line.rstrip("\r\n") if line.endswith(("\n", "\r")) else line


class ParsedRows:
    """The records of a text, blank lines as `['']`; iterated once.

    `quote`: empty where the text has none; `width`: columns expected, which shows swallowed rows.
    """

    def __init__(self, pieces: Iterable[str], delimiter: str, quote: str, width: int) -> None:
        self._lines, self._separator, self._quote, self._width = _lines(pieces), delimiter or LONE, quote, width
        self.continued = 0
        """Lines so far that go on with the record of the line above."""

    def __iter__(self) -> Iterator[list[str]]:
        waiting: deque[str] = deque()
        separator, quote = self._separator, self._quote
        while True:
            line = waiting.popleft() if waiting else next(self._lines, None)
            if line is None:
                return
            if not quote or quote not in line:
                yield _bare(line).split(separator)
                continue
            following = itertools.chain(list(waiting), self._lines)
            record, used = _quoted(line, following, separator, quote, self._width, waiting)
            yield record
            self.continued += used
            for _ in range(used):
                waiting.popleft()


def _quoted(
    line: str, following: Iterator[str], separator: str, quote: str, width: int, waiting: deque[str]
) -> tuple[list[str], int]:
    """The record that begins with `line`, and how many waiting lines it took. Lines that were looked at are left
    waiting.
    """
    record = _strict(_bare(line), separator, quote)
    if record is not None:
        return record, 0
    if line.count(quote) % 2 == 0:
        # Quotes close but are where they should not be: as other programs read it.
        text = _bare(line)
        one = separator
        if len(separator) > 1:
            text, one = text.replace(separator, LONE), LONE
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=one, quotechar=quote))
        loose = rows[0] if len(rows) == 1 else None
        if loose is not None and "\n" not in "".join(loose):
            return loose, 0
    joined, attempts = line, 0
    seen = len(waiting)
    for used, extra in enumerate(following, 1):
        if used > seen:
            waiting.append(extra)
        joined += extra
        if quote not in extra:
            if _is_row(extra, separator, width):
                break
        elif joined.count(quote) % 2 == 0:
            attempts += 1
            record = _strict(_bare(joined), separator, quote)
            if record is not None and not swallows(record, separator, width):
                return record, used
        if record is not None or attempts == _ATTEMPTS or used == _JOINED_LINES or len(joined) > _JOINED_CHARS:
            break
    return _bare(line).split(separator), 0


def swallows(record: list[str], separator: str, width: int) -> bool:
    """Whether a cell holds, behind a line end, a line that is a row: as many separators, and a number or an address."""
    return any(
        _is_row(line, separator, width)
        for cell in record
        if "\n" in cell or "\r" in cell
        for line in re.split(r"[\r\n]+", cell)[1:]
    )


def _is_row(line: str, separator: str, width: int) -> bool:
    return line.count(separator) >= max(width - 1, 1) and _IDENTIFIER.search(line) is not None


def _strict(text: str, separator: str, quote: str) -> list[str] | None:
    one = separator
    if len(separator) > 1:
        text, one = text.replace(separator, LONE), LONE
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=one, quotechar=quote, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def batches(rows: Iterable[list[str]]) -> Iterator[pa.Table]:
    """Records as Arrow tables of up to 50,000 rows."""
    stream = iter(rows)
    while piece := list(itertools.islice(stream, _BATCH)):
        yield table_of_rows(piece)
