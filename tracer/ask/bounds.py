"""How long a question may take and how many rows it may give: one bound for free SQL and for named queries."""

from __future__ import annotations

import atexit
import contextvars
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tracer.errors import InputRefused

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

T = TypeVar("T")

BYTES_AT_MOST = 256 << 20
"""Bytes of an answer: rows can be of any size."""
_GRACE_S = 2.0
"""Seconds that DuckDB has to stop in; there are functions that it does not interrupt, and those are left behind."""
_STEP_S = 0.05
"""Between two interrupts."""


@dataclass(frozen=True)
class Bounds:
    """What a question may take."""

    seconds: float = 60.0
    rows: int = 100_000
    """Rows to give at most; one more is fetched, to know whether there are more."""


_NAME = "question"
"""Stack of the threads that run statements."""
FREE = Bounds()
"""For statements that people write."""
NAMED = Bounds(seconds=600.0)
"""For named queries: a large case takes them long, and each comes to an end."""


def run_within(bounds: Bounds, where: str, work: Callable[[], T], *connections: duckdb.DuckDBPyConnection) -> T:
    """What `work` returns, if it does so in time; `connections`: those on which it runs statements.

    Raises `InputRefused` when the time is over; otherwise what `work` raises.
    """
    done, failed, context = list[T](), list[BaseException](), contextvars.copy_context()

    def run() -> None:
        try:
            done.append(context.run(work))
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            failed.append(error)

    worker = threading.Thread(target=run, name=_NAME, daemon=True)
    worker.start()
    try:
        worker.join(bounds.seconds)
    finally:
        late = worker.is_alive()  # also where the user has interrupted
        if late:
            _stop(worker, connections, _GRACE_S)
            atexit.register(_stop, worker, connections, math.inf)  # DuckDB's threads must not outlive the interpreter
    if late:
        raise InputRefused(
            f"stopped after {bounds.seconds:,g} seconds",
            where=where,
            remedy="ask for less, or allow more time: --timeout SECONDS",
        )
    if failed:
        raise failed[0]
    return done[0]


def _stop(worker: threading.Thread, connections: Sequence[duckdb.DuckDBPyConnection], seconds: float) -> None:
    """Interrupt until it ends: an interrupt between two statements is forgotten, and the next one would run on."""
    import duckdb

    end = time.monotonic() + seconds
    while worker.is_alive() and time.monotonic() < end:
        for con in connections:
            with suppress(duckdb.Error):  # closed meanwhile
                con.interrupt()
        worker.join(_STEP_S)


def unfinished_queries() -> bool:
    """Whether a statement that could not be interrupted is still at work."""
    return any(thread.name == _NAME for thread in threading.enumerate())


def first_rows(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, bounds: Bounds
) -> tuple[pa.Table, tuple[str, ...]]:
    """As many rows as may be given, and a note where there are more: an endless result ends here."""
    import pyarrow as pa

    taken, rows, size = list[pa.RecordBatch](), 0, 0
    for batch in batches:
        taken.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows > bounds.rows or size > BYTES_AT_MOST:
            break
    table = pa.Table.from_batches(taken, schema).slice(0, bounds.rows)
    if rows > bounds.rows:
        return table, (f"only the first {bounds.rows:,} rows are given: ask for less, or allow more: --rows NUMBER",)
    if size > BYTES_AT_MOST:
        return table, (f"only the first {rows:,} rows are given: more than {BYTES_AT_MOST >> 20:,} MiB",)
    return table, ()
