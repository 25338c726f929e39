"""What a design will catch: leaks of drawn codes, made by the moves that are feared, scored as a real one would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tracer.marking.codes import Code, weigh
from tracer.marking.codes.channel import leak_of, theta
from tracer.marking.release.design import BIASES, Design

ALPHA = 0.01
"""Family-wise error that the forecast is made for."""
COLLUDERS = (1, 2, 3, 4, 5)
"""Recipients that may pool their copies."""
RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.01)
"""Shares of a copy that may leak."""
FEARED = ("merge", "mix rows", "keep common rows")
"""Moves that a forecast is made for."""
_RUNS, _MORE = 12, 60
"""Leaks that are drawn for a cell, and for one in which neither all nor none of them are caught."""
_MOST_CONTACTS = 20_000
"""Contacts that a leak is drawn over: withheld rows of a longer list tell more, so the forecast is on the low side."""


@dataclass(frozen=True)
class Forecast:
    """How likely a leak names one of its sources."""

    move: str
    colluders: int
    rate: float
    caught: float
    """Probability that at least one of them is named."""
    share: float


def forecast(design: Design, copies: int, contacts: int) -> tuple[Forecast, ...]:
    """Forecasts by move, number of colluders and rate; exact where own canaries are the only marks.

    An own canary that is seen is taken to name its copy: its name agrees, or its block is sparse. Codes are scored at
    a family-wise error of `ALPHA` over `copies` releases. Seeds are fixed: the same design has the same forecast.
    """
    return tuple(_cell(design, copies, contacts, *cell) for cell in _cells(copies))


def _cells(copies: int) -> Iterator[tuple[str, int, float]]:
    for move in FEARED:
        for colluders in COLLUDERS:
            if colluders <= copies and (colluders > 1 or move == FEARED[0]):
                yield from (("one copy" if colluders == 1 else move, colluders, rate) for rate in RATES)


def _cell(design: Design, copies: int, contacts: int, move: str, colluders: int, rate: float) -> Forecast:
    kind = FEARED[0] if colluders == 1 else move
    own = design.unique + design.reserve
    if not design.coded:
        seen = 1.0 - (1.0 - theta(kind, colluders, rate)[1]) ** own
        return Forecast(move, colluders, rate, 1.0 - (1.0 - seen) ** colluders, seen)
    rng = np.random.default_rng([20260, FEARED.index(kind), colluders, round(rate * 1000)])
    named = [named_sources(rng, design, copies, contacts, kind, colluders, rate) for _ in range(_RUNS)]
    if 0 < sum(count == colluders for count in named) < _RUNS or 0 < sum(count > 0 for count in named) < _RUNS:
        named += [named_sources(rng, design, copies, contacts, kind, colluders, rate) for _ in range(_MORE - _RUNS)]
    counts = np.array(named)
    return Forecast(move, colluders, rate, float(np.mean(counts > 0)), float(np.mean(counts) / colluders))


def named_sources(
    rng: np.random.Generator, design: Design, copies: int, contacts: int, kind: str, colluders: int, rate: float
) -> int:
    """How many of the colluders one leak names. Codes of innocent copies are not drawn: their distribution is known."""
    code = _colluders_code(rng, design, colluders, min(contacts, _MOST_CONTACTS))
    leak = leak_of(rng, code, range(colluders), kind, rate)
    accused = set(weigh(code, [leak], ALPHA, copies).accused)
    own = rng.binomial(design.unique + design.reserve, theta(kind, colluders, rate)[1], colluders)
    return sum(j in accused or own[j] > 0 for j in range(colluders))


def _colluders_code(rng: np.random.Generator, design: Design, colluders: int, contacts: int) -> Code:
    bias = np.resize(np.array(BIASES[design.bias]), design.pool)
    held = rng.random((colluders, design.pool)) < bias
    denied = [np.flatnonzero(rng.random(contacts) < design.withhold) for _ in range(colluders)]
    return Code(
        tuple(str(j) for j in range(colluders)), np.zeros(colluders, dtype=np.int64), bias, held,
        withheld_share=design.withhold, contacts=contacts,
        withheld_of=np.repeat(np.arange(colluders), [len(item) for item in denied]),
        withheld=np.concatenate(denied).astype(np.int64),
    )  # fmt: skip
