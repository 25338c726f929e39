"""Drawing a market: who collects, who releases to whom, who copies from whom and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.market import Market, MarketSpec, SimClaim, SimList, SimParty, SimRelease, ancestors_of, find_truth
from tracer.simulate.names import house_name
from tracer.simulate.rows import (
    BLANK,
    FIRST_DAY,
    HEADERS,
    HISTORY,
    MASKED,
    NEVER,
    NO_DAY,
    ROLES,
    ListLayout,
    Population,
    Profile,
    Rows,
    draw_people,
    first_of_each,
    fresh_rows,
    joined,
    make_population,
    make_profile,
    with_cell,
    with_forms,
    with_slips,
)
from tracer.simulate.segments import EVERYDAY, PLACES

# What resellers do to a list (domain.md): each copy is drawn by the market's parameters and says what was done.

_UNIFORM_FORMS = ("plain", "plain", "plus", "86", "dashed", "spaced", "float", "tabbed")
"""Forms to which a whole copy is brought; plain twice as often."""
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")


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


@dataclass(frozen=True)
class _Copying:
    """Draws what is done to the lists of a market."""

    rng: np.random.Generator
    spec: MarketSpec
    population: Population
    ghosts: Ghosts

    def collected(self, profile: Profile, n: int, day: int) -> Copied:
        """A list collected independently: part of a public source, the rest by profile and popularity; with repeats."""
        rng, spec, public = self.rng, self.spec, self.population.public
        weights = profile.weights(self.population)
        persons = np.empty(0, dtype=np.int64)
        moves = ["collected"]
        if public and spec.public_share > 0:
            source = public[int(rng.integers(len(public)))]
            only = np.zeros_like(weights)
            only[source] = weights[source]
            persons = draw_people(rng, only, round(n * spec.public_share))
            moves.append("scraped from a public source")
        weights = weights.copy()
        weights[persons] = 0.0
        persons = rng.permutation(np.concatenate([persons, draw_people(rng, weights, n - persons.size)]))
        rows = with_slips(rng, fresh_rows(self.population, persons, day, rng), spec.first_slips, spec.blanks)
        again = rng.choice(len(rows), round(spec.repeats * len(rows)), replace=False)
        places = np.concatenate([np.arange(len(rows)), again + rng.random(again.size) * len(rows)])
        rows = joined([rows, rows.take(again)]).take(np.argsort(places, kind="stable"))
        rows = with_forms(rng, rows, dict(EVERYDAY) if rng.random() < 0.6 else self._uniform_form())
        columns = ["phone", *(role for role in ROLES if role != "phone" and rng.random() > 0.15)]
        return Copied(rows, self._laid_out(columns, renumbered=False), tuple(moves))

    def copied(self, parents: list[SimList], profile: Profile, day: int) -> Copied:
        """A copy of one parent, or a merge (or intersection) of several, with all that the market's parameters ask
        for."""
        rng, spec, population = self.rng, self.spec, self.population
        moves: list[str] = []
        if len(parents) > 1 and rng.random() < spec.intersections:
            rows = _seen(parents[0]).take(np.isin(parents[0].rows.number, parents[1].rows.number))
            moves.append("intersected")
        else:
            parts = [self._sub_sampled(_seen(parent), moves) for parent in parents]
            rows = first_of_each(joined(parts)) if len(parts) > 1 else parts[0]
            if len(parts) > 1:
                moves.append("merged")
        rows = with_slips(rng, rows, spec.slips, spec.blanks)
        wrong = np.flatnonzero(rng.random(len(rows)) < spec.wrong_numbers)
        number = rows.number.copy()
        number[wrong] = population.number[self.ghosts.draw(wrong.size)]
        rows = replace(rows, number=number)
        if rng.random() < spec.deduplicated:
            rows = first_of_each(rows)
            moves.append("deduplicated")
        if rng.random() < spec.own_rows[0]:
            n = round(len(rows) * rng.uniform(0.05, spec.own_rows[1]))
            rows = with_new_rows(rows, self.collected(profile, n, day).rows)
            moves.append("own rows added")
        if spec.padding > 0:
            padding = fresh_rows(population, self.ghosts.draw(round(len(rows) * spec.padding)), day, rng)
            rows = joined([rows, padding]).take(rng.permutation(len(rows) + len(padding)))
            moves.append("padded with random numbers")
        order = rng.random()
        if order < spec.shuffled:
            rows = rows.take(rng.permutation(len(rows)))
            moves.append("shuffled")
        elif order < spec.shuffled + spec.sorted:
            rows = rows.take(np.argsort(rows.number, kind="stable"))
            moves.append("sorted by number")
        if rng.random() < spec.reformatted:
            moves.append("reformatted")
            uniform = with_forms(rng, rows, self._uniform_form())
            rows = replace(uniform, form=np.where(rows.readable, uniform.form, rows.form))
        if rng.random() < spec.masked:
            moves.append("a tenth masked")
            rows = replace(rows, form=np.where(rng.random(len(rows)) < 0.1, np.int8(MASKED), rows.form))
        layout = self._kept_layout(parents[0].layout, moves)
        return Copied(rows, layout, tuple(moves))

    def _sub_sampled(self, rows: Rows, moves: list[str]) -> Rows:
        rng, spec = self.rng, self.spec
        share, draw = rng.uniform(*spec.keep), rng.random()
        if share >= 0.97:
            moves.append("taken whole")
            return rows
        if draw < spec.regional:
            order = rng.permutation(int(self.population.place.max()) + 1)
            places = self.population.place[rows.person]
            counts = np.bincount(places, minlength=order.size)[order]
            moves.append("some places only")
            return rows.take(np.isin(places, order[: 1 + int(np.searchsorted(np.cumsum(counts), share * len(rows)))]))
        if draw < spec.regional + spec.lots:
            start = int(rng.integers(0, max(1, round((1 - share) * len(rows)))))
            moves.append("one lot")
            return rows.take(np.arange(start, start + round(share * len(rows))))
        moves.append("sub-sampled")
        return rows.take(rng.random(len(rows)) < share)

    def _uniform_form(self) -> dict[str, float]:
        return {_UNIFORM_FORMS[int(self.rng.integers(len(_UNIFORM_FORMS)))]: 1.0}

    def _kept_layout(self, parent: ListLayout, moves: list[str]) -> ListLayout:
        rng, spec = self.rng, self.spec
        if rng.random() < spec.numbers_only:
            moves.append("numbers only")
            return ListLayout(("phone",), parent.headers)
        kept = [role for role in parent.columns if role == "phone" or rng.random() > spec.dropped]
        if len(kept) < len(parent.columns):
            moves.append("columns dropped")
        if rng.random() < 0.35:
            moves.append("columns renamed")
            return self._laid_out(kept, renumbered=parent.renumbered or rng.random() < 0.5)
        return replace(parent, columns=tuple(kept))

    def _laid_out(self, columns: list[str], *, renumbered: bool) -> ListLayout:
        names = sorted(HEADERS)
        order = tuple(columns[int(i)] for i in self.rng.permutation(len(columns)))
        headers = names[int(self.rng.integers(len(names)))]
        return ListLayout(order, headers, _DATES[int(self.rng.integers(len(_DATES)))], renumbered)


def with_new_rows(rows: Rows, more: Rows) -> Rows:
    """`more` appended, less the numbers that `rows` has already; repeats inside `rows` stay."""
    return joined([rows, more.take(~np.isin(more.number, rows.number))])


def marked_copy(rng: np.random.Generator, source: Rows, canaries: Rows, withheld: NDArray[np.int64]) -> Rows:
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


# Clients that keep a row history: when each row was added and deleted, and what the list held on a day.

_DELETED = 0.15
"""Share of rows that are deleted again."""
_BEFORE = 0.4
"""Share of rows that were there before the market's first day."""


def with_history(rng: np.random.Generator, rows: Rows, layout: ListLayout, horizon: int) -> tuple[Rows, ListLayout]:
    """The rows with days of adding and deleting up to day `horizon`, and a layout that shows them.

    Rows come in bursts and more on some days of the week; a repeated number came and went with its first row.
    """
    _, number = np.unique(rows.number, return_inverse=True)
    n = int(number.max(initial=-1)) + 1
    weight = rng.dirichlet(np.full(7, 3.0))[np.arange(horizon) % 7] * np.exp(rng.normal(0, 0.5, horizon))
    added = rng.choice(horizon, n, p=weight / weight.sum())
    old = rng.random(n) < _BEFORE
    added[old] = -rng.integers(1, 400, int(old.sum()))
    gone = np.maximum(added, 0) + 1 + rng.integers(0, horizon, n)
    gone[(rng.random(n) >= _DELETED) | (gone > horizon)] = NEVER
    columns = tuple(role for role in layout.columns if role != "date")
    shown = replace(rows, day=added[number].astype(np.int32), gone=gone[number].astype(np.int32))
    return shown, replace(layout, columns=(*columns, *HISTORY))


def on_day(rows: Rows, day: int) -> Rows:
    """The rows that the list held at the end of a day; it is not known then that they will be deleted."""
    kept = rows.take((rows.day <= day) & (rows.gone > day))
    return replace(kept, gone=np.full(len(kept), NEVER, dtype=np.int32))


_RELEASE_LASTS = 120
"""Days from a release to the end of what the vendor may hold."""


def make_market(spec: MarketSpec) -> Market:
    """Draw a market. The same spec gives the same market, number by number."""
    return _Trade(spec).market()


class _Trade:
    """The market while it is being made."""

    def __init__(self, spec: MarketSpec) -> None:
        self.spec = spec
        self.rng = np.random.default_rng(spec.seed)
        most = (spec.copies + spec.clients + spec.collectors + 4) * spec.rows[1]
        ghosts = round(most * (0.05 + 2 * spec.padding)) + spec.random_true * spec.rows[1]
        marked = spec.clients * (spec.vendors * spec.canaries + spec.home_canaries)
        self.population = make_population(spec.seed, spec.people, ghosts, marked, spec.popularity, spec.public_sources)
        self.ghosts = Ghosts(self.population)
        self.copying = _Copying(self.rng, spec, self.population, self.ghosts)
        self.next_canary = spec.people + ghosts
        self.lists: list[SimList] = []
        self.parties: list[SimParty] = []
        self.releases: list[SimRelease] = []
        self.claims: list[SimClaim] = []
        self.home: list[int] = []
        # A stream of its own: markets without row histories stay as they were.
        self.histories = np.random.default_rng([spec.seed, 9])
        self.living: set[str] = set()

    def market(self) -> Market:
        self._own_lists()
        self._collected_lists()
        self._releases()
        self._copies()
        self._random_lists()
        lists = tuple(sorted(self.lists, key=lambda entry: (entry.created, int(entry.id[1:]))))
        return Market(
            spec=self.spec,
            population=self.population,
            lists=lists,
            parties=tuple(self.parties),
            releases=tuple(self.releases),
            claims=tuple(self.claims),
            home_canaries=tuple(self.home),
            truth=find_truth(lists, self.releases, self.claims),
        )

    def _party(self, role: str) -> SimParty:
        number = sum(party.role == role for party in self.parties) + 1
        place = PLACES[int(self.rng.integers(len(PLACES)))][0]
        party = SimParty(f"{role.replace('_', '-')}-{number}", *house_name(len(self.parties)), role, place)
        self.parties.append(party)
        return party

    def _add(
        self,
        made: Copied,
        holder: str,
        day: int,
        *,
        parents: tuple[str, ...] = (),
        origin: str = "obtained",
        hidden: bool = False,
    ) -> SimList:
        dated = self.spec.dates == "both" and (origin == "own" or self.rng.random() < self.spec.created_known)
        late = int(self.rng.exponential(self.spec.delay if self.spec.horizon > 60 else self.spec.horizon / 8))
        entry = SimList(
            id=f"d{len(self.lists) + 1}",
            holder=holder,
            created=FIRST_DAY + timedelta(days=day),
            obtained=None if self.spec.dates == "none" else FIRST_DAY + timedelta(days=day + late),
            created_told=dated,
            origin=origin,
            hidden=hidden,
            parents=parents,
            moves=made.moves,
            rows=made.rows,
            layout=made.layout,
        )
        self.lists.append(entry)
        return entry

    def _day(self, share: float) -> int:
        return int(self.rng.integers(0, max(1, round(self.spec.horizon * share))))

    def _size(self) -> int:
        low, high = self.spec.rows
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))))

    def _profile(self) -> Profile:
        return make_profile(self.rng, self.spec.profile)

    def _take_canaries(self, n: int, day: int) -> tuple[tuple[int, ...], Rows]:
        """The next canaries, and their rows."""
        self.next_canary += n
        canaries = tuple(range(self.next_canary - n, self.next_canary))
        return canaries, fresh_rows(self.population, np.array(canaries), day, self.rng)

    def _own_lists(self) -> None:
        for _ in range(self.spec.clients):
            party, day, profile = self._party("client"), self._day(0.3), self._profile()
            made = self.copying.collected(profile, self._size(), day)
            home, planted = self._take_canaries(self.spec.home_canaries, day)
            self.home += home
            rows, layout = marked_copy(self.rng, made.rows, planted, np.empty(0, np.int64)), made.layout
            keeps_history = self.histories.random() < self.spec.history
            if keeps_history:
                rows, layout = with_history(self.histories, rows, layout, self.spec.horizon)
            made, made_on = replace(made, rows=rows, layout=layout), self.spec.horizon if keeps_history else day
            own = self._add(made, party.id, made_on, origin="own")
            if keeps_history:
                self.living.add(own.id)
            if self.rng.random() < self.spec.versions and not keeps_history:
                self._next_version(own, profile, day)

    def _next_version(self, own: SimList, profile: Profile, day: int) -> None:
        """The client's list later: some customers gone, new ones at the end."""
        later = day + max(2, round(self.spec.horizon * 0.2))
        kept = own.rows.take(self.rng.random(len(own.rows)) > 0.04)
        persons = draw_people(self.rng, profile.weights(self.population), round(0.15 * len(kept)))
        fresh = fresh_rows(self.population, persons, later, self.rng)
        fresh = with_slips(self.rng, fresh, self.spec.first_slips, self.spec.blanks)
        fresh = replace(fresh, inner=own.rows.inner.max() + 1 + np.arange(len(fresh)))
        shares = np.bincount(own.rows.form, minlength=32)
        fresh = replace(fresh, form=self.rng.choice(32, len(fresh), p=shares / shares.sum()).astype(np.int8))
        made = Copied(with_new_rows(kept, fresh), own.layout, ("a later version",))
        self._add(made, own.holder, later, parents=(own.id,), origin="own")

    def _collected_lists(self) -> None:
        for number in range(self.spec.collectors):
            party, day = self._party("data_platform" if number % 2 == 0 else "data_trader"), self._day(0.4)
            made = self.copying.collected(self._profile(), self._size(), day)
            self._add(made, party.id, day, hidden=self.rng.random() < self.spec.hidden)

    def _releases(self) -> None:
        vendors = [self._party("system_vendor") for _ in range(self.spec.vendors)]
        # The first version alone is released; later versions stay with the client.
        firsts = {entry.holder: entry for entry in reversed(self.lists) if entry.origin == "own"}
        for own in sorted(firsts.values(), key=lambda entry: int(entry.id[1:])):
            for vendor in vendors:
                living = own.id in self.living
                day = self._day(0.6) if living else (own.created - FIRST_DAY).days + 1 + self._day(0.05)
                given_rows = on_day(own.rows, day) if living else own.rows
                canaries, planted = self._take_canaries(self.spec.canaries, day)
                planted = with_forms(self.rng, planted, {"plain": 1.0})
                rows = marked_copy(self.rng, given_rows, planted, np.array(self.home))
                made = Copied(rows, own.layout, ("released",))
                copy = self._add(made, vendor.id, day, parents=(own.id,), hidden=True)
                given, ends = (FIRST_DAY + timedelta(days=after) for after in (day, day + _RELEASE_LASTS))
                name = f"{own.id}-{vendor.id}"
                self.releases.append(SimRelease(name, own.id, vendor.id, given, ends, copy.id, canaries))

    def _copies(self) -> None:
        for number in range(self.spec.copies):
            vendor = number < self.spec.retainers
            parents = self._retained_parents(number) if vendor else self._parents()
            holder = parents[0].holder if vendor else self._party(("data_trader", "contractor")[number % 2]).id
            last = max((parent.created - FIRST_DAY).days for parent in parents)
            left = max(1, self.spec.horizon - last)
            waited = 1 + min(int(self.rng.exponential(self.spec.wait)), round(left * 0.25))
            day = last + (_RELEASE_LASTS + waited if vendor and self.spec.horizon > 60 else waited)
            made = self.copying.copied(parents, self._profile(), day)
            hidden = not vendor and self.rng.random() < self.spec.hidden
            self._add(made, holder, day, parents=tuple(parent.id for parent in parents), hidden=hidden)

    def _retained_parents(self, number: int) -> list[SimList]:
        """A vendor's kept release, half the time together with another client's."""
        vendor = sorted({release.to for release in self.releases})[number % self.spec.vendors]
        kept = [release.copy for release in self.releases if release.to == vendor]
        chosen = [kept[int(i)] for i in self.rng.permutation(len(kept))[: 1 + int(self.rng.random() < 0.5)]]
        return [entry for entry in self.lists if entry.id in chosen]

    def _parents(self) -> list[SimList]:
        handed = {release.copy for release in self.releases}
        choice = [entry for entry in self.lists if entry.id not in handed | self.living]
        wanted = 1 + int(self.rng.random() < self.spec.merges) * (1 + int(self.rng.random() < 0.3))
        by_id = {other.id: other for other in self.lists}
        above = {entry.id: ancestors_of(entry, by_id) for entry in choice}
        parents: list[SimList] = []
        for index in self.rng.permutation(len(choice)):
            entry = choice[int(index)]
            # A reseller merges lists that he takes to be different: none that was made from another of them.
            if all(entry.id not in above[p.id] and p.id not in above[entry.id] for p in parents):
                parents.append(entry)
            if len(parents) == wanted:
                break
        return parents

    def _random_lists(self) -> None:
        for number in range(self.spec.random_true):
            party, day = self._party("data_trader"), self._day(0.9)
            n = min(self._size(), self.spec.rows[1])
            rows = fresh_rows(self.population, self.ghosts.draw(n), day, self.rng)
            entry = self._add(Copied(rows, ListLayout(("phone",), "zh"), ("random numbers",)), party.id, day)
            self.claims.append(SimClaim(f"random-true-{number + 1}", party.id, "random", entry.id, true=True))
        copies = [entry for entry in self.lists if entry.parents and not entry.hidden and entry.origin == "obtained"]
        for number, entry in enumerate(copies[: self.spec.random_false]):
            self.claims.append(SimClaim(f"random-false-{number + 1}", entry.holder, "random", entry.id, true=False))
