"""The most likely model of pairs of lists with known pasts: `model.json` is made by it (`tests.bench.zoo.fit`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from tracer.findings.derivation.evidence import PairTable
from tracer.findings.derivation.model import (
    FeatureNats,
    Features,
    Model,
    Steps,
    Straight,
    around,
    directed_features,
    symmetric,
)
from tracer.findings.tails import Floats as Values

RIDGE, RIDGE_OF_STEPS = 10.0, 20.0
"""Inverse variance of a standardised coefficient, before looking; three times as much or a third moves the directions
that are right on makers left out by less than one in a hundred."""
PARTS = 5
"""Steps of a feature, each with as many pairs."""
EQUAL = 0.6
"""Power of one over its number of pairs with which a maker counts: between every pair and every maker counting the
same."""
FOLDS = 4
MOST = {"dates/obtained": 0.6, "dates/obtained by": 1.0, "dates/obtained too": 1.0, "versions/obtained": 1.4}
"""Nats that the order of obtaining weighs at most: makers' lists are obtained in the order of copying more often than
those of an investigator are."""
FORWARD = (
    "row days/", "dates/created", "dates/obtained", "dates/no room", "own list/own", "release/", "cells/slips",
    "repeats/", "ways/",
    "versions/day", "versions/late", "versions/newer", "versions/slips", "case/created", "case/obtained",
)  # fmt: skip
"""Beginnings of the features of direction that cannot speak for the other way, whatever a maker's chance says."""
IMPOSSIBLE = {"row days/all late": 3.0, "dates/no room": 1.0}
"""Nats that at least go with what cannot be unless a day is wrong: makers write few wrong days, people many."""


@dataclass(frozen=True)
class KnownCase(PairTable):
    """The evidence of a maker's case with the truth about its pairs."""

    maker: str
    forward: NDArray[np.bool_]
    """pairs: whether the second was copied from the first."""
    backward: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    """pairs about which no answer is wrong."""


def fit(cases: Sequence[KnownCase], worth: Mapping[str, Any] | None = None) -> Model:
    """The most likely model. The second look is learnt from first looks by models that do not know the maker."""
    some = [case for case in cases if len(case.pairs)]
    makers = sorted({case.maker for case in some})
    fold = {maker: at % FOLDS for at, maker in enumerate(makers)}
    s, d = [symmetric(case) for case in some], [directed_features(case) for case in some]
    more_s: list[Features] = [{} for _ in some]
    more_d: list[Features] = [{} for _ in some]
    told: list[tuple[Values, Values]] = [(np.zeros(0), np.zeros(0)) for _ in some]
    for left_out in range(FOLDS):
        inside = [at for at, case in enumerate(some) if fold[case.maker] == left_out]
        others = [at for at in range(len(some)) if at not in set(inside)] or inside
        one, two = _lines([some[at] for at in others], [s[at] for at in others], [d[at] for at in others])
        for at in inside:
            look = FeatureNats(one.terms(s[at]), two.terms(d[at]), np.zeros(len(some[at].pairs)))
            told[at] = look.odds()
            more_s[at], more_d[at] = around(some[at], look)
    again = _lines(some, more_s, more_d, told)
    whole_s = [{**x, **y} for x, y in zip(s, more_s, strict=True)]
    whole_d = [{**x, **y} for x, y in zip(d, more_d, strict=True)]
    return Model(*_lines(some, s, d), *again, *_steps(some, whole_s, whole_d), tuple(makers), worth or {})


def _answers(cases: Sequence[KnownCase]) -> Iterator[tuple[NDArray[np.bool_], Values, Values]]:
    """Of whether one of two was copied from the other, then, of the pairs of which one way is true, of which it is: the
    pairs that count, what is true of each (1, -1), and what each weighs."""
    forward, backward, undecided = (
        np.concatenate([getattr(case, name) for case in cases]) for name in ("forward", "backward", "undecided")
    )
    makers = np.concatenate([np.full(len(case.pairs), case.maker) for case in cases])
    copied = forward | backward
    for true, counts in ((copied, copied | ~undecided), (forward, forward != backward)):
        maker = makers[counts].tolist()
        number = Counter(maker)
        weight = np.array([float(number[one]) ** -EQUAL for one in maker])
        yield counts, np.where(true, 1.0, -1.0)[counts], weight * weight.size / weight.sum()


def _matrix(features: Sequence[Features], names: Sequence[str]) -> NDArray[np.float64]:
    return np.concatenate([np.column_stack([one[name] for name in names]) for one in features]).astype(np.float64)


def _lines(
    cases: Sequence[KnownCase],
    s: Sequence[Features],
    d: Sequence[Features],
    told: Sequence[tuple[Values, Values]] | None = None,
) -> tuple[Straight, Straight]:
    """Fitted to what is left of the log odds `told`, where these are given."""
    found = []
    for at, (features, (counts, sign, weight)) in enumerate(zip((s, d), _answers(cases), strict=True)):
        names = sorted({name for one in features for name in one})
        x = _matrix(features, names)[counts]
        offset = np.zeros(len(x)) if told is None else np.concatenate([one[at] for one in told])[counts]
        least = np.array([_least(name) if at == 1 else -np.inf for name in names])
        free = np.array([RIDGE * ("/" in name and name != "versions/follow") for name in names])
        most = np.array([MOST.get(name, np.inf) for name in names])
        found.append(
            Straight(dict(zip(names, _logit(x, sign, weight, offset, free, least, most).tolist(), strict=True)))
        )
    return found[0], found[1]


def _steps(cases: Sequence[KnownCase], s: Sequence[Features], d: Sequence[Features]) -> tuple[Steps, Steps]:
    found = []
    for odd, features, (counts, sign, weight) in zip((False, True), (s, d), _answers(cases), strict=True):
        names = sorted(features[0])
        x = _matrix(features, names)[counts]
        size = np.abs(x) if odd else x
        edges, columns = [], []
        for column, values in zip(size.T, x.T, strict=True):
            told = column[column != 0]
            inner = np.quantile(told, np.arange(1, PARTS) / PARTS) if told.size else np.zeros(0)
            inner = np.concatenate([[0.0], inner[inner < told.max()]]) if told.size else np.zeros(1)
            edges.append(np.unique(inner))
            beyond = (column[:, None] > edges[-1]) * (np.sign(values)[:, None] if odd else 1.0)
            columns.append(beyond)
        z = np.column_stack([*([] if odd else [np.ones(len(x))]), *columns])
        ridge = np.full(z.shape[1], RIDGE_OF_STEPS)
        if not odd:
            ridge[0] = 0.0
        spread = [(name, len(of)) for name, of in zip(names, edges, strict=True)]
        most = np.concatenate([[np.inf] * (not odd), *(np.full(n, MOST.get(name, np.inf) / n) for name, n in spread)])
        least = np.concatenate(
            [[-np.inf] * (not odd), *(np.full(n, _least(name) / n if odd else -np.inf) for name, n in spread)]
        )
        nats = _logit(z, sign, weight, np.zeros(len(z)), ridge, least, most)
        one, rest = (0.0, nats) if odd else (float(nats[0]), nats[1:])
        of_feature = np.split(rest, np.cumsum([len(e) for e in edges])[:-1])
        kept = {
            name: tuple(zip(e.tolist(), w.tolist(), strict=True)) for name, e,
            w in zip(names, edges, of_feature, strict=True)
        }  # fmt: skip
        found.append(Steps(kept, odd, one))
    return found[0], found[1]


def _least(name: str) -> float:
    """The least that a feature of direction counts."""
    return IMPOSSIBLE.get(name, 0.0 if name.startswith(FORWARD) else -np.inf)


def _logit(
    x: NDArray[np.float64], sign: Values, weight: Values, offset: Values, ridge: Values, least: Values, most: Values
) -> NDArray[np.float64]:
    """Coefficients under a ridge on standardised features, none outside `least` and `most`."""
    from scipy.optimize import minimize

    scale = np.maximum(np.sqrt((weight[:, None] * x**2).sum(axis=0) / weight.sum()), 1e-6)
    z = x / scale

    def cost(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (z @ at + offset)
        value = -float(weight @ log_expit(margin)) + 0.5 * float(ridge @ at**2)
        return value, -(z.T @ (weight * sign * expit(-margin))) + ridge * at

    # Where nothing is said of the least, it is the most the other way.
    low = np.where(np.isfinite(least), least, -most)
    bounds = [
        (None if np.isinf(a) else float(a * of), None if np.isinf(b) else float(b * of))
        for a, b, of in zip(low, most, scale, strict=True)
    ]
    found = minimize(cost, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000})
    return np.asarray(found.x / scale)


def to_json(model: Model) -> str:
    """As it is kept, figures rounded to what the fit can tell."""
    kept: dict[str, Any] = {}
    for name in ("joined", "forward", "again_joined", "again_forward"):
        kept[name] = {of: round(weight, 3) for of, weight in getattr(model, name).weights.items()}
    for name in ("steps_joined", "steps_forward"):
        steps: Steps = getattr(model, name)
        kept[name] = {of: [[float(f"{e:.4g}"), round(w, 3)] for e, w in each] for of, each in steps.weights.items()}
    kept |= {"one": round(model.steps_joined.one, 3), "makers": model.makers, "worth": model.worth}
    return json.dumps(kept, indent=1) + "\n"
