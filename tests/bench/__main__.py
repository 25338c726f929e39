"""`python -m tests.bench`: the speed that is promised, against its bars; `--list`: what else is measured.

`--small NAME …` starts benches once at their smallest, as `make test-all` does with all of them, so that none rots.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Bench:
    """A module here that is run by itself."""

    name: str
    takes: str
    """About, at its default size on two cores that nobody else uses."""
    small: tuple[str, ...]
    """Arguments that start it once at its smallest; `{lists}` stands for a folder with files of others."""
    exact: bool = True
    """Whether its bars hold at that size, too; where they are about rates or ratios, a few draws may miss them."""
    needs: str = ""
    """A program without which it cannot run."""

    @property
    def about(self) -> str:
        """The first line of its docstring."""
        path = HERE.joinpath(*self.name.split("."))
        path = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
        return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]

    def started(self, *arguments: str, **run: object) -> subprocess.CompletedProcess[str]:
        """Run it in a process of its own."""
        command = [sys.executable, "-m", f"tests.bench.{self.name}", *arguments]
        return subprocess.run(command, cwd=HERE.parents[1], text=True, check=False, **run)  # type: ignore[call-overload,no-any-return]  # the caller's


BENCHES = (
    Bench("alarms", "1 h", ("--years", "1", "--leaks", "2"), exact=False),
    Bench("alias_origins", "5 min", ("--lists", "1", "--tagged", "30"), exact=False),
    Bench("by_products", "5 min", ("300",)),
    Bench("campaigns", "10 min", ("--cases", "2"), exact=False),
    Bench("codes", "30 min", ("--runs", "2", "--mixing", "2"), exact=False),
    Bench("differencing", "3 min", ("--people", "2")),
    Bench("eight", "1 h", ("crm", "--rows", "400", "--copies", "4"), exact=False),
    Bench("encodings", "1 min", ("{lists}",)),
    Bench("framing", "30 min", ("--attempts", "2"), exact=False),
    Bench("framing_inside", "2 h", ("--runs", "1"), exact=False),
    Bench("fuzz", "30 min", ("--files", "32", "--others", "32", "--manifests", "32")),
    Bench("intervals", "2 min", ("--draws", "300"), exact=False),
    Bench("keyed_choices", "10 min", ("--leaks", "1"), exact=False),
    Bench("kills", "2 h", ("--runs", "1", "--steps", "watch")),
    Bench("load", "3 min", ("--rows", "20000"), exact=False),
    Bench("masked_names", "10 min", ("--lists", "9"), exact=False),
    Bench("namesakes", "3 min", ("--people", "3000"), exact=False),
    Bench(
        "pictures",
        "10 min",
        ("--langs", "en", "--figures", "story", "--widths", "660", "--pages", "1440"),
        exact=False,
        needs="chromium",
    ),
    Bench("probes", "10 min", ("--runs", "2"), exact=False),
    Bench("quick", "3 min", ("--repeat", "1", "--release", "2000"), exact=False),
    Bench("random_claim", "20 min", ("--draws", "250", "--lists", "2", "--countries", "US"), exact=False),
    Bench("same_findings", "5 min", (".", "--markets", "0")),
    Bench(
        "scale", "5 min", ("--datasets", "10", "--memberships", "20000", "--day", "2000", "--repeat", "1"), exact=False
    ),
    Bench("sources", "30 min", ("--cases", "1", "--light")),
    Bench("strangers", "30 min", ("--every", "60"), needs="strace"),
    Bench("zoo", "2 h", ("--only", "charities/standard", "simulated/merges", "--seeds", "1"), exact=False),
)
PROMISED = ("load", "scale", "quick")
"""Those whose bars are seconds and ratios."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, or list."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the benches, and about how long each takes")
    parser.add_argument("--small", nargs="*", metavar="NAME", help="start these at their smallest (default: all)")
    given = parser.parse_args(arguments)
    if given.list:
        print("\n".join(f"python -m tests.bench.{one.name:15} {one.takes:>7}  {one.about}" for one in BENCHES))
        return 0
    chosen = PROMISED if given.small is None else given.small or [one.name for one in BENCHES]
    codes = []
    for one in (one for one in BENCHES if one.name in chosen):
        print(f"-- {one.name}", flush=True)
        lists = str(HERE.parent / "lists" / "read" / "fixtures")
        words = one.small if given.small is not None else ()
        codes.append(one.started(*(word.format(lists=lists) for word in words)).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
