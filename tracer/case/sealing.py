"""Sealing: what is looked at before a store is opened for writing, and what is kept when it has been closed.

The file is read before DuckDB opens it and after DuckDB has closed it, never between: closing a file drops every lock
that the process holds on it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.case.key import derive
from tracer.case.layout import Layout
from tracer.case.schema import read_meta, write_metas
from tracer.documents import json_of
from tracer.errors import CaseUnavailable
from tracer.file_writing import write_durably
from tracer.input_files import HELD, open_regular, whole_bytes

# The seal of a closed store: a keyed record of every block of its file, so that no bit of it changes unseen. DuckDB
# authenticates the pages that it reads; pages that hold nothing are never read. The seal covers them as well. It is
# written whenever a command that writes ends, and holds for each block the hash of its first bytes and of all its
# bytes. A rewritten block gets a new random nonce in its first bytes, so sealing again reads only what was written.
# `generation` is in the store as well: a process that was killed leaves a store whose generation is not the seal's.

_MAGIC = b"TRCRSEAL1\n"
_HEADERS = 12288
"""Bytes of DuckDB's three file headers; they are one block of the seal."""
_BLOCK = 262144
"""DuckDB's block size in bytes."""
_HEAD = 64
"""First bytes of a block: its nonce, its tag, and the beginning of its cipher text."""
_HALF = 16
_RECORD = 2 * _HALF
_MAC = 32


@dataclass(frozen=True)
class Seal:
    """What a store's file was when it was closed."""

    generation: str
    size: int
    """Bytes of the file."""
    blocks: bytes
    """32 bytes a block: BLAKE2b-128 of its first bytes, and of all of it."""


def read_seal(path: Path, key: bytes) -> Seal | None:
    """The seal in `path`; None where there is none. Raises `CaseUnavailable` where it was changed."""
    try:
        content = whole_bytes(path, HELD, links=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CaseUnavailable(
            f"the seal cannot be read ({error.strerror})", where=str(path), remedy="check who may read it"
        ) from error
    body, mac = content[:-_MAC], content[-_MAC:]
    if not body.startswith(_MAGIC) or not hmac.compare_digest(hmac.digest(key, body, "sha256"), mac):
        remedy = "run `tracer doctor`; restore the case from a backup if you cannot explain the change"
        raise CaseUnavailable("the seal of the store was changed", where=str(path), remedy=remedy)
    line, _, blocks = body[len(_MAGIC) :].partition(b"\n")
    said = json_of(line)
    return Seal(said["generation"], said["size"], blocks)


def blocks_of(store: Path, before: Seal | None = None) -> tuple[int, bytes]:
    """(size, records) of a store's file. A block whose first bytes are as in `before` keeps that record."""
    size = store.stat().st_size
    known = b"" if before is None else before.blocks

    def record(no: int, at: int, length: int) -> bytes:
        head = _hash(os.pread(file.fileno(), min(_HEAD, length), at))
        was = known[no * _RECORD : (no + 1) * _RECORD]
        if at and length == _BLOCK and was[:_HALF] == head:
            return was
        return head + _hash(os.pread(file.fileno(), length, at))

    # Hashing leaves the interpreter free: two threads take half the time.
    from concurrent.futures import ThreadPoolExecutor  # what only reads does not seal

    with open_regular(store, links=False) as file, ThreadPoolExecutor(2) as pool:
        spans = list(_spans(size))
        return size, b"".join(pool.map(record, range(len(spans)), *zip(*spans, strict=True))) if spans else b""


def changed_heads(store: Path, seal: Seal) -> int:
    """How many blocks begin otherwise than they were sealed; reads 64 bytes a block."""
    size, changed = store.stat().st_size, int(store.stat().st_size != seal.size)
    with open_regular(store, links=False) as file:
        for no, (at, length) in enumerate(_spans(size)):
            file.seek(at)
            head = _hash(file.read(min(_HEAD, length)))
            changed += seal.blocks[no * _RECORD : no * _RECORD + _HALF] != head
    return changed


def changed_blocks(store: Path, seal: Seal) -> int:
    """How many blocks are not as they were sealed; reads the whole file."""
    size, records = blocks_of(store)
    longest = max(len(records), len(seal.blocks))
    changed = sum(records[at : at + _RECORD] != seal.blocks[at : at + _RECORD] for at in range(0, longest, _RECORD))
    return changed + (size != seal.size and not changed)


def _spans(size: int) -> Iterator[tuple[int, int]]:
    """(start, length) of the headers and of each block."""
    if size:
        yield 0, min(_HEADERS, size)
    for at in range(_HEADERS, size, _BLOCK):
        yield at, min(_BLOCK, size - at)


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_HALF).digest()


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
            remedy = "restore the case from a backup, or run `tracer doctor`"
            raise CaseUnavailable(self.fault, where=str(self.layout.store), remedy=remedy)
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
            said = json.dumps({"generation": self._generation, "size": size}, sort_keys=True)
            body = _MAGIC + said.encode() + b"\n" + blocks
            write_durably(body + hmac.digest(self._key, body, "sha256"), self.layout.seal)


def forget_seal(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """A store that is rewritten as a whole has no seal yet."""
    con.execute(f"DELETE FROM {catalog}.meta WHERE name IN ('{GENERATION}', '{_HAD_SEAL}')")
