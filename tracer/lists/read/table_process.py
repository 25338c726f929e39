"""The child process that reads a workbook, a database or a PDF: tables in, frames of Arrow batches out.

It runs apart because a stranger's file can claim 17 billion cells: then its reader asks for memory that the
address-space limit refuses, and only this process dies. Frames: one byte of kind, eight bytes of length (big-endian),
payload. `N` (JSON) the names of sheets or tables, `S` (JSON) one begins, `B` a batch of its rows (an Arrow IPC stream
of string columns), `F` failure (JSON), `D` done.

Started as `python -m tracer.lists.read.table_process KIND SHEET MEMORY SECONDS FD SIZE`: KIND is `workbook`, `database`
or `PDF`, SHEET is JSON (null for all), FD is the file, open, or -1 where its SIZE bytes come on standard input.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import json
import os
import re
import sqlite3
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Arrow does without these, and imports them where they are installed: as long as a quarter of the parsing.
    sys.modules["numpy"] = sys.modules["pandas"] = None  # type: ignore[assignment]  # None: not to be imported

import pyarrow as pa

from tracer.lists.read.unpack_process import limit, write

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
_BATCH = 20_000
_EXACT = 1 << 53  # beyond it a float has lost digits: shown as a spreadsheet shows it, so that the loss is seen


class LockedFile(ValueError):
    """The file is protected by a password."""


def text_of(cell: Cell | None) -> str | None:  # noqa: PLR0911 - one answer a type
    """A cell as text: whole floats without `.0`, days and moments as ISO 8601, truth as TRUE and FALSE."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) <= _EXACT else f"{cell:.14E}"
        return repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return None if cell is None else str(cell)


def _column(cells: Sequence[Cell | None]) -> pa.Array:
    if set(map(type, cells)) <= {str}:
        return pa.array(cells, pa.string())  # most columns are text alone
    # The same as text_of, without a call for each cell of the two commonest kinds.
    return pa.array(
        [
            cell
            if type(cell) is str
            else str(int(cell))
            if type(cell) is float and cell.is_integer() and -_EXACT <= cell <= _EXACT
            else text_of(cell)
            for cell in cells
        ],
        pa.string(),
    )


def _send_about(kind: bytes, about: dict[str, object]) -> None:
    write(kind, json.dumps(about).encode())


def _send_rows(rows: Iterator[Sequence[Cell | None]], *, trimmed: bool = False) -> None:
    """Send rows as batches of text. `trimmed`: without the empty columns at their right."""
    while piece := list(islice(rows, _BATCH)):
        columns = [_column(column) for column in zip(*piece, strict=True)]
        width = len(columns)
        # Stray formatting reaches far to the right; empty columns at the end do not count.
        while trimmed and width and not any(columns[width - 1].unique().to_pylist()):
            width -= 1
        batch = pa.RecordBatch.from_arrays(columns[:width], names=[str(i) for i in range(width)])
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        write(b"B", sink.getvalue())


# A workbook, by calamine.

_FILLED_MERGES = 200_000  # cells of merged ranges that are filled down; a sheet with more keeps the rest empty


def _send_workbook(path: str | None, data: bytes, wanted: str | None) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    gc.disable()  # nothing here forms cycles, and collecting among millions of cells takes a third of the time
    try:
        # A path without an ending: calamine believes the ending more than the bytes.
        workbook = CalamineWorkbook.from_object(path or io.BytesIO(data))
        _send_about(b"N", {"sheets": workbook.sheet_names})
        for index, meta in enumerate(workbook.sheets_metadata):
            if wanted is not None and meta.name != wanted:
                continue
            sheet = workbook.get_sheet_by_index(index)
            first = sheet.start or (0, 0)
            hidden = meta.visible != SheetVisibleEnum.Visible
            _send_about(b"S", {"sheet": meta.name, "hidden": hidden, "first": first[0], "height": sheet.height})
            if sheet.start is None:
                continue
            # The rows of a large sheet one by one, without the empty ones above its first.
            large = sheet.height > _BATCH
            rows = islice(sheet.iter_rows(), first[0], None) if large else iter(sheet.to_python(skip_empty_area=True))
            _send_rows(_fill_merged(rows, first, sheet.merged_cell_ranges or ()), trimmed=True)
    except PasswordError as error:
        raise LockedFile from error
    except CalamineError as error:
        raise ValueError(str(error)) from error


def _fill_merged(
    rows: Iterable[list[Cell]],
    first: tuple[int, int],
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
) -> Iterator[list[Cell]]:
    """Rows with the value of a merged range in every row that it covers. Places are rows and columns from 0."""
    # For each row below the first of a merged range: (column, row of the value).
    merges: dict[int, list[tuple[int, int]]] = {}
    total = 0
    for (top, left), (bottom, _) in ranges:
        total += bottom - top
        if total > _FILLED_MERGES:
            break
        for covered in range(top + 1, bottom + 1):
            merges.setdefault(covered, []).append((left, top))
    if not merges:
        yield from rows
        return
    tops = {(top, left) for cells in merges.values() for left, top in cells}
    values: dict[tuple[int, int], Cell] = {}
    row_at, column_at = first
    for number, row in enumerate(rows, row_at):
        for left, top in merges.get(number, ()):
            index = left - column_at
            if 0 <= index < len(row) and row[index] == "":
                row[index] = values.get((top, left), "")
        for top, left in [place for place in tops if place[0] == number] if tops else ():
            index = left - column_at
            if 0 <= index < len(row):
                values[(top, left)] = row[index]
        yield row


# An SQLite file. It is parsed by SQLite's own code, so it is opened read-only, with nothing of its schema trusted.
# Views, virtual tables and triggers are not used.


def _send_database(path: str | None, data: bytes, wanted: str | None) -> None:
    if path is not None:
        con = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    else:  # held in memory, without its write-ahead log, whatever its header says
        con = sqlite3.connect(":memory:")
        con.deserialize(data[:18] + b"\1\1" + data[20:])
    con.text_factory = lambda data: data.decode("utf-8", "replace")
    con.execute("PRAGMA trusted_schema = OFF")
    con.execute("PRAGMA cell_size_check = ON")
    listed = con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    own = [(str(name), str(sql or "").upper()) for name, sql in listed if not str(name).startswith("sqlite_")]
    names = [name for name, sql in own if not sql.startswith("CREATE VIRTUAL")]
    _send_about(b"N", {"sheets": names})
    for name in names:
        quoted = '"' + name.replace('"', '""') + '"'
        columns = [str(row[1]) for row in con.execute(f"PRAGMA table_info({quoted})")]
        (count,) = con.execute(f"SELECT count(*) FROM {quoted}").fetchone()
        read = wanted in (None, name)
        _send_about(b"S", {"table": name, "columns": columns, "rows": count, "read": read})
        if read:
            cursor = con.execute(f"SELECT * FROM {quoted}")
            _send_rows([_database_text(cell) for cell in row] for row in cursor)


def _database_text(cell: object) -> str | None:
    """A cell as text; bytes as text where they are UTF-8 that can be printed, else as hexadecimal digits."""
    if isinstance(cell, bytes):
        try:
            text = cell.decode("utf-8")
        except UnicodeDecodeError:
            return cell.hex()
        return text if text.isprintable() else cell.hex()
    return text_of(cell)  # type: ignore[arg-type]  # SQLite has no other types


# The table of a PDF, by pdfplumber: where texts and lines are on the pages. A table whose cells are drawn is read cell
# by cell. Any other is texts at places: texts of one height make a line, and strips of all pages that hardly any line
# has text in part the columns; so a cell of two lines is two rows. `S` says whether cells were drawn, and how many
# lines and pages were left out: what is around the table, the header where a page repeats it, and pages without text.

_RARE = 0.01  # share of the lines with several texts that may reach over a strip between two columns
_STRIP = 2  # points that such a strip is wide at least
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FE0)}
"""Chromium names the glyphs of 手 and others by the radical that looks the same, which a person does not type."""
_BROKEN = re.compile(r"(?<=[\u2E80-\uFFEF])\n(?=[\u2E80-\uFFEF])")

Line = list[dict[str, Any]]
"""Texts of one height from the left, each with `x0`, `x1`, `top` and `bottom` in points."""
Row = list[str | None]
PageRead = tuple[list[Line], list[Row], int]
"""What is on a page: its lines from the top, the rows of drawn tables, and how many lines are around these."""


def _send_pdf(path: str | None, data: bytes, _: str | None) -> None:
    try:
        import pdfplumber
        from pdfminer.pdfdocument import PDFPasswordIncorrect
        from pdfplumber.utils.exceptions import PdfminerException

        data = data if path is None else Path(path).read_bytes()
        if b"%%EOF" not in data[-2_048:]:
            raise ValueError("its end is missing")
        try:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                pages = [_page(page) for page in pdf.pages]
        except PdfminerException as error:
            raise LockedFile if isinstance(error.args[0], PDFPasswordIncorrect) else error from error
        rows, drawn, left_out = _table_of(pages)
    except (MemoryError, ValueError):
        raise
    except Exception as error:  # a stranger's PDF makes its reader fail in any way
        raise ValueError(str(error)[:120]) from error
    bare = sum(1 for lines, _, _ in pages if not lines)
    _send_about(b"S", {"pages": len(pages), "bare": bare, "drawn": drawn, "left_out": left_out})
    _send_rows(iter(rows))


def _page(page: Any) -> PageRead:
    from pdfplumber.utils.clustering import cluster_objects

    words = page.extract_words(keep_blank_chars=True)
    lines = [sorted(line, key=lambda word: word["x0"]) for line in cluster_objects(words, "bottom", 3)]
    vertical = [edge for edge in page.edges if edge["orientation"] == "v"]
    # A row that goes on over the page's end has no line there: then what is on each page is a row.
    closed = [min(edge["top"] for edge in vertical), max(edge["bottom"] for edge in vertical)] if vertical else []
    tables = page.find_tables({"explicit_horizontal_lines": closed})
    tables = [table for table in tables if len(table.columns) > 1]
    drawn = [[None if cell is None else _one_line(cell) for cell in row] for table in tables for row in table.extract()]
    middles = ((line[0]["top"] + line[0]["bottom"]) / 2 for line in lines)
    around = sum(not any(table.bbox[1] <= middle <= table.bbox[3] for table in tables) for middle in middles)
    page.close()
    return lines, drawn, around


def _one_line(text: str) -> str:
    """A cell without its line breaks: an address has no blank, nor has Chinese between two characters."""
    broken = text.translate(_RADICALS).strip()
    return " ".join(("".join(broken.split()) if "@" in broken else _BROKEN.sub("", broken)).split())


def _table_of(pages: Sequence[PageRead]) -> tuple[list[Row], bool, int]:
    """The rows of all pages, whether their cells were drawn, and how many lines were left out."""
    total, around = sum(len(lines) for lines, _, _ in pages), sum(around for _, _, around in pages)
    drawn = 2 * around <= total
    if drawn:
        found, left_out = [rows for _, rows, _ in pages], around
    else:
        bodies = _bodies([lines for lines, _, _ in pages])
        columns = _columns_of([line for body in bodies for line in body])
        found = [[_cells_of(line, columns) for line in body] for body in bodies]
        left_out = total - sum(map(len, found))
    header = next((rows[0] for rows in found if rows), None)
    kept = list[Row]()
    for rows in found:
        repeated = bool(kept and rows and rows[0] == header)
        kept += rows[repeated:]
        left_out += repeated
    width = max(map(len, kept), default=0)
    return [row + [None] * (width - len(row)) for row in kept], drawn, left_out


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
        several = [at for at, line in enumerate(body) if len(line) > 1]
        bodies.append(body[several[0] : several[-1] + 1] if several else body)
    return bodies


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


def main(arguments: Sequence[str]) -> None:
    """Reads the file and writes the frames. Always ends with 0 unless killed: failures are frames."""
    kind, wanted = arguments[:2]
    memory, seconds, descriptor, size = map(int, arguments[2:])
    limit(memory, seconds)
    try:
        data = sys.stdin.buffer.read(size)
        path = None if descriptor < 0 else f"/dev/fd/{descriptor}"
        send = {"workbook": _send_workbook, "database": _send_database, "PDF": _send_pdf}[kind]
        send(path, data, json.loads(wanted))
    except LockedFile:
        _send_about(b"F", {"kind": "password", "text": ""})
    except MemoryError:
        _send_about(b"F", {"kind": "memory", "text": ""})
    except (sqlite3.Error, OSError, ValueError) as error:
        _send_about(b"F", {"kind": "broken", "text": str(error)})
    else:
        write(b"D", b"")
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is to be torn down: the cells of a large sheet take seconds to free one by one


if __name__ == "__main__":
    main(sys.argv[1:])
