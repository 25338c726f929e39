"""100,000 secrets in all forms of stolen lists and tables with passwords: none is anywhere in the case afterwards.

Each of the forms of `tests.lists.stolen` is loaded into a case on disk, with keyed hashes kept or not; then every file
of the case folder and of the folder for temporary files is searched for the sign that all secrets have, and every
cell of every table of the decrypted store.

Run: python -m tests.bench.stolen [ROWS_A_FORM]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.lists.stolen import FORMS, SIGN
from tracer.case.case import Case, create_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.lists.read.secret_columns import PURPOSE

ROWS = 4_000


def _in_store(case: Case) -> int:
    """Rows of the store that hold the sign."""
    tables = case.con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_catalog()"
    ).fetchall()
    return sum(
        case.con.execute(
            f'SELECT count(*) FROM "{schema}"."{table}" AS t WHERE contains(t::VARCHAR, $sign)', {"sign": SIGN}
        ).fetchall()[0][0]
        for schema, table in tables
    )


def _in_files(folder: Path) -> int:
    """Files below a folder that hold the sign, in UTF-8 or UTF-16."""
    signs = (SIGN.encode(), SIGN.encode("utf-16-le"))
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(any(sign in path.read_bytes() for sign in signs) for path in files)


def found(rows: int, *, hashes: bool) -> tuple[int, int, float]:
    """Secrets that were loaded, places that hold one, and seconds."""
    with tempfile.TemporaryDirectory() as home:
        lists, passing = Path(home) / "in", Path(home) / "tmp"
        lists.mkdir()
        passing.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(passing)
        try:
            with create_case(Path(home) / "case", key_file=Path(home) / "key") as case:
                key, began, loaded = case.secret(PURPOSE) if hashes else None, time.perf_counter(), 0
                for name, form in FORMS.items():
                    path = lists / name
                    path.write_text(form(rows), encoding="utf-8")
                    facts = DatasetFacts(name.replace(".", "-"), "trader")
                    options = ReadOptions(find_region=True, secret_key=key)
                    loaded += load_dataset(case, path, facts, options).secrets or 0
                taken = time.perf_counter() - began
                places = _in_store(case)
            return loaded, places + _in_files(Path(home) / "case") + _in_files(passing), taken
        finally:
            tempfile.tempdir = None
            del os.environ["TMPDIR"]


def main() -> None:
    """Print the table; exit 1 where a secret is anywhere."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print("hashes   secrets   places   seconds")
    worst = 0
    for hashes in (False, True):
        secrets, places, taken = found(rows, hashes=hashes)
        worst = max(worst, places)
        print(f"{'kept' if hashes else 'none':6} {secrets:9,} {places:8,} {taken:9.1f}")
    sys.exit(worst > 0)


if __name__ == "__main__":
    main()
