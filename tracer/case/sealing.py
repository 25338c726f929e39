"""Sealing: what is looked at before a store is opened for writing, and what is kept when it has been closed.

The file is read before DuckDB opens it and after DuckDB has closed it, never between: closing a file drops every lock
that the process holds on it.
"""

from __future__ import annotations

import contextlib
import os

import duckdb

from tracer.case.key import derive
from tracer.case.layout import Layout
from tracer.case.schema import read_meta, write_metas
from tracer.case.seal import Seal, blocks_of, changed_blocks, changed_heads, read_seal, write_seal
from tracer.errors import CaseUnavailable

GENERATION = "generation"
"""Named value: random, new for every opening for writing."""
_HAD_SEAL = "had_seal"
"""Named value: whether a seal lay in the folder when the case was last opened for writing."""


class Sealing:
    """The seal of one case, from before its store is opened until after it is closed."""

    def __init__(self, layout: Layout, secret: bytes) -> None:
        self.layout, self._key = layout, derive(secret, b"seal")
        self.seal: Seal | None = None
        """The seal that lay in the folder."""
        self.whole = False
        """Whether the store is, to the last bit, what was sealed."""
        self.fault = ""
        """What is wrong; empty: nothing."""
        self._changed = 0
        self._thorough = False

    def look(self, *, thorough: bool) -> None:
        """Compare the closed file with its seal: the beginning of every block, or, `thorough`, every bit.

        Raises `CaseUnavailable` where the seal itself was changed; `thorough` keeps that as the fault.
        """
        self._thorough = thorough
        try:
            self.seal = read_seal(self.layout.seal, self._key)
        except CaseUnavailable as error:
            if not thorough:
                raise
            self.fault = error.what
            return
        if self.seal is None or not self.layout.store.is_file() or self.layout.wal.exists():
            return
        compare = changed_blocks if thorough else changed_heads
        self._changed = compare(self.layout.store, self.seal)

    def begin(self, con: duckdb.DuckDBPyConnection) -> None:
        """The store is open for writing: judge what was seen, and mark it as being written.

        Raises `CaseUnavailable` where it was changed by something else than tracer, unless a thorough look was asked.
        """
        self.judge(con)
        if self.fault:
            if self._thorough:
                return
            raise CaseUnavailable(
                self.fault, where=str(self.layout.store),
                remedy="restore the case from a backup, or run `tracer doctor`",
            )  # fmt: skip
        self.mark(con)

    def judge(self, con: duckdb.DuckDBPyConnection) -> None:
        """Hold what was seen against what the open store says: is it the one that was sealed?"""
        generation = read_meta(con, GENERATION)
        if self.seal is None:
            if not self.fault and read_meta(con, _HAD_SEAL) == "yes":
                self.fault = "the seal of the store is missing"
        elif self.seal.generation == generation:
            if self._changed:
                self.fault = f"{self._changed} blocks of the store were changed since tracer closed it"
            self.whole = not self._changed and self._thorough
        else:
            self.seal = None  # who wrote last was killed: everything is hashed again

    def mark(self, con: duckdb.DuckDBPyConnection) -> None:
        """Mark the store as being written; what was found wrong with its seal is forgiven."""
        self.fault = ""
        self._generation = os.urandom(16).hex()
        write_metas(con, {GENERATION: self._generation, _HAD_SEAL: "yes" if self.layout.seal.exists() else "no"})

    def end(self) -> None:
        """The store is closed: seal it. Where that fails (a full disk), the next check says that it is not sealed."""
        if self.fault or self.layout.wal.exists():
            return
        with contextlib.suppress(OSError, CaseUnavailable):
            size, blocks = blocks_of(self.layout.store, self.seal)
            write_seal(self.layout.seal, self._key, Seal(self._generation, size, blocks))


def forget_seal(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """A store that is rewritten as a whole has no seal yet."""
    con.execute(f"DELETE FROM {catalog}.meta WHERE name IN ('{GENERATION}', '{_HAD_SEAL}')")
