"""A new xlsx workbook, for sources whose own format is no longer written: xls, ods, and HTML called xls."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from xml.sax.saxutils import escape, quoteattr

from tracer.lists.write.model import PartEdit, SourcePart, Template, spliced
from tracer.lists.write.xlsx.references import letters

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Row = Sequence[str | None]
REWRITTEN = frozenset({"xls", "ods", "html", "xml"})
"""Formats of sources whose copies become new workbooks."""


class NewWorkbookTemplate(Template):
    """The parts of a source as sheets of text cells. A number stays text, so that no digit is lost."""

    suffix = ".xlsx"

    def __init__(self, parts: Sequence[SourcePart], rows: Mapping[int, Sequence[Row]], was: str) -> None:
        self.parts, self.rows = parts, rows
        self.notes: tuple[str, ...] = (
            f"the source is {was}; the copies are xlsx, with text cells and without its formatting",
        )

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        sheets = []
        for number, part in enumerate(self.parts, 1):
            rows = spliced(self.rows[part.part], edits.get(part.part, PartEdit()), attrgetter("cells"))
            header = [part.headers] if any(part.headers) else []
            sheets.append((part.sheet or f"Sheet{number}", [*header, *rows]))
        return workbook(sheets)


def workbook(sheets: Sequence[tuple[str, Iterable[Row]]]) -> bytes:
    """A workbook with these sheets (name, rows) of text cells; the same bytes for the same rows."""
    names = [f"sheet{i}.xml" for i in range(1, len(sheets) + 1)]
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{_DOC}/worksheet" Target="worksheets/{name}"/>'
        for i, name in enumerate(names, 1)
    )
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{i}" r:id="rId{i}"/>' for i, (title, _) in enumerate(sheets, 1)
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/{name}" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for name in names
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{kinds}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    for name, (_, rows) in zip(names, sheets, strict=True):
        data = "".join(f'<row r="{number}">{"".join(_cells(number, row))}</row>' for number, row in enumerate(rows, 1))
        members[f"xl/worksheets/{name}"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _XML + text)
    return sink.getvalue()


def _cells(number: int, row: Row) -> Iterator[str]:
    for column, cell in enumerate(row):
        if cell:
            text = escape(_CONTROL.sub("", cell), {"\r": "&#13;"})
            name = f"{letters(column)}{number}"
            yield f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
