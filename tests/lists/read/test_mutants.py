"""Some mutated files and manifests from a fixed seed: refused or read. `tests.bench.fuzz` makes more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.fuzz import fuzz_files, fuzz_manifests, fuzz_others
from tests.lists.read.mutants import seeds
from tests.lists.read.reading import read
from tests.signals.other_readers import case_for_others, others
from tracer.errors import InputRefused, UsageError
from tracer.lists.read.model import Limits, file_source
from tracer.lists.read.workbook import _memory


@pytest.mark.parametrize("only", [".csv", ".t", ".json", ".vcf", ".html", ".xml", ".parquet", ".zip", "book"])
def test_mutated_files_are_read_or_refused(tmp_path: Path, only: str) -> None:
    tally = fuzz_files(5, 3, tmp_path, only=only)
    assert (tally.faults, sum(tally.ends.values())) == ([], 5)


def test_mutated_files_beside_lists_are_read_or_refused(tmp_path: Path) -> None:
    tally = fuzz_others(23, 3, tmp_path)
    assert tally.faults == []
    assert {end.partition(": ")[2] for end in tally.ends} == {"read", "refused"}


def test_the_good_files_beside_lists_are_read(tmp_path: Path) -> None:
    case = case_for_others()
    (tmp_path / "made").mkdir()
    for name, other in others(tmp_path / "made").items():
        (tmp_path / name).write_bytes(other.data)
        other.read(case, tmp_path / name)


def test_mutated_manifests_are_read_or_refused(tmp_path: Path) -> None:
    tally = fuzz_manifests(200, 3, tmp_path)
    assert tally.faults == []
    assert {"case.toml: read", "case.toml: refused"} <= set(tally.ends)


def test_a_limit_is_raised_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(seeds()["plain.csv"])
    with pytest.raises(InputRefused, match="24 rows, more than 20; raise the limit: --limit rows"):
        read(path, Limits.raised(["rows=20"]))
    assert read(path, Limits.raised(["rows=24"]))[1].parts[0].rows == 24
    for wrong in ("rows", "rows=x", "rows=0", "paths=3", "rows=²"):
        with pytest.raises(UsageError, match="invalid limit"):
            Limits.raised([wrong])


def test_a_small_workbook_may_not_take_gigabytes(tmp_path: Path) -> None:
    """The child is given what its file can honestly need, whatever the limit for large ones."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(seeds()["book.xlsx"])
    assert _memory(file_source(path), Limits()) < 2 << 30
    assert _memory(file_source(path), Limits(sheet_memory=1 << 30)) == 1 << 30
