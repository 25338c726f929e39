"""What resellers do to a list (domain.md): each copy is drawn by the market's parameters and says what was done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tracer.simulate.population import Population, Profile, draw_people, fresh_rows
from tracer.simulate.rows import (
    BLANK,
    MASKED,
    NEVER,
    NO_DAY,
    Rows,
    first_of_each,
    joined,
    with_cell,
    with_forms,
    with_slips,
)
from tracer.simulate.text import HEADERS, ROLES, ListLayout
from tracer.simulate.written import EVERYDAY

if TYPE_CHECKING:
    from tracer.simulate.market import MarketSpec, SimList

UNIFORM_FORMS = ("plain", "plain", "plus", "86", "dashed", "spaced", "float", "tabbed")
"""Forms to which a whole copy is brought; plain twice as often."""


class Ghosts:
    """Numbers that belong to no person, each given out once."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._next = population.people

    def draw(self, n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """`n` indices into the population that are still free. Raises `ValueError` when they run out."""
        if self._next + n > self._population.people + self._population.ghosts:
            raise ValueError("the market needs more unallocated numbers; lower the padding")
        self._next += n
        return np.arange(self._next - n, self._next, dtype=np.int64)


@dataclass(frozen=True)
class Copied:
    """A copy as it leaves the reseller's hands."""

    rows: Rows
    layout: ListLayout
    moves: tuple[str, ...]


def collected(
    rng: np.random.Generator, spec: MarketSpec, population: Population, profile: Profile, n: int, day: int
) -> Copied:
    """A list collected independently: part of a public source, the rest by profile and popularity; with repeats."""
    weights = profile.weights(population)
    persons = np.empty(0, dtype=np.int64)
    moves = ["collected"]
    if population.public and spec.public_share > 0:
        source = population.public[int(rng.integers(len(population.public)))]
        only = np.zeros_like(weights)
        only[source] = weights[source]
        persons = draw_people(rng, only, round(n * spec.public_share))
        moves.append("scraped from a public source")
    weights = weights.copy()
    weights[persons] = 0.0
    persons = rng.permutation(np.concatenate([persons, draw_people(rng, weights, n - persons.size)]))
    rows = with_slips(rng, fresh_rows(population, persons, day, rng), spec.first_slips, spec.blanks)
    again = rng.choice(len(rows), round(spec.repeats * len(rows)), replace=False)
    order = np.argsort(
        np.concatenate([np.arange(len(rows)), again + rng.random(again.size) * len(rows)]), kind="stable"
    )
    rows = joined([rows, rows.take(again)]).take(order)
    rows = with_forms(rng, rows, dict(EVERYDAY) if rng.random() < 0.6 else {_uniform_form(rng): 1.0})
    columns = ["phone", *(role for role in ROLES if role != "phone" and rng.random() > 0.15)]
    return Copied(rows, _laid_out(rng, columns, renumbered=False), tuple(moves))


def copied(
    rng: np.random.Generator, spec: MarketSpec, population: Population, ghosts: Ghosts,
    parents: list[SimList], profile: Profile, day: int,
) -> Copied:  # fmt: skip
    """A copy of one parent, or a merge (or intersection) of several, with all that the market's parameters ask for."""
    moves: list[str] = []
    if len(parents) > 1 and rng.random() < spec.intersections:
        rows = _seen(parents[0]).take(np.isin(parents[0].rows.number, parents[1].rows.number))
        moves.append("intersected")
    else:
        parts = [_sub_sampled(rng, spec, _seen(parent), population, moves) for parent in parents]
        rows = first_of_each(joined(parts)) if len(parts) > 1 else parts[0]
        if len(parts) > 1:
            moves.append("merged")
    rows = with_slips(rng, rows, spec.slips, spec.blanks)
    rows = _with_wrong_numbers(rng, rows, population, ghosts, spec.wrong_numbers)
    if rng.random() < spec.deduplicated:
        rows = first_of_each(rows)
        moves.append("deduplicated")
    if rng.random() < spec.own_rows[0]:
        n = round(len(rows) * rng.uniform(0.05, spec.own_rows[1]))
        rows = first_of_each_kept(rows, collected(rng, spec, population, profile, n, day).rows)
        moves.append("own rows added")
    if spec.padding > 0:
        padding = fresh_rows(population, ghosts.draw(round(len(rows) * spec.padding)), day, rng)
        rows = joined([rows, padding]).take(rng.permutation(len(rows) + len(padding)))
        moves.append("padded with random numbers")
    rows = _ordered(rng, spec, rows, moves)
    rows = _reformatted(rng, spec, rows, moves)
    return Copied(rows, _kept_layout(rng, spec, parents[0].layout, moves), tuple(moves))


def first_of_each_kept(rows: Rows, more: Rows) -> Rows:
    """`more` appended, less the numbers that `rows` has already; repeats inside `rows` stay."""
    return joined([rows, more.take(~np.isin(more.number, rows.number))])


def marked_copy(
    rng: np.random.Generator, source: Rows, canaries: Rows, withheld: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Rows:
    """A release: the source less the withheld persons (home canaries), with its canaries at random places."""
    kept = source.take(~np.isin(source.person, withheld))
    both = joined([kept, canaries])
    place = np.concatenate([np.arange(len(kept), dtype=np.float64), rng.random(len(canaries)) * len(kept)])
    return both.take(np.argsort(place, kind="stable"))


def _seen(parent: SimList) -> Rows:
    """The parent's rows less what its columns do not show: a cell that is not there cannot be copied."""
    rows = parent.rows
    for role, cell in (("name", "name"), ("organisation", "firm"), ("address", "address")):
        if role not in parent.layout.columns:
            rows = with_cell(rows, cell, np.full(len(rows), BLANK, dtype=np.int16))
    if "id" not in parent.layout.columns or parent.layout.renumbered:
        rows = replace(rows, inner=np.full(len(rows), BLANK, dtype=np.int64))
    if "deleted" not in parent.layout.columns:
        rows = replace(rows, gone=np.full(len(rows), NEVER, dtype=np.int32))
    if not {"date", "created"} & set(parent.layout.columns):
        rows = replace(rows, day=np.full(len(rows), NO_DAY, dtype=np.int32))
    return rows


def _sub_sampled(
    rng: np.random.Generator, spec: MarketSpec, rows: Rows, population: Population, moves: list[str]
) -> Rows:
    share = rng.uniform(*spec.keep)
    draw = rng.random()
    if share >= 0.97:
        moves.append("taken whole")
        return rows
    if draw < spec.regional:
        order = rng.permutation(int(population.place.max()) + 1)
        places = population.place[rows.person]
        counts = np.bincount(places, minlength=order.size)[order]
        moves.append("some places only")
        return rows.take(np.isin(places, order[: 1 + int(np.searchsorted(np.cumsum(counts), share * len(rows)))]))
    if draw < spec.regional + spec.lots:
        start = int(rng.integers(0, max(1, round((1 - share) * len(rows)))))
        moves.append("one lot")
        return rows.take(np.arange(start, start + round(share * len(rows))))
    moves.append("sub-sampled")
    return rows.take(rng.random(len(rows)) < share)


def _with_wrong_numbers(
    rng: np.random.Generator, rows: Rows, population: Population, ghosts: Ghosts, probability: float
) -> Rows:
    wrong = np.flatnonzero(rng.random(len(rows)) < probability)
    number = rows.number.copy()
    number[wrong] = population.number[ghosts.draw(wrong.size)]
    return replace(rows, number=number)


def _ordered(rng: np.random.Generator, spec: MarketSpec, rows: Rows, moves: list[str]) -> Rows:
    draw = rng.random()
    if draw < spec.shuffled:
        moves.append("shuffled")
        return rows.take(rng.permutation(len(rows)))
    if draw < spec.shuffled + spec.sorted:
        moves.append("sorted by number")
        return rows.take(np.argsort(rows.number, kind="stable"))
    return rows


def _reformatted(rng: np.random.Generator, spec: MarketSpec, rows: Rows, moves: list[str]) -> Rows:
    if rng.random() < spec.reformatted:
        moves.append("reformatted")
        readable = with_forms(rng, rows, {_uniform_form(rng): 1.0})
        rows = replace(readable, form=np.where(rows.readable, readable.form, rows.form))
    if rng.random() < spec.masked:
        moves.append("a tenth masked")
        rows = replace(rows, form=np.where(rng.random(len(rows)) < 0.1, np.int8(MASKED), rows.form))
    return rows


def _uniform_form(rng: np.random.Generator) -> str:
    return UNIFORM_FORMS[int(rng.integers(len(UNIFORM_FORMS)))]


def _kept_layout(rng: np.random.Generator, spec: MarketSpec, parent: ListLayout, moves: list[str]) -> ListLayout:
    if rng.random() < spec.numbers_only:
        moves.append("numbers only")
        return ListLayout(("phone",), parent.headers)
    kept = [role for role in parent.columns if role == "phone" or rng.random() > spec.dropped]
    if len(kept) < len(parent.columns):
        moves.append("columns dropped")
    if rng.random() < 0.35:
        moves.append("columns renamed")
        return _laid_out(rng, kept, renumbered=parent.renumbered or rng.random() < 0.5)
    return replace(parent, columns=tuple(kept))


def _laid_out(rng: np.random.Generator, columns: list[str], *, renumbered: bool) -> ListLayout:
    names = sorted(HEADERS)
    order = [columns[int(i)] for i in rng.permutation(len(columns))]
    return ListLayout(
        columns=tuple(order),
        headers=names[int(rng.integers(len(names)))],
        dates=("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")[int(rng.integers(4))],
        renumbered=renumbered,
    )
