"""The child process that reads the table of a PDF: where its texts are on the pages shows lines and columns.

A PDF holds no table, only texts at places. Texts of one height make a line; strips of all pages that hardly any line
has text in part the columns. So what comes out is approximate: a cell of two lines is two rows. Frames are those of
`sheet_process`; `S` says how many lines and pages were left out: lines of a single text above and below the table, the
header where a page repeats it, and pages without text.

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
from dataclasses import dataclass, replace
from typing import Any

from tracer.lists.read.sheet_process import send_rows, write_frame

_RARE = 0.01
"""Share of the lines with several texts that may reach over a strip between two columns."""
_STRIP = 2
"""Points that such a strip is wide at least."""
_NARROW, _WIDE, _TOUCHING = 0.45, 1.0, 0.3
"""Width of a letter and of a Chinese character, of the font's size: rather too little, so that columns stay apart; and
the gap that parts no texts."""


@dataclass(frozen=True)
class PlacedText:
    """A text on a page, in points from its lower left."""

    x: float
    y: float
    size: float
    text: str

    end: float


Line = list[PlacedText]


Column = tuple[float, float]
"""Where a column begins and ends."""


def _width(text: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW for char in text)


def lines_of(page: Any) -> list[Line]:
    """The lines of a page from its top, the texts of each from the left; what touches is one text."""
    texts = list[PlacedText]()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: object, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            height = float(abs(size * tm[3] * cm[3]) or abs(size) or 10.0)
            written = text.lstrip().replace("\n", " ")
            texts.append(PlacedText(float(x), float(y), height, written, float(x) + _width(written) * height))

    page.extract_text(visitor_text=visit)
    lines = list[Line]()
    for text in sorted(texts, key=lambda one: (-one.y, one.x)):
        if lines and abs(lines[-1][0].y - text.y) < 0.4 * text.size:
            lines[-1].append(text)
        else:
            lines.append([text])
    return [_joined(sorted(line, key=lambda one: one.x)) for line in lines]


def _joined(line: Line) -> Line:
    joined = line[:1]
    for text in line[1:]:
        before = joined[-1]
        if text.x - before.end < _TOUCHING * text.size:
            joined[-1] = replace(before, text=before.text + text.text, end=text.end)
        else:
            joined.append(text)
    return joined


def columns_of(lines: Sequence[Line]) -> list[Column]:
    """The columns of all lines."""
    rows = [line for line in lines if len(line) > 1] or lines
    covered = Counter[int]()
    for row in rows:
        covered.update({
            place for text in row for place in range(int(text.x), int(text.end) + 1)
        })  # fmt: skip
    columns = list[Column]()
    for place in sorted(place for place, count in covered.items() if count > _RARE * len(rows)):
        if columns and place - columns[-1][1] <= _STRIP:
            columns[-1] = (columns[-1][0], float(place))
        else:
            columns.append((float(place), float(place)))
    return columns


def cells_of_line(line: Line, columns: Sequence[Column]) -> list[str | None]:
    """The texts of a line under the columns that they are in, or nearest to."""
    cells: list[str | None] = [None] * len(columns)
    for text in line:
        shared = [min(text.end, end) - max(text.x, begin) for begin, end in columns]
        column = shared.index(max(shared))
        written, before = " ".join(text.text.split()), cells[column]
        cells[column] = written if before is None else f"{before} {written}"
    return cells


def _furniture(pages: Sequence[Sequence[Line]], edge: int) -> set[str]:
    """What the first (0) or last (-1) lines of several pages say, their digits aside, and no other line of any page."""
    said = Counter(_masked(page[edge]) for page in pages if page)
    everywhere = Counter(_masked(line) for page in pages for line in page)
    return {text for text, count in said.items() if count > 1 and everywhere[text] == count}


def _masked(line: Line) -> str:
    return re.sub(r"\d+", "#", "|".join(text.text for text in line))


def _bodies(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without what is printed around the table: lines of one text, and those that every page repeats."""
    above, below = _furniture(pages, 0), _furniture(pages, -1)
    bodies = list[list[Line]]()
    for page in pages:
        body = list(page)
        # A header is repeated, too; but the rows below it have no more texts than it has.
        if len(body) > 1 and len(body[0]) <= 2 and len(body[1]) > len(body[0]) and _masked(body[0]) in above:
            body.pop(0)
        if body and len(body[-1]) <= 2 and _masked(body[-1]) in below:
            body.pop()
        if any(len(line) > 1 for line in body):
            while len(body[0]) == 1:
                body.pop(0)
            while len(body[-1]) == 1:
                body.pop()
        bodies.append(body)
    return bodies


def table_of(pages: Sequence[Sequence[Line]]) -> tuple[list[list[str | None]], int]:
    """The rows of all pages, and how many lines were left out."""
    bodies = _bodies(pages)
    columns = columns_of([line for body in bodies for line in body])
    rows, header = list[list[str | None]](), None
    for body in bodies:
        found = [cells_of_line(line, columns) for line in body]
        if header is None and found:
            header = found[0]
        elif found and found[0] == header:
            found.pop(0)
        rows += found
    return rows, sum(map(len, pages)) - len(rows)


def _send(data: bytes) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if b"%%EOF" not in data[-2_048:]:
        raise ValueError("its end is missing")
    if reader.is_encrypted and not reader.decrypt(""):
        raise PermissionError
    pages = [lines_of(page) for page in reader.pages]
    rows, left_out = table_of(pages)
    about = {"pages": len(pages), "bare": sum(1 for page in pages if not page), "left_out": left_out}
    write_frame(b"S", json.dumps(about).encode())
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
