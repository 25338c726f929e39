"""Derivations on simulated markets: `python -m tests.bench.derivation [--markets N] [--tuning]`.

Markets of the test seeds were not looked at while the model was tuned; `--tuning` uses the others. Printed with 95 %
bootstrap intervals over markets.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from tests.bench.settings import SETTINGS, TEST_SEEDS, TUNING_SEEDS
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.simulate import score
from tracer.simulate.loading import insert_market
from tracer.simulate.score import Counts, Stated
from tracer.simulate.trade import make_market


@dataclass(frozen=True)
class Result:
    """One market's figures."""

    directed: Counts
    undirected: Counts
    ancestry: Counts
    roots: Counts
    stated: Stated
    false_grades: Mapping[str, int]


def measure(setting: str, seed: int) -> Result:
    """Make a market, trace it and score the derivations found."""
    market = make_market(replace(SETTINGS[setting], seed=seed))
    case = memory_case()
    insert_market(case.con, market)
    derivation.compute(case.con, 1)
    rows = case.con.execute(
        "SELECT parent, child, probability, grade FROM derivation ORDER BY parent, child"
    ).fetchall()
    case.con.close()
    found = {(row[0], row[1]): float(row[2]) for row in rows}
    grades = {(row[0], row[1]): str(row[3]) for row in rows}
    either = {(min(e), max(e)) for e, p in found.items() if p + found.get((e[1], e[0]), 0.0) >= 0.5}
    return Result(
        directed=score.directed(found, market.truth),
        undirected=score.counts_of(either, {(min(e), max(e)) for e in market.truth.edges}),
        ancestry=score.ancestry(found, market.truth),
        roots=score.roots(found, market.truth, [entry.id for entry in market.loaded]),
        stated=score.stated(found, market.truth),
        false_grades=score.false_by_grade(grades, found, market.truth),
    )


def report(setting: str, results: Sequence[Result]) -> str:
    """One line of the table."""
    directed, ancestry = [r.directed for r in results], [r.ancestry for r in results]
    stated = sum((r.stated for r in results), Stated())
    sure, surest = stated.wrong_above(0.95), stated.wrong_above(0.99)
    whole = sum(directed, Counts())
    low, high = score.interval(directed, lambda c: c.f1)
    alow, ahigh = score.interval(ancestry, lambda c: c.f1)
    false = sum(sum(n for grade, n in r.false_grades.items() if grade >= "G2") for r in results)
    return (
        f"{setting:10} {whole.f1:.3f} [{low:.3f}, {high:.3f}]  {whole.precision:.3f}/{whole.recall:.3f}"
        f"  {sum((r.undirected for r in results), Counts()).f1:.3f}"
        f"  {sum(ancestry, Counts()).f1:.3f} [{alow:.3f}, {ahigh:.3f}]"
        f"  {sum((r.roots for r in results), Counts()).precision:.3f}"
        f"  {sure.wrong}/{sure.wrong + sure.right}  {surest.wrong}/{surest.wrong + surest.right}"
        f"  {stated.ece():.3f}  {false}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of all settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=20)
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS))
    given = parser.parse_args(arguments)
    seeds = list((TUNING_SEEDS if given.tuning else TEST_SEEDS)[: given.markets])
    print(f"{len(seeds)} markets a setting, {'tuning' if given.tuning else 'test'} seeds from {seeds[0]} on")
    print(
        "setting    directed F1           prec./recall undirected ancestry F1  roots  wrong ≥.95  ≥.99  ECE  false ≥G2"
    )
    with ProcessPoolExecutor(2) as pool:
        for setting in given.setting or SETTINGS:
            results = list(pool.map(measure, [setting] * len(seeds), seeds))
            print(report(setting, results), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
