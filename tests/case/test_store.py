"""The connection to a store: what it loads, where it opens, and how it reads what is not committed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tracer.case import store
from tracer.case.store import encrypting_connection, extension_path, is_known, rows_of_parts


def test_the_encryption_library_is_known_and_another_needs_a_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_known(extension_path())
    with encrypting_connection() as con, pytest.raises(duckdb.InvalidInputException):
        con.execute("SET allow_unsigned_extensions = true")
    changed = tmp_path / "httpfs.duckdb_extension"
    shutil.copy(extension_path(), changed)
    with changed.open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"changed")
    monkeypatch.setattr(store, "extension_path", lambda: changed)
    with pytest.raises(duckdb.IOException, match="signature"):
        encrypting_connection()


_KERNEL = """
import sys, types
fake = types.ModuleType("IPython")
fake.get_ipython = lambda: types.SimpleNamespace(config={"IPKernelApp": {}})
sys.modules["IPython"] = fake
sys.modules["ipywidgets"] = None
from tracer.case.store import connect
with connect(None) as con:
    print(con.execute("SELECT 42").fetchall())
"""
"""What DuckDB takes for a notebook without ipywidgets, where it refuses a progress bar: no file, and a shell that says
so."""


def test_a_store_opens_where_duckdb_has_no_progress_bar() -> None:
    done = subprocess.run([sys.executable, "-c", _KERNEL], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[(42,)]\n"), done.stderr[-2000:]


CASES = [(0, 5, 3), (1, 1, 1), (5, 1_000, 8), (1_000, 5_000, 3), (1_000, 5, 8)]


@pytest.mark.parametrize(("rows", "expected", "threads"), CASES)
def test_pieces_hold_every_row_once(monkeypatch: pytest.MonkeyPatch, rows: int, expected: int, threads: int) -> None:
    monkeypatch.setattr(store, "_LEAST_ROWS", 2)
    con = duckdb.connect(config={"threads": threads})
    con.execute("BEGIN")
    con.execute(f"CREATE TABLE t AS SELECT range AS i FROM range({rows})")
    for _ in ("uncommitted", "committed"):
        found = con.execute(
            f"SELECT i FROM ({rows_of_parts(con, 'i', 't', expected, 'i % 3 > 0')}) ORDER BY i"
        ).fetchall()
        assert found == [(i,) for i in range(rows) if i % 3]
        con.execute("COMMIT")
        con.execute("BEGIN")
    con.execute("INSERT INTO t SELECT * FROM range(10, 20)")  # rows of both kinds
    assert con.execute(f"SELECT count(*) FROM ({rows_of_parts(con, 'i', 't', expected)})").fetchone() == (rows + 10,)
