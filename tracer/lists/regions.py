"""Columns of numbers and their countries, as a load goes by them: settled, left out, or asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tracer.errors import InputRefused
from tracer.identify.country import country
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.words import shown_headings
from tracer.lists.shortfall import place

_NAMED = 3
"""Columns of a country that are named; the rest is counted."""


def settled(parts: Sequence[PartRead], where: str) -> tuple[PartRead, ...]:
    """The parts, with columns left aside whose country is in doubt, if others identify.

    Raises `InputRefused` where nothing else does: somebody must say the country.
    """
    columns = [column for part in parts for column in part.columns]
    if not any(column.doubt for column in columns):
        return tuple(parts)
    if not any(column.identifies and not column.doubt for column in columns):
        raise InputRefused.many(
            _asked(where, name, column)
            for part, names in zip(parts, _names(parts), strict=True)
            for name, column in zip(names, part.columns, strict=True)
            if column.doubt
        )
    return tuple(
        replace(part, columns=tuple(replace(each, role="other") if each.doubt else each for each in part.columns))
        for part in parts
    )


def _asked(where: str, name: str, column: ColumnRole) -> InputRefused:
    countries = " or ".join(f"{country(code).name} ({code})" for code in column.doubt)
    options = " or ".join(f"--region {code}" for code in column.doubt)
    return InputRefused(
        f"the numbers of {name} have no country code, and may be those of {countries}", where=where,
        remedy=f"say which: {options} (in a manifest: region = \"{column.doubt[0]}\")",
    )  # fmt: skip


def used_regions(parts: Sequence[PartRead], home: str) -> tuple[str, ...]:
    """Notes on the columns whose numbers were read as those of a country that was not given."""
    by_country: dict[str, list[str]] = {}
    for part, names in zip(parts, _names(parts), strict=True):
        for name, column in zip(names, part.columns, strict=True):
            if column.role == "phone" and column.region not in (None, home):
                by_country.setdefault(str(column.region), []).append(name)
    return tuple(
        f"{_listed(names)}: read as numbers of {country(code).name} ({code}); --region overrides"
        for code, names in by_country.items()
    )


def _listed(names: Sequence[str]) -> str:
    named = names if len(names) <= _NAMED + 1 else names[:_NAMED]
    return "; ".join(named) + (f" and {len(names) - len(named)} more columns" if named != names else "")


def region_of(parts: Sequence[PartRead], home: str) -> str:
    """The region of most columns of numbers; of equally many the first; `home` where no column has one."""
    counted = Counter(column.region or home for part in parts for column in part.columns if column.role == "phone")
    return max(counted, key=lambda region: counted[region]) if counted else home


def _names(parts: Sequence[PartRead]) -> list[list[str]]:
    """How people find each column of each part."""
    placed = [(part, 0) for part in parts]
    named = []
    for number, part in enumerate(parts, 1):
        front = place(placed, number)
        headings = shown_headings([column.header for column in part.columns])
        named.append(
            [
                (f"{front}: " if front else "") + f"column {column.position + 1}" + (f", {shown!r}" if shown else "")
                for column, shown in zip(part.columns, headings, strict=True)
            ]
        )
    return named
