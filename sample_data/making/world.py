"""The invented population of the sample case: everybody who can stand in one of its lists."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.names import Texts, addresses, emails, firms, person_names
from tracer.simulate.segments import Segments, draw_numbers, written_numbers

SEED = 20260701
POPULATION = 300_000


def stream(purpose: str) -> np.random.Generator:
    """A generator of its own for each purpose, so that a change to one list leaves the others as they are."""
    return np.random.default_rng([SEED, zlib.crc32(purpose.encode())])


@dataclass(frozen=True)
class People:
    """Rows of a list or of the population; all arrays have one element a row."""

    phone: NDArray[np.int64]
    """Eleven digits."""
    raw: Texts
    """The number as this list writes it."""
    name: Texts
    organisation: Texts
    """Empty for consumers."""
    address: Texts
    email: Texts
    """Empty for most."""
    province: Texts
    city: Texts
    since: NDArray[np.datetime64]
    """When the row came into being in the list it was first collected for."""
    until: NDArray[np.datetime64]
    """When it was deleted there; NaT where it was not."""

    def __len__(self) -> int:
        return int(self.phone.size)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> People:
        """The rows with these positions, or where the mask is true, in that order."""
        return People(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def rewritten(self, purpose: str, shares: dict[str, float]) -> People:
        """The same rows, their numbers written anew in the forms of `shares` (see tracer.simulate.segments)."""
        return replace(self, raw=written_numbers(stream(purpose + "/forms"), self.phone, shares))


def joined(*pieces: People) -> People:
    """All rows of the pieces, one after the other."""
    return People(**{f.name: np.concatenate([getattr(piece, f.name) for piece in pieces]) for f in fields(People)})


def sampled(people: People, purpose: str, share: float, *, shuffled: bool = False) -> People:
    """A random `share` of the rows; in their order unless `shuffled`."""
    rows = stream(purpose + "/sample").permutation(len(people))[: round(share * len(people))]
    return people.take(rows if shuffled else np.sort(rows))


def mixed_in(people: People, guests: People, purpose: str) -> People:
    """`guests` at random positions between the rows of `people`, whose order stays."""
    places = stream(purpose + "/mixed").random(len(guests)) * len(people)
    order = np.argsort(np.concatenate([np.arange(len(people), dtype=float), places]), kind="stable")
    return joined(people, guests).take(order)


def make_people(purpose: str, segments: Segments, n: int, business: NDArray[np.bool_] | None = None) -> People:
    """`n` invented people with distinct numbers; those marked in `business` belong to a firm of their province."""
    rng = stream(purpose)
    phone, where = draw_numbers(rng, segments, n)
    province, city = segments.province[where], segments.city[where]
    at_work = np.zeros(n, dtype=bool) if business is None else business
    start = np.datetime64("2023-01-01", "D")
    return People(
        phone=phone,
        raw=phone.astype(str),
        name=person_names(rng, n),
        organisation=np.where(at_work, firms(rng, n, province), ""),
        address=addresses(rng, province, city),
        email=np.where(rng.random(n) < 0.2, emails(rng, n), ""),
        province=province,
        city=city,
        since=start + rng.integers(0, 1186, n).astype("timedelta64[D]"),  # up to 2026-03-31
        until=np.full(n, np.datetime64("NaT", "D")),
    )


def collected(world: People, purpose: str, n: int, provinces: dict[str, float], *, business: bool) -> People:
    """`n` people of the population in the shares of `provinces` ("*" stands for all others), well-known ones first.

    Being well known is a property of the person: it makes independent lists overlap a little, as real ones do.
    """
    fame = stream("fame").lognormal(0.0, 0.5, len(world))
    other = provinces.get("*", 0.0)
    regional = np.full(len(world), other)
    for province, share in provinces.items():
        regional[world.province == province] = share
    weight = fame * regional * ((world.organisation != "") == business)
    rows = stream(purpose).choice(len(world), n, replace=False, p=weight / weight.sum())
    return world.take(rows)
