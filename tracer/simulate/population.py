"""The people of a synthetic market: numbers, places, kinds of company, and how often each is collected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.names import Texts, addresses, firms, person_names
from tracer.simulate.rows import NEVER, Rows
from tracer.simulate.segments import PLACES, Segments, draw_numbers, make_segments

KINDS = 18
"""Kinds of company that profiles tell apart."""


@dataclass(frozen=True)
class Population:
    """People, then numbers of no person (padding, slips), then controlled identities. One element each."""

    seed: int
    segments: Segments
    number: NDArray[np.int64]
    place: NDArray[np.int64]
    """Index into `PLACES`."""
    kind: NDArray[np.int64]
    """Kind of the person's company, 0 to `KINDS` - 1."""
    popularity: NDArray[np.float64]
    """Relative frequency of being collected; 0 for those who are not people."""
    people: int
    ghosts: int
    """The next so many are numbers of no person; the rest are canaries."""
    public: tuple[NDArray[np.int64], ...]

    @cached_property
    def names(self) -> Texts:
        """One invented name each."""
        return person_names(np.random.default_rng([self.seed, 1]), self.number.size)

    @cached_property
    def firm_names(self) -> Texts:
        """The registered name of everybody's company; its industry follows `kind`."""
        rng = np.random.default_rng([self.seed, 2])
        made = firms(rng, self.number.size, np.array(PLACES)[self.place, 0])
        industries = np.unique(made.industry)
        text = made.region
        for piece in (made.core, industries[self.kind % industries.size], made.form, made.branch):
            text = np.char.add(text, piece)
        return text

    @cached_property
    def addresses(self) -> Texts:
        """One invented address each."""
        places = np.array(PLACES)[self.place]
        return addresses(np.random.default_rng([self.seed, 3]), places[:, 0], places[:, 1])


@dataclass(frozen=True)
class Profile:
    """Whom a party collects: relative weights of places and kinds of company."""

    places: NDArray[np.float64]
    kinds: NDArray[np.float64]

    def weights(self, population: Population) -> NDArray[np.float64]:
        """Relative frequency with which the party collects each of the population."""
        return population.popularity * self.places[population.place] * self.kinds[population.kind]


def make_population(
    seed: int, people: int, ghosts: int, canaries: int, popularity: float, public_sources: int
) -> Population:
    """Draw a population; popularity is log-normal with that sigma. A public source lists a twentieth of the people."""
    rng = np.random.default_rng([seed, 0])
    total = people + ghosts + canaries
    segments = make_segments(rng, max(120, total // 1_000))
    number, segment = draw_numbers(rng, segments, total)
    place_of = {place: index for index, place in enumerate(PLACES)}
    places = np.array(
        [place_of[(str(p), str(c))] for p, c in zip(segments.province, segments.city, strict=True)], dtype=np.int64
    )
    weight = np.exp(rng.normal(0.0, popularity, total))
    weight[people:] = 0.0
    return Population(
        seed=seed,
        segments=segments,
        number=number,
        place=places[segment],
        kind=rng.integers(0, KINDS, total),
        popularity=weight,
        people=people,
        ghosts=ghosts,
        public=tuple(np.sort(rng.choice(people, people // 20, replace=False)) for _ in range(public_sources)),
    )


def make_profile(rng: np.random.Generator, distinct: float) -> Profile:
    """A party's profile: `distinct` of a peaked draw of its own, the rest what everybody has."""
    return Profile(
        places=(1 - distinct) + distinct * len(PLACES) * rng.dirichlet(np.full(len(PLACES), 0.4)),
        kinds=(1 - distinct) + distinct * KINDS * rng.dirichlet(np.full(KINDS, 0.5)),
    )


def draw_people(rng: np.random.Generator, weights: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """`n` distinct indices, each chosen with its relative weight (Efraimidis and Spirakis 2006), in random order."""
    possible = np.flatnonzero(weights > 0)
    keys = rng.exponential(size=possible.size) / weights[possible]
    n = min(n, possible.size)
    chosen = possible[np.argpartition(keys, n - 1)[:n]]
    return rng.permutation(chosen)


def fresh_rows(population: Population, persons: NDArray[np.int64], day: int, rng: np.random.Generator) -> Rows:
    """Rows as they are when first collected, on days up to `day`."""
    n = persons.size
    zero = np.zeros(n, dtype=np.int16)
    return Rows(
        number=population.number[persons],
        person=persons,
        name=zero,
        firm=zero.copy(),
        address=zero.copy(),
        day=(day - rng.integers(0, 60, n)).astype(np.int32),
        inner=rng.integers(1, 10**7) + np.arange(n, dtype=np.int64),
        form=np.zeros(n, dtype=np.int8),
        gone=np.full(n, NEVER, dtype=np.int32),
    )
