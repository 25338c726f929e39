"""The design of a release: how many marks of which kind, what they cost, and the draw of who gets which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from tracer.errors import InputRefused
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity

BIASES: Mapping[str, tuple[float, ...]] = {"mix": (0.15, 0.5), "0.2": (0.2,), "0.5": (0.5,)}
"""Probabilities with which pool canaries are given to a copy, in turn. 0.2 is near the best where copies are merged,
0.5 where they are compared; the mix has the best worst case, and the attack is not known beforehand."""
MOST_WITHHELD = 0.05
"""Share of a list that a copy may lack: more is not a mark, it is another list."""
DENIED = 0.3
"""Withheld rows are drawn from a secret part of the list, of which each copy lacks each row with this probability. So
some are withheld from several copies, and stay away where three compare theirs and keep what most of them have."""
ENOUGH, SELDOM = 40, 0.01
"""Rows that each copy lacks where nothing is said: enough for a thousand copies, and no more than one in a hundred."""
LEAST_WITHHELD = 10
"""Fewer rows tell too little to leave people out for them."""


@dataclass(frozen=True)
class Design:
    """Marks of each kind."""

    unique: int = 5
    reserve: int = 0
    """Canaries of the kind `reserve`, known to few: they are in one copy alone too, for each copy."""
    pool: int = 0
    bias: str = "mix"
    """How they are shared: a key of `BIASES`."""
    pairs: bool = False
    """Whether every two copies share a canary that no third has."""
    withhold: float | None = 0.0
    """Share of the rows that each copy lacks; None: so many as are of use (`withheld_by_default`)."""
    choices: bool = False
    """Whether cells that the list writes in two ways are written in one of them by a code."""

    def canaries(self, copies: int) -> int:
        """Identities of the kind `canary` that so many copies cost."""
        return copies * self.unique + self.pool + (comb(copies, 2) if self.pairs else 0)

    def reserves(self, copies: int) -> int:
        """Identities of the kind `reserve` that so many copies cost."""
        return copies * self.reserve

    @property
    def coded(self) -> bool:
        """Whether anything but own canaries distinguishes the copies."""
        return self.pool > 0 or self.pairs or bool(self.withhold) or self.choices

    def problems(self, copies: int) -> list[InputRefused]:
        """What is wrong with the design."""
        found = [
            InputRefused(f"invalid number of {what} canaries {count}", remedy=f"give --{what} 0 or more")
            for what, count in (("unique", self.unique), ("reserve", self.reserve), ("pool", self.pool))
            if count < 0
        ]
        if self.bias not in BIASES:
            found.append(InputRefused(f"invalid bias {self.bias!r}", remedy=f"one of: {', '.join(BIASES)}"))
        if self.withhold is not None and not 0.0 <= self.withhold <= MOST_WITHHELD:
            found.append(
                InputRefused(
                    f"invalid share of withheld rows {self.withhold:g}",
                    remedy=f"give --withhold a share from 0 to {MOST_WITHHELD:g}, 0.005 for half a per cent",
                )
            )
        if self.pairs and copies < 2:
            found.append(
                InputRefused("pair canaries need two copies", remedy="name more recipients, or leave --pairs out")
            )
        return found


def withheld_by_default(copies: int, contacts: int) -> float:
    """Share of the rows that each copy lacks where nothing is said: none where copies cannot be compared, or it would
    be more than `SELDOM` of them."""
    return min(SELDOM, ENOUGH / contacts) if copies > 1 and contacts * SELDOM >= LEAST_WITHHELD else 0.0


@dataclass(frozen=True)
class Allotted:
    """One canary and the copies that get it."""

    identity: Identity
    scheme: str
    bias: float
    """Probability with which each copy was to get it."""
    copies: tuple[int, ...]


def allot(
    draw: KeyedDraw, design: Design, copies: int, canaries: Sequence[Identity], reserves: Sequence[Identity]
) -> list[Allotted]:
    """Draw who gets which canary. `canaries` and `reserves`: exactly as many as the design costs.

    Own canaries and pair canaries are allotted without replacement; each copy gets each pool canary with its bias,
    independently of all else, so some pool canaries may be in all copies or in none.
    """
    order = draw.shuffled(canaries)
    alone = order[: copies * design.unique]
    pool = order[len(alone) : len(alone) + design.pool]
    shared = order[len(alone) + design.pool :]
    found = [Allotted(item, "unique", 1.0 / copies, (at % copies,)) for at, item in enumerate(alone)]
    found += [
        Allotted(item, "reserve", 1.0 / copies, (at % copies,)) for at, item in enumerate(draw.shuffled(reserves))
    ]
    for at, item in enumerate(pool):
        bias = BIASES[design.bias][at % len(BIASES[design.bias])]
        given = draw.flags(copies, bias)
        found.append(Allotted(item, "pool", bias, tuple(int(j) for j in given.nonzero()[0])))
    if design.pairs:
        both = combinations(range(copies), 2)
        found += [Allotted(item, "pair", 2.0 / copies, pair) for item, pair in zip(shared, both, strict=True)]
    return found
