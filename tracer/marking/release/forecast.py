"""What a design will catch, and what it takes to catch a leak: leaks of drawn codes, scored as a real one would be.

Caught means named: at a family-wise error of `ALPHA` over all recipients, not that one canary is seen. Where a name or
firm leaks with the number, or number blocks are sparse, one own canary names its copy; where bare numbers lie in dense
blocks only the random draw counts, and it takes several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import comb, log, log1p

import numpy as np
import scipy

from tracer.dossier.vocabulary import refuse
from tracer.errors import InputRefused
from tracer.marking.codes import Code, weigh
from tracer.marking.codes.evidence import leak_of, theta
from tracer.marking.release.request import BIASES, DENIED, Design

ALPHA = 0.01  # Family-wise error that the forecast is made for.
COLLUDERS = (1, 2, 3, 4, 5)  # Recipients that may pool their copies.
RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.01)  # Shares of a copy that may leak.
FEARED = ("merge", "mix rows", "keep common rows", "keep the majority")  # Moves that a forecast is made for.
_RUNS, _MORE = 8, 24
"""Leaks that are drawn for a cell, and for one in which the code names neither all sources nor none."""
MARKS = ("own", "own_bare", "pool", "withheld")
"""Ways to mark: own canaries whose names leak too, own canaries by the draw alone, shared canaries, withheld rows."""
RUNS = 100  # Leaks of which a design must name as many as asked for, where that is simulated.
_DRAWN = 20_000  # Leaks of several sources that are drawn for own canaries, where only the draw counts.
_MOST_OWN = 4096
_POOLS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
_BIAS = {"merge": "0.2"}
"""The best bias where copies are merged; 0.5 is the best against all else (methods: tables of the help)."""
_SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_FEW = 40  # The same for withheld rows, which take longer.
_MOST_SOURCES = 5


@dataclass(frozen=True)
class Forecast:
    """How likely a leak names one of its sources."""

    move: str
    colluders: int
    rate: float
    caught: float  # Probability that at least one of them is named.
    share: float


def forecast(design: Design, copies: int, contacts: int) -> tuple[Forecast, ...]:
    """Forecasts by move, number of colluders and rate; exact where own canaries are the only marks.

    An own canary that is seen is taken to name its copy: its name agrees, or its block is sparse. Codes are scored at
    a family-wise error of `ALPHA` over `copies` releases. Seeds are fixed: the same design has the same forecast.
    """
    # A draw between two loses in the majority, so that of two it is what both have.
    leaks = [
        (move, colluders)
        for move in FEARED
        for colluders in COLLUDERS[: max(copies, 1)]
        if (colluders > 1 or move == FEARED[0]) and (colluders > 2 or move != FEARED[3])
    ]
    found = list[Forecast]()
    for move, colluders in leaks:
        # The largest rate comes first: where a code named none of the colluders, it names none at a smaller rate.
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
            found.append(Forecast("one copy" if colluders == 1 else move, colluders, rate, caught, share))
    return tuple(found)


def _named_by_code(
    rng: np.random.Generator, design: Design, copies: int, contacts: int, move: str, colluders: int, rate: float
) -> tuple[int, ...]:
    """The colluders whom the code of one leak names. Codes of innocent copies are not drawn: their distribution is
    known."""
    bias = np.resize(np.array(BIASES[design.bias]), design.pool)
    held = rng.random((colluders, design.pool)) < bias
    contacts = round(contacts * (design.withhold or 0.0) / DENIED)
    denied = [np.flatnonzero(rng.random(contacts) < DENIED) for _ in range(colluders)]
    code = Code(
        tuple(str(j) for j in range(colluders)),
        np.zeros(colluders, dtype=np.int64),
        bias,
        held,
        withheld_share=DENIED if contacts else 0.0,
        contacts=contacts,
        withheld_of=np.repeat(np.arange(colluders), [len(item) for item in denied]),
        withheld=np.concatenate(denied).astype(np.int64),
    )
    return weigh(code, [leak_of(rng, code, range(colluders), move, rate)], ALPHA, copies).accused


@dataclass(frozen=True)
class Goal:
    """What is to be caught."""

    recipients: int
    leak: float
    catch: float  # Probability with which at least one source is to be named.
    sources: int = 1
    rows: int | None = None  # Rows of the list; None: not known, and taken to be very many, which is on the low side.

    def problems(self) -> list[InputRefused]:
        """What is wrong with it."""
        found = [
            InputRefused(f"invalid share {value:g}", where=what, remedy="give one between 0 and 1")
            for what, value in (("--leak", self.leak), ("--catch", self.catch))
            if not 0.0 < value < 1.0 and not (what == "--leak" and value == 1.0)
        ]
        most = min(self.recipients, _MOST_SOURCES)
        if not 1 <= self.sources <= most:
            what = f"{self.sources} sources among {self.recipients} recipients"
            found.append(InputRefused(what, where="--sources", remedy=f"give 1 to {most}"))
        return found


@dataclass(frozen=True)
class Means:
    """What it takes against one leak by one kind of mark."""

    move: str
    sources: int
    marks: str  # One of `MARKS`.
    amount: float | None  # Own canaries a copy, shared canaries, or share of rows; None: no number of them is enough.
    bias: str | None
    identities: int
    caught: float  # Probability that a source is named; the share of `RUNS` leaks where it is simulated.

    @property
    def option(self) -> str:
        """How `tracer release` is asked for it; empty where it cannot be had."""
        if self.amount is None:
            return ""
        if self.marks == "withheld":
            return f"--withhold {self.amount:g}"
        return f"--pool {self.amount:g} --bias {self.bias}" if self.bias else f"--unique {self.amount:g}"


def means(goal: Goal, marks: Sequence[str] = MARKS) -> list[Means]:
    """Every way to reach a goal by these marks, leak by leak. Raises `InputRefused` for a goal that is none."""
    refuse(goal.problems())
    # One copy alone first; then what several sources may do.
    leaks = [("one copy", 1), *((move, goal.sources) for move in FEARED[:3] if goal.sources > 1)]
    return [found for move, sources in leaks for kind in marks if (found := _means(goal, move, sources, kind))]


def _means(goal: Goal, move: str, sources: int, marks: str) -> Means | None:
    """By one kind of mark; None where that takes the length of the list, which is not known."""
    if marks.startswith("own"):
        own = _least(lambda k: caught_by_own(goal, move, sources, k, bare=marks == "own_bare") >= goal.catch, _MOST_OWN)
        rate = 0.0 if own is None else caught_by_own(goal, move, sources, own, bare=marks == "own_bare")
        return Means(move, sources, marks, own, None, (own or 0) * goal.recipients, rate)
    if marks == "pool":
        # A pool costs its identities once, however many recipients there are.
        bias, caught = _BIAS.get(move, "0.5"), dict[int, float]()

        def enough(step: int) -> bool:
            caught[step] = share_of_leaks_named(goal, Design(0, 0, _POOLS[step - 1], bias), move, sources)
            return caught[step] >= goal.catch

        step = _least(enough, len(_POOLS))
        if step is None:
            return Means(move, sources, marks, None, None, 0, 0.0)
        return Means(move, sources, marks, _POOLS[step - 1], bias, _POOLS[step - 1], caught[step])
    if not goal.rows:
        return None
    for share in _SHARES:
        # So many rows of an innocent copy's would be seen that chance alone leaves none out: else no need to try.
        if goal.leak * goal.rows * share / DENIED * -log1p(-DENIED) >= log(2 * goal.recipients / ALPHA):
            rate = share_of_leaks_named(goal, Design(0, 0, 0, withhold=share), move, sources, _FEW)
            if rate >= goal.catch:
                return Means(move, sources, marks, share, None, 0, rate)
    return Means(move, sources, marks, None, None, 0, 0.0)


def _least(enough: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 that is enough, where more never is less; None where `most` is not."""
    low, high = 0, 1
    while not enough(high):
        if high >= most:
            return None
        low, high = high, min(most, high * 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def share_of_leaks_named(goal: Goal, design: Design, move: str, sources: int, runs: int = RUNS) -> float:
    """Share of leaks of which a source is named; no more are made where they cannot reach the goal."""
    kind = FEARED[0] if sources == 1 else move
    rng = np.random.default_rng([20261, FEARED.index(kind), sources, round(goal.leak * 1000), design.pool])
    missed = 0
    for run in range(1, runs + 1):
        accused = _named_by_code(rng, design, goal.recipients, goal.rows or 0, kind, sources, goal.leak)
        own = rng.binomial(design.unique + design.reserve, theta(kind, sources, goal.leak)[1], sources)
        if not accused and not own.any():
            missed += 1
            if missed > (1.0 - goal.catch) * runs + 1e-9:
                return 1.0 - missed / run if missed / run > 1.0 - goal.catch else goal.catch - 1.0 / runs
    return 1.0 - missed / runs


def caught_by_own(goal: Goal, move: str, sources: int, own: int, *, bare: bool) -> float:
    """Probability that own canaries, so many in each copy, name a source of a leak.

    One copy: exact, its rows are drawn without replacement (hypergeometric). Several: each of their rows is shown by
    itself with probability theta_1; where only the draw counts, 20,000 leaks are drawn from a fixed seed.
    """
    shown = theta(FEARED[0] if sources == 1 else move, sources, goal.leak)[1]
    if sources == 1:
        needed = 1 if not bare else seen_needed(own, goal.recipients)
        return 0.0 if needed is None else _at_least(needed, own, shown, goal.rows)
    if not bare:
        return 1.0 - (1.0 - _at_least(1, own, shown, goal.rows)) ** sources
    seen = np.random.default_rng([20262, sources, own]).binomial(own, shown, (_DRAWN, sources))
    pairs, times = np.unique(np.stack([seen.max(axis=1), seen.sum(axis=1)]), axis=1, return_counts=True)
    # What the first round of `codes.evidence` prints for the copy of which most is seen.
    p_values = 2.0 * scipy.stats.hypergeom.sf(pairs[0] - 1, goal.recipients * own, pairs[1], own)
    return float(times[p_values <= ALPHA / goal.recipients].sum() / _DRAWN)


def _at_least(needed: int, own: int, shown: float, rows: int | None) -> float:
    if rows is None:
        return float(scipy.stats.binom.sf(needed - 1, own, shown))
    return float(scipy.stats.hypergeom.sf(needed - 1, rows + own, own, round(shown * (rows + own))))


@cache
def seen_needed(own: int, recipients: int) -> int | None:
    """How many of a copy's own canaries must be seen, and none of the others, for the draw alone to name it; None where
    not even all are enough: 2 C(K, s) / C(nK, s) is at most ALPHA / n."""
    for seen in range(1, own + 1 if recipients > 1 else 0):
        if 2 * comb(own, seen) * recipients <= ALPHA * comb(recipients * own, seen):
            return seen
    return None


def smallest_leak(goal: Goal, own: int) -> float | None:
    """The smallest share of one copy, in whole per cents, that so many own canaries catch as often as asked for."""
    shares = (per_cent / 100 for per_cent in range(1, 101))
    return next((shown for shown in shares if _at_least(1, own, shown, goal.rows) >= goal.catch), None)
