"""Derivations on lists of many makers: `python -m tests.bench.zoo [--only MAKER[/SETTING] …] [--first S] [--seeds N]`.

For every maker and setting: directed and ancestry F1, how many of the stated directions between relatives are right,
edges stated at 95 % or more and how many of them are wrong (exact 95 % interval), edges that are turned round, edges of
grade G2 that are wrong or tie unrelated lists, and the F1 of simple rivals on the same cases (a greedy cover, trees,
the smaller list is older). Under each maker's sum: what came of the edges that were stated in each band of probability.
A rival that is better by more than .02 and more than 5 % wrong are marked.

Another tool: `--lists DIR` writes the cases that it must read, `--answers FILE` scores what it says of them.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

from tests.bench import frame
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


def read_answers(file: Path) -> dict[tuple[str, str, int], dict[Edge, float]]:
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
                raise SystemExit(f"{file}, line {number}: {error!r}; columns: {read_answers.__doc__}") from None
    return found


def main(
    *,
    only: tuple[str, ...] = (),
    seeds: int = 4,
    first: int = TEST,
    foreign: tuple[Path, ...] = (),
    families: Path | None = None,
    lists: Path | None = None,
    answers: Path | None = None,
    processes: int = 2,
) -> None:
    """Print the table. seeds: cases of each kind, from the `first` on; foreign: makers that are not part of the
    project; families: where downloaded families are kept, which are left out without it."""
    known = kinds(foreign, families)
    chosen = [kind for kind in known if not only or {str(kind), kind.maker} & {*only}]
    unknown = {*only} - {name for kind in known for name in (str(kind), kind.maker)}
    if unknown:
        raise SystemExit(f"no maker {', '.join(sorted(unknown))}; there are {', '.join(map(str, known))}")
    numbers = range(first, first + seeds)
    if lists:
        for kind, seed in product(chosen, numbers):
            folder = lists / f"{kind.maker}-{kind.setting}-{seed}"
            Keeper(lists, foreign, families).write(kind, seed, folder)
            print(folder)
        return
    others = read_answers(answers) if answers else None
    print(HEADER)
    totals: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="zoo-") as temporary, ProcessPoolExecutor(processes) as pool:
        keeper = Keeper(Path(temporary), foreign, families)
        for kind in chosen:
            told = [None if others is None else others.get((kind.maker, kind.setting, seed), {}) for seed in numbers]
            asked = [pool.submit(measured, keeper, kind, *one) for one in zip(numbers, told, strict=True)]
            found = [one.result() for one in asked]
            totals.setdefault(kind.maker, []).extend(found)
            print(line(str(kind), Measured.sum(found)), flush=True)
    for maker, found in (*totals.items(), ("all", [one for every in totals.values() for one in every])):
        whole = Measured.sum(found)
        print(f"{line('all of ' * (maker != 'all') + maker, whole)}\n    {whole.tool.bands()}")


if __name__ == "__main__":
    frame.run(main)
