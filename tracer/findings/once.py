"""What several stages of a trace ask is computed once: within one transaction the facts stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

import duckdb

T = TypeVar("T")

_KEPT: ContextVar[dict[tuple[duckdb.DuckDBPyConnection, Hashable], object] | None] = ContextVar("once", default=None)


@contextmanager
def computed_once() -> Iterator[None]:
    """Inside it what is asked through `once` is computed once a connection. The facts must not change meanwhile."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def once(con: duckdb.DuckDBPyConnection, question: Hashable, compute: Callable[[], T]) -> T:
    """What `compute` returns; kept for the `question` inside `computed_once`, computed again outside it."""
    kept = _KEPT.get()
    if kept is None:
        return compute()
    if (con, question) not in kept:
        kept[con, question] = compute()
    return cast(T, kept[con, question])
