"""From the search to what is stated: calibrated probabilities, and no direction without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.calibration import (
    IMPOSSIBLE,
    LEAST_JOINED,
    NEARLY,
    WHOLE,
    PairOdds,
    calibration,
    search_odds,
    trust_in_dates,
)
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.dates import DossierFacts
from tracer.findings.derivation.search import DerivationPosterior
from tracer.findings.derivation.shapes import among_merges, undirected_lots
from tracer.findings.derivation.triangles import population_gap
from tracer.findings.derivation.versions import ALIKE
from tracer.findings.derivation.weights import DATES, DOCUMENTS, GROWN, OWN, ROWS, EdgeWeights
from tracer.findings.overlap.background import Background

LEAST_REASON = 0.5
"""Log odds of dates, documents or rows from which they are a reason for a direction."""
LEAST_SHAPE = 6.0
"""The same of the search, where the reason is that several lists cover another (`StatedDerivations.covers`)."""
LEAST_HANDED_ON = 2.0
"""The same, where the list that was copied has a known source."""
MOST_AGAINST = 2.0
"""Log odds of dates, documents or rows against a direction that such a cover outweighs."""
ONE_POPULATION = 0.12
"""`triangles.population_gap` under which three lists may come from one population; of true edges of the makers one in
fourteen is as near, of independent lists of one register four in five."""
MOST_OF_ONE_POPULATION = 0.8
"""Most that an edge between such lists is stated at: dates tell which would be the copy, and not that there is one."""
NEARLY_ALL, ALL = 0.9, 0.997
"""Shares of the larger list that two lists which nearly cover a register have in common, and of the smaller from which
they have all of it."""
OF_OTHER_PEOPLE = 0.49
"""Most that an edge is stated at where names and addresses of the common contacts do not agree."""
NOT_TOLD = 0.49
"""Most that an edge is stated at whose direction nothing shows."""


@dataclass(frozen=True)
class StatedDerivations:
    """What is stated. Arrays are datasets x datasets, [parent, child]."""

    edge: NDArray[np.float64]
    told: NDArray[np.bool_]
    """Whether something shows this direction: dates, documents, rows, or several lists that cover one another."""
    covers: NDArray[np.bool_]
    """Whether it is shown by several lists that together cover another."""
    follows: NDArray[np.bool_]
    brother: NDArray[np.float64]
    """Probability that two lists that the search joins were not copied from one another after all; symmetric."""
    one_population: NDArray[np.bool_]
    """Whether the two may have been collected independently from one register or public source; symmetric."""
    alone: NDArray[np.bool_]
    """Whether no third list shows that the two were not collected independently, nor anything else; symmetric."""
    versions: NDArray[np.bool_]


def state(
    counts: MembershipCounts,
    background: Background,
    posterior: DerivationPosterior,
    weights: EdgeWeights,
    facts: Sequence[DossierFacts],
    fixed: Sequence[tuple[int, int, bool]] = (),
) -> StatedDerivations:
    """Calibrate what the search found; fixed: decisions of a person (parent, child, whether it is an edge)."""
    found = posterior.edge
    gap = population_gap(counts.shared, counts.traced.contacts)
    directed = undirected_lots(counts, posterior)
    dates, one_holder = weights.net(DATES), pairs_of_one_holder(facts)
    # A client's own list and one on record are not a register.
    own = np.array([fact.own for fact in facts], dtype=np.bool_)
    private = one_holder | own[:, None] | own[None, :] | (np.abs(weights.net(DOCUMENTS)) >= LEAST_REASON)
    # A taker of a client's own list may have put other names to its numbers: no one else had these to collect.
    others = _other_people(weights) & ~private
    one_population = _one_population(counts, gap) & ~private | others
    alone = ~np.isfinite(gap) & (_shares(counts)[0] < WHOLE) & ~private
    reason = dates + weights.net((*OWN, *DOCUMENTS, *ROWS, *GROWN))
    shape = search_odds(directed, directed.T)
    open_ = (reason > -MOST_AGAINST) & ~one_holder
    covers = open_ & (shape >= LEAST_SHAPE) & among_merges(counts, posterior)
    told = (reason >= LEAST_REASON) & ~covers.T | covers
    for parent, child, true in fixed:
        told[parent, child] = true
        if true:
            told[child, parent] = one_population[parent, child] = one_population[child, parent] = False
            alone[parent, child] = alone[child, parent] = False
    follows = _handed_on(told, open_ & (shape >= LEAST_HANDED_ON), posterior)
    told |= follows
    pairs, (a, b) = pairs_of(counts, background, directed, weights, facts, gap)
    # That copies are shorter is what one goes by where nothing else is known.
    pairs = replace(pairs, larger=np.where((follows | follows.T)[a, b], 0.0, pairs.larger))
    forward, backward, _ = calibration().probabilities(pairs)
    edge = np.zeros_like(found)
    edge[a, b], edge[b, a] = forward, backward
    independent = one_population | alone
    edge[independent] = np.minimum(edge[independent], MOST_OF_ONE_POPULATION)
    edge[others] = np.minimum(edge[others], OF_OTHER_PEOPLE)
    joined, either = found + found.T, edge + edge.T
    brother = np.clip(1.0 - either / np.maximum(joined, 1e-9), 0.0, 1.0) * (joined >= LEAST_JOINED)
    edge[dates <= -IMPOSSIBLE] = 0.0
    edge = _without_reason(edge, told)
    for parent, child, true in fixed:
        edge[parent, child] = found[parent, child]
        if true:
            brother[parent, child] = brother[child, parent] = 0.0
            edge[child, parent] = min(edge[child, parent], 1.0 - edge[parent, child])
    return StatedDerivations(edge, told, covers, follows, brother, one_population, alone, _versions(counts, facts))


def _without_reason(edge: NDArray[np.float64], told: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where nothing shows a direction it is at most as sure as `NOT_TOLD`. Where nothing shows either, what the
    likelier one loses is the other's: that the two are related stays as sure."""
    held = np.where(told, edge, np.minimum(edge, NOT_TOLD))
    neither = ~told & ~told.T
    lost = np.where(neither, edge - held, 0.0)
    return np.asarray(np.where(neither, np.minimum(held + lost.T, NOT_TOLD), held))


def _handed_on(told: NDArray[np.bool_], clear: NDArray[np.bool_], posterior: DerivationPosterior) -> NDArray[np.bool_]:
    """The directions that follow from known ones: where a list's own source is known, its copies came later.

    Were such a list made from its copy as well, the copy and the source would have nothing in common but chance.
    """
    fresh = np.zeros_like(told)
    while True:
        known = told | fresh
        found = [
            (x, y)
            for y, parents in enumerate(posterior.best)
            for x in parents
            if clear[x, y] and not known[x, y] and not known[y, x] and any(known[p, x] for p in posterior.best[x])
        ]
        if not found:
            return fresh
        for x, y in found:
            fresh[x, y] = True


def _other_people(weights: EdgeWeights) -> NDArray[np.bool_]:
    """datasets x datasets: whether names and addresses of the common contacts do not agree; symmetric."""
    others = np.zeros((weights.n, weights.n), dtype=np.bool_)
    for a, b in weights.other_people:
        others[a, b] = others[b, a] = True
    return others


def _one_population(counts: MembershipCounts, gap: NDArray[np.float64]) -> NDArray[np.bool_]:
    """datasets x datasets: whether the two may have been collected independently from one register or public source.

    So it looks where a third list fits as well (`triangles`), and, where there is none to tell, where each holds most
    of the other and neither all.
    """
    held, of_larger = _shares(counts)
    fits = (gap < ONE_POPULATION) & (of_larger > 0.3)
    # Where each lacks next to nothing of the other no third list shows it either.
    alone = ~np.isfinite(gap) & (of_larger > np.where(held < WHOLE, NEARLY, NEARLY_ALL))
    return np.asarray((held < ALL) & (fits | alone), dtype=np.bool_)


def _shares(counts: MembershipCounts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """datasets x datasets: what two lists have in common, as a share of the smaller and of the larger one."""
    size = np.maximum(counts.traced.contacts, 1).astype(np.float64)
    smaller, larger = np.minimum(size[:, None], size[None, :]), np.maximum(size[:, None], size[None, :])
    return counts.shared / smaller, counts.shared / larger


def pairs_of(
    counts: MembershipCounts,
    background: Background,
    found: NDArray[np.float64],
    weights: EdgeWeights,
    facts: Sequence[DossierFacts],
    gap: NDArray[np.float64],
) -> tuple[PairOdds, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The pairs a < b that the search joins, with what is known about them, and which they are.

    found: of `shapes.undirected_lots`; gap: of `triangles`.
    """
    a, b = (np.asarray(each, np.int64) for each in np.nonzero(np.triu(found + found.T >= LEAST_JOINED, 1)))
    where = a, b
    size = np.maximum(counts.traced.contacts, 1).astype(np.float64)
    held, of_larger = _shares(counts)
    near = (found + found.T >= 0.5).astype(np.int64)
    follow = np.array([pair in counts.succession for pair in zip(a.tolist(), b.tolist(), strict=True)], dtype=np.bool_)
    dates, others = weights.net(DATES)[where], weights.net((*OWN, *DOCUMENTS, *ROWS, *GROWN))[where]
    pairs = PairOdds(
        forward=found[where],
        backward=found.T[where],
        background=background.related[where],
        held=held[where],
        of_larger=of_larger[where],
        gap=gap[where],
        thirds=np.asarray(near @ near)[where],
        successive=follow,
        one_holder=pairs_of_one_holder(facts)[where],
        dates=dates,
        trusted=np.full(a.size, trust_in_dates(dates, others)),
        own=weights.net(OWN)[where],
        documents=weights.net(DOCUMENTS)[where],
        rows=np.stack([weights.net((name,))[where] for name in ROWS], axis=1),
        grown=weights.net(GROWN)[where],
        larger=np.log(size[None, :] / size[:, None])[where],
    )
    return pairs, where


def _versions(counts: MembershipCounts, facts: Sequence[DossierFacts]) -> NDArray[np.bool_]:
    size = counts.traced.contacts
    alike = counts.shared >= ALIKE * np.minimum(size[:, None], size[None, :])
    return np.asarray(alike & pairs_of_one_holder(facts), dtype=np.bool_)


def pairs_of_one_holder(facts: Sequence[DossierFacts]) -> NDArray[np.bool_]:
    """datasets x datasets: whether one party held both."""
    holder = np.array([fact.holder for fact in facts])
    return np.asarray(holder[:, None] == holder[None, :], dtype=np.bool_)
