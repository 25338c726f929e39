"""Towns in which a family name is met: a persona with the name is of one of these, as far as its number allows."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from itertools import accumulate

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.free_columns import FreeColumns
from tracer.marking.persona.models import Identity
from tracer.marking.persona.name_parts import NameParts
from tracer.marking.persona.source_list import Sample

_TRIES = 40
_FINE = 1 << 30
_UNSEEN = 3.0
"""Rows that a family name is taken to have in addition, of towns as the list has them: rare ones are met anywhere."""


class FamilyTowns:
    """The towns of one list's family names."""

    def __init__(self, sample: Sample, columns: FreeColumns, parts: NameParts, draw: KeyedDraw) -> None:
        self.sample, self.columns, self.parts, self.draw = sample, columns, parts, draw
        self.order = sorted(sample.rows)
        self._towns: dict[int, dict[tuple[str | None, ...], list[int]]] = {}
        self._families: dict[str | None, list[int]] | None = None
        self._of_given: dict[int, dict[tuple[bool, ...], list[int]]] = {}
        self._weights: dict[tuple[int, int], tuple[list[list[int]], list[float]]] = {}

    def of_its_town(self, rows: list[int], identity: Identity) -> list[int]:
        """Those of the rows that are of a town in which the identity's family name is met, where such names are of
        places; of each town as often as there are, and as the name is met there. None of them has the name itself."""
        family = self._family_rows(identity)
        if not family:
            return rows
        # Where no town is given, none says anything of the name: that is as often as among the rows.
        given = self._given(self.draw.choice(rows))
        family = self._by_given(family).get(given, family)
        rows = self._by_given(rows)[given]
        towns, weights = self._weighed(rows, family)
        name = self.sample.rows[family[0]][self.parts.family[0]]
        for _ in range(_TRIES):
            near = towns[bisect(weights, self.draw.below(_FINE) / _FINE * weights[-1])]
            able = [row for row in near if self.sample.rows[row][self.parts.family[0]] != name]
            if able:
                return able
        return rows

    def _weighed(self, rows: list[int], family: list[int]) -> tuple[list[list[int]], list[float]]:
        """The rows of each town, and how likely the name's row is to be of it or one before: as many as there are,
        times how much oftener the name is met there than elsewhere. Both lists live as long as the maker."""
        key = id(rows), id(family)
        if key not in self._weights:
            towns, total = self._towns_of(rows), len(self.order)
            of_name = Counter(map(self._town, family))
            each = []
            for town, near in towns.items():
                held = len(self._towns_of(self.order)[town]) / total
                each.append(len(near) * (of_name[town] + _UNSEEN * held) / held)
            self._weights[key] = list(towns.values()), list(accumulate(each))
        return self._weights[key]

    def _by_given(self, rows: list[int]) -> dict[tuple[bool, ...], list[int]]:
        """Rows by which of what family names go with they have. `rows` lives as long as the maker."""
        if id(rows) not in self._of_given:
            found = self._of_given[id(rows)] = defaultdict(list)
            for row in rows:
                found[self._given(row)].append(row)
        return self._of_given[id(rows)]

    def _given(self, row: int) -> tuple[bool, ...]:
        """Which of what family names go with a row has."""
        return tuple(cell is not None for cell in self._town(row))

    def _town(self, row: int) -> tuple[str | None, ...]:
        """What family names go with, of a row."""
        columns = self.columns.with_family.get(self.parts.family[0], ())
        return tuple(self.sample.rows[row][j] for j in columns)

    def _towns_of(self, rows: list[int]) -> dict[tuple[str | None, ...], list[int]]:
        """Rows by town. `rows` is one of a few lists that live as long as the maker."""
        if id(rows) not in self._towns:
            found = self._towns[id(rows)] = defaultdict(list)
            for row in rows:
                found[self._town(row)].append(row)
        return self._towns[id(rows)]

    def _family_rows(self, identity: Identity) -> list[int]:
        """The rows with the family name that an identity brings with it, where such names are of places."""
        mail = next((each.email_raw for each in (identity, *identity.lent) if each.email_raw), None)
        family = self.parts.family_of(identity.name, mail)
        if family is None or not any(self.columns.with_family.values()):
            return []
        if self._families is None:
            self._families = defaultdict(list)
            for row in self.order:
                self._families[self.sample.rows[row][self.parts.family[0]]].append(row)
        return self._families.get(family, [])
