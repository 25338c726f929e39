"""The people of a synthetic market; the rows of a list as parallel arrays of integers, the elementary changes to them,
and how they look as text."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.simulate.names import Texts, addresses, firms, person_names
from tracer.simulate.segments import FORMS, PLACES, Segments, draw_numbers, in_forms, make_segments

KINDS = 18
"""Kinds of company that profiles tell apart."""


@dataclass(frozen=True)
class Population:
    """People, then numbers of no person (padding, slips), then controlled identities. One element each."""

    seed: int
    segments: Segments
    number: NDArray[np.int64]
    place: NDArray[np.int64]
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
        return firms(rng, self.number.size, np.array(PLACES)[self.place, 0], self.kind)

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
    places = [PLACES.index((str(p), str(c))) for p, c in zip(segments.province, segments.city, strict=True)]
    weight = np.exp(rng.normal(0.0, popularity, total))
    weight[people:] = 0.0
    place, kind = np.array(places, dtype=np.int64)[segment], rng.integers(0, KINDS, total)
    public = tuple(np.sort(rng.choice(people, people // 20, replace=False)) for _ in range(public_sources))
    return Population(seed, segments, number, place, kind, weight, people, ghosts, public)


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


FORM_NAMES = tuple(FORMS)
MASKED = FORM_NAMES.index("masked")
LOSSY = FORM_NAMES.index("lossy")
CELLS = ("name", "firm", "address")
"""Text cells that can be mistyped or lost."""
BLANK = -1
"""Variant of a cell that is empty; also the `inner` of a row whose id is lost."""
NO_DAY = -(10**6)
"""`day` of a row whose date is lost."""
NEVER = 10**6
"""`gone` of a row that its list still holds."""


@dataclass(frozen=True)
class Rows:
    """All arrays have one element a row."""

    number: NDArray[np.int64]
    person: NDArray[np.int64]
    """Index into the population; the number is usually, not always, this person's."""
    name: NDArray[np.int16]
    """Variant of the cell: 0 as it is, 1… mistyped in that way, -1 empty."""
    firm: NDArray[np.int16]
    address: NDArray[np.int16]
    day: NDArray[np.int32]
    inner: NDArray[np.int64]
    """The number that the first list gave the row in an id column."""
    form: NDArray[np.int8]
    gone: NDArray[np.int32]
    """Day on which a client that keeps a row history deleted the row; `NEVER` where it did not."""

    def __len__(self) -> int:
        return int(self.number.size)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Rows whose number can be read back."""
        readable: NDArray[np.bool_] = (self.form != MASKED) & (self.form != LOSSY)
        return readable

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Rows:
        """The rows at `index`, in that order."""
        return Rows(*(getattr(self, entry.name)[index] for entry in fields(self)))


def fresh_rows(population: Population, persons: NDArray[np.int64], day: int, rng: np.random.Generator) -> Rows:
    """Rows as they are when first collected, on days up to `day`."""
    n = persons.size
    name, firm, address = (np.zeros(n, dtype=np.int16) for _ in CELLS)
    days = (day - rng.integers(0, 60, n)).astype(np.int32)
    inner = rng.integers(1, 10**7) + np.arange(n, dtype=np.int64)
    form, gone = np.zeros(n, dtype=np.int8), np.full(n, NEVER, dtype=np.int32)
    return Rows(population.number[persons], persons, name, firm, address, days, inner, form, gone)


def joined_rows(pieces: list[Rows]) -> Rows:
    """The rows of all pieces, one after the other."""
    return Rows(*(np.concatenate([getattr(p, entry.name) for p in pieces]) for entry in fields(Rows)))


def first_of_each(rows: Rows) -> Rows:
    """Without later rows of a number that is in an earlier one."""
    _, first = np.unique(rows.number, return_index=True)
    return rows.take(np.sort(first))


def with_slips(rng: np.random.Generator, rows: Rows, slips: float, blanks: float) -> Rows:
    """Each cell mistyped with probability `slips`, in one of 30 ways, or lost with probability `blanks`."""
    for cell in CELLS:
        value = getattr(rows, cell).copy()
        hit = (rng.random(len(rows)) < slips) & (value != BLANK)
        # A second slip in one cell gives a text of its own again.
        value[hit] = (value[hit].astype(np.int64) * 31 + rng.integers(1, 31, int(hit.sum()))) % 30_000
        value[rng.random(len(rows)) < blanks] = BLANK
        rows = with_cell(rows, cell, value)
    return rows


def with_cell(rows: Rows, cell: str, value: NDArray[np.int16]) -> Rows:
    """The rows with other variants of one of the text cells."""
    changed: dict[str, NDArray[np.int16]] = {cell: value}
    return replace(rows, **changed)  # type: ignore[arg-type]  # a name of `CELLS`


def with_forms(rng: np.random.Generator, rows: Rows, shares: dict[str, float]) -> Rows:
    """The numbers written again, in forms drawn by `shares`."""
    weights = np.array([shares.get(form, 0.0) for form in FORM_NAMES])
    drawn = rng.choice(len(FORM_NAMES), len(rows), p=weights / weights.sum())
    return replace(rows, form=drawn.astype(np.int8))


# Rows as text: which columns under which headers, and how a slip of the pen looks.

FIRST_DAY = date(2025, 1, 1)
"""Day 0 of every market."""
ROLES = ("id", "name", "phone", "organisation", "address", "date")
"""Columns that a list can have."""
HISTORY = ("created", "deleted")
"""Columns of a client's list that tell when its rows came and went, in the place of `date`."""
_HEADERS = {
    "zh": "编号 姓名 手机号 公司 地址 日期 创建日期 注销日期",
    "alt": "序号 联系人 联系电话 企业名称 详细地址 登记日期 创建日期 注销日期",
    "en": "id name mobile company address date created deleted",
}
HEADERS = {key: dict(zip((*ROLES, *HISTORY), row.split(), strict=True)) for key, row in _HEADERS.items()}
"""Header set → role → header."""
_SLIP_CHARACTERS = np.array(list("甫抚仑苍茜晖昕杞棣楷渤湛潇瀚煊琰瑄瑾璟笛筱绮翊臻茗萱蓓馨骁麒"))


@dataclass(frozen=True)
class ListLayout:
    """How a list is laid out."""

    columns: tuple[str, ...]
    headers: str
    dates: str = "%Y-%m-%d"
    renumbered: bool = False
    """The id column counts this list's rows from 1; the first list's numbers are lost."""


def as_table(rows: Rows, population: Population, layout: ListLayout) -> pa.Table:
    """Text columns under the layout's headers, in the rows' order; empty cells are empty strings."""
    made = {role: _column(role, rows, population, layout) for role in layout.columns}
    return pa.table(
        {HEADERS[layout.headers][role]: pa.array(texts.tolist(), type=pa.string()) for role, texts in made.items()}
    )


def _column(role: str, rows: Rows, population: Population, layout: ListLayout) -> Texts:
    if role == "phone":
        return in_forms(rows.number, rows.form)
    if role == "id":
        if layout.renumbered:
            return np.arange(1, len(rows) + 1).astype("<U12")
        return np.where(rows.inner == BLANK, "", rows.inner.astype("<U12"))
    if role in ("date", *HISTORY):
        days, where = np.unique(rows.gone if role == "deleted" else rows.day, return_inverse=True)
        texts = [
            "" if day in (NO_DAY, NEVER) else f"{FIRST_DAY + timedelta(days=day):{layout.dates}}"
            for day in days.tolist()
        ]
        return np.array(texts or [""])[where]
    base, variant = {
        "name": (population.names, rows.name),
        "organisation": (population.firm_names, rows.firm),
        "address": (population.addresses, rows.address),
    }[role]
    # Variant 0 as it is, -1 empty, any other with one character more where the slip was.
    plain = base[rows.person]
    result = np.where(variant == BLANK, "", plain)
    wrong = np.flatnonzero(variant > 0)
    if wrong.size:
        again, first = np.divmod(variant[wrong].astype(np.int64), _SLIP_CHARACTERS.size)
        more = np.where(again > 0, _SLIP_CHARACTERS[again % _SLIP_CHARACTERS.size], "")
        cut = np.array([text[:-1] for text in plain[wrong].tolist()])
        slipped = np.char.add(cut, np.char.add(_SLIP_CHARACTERS[first], more))
        result = result.astype(np.result_type(result.dtype, slipped.dtype))
        result[wrong] = slipped
    return result
