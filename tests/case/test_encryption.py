"""The library that encrypts stores: known to the last bit, and otherwise left to DuckDB's own check."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tracer.case import store as encryption
from tracer.case.store import encrypting_connection, extension_path, is_known


def test_the_installed_library_is_known() -> None:
    assert is_known(extension_path())


def test_another_is_loaded_by_duckdb_alone_which_wants_a_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "httpfs.duckdb_extension"
    shutil.copy(extension_path(), changed)
    with changed.open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"changed")
    monkeypatch.setattr(encryption, "extension_path", lambda: changed)
    with pytest.raises(duckdb.IOException, match="signature"):
        encrypting_connection()


def test_nothing_unsigned_can_be_loaded_after_it() -> None:
    with encrypting_connection() as con:
        assert con.execute("SELECT current_setting('allow_unsigned_extensions')").fetchall() == [(False,)]
        with pytest.raises(duckdb.InvalidInputException):
            con.execute("SET allow_unsigned_extensions = true")
