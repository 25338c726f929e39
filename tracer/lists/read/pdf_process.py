"""The child process that reads the table of a PDF, by pdfplumber: where texts and lines are on the pages.

A table whose cells are drawn is read cell by cell. Any other is texts at places: texts of one height make a line, and
strips of all pages that hardly any line has text in part the columns; so a cell of two lines is two rows. Frames are
those of `sheet_process`; `S` says whether cells were drawn, and how many lines and pages were left out: what is
around the table, the header where a page repeats it, and pages without text.

Started as `python -m tracer.lists.read.pdf_process MEMORY SECONDS null FILE`, as `sheet_process` is.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracer.lists.read.sheet_process import send_rows, write_frame

_RARE = 0.01
"""Share of the lines with several texts that may reach over a strip between two columns."""
_STRIP = 2
"""Points that such a strip is wide at least."""
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FE0)}
"""Chromium names the glyphs of 手 and others by the radical that looks the same, which a person does not type."""
_BROKEN = re.compile(r"(?<=[\u2E80-\uFFEF])\n(?=[\u2E80-\uFFEF])")

Line = list[dict[str, Any]]
"""Texts of one height from the left, each with `x0`, `x1`, `top` and `bottom` in points."""
Row = list[str | None]


@dataclass(frozen=True)
class PageRead:
    """What is on a page."""

    lines: list[Line]
    drawn: list[Row]
    """The rows of tables whose cells are drawn."""
    beside: int
    """Lines outside of them."""


def read_page(page: Any) -> PageRead:
    """The lines of a page from its top, and the tables that are drawn on it."""
    from pdfplumber.utils.clustering import cluster_objects

    words = page.extract_words(keep_blank_chars=True)
    lines = [sorted(line, key=lambda word: word["x0"]) for line in cluster_objects(words, "bottom", 3)]
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    # A row that goes on over the page's end has no line there: then what is on each page is a row.
    closed = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)] if upright else []
    tables = page.find_tables({"explicit_horizontal_lines": closed})
    tables = [table for table in tables if len(table.columns) > 1]
    drawn = [[None if cell is None else _one_line(cell) for cell in row] for table in tables for row in table.extract()]
    middles = [(line[0]["top"] + line[0]["bottom"]) / 2 for line in lines]
    beside = [middle for middle in middles if not any(table.bbox[1] <= middle <= table.bbox[3] for table in tables)]
    page.close()
    return PageRead(lines, drawn, len(beside))


def _one_line(text: str) -> str:
    """A cell without its line breaks: an address has no blank, nor has Chinese between two characters."""
    broken = text.translate(_RADICALS).strip()
    return " ".join(("".join(broken.split()) if "@" in broken else _BROKEN.sub("", broken)).split())


def _columns_of(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where each column begins and ends."""
    rows = [line for line in lines if len(line) > 1] or lines
    covered = Counter[int]()
    for row in rows:
        covered.update({place for word in row for place in range(int(word["x0"]), int(word["x1"]) + 1)})
    columns = list[tuple[int, int]]()
    for place in sorted(place for place, count in covered.items() if count > _RARE * len(rows)):
        if columns and place - columns[-1][1] <= _STRIP:
            columns[-1] = (columns[-1][0], place)
        else:
            columns.append((place, place))
    return columns


def _cells_of(line: Line, columns: Sequence[tuple[int, int]]) -> Row:
    """The texts of a line under the columns that they are in, or nearest to."""
    cells: Row = [None] * len(columns)
    for word in line:
        shared = [min(word["x1"], end) - max(word["x0"], begin) for begin, end in columns]
        column = shared.index(max(shared))
        cells[column] = _one_line(" ".join(filter(None, (cells[column], word["text"]))))
    return cells


def _bodies(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without what is printed around the table: lines of one text, and those that every page repeats."""

    def masked(line: Line) -> str:
        return re.sub(r"\d+", "#", "|".join(word["text"] for word in line))

    everywhere = Counter(masked(line) for page in pages for line in page)
    above, below = (
        {text for text, count in said.items() if count > 1 and everywhere[text] == count}
        for said in (Counter(masked(page[edge]) for page in pages if page) for edge in (0, -1))
    )
    bodies = list[list[Line]]()
    for page in pages:
        body = list(page)
        # A header is repeated, too; but the rows below it have no more texts than it has.
        if len(body) > 1 and len(body[0]) <= 2 and len(body[1]) > len(body[0]) and masked(body[0]) in above:
            body.pop(0)
        if body and len(body[-1]) <= 2 and masked(body[-1]) in below:
            body.pop()
        if any(len(line) > 1 for line in body):
            while len(body[0]) == 1:
                body.pop(0)
            while len(body[-1]) == 1:
                body.pop()
        bodies.append(body)
    return bodies


def table_of(pages: Sequence[PageRead]) -> tuple[list[Row], bool, int]:
    """The rows of all pages, whether their cells were drawn, and how many lines were left out."""
    lines = sum(len(page.lines) for page in pages)
    drawn = 2 * sum(page.beside for page in pages) <= lines
    if drawn:
        found, left_out = [page.drawn for page in pages], sum(page.beside for page in pages)
    else:
        bodies = _bodies([page.lines for page in pages])
        columns = _columns_of([line for body in bodies for line in body])
        found = [[_cells_of(line, columns) for line in body] for body in bodies]
        left_out = lines - sum(map(len, found))
    header = next((rows[0] for rows in found if rows), None)
    kept, whole = list[Row](), 0
    for rows in found:
        repeated = bool(kept and rows and rows[0] == header)
        kept += rows[repeated:]
        whole += len(rows)
    width = max(map(len, kept), default=0)
    return [row + [None] * (width - len(row)) for row in kept], drawn, left_out + whole - len(kept)


def _send(data: bytes) -> None:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    if b"%%EOF" not in data[-2_048:]:
        raise ValueError("its end is missing")
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = [read_page(page) for page in pdf.pages]
    except PdfminerException as error:
        raise PermissionError if isinstance(error.args[0], PDFPasswordIncorrect) else error from error
    rows, drawn, left_out = table_of(pages)
    bare = sum(1 for page in pages if not page.lines)
    write_frame(b"S", json.dumps({"pages": len(pages), "bare": bare, "drawn": drawn, "left_out": left_out}).encode())
    send_rows(iter(rows), trimmed=False)


def main(arguments: Sequence[str]) -> int:
    """Reads the PDF and writes the frames. Always 0 unless killed: failures are frames."""
    for kind, amount in ((resource.RLIMIT_AS, int(arguments[0])), (resource.RLIMIT_CPU, int(arguments[1]))):
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows no limit of address space; the clock of the parent remains
            continue
    try:
        _send(sys.stdin.buffer.read())
    except MemoryError:
        write_frame(b"F", b'{"kind": "memory", "text": ""}')
    except PermissionError:
        write_frame(b"F", b'{"kind": "password", "text": ""}')
    except Exception as error:  # noqa: BLE001 - a stranger's PDF makes its reader fail in any way
        write_frame(b"F", json.dumps({"kind": "broken", "text": str(error)[:120]}).encode())
    else:
        write_frame(b"D", b"")
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
