"""What each signal is worth: `python -m tests.bench.ablation [--markets N] [--signal dates] [--tuning]`.

Every market is traced with all signals, then with each of `derivation.SIGNALS` switched off in turn. Printed: the loss
of directed and ancestry F1 (positive: the signal helps), with 95 % bootstrap intervals of the paired difference over
markets. A signal whose interval holds 0 in every setting is worth nothing here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np

from tests.bench.settings import SETTINGS, TEST_SEEDS, TUNING_SEEDS
from tests.simulate import score
from tests.simulate.loading import insert_market
from tests.simulate.score import ConfusionCounts
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.trade import make_market

ALL = "(all signals)"


def measure(setting: str, seed: int, signals: Sequence[str]) -> dict[str, tuple[ConfusionCounts, ConfusionCounts]]:
    """Signal that was switched off (or `ALL`) → (directed, ancestry) counts on one market."""
    market = make_market(replace(SETTINGS[setting], seed=seed))
    case = memory_case()
    insert_market(case.con, market)
    found = {}
    for run, name in enumerate((ALL, *signals), start=1):
        derivation.compute(CaseFacts(case.con), run, without=() if name == ALL else (name,))
        rows = case.con.execute(
            "SELECT parent, child, probability FROM derivation WHERE run = $run ORDER BY parent, child", {"run": run}
        ).fetchall()
        edges = {(str(a), str(b)): float(p) for a, b, p in rows}
        found[name] = (score.directed(edges, market.truth), score.ancestry(edges, market.truth))
    case.con.close()
    return found


def paired(
    whole: Sequence[ConfusionCounts],
    without: Sequence[ConfusionCounts],
    figure: Callable[[ConfusionCounts], float],
    draws: int = 2_000,
) -> tuple[float, float, float]:
    """(difference of a figure, its 95 % interval): markets are drawn again, the same ones for both sides."""
    tables = [np.array([(c.right, c.wrong, c.missed) for c in side]) for side in (whole, without)]
    index = np.random.default_rng(0).integers(0, len(whole), (draws, len(whole)))
    sides = [
        [figure(ConfusionCounts(*(int(x) for x in line))) for line in table[index].sum(axis=1)] for table in tables
    ]
    low, high = np.quantile(np.array(sides[0]) - np.array(sides[1]), [0.025, 0.975])
    return figure(sum(whole, ConfusionCounts())) - figure(sum(without, ConfusionCounts())), float(low), float(high)


def report(
    setting: str, results: Sequence[dict[str, tuple[ConfusionCounts, ConfusionCounts]]], signals: Sequence[str]
) -> list[str]:
    """The lines of one setting: F1 with everything, then what each signal's absence costs."""
    whole = [[one[ALL][side] for one in results] for side in (0, 1)]
    f1 = [sum(counts, ConfusionCounts()).f1 for counts in whole]
    lines = [f"{setting:10} {'all':20} directed F1 {f1[0]:.3f}                ancestry F1 {f1[1]:.3f}"]
    for name in signals:
        parts = []
        for side in (0, 1):
            loss, low, high = paired(whole[side], [one[name][side] for one in results], lambda c: c.f1)
            parts.append(f"{loss:+.3f} [{low:+.3f}, {high:+.3f}]")
        lines.append(f"{'':10} without {name:12} {parts[0]:>28}    {parts[1]:>28}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of all settings and signals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=10)
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS))
    parser.add_argument("--signal", action="append", choices=derivation.SIGNALS)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    seeds = list((TUNING_SEEDS if given.tuning else TEST_SEEDS)[: given.markets])
    signals = tuple(given.signal or derivation.SIGNALS)
    with ProcessPoolExecutor(given.processes) as pool:
        for setting in given.setting or SETTINGS:
            results = list(pool.map(measure, [setting] * len(seeds), seeds, [signals] * len(seeds)))
            print("\n".join(report(setting, results, signals)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
