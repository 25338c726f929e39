"""Made-up people in households, and lists of them by two collectors who write them down each in their own way.

Surname, address and place are a household's, so that different people agree in what no independent draw would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.persons.fields import Field, FieldKind
from tracer.simulate.names import Texts, addresses, person_names
from tracer.simulate.segments import PLACES

_KINDS = {"name": FieldKind.NAME, "address": FieldKind.TEXT, "born": FieldKind.DATE, "sex": FieldKind.CATEGORY}
FIELDS = tuple(Field(name, kind) for name, kind in (*_KINDS.items(), ("city", FieldKind.TEXT)))


@dataclass(frozen=True)
class Setting:
    """A population and two lists of it."""

    people: int = 8_000
    a: int = 2_000
    b: int = 2_500
    both: int | None = None
    """People in both lists; None: each list is drawn for itself."""
    slips: float = 0.08
    missing: float = 0.1
    """Share of values that are empty, in both lists."""
    fields: tuple[str, ...] = ("name", "address", "born", "sex", "city")


@dataclass(frozen=True)
class TwoLists:
    """Two lists with the person behind each row."""

    a: pa.Table
    b: pa.Table
    of_a: NDArray[np.int64]
    of_b: NDArray[np.int64]
    fields: tuple[Field, ...]

    @property
    def both(self) -> int:
        """People who are in both."""
        return int(np.intersect1d(self.of_a, self.of_b).size)


def two_lists(seed: int, setting: Setting) -> TwoLists:
    """Draw a population and two lists; the same seed, the same lists."""
    rng = np.random.default_rng([seed, 77])
    columns = _population(rng, setting.people)
    order = rng.permutation(setting.people)
    of_a = order[: setting.a]
    if setting.both is None:
        of_b = rng.permutation(setting.people)[: setting.b]
    else:
        of_b = np.concatenate([of_a[: setting.both], order[setting.a : setting.a + setting.b - setting.both]])
    of_b = rng.permutation(of_b)

    def thinned(texts: Texts) -> Texts:
        return np.where(rng.random(texts.size) < setting.missing, "", texts)

    a = {name: thinned(columns[name][of_a]) for name in setting.fields}
    b = {name: thinned(_slipped(rng, columns[name][of_b], setting.slips)) for name in setting.fields}
    if "address" in b:  # half of the second list's leave province and city away
        cut = rng.random(of_b.size) < 0.5
        b["address"] = np.where(cut, np.array([text[4:] for text in b["address"].tolist()]), b["address"])
    fields = tuple(field for field in FIELDS if field.name in setting.fields)
    return TwoLists(pa.table(a), pa.table(b), of_a, of_b, fields)


def _population(rng: np.random.Generator, people: int) -> dict[str, Texts]:
    """Households of one to four; children have the first one's surname, half of the spouses have not."""
    size = rng.choice([1, 2, 3, 4], people, p=[0.3, 0.3, 0.25, 0.15])
    home = np.repeat(np.arange(people), size)[:people]
    own = person_names(rng, people)
    first = np.array([name[:1] for name in own[np.searchsorted(home, home)].tolist()])
    given = np.array([name[1:] for name in own.tolist()])
    as_first = rng.random(people) < 0.75
    names = np.where(as_first, np.char.add(first, given), own)
    places = np.array(PLACES)[np.minimum(rng.geometric(0.15, people) - 1, len(PLACES) - 1)]
    homes = addresses(rng, places[:, 0], places[:, 1])
    year, month, day = rng.integers(1950, 2008, people), rng.integers(1, 13, people), rng.integers(1, 29, people)
    born = np.array([f"{y}-{m:02}-{d:02}" for y, m, d in zip(year, month, day, strict=True)])
    sex = rng.choice(np.array(["男", "女"]), people)
    return {"name": names, "address": homes[home], "born": born, "sex": sex, "city": places[home, 1]}


def _slipped(rng: np.random.Generator, texts: Texts, share: float) -> Texts:
    """One character of some of them becomes another character of the same column."""
    letters = np.array(sorted(set("".join(texts.tolist()))))
    found = texts.tolist()
    for at in np.flatnonzero(rng.random(texts.size) < share).tolist():
        place = int(rng.integers(0, len(found[at])))
        letter = str(int(rng.integers(0, 10))) if found[at][place].isdigit() else str(rng.choice(letters))
        found[at] = found[at][:place] + letter + found[at][place + 1 :]
    return np.array(found)
