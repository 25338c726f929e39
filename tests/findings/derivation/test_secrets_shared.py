"""Equal secrets of common people show that two lists have one source; without any they say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.trace import trace

PEOPLE = 200


def _list(case: Case, folder: Path, name: str, equal: int, site: str = "", key: bytes | None = b"k" * 32) -> None:
    """`equal` of the people have the secret that others of the same name have too."""
    path = folder / f"{name}.txt"
    rows = (f"{site}user{at}@mail.example:{'same' if at < equal else name}{at}xX!\n" for at in range(PEOPLE))
    path.write_text("".join(rows), encoding="utf-8")
    load_dataset(case, path, DatasetFacts(name, f"holder-{name}"), ReadOptions(secret_key=key))


def _reasons(case: Case) -> list[tuple[str, ...]]:
    trace(case)
    rows = case.con.execute(
        "SELECT list_transform(reasons, lambda r: r.code) FROM derivation"
        " WHERE superseded IS NULL ORDER BY parent, child"
    ).fetchall()
    return [tuple(row) for (row,) in rows]


@pytest.mark.parametrize(("equal", "told"), [(190, True), (90, False)])
def test_more_equal_secrets_than_people_reuse_are_a_reason(tmp_path: Path, equal: int, told: bool) -> None:
    case = memory_case()
    for name in ("one", "two"):
        _list(case, tmp_path, name, equal)
    found = _reasons(case)
    assert found
    assert all(("derivation-secrets" in codes) is told for codes in found)


@pytest.mark.parametrize("key", [None, b"k" * 32])
def test_secrets_of_one_site_or_without_hashes_say_nothing(tmp_path: Path, key: bytes | None) -> None:
    case = memory_case()
    for name in ("one", "two"):
        _list(case, tmp_path, name, 190, site="https://shop.example/:" if key else "", key=key)
    found = _reasons(case)
    assert found
    assert not any("derivation-secrets" in codes for codes in found)
