"""Planted records of B inside a true leak of A, and true mergers of both: [--attempts 2000] [--seed 9001].

A client hands marked copies to 5 to 50 recipients, of lists of 1,000 to 20,000, with and without shared canaries and
withheld rows. Framings: 1 to all of B's own canaries added to a whole copy of A, to a sample of it (5 to 50 %), to A's
copy merged with C's. True leaks: A's copy merged with a sample of B's, both whole, samples of both, B's alone. Printed:
how often copies are accused by the nulls, how often by what the list needs, and how often they are accused or one of
several of which at least one is a source. Canaries lie in sparse blocks, so that one of them is above chance. `unseen`
counts innocent copies that are accused where a true source shows none of its own canaries: then the list is what a leak
of B would be, and no bar is set. Nor is one where copies differ by their own canaries alone: a framing with as large a
share of them as of the rows is what a merger is, and the answer says that one of the copies is a source.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracer.findings.attribution.nulls import MatchedRows, is_planted
from tracer.marking.codes import Code, Leak, weigh
from tracer.marking.codes.needed import HeldAlike, comes_from_others, needed

ALPHA = 0.01
Bools = np.ndarray


@dataclass(frozen=True)
class Plan:
    """How copies are marked."""

    name: str
    people: int
    copies: int
    own: int
    pool: int
    withhold: float


PLANS = (
    Plan("withheld", 20_000, 20, 11, 0, 0.005),
    Plan("withheld", 5_000, 50, 11, 0, 0.02),
    Plan("withheld", 1_000, 5, 5, 0, 0.05),
    Plan("pool", 5_000, 20, 11, 64, 0.0),
    Plan("pool, withheld", 20_000, 20, 20, 64, 0.005),
    Plan("own canaries alone", 5_000, 20, 11, 0, 0.0),
    Plan("own canaries alone", 1_000, 5, 3, 0, 0.0),
)
FRAMINGS = ("A whole", "A sampled", "A and C whole", "A and C sampled")
STEPS = ("by the nulls", "accused", "or one of several")
TRUE = ("A whole, 1-5 % of B", "A whole, 5-20 % of B", "A and B whole", "A and B sampled", "B alone, 5-50 %")


@dataclass(frozen=True)
class Seen:
    """What a list shows of each copy's marks."""

    own: np.ndarray
    """(copies,) own canaries."""
    pool: Bools
    rows: Bools


class Handed:
    """Copies that were drawn by a plan."""

    def __init__(self, plan: Plan, rng: np.random.Generator) -> None:
        self.plan, self.rng = plan, rng
        self.bias = np.resize(np.array([0.15, 0.5]), plan.pool)
        self.pool = rng.random((plan.copies, plan.pool)) < self.bias
        self.rows = rng.random((plan.copies, plan.people)) >= plan.withhold

    def leak(self, rates: dict[int, float], planted: int = 0) -> Seen:
        """Samples of copies, merged; `planted` of copy 1's own canaries are added."""
        own = np.zeros(self.plan.copies, dtype=np.int64)
        pool, rows = np.zeros(self.plan.pool, dtype=bool), np.zeros(self.plan.people, dtype=bool)
        for copy, rate in rates.items():
            own[copy] = self.rng.binomial(self.plan.own, rate)
            pool |= self.pool[copy] & (self.rng.random(self.plan.pool) < rate)
            rows |= self.rows[copy] & (self.rng.random(self.plan.people) < rate)
        own[1] = max(own[1], planted)
        return Seen(own, pool, rows)

    def accused(self, seen: Seen) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        """Copies that the nulls accuse; those that are accused; these and those of which one is a source."""
        plan = self.plan
        lacked = np.nonzero(~self.rows)
        code = Code(
            tuple(str(j) for j in range(plan.copies)), np.full(plan.copies, plan.own), self.bias, self.pool,
            withheld_share=plan.withhold, contacts=plan.people if plan.withhold else 0,
            withheld_of=lacked[0], withheld=lacked[1],
        )  # fmt: skip
        contacts = seen.rows if plan.withhold else seen.rows[:0]
        leak = Leak(seen.pool, seen.own, np.zeros(0, dtype=bool), contacts)
        p_values = weigh(code, [leak], ALPHA, plan.copies).p_values
        likely = [j for j in range(plan.copies) if seen.own[j] or p_values[j] <= ALPHA / plan.copies]
        before = frozenset(j for j in likely if not self._bare(seen, j))
        accused, one_of = self._needed(seen, sorted(before))
        return before, accused, one_of

    def _bare(self, seen: Seen, copy: int) -> bool:
        held = self.rows[copy]
        canaries = int(seen.own[copy] + (seen.pool & self.pool[copy]).sum())
        matched = MatchedRows(int((seen.rows & held).sum()), int(held.sum()), 0.0, 0.0)
        return is_planted(canaries, int(self.plan.own + self.pool[copy].sum()), matched)

    def _needed(self, seen: Seen, copies: list[int]) -> tuple[frozenset[int], frozenset[int]]:
        if not copies:
            return frozenset(), frozenset()
        contacts = _alike(self.rows[copies], seen.rows)
        if len(copies) == 1:
            held = self.rows[copies[0]]
            never, there = int((~held).sum()), int((seen.rows & ~held).sum())
            counts = int(held.sum()), int((seen.rows & held).sum()), never, there
            alone = frozenset() if comes_from_others(*counts, 1.0 / self.plan.people) else frozenset(copies)
            return alone, alone
        own = [(int(seen.own[j]), self.plan.own) for j in copies]
        found = needed(own, [*contacts, *_alike(self.pool[copies], seen.pool)], 1.0 / self.plan.people)
        always, either = (frozenset(copies[i] for i in kind) for kind in (found.always, found.instead))
        return always if found.told_apart else always | either, always | either


def _alike(held: Bools, shown: Bools) -> list[HeldAlike]:
    kinds, which, marks = np.unique(held, axis=1, return_inverse=True, return_counts=True)
    seen = np.bincount(which.ravel(), weights=shown, minlength=len(marks))
    return [
        HeldAlike(frozenset(np.flatnonzero(kinds[:, i]).tolist()), int(marks[i]), int(seen[i]))
        for i in range(len(marks))
    ]


def _make(handed: Handed, kind: str) -> tuple[Seen, frozenset[int]]:
    draw = handed.rng.uniform
    rates = {
        "A whole": lambda: {0: 1.0}, "A sampled": lambda: {0: draw(0.05, 0.5)},
        "A and C whole": lambda: {0: 1.0, 2: 1.0}, "A and C sampled": lambda: {0: draw(0.3, 0.9), 2: draw(0.3, 0.9)},
        "A whole, 1-5 % of B": lambda: {0: 1.0, 1: draw(0.01, 0.05)},
        "A whole, 5-20 % of B": lambda: {0: 1.0, 1: draw(0.05, 0.2)},
        "A and B whole": lambda: {0: 1.0, 1: 1.0}, "A and B sampled": lambda: {0: draw(0.3, 0.8), 1: draw(0.3, 0.8)},
        "B alone, 5-50 %": lambda: {1: draw(0.05, 0.5)},
    }[kind]()  # fmt: skip
    planted = int(handed.rng.integers(1, handed.plan.own + 1)) if kind in FRAMINGS else 0
    return handed.leak(rates, planted), frozenset(rates)


def measure(plan: Plan, kind: str, attempts: int, seed: int) -> Counter[str]:
    """How often B, A, all sources and an innocent copy are accused."""
    count: Counter[str] = Counter()
    for attempt in range(attempts):
        handed = Handed(plan, np.random.default_rng([seed, attempt]))
        seen, sources = _make(handed, kind)
        for name, found in zip(STEPS, handed.accused(seen), strict=True):
            count[f"B {name}"] += 1 in found
            count[f"A {name}"] += 0 in found
            count[f"all {name}"] += sources <= found
            shown = all(seen.own[source] for source in sources)
            count[f"{'innocent' if shown else 'unseen'} {name}"] += bool(found - sources)
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 where an innocent copy is accused that its design could show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=2_000, help="framings in all")
    parser.add_argument("--seed", type=int, default=9_001)
    asked = parser.parse_args(arguments)
    each, held = max(1, asked.attempts // (len(PLANS) * len(FRAMINGS))), True
    for plan in PLANS:
        print(plan)
        for kind in (*FRAMINGS, *TRUE):
            count = measure(plan, kind, each, asked.seed)
            told = ", ".join(
                f"{who} {' -> '.join(str(count[f'{who} {step}']) for step in STEPS)}"
                for who in ("B", "A", "all", "innocent", "unseen")
            )
            print(f"  {kind:22} of {each}: {told}", flush=True)
            held &= plan.name == "own canaries alone" or not count["innocent accused"]
    print("bar held" if held else "BAR MISSED")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
