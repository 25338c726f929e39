"""The journal: append-only, hash-chained JSON lines, flushed to disk before an answer is printed.

Each line holds the hash of the line before it, so a line cannot be changed, dropped or put in later unseen. It lies
beside the store, so that commands that only read can journal too. Nothing personal stands in it.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tracer import __version__
from tracer.clock import now
from tracer.errors import CaseUnavailable
from tracer.regular import opened, refuse_special

GENESIS = "0" * 64
"""What the first line has in the place of the hash before it."""


@dataclass(frozen=True)
class Entry:
    """One journal line before it is chained."""

    uid: str
    """Random id; makes appending idempotent after a crash."""
    at: str
    who: str
    command: str
    inputs: Mapping[str, str]
    """Name of an input → SHA-256 of its clear bytes."""
    result: str | None
    """SHA-256 of what came out, where there is something to hash."""
    detail: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The entry as the journal writes it, without its chain."""
        return {
            "uid": self.uid,
            "at": self.at,
            "who": self.who,
            "version": __version__,
            "command": self.command,
            "inputs": dict(self.inputs),
            "result": self.result,
            "detail": dict(self.detail),
        }


def make_entry(command: str, inputs: Mapping[str, str], result: str | None, detail: Mapping[str, Any]) -> Entry:
    """An entry of this moment by this user."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return Entry(os.urandom(8).hex(), now().isoformat() + "Z", who, command, inputs, result, detail)


@dataclass(frozen=True)
class ChainCheck:
    """What checking the chain found."""

    entries: int
    """Lines that are whole and chained."""
    head: str
    """Hash of the last of them."""
    problem: str | None
    """Where and how the chain breaks; None where it holds."""


class Journal:
    """The journal file of one case."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Mapping[str, Any]) -> str:
        """Chain `entry` to the last line, write it and wait until it is on disk; returns its hash.

        An entry whose `uid` stands in the journal already is not written again.
        """
        try:
            if os.path.lexists(self.path):
                refuse_special(self.path, links=False)
            with self.path.open("a+b") as file, _locked(file):
                last = _last_line(file)
                number, previous = (0, GENESIS) if last is None else (int(last["no"]), str(last["hash"]))
                line = {"no": number + 1, **entry, "previous": previous}
                line["hash"] = _hash(line)
                file.seek(0, os.SEEK_END)
                file.write(_dump(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
                return str(line["hash"])
        except OSError as error:
            raise CaseUnavailable(
                f"the journal cannot be written ({error.strerror})",
                where=str(self.path),
                remedy="check that the disk has room and that you may write there",
            ) from error

    def holds(self, uid: str) -> bool:
        """Whether an entry with this uid has been written."""
        needle = f'"uid":"{uid}"'.encode()
        if not self.path.exists():
            return False
        with opened(self.path, links=False) as file:
            return any(needle in line for line in file)

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries, oldest first; stops at the first line that does not hold (`check` says why)."""
        for entry in self._lines():
            if isinstance(entry, str):
                return
            yield entry

    def tip(self) -> tuple[int, str]:
        """(number, hash) of the last whole line; (0, `GENESIS`) where there is none."""
        try:
            with opened(self.path, links=False) as file:
                last = _last_line(file, cut=False)
        except FileNotFoundError:
            last = None
        except OSError as error:
            raise CaseUnavailable(f"the journal cannot be read ({error.strerror})", where=str(self.path)) from error
        return (0, GENESIS) if last is None else (int(last["no"]), str(last["hash"]))

    def cut_torn(self) -> int:
        """Cut off a last line that a crash left half written; returns its bytes. It was never acknowledged."""
        if not self.path.exists():
            return 0
        refuse_special(self.path, links=False)
        with self.path.open("r+b") as file, _locked(file):
            before = file.seek(0, os.SEEK_END)
            _last_line(file)
            return before - file.seek(0, os.SEEK_END)

    def check(self) -> ChainCheck:
        """Check every line's number, hash and link."""
        number, head = 0, GENESIS
        if not self.path.exists():
            return ChainCheck(0, head, "the journal is missing")
        for entry in self._lines():
            if isinstance(entry, str):
                return ChainCheck(number, head, entry)
            number, head = number + 1, str(entry["hash"])
        return ChainCheck(number, head, None)

    def _lines(self) -> Iterator[dict[str, Any] | str]:
        """Every line that holds, and what is wrong with the first that does not; nothing comes after it."""
        head = GENESIS
        if not self.path.exists():
            return
        with opened(self.path, links=False) as file:
            for number, raw in enumerate(file, start=1):
                try:
                    line = json.loads(raw)
                    stated = line.pop("hash")
                except (ValueError, KeyError, AttributeError, TypeError):
                    yield f"line {number} is {_torn(raw)}"
                    return
                fault = _fault(line, number, head, stated, raw)
                if fault:
                    yield f"line {number} {fault}"
                    return
                yield {**line, "hash": stated}
                head = stated


def _fault(line: Mapping[str, Any], number: int, head: str, stated: str, raw: bytes) -> str:
    """What is wrong with a line that was read; empty: nothing."""
    if line.get("no") != number or line.get("previous") != head:
        return "does not follow the line before it"
    if _hash(line) != stated:
        return "was changed"
    return "" if _dump({**line, "hash": stated}) + b"\n" == raw else "was rewritten"


def _torn(raw: bytes) -> str:
    """What a line is that is no entry: only the last one has no end."""
    if raw.endswith(b"\n"):
        return "damaged"
    return "half there (a crash while it was written): `tracer doctor --repair` cuts it off"


def _dump(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hash(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(_dump({name: value for name, value in line.items() if name != "hash"})).hexdigest()


def _last_line(file: BinaryIO, *, cut: bool = True) -> dict[str, Any] | None:
    """The last whole line. A torn one behind it (a crash while writing) was never acknowledged: it is cut off."""
    end = file.seek(0, os.SEEK_END)
    if end == 0:
        return None
    block = 1 << 16
    while True:
        start = max(0, end - block)
        file.seek(start)
        tail = file.read(end - start)
        whole = tail.rfind(b"\n") + 1
        if whole == 0 and start == 0:
            if cut:
                file.truncate(0)
            return None
        before = tail.rfind(b"\n", 0, whole - 1) + 1 if whole else 0
        if whole and (before or start == 0):
            if cut and start + whole != end:
                file.truncate(start + whole)
            try:
                line: dict[str, Any] = json.loads(tail[before:whole])
                line["no"], line["hash"]
            except (ValueError, KeyError, TypeError) as error:
                raise OSError(0, "its last line is damaged; run: tracer verify") from error
            return line
        block *= 4


@contextlib.contextmanager
def _locked(file: BinaryIO) -> Iterator[None]:
    """Hold the file against other processes that append."""
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
