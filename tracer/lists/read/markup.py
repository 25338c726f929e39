"""Reads tables of HTML pages and of Excel 2003 XML: what many systems export under the name .xls. Each table is a
part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracer.errors import InputRefused
from tracer.lists.read.dialect import batches
from tracer.lists.read.encoding import by_name, find_encoding, public_name
from tracer.lists.read.landing import SourceReading
from tracer.lists.read.model import PartRead, ReadOptions, Source

_SPREAD = 1_000  # cells a span may cover; a page may claim any number
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_html(reading: SourceReading) -> list[PartRead]:
    """The tables of a page that hold no other table and at least two rows."""
    source, options, notes = reading.source, reading.options, reading.notes
    data = source.held(reading.limits)
    said = _CHARSET.search(data[:4_096])
    encoding = find_encoding(source, options.encoding)
    if options.encoding is None and said is not None and not encoding.certain:
        try:
            encoding = by_name(said[1].decode(), data[:4], source.where)
        except InputRefused:  # a page may name a charset that does not exist; the bytes have been judged
            notes.append(f"{source.where}: names an unknown charset; read as {public_name(encoding.name)}")
    text = data[encoding.bom :].decode(encoding.name, "replace")
    page = LexborHTMLParser(text)
    tables = [table for table in page.css("table") if len(table.css("table")) == 1]
    parts = []
    for number, table in enumerate(tables, 1):
        name = f"table {number}" if len(tables) > 1 else None
        rows = list(_html_rows(table))
        parts.append(_land(reading, rows, name, "html", public_name(encoding.name)))
    # The parts, the page's rows outside of them counted in the first one's account.
    read = sum(part.account.lines for part in parts if part.account is not None)
    others = len(page.css("tr")) - read
    if not others or not parts:
        return parts
    notes.append(f"{source.where}: {others:,} rows of tables that hold other tables are left out")
    first, *rest = parts
    account = first.account and replace(first.account, lines=first.account.lines + others, left_out=others)
    return [replace(first, account=account), *rest]


def _land(
    reading: SourceReading, rows: Iterable[list[str]], sheet: str | None, format_name: str, encoding: str | None
) -> PartRead:
    table = reading.namer()
    landing, plan, account = reading.land(batches(rows), table, sheet)
    return reading.part(
        table, landing, plan.names, format_name, account,
        encoding=encoding, sheet=sheet, header_row=plan.skip if plan.depth else None,
    )  # fmt: skip


def _span(node: LexborNode, name: str) -> int:
    text = (node.attributes.get(name) or "1").strip()
    return min(int(text), _SPREAD) if text.isascii() and text.isdigit() and int(text) > 0 else 1


def _html_rows(table: LexborNode) -> Iterator[list[str]]:
    """Rows of cells: a cell over several rows is repeated in each, one over several columns is in the first."""
    reaching: dict[int, tuple[int, str]] = {}
    for line in table.css("tr"):
        row: list[str] = []

        def carry(row: list[str] = row) -> None:
            while len(row) in reaching:
                left, text = reaching.pop(len(row))
                if left > 1:
                    reaching[len(row)] = (left - 1, text)
                row.append(text)

        for cell in line.iter():
            if cell.tag not in ("td", "th"):
                continue
            carry()
            text = " ".join(cell.text(separator=" ").split())
            if _span(cell, "rowspan") > 1:
                reaching[len(row)] = (_span(cell, "rowspan") - 1, text)
            row += [text] + [""] * (_span(cell, "colspan") - 1)
        carry()
        yield row


def _parsed(data: bytes, source: Source, options: ReadOptions) -> Element:
    """The document. The parser knows UTF-8, UTF-16 and codes of one byte; GBK or an unknown name is decoded here."""
    try:
        return fromstring(data)
    except (LookupError, ValueError):
        encoding = find_encoding(source, options.encoding)
        text = data[encoding.bom :].decode(encoding.name, "replace")
        return fromstring(_DECLARATION.sub("", text))


def read_xml_sheets(reading: SourceReading) -> list[PartRead]:
    """The sheets of an Excel 2003 XML workbook. Raises InputRefused for damaged XML and for entities."""
    source, options = reading.source, reading.options
    try:
        root = _parsed(source.held(reading.limits), source, options)
    except (ParseError, DefusedXmlException) as error:
        what = "it declares XML entities" if isinstance(error, DefusedXmlException) else "the XML is damaged or cut off"
        raise InputRefused(what, where=source.where, remedy="save it as xlsx") from error
    parts = []
    for sheet in root.iter(f"{_SHEET}Worksheet"):
        name = sheet.get(f"{_SHEET}Name") or "sheet"
        if options.sheet is not None and name != options.sheet:
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
        parts.append(_land(reading, rows, name, "xls", None))
    return parts
