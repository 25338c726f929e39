"""500 million memberships in one case, and a day's new list: `python -m tests.bench.half_billion [--memberships N]`.

Makes a real, encrypted case by set-based SQL (like `derivation_scale`), traces it once, then loads a file of `--rows`
rows as `tracer load` does and brings the findings up to date. Prints seconds, peak memory and the size of the store;
exit code 1 where a bar is missed: 5 GB for the case at first, 90 s and 12 GiB for the new list. `--again` computes the
findings from scratch once more and compares. `--folder` keeps the case for the next time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

from tests.bench.derivation_scale import Size, build
from tests.bench.scale_spent import Line, apart, peak, spent, table
from tracer.case.case import Case, open_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.trace import findings_digest, recompute_digest, trace

DISK, SECONDS, MEMORY = 5.0, 90.0, 12.0
"""Bars: GB of the case before its first trace; seconds and GiB of loading and tracing a day's list."""
SEGMENTS = 90_000
"""Blocks of numbers: all that are nobody's, 900 million numbers."""
COPIED = 0.45
"""Share of the day's list that was copied from another one."""
_SQL = Path(__file__).parent / "sql"


def first_trace(folder: Path) -> list[Line]:
    """Trace the case as it was built."""
    gigabytes = _size(folder)
    with open_case(folder / "case", key_file=folder / "key") as case:
        clock, processor = spent(lambda: trace(case))
    return [
        Line(f"store of the memberships: {gigabytes:.2f} GB", 0, 0, 0, None, f"<= {DISK:.0f} GB", gigabytes <= DISK),
        Line(f"first trace (store then {_size(folder):.2f} GB)", clock, processor, peak()),
    ]


def write_day(folder: Path, rows: int, segments: int) -> None:
    """The day's list as `day.csv`."""
    with open_case(folder / "case", key_file=folder / "key", read_only=True) as case:
        (last,) = case.con.execute("SELECT max(no) FROM dataset").fetchall()[0]
        copied = round(rows * COPIED)
        values = {"first": last, "copied": copied, "own": rows - copied, "segments": segments}
        text = (_SQL / "half_billion_file.sql").read_text(encoding="utf-8")
        case.con.execute(text.replace("{file}", str(folder / "day.csv")), values)


def new_day(folder: Path) -> list[Line]:
    """Load the day's list, trace; every step counts, opening and closing of the case, too."""
    # Another day each time that a kept case is used again.
    facts = DatasetFacts(f"day-{(folder / 'day.csv').stat().st_mtime_ns}", "a-vendor", obtained=date(2027, 1, 5))
    with ExitStack() as stack:
        opened: list[Case] = []
        steps: list[tuple[str, Callable[[], object]]] = [
            ("open", lambda: opened.append(stack.enter_context(open_case(folder / "case", key_file=folder / "key")))),
            ("load", lambda: load_dataset(opened[0], folder / "day.csv", facts, ReadOptions())),
            ("trace", lambda: trace(opened[0])),
            ("close", stack.close),
        ]  # fmt: skip
        lines = [Line(f"new list: {what}", *spent(step), peak()) for what, step in steps]
    clock, processor = (sum(getattr(line, what) for line in lines) for what in ("seconds", "processor"))
    most = max(line.peak for line in lines)
    within = clock < SECONDS and most < MEMORY
    return [
        *lines,
        Line("new list, all", clock, processor, most, None, f"< {SECONDS:.0f} s, < {MEMORY:.0f} GiB", within),
    ]


def from_scratch(folder: Path) -> list[Line]:
    """Compute the findings of the case as it is from scratch: they are those that were brought up to date."""
    again: list[str] = []
    with open_case(folder / "case", key_file=folder / "key") as case:
        cost = spent(lambda: again.append(recompute_digest(case)))
        if again != [findings_digest(case.con)]:
            raise AssertionError("the findings are not those of a trace from scratch")
    return [Line("the same findings from scratch", *cost, peak())]


def _size(folder: Path) -> float:
    return (folder / "case" / "case.duckdb").stat().st_size / 1e9


def days(
    folder: Path, size: Size, rows: int, again: bool, progress: Callable[[str], None] = lambda _: None
) -> list[Line]:
    """Make the case where `folder` has none, and trace it; then a day's list. Every part in a process of its own.

    `progress` is told the first lines before the day begins.
    """
    lines: list[Line] = []
    if not (folder / "case").exists():
        folder.mkdir(exist_ok=True)
        apart(partial(build, folder, size))
        lines += apart(partial(first_trace, folder))
        progress(table(lines))
    apart(partial(write_day, folder, rows, size.segments))
    lines += apart(partial(new_day, folder))
    return lines + (apart(partial(from_scratch, folder)) if again else [])


def sized(datasets: int, memberships: int) -> Size:
    """As dense as half a billion memberships among all numbers that there are."""
    segments = min(SEGMENTS, max(1_000, memberships * SEGMENTS // 500_000_000))
    return Size(datasets, memberships, cells=False, segments=segments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--memberships", type=int, default=500_000_000)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="half-billion-")))
        lines = days(folder, sized(given.datasets, given.memberships), given.rows, given.again, print)
    print(table(lines))
    if given.json is not None:
        given.json.write_text(json.dumps([line.told() for line in lines], indent=2) + "\n", encoding="utf-8")
    return int(any(line.within is False for line in lines))


if __name__ == "__main__":
    sys.exit(main())
