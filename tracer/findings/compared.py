"""All datasets compared with one another: what overlaps and derivations both rest on, read once in a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.findings.background import Background, estimate_background, similarity
from tracer.findings.pair_counts import counted_pairs
from tracer.findings.patterns import (
    Patterns,
    Places,
    Traced,
    answered_patterns,
    read_patterns,
    read_places,
    read_traced,
    shared_contacts,
)


@dataclass(frozen=True)
class Compared:
    """The datasets of a case beside one another."""

    traced: Traced
    patterns: Patterns
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common."""
    places: Places
    background: Background


_KEPT: ContextVar[dict[duckdb.DuckDBPyConnection, Compared] | None] = ContextVar("compared", default=None)


@contextmanager
def compared_once() -> Iterator[None]:
    """Inside it datasets are compared once a connection. They must not change meanwhile: one transaction."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def compare(con: duckdb.DuckDBPyConnection) -> Compared:
    """Compare all current datasets. Leaves the TEMP tables of `patterns`."""
    kept = _KEPT.get()
    if kept is not None and con in kept:
        return kept[con]
    traced = read_traced(con)
    shared = None if traced.share.all else _counted_whole(con, traced)
    patterns = read_patterns(con, traced)
    shared = shared_contacts(con, patterns) if shared is None else shared
    places = read_places(con, traced, patterns)
    found = Compared(
        traced, patterns, shared, places, estimate_background(shared, traced.contacts, similarity(places))
    )  # fmt: skip
    if kept is not None:
        kept[con] = found
    return found


def _counted_whole(con: duckdb.DuckDBPyConnection, traced: Traced) -> NDArray[np.int64]:
    """datasets x datasets of a large case: contacts in common over all identifiers."""
    answered = answered_patterns(con, traced)
    return counted_pairs(con, traced) if answered is None else shared_contacts(con, answered)
