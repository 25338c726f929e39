"""Names in columns of their own for given and family name, and whole names that are put together from these.

Each part is drawn as often as the list has it, from another row, or newly made of two; no two parts are together that
the list has together. A whole name is written as the list writes it: `Given Family`, `Family, Given`, in capitals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from tracer.identify.person import whole_name
from tracer.lists.read.languages import plain, spelt_out
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.occurrences import Halves, Occurrences
from tracer.marking.persona.source_list import RowsOfList, Sample, SourceList
from tracer.marking.persona.texts import split_name

# Names that people of a list's language have and the list has not, for personas whose name is to be a new one. Halves
# of two Latin names make no name (`Rernd`), which a reader sees at once. Tables of real names by language are Faker's
# (MIT).

_LIKE = 0.3
"""Share of a list's names that a table must have for its language to be the list's. A guess: a table of 500 surnames
has two in three of an English list's; a wrong language's has one in twenty."""
_FURTHER = ("en_US", "en_GB")
_APART = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts in which characters of two names make a third."""
_LOOKED_AT = 200
_PARTS = {"given_name": "first_names", "family_name": "last_names", "middle_name": "first_names"}


def made_of_halves(texts: Sequence[str]) -> bool:
    """Whether new names may be made of the halves of two: in scripts whose characters mean something by themselves."""
    looked_at = texts[:_LOOKED_AT]
    return sum(_APART.search(text) is not None for text in looked_at) * 2 > len(looked_at)


def fresh_names(texts: Sequence[str], piece: str, region: str) -> list[str]:
    """Names like `texts` (one a row) that are not among them, in the list's case; empty where its language is unknown.

    piece: `given_name`, `middle_name` or `family_name`; region: the list's country.
    """
    counts = Counter(text.casefold() for text in texts)
    best, covered = list[str](), _LIKE * counts.total()
    for locale in _locales(region):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names = [str(name) for name in getattr(provider, _PARTS[piece], ())]
        known = sum(counts[name.casefold()] for name in {*names})
        if known >= covered and known:
            best, covered = names, known
    write = _case_of(texts)
    return sorted({write(name) for name in best if name.casefold() not in counts and "{" not in name})


def _locales(region: str) -> list[str]:
    """Faker's languages of a country, and English."""
    path = import_module("faker.providers.person").__path__
    own = [module.name for module in iter_modules(path) if module.name.endswith(f"_{region}")]
    return [*own, *(name for name in _FURTHER if name not in own)]


def _case_of(texts: Sequence[str]) -> Callable[[str], str]:
    """How the list writes: in capitals, in small letters, or as the name is."""
    for write in (str.upper, str.lower):
        if sum(text == write(text) for text in texts) * 2 > len(texts):
            return write
    return str


_TRIES = 40
_NEARLY_ALL = 0.8
"""Share of the rows with all parts whose whole name is written in one way."""
_FOLLOW = 0.3
"""Share of the addresses with the family name in them above which a persona is called as its address is."""
_LEAST = 4
"""Letters of a family name that is looked for in an address."""
_SPOKEN = re.compile(r"([a-z]{2,})[._-]([a-z]{2,})[0-9]{0,4}@")
_FORMS: Mapping[str, Callable[[str, str], str]] = {
    "given family": lambda given, family: f"{given} {family}",
    "family given": lambda given, family: f"{family} {given}",
    "family, given": lambda given, family: f"{family}, {given}",
    "FAMILY given": lambda given, family: f"{family.upper()} {given}",
    "FAMILY, given": lambda given, family: f"{family.upper()}, {given}",
    "GIVEN FAMILY": lambda given, family: f"{given} {family}".upper(),
    "familygiven": lambda given, family: family + given,
}


@dataclass(frozen=True)
class Like:
    """What a persona's family name goes with."""

    family: str | None = None
    """The name itself, of its neighbour in a list that is sorted by names."""
    cells: Mapping[int, str | None] = field(default_factory=dict)
    """Column -> cell in which the row that it comes from agrees: a town, where names are of towns."""


class NameParts:
    """The columns of one list that hold parts of names, and those that hold wholes made of them."""

    def __init__(self, source: SourceList, sample: Sample, draw: KeyedDraw, rows: RowsOfList) -> None:
        self.sample, self.draw, self.rows = sample, draw, rows
        self.given, self.family = source.holding("given_name"), source.holding("family_name")
        self.middle = source.holding("middle_name")
        self._order = sorted(sample.rows)
        self._texts = {
            i: [cell for row in self._order if (cell := sample.rows[row][i]) is not None]
            for i in (*self.given, *self.family, *self.middle)
        }
        self._known: dict[int, dict[str, str]] = {}
        pieces = source.pieces[source.main.part]
        self._halves = {
            i: Halves(texts, None if made_of_halves(texts) else fresh_names(texts, str(pieces[i]), source.region))
            for i, texts in self._texts.items()
            if texts
        }
        whole = [i for i in source.places("name") if i not in self._texts]
        self._wholes = {i: form for i in whole if (form := self._form(i)) is not None}
        self.positions = frozenset((*self._texts, *self._wholes)) if self.given and self.family else frozenset[int]()
        """Columns that are filled here; none where a list has not both parts."""
        self._follow = self._follows(source.places("email"))
        both = (
            (sample.rows[row][self.given[0]], sample.rows[row][self.family[0]])
            for row in (self._order if self.positions else ())
        )
        self._pairs = Occurrences(f"{given}\x1f{family}" for given, family in both if given and family)

    def made(
        self, model: Sequence[str | None], like: Like, name: str | None, mail: str | None
    ) -> dict[int, str | None]:
        """Position -> text. `model`: cells of the row that is followed; `like`: what its family name goes with;
        `name`, `mail`: its own, where it has some."""
        if not self.positions:
            return {}
        spoken = None if mail is None or not self._follow else _SPOKEN.match(mail.lower())
        if name:
            family, given = self._own(name)
        elif spoken is not None:
            given, family = self._written(self.given[0], spoken[1]), self._written(self.family[0], spoken[2])
        else:
            given, family = self._parts(like)
        made: dict[int, str | None] = {}
        for columns, text in ((self.given, given), (self.family, family)):
            made |= {i: text if model[i] is not None else None for i in columns}
        made |= {i: None if model[i] is None else self._halves[i].drawn(self.draw) for i in self.middle}
        made |= {
            i: None if model[i] is None else _FORMS[form](given, family).strip() for i, form in self._wholes.items()
        }
        return made

    def family_of(self, name: str | None, mail: str | None) -> str | None:
        """The family name that an identity brings with it, by its name or its address."""
        if not self.positions:
            return None
        spoken = None if mail is None or not self._follow else _SPOKEN.match(mail.lower())
        if name:
            return self._own(name)[0]
        return None if spoken is None else self._written(self.family[0], spoken[2])

    def _parts(self, like: Like) -> tuple[str, str]:
        """A given and a family name: together as often as rows have the like, and otherwise as no row has them."""
        first, last = self.given[0], self.family[0]
        given = family = ""
        new = self._pairs.new_due(self.draw)
        for _ in range(_TRIES):
            donor = self._donor(like)
            family = like.family or donor[last] or ""
            if not like.family and not like.cells and last in self._halves:
                family = self._halves[last].drawn(self.draw)
            given = (
                (self._halves[first].drawn(self.draw) if first in self._halves else "") if new else donor[first] or ""
            )
            held = self.rows.holds((first, last), (given, family))
            if new != held and (new or self._pairs.accepts(f"{given}\x1f{family}", self.draw)):
                break
        return given, family

    def _donor(self, like: Like) -> Sequence[str | None]:
        """A row that agrees in what family names go with."""
        cells: Sequence[str | None] = self.sample.rows[self._order[0]]
        for _ in range(_TRIES):
            cells = self.sample.rows[self.draw.choice(self._order)]
            if all(cells[j] == cell for j, cell in like.cells.items()):
                break
        return cells

    def _own(self, name: str) -> tuple[str, str]:
        """Family and given name of a name that came with the identity."""
        if whole_name("x", name).startswith(name) and " " not in name.strip():
            family, given = split_name(name)
            return family, given
        given, _, family = name.strip().rpartition(" ")
        return family, given

    def _written(self, i: int, part: str) -> str:
        """A name of an address as the column has it (`mueller`: Müller), or as it writes such: in capitals, say."""
        if i not in self._known:
            self._known[i] = {}
            for text in self._texts[i]:
                for form in (plain(text), plain(spelt_out(text))):
                    self._known[i].setdefault(form, text)
        return self._known[i].get(plain(part)) or self._cased(i, part)

    def _cased(self, i: int, part: str) -> str:
        texts = self._texts[i]
        for write in (str.title, str.upper, str.lower):
            if sum(text == write(text) for text in texts) > len(texts) // 2:
                return write(part)
        return part.title()

    def _form(self, i: int) -> str | None:
        """How a column writes whole names; None where it is not a name made of the parts."""
        if not self.given or not self.family:
            return None
        rows = [self.sample.rows[row] for row in self._order]
        told = [
            (str(row[i]), str(row[self.given[0]]), str(row[self.family[0]]))
            for row in rows
            if row[i] and row[self.given[0]] and row[self.family[0]]
        ]
        counts = {
            key: sum(write(given, family) == cell for cell, given, family in told) for key, write in _FORMS.items()
        }
        best = max(counts, key=lambda key: counts[key])
        return best if told and counts[best] >= _NEARLY_ALL * len(told) else None

    def _follows(self, mails: Sequence[int]) -> bool:
        """Whether the list's addresses are made of their people's names."""
        if not self.positions:
            return False
        rows = [self.sample.rows[row] for row in self._order]
        told = [
            str(row[self.family[0]]).lower() in str(row[i]).partition("@")[0].lower()
            for i in mails
            for row in rows
            if row[i] and len(str(row[self.family[0]] or "")) >= _LEAST
        ]
        return bool(told) and sum(told) > _FOLLOW * len(told)
