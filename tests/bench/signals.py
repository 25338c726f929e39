"""Signals bench: a million call records to hits in under 10 s. `python -m tests.bench.signals [--rows N]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tracer.case.case import create_case
from tracer.signals.load import load_signals

_BAR_S = 10.0


def write_records(path: Path, rows: int) -> None:
    """Asterisk's Master.csv with 18 quoted columns, calls to 200,000 numbers of an unallocated segment."""
    rng = np.random.default_rng(1)
    called, caller = rng.integers(0, 200_000, rows), rng.integers(0, 10**8, rows)
    start = datetime(2026, 6, 18)
    with path.open("w", encoding="utf-8") as out:
        for i in range(rows):
            at = f"{start + timedelta(seconds=3 * i):%Y-%m-%d %H:%M:%S}"
            shown = f"141{caller[i]:08d}"
            out.write(
                f'"","{shown}","140{called[i]:08d}","ctx","""x"" <{shown}>","SIP/gsm-{i:08x}","","Record","a.wav",'
                f'"{at}","{at}","{at}",9,7,"ANSWERED","DOCUMENTATION","{i}.1",""\n'
            )


def main() -> int:
    """Time a load end to end, encrypted copy and hash included; 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="tracer-bench-") as name:
        folder = Path(name)
        source = folder / "Master.csv"
        write_records(source, rows)
        with create_case(folder / "case", key_file=folder / "key") as case:
            case.con.execute(
                "INSERT INTO canary (no, phone, kind, imported_at)"
                " SELECT i, 8614000000000 + i * 400, 'canary', now() FROM range(1, 500) AS t(i)"
            )
            began, cpu = time.perf_counter(), time.process_time()
            loaded = load_signals(case, source)
            took, spent = time.perf_counter() - began, time.process_time() - cpu
    bar = _BAR_S * rows / 1_000_000
    met = took < bar and loaded.rows == rows and loaded.rejected == 0
    print(f"{rows:,} records, {loaded.signals:,} hits: {took:.2f} s, {spent:.2f} s CPU; bar {bar:.1f} s", end="   ")
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
