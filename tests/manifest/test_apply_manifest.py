"""Applying a manifest: safe to repeat, changed files refused together, facts applied, all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.parties import merge_parties
from tracer.errors import InputRefused
from tracer.manifest import Applied, FilesRefused, apply_manifest, open_or_create, read_manifest

TOML = """
[case]
name = "Spring"
region = "CN"
[[party]]
id = "client"
name = "甲方"
[[dataset]]
id = "a"
path = "a.csv"
holder = "client"
obtained = 2026-01-01
[[dataset]]
path = "b.csv"
holder = "vendor"
[[canaries]]
path = "canaries.csv"
[[release]]
dataset = "a"
to = "vendor"
[[claim]]
party = "vendor"
kind = "random"
dataset = "b"
evidence = ["ev1"]
[[relation]]
kind = "calls_for"
from = "vendor"
to = "client"
[[line]]
id = "l1"
numbers = ["025*"]
[[signals]]
path = "calls.csv"
[[complaints]]
path = "complaints.csv"
[[reply]]
party = "vendor"
asked = 2026-05-03
[[evidence]]
id = "ev1"
path = "ev1.txt"
"""


CALLS = "at,caller,called\n2026-06-18 12:45:19,14100000001,14000000001\n"


def numbers(*of: int) -> str:
    return "手机号\n" + "".join(f"1400000{number:04d}\n" for number in of)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    for name, text in {
        "a.csv": numbers(*range(30)),
        "b.csv": numbers(*range(20, 50)),
        "canaries.csv": "phone\n14000000001\n",
        "calls.csv": CALLS,
        "complaints.csv": "at,caller,called,text\n2026-06-02 17:38:15,1410,14000000009,loans\n",
        "ev1.txt": "a statement",
        "case.toml": TOML,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "case.toml"


@pytest.fixture
def case() -> Case:
    return memory_case()


@pytest.fixture
def applied(case: Case, toml: Path) -> Case:
    apply_manifest(case, read_manifest(toml))
    return case


def again(case: Case, toml: Path, before: str = "", after: str = "", *, replace: bool = False) -> Applied:
    """Apply it with something written otherwise."""
    assert before in TOML
    toml.write_text(TOML.replace(before, after) if before else TOML, encoding="utf-8")
    return apply_manifest(case, read_manifest(toml), replace=replace)


def _snapshot(case: Case) -> dict[str, list[tuple[object, ...]]]:
    names = case.con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
    return {name: case.con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for (name,) in sorted(names)}


def _journal(case: Case) -> list[str]:
    text = case.layout.journal.read_text(encoding="utf-8") if case.layout.journal.exists() else ""
    return text.splitlines()


def test_everything_is_loaded_once(case: Case, toml: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = apply_manifest(case, read_manifest(toml))
    assert [loaded.dataset for loaded in done.loaded] == ["a", "b"]
    assert any("vendor is named but not declared" in line for line in done.lines())
    before, journal = _snapshot(case), _journal(case)
    ones = ("canary", "release", "claim", "relation", "line", "signal", "complaint", "reply", "evidence")
    expected = {**dict.fromkeys(ones, 1), "party": 2, "dataset": 2}
    assert {table: len(before[table]) for table in expected} == expected
    repeated = again(case, toml)
    assert repeated.nothing_new
    assert repeated.lines() == ["nothing new: the case has all that the manifest names"]
    moved = tmp_path_factory.mktemp("moved") / "there"
    shutil.copytree(toml.parent, moved)
    assert apply_manifest(case, read_manifest(moved / "case.toml")).nothing_new
    with pytest.raises(InputRefused, match=r"dataset a: obtained \(2026-01-01\) lies before exported \(2026-01-05\)"):
        again(case, toml, "obtained = 2026-01-01", "exported = 2026-01-05")
    assert _snapshot(case) == before
    assert _journal(case) == journal


def test_changed_files_are_told_together_and_replaced_on_demand(applied: Case, toml: Path) -> None:
    before = _snapshot(applied)
    for wanted, instead, told in (
        ('path = "b.csv"', 'path = "b.csv"\nencoding = "utf-8"', "other options"),
        ('dataset = "a"', 'dataset = "aa"', "unknown dataset 'aa'"),
    ):
        with pytest.raises(InputRefused, match=told):
            again(applied, toml, wanted, instead)
    for name in ("a.csv", "b.csv", "ev1.txt"):
        path = toml.parent / name
        path.write_text(path.read_text(encoding="utf-8") + "14000009999\n", encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        again(applied, toml)
    assert len(refused.value.problems) == 3
    assert "--replace" in refused.value.line()
    assert _snapshot(applied) == before
    done = again(applied, toml, replace=True)
    assert [(loaded.dataset, loaded.version, loaded.rows) for loaded in done.loaded] == [("a", 2, 31), ("b", 2, 31)]
    kept = applied.con.execute("SELECT holder, obtained IS NOT NULL FROM dataset WHERE id = 'a' AND current").fetchall()
    assert kept == [("client", True)]


def test_changed_facts_are_applied_and_journaled(applied: Case, toml: Path) -> None:
    changed = TOML.replace("obtained = 2026-01-01", "obtained = 2026-01-02\ncreated = 2025-12-01")
    ends = changed.replace('to = "vendor"\n[[claim]]', 'to = "vendor"\nends = 2026-06-30\n[[claim]]')
    toml.write_text(ends, encoding="utf-8")
    done = apply_manifest(applied, read_manifest(toml))
    assert (done.loaded, done.changed) == ([], [
        "dataset a: obtained 2026-01-01 → 2026-01-02", "dataset a: created none → 2025-12-01",
        "release a@vendor: ends none → 2026-06-30",
    ])  # fmt: skip
    assert "2025-12-01" in _journal(applied)[-1]
    assert again(applied, toml, "obtained = 2026-01-01\n").nothing_new, "what is left out stays"


def test_how_a_list_goes_on_and_when_it_was_exported_are_kept(case: Case, toml: Path) -> None:
    known = "created = 2025-01-01\nexported = 2025-12-30\nobtained = 2026-01-01\nliving = true\norigin = 'register'"
    known += "\ntitle = 'lot'"

    def said() -> list[tuple[object, ...]]:
        columns = "created::VARCHAR, exported::VARCHAR, living, origin, list_title"
        return case.con.execute(f"SELECT {columns} FROM views.datasets WHERE dataset = 'a'").fetchall()

    again(case, toml, "obtained = 2026-01-01", known)
    assert said() == [("2025-01-01", "2025-12-30", True, "register", "lot")]
    assert again(case, toml, "obtained = 2026-01-01", known).nothing_new
    done = again(case, toml, "obtained = 2026-01-01", known.replace("12-30", "12-31").replace("true", "false"))
    assert done.changed == ["dataset a: exported 2025-12-30 → 2025-12-31", "dataset a: living true → false"]
    assert "living true → false" in _journal(case)[-1]
    (toml.parent / "a.csv").write_text(numbers(77), encoding="utf-8")
    again(case, toml, replace=True)  # a new version keeps what the manifest leaves out
    assert said() == [("2025-01-01", "2025-12-31", False, "register", "lot")]


def test_what_loads_is_kept_and_the_next_run_goes_on_from_there(case: Case, toml: Path) -> None:
    (toml.parent / "a.csv").write_bytes(b"")
    (toml.parent / "calls.csv").write_text("colour\nred\n", encoding="utf-8")
    with pytest.raises(FilesRefused) as refused:
        apply_manifest(case, read_manifest(toml))
    assert [one.dataset for one in refused.value.loaded] == ["b"]
    assert [(one.where, one.what.partition(":")[0]) for one in refused.value.problems] == [
        ("case.toml, line 8, [[dataset]]", "a.csv"), ("case.toml, line 33, [[signals]]", "calls.csv"),
    ]  # fmt: skip
    assert refused.value.waiting == ("case.toml, line 18, [[release]]: left out until dataset a is loaded",)
    assert "run again to go on from here" in refused.value.line()
    held, journal = _snapshot(case), _journal(case)
    assert [len(held[table]) for table in ("dataset", "canary", "complaint", "claim", "release", "signal")] == [
        1, 1, 1, 1, 0, 0,
    ]  # fmt: skip
    (toml.parent / "a.csv").write_text(numbers(*range(30)), encoding="utf-8")
    (toml.parent / "calls.csv").write_text(CALLS, encoding="utf-8")
    done = apply_manifest(case, read_manifest(toml))
    assert [loaded.dataset for loaded in done.loaded] == ["a"], "what was loaded is not read again"
    assert done.added == {"release": 1, "signals": 1}
    assert apply_manifest(case, read_manifest(toml)).nothing_new
    assert _journal(case)[: len(journal)] == journal


def test_what_rests_on_canaries_or_a_list_waits_for_them(case: Case, toml: Path) -> None:
    copy = TOML.replace('to = "vendor"\n[[claim]]', 'to = "vendor"\npath = "a.csv"\n[[claim]]')
    toml.write_text(copy, encoding="utf-8")
    (toml.parent / "canaries.csv").write_text("goods\nred\n", encoding="utf-8")
    (toml.parent / "b.csv").write_bytes(b"")
    with pytest.raises(FilesRefused) as refused:
        apply_manifest(case, read_manifest(toml))
    assert [line.partition("]]: ")[0] + line.partition(" until")[2] for line in refused.value.waiting] == [
        "case.toml, line 18, [[release every file of canaries is loaded",
        "case.toml, line 34, [[signals every file of canaries is loaded",
        "case.toml, line 22, [[claim dataset b is loaded",
    ]


def run(toml: Path) -> Applied:
    """As `tracer run` does it, in a folder next to the manifest."""
    asked = read_manifest(toml)
    with open_or_create(toml.parent / "case", asked, key_file=toml.parent / "key") as case:
        return apply_manifest(case, asked)


def test_a_run_that_is_stopped_goes_on_where_it_was(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("tracer.manifest.apply.load_signals", stopped)
        run(toml)
    done = run(toml)
    assert done.loaded == []
    assert done.added == {"signals": 1, "complaints": 1, "claim": 1, "relation": 1, "reply": 1}


def test_a_case_of_which_nothing_loaded_is_unmade(toml: Path) -> None:
    toml.write_text('[case]\nname = "Spring"\n[[dataset]]\npath = "a.csv"\n', encoding="utf-8")
    (toml.parent / "a.csv").write_bytes(b"")
    with pytest.raises(InputRefused):
        run(toml)
    assert not (toml.parent / "case").exists()
    assert not (toml.parent / "key").exists()
    (toml.parent / "a.csv").write_text(numbers(*range(30)), encoding="utf-8")
    assert [loaded.dataset for loaded in run(toml).loaded] == ["a"]
    with open_or_create(toml.parent / "case", read_manifest(toml), key_file=toml.parent / "key") as case:
        assert case.name == "Spring"


def test_a_merge_is_not_undone_by_the_manifest(case: Case, toml: Path) -> None:
    again(case, toml, "[[claim]]", '[[party]]\nid = "trader"\nname = "T"\n[[claim]]')
    merge_parties(case.con, "vendor", "trader")
    assert apply_manifest(case, read_manifest(toml)).nothing_new
    assert case.con.execute("SELECT holder FROM dataset WHERE id = 'b'").fetchall() == [("trader",)]


def test_rows_that_are_said_to_be_canaries_are_put_on_record_again(toml: Path) -> None:
    """Of the copy's 40 rows beyond the list none is imported: they mark nothing until their row is named."""
    folder = toml.parent
    (folder / "copy.csv").write_text(numbers(*range(30), *range(400, 425)), encoding="utf-8")
    text = TOML.replace('to = "vendor"\n[[claim]]', 'to = "vendor"\npath = "copy.csv"\n[[claim]]')
    marks = "SELECT canary, row FROM release_canary"
    with open_or_create(folder / "c", read_manifest(toml), key_file=folder / "key") as case:
        for rows, entered in ((None, []), ([31], [31]), ([31, 32], [31, 32]), ([], [])):
            marked = "" if rows is None else f"canary_rows = {rows}\n"
            toml.write_text(text.replace('path = "copy.csv"\n', f'path = "copy.csv"\n{marked}'), encoding="utf-8")
            done = apply_manifest(case, read_manifest(toml))
            assert [row for _, row in case.con.execute(f"{marks} ORDER BY row").fetchall()] == entered
            assert any("of the copy's rows are not in its dataset" in note for note in done.notes)
        assert apply_manifest(case, read_manifest(toml)).nothing_new
        case.con.execute("UPDATE release SET foreign_rows = NULL")
        case.con.execute("INSERT INTO release_canary SELECT id, 1, 'unique', NULL, 40 FROM release")
        assert apply_manifest(case, read_manifest(toml)).added["release"] == 1, "an earlier version's is put right"
        assert case.con.execute(marks).fetchall() == []
