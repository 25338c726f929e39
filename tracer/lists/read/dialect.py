"""Finds a delimited text's separator and quote character from its first lines.

Every candidate separator is tried; what decides is how evenly it divides the rows, how many columns that gives, and
whether the pieces are whole phone numbers, addresses or heading words. DuckDB's sniffer is not used: it can end in
zero rows without an error on ragged files.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from tracer.lists.read import cells
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


def records(text: str, delimiter: str, quote: str, most: int | None = None) -> list[list[str]]:
    """The text's records by Python's csv module, at most so many, blank lines as empty lists."""
    separator = delimiter or LONE
    if len(separator) > 1:
        text, separator = text.replace(separator, LONE), LONE
    stream = io.StringIO(text, newline="")
    if not quote:
        return list(islice(csv.reader(stream, delimiter=separator, quotechar=None, quoting=csv.QUOTE_NONE), most))
    return list(islice(csv.reader(stream, delimiter=separator, quotechar=quote), most))


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
    if divided < 0.3 and headings < 2:
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
