"""Drawing a market: who collects, who releases to whom, who copies from whom and when, and what resellers do to a list
(domain.md): each copy is drawn by the market's parameters and says what was done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

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
    Profile,
    Rows,
    draw_people,
    first_of_each,
    fresh_rows,
    joined_rows,
    make_population,
    make_profile,
    with_cell,
    with_forms,
    with_slips,
)
from tracer.simulate.segments import EVERYDAY, PLACES

_UNIFORM_FORMS = ("plain", "plain", "plus", "86", "dashed", "spaced", "float", "tabbed")
"""Forms to which a whole copy is brought; plain twice as often."""
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")
_DELETED, _BEFORE = 0.15, 0.4
"""Shares of the rows of a history that are deleted again, and that were there before the market's first day."""
_RELEASE_LASTS = 120
"""Days from a release to the end of what the vendor may hold."""


@dataclass(frozen=True)
class Copied:
    """A list as it leaves the hands of the one who made it."""

    rows: Rows
    layout: ListLayout
    moves: tuple[str, ...]


def make_market(spec: MarketSpec) -> Market:
    """Draw a market. The same spec gives the same market, number by number.

    Raises `ValueError` where its numbers that belong to no person run out."""
    trade = _Trade(spec)
    trade.own_lists()
    for number in range(spec.collectors):
        party, day = trade.party("data_platform" if number % 2 == 0 else "data_trader"), trade.day(0.4)
        made = trade.collect(trade.profile(), trade.size(), day)
        trade.add(made, party.id, day, hidden=trade.rng.random() < spec.hidden)
    trade.hand_out()
    trade.copies()
    for number in range(spec.random_true):
        party, day = trade.party("data_trader"), trade.day(0.9)
        rows = fresh_rows(trade.population, trade.ghosts(min(trade.size(), spec.rows[1])), day, trade.rng)
        entry = trade.add(Copied(rows, ListLayout(("phone",), "zh"), ("random numbers",)), party.id, day)
        trade.claims.append(SimClaim(f"random-true-{number + 1}", party.id, "random", entry.id, true=True))
    copies = [entry for entry in trade.lists if entry.parents and not entry.hidden and entry.origin == "obtained"]
    for number, entry in enumerate(copies[: spec.random_false]):
        trade.claims.append(SimClaim(f"random-false-{number + 1}", entry.holder, "random", entry.id, true=False))
    lists = tuple(sorted(trade.lists, key=lambda entry: (entry.created, int(entry.id[1:]))))
    parties, releases, claims = tuple(trade.parties), tuple(trade.releases), tuple(trade.claims)
    truth = find_truth(lists, releases, claims)
    return Market(spec, trade.population, lists, parties, releases, claims, tuple(trade.home), truth)


class _Trade:
    """The market while it is being made."""

    def __init__(self, spec: MarketSpec) -> None:
        self.spec, self.rng = spec, np.random.default_rng(spec.seed)
        most = (spec.copies + spec.clients + spec.collectors + 4) * spec.rows[1]
        ghosts = round(most * (0.05 + 2 * spec.padding)) + spec.random_true * spec.rows[1]
        marked = spec.clients * (spec.vendors * spec.canaries + spec.home_canaries)
        self.population = make_population(spec.seed, spec.people, ghosts, marked, spec.popularity, spec.public_sources)
        self.next_ghost, self.next_canary = spec.people, spec.people + ghosts
        self.lists: list[SimList] = []
        self.parties: list[SimParty] = []
        self.releases: list[SimRelease] = []
        self.claims: list[SimClaim] = []
        self.home: list[int] = []
        # A stream of its own: markets without row histories stay as they were.
        self.histories = np.random.default_rng([spec.seed, 9])
        self.living: set[str] = set()

    # What is drawn for many.

    def party(self, role: str) -> SimParty:
        number = sum(party.role == role for party in self.parties) + 1
        place = PLACES[int(self.rng.integers(len(PLACES)))][0]
        party = SimParty(f"{role.replace('_', '-')}-{number}", *house_name(len(self.parties)), role, place)
        self.parties.append(party)
        return party

    def day(self, share: float) -> int:
        return int(self.rng.integers(0, max(1, round(self.spec.horizon * share))))

    def size(self) -> int:
        low, high = self.spec.rows
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))))

    def profile(self) -> Profile:
        return make_profile(self.rng, self.spec.profile)

    def one_of(self, choice: tuple[str, ...]) -> str:
        return choice[int(self.rng.integers(len(choice)))]

    def ghosts(self, n: int) -> NDArray[np.int64]:
        """Indices of numbers that belong to no person, each given out once."""
        self.next_ghost += n
        if self.next_ghost > self.population.people + self.population.ghosts:
            raise ValueError("the market needs more unallocated numbers; lower the padding")
        return np.arange(self.next_ghost - n, self.next_ghost, dtype=np.int64)

    def canaries(self, n: int, day: int) -> tuple[tuple[int, ...], Rows]:
        """The next canaries, and their rows."""
        self.next_canary += n
        canaries = tuple(range(self.next_canary - n, self.next_canary))
        return canaries, fresh_rows(self.population, np.array(canaries), day, self.rng)

    def add(self, made: Copied, holder: str, day: int, *, origin: str = "obtained", **facts: Any) -> SimList:
        """`facts`: parents and hidden, where they are not those of a loaded list without parents."""
        spec = self.spec
        told = spec.dates == "both" and (origin == "own" or self.rng.random() < spec.created_known)
        late = int(self.rng.exponential(spec.delay if spec.horizon > 60 else spec.horizon / 8))
        obtained = None if spec.dates == "none" else FIRST_DAY + timedelta(days=day + late)
        about: dict[str, Any] = {"id": f"d{len(self.lists) + 1}", "holder": holder, "hidden": False, "parents": ()}
        created = FIRST_DAY + timedelta(days=day)
        about |= {"created": created, "obtained": obtained, "created_told": told, "origin": origin}
        entry = SimList(**about | facts | vars(made))
        self.lists.append(entry)
        return entry

    # Who has which list.

    def own_lists(self) -> None:
        """Clients' lists, with home canaries; some with a history of their rows, some with a later version."""
        rng, spec = self.rng, self.spec
        for _ in range(spec.clients):
            party, day, profile = self.party("client"), self.day(0.3), self.profile()
            made = self.collect(profile, self.size(), day)
            home, planted = self.canaries(spec.home_canaries, day)
            self.home += home
            rows, layout = _marked_copy(rng, made.rows, planted, np.empty(0, np.int64)), made.layout
            living = bool(self.histories.random() < spec.history)
            if living:
                rows, layout = _with_history(self.histories, rows, layout, spec.horizon)
            made = replace(made, rows=rows, layout=layout)
            own = self.add(made, party.id, spec.horizon if living else day, origin="own")
            if living:
                self.living.add(own.id)
            if rng.random() < spec.versions and not living:
                # The client's list later: some customers gone, new ones at the end.
                later = day + max(2, round(spec.horizon * 0.2))
                kept = own.rows.take(rng.random(len(own.rows)) > 0.04)
                persons = draw_people(rng, profile.weights(self.population), round(0.15 * len(kept)))
                fresh = fresh_rows(self.population, persons, later, rng)
                fresh = with_slips(rng, fresh, spec.first_slips, spec.blanks)
                shares = np.bincount(own.rows.form, minlength=32)
                form = rng.choice(32, len(fresh), p=shares / shares.sum()).astype(np.int8)
                fresh = replace(fresh, inner=own.rows.inner.max() + 1 + np.arange(len(fresh)), form=form)
                made = Copied(_with_new_rows(kept, fresh), own.layout, ("a later version",))
                self.add(made, own.holder, later, parents=(own.id,), origin="own")

    def hand_out(self) -> None:
        """Each client's first version is released to each vendor; later versions stay with the client."""
        vendors = [self.party("system_vendor") for _ in range(self.spec.vendors)]
        firsts = {entry.holder: entry for entry in reversed(self.lists) if entry.origin == "own"}
        for own in sorted(firsts.values(), key=lambda entry: int(entry.id[1:])):
            for vendor in vendors:
                if own.id in self.living:
                    day = self.day(0.6)
                    # It is not known on that day that the rows will be deleted.
                    held = own.rows.take((own.rows.day <= day) & (own.rows.gone > day))
                    held = replace(held, gone=np.full(len(held), NEVER, dtype=np.int32))
                else:
                    day, held = (own.created - FIRST_DAY).days + 1 + self.day(0.05), own.rows
                canaries, planted = self.canaries(self.spec.canaries, day)
                planted = with_forms(self.rng, planted, {"plain": 1.0})
                rows = _marked_copy(self.rng, held, planted, np.array(self.home))
                made = Copied(rows, own.layout, ("released",))
                copy = self.add(made, vendor.id, day, parents=(own.id,), hidden=True)
                given, ends = (FIRST_DAY + timedelta(days=after) for after in (day, day + _RELEASE_LASTS))
                name = f"{own.id}-{vendor.id}"
                self.releases.append(SimRelease(name, own.id, vendor.id, given, ends, copy.id, canaries))

    def copies(self) -> None:
        """Lists that are made from others: by vendors who keep their release, and by traders."""
        rng, spec = self.rng, self.spec
        for number in range(spec.copies):
            vendor = number < spec.retainers
            if vendor:  # a kept release, half the time together with another client's
                kept_by = sorted({release.to for release in self.releases})[number % spec.vendors]
                kept = [release.copy for release in self.releases if release.to == kept_by]
                chosen = [kept[int(i)] for i in rng.permutation(len(kept))[: 1 + int(rng.random() < 0.5)]]
                parents = [entry for entry in self.lists if entry.id in chosen]
            else:
                parents = self.parents()
            holder = parents[0].holder if vendor else self.party(("data_trader", "contractor")[number % 2]).id
            last = max((parent.created - FIRST_DAY).days for parent in parents)
            left = max(1, spec.horizon - last)
            waited = 1 + min(int(rng.exponential(spec.wait)), round(left * 0.25))
            day = last + (_RELEASE_LASTS + waited if vendor and spec.horizon > 60 else waited)
            made = self.copy(parents, self.profile(), day)
            hidden = not vendor and rng.random() < spec.hidden
            self.add(made, holder, day, parents=tuple(parent.id for parent in parents), hidden=hidden)

    def parents(self) -> list[SimList]:
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

    # What is in a list.

    def collect(self, profile: Profile, n: int, day: int) -> Copied:
        """A list collected independently: part of a public source, the rest by profile and popularity; with repeats."""
        rng, spec, public = self.rng, self.spec, self.population.public
        weights = profile.weights(self.population)
        persons, moves = np.empty(0, dtype=np.int64), ["collected"]
        if public and spec.public_share > 0:
            source = public[int(rng.integers(len(public)))]
            only = np.zeros_like(weights)
            only[source] = weights[source]
            persons = draw_people(rng, only, round(n * spec.public_share))
            moves.append("scraped from a public source")
        weights[persons] = 0.0
        persons = rng.permutation(np.concatenate([persons, draw_people(rng, weights, n - persons.size)]))
        rows = with_slips(rng, fresh_rows(self.population, persons, day, rng), spec.first_slips, spec.blanks)
        again = rng.choice(len(rows), round(spec.repeats * len(rows)), replace=False)
        places = np.concatenate([np.arange(len(rows)), again + rng.random(again.size) * len(rows)])
        rows = joined_rows([rows, rows.take(again)]).take(np.argsort(places, kind="stable"))
        rows = with_forms(rng, rows, dict(EVERYDAY) if rng.random() < 0.6 else {self.one_of(_UNIFORM_FORMS): 1.0})
        columns = ["phone", *(role for role in ROLES if role != "phone" and rng.random() > 0.15)]
        return Copied(rows, self.laid_out(columns, renumbered=False), tuple(moves))

    def copy(self, parents: list[SimList], profile: Profile, day: int) -> Copied:
        """A copy of one parent, or a merge (or intersection) of several, with all that the market's parameters ask
        for."""
        rng, spec = self.rng, self.spec
        moves: list[str] = []
        if len(parents) > 1 and rng.random() < spec.intersections:
            rows = _visible_rows(parents[0]).take(np.isin(parents[0].rows.number, parents[1].rows.number))
            moves.append("intersected")
        else:
            parts = [self.sub_sampled(_visible_rows(parent), moves) for parent in parents]
            rows = first_of_each(joined_rows(parts)) if len(parts) > 1 else parts[0]
            moves += ["merged"] if len(parts) > 1 else []
        rows = with_slips(rng, rows, spec.slips, spec.blanks)
        wrong = np.flatnonzero(rng.random(len(rows)) < spec.wrong_numbers)
        number = rows.number.copy()
        number[wrong] = self.population.number[self.ghosts(wrong.size)]
        rows = replace(rows, number=number)
        if rng.random() < spec.deduplicated:
            rows = first_of_each(rows)
            moves.append("deduplicated")
        if rng.random() < spec.own_rows[0]:
            n = round(len(rows) * rng.uniform(0.05, spec.own_rows[1]))
            rows = _with_new_rows(rows, self.collect(profile, n, day).rows)
            moves.append("own rows added")
        if spec.padding > 0:
            padding = fresh_rows(self.population, self.ghosts(round(len(rows) * spec.padding)), day, rng)
            rows = joined_rows([rows, padding]).take(rng.permutation(len(rows) + len(padding)))
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
            uniform = with_forms(rng, rows, {self.one_of(_UNIFORM_FORMS): 1.0})
            rows = replace(uniform, form=np.where(rows.readable, uniform.form, rows.form))
        if rng.random() < spec.masked:
            moves.append("a tenth masked")
            rows = replace(rows, form=np.where(rng.random(len(rows)) < 0.1, np.int8(MASKED), rows.form))
        layout = self.kept_layout(parents[0].layout, moves)
        return Copied(rows, layout, tuple(moves))

    def sub_sampled(self, rows: Rows, moves: list[str]) -> Rows:
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

    def kept_layout(self, parent: ListLayout, moves: list[str]) -> ListLayout:
        rng, spec = self.rng, self.spec
        if rng.random() < spec.numbers_only:
            moves.append("numbers only")
            return ListLayout(("phone",), parent.headers)
        kept = [role for role in parent.columns if role == "phone" or rng.random() > spec.dropped]
        if len(kept) < len(parent.columns):
            moves.append("columns dropped")
        if rng.random() < 0.35:
            moves.append("columns renamed")
            return self.laid_out(kept, renumbered=parent.renumbered or rng.random() < 0.5)
        return replace(parent, columns=tuple(kept))

    def laid_out(self, columns: list[str], *, renumbered: bool) -> ListLayout:
        order = tuple(columns[int(i)] for i in self.rng.permutation(len(columns)))
        return ListLayout(order, self.one_of(tuple(sorted(HEADERS))), self.one_of(_DATES), renumbered)


def _with_new_rows(rows: Rows, more: Rows) -> Rows:
    """`more` appended, less the numbers that `rows` has already; repeats inside `rows` stay."""
    return joined_rows([rows, more.take(~np.isin(more.number, rows.number))])


def _marked_copy(rng: np.random.Generator, source: Rows, canaries: Rows, withheld: NDArray[np.int64]) -> Rows:
    """The source less the withheld persons (home canaries), with canaries at random places."""
    kept = source.take(~np.isin(source.person, withheld))
    place = np.concatenate([np.arange(len(kept), dtype=np.float64), rng.random(len(canaries)) * len(kept)])
    return joined_rows([kept, canaries]).take(np.argsort(place, kind="stable"))


def _visible_rows(parent: SimList) -> Rows:
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


def _with_history(rng: np.random.Generator, rows: Rows, layout: ListLayout, horizon: int) -> tuple[Rows, ListLayout]:
    """The rows with days of adding and deleting up to day `horizon`, and a layout that shows them.

    Rows come in bursts and more on some days of the week; a repeated number came and went with its first row."""
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
