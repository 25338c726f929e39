"""The tool reads from the sample's files what readers read that are not the tool's: number by number, list by list."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sample.reading import SAMPLE, numbers_in
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import store_parts
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions

DATASETS: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in tomllib.loads((SAMPLE / "case.toml").read_text(encoding="utf-8"))["dataset"]
}
FORMATS = {
    "lanheng-audit-2026-05": "xls", "huaixu-lot7": "html", "registry-2026-03": "zip", "beiling-2026-07": "xlsx",
    "hesong-2026-06": "vcf", "huaixu-teaser": "txt", "hengtu-backend-2026-05": "parquet", "yigu-leads-2026-04": "json",
    "miaopu-users-2026-01": "ndjson", "chenxi-refusals": "tsv", "quandu-2026-05": "csv",
}  # fmt: skip
MOBILES = range(86 * 10**11 + 10**10, 86 * 10**11 + 2 * 10**10)
"""Keys of Chinese mobile numbers: 86 and eleven digits from 1."""


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    with memory_case() as case:
        for name, entry in DATASETS.items():
            options = ReadOptions(encoding=entry.get("encoding"), columns=entry.get("columns", {}))
            read = read_file(case.con, SAMPLE / entry["path"], options)
            store_parts(case.con, read, DatasetFacts(id=name, holder=entry["holder"]))
        yield case


@pytest.mark.parametrize("name", DATASETS)
def test_the_numbers_of_each_list(case: Case, name: str) -> None:
    keys = case.con.execute(
        "SELECT m.key FROM membership m JOIN dataset d ON d.no = m.dataset WHERE d.id = $id ORDER BY m.key",
        {"id": name},
    ).fetchall()
    linked = {key - 86 * 10**11 for (key,) in keys if key in MOBILES}
    hotlines = case.con.execute(
        "SELECT j.key FROM junk j JOIN dataset d ON d.no = j.dataset WHERE d.id = $id AND j.reason = 'hotline'",
        {"id": name},
    ).fetchall()
    known = {key - 86 * 10**11 for (key,) in hotlines}
    assert linked == {number for number in numbers_in(SAMPLE / DATASETS[name]["path"]) if number != 11111111111} - known
    assert len(known) == (name == "registry-2026-03")


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
