"""From counts and weights to probabilities: every family scored, graphs averaged, pairs gated by the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.counts import MembershipCounts, refined
from tracer.findings.derivation.dates import DossierFacts
from tracer.findings.derivation.family import Families, score_families
from tracer.findings.derivation.nodes import ParentSets
from tracer.findings.derivation.order import best_graph
from tracer.findings.derivation.search import DerivationPosterior, average
from tracer.findings.derivation.stating import StatedDerivations, state
from tracer.findings.derivation.weights import EdgeWeights
from tracer.findings.overlap.background import Background
from tracer.findings.seeds import GRAPH_SEED

TEMPER = 0.1
"""Power to which the likelihood of the memberships is raised; calibrated on tuning seeds."""
LOG_PARENT = -4.0
"""Nats of one parent more, in addition to ln of the number of datasets."""
LOG_UNRELATED = 2.0
"""Log odds before looking that two lists have nothing to do with one another."""
REFINED = 2
"""How often candidates are chosen again after a first search."""
SWEEPS, BURN = 40, 10


@dataclass(frozen=True)
class DerivationModel:
    """The posterior with what it was made from."""

    families: tuple[Families, ...]
    posterior: DerivationPosterior
    related: NDArray[np.float64]
    """datasets x datasets: probability that the two have more in common than chance, popular contacts and common
    public sources give."""
    background: NDArray[np.float64]
    """datasets x datasets: the log odds behind it, without a prior."""
    stated: StatedDerivations

    @property
    def edge(self) -> NDArray[np.float64]:
        """[parent, child]: probability of the edge, all considered."""
        return self.stated.edge


def fit(
    counts: MembershipCounts, background: Background, gain: NDArray[np.float64], weights: EdgeWeights,
    facts: Sequence[DossierFacts], fixed: Sequence[tuple[int, int, bool]] = (),
) -> DerivationModel:  # fmt: skip
    """Score all families and average over acyclic graphs.

    gain: `selection.selection_gain`; fixed: (parent, child, whether it is an edge).
    """
    n = len(counts.traced)
    known: dict[tuple[int, tuple[int, ...]], Families] = {}
    families, nodes = _nodes(counts, gain, weights.total, fixed, known)
    for turn in range(REFINED):
        found = best_graph(nodes, seed=GRAPH_SEED + 1 + turn, starts=1)
        counts = refined(counts, [nodes[x].parents(found[x]) for x in range(n)])
        families, nodes = _nodes(counts, gain, weights.total, fixed, known)
    posterior = average(nodes, best_graph(nodes, seed=GRAPH_SEED), seed=GRAPH_SEED, sweeps=SWEEPS, burn=BURN)
    related = 1.0 / (1.0 + np.exp(np.clip(LOG_UNRELATED - background.related, -50, 50)))
    for parent, child, true in fixed:
        if true:
            related[parent, child] = related[child, parent] = 1.0
    stated = state(counts, background, posterior, weights, facts, fixed)
    return DerivationModel(families, posterior, related, background.related, stated)


def _nodes(
    counts: MembershipCounts, gain: NDArray[np.float64], weights: NDArray[np.float64],
    fixed: Sequence[tuple[int, int, bool]], known: dict[tuple[int, tuple[int, ...]], Families],
) -> tuple[tuple[Families, ...], list[ParentSets]]:  # fmt: skip
    """known: families that were scored before, by dataset and candidates; filled."""
    fresh = [asked for asked in enumerate(counts.candidates) if asked not in known]
    scored = score_families(counts, gain, [dataset for dataset, _ in fresh])
    known.update(zip(fresh, scored, strict=True))
    families = tuple(known[asked] for asked in enumerate(counts.candidates))
    n = len(families)
    return families, [_node(family, x, weights, n, fixed) for x, family in enumerate(families)]


def _node(
    family: Families, child: int, weights: NDArray[np.float64], n: int,
    fixed: Sequence[tuple[int, int, bool]],
) -> ParentSets:  # fmt: skip
    bits = ((family.masks[:, None] >> np.arange(len(family.candidates))[None, :]) & 1).astype(np.float64)
    each = np.array([weights[c, child] for c in family.candidates]) + LOG_PARENT - np.log(max(n, 2))
    weight = TEMPER * family.score + bits @ each
    for parent, other, true in fixed:
        if other == child and parent in family.candidates:
            has = bits[:, family.candidates.index(parent)] > 0
            # Not minus infinity: a circle of confirmed edges must leave some graph.
            weight = np.where(has == true, weight, weight - 1e6)
    return ParentSets(family.candidates, family.masks, weight)
