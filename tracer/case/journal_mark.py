"""The mark next to the journal: how far it goes, under the case's key; and the lock that writers of both hold.

A command that only reads cannot tell the store of its line. It moves this mark on, after the line is on disk: a process
that is killed in between leaves a line too many, never one too few.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.regular import text_of


@dataclass(frozen=True)
class Mark:
    """How far a journal goes."""

    entries: int
    head: str
    bytes: int
    digest: str
    """SHA-256 of these bytes."""


_LONGEST = 4096
"""Bytes of a mark."""


def mark_path(journal: Path) -> Path:
    """Where the mark of a journal lies."""
    return journal.with_name("journal.head")


def mark_beside(journal: Path, key: bytes) -> Mark | None:
    """The mark next to `journal`; None where there is none, or one that was not written with the key."""
    try:
        said = json_of(text_of(mark_path(journal), at_most=_LONGEST, links=False))
        code, mark = said.pop("code"), Mark(**said)
        sound = hmac.compare_digest(code, _code(mark, key))
    except (OSError, InputRefused, ValueError, KeyError, TypeError, AttributeError):
        return None
    return mark if sound else None


def keep_mark(journal: Path, key: bytes, mark: Mark) -> None:
    """Put the mark in its place in one step, once it is on disk. Raises `OSError`."""
    path = mark_path(journal)
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(json.dumps({**asdict(mark), "code": _code(mark, key)}, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _code(mark: Mark, key: bytes) -> str:
    said = json.dumps(asdict(mark), sort_keys=True).encode()
    return hmac.digest(key, b"mark\n" + said, "sha256").hex()


@contextlib.contextmanager
def locked(file: BinaryIO) -> Iterator[None]:
    """Hold the journal against other processes that append."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
