"""The fitter of the calibration finds the one that ships, in pairs whose pasts were drawn by it."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from tracer.findings.derivation.calibration import PairOdds, calibration
from tracer.findings.derivation.fitting import BACKWARD, FORWARD, NEITHER, KnownPairs, fit
from tracer.findings.derivation.weights import ROWS, SIGNALS

PAIRS = 12_000


def drawn(maker: str, seed: int) -> KnownPairs:
    """Pairs of every kind, a third of them without a date, a third list or a document."""
    rng = np.random.default_rng(seed)
    joined, first = rng.uniform(0.02, 1.0, PAIRS), expit(rng.normal(0, 3, PAIRS))

    def odds(*more: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.where(rng.random((PAIRS, *more)) < 0.5, 0.0, rng.normal(0, 2, (PAIRS, *more)))

    pairs = PairOdds(
        forward=joined * first, backward=joined * (1 - first), background=rng.uniform(0, 8, PAIRS),
        held=rng.beta(2, 1, PAIRS), of_larger=rng.uniform(0.1, 1.0, PAIRS),
        gap=np.where(rng.random(PAIRS) < 0.3, np.nan, rng.random(PAIRS)), thirds=rng.integers(0, 4, PAIRS),
        one_holder=rng.random(PAIRS) < 0.1, successive=rng.random(PAIRS) < 0.1, dates=odds(),
        trusted=rng.uniform(0, 2, PAIRS), own=odds(), documents=2 * odds(), rows=odds(len(ROWS)), grown=odds(),
        larger=rng.normal(0, 0.5, PAIRS),
    )  # fmt: skip
    forward, backward, _ = calibration().probabilities(pairs)
    at = rng.random(PAIRS)
    label = np.where(at < forward, FORWARD, np.where(at < forward + backward, BACKWARD, NEITHER))
    return KnownPairs(maker, pairs, label, np.zeros((PAIRS, len(SIGNALS))), missed=0)


def test_it_finds_the_calibration_by_which_pasts_were_drawn() -> None:
    found = fit([drawn("a", 1), drawn("b", 2)])
    assert found.makers == ("a", "b")
    unseen = drawn("c", 3).pairs
    for ours, shipped in zip(found.probabilities(unseen)[:2], calibration().probabilities(unseen)[:2], strict=True):
        likely = (ours > 0.01) & (ours < 0.99)
        assert float(np.abs(ours - shipped)[likely].mean()) < 0.015
        assert float(np.abs(logit(ours[likely]) - logit(shipped[likely])).mean()) < 0.2


def test_every_maker_weighs_the_same_and_evidence_never_counts_against_itself() -> None:
    one, other = drawn("a", 1), drawn("b", 2)
    turned = KnownPairs("b", other.pairs, np.where(other.label == FORWARD, BACKWARD, NEITHER), other.signals, missed=0)
    twice, once = fit([one, one, turned]).antisymmetric, fit([one, turned]).antisymmetric
    evidence = [name for name in once if not name.startswith("shorter")]
    assert max(abs(twice[name] - once[name]) for name in evidence) < 0.01, "more cases of a maker make it no heavier"
    assert min(fit([turned]).antisymmetric[name] for name in evidence) >= 0
