"""Load bench: `python -m tests.bench.load [--rows 5000000] [--quoted all]`.

Prints, from one run: the load end to end, its floors (what the machine needs for the least that a load must do), and a
script with pandas and phonenumbers; as ratios, with the bars beside them. Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.bench.load_file import write_list

_BAR_FLOORS = 1.3
_BAR_PANDAS = 8.0
_BAR_MEMORY = 4 << 30
_SAMPLE = 50_000
"""Rows of the pandas script, which takes hours otherwise; its time is scaled by the rows, start-up left out."""
_SQL = Path(__file__).parent / "sql"
_KEY = "00" * 32


@dataclass(frozen=True)
class Spent:
    """What a piece of work has cost."""

    seconds: float
    """Wall clock: what the bars are about."""
    cpu: float
    """Seconds of all threads: what stays comparable while others use the machine."""
    peak: int
    """Resident memory, bytes."""


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
    from tracer.case.store import attach, connect

    con = connect(folder)
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


def pandas_script(folder: Path, source: Path) -> None:
    """What people write: pandas reads, phonenumbers parses cell by cell, distinct numbers are sorted and written."""
    import pandas as pd
    import phonenumbers

    def number(text: object) -> str | None:
        try:
            parsed = phonenumbers.parse(str(text), "CN")
        except phonenumbers.NumberParseException:
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    frame = pd.read_csv(source, dtype=str)
    frame["key"] = frame["手机号"].map(number)
    frame.drop_duplicates("key").sort_values("key").to_csv(folder / "pandas.csv", index=False)


def _child(work: Callable[[Path, Path], None], folder: Path, source: Path, answer: Any) -> None:
    start = time.perf_counter()
    work(folder, source)
    seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer.put(Spent(seconds, used.ru_utime + used.ru_stime, peak))


def measure(work: Callable[[Path, Path], None], folder: Path, source: Path) -> Spent:
    """What `work` costs in a fresh process; imports count."""
    context = get_context("spawn")
    answer = context.Queue()
    child = context.Process(target=_child, args=(work, folder, source, answer))
    child.start()
    spent: Spent = answer.get()
    child.join()
    return spent


def main() -> int:
    """Run the bench; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--quoted", choices=("none", "some", "all"), default="none", help="cells in quotes")
    options = parser.parse_args()
    rows: int = options.rows
    with tempfile.TemporaryDirectory(prefix="tracer-bench-") as name:
        folder = Path(name)
        source, sample = folder / "list.csv", folder / "sample.csv"
        write_list(source, rows, quoted=options.quoted)
        sampled = min(rows, _SAMPLE)
        write_list(sample, sampled)
        floors = {
            work.__name__: measure(work, folder, source)
            for work in (bare_load, normalise_and_sort, hash_only, encrypt_copy)
        }
        ours = measure(load_end_to_end, folder, source)
        pandas = measure(pandas_script, folder, sample)
        size = source.stat().st_size
    theirs = pandas.seconds * rows / sampled
    floor = sum(spent.seconds for spent in floors.values())
    floor_cpu = sum(spent.cpu for spent in floors.values())
    print(f"rows {rows:,}, {size / 1e6:,.0f} MB")
    for label, spent in floors.items():
        print(f"  floor {label:<20} {spent.seconds:8.2f} s {spent.cpu:8.2f} s CPU")
    print(f"  floors together           {floor:8.2f} s {floor_cpu:8.2f} s CPU")
    speed = rows / ours.seconds / 1e6
    print(f"  load end to end           {ours.seconds:8.2f} s {ours.cpu:8.2f} s CPU   {speed:.2f} M rows/s")
    print(f"  pandas + phonenumbers     {theirs:8.2f} s   (from {sampled:,} rows, scaled)")
    print(f"load / floors, CPU {ours.cpu / floor_cpu:6.2f}")
    bars = (
        ("load / floors", ours.seconds / floor, _BAR_FLOORS, ours.seconds / floor <= _BAR_FLOORS),
        ("pandas / load", theirs / ours.seconds, _BAR_PANDAS, theirs / ours.seconds >= _BAR_PANDAS),
        ("peak GiB", ours.peak / 2**30, _BAR_MEMORY / 2**30, ours.peak < _BAR_MEMORY),
    )
    for label, value, bar, met in bars:
        print(f"{label:<16} {value:7.2f}   bar {bar:.1f}   {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
