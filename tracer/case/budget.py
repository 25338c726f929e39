"""How much memory and how many threads a process may use; what does not fit is spilled, encrypted, into the case.

The environment carries both, so that child processes keep to them as well.
"""

from __future__ import annotations

import os
import re

import duckdb

from tracer.errors import UsageError

MEMORY, THREADS = "TRACER_MEMORY", "TRACER_THREADS"
SHARE = 0.5
"""Share of the machine's memory, by default: two commands side by side must not bring it down."""
LEAST = 256 << 20
"""Bytes below which even small statements fail."""
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:I?B)?\s*", re.IGNORECASE)


def memory_bytes(text: str) -> int:
    """A size as it is written (`8G`, `8 GiB`, `800MB`; powers of 1,024) in bytes. Raises `UsageError`."""
    found = _SIZE.fullmatch(text)
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size < LEAST:
        raise UsageError(f"invalid memory size {text!r}", remedy="give at least 256M, for example 8G")
    return size


def thread_count(text: str) -> int:
    """A number of threads as it is written. Raises `UsageError`."""
    if not text.strip().isdigit() or not 1 <= int(text) <= 1024:
        raise UsageError(f"invalid number of threads {text!r}", remedy="give a number from 1 on")
    return int(text)


def keep_to(con: duckdb.DuckDBPyConnection, *, alone: bool = False) -> None:
    """Hold a connection to what the environment says, or to half of the machine's memory. Raises `UsageError`.

    alone: one thread where the environment says nothing. Statements over a few thousand rows take longer when two
    threads have to wait for each other.
    """
    memory, threads = os.environ.get(MEMORY, "").strip(), os.environ.get(THREADS, "").strip()
    if memory:
        limit = memory_bytes(memory)
    else:
        # DuckDB sees also the limit of a container, and takes 80 %.
        (whole,) = con.execute("SELECT current_setting('memory_limit')").fetchall()[0]
        limit = max(LEAST, round(memory_bytes(whole) * SHARE / 0.8))
    con.execute(f"SET memory_limit = '{limit}B'")
    if threads or alone:
        con.execute(f"SET threads = {thread_count(threads or '1')}")
