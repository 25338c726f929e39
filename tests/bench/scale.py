"""Time at scale: `python -m tests.bench.scale [--memberships 20000000] [--datasets 200] [--day ROWS] [--spark]`.

Makes a real, encrypted case by set-based SQL: a quarter of the lists collected, the rest copies of one or two others
with rows of their own; popular people are in many. Measured on it, in processes of their own: all overlaps, next to the
statement by hand; derivations alone; a trace from scratch, one with nothing to do, and one after a list of 10,000 rows
came in, next to one from scratch, whose findings must be the same. `--day ROWS`: a file of so many rows is loaded as
`tracer load` does, and traced. `--memberships 500000000 --day 5000000` are the sizes of the aims; they need hours, 12
GiB of memory and 10 GB of disk. `--spark`: Spark answers the statements that it can, which must be the same, and its
seconds stand next to DuckDB's. `--folder` keeps the case. Exit code 1 where a bar is missed; overlaps and the store
have theirs from the sizes on for which they are stated.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tests.bench import frame
from tests.bench.spent import Line, apart, disk, peak, spent, table
from tests.inserted import LOADED, insert
from tracer.case.case import Case, create_case, open_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.simulate.segments import BLOCK, make_segments
from tracer.trace import Traced, recompute_digest, trace

OVERLAPS, BY_HAND = 10.0, 1.5
"""Bars of all overlaps: seconds, and times what the statement by hand takes."""
TRACE, MEMORY, NEWCOMER = 60.0, 8.0, 2.0
"""Bars: seconds and GiB of derivations and of a trace from scratch; seconds of one after a new list."""
STORE, DAY, DAY_MEMORY = 5.0, 90.0, 12.0
"""Bars: GB of the memberships; seconds and GiB of loading and tracing a day's list."""
STATED, STATED_DAY = 20_000_000, 500_000_000
"""Memberships for which the bars of overlaps, and of store and day, are stated."""
COLLECTED = 4
"""Every fourth list is collected, not copied."""
ROWS, SHARE = 10_000, 10
"""Rows of the new list: so many, or a tenth of a list of the case, where that is less."""
COPIED = 0.45
"""Share of the day's list that was copied from another one."""
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Size:
    """How large the case is."""

    datasets: int
    memberships: int

    @property
    def segments(self) -> int:
        """Blocks of 10,000 unallocated numbers: as dense at half a billion memberships, where all of them are used."""
        return min(90_000, max(1_000, 9_000 * self.memberships // STATED))


def build(folder: Path, size: Size) -> None:
    """Make the case in `folder`."""
    rng = np.random.default_rng(0)
    with create_case(folder / "case", key_file=folder / "key") as case:
        _add_segments(case.con, size.segments)
        rows = size.memberships // size.datasets
        for no in range(1, size.datasets + 1):
            # The earliest lists are collected, so that there is something to copy.
            copied = no > size.datasets // (2 * COLLECTED) and no % COLLECTED != 0
            first = int(rng.integers(1, no)) if copied else -1
            second = int(rng.integers(1, no)) if copied and rng.random() < 0.3 else -1
            _list(case.con, no, (first, second), rows, size)
        total = case.con.execute("SELECT count(*) FROM membership").fetchall()[0][0]
        print(f"{size.datasets} datasets, {total:,} memberships", flush=True)


def _add_segments(con: duckdb.DuckDBPyConnection, n: int) -> None:
    """Give the case its segments, and the same as `scale_segment` with their places."""
    segments = make_segments(np.random.default_rng(1), n)
    table = pa.table({
        "place": pa.array(range(n)), "prefix": pa.array(segments.prefix),
        "province": pa.array(segments.province.tolist()), "city": pa.array(segments.city.tolist()),
    })  # fmt: skip
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
    made = date(2025, 1, 1) + timedelta(days=2 * no)
    _add_dataset(con, no, made + timedelta(days=20), made if no % 3 == 0 else None)


def _add_dataset(con: duckdb.DuckDBPyConnection, no: int, obtained: date, created: date | None) -> None:
    """Enter a list whose memberships are there."""
    (n,) = con.execute("SELECT count(*) FROM membership WHERE dataset = $no", {"no": no}).fetchall()[0]
    about = {"version": 1, "current": True, "holder": f"party-{no}", "origin": "obtained", "path": "", "sha256": ""}
    counts = dict.fromkeys(("rows", "identifiers", "contacts"), n) | dict.fromkeys(
        ("bytes", "rejected", "duplicates"), 0
    )
    more = {"format": "csv", "region": "CN", "loaded_at": LOADED, "obtained": obtained, "created": created}
    insert(con, "dataset", no=no, id=f"d{no:03}", **about, **counts, **more)


def overlaps(folder: Path, repeat: int) -> list[Line]:
    """The tool and the statement by turns; the case stays as it is."""
    floor = (_SQL / "overlap_floor.sql").read_text(encoding="utf-8")
    with open_case(folder / "case", key_file=folder / "key") as case:
        con = case.con

        def counted() -> None:
            # A large case keeps what it counted, and would have nothing to do the second time.
            with CaseFacts(con, from_scratch=True) as facts:
                overlap.compute(facts, 1)

        con.execute("BEGIN")
        by_tool, by_hand = np.zeros((repeat, 2)), np.zeros((repeat, 2))
        for turn in range(repeat):
            con.execute("DELETE FROM overlap")
            by_tool[turn] = spent(counted)
            by_hand[turn] = spent(lambda: con.execute(floor).fetchall())
        exact = {(a, b): n for a, b, n in con.execute(floor).fetchall()}
        stated = con.execute(
            "SELECT a.no, b.no, o.shared FROM overlap AS o"
            " JOIN dataset AS a ON a.id = o.a JOIN dataset AS b ON b.id = o.b"
        ).fetchall()
        (memberships,) = con.execute("SELECT count(*) FROM membership").fetchall()[0]
        con.execute("ROLLBACK")
    if {(a, b): n for a, b, n in stated} != exact:
        raise AssertionError("the overlaps are not those of the statement")
    tool, hand = np.median(by_tool, axis=0).tolist(), np.median(by_hand, axis=0).tolist()
    within = tool[0] <= BY_HAND * hand[0] and tool[0] < OVERLAPS if memberships >= STATED else None
    what = "all overlaps (the statement by hand next to it)"
    return [Line(what, tool[0], tool[1], peak(), hand[0], f"<= {BY_HAND} x, < {OVERLAPS:.0f} s", within)]


def derivations(folder: Path, repeat: int) -> list[Line]:
    """Derivations alone; they do not stay. Once, whatever `repeat`."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        case.con.execute("BEGIN")
        cost = spent(lambda: derivation.compute(CaseFacts(case.con), 1))
        (edges,) = case.con.execute("SELECT count(*) FROM derivation WHERE probability >= 0.5").fetchall()[0]
        case.con.execute("ROLLBACK")
    return [_bounded(f"derivations alone, {edges:,} edges", cost)]


def _bounded(what: str, cost: tuple[float, float], left: float = 0.0) -> Line:
    most = peak()
    bar, within = f"< {TRACE:.0f} s, < {MEMORY:.0f} GiB", cost[0] <= TRACE and most <= MEMORY
    return Line(what, *cost, most, None, bar, within, left)


def scratch(folder: Path, repeat: int) -> list[Line]:
    """The first trace of the case; it stays. Once, whatever `repeat`: the second one has nothing to do."""
    store = disk(folder / "case")
    with open_case(folder / "case", key_file=folder / "key") as case:
        (memberships,) = case.con.execute("SELECT count(*) FROM membership").fetchall()[0]
        first = _bounded("trace from scratch", spent(lambda: trace(case)), disk(folder / "case"))
        idle = Line("  again, nothing has changed", *spent(lambda: trace(case), repeat), peak())
    within = store <= STORE if memberships >= STATED_DAY else None
    what = f"the store before it: {memberships:,} memberships"
    return [Line(what, 0.0, 0.0, 0.0, None, f"<= {STORE:.0f} GB", within, store), first, idle]


def newcomer(folder: Path, repeat: int) -> list[Line]:
    """A small list is put into the case, and the case traced. Once, whatever `repeat`."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        rows, done, again = _put_in(case), list[Traced](), list[str]()
        cost = spent(lambda: done.append(trace(case)))
        most = peak()
        whole = spent(lambda: again.append(recompute_digest(case)))
    if done[0].result != again[0]:
        raise AssertionError("the findings are not those of a trace from scratch")
    what = f"trace of {rows:,} rows more (one from scratch next to it)"
    return [Line(what, *cost, most, whole[0], f"< {NEWCOMER:.0f} s", cost[0] < NEWCOMER)]


def _put_in(case: Case) -> int:
    con = case.con
    (mean,) = con.execute("SELECT count(*) // count(DISTINCT dataset) FROM membership").fetchall()[0]
    (last,) = con.execute("SELECT max(no) FROM dataset").fetchall()[0]
    rows = min(ROWS, int(mean) // SHARE)
    values = {"no": last + 1, "first": last * 3 // 4, "second": 1, "copied": rows * 7 // 10, "own": rows * 3 // 10}
    with case.transaction():
        con.execute((_SQL / "scale_newcomer.sql").read_text(encoding="utf-8"), values)
        _add_dataset(con, last + 1, date(2026, 12, 1), None)
    return rows


def a_day(folder: Path, rows: int, segments: int) -> list[Line]:
    """A day's list is written, loaded and the case traced; opening and closing of the case count, too."""
    source = folder / "day.csv"
    with open_case(folder / "case", key_file=folder / "key", read_only=True) as case:
        (last,) = case.con.execute("SELECT max(no) FROM dataset").fetchall()[0]
        (memberships,) = case.con.execute("SELECT count(*) FROM membership").fetchall()[0]
        text = (_SQL / "scale_day.sql").read_text(encoding="utf-8")
        copied = round(rows * COPIED)
        values = {"first": last, "copied": copied, "own": rows - copied, "segments": segments}
        with source.open("w", encoding="utf-8") as out:  # a case's connection writes no files
            out.write("手机号,姓名\n")
            for batch in case.con.execute(text, values).to_arrow_reader(1 << 20):
                out.writelines(f"{a},{b}\n" for a, b in zip(*(each.to_pylist() for each in batch.columns), strict=True))
    # Another day each time that a kept case is used again.
    facts = DatasetFacts(f"day-{source.stat().st_mtime_ns}", "a-vendor", obtained=date(2027, 1, 5))
    with ExitStack() as stack:
        opened: list[Case] = []
        parts: list[tuple[str, Callable[[], object]]] = [
            ("open", lambda: opened.append(stack.enter_context(open_case(folder / "case", key_file=folder / "key")))),
            ("load", lambda: load_dataset(opened[0], source, facts, ReadOptions())),
            ("trace", lambda: trace(opened[0])),
            ("close", stack.close),
        ]  # fmt: skip
        lines = [Line(f"a day's list: {what}", *spent(part), peak()) for what, part in parts]
    clock, processor = (sum(getattr(line, what) for line in lines) for what in ("seconds", "processor"))
    within = clock < DAY and peak() < DAY_MEMORY if memberships >= STATED_DAY else None
    bar = f"< {DAY:.0f} s, < {DAY_MEMORY:.0f} GiB"
    return [*lines, Line(f"a day's list of {rows:,} rows, all", clock, processor, peak(), None, bar, within)]


def on_spark(folder: Path) -> list[Line]:
    """Export the case, let Spark answer on two cores, import, compare every relation with DuckDB's."""
    from tests.cluster.statements import compare_statements
    from tracer.cluster.exchange import export_job, import_answers
    from tracer.cluster.job import ClusterJob
    from tracer.cluster.spark import Ran, run_job, session

    there, ran = folder / "there", list[Ran]()
    with open_case(folder / "case", key_file=folder / "key") as case:
        case.con.execute("INSERT INTO claim (id, party, kind, dataset) VALUES ('c1', 'party-2', 'random', 'd002')")
        export_job(case, there, 8)
    spark = session("local[2]", {"spark.driver.memory": "1500m"})
    cost = spent(lambda: run_job(spark, str(there), ran.append))
    spark.stop()
    with open_case(folder / "case", key_file=folder / "key") as case:
        import_answers(case, there)
        questions = ClusterJob.from_json((there / "job.json").read_text(encoding="utf-8")).questions
        compared = list(compare_statements(case, questions))
    different, rows = sum(one.different for one in compared), sum(one.rows for one in compared)
    what = f"Spark's statements, {rows:,} rows, {different} differ (DuckDB next to it)"
    return [Line(what, *cost, 0.0, sum(one.seconds for one in compared), "none differs", different == 0)]


def main(
    *,
    datasets: int = 200,
    memberships: int = 20_000_000,
    day: int = 0,
    spark: bool = False,
    folder: Path | None = None,
    repeat: int = 3,
) -> bool:
    """Build the case, measure, print."""
    size, lines = Size(datasets, memberships), list[Line]()
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scale-")))
        folder.mkdir(parents=True, exist_ok=True)
        steps: list[Callable[[], list[Line]]] = []
        if not (folder / "case").exists():
            apart(partial(build, folder, size))
            steps = [partial(step, folder, repeat) for step in (overlaps, derivations, scratch, newcomer)]
        steps += [partial(a_day, folder, day, size.segments)] * bool(day)
        steps += [partial(on_spark, folder)] * spark
        for step in steps:
            lines += apart(step)
    print(table(lines))
    return all(line.within is not False for line in lines)


if __name__ == "__main__":
    frame.run(main)
