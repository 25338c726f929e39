"""Fits the calibration of derivations to pairs of lists with known pasts: `calibration.json` is made by it.

Every maker weighs the same, whatever the number of its pairs. No number is fitted and measured on the same maker: what
a calibration is worth on the lists of a maker is measured by a fit on all others. The makers and their cases are not
part of the tool (`python -m tests.bench.zoo.fit` in a clone).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, fields
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.calibration import Calibration, PairOdds, antisymmetric, symmetric
from tracer.findings.derivation.compute import fitted
from tracer.findings.derivation.shapes import undirected_lots
from tracer.findings.derivation.stating import pairs_of
from tracer.findings.derivation.triangles import population_gap
from tracer.findings.derivation.weights import SIGNALS
from tracer.findings.overlap.compared import compare

RIDGE = 2.0
"""Half the inverse variance of a coefficient, before looking."""
NEITHER, FORWARD, BACKWARD = 0, 1, 2
Edges = Set[tuple[str, str]]


@dataclass(frozen=True)
class KnownPairs:
    """Pairs of a maker's cases with the truth about them."""

    maker: str
    pairs: PairOdds
    label: NDArray[np.int64]
    """`NEITHER`, `FORWARD` or `BACKWARD`."""
    signals: NDArray[np.float64]
    """pairs x `SIGNALS`: log odds of forward."""
    missed: int


def known_pairs(maker: str, con: duckdb.DuckDBPyConnection, copied: Edges, allowed: Edges) -> KnownPairs:
    """The pairs of one case that the search joins.

    copied: who was copied from whom, as (from, to); allowed: pairs about which no answer is wrong, which are left out.
    """
    facts = CaseFacts(con)
    compared = compare(facts)
    made = fitted(facts, compared)
    gap = population_gap(made.counts.shared, made.counts.traced.contacts)
    found = undirected_lots(made.counts, made.model.posterior)
    pairs, (a, b) = pairs_of(made.counts, compared.background, found, made.weights, made.facts, gap)
    ids = compared.traced.ids
    edges = [(ids[x], ids[y]) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    label = np.array([FORWARD if e in copied else BACKWARD if e[::-1] in copied else NEITHER for e in edges])
    counted = np.array([e not in allowed and e[::-1] not in allowed for e in edges], dtype=np.bool_)
    signals = (
        np.stack([made.weights.net((name,))[a, b] for name in SIGNALS], axis=1)
        if edges
        else np.zeros((0, len(SIGNALS)))
    )
    missed = len({e for e in copied if e not in edges and e[::-1] not in edges} - allowed)
    return KnownPairs(maker, _at(pairs, counted), label[counted].astype(np.int64), signals[counted], missed)


def _at(pairs: PairOdds, which: NDArray[Any]) -> PairOdds:
    return PairOdds(**{field.name: getattr(pairs, field.name)[which] for field in fields(PairOdds)})


def joined(found: Sequence[KnownPairs]) -> KnownPairs:
    """All of them as one."""
    pairs = PairOdds(
        **{f.name: np.concatenate([getattr(one.pairs, f.name) for one in found]) for f in fields(PairOdds)}
    )
    return KnownPairs(
        found[0].maker, pairs, np.concatenate([one.label for one in found]),
        np.concatenate([one.signals for one in found]), sum(one.missed for one in found),
    )  # fmt: skip


def fit(found: Sequence[KnownPairs]) -> Calibration:
    """The most likely calibration, every maker weighing the same; evidence never counts against itself."""
    makers = sorted({one.maker for one in found})
    by_maker = [joined([one for one in found if one.maker == maker]) for maker in makers]
    whole = joined(by_maker)
    weight = np.concatenate([np.full(one.label.size, 1.0 / max(1, one.label.size)) for one in by_maker])
    weight *= whole.label.size / len(makers)
    any_, turned = symmetric(whole.pairs), antisymmetric(whole.pairs)
    u, v = np.column_stack(list(any_.values())), np.column_stack(list(turned.values()))
    bounds = [(None, None)] * u.shape[1] + [(None if name.startswith("shorter") else 0.0, None) for name in turned]
    from scipy.optimize import minimize

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
