"""The sample's files and manifest: of nobody, as its truth says, and read by the tool as by other readers."""

from __future__ import annotations

import csv
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import phonenumbers
import pytest

from tests.sample.reading import SAMPLE, numbers_in, rows_of_csv, text_of, truth
from tracer.case.case import Case
from tracer.dossier.vocabulary import CLAIM_KINDS, RELATION_KINDS, ROLES
from tracer.manifest.json_schema import manifest_schema
from tracer.simulate.segments import UNALLOCATED

FILES = sorted(
    path
    for path in SAMPLE.rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc"} and "cache" not in str(path)
)
LISTS = {path.stem: path for path in FILES if path.parent.name == "lists"}
COPIES = {path.stem: path for path in FILES if path.parent.name == "releases"}
SOURCES = {"chenxi-hengtu": "chenxi-2026-01", "chenxi-lanheng": "chenxi-2026-01", "chenxi-hesong": "chenxi-2026-04"}
SOURCES |= {"luyan-hengtu": "luyan-2026-02", "luyan-shuoyu": "luyan-2026-02"}


@pytest.fixture(scope="module")
def numbers() -> dict[str, set[int]]:
    return {name: numbers_in(path) for name, path in (LISTS | COPIES).items()}


@pytest.fixture(scope="module")
def canaries() -> dict[str, set[int]]:
    """Kind → numbers."""
    with (SAMPLE / "canaries.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {kind: {int(row["phone"]) for row in rows if row["kind"] == kind} for kind in ("canary", "home", "reserve")}


def test_the_script_makes_exactly_these_files(tmp_path: Path) -> None:
    make: Callable[[Path], None] = runpy.run_path(str(SAMPLE / "make_sample.py"))["make_sample"]
    make(tmp_path)
    made = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    shipped = {str(path.relative_to(SAMPLE)): path.read_bytes() for path in FILES if path.name != "case.toml"}
    assert sorted(made) == sorted(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 4_000_000


def test_no_number_is_anybodys(numbers: dict[str, set[int]]) -> None:
    found = set().union(*numbers.values())
    for path in FILES:
        if path.suffix in {".csv", ".toml", ".json", ".txt", ".xml", ".mbox", ".tsv"}:
            found |= numbers_in(path)
    assert len(found) > 15_000
    assert {number // 10**8 for number in found} <= set(UNALLOCATED)
    some = np.random.default_rng(0).choice(sorted(found), 3_000, replace=False).tolist()
    assert not any(phonenumbers.is_valid_number(phonenumbers.parse(str(number), "CN")) for number in some)


def test_no_text_holds_a_number_that_libphonenumber_would_find() -> None:
    for path in [SAMPLE / "case.toml", *(SAMPLE / "evidence").glob("*.txt"), LISTS["huaixu-teaser"]]:
        matches = phonenumbers.PhoneNumberMatcher(text_of(path), "CN", leniency=phonenumbers.Leniency.VALID)
        assert [match.raw_string for match in matches] == []


def test_segments_of_lists_are_in_the_table_and_line_numbers_are_not(numbers: dict[str, set[int]]) -> None:
    table = {int(row[0]) for row in rows_of_csv(SAMPLE / "segments.csv")}
    assert {number // 10_000 for name in LISTS for number in numbers[name]} <= table
    assert not table & {1635550, 1635551, 1693330}


def test_what_a_copy_has_beyond_its_dataset_are_canaries(
    numbers: dict[str, set[int]], canaries: dict[str, set[int]]
) -> None:
    planted = {copy: numbers[copy] - numbers[source] for copy, source in SOURCES.items()}
    assert {copy: len(found) for copy, found in planted.items()} == dict.fromkeys(SOURCES, 16)
    assert set().union(*planted.values()) == canaries["canary"]
    assert len(canaries["canary"]) == 5 * 16  # no canary stands in two copies


def test_home_canaries_stand_in_the_clients_lists_and_in_no_copy(
    numbers: dict[str, set[int]], canaries: dict[str, set[int]]
) -> None:
    own = numbers["chenxi-2026-01"] | numbers["luyan-2026-02"]
    assert canaries["home"] <= own
    assert not any(canaries["home"] & numbers[copy] for copy in SOURCES)
    holders = {name for name in LISTS if canaries["home"] & numbers[name]}
    assert holders == {"chenxi-2026-01", "chenxi-2026-04", "luyan-2026-02", "heyu-decor-2026-06"}


def test_controls_and_reserve_stand_in_no_list(numbers: dict[str, set[int]], canaries: dict[str, set[int]]) -> None:
    controls = {int(row[0]) for row in rows_of_csv(SAMPLE / "controls.csv")}
    assert len(controls) == 16
    assert not any((controls | canaries["reserve"]) & found for found in numbers.values())


def test_the_truth_counts_the_canaries_rightly(numbers: dict[str, set[int]]) -> None:
    planted = {copy: numbers[copy] - numbers[source] for copy, source in SOURCES.items()}
    seen = {(name, copy): len(planted[copy] & numbers[name]) for name in LISTS for copy in SOURCES}
    told = truth()["canaries"]
    expected = {(row["dataset"], row["of"]): row["readable"] for row in told if isinstance(row, dict)}
    assert {pair: n for pair, n in seen.items() if n} == {pair: n for pair, n in expected.items() if pair[1] in SOURCES}


MANIFEST: dict[str, Any] = tomllib.loads((SAMPLE / "case.toml").read_text(encoding="utf-8"))


def entries(table: str) -> list[dict[str, Any]]:
    return list(MANIFEST[table])


def test_every_table_and_word_occurs() -> None:
    assert set(manifest_schema()["properties"]) == set(MANIFEST)
    assert {entry["role"] for entry in entries("party")} == set(ROLES)
    assert {entry["kind"] for entry in entries("claim")} == set(CLAIM_KINDS) - {"stated_origin"}
    assert {entry["kind"] for entry in entries("relation")} == set(RELATION_KINDS)
    assert sum(entry["role"] == "client" for entry in entries("party")) == 2
    assert sum(entry["role"] == "system_vendor" for entry in entries("party")) == 3
    assert any(entry.get("protected") for entry in entries("party"))


def test_every_file_is_of_the_manifest() -> None:
    paths = {entry["path"] for table in set(MANIFEST) - {"case"} for entry in entries(table) if "path" in entry}
    assert {str(f.relative_to(SAMPLE)) for f in SAMPLE.glob("*/*.*") if "making" not in str(f)} <= paths


def test_invented_names_are_no_well_known_firms() -> None:
    known = "华为 腾讯 阿里 百度 京东 小米 字节 美团 滴滴 网易 新浪 搜狐 顺丰 海尔 格力 联想 中兴 移动 联通 电信"
    names = " ".join(
        " ".join([entry["name"], entry.get("name_zh", ""), *entry.get("aliases", [])]) for entry in entries("party")
    )
    assert [name for name in known.split() if name in names] == []


DATASETS = {entry["id"]: entry for entry in entries("dataset")}
FORMATS = {
    "lanheng-audit-2026-05": "xls", "huaixu-lot7": "html", "registry-2026-03": "zip", "beiling-2026-07": "xlsx",
    "hesong-2026-06": "vcf", "huaixu-teaser": "txt", "hengtu-backend-2026-05": "parquet", "yigu-leads-2026-04": "json",
    "miaopu-users-2026-01": "ndjson", "chenxi-refusals": "tsv", "quandu-2026-05": "csv",
}  # fmt: skip
MOBILES = range(86 * 10**11 + 10**10, 86 * 10**11 + 2 * 10**10)
"""Keys of Chinese mobile numbers: 86 and eleven digits from 1."""


@pytest.mark.parametrize("name", DATASETS)
def test_the_numbers_of_each_list(case: Case, numbers: dict[str, set[int]], name: str) -> None:
    def keys(table: str, condition: str = "true") -> set[int]:
        found = f"SELECT t.key FROM {table} t JOIN dataset d ON d.no = t.dataset WHERE d.id = $id AND {condition}"
        return {key - 86 * 10**11 for (key,) in case.con.execute(found, {"id": name}).fetchall() if key in MOBILES}

    hotlines = keys("junk", "t.reason = 'hotline'")
    written = numbers[Path(DATASETS[name]["path"]).stem]
    assert keys("membership") == written - {11111111111} - hotlines
    assert len(hotlines) == (name == "registry-2026-03")


def test_formats_and_rejects(case: Case) -> None:
    formats = dict(case.con.execute("SELECT id, format FROM dataset ORDER BY id").fetchall())
    assert {name: formats[name] for name in FORMATS} == FORMATS
    reasons = dict(
        case.con.execute(
            "SELECT r.reason, count(*) FROM reject r JOIN dataset d ON d.no = r.dataset"
            " WHERE d.id IN ('huaixu-lot7', 'quandu-2026-05') GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
    assert reasons == {"scientific notation lost digits": 35, "masked": 164}
