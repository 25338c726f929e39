"""Loading files: sealed, journaled, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lists.loading import load_text
from tracer.case.case import Case, create_case, open_case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists import load
from tracer.lists.load import DatasetFacts, load_dataset, load_files
from tracer.lists.read.model import ReadOptions

_ROWS = "姓名,手机号,公司\n赵安文,14200000001,虚构甲\n钱博武,+86 142-0000-0002,虚构乙\n孙超双,142****0003,虚构丙\n"
TABLES = ("dataset", "part", "dataset_column", "membership", "duplicate", "contact_alias", "reject", "junk", "original")


def _write(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text(_ROWS, encoding="utf-8")
    return path


def _counts(case: Case) -> dict[str, int]:
    counts = {table: len(case.con.execute(f"SELECT 1 FROM {table}").fetchall()) for table in TABLES}
    raw = case.con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw'").fetchall()
    return {**counts, "raw": len(raw), "sealed": len(case.vault.files.names())}


def test_a_file_is_loaded_sealed_and_journaled(tmp_path: Path) -> None:
    path = _write(tmp_path)
    with create_case(tmp_path / "case", key_file=tmp_path / "key") as case:
        loaded = load_dataset(case, path, DatasetFacts("d1", "vendor"), ReadOptions())
    assert (loaded.rows, loaded.identifiers, loaded.rejected, loaded.version) == (3, 2, 1, 1)
    with open_case(tmp_path / "case", key_file=tmp_path / "key", read_only=True) as case:
        stored = case.con.execute("SELECT path, sha256, bytes, format, rows, options FROM dataset").fetchone()
        assert stored is not None
        assert stored[0] == str(path)
        assert case.vault.files.read(stored[1]) == path.read_bytes()
        assert stored[2:5] == (path.stat().st_size, "csv", 3)
        assert json.loads(stored[5])["region"] == "CN"
        assert case.con.execute("SELECT c1 FROM raw.d1_p1 ORDER BY row").fetchall()[1] == ("+86 142-0000-0002",)
        entry = list(case.journal.file.entries())[-1]
    assert (entry["command"], entry["inputs"], entry["detail"]["rows"]) == ("load", {"d1": stored[1]}, 3)
    told = json.dumps(entry, ensure_ascii=False) + json.dumps(loaded.to_json(), ensure_ascii=False)
    assert "1420000" not in told
    assert "赵安文" not in told


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    case = memory_case()
    before = _counts(case)
    loaded = load_dataset(case, _write(tmp_path), DatasetFacts("d1", "vendor"), ReadOptions(), dry_run=True)
    assert [column.role for column in loaded.parts[0].columns] == ["name", "phone", "organisation"]
    assert _counts(case) == before
    with case.transaction(), pytest.raises(RuntimeError):
        load_dataset(case, _write(tmp_path), DatasetFacts("d1", "vendor"), ReadOptions(), dry_run=True)


@pytest.mark.parametrize("text", ["姓名,公司\n赵安文,虚构甲\n钱博武,虚构乙\n", "手机号\nN/A\n无\n", ""])
def test_a_refused_file_leaves_nothing(tmp_path: Path, text: str) -> None:
    case = memory_case()
    before = _counts(case)
    with pytest.raises(InputRefused) as error:
        load_text(case, tmp_path / "list.csv", text)
    assert "list.csv" in error.value.line()
    assert error.value.remedy
    assert _counts(case) == before
    assert [entry["command"] for entry in case.journal.file.entries()].count("load") == 0


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = memory_case()
    before = _counts(case)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "by_plugin", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_text(case, tmp_path / "list.csv", _ROWS)
    assert _counts(case) == before


def test_a_refused_file_lets_the_next_be_tried_in_one_transaction(tmp_path: Path) -> None:
    case = memory_case()
    with case.transaction():
        with pytest.raises(InputRefused):
            load_text(case, tmp_path / "bad.csv", "手机号\nN/A\n无\n")
        loaded = load_text(case, tmp_path / "list.csv", _ROWS)
    assert (loaded.no, loaded.rows) == (1, 3)
    counts = _counts(case)
    assert (counts["dataset"], counts["reject"], counts["junk"], counts["raw"]) == (1, 1, 0, 1)


def test_the_same_file_gives_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-05-01T12:00:00")
    contents = []
    for _ in range(2):
        case = memory_case()
        more = "李德全,14200000001/14200000009,虚构甲\n周恩春,N/A,虚构甲\n"
        load_text(case, tmp_path / "list.csv", _ROWS + more)
        contents.append([case.con.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES])
    assert contents[0] == contents[1]


def test_a_mapped_key_column_links(tmp_path: Path) -> None:
    text = "域名,备注\nA.example,x\nb.example,y\na.EXAMPLE,z\n"
    loaded = load_text(memory_case(), tmp_path / "list.csv", text, columns={"key": "域名"})
    assert (loaded.identifiers, loaded.duplicates, loaded.rejected) == (2, 1, 0)


def test_a_folder_s_copies_are_loaded_once_and_said(tmp_path: Path) -> None:
    for folder, more in (("a", ""), ("b", "周恩春,14200000007,虚构甲\n"), ("c", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "liste.csv").write_text(_ROWS + more, encoding="utf-8")
    options, facts = ReadOptions(), DatasetFacts("", "broker")
    loaded = load_files(memory_case(), [tmp_path], facts, options, replace=False, dry_run=False)
    assert [one.dataset for one in loaded] == ["liste", "b-liste"]
    copy = tmp_path / "c" / "liste.csv"
    assert [note for note in loaded[0].notes if "byte for byte" in note] == [
        f"{copy} is {tmp_path / 'a' / 'liste.csv'} byte for byte, and is not loaded again"
    ]
    with pytest.raises(InputRefused, match="given twice"):
        load_files(memory_case(), [copy, copy.parent], facts, options, replace=False, dry_run=False)
