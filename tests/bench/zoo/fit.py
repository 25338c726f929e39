"""Fits the calibration of derivations on the zoo: `python -m tests.bench.zoo.fit --cache DIR [--write]`.

Printed is, for each maker, what a calibration that was fitted on all others does on its cases: that is what may be
expected on the lists of a maker that nobody here knows. `--signals` counts how often each kind of evidence points the
right way among true pairs.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from tests.bench.zoo.cases import Keeper, Kind, kinds
from tests.bench.zoo.measure import SURE, interval
from tracer.findings.derivation.calibration import FILE, Calibration
from tracer.findings.derivation.fitting import BACKWARD, FORWARD, KnownPairs, fit, joined, known_pairs
from tracer.findings.derivation.weights import SIGNALS


def known(keeper: Keeper, kind: Kind, seed: int) -> KnownPairs:
    """The pairs of one case that the search joins."""
    with keeper.case(kind, seed) as (con, truth):
        return known_pairs(kind.maker, con, truth.edges, truth.allowed)


def line(name: str, calibration: Calibration, one: KnownPairs) -> str:
    """What a calibration does on the pairs of a maker: F1 at .5, and wrong among the surest and the likely."""
    forward, backward, _ = calibration.probabilities(one.pairs)
    p = np.concatenate([forward, backward])
    right = np.concatenate([one.label == FORWARD, one.label == BACKWARD])
    turned = np.concatenate([one.label == BACKWARD, one.label == FORWARD])
    stated, sure, likely = p >= 0.5, p >= SURE, (p >= 0.8) & (p < SURE)
    true = int((one.label > 0).sum()) + one.missed
    f1 = 2 * int(right[stated].sum()) / max(1, true + int(stated.sum()))
    low, high = interval(int((~right[sure]).sum()), int(sure.sum()))
    mean, share = (float(p[likely].mean()), float(right[likely].mean())) if likely.any() else (0.0, 0.0)
    return (
        f"{name:24} {true:4} true ({one.missed:3} not joined)  F1 {f1:.3f}  at .95: {int((~right[sure]).sum()):3} of "
        f"{int(sure.sum()):4} wrong [{low:.0%}, {high:.0%}]  .8 to .95: {share:.2f} right for {mean:.2f} of "
        f"{int(likely.sum()):4}  turned {int(turned[stated].sum()):3} of {int(stated.sum()):4}"
    )


def signals(found: Sequence[KnownPairs]) -> str:
    """How often each kind of evidence points the right way among true pairs, by maker."""
    lines = []
    for at, name in enumerate(SIGNALS):
        for maker in sorted({one.maker for one in found}):
            one = joined([k for k in found if k.maker == maker])
            odds = one.signals[:, at] * np.where(one.label == FORWARD, 1, -1) * (one.label > 0)
            told = np.abs(odds) >= 0.3
            if told.sum() >= 8:
                lines.append(f"{name:24} {maker:12} {int((odds[told] > 0).sum()):4} of {int(told.sum()):4} right")
    return "\n".join(lines)


def gathered(keeper: Keeper, asked: Sequence[tuple[Kind, int]], processes: int) -> list[KnownPairs]:
    """The pairs of all cases."""
    with ProcessPoolExecutor(processes) as pool:
        return [one.result() for one in [pool.submit(known, keeper, kind, seed) for kind, seed in asked]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; with --write, keep the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--foreign", type=Path)
    parser.add_argument("--families", type=Path)
    parser.add_argument("--pairs", type=Path, help="a file in which the pairs are kept")
    parser.add_argument("--kept", action="store_true", help="only cases that are kept already")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--signals", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    keeper = Keeper(given.cache, given.foreign, given.families)
    asked = [(kind, seed) for kind in kinds(given.foreign, given.families) for seed in range(given.seeds)]
    if given.kept:
        asked = [(kind, seed) for kind, seed in asked if keeper.path(kind, seed).with_suffix(".truth").exists()]
    found = gathered(keeper, asked, given.processes)
    if given.pairs:
        given.pairs.write_bytes(pickle.dumps(found))
    tell(found)
    if given.signals:
        print(signals(found))
    if given.write:
        FILE.write_text(fit(found).to_json(), encoding="utf-8")
    return 0


def tell(found: Sequence[KnownPairs], without: Collection[str] = ()) -> None:
    """Print what fits on all makers, and on all but one, do."""
    makers = [maker for maker in sorted({one.maker for one in found}) if maker not in without]
    every = fit(found)
    for maker in makers:
        own = joined([one for one in found if one.maker == maker])
        print(line(f"{maker}, fitted on all", every, own))
        print(line(f"{maker}, on the others", fit([one for one in found if one.maker != maker]), own), flush=True)


if __name__ == "__main__":
    sys.exit(main())
