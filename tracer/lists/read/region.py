"""Which country's numbers a column holds, where none was given: the numbers' plans together with the table's signs.

A column of Chinese mobile numbers in a table that says nothing else is Chinese at a look. For any other, each country
gets nats for the numbers and for the signs; one that leads clearly is used and shown, else the two likeliest are asked
about. It is better to ask than to read the numbers of one country as those of another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracer.identify.number_forms import forms_of
from tracer.lists.read import cells
from tracer.lists.read.cells import narrow, numbers_in
from tracer.lists.read.country_signs import COUNTRIES, scripts_of, signs
from tracer.lists.read.languages import meaning
from tracer.lists.read.model import ColumnRole
from tracer.lists.read.number_plan import CELLS, coded_country, fit, is_bare, looks_like_number, valid_share

CLEAR = 4.5
"""Nats by which a country must lead the next: 99 : 1; and twice what the signs say more for another one."""
_FITS = 0.8
"""Share of the cells that must be valid in the country that leads."""
_BY_CONTENT = 0.9
"""The same where no heading says that the column holds numbers."""
_HALF = 0.5
_HOME = 1.5
"""Nats for the case's own region."""
_BESIDE = 3.0
"""Nats for the region of another column of the table."""
_CODED = 1.0
_CODED_MOST = 6.0
_CONTRARY = 6.0
"""Nats of signs for another country from which numbers alone do not decide."""
_FIRST = 12
"""Cells by which countries are left out at first."""
_SIGNS = 150
"""Cells of a column that are looked through for signs."""
_PHONE = ("phone",)


def with_regions(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> tuple[ColumnRole, ...]:
    """The columns with the region of each column of numbers, or with the likeliest ones where that is in doubt.

    `home`: the case's region, which needs no sign. Columns whose numbers all have a country code need none.
    """
    found = list(roles)
    asked: dict[int, list[str]] = {}
    for at, column in enumerate(roles):
        if column.role != "phone":
            continue
        numbers = [one for cell in sample[column.position] if not cells.is_mask(cell) for one in numbers_in(cell)]
        bare = _distinct([cell for cell in numbers if is_bare(cell) and looks_like_number(cell)])
        if not bare or _is_home_at_a_look(bare, numbers, header, sample, home):
            continue
        asked[at] = bare
    if not asked:
        return tuple(found)
    weighed = _weighed(roles, header, sample, home)
    for _ in range(2):  # what one column says of the table helps the next
        for at, bare in asked.items():
            if found[at].region is None:
                region, likely = decide(bare, weighed, home)
                found[at] = replace(roles[at], region=region, doubt=likely)
        for region in {column.region for column in found if column.region is not None}:
            weighed = {**weighed, region: weighed.get(region, 0.0) + _BESIDE}
    return tuple(found)


def by_content(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> tuple[ColumnRole, ...]:
    """The columns, with one whose cells are clearly a country's numbers taken for numbers though no heading says so."""
    found = list(roles)
    weighed: dict[str, float] | None = None
    for at, column in enumerate(roles):
        held = sample[column.position]
        if column.role not in ("other", "id") or column.how != "content" or not held:
            continue
        alone = len(roles) == 1
        if meaning(column.header) is not None or not _all_like_numbers(held, alone=alone):
            continue
        if weighed is None:
            weighed = _weighed(roles, header, sample, home)
        region, likely = decide(_distinct(held), weighed, home, least=_BY_CONTENT)
        if region is not None or (alone and likely):
            found[at] = replace(column, role="phone", region=region, doubt=likely)
    return tuple(found)


def _all_like_numbers(held: Sequence[str], *, alone: bool) -> bool:
    """Whether nearly all cells look like numbers, and most like telephone numbers: not like ids, if not alone."""
    like = sum(looks_like_number(cell) for cell in held)
    written = sum(not narrow(cell).isdigit() or narrow(cell).startswith("0") for cell in held)
    return like >= _BY_CONTENT * len(held) and (alone or written >= 0.5 * len(held))


def decide(
    bare: Sequence[str], weighed: dict[str, float], home: str, *, least: float = _FITS
) -> tuple[str | None, tuple[str, ...]]:
    """The region of bare numbers; where it is in doubt, None and the likeliest ones."""
    looked = spread(bare, CELLS)
    few = spread(bare, _FIRST)
    possible = [home, *(code for code in COUNTRIES if code != home and valid_share(few, code) >= _HALF)]
    fits = {region: fit(looked, region) for region in possible}
    ranked = sorted(fits, key=lambda region: (-(fits[region].nats + weighed.get(region, 0.0)), region))
    best = ranked[0]
    favoured = max(weighed, key=lambda region: (weighed[region], region))
    behind = weighed[favoured] - weighed.get(best, 0.0)
    spoken_against = behind >= _CONTRARY
    if spoken_against and favoured == home:
        return None, ()  # home's own numbers, written without what makes them whole
    lead = min(
        (fits[best].nats + weighed.get(best, 0.0) - fits[one].nats - weighed.get(one, 0.0) for one in ranked[1:]),
        default=CLEAR,
    )
    if fits[best].valid >= least and lead >= CLEAR + 2 * behind and not spoken_against:
        return best, ()
    return None, tuple(region for region in ranked if fits[region].valid >= _HALF)[:2]


def spread(held: Sequence[str], most: int) -> list[str]:
    """At most so many of the cells, evenly from all."""
    step = max(1, len(held) // most)
    return list(held[::step][:most])


def _weighed(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> dict[str, float]:
    """Nats for each country by everything but the bare numbers."""
    texts = [
        cell
        for column in roles
        if column.role not in _PHONE
        for cell in sample[column.position][:_SIGNS]
        if not looks_like_number(cell)
    ]
    told = signs([heading for heading in header if heading], texts)
    told[home] = told.get(home, 0.0) + _HOME
    coded = [
        coded_country(cell)
        for column in roles
        if column.role == "phone"
        for cell in sample[column.position][:_SIGNS]
        if not is_bare(cell)
    ]
    for region in {code for code in coded if code is not None}:
        told[region] = told.get(region, 0.0) + min(_CODED_MOST, _CODED * coded.count(region))
    return told


def _is_home_at_a_look(
    bare: Sequence[str], numbers: Sequence[str], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> bool:
    """Whether the numbers are home's, and nothing in the table is of another country: then no other is tried."""
    forms = forms_of(home)
    if not forms.at_a_look:
        return False
    mobiles = _like(bare, forms.at_a_look)
    if len(mobiles) < _HALF * len(bare):
        texts = [cell for column in sample for cell in column[:20]]
        scripts = scripts_of((*header, *texts))
        own = forms.script in scripts and not scripts & {"traditional", "kana", "other"}
        return own and sum(cells.is_phone(cell, home) for cell in numbers) >= _HALF * len(numbers)
    foreign = [found for text in header if (found := meaning(text)) is not None and "en" not in found.languages]
    scripts = scripts_of((*header, *(cell for column in sample for cell in column[:20])))
    if any(found.languages for found in foreign) or scripts & {"kana", "other"}:
        return False
    if "han" in scripts:
        return True
    tried = spread(mobiles, CELLS)
    return not any(fit(tried, other).valid >= _FITS for other in forms.rivals)


def _like(numbers: Sequence[str], form: str) -> list[str]:
    """The numbers that have a form, separators taken off."""
    compiled = re.compile(form)
    return [cell for cell in numbers if compiled.fullmatch(re.sub(r"[\s\-.()]", "", narrow(cell)))]


def _distinct(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(numbers))
