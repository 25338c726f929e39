"""Texts into numbers, beside peers: `python -m tests.bench.normalise [--rows 1000000] [--peer PYTHON]`.

The column of dirty Chinese mobile numbers of `load_file`, in memory on all sides: the tool's rules, a statement by hand
that knows this file's forms and no others, the same in polars, and phonenumbers from pandas. Distinct numbers found are
told for each: the rules also read what the others reject, and give every cell that has no number its reason.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from tests.bench.load_file import write_list
from tests.bench.peer_polars import POLARS
from tests.bench.peer_python import ask_peer, peer_python
from tests.bench.scale_spent import Line, apart, peak, spent, table
from tracer.identify.normalise import kind_of, read_column

SAMPLE = 50_000
"""Cells for phonenumbers; its time is scaled."""
MOBILES = "key BETWEEN 8613000000000 AND 8619999999999"
_SQL = Path(__file__).parent / "sql"


def lines(rows: int, python: Path | None, repeat: int) -> list[Line]:
    """All sides; polars only where there is a Python that has it."""
    with tempfile.TemporaryDirectory(prefix="normalise-") as temporary:
        source = Path(temporary) / "list.csv"
        write_list(source, rows)
        cells = Path(temporary) / "cells.parquet"
        _quiet().execute(
            "COPY (SELECT row_number() OVER () AS row, 手机号 AS raw FROM read_csv($source, all_varchar = true))"
            " TO $cells (FORMAT parquet)",
            {"source": str(source), "cells": str(cells)},
        )
        (tool, found), (hand, known) = (apart(partial(work, cells, repeat)) for work in (by_rules, by_hand))
        told = [
            Line(f"{found:,} numbers normalised (beside {known:,} by hand)", *tool, hand[0]),
            Line("  floor, the statement by hand", *hand),
        ]
        if python is not None:
            runs = [ask_peer(python, "peer_polars.py", "normalise", str(cells)) for _ in range(repeat)]
            clock, processor = (float(np.median([run[what] for run in runs])) for what in ("seconds", "processor"))
            told.append(Line(f"  beside polars {POLARS} ({runs[0]['keys']:,} numbers)", tool[0], processor,
                             runs[0]["peak"], clock))  # fmt: skip
        theirs, most = apart(partial(by_phonenumbers, cells, min(rows, SAMPLE)))
        scale = rows / min(rows, SAMPLE)
        what = f"  beside pandas + phonenumbers ({min(rows, SAMPLE):,} cells, scaled)"
        return [*told, Line(what, tool[0], theirs[1] * scale, most, theirs[0] * scale)]


def by_rules(cells: Path, repeat: int) -> tuple[tuple[float, float, float], int]:
    """Seconds, processor and peak of the tool's rules, and distinct mobile numbers."""
    con = _cells(cells)
    cost = spent(lambda: read_column(con, "cell", "raw", "got", kind_of("phone"), "CN"), repeat)
    keys = f"SELECT key FROM got_seen WHERE {MOBILES} UNION SELECT key FROM got_read WHERE {MOBILES}"
    return (*cost, peak()), con.execute(f"SELECT count(*) FROM ({keys})").fetchall()[0][0]


def by_hand(cells: Path, repeat: int) -> tuple[tuple[float, float, float], int]:
    """The same by the statement."""
    con, text = _cells(cells), (_SQL / "normalise_floor.sql").read_text(encoding="utf-8")
    cost = spent(lambda: con.execute(text), repeat)
    return (*cost, peak()), con.execute("SELECT count(DISTINCT key) FROM by_hand").fetchall()[0][0]


def by_phonenumbers(cells: Path, rows: int) -> tuple[tuple[float, float], float]:
    """Seconds and processor of a column of pandas that phonenumbers parses cell by cell, and peak."""
    import pandas as pd

    from tests.bench.peer_phonenumbers import number

    column = pd.read_parquet(cells)["raw"].head(rows)
    column.head(100).map(number)
    began, before = time.perf_counter(), os.times()
    column.map(number)
    after = os.times()
    return (time.perf_counter() - began, sum(after[:2]) - sum(before[:2])), peak()


def _cells(cells: Path) -> duckdb.DuckDBPyConnection:
    con = _quiet()
    con.execute(
        "CREATE TABLE cell AS SELECT row, CAST(0 AS INTEGER) AS position, raw FROM read_parquet($path)",
        {"path": str(cells)},
    )
    return con


def _quiet() -> duckdb.DuckDBPyConnection:
    """A connection without a bar of progress between the lines of the table."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    return con


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peer", type=Path, help="a Python that has polars; else one is made")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="normalise-") as temporary:
        python = peer_python(given.peer, Path(temporary), (f"polars=={POLARS}",))
        print(table(lines(given.rows, python, given.repeat)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
