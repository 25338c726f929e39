"""Reads xlsx, xls and ods: each sheet is a part. The cells come from a child process (see `sheet_process`)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import IO, Any

import pyarrow as pa

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.landing import SourceReading
from tracer.lists.read.model import Limits, PartRead, ReadOptions, Source
from tracer.optional import PDF, require

XLSX_ROWS = 1_048_576
XLS_ROWS = 65_536
_LEAST_MEMORY = 3 << 29  # 1.5 GiB of addresses, of which Python and Arrow take more than half before they read anything


@dataclass(frozen=True)
class ReadingProgram:
    """A module that reads a file in a child process and writes frames."""

    module: str
    reads: str
    remedy: str


_SHEETS = ReadingProgram(
    "tracer.lists.read.sheet_process", "workbook", "delete the empty cells around the data, or save it as csv"
)


def read_workbook(reading: SourceReading, format_name: str) -> list[PartRead]:
    """The sheets that hold rows, in order. Raises InputRefused for a workbook that is broken, locked, too large, or
    lacks the sheet.
    """
    source, options = reading.source, reading.options
    parts: list[PartRead] = []
    with child_frames(source, options, reading.limits, _SHEETS) as frames:
        frame = next(frames)
        if frame[0] == b"N":
            names = json_of(frame[1])["sheets"]
            if options.sheet is not None and options.sheet not in names:
                near = get_close_matches(options.sheet, names, 1, cutoff=0.3)
                remedy = f"did you mean {near[0]!r}?" if near else f"its sheets are {', '.join(names[:12])}"
                raise InputRefused(f"unknown sheet {options.sheet!r}", where=source.where, remedy=remedy)
            frame = next(frames)
        while frame[0] != b"D":
            if frame[0] == b"F":
                raise failure_of(json_of(frame[1]), source, _SHEETS)
            about = json_of(frame[1])
            batches = FrameBatches(frames)
            parts.append(_sheet(reading, about, batches, format_name))
            for _ in batches:
                pass
            frame = batches.ended_by
    return parts


class FrameBatches:
    """The batches of one sheet; `ended_by` is the frame behind them."""

    def __init__(self, frames: Iterator[tuple[bytes, bytes]]) -> None:
        self.frames = frames
        self.ended_by: tuple[bytes, bytes] = (b"B", b"")

    def __iter__(self) -> Iterator[pa.Table]:
        if self.ended_by[0] != b"B":
            return
        for kind, payload in self.frames:
            if kind != b"B":
                self.ended_by = (kind, payload)
                return
            yield pa.ipc.open_stream(payload).read_all()


def _sheet(reading: SourceReading, about: dict[str, Any], batches: FrameBatches, format_name: str) -> PartRead:
    """One sheet as a part."""
    name, table = str(about["sheet"]), reading.namer()
    landing, plan, account = reading.land(batches, table, name)
    first, height = int(about["first"]), int(about["height"])
    if first + height in (XLSX_ROWS, XLS_ROWS):
        end = f"ends at row {first + height:,}, the limit of its format: rows may have been cut off"
        reading.notes.append(f"{reading.place(name)}: {end}")
    return reading.part(
        table, landing, plan.names, format_name, replace(account, lines=height),
        sheet=name, hidden=bool(about["hidden"]), header_row=first + plan.skip if plan.depth else None,
    )  # fmt: skip


@contextmanager
def child_frames(
    source: Source, options: ReadOptions, limits: Limits, program: ReadingProgram
) -> Iterator[Iterator[tuple[bytes, bytes]]]:
    """The frames of a child process, which is gone when the block ends."""
    command = [
        sys.executable,
        "-P",  # nothing is imported from the current folder, which may be a stranger's
        "-m",
        program.module,
        str(_memory(source, limits)),
        str(limits.sheet_seconds),
        json.dumps(options.sheet),
    ]
    with ExitStack() as stack:
        opened = stack.enter_context(source.open()) if source.path is not None else None
        command.append("pipe" if opened is None else "file")
        data = source.held(limits) if opened is None else None
        child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE if opened is None else opened,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        child.kill()

    clock = threading.Timer(limits.sheet_seconds, kill)
    clock.daemon = True
    clock.start()
    feeder = threading.Thread(target=_feed, args=(child.stdin, data), daemon=True)
    feeder.start()
    try:
        yield _frames(child, source, limits, overdue, program)
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        feeder.join()
        if child.stdout is not None:
            child.stdout.close()


def _memory(source: Source, limits: Limits) -> int:
    """Address space of the child: what a workbook of so many bytes can honestly need, at most `limits.sheet_memory`.

    A small file that asks for much is damaged, or a bomb; without this bound it takes seconds and gigabytes to tell.
    """
    return min(limits.sheet_memory, _LEAST_MEMORY + limits.sheet_memory_ratio * source.size)


def _feed(stdin: IO[bytes] | None, data: bytes | None) -> None:
    if stdin is None:
        return
    try:
        if data is not None:
            stdin.write(data)
        stdin.close()
    except (BrokenPipeError, ValueError):  # the child has given up; its frames or its end say why
        return


def _frames(
    child: subprocess.Popen[bytes], source: Source, limits: Limits, overdue: threading.Event, program: ReadingProgram
) -> Iterator[tuple[bytes, bytes]]:
    """Kind and payload of each frame up to `D` or `F`. Raises InputRefused when the child dies before."""
    out, begun = child.stdout, False
    while out is not None:
        head = out.read(9)
        size = int.from_bytes(head[1:], "big")
        payload = out.read(size) if len(head) == 9 else b""
        if len(head) < 9 or len(payload) < size:
            break
        begun = True
        yield head[:1], payload
        if head[:1] in b"DF":
            return
    if overdue.is_set():
        what = f"the {program.reads} took more than {limits.sheet_seconds:,} s to read"
    elif not begun and child.wait() == 1:  # Python ends so where a module cannot be imported; memory kills or aborts
        raise InputRefused(
            f"the program that reads a {program.reads} did not start",
            where=source.where,
            remedy=f"`python -m {program.module}` says why; install tracer again, or save it as csv",
        )
    else:
        gib = _memory(source, limits) / (1 << 30)
        what = f"the {program.reads} needs more than {gib:.1f} GiB of memory, or is damaged"
    raise InputRefused(what, where=source.where, remedy=program.remedy)


def failure_of(about: dict[str, str], source: Source, program: ReadingProgram) -> InputRefused:
    """What a failure frame says."""
    what, remedy = f"the {program.reads} is damaged or cut off", "get it again, or open it in its program and save it"
    if about["kind"] == "password":
        what, remedy = f"the {program.reads} is protected by a password", "save it without one and load that"
    elif about["kind"] == "memory":
        what, remedy = f"the {program.reads} needs too much memory", "save it as csv"
    elif about["text"]:
        what += f" ({' '.join(about['text'].split())[:120]})"
    return InputRefused(what, where=source.where, remedy=remedy)


# Reads the table of a PDF, approximately; its lines come from a child process (`pdf_process`).

_PDF = ReadingProgram("tracer.lists.read.pdf_process", "PDF", "ask for the list as csv or xlsx")


def read_pdf(reading: SourceReading) -> PartRead:
    """The table of all pages as one part; a note says that it is approximate.

    Raises InputRefused for a PDF that is damaged, cut off or locked, and for one without text.
    """
    source = reading.source
    require("pdfplumber", PDF, f"{source.where} is a PDF, and reading its table", InputRefused)
    with child_frames(source, replace(reading.options, sheet=None), reading.limits, _PDF) as frames:
        frame = next(frames)
        if frame[0] == b"F":
            raise failure_of(json_of(frame[1]), source, _PDF)
        about = json_of(frame[1])
        if about["bare"] == about["pages"]:
            raise InputRefused(
                "the PDF holds no text: its pages are pictures", where=source.where,
                remedy="ask for the list as csv or xlsx, or recognise its text (OCR) first",
            )  # fmt: skip
        batches, table = FrameBatches(frames), reading.namer()
        landing, plan, account = reading.land(batches, table, None)
        for _ in batches:
            pass
        if batches.ended_by[0] == b"F":
            raise failure_of(json_of(batches.ended_by[1]), source, _PDF)
    left_out = int(about["left_out"])
    how = (
        "cells as they are drawn, and a cell that goes on over the page is two rows" if about["drawn"] else
        "lines and columns are guessed from where the texts are, and a cell of two lines is two rows"
    )  # fmt: skip
    reading.notes.append(
        f"{source.where}: read from a PDF, approximately: {how}. Compare the {landing.rows:,} rows with the pages"
        + (f"; {left_out:,} lines above, below and between are left out" if left_out else "")
    )
    if about["bare"]:
        reading.notes.append(
            f"{source.where}: {about['bare']:,} of its {about['pages']:,} pages hold no text: not read"
        )
    account = replace(account, lines=account.lines + left_out, left_out=account.left_out + left_out)
    return reading.part(table, landing, plan.names, "pdf", account)
