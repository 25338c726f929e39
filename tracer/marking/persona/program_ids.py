"""Ids that programs give out and that are not plain numbers: with check digits, Salesforce's, which count in 62 letters
and digits, codes drawn at random (UUIDs, hexadecimal and base64 keys), and ids that say when they were made (UUIDs of
versions 1, 6 and 7, the sequential ones of databases, and ULIDs)."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.measures import moment_of

# Check digits. Only schemes that take the digits before the check; a letter before them is not part of it.

LEAST = 30
"""Ids that must all agree: by chance 30 ids keep one of a dozen schemes of a tenth each once in 10^29 columns."""
_SIGNS = "0123456789X"


def _weighted(body: str, *weights: int) -> int:
    """The digits from the right times the weights, which begin again where they end."""
    return sum(int(digit) * weight for digit, weight in zip(reversed(body), cycle(weights), strict=False))


def _luhn(body: str) -> str:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(body))]
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _mod_11_2(body: str) -> str:
    """ISO/IEC 7064, MOD 11-2 (GB 11643)."""
    value = 0
    for digit in body:
        value = (value + int(digit)) * 2 % 11
    return _SIGNS[(12 - value) % 11]


def _mod_11_10(body: str) -> str:
    """ISO/IEC 7064, MOD 11,10."""
    value = 10
    for digit in body:
        value = ((value + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - value) % 10)


def _mod_11_to(top: int) -> Callable[[str], str]:
    """Weights 2 to `top` (Brazil's CNPJ, PIS and CPF, bank references): 11 less the rest, 0 where that has two
    digits."""
    return lambda body: str((11 - _weighted(body, *range(2, top + 1)) % 11) % 11 % 10)


SCHEMES: Mapping[str, Callable[[str], str]] = {
    "luhn": _luhn,
    "gs1": lambda body: str(-_weighted(body, 3, 1) % 10),  # GS1 General Specifications 7.9
    "sum": lambda body: str(_weighted(body, 1) % 10),
    "sum to ten": lambda body: str(-_weighted(body, 1) % 10),
    "mod 11-2": _mod_11_2,
    "mod 11,10": _mod_11_10,
    "isbn": lambda body: _SIGNS[-_weighted(body, *range(2, len(body) + 2)) % 11],  # ISO 2108 (1972)
    "mod 97-10": lambda body: f"{98 - int(body) * 100 % 97:02d}",  # ISO/IEC 7064
    "mod 7": lambda body: str(int(body) % 7),
    "mod 9": lambda body: str(int(body) % 9),
    "mod 11": lambda body: _SIGNS[int(body) % 11],
    "mod 97": lambda body: f"{int(body) % 97:02d}",
    "mod 11 to 9": _mod_11_to(9),
    "mod 11 to 10": _mod_11_to(10),
    "mod 11 to 7": _mod_11_to(7),
}
"""Name → the check of a string of digits."""
WIDTH: Mapping[str, int] = {name: 2 if "97" in name else 1 for name in SCHEMES}
"""Name → characters of the check."""


def scheme_of(tails: Sequence[str]) -> str | None:
    """The first scheme that all ids (their digits and check, without a prefix) keep; None where there is none."""
    distinct = set(tails)
    for name, check in SCHEMES.items() if len(distinct) >= LEAST else ():
        parted = [(tail[: -WIDTH[name]], tail[-WIDTH[name] :]) for tail in distinct]
        if all(body.isascii() and body.isdigit() and check(body) == end for body, end in parted):
            return name
    return None


_VIN = {sign: at % 10 for at, sign in enumerate("0123456789")} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_CHECK = 8
"""Place of the check in the number of a vehicle."""


def vin_check(number: str) -> str | None:
    """The check of a vehicle's number (49 CFR 565.15); None for what is none."""
    if len(number) != len(_VIN_WEIGHTS) or any(sign not in _VIN for sign in number):
        return None
    return _SIGNS[sum(_VIN[sign] * weight for sign, weight in zip(number, _VIN_WEIGHTS, strict=True)) % 11]


# Salesforce's ids.

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Digits of Salesforce's ids, in order."""
HEAD, BODY = 6, 9
"""Letters of a Salesforce id that tell its object and server, and those that count."""
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_RECORD = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_ENOUGH = 50  # Ids of a column from which it can be said whether they are records, random, or of moments.


def record_check(record: str) -> str:
    """The three letters after the fifteen of an id, which say which of these are capitals.

    >>> record_check("0015g00000AbCdE")
    'AAV'
    """
    return "".join(
        _CHECKS[sum(1 << at for at, char in enumerate(record[k : k + 5]) if char.isascii() and char.isupper())]
        for k in (0, 5, 10)
    )


def is_record(cell: str) -> bool:
    """Whether a cell is a Salesforce id, with its check if it has one."""
    return _RECORD.fullmatch(cell) is not None and (len(cell) == 15 or record_check(cell[:15]) == cell[15:])


def are_records(cells: Sequence[str]) -> bool:
    """Whether a column's cells are Salesforce ids: of few objects and servers, all with the check or all without."""
    if len(cells) < _ENOUGH or len({len(cell) for cell in cells}) != 1 or not all(map(is_record, cells)):
        return False
    # Fifteen digits are a plain number.
    few = len({cell[:HEAD] for cell in cells}) <= max(1, len(cells) // 10)
    return few and any(char.isalpha() for cell in cells for char in cell[:15])


def record_numbers(cells: Sequence[str]) -> NDArray[np.int64]:
    """What the counting letters of ids say; -1 for a cell that is none."""
    value = {letter: at for at, letter in enumerate(LETTERS)}
    found = np.full(len(cells), -1, dtype=np.int64)
    for at, cell in enumerate(cells):
        if is_record(cell):
            number = 0
            for letter in cell[HEAD : HEAD + BODY]:
                number = number * 62 + value[letter]
            found[at] = number
    return found


def record_of(head: str, number: int, *, checked: bool) -> str:
    """The id of a number."""
    body = ""
    for _ in range(BODY):
        number, digit = divmod(number, 62)
        body = LETTERS[digit] + body
    return head + body + (record_check(head + body) if checked else "")


# Random codes.

_SHORTEST, _LONGEST = 8, 256
_READ = 4_000  # Ids that are looked at: places of a long one are many.
_BITS = 40.0  # Bits of a random code from which two are never alike.
_UNLIKELY = 1e-6  # Chance below which a place's letters are not taken to be even.


@dataclass(frozen=True)
class RandomCodes:
    """Codes of one length, each place of which is one letter, or any of some alike often."""

    places: tuple[str, ...]

    def new(self, draw: KeyedDraw) -> str:
        """A code that no row has."""
        return "".join(letters if len(letters) == 1 else draw.choice(letters) for letters in self.places)


def random_codes(cells: Sequence[str]) -> RandomCodes | None:
    """The codes of a column; None where its cells are not drawn at random, place by place."""
    sizes = {len(cell) for cell in cells}
    cells = cells[:_READ]
    if len(cells) < _ENOUGH or len(sizes) != 1 or not _SHORTEST <= min(sizes) <= _LONGEST:
        return None
    places, bits = [], 0.0
    for at in range(min(sizes)):
        counts = Counter(cell[at] for cell in cells)
        if len(counts) > 1 and len(cells) >= 5 * len(counts):
            even = len(cells) / len(counts)
            if chdtrc(len(counts) - 1, sum((n - even) ** 2 for n in counts.values()) / even) <= _UNLIKELY:
                return None
        bits += float(np.log2(len(counts)))
        places.append("".join(sorted(counts)))
    return RandomCodes(tuple(places)) if bits >= _BITS else None


# Ids that say when they were made. A new one is of a moment near its model's: of the moment in another column of its
# row where that is the id's own, between its neighbours' where the list goes by it. What else it says (a network card,
# a sequence) is like other rows'; what is random in it is drawn.

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_GREGORIAN = date(1582, 10, 15).toordinal() * 86_400
"""Seconds since the first day of the calendar at which the time of UUIDs begins (RFC 9562, 5.1)."""
_UNIX = date(1970, 1, 1).toordinal() * 86_400
_YEARS = (date(1990, 1, 1).toordinal() * 86_400, date(2101, 1, 1).toordinal() * 86_400)
"""Moments that an id of a list may have."""
_MOSTLY = 0.98
_OWN = 0.9  # Share of rows from which on two columns' moments are one, or the list is in order of the ids.
_SLACK = 2  # Seconds by which the moment of an id and that of its row may differ.
_NODE = 48  # Bits of a network card's number, at the end of versions 1 and 6.
_TRIES = 40


@dataclass(frozen=True)
class TimeForm:
    """One way to write a moment into an id: a UUID of a version, or (version 0) a ULID.

    Versions 1 and 6 count tenths of a microsecond from 1582, 7 and ULIDs milliseconds from 1970. `swapped`: a
    database's sequential id, a version 1 whose first three groups are written back to front.
    """

    version: int
    per_second: int
    """Units of the moment in a second."""
    begin: int
    """The moment 0, in seconds since the first day of the calendar."""
    bits: int
    """How many bits follow the moment."""
    swapped: bool = False

    def seconds(self, units: int) -> float:
        """A moment in seconds since the first day of the calendar."""
        return self.begin + units / self.per_second

    def read(self, cell: str) -> tuple[int, int] | None:
        """An id's moment in units, and the bits that follow it; None where it is none of this form."""
        if self.version == 0:
            if _ULID.fullmatch(cell) is None:
                return None
            number = 0
            for letter in cell.upper():
                number = number * 32 + _CROCKFORD.index(letter)
            return number >> 80, number & ((1 << 80) - 1)
        plain = uuid.UUID(cell) if _UUID.fullmatch(cell) else None
        if plain is not None and self.swapped:
            plain = uuid.UUID(bytes=plain.bytes_le)
        if plain is None or plain.version != self.version:
            return None
        number = plain.int
        if self.version == 7:
            return number >> 80, number & ((1 << 76) - 1)
        high, middle, low = number >> 96, (number >> 80) & 0xFFFF, (number >> 64) & 0x0FFF
        units = plain.time if self.version == 1 else (high << 28) | (middle << 12) | low
        return units, number & ((1 << 64) - 1)

    def write(self, units: int, rest: int) -> str:
        """The id of a moment; the variant of a UUID is in the rest, where it was."""
        if self.version == 0:
            number = (units << 80) | rest
            return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5)).lower()
        if self.version == 7:
            number = (units << 80) | (7 << 76) | rest
        elif self.version == 6:
            high, middle, low = units >> 28, (units >> 12) & 0xFFFF, 0x6000 | (units & 0x0FFF)
            number = (high << 96) | (middle << 80) | (low << 64) | rest
        else:
            low, middle, high = units & 0xFFFFFFFF, (units >> 32) & 0xFFFF, 0x1000 | (units >> 48)
            number = (low << 96) | (middle << 80) | (high << 64) | rest
        plain = uuid.UUID(int=number)
        return str(uuid.UUID(bytes=plain.bytes_le) if self.swapped else plain)


_FORMS = (
    TimeForm(1, 10_000_000, _GREGORIAN, 64),
    TimeForm(1, 10_000_000, _GREGORIAN, 64, swapped=True),
    TimeForm(6, 10_000_000, _GREGORIAN, 64),
    TimeForm(7, 1_000, _UNIX, 76),
    TimeForm(0, 1_000, _UNIX, 80),
)


@dataclass(frozen=True)
class TimedCodes:
    """A column of ids that say when they were made."""

    form: TimeForm
    capital: bool
    units: tuple[int, ...]
    rests: tuple[int, ...]
    """The bits that follow each of them."""
    random: int
    """Bits after the moment that differ from row to row."""
    moments: int | None
    """Column of the moments that are the ids' own, and `offset` seconds before them."""
    offset: int
    follows: int
    """1 where the list is in order of the ids, -1 in falling order, 0 in neither."""

    def new(self, own: str | None, moment: str | None, around: tuple[str | None, str | None], draw: KeyedDraw) -> str:
        """An id that no known row has, for a row like that of the id `own`.

        `moment`: the cell of the column `moments`; `around`: the ids of the rows before and after.
        """
        low, high = self._bounds(own, moment, around)
        at = min(bisect_left(self.units, low), len(self.units) - 1)
        for _ in range(_TRIES):
            units = low + draw.below(max(1, high - low))
            drawn = draw.below(1 << 40) << 40 | draw.below(1 << 40)
            rest = self.rests[at] & ~self.random | drawn & self.random
            if units not in self.units[at : at + 50]:
                break
        made = self.form.write(units, rest)
        return made.upper() if self.capital else made

    def _bounds(self, own: str | None, moment: str | None, around: tuple[str | None, str | None]) -> tuple[int, int]:
        """The moments from which the new id's is drawn: at least the first, below the second."""
        read = [None if cell is None else self.form.read(cell) for cell in (own, *around)]
        between = sorted(each[0] for each in read[1:] if each is not None) if self.follows else []
        seconds = None if moment is None else moment_of(moment)
        if seconds is not None:
            low = (seconds + self.offset - self.form.begin) * self.form.per_second
            high = low + self.form.per_second
            if len(between) == 2 and max(low, between[0] + 1) < min(high, between[1]):
                return max(low, between[0] + 1), min(high, between[1])
            return low, high
        if len(between) == 2 and between[1] - between[0] > 1:
            return between[0] + 1, between[1]
        begin = self.units[len(self.units) // 2] if read[0] is None else read[0][0]
        at = bisect_right(self.units, begin)
        end = self.units[at] if at < len(self.units) else begin + self.form.per_second
        return begin + 1, max(begin + 2, end)


def timed_codes(rows: Mapping[int, tuple[str | None, ...]], position: int, columns: Sequence[int]) -> TimedCodes | None:
    """The ids of a column of the sample, with the column among `columns` whose moments they have; None where they say
    no moments."""
    order = sorted(rows)[:: max(1, len(rows) // _READ)]
    cells = {row: cell for row in order if (cell := rows[row][position]) is not None}
    if len(cells) < _ENOUGH or len(next(iter(cells.values()))) not in (26, 36):
        return None
    for form in _FORMS:
        found = {row: read for row, cell in cells.items() if (read := form.read(cell)) is not None}
        dated = sum(_YEARS[0] <= form.seconds(units) < _YEARS[1] for units, _ in found.values())
        if len(found) == len(cells) and dated >= _MOSTLY * len(found):
            break
    else:
        return None
    units, rests = zip(*sorted(found.values()), strict=True)

    # Random are the bits that are set in about half of the rows. A network card or a sequence that rows share is none
    # of these: it is like that of the id next in time.
    random = 0
    if len(set(rests)) >= len(rests) / 2:
        shares = [sum(rest >> bit & 1 for rest in rests) / len(rests) for bit in range(form.bits)]
        random = sum(1 << bit for bit, share in enumerate(shares) if 0.4 < share < 0.6)
        if form.bits == _NODE + 16 and len({rest % (1 << _NODE) for rest in rests}) < len(rests) / 10:
            random &= ~((1 << _NODE) - 1)

    moments, offset = None, 0
    for i in columns:
        later = []
        for row, (at, _) in found.items():
            own = moment_of(rows[row][i] or "")
            if own is not None:
                later.append(int(form.seconds(at) // 1) - own)
        if len(later) >= _ENOUGH:
            # By quarters of an hour, as time zones differ.
            offset = round(sorted(later)[len(later) // 2] / 900) * 900
            if sum(abs(each - offset) <= _SLACK for each in later) >= _OWN * len(later):
                moments = i
                break
    in_turn = [at for at, _ in found.values()]
    rising = sum(a < b for a, b in pairwise(in_turn)) / max(1, len(in_turn) - 1)
    follows = 1 if rising > _OWN else -1 if rising < 1 - _OWN else 0
    capital = any(char.isupper() for char in next(iter(cells.values())))
    return TimedCodes(form, capital, units, rests, random, moments, offset if moments is not None else 0, follows)
