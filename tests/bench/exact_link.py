"""Exact linking of two large lists, beside Splink: `python -m tests.bench.exact_link [--peer PYTHON] [--rows 1000000]`.

Two lists that share 40 % of their numbers, by turns, medians, on the clock and of the processor; all count the same.
Pairs: the linked rows from the encrypted store, beside Splink's deterministic link, the least that it can do. Overlaps:
what `trace` does, from the store to the overlap with what chance would give, beside Splink's link_only model of exact
matches with its DuckDB backend. Splink has its tables in memory, numbers as whole numbers. Exit code 1 where a bar is
missed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np

from tests.bench.peer_python import ask_peer, peer_python
from tests.bench.peer_splink import SPLINK
from tests.bench.scale_spent import spent
from tracer.case.case import create_case, open_case
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts

BAR = 10.0
"""Times that Splink must take at least."""
SHARED = 0.4
_SQL = Path(__file__).parent / "sql"
_STATEMENT = (_SQL / "exact_list.sql").read_text(encoding="utf-8")
_PAIRS = (_SQL / "exact_pairs.sql").read_text(encoding="utf-8")
_DATASET = (
    "INSERT INTO dataset (no, id, version, current, holder, origin, path, sha256, bytes, format, region, rows,"
    " identifiers, contacts, rejected, duplicates, loaded_at)"
    " VALUES ($no, $id, 1, true, $id, 'obtained', '', '', 0, 'csv', 'CN', $rows, $rows, $rows, 0, 0, $at)"
)


@dataclass(frozen=True)
class Spent:
    """What a link has cost."""

    seconds: float
    processor: float
    """Seconds of all threads."""
    pairs: int


def write_lists(folder: Path, rows: int) -> list[Path]:
    """Two Parquet files: row, number."""
    con, paths = duckdb.connect(), [folder / "a.parquet", folder / "b.parquet"]
    for path, first in zip(paths, (0, round(rows * (1.0 - SHARED))), strict=True):
        table = con.execute(_STATEMENT, {"rows": rows, "first": first}).to_arrow_table()
        con.register("made", table)
        con.execute("COPY made TO $path (FORMAT parquet)", {"path": str(path)})
    return paths


def fill_case(folder: Path, lists: Sequence[Path], rows: int) -> None:
    """A case whose store holds the lists as `load` leaves them: one membership a number, in the order of numbers."""
    with create_case(folder / "case", key_file=folder / "key") as case, case.transaction():
        for number, path in enumerate(lists, start=1):
            at = datetime(2026, 1, 1)
            case.con.execute(_DATASET, {"no": number, "id": path.stem, "rows": rows, "at": at})
            case.con.execute(
                "INSERT INTO membership SELECT $no, number, row FROM read_parquet($path) ORDER BY number",
                {"no": number, "path": str(path)},
            )


def by_tool(folder: Path) -> dict[str, Spent]:
    """Pairs and overlaps, the case opened before."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        con = case.con
        con.execute("BEGIN")
        clock, processor = spent(lambda: con.execute(_PAIRS))
        pairs = Spent(clock, processor, con.execute("SELECT count(*) FROM exact_pair").fetchall()[0][0])
        clock, processor = spent(lambda: overlap.compute(CaseFacts(con), 1))
        overlaps = Spent(clock, processor, con.execute("SELECT shared FROM overlap").fetchall()[0][0])
        con.execute("ROLLBACK")
    return {"pairs": pairs, "overlaps": overlaps}


def by_splink(python: Path, lists: Sequence[Path]) -> dict[str, Spent]:
    """The deterministic link beside the pairs, the model beside the overlaps."""
    found = {}
    for what, how in (("pairs", []), ("overlaps", ["trained"])):
        answer = ask_peer(python, "peer_splink.py", "exact", *map(str, lists), *how)
        found[what] = Spent(float(answer["seconds"]), float(answer["processor"]), int(answer["pairs"]))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both sides by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="a Python that has splink; else one is made")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="exact-link-") as temporary:
        folder = Path(temporary)
        python = peer_python(given.peer, folder, (f"splink=={SPLINK}", "pandas"))
        lists = write_lists(folder, given.rows)
        fill_case(folder, lists, given.rows)
        runs = [(by_tool(folder), by_splink(python, lists)) for _ in range(given.runs)]
    counts = {one.pairs for run in runs for side in run for one in side.values()}
    if len(counts) != 1:
        raise AssertionError(f"not the same count: {counts}")
    print(f"{given.rows:,} x {given.rows:,} rows, {counts.pop():,} in common, {os.cpu_count()} cores, Splink {SPLINK}")
    met = True
    for what in ("pairs", "overlaps"):
        clock = [float(np.median([run[side][what].seconds for run in runs])) for side in (0, 1)]
        processor = [float(np.median([run[side][what].processor for run in runs])) for side in (0, 1)]
        within = clock[1] >= BAR * clock[0]
        met = met and within
        print(
            f"{what:10} tracer {clock[0]:6.2f} s  Splink {clock[1]:6.2f} s  {clock[1] / clock[0]:5.1f} x  (processor"
            f" {processor[0]:.2f} s, {processor[1]:.2f} s, {processor[1] / max(processor[0], 0.01):.1f} x)"
            f"  bar {BAR:.0f} x: {'met' if within else 'MISSED'}"
        )
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
