"""What sets the common rows of two lists apart from their other rows: in a source the rows that were taken are like the
rest, in a copy they differ from what came from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import gammaln

from tracer.findings.derivation.cells import statement
from tracer.findings.derivation.counts import MembershipCounts

FILLED, NAMES = "cells filled", "ways of writing names"
COMPOSED: Mapping[str, Sequence[str]] = {
    "ways of writing numbers": ("form",),
    NAMES: ("name_form",),
    FILLED: tuple(f"CAST({cell} IS NOT NULL AS VARCHAR)" for cell in ("name", "organisation", "address")),
}
"""Signal → what of a row is compared, in SQL over `cell`; several are weighed one by one."""
LEAST_REST = 5
"""Rows from which the common rows and the rest of a list are compared."""
CHOSEN = 0.98
"""Share of the common rows from which, where so many are filled on both sides, they may have been chosen for it:
who takes the rows with an address takes what is unlike the rest of his source."""
TEMPER = 0.25
"""Power to which the likelihood of categories is raised: rows of one batch are not independent."""


class Parted(NamedTuple):
    """The common rows of a list against its other ones."""

    apart: float
    """ln Bayes factor that the two are of different make."""
    most: str
    nearly_all: bool
    """Whether so many of the common rows are it that they may have been chosen for it (`CHOSEN`)."""


def composition(
    parted: Mapping[str, Mapping[tuple[int, int], Parted]], pairs: Sequence[tuple[int, int]], name: str
) -> dict[tuple[int, int], float]:
    """(a, b) → log odds that a is the source, for pairs a < b of which something is known. name: one of `COMPOSED`;
    parted: what of a row is compared → what `part` gives."""
    found: dict[tuple[int, int], float] = {}
    for what in COMPOSED[name]:
        for a, b in pairs:
            one, two = parted[what].get((a, b)), parted[what].get((b, a))
            if one is None or two is None:
                continue
            if name == FILLED and one[1:] == two[1:] and one.nearly_all:
                continue
            # A list that is full throughout is not evidence that the other, whose parts are filled alike, is the
            # source.
            if name == FILLED and max(one.apart, two.apart) <= 0.0:
                continue
            found[a, b] = found.get((a, b), 0.0) + TEMPER * (two.apart - one.apart)
    return found


def part(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, pairs: Sequence[tuple[int, int]], what: str
) -> dict[tuple[int, int], Parted]:
    """(list, other) → the rows of the list that are in the other as well against those that are not."""
    table: dict[int, list[tuple[int, str, int]]] = {}
    for position, pattern, form, n in con.execute(statement("composition").replace("{what}", what)).fetchall():
        table.setdefault(position, []).append((pattern, form, n))
    others: dict[int, set[int]] = {}
    for a, b in pairs:
        others.setdefault(a, set()).add(b)
        others.setdefault(b, set()).add(a)
    found = {}
    for position, entries in table.items():
        forms = sorted({entry[1] for entry in entries})
        index = {form: number for number, form in enumerate(forms)}
        pattern = np.array([entry[0] for entry in entries])
        form = np.array([index[entry[1]] for entry in entries])
        size = np.array([entry[2] for entry in entries], dtype=np.float64)
        for other in others.get(position, ()):
            held = _held(counts.holders, other)
            inside = (pattern >= 0) & held[pattern]
            # A list without a rest of its own says nothing about what its rest is like.
            if min(size[inside].sum(), size[~inside].sum()) < LEAST_REST:
                continue
            common = np.bincount(form[inside], size[inside], len(forms)).astype(np.float64)
            rest = np.bincount(form[~inside], size[~inside], len(forms)).astype(np.float64)
            most = int(common.argmax())
            found[position, other] = Parted(
                _apart(common, rest), forms[most], bool(common[most] >= CHOSEN * common.sum())
            )
    return found


def _held(holders: sparse.csc_matrix, dataset: int) -> NDArray[np.bool_]:
    """Which patterns a dataset holds: its column, which slicing takes ten times as long to give."""
    column = slice(holders.indptr[dataset], holders.indptr[dataset + 1])
    held = np.zeros(holders.shape[0], dtype=np.bool_)
    held[holders.indices[column][holders.data[column] > 0]] = True
    return held


def _apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """ln Bayes factor that two counts over categories come from two distributions and not from one.

    Dirichlet priors of total 4, with the pooled shares as their centre.
    """
    prior = 4 * (x + y + 0.5) / (x + y + 0.5).sum()
    return _evidence(x, prior) + _evidence(y, prior) - _evidence(x + y, prior)


def _evidence(counts: NDArray[np.float64], prior: NDArray[np.float64]) -> float:
    value = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum())
    return float(value + np.sum(gammaln(prior + counts) - gammaln(prior)))
