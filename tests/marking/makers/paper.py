"""What the makers share: places with postcodes and streets, names with their age, slips of the pen, files.

Every number lies in a segment that no operator has (`tests/bench/zoo/makers/markets.toml`, `UNALLOCATED`), every mail
address at a reserved domain; people, streets and most places are invented. What they draw from is in `words.toml`.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar

T = TypeVar("T")
ASCII = str.maketrans("áàâãäåçéèêëíîïñóôõöúûüÉÍÁÓÚÇß", "aaaaaaceeeeiiinoooouuuEIAOUCs")
TODAY = date(2026, 3, 31)
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Made:
    """A list on disk, the canaries that its owner would give, and what a stranger can know of its places."""

    list: Path
    canaries: Path
    region: str
    encoding: str = ""  # Empty for a workbook.
    delimiter: str = ","
    address: tuple[str, ...] = ()
    """Headings of place and street, or of postcode and town where the list has no streets."""
    book: frozenset[tuple[str, str]] = frozenset()
    """Which streets a place has, or which town a postcode, those without a row in the list too."""


@dataclass(frozen=True)
class Place:
    """A town."""

    town: str
    region: str
    area: str  # Beginning of its numbers.
    postcodes: tuple[str, ...]
    streets: tuple[tuple[str, str], ...]  # (postcode, street), the busiest first.


def book(found: Sequence[Place], *, by_town: bool = False) -> frozenset[tuple[str, str]]:
    """The streets of each postcode, or of each town."""
    return frozenset((one.town if by_town else code, street) for one in found for code, street in one.streets)


def towns_by_code(found: Sequence[Place]) -> frozenset[tuple[str, str]]:
    return frozenset((code, one.town) for one in found for code in one.postcodes)


class Pen(Random):
    """Draws what a list is made of; numbers and mail addresses each once."""

    def __init__(self, name: str, seed: int) -> None:
        super().__init__(f"{name}/{seed}")
        self.words: dict[str, Any] = WORDS[name]
        self.used = set[str]()
        self.usual: dict[tuple[str, int], tuple[list[str], list[float]]] = {}

    def few(self, items: Sequence[T], power: float = 2.0) -> T:
        """The first ones often, the last ones seldom."""
        return items[int(len(items) * self.random() ** power)]

    def chance(self, share: float) -> bool:
        return self.random() < share

    def slip(self, text: str) -> str:
        """A letter twice, one missing, or two exchanged."""
        if len(text) < 4:
            return text
        at = self.randrange(1, len(text) - 2)
        how = self.randrange(3)
        there = (text[at] * 2, "", text[at + 1] + text[at])[how]
        return text[:at] + there + text[at + (2 if how == 2 else 1) :]

    def thinned(self, first: int, n: int, gap: float) -> list[int]:
        """Rising numbers with gaps of that mean."""
        steps = (1 + int(self.expovariate(1 / gap)) for _ in range(n))
        return list(accumulate(steps, initial=first))[1:]

    def born(self, oldest: int = 1936, youngest: int = 2006) -> date:
        """A birthday; the middle ages are most."""
        year = int(self.triangular(oldest, youngest + 1, 1974))
        return date(year, 1, 1) + timedelta(self.randrange(365))

    def number(self, begin: str, digits: int) -> str:
        """A national number that begins so; empty where all are used."""
        for _ in range(200):
            number = f"{begin}{self.randrange(10**digits):0{digits}d}"
            if number not in self.used:
                self.used.add(number)
                return number
        return ""

    def given(self, sex: str, year: int) -> str:
        """A given name that was usual in that year."""
        if (sex, year) not in self.usual:
            names = [one.split(":") for one in self.words["men" if sex == "m" else "women"].split()]
            weights = [0.03 + math.exp(-(((year - int(peak)) / 13) ** 2)) for _, peak in names]
            self.usual[sex, year] = [name for name, _ in names], weights
        return self.choices(*self.usual[sex, year])[0]

    def family(self) -> str:
        """A few are frequent, most are rare, some are met once."""
        heads, tails = self.words["heads"].split(), self.words["tails"].split()
        rare = self.choice(["al", "en", "er", "il", "on", "ur", "ett", "ing", "ill"]) if self.chance(0.14) else ""
        name = self.few(heads, 1.6) + rare + self.few(tails, 1.8)
        return f"{name}-{self.few(heads, 1.2)}{self.few(tails, 1.2)}" if self.chance(0.012) else name

    def mail(self, given: str, family: str, year: int = 0, domain: str = "", form: int = -1) -> str:
        """Made of the name, in a third of them with a number, which is often the year of birth."""
        domain = domain or self.few(self.words["providers"], 1.7)
        first, last = (text.lower().translate(ASCII).replace(" ", "") for text in (given, family))
        forms = ("{0}.{1}", "{0}{1}", "{2}.{1}", "{1}.{0}", "{0}_{1}", "{0}{3}")
        local = (self.few(forms, 1.6) if form < 0 else forms[form]).format(first, last, first[:1], last[:1])
        if year and self.chance(0.33):
            digits = (f"{year % 100:02d}", str(year), str(self.randrange(1, 100)), str(self.randrange(1000)))
            local += self.few(digits, 1.2)
        while f"{local}@{domain}" in self.used:
            local += str(self.randrange(1, 100))
        self.used.add(f"{local}@{domain}")
        return f"{local}@{domain}"

    def town_names(self, n: int) -> list[str]:
        heads, tails = (self.words.get(f"town_{part}") or self.words[part].split() for part in ("heads", "tails"))
        return self.sample([head + tail for head in heads for tail in tails], n)

    def places(
        self, towns: Sequence[str], region: Callable[[int], str], area: Callable[[int], str],
        postcode: Callable[[int, int], str],
    ) -> list[Place]:  # fmt: skip
        """Places, the first the largest: it has more postcodes and streets; a street is in one postcode."""
        streets = [*self.words.get("usual_streets", ())]
        heads, tails = (self.words.get(f"street_{part}", ["x"]) for part in ("heads", "tails"))
        streets += [head + tail for tail in tails for head in heads]
        made = []
        for at, town in enumerate(towns):
            codes = tuple(postcode(at, k) for k in range(max(1, round(9 / (1 + at * 0.35)))))
            own = self.sample(range(len(streets)), min(len(streets), 12 + 4 * len(codes)))
            own.sort(key=lambda k: k + self.random() * 25)  # the usual ones are usual everywhere
            pairs = tuple((self.few(codes, 1.2), streets[k]) for k in own)
            made.append(Place(town, region(at), area(at), codes, pairs))
        return made

    def written(
        self, path: Path, found: Iterable[Mapping[str, str]], own: Sequence[Sequence[str]], region: str, encoding: str,
        delimiter: str = ",", address: tuple[str, ...] = (), book: frozenset[tuple[str, str]] = frozenset(),
        *, quote_all: bool = False,
    ) -> Made:  # fmt: skip
        """The list under its headings, and the canaries' file."""
        head = self.words["head"]
        rows = [head, *([row.get(name, "") for name in head] for row in found)]
        write_csv(path, rows, encoding, delimiter, quote_all=quote_all)
        return Made(path, write_canaries(path.parent, own), region, encoding, delimiter, address, book)


def grouped(number: str, form: str) -> str:
    """Digits in place of #, from the left."""
    left = iter(number)
    return "".join(next(left, "") if sign == "#" else sign for sign in form)


def luhn(body: str) -> str:
    """Its check digit."""
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(body))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def write_csv(
    path: Path, rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",", *, quote_all: bool = False
) -> Path:
    """As an export writes it: CRLF."""
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_canaries(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """The file that `tracer canary import` reads; what it lacks is blank."""
    head = ["name", "phone", "email", "consent"]
    return write_csv(folder / "canaries.csv", [head, *([*row, "staff, in writing"] for row in rows)], "utf-8")
