"""The child process that reads a workbook: calamine in, frames of Arrow batches out on standard output.

It runs apart because a workbook can claim 17 billion cells: then calamine asks for memory that the address-space
limit refuses, and only this process dies. Frames: one byte of kind, eight bytes of length (big-endian), payload. `S`
a sheet begins (JSON), `B` a batch of its rows (an Arrow IPC stream of string columns), `F` failure (JSON), `D` done.

Started as `python -m tracer.lists.read.sheet_process MEMORY SECONDS SHEET FILE`: SHEET is JSON (null for all), FILE
`file` when standard input is the workbook itself, `pipe` when its bytes come through a pipe.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

if __name__ == "__main__":
    # Arrow does without these, and imports them where they are installed: as long as a quarter of the parsing.
    sys.modules["numpy"] = sys.modules["pandas"] = None  # type: ignore[assignment]  # None: not to be imported

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from tracer.lists.read.zip_process import limit, write

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
_BATCH = 20_000
_EXACT = 1 << 53  # beyond it a float has lost digits: shown as a spreadsheet shows it, so that the loss is seen
_FILLED_MERGES = 200_000  # cells of merged ranges that are filled down; a sheet with more keeps the rest empty


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
    kinds = set(map(type, cells))
    if kinds <= {str}:
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


def _filled(
    rows: Iterable[list[Cell]], first: tuple[int, int], merges: dict[int, list[tuple[int, int]]]
) -> Iterator[list[Cell]]:
    """Rows with the value of a merged range in every row that it covers."""
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


write_frame = write


def send_rows(rows: Iterator[Sequence[Cell | None]], *, trimmed: bool = True) -> None:
    """Send rows as batches of text. `trimmed`: without the empty columns at their right."""
    while piece := list(islice(rows, _BATCH)):
        columns = [_column(column) for column in zip(*piece, strict=True)]
        width = len(columns)
        # Stray formatting reaches far to the right; empty columns at the end do not count.
        while trimmed and width and not any(columns[width - 1].unique().to_pylist()):
            width -= 1
        names = [str(i) for i in range(width)]
        batch = pa.RecordBatch.from_arrays(columns[:width], names=names)
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        write_frame(b"B", sink.getvalue())


def _send(workbook: CalamineWorkbook, wanted: str | None) -> None:
    for index, meta in enumerate(workbook.sheets_metadata):
        if wanted is not None and meta.name != wanted:
            continue
        sheet = workbook.get_sheet_by_index(index)
        first = sheet.start or (0, 0)
        about = {
            "sheet": meta.name,
            "hidden": meta.visible != SheetVisibleEnum.Visible,
            "first": first[0],
            "height": sheet.height,
            "width": sheet.width,
        }
        write_frame(b"S", json.dumps(about).encode())
        if sheet.start is None:
            continue
        # For each row below the first of a merged range: (column, row of the value). Rows and columns of the sheet,
        # from 0.
        merges: dict[int, list[tuple[int, int]]] = {}
        total = 0
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
            total += bottom - top
            if total > _FILLED_MERGES:
                break
            for row in range(top + 1, bottom + 1):
                merges.setdefault(row, []).append((left, top))
        rows = iter(sheet.to_python(skip_empty_area=True) if sheet.height <= _BATCH else _tail(sheet, first[0]))
        send_rows(_filled(rows, first, merges) if merges else rows)


def _tail(sheet: CalamineSheet, empty: int) -> Iterator[list[Cell]]:
    """The rows of a large sheet one by one; the empty ones above its first are left out."""
    return islice(sheet.iter_rows(), empty, None)


def main(arguments: Sequence[str]) -> int:
    """Reads the workbook and writes the frames. Always 0 unless killed: failures are frames."""
    limit(int(arguments[0]), int(arguments[1]))
    wanted = json.loads(arguments[2])
    gc.disable()  # nothing here forms cycles, and collecting among millions of cells takes a third of the time
    try:
        # A path without an ending: calamine believes the ending more than the bytes.
        source = "/dev/fd/0" if arguments[3] == "file" else io.BytesIO(sys.stdin.buffer.read())
        workbook = CalamineWorkbook.from_object(source)
        names = {"sheets": workbook.sheet_names}
        write_frame(b"N", json.dumps(names).encode())
        _send(workbook, wanted)
    except PasswordError:
        write_frame(b"F", b'{"kind": "password", "text": ""}')
    except MemoryError:
        write_frame(b"F", b'{"kind": "memory", "text": ""}')
    except (CalamineError, OSError, ValueError) as error:
        write_frame(b"F", json.dumps({"kind": "broken", "text": str(error)}).encode())
    else:
        write_frame(b"D", b"")
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is to be torn down: the cells of a large sheet take seconds to free one by one


if __name__ == "__main__":
    main(sys.argv[1:])
