"""A plain xlsx of text cells, written with the standard library: one sheet a table, always the same bytes.

Knows no styles, formulas or number cells; `tracer.lists.write` keeps the dialect of real workbooks.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import pyarrow as pa

STAMP = (2026, 1, 1, 0, 0, 0)
"""The date of every archive member that a simulation writes: archives of the same rows are the same bytes."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write."""


def workbook(sheets: Sequence[tuple[str, pa.Table]]) -> bytes:
    """An xlsx with one sheet for each (name, table): the column names, then the rows. Empty cells are left out."""
    numbers = range(1, len(sheets) + 1)
    types = [f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>']
    types += [
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
    ]
    listed = [f'<sheet name="{_text(sheets[n - 1][0])}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers]
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{"".join(types)}</Types>',
        "_rels/.rels": _relationships([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f"{''.join(listed)}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(links),
    }
    for number, (_, table) in zip(numbers, sheets, strict=True):
        rows = "".join(_row(index, cells) for index, cells in enumerate(_lines(table), start=1))
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), _HEAD + content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _relationships(links: Sequence[tuple[str, str, str]]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in links)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def _lines(table: pa.Table) -> Iterator[tuple[str, ...]]:
    yield tuple(table.column_names)
    yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def _row(index: int, cells: tuple[str, ...]) -> str:
    written = "".join(
        f'<c r="{_letters(column)}{index}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
        for column, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{index}">{written}</row>'


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(cell: str) -> str:
    return escape(_FORBIDDEN.sub("", cell), {'"': "&quot;", "\t": "&#9;", "\r": "&#13;", "\n": "&#10;"})
