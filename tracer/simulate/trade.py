"""Drawing a market: who collects, who releases to whom, who copies from whom and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tracer.simulate.histories import on_day, with_history
from tracer.simulate.market import Market, MarketSpec, SimClaim, SimList, SimParty, SimRelease
from tracer.simulate.moves import Copied, Ghosts, collected, copied, first_of_each_kept, marked_copy
from tracer.simulate.names import house_name
from tracer.simulate.population import (
    Population,
    Profile,
    draw_people,
    fresh_rows,
    make_population,
    make_profile,
)
from tracer.simulate.rows import with_forms, with_slips
from tracer.simulate.segments import PLACES
from tracer.simulate.text import FIRST_DAY, ListLayout
from tracer.simulate.truth import ancestors_of, find_truth

RELEASE_LASTS = 120
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
        self.marked = spec.clients * (spec.vendors * spec.canaries + spec.home_canaries)
        self.population: Population = make_population(
            spec.seed, spec.people, ghosts, self.marked, spec.popularity, spec.public_sources
        )
        self.ghosts = Ghosts(self.population)
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
            spec=self.spec, population=self.population, lists=lists, parties=tuple(self.parties),
            releases=tuple(self.releases), claims=tuple(self.claims), home_canaries=tuple(self.home),
            truth=find_truth(lists, self.releases, self.claims),
        )  # fmt: skip

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
        told = self.spec.dates == "both" and (origin == "own" or self.rng.random() < self.spec.created_known)
        late = int(self.rng.exponential(self.spec.delay if self.spec.horizon > 60 else self.spec.horizon / 8))
        entry = SimList(
            id=f"d{len(self.lists) + 1}", holder=holder, created=FIRST_DAY + timedelta(days=day),
            obtained=None if self.spec.dates == "none" else FIRST_DAY + timedelta(days=day + late),
            created_told=told, origin=origin, hidden=hidden, parents=parents, moves=made.moves,
            rows=made.rows, layout=made.layout,
        )  # fmt: skip
        self.lists.append(entry)
        return entry

    def _day(self, share: float) -> int:
        return int(self.rng.integers(0, max(1, round(self.spec.horizon * share))))

    def _size(self) -> int:
        low, high = self.spec.rows
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))))

    def _profile(self) -> Profile:
        return make_profile(self.rng, self.spec.profile)

    def _take_canaries(self, n: int) -> tuple[int, ...]:
        self.next_canary += n
        return tuple(range(self.next_canary - n, self.next_canary))

    def _own_lists(self) -> None:
        for _ in range(self.spec.clients):
            party, day, profile = self._party("client"), self._day(0.3), self._profile()
            made = collected(self.rng, self.spec, self.population, profile, self._size(), day)
            home = self._take_canaries(self.spec.home_canaries)
            self.home += home
            rows = marked_copy(
                self.rng, made.rows, fresh_rows(self.population, np.array(home), day, self.rng), np.empty(0, np.int64)
            )
            keeps_history = self.histories.random() < self.spec.history
            layout = made.layout
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
        fresh = with_slips(
            self.rng, fresh_rows(self.population, persons, later, self.rng), self.spec.first_slips, self.spec.blanks
        )
        fresh = replace(fresh, inner=own.rows.inner.max() + 1 + np.arange(len(fresh)))
        shares = np.bincount(own.rows.form, minlength=32)
        fresh = replace(fresh, form=self.rng.choice(32, len(fresh), p=shares / shares.sum()).astype(np.int8))
        made = Copied(first_of_each_kept(kept, fresh), own.layout, ("a later version",))
        self._add(made, own.holder, later, parents=(own.id,), origin="own")

    def _collected_lists(self) -> None:
        for number in range(self.spec.collectors):
            party = self._party("data_platform" if number % 2 == 0 else "data_trader")
            day = self._day(0.4)
            made = collected(self.rng, self.spec, self.population, self._profile(), self._size(), day)
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
                canaries = self._take_canaries(self.spec.canaries)
                planted = fresh_rows(self.population, np.array(canaries), day, self.rng)
                planted = with_forms(self.rng, planted, {"plain": 1.0})
                rows = marked_copy(self.rng, given_rows, planted, np.array(self.home))
                made = Copied(rows, own.layout, ("released",))
                copy = self._add(made, vendor.id, day, parents=(own.id,), hidden=True)
                given = FIRST_DAY + timedelta(days=day)
                self.releases.append(
                    SimRelease(
                        id=f"{own.id}-{vendor.id}", dataset=own.id, to=vendor.id, date=given,
                        ends=given + timedelta(days=RELEASE_LASTS), copy=copy.id, canaries=canaries,
                    )
                )  # fmt: skip

    def _copies(self) -> None:
        for number in range(self.spec.copies):
            vendor = number < self.spec.retainers
            parents = self._retained_parents(number) if vendor else self._parents()
            holder = parents[0].holder if vendor else self._party(("data_trader", "contractor")[number % 2]).id
            last = max((parent.created - FIRST_DAY).days for parent in parents)
            left = max(1, self.spec.horizon - last)
            waited = 1 + min(int(self.rng.exponential(self.spec.wait)), round(left * 0.25))
            day = last + (RELEASE_LASTS + waited if vendor and self.spec.horizon > 60 else waited)
            made = copied(self.rng, self.spec, self.population, self.ghosts, parents, self._profile(), day)
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
