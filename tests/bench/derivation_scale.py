"""Derivation at scale: `python -m tests.bench.derivation_scale [--datasets 200] [--memberships 20000000] [--profile]`.

Makes a real, encrypted case by set-based SQL (a quarter of the lists collected, the rest copies of one or two others
with rows of their own; popular people are in many), then opens it in a process of its own and runs `derivation.compute`
alone. Prints seconds, peak memory and, if asked, where the time goes; exit code 1 where a bar is missed (60 s, 8 GiB).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tests.bench.scale_spent import Line, apart, peak, spent, table
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.segments import BLOCK, make_segments

SECONDS, MEMORY = 60.0, 8.0
"""Bars, GiB."""
SEGMENTS = 9_000
"""Blocks of numbers, all unallocated."""
COLLECTED = 4
"""Every fourth list is collected, not copied."""
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Size:
    """How large the case is."""

    datasets: int
    memberships: int
    cells: bool
    segments: int = SEGMENTS
    """Blocks of 10,000 numbers."""


def build(folder: Path, size: Size) -> None:
    """Make the case in `folder`."""
    from tracer.case.case import create_case

    rng = np.random.default_rng(0)
    with create_case(folder / "case", key_file=folder / "key") as case:
        add_segments(case.con, size.segments)
        rows = size.memberships // size.datasets
        for no in range(1, size.datasets + 1):
            # The earliest lists are collected, so that there is something to copy.
            copied = no > size.datasets // (2 * COLLECTED) and no % COLLECTED != 0
            first = int(rng.integers(1, no)) if copied else -1
            second = int(rng.integers(1, no)) if copied and rng.random() < 0.3 else -1
            _list(case.con, no, (first, second), rows, size)
        total = case.con.execute("SELECT count(*) FROM membership").fetchall()[0][0]
        print(f"{size.datasets} datasets, {total:,} memberships, cells: {size.cells}", flush=True)


def add_segments(con: duckdb.DuckDBPyConnection, n: int = SEGMENTS) -> None:
    """Give the case its segments, and the same as `scale_segment` with their places."""
    segments = make_segments(np.random.default_rng(1), n)
    table = pa.table(
        {
            "place": pa.array(range(n)),
            "prefix": pa.array(segments.prefix),
            "province": pa.array(segments.province.tolist()),
            "city": pa.array(segments.city.tolist()),
        }
    )
    con.register("incoming", table)
    con.execute("CREATE TEMP TABLE scale_segment AS SELECT * FROM incoming")
    con.unregister("incoming")
    con.execute(
        "INSERT INTO segment (prefix, province, city, carrier)"
        " SELECT '86' || prefix, province, city, 'carrier' FROM scale_segment"
    )


def _list(con: duckdb.DuckDBPyConnection, no: int, parents: tuple[int, int], rows: int, size: Size) -> None:
    copied = parents[0] > 0
    values = {
        "no": no, "first": parents[0], "second": parents[1], "share": 500 if copied else 0,
        "own": round(rows * (0.3 if copied else 1.4)), "people": size.segments * BLOCK // 6,
        "slots": size.segments * BLOCK,
    }  # fmt: skip
    con.execute((_SQL / "scale_list.sql").read_text(encoding="utf-8"), values)
    found = con.execute("SELECT count(*) FROM membership WHERE dataset = $no", {"no": no}).fetchall()[0][0]
    made = date(2025, 1, 1) + timedelta(days=2 * no)
    con.execute(
        "INSERT INTO dataset (no, id, version, current, holder, obtained, created, origin, path, sha256, bytes, format,"
        " region, rows, identifiers, contacts, rejected, duplicates, loaded_at)"
        " VALUES (?, ?, 1, true, ?, ?, ?, 'obtained', '', '', 0, 'csv', 'CN', ?, ?, ?, 0, 0, ?)",
        [
            no, f"d{no:03}", f"party-{no}", made + timedelta(days=20), made if no % 3 == 0 else None, found, found,
            found,
            datetime(2026, 1, 1),
        ],
    )  # fmt: skip
    if size.cells:
        raw = f"raw.d{no}_p1"
        con.execute((_SQL / "scale_raw.sql").read_text(encoding="utf-8").replace("{raw}", raw), {"no": no})
        con.execute(
            "INSERT INTO part VALUES (?, 1, NULL, NULL, false, 'csv', 'utf-8', ',', 1, 1, ?, ?, NULL)", [no, found, raw]
        )
        for position, (header, role) in enumerate((("手机号", "phone"), ("姓名", "name"))):
            con.execute(
                "INSERT INTO dataset_column VALUES (?, 1, ?, ?, ?, 'header', NULL)", [no, position, header, role]
            )


def derive(folder: Path, profiled: bool = False) -> list[Line]:
    """Open the case and compute derivations alone; they do not stay."""
    from tracer.case.case import open_case
    from tracer.findings import derivation

    with open_case(folder / "case", key_file=folder / "key") as case:
        con, profile = case.con, cProfile.Profile()
        con.execute("BEGIN")
        if profiled:
            profile.enable()
        clock, processor = spent(lambda: derivation.compute(CaseFacts(con), 1))
        profile.disable()
        (edges,) = con.execute("SELECT count(*) FROM derivation WHERE probability >= 0.5").fetchall()[0]
        con.execute("ROLLBACK")
    if profiled:
        pstats.Stats(profile).sort_stats("cumulative").print_stats("tracer|duckdb|linalg", 30)
    most = peak()
    within = clock <= SECONDS and most <= MEMORY
    what = f"derivations alone, {edges:,} edges"
    return [Line(what, clock, processor, most, None, f"< {SECONDS:.0f} s, < {MEMORY:.0f} GiB", within)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build in one process, derive in another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--memberships", type=int, default=20_000_000)
    parser.add_argument("--cells", action="store_true", help="numbers and names as raw cells, too")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
        folder = Path(temporary)
        apart(partial(build, folder, Size(given.datasets, given.memberships, given.cells)))
        lines = apart(partial(derive, folder, given.profile))
    print(table(lines))
    return int(any(line.within is False for line in lines))


if __name__ == "__main__":
    sys.exit(main())
