"""Overlaps of all pairs of datasets, compared with what independently collected lists of their kind would have in
common. What they rest on is read once in a trace, and derivations rest on it too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import gammainc, log_ndtr

from tracer.findings.case_facts import CaseFacts, put_table
from tracer.findings.overlap.close import CloseSets, close_sets
from tracer.findings.overlap.patterns import (
    ComparedDatasets,
    Patterns,
    answered_patterns,
    common_keys,
    counted_pairs,
    read_patterns,
    read_traced,
    shared_contacts,
    statement_over,
)
from tracer.findings.tails import Bools, Floats, Ints
from tracer.policy import SHOWN_FROM

# What unrelated lists have in common, estimated from the case itself.
#
# n·m/U is not that figure: popular contacts and common public sources are in many lists. The background is estimated
# from the case itself, as a mixture over all pairs: most pairs of lists are unrelated, and their overlaps, in ratio to
# the product of the sizes, scatter log-normally about a common value; related pairs lie anywhere above it. Each dataset
# has a factor of its own (a list of popular contacts meets every other list more often). Nothing more is known of pairs
# that share fewer than twenty (censored observations: Tobin 1958).

PRIOR_SHARE = 0.01
"""Share of the smaller list that two unrelated lists have in common, where the case says nothing: half of the prior
lies between four thousandths and two and a half hundredths. Lists of popular contacts reach a tenth and more; makers of
whose unrelated pairs most share more would raise it."""
PRIOR_SPREAD = 1.4
"""Standard deviation of its logarithm, by the same pairs."""
MOST_SHARE = 0.5
"""Share of the smaller list that unrelated lists have in common at most: of 9,000 unrelated pairs of the makers, those
that collect one closed register aside, 16 had more, nearly all with a source in common that was not loaded. Lists with
more in common are related or come from one register (`derivation.ways` asks which); were they to count as chance, a
case of one family alone would be measured against itself."""
LEAST_SCATTER, MOST_SCATTER, PRIOR_SCATTER = 0.08, 1.5, 0.5
"""Bounds and centre of the scatter (sigma of the logarithm) between unrelated pairs, by those of the makers."""
RELATED_SHARE = 0.3
"""Share of pairs that are related, before looking; it is updated, and weighs as much as ten pairs. Cases of which most
lists are unrelated would lower it."""
LEAST_WIDTH = 0.5
"""Related pairs have anything from the background to all of the smaller list in common, uniformly in the logarithm;
this is the least width of that range. It follows from no data: without it two short lists would have none."""
_FACTOR_SPREAD = 0.3
"""Standard deviation of the logarithm of a dataset's own factor. A wide one takes a family of copies for lists that
have much in common with everybody; lists of which some are all of popular contacts would raise it."""
CLEARLY = 8.0
"""Nats by which a wider background must be likelier than a narrower one. Related pairs that are taken for background
would raise it."""
_ROUNDS = 40
_SEVERAL_PAIRS = 20
"""Pairs from which a case itself shows how high and how scattered its background is: six lists have fifteen."""
_STARTS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7)


@dataclass(frozen=True)
class Background:
    """What unrelated lists have in common. All arrays are datasets x datasets."""

    expected: Floats
    """Contacts in common by chance, popular contacts and common public sources."""
    scatter: float
    """Sigma of the logarithm of the true background of a pair about `expected`."""
    related: Floats
    """Log odds (natural) that the pair has more in common than the background, without a prior."""


def estimate_background(shared: Ints, contacts: Ints, alike: Floats) -> Background:
    """Fit the mixture described above to the overlaps (datasets x datasets) of lists with so many contacts.

    Expectation-maximisation over pairs: background ln(m / n_a n_b s_ab) ~ Normal(mu + f_a + f_b, scatter² + 1/m),
    related ln(m / n_a n_b s_ab) uniform; mu with a prior of `PRIOR_SHARE`, the f with one of mean 0. Pairs under
    `SHOWN_FROM` count as under it. It starts from several heights of the background, and the likeliest end counts.
    """
    if contacts.size < 2:
        nothing = np.zeros((contacts.size, contacts.size))
        return Background(nothing, PRIOR_SCATTER, nothing)
    pairs = _Mixture(shared, np.maximum(contacts, 1).astype(np.float64), alike)
    near = pairs.y[~pairs.beyond]
    starts = np.unique([pairs.centre, *(np.quantile(near, _STARTS) if near.size else ())])
    # In a small case every pair may be related: there the background does not start above what the prior allows.
    highest = np.inf if pairs.several else pairs.centre + 2 * PRIOR_SPREAD
    fits = [pairs.fit(min(float(start), highest)) for start in starts]
    likeliest = max(likelihood for likelihood, *_ in fits)
    # A high or a wide background swallows related pairs; it has to be clearly the likelier one.
    clearly = [one for one in fits if one[0] >= likeliest - CLEARLY]
    _, mu, scatter, factor, unrelated = min(clearly, key=lambda one: one[1:3])
    mean = mu + factor[pairs.a] + factor[pairs.b]
    expected = np.minimum(np.exp(mean + pairs.exposure), MOST_SHARE * pairs.smaller)
    # Where the case has few pairs, the background itself is uncertain.
    variance = scatter**2 + pairs.noise
    z = (pairs.y - mean) / np.sqrt(variance)
    hazard = _hazard(z)
    known = np.sum(unrelated / variance * np.where(pairs.few, hazard * (hazard + z), 1.0))
    scatter = float(np.sqrt(scatter**2 + 1.0 / (PRIOR_SPREAD**-2 + known)))
    odds = np.where(~pairs.few & (pairs.m > expected), pairs.log_odds(expected, scatter), -5.0)
    squares = np.zeros((2, contacts.size, contacts.size))
    squares[:, pairs.a, pairs.b] = squares[:, pairs.b, pairs.a] = expected, odds
    return Background(squares[0], scatter, squares[1])


class _Mixture:
    """All pairs a < b, one element each, of lists of so many contacts (`size`)."""

    def __init__(self, shared: Ints, size: Floats, alike: Floats) -> None:
        self.a, self.b = a, b = np.triu_indices(size.size, k=1)
        self.m = shared[a, b].astype(np.float64)
        self.smaller = np.minimum(size[a], size[b])
        self.beyond = self.m > MOST_SHARE * self.smaller
        # Where fewer than `SHOWN_FROM` are in common, `y` is the most that it may be.
        self.few = self.m < SHOWN_FROM
        most = np.where(self.few, SHOWN_FROM - 0.5, self.m + 0.5)
        self.exposure = np.log(size[a] * size[b] * alike[a, b])
        self.y, self.noise = np.log(most) - self.exposure, 1.0 / most
        self.centre = float(np.log(PRIOR_SHARE) - np.log(np.maximum(size[a], size[b])).mean())
        self.datasets, self.several = size.size, a.size >= _SEVERAL_PAIRS

    def log_odds(self, expected: Floats, scatter: float) -> Floats:
        """pairs: ln of the density of the overlap in related pairs over that in unrelated ones.

        The background is normal in the logit of the share of the smaller list: by chance few contacts are in common,
        and never nearly all. Related pairs are uniform in the logarithm.
        """
        m, rest = np.maximum(self.m, 0.5), np.maximum(self.smaller - self.m, 0.0) + 0.5
        z = np.maximum(np.log(m / rest) - np.log(expected / (self.smaller - expected + 0.5)), 0.0)
        variance = scatter**2 + 1.0 / (m + 0.5) + 1.0 / rest
        width = np.maximum(np.log(self.smaller) - np.log(expected), LEAST_WIDTH)
        # From the logit to the logarithm: d logit / d ln m = 1 / (1 - share).
        steep = np.log((self.smaller + 0.5) / rest)
        odds: Floats = -np.log(width) + 0.5 * z**2 / variance + 0.5 * np.log(2 * np.pi * variance) - steep
        return odds

    def fit(self, mu: float) -> tuple[float, float, float, Floats, Floats]:
        """The mixture that is reached from a height of the background: its log-likelihood, height and scatter, the
        factors of the datasets, and the probability of each pair to be unrelated."""
        a, b, y, noise, few, beyond = self.a, self.b, self.y, self.noise, self.few, self.beyond
        factor = np.zeros(self.datasets)
        scatter = 0.3 if self.several else PRIOR_SCATTER
        weight_related, likelihood = RELATED_SHARE, -np.inf
        background = np.ones(a.size)
        most = np.log(self.smaller + 0.5) - self.exposure
        for _ in range(_ROUNDS):
            residual = y - mu - factor[a] - factor[b]
            variance = scatter**2 + noise
            spread = np.sqrt(variance)
            log_background = -0.5 * (residual**2 / variance + np.log(2 * np.pi * variance))
            width = np.maximum(most - mu - factor[a] - factor[b], LEAST_WIDTH)
            log_related = -np.log(width)
            log_background[few] = log_ndtr((residual / spread)[few])
            log_related[few] = np.log(np.clip((residual / width)[few], 1e-9, 1.0))
            log_odds = log_related - log_background + np.log(weight_related / (1 - weight_related))
            log_odds = np.where(residual > 0, log_odds, -np.inf)
            background = 1.0 / (1.0 + np.exp(np.clip(log_odds, -700, 700)))
            told = log_background + np.log1p(-weight_related) - np.log(background)
            # What is beyond is related wherever the background lies, and says nothing about where that is.
            background[beyond], told[beyond] = 0.0, np.log(weight_related)
            drawn = float(np.sum((factor / _FACTOR_SPREAD) ** 2))
            likelihood = float(np.sum(told)) - (0.5 * ((mu - self.centre) / PRIOR_SPREAD) ** 2 + 0.5 * drawn)
            weight_related = float((10 * RELATED_SHARE + np.sum(1 - background)) / (10 + a.size))
            w = background / variance
            # Where only the most is known, the mean of a normal residual up to it.
            residual = np.where(few, -spread * _hazard(residual / spread), residual)
            mu += float((np.sum(w * residual) + (self.centre - mu) / PRIOR_SPREAD**2) / (PRIOR_SPREAD**-2 + w.sum()))
            residual = y - mu - factor[a] - factor[b]
            residual = np.where(few, -spread * _hazard(residual / spread), residual)
            pull = np.bincount(a, w * residual, factor.size) + np.bincount(b, w * residual, factor.size)
            total = np.bincount(a, w, factor.size) + np.bincount(b, w, factor.size)
            factor = factor + 0.5 * ((pull - factor / _FACTOR_SPREAD**2) / (total + _FACTOR_SPREAD**-2))
            residual = y - mu - factor[a] - factor[b]
            # From the pairs below the middle alone: related pairs that pass for background lie above it.
            below = (residual < 0) & ~few & ~beyond
            middle = 1.4826 * float(np.median(-residual[below])) if below.any() else 0.0
            scatter = float(np.sqrt((3 * PRIOR_SCATTER**2 + below.sum() * middle**2) / (3 + below.sum())))
            scatter = min(max(scatter, LEAST_SCATTER), MOST_SCATTER)
        return likelihood, mu, scatter, factor, background


def _hazard(z: Floats) -> Floats:
    """Density of the standard normal over its probability up to z: the slope of ln of that."""
    return np.asarray(np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(z)), dtype=np.float64)


_MOST = 0.9
"""Share of the smaller list that chance can put into both at most, where one is blind. It keeps a background that was
estimated from longer lists from exceeding a short one; unrelated pairs that share more would raise it."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True)
class Sets:
    """All sets of two or more datasets that hold contacts, in order of `patterns.Patterns`."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set."""
    totals: Ints
    """sets: contacts held by exactly this set."""

    @cached_property
    def of(self) -> list[Ints]:
        """The sets that each dataset is in, in order."""
        by_dataset = self.held.tocsc()
        by_dataset.sort_indices()
        return [by_dataset.indices[start:end].astype(np.int64) for start, end in pairwise(by_dataset.indptr)]

    @cached_property
    def shared(self) -> Ints:
        """datasets x datasets: contacts in common; on the diagonal those that any other dataset holds."""
        return common_keys(self.held, self.totals)

    @property
    def in_two(self) -> Ints:
        """datasets x datasets: contacts in exactly these two."""
        two = np.diff(self.held.indptr) == 2
        return common_keys(self.held[two], self.totals[two])

    def with_any(self, datasets: Collection[int]) -> Bools:
        """sets: whether any of these datasets is in it."""
        found = np.zeros(self.totals.size, dtype=np.bool_)
        for dataset in datasets:
            found[self.of[dataset]] = True
        return found


@dataclass(frozen=True)
class Comparison:
    """The datasets of a case, compared with one another."""

    traced: ComparedDatasets
    patterns: Patterns
    """Who holds an identifier, whether or not these lists are close."""
    sets: Sets
    """What is computed with: who holds it as far as close lists show."""
    shared: Ints
    """datasets x datasets: contacts in common of close lists; of others none."""
    background: Background

    @cached_property
    def holders(self) -> sparse.csc_matrix:
        """sets of holders x datasets: who holds an identifier. To be asked about close datasets alone."""
        return self.patterns.held.tocsc()

    @cached_property
    def family(self) -> Ints:
        """datasets: the family of lists that each belongs to. Families have nothing in common."""
        _, family = connected_components(sparse.csr_matrix(self.shared), directed=False)
        return np.asarray(family, dtype=np.int64)


def compare(facts: CaseFacts) -> Comparison:
    """Compare all current datasets. Its relations are there until the trace ends."""
    return facts.once("compared", lambda: _compare(facts))


def _compare(facts: CaseFacts) -> Comparison:
    traced, shared = read_traced(facts), None
    if not traced.share.all:
        # Contacts in common are counted over all identifiers, in a large case too.
        answered = answered_patterns(facts, traced)
        shared = counted_pairs(facts, traced) if answered is None else shared_contacts(facts, traced, answered)
    patterns = read_patterns(facts, traced)
    shared = shared_contacts(facts, traced, patterns) if shared is None else shared
    shared[shared < SHOWN_FROM] = 0
    close = (shared > 0) | np.eye(len(traced), dtype=np.bool_)
    sets = close_sets(patterns.held, close, traced.codes)
    counts, size, totals = read_places(facts, traced, patterns, sets, close)
    # By what factor two lists meet more often because they collect in the same places: the sum over places f of
    # p_a(f) p_b(f) / u(f), where p is a list's profile, drawn towards the whole case's u by 50 rows.
    u = np.maximum(size, 1) / max(1, int(size.sum()))
    profile = (counts + 50 * u) / (counts.sum(axis=1, keepdims=True) + 50)
    background = estimate_background(shared, traced.contacts, np.asarray((profile / u) @ profile.T, dtype=np.float64))
    return Comparison(traced, patterns, Sets(sets.held, totals), shared, background)


def read_places(
    facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns, sets: CloseSets, close: Bools
) -> tuple[Ints, Ints, Ints]:
    """Count identifiers by place; place 0: not a Chinese mobile number. datasets x places: those of the dataset in the
    place; places: all of them; sets of close datasets: those that are held by exactly this set.

    close: datasets x datasets. An identifier in lists that are not close counts as often as it is in them.
    One that is looked at only because a short list has it says nothing of lists that are not close to the short one.
    Where not all are looked at, these are estimates.
    """
    con, share, block_place = facts.con, traced.share, patterns.relations["block_place"]
    places = 1 + int(con.execute(f"SELECT coalesce(max(place), 0) FROM {block_place}").fetchall()[0][0])
    rows = con.execute(statement_over("pattern_place", **patterns.relations), {"percent": share.percent}).fetchnumpy()
    where, shape = (np.asarray(rows["pattern"]), np.asarray(rows["place"])), (patterns.keys.size, places)
    looked_at, drawn = (
        sparse.csr_matrix((np.asarray(rows[name], dtype=np.int64), where), shape=shape) for name in ("keys", "drawn")
    )
    whole, each = share.whole, 100 // share.percent
    some_whole = sets.held @ whole > 0
    by_set = sparse.csr_matrix(
        _where(some_whole, sets.of @ looked_at) + each * _where(~some_whole, sets.of @ drawn), dtype=np.int64
    )
    # Less than none is left of contacts that were counted in several sets.
    np.maximum(by_set.data, 0, out=by_set.data)
    counts, size = np.zeros((len(traced), places), dtype=np.int64), np.zeros(places, dtype=np.int64)
    if "alone" in patterns.relations:
        of_alone = patterns.rows(facts, "single_place").fetchnumpy()
        seen_whole = patterns.held @ whole > 0
        counts += _of_datasets(patterns.held, _where(seen_whole & ~sets.apart, looked_at))
        counts += each * _of_datasets(patterns.held, _where(~seen_whole, drawn))
        mixed = np.flatnonzero(seen_whole & sets.apart)
        beside = (patterns.held[mixed].multiply(whole) @ close.astype(np.int64) > 0).astype(np.int64)
        known = sparse.csr_matrix(patterns.held[mixed].multiply(beside))
        counts += _of_datasets(known, looked_at[mixed])
        counts += each * _of_datasets(patterns.held[mixed] - known, drawn[mixed])
        times = np.where(whole, 1, each)[of_alone["position"]]
        counts[of_alone["position"], of_alone["place"]] += of_alone["keys"] * times
        size = counts.sum(axis=0)
    else:
        of_all, of_each = (patterns.rows(facts, name).fetchnumpy() for name in ("place_size", "dataset_place"))
        counts[of_each["position"], of_each["place"]] = of_each["keys"]
        size[of_all["place"]] = of_all["keys"]
        size += _repeats_by_place(patterns.held, looked_at)
    totals = np.asarray(by_set.sum(axis=1), dtype=np.int64).ravel()
    return counts, np.maximum(size - _repeats_by_place(sets.held, by_set), 0), totals


def _of_datasets(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> Ints:
    """datasets x places: sums over the sets that each dataset is in."""
    return np.asarray((held.T @ by_place).todense(), dtype=np.int64)


def _where(which: Bools, by_place: sparse.csr_matrix) -> sparse.csr_matrix:
    """The lines for which it holds, and nothing in the others."""
    return sparse.csr_matrix(sparse.diags(which.astype(np.int64), format="csr", dtype=np.int64) @ by_place)


def _repeats_by_place(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> Ints:
    """places: how often identifiers are in more lists than one, each further list counted."""
    more = np.diff(held.indptr).astype(np.int64) - 1
    return np.asarray(by_place.T @ more, dtype=np.int64).ravel()


def compute(facts: CaseFacts, run: int) -> None:
    """Fill `overlap` for this run: every pair a < b of current datasets that are close."""
    found = compare(facts)
    traced, background, ids = found.traced, found.background, np.array(found.traced.ids, dtype=object)
    a, b = np.nonzero(np.triu(found.shared, k=1))
    pairs = pa.table(
        {
            "a": pa.array(ids[a], pa.string()),
            "b": pa.array(ids[b], pa.string()),
            "a_contacts": traced.contacts[a],
            "b_contacts": traced.contacts[b],
            "shared": found.shared[a, b],
        }
    )
    _insert(facts.con, run, pairs, background.expected[a, b], background.scatter)
    # Blind datasets: the result of a comparison without showing. Only pairs that were compared have an overlap; of all
    # others nothing is known, and they enter neither the background nor the derivations: direction comes from places,
    # cells and order, which neither side has shown. By chance they share what two lists in clear of these sizes do in
    # this case.
    blind = facts.con.execute(statement_over("blind_pair")).to_arrow_table()
    sizes = np.column_stack([blind.column(name).to_numpy() for name in ("a_contacts", "b_contacts")])
    product: Floats = np.maximum(sizes, 1).astype(np.float64).prod(axis=1)
    by_chance = PRIOR_SHARE * product / np.maximum(sizes.max(axis=1), 1)
    i, j = np.triu_indices(len(traced), k=1)
    known = background.expected[i, j] > 0
    if known.any():
        clear = np.maximum(traced.contacts, 1).astype(np.float64)
        by_chance = product * float(np.median((background.expected[i, j] / (clear[i] * clear[j]))[known]))
    _insert(facts.con, run, blind, np.minimum(by_chance, _MOST * sizes.min(axis=1)), background.scatter)


def _insert(con: duckdb.DuckDBPyConnection, run: int, pairs: pa.Table, expected: Floats, scatter: float) -> None:
    """p_value: P(overlap >= shared), Poisson about a log-normal background (Gauss-Hermite quadrature)."""
    shared = pairs.column("shared").to_numpy().astype(np.float64)
    tails = gammainc(shared[:, None], expected[:, None] * np.exp(scatter * _NODES[None, :]))
    p_value = np.clip((tails * (_WEIGHTS / _WEIGHTS.sum())[None, :]).sum(axis=1), 0.0, 1.0)
    found = {"expected": expected, "excess": shared - expected, "p_value": p_value}
    columns = dict(zip(pairs.column_names, pairs.columns, strict=True))
    put_table(con, "overlap", run, columns | {name: pa.array(values) for name, values in found.items()})
