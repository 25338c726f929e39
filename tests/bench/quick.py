"""What people wait for every day, against its bars: `python -m tests.bench.quick [--large CASE --key-file FILE]`.

Each command in a process of its own, on the sample case of twenty lists, Python's start included. On a machine that
others use the processor's seconds are what counts; a quiet one needs about as many by the clock.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

WAITED: Sequence[tuple[str, float, Sequence[str]]] = (
    ("status", 0.5, ("status",)),
    ("query", 0.5, ("query", "datasets")),
    ("why", 0.5, ("why", "huaixu-teaser", "quandu-2026-05")),
    ("findings", 0.5, ("findings",)),
    ("export graph, 20 lists", 1.5, ("export", "graph", "--to", "html", "-o", "{folder}/graph.html")),
)
"""What it is, its bar in seconds, and the command; none changes anything but the journal."""
IMPORT, ONE_MORE, PURGE, LARGE = 0.05, 1.5, 3.0, 6.0
"""Bars in seconds: `import tracer`, the trace after one more list, a purge, the page of 200 lists."""
ROWS = 5_000
REPEAT = 3


def measured(*arguments: str, repeat: int = 1) -> tuple[float, float]:
    """(processor, clock) in seconds of a Python with these arguments; of several the fastest."""
    found = []
    for _ in range(repeat):
        before, began = os.times(), time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after, clock = os.times(), time.perf_counter() - began
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        found.append((spent, clock))
    return min(found)


def show(what: str, bar: float, found: tuple[float, float]) -> None:
    """Print a line."""
    met = "met" if min(found) <= bar else "MISSED"
    print(f"{what:44} {found[0]:9.2f} {found[1]:9.2f} {bar:6.2f}  {met}", flush=True)


def one_more_list(path: Path) -> None:
    """A list of numbers that no other list has, reproducible."""
    draw = random.Random(5)
    names = [f"{draw.choice('赵钱孙李周吴郑王')}{draw.choice('伟芳娜敏静丽强磊')}" for _ in range(ROWS)]
    lines = [f"{name},1{draw.randint(3_000_000_000, 9_999_999_999)}" for name in names]
    path.write_text("\n".join(["姓名,手机号", *lines]) + "\n", encoding="utf-8")


def main() -> int:
    """Make the sample case, and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--large", type=Path, help="a traced case of some 200 lists, whose page is made")
    asked.add_argument("--key-file", type=Path)
    chosen = asked.parse_args()
    print(f"{'':44} {'processor':>9} {'clock':>9} {'bar':>6}")
    bare = measured("-c", "pass", repeat=REPEAT)
    loaded = measured("-c", "import tracer", repeat=REPEAT)
    show("import tracer", IMPORT, (max(0.0, loaded[0] - bare[0]), max(0.0, loaded[1] - bare[1])))
    folder = Path(tempfile.mkdtemp(prefix="tracer-quick-"))
    try:
        key = ("--key-file", str(folder / "key"))
        measured("-m", "tracer", *key, "demo", str(folder / "case"))
        case = ("-m", "tracer", *key, "--case", str(folder / "case"))
        for what, bar, command in WAITED:
            show(what, bar, measured(*case, *(part.format(folder=folder) for part in command), repeat=REPEAT))
        one_more_list(folder / "one-more.csv")
        measured(*case, "load", str(folder / "one-more.csv"), "--holder", "one-more")
        show(f"trace after one more list of {ROWS:,} rows", ONE_MORE, measured(*case, "trace"))
        show("purge of one list", PURGE, measured(*case, "purge", "quandu-2026-05", "--yes"))
        if chosen.large is not None:
            own = () if chosen.key_file is None else ("--key-file", str(chosen.key_file))
            large = ("-m", "tracer", *own, "--case", str(chosen.large), *WAITED[-1][2][:-1], str(folder / "large.html"))
            show("export graph, the large case", LARGE, measured(*large))
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
