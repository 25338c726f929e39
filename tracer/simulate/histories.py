"""Clients that keep a row history: when each row was added and deleted, and what the list held on a day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tracer.simulate.rows import NEVER, Rows
from tracer.simulate.text import HISTORY, ListLayout

DELETED = 0.15
"""Share of rows that are deleted again."""
BEFORE = 0.4
"""Share of rows that were there before the market's first day."""


def with_history(rng: np.random.Generator, rows: Rows, layout: ListLayout, horizon: int) -> tuple[Rows, ListLayout]:
    """The rows with days of adding and deleting up to day `horizon`, and a layout that shows them.

    Rows come in bursts and more on some days of the week; a repeated number came and went with its first row.
    """
    _, number = np.unique(rows.number, return_inverse=True)
    n = int(number.max(initial=-1)) + 1
    weight = rng.dirichlet(np.full(7, 3.0))[np.arange(horizon) % 7] * np.exp(rng.normal(0, 0.5, horizon))
    added = rng.choice(horizon, n, p=weight / weight.sum())
    old = rng.random(n) < BEFORE
    added[old] = -rng.integers(1, 400, int(old.sum()))
    gone = np.maximum(added, 0) + 1 + rng.integers(0, horizon, n)
    gone[(rng.random(n) >= DELETED) | (gone > horizon)] = NEVER
    columns = tuple(role for role in layout.columns if role != "date")
    shown = replace(rows, day=added[number].astype(np.int32), gone=gone[number].astype(np.int32))
    return shown, replace(layout, columns=(*columns, *HISTORY))


def on_day(rows: Rows, day: int) -> Rows:
    """The rows that the list held at the end of a day; it is not known then that they will be deleted."""
    kept = rows.take((rows.day <= day) & (rows.gone > day))
    return replace(kept, gone=np.full(len(kept), NEVER, dtype=np.int32))
