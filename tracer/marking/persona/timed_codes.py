"""Ids that say when they were made: UUIDs of versions 1, 6 and 7, the sequential ones of databases, and ULIDs.

A new one is of a moment near its model's: of the moment in another column of its row where that is the id's own,
between its neighbours' where the list goes by it. What else it says (a network card, a sequence) is like other rows';
what is random in it is drawn.
"""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tracer.marking.persona.dates import moment_of
from tracer.marking.persona.draws import KeyedDraw

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_GREGORIAN = date(1582, 10, 15).toordinal() * 86_400
"""Seconds since the first day of the calendar at which the time of UUIDs begins (RFC 9562, 5.1)."""
_UNIX = date(1970, 1, 1).toordinal() * 86_400
_YEARS = (date(1990, 1, 1).toordinal() * 86_400, date(2101, 1, 1).toordinal() * 86_400)
"""Moments that an id of a list may have."""
_LEAST = 50
_MOSTLY = 0.98
_OWN = 0.9
"""Share of rows from which on two columns' moments are one, or the list is in order of the ids."""
_SLACK = 2
"""Seconds by which the moment of an id and that of its row may differ."""
_LEARNT = 4_000
"""Rows by which a column is known."""
_NODE = 48
"""Bits of a network card's number, at the end of versions 1 and 6."""
_TRIES = 40


@dataclass(frozen=True)
class TimeForm:
    """One way to write a moment into an id."""

    per_second: int
    begin: int
    """Seconds since the first day of the calendar at which it is 0."""
    read: Callable[[str], tuple[int, int] | None]
    """An id's moment in units, and the bits behind it; None where it is none."""
    write: Callable[[int, int], str]
    bits: int
    """How many bits follow the moment."""

    def seconds(self, units: int) -> float:
        """A moment in seconds since the first day of the calendar."""
        return self.begin + units / self.per_second


def _uuid_form(version: int, *, swapped: bool = False) -> TimeForm:
    """Versions 1 and 6 count tenths of a microsecond, 7 milliseconds; a database's sequential one is a version 1 whose
    first three groups are written back to front."""

    def read(cell: str) -> tuple[int, int] | None:
        if _UUID.fullmatch(cell) is None:
            return None
        plain = uuid.UUID(cell)
        if swapped:
            plain = uuid.UUID(bytes=plain.bytes_le)
        if plain.version != version:
            return None
        number = plain.int
        if version == 7:
            return number >> 80, number & ((1 << 76) - 1)
        high, middle, low = number >> 96, (number >> 80) & 0xFFFF, (number >> 64) & 0x0FFF
        units = plain.time if version == 1 else (high << 28) | (middle << 12) | low
        return units, number & ((1 << 64) - 1)

    def write(units: int, rest: int) -> str:
        if version == 7:
            # The variant is where it was: it is in the rest.
            return str(uuid.UUID(int=(units << 80) | (7 << 76) | rest))
        if version == 6:
            number = (
                ((units >> 28) << 96) | (((units >> 12) & 0xFFFF) << 80) | ((0x6000 | (units & 0x0FFF)) << 64) | rest
            )
            return str(uuid.UUID(int=number))
        low, middle, high = units & 0xFFFFFFFF, (units >> 32) & 0xFFFF, 0x1000 | (units >> 48)
        plain = uuid.UUID(int=(low << 96) | (middle << 80) | (high << 64) | rest)
        return str(uuid.UUID(bytes=plain.bytes_le) if swapped else plain)

    if version == 7:
        return TimeForm(1_000, _UNIX, read, write, 76)
    return TimeForm(10_000_000, _GREGORIAN, read, write, 64)


def _read_ulid(cell: str) -> tuple[int, int] | None:
    if _ULID.fullmatch(cell) is None:
        return None
    number = 0
    for letter in cell.upper():
        number = number * 32 + _CROCKFORD.index(letter)
    return number >> 80, number & ((1 << 80) - 1)


def _write_ulid(units: int, rest: int) -> str:
    number = (units << 80) | rest
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5)).lower()


_FORMS = (
    _uuid_form(1), _uuid_form(1, swapped=True), _uuid_form(6), _uuid_form(7),
    TimeForm(1_000, _UNIX, _read_ulid, _write_ulid, 80),
)  # fmt: skip


@dataclass(frozen=True)
class TimedCodes:
    """A column of ids that say when they were made."""

    form: TimeForm
    capital: bool
    units: tuple[int, ...]
    rests: tuple[int, ...]
    """The bits that follow each of them."""
    random: int
    """Bits behind the moment that differ from row to row."""
    moments: int | None
    """Column of the moments that are the ids' own, and `offset` seconds before them."""
    offset: int
    follows: int
    """1 where the list is in order of the ids, -1 in falling order, 0 in neither."""

    def new(self, own: str | None, moment: str | None, around: tuple[str | None, str | None], draw: KeyedDraw) -> str:
        """An id that no known row has, for a row like that of the id `own`.

        `moment`: the cell of the column `moments`; `around`: the ids of the rows before and behind.
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
    order = sorted(rows)[:: max(1, len(rows) // _LEARNT)]
    cells = [(row, cell) for row in order if (cell := rows[row][position]) is not None]
    form = time_form([cell for _, cell in cells])
    if form is None:
        return None
    found = {row: read for row, cell in cells if (read := form.read(cell)) is not None}
    moments, offset = _moments(rows, form, found, columns)
    units, rests = zip(*sorted(found.values()), strict=True)
    return TimedCodes(
        form, any(char.isupper() for char in cells[0][1]), units, rests, _random(form, rests), moments, offset,
        _follows([found[row][0] for row in order if row in found]),
    )  # fmt: skip


def time_form(cells: Sequence[str]) -> TimeForm | None:
    """The way in which ids say when they were made; None where they do not."""
    if len(cells) < _LEAST or len(cells[0]) not in (26, 36):
        return None
    for form in _FORMS:
        found = [read for cell in cells if (read := form.read(cell)) is not None]
        if len(found) == len(cells) and sum(_is_moment(form, units) for units, _ in found) >= _MOSTLY * len(found):
            return form
    return None


def _is_moment(form: TimeForm, units: int) -> bool:
    return _YEARS[0] <= form.seconds(units) < _YEARS[1]


def _random(form: TimeForm, rests: Sequence[int]) -> int:
    """Bits behind the moment that are drawn for each id: set in about half of the rows. A network card or a sequence
    that rows share is none of these: it is like that of the id next in time."""
    if len(set(rests)) < len(rests) / 2:
        return 0
    even = sum(1 << bit for bit in range(form.bits) if 0.4 < sum(rest >> bit & 1 for rest in rests) / len(rests) < 0.6)
    shared = form.bits == _NODE + 16 and len({rest % (1 << _NODE) for rest in rests}) < len(rests) / 10
    return even & ~((1 << _NODE) - 1) if shared else even


def _moments(
    rows: Mapping[int, tuple[str | None, ...]],
    form: TimeForm,
    found: Mapping[int, tuple[int, int]],
    columns: Sequence[int],
) -> tuple[int | None, int]:
    """The column whose moments are the ids', and how many seconds the ids' are later: of quarters of an hour, as a
    zone is."""
    for i in columns:
        apart = []
        for row, (units, _) in found.items():
            own = moment_of(rows[row][i] or "")
            if own is not None:
                apart.append(int(form.seconds(units) // 1) - own)
        if len(apart) < _LEAST:
            continue
        offset = round(sorted(apart)[len(apart) // 2] / 900) * 900
        if sum(abs(each - offset) <= _SLACK for each in apart) >= _OWN * len(apart):
            return i, offset
    return None, 0


def _follows(units: Sequence[int]) -> int:
    rising = sum(a < b for a, b in pairwise(units)) / max(1, len(units) - 1)
    return 1 if rising > _OWN else -1 if rising < 1 - _OWN else 0
