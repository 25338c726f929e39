"""Reads delimited text into a raw table: what the text is (encoding, separator, header), and what it says."""

from __future__ import annotations

from dataclasses import replace

from tracer.lists.read.dialect import Separation, records, separate
from tracer.lists.read.encoding import Encoding, public_name
from tracer.lists.read.header import find_header
from tracer.lists.read.landing import doubtful_titles
from tracer.lists.read.model import PartRead
from tracer.lists.read.parsing import Landed, LandingJob, land, quote_of
from tracer.lists.read.reading import SourceReading
from tracer.lists.read.roles import named_columns
from tracer.lists.read.source import Source
from tracer.lists.read.text import TextFacts, find_encoding, scan, text_head, utf8_breaks


def read_delimited(reading: SourceReading, format_hint: str | None = None, *, lines: bool = False) -> PartRead:
    """Reads a delimited text (or one column of lines) as one part.

    `format_hint`: the format's name where the separator does not show it (`txt`); `lines`: one column, without a
    header, whatever separators are in it. Notes what was replaced.
    Raises InputRefused for a text that does not decode, and for too many columns.
    """
    source, options = reading.source, reading.options
    encoding = find_encoding(source, options.encoding)
    facts = scan(source, encoding)
    if (
        options.encoding is None
        and encoding.name == "utf-8"
        and encoding.certain
        and utf8_is_doubtful(source, encoding)
    ):
        encoding = replace(encoding, certain=False)
    text, whole = text_head(source, encoding)
    if lines:
        separation, facts, options = (
            Separation("", "", 1),
            replace(facts, quotes=False),
            replace(options, has_header=False),
        )
    else:
        separation = separate(text)
    head = records(text[: 1 << 18], separation.delimiter, quote_of(separation, facts))
    if not whole and len(head) > 1:
        head.pop()
    width = max((len(row) for row in head), default=1)
    plan = find_header(head, width, options.region, options.has_header, named_columns(options.columns))
    strict, table = options.encoding is not None, reading.namer()
    job = LandingJob(
        reading.con, source, encoding, strict, facts, separation, plan, head, table, reading.limits, options
    )
    landed = land(job, max(width, 1))
    _note(landed, encoding, reading)
    delimiter = separation.delimiter
    return reading.part(
        table, landed, landed.plan.names, format_hint or ("tsv" if delimiter == "\t" else "csv"), landed.account,
        encoding=public_name(encoding.name), delimiter=delimiter or None,
        header_row=landed.plan.skip if landed.plan.depth else None, longest_cell=_longest_cell(facts),
    )  # fmt: skip


def _longest_cell(facts: TextFacts) -> int | None:
    """Bytes of UTF-8 that no cell exceeds: those of a line where none goes on over a line end; None where one may.

    A byte of another encoding, or one that is replaced, becomes three at most.
    """
    return 3 * facts.longest_line if not facts.quotes and not facts.returns else None


def utf8_is_doubtful(source: Source, encoding: Encoding) -> bool:
    """Whether bytes behind the sample are not UTF-8. Files that DuckDB reads itself are judged by its own check."""
    return source.path is None and encoding.bom == 0 and utf8_breaks(source)


def _note(landed: Landed, encoding: Encoding, reading: SourceReading) -> None:
    source, notes = reading.source, reading.notes
    if landed.replaced:
        notes.append(
            f"{source.where}: {landed.replaced:,} places are not {public_name(encoding.name)}"
            " and were replaced by U+FFFD"
        )
    notes += doubtful_titles(landed.plan, source.where)
    if landed.repaired:
        notes.append(f"{source.where}: irregular quotes or line ends; read by the tolerant parser")
