"""What a search over graphs is worth on lists of other makers: probabilities that mean what they say.

A graph's share of the sample is a likelihood of a model, and every model is wrong in some way that it does not know.
How far it may be trusted is learnt: on cases of many makers, simulated and real, with known pasts, two logits were
fitted that say of a pair of lists whether one was copied from the other at all, and which from which, from what the
search found and from what it may have missed. No kind of evidence can add more than it was
worth there. `fitting` makes the coefficients, and each maker is measured by a fit on all others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from tracer.documents import json_of
from tracer.findings.derivation.weights import ROWS

Columns = Mapping[str, NDArray[np.float64]]
"""Name of a feature → one value a pair."""
FILE = Path(__file__).parent / "calibration.json"
LEAST_JOINED = 0.02
"""Pairs that the search joins less often are not stated."""
_TINY = 1e-4


@dataclass(frozen=True)
class PairOdds:
    """What is known about some pairs of lists, one element a pair; odds are natural logarithms."""

    forward: NDArray[np.float64]
    """Share of the sampled graphs with the edge from the first to the second."""
    backward: NDArray[np.float64]
    background: NDArray[np.float64]
    """Log odds that they have more in common than chance."""
    held: NDArray[np.float64]
    of_larger: NDArray[np.float64]
    gap: NDArray[np.float64]
    """`triangles.population_gap`."""
    thirds: NDArray[np.int64]
    one_holder: NDArray[np.bool_]
    successive: NDArray[np.bool_]
    """Whether they follow one another among the versions of one list."""
    dates: NDArray[np.float64]
    """Log odds of the dates that the first was made before the second."""
    trusted: NDArray[np.float64]
    """`trust_in_dates` of the case."""
    own: NDArray[np.float64]
    """Log odds of origins that the first is the source."""
    documents: NDArray[np.float64]
    rows: NDArray[np.float64]
    """pairs x `weights.ROWS`: the same of the rows, each kind of evidence for itself."""
    grown: NDArray[np.float64]
    larger: NDArray[np.float64]
    """ln of how much longer the second list is."""


def symmetric(pairs: PairOdds) -> Columns:
    """Features of the question whether one was copied from the other at all."""
    joined = np.clip(pairs.forward + pairs.backward, _TINY, 1 - _TINY)
    odds = np.log(joined / (1 - joined))
    known = np.isfinite(pairs.gap)
    return {
        "one": np.ones(odds.size),
        "joined": np.clip(odds, -4, 4),
        "surely joined": np.maximum(odds - 4, 0.0),
        "background": np.clip(pairs.background, 0, 8) - 4,
        "outside": np.log(1.01 - np.minimum(pairs.held, 1.0)),
        "whole": (pairs.held >= WHOLE).astype(np.float64),
        "both nearly whole": ((pairs.of_larger > NEARLY) & (pairs.held < WHOLE)).astype(np.float64),
        "gap": np.where(known, np.log(0.02 + np.minimum(pairs.gap, 1.0)) - _MIDDLE, 0.0),
        "no third": (~known).astype(np.float64),
        "a third": (pairs.thirds >= 1).astype(np.float64),
        "two thirds": (pairs.thirds >= 2).astype(np.float64),
        "successive": pairs.successive.astype(np.float64),
        "one holder": pairs.one_holder.astype(np.float64),
        "released": (np.abs(pairs.documents) >= RELEASED).astype(np.float64),
    }


def antisymmetric(pairs: PairOdds) -> Columns:
    """Features of the direction: they change sign where the two change places."""
    found = search_odds(pairs.forward, pairs.backward)
    columns = {}
    for name, odds, cuts in (
        ("search", found, (2.0, 9.5)), ("dates", pairs.dates, (1.5,)),
        ("own", pairs.own, (4.0,)), ("documents", pairs.documents, (4.0,)),
        *((name, pairs.rows[:, at], (1.5,)) for at, name in enumerate(ROWS)),
        ("grown", pairs.grown, (1.0,)), ("shorter", -np.where(pairs.one_holder, 0.0, pairs.larger), (0.05, 0.5)),
    ):  # fmt: skip
        for cut, part in zip(cuts, _ramps(odds, cuts), strict=True):
            columns[f"{name} to {cut:g}"] = part * pairs.trusted if name == "dates" else part
    return columns


def trust_in_dates(dates: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """How much the days of a case are worth, as a multiple of what they are worth where nothing shows it.

    dates, others: pairs; log odds of the dates, and of what else shows a direction. Where both speak they agree or not:
    the share that agrees is drawn towards `USUAL_AGREEMENT` by `USUAL_PAIRS`. Dates that agree no more than by luck are
    worth nothing.
    """
    both = (np.abs(dates) >= _SPEAKS) & (np.abs(dates) < IMPOSSIBLE) & (np.abs(others) >= 1.0)
    agree = int((dates[both] * others[both] > 0).sum())
    share = (agree + USUAL_AGREEMENT * USUAL_PAIRS) / (int(both.sum()) + USUAL_PAIRS)
    return float(max(0.0, logit(share)) / logit(USUAL_AGREEMENT))


def search_odds(forward: NDArray[np.float64], backward: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds of a direction by the shares of the sampled graphs that have the edge in it, and in the other one."""
    return np.asarray(np.log((forward + _TINY) / (backward + _TINY)))


def _ramps(odds: NDArray[np.float64], cuts: Sequence[float]) -> list[NDArray[np.float64]]:
    """Odds in parts: up to the first cut, from there to the second, and so on; beyond the last nothing counts."""
    sign, size, low, parts = np.sign(odds), np.abs(odds), 0.0, []
    for cut in cuts:
        parts.append(sign * np.clip(size - low, 0.0, cut - low))
        low = cut
    return parts


USUAL_AGREEMENT, USUAL_PAIRS = 0.7, 10
"""Share of pairs in which days agree with what else shows a direction, before looking, and how many pairs that weighs.
Three in four of the makers' pairs in which both spoke agreed: from half of them to nearly all, maker by maker."""
_SPEAKS = 0.3
"""Log odds from which days say something."""
IMPOSSIBLE = 100.0
"""Log odds of dates against a direction from which it cannot be: the child was there before the parent."""
RELEASED = 4.0
"""Log odds of documents from which a release of the one to the other's holder is on record."""
WHOLE, NEARLY = 0.985, 0.7
"""Shares from which a list is held whole, and from which two lists are nearly the same."""
_MIDDLE = float(np.log(0.2))


@dataclass(frozen=True)
class Calibration:
    """Coefficients of two logits: that the one was copied from the other at all (symmetric), and which of them
    (antisymmetric). What shows the direction says nothing about whether there is one: it shows that of an ancestor,
    too.
    """

    symmetric: Mapping[str, float]
    antisymmetric: Mapping[str, float]
    makers: tuple[str, ...]

    def probabilities(self, pairs: PairOdds) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """(forward, backward, log odds of forward over backward), one element a pair."""
        size = np.zeros(pairs.forward.size)
        both, one = symmetric(pairs), antisymmetric(pairs)
        any_ = sum((weight * both[name] for name, weight in self.symmetric.items()), size)
        turned = sum((weight * one[name] for name, weight in self.antisymmetric.items()), size)
        either, first = expit(any_), expit(2 * turned)
        return either * first, either * (1 - first), 2 * turned

    def to_json(self) -> str:
        """As it is kept, figures rounded to what the fit can tell."""
        rounded = {
            "symmetric": {name: round(weight, 3) for name, weight in self.symmetric.items()},
            "antisymmetric": {name: round(weight, 3) for name, weight in self.antisymmetric.items()},
            "makers": list(self.makers),
        }
        return json.dumps(rounded, indent=1) + "\n"


@cache
def calibration() -> Calibration:
    """The one that ships."""
    kept = json_of(FILE.read_text(encoding="utf-8"))
    return Calibration(kept["symmetric"], kept["antisymmetric"], tuple(kept["makers"]))
