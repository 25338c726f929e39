"""Simulated markets: as asked for, the same for a seed, true to what was done; on disk read by other people's readers,
with numbers that are nobody's."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import phonenumbers
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.simulate.score import closure
from tracer.cli.main import run
from tracer.lists.write.new_workbook import workbook
from tracer.simulate.files import FORMATS, format_of, simulate_dir, write_market
from tracer.simulate.market import SHARES, Market, MarketSpec, market_spec
from tracer.simulate.names import emails
from tracer.simulate.rows import FIRST_DAY
from tracer.simulate.segments import BLOCK, EVERYDAY, FORMS, UNALLOCATED, draw_numbers, make_segments, written_numbers
from tracer.simulate.trade import make_market

SPEC = MarketSpec(seed=11, people=4_000, clients=2, collectors=3, copies=9, rows=(150, 300), canaries=6, hidden=0.2)
SMALL = MarketSpec(seed=7, people=20_000, clients=2, collectors=3, copies=8, rows=(300, 900))
FEW = ["--lists", "8", "--rows", "60"]


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market(SPEC)


@pytest.fixture(scope="module")
def folder(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_market(market, tmp_path_factory.mktemp("market")).parent


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))


def test_a_few_words_become_a_spec_and_a_market_of_that_size() -> None:
    assert market_spec(7) == MarketSpec(seed=7)
    spec = market_spec(2, shares=dict.fromkeys(SHARES, 0.25))
    assert {getattr(spec, name) for name in SHARES} == {0.25}
    for lists in (6, 13):
        made = make_market(market_spec(2, lists=lists, rows=80, shares={"versions": 0.0}))
        handed = {release.copy for release in made.releases}
        assert len([entry for entry in made.lists if entry.id not in handed]) == lists


def test_a_market_is_written_and_its_manifest_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "market"
    assert run(["simulate", str(target), "--seed", "5", *FEW, "--hidden", "0.3", "--set", "masked", "0.5"]) == 0
    assert capsys.readouterr().out.strip() == str(target / "case.toml")
    spec = json.loads((target / "truth.json").read_text(encoding="utf-8"))["spec"]
    assert (spec["seed"], spec["hidden"], spec["masked"], spec["merges"]) == (5, 0.3, 0.5, 0.3)
    refused = {
        "--merges 2": "not between",
        "--lists 3": "too few",
        "--rows 39": "too short",
        "--set magic 0.5": "magic",
    }
    for wrong, told in refused.items():
        assert run(["simulate", str(tmp_path / "other"), *FEW, *wrong.split()]) == 2
        assert told in capsys.readouterr().err
    for taken in (target, target / "case.toml"):
        assert run(["simulate", str(taken), *FEW]) == 2
        assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["market"]


def test_the_truth_is_what_was_done() -> None:
    with pytest.raises(ValueError, match="lower the padding"):
        make_market(replace(SMALL, wrong_numbers=1.0))
    made = make_market(replace(SMALL, hidden=0.4, own_rows=(0.0, 0.0), wrong_numbers=0.0))
    for parent, child in made.truth.edges:
        assert np.intersect1d(made.list_of_id(parent).linking, made.list_of_id(child).linking).size >= 5
        assert not made.list_of_id(parent).hidden
    assert made.truth.ancestors == closure(made.truth.edges)


def test_a_copy_of_a_list_without_names_has_no_names_for_its_rows() -> None:
    made = make_market(replace(SMALL, copies=24, numbers_only=0.3, own_rows=(0.0, 0.0), merges=0.9))
    bare = {entry.id for entry in made.lists if entry.layout.columns == ("phone",)}
    checked = 0
    for entry in made.lists:
        only = [parent for parent in entry.parents if parent in bare]
        if only and "name" in entry.layout.columns:
            rest = np.concatenate([made.list_of_id(p).rows.number for p in entry.parents if p not in bare])
            rows = np.isin(entry.rows.number, made.list_of_id(only[0]).rows.number) & ~np.isin(entry.rows.number, rest)
            assert (entry.rows.name[rows] == -1).all()
            checked += int(rows.sum())
    assert checked > 0


def test_a_release_of_a_client_with_a_row_history_holds_the_rows_of_its_day() -> None:
    made = make_market(replace(SMALL, history=1.0))
    assert made.releases
    for release in made.releases:
        own, copy = made.list_of_id(release.dataset), made.list_of_id(release.copy)
        assert {"created", "deleted"} <= set(own.layout.columns)
        day = (release.date - FIRST_DAY).days
        there = (own.rows.day <= day) & (own.rows.gone > day)
        ordinary = ~np.isin(own.rows.person, [*release.canaries, *made.home_canaries])
        assert (np.isin(own.rows.number, copy.rows.number) == there)[ordinary].all()
        assert not there[ordinary].all()


# On disk.


def of(table: pa.Table) -> list[tuple[str, ...]]:
    return [tuple(table.column_names), *zip(*(c.to_pylist() for c in table.columns), strict=True)]


def cells(content: bytes, name: str) -> list[tuple[str, ...]]:
    """Header and rows of a file in one of the formats that can be read with other people's readers."""
    if name == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]
    if name == "parquet":
        return of(pq.read_table(io.BytesIO(content)))
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
    columns = {"姓名": ["王芳", "李\u201c娜\u201d", ""], "手机号": ["14212345678", "+86 142 1234 5679", "1.42E+10"]}
    table = pa.table(columns)
    content = FORMATS[name][1](table)
    assert cells(content, name) == of(table)
    assert content == FORMATS[name][1](table)


def test_a_workbook_escapes_markup_and_drops_what_xml_cannot_hold() -> None:
    texts = ["x", "<b>&", "tab\there", "nul\x00gone", " edge ", "return\rhere"]
    content = workbook([('a<b&"c"', [(cell,) for cell in texts]), ("二", [("y",), ("z",)])])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ['a<b&"c"', "二"]
    assert [cell.value for cell in book.worksheets[0]["A"]] == [text.replace("\x00", "") for text in texts]


def test_lists_and_copies_on_disk_are_the_markets(market: Market, folder: Path, manifest: dict[str, Any]) -> None:
    lists, copies = ({one["id"]: folder / one["path"] for one in manifest[kind]} for kind in ("dataset", "release"))
    formats = {entry.id: format_of(index, entry) for index, entry in enumerate(market.loaded_lists)}
    assert (list(lists), len(copies)) == (list(formats), 2 * SPEC.vendors)
    for entry in market.loaded_lists:
        assert cells(lists[entry.id].read_bytes(), formats[entry.id]) == of(market.table(entry.id))
    home = {int(market.population.number[person]) for person in market.home_canaries}
    for release in market.releases:
        assert cells(copies[release.id].read_bytes(), formats[release.dataset]) == of(market.table(release.copy))
        handed = set(market.list_of_id(release.copy).linking.tolist())
        assert not home & handed
        assert {int(market.population.number[person]) for person in release.canaries} <= handed


def test_hidden_lists_are_told_in_the_truth_alone(market: Market, folder: Path, manifest: dict[str, Any]) -> None:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    hidden = {entry["id"] for entry in truth["lists"] if entry["hidden"]}
    assert hidden == {entry.id for entry in market.lists if entry.hidden}
    assert not hidden & {entry["id"] for entry in manifest["dataset"]}
    assert {tuple(edge) for edge in truth["edges"]} == set(market.truth.edges)
    assert (truth["random"], len(truth["retained"])) == (market.truth.random, len(market.truth.retained))


def test_the_same_spec_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = simulate_dir(tmp_path / "again", SPEC).parent
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [path for path in files if (folder / path).read_bytes() != (again / path).read_bytes()] == []


# Numbers and names.


def test_libphonenumber_knows_no_subscriber_behind_an_unallocated_prefix() -> None:
    for prefix in UNALLOCATED:
        for middle in range(0, 10_000, 77):  # coprime to 10: all digits occur in all places
            number = phonenumbers.parse(f"+86{prefix}{middle:04d}{(middle * 31) % 10_000:04d}")
            assert not phonenumbers.is_valid_number(number)


def test_numbers_lie_in_their_segments_and_mail_under_reserved_domains(market: Market) -> None:
    rng, segments, numbers = np.random.default_rng(5), market.population.segments, market.population.number
    assert np.unique(numbers).size == numbers.size
    assert np.isin(numbers // BLOCK, segments.prefix).all()
    assert {mail.rsplit(".", 1)[1] for mail in emails(rng, 200)} == {"example", "invalid", "test"}
    with pytest.raises(ValueError, match="do not fit"):
        draw_numbers(rng, make_segments(rng, 2), 20_001)


def test_written_forms_keep_the_digits() -> None:
    rng = np.random.default_rng(8)
    numbers, _ = draw_numbers(rng, make_segments(rng, 2), 400)
    for form in set(FORMS) - {"lossy", "masked", "float"}:
        texts = written_numbers(rng, numbers, {form: 1.0})
        digits = ["".join(str(int(c)) for c in text if c.isdigit()) for text in texts]
        assert [int(text[-11:]) for text in digits] == numbers.tolist(), form
    for form, text in (("full_width", "１４２１２３４５６７８"), ("lossy", "1.42E+10"), ("masked", "142****5678")):
        assert written_numbers(rng, np.array([14212345678]), {form: 1.0})[0] == text
    everyday = written_numbers(rng, numbers, EVERYDAY)
    assert np.unique(everyday).size == pytest.approx(400, abs=10), "only lossy ones coincide"
