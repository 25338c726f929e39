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
    tracer("party", "add", "north", "--name", "Ostrava Data", "--alias", "Ostrava").done()
    tracer("party", "add", "south", "--name", "Brno Data").done()
    tracer("load", tmp_path / "german.csv", "--holder", "north", "--id", "lot", "--region", "AT").done()
    tracer("claim", "add", "--party", "north", "--kind", "size", "--value", "500").done()
    tracer("reply", "add", "north", "--asked", "2026-05-03").done()
    tracer("reply", "add", "south", "--asked", "2026-05-03", "--deadline", "2026-05-10").done()
    return case


def all_of(tracer: Tracer, case: Path) -> list[Rows]:
    kinds = ("party", "claim", "relation", "reply", "dataset")
    return [tracer.rows(kind, "list", "--case", case) for kind in kinds]


def test_a_merge_is_asked_for_and_taken_apart(tracer: Tracer, small: Path) -> None:
    before = all_of(tracer, small)
    tracer("party", "merge", "north", "south").ends(ExitCode.USAGE, "--yes")
    assert all_of(tracer, small) == before
    tracer("party", "merge", "north", "south", "--yes").ends(0, "tracer party unmerge north")
    assert all_of(tracer, small) != before
    tracer("claim", "add", "--party", "south", "--kind", "random").done()
    apart = tracer("party", "unmerge", "north").done()
    assert apart.json() == {
        "party": "north", "out_of": "south",
        "moved": {"claim.about": 1, "claim.party": 1, "dataset.holder": 1, "reply.party": 1},
    }  # fmt: skip
    after = all_of(tracer, small)
    assert {row["party"] for row in after[1] if row["kind"] == "random"} == {"south"}, "said since the merge"
    after[1] = [row for row in after[1] if row["kind"] != "random"]
    assert after == before
    assert '"party unmerge"' in (small / "journal.jsonl").read_text(encoding="utf-8")
    tracer("party", "unmerge", "north").ends(ExitCode.REFUSED, "is not merged")


def test_merges_are_taken_apart_the_last_one_first(tracer: Tracer, small: Path) -> None:
    tracer("party", "add", "west", "--name", "Pilsen Data").done()
    before = all_of(tracer, small)
    for words in ("merge north south --yes", "merge south west --yes"):
        tracer("party", *words.split()).done()
    tracer("party", "unmerge", "north").ends(ExitCode.REFUSED, "tracer party unmerge south")
    for party in ("south", "north"):
        tracer("party", "unmerge", party).done()
    assert all_of(tracer, small) == before


def test_an_edit_that_changes_nothing_says_why(tracer: Tracer, small: Path) -> None:
    for words, why in (
        ("party edit north --name", "the case says so already (name)"), ("party edit north", "no field was given"),
        ("reply edit south --deadline 2026-05-10", "the case says so already (deadline)"),
        ("dataset edit lot --holder north", "the case says so already (holder)"),
        ("dataset edit lot --region AT", "the case says so already (region)"),
        ("dataset edit lot", "no field was given"),
    ):  # fmt: skip
        said = tracer(*words.split(), *(["Ostrava Data"] if words.endswith("--name") else [])).done()
        assert (f"Nothing changed: {why}" in said.err, "tracer trace" in said.err) == (True, False)
        assert said.json()["changed"] == []
    tracer("trace").done()
    tracer("party", "edit", "north", "--name", "Ostrava AG").ends(0, "Run `tracer trace`")


def test_region_and_columns_are_corrected_from_the_original(tracer: Tracer, small: Path, tmp_path: Path) -> None:
    original = (tmp_path / "german.csv").read_bytes()
    (tmp_path / "german.csv").unlink()
    said = tracer("dataset", "edit", "lot", "--region", "DE", "--title", "Lot 1").done().json()
    assert (said["changed"], said["version"], said["identifiers"]) == (["list_title", "region"], 2, 80)
    listed = {row["dataset"]: row for row in tracer.rows("dataset", "list")}
    assert (listed["lot"]["holder"], listed["lot"]["version"], listed["lot"]["title"]) == ("north", 2, "Lot 1")
    tracer("dataset", "edit", "lot", "--map", "phone=nothing").ends(ExitCode.REFUSED)
    assert {row["dataset"]: row["version"] for row in tracer.rows("dataset", "list")} == {"lot": 2}
    mapped = tracer("dataset", "edit", "lot", "--map", "other=email").done().json()
    assert (mapped["changed"], mapped["version"], mapped["identifiers"]) == (["columns"], 3, 40)
    assert tracer("verify").code == 0
    tracer("evidence", "extract", "lot", tmp_path / "again.csv").done()
    assert (tmp_path / "again.csv").read_bytes() == original


def test_what_was_purged_is_not_read_again_and_stays_purged(tracer: Tracer, small: Path) -> None:
    tracer("purge", "lot", "--yes", "--reason", "the court ordered it").done()
    tracer("dataset", "edit", "lot", "--region", "DE").ends(ExitCode.REFUSED, "were purged on")
    tracer("dataset", "remove", "lot").done()
    tracer("dataset", "restore", "lot").ends(0, "stay purged")


def test_a_list_whose_original_was_not_kept_is_not_read_again(tracer: Tracer, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    rows = "".join(f"p{n}@mail.example,Secret{n}xY!9\n" for n in range(40))
    file.write_text(f"email,password\n{rows}", encoding="utf-8")
    tracer("load", file, "--holder", "north", "--id", "accounts").done()
    tracer("dataset", "edit", "accounts", "--region", "DE").ends(ExitCode.REFUSED, "its original is not in the case")
    assert json.loads((small / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])["command"] == "load"
