"""What a maker knows about the lists that it made, and the files and the manifest through which they are seen."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

from tests.simulate.score import closure

Edge: TypeAlias = tuple[str, str]
"""(parent, child), dataset ids."""


@dataclass(frozen=True)
class Truth:
    """The past of one case; all names are ids of datasets that the manifest loads."""

    edges: frozenset[Edge]
    """(parent, child): data went from the list of which the parent is a specimen to that of the child, through no
    third list of which there is a specimen; also an older and the next newer loaded state of one holder's list."""
    allowed: frozenset[Edge] = frozenset()
    """Ordered pairs that count neither as right nor as wrong, because the past itself is undecided: between identical
    copies, say."""

    @property
    def ancestors(self) -> frozenset[Edge]:
        """(ancestor, descendant): the transitive closure of `edges`; who gives and takes is no ancestor of itself."""
        return frozenset(closure(self.edges))


def write_table(path: Path, table: Iterable[Sequence[str]], form: str, delimiter: str = ",") -> None:
    """One file of text cells; form: xlsx, or the encoding of a csv. The same cells give the same bytes."""
    if form == "xlsx":
        path.write_bytes(_xlsx(table))
        return
    with path.open("w", encoding=form, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(table)


def _xlsx(table: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet of text cells. Written here because libraries put the clock into the file."""
    sheet = ""
    for r, row in enumerate(table, 1):
        cells = (
            f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{escape(v)}</t></is></c>' for c, v in enumerate(row) if v
        )
        sheet += f'<row r="{r}">{"".join(cells)}</row>'
    office, package = "http://schemas.openxmlformats.org/", "application/vnd.openxmlformats-"
    book, rels = f"{office}spreadsheetml/2006/main", f"{office}package/2006/relationships"
    document, kind = f"{office}officeDocument/2006/relationships", f"{package}officedocument.spreadsheetml"
    link = f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{document}/{{}}" Target="{{}}"/></Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{package}package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": link.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{book}" xmlns:r="{document}">'
        '<sheets><sheet name="Export" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": link.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{book}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED, 3)
    return out.getvalue()


def write_manifest(
    folder: Path, *, name: str, region: str = "CN", parties: Iterable[Mapping[str, object]] = (),
    datasets: Iterable[Mapping[str, object]] = (), releases: Iterable[Mapping[str, object]] = (),
    more: Mapping[str, Iterable[Mapping[str, object]]] | None = None, segments: str | None = None,
) -> None:  # fmt: skip
    """Write `case.toml`; each mapping is one table, a None value is left out. more: tables by name."""
    lines = ["[case]", f"name = {_value(name)}", f"region = {_value(region)}"]
    lines += [f"segments = {_value(segments)}"] * (segments is not None) + [""]
    tables = {"party": parties, "dataset": datasets, "release": releases, **(more or {})}
    for table, rows in tables.items():
        for row in rows:
            lines.append(f"[[{table}]]")
            lines += [f"{key} = {_value(value)}" for key, value in row.items() if value is not None]
            lines.append("")
    (folder / "case.toml").write_text("\n".join(lines), encoding="utf-8")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, date)):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
