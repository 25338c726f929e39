"""Writers for the sample's files, each as the program writes it that such lists come from. Same input, same bytes."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
from openpyxl.styles import Alignment, Font

from tracer.simulate.names import Texts

Table: TypeAlias = dict[str, Texts]
"""Header → cells."""
STAMP = (2026, 7, 1, 9, 0, 0)
"""The date of every archive member."""


def cells(table: Table) -> list[tuple[str, ...]]:
    """The table's rows as tuples of strings."""
    return list(zip(*(column.tolist() for column in table.values()), strict=True))


def delimited(table: Table, delimiter: str = ",", *, header: bool = True, ending: str = "\r\n") -> str:
    """The table as delimited text."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
    if header:
        writer.writerow(table)
    writer.writerows(cells(table))
    return stream.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_workbook(path: Path, sheets: Sequence[tuple[str, str, Table, bool]]) -> None:
    """An xlsx by openpyxl: (sheet, title or "", table, hidden). Plain numbers are number cells, all else is text."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, title, table, hidden in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        if title:
            sheet.append([title])
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(table))
            sheet["A1"].font, sheet["A1"].alignment = Font(bold=True), Alignment(horizontal="center")
        sheet.append(list(table))
        for row in cells(table):
            sheet.append([int(cell) if re.fullmatch(r"1\d{10}", cell) else cell or None for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, _with_fixed_dates(buffer.getvalue()))


def _with_fixed_dates(workbook: bytes) -> bytes:
    stamp = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*STAMP)
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp.encode(), content)
            target.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED, 9)
    return result.getvalue()


def write_old_workbook(path: Path, sheet_name: str, table: Table) -> None:
    """A real xls (BIFF8) by xlwt."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(sheet_name)
    for column, (header, texts) in enumerate(table.items()):
        sheet.write(0, column, header)
        for row, text in enumerate(texts.tolist(), start=1):
            sheet.write(row, column, float(text) if re.fullmatch(r"1\d{10}", text) else text)
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, buffer.getvalue())


def write_html_workbook(path: Path, title: str, table: Table) -> None:
    """An `.xls` that is really an HTML page in GB18030, as many web back ends "export to Excel"."""
    head = "".join(f"<th>{html.escape(header)}</th>" for header in table)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells(table)
    )
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=gb18030">'
        f"<title>{title}</title></head><body>\n<table border=1>\n<tr>{head}</tr>\n{body}\n</table></body></html>\n"
    )
    write_bytes(path, page.encode("gb18030"))


def write_json(path: Path, table: Table) -> None:
    """One array of objects; empty values are null."""
    records = [dict(zip(table, (cell or None for cell in row), strict=True)) for row in cells(table)]
    text = json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    write_bytes(path, text.encode())


def write_ndjson(path: Path, table: Table) -> None:
    """One object a line; empty values are left out."""
    rows = ({key: cell for key, cell in zip(table, row, strict=True) if cell} for row in cells(table))
    write_bytes(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def write_parquet(path: Path, table: Table) -> None:
    """A parquet file with text columns and one number column per header that ends in `_no`."""
    columns = {
        header: pa.array(texts.astype(np.int64) if header.endswith("_no") else texts.tolist())
        for header, texts in table.items()
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    write_bytes(path, buffer.getvalue())


def write_cards(path: Path, names: Texts, numbers: Texts, organisations: Texts) -> None:
    """vCards as a telephone exports them: every third 2.1 with quoted-printable names, the others 3.0."""
    cards = []
    for index, (name, number, firm) in enumerate(zip(names, numbers, organisations, strict=True)):
        if index % 3 == 0:
            quoted = "".join(f"={byte:02X}" for byte in name.encode())
            lines = ["VERSION:2.1", f"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{quoted};;;", f"TEL;CELL:{number}"]
        else:
            lines = ["VERSION:3.0", f"N:{name};;;;", f"FN:{name}", f"TEL;TYPE=CELL:{number}"]
            lines += [f"ORG:{firm}"] if firm else []
        cards.append("\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]))
    write_bytes(path, "".join(cards).encode())


def write_gbk_archive(path: Path, members: Sequence[tuple[str, bytes]]) -> None:
    """A zip as Chinese Windows makes it: member names in GBK and no flag that says so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(_GbkName(name, STAMP), content, zipfile.ZIP_DEFLATED, 9)
    write_bytes(path, buffer.getvalue())


class _GbkName(zipfile.ZipInfo):
    """A member whose name is written in GBK without the UTF-8 flag; zipfile has no public way to ask for it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  the name is zipfile's
        return self.filename.encode("gbk"), self.flag_bits
