"""A simulated market on disk is the market: the same numbers, read by readers that are not the tool's."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracer.errors import UsageError
from tracer.lists.write.new_workbook import workbook
from tracer.simulate.files import FORMATS, format_of, simulate_dir, write_market
from tracer.simulate.market import Market, MarketSpec
from tracer.simulate.trade import make_market

SPEC = MarketSpec(seed=11, people=4_000, clients=2, collectors=3, copies=9, rows=(150, 300), canaries=6, hidden=0.2)


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market(SPEC)


@pytest.fixture(scope="module")
def folder(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("market")
    write_market(market, target)
    return target


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))


def of(table: pa.Table) -> list[tuple[str, ...]]:
    return [tuple(table.column_names), *zip(*(c.to_pylist() for c in table.columns), strict=True)]


def cells(content: bytes, name: str) -> list[tuple[str, ...]]:
    """Header and rows of a file in one of the formats that can be read with other people's readers."""
    if name == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]
    if name == "parquet":
        table = pq.read_table(io.BytesIO(content))
        return [tuple(table.column_names), *zip(*(c.to_pylist() for c in table.columns), strict=True)]
    if name in {"json", "ndjson"}:
        records = json.loads(content) if name == "json" else [json.loads(line) for line in content.splitlines()]
        return [tuple(records[0]), *(tuple(record.values()) for record in records)]
    if name == "xls-html":
        lines = re.findall("<tr>(.*?)</tr>", content.decode("gb18030"), re.DOTALL)
        return [tuple(re.findall("<td>(.*?)</td>", line, re.DOTALL)) for line in lines]
    if name == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    encoding = {"csv-bom": "utf-8-sig", "csv-gb18030": "gb18030", "zip": "gb18030", "tsv-utf16": "utf-16"}
    text = content.decode(encoding.get(name, "utf-8"))
    delimiter = "\t" if name in {"tsv-utf16", "txt"} else ","
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_every_cell(name: str) -> None:
    table = pa.table(
        {"姓名": ["王芳", "李\u201c娜\u201d", ""], "手机号": ["14212345678", "+86 142 1234 5679", "1.42E+10"]}
    )
    content = FORMATS[name][1](table)
    assert cells(content, name) == of(table)
    assert content == FORMATS[name][1](table)


def test_a_workbook_escapes_markup_and_drops_what_xml_cannot_hold() -> None:
    cells = ["x", "<b>&", "tab\there", "nul\x00gone", " edge ", "return\rhere"]
    content = workbook([('a<b&"c"', [(cell,) for cell in cells]), ("二", [("y",), ("z",)])])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ['a<b&"c"', "二"]
    assert [cell.value for cell in book.worksheets[0]["A"]] == [
        "x", "<b>&", "tab\there", "nulgone", " edge ", "return\rhere",
    ]  # fmt: skip


def test_the_lists_on_disk_are_the_markets(market: Market, folder: Path, manifest: dict[str, Any]) -> None:
    paths = {entry["id"]: folder / entry["path"] for entry in manifest["dataset"]}
    assert list(paths) == [entry.id for entry in market.loaded]
    for index, entry in enumerate(market.loaded):
        assert cells(paths[entry.id].read_bytes(), format_of(index, entry)) == of(market.table(entry.id))


def test_copies_hold_their_canaries_and_no_home_canary(market: Market, folder: Path, manifest: dict[str, Any]) -> None:
    paths = {entry["id"]: folder / entry["path"] for entry in manifest["release"]}
    home = {int(market.population.number[person]) for person in market.home_canaries}
    assert len(paths) == 2 * SPEC.vendors
    formats = {entry.id: format_of(index, entry) for index, entry in enumerate(market.loaded)}
    for release in market.releases:
        assert cells(paths[release.id].read_bytes(), formats[release.dataset]) == of(market.table(release.copy))
        handed = set(market.named(release.copy).linking.tolist())
        assert not home & handed
        assert {int(market.population.number[person]) for person in release.canaries} <= handed


def test_hidden_lists_are_told_in_the_truth_alone(market: Market, folder: Path, manifest: dict[str, Any]) -> None:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    hidden = {entry["id"] for entry in truth["lists"] if entry["hidden"]}
    assert hidden == {entry.id for entry in market.lists if entry.hidden}
    assert not hidden & {entry["id"] for entry in manifest["dataset"]}
    assert {tuple(edge) for edge in truth["edges"]} == set(market.truth.edges)
    assert truth["random"] == market.truth.random
    assert len(truth["retained"]) == len(market.truth.retained)


def test_the_same_spec_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = simulate_dir(tmp_path / "again", SPEC).parent
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [path for path in files if (folder / path).read_bytes() != (again / path).read_bytes()] == []


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        simulate_dir(tmp_path, SPEC)
    with pytest.raises(UsageError, match="not empty"):
        simulate_dir(tmp_path / "note.txt", SPEC)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
