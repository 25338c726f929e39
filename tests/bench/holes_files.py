"""Files for `tests.bench.holes`: every format that is read, with each kind of hole that the format can have."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.holes_lists import FIELDS, HEADINGS, Row


@dataclass(frozen=True)
class Sheet:
    """A list as it is about to be written."""

    fields: Sequence[str]
    rows: Sequence[Row]
    region: str

    @property
    def headings(self) -> list[str]:
        """A heading for each field."""
        return [HEADINGS[self.region][FIELDS.index(field)] for field in self.fields]

    def cells(self) -> list[list[str]]:
        """Row by row, without the headings."""
        return [[row[field] for field in self.fields] for row in self.rows]


Write: TypeAlias = Callable[[Sheet, random.Random], bytes]


def _delimited(delimiter: str, encoding: str) -> Write:
    def write(sheet: Sheet, rng: random.Random) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=rng.choice(("\n", "\r\n")))
        writer.writerows([sheet.headings, *sheet.cells()])
        return out.getvalue().encode(encoding, errors="replace")

    return write


def _typed(text: str, field: str) -> Any:
    """A cell as a program stores it: whole numbers and days where it can."""
    if text == "":
        return None
    if field in ("phone", "phone2", "id") and text.isascii() and text.isdigit():
        return int(text)
    if field in ("date", "created", "deleted") and len(text) == 10 and text[4] == "-" and text != "2026-13-45":
        return date.fromisoformat(text)
    return text


def _book(sheet: Sheet, rng: random.Random) -> bytes:
    typed = rng.random() < 0.5
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.create_sheet("list", 0)
    page.append(sheet.headings)
    for row in sheet.rows:
        page.append([_typed(row[field], field) if typed else row[field] for field in sheet.fields])
    book.save(out)
    return out.getvalue()


def _lines(sheet: Sheet, rng: random.Random) -> bytes:
    """Text without columns."""
    between = rng.choice((" ", "  ", ", ", " | "))
    return "\n".join(between.join(cells) for cells in sheet.cells()).encode()


_VCARD = {
    "phone": "TEL",
    "phone2": "TEL;TYPE=HOME",
    "email": "EMAIL",
    "name": "FN",
    "organisation": "ORG",
    "other": "NOTE",
}


def _cards(sheet: Sheet, rng: random.Random) -> bytes:
    drop = rng.random() < 0.5
    cards = []
    for row in sheet.rows:
        lines = [
            f"{_VCARD[field]}:{row[field]}" for field in sheet.fields if field in _VCARD and (row[field] or not drop)
        ]
        if "family" in sheet.fields or "given" in sheet.fields:
            lines.append(f"N:{row['family']};{row['given']};;;")
        if "address" in sheet.fields:
            lines.append(f"ADR:;;{row['address']};{row['city']};{row['province']};;")
        cards.append("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]))
    return "".join(cards).encode()


def _records(sheet: Sheet, rng: random.Random) -> list[dict[str, Any]]:
    """Holes as empty texts, as null, or as absent keys."""
    how, records = rng.choice(("text", "null", "absent")), []
    for row in sheet.rows:
        record = {}
        for heading, field in zip(sheet.headings, sheet.fields, strict=True):
            value = row[field] if how == "text" else _typed(row[field], field)
            if value is not None or how == "null":
                record[heading] = str(value) if isinstance(value, date) else value
        records.append(record)
    return records


def _json(sheet: Sheet, rng: random.Random) -> bytes:
    records = _records(sheet, rng)
    return json.dumps(records if rng.random() < 0.7 else {"data": records}, ensure_ascii=False).encode()


def _ndjson(sheet: Sheet, rng: random.Random) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in _records(sheet, rng)).encode()


def _parquet(sheet: Sheet, rng: random.Random) -> bytes:
    """Columns of texts, of whole or floating numbers, of days; where all cells are empty, of nulls."""
    columns: dict[str, pa.Array] = {}
    for heading, field in zip(sheet.headings, sheet.fields, strict=True):
        texts = [row[field] or None for row in sheet.rows]
        values = [_typed(text or "", field) for text in texts]
        kinds = {type(value) for value in values} - {type(None)}
        if rng.random() < 0.5 or len(kinds) > 1:
            columns[heading] = pa.array(texts, pa.string())
        elif kinds == {int} and rng.random() < 0.5:
            columns[heading] = pa.array([float("nan") if value is None else float(value) for value in values])
        else:
            columns[heading] = pa.array(values)
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


WRITERS: Mapping[str, tuple[str, Write]] = {
    "csv": (".csv", _delimited(",", "utf-8")),
    "csv-gb18030": (".csv", _delimited(",", "gb18030")),
    "csv-cp1252": (".csv", _delimited(",", "cp1252")),
    "csv-semicolon": (".csv", _delimited(";", "utf-8-sig")),
    "tsv": (".tsv", _delimited("\t", "utf-8")),
    "xlsx": (".xlsx", _book),
    "txt": (".txt", _lines),
    "vcf": (".vcf", _cards),
    "json": (".json", _json),
    "ndjson": (".ndjson", _ndjson),
    "parquet": (".parquet", _parquet),
}
"""Name -> suffix and writer."""


def manifest_text(tables: Mapping[str, Sequence[Mapping[str, object]]]) -> str:
    """A manifest: each mapping is one table, a None value is left out."""
    lines = []
    for table, rows in tables.items():
        for row in rows:
            lines.append("[case]" if table == "case" else f"[[{table}]]")
            lines += [f"{key} = {_toml(value)}" for key, value in row.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return str(value) if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
