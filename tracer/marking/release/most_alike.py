"""Which identities are planted where there are more than needed: those whose personas together are most like the list.

An identity brings a number, an address and a name that the tool cannot change: a name that is met in no row of the
number's town, a provider that few rows have. One persona that is unlike all rows is left out, and so are those that
make the planted rows as a whole differ from ordinary ones: of each town or provider as many are kept as the list has.

Measured is what the learner of the gate goes by (Fisher 1936): the distance between the means of both kinds of rows,
over the ranks of all features, how far out they are, and whether they are further out than nearly all ordinary rows.
One persona at a time is left out, whichever brings the means nearest to each other, until they are as near as
those of rows drawn from the list at random would be; from there on any. Nearer still would show as well: who
knows some of the planted rows would look for the opposite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.lists.write.model import NewRow
from tracer.marking.detection.detectability import LEAST
from tracer.marking.detection.row_features import FormsOf, features
from tracer.marking.persona.models import Models
from tracer.marking.persona.source_list import SourceList

_MOST = 2.5
"""Personas that are made for each that is needed, at most."""
_SPARE = 1.3
"""Identities that are left to lend numbers and addresses, as a multiple of those that personas will ask for."""
_COLUMNS = 400
"""Columns of the distance: those in which both kinds of rows differ most."""
_RIDGE = 1.0
"""Variance that is added to that of each standardised column."""
_NEAR = 0.8
"""Square of the distance of the means at which any persona may go, against that of rows drawn at random: a little less,
since other features than these are near by chance alone."""
_OUTER = 0.005
"""Share of ordinary rows that are further out on one side than what counts as far out."""

Matrix = NDArray[np.float64]


def personas_to_make(models: Models, needed: int, identities: int) -> int:
    """For how many of the identities personas are made, of which `needed` will be kept."""
    if needed < LEAST:
        return needed
    patterns = models.contacts.patterns
    lent = sum(
        count * (max(0, len(kinds) - 1) + max(0, mails - 1)) for (kinds, mails), count in patterns.items()
    ) / max(1, patterns.total())
    return max(needed, min(int(_MOST * needed), int(identities / (1 + _SPARE * lent))))


def most_alike(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, NewRow],
    able: Sequence[int],
    needed: int,
    forms: FormsOf | None = None,
) -> list[int]:
    """The `needed` ones of `able` (numbers of `rows`) that are most like the list's rows together with the other rows.

    `forms`: how the cells of a row are written in the file.
    """
    if len(able) <= needed:
        return list(able)
    found, marked = features(con, source, list(rows.values()), forms)
    table = np.stack([feature.values(marked) for feature in found], axis=1)
    at = {no: place for place, no in enumerate(rows)}
    left_out = nearest_means(table, marked, [at[no] for no in able], len(able) - needed)
    return [no for no in able if at[no] not in left_out]


def nearest_means(table: Matrix, marked: NDArray[np.bool_], able: Sequence[int], count: int) -> frozenset[int]:
    """Which `count` of the rows `able` are left out so that the means of the marked and of the other rows are near.

    `table`: (rows, features); `marked`: (rows,).
    """
    white, scatter = _whitened(_columns(table, marked), marked)
    place = {row: at for at, row in enumerate(np.flatnonzero(marked).tolist())}
    free, total, gone = [place[row] for row in able], white.sum(axis=0), set[int]()
    size = (white * white).sum(axis=1)
    for left in range(len(white), len(white) - count, -1):
        best = free[-1]
        if float(total @ total) > _NEAR * left * scatter:
            # |total - row|^2 without |total|^2, which all have in common.
            best = free[int((size[free] - 2 * (white[free] @ total)).argmin())]
        free.remove(best)
        gone.add(best)
        total -= white[best]
    return frozenset(row for row, at in place.items() if at in gone)


def _columns(table: Matrix, marked: NDArray[np.bool_]) -> Matrix:
    """Ranks among the ordinary rows, how far out these are, and whether nearly no ordinary row is as far out."""
    table = table[:, np.ptp(table, axis=0) > 0]
    ordinary = np.sort(table[~marked], axis=0)
    low = np.stack([np.searchsorted(ordinary[:, j], table[:, j]) for j in range(table.shape[1])], axis=1)
    high = np.stack([np.searchsorted(ordinary[:, j], table[:, j], "right") for j in range(table.shape[1])], axis=1)
    count = len(ordinary)
    ranks = (low + high) / (2 * count)
    return np.concatenate((ranks, np.abs(2 * ranks - 1), high <= _OUTER * count, low >= (1 - _OUTER) * count), axis=1)


def _whitened(table: Matrix, marked: NDArray[np.bool_]) -> tuple[Matrix, float]:
    """The marked rows, less the ordinary rows' mean, in units in which the latter scatter alike in all directions; and
    the mean square of an ordinary row in these."""
    mean, deviation = table[~marked].mean(axis=0), table[~marked].std(axis=0)
    # What no ordinary row has is as rare as it can be among so many.
    deviation = np.maximum(deviation, (1 / (~marked).sum()) ** 0.5)
    standard = (table - mean) / deviation
    standard = standard[:, np.ptp(standard, axis=0) > 0]
    chosen = np.sort(np.argsort(-np.abs(standard[marked].mean(axis=0)), kind="stable")[:_COLUMNS])
    standard = standard[:, chosen]
    ordinary = standard[~marked]
    scatter = ordinary.T @ ordinary / len(ordinary) + _RIDGE * np.eye(len(chosen))
    lower = np.linalg.cholesky(scatter)
    white = scipy.linalg.solve_triangular(lower, standard.T, lower=True).T
    return np.asarray(white[marked], dtype=np.float64), float((white[~marked] ** 2).sum(axis=1).mean())
