"""Parts of cells across columns: a number's area with the town, a name's last word with a postcode's beginning.

Each column is seen in several ways, and for each two ways of different columns that depend on each other in the list it
is asked how much oftener a row's two values come together in other rows than chance has it. Counts are of a sample of
the list's rows and of all canaries at once, each row without itself, so that rows with the same two values have the
same number, whether they are canaries or not: where canaries are like ordinary rows, which of the rows are canaries is
exchangeable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.marking.detection.looked_rows import Feature, advice_on, heading_of
from tracer.marking.persona.free_columns import district_of
from tracer.marking.persona.source_list import POSTCODE, SourceList
from tracer.marking.persona.written_numbers import calling_code

_REFERENCE = 20_000
"""Rows of the list in which values are counted."""
_OFTEN = 0.5
"""Different values as a share of the rows above which they do not come again often enough to be counted."""
_BLANK = 0.01
"""Share of rows from which on it matters which ones are blank."""
_PARTS = 12
"""Parts of equal size that a column of numbers or dates is cut into."""
_DEPENDS = 0.01
"""Mean of the logarithm from which on two columns depend on each other."""
_DENSE = 1 << 17
"""Pairs of codes up to which a table of all of them costs less than sorting."""
_SIZES = (3, 4, 7)
"""Digits of a number, as its country dials it, that may say where it is."""
_YEAR_LAST = re.compile(r"^([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_TIME = re.compile(r":[0-5][0-9]$")
_LIFTED = "how much oftener both occur together than by chance"

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _SeenColumn:
    """A column as it is seen."""

    column: int
    part: str
    """What of the cell; empty for the whole of it."""
    codes: Codes
    """0 where it is blank."""
    counts: Codes


def of_parts(
    con: duckdb.DuckDBPyConnection, source: SourceList, cells: Sequence[Sequence[str]], rows: Sequence[int]
) -> list[Feature]:
    """Features of pairs of columns, for rows that are looked at.

    `cells`: the rows looked at; `rows`: for each of these its number in the list; 0 for a canary.
    """
    others = _others(con, source, rows)
    columns = [[*(row[i] for row in cells), *(row[i + 1] for row in others)] for i in range(len(source.main.headers))]
    seen = [each for i in range(len(columns)) for each in _ways(source, i, columns[i])]
    found = []
    for one, other, lift in _lifted(seen, len(cells)):
        heading = " with ".join(_named(source, each) for each in (one, other))
        found.append(Feature(_LIFTED, heading, lift, advice_on(source, one.column), (one.column, other.column)))
    return found


def _others(con: duckdb.DuckDBPyConnection, source: SourceList, rows: Sequence[int]) -> list[tuple[str, ...]]:
    """Rows of the list in which values are counted, without those that are looked at."""
    looked = set(rows)
    names = ", ".join(f"coalesce(c{i}, '')" for i in range(len(source.main.headers)))
    drawn = con.execute(
        f"SELECT row, {names} FROM {source.tables[source.main.part]} ORDER BY md5('{source.no} ' || CAST(row AS"
        f" VARCHAR)), row LIMIT {_REFERENCE}"
    ).fetchall()
    return [row for row in drawn if row[0] not in looked]


def _lifted(seen: Sequence[_SeenColumn], looked: int) -> Iterator[tuple[_SeenColumn, _SeenColumn, Floats]]:
    """The pairs of different columns that depend on each other, with the logarithm of how much oftener both values of a
    row come together than by chance; 0 where one is blank: among rows with a second number, one of another place is
    rare, however many rows have none."""
    for at, one in enumerate(seen):
        for other in seen[at + 1 :]:
            if one.column == other.column:
                continue
            total = len(one.codes)
            chance = (one.counts[one.codes] - 1.0) * (other.counts[other.codes] - 1.0) / total
            lift = np.log((_together(one, other) - 0.5) / (chance + 0.5))
            lift[(one.codes == 0) | (other.codes == 0)] = 0.0
            if lift.mean() > _DEPENDS:
                yield one, other, lift[:looked]


def _together(one: _SeenColumn, other: _SeenColumn) -> Codes:
    """How many rows have each row's two values, itself among them."""
    pairs = one.codes * len(other.counts) + other.codes
    if len(one.counts) * len(other.counts) <= _DENSE:
        counts = np.bincount(pairs)
        return np.asarray(counts[pairs], dtype=np.int64)
    _, places, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(counts[places], dtype=np.int64)


def _ways(source: SourceList, i: int, cells: Sequence[str]) -> list[_SeenColumn]:
    """The ways in which a column is seen, but for those in which hardly any value comes again or all are one."""
    ways: dict[str, Sequence[str]] = {"": cells} | {
        part: [of(cell) if cell else "" for cell in cells] for part, of in _readers(source, i, cells).items()
    }
    blank = sum(not cell for cell in cells) / len(cells)
    if _BLANK < blank < 1 - _BLANK:
        ways["filled or not"] = ["y" if cell else "n" for cell in cells]
    found: list[_SeenColumn] = []
    for part, texts in ways.items():
        codes = _coded(texts)
        counts = np.bincount(codes, minlength=1)
        able = np.count_nonzero(counts) > 1 and len(counts) < _OFTEN * len(cells)
        if able and not any(len(counts) == len(each.counts) for each in found):
            found.append(_SeenColumn(i, part, codes, counts))
    sizes = _sizes(cells) if not found or found[0].part else None
    return found if sizes is None else [*found, _SeenColumn(i, "size", sizes, np.bincount(sizes))]


def _readers(source: SourceList, i: int, cells: Sequence[str]) -> Mapping[str, Callable[[str], str]]:
    """What of a cell is looked at, by the column's role."""
    role = source.roles[source.main.part][i]
    if role == "phone":
        return {f"first {size} digits": _dialled(source.region, size) for size in _SIZES}
    if role == "email":
        return {"provider": lambda cell: cell.rpartition("@")[2].lower(), "form": _mail_form}
    if POSTCODE.search(source.main.headers[i] or ""):
        return {"district": district_of, "beginning": lambda cell: cell.lstrip("'")[:3]}
    if role == "id":
        return {"beginning": lambda cell: cell[:3]}
    words: dict[str, Callable[[str], str]] = {
        "last word": lambda cell: cell.split(" ")[-1], "first word": lambda cell: cell.split(" ")[0],
        "beginning": lambda cell: cell[:2],
    }  # fmt: skip
    return words | {"last digits": lambda cell: cell[-2:]} if _has_moments(cells) else words


def _has_moments(cells: Sequence[str]) -> bool:
    """Whether most of a column's filled cells end in a time of day, whose seconds another column may have as well."""
    return 2 * sum(_TIME.search(cell) is not None for cell in cells) > sum(map(bool, cells))


def _dialled(region: str, size: int) -> Callable[[str], str]:
    """The first digits of a number as its country dials it: without its country code, or a 0 in front."""

    def read(cell: str) -> str:
        digits = re.sub(r"\D", "", cell)
        if cell.lstrip(" '(").startswith(("+", "00")):
            digits = digits.lstrip("0")
            digits = digits[len(calling_code(digits)) :]
        elif region in ("US", "CA") and len(digits) == 11:
            digits = digits.removeprefix("1")
        return digits.lstrip("0")[:size]

    return read


def _mail_form(cell: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.partition("@")[0]))


def _coded(texts: Sequence[str]) -> Codes:
    """Texts as numbers from 1; 0 for an empty one."""
    numbers = {"": 0}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _sizes(cells: Sequence[str]) -> Codes | None:
    """Numbers and dates by size, in parts of equal size; None where most cells have no digits."""
    digits = [re.sub(r"\D", "", _YEAR_LAST.sub(r"\3\1\2", cell))[:15] for cell in cells]
    filled = np.array([bool(each) for each in digits])
    if filled.sum() < len(cells) / 2:
        return None
    values = np.array([float(each or 0) for each in digits])
    edges = np.unique(np.quantile(values[filled], np.linspace(0, 1, _PARTS + 1)[1:-1]))
    return np.where(filled, 1 + np.searchsorted(edges, values, side="right"), 0).astype(np.int64)


def _named(source: SourceList, seen: _SeenColumn) -> str:
    heading = heading_of(source, seen.column)
    return f"{heading} ({seen.part})" if seen.part else heading
