"""The journal: append-only, hash-chained, keyed JSON lines, flushed to disk before an answer is printed.

Each line holds the hash of the line before it, so a line cannot be changed, dropped or put in later unseen, and a
message authentication code (HMAC-SHA-256) under a key that the case derives, so a line cannot be written without the
key. The file is next to the store, so that commands that only read can journal too. Where it must end is given by
`Kept`, which the store holds, and by the mark next to it (`Mark`), which every command that writes a line moves on.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.file_writing import write_durably
from tracer.input_files import HELD, open_regular, refuse_special, text_of, whole_bytes
from tracer.version import __version__

GENESIS = "0" * 64
"""What the first line has in the place of the hash before it."""
_FOREIGN = "was not written by tracer"
_HALF = "is half there (a crash while it was written): `tracer doctor --repair` cuts it off"


def make_entry(
    command: str, inputs: Mapping[Any, str], result: str | None, detail: Mapping[str, object]
) -> dict[str, object]:
    """An entry of this moment by this user, before it is chained."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return {
        "uid": os.urandom(8).hex(),
        "at": now().isoformat() + "Z",
        "who": who,
        "version": __version__,
        "command": command,
        "inputs": dict(inputs),
        "result": result,
        "detail": dict(detail),
    }


def chained_line(key: bytes, number: int, previous: str, entry: Mapping[str, object]) -> dict[str, object]:
    """The line that `entry` becomes behind the one whose hash is `previous`, with its code and its own hash."""
    line = {"no": number, **entry, "previous": previous}
    line["code"] = _code_of(line, key)
    return {**line, "hash": _hash_of(line)}


def wrong(line: Mapping[str, Any], raw: bytes, key: bytes, unkeyed: int) -> str:
    """What is wrong with a line by itself; empty: nothing. Up to number `unkeyed` a line may be without a code."""
    if not line:
        return "is damaged" if raw.endswith(b"\n") else _HALF
    if _hash_of(line) != line["hash"]:
        return "was changed"
    if dump(line) + b"\n" != raw:
        return "was rewritten"
    code = line.get("code")
    if code is None:
        return "" if line["no"] <= unkeyed else _FOREIGN
    return "" if hmac.compare_digest(str(code).encode(), _code_of(line, key).encode()) else _FOREIGN


def parsed_line(raw: bytes) -> dict[str, Any]:
    """The line, empty where it is none."""
    try:
        line = json_of(raw)
    except ValueError:
        return {}
    sound = isinstance(line, dict) and type(line.get("no")) is int and isinstance(line.get("hash"), str)
    return line if sound and raw.endswith(b"\n") else {}


def dump(line: Mapping[str, object]) -> bytes:
    """The bytes that a hash is over: keys sorted, nothing between."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )


def _hash_of(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(dump({name: value for name, value in line.items() if name != "hash"})).hexdigest()


def _code_of(line: Mapping[str, Any], key: bytes) -> str:
    bare = {name: value for name, value in line.items() if name not in ("code", "hash")}
    return hmac.digest(key, dump(bare), "sha256").hex()


@dataclass(frozen=True)
class Mark:
    """How far a journal goes: next to it, under the case's key.

    A command that only reads cannot tell the store of its line. It moves this mark on, after the line is on disk: a
    process that is killed in between leaves a line too many, never one too few.
    """

    entries: int
    head: str
    bytes: int
    digest: str
    """SHA-256 of these bytes."""


_LONGEST_MARK = 4096
"""Bytes of a mark."""


def mark_path(journal: Path) -> Path:
    """Where the mark of a journal lies."""
    return journal.with_name("journal.head")


def mark_on_disk(journal: Path, key: bytes) -> Mark | None:
    """The mark next to `journal`; None where there is none, or one that was not written with the key."""
    try:
        said = json_of(text_of(mark_path(journal), at_most=_LONGEST_MARK, links=False))
        code, mark = said.pop("code"), Mark(**said)
        sound = hmac.compare_digest(code, _mark_code(mark, key))
    except (OSError, InputRefused, ValueError, KeyError, TypeError, AttributeError):
        return None
    return mark if sound else None


def keep_mark(journal: Path, key: bytes, mark: Mark) -> None:
    """Put the mark in its place in one step, once it is on disk. Raises `OSError`."""
    said = json.dumps({**asdict(mark), "code": _mark_code(mark, key)}, sort_keys=True)
    write_durably(said.encode() + b"\n", mark_path(journal))


def _mark_code(mark: Mark, key: bytes) -> str:
    said = json.dumps(asdict(mark), sort_keys=True).encode()
    return hmac.digest(key, b"mark\n" + said, "sha256").hex()


def _lock(file: BinaryIO) -> None:
    """Hold the journal against other processes that append, until the file is closed."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


START = Mark(0, GENESIS, 0, hashlib.sha256().hexdigest())
"""The mark of a journal without a line."""


@dataclass(frozen=True)
class Kept:
    """What the store knows of its journal, written in the transaction that the lines belong to."""

    mark: Mark = START
    """How far the journal goes, the lines of the last transaction among it."""
    pending: str = ""
    """The lines of the last transaction: a process that was killed may not have written them."""
    taken: int = -1
    """Bytes that were taken as they were found by `doctor --accept-journal`; -1: it never was."""
    unkeyed: int = 0


@dataclass(frozen=True)
class JournalComparison:
    """What comparing the file with `Kept` and with the mark next to it found."""

    fault: str = ""
    """How it differs; empty: it does not."""
    head: Mark = START
    """How far the file goes, with what is missing of the last transaction."""
    missing: bytes = b""
    """What a killed process did not write of the last transaction; the store has it."""
    torn: int = 0
    """Bytes of a last line that was never acknowledged."""


@dataclass(frozen=True)
class ChainCheck:
    """What checking the chain found."""

    entries: int
    head: str
    problem: str | None
    """Where and how the chain breaks; None where it holds."""


ACCEPTED = "doctor accept-journal"
"""The command whose line says that the journal was taken as it was found."""


class JournalChanged(CaseUnavailable):
    """The journal is not as it was written: nothing is written to the case until somebody has accepted it."""


class Journal:
    """The journal file of one case."""

    def __init__(self, path: Path, key: bytes, kept: Kept) -> None:
        self.path, self.kept, self._key = path, kept, key
        self._seen: tuple[Mark, Any] | None = None
        """How far this process has compared the file, and the running SHA-256 of that."""

    def chain(self, entries: Sequence[Mapping[str, object]]) -> tuple[str, Mark]:
        """(the lines that `entries` become behind the last one, how far the journal then goes); writes none of them.

        Raises `CaseUnavailable` where the journal is not as it was written, or cannot be written.
        """
        with self._open_locked() as file:
            return self._chain_lines(self._settle_last_line(file), entries)

    def append(self, entry: Mapping[str, object]) -> None:
        """Chain `entry` to the last line, write it and wait until it is on disk: for commands that only read.

        Raises `CaseUnavailable` where the journal is not as it was written, or cannot be written.
        """
        with self._open_locked() as file:
            lines, mark = self._chain_lines(self._settle_last_line(file), [entry])
            _write(file, lines.encode())
            keep_mark(self.path, self._key, mark)

    def write(self, kept: Kept) -> None:
        """Write the lines of a transaction that was committed: `kept.pending`, of `chained` or `accepting`."""
        self.kept = kept
        with self._open_locked() as file:
            if mark_on_disk(self.path, self._key) is None:
                keep_mark(self.path, self._key, START)
            self._settle_last_line(file)

    def begin(self) -> None:
        """Write the mark of a journal that the store records next."""
        keep_mark(self.path, self._key, self.kept.mark)

    def settle(self) -> Mark:
        """Repair what a killed process left; returns how far the journal goes. Raises as `append`."""
        with self._open_locked() as file:
            return self._settle_last_line(file)

    def look(self) -> JournalComparison:
        """Compare the file with what the store and the mark next to it know; changes nothing."""
        try:
            with open_regular(self.path, links=False) as file:
                return self._compare_with_kept(file)
        except FileNotFoundError:
            pending, marked = self.kept.pending.encode(), mark_on_disk(self.path, self._key)
            if self.kept.mark.bytes == len(pending) and marked is not None and marked.entries == 0:
                return JournalComparison(missing=pending)  # no line of it was ever written
            return JournalComparison(_MISSING)
        except OSError as error:
            raise CaseUnavailable(
                f"the journal cannot be read ({error.strerror})", where=str(self.path), remedy="check who may read it"
            ) from error

    def lines(self) -> Iterator[tuple[bytes, bool]]:
        """Every line as it is, and whether tracer wrote it: in an accepted journal some may be foreign."""
        at = 0
        with open_regular(self.path, links=False) as file:
            for raw in file:
                own = at >= self.kept.taken or not wrong(parsed_line(raw), raw, self._key, self.kept.unkeyed)
                at += len(raw)
                yield raw, own

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries that tracer wrote, oldest first; stops at the first line that does not hold (`check` says why).

        From an accepted journal, only the lines that are tracer's own.
        """
        for entry in self._lines():
            if isinstance(entry, str):
                return
            yield entry

    def check(self) -> ChainCheck:
        """Check every line's number, hash, code and link, from the first line on."""
        number, head = 0, GENESIS
        if not self.path.exists():
            return ChainCheck(number, head, _MISSING)
        for entry in self._lines():
            if isinstance(entry, str):
                return ChainCheck(number, head, entry)
            number, head = int(entry["no"]), str(entry["hash"])
        return ChainCheck(number, head, None)

    def accepting(self, entry: Mapping[str, object]) -> Kept:
        """What the store is to know once `entry` says that the file was taken as it is; a last line gets its end.

        The line has a number that none had before, and in the place of the hash before it that of the whole file.
        """
        with self._open_locked() as file:
            file.seek(0)
            found = file.read()
            if found and not found.endswith(b"\n"):
                found += b"\n"
                _write(file, b"\n")
        marked = mark_on_disk(self.path, self._key) or START
        number = max(self.kept.mark.entries, marked.entries, found.count(b"\n")) + 1
        line = chained_line(self._key, number, hashlib.sha256(found).hexdigest(), entry)
        after = found + (text := dump(line) + b"\n")
        mark = Mark(number, str(line["hash"]), len(after), hashlib.sha256(after).hexdigest())
        self._seen = None
        return Kept(mark, text.decode(), len(found), self.kept.unkeyed)

    def adopt(self) -> Kept:
        """What the store is to know of a journal of an earlier version, whose lines have no code: the chain holds them.

        Nothing is known of a line that breaks, so that comparing it shows where.
        """
        content = whole_bytes(self.path, HELD, links=False) if self.path.exists() else b""
        lines = content[: content.rfind(b"\n") + 1]
        self.kept = Kept(unkeyed=lines.count(b"\n"))
        chain = self.check()
        if chain.entries < self.kept.unkeyed or not lines:
            return self.kept
        return Kept(
            Mark(chain.entries, chain.head, len(lines), hashlib.sha256(lines).hexdigest()), unkeyed=chain.entries
        )

    @contextlib.contextmanager
    def _open_locked(self) -> Iterator[BinaryIO]:
        """The file, held against other processes that append."""
        try:
            if os.path.lexists(self.path):
                refuse_special(self.path, links=False)
            with self.path.open("a+b") as file:
                _lock(file)
                yield file
        except OSError as error:
            what = f"the journal cannot be written ({error.strerror})"
            remedy = "check that the disk has room and that you may write there"
            raise CaseUnavailable(what, where=str(self.path), remedy=remedy) from error

    def _settle_last_line(self, file: BinaryIO) -> Mark:
        look = self._compare_with_kept(file)
        if look.fault:
            raise differs(look.fault, self.path)
        if look.torn:
            file.truncate(look.head.bytes)
        if look.missing:
            _write(file, look.missing)
            self._compare_with_kept(file)
        if look.missing or mark_on_disk(self.path, self._key) != look.head:
            keep_mark(self.path, self._key, look.head)
        return look.head

    def _chain_lines(self, last: Mark, entries: Sequence[Mapping[str, Any]]) -> tuple[str, Mark]:
        lines, head = b"", last.head
        for number, entry in enumerate(entries, start=last.entries + 1):
            line = chained_line(self._key, number, head, entry)
            head = str(line["hash"])
            lines += dump(line) + b"\n"
        digest = self._seen[1].copy() if self._seen is not None else hashlib.sha256()
        digest.update(lines)
        return lines.decode(), Mark(last.entries + len(entries), head, last.bytes + len(lines), digest.hexdigest())

    def _compare_with_kept(self, file: BinaryIO) -> JournalComparison:
        """Compare from where this process stopped last: bytes that the store knows by their hash, the rest by line."""
        marked = mark_on_disk(self.path, self._key)
        size = file.seek(0, os.SEEK_END)
        mark, digest = (START, hashlib.sha256()) if self._seen is None else (self._seen[0], self._seen[1].copy())
        if marked is None or size < mark.bytes:
            lost = f"{mark_path(self.path).name} next to it is missing or was changed"
            return JournalComparison(lost if marked is None else f"it was cut off at byte {size}")
        file.seek(mark.bytes)
        missing, torn, known = b"", 0, self.kept.mark
        if mark.bytes < known.bytes:
            left = known.bytes - mark.bytes
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
            # What may be missing are lines of the last transaction, unless the mark says that they had been written.
            short, pending = known.bytes - size, self.kept.pending.encode()
            written = marked.entries > known.entries - pending.count(b"\n")
            missing = b"" if short <= 0 or short > len(pending) or written else pending[-short:]
            mark = known
            digest.update(missing)
            if digest.hexdigest() != mark.digest:
                chain = self.check()
                ends = _cut_short(chain.entries, max(known.entries, marked.entries)) if size < known.bytes else ""
                return JournalComparison(chain.problem or ends or "its lines are not those that were written")
        for raw in file:
            if not raw.endswith(b"\n"):
                torn = len(raw)  # never acknowledged; if it was, the mark counts more lines than there are
                break
            line = parsed_line(raw)
            if fault := self._fault(line, mark.entries + 1, mark.head, raw):
                return JournalComparison(f"line {mark.entries + 1} {fault}")
            digest.update(raw)
            mark = Mark(mark.entries + 1, str(line["hash"]), mark.bytes + len(raw), digest.hexdigest())
            if mark.entries == marked.entries and mark.head != marked.head:
                return JournalComparison(f"line {mark.entries} is another than the one that was written")
        if marked.entries > mark.entries:
            return JournalComparison(_cut_short(mark.entries, marked.entries))
        if not missing:
            self._seen = (mark, digest)
        return JournalComparison(head=mark, missing=missing, torn=torn)

    def _lines(self) -> Iterator[dict[str, Any] | str]:
        """Every line that holds, and what is wrong with the first that does not; nothing comes after it."""
        number, head, at, digest = 0, GENESIS, 0, hashlib.sha256()
        if not self.path.exists():
            return
        with open_regular(self.path, links=False) as file:
            for count, raw in enumerate(file, start=1):
                line = parsed_line(raw)
                if at < self.kept.taken:
                    digest.update(raw)
                    if not wrong(line, raw, self._key, self.kept.unkeyed):
                        yield line
                else:
                    if at == self.kept.taken:  # this line accepted the others, under a new number
                        number, head = int(line.get("no", 0)) - 1, digest.hexdigest()
                    fault = self._fault(line, number + 1, head, raw)
                    if fault:
                        yield f"line {count} {fault}"
                        return
                    yield line
                    number, head = number + 1, str(line["hash"])
                at += len(raw)

    def _fault(self, line: Mapping[str, Any], number: int, head: str, raw: bytes) -> str:
        """What is wrong with a line that should be the next; empty: nothing."""
        if line and (line["no"] != number or line.get("previous") != head):
            return "does not follow the line before it"
        return wrong(line, raw, self._key, self.kept.unkeyed)


_MISSING = "the journal is missing"


def differs(fault: str, path: Path) -> JournalChanged:
    """The error of every command that would write to a case whose journal is not as it was written."""
    return JournalChanged(
        f"the journal was changed: {fault}",
        where=str(path),
        remedy='restore a backup, or take it as it is: tracer doctor --accept-journal --reason "…"',
    )


def _cut_short(line: int, written: int) -> str:
    return f"it ends after line {line}, and {written} were written"


def _write(file: BinaryIO, content: bytes) -> None:
    """Write at the end and wait until it is on disk."""
    file.seek(0, os.SEEK_END)
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
