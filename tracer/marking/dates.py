"""Dates in a list's cells: new ones between its own, written like them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.marking.draws import KeyedDraw
from tracer.marking.occurrences import Occurrences

_DATE = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})(日?)((?:[ T].*)?)", re.DOTALL)


@dataclass(frozen=True)
class Dated:
    """A cell that begins with a date."""

    day: date
    rest: str
    """What stands behind the date: the time of day."""
    parts: tuple[str, ...]
    """The cell as it is written, in its pieces."""

    @property
    def padded(self) -> bool:
        """Whether a zero shows that months and days have two digits."""
        return self.parts[2][0] == "0" or self.parts[4][0] == "0"

    def moved(self, day: date, rest: str, *, padded: bool) -> str:
        """Another date and time written like this one."""
        _, first, _, second, _, last, _ = self.parts
        form = "02d" if padded else "d"
        return f"{day.year:04d}{first}{day.month:{form}}{second}{day.day:{form}}{last}{rest}"


def read_date(cell: str) -> Dated | None:
    """The cell's date; None where it has none."""
    found = _DATE.fullmatch(cell)
    if found is None or (not found.group(2) and len(found.group(3) + found.group(5)) != 4):
        return None
    try:
        day = date(int(found.group(1)), int(found.group(3)), int(found.group(5)))
    except ValueError:
        return None
    return Dated(day, found.group(7), found.groups())


def new_date(cell: str, around: Sequence[str], draw: KeyedDraw) -> str | None:
    """A date like `cell` among those `around` it: as often a day that stands there as ordinary rows share their days.

    The time of day comes from another of them. None where `cell` is no date. A day of the week that none of them falls
    on is left out.
    """
    own = read_date(cell)
    dated = [found for other in around if (found := read_date(other)) is not None]
    if own is None or len(dated) < 2:
        return None
    days = Occurrences(str(found.day) for found in dated)
    for _ in range(50):
        chosen = draw.choice(dated).day
        if days.once_more(str(chosen), draw):
            return _written(own, chosen, dated, draw)
        unused = _unused(dated, days)
        if unused:
            return _written(own, draw.choice(unused), dated, draw)
    return _written(own, draw.choice(dated).day, dated, draw)


def _unused(dated: Sequence[Dated], days: Occurrences) -> list[date]:
    """Days between the first and the last on which no row falls."""
    first, last = min(found.day for found in dated), max(found.day for found in dated)
    week = {found.day.weekday() for found in dated}
    everything = (first + timedelta(days=k) for k in range(min((last - first).days, 4000)))
    return [day for day in everything if str(day) not in days.counts and day.weekday() in week]


def _written(own: Dated, day: date, dated: Sequence[Dated], draw: KeyedDraw) -> str:
    """Like the cell, with the time of day of another one."""
    rest = draw.choice(dated).rest
    return own.moved(day, rest if own.rest and rest else own.rest, padded=any(found.padded for found in dated))
