"""A plan backwards in words: what it takes to catch a leak, and what the identities at hand allow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from rich.cells import cell_len

from tracer.case.case import Case
from tracer.clock import today
from tracer.errors import InputRefused
from tracer.marking.canary.made import only_list
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.forecast import Goal, Means, caught_by_own, means, smallest_leak
from tracer.marking.release.identities import UsableCanaries, usable_canaries
from tracer.wording import word

_CELLS = (24, 27, -12, -9)
"""Cells of the columns, 74 together with the margin; numbers to the right."""
_LEAKS = {"one copy": "plan-leak-one", "merge": "plan-leak-merge", "mix rows": "plan-leak-mix"}
_MARKS = {"own": "plan-how-names", "own_bare": "plan-how-bare", "pool": "plan-how-pool"}
"""Words for a leak and for a kind of marks, where they are not the last of their kind."""


@dataclass(frozen=True)
class GoalPlan:
    """What it takes, and what there is."""

    goal: Goal
    means: tuple[Means, ...]
    usable: UsableCanaries
    """Identities of kind canary that can be used, and that fit the list where one is named."""

    @property
    def ready(self) -> int:
        """Identities at hand."""
        return self.usable.fitting

    def rows(self) -> list[dict[str, object]]:
        """One row for each leak and kind of mark."""
        return [
            {
                "move": one.move,
                "sources": one.sources,
                "rate": self.goal.leak,
                "marks": one.marks,
                "option": one.option or None,
                "identities": None if one.amount is None else one.identities,
                "caught": round(one.caught, 4),
                "possible": one.amount is not None and one.identities <= self.ready,
            }
            for one in self.means
        ]

    def lines(self, lang: str) -> Iterator[str]:
        """The table, at most 80 cells wide, and what follows from it."""
        heads = word("plan-option", lang), word("plan-how", lang), word("plan-identities", lang)
        yield _row(*heads, word("plan-caught", lang))
        share = f"{self.goal.leak:.3g}" if self.goal.leak < 0.01 else f"{self.goal.leak:.0%}"
        shown = None
        for one in self.means:
            if shown != one.move:
                shown = one.move
                yield word(_LEAKS.get(one.move, "plan-leak-compare"), lang, n=one.sources, share=share)
            how = word(_MARKS.get(one.marks, "plan-how-withheld"), lang)
            if one.amount is None:
                yield _row("–", how, "–", word("plan-not-to-be-had", lang))
            else:
                yield _row(one.option, how, f"{one.identities:,}", f"{one.caught:.1%}")
        yield ""
        yield word("plan-meaning", lang, n=self.goal.recipients)
        if any(one.marks == "withheld" and one.amount is None for one in self.means):
            yield word("plan-withheld-short", lang, rows=round(self.goal.leak * (self.goal.rows or 0)))
        yield from self._cheapest(lang)
        yield from self._at_hand(lang)

    def _cheapest(self, lang: str) -> Iterator[str]:
        """The design with the fewest identities that is enough against every leak in the table."""
        designs = list[tuple[int, str]]()
        for marks in ("own", "pool"):
            mine = [one for one in self.means if one.marks == marks]
            if all(one.amount is not None for one in mine) and len({one.bias for one in mine}) == 1:
                most = max(mine, key=lambda one: one.identities)
                designs.append((most.identities, most.option))
        if not designs:
            yield word("plan-none-for-all", lang)
            return
        identities, option = min(designs)
        yield word("plan-cheapest", lang, option=option, n=identities)
        if identities > self.ready:
            yield word("plan-missing", lang, n=identities - self.ready)

    def _at_hand(self, lang: str) -> Iterator[str]:
        own = self.ready // self.goal.recipients
        yield word("plan-at-hand", lang, n=self.ready, own=own)
        if self.usable.usable > self.ready:
            lack = self.usable.missing or "other"
            yield word("plan-not-fitting", lang, n=self.usable.usable - self.ready, all=self.usable.usable, lack=lack)
        if own == 0:
            return
        caught = caught_by_own(replace(self.goal, sources=1), "one copy", 1, own, bare=False)
        yield word("plan-own-at-hand", lang, own=own, caught=f"{caught:.1%}")
        least = smallest_leak(self.goal, own)
        if least is not None:
            yield word("plan-own-from", lang, own=own, leak=f"{least:.0%}", catch=f"{self.goal.catch:.4g}")


def plan_goal(case: Case, goal: Goal, dataset: str | None) -> GoalPlan:
    """Look at a case without drawing anything. `dataset`: the list to be marked; its rows count where none are given.
    Where none is named, identities are counted for the only list of one's own, if there is one.

    Raises `InputRefused` for a goal that is none, a list that cannot be marked.
    """
    if dataset is not None:
        source = read_source_list(case.con, dataset)
        goal = goal if goal.rows else replace(goal, rows=sum(part.rows for part in source.parts))
        return GoalPlan(goal, tuple(means(goal)), usable_canaries(case.con, today(), source))
    usable, only = None, only_list(case.con)
    if only is not None:
        with suppress(InputRefused):  # it cannot be marked: identities are counted for any
            usable = usable_canaries(case.con, today(), read_source_list(case.con, only))
    return GoalPlan(goal, tuple(means(goal)), usable or usable_canaries(case.con, today()))


def _row(*cells: str) -> str:
    padded = []
    for text, width in zip(cells, _CELLS, strict=True):
        rest = " " * (abs(width) - cell_len(text))
        padded.append(rest + text if width < 0 else text + rest)
    return f"  {' '.join(padded).rstrip()}"
