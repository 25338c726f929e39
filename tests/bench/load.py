"""Load bench: `python -m tests.bench.load [--rows 3000000] [--quoted all] [--repeat 1]`.

Prints, from one run, medians: the load end to end, its floors (what the machine needs for the least that a load must
do), and a script with pandas and phonenumbers; as ratios, next to the bars. Every piece of work in a process of its
own, by turns. The list: invented people with numbers of unallocated segments, in mixed dirty forms. Exit code 1 where a
bar is missed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb
import phonenumbers

from tests.bench import frame
from tests.bench.spent import Line, apart, disk, peak, spent, table

_BAR_FLOORS = 1.5
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


def write_list(path: Path, rows: int, *, quoted: str = "none") -> None:
    """Write a UTF-8 CSV of 姓名, 手机号, 公司, 地址, 日期 with `rows` data rows; the same bytes for the same `rows`.

    Nine in ten numbers are distinct. Four in ten are clean; the rest have country codes, separators, the `.0` of a
    float, full-width digits, blanks; one in fifty is masked, damaged, empty or a landline. `quoted`: which cells
    stand in quotes, none, some (a column) or all.
    """
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute((_SQL / "load_file.sql").read_text(encoding="utf-8"), {"rows": rows})
        quotes = {"none": "", "some": ", FORCE_QUOTE (公司)", "all": ", FORCE_QUOTE *"}[quoted]
        con.execute(f"COPY (SELECT * FROM contact) TO $path (FORMAT csv, HEADER true{quotes})", {"path": str(path)})


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
    from tracer.case.store import attach, encrypting_connection, keep_to

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

    def number(text: object) -> str | None:
        try:
            parsed = phonenumbers.parse(str(text), "CN")
        except phonenumbers.NumberParseException:
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    frame = pd.read_csv(source, dtype=str)
    frame["key"] = frame["手机号"].map(number)
    frame.drop_duplicates("key").sort_values("key").to_csv(folder / "pandas.csv", index=False)


def _worked(work: Work, folder: Path, source: Path, first: Path | None) -> tuple[float, float, float]:
    if first is not None:
        work(folder, first)
    return (*spent(lambda: work(folder, source)), peak())


def measure(work: Work, folder: Path, source: Path, first: Path | None = None) -> tuple[float, float, float]:
    """Seconds, processor and peak in a fresh process; imports count, but where `work` may do something `first`."""
    return apart(partial(_worked, work, folder, source, first))


def lines(rows: int, quoted: str = "none", repeat: int = 1) -> list[Line]:
    """The load of a file of so many rows, its floors one by one, and what pandas and phonenumbers take."""
    sampled = min(rows, _SAMPLE)
    runs: dict[str, list[tuple[float, float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="tracer-bench-") as name:
        source, sample, first = (Path(name) / f"{what}.csv" for what in ("list", "sample", "first"))
        write_list(source, rows, quoted=quoted)
        write_list(sample, sampled)
        write_list(first, _FIRST)
        size = source.stat().st_size / 1e9
        for _ in range(repeat):
            with tempfile.TemporaryDirectory(prefix="tracer-bench-") as fresh:
                for work in (*_FLOORS, load_end_to_end):
                    runs.setdefault(work.__name__, []).append(measure(work, Path(fresh), source))
                kept = disk(Path(fresh) / "case")
                runs.setdefault("pandas", []).append(measure(pandas_script, Path(fresh), sample, first))
    middle = {label: sorted(found)[len(found) // 2] for label, found in runs.items()}
    ours, theirs = middle["load_end_to_end"], middle["pandas"]
    floors = [middle[work.__name__] for work in _FLOORS]
    floor, scaled = sum(one[0] for one in floors), theirs[0] * rows / sampled
    return [
        Line(f"load of {size:.3f} GB (next to its floors, {sum(one[1] for one in floors):.2f} s of processor)",
             *ours, floor, f"<= {_BAR_FLOORS} x", ours[0] <= _BAR_FLOORS * floor, kept),
        *(Line(f"  floor {work.__name__}", *one) for work, one in zip(_FLOORS, floors, strict=True)),
        Line("  its memory", *ours, None, f"< {_BAR_MEMORY:.0f} GiB", ours[2] < _BAR_MEMORY),
        Line(f"  next to pandas + phonenumbers ({sampled:,} rows, scaled)", ours[0], theirs[1] * rows / sampled,
             theirs[2], scaled, f"<= 1 / {_BAR_PANDAS:.0f}", scaled >= _BAR_PANDAS * ours[0]),
    ]  # fmt: skip


def main(*, rows: int = 3_000_000, quoted: Literal["none", "some", "all"] = "none", repeat: int = 1) -> bool:
    """Measure and print."""
    found = lines(rows, quoted, repeat)
    print(f"{rows:,} rows, {rows / found[0].seconds / 1e6:.2f} M a second")
    print(table(found))
    return all(line.within is not False for line in found)


if __name__ == "__main__":
    frame.run(main)
