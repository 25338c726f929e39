"""A store opens in a notebook's kernel, where DuckDB refuses a progress bar unless ipywidgets are installed."""

from __future__ import annotations

import subprocess
import sys

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
"""What DuckDB takes for a notebook: no file, and a shell that says so."""


def test_a_store_opens_where_duckdb_has_no_progress_bar() -> None:
    done = subprocess.run([sys.executable, "-c", _KERNEL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "[(42,)]\n"
