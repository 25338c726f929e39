"""Columns that are left out of json and vCard sources: what is left is as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lists.loading import load_text
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.write.left_out import without_columns
from tracer.marking.persona.source_list import read_source_list

ITEM = """{{"phone": "+1 312 555 01{n}", "note": "a, \\"b\\" {{", "paid": 1.10, "home": {{"city": "X", "zip": [1,  2]}},
  "last": "z{n}"}}"""
CARD = """BEGIN:VCARD\r
VERSION:3.0\r
FN:Ann Doe {n}\r
NOTE:one\r
 and two\r
item1.TEL;TYPE=CELL:+1 312 555 01{n}\r
item2.NOTE;ENCODING=QUOTED-PRINTABLE:three=\r
four\r
END:VCARD\r
"""


@pytest.mark.parametrize(
    ("name", "model", "left", "between", "columns"),
    [
        ("a.json", ITEM, ITEM.replace('"note": "a, \\"b\\" {{", ', "").replace('"city": "X", ', ""), ",\n",
         ("note", "home.city")),
        ("a.ndjson", ITEM.replace("\n", ""), ITEM.replace("\n", "").replace(',  "last": "z{n}"', ""), "\n", ("last",)),
        ("a.vcf", CARD, CARD.replace("NOTE:one\r\n and two\r\n", "").replace(
            "item2.NOTE;ENCODING=QUOTED-PRINTABLE:three=\r\nfour\r\n", ""), "", ("NOTE",)),
    ],
)  # fmt: skip
def test_keys_and_properties_are_left_out_and_the_rest_stays(
    tmp_path: Path, name: str, model: str, left: str, between: str, columns: tuple[str, ...]
) -> None:
    def whole(text: str) -> str:
        body = between.join(text.format(n=n) for n in range(10, 40))
        return f"[{body}]" if name.endswith(".json") else body

    case, path = memory_case(), tmp_path / name
    load_text(case, path, whole(model), region="US")
    parts = read_source_list(case.con, "a").parts
    gone = [tuple(i for i, heading in enumerate(part.headers) if heading in columns) for part in parts]
    content, kept = without_columns(path.read_bytes(), parts, gone, name)
    assert content == whole(left).encode()
    assert not {*kept[0].headers} & {*columns}


def test_a_workbook_says_what_to_do(tmp_path: Path) -> None:
    case = memory_case()
    load_text(case, tmp_path / "a.json", '[{"phone": "+1 312 555 0101", "note": "a"}]', region="US")
    (part,) = read_source_list(case.con, "a").parts
    with pytest.raises(InputRefused, match="formulas, tables, charts"):
        without_columns(b"", [replace(part, format="xlsx")], [(1,)], "a.xlsx")
