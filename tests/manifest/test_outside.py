"""Paths of a manifest stay in its folder: every key that names a file, by every way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.model import TABLES, Known, allowed_words
from tracer.manifest.read import read_manifest
from tracer.records import Kind

KEYS = [
    (table, name) for table, keys in TABLES.items() for name, key in keys.items() if key.kind in (Kind.FILE, Kind.FILES)
]
_FILLED = {Kind.ID: '"x"', Kind.PARTY: '"p"', Kind.DATASET: '"d"', Kind.TEXT: '"text"', Kind.DATE: "2026-01-01"}
WAYS = ("../out/bait.csv", "AWAY/bait.csv", "link.csv", "folder/bait.csv", "../out/*.csv", "folder/*.csv")


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_no_path_leads_out(tmp_path: Path, table: str, key: str) -> None:
    home, away = tmp_path / "in", tmp_path / "out"
    home.mkdir()
    away.mkdir()
    (away / "bait.csv").write_text("phone\n14000000001\n", encoding="utf-8")
    (home / "link.csv").symlink_to(away / "bait.csv")
    (home / "folder").symlink_to(away)
    needed = [
        f"{name} = {json.dumps(allowed_words(told)[0]) if told.words else _FILLED[told.kind]}\n"
        for name, told in TABLES[table].items() if told.required and name != key
    ]  # fmt: skip
    known = Known(datasets={"d": "x"})
    head = f"[{table}]\n" if table == "case" else f"[[{table}]]\n"
    for way in WAYS:
        written = way.replace("AWAY", str(away))
        (home / "case.toml").write_text(f'{head}{"".join(needed)}{key} = "{written}"\n', encoding="utf-8")
        with pytest.raises(InputRefused, match=r"outside the folder of the manifest; .*--allow-outside"):
            read_manifest(home / "case.toml", known)
        try:
            read_manifest(home / "case.toml", known, outside=True)
        except InputRefused as other:
            assert "outside" not in other.line()  # noqa: PT017 - that it is refused for something else is no matter
