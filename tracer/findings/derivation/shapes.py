"""Lists that several others cover together: put together from them, or cut into them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.calibration import WHOLE
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.search import DerivationPosterior

MERGED = 0.8
"""Share of a list that others together hold, from which it was made of them, or they of it."""
APART = 0.003
"""Share of the smaller of two lots up to which they have next to nothing in common."""
SAMPLED = 2 / 3
"""Share of what two samples of a list would have in common inside it, from which two parts of it may be samples. One in
three of the makers' lists that others cover together were really cut up from there on, and one in twenty below."""


def undirected_lots(counts: MembershipCounts, posterior: DerivationPosterior) -> NDArray[np.float64]:
    """[parent, child]: the search's share of each edge; of a list and its lots the same both ways.

    The search takes such a list for what was put together, since every rate is then one: of this it knows nothing.
    """
    found = posterior.edge
    return np.where(_lots(counts, posterior.best), (found + found.T) / 2, found)


def _is_merge(counts: MembershipCounts, best: Sequence[Sequence[int]], x: int) -> bool:
    """Whether a dataset is nearly all of parents of which two have nothing to do with one another.

    Two parts that were taken from a list have nothing in common either; but they leave most of it, or are lots. Parts
    that overlap seem to have nothing to do with one another where the list they are in explains the overlap: inside it
    they are compared with two samples of it.
    """
    apart = [
        (p, q) for p, q in combinations(best[x], 2)
        if p not in best[q] and q not in best[p]
        and not _are_lots(counts, x, p, q) and not _may_be_samples(counts, x, p, q)
    ]  # fmt: skip
    return bool(apart) and _covered(counts, best[x], x) >= MERGED


def _covered(counts: MembershipCounts, parts: Sequence[int], x: int) -> float:
    """Share of a dataset that these others hold together."""
    mine = counts.sets.of(x)
    inside = mine[counts.sets.with_any(parts)[mine]]
    return int(counts.sets.totals[inside].sum()) / max(1, int(counts.traced.contacts[x]))


def _are_lots(counts: MembershipCounts, x: int, p: int, q: int) -> bool:
    """Whether p and q look like lots into which x was cut: whole in it, and without a contact in common.

    Two lists that were put together look like that where no person is in both. Which it was their rows cannot tell.
    """
    size = counts.traced.contacts
    whole = min(int(counts.shared[p, x]) / max(1, int(size[p])), int(counts.shared[q, x]) / max(1, int(size[q])))
    return whole >= WHOLE and int(counts.shared[p, q]) <= APART * min(int(size[p]), int(size[q]))


def _may_be_samples(counts: MembershipCounts, x: int, p: int, q: int) -> bool:
    """Whether p and q have about as much in common inside x as if each had been drawn from it on its own."""
    mine = counts.sets.of(x)
    rows = counts.sets.totals[mine].astype(np.float64)
    in_p, in_q = (counts.sets.with_any([y])[mine].astype(np.float64) for y in (p, q))
    return float(rows @ (in_p * in_q)) * float(rows.sum()) >= SAMPLED * float(rows @ in_p) * float(rows @ in_q)


def _lots(counts: MembershipCounts, best: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """datasets x datasets, symmetric: whether the one looks like a lot of the other, which is nearly all cut up."""
    found = np.zeros((len(best), len(best)), dtype=np.bool_)
    beside: list[set[int]] = [set(parents) for parents in best]
    for child, parents in enumerate(best):
        for parent in parents:
            beside[parent].add(child)
    for x, near in enumerate(beside):
        cut = sorted({y for p, q in combinations(sorted(near), 2) if _are_lots(counts, x, p, q) for y in (p, q)})
        if cut and _covered(counts, cut, x) >= MERGED:
            found[x, cut] = found[cut, x] = True
    return found


def among_merges(counts: MembershipCounts, posterior: DerivationPosterior) -> NDArray[np.bool_]:
    """datasets x datasets: whether both belong to one family in which some list was made from several.

    Sources that have nothing to do with one another and a list that covers parts of both tell the direction, and with
    it that of all that hangs on this list. In a family without one, any list could be the first.
    """
    n = len(posterior.best)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((parent, child) for child, parents in enumerate(posterior.best) for parent in parents)
    among = np.zeros((n, n), dtype=np.bool_)
    for family in nx.connected_components(graph):
        if any(_is_merge(counts, posterior.best, x) for x in family):
            among[np.ix_(sorted(family), sorted(family))] = True
    return among
