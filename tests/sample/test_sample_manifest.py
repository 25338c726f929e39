"""The sample's manifest, which the tests beside this one load, uses every table and word, and names no real firm."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.sample.reading import SAMPLE
from tracer.dossier.vocabulary import (
    CLAIM_KINDS,
    RELATION_KINDS,
    ROLES,
)
from tracer.manifest.json_schema import manifest_schema

MANIFEST: dict[str, Any] = tomllib.loads((SAMPLE / "case.toml").read_text(encoding="utf-8"))


def entries(table: str) -> list[dict[str, Any]]:
    return list(MANIFEST[table])


def test_every_table_and_word_occurs() -> None:
    assert set(manifest_schema()["properties"]) == set(MANIFEST)
    assert {entry["role"] for entry in entries("party")} == set(ROLES)
    assert {entry["kind"] for entry in entries("claim")} == set(CLAIM_KINDS)
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
