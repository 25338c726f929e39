"""What was done by mistake is undone or corrected, and what changes nothing says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tracer
from tracer.errors import ExitCode

Rows = list[dict[str, Any]]


@pytest.fixture
def small(tmp_path: Path, tracer: Tracer) -> Path:
    """A client's list and a trader's, each with what may be merged."""
    case = tmp_path / "small"
    tracer("init", case).done()
    rows = "".join(f"p{n},030 23125{n:03d},p{n}@mail.example\n" for n in range(40))
    (tmp_path / "german.csv").write_text(f"name,tel,email\n{rows}", encoding="utf-8")
    tracer("party", "add", "north", "--name", "Ostrava Data", "--alias", "Ostrava", "--case", case).done()
    tracer("party", "add", "south", "--name", "Brno Data", "--case", case).done()
    tracer("load", tmp_path / "german.csv", "--holder", "north", "--id", "lot", "--region", "AT", "--case", case).done()
    tracer("claim", "add", "--party", "north", "--kind", "size", "--value", "500", "--case", case).done()
    tracer("reply", "add", "north", "--asked", "2026-05-03", "--case", case).done()
    tracer("reply", "add", "south", "--asked", "2026-05-03", "--deadline", "2026-05-10", "--case", case).done()
    return case


def all_of(tracer: Tracer, case: Path) -> list[Rows]:
    kinds = ("party", "claim", "relation", "reply", "dataset")
    return [tracer(kind, "list", "-f", "json", "--case", case).json() for kind in kinds]


def test_a_merge_is_asked_for_and_taken_apart(tracer: Tracer, small: Path) -> None:
    before = all_of(tracer, small)
    asked = tracer("party", "merge", "north", "south", "--case", small)
    assert (asked.code, "--yes" in asked.err) == (ExitCode.USAGE, True)
    assert all_of(tracer, small) == before
    merged = tracer("party", "merge", "north", "south", "--yes", "--case", small).done()
    assert "tracer party unmerge north" in merged.err
    assert all_of(tracer, small) != before
    tracer("claim", "add", "--party", "south", "--kind", "random", "--case", small).done()
    apart = tracer("party", "unmerge", "north", "--case", small).done()
    assert apart.json() == {
        "party": "north", "out_of": "south",
        "moved": {"claim.about": 1, "claim.party": 1, "dataset.holder": 1, "reply.party": 1},
    }  # fmt: skip
    after = all_of(tracer, small)
    assert {row["party"] for row in after[1] if row["kind"] == "random"} == {"south"}, "said since the merge"
    after[1] = [row for row in after[1] if row["kind"] != "random"]
    assert after == before
    assert '"party unmerge"' in (small / "journal.jsonl").read_text(encoding="utf-8")
    again = tracer("party", "unmerge", "north", "--case", small)
    assert (again.code, "is not merged" in again.err) == (ExitCode.REFUSED, True)


def test_merges_are_taken_apart_the_last_one_first(tracer: Tracer, small: Path) -> None:
    before = all_of(tracer, small)
    tracer("party", "add", "west", "--name", "Pilsen Data", "--case", small).done()
    tracer("party", "merge", "north", "south", "--yes", "--case", small).done()
    tracer("party", "merge", "south", "west", "--yes", "--case", small).done()
    early = tracer("party", "unmerge", "north", "--case", small)
    assert (early.code, "tracer party unmerge south" in early.err) == (ExitCode.REFUSED, True)
    tracer("party", "unmerge", "south", "--case", small).done()
    tracer("party", "unmerge", "north", "--case", small).done()
    tracer("party", "remove", "west", "--case", small).done()
    assert all_of(tracer, small) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("party", "edit", "north", "--name", "Ostrava Data"), "the case says so already (name)"),
        (("party", "edit", "north"), "no field was given"),
        (("reply", "edit", "south", "--deadline", "2026-05-10"), "the case says so already (deadline)"),
        (("dataset", "edit", "lot", "--holder", "north"), "the case says so already (holder)"),
        (("dataset", "edit", "lot", "--region", "AT"), "the case says so already (region)"),
        (("dataset", "edit", "lot"), "no field was given"),
    ],
)
def test_an_edit_that_changes_nothing_says_why(tracer: Tracer, small: Path, words: tuple[str, ...], why: str) -> None:
    said = tracer(*words, "--case", small).done()
    assert f"Nothing changed: {why}" in said.err
    assert said.json()["changed"] == []
    assert "tracer trace" not in said.err


def test_region_and_columns_are_corrected_from_the_original_that_is_kept(
    tracer: Tracer, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "german.csv").unlink()
    said = tracer("dataset", "edit", "lot", "--region", "DE", "--title", "Lot 1", "--case", small).done().json()
    assert (said["changed"], said["version"], said["identifiers"]) == (["list_title", "region"], 2, 80)
    listed = {row["dataset"]: row for row in tracer("dataset", "list", "-f", "json", "--case", small).json()}
    assert (listed["lot"]["holder"], listed["lot"]["version"], listed["lot"]["title"]) == ("north", 2, "Lot 1")
    wrong = tracer("dataset", "edit", "lot", "--map", "phone=nothing", "--case", small)
    assert wrong.code == ExitCode.REFUSED
    assert {
        row["dataset"]: row["version"] for row in tracer("dataset", "list", "-f", "json", "--case", small).json()
    } == {"lot": 2}
    mapped = tracer("dataset", "edit", "lot", "--map", "other=email", "--case", small).done().json()
    assert (mapped["changed"], mapped["version"], mapped["identifiers"]) == (["columns"], 3, 40)
    assert tracer("verify", "--case", small).code == 0
    tracer("evidence", "extract", "lot", tmp_path / "again.csv", "--case", small).done()


def test_what_was_purged_is_not_read_again_and_stays_purged(tracer: Tracer, small: Path) -> None:
    tracer("purge", "lot", "--yes", "--reason", "the court ordered it", "--case", small).done()
    refused = tracer("dataset", "edit", "lot", "--region", "DE", "--case", small)
    assert (refused.code, "were purged on" in refused.err) == (ExitCode.REFUSED, True)
    tracer("dataset", "remove", "lot", "--case", small).done()
    said = tracer("dataset", "restore", "lot", "--case", small).done()
    assert "stay purged" in said.err


def test_a_list_whose_original_was_not_kept_is_not_read_again(tracer: Tracer, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    rows = "".join(f"p{n}@mail.example,Secret{n}xY!9\n" for n in range(40))
    file.write_text(f"email,password\n{rows}", encoding="utf-8")
    tracer("load", file, "--holder", "north", "--id", "accounts", "--case", small).done()
    refused = tracer("dataset", "edit", "accounts", "--region", "DE", "--case", small)
    assert (refused.code, "its original is not in the case" in refused.err) == (ExitCode.REFUSED, True)
    assert json.loads((small / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])["command"] == "load"
