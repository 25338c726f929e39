"""A command loads what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ASKED = """
import sys
from tracer.cli.main import main
try:
    main()
finally:
    print(sorted(name for name in sys.modules if name in {unwanted}), file=sys.stderr)
"""


def _loaded(unwanted: set[str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASKED.format(unwanted=unwanted), *arguments], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()[-1]


def test_what_only_reads_does_without_what_it_does_not_use(tmp_path: Path) -> None:
    key = ("--case", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    _loaded(set(), "init", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    assert _loaded({"pandas.core", "duckdb"}, "query", "datasets", *key) == "['duckdb']"
    assert _loaded({"babel", "duckdb", "fluent", "numpy", "pyarrow"}, "status", *key) == "['duckdb']"


def test_help_loads_neither_store_nor_arrays() -> None:
    assert _loaded({"click", "duckdb", "numpy", "pyarrow", "scipy"}, "--help") == "['click']"
