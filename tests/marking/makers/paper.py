"""What the makers share: places with postcodes and streets, names with their age, slips of the pen, files.

Every number lies in a segment that no operator has (`tests/bench/zoo/makers/markets.toml`, `UNALLOCATED`), every mail
address at a reserved domain; people, streets and most places are invented.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Literal, TypeVar

T = TypeVar("T")
ASCII = str.maketrans("áàâãäåçéèêëíîïñóôõöúûüÉÍÁÓÚÇß", "aaaaaaceeeeiiinoooouuuEIAOUCs")
TODAY = date(2026, 3, 31)


@dataclass(frozen=True)
class Made:
    """A list on disk, the canaries that its owner would give, and what a stranger can know of its places."""

    list: Path
    canaries: Path
    region: str
    encoding: str = ""
    """Empty for a workbook."""
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
    area: str
    """Beginning of its numbers."""
    postcodes: tuple[str, ...]
    streets: tuple[tuple[str, str], ...]
    """(postcode, street), the busiest first."""


def book(found: Sequence[Place], *, by_town: bool = False) -> frozenset[tuple[str, str]]:
    """The streets of each postcode, or of each town."""
    return frozenset((one.town if by_town else code, street) for one in found for code, street in one.streets)


class Pen(Random):
    """Draws what a list is made of; numbers and mail addresses each once."""

    providers: Sequence[str] = ()

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.used = set[str]()

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

    def mail(self, given: str, family: str, year: int = 0, domain: str = "", form: int = -1) -> str:
        """Made of the name, in a third of them with a number, which is often the year of birth."""
        domain = domain or self.few(self.providers, 1.7)
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

    def places(
        self, n: int, town: Callable[[int], str], region: Callable[[int], str], area: Callable[[int], str],
        postcode: Callable[[int, int], str], streets: Sequence[str],
    ) -> list[Place]:  # fmt: skip
        """`n` towns, the first the largest: it has more postcodes and streets; a street is in one postcode."""
        made = []
        for at in range(n):
            codes = tuple(postcode(at, k) for k in range(max(1, round(9 / (1 + at * 0.35)))))
            own = self.sample(range(len(streets)), min(len(streets), 12 + 4 * len(codes)))
            own.sort(key=lambda k: k + self.random() * 25)  # the usual ones are usual everywhere
            pairs = tuple((self.few(codes, 1.2), streets[k]) for k in own)
            made.append(Place(town(at), region(at), area(at), codes, pairs))
        return made


@dataclass
class Names:
    """Given names with the year in which each was most usual, and parts of family names."""

    men: str
    women: str
    heads: str
    tails: str
    found: dict[tuple[str, int], list[float]] = field(default_factory=dict)

    def given(self, draw: Pen, sex: str, year: int) -> str:
        """One that was usual in that year."""
        entries = [one.split(":") for one in (self.men if sex == "m" else self.women).split()]
        weights = self.found.setdefault(
            (sex, year), [0.03 + math.exp(-(((year - int(peak)) / 13) ** 2)) for _, peak in entries]
        )
        return draw.choices(entries, weights)[0][0]

    def family(self, draw: Pen) -> str:
        """A few are frequent, most are rare, some are met once."""
        heads, tails = self.heads.split(), self.tails.split()
        rare = draw.choice(["al", "en", "er", "il", "on", "ur", "ett", "ing", "ill"]) if draw.chance(0.14) else ""
        name = draw.few(heads, 1.6) + rare + draw.few(tails, 1.8)
        return f"{name}-{draw.few(heads, 1.2)}{draw.few(tails, 1.2)}" if draw.chance(0.012) else name


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


def write_canaries(folder: Path, rows: Sequence[Sequence[str]], head: str = "name,phone,email") -> Path:
    """The file that `tracer canary import` reads; what it lacks is blank."""
    rows = [[*row, "staff, in writing"] for row in rows]
    return write_csv(folder / "canaries.csv", [[*head.split(","), "consent"], *rows], "utf-8")
