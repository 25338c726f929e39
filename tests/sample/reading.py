"""Reads the sample's lists with readers that are not the tool's, so that the two cannot be wrong together."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import python_calamine

SAMPLE = Path(__file__).parents[2] / "sample_data"
ENCODINGS = {
    "chenxi-refusals.tsv": "utf-16",
    "tender-2026-04.tsv": "gb18030",
    "quandu-2026-05.csv": "gb18030",
    "tongyao-2026-03.csv": "gb18030",
    "huaixu-lot7.xls": "gb18030",
    "heyu-decor-2026-06.csv": "big5",
}
"""The others are UTF-8, with a byte order mark or without."""


def text_of(path: Path) -> str:
    """A text file of the sample, decoded as it was written."""
    return path.read_bytes().decode(ENCODINGS.get(path.name, "utf-8-sig"))


def cells_of(path: Path) -> str:
    """All cells of a file as one text, a cell a line."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(str(c) for s in book for row in s.iter_rows(values_only=True) for c in row if c is not None)
    if path.suffix == ".parquet":
        return "\n".join(str(cell) for column in pq.read_table(path).columns for cell in column.to_pylist())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, metadata_encoding="gbk") as archive:
            return "\n".join(archive.read(name).decode("gb18030") for name in archive.namelist())
    if path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0":
        rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        return "\n".join(f"{cell:.0f}" if isinstance(cell, float) else str(cell) for row in rows for cell in row)
    return text_of(path)


def numbers_in(path: Path) -> set[int]:
    """The mobile numbers of a file, in whatever form they are written (masked and lossy ones are none)."""
    text = unicodedata.normalize("NFKC", cells_of(path))
    text = re.sub(r"\d{4}-\d\d-\d\d", " ", text)  # dates
    text = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return {int(found) for found in re.findall(r"(?<!\d)(?:\+?86|0086|0)?(1[3-9]\d{9})(?=\.0(?!\d)|(?![.\d]))", text)}


def rows_of_csv(path: Path) -> list[list[str]]:
    delimiter = "\t" if path.suffix == ".tsv" else ","
    return list(csv.reader(io.StringIO(text_of(path)), delimiter=delimiter))[1:]


def truth() -> dict[str, list[object]]:
    return dict(json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8")))
