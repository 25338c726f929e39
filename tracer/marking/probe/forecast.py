"""What a plan can be expected to show: the sheets played through with services whose truth is known. No store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.marking.probe.choice import PLANNED_RATE, AnswerErrors, Floats, Ints, ProbeState, next_sheet

MOST_SHEETS = 20
_PLAYS = 300
"""Services played for a forecast: it is right to within .03."""
_LADDER = (40, 60, 80, 100, 130, 160, 200)
WANTED = 0.95


@dataclass(frozen=True)
class ProbeDesign:
    """What there is to ask."""

    own: Ints
    """(n,) marks of each copy that no other has."""
    biases: Sequence[float]
    """Probabilities with which copies got each pool mark, in a random order."""
    most: int
    controls: int
    ordinary: int
    withheld: int


@dataclass(frozen=True)
class ProbeService:
    """A service whose truth is known: probabilities with which it shows somebody."""

    of_source: float
    other: float
    ordinary: float
    withheld: float


@dataclass(frozen=True)
class Played:
    """How one service ended."""

    named: tuple[int, ...]
    """Copies that are named: their marks are found, and so are ordinary rows."""
    by_marks: tuple[int, ...]
    settled: bool
    """Whether a service is excluded that has the planted records, and the people from elsewhere."""
    asked: int
    sheets: int


def honest(errors: AnswerErrors, rate: float = PLANNED_RATE) -> ProbeService:
    """A service that got a copy, holds this share of it, and errs as stated."""
    yes = errors.yes(rate)
    return ProbeService(yes, errors.false_yes, yes, errors.false_yes)


def play(
    rng: np.random.Generator, design: ProbeDesign, errors: AnswerErrors, service: ProbeService, alpha: float,
    source: int | None = 0,
) -> Played:  # fmt: skip
    """Ask a service all sheets that a plan would; `source`: the copy that it holds, None where it holds none."""
    n, none = len(design.own), np.zeros(len(design.own), dtype=np.int64)
    state = ProbeState(
        design.own, design.own, none, none, none, none, design.most - design.controls,
        pool_left=len(design.biases), ordinary=design.ordinary, withheld=design.withheld,
    )  # fmt: skip
    controls = int(rng.binomial(design.controls, service.other))
    state.controls_asked, state.controls_found = design.controls, controls
    for _ in range(MOST_SHEETS):
        sheet = next_sheet(state, errors, alpha, design.most)
        if sheet.questions == 0:
            break
        if sheet.pool:
            held = rng.random((n, sheet.pool)) < np.array(design.biases[: sheet.pool])
            shown = np.full(sheet.pool, service.other)
            if source is not None:
                shown[held[source]] = service.of_source
            found = rng.random(sheet.pool) < shown
            state.pool_found, state.pool_missed = (held & found).sum(axis=1), (held & ~found).sum(axis=1)
            state.pool_asked, state.pool_shown = sheet.pool, int(found.sum())
        shown_own = np.full(n, service.other)
        if source is not None:
            shown_own[source] = service.of_source
        state.own_found = state.own_found + rng.binomial(sheet.own, shown_own)
        state.own_asked, state.own_left = state.own_asked + sheet.own, state.own_left - sheet.own
        state.shares |= sheet.shares
        state.ordinary_found += int(rng.binomial(sheet.ordinary, service.ordinary))
        state.ordinary_asked += sheet.ordinary
        state.withheld_found += int(rng.binomial(sheet.withheld, service.withheld))
        state.withheld_asked += sheet.withheld
        state.left -= sheet.questions
        state.stage += 1
    by_marks, leader = state.named(errors, alpha), int(np.argmax(state.chances(errors)))
    return Played(
        tuple(by_marks if state.of_copy(leader, errors) else ()), tuple(by_marks),
        state.is_settled(leader, errors), design.most - state.left, state.stage - 1,
    )  # fmt: skip


def power(design: ProbeDesign, errors: AnswerErrors, alpha: float, plays: int = _PLAYS) -> float:
    """How often the copy is named of which a service holds half, with a fixed seed."""
    rng = np.random.default_rng(22)
    service = honest(errors)
    return sum(play(rng, design, errors, service, alpha).named == (0,) for _ in range(plays)) / plays


def questions_needed(with_most: Callable[[int], ProbeDesign], errors: AnswerErrors, alpha: float) -> int | None:
    """The fewest of some round numbers of questions that name the copy in 95 of 100 cases; None where none do."""
    return next((most for most in _LADDER if power(with_most(most), errors, alpha) >= WANTED), None)


def least_answers(copies: int, errors: AnswerErrors, alpha: float) -> int:
    """Answers about planted records that it takes on average to name one of so many copies, where a service holds half
    of it and errs as stated, however each question is chosen from the answers before it.

    First the copy must be found, by at most C bits an answer, the capacity of the channel from "the copy has it" to the
    answer; then it must be shown at `alpha`, by at most the divergence of its two distributions (Burnashev, Data
    transmission over a discrete channel with feedback, 1976, theorem 1).

    >>> least_answers(200, AnswerErrors(0.05, 0.05), 0.008)
    43
    """
    held, other = errors.yes(PLANNED_RATE), errors.false_yes
    shares = np.linspace(0.001, 0.999, 999)
    mean = shares * held + (1.0 - shares) * other
    capacity = float((_bits(mean) - shares * _bits(held) - (1.0 - shares) * _bits(other)).max())
    shown = held * np.log2(held / other) + (1.0 - held) * np.log2((1.0 - held) / (1.0 - other))
    return int(np.ceil(np.log2(copies) / capacity + np.log2(1.0 / alpha) / float(shown)))


def _bits(chance: Floats | float) -> Floats:
    """Entropy of a yes or no."""
    p = np.asarray(chance)
    return np.asarray(-p * np.log2(p) - (1.0 - p) * np.log2(1.0 - p))
