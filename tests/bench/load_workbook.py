"""Load bench of a workbook: `python -m tests.bench.load_workbook [--rows 200000] [--repeat 5]`.

Prints, from one run, the load of an .xlsx end to end and python-calamine reading its cells alone, each in a process of
its own, medians; and their ratio beside the bar. Exit code 1 where it is missed.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import tempfile
from pathlib import Path

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tests.bench.load import Spent, load_end_to_end, measure
from tests.bench.load_file import write_list

_BAR = 2.2


def calamine_alone(folder: Path, source: Path) -> None:
    """All cells of the first sheet as Python values."""
    CalamineWorkbook.from_path(source).get_sheet_by_index(0).to_python()


def write_workbook(path: Path, rows: int) -> None:
    """The list of `load_file` as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    text = path.with_suffix(".csv")
    write_list(text, rows)
    with text.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            sheet.append(row)
    book.save(path)


def main() -> int:
    """Run the bench; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracer-bench-") as name:
        source = Path(name) / "list.xlsx"
        write_workbook(source, options.rows)
        spent: dict[str, list[Spent]] = {"calamine alone": [], "load end to end": []}
        for _ in range(options.repeat):
            for label, work in (("calamine alone", calamine_alone), ("load end to end", load_end_to_end)):
                with tempfile.TemporaryDirectory(prefix="tracer-bench-") as fresh:
                    spent[label].append(measure(work, Path(fresh), source))
    seconds = {label: statistics.median(one.seconds for one in runs) for label, runs in spent.items()}
    for label, runs in spent.items():
        cpu, peak = (statistics.median(getattr(one, what) for one in runs) for what in ("cpu", "peak"))
        print(f"  {label:<18} {seconds[label]:7.2f} s {cpu:7.2f} s CPU {peak:6.2f} GiB")
    ratio = seconds["load end to end"] / seconds["calamine alone"]
    print(f"load / calamine {ratio:6.2f}   bar {_BAR}   {'met' if ratio <= _BAR else 'MISSED'}")
    return int(ratio > _BAR)


if __name__ == "__main__":
    sys.exit(main())
