"""Spark beside DuckDB, statement by statement: `python -m tests.bench.spark [--memberships 5000000] [--sample]`.

Makes a case (as `derivation_scale` does, with marks and a claim; or the bundled sample), exports it, lets Spark answer
on one core and on two, imports, and compares every relation; counts what in Spark's plans compares every row with every
row or brings rows to the driver. One core means one for all of Java, its collector and compiler included, where the
system can hold a process to one. Seconds of the processor are told beside: they show what a second core costs while
others use the machine. Exit code 1 where a relation differs or a plan crosses or collects.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.derivation_scale import Size, build
from tests.bench.marked_case import mark
from tests.bench.scale_spent import apart
from tests.cluster.statements import compare_statements
from tracer.case.case import Case, open_case
from tracer.cluster.bring import import_answers
from tracer.cluster.job import ClusterJob
from tracer.cluster.leave import export_job
from tracer.cluster.spark import CROSS, Ran, run_job, session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COLLECTING = ("CollectLimit", "CollectTail", "TakeOrderedAndProject")
"""Operators that bring rows to the driver."""
_MARKS = 300


def _market(folder: Path, given: argparse.Namespace) -> None:
    build(folder, Size(given.datasets, given.memberships, cells=False))
    with open_case(folder / "case", key_file=folder / "key") as case:
        mark(case.con, releases=1, each=_MARKS, withheld=_MARKS)
        case.con.execute("INSERT INTO claim (id, party, kind, dataset) VALUES ('c1', 'party-2', 'random', 'd002')")


def _sample(folder: Path) -> None:
    from tracer.resources import sample_dir

    subprocess.run(
        [
            sys.executable, "-m", "tracer", "run", str(sample_dir() / "case.toml"), "--case", str(folder / "case"),
            "--key-file", str(folder / "key"),
        ],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@dataclass(frozen=True)
class Run:
    """All statements on some cores."""

    walls: Mapping[str, float]
    """Question → seconds."""
    plans: tuple[str, ...]
    processor: float
    """Seconds of Java's threads from the first statement to the last; 0 where the system does not tell."""


def on_cores(there: Path, cores: int, memory: str) -> Run:
    """Answer everything on so many cores; what `tracer cluster run` does."""
    held = min(cores, os.cpu_count() or 1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:held])
    spark = session(f"local[{cores}]", {"spark.driver.memory": memory})
    ran: list[Ran] = []
    before = _java_seconds(spark)
    run_job(spark, str(there), ran.append)
    spent = _java_seconds(spark) - before
    spark.stop()
    walls: dict[str, float] = {}
    for one in ran:
        walls[one.name] = walls.get(one.name, 0.0) + one.seconds
    return Run(walls, tuple(one.plan for one in ran), spent)


def _java_seconds(spark: SparkSession) -> float:
    """Processor time of the Java process that this one started."""
    stat = Path(f"/proc/{spark.sparkContext._gateway.proc.pid}/stat")  # type: ignore[union-attr]  # there is one where the master is local
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _planned(runs: Sequence[Run]) -> int:
    """Print how many operators of each kind the plans have; returns those that may not be there."""
    kinds = (*CROSS, *COLLECTING, "BroadcastExchange")
    counts = {kind: sum(len(re.findall(rf"\b{kind}\b", plan)) for run in runs for plan in run.plans) for kind in kinds}
    print(f"{sum(len(run.plans) for run in runs)} plans: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
    return sum(counts[kind] for kind in (*CROSS, *COLLECTING))


def _compare(case: Case, there: Path, cores: Sequence[Run]) -> int:
    start = time.perf_counter()
    import_answers(case, there)
    print(f"import: {time.perf_counter() - start:.1f} s")
    different = 0
    print(f"{'relation':44}{'rows':>12}{'different':>11}{'DuckDB s':>10}" + "".join(
        f"{f'{n} core(s)':>11}" for n in (1, 2)
    ))  # fmt: skip
    for told in compare_statements(
        case, ClusterJob.from_json((there / "job.json").read_text(encoding="utf-8")).questions
    ):
        different += told.different
        walls = "".join(f"{run.walls[told.name]:11.1f}" for run in cores)
        print(f"{told.name + ' ' + told.relation:44}{told.rows:12,}{told.different:11,}{told.seconds:10.2f}{walls}")
    one, two = (sum(run.walls.values()) for run in cores)
    print(f"all statements: {one:.1f} s on one core, {two:.1f} s on two: {one / two:.2f} times as fast")
    one, two = (run.processor for run in cores)
    print(f"processor: {one:.1f} s on one core, {two:.1f} s on two; load of the machine {os.getloadavg()[0]:.1f}")
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
        cores = [apart(partial(on_cores, there, number, given.memory)) for number in (1, 2)]
        crossing = _planned(cores)
        with open_case(folder / "case", key_file=folder / "key") as case:
            case.con.execute("SET memory_limit = '1500MB'")
            different = _compare(case, there, cores)
    print("identical" if different == 0 else f"{different} rows differ")
    return int(different > 0 or crossing > 0)


if __name__ == "__main__":
    sys.exit(main())
