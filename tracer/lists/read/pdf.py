"""Reads the table of a PDF, approximately; its lines come from a child process (`pdf_process`)."""

from __future__ import annotations

from dataclasses import replace

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.model import PartRead
from tracer.lists.read.reading import SourceReading
from tracer.lists.read.workbook import FrameBatches, ReadingProgram, child_frames, failure_of
from tracer.optional import PDF, require

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
