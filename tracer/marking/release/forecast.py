"""What a design will catch: leaks of drawn codes, made by the moves that are feared, scored as a real one would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from tracer.marking.codes import Code, weigh
from tracer.marking.codes.channel import leak_of, theta
from tracer.marking.release.design import BIASES, DENIED, Design

ALPHA = 0.01
"""Family-wise error that the forecast is made for."""
COLLUDERS = (1, 2, 3, 4, 5)
"""Recipients that may pool their copies."""
RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.01)
"""Shares of a copy that may leak."""
FEARED = ("merge", "mix rows", "keep common rows", "keep the majority")
"""Moves that a forecast is made for."""
_RUNS, _MORE = 8, 24
"""Leaks that are drawn for a cell, and for one in which the code names neither all sources nor none."""


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
    return tuple(
        cell for move, colluders in _leaks(copies) for cell in _cells(design, copies, contacts, move, colluders)
    )


def _leaks(copies: int) -> Iterator[tuple[str, int]]:
    for move in FEARED:
        for colluders in COLLUDERS[: max(copies, 1)]:
            # A draw between two loses in the majority, so that of two it is what both have.
            if (colluders > 1 or move == FEARED[0]) and (colluders > 2 or move != FEARED[3]):
                yield move, colluders


def _cells(design: Design, copies: int, contacts: int, move: str, colluders: int) -> Iterator[Forecast]:
    """All rates, the largest first: where a code named none of them, it names none at a smaller rate."""
    named_by_code = design.coded
    for rate in RATES:
        seen = 1.0 - (1.0 - theta(move, colluders, rate)[1]) ** (design.unique + design.reserve)
        caught, share = 1.0 - (1.0 - seen) ** colluders, seen
        if named_by_code:
            rng = np.random.default_rng([20260, FEARED.index(move), colluders, round(rate * 1000)])
            leak = partial(_named_by_code, rng, design, copies, contacts, move, colluders, rate)
            by_code = [leak() for _ in range(_RUNS)]
            if 0 < sum(map(len, by_code)) < _RUNS * colluders:
                by_code += [leak() for _ in range(_MORE - _RUNS)]
            named_by_code = any(by_code)
            # Own canaries are seen independently of the code.
            caught = 1.0 - (1.0 - caught) * float(np.mean([not names for names in by_code]))
            share = 1.0 - (1.0 - seen) * (1.0 - float(np.mean([len(names) for names in by_code])) / colluders)
        yield Forecast("one copy" if colluders == 1 else move, colluders, rate, caught, share)


def _named_by_code(
    rng: np.random.Generator, design: Design, copies: int, contacts: int, move: str, colluders: int, rate: float
) -> tuple[int, ...]:
    """The colluders whom the code of one leak names. Codes of innocent copies are not drawn: their distribution is
    known."""
    code = _colluders_code(rng, design, colluders, contacts)
    return weigh(code, [leak_of(rng, code, range(colluders), move, rate)], ALPHA, copies).accused


def named_sources(
    rng: np.random.Generator, design: Design, copies: int, contacts: int, kind: str, colluders: int, rate: float
) -> int:
    """How many of the colluders one leak names."""
    accused = set(_named_by_code(rng, design, copies, contacts, kind, colluders, rate))
    own = rng.binomial(design.unique + design.reserve, theta(kind, colluders, rate)[1], colluders)
    return sum(j in accused or own[j] > 0 for j in range(colluders))


def _colluders_code(rng: np.random.Generator, design: Design, colluders: int, contacts: int) -> Code:
    bias = np.resize(np.array(BIASES[design.bias]), design.pool)
    held = rng.random((colluders, design.pool)) < bias
    contacts = round(contacts * (design.withhold or 0.0) / DENIED)
    denied = [np.flatnonzero(rng.random(contacts) < DENIED) for _ in range(colluders)]
    return Code(
        tuple(str(j) for j in range(colluders)), np.zeros(colluders, dtype=np.int64), bias, held,
        withheld_share=DENIED if contacts else 0.0, contacts=contacts,
        withheld_of=np.repeat(np.arange(colluders), [len(item) for item in denied]),
        withheld=np.concatenate(denied).astype(np.int64),
    )  # fmt: skip
