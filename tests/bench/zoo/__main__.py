"""Derivations on lists of many makers: `python -m tests.bench.zoo [--seeds N] [--only MAKER[/SETTING] …]`.

For every maker and setting: directed and ancestry F1, edges stated at 95 % or more and how many of them are wrong
(exact 95 % interval), edges that are turned round, edges of grade G2 that are wrong or tie unrelated lists, and the F1
of simple rivals on the same cases. A rival that is better by more than .02 and more than 5 % wrong are marked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench.zoo.cases import Keeper, Kind, kinds
from tests.bench.zoo.measure import Score, interval, score
from tests.bench.zoo.rivals import RIVALS, read_held
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts

TUNING, TEST = 0, 20_000
"""First seeds of those on which the model is fitted, and of those on which figures are stated."""


def measured(keeper: Keeper, kind: Kind, seed: int, without: Collection[str]) -> tuple[Score, dict[str, Score], float]:
    """The tool's score on one case, the rivals', and the seconds that derivation took."""
    with keeper.case(kind, seed) as (con, truth):
        held = read_held(con)
        others = {name: score(dict.fromkeys(rival(held), 1.0), truth) for name, rival in RIVALS.items()}
        start = time.perf_counter()
        derivation.compute(CaseFacts(con), 1, without=without)
        took = time.perf_counter() - start
        rows = con.execute("SELECT parent, child, probability, grade FROM derivation ORDER BY ALL").fetchall()
    found = {(str(a), str(b)): float(p) for a, b, p, _ in rows}
    return score(found, truth, {(str(a), str(b)): str(grade) for a, b, _, grade in rows}), others, took


def line(kind: str, tool: Score, others: dict[str, Score], cases: int, seconds: float) -> str:
    """One line of the table."""
    low, high = interval(tool.sure_wrong, tool.sure)
    best = max((one.f1 for one in others.values()), default=0.0)
    flags = "".join((" RIVAL" * (best > tool.f1 + 0.02), " SURE" * (tool.sure_wrong > 0.05 * tool.sure)))
    return (
        f"{kind:26}{cases:3} {tool.f1:6.3f} {tool.ancestry_f1:6.3f}  {tool.sure_wrong:3} of {tool.sure:4}"
        f" [{low:4.0%},{high:4.0%}] {tool.turned:4} of {tool.stated:4}  {tool.graded_wrong:3}/{tool.unrelated:3}"
        f" of {tool.graded:4}  "
        + " ".join(f"{one.f1:6.3f}" for one in others.values())
        + f" {seconds / cases:5.1f}s{flags}"
    )


HEADER = (
    f"{'maker/setting':26}  n     F1   anc.   wrong at .95 or more  turned round   G2 wrong/unrel.  "
    " greedy contm. Jacc."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="cases of each kind")
    parser.add_argument("--tuning", action="store_true", help="the seeds that the model was fitted on")
    parser.add_argument("--only", action="append", default=[], metavar="MAKER[/SETTING]")
    parser.add_argument("--without", action="append", default=[], metavar="SIGNAL", help="leave a kind of evidence out")
    parser.add_argument("--foreign", type=Path, help="the file of a maker that is not part of the project")
    parser.add_argument("--families", type=Path, help="where downloaded families are kept; left out without it")
    parser.add_argument("--cache", type=Path, help="where cases are kept from one run to the next")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    first = TUNING if given.tuning else TEST
    print(HEADER)
    totals: dict[str, list[tuple[Score, dict[str, Score], float]]] = {}
    with tempfile.TemporaryDirectory(prefix="zoo-") as temporary, ProcessPoolExecutor(given.processes) as pool:
        keeper = Keeper(given.cache or Path(temporary), given.foreign, given.families)
        for kind in kinds(given.foreign, given.families):
            if given.only and not any(str(kind) == one or kind.maker == one for one in given.only):
                continue
            asked = [pool.submit(measured, keeper, kind, first + n, given.without) for n in range(given.seeds)]
            found = [one.result() for one in asked]
            totals.setdefault(kind.maker, []).extend(found)
            print(_summed(str(kind), found), flush=True)
    for maker, found in totals.items():
        print(_summed(f"all of {maker}", found))
    everything = [one for found in totals.values() for one in found]
    if everything:
        print(_summed("all", everything))
    return 0


def _summed(name: str, found: Sequence[tuple[Score, dict[str, Score], float]]) -> str:
    others = {rival: sum((one[1][rival] for one in found), Score()) for rival in RIVALS}
    return line(name, sum((one[0] for one in found), Score()), others, len(found), sum(one[2] for one in found))


if __name__ == "__main__":
    sys.exit(main())
