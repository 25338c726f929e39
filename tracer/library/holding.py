"""A case's folder in this process: one call at a time, from whatever thread, and the store open no longer than needed.

DuckDB's lock on a file keeps other processes out, and not a second connection of this one. So every `Case` of a folder
shares one `CaseFolder`, and a call waits until the one before it is done.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import CaseUnavailable, TracerError, UsageError, is_interruption

if TYPE_CHECKING:
    from tracer.case.case import Case as OpenStore


class CaseFolder:
    """The one way to a case's store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock, self._busy = threading.RLock(), False
        self._kept: OpenStore | None = None
        """Open for reading, between the calls of a `with` block."""
        self._blocks = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The folder alone, with no store open: for what opens it by itself. Faults of the disk become errors."""
        with self._lock:
            self._enter()
            try:
                with faults_explained():
                    self._close_kept()
                    yield
            finally:
                self._busy = False

    @contextmanager
    def reading(self, key_file: Path | None) -> Iterator[OpenStore]:
        """The store, open for reading."""
        from tracer.case.case import open_case

        with self._lock:
            self._enter()
            store = self._kept
            try:
                with faults_explained():
                    store = store or open_case(self.folder, key_file=key_file, read_only=True)
                    yield store
                    if self._blocks:
                        self._kept, store = store, None
            except BaseException:
                self._kept = None  # a statement that failed may still run on it
                raise
            finally:
                self._busy = False
                if store is not None:
                    store.close()

    @contextmanager
    def writing(self, key_file: Path | None, *, thorough: bool = False, computes: bool = False) -> Iterator[OpenStore]:
        """The store, open for writing; `thorough`: every bit of it is compared with its seal; `computes`: it is asked
        much, and nothing large is added."""
        from tracer.case.case import open_case

        with (
            self.turn(),
            open_case(self.folder, key_file=key_file, thorough=thorough, computes=computes) as store,
        ):
            yield store

    def begin_block(self) -> None:
        """A `with` block begins: between its calls the store may stay open."""
        with self._lock:
            self._blocks += 1

    def end_block(self) -> None:
        """A `with` block ends."""
        with self._lock:
            self._blocks -= 1
            if not self._blocks and not self._busy:
                self._close_kept()

    def _enter(self) -> None:
        if self._busy:
            raise UsageError(
                "the case is in the middle of another call", where=str(self.folder),
                remedy="call it when that one has returned, not from its callback",
            )  # fmt: skip
        self._busy = True

    def _close_kept(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


_ALL: dict[Path, CaseFolder] = {}
_GUARD = threading.Lock()


def holding_of(folder: Path) -> CaseFolder:
    """The holding of a folder, the same one for every way in which its path is written."""
    resolved = folder.resolve()
    with _GUARD:
        if resolved not in _ALL:
            _ALL[resolved] = CaseFolder(folder)
        return _ALL[resolved]


@contextmanager
def faults_explained() -> Iterator[None]:
    """A full or damaged disk becomes `CaseUnavailable`, an interrupted statement `KeyboardInterrupt`."""
    try:
        yield
    except TracerError:
        raise
    except Exception as error:
        fault = fault_of_disk(error)
        if fault is not None:
            raise fault from error
        if is_interruption(error):
            raise KeyboardInterrupt from error
        raise


def fault_of_disk(error: Exception) -> TracerError | None:
    """A full or damaged disk, which may show anywhere; None where the error is a fault of the program."""
    import sys

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        what = "the disk cannot be written" if error.errno == errno.EROFS else "the disk is full"
        return CaseUnavailable(
            what, where=str(error.filename or ""), remedy="make room or name another place, and repeat the command"
        )
    if "duckdb" not in sys.modules:
        return None
    from tracer.case.store import store_fault

    return store_fault(error)
