"""The counts on which families are scored: who holds what together, by place, and how popular it is.

A family is a dataset with a set of parents. Its rows fall into cells by which of the candidate parents hold them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from tracer.findings.overlap import Background
from tracer.findings.patterns import Patterns, Places, Traced

MOST_CANDIDATES = 9
"""Candidate parents of a dataset, the nearest first: 2^9 cells and some 380 sets of up to four."""
LEAST_LOG_ODDS = 2.0
"""Log odds over the background from which a pair is looked at."""
POPULARITY = 0.6
"""Shape of the gamma distribution of popularity: 1 / CV². The heavier the tail, the nearer to 0."""


@dataclass(frozen=True)
class Counts:
    """What is known about the memberships of all datasets."""

    traced: Traced
    held: sparse.csr_matrix
    """patterns x datasets."""
    by_place: sparse.csr_matrix
    """patterns x places: contacts held by exactly this set."""
    singles: NDArray[np.int64]
    """datasets x places: contacts that no other dataset has."""
    log_popular: NDArray[np.float64]
    """patterns: ln of how much more often such a contact is collected than one of two lists."""
    log_pool: float
    """ln U: two unrelated lists of n and m contacts share n·m/U."""
    place_share: NDArray[np.float64]
    """places: share of all distinct contacts."""
    concentration: float
    """How near the profiles of lists are to `place_share`: Dirichlet parameter total."""
    candidates: tuple[tuple[int, ...], ...]
    """datasets: those that may be its parents, nearest first."""


@dataclass(frozen=True)
class Cells:
    """One dataset's rows by which of its candidates hold them; cells are numbered by the bits of candidates."""

    candidates: tuple[int, ...]
    size: NDArray[np.float64]
    """cells: contacts in the cell, whether or not the dataset has them. Cell 0 is not counted: 0."""
    own: NDArray[np.float64]
    """cells x places: of these, the dataset's."""
    log_popular: NDArray[np.float64]
    """cells: sum of ln popularity over the dataset's contacts there."""


def gather(
    traced: Traced, patterns: Patterns, by_place: sparse.csr_matrix, places: Places,
    shared: NDArray[np.int64], background: Background,
) -> Counts:  # fmt: skip
    """Put the counts of a case together and choose each dataset's candidates."""
    held = patterns.held
    inside = (held.T @ by_place).toarray().astype(np.int64)
    share = np.maximum(places.size, 1) / max(1, int(places.size.sum()))
    size = np.maximum(traced.contacts, 1).astype(np.float64)
    a, b = np.triu_indices(len(traced), k=1)
    log_pool = float(np.median(np.log(size[a] * size[b]) - np.log(background.expected[a, b])))
    related = (background.related >= LEAST_LOG_ODDS) & (shared > 0)
    return Counts(
        traced=traced,
        held=held,
        by_place=by_place,
        singles=np.maximum(places.counts - inside, 0),
        log_popular=_log_popular(held, related),
        log_pool=log_pool,
        place_share=share,
        concentration=_concentration(places.counts, share),
        candidates=_candidates(related, shared, background),
    )


def cells_of(counts: Counts, dataset: int) -> Cells:
    """Split one dataset's rows by its candidates."""
    candidates = counts.candidates[dataset]
    cells = 1 << len(candidates)
    places = counts.place_share.size
    code = np.asarray(counts.held[:, list(candidates)] @ (1 << np.arange(len(candidates)))).ravel().astype(np.int64)
    inside = np.asarray(counts.held[:, [dataset]].toarray()).ravel() > 0
    totals = np.asarray(counts.by_place.sum(axis=1)).ravel()
    size = np.bincount(code, totals, cells)
    grouping = sparse.csr_matrix((np.ones(inside.sum()), (code[inside], np.flatnonzero(inside))), (cells, code.size))
    own = np.asarray((grouping @ counts.by_place).toarray(), dtype=np.float64).reshape(cells, places)
    own[0] += counts.singles[dataset]
    for bit, candidate in enumerate(candidates):
        size[1 << bit] += counts.singles[candidate].sum()
    size[0] = 0.0
    popular = np.bincount(code[inside], (totals * counts.log_popular)[inside], cells)
    return Cells(candidates, size, own, popular)


def _log_popular(held: sparse.csr_matrix, related: NDArray[np.bool_]) -> NDArray[np.float64]:
    """ln (k + w) / (k + 1), with w the other independent origins of the contact, at least one.

    Gamma-Poisson popularity: after w collections of a contact the next has a rate in ratio to k + w. Origins are
    counted as connected groups of related holders: copies of one list count once.
    """
    rows, columns = held.nonzero()
    if rows.size == 0:
        return np.zeros(held.shape[0])
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    start = np.searchsorted(rows, np.arange(held.shape[0] + 1))
    lengths = np.diff(start)
    w = np.ones(held.shape[0])
    for length in np.unique(lengths).tolist():
        which = np.flatnonzero(lengths == length)
        members = columns[start[which][:, None] + np.arange(length)[None, :]]
        w[which] = _groups(members, related)
    others = np.maximum(w - 1, 1)
    popular: NDArray[np.float64] = np.log((POPULARITY + others) / (POPULARITY + 1))
    return popular


def _groups(members: NDArray[np.int64], related: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Connected groups of related datasets in each line of `members` (sets x length)."""
    sets, length = members.shape
    first, second = np.triu_indices(length, k=1)
    linked = related[members[:, first], members[:, second]]
    line, pair = np.nonzero(linked)
    nodes = sets * length
    graph = sparse.csr_matrix(
        (np.ones(line.size), (line * length + first[pair], line * length + second[pair])), shape=(nodes, nodes)
    )
    _, label = csgraph.connected_components(graph, directed=False)
    pairs = np.unique(np.stack([np.repeat(np.arange(sets), length), label]), axis=1)
    return np.bincount(pairs[0], minlength=sets)


def _candidates(
    related: NDArray[np.bool_], shared: NDArray[np.int64], background: Background
) -> tuple[tuple[int, ...], ...]:
    chosen = []
    for dataset in range(related.shape[0]):
        excess = shared[dataset] - background.expected[dataset]
        order = np.lexsort((np.arange(excess.size), -excess))
        chosen.append(tuple(int(i) for i in order if related[dataset, i] and excess[i] > 0)[:MOST_CANDIDATES])
    return tuple(chosen)


def _concentration(counts: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    """The Dirichlet total under which the datasets' profiles are most likely, over a grid of powers of two."""
    grid = 2.0 ** np.arange(2, 15)
    likelihood = [sum(log_profile(row.astype(np.float64), share, total) for row in counts) for total in grid]
    return float(grid[int(np.argmax(likelihood))])


def log_profile(counts: NDArray[np.float64], share: NDArray[np.float64], total: float) -> float:
    """ln P(these rows' places) with an unknown profile of their own, less that with everybody's (Dirichlet-multinomial).

    counts (…, places) may be fractional; prior Dirichlet(total·share).
    """
    return float(log_profiles(counts[None, :], share, total)[0])


def log_profiles(counts: NDArray[np.float64], share: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """The same for each line of `counts` (lines x places)."""
    from scipy.special import gammaln

    prior = total * share
    n = counts.sum(axis=1)
    value: NDArray[np.float64] = (
        gammaln(total) - gammaln(total + n)
        + (gammaln(prior + counts) - gammaln(prior) - counts * np.log(share)).sum(axis=1)
    )  # fmt: skip
    return value
