"""Which columns of a list go together: what depends on each other must come from one row, what does not need not.

Two columns depend where rows agree in both more often than they would if one of them were shuffled. A persona that took
all further columns from one row would double that row's combination of values, which may be the only one in the list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
ROWS = 4_000
"""Rows that are compared."""
_SHUFFLES = 10
_SURE = 6.0
"""Standard errors beyond which agreement is not chance."""
_FEW = 60
"""A column with more values is seen by its values' kinds as well: their beginnings, their size."""


def depends(a: Codes, b: Codes, seed: int) -> bool:
    """Whether two columns' codes agree together more (or less) often than by chance. Blank cells have a code too."""
    rng = np.random.Generator(np.random.PCG64(seed))
    wide = int(b.max()) + 1 if len(b) else 1

    def together(other: Codes) -> float:
        counts = np.unique(a * wide + other, return_counts=True)[1].astype(np.float64)
        return float((counts * counts).sum())

    chance = np.array([together(rng.permutation(b)) for _ in range(_SHUFFLES)])
    spread = max(float(chance.std(ddof=1)), 1.0)
    return abs(together(b) - float(chance.mean())) > _SURE * spread


def come_together(pairs: Iterable[tuple[str | None, str | None]]) -> bool:
    """Whether two columns' values, where they come again, come again together: an account's id and its name."""
    both = Counter((one, other) for one, other in pairs if one and other)
    left, right = Counter[str | None](), Counter[str | None]()
    for (one, other), times in both.items():
        left[one] += times
        right[other] += times
    again = {pair: times for pair, times in both.items() if left[pair[0]] > 1 or right[pair[1]] > 1}
    return sum(times for times in again.values() if times > 1) > 0.5 * sum(again.values())


def codings(cells: Sequence[str | None]) -> list[Codes]:
    """Ways to see a column: its values, or where there are many, whether it is filled, their beginnings and sizes."""
    values = coded([cell or "" for cell in cells])
    if len(np.unique(values)) <= _FEW:
        return [values]
    views = [coded(["" if cell is None else "x" for cell in cells]), coded([(cell or "")[:2] for cell in cells])]
    numbers = [_size(cell) for cell in cells]
    if sum(number is not None for number in numbers) > len(cells) // 2:
        filled = np.array([np.nan if number is None else number for number in numbers])
        edges = np.unique(np.nanquantile(filled, np.linspace(0, 1, 13)[1:-1]))
        views.append(np.where(np.isnan(filled), 0, 1 + np.searchsorted(edges, filled)).astype(np.int64))
    return [view for view in views if len(np.unique(view)) > 1]


def _size(cell: str | None) -> float | None:
    """A number, or a date as one."""
    digits = re.sub(r"[-/.:年月日 T]", "", cell or "")
    try:
        return float(cell or "") if cell and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", cell) else float(digits[:14])
    except ValueError:
        return None


def coded(values: Sequence[str]) -> Codes:
    """Values as numbers from 0."""
    return np.unique(np.array(values, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)


def groups(columns: Mapping[int, list[Codes]], model: Mapping[str, list[Codes]]) -> dict[int, int]:
    """Column -> its group; group -1 goes with the model row, since it depends on one of the `model` features."""
    with_model = {i for i, views in columns.items() if any(_linked(views, other) for other in model.values())}
    group = {i: -1 if i in with_model else i for i in columns}
    order = sorted(columns)
    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if group[i] != group[j] and _linked(columns[i], columns[j]):
                joined, left = sorted((group[i], group[j]))
                group = {k: joined if g == left else g for k, g in group.items()}
    return group


def _linked(one: list[Codes], other: list[Codes]) -> bool:
    return any(depends(a, b, 7919 * len(one) + k) for a in one for k, b in enumerate(other))
