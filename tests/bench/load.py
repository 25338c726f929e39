"""Load bench: `python -m tests.bench.load [--rows 5000000] [--quoted all] [--repeat 1]`.

Prints, from one run, medians: the load end to end, its floors (what the machine needs for the least that a load must
do), and a script with pandas and phonenumbers; as ratios, with the bars beside them. Every piece of work in a process
of its own, by turns. Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from tests.bench.load_file import write_list
from tests.bench.scale_spent import Line, apart, disk, peak, table

_BAR_FLOORS = 1.3
_BAR_PANDAS = 8.0
_BAR_MEMORY = 4.0
"""GiB."""
_SAMPLE, _FIRST = 50_000, 100
"""Rows of the pandas script, which takes hours otherwise: its time is scaled by the rows. It works on a few rows before
it is timed, because start-up would be scaled, too."""
_SQL = Path(__file__).parent / "sql"
_KEY = "00" * 32
Work: TypeAlias = Callable[[Path, Path], None]
"""(folder to write in, file of the list)."""


@dataclass(frozen=True)
class Spent:
    """What a piece of work has cost."""

    seconds: float
    cpu: float
    """Seconds of all threads: what stays comparable while others use the machine."""
    peak: float


def load_end_to_end(folder: Path, source: Path) -> None:
    """What `tracer load` does, from opening the case to its journal entry."""
    from tracer.case.case import create_case
    from tracer.lists.load import DatasetFacts, load_dataset
    from tracer.lists.read.model import ReadOptions

    with create_case(folder / "case", key_file=folder / "key") as case:
        loaded = load_dataset(case, source, DatasetFacts("bench", "vendor"), ReadOptions())
        print(
            f"  rows {loaded.rows:,}, identifiers {loaded.identifiers:,}, rejected {loaded.rejected:,}", file=sys.stderr
        )


def _encrypted(folder: Path, name: str) -> Any:
    from tracer.case.budget import keep_to
    from tracer.case.encryption import encrypting_connection
    from tracer.case.store import attach

    con = encrypting_connection()
    keep_to(con)
    attach(con, folder / name, bytes.fromhex(_KEY), read_only=False)
    return con


def bare_load(folder: Path, source: Path) -> None:
    """All columns into a table of an encrypted file, by DuckDB alone."""
    con = _encrypted(folder, "bare.duckdb")
    con.execute(
        "CREATE TABLE raw AS SELECT * FROM read_csv($path, all_varchar = true, delim = ',')", {"path": str(source)}
    )
    con.close()


def normalise_and_sort(folder: Path, source: Path) -> None:
    """Memberships from the bare table, by a hand-written statement, sorted, into another encrypted file."""
    con = _encrypted(folder, "sorted.duckdb")
    con.execute(f"ATTACH '{folder / 'bare.duckdb'}' AS bare (ENCRYPTION_KEY $key, READ_ONLY)", {"key": _KEY})
    con.execute((_SQL / "membership_floor.sql").read_text(encoding="utf-8"))
    con.close()


def hash_only(folder: Path, source: Path) -> None:
    """SHA-256 of the file."""
    with source.open("rb") as clear:
        hashlib.file_digest(clear, "sha256")


def encrypt_copy(folder: Path, source: Path) -> None:
    """An AES-256-GCM copy in chunks of 1 MiB, flushed to disk."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(bytes(32))
    with source.open("rb") as clear, (folder / "copy").open("wb") as sealed:
        number = 0
        while chunk := clear.read(1 << 20):
            number += 1
            sealed.write(cipher.encrypt(number.to_bytes(12, "big"), chunk, None))
        sealed.flush()
        os.fsync(sealed.fileno())


_FLOORS: tuple[Work, ...] = (bare_load, normalise_and_sort, hash_only, encrypt_copy)


def pandas_script(folder: Path, source: Path) -> None:
    """What people write: pandas reads, phonenumbers parses cell by cell, distinct numbers are sorted and written."""
    import pandas as pd

    from tests.bench.peer_phonenumbers import number

    frame = pd.read_csv(source, dtype=str)
    frame["key"] = frame["手机号"].map(number)
    frame.drop_duplicates("key").sort_values("key").to_csv(folder / "pandas.csv", index=False)


def _worked(work: Work, folder: Path, source: Path, first: Path | None) -> Spent:
    if first is not None:
        work(folder, first)
    start, before = time.perf_counter(), os.times()
    work(folder, source)
    seconds, after = time.perf_counter() - start, os.times()
    return Spent(seconds, sum(after[:4]) - sum(before[:4]), peak())


def measure(work: Work, folder: Path, source: Path, first: Path | None = None) -> Spent:
    """What `work` costs in a fresh process; imports count, but where it may do something `first`."""
    return apart(partial(_worked, work, folder, source, first))


def lines(rows: int, quoted: str = "none", repeat: int = 1) -> list[Line]:
    """The load of a file of so many rows, its floors one by one, and what pandas and phonenumbers take."""
    sampled = min(rows, _SAMPLE)
    spent: dict[str, list[Spent]] = {}
    with tempfile.TemporaryDirectory(prefix="tracer-bench-") as name:
        source, sample, first = (Path(name) / f"{what}.csv" for what in ("list", "sample", "first"))
        write_list(source, rows, quoted=quoted)
        write_list(sample, sampled)
        write_list(first, _FIRST)
        size = source.stat().st_size / 1e9
        for _ in range(repeat):
            with tempfile.TemporaryDirectory(prefix="tracer-bench-") as fresh:
                for work in (*_FLOORS, load_end_to_end):
                    spent.setdefault(work.__name__, []).append(measure(work, Path(fresh), source))
                kept = disk(Path(fresh) / "case")
                spent.setdefault("pandas", []).append(measure(pandas_script, Path(fresh), sample, first))
    middle = {label: _median(runs) for label, runs in spent.items()}
    ours, theirs = middle["load_end_to_end"], middle["pandas"]
    floors = [middle[work.__name__] for work in _FLOORS]
    floor, scaled = sum(one.seconds for one in floors), theirs.seconds * rows / sampled
    return [
        Line(f"load of {size:.3f} GB (beside its floors, {sum(one.cpu for one in floors):.2f} s of processor)",
             ours.seconds, ours.cpu, ours.peak, floor, f"<= {_BAR_FLOORS} x",
             ours.seconds <= _BAR_FLOORS * floor, kept),
        *(Line(f"  floor {work.__name__}", one.seconds, one.cpu, one.peak)
          for work, one in zip(_FLOORS, floors, strict=True)),
        Line("  its memory", ours.seconds, ours.cpu, ours.peak, None, f"< {_BAR_MEMORY:.0f} GiB",
             ours.peak < _BAR_MEMORY),
        Line(f"  beside pandas + phonenumbers ({sampled:,} rows, scaled)", ours.seconds,
             theirs.cpu * rows / sampled, theirs.peak, scaled,
             f"<= 1 / {_BAR_PANDAS:.0f}", scaled >= _BAR_PANDAS * ours.seconds),
    ]  # fmt: skip


def _median(runs: Sequence[Spent]) -> Spent:
    return sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]


def main() -> int:
    """Run the bench; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--quoted", choices=("none", "some", "all"), default="none", help="cells in quotes")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    found = lines(options.rows, options.quoted, options.repeat)
    print(f"{options.rows:,} rows, {options.rows / found[0].seconds / 1e6:.2f} M a second")
    print(table(found))
    return int(any(line.within is False for line in found))


if __name__ == "__main__":
    sys.exit(main())
