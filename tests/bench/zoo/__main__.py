"""Derivations on lists of many makers: `python -m tests.bench.zoo [--only MAKER[/SETTING] …] [--first S] [--seeds N]`.

For every maker and setting: directed and ancestry F1, how many of the stated directions between relatives are right,
edges stated at 95 % or more and how many of them are wrong (exact 95 % interval), edges that are turned round, edges of
grade G2 that are wrong or tie unrelated lists, and the F1 of simple rivals on the same cases (a greedy cover, trees,
the smaller list is older). Under each maker's sum: what came of the edges that were stated in each band of probability.
A rival that is better by more than .02 and more than 5 % wrong are marked.

Another tool: `--lists DIR` writes the cases that it must read, `--answers FILE` scores what it says of them.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench.zoo.cases import Keeper, kinds
from tests.bench.zoo.measure import Measured, interval, measured
from tests.bench.zoo.truth import Edge

TUNING, TEST = 0, 20_000
"""First seeds of those on which the model is fitted, and of those on which figures are stated."""
HEADER = (
    f"{'maker/setting':26}  n     F1   anc.   dir.  wrong at .95 or more  turned round   G2 wrong/unrel.  "
    " greedy contm.  Jacc. small."
)


def line(kind: str, found: Measured) -> str:
    """One line of the table."""
    tool, rivals = found.tool, [one.f1 for one in (found.rivals or {}).values()]
    low, high = interval(tool.sure_wrong, tool.sure)
    flags = " RIVAL" * (max(rivals) > tool.f1 + 0.02) + " SURE" * (tool.sure_wrong > 0.05 * tool.sure)
    return (
        f"{kind:26}{found.cases:3} {tool.f1:6.3f} {tool.ancestry_f1:6.3f} {tool.direction:6.2f}"
        f"  {tool.sure_wrong:3} of {tool.sure:4} [{low:4.0%},{high:4.0%}] {tool.turned:4} of {tool.stated:4}"
        f"  {tool.graded_wrong:3}/{tool.unrelated:3} of {tool.graded:4}  "
        + " ".join(f"{one:6.3f}" for one in rivals)
        + f" {found.seconds / found.cases:5.1f}s{flags}"
    )


def answers(file: Path) -> dict[tuple[str, str, int], dict[Edge, float]]:
    """What another tool says: a CSV with the columns maker, setting, seed, parent, child, probability.

    Raises:
        SystemExit: it has other columns, or a line is not of this kind.
    """
    found: dict[tuple[str, str, int], dict[Edge, float]] = defaultdict(dict)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            try:
                case, edge = (row["maker"], row["setting"], int(row["seed"])), (row["parent"], row["child"])
                found[case][edge] = float(row["probability"])
            except (KeyError, TypeError, ValueError) as error:
                raise SystemExit(f"{file}, line {number}: {error!r}; columns: {answers.__doc__}") from None
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], metavar="MAKER[/SETTING]", help="these alone")
    parser.add_argument("--seeds", type=int, default=4, help="cases of each kind")
    parser.add_argument("--first", type=int, default=TEST, help="the first seed (default: of those for figures)")
    parser.add_argument(
        "--foreign", type=Path, action="append", default=[], metavar="FILE",
        help="a maker that is not part of the project; may be given again",
    )  # fmt: skip
    parser.add_argument("--families", type=Path, help="where downloaded families are kept; left out without it")
    parser.add_argument(
        "--lists", type=Path, metavar="DIR", help="write the cases for another tool, and measure nothing"
    )
    parser.add_argument("--answers", type=Path, metavar="FILE", help="score another tool's answers in place of ours")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    known = kinds(given.foreign, given.families)
    chosen = [kind for kind in known if not given.only or {str(kind), kind.maker} & {*given.only}]
    unknown = {*given.only} - {name for kind in known for name in (str(kind), kind.maker)}
    if unknown:
        parser.error(f"no maker {', '.join(sorted(unknown))}; there are {', '.join(dict.fromkeys(map(str, known)))}")
    if given.lists:
        for kind in chosen:
            for seed in range(given.first, given.first + given.seeds):
                folder = given.lists / f"{kind.maker}-{kind.setting}-{seed}"
                Keeper(given.lists, given.foreign, given.families).write(kind, seed, folder)
                print(folder)
        return 0
    others = answers(given.answers) if given.answers else None
    print(HEADER)
    totals: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="zoo-") as temporary, ProcessPoolExecutor(given.processes) as pool:
        keeper = Keeper(Path(temporary), given.foreign, given.families)
        for kind in chosen:
            seeds = range(given.first, given.first + given.seeds)
            told = [None if others is None else others.get((kind.maker, kind.setting, seed), {}) for seed in seeds]
            asked = [pool.submit(measured, keeper, kind, *one) for one in zip(seeds, told, strict=True)]
            found = [one.result() for one in asked]
            totals.setdefault(kind.maker, []).extend(found)
            print(line(str(kind), Measured.sum(found)), flush=True)
    for maker, found in (*totals.items(), ("all", [one for every in totals.values() for one in every])):
        whole = Measured.sum(found)
        print(f"{line('all of ' * (maker != 'all') + maker, whole)}\n    {whole.tool.bands()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
