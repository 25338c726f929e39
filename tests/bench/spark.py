"""Spark beside DuckDB, statement by statement: `python -m tests.bench.spark [--memberships 5000000] [--sample]`.

Makes a case (as `derivation_scale` does, with marks and a claim; or the bundled sample), exports it, lets
`tracer cluster run` answer on one core and on two, imports, and compares every relation. Exit code 1 where one differs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from tests.bench.derivation_scale import Size, build
from tests.cluster.statements import compare_statements
from tracer.case.case import Case, open_case
from tracer.cluster.bring import import_answers
from tracer.cluster.job import Job
from tracer.cluster.leave import export_job

_MARKS = 300


def _market(folder: Path, given: argparse.Namespace) -> None:
    build(folder, Size(given.datasets, given.memberships, cells=False))
    with open_case(folder / "case", key_file=folder / "key") as case:
        con, at = case.con, datetime(2025, 6, 1)
        con.execute(
            "INSERT INTO canary (no, phone, kind, imported_at)"
            " SELECT row_number() OVER (ORDER BY key), key, 'canary', $at"
            " FROM (SELECT key FROM membership WHERE dataset = 1 ORDER BY row LIMIT $marks)",
            {"at": at, "marks": _MARKS},
        )
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, registered_at)"
            " VALUES ('r1', 'd001', 'party-2', $day, $at)",
            {"day": date(2025, 2, 1), "at": at},
        )
        con.execute("INSERT INTO release_canary (release, canary, scheme) SELECT 'r1', no, 'unique' FROM canary")
        con.execute(
            "INSERT INTO withheld SELECT 'r1', key, true FROM membership"
            " WHERE dataset = 1 ORDER BY row DESC LIMIT $marks",
            {"marks": _MARKS},
        )
        con.execute("UPDATE dataset SET origin = 'own' WHERE no IN (1, 3)")
        con.execute("INSERT INTO claim (id, party, kind, dataset) VALUES ('c1', 'party-2', 'random', 'd002')")


def _sample(folder: Path) -> None:
    from tracer.resources import sample_dir

    subprocess.run(
        [
            sys.executable, "-m", "tracer", "run", str(sample_dir() / "case.toml"), "--case", str(folder / "case"),
            "--key-file", str(folder / "key"),
        ],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _run(there: Path, cores: int, memory: str) -> dict[str, float]:
    """Seconds of each relation on so many cores."""
    done = subprocess.run(
        [
            sys.executable, "-m", "tracer", "cluster", "run", str(there), "--master", f"local[{cores}]",
            "--memory", memory,
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    lines = re.findall(r"^(\S+) \((\w+)\): ([\d.]+) s$", done.stderr, re.MULTILINE)
    seconds: dict[str, float] = {}
    for name, _, wall in lines:
        seconds[name] = seconds.get(name, 0.0) + float(wall)
    return seconds


def _compare(case: Case, there: Path, cores: Sequence[dict[str, float]]) -> int:
    start = time.perf_counter()
    import_answers(case, there)
    print(f"import: {time.perf_counter() - start:.1f} s")
    different = 0
    print(f"{'relation':44}{'rows':>12}{'different':>11}{'DuckDB s':>10}" + "".join(
        f"{f'{n} core(s)':>11}" for n in (1, 2)
    ))  # fmt: skip
    for one in compare_statements(case, Job.from_json((there / "job.json").read_text(encoding="utf-8")).questions):
        different += one.different
        walls = "".join(f"{run[one.name]:11.1f}" for run in cores)
        print(f"{one.name + ' ' + one.relation:44}{one.rows:12,}{one.different:11,}{one.seconds:10.2f}{walls}")
    sums = [sum(run.values()) for run in cores]
    print(f"all statements: {sums[0]:.1f} s on one core, {sums[1]:.1f} s on two: {sums[0] / sums[1]:.2f} times as fast")
    return different


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, export, run twice, import, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--memberships", type=int, default=5_000_000)
    parser.add_argument("--buckets", type=int, default=8)
    parser.add_argument("--memory", default="1500m")
    parser.add_argument("--sample", action="store_true", help="the bundled sample instead of a market")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="spark-") as temporary:
        folder = Path(temporary)
        os.environ.pop("TRACER_CASE", None)
        _sample(folder) if given.sample else _market(folder, given)
        there = folder / "there"
        with open_case(folder / "case", key_file=folder / "key") as case:
            case.con.execute("SET memory_limit = '1500MB'")
            start = time.perf_counter()
            job = export_job(case, there, given.buckets)
            size = sum(path.stat().st_size for path in there.rglob("*.parquet"))
            print(f"export: {time.perf_counter() - start:.1f} s, {job.memberships:,} memberships, {size / 1e6:.0f} MB")
        cores = [_run(there, number, given.memory) for number in (1, 2)]
        with open_case(folder / "case", key_file=folder / "key") as case:
            case.con.execute("SET memory_limit = '1500MB'")
            different = _compare(case, there, cores)
    print("identical" if different == 0 else f"{different} rows differ")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
