"""What unrelated lists have in common, estimated from the case itself.

n·m/U is not that figure: popular contacts and common public sources are in many lists. The background is estimated from
the case itself, as a mixture over all pairs: most pairs of lists are unrelated, and their overlaps, in ratio to the
product of the sizes, scatter log-normally about a common value; related pairs lie anywhere above it. Each dataset has a
factor of its own (a list of popular contacts meets every other list more often). Nothing more is known of pairs that
share fewer than twenty (censored observations: Tobin 1958).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from tracer.policy import SHOWN_FROM

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

    expected: NDArray[np.float64]
    """Contacts in common by chance, popular contacts and common public sources."""
    scatter: float
    """Sigma of the logarithm of the true background of a pair about `expected`."""
    related: NDArray[np.float64]
    """Log odds (natural) that the pair has more in common than the background, without a prior."""


def estimate_background(
    shared: NDArray[np.int64], contacts: NDArray[np.int64], alike: NDArray[np.float64]
) -> Background:
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

    def __init__(self, shared: NDArray[np.int64], size: NDArray[np.float64], alike: NDArray[np.float64]) -> None:
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

    def log_odds(self, expected: NDArray[np.float64], scatter: float) -> NDArray[np.float64]:
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
        odds: NDArray[np.float64] = -np.log(width) + 0.5 * z**2 / variance + 0.5 * np.log(2 * np.pi * variance) - steep
        return odds

    def fit(self, mu: float) -> tuple[float, float, float, NDArray[np.float64], NDArray[np.float64]]:
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


def _hazard(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Density of the standard normal over its probability up to z: the slope of ln of that."""
    return np.asarray(np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(z)), dtype=np.float64)
