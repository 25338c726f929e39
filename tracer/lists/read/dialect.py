"""Finds a delimited text's separator and quote character from its first lines, and parses what DuckDB cannot.

Every candidate separator is tried; what decides is how evenly it divides the rows, how many columns that gives, and
whether the pieces are whole phone numbers, addresses or heading words. DuckDB's sniffer is not used: it can end in
zero rows without an error on ragged files.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa

from tracer.lists.read import cells
from tracer.lists.read.landing import table_of_rows
from tracer.lists.read.words import names_a_column

# In order of preference where two do equally well. `----` and the full-width comma are customs of the Chinese trade.
DELIMITERS = (",", "\t", ";", "|", "----", "，", "\x01", "^", "~", " ")
LONE = "\x1f"
"""The separator given to DuckDB for a text of one column: the unit separator, which is in no list."""
_ROWS = 200
_ENCLOSED_IN = 50_000  # characters in which enclosed fields are counted
_MAY_TELL = re.compile(r"[\d@]|[^\x00-\x7f]")  # what a number, an address or a date cannot do without
csv.field_size_limit(1 << 28)


@dataclass(frozen=True)
class Separation:
    """How the records of a text are divided."""

    delimiter: str
    """Empty for one column."""
    quote: str
    """`"` or `'`; `"` also where none was seen: one may come later in the file."""
    width: int


def records(text: str, delimiter: str, quote: str, most: int | None = None, *, strict: bool = False) -> list[list[str]]:
    """The text's records by Python's csv module, at most so many, blank lines as empty lists. Raises `csv.Error` where
    it is to be strict and quotes are where they should not be."""
    separator = delimiter or LONE
    if len(separator) > 1:
        text, separator = text.replace(separator, LONE), LONE
    stream = io.StringIO(text, newline="")
    if not quote:
        return list(islice(csv.reader(stream, delimiter=separator, quotechar=None, quoting=csv.QUOTE_NONE), most))
    return list(islice(csv.reader(stream, delimiter=separator, quotechar=quote, strict=strict), most))


def separate(text: str) -> Separation:
    """The separation that fits the sampled text best."""
    text = "\n".join(re.split(r"\r\n|\r|\n", text)) if "\r" in text else text
    best, best_score = Separation("", _quote(text, ""), 1), 0.0
    lines = [line for line in text.split("\n", 2 * _ROWS)[: 2 * _ROWS] if line.strip()]
    for rank, delimiter in enumerate(DELIMITERS):
        if not any(delimiter in line for line in lines):
            continue
        quote = _quote(text, delimiter)
        rows = [row for row in records(text, delimiter, quote, 2 * _ROWS) if any(c.strip() for c in row)][:_ROWS]
        score = _score(rows, delimiter) - rank * 1e-6
        if score > best_score:
            best, best_score = Separation(delimiter, quote, max(len(row) for row in rows)), score
    return best


def _score(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Evenness squared times the gain of columns, and a bonus for cells that are whole numbers, addresses or
    headings; 0 for no fit.
    """
    if not rows:
        return 0.0
    widths = Counter(len(row) for row in rows)
    width, _ = max(((w, n) for w, n in widths.items() if w > 1), key=lambda item: (item[1], item[0]), default=(1, 0))
    if width == 1:
        return 0.0
    even = widths[width] / len(rows)
    divided = sum(n for w, n in widths.items() if w > 1) / len(rows)
    whole = sum(1 for row in rows if len(row) > 1 and any(_telling(cell) for cell in row)) / len(rows)
    headings = max(sum(1 for cell in row if names_a_column(cell)) for row in rows[:20])
    if delimiter == " " and (even < 0.9 or whole < 0.5):
        return 0.0  # blanks divide prose as well
    if headings < 2 and (divided < 0.3 or delimiter == " "):  # a heading may be one word of several
        headings = 0
    if divided < 0.3 and headings == 0:
        return 0.0
    return even * even * (1 - 1 / width) + whole + min(headings, 4) / 2


def _telling(cell: str) -> bool:
    if not _MAY_TELL.search(cell):
        return False
    single = not re.search(r"[,;|\t，]", cell)
    return single and (cells.is_phone(cell) or cells.is_email(cell) or cells.is_date(cell))


def _enclosed(text: str, delimiter: str, quote: str) -> int:
    """How many fields begin and end with the quote character."""
    edge = re.escape(delimiter) if delimiter else LONE
    pattern = rf"(?:^|{edge}|\n){quote}(?:[^{quote}\n]|{quote}{quote}){{0,300}}{quote}(?={edge}|\n|$)"
    return len(re.findall(pattern, text[:_ENCLOSED_IN]))


def _quote(text: str, delimiter: str) -> str:
    double = _enclosed(text, delimiter, '"') if '"' in text else 0
    single = _enclosed(text, delimiter, "'") if "'" in text and double == 0 else 0
    # '13800138000 is Excel's mark for text; a quoting file encloses at least one field in every other line.
    return "'" if single * 2 >= max(2, text[:_ENCLOSED_IN].count("\n")) else '"'


# Parses delimited text that DuckDB cannot: mixed line ends around quoted ones, stray quotes, quotes that never close.
# Rule: a line without the quote character is split at the separator. A line with it is read by the csv module; when
# its quotes do not close, the following lines are joined to it as long as that makes a record of which no single cell
# holds what would be whole rows; failing that the line's quotes are plain characters. So a quote that never closes
# costs no further row.

_JOINED_LINES = 500  # a cell of more lines is a quote that never closed
_JOINED_CHARS = 1 << 20
_ATTEMPTS = 12  # lines with a quote that may close the cell; each costs a parse of all joined lines
_IDENTIFIER = re.compile(r"\d{7}|@|\*{3}")  # what a row of a list holds and a remark seldom
_BATCH = 50_000


def lines_of(pieces: Iterable[str]) -> Iterator[str]:
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
        self._lines, self._separator, self._quote, self._width = lines_of(pieces), delimiter or LONE, quote, width
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
        loose = records(_bare(line), separator, quote)
        if len(loose) == 1 and "\n" not in "".join(loose[0]):
            return loose[0], 0
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
    try:
        rows = records(text, separator, quote, strict=True)
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def batches(rows: Iterable[Sequence[str | None]]) -> Iterator[pa.Table]:
    """Records as Arrow tables of up to 50,000 rows."""
    stream = iter(rows)
    while piece := list(islice(stream, _BATCH)):
        yield table_of_rows(piece)
