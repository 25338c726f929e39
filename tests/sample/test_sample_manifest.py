"""The sample's manifest says what the contract allows, all of it, and points at nothing that is not there."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from tests.sample.reading import SAMPLE
from tracer.dossier.vocabulary import (
    CANARY_KINDS,
    CHANNELS,
    CLAIM_KINDS,
    COLUMN_ROLES,
    EVIDENTIAL_BASES,
    ID_PATTERN,
    LAWFUL_BASES,
    ORIGINS,
    RELATION_KINDS,
    ROLES,
)

KEYS = {
    "case": "name region segments rules",
    "party": "id name name_en name_zh role aliases province industry protected evidence",
    "dataset": "id path holder obtained created origin columns encoding region sheet collected_under used_under "
    "evidence title title_en title_zh",
    "canaries": "path kind",
    "release": "id dataset to date ends purpose use_basis path evidence",
    "claim": "id party about speaker channel kind value dataset said quote evidence",
    "relation": "kind from to date basis evidence",
    "line": "id numbers path vendor carrier province hand",
    "signals": "path format",
    "complaints": "path",
    "reply": "party asked deadline answered text",
    "evidence": "id path text kind acquired by",
}
REQUIRED = {
    "party": "id",
    "dataset": "path",
    "canaries": "path",
    "release": "dataset to",
    "claim": "party kind",
    "relation": "kind from to",
    "line": "id",
    "signals": "path",
    "complaints": "path",
    "reply": "party",
    "evidence": "id",
}
DATES = ("obtained", "created", "date", "ends", "said", "asked", "deadline", "answered", "acquired")
MANIFEST: dict[str, Any] = tomllib.loads((SAMPLE / "case.toml").read_text(encoding="utf-8"))


def entries(table: str) -> list[dict[str, Any]]:
    return list(MANIFEST[table])


def test_every_table_of_the_contract_is_there_and_no_other() -> None:
    assert set(MANIFEST) == set(KEYS)
    assert set(MANIFEST["case"]) <= set(KEYS["case"].split())


@pytest.mark.parametrize("table", REQUIRED)
def test_tables_have_the_keys_of_the_contract(table: str) -> None:
    for entry in entries(table):
        assert set(entry) <= set(KEYS[table].split()), entry
        assert set(REQUIRED[table].split()) <= set(entry), entry
        assert all(type(entry[key]) is date for key in DATES if key in entry), entry


def test_files_are_there() -> None:
    paths = [MANIFEST["case"]["segments"]]
    paths += [entry["path"] for table in REQUIRED for entry in entries(table) if "path" in entry]
    assert [path for path in paths if not (SAMPLE / path).is_file()] == []
    unused = {str(f.relative_to(SAMPLE)) for f in SAMPLE.glob("*/*.*") if "making" not in str(f)} - set(paths)
    assert unused == set()


def test_ids_are_well_formed_and_unique() -> None:
    for table in ("party", "dataset", "release", "claim", "line", "evidence"):
        ids = [entry["id"] for entry in entries(table)]
        assert len(set(ids)) == len(ids)
        assert all(ID_PATTERN.match(entry) for entry in ids)


def test_everything_referred_to_exists() -> None:
    parties = {entry["id"] for entry in entries("party")}
    datasets = {entry["id"] for entry in entries("dataset")}
    papers = {entry["id"] for entry in entries("evidence")}
    named = {entry[key] for table, key in _party_keys() for entry in entries(table) if key in entry}
    assert named <= parties
    assert {
        entry["dataset"] for table in ("release", "claim") for entry in entries(table) if "dataset" in entry
    } <= datasets
    cited = {paper for table in REQUIRED for entry in entries(table) for paper in entry.get("evidence", [])}
    assert cited <= papers


def _party_keys() -> list[tuple[str, str]]:
    return [
        ("dataset", "holder"), ("release", "to"), ("claim", "party"), ("claim", "about"), ("relation", "from"),
        ("relation", "to"), ("line", "vendor"), ("line", "carrier"), ("reply", "party"),
    ]  # fmt: skip


def test_words_are_the_contracts() -> None:
    vocabularies = {
        ("party", "role"): ROLES, ("relation", "kind"): RELATION_KINDS, ("relation", "basis"): EVIDENTIAL_BASES,
        ("claim", "kind"): CLAIM_KINDS, ("claim", "channel"): CHANNELS, ("dataset", "origin"): ORIGINS,
        ("dataset", "collected_under"): LAWFUL_BASES, ("dataset", "used_under"): LAWFUL_BASES,
        ("release", "use_basis"): LAWFUL_BASES, ("canaries", "kind"): CANARY_KINDS,
    }  # fmt: skip
    for (table, key), words in vocabularies.items():
        assert {entry[key] for entry in entries(table) if key in entry} <= set(words), (table, key)
    assert {role for entry in entries("dataset") for role in entry.get("columns", {})} <= set(COLUMN_ROLES)


def test_the_market_is_complete() -> None:
    assert {entry["role"] for entry in entries("party")} == set(ROLES)
    assert {entry["kind"] for entry in entries("claim")} == set(CLAIM_KINDS)
    assert {entry["kind"] for entry in entries("relation")} == set(RELATION_KINDS)
    assert sum(entry["role"] == "client" for entry in entries("party")) == 2
    assert sum(entry["role"] == "system_vendor" for entry in entries("party")) == 3
    assert any(entry.get("protected") for entry in entries("party"))


def test_invented_names_are_no_well_known_firms() -> None:
    known = "华为 腾讯 阿里 百度 京东 小米 字节 美团 滴滴 网易 新浪 搜狐 顺丰 海尔 格力 联想 中兴 移动 联通 电信"
    names = " ".join(
        " ".join([entry["name"], entry.get("name_zh", ""), *entry.get("aliases", [])]) for entry in entries("party")
    )
    assert [name for name in known.split() if name in names] == []
