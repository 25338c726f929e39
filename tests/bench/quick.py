"""What people wait for every day: `python -m tests.bench.quick [--other CHECKOUT] [--lists N]`.

Each command in a process of its own, Python's start included, on the sample case of twenty lists; with `--lists N` on
a simulated market of so many lists instead. Against its bars; with `--other`, against another checkout of the tool by
turns, each on a case that it made itself: no command may take more than 1.1 times as long. On a machine that others use
the processor's seconds are what counts; a quiet one needs about as many by the clock. Exit code 1: a bar is missed.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import frame
from tests.bench.load import write_list
from tests.bench.spent import spent

HERE = Path(__file__).parents[2]
WAITED: Sequence[tuple[str, float, Sequence[str]]] = (
    ("start-up (--help)", 0.15, ("--help",)),
    ("status", 0.5, ("status",)),
    ("query", 0.5, ("query", "datasets")),
    ("why", 0.5, ("why", "{a}", "{b}")),
    ("findings", 0.5, ("findings",)),
    ("page", 1.5, ("export", "graph", "--to", "html", "-o", "{folder}/graph.html")),
)
"""What it is, its bar in seconds on the sample, and the command; none changes anything but the journal."""
ONE_MORE, PURGE, RELEASE, SLOWER = 1.5, 3.0, 10.0, 1.1
"""Bars: seconds of the trace after one more list, of a purge and a release; how much slower than the other checkout."""
RECIPIENTS, IDENTITIES = 12, 200
ROWS = 5_000
Cost = tuple[float, float]
"""Seconds of the processor and on the clock."""


class Tool:
    """A checkout of the tool with a case of its own."""

    def __init__(self, checkout: Path, folder: Path, manifest: Path | None) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(checkout), "TRACER_KEY": "5a" * 32, "HOME": str(folder)}
        case = folder / "case"
        if manifest is None:
            self.run("demo", str(case))
        else:
            self.run("run", str(manifest), "--case", str(case), "--allow-outside")
        self.environment["TRACER_CASE"] = str(case)
        said = self.run("query", "derivations", "-f", "ndjson")[2].splitlines()
        first, second = (f'"{name}":"' for name in ("parent", "child"))
        line = said[0].replace(": ", ":")
        self.ids = {"a": line.split(first)[1].split('"')[0], "b": line.split(second)[1].split('"')[0]}

    def run(self, *words: str) -> tuple[float, float, str]:
        """(processor, clock, what was printed) of one command."""
        command = [sys.executable, "-P", "-m", "tracer", *words]
        done: list[subprocess.CompletedProcess[str]] = []
        clock, processor = spent(lambda: done.append(subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False,
        )))  # fmt: skip
        if done[0].returncode:
            raise RuntimeError(f"{' '.join(command)}: {done[0].stderr[-1000:]}")
        return processor, clock, done[0].stdout

    def cost(self, command: Sequence[str]) -> Cost:
        """What one command costs."""
        return self.run(*(part.format(folder=self.folder, **self.ids) for part in command))[:2]


def one_more_list(path: Path) -> None:
    """A list of numbers that no other list has, of a segment that nobody has."""
    draw = random.Random(5)
    lines = [f"{draw.choice('赵钱孙李周吴郑王')}伟{n % 97},1429{draw.randrange(10**7):07}" for n in range(ROWS)]
    path.write_text("\n".join(["姓名,手机号", *lines]) + "\n", encoding="utf-8")


def customers(folder: Path, rows: int) -> Path:
    """A client's list, planted identities and recipients, as a manifest."""
    write_list(folder / "customers.csv", rows)
    numbers = random.Random(6).sample(range(14_090_000_000, 14_099_999_999), IDENTITIES)
    (folder / "planted.csv").write_text("phone\n" + "".join(f"{one}\n" for one in numbers), encoding="utf-8")
    parties = [f'[[party]]\nid = "v{n}"\nname = "v{n}"\nrole = "system_vendor"\n' for n in range(RECIPIENTS)]
    own = '[[dataset]]\nid = "customers"\npath = "customers.csv"\nholder = "own"\norigin = "own"\n'
    planted = '[[canaries]]\npath = "planted.csv"\nkind = "canary"\n'
    (folder / "release.toml").write_text("".join([*parties, own, planted]), encoding="utf-8")
    return folder / "release.toml"


def row(what: str, bar: float, costs: Sequence[Sequence[Cost]]) -> bool:
    """Print the medians of one tool, or of two by turns; whether the bar is met."""
    middle = [tuple(statistics.median(one[i] for one in runs) for i in (0, 1)) for runs in costs]
    if len(costs) == 1:
        shown, met = (*middle[0], bar), bool(min(middle[0]) <= bar)
    else:
        ratio = statistics.median(here[0] / max(there[0], 1e-3) for here, there in zip(*costs, strict=True))
        shown, met = (middle[0][0], middle[1][0], ratio), bool(ratio <= SLOWER)
    figures = "{:9.2f} {:9.2f} {:8.2f}".format(*shown)
    print(f"{what:40} {figures} {'sx'[len(costs) > 1]}  {'met' if met else 'MISSED'}", flush=True)
    return met


def main(*, other: Path | None = None, lists: int = 0, release: int = 20_000, repeat: int = 5) -> bool:
    """Make the cases, and measure."""
    with tempfile.TemporaryDirectory(prefix="tracer-quick-") as temporary:
        place, manifest = Path(temporary), None
        if lists:
            command = ["simulate", str(place / "market"), "--seed", "7", "--lists", str(lists)]
            subprocess.run([sys.executable, "-m", "tracer", *command], check=True, capture_output=True, cwd=HERE)
            manifest = place / "market" / "case.toml"
        tools = []
        for name, checkout in (("here", HERE), ("there", other)):
            if checkout is not None:
                (place / name).mkdir()
                tools.append(Tool(checkout.resolve(), place / name, manifest))
        head = ("here", "there", "ratio") if other else ("processor", "clock", "bar")
        print(f"{'':40} {head[0]:>9} {head[1]:>9} {head[2]:>8}")
        met = []
        for what, bar, words in WAITED:
            turns = [[tool.cost(words) for tool in tools] for _ in range(repeat)]
            met.append(row(what, bar, list(zip(*turns, strict=True))))
        one_more_list(place / "one-more.csv")
        for tool in tools:
            tool.run("load", str(place / "one-more.csv"), "--holder", "one-more")
        met.append(
            row(f"trace after one more list of {ROWS:,} rows", ONE_MORE, [[tool.cost(("trace",))] for tool in tools])
        )
        purge = ("purge", "one-more", "--yes", "--reason", "a bench measures how long a purge takes")
        met.append(row("purge of one list", PURGE, [[tool.cost(purge)] for tool in tools]))
        to = [word for n in range(RECIPIENTS) for word in ("--to", f"v{n}")]
        # The gate looks, and refuses this list, whose columns know nothing of one another; the work is the same.
        handed_out = ("release", "customers", *to, "-o", "{folder}/copies", "--unique", "5", "--accept-detectable")
        for tool in tools:
            tool.run("run", str(customers(place, release)), "--allow-outside")
        what = f"release of {release:,} rows to {RECIPIENTS} recipients"
        met.append(row(what, RELEASE, [[tool.cost(handed_out)] for tool in tools]))
    return all(met) or bool(lists)


if __name__ == "__main__":
    frame.run(main)
