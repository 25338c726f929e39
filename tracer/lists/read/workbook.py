"""Reads the tables of documents: workbooks (xlsx, xls, ods), Excel 2003 XML, HTML pages, PDFs. Each table is a part.

The cells of workbooks, databases and PDFs come from a child process (`table_process`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.archives import next_frame, reader_child
from tracer.lists.read.delimited import batches_of
from tracer.lists.read.encoding import Encoding, by_name
from tracer.lists.read.landing import SourceReading
from tracer.lists.read.model import PartRead, Source
from tracer.optional import PDF, require

_PROGRAM = "tracer.lists.read.table_process"
_LEAST_MEMORY = 3 << 29  # 1.5 GiB of addresses, of which Python and Arrow take more than half before they read anything


class TableFrames:
    """What the child process says, one frame after the other."""

    def __init__(self, child: subprocess.Popen[bytes], kind: str, source: Source, memory: int, remedy: str) -> None:
        self._child, self._kind, self._source, self._memory, self._remedy = child, kind, source, memory, remedy
        self._begun = False
        self.overdue: int | None = None
        """The seconds after which the child was stopped, if it was."""
        self._waiting: tuple[bytes, bytes] | None = None

    def next(self) -> dict[str, Any] | None:
        """What is said next: `sheets`, the names there are, or the table that begins; None at the end. Batches that
        were not taken are passed over. Raises InputRefused where the file cannot be read, or the child dies."""
        kind, payload = self._frame()
        while kind == b"B":
            kind, payload = self._frame()
        if kind == b"F":
            raise self.failure(**json_of(payload))
        return None if kind == b"D" else json_of(payload)

    def batches(self) -> Iterator[pa.Table]:
        """The batches of the table that has begun."""
        while (frame := self._frame())[0] == b"B":
            yield pa.ipc.open_stream(frame[1]).read_all()
        self._waiting = frame

    def failure(self, kind: str, text: str) -> InputRefused:
        """What a failure is to be called."""
        what, remedy = {
            "password": ("is protected by a password", "save it without one and load that"),
            "memory": ("needs too much memory", "save it as csv"),
        }.get(kind, ("is damaged or cut off", "get it again, or open it in its program and save it"))
        about = f" ({' '.join(text.split())[:120]})" if text else ""
        return self._source.refusal(f"the {self._kind} {what}{about}", remedy)

    def _frame(self) -> tuple[bytes, bytes]:
        waiting, self._waiting = self._waiting, None
        frame = waiting or next_frame(self._child)
        if frame is not None:
            self._begun = True
            return frame
        remedy = self._remedy
        if self.overdue is not None:
            what = f"the {self._kind} took more than {self.overdue:,} s to read"
        elif not self._begun and self._child.wait() == 1:  # Python ends so where a module cannot be imported
            what = f"the program that reads a {self._kind} did not start"
            remedy = f"`python -m {_PROGRAM}` says why; install tracer again, or save it as csv"
        else:  # out of memory, it is killed or aborts
            what = f"the {self._kind} needs more than {self._memory / (1 << 30):.1f} GiB of memory, or is damaged"
        raise self._source.refusal(what, remedy)


@contextmanager
def child_frames(reading: SourceReading, kind: str, remedy: str) -> Iterator[TableFrames]:
    """The frames of a child process that reads a `workbook`, `database` or `PDF`; it is gone when the block ends."""
    source, limits = reading.source, reading.options.limits
    # `-P`: nothing is imported from the current folder, which may be a stranger's.
    command = (sys.executable, "-P", "-m", _PROGRAM, kind, json.dumps(reading.options.sheet))
    # What a workbook of so many bytes can honestly need. A small file that asks for much is damaged, or a bomb; without
    # this bound it takes seconds and gigabytes to see.
    memory = min(limits.sheet_memory, _LEAST_MEMORY + limits.sheet_memory_ratio * source.size)
    seconds = limits.sheet_seconds
    with reader_child(command, source, limits, memory=memory, seconds=seconds, copies=0) as child:
        frames = TableFrames(child, kind, source, memory, remedy)

        def kill() -> None:
            frames.overdue = seconds
            child.kill()

        clock = threading.Timer(seconds, kill)
        clock.daemon = True
        clock.start()
        try:
            yield frames
        finally:
            clock.cancel()


_ROW_LIMITS = 1_048_576, 65_536  # rows that a sheet of xlsx and of xls may have


def read_workbook(reading: SourceReading, format_name: str) -> list[PartRead]:
    """The sheets that hold rows, in order. Raises InputRefused for a workbook that is broken, locked, too large, or
    lacks the sheet.
    """
    parts: list[PartRead] = []
    wanted, remedy = reading.options.sheet, "delete the empty cells around the data, or save it as csv"
    with child_frames(reading, "workbook", remedy) as frames:
        while (about := frames.next()) is not None:
            names = about.get("sheets")
            if names is None:
                name, first, height = str(about["sheet"]), int(about["first"]), int(about["height"])
                if first + height in _ROW_LIMITS:
                    end = f"ends at row {first + height:,}, the limit of its format: rows may have been cut off"
                    reading.note(end, name)
                part = _land(reading, frames.batches(), format_name, name, above=first, hidden=bool(about["hidden"]))
                parts.append(replace(part, account=part.account and replace(part.account, lines=height)))
            elif wanted is not None and wanted not in names:
                near = get_close_matches(wanted, names, 1, cutoff=0.3)
                remedy = f"did you mean {near[0]!r}?" if near else f"its sheets are {', '.join(names[:12])}"
                raise reading.source.refusal(f"unknown sheet {wanted!r}", remedy)
    return parts


def _land(
    reading: SourceReading,
    rows: Iterable[pa.Table],
    format_name: str,
    sheet: str | None,
    *,
    encoding: Encoding | None = None,
    hidden: bool = False,
    above: int = 0,
) -> PartRead:
    """Rows as a part. `above`: rows of the sheet above the first."""
    landing, plan, account = reading.land(rows, sheet)
    reading.note_titles(plan, sheet)
    row = above + plan.skip if plan.depth else None
    part = reading.part(landing, plan.names, format_name, account, encoding=encoding, sheet=sheet, header_row=row)
    return replace(part, hidden=hidden)


def read_pdf(reading: SourceReading) -> PartRead:
    """The table of all pages as one part; a note says that it is approximate.

    Raises InputRefused for a PDF that is damaged, cut off or locked, and for one without text.
    """
    where = reading.source.where
    require("pdfplumber", PDF, f"{where} is a PDF, and reading its table", InputRefused)
    with child_frames(reading, "PDF", "ask for the list as csv or xlsx") as frames:
        about = frames.next() or {}
        if about["bare"] == about["pages"]:
            remedy = "ask for the list as csv or xlsx, or recognise its text (OCR) first"
            raise InputRefused("the PDF holds no text: its pages are pictures", where=where, remedy=remedy)
        landing, plan, account = reading.land(frames.batches())
        reading.note_titles(plan)
        frames.next()  # raises where it fails amid the rows
    left_out = int(about["left_out"])
    how = "lines and columns are guessed from where the texts are, and a cell of two lines is two rows"
    if about["drawn"]:
        how = "cells as they are drawn, and a cell that goes on over the page is two rows"
    reading.note(
        f"read from a PDF, approximately: {how}. Compare the {landing.rows:,} rows with the pages"
        + (f"; {left_out:,} lines above, below and between are left out" if left_out else "")
    )
    if about["bare"]:
        reading.note(f"{about['bare']:,} of its {about['pages']:,} pages hold no text: not read")
    account = replace(account, lines=account.lines + left_out, left_out=account.left_out + left_out)
    return reading.part(landing, plan.names, "pdf", account)


# HTML pages and Excel 2003 XML: what many systems export under the name .xls.

_SPREAD = 1_000  # cells a span may cover; a page may claim any number
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_html(reading: SourceReading) -> list[PartRead]:
    """The tables of a page that hold no other table and at least two rows."""
    source, encoding = reading.source, reading.encoding
    data = source.read_all(reading.options.limits)
    said = _CHARSET.search(data[:4_096])
    if reading.options.encoding is None and said is not None and not encoding.certain:
        try:
            encoding = by_name(said[1].decode(), source)
        except InputRefused:  # a page may name a charset that does not exist; the bytes have been judged
            reading.note(f"names an unknown charset; read as {encoding.shown}")
    page = LexborHTMLParser(data[encoding.bom :].decode(encoding.name, "replace"))
    tables = [table for table in page.css("table") if len(table.css("table")) == 1]
    parts = []
    for number, table in enumerate(tables, 1):
        name = f"table {number}" if len(tables) > 1 else None
        parts.append(_land(reading, batches_of(_html_rows(table)), "html", name, encoding=encoding))
    # The page's rows outside of these tables are counted in the first one's account.
    others = len(page.css("tr")) - sum(part.account.lines for part in parts if part.account is not None)
    if others and parts:
        reading.note(f"{others:,} rows of tables that hold other tables are left out")
        account = parts[0].account
        account = account and replace(account, lines=account.lines + others, left_out=others)
        parts[0] = replace(parts[0], account=account)
    return parts


def _html_rows(table: LexborNode) -> Iterator[list[str]]:
    """Rows of cells: a cell over several rows is repeated in each, one over several columns is in the first."""
    reaching: dict[int, list[str]] = {}
    """Column to what is in its next rows, of cells that go on from above."""
    for line in table.css("tr"):
        row: list[str] = []
        for cell in (*(cell for cell in line.iter() if cell.tag in ("td", "th")), None):
            while reaching.get(len(row)):
                row.append(reaching[len(row)].pop())
            if cell is not None:
                text = " ".join(cell.text(separator=" ").split())
                spans = ((cell.attributes.get(name) or "1").strip() for name in ("rowspan", "colspan"))
                down, across = (
                    min(max(int(span), 1), _SPREAD) if span.isascii() and span.isdigit() else 1 for span in spans
                )
                reaching[len(row)] = [text] * (down - 1)
                row += [text] + [""] * (across - 1)
        yield row


def read_xml_sheets(reading: SourceReading) -> list[PartRead]:
    """The sheets of an Excel 2003 XML workbook. Raises InputRefused for damaged XML and for entities."""
    source, wanted = reading.source, reading.options.sheet
    data = source.read_all(reading.options.limits)
    try:
        try:
            root = fromstring(data)
        except (LookupError, ValueError):
            # The parser knows UTF-8, UTF-16 and codes of one byte; others are decoded here.
            encoding = reading.encoding
            root = fromstring(_DECLARATION.sub("", data[encoding.bom :].decode(encoding.name, "replace")))
    except (ParseError, DefusedXmlException) as error:
        what = "it declares XML entities" if isinstance(error, DefusedXmlException) else "the XML is damaged or cut off"
        raise source.refusal(what, "save it as xlsx") from error
    parts = []
    for sheet in root.iter(f"{_SHEET}Worksheet"):
        name = sheet.get(f"{_SHEET}Name") or "sheet"
        if wanted is not None and name != wanted:
            continue
        rows = []
        for line in sheet.iter(f"{_SHEET}Row"):
            row: list[str] = []
            for cell in line.iter(f"{_SHEET}Cell"):
                index = cell.get(f"{_SHEET}Index") or ""
                at = int(index) - 1 if index.isdigit() else len(row)
                row += [""] * min(at - len(row), _SPREAD)
                row.append("".join("".join(data.itertext()) for data in cell.iter(f"{_SHEET}Data")))
                across = cell.get(f"{_SHEET}MergeAcross") or "0"
                row += [""] * min(int(across) if across.isdigit() else 0, _SPREAD)
            rows.append(row)
        parts.append(_land(reading, batches_of(rows), "xls", name))
    return parts
