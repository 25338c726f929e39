"""Tables in which a column says each row's country: whose numbers without a country code its cells are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from tracer.lists.read.model import PartRead
from tracer.lists.read.region import CELLS, country_named, fit, is_bare, looks_like_number

_LOOKED_AT, _FEWEST = 200, 0.9
_VALUES = 400
"""Different values from which a column does not name countries."""
_VALID, _SAID = 0.6, 3.0
"""Share of a country's cells that must be its numbers, and nats for the country that the row says."""


def rows_of(con: duckdb.DuckDBPyConnection, part: PartRead, position: int, region: str) -> tuple[int, dict[str, str]]:
    """The column that says whose numbers a column's are, and its values with the country of each, `region` left out:
    only those whose cells are numbers of that country rather than of `region`."""
    open_ = [each.position for each in part.columns if not each.identifies]
    if not open_:
        return -1, {}
    head = con.execute(
        f"SELECT {', '.join(f'c{at}' for at in open_)} FROM {part.raw_table} LIMIT {_LOOKED_AT}"
    ).fetchall()
    for at, cells in zip(open_, zip(*head, strict=True), strict=True):
        filled = [cell for cell in cells if cell]
        known = {country_named(cell) for cell in filled}
        if len(filled) < 2 or len(known) < 2 or sum(map(bool, map(country_named, filled))) < _FEWEST * len(filled):
            continue
        pairs = con.execute(
            f"SELECT c{at}, list(DISTINCT c{position})[:{2 * CELLS}] FROM {part.raw_table}"
            f" WHERE c{at} <> '' AND c{position} <> '' GROUP BY 1 ORDER BY 1 LIMIT {_VALUES}"
        ).fetchall()
        return at, _agreed(pairs, region)
    return -1, {}


def _agreed(pairs: Sequence[tuple[str, Sequence[str]]], region: str) -> dict[str, str]:
    values, numbers = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for value, cells in pairs:
        code = country_named(value)
        if code is not None and code != region:
            values[code].append(value)
            numbers[code] += [cell for cell in sorted(cells) if is_bare(cell) and looks_like_number(cell)]
    agreed: dict[str, str] = {}
    for code, cells in numbers.items():
        if (
            cells
            and (own := fit(cells[:CELLS], code)).valid >= _VALID
            and own.nats + _SAID > fit(cells[:CELLS], region).nats
        ):
            agreed |= dict.fromkeys(values[code], code)
    return agreed
