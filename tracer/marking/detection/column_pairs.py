"""Pairs of columns: how often the values of a row come together in the list, whole or in part."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.marking.detection.looked_rows import (
    IDENTITIES,
    Feature,
    FeatureRow,
    advice_on,
    counted_among,
    floats,
    heading_of,
    leave_out,
    often,
)
from tracer.marking.persona.free_columns import district_of
from tracer.marking.persona.source_list import POSTCODE, SourceList
from tracer.marking.persona.written_numbers import NumberRegions, area_of, number_form

_DIFFERENT = 0.5
"""Different values as a share of the rows above which they do not come again often enough to be counted."""
_BOTH = "how often both occur together"
_BLANKS = "leave columns that are often blank out of all copies with --without"


def of_rows(
    con: duckdb.DuckDBPyConnection, source: SourceList, looked: Sequence[FeatureRow], canaries: int
) -> list[Feature]:
    """Features of whole rows: filled columns, and pairs of columns whose values come together."""
    found = [Feature("how many columns are filled", None, floats([sum(map(bool, r.cells)) for r in looked]), _BLANKS)]
    width = len(source.main.headers)
    roles = source.roles[source.main.part]
    spread = [len({row.cells[i] for row in looked}) for i in range(width)]
    joined = [i for i in range(width) if 1 < spread[i] < 0.9 * len(looked)]
    for at, i in enumerate(joined):
        for j in joined[at + 1 :]:
            both = f"coalesce(c{i}, '') || chr(31) || coalesce(c{j}, '')"
            values = often(con, source, both, [f"{r.cells[i]}\x1f{r.cells[j]}" for r in looked])
            heading = f"{heading_of(source, i)} with {heading_of(source, j)}"
            found.append(Feature(_BOTH, heading, values, leave_out(source, i, j), (i, j)))
    found += _of_derived(source, looked, canaries, joined)
    regions = NumberRegions.of_case(con)
    for i in source.places("phone"):
        forms = [number_form(row.cells[i], source.region) for row in looked]
        places = ["" if form is None else regions.of(form[1]) for form in forms]
        for j in range(width):
            if roles[j] in ("phone", "email", "name", "id") or not any(places):
                continue
            agrees = [bool(place) and place in row.cells[j] for place, row in zip(places, looked, strict=True)]
            heading = f"{heading_of(source, i)} with {heading_of(source, j)}"
            found.append(Feature("whether the number's region is there", heading, floats(agrees), IDENTITIES, (i, j)))
    return found


def _of_derived(
    source: SourceList, looked: Sequence[FeatureRow], canaries: int, joined: Sequence[int]
) -> list[Feature]:
    """How often what is only part of a cell (an area code, a provider, a district) occurs with other columns' values.
    Counted among the ordinary rows that are looked at."""
    derived = _derived(source, looked)
    found: list[Feature] = []
    for at, (i, part, values) in enumerate(derived):
        heading = f"{heading_of(source, i)} ({part})"
        advice = advice_on(source, i)
        others = [(j, heading_of(source, j), [row.cells[j] for row in looked]) for j in joined if j != i]
        others += [(j, f"{heading_of(source, j)} ({other})", texts) for j, other, texts in derived[at + 1 :] if j != i]
        found.append(Feature("how often it occurs", heading, counted_among(values, canaries), advice, (i,)))
        for j, other, texts in others:
            both = counted_among([f"{one}\x1f{two}" for one, two in zip(values, texts, strict=True)], canaries)
            found.append(Feature(_BOTH, f"{heading} with {other}", both, advice, (i, j)))
    return found


def _derived(source: SourceList, looked: Sequence[FeatureRow]) -> list[tuple[int, str, list[str]]]:
    found = []
    for i, role in enumerate(source.roles[source.main.part]):
        cells = [row.cells[i] for row in looked]
        if role == "phone":
            forms = [number_form(cell, source.region) for cell in cells]
            found.append((i, "area", ["" if form is None else area_of(form[1]) for form in forms]))
        elif role == "email":
            found.append((i, "provider", [cell.rpartition("@")[2].lower() for cell in cells]))
        elif POSTCODE.search(source.main.headers[i] or ""):
            found.append((i, "district", list(map(district_of, cells))))
    return [each for each in found if 1 < len(set(each[2])) < _DIFFERENT * len(looked)]
