"""Files that a simulated list can be: format → how its table of texts becomes bytes.

Every writer takes text columns and gives the same bytes for the same table. Real files' dialects are not imitated here;
the sample case and the tests of `tracer.lists.read` do that.
"""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.lists.write.new_workbook import workbook

STAMP = (2026, 1, 1, 0, 0, 0)
"""The date of the member of an archive: archives of the same rows are the same bytes."""


@dataclass(frozen=True)
class SimulatedFormat:
    """A kind of file."""

    suffix: str
    write: Callable[[pa.Table], bytes]
    """Text columns → the file's bytes."""


def _rows(table: pa.Table) -> Iterable[tuple[str, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def delimited(table: pa.Table, delimiter: str, encoding: str, ending: str = "\r\n") -> bytes:
    """Delimited text with a header row."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
    writer.writerow(table.column_names)
    writer.writerows(_rows(table))
    return stream.getvalue().encode(encoding)


def _json(table: pa.Table) -> bytes:
    return json.dumps(table.to_pylist(), ensure_ascii=False).encode()


def _ndjson(table: pa.Table) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()).encode()


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _html(table: pa.Table) -> bytes:
    """An `.xls` that is an HTML page in GB18030."""
    lines = [tuple(table.column_names), *_rows(table)]
    body = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb18030"></head><body><table>\n'
    return f"{head}{body}\n</table></body></html>\n".encode("gb18030")


def _archive(table: pa.Table) -> bytes:
    """A zip with one csv in GB18030."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("list.csv", STAMP)
        archive.writestr(member, delimited(table, ",", "gb18030"), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


FORMATS: Mapping[str, SimulatedFormat] = {
    "csv": SimulatedFormat(".csv", lambda table: delimited(table, ",", "utf-8")),
    "csv-bom": SimulatedFormat(".csv", lambda table: delimited(table, ",", "utf-8-sig")),
    "csv-gb18030": SimulatedFormat(".csv", lambda table: delimited(table, ",", "gb18030")),
    "tsv-utf16": SimulatedFormat(".tsv", lambda table: delimited(table, "\t", "utf-16")),
    "txt": SimulatedFormat(".txt", lambda table: delimited(table, "\t", "utf-8", "\n")),
    "xlsx": SimulatedFormat(".xlsx", lambda table: workbook([("名单", [table.column_names, *_rows(table)])])),
    "xls-html": SimulatedFormat(".xls", _html),
    "json": SimulatedFormat(".json", _json),
    "ndjson": SimulatedFormat(".ndjson", _ndjson),
    "parquet": SimulatedFormat(".parquet", _parquet),
    "zip": SimulatedFormat(".zip", _archive),
}
"""Name → format."""
MARKABLE = ("csv", "csv-bom", "csv-gb18030", "tsv-utf16", "xlsx")
"""Formats of clients' own lists: a marked copy is handed over in the same one."""
