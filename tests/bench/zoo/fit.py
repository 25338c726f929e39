"""Fits the calibration of derivations on the zoo: `python -m tests.bench.zoo.fit --cache DIR [--write]`.

Every maker weighs the same, whatever the number of its pairs. Printed is, for each maker, what a calibration that was
fitted on all others does on its cases: that is what may be expected on the lists of a maker that nobody here knows.
`--signals` counts how often each kind of evidence points the right way among true pairs.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from tests.bench.zoo.cases import Keeper, Kind, kinds
from tests.bench.zoo.measure import SURE, interval
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.calibration import FILE, Calibration, PairOdds, antisymmetric, symmetric
from tracer.findings.derivation.compute import fitted
from tracer.findings.derivation.shapes import undirected_lots
from tracer.findings.derivation.stating import pairs_of
from tracer.findings.derivation.triangles import population_gap
from tracer.findings.derivation.weights import SIGNALS
from tracer.findings.overlap.compared import compare

RIDGE = 2.0
"""Half the inverse variance of a coefficient, before looking."""
NEITHER, FORWARD, BACKWARD = 0, 1, 2


@dataclass(frozen=True)
class Known:
    """Pairs of a maker's cases with the truth about them."""

    maker: str
    pairs: PairOdds
    label: NDArray[np.int64]
    """`NEITHER`, `FORWARD` or `BACKWARD`."""
    signals: NDArray[np.float64]
    """pairs x `SIGNALS`: log odds of forward."""
    missed: int


def known(keeper: Keeper, kind: Kind, seed: int) -> Known:
    """The pairs of one case that the search joins."""
    with keeper.case(kind, seed) as (con, truth):
        facts = CaseFacts(con)
        compared = compare(facts)
        made = fitted(facts, compared)
    gap = population_gap(made.counts.shared, made.counts.traced.contacts)
    found = undirected_lots(made.counts, made.model.posterior)
    pairs, (a, b) = pairs_of(made.counts, compared.background, found, made.weights, made.facts, gap)
    ids = compared.traced.ids
    edges = [(ids[x], ids[y]) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    label = np.array([FORWARD if e in truth.edges else BACKWARD if e[::-1] in truth.edges else NEITHER for e in edges])
    counted = np.array([e not in truth.allowed and e[::-1] not in truth.allowed for e in edges], dtype=np.bool_)
    signals = (
        np.stack([made.weights.net((name,))[a, b] for name in SIGNALS], axis=1)
        if edges
        else np.zeros((0, len(SIGNALS)))
    )
    missed = len({e for e in truth.edges if e not in edges and e[::-1] not in edges} - truth.allowed)
    return Known(kind.maker, _at(pairs, counted), label[counted].astype(np.int64), signals[counted], missed)


def _at(pairs: PairOdds, which: NDArray[Any]) -> PairOdds:
    return PairOdds(**{field.name: getattr(pairs, field.name)[which] for field in fields(PairOdds)})


def joined(found: Sequence[Known]) -> Known:
    """All of them as one."""
    pairs = PairOdds(
        **{f.name: np.concatenate([getattr(one.pairs, f.name) for one in found]) for f in fields(PairOdds)}
    )
    return Known(
        found[0].maker, pairs, np.concatenate([one.label for one in found]),
        np.concatenate([one.signals for one in found]), sum(one.missed for one in found),
    )  # fmt: skip


def fit(found: Sequence[Known]) -> Calibration:
    """The most likely calibration, every maker weighing the same; evidence never counts against itself."""
    makers = sorted({one.maker for one in found})
    by_maker = [joined([one for one in found if one.maker == maker]) for maker in makers]
    whole = joined(by_maker)
    weight = np.concatenate([np.full(one.label.size, 1.0 / max(1, one.label.size)) for one in by_maker])
    weight *= whole.label.size / len(makers)
    any_, turned = symmetric(whole.pairs), antisymmetric(whole.pairs)
    u, v = np.column_stack(list(any_.values())), np.column_stack(list(turned.values()))
    bounds = [(None, None)] * u.shape[1] + [(None if name.startswith("shorter") else 0.0, None) for name in turned]
    start = np.zeros(u.shape[1] + v.shape[1])
    found_at = minimize(_cost, start, args=(u, v, whole.label, weight), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(
        dict(zip(any_, found_at[: u.shape[1]].tolist(), strict=True)),
        dict(zip(turned, found_at[u.shape[1] :].tolist(), strict=True)), tuple(makers),
    )  # fmt: skip


def _cost(
    at: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64], label: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64]]:  # fmt: skip
    """Weighted negative log-likelihood with a ridge, and its gradient."""
    any_, turned = u @ at[: u.shape[1]], 2 * (v @ at[u.shape[1] :])
    joined, first = (label != NEITHER).astype(np.float64), (label == FORWARD).astype(np.float64)
    likelihood = joined * log_expit(any_) + (1 - joined) * log_expit(-any_)
    likelihood += joined * (first * log_expit(turned) + (1 - first) * log_expit(-turned))
    cost = -float(weight @ likelihood) + RIDGE * float(at[1:] @ at[1:])
    slope = -np.concatenate([
        u.T @ (weight * (joined - expit(any_))), 2 * v.T @ (weight * joined * (first - expit(turned)))
    ])  # fmt: skip
    slope[1:] += 2 * RIDGE * at[1:]
    return cost, slope


def line(name: str, calibration: Calibration, one: Known) -> str:
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


def signals(found: Sequence[Known]) -> str:
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


def gathered(keeper: Keeper, asked: Sequence[tuple[Kind, int]], processes: int) -> list[Known]:
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


def tell(found: Sequence[Known], without: Collection[str] = ()) -> None:
    """Print what fits on all makers, and on all but one, do."""
    makers = [maker for maker in sorted({one.maker for one in found}) if maker not in without]
    every = fit(found)
    for maker in makers:
        own = joined([one for one in found if one.maker == maker])
        print(line(f"{maker}, fitted on all", every, own))
        print(line(f"{maker}, on the others", fit([one for one in found if one.maker != maker]), own), flush=True)


if __name__ == "__main__":
    sys.exit(main())
