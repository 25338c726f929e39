"""A whole round on files: copies written, attacked by somebody who sees only files, attributed: [--attacks 200].

50 recipients get copies of a list of 100,000 rows as csv. Colluders sample, merge, compare or mix their files, shuffle
the rows and write them as another file type; the attack knows nothing of marks. Every step is a command of the tool on
a real, encrypted case. Prints times, who was named, and whether the stated error was kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from scipy.stats import binomtest

from tests.bench.load_file import write_list
from tests.bench.scale_spent import Line, disk, spent

RECIPIENTS, ROWS, ALPHA = 50, 100_000, 0.01
RELEASED, SLOWEST = 60.0, 10.0
"""Seconds: bars of the copies, and of attributing a leak."""
DESIGN = ("--unique", "3", "--pool", "128", "--withhold", "0.002")
IDENTITIES = 300
SEED = 8_001
Row = tuple[str, ...]


def union(rng: random.Random, copies: Sequence[list[Row]], rate: float) -> list[Row]:
    """A sample of each, merged."""
    return list(dict.fromkeys(row for copy in copies for row in copy if rng.random() < rate))


def common(rng: random.Random, copies: Sequence[list[Row]], rate: float) -> list[Row]:
    """Rows that all have, sampled."""
    others = [set(copy) for copy in copies[1:]]
    return [row for row in copies[0] if all(row in other for other in others) and rng.random() < rate]


def majority(rng: random.Random, copies: Sequence[list[Row]], rate: float) -> list[Row]:
    """Rows that more than half have, sampled."""
    held = Counter(row for copy in copies for row in set(copy))
    return [row for row, count in held.items() if 2 * count > len(copies) and rng.random() < rate]


def mixed(rng: random.Random, copies: Sequence[list[Row]], rate: float) -> list[Row]:
    """For every row one of the copies decides whether it is there."""
    held = [set(copy) for copy in copies]
    every = dict.fromkeys(row for copy in copies for row in copy)
    return [row for row in every if row in held[rng.randrange(len(held))] and rng.random() < rate]


MOVES: tuple[Callable[[random.Random, Sequence[list[Row]], float], list[Row]], ...] = (union, common, majority, mixed)


def run(folder: Path, *arguments: str) -> str:
    """A command of the tool; its standard output."""
    environment = {**os.environ, "TRACER_CASE": str(folder / "case"), "XDG_DATA_HOME": str(folder / "keys")}
    done = subprocess.run(
        [sys.executable, "-m", "tracer", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"tracer {' '.join(arguments)}\n{done.stderr}")
    return done.stdout


def prepare(folder: Path, rows: int = ROWS) -> tuple[float, float]:
    """A case with the list and the copies; seconds on the clock and of the processor that `tracer release` took."""
    write_list(folder / "customers.csv", rows)
    # 86 140 9…: a segment that is not allocated; the list's own numbers lie elsewhere.
    numbers = random.Random(SEED).sample(range(14_090_000_000, 14_099_999_999), IDENTITIES)
    (folder / "canaries.csv").write_text("phone\n" + "".join(f"{number}\n" for number in numbers), encoding="utf-8")
    run(folder, "init", str(folder / "case"))
    run(folder, "party", "add", "client", "--name", "client", "--role", "client")
    vendors = "".join(f'[[party]]\nid = "v{i}"\nname = "v{i}"\nrole = "system_vendor"\n' for i in range(RECIPIENTS))
    (folder / "vendors.toml").write_text(vendors, encoding="utf-8")
    run(folder, "run", str(folder / "vendors.toml"))
    run(folder, "load", str(folder / "customers.csv"), "--holder", "client", "--origin", "own", "--id", "customers")
    run(folder, "canary", "import", str(folder / "canaries.csv"), "--kind", "canary")
    to = [word for i in range(RECIPIENTS) for word in ("--to", f"v{i}")]
    return spent(lambda: run(folder, "release", "customers", *to, "-o", str(folder / "out"), *DESIGN, "-f", "json"))


def read(path: Path) -> tuple[Row, list[Row]]:
    """Header and rows of a copy, as anybody would read them."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return tuple(header), [tuple(row) for row in rows]


def write(path: Path, header: Row, rows: Sequence[Row]) -> None:
    """Write a leak in the type that its name says."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("名单")
        for row in (header, *rows):
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".ndjson":
        lines = (json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) for row in rows)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif path.suffix == ".tsv":
        text = "\n".join("\t".join(cell.replace("\t", " ") for cell in row) for row in (header, *rows))
        path.write_bytes((text + "\n").encode("gb18030"))
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])


def attack(folder: Path, number: int) -> tuple[Path, frozenset[str], str]:
    """Make a leak; its file, the recipients that it came from, and what was done."""
    rng = random.Random(f"{SEED} {number}")
    move = MOVES[number % len(MOVES)]
    sources = rng.sample(range(RECIPIENTS), rng.choice((3, 5) if move is majority else (1, 2, 3)))
    read_files = [read(folder / "out" / f"customers-v{i}.csv") for i in sources]
    rate = rng.choice((1.0, 0.5, 0.2, 0.05))
    rows = move(rng, [rows for _, rows in read_files], rate)
    rng.shuffle(rows)
    kind = rng.choice((".csv", ".tsv", ".ndjson", ".xlsx"))
    path = folder / f"leak{number}{kind}"
    write(path, read_files[0][0], rows)
    told = f"{move.__name__} of {len(sources)} at {rate:.0%}, {len(rows):,} rows as {kind[1:]}"
    return path, frozenset(f"v{i}" for i in sources), told


@dataclass(frozen=True)
class Attributed:
    """One leak, and what the tool said of it."""

    told: str
    sources: frozenset[str]
    accused: frozenset[str]
    cost: tuple[float, float]
    """Seconds on the clock and of the processor that `tracer attribute` took."""


def attributed(folder: Path, number: int) -> Attributed:
    """Make a leak of the copies, load it, attribute it."""
    path, sources, told = attack(folder, number)
    run(folder, "load", str(path), "--holder", "v0", "--id", f"leak{number}")
    said: list[str] = []
    cost = spent(lambda: said.append(run(folder, "attribute", f"leak{number}", "-f", "json")))
    path.unlink()
    return Attributed(told, sources, frozenset(row["recipient"] for row in json.loads(said[0]) if row["accused"]), cost)


def lines(rows: int, attacks: int) -> list[Line]:
    """The copies of a list of so many rows written, and leaks of them attributed; every step a command of its own."""
    with tempfile.TemporaryDirectory(prefix="copies-") as name:
        folder = Path(name)
        written = prepare(folder, rows)
        size = disk(folder / "out")
        found = [attributed(folder, number) for number in range(attacks)]
    if any(one.accused - one.sources for one in found):
        raise AssertionError("somebody innocent is named: python -m tests.bench.copies tells whether too often")
    clock, processor = (statistics.median(one.cost[i] for one in found) for i in (0, 1))
    slowest = max(one.cost[0] for one in found)
    caught = sum(bool(one.accused) for one in found)
    return [
        Line(f"{RECIPIENTS} marked copies of {rows:,} rows written", *written, 0.0, None, f"< {RELEASED:.0f} s",
             written[0] < RELEASED, size),
        Line(f"attribution of a leak, the command ({caught} of {attacks} name a source)", clock, processor, 0.0, None,
             f"< {SLOWEST:.0f} s", slowest < SLOWEST),
    ]  # fmt: skip


def main() -> int:
    """Print the round; 1 where the stated error was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attacks", type=int, default=200)
    attacks = parser.parse_args().attacks
    found: list[Attributed] = []
    with tempfile.TemporaryDirectory(prefix="copies-") as name:
        folder = Path(name)
        seconds, _ = prepare(folder)
        print(f"{RECIPIENTS} copies of {ROWS:,} rows written in {seconds:.1f} s (bar {RELEASED:.0f} s)", flush=True)
        for number in range(attacks):
            one = attributed(folder, number)
            flag = "  INNOCENT NAMED" if one.accused - one.sources else ""
            print(f"  {one.told}: {len(one.accused & one.sources)} of {len(one.sources)} named{flag}", flush=True)
            found.append(one)
    wrong = sum(bool(one.accused - one.sources) for one in found)
    keeps = bool(binomtest(wrong, attacks, 2 * ALPHA, alternative="greater").pvalue > 0.01)
    slowest = max(one.cost[0] for one in found)
    print(f"slowest attribution {slowest:.1f} s (bar {SLOWEST:.0f} s), start of the program included")
    caught = sum(bool(one.accused & one.sources) for one in found)
    print(f"{caught} of {attacks} leaks name a source; somebody innocent in {wrong} (two nulls of {ALPHA:.0%})")
    return 0 if keeps else 1


if __name__ == "__main__":
    sys.exit(main())
