"""The counts on which families are scored: who holds what together, by place, and how popular it is.

A family is a dataset with a set of parents. Its rows fall into cells by which of the candidate parents hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import gammaln, xlogy

from tracer.findings.case_facts import Relation
from tracer.findings.derivation.sets import Sets
from tracer.findings.overlap.compared import Comparison
from tracer.findings.overlap.merged import SignedKeys
from tracer.findings.overlap.shared_counts import as_words
from tracer.findings.overlap.traced import ComparedDatasets

# How popular a contact is: in how many lists it is that did not get it from one another.

POPULARITY = 0.6
"""Shape of the gamma distribution of popularity: 1 / CV². The heavier the tail, the nearer to 0."""
_CHUNK = 65_536
"""Sets that are looked at together."""


def log_popular(held: sparse.csr_matrix, related: NDArray[np.bool_]) -> NDArray[np.float64]:
    """sets: ln (k + w) / (k + 1), with w the other independent origins of such a contact, at least one.

    held: sets x datasets; related: datasets x datasets. Gamma-Poisson popularity: after w collections of a contact the
    next has a rate in ratio to k + w. Origins are counted as connected groups of related holders: copies of one list
    count once.
    """
    others = np.maximum(groups(held, related) - 1, 1)
    popular: NDArray[np.float64] = np.log((POPULARITY + others) / (POPULARITY + 1))
    return popular


def groups(held: sparse.csr_matrix, related: NDArray[np.bool_]) -> NDArray[np.int64]:
    """sets: connected groups of related datasets in each; every set has at least one dataset."""
    found, near = np.zeros(held.shape[0], dtype=np.int64), as_words(sparse.csr_matrix(related))
    for start in range(0, held.shape[0], _CHUNK):
        end = min(start + _CHUNK, held.shape[0])
        found[start:end] = _groups(as_words(held[start:end]), near)
    return found


def _groups(rest: NDArray[np.uint64], near: NDArray[np.uint64]) -> NDArray[np.int64]:
    """rest: sets x words, the datasets; near: datasets x words, those related to each. All sets are flooded at once,
    one dataset of each at a time: the next one that a group has reached, or the first of a new group."""
    found = np.zeros(rest.shape[0], dtype=np.int64)
    which, reached = np.arange(rest.shape[0]), np.zeros_like(rest)
    while which.size:
        starts = np.asarray(~reached.any(axis=1), dtype=np.bool_)
        found[which[starts]] += 1
        from_ = np.where(starts[:, None], rest, reached)
        word = (from_ != 0).argmax(axis=1)
        line = np.arange(which.size)
        lowest = from_[line, word]
        lowest &= ~lowest + np.uint64(1)
        dataset = word * 64 + np.bitwise_count(lowest - np.uint64(1))
        rest[line, word] &= ~lowest
        reached[line, word] &= ~lowest
        fresh = rest & near[dataset]
        reached |= fresh
        rest &= ~fresh
        going = np.asarray((rest | reached).any(axis=1), dtype=np.bool_)
        if not going.all():
            which, rest, reached = which[going], rest[going], reached[going]
    return found


MOST_CANDIDATES = 10
MOST_BOTH_WAYS = 12
MOST_FIRST, MOST_AROUND, MOST_LEFT_OVER = 5, 3, 2
"""Candidate parents of a dataset: ten of its own, and twelve with those that it is a candidate of; 2^12 cells at most.
At most five of the ten come from a first search, two are what explains most of that search's left-over rows, and up to
three each are above and next to its parents."""
NEAREST, LIFTED = 4, 2
"""Of these: nearest by what they explain alone, and by how far above chance they are; the rest by what is left over."""
NEIGHBOURS = 40
"""Lists that one list is compared with row by row."""
LEAST_LOG_ODDS = 2.0
"""Log odds over the background from which a pair is looked at."""
CONTAINED = 0.6
"""Share of the smaller list from which a pair is looked at in any case."""


@dataclass(frozen=True)
class MembershipCounts:
    """What is known about the memberships of all datasets."""

    traced: ComparedDatasets
    unit: NDArray[np.int64]
    """datasets: contacts that one stands for which was looked at. Evidence is weighed by those that were."""
    sets: Sets
    holders: sparse.csc_matrix
    """sets of holders x datasets: who holds an identifier. To be asked about close datasets alone."""
    holders_by_key: str
    """TEMP relation of the identifiers (key, pattern): a pattern is a row of `holders`."""
    second_key: Relation | None
    """TEMP relation of the identifiers (key) that are left out, as they link nothing that another one does not; None
    where the sets of holders were counted elsewhere."""
    singles: NDArray[np.int64]
    """datasets x places: contacts that no other dataset has."""
    log_popular: NDArray[np.float64]
    """sets: ln of how much more often such a contact is collected than one of two lists."""
    log_pool: float
    """ln U: two unrelated lists of n and m contacts share n·m/U."""
    place_share: NDArray[np.float64]
    concentration: float
    """How near the profiles of lists are to `place_share`: Dirichlet parameter total."""
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common."""
    expected: NDArray[np.float64]
    """datasets x datasets: by chance."""
    related: NDArray[np.bool_]
    """datasets x datasets: worth looking at."""
    succession: frozenset[tuple[int, int]] = frozenset()
    """Pairs a < b that follow one another among the versions of one list: each is always a candidate of the other."""
    confirmed: frozenset[tuple[int, int]] = frozenset()
    """Pairs a < b of which a person says that one was copied from the other: so are these."""
    candidates: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Cells:
    """One dataset's rows by which of its candidates hold them; cells are numbered by the bits of candidates."""

    candidates: tuple[int, ...]
    size: NDArray[np.float64]
    """cells: contacts in the cell, whether or not the dataset has them. Cell 0 is not counted: 0."""
    own: NDArray[np.float64]
    """cells x places: of these, the dataset's."""
    log_popular: NDArray[np.float64]
    """cells: sum of ln popularity over the dataset's contacts there that were looked at."""
    unit: float


def gather(
    compared: Comparison,
    succession: frozenset[tuple[int, int]] = frozenset(),
    confirmed: frozenset[tuple[int, int]] = frozenset(),
) -> MembershipCounts:
    """Put the counts of a case together and choose each dataset's candidates."""
    traced, places, shared, background = compared.traced, compared.places, compared.shared, compared.background
    sets = Sets(compared.sets.held, places.by_set)
    inside = np.stack([of_place.diagonal() for of_place in sets.common], axis=1)
    share = np.maximum(places.size, 1) / max(1, int(places.size.sum()))
    size = np.maximum(traced.contacts, 1).astype(np.float64)
    a, b = np.triu_indices(len(traced), k=1)
    pools = np.log(size[a] * size[b]) - np.log(np.maximum(background.expected[a, b], 1e-12))
    log_pool = float(np.median(pools)) if a.size else float(np.log(size.sum() + 1))
    contained = shared >= CONTAINED * np.minimum(size[:, None], size[None, :])
    related = ((background.related >= LEAST_LOG_ODDS) | contained) & (shared > 0)
    for one, other in succession | confirmed:
        related[one, other] = related[other, one] = True
    counts = MembershipCounts(
        traced=traced,
        unit=traced.share.each,
        sets=sets,
        holders=compared.patterns.held.tocsc(),
        holders_by_key=compared.patterns.by_key,
        second_key=compared.patterns.source.second if isinstance(compared.patterns.source, SignedKeys) else None,
        singles=np.maximum(places.counts - inside, 0),
        log_popular=log_popular(sets.held, related),
        log_pool=log_pool,
        place_share=share,
        concentration=_concentration(places.counts / traced.share.each[:, None], share),
        shared=shared,
        expected=background.expected,
        related=related,
        succession=succession,
        confirmed=confirmed,
    )
    return replace(counts, candidates=_candidates(counts, related))


def cells_of(counts: MembershipCounts, dataset: int) -> Cells:
    """Split one dataset's rows by its candidates."""
    candidates, sets = counts.candidates[dataset], counts.sets
    cells, places = 1 << len(candidates), counts.place_share.size
    code, inside = sets.codes(candidates), sets.of(dataset)
    size = sets.sizes(code, cells)
    which, place, contacts = sets.places(inside)
    own = np.bincount(code[inside][which] * places + place, contacts, cells * places).reshape(cells, places)
    own[0] += counts.singles[dataset]
    for bit, candidate in enumerate(candidates):
        size[1 << bit] += counts.singles[candidate].sum()
    popular = np.bincount(code[inside], (sets.totals * counts.log_popular)[inside], cells)
    unit = float(counts.unit[dataset])
    return Cells(candidates, size, own.astype(np.float64), popular / unit, unit)


def refined(counts: MembershipCounts, parents: Sequence[Sequence[int]]) -> MembershipCounts:
    """Choose the candidates again after a first search has found these parents of every dataset.

    A dataset's grandchildren look like its parents; they make room. Its parents and children of the first search come
    first, so that each edge can still be turned.
    """
    n = len(parents)
    children: list[list[int]] = [[] for _ in range(n)]
    for child, found in enumerate(parents):
        for parent in found:
            children[parent].append(child)
    size = np.maximum(counts.traced.contacts, 1).astype(np.float64)
    allowed = counts.related.copy()
    first: list[list[int]] = []
    for dataset in range(n):
        deep: set[int] = set()
        todo = [grandchild for child in children[dataset] for grandchild in children[child]]
        while todo:
            descendant = todo.pop()
            if descendant not in deep:
                deep.add(descendant)
                todo += children[descendant]
        below = sorted(children[dataset], key=lambda c: (-counts.shared[dataset, c], c))
        open_ = counts.related[dataset].copy()
        open_[[dataset, *below, *deep]] = False
        nearest = _gain(counts.shared[dataset].astype(np.float64), size, counts.expected[dataset])
        near = list(parents[dataset])
        near += _of_the_rest(counts, dataset, open_, MOST_LEFT_OVER, near, near)
        # Where a list's own ancestor or brother was taken for its parent, the parent is next to it in the graph; where
        # a copy of it was, that copy's parents are its own.
        above = {y for p in parents[dataset] for y in parents[p] if open_[y]} - set(near)
        near += sorted(above, key=lambda y: (-nearest[y], y))[:MOST_AROUND]
        near += below[: MOST_FIRST - len(parents[dataset])]
        beside = {y for p in parents[dataset] for y in children[p] if open_[y]} - set(near)
        near += sorted(beside, key=lambda y: (-nearest[y], y))[:MOST_AROUND]
        allowed[dataset, sorted(deep - set(near))] = False
        first.append(near)
        allowed[dataset, sorted(set(below) - set(near))] = False
    return replace(counts, candidates=_candidates(counts, allowed, first))


def _candidates(
    counts: MembershipCounts, allowed: NDArray[np.bool_], first: Sequence[Sequence[int]] | None = None
) -> tuple[tuple[int, ...], ...]:
    """For each dataset: its nearest relatives alone, and those that explain most of what the nearer ones leave over.

    A relative A that shares m of the n rows explains them with a gain of m ln(m/E) and the entropy of choosing them:
    the log-likelihood ratio of a copy of A against chance. `first` are taken before all others.
    """
    size = np.maximum(counts.traced.contacts, 1).astype(np.float64)
    chosen = []
    certain = [*sorted(counts.confirmed), *sorted(counts.succession - counts.confirmed)]
    for dataset in range(allowed.shape[0]):
        shared, expected = counts.shared[dataset], counts.expected[dataset]
        open_ = allowed[dataset] & (shared > expected)
        found = [b if a == dataset else a for a, b in certain if dataset in (a, b)]
        found += [x for x in first[dataset] if x not in found] if first is not None else []
        found += [x for x in _best(_gain(shared.astype(np.float64), size, expected), open_, NEAREST) if x not in found]
        lift = np.log(np.maximum(shared, 1)) - np.log(np.maximum(expected, 1e-9))
        found += [x for x in _best(lift, open_, LIFTED) if x not in found]
        found += _of_the_rest(counts, dataset, open_, MOST_CANDIDATES - len(found), found)
        chosen.append(found[:MOST_CANDIDATES])
    return _both_ways(chosen)


def _of_the_rest(
    counts: MembershipCounts,
    dataset: int,
    open_: NDArray[np.bool_],
    most: int,
    found: Sequence[int],
    known: Sequence[int] = (),
) -> list[int]:
    """Relatives that are not `found`, one after the other, that explain most of the contacts that those before them do
    not hold; `known` come before them all."""
    sets = counts.sets
    size = np.maximum(counts.traced.contacts, 1).astype(np.float64)
    taken = list(known)
    fresh: list[int] = []
    while len(fresh) < most:
        whole = size - sets.covered(taken)
        within = sets.covered(taken, within=dataset)
        left = (sets.shared[dataset] - within).astype(np.float64)
        # What is left of the one meets what is left of the other by chance.
        share = np.clip(whole / size, 0, 1) * (1 - within[dataset] / size[dataset])
        expect = counts.expected[dataset] * share
        best = _best(np.where(left > 1.3 * expect, _gain(left, whole, expect), -np.inf), open_, 1, without=taken)
        if not best:
            break
        taken += best
        fresh += [x for x in best if x not in found]
    return fresh


def _both_ways(chosen: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    """Where A may be a parent of B, B may be one of A, as long as there is room."""
    room = [list(found) for found in chosen]
    for child, found in enumerate(chosen):
        for parent in found:
            if child not in room[parent] and len(room[parent]) < MOST_BOTH_WAYS:
                room[parent].append(child)
    return tuple(tuple(found) for found in room)


def _gain(m: NDArray[np.float64], size: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-likelihood ratio of choosing m of `size` rows against meeting `expected` of them by chance."""
    m = np.minimum(m, size)
    rest = np.maximum(size - m, 0.0)
    by_chance = xlogy(m, np.maximum(expected, 1e-9))
    return np.asarray(xlogy(m, m) - by_chance + xlogy(rest, rest / np.maximum(size, 1)), dtype=np.float64)


def _best(value: NDArray[np.float64], allowed: NDArray[np.bool_], n: int, without: Sequence[int] = ()) -> list[int]:
    open_ = np.flatnonzero(allowed & np.isfinite(value) & (value > 0))
    open_ = open_[~np.isin(open_, without)]
    best: list[int] = open_[np.argsort(-value[open_], kind="stable")][:n].tolist()
    return best


def neighbours(counts: MembershipCounts) -> list[tuple[int, int]]:
    """Pairs a < b worth comparing: related, and of the `NEIGHBOURS` of either with most contacts in common."""
    pairs: set[tuple[int, int]] = set()
    for x in range(len(counts.traced)):
        shared = np.where(counts.related[x], counts.shared[x], 0)
        nearest = np.lexsort((np.arange(shared.size), -shared))[:NEIGHBOURS]
        pairs |= {(min(x, int(y)), max(x, int(y))) for y in nearest if shared[y] > 0}
    return sorted(pairs)


def _concentration(counts: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    """The Dirichlet total under which the datasets' profiles are most likely, over a grid of powers of two."""
    grid = 2.0 ** np.arange(2, 15)
    likelihood = [sum(log_profiles(counts, share, total).tolist()) for total in grid]
    return float(grid[int(np.argmax(likelihood))])


def log_profiles(
    counts: NDArray[np.float64], share: NDArray[np.float64], total: float, seen: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """ln P(these rows' places) with a profile of their own, less that with everybody's (Dirichlet-multinomial), for
    each line of `counts` (lines x places).

    counts may be fractional; prior Dirichlet(total·share); `seen` are rows of the same profile that are known.
    """
    prior = np.atleast_2d(total * share + seen)
    n, whole = counts.sum(axis=1), prior.sum(axis=1)
    each = np.zeros_like(counts)
    line, place = np.nonzero(counts)  # the others' terms are 0, and the function is what takes time
    here, before = counts[line, place], np.broadcast_to(prior, counts.shape)[line, place]
    each[line, place] = gammaln(before + here) - gammaln(before) - here * np.log(share)[place]
    value: NDArray[np.float64] = gammaln(whole) - gammaln(whole + n) + each.sum(axis=1)
    return value
