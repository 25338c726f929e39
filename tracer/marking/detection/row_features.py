"""What an attacker would look at in a list's rows, as numbers: per column and per row. One array element a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import given_values
from tracer.lists.write.model import NewRow
from tracer.marking.detection.cell_parts import of_parts
from tracer.marking.detection.id_gaps import Looked, id_gaps, shared_beginnings
from tracer.marking.detection.looked_rows import (
    IDENTITIES,
    Feature,
    FeatureRow,
    FormsOf,
    advice_on,
    counted_among,
    floats,
    heading_of,
    leave_out,
    often,
)
from tracer.marking.detection.rising_pairs import rising_pairs
from tracer.marking.persona.free_columns import district_of
from tracer.marking.persona.source_list import POSTCODE, SourceList
from tracer.marking.persona.texts import shape
from tracer.marking.persona.written_numbers import NumberRegions, area_of, number_form

# Pairs of columns: how often the values of a row come together in the list, whole or in part.

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


__all__ = ["Feature", "FormsOf", "features", "heading_of"]

ORDINARY = 4_000
"""Ordinary rows that canaries are compared with."""

_PLACE = "hand over the list in another order, or with ids that have gaps"
_Rank = tuple[float, str]
_YEAR_LAST = re.compile(r"\b([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})\b")
_MONTHS = 12
REACHABLE = "leave the rows without number or address out of all copies with --only-reachable"
_FORMS = "clear the list's formats, save it again, load that and release it"


def features(
    con: duckdb.DuckDBPyConnection, source: SourceList, rows: Sequence[NewRow], forms: FormsOf | None = None
) -> tuple[list[Feature], NDArray[np.bool_]]:
    """The features of the canaries and of ordinary rows that could be canaries; which are canaries.

    `forms`: how the cells of a row are written in the file, where that is more than their content.
    """
    width = len(source.main.headers)
    table = source.tables[source.main.part]
    written, rows = rows, [source.in_copies(row) for row in rows]
    names = [f"coalesce(c{i}, '')" for i in range(width)]
    drawn = con.execute(
        f"SELECT row, {', '.join(names)} FROM {table} ORDER BY md5('{source.no} ' || CAST(row AS VARCHAR)), row"
        f" LIMIT {2 * ORDINARY}"
    ).fetchall()
    by_mail = any(not any(new.cells[i] for i in source.places("phone")) for new in rows)
    usable = [row for row in drawn if _could_be(source, row[1:], by_mail=by_mail)][:ORDINARY] or drawn[:ORDINARY]
    near = _neighbours(con, table, names, [row.before for row in rows], [int(row[0]) for row in usable])
    blank = ("",) * width
    looked = [
        FeatureRow(
            new.before / (source.main.rows + 1),
            tuple(cell or "" for cell in new.cells),
            near.get(new.before - 1, blank),
            near.get(new.before, blank),
        )
        for new in rows
    ] + [
        FeatureRow(
            row[0] / (source.main.rows + 1), tuple(row[1:]), near.get(row[0] - 1, blank), near.get(row[0] + 1, blank)
        )
        for row in usable
    ]
    found = [Feature("where they are", None, np.array([row.place for row in looked]), _PLACE)]
    canaries = np.arange(len(looked)) < len(rows)
    for i in range(width):
        found += _of_column(con, source, i, looked, len(rows))
    numbers = [*(0 for _ in rows), *(int(row[0]) for row in usable)]
    for pair in rising_pairs(con, source, [row.cells for row in looked], numbers):
        both = (pair.one, pair.two)
        heading = " with ".join(heading_of(source, i) for i in both)
        what = "how far the two are from rising together"
        found.append(Feature(what, heading, pair.away, leave_out(source, *both), both))
    found += _of_gaps(con, source, looked, canaries)
    if forms is not None:
        kept = source.kept_rows.get(source.main.part)
        numbered = [int(row[0]) if kept is None else int(kept[row[0] - 1]) for row in usable]
        found += _of_forms(source, [*map(forms, written), *map(forms, numbered)])
    found += _of_patterns(con, source, [row.cells for row in looked])
    found += of_parts(con, source, [row.cells for row in looked], numbers)
    return found + of_rows(con, source, looked, len(rows)), canaries


def _of_patterns(con: duckdb.DuckDBPyConnection, source: SourceList, cells: Sequence[tuple[str, ...]]) -> list[Feature]:
    """Whether a row has a number, an address, either: among all rows of the list, those that could not be canaries too,
    since an attacker sees which rows have one."""
    wanted = {"a number": source.places("phone"), "an address": source.places("email")}
    if all(wanted.values()):
        wanted["a number or an address"] = [i for columns in wanted.values() for i in columns]
    found = []
    for named, columns in wanted.items():
        if columns:
            held = " OR ".join(f"coalesce(c{i}, '') <> ''" for i in columns)
            row = con.execute(
                f"SELECT count(*) FILTER (NOT ({held})), count(*) FILTER ({held}) FROM"
                f" {source.tables[source.main.part]}"
            ).fetchone()
            whole = (0, source.main.rows) if row is None else (int(row[0]), int(row[1]))
            flags = floats([any(row[i] for i in columns) for row in cells])
            heading = ", ".join(heading_of(source, i) for i in columns)
            alone = tuple(columns) if len(columns) == 1 else ()
            found.append(Feature(f"whether a row has {named}", heading, flags, REACHABLE, alone, whole))
    return found


def _of_gaps(
    con: duckdb.DuckDBPyConnection, source: SourceList, looked: Sequence[FeatureRow], canaries: NDArray[np.bool_]
) -> list[Feature]:
    """How ids and moments lie among those of the list."""
    places = np.array([row.place for row in looked])
    columns = [
        Looked(
            [row.cells[i] for row in looked], [row.before[i] for row in looked], [row.behind[i] for row in looked],
            places, ~canaries,
        )
        for i in range(len(source.main.headers))
    ]  # fmt: skip
    found = []
    for i, role in enumerate(source.roles[source.main.part]):
        if role not in ("phone", "name"):
            shared = shared_beginnings(con, source.tables[source.main.part], i, columns[i].cells)
            what, advice = "how much of its beginning another value has", advice_on(source, i)
            found += [] if shared is None else [Feature(what, heading_of(source, i), shared, advice, (i,))]
    for gaps in id_gaps(con, source, columns):
        heading, advice = heading_of(source, gaps.column), leave_out(source, gaps.column)
        found += [Feature(what, heading, values, advice, (gaps.column,)) for what, values in gaps.measures.items()]
    return found


def _of_forms(source: SourceList, forms: Sequence[tuple[str, ...]]) -> list[Feature]:
    """How often a cell, and a row, is written that way in the file: with such a format, kind, formula."""
    found = []
    for i in range(len(forms[0])):
        written = Counter(row[i] for row in forms)
        is_cell = i < len(source.main.headers)
        what = "how often a cell is written that way in the file" if is_cell else "how the row is written in the file"
        heading = heading_of(source, i) if is_cell else None
        values = floats([written[row[i]] for row in forms])
        found.append(Feature(what, heading, values, _FORMS, (i,) if is_cell else ()))
    return found


def _could_be(source: SourceList, cells: Sequence[str], *, by_mail: bool) -> bool:
    """Whether a row has a number that can be read, or (`by_mail`: as canaries have) an address alone."""
    phones = source.places("phone")
    if any(number_form(cells[i], source.region) is not None for i in phones):
        return True
    return (by_mail or not phones) and any("@" in cells[i] for i in source.places("email"))


def _neighbours(
    con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], places: Sequence[int], rows: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    wanted = {at + k for at in places for k in (-1, 0)} | {at + k for at in rows for k in (-1, 1)}
    with given_values(con, pa.array(sorted(wanted), pa.int64())) as rows_wanted:
        found = con.execute(f"SELECT row, {', '.join(names)} FROM {table} WHERE row IN {rows_wanted}").fetchall()
    return {int(row[0]): tuple(row[1:]) for row in found}


def _of_column(
    con: duckdb.DuckDBPyConnection, source: SourceList, i: int, looked: Sequence[FeatureRow], canaries: int
) -> list[Feature]:
    role, heading = source.roles[source.main.part][i], heading_of(source, i)
    cells = [row.cells[i] for row in looked]
    advice = advice_on(source, i)
    shapes = Counter(map(shape, cells[canaries:])) + Counter(map(shape, cells[:canaries]))
    grams = Counter(gram for cell in cells for gram in pairwise(cell))
    rank = _ranked(cells)
    rare = [min((grams[g] for g in pairwise(cell)), default=0) for cell in cells]
    listed = {
        "filled or blank": [cell != "" for cell in cells],
        "length": [len(cell) for cell in cells],
        "digits": [sum(char.isdigit() for char in cell) for cell in cells],
        "how often it is written that way": [shapes[shape(cell)] for cell in cells],
        "rare characters": rare,
        "the same as in the row before or behind": [
            row.cells[i] != "" and row.cells[i] in (row.before[i], row.behind[i]) for row in looked
        ],
        "size of the number": [_size(cell) for cell in cells],
        "its order with the rows around it": [
            _between(rank(row.before[i]), rank(row.cells[i]), rank(row.behind[i])) for row in looked
        ],
    }  # fmt: skip
    repeated = {"how often the value is in the list": often(con, source, f"c{i}", cells)}
    if role == "phone":
        block = f"substr(right(regexp_replace(c{i}, '[^0-9]', '', 'g'), 11), 1, 7)"
        blocks = [re.sub(r"\D", "", cell)[-11:][:7] for cell in cells]
        repeated["how many numbers of its block the list has"] = often(con, source, block, blocks)
    plain = [Feature(what, heading, np.array(values, dtype=float), advice, (i,)) for what, values in listed.items()]
    return plain + [Feature(what, heading, counted, advice, (i,)) for what, counted in repeated.items()]


def _size(cell: str) -> float:
    digits = re.sub(r"\D", "", cell)
    return float(digits[-15:]) if digits else -1.0


def _between(before: _Rank, cell: _Rank, behind: _Rank) -> int:
    """0 where a cell is between its neighbours' (in either direction), 1 where it does not."""
    low, high = sorted((before, behind))
    return 0 if low <= cell <= high else 1


def _ranked(cells: Sequence[str]) -> Callable[[str], _Rank]:
    """What a column's cells are compared by: numbers and dates by their size, others as texts."""
    dates = [found for cell in cells if (found := _YEAR_LAST.match(cell)) is not None]
    turned = r"\3\2\1" if any(int(found[1]) > _MONTHS for found in dates) else r"\3\1\2"

    def rank(cell: str) -> _Rank:
        cell = _YEAR_LAST.sub(turned, cell) if dates else cell
        return (_size(cell), cell) if cell[:1].isdigit() or cell[:1] == "+" else (0.0, cell)

    return rank
