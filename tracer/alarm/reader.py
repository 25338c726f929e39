"""Reads what arrives in a process of its own, within limits of memory and time.

An input that ends the process (a segmentation fault of a library, memory without end) or takes too long is set aside by
the next process, and the inputs behind it are read: a watch is not ended by what it reads. The store is opened by that
process alone; a transaction that was cut off is rolled back when it is opened again.

The parent writes pickled requests, each with its length before it, to the child's standard input, and reads a JSON line
for each. The child trusts its parent, which has the key of the case anyway. It keeps the case open from one request to
the next, but not while it waits for one.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import select
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from tracer.alarm.alive import Read
from tracer.alarm.intake import Arrived, FileArrived, Item, MailsArrived, ReadAgain, ToSetAside, take
from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.case.store import MEMORY, memory_bytes
from tracer.documents import json_of
from tracer.errors import CaseUnavailable
from tracer.signals.fetch import MailBatch

_START_S = 60.0
"""Seconds in which the child must have opened or closed the case: ten may pass in waiting for its lock."""
_OPEN_S = 0.5
"""Seconds for which the child keeps the case open although nothing is asked of it."""
_ITEM_S, _BYTES_A_SECOND = 120.0, 200_000
"""Seconds that an input may take, and one more for so many of its bytes: the slowest readers take a tenth of that."""
_OVERHEAD = 4 << 30
"""Bytes of addresses in addition to those of DuckDB: libraries, buffers of Arrow, a workbook or a mailbox in memory."""


class Reader(Protocol):
    """Reads inputs, in order."""

    def read(self, items: Iterable[Item]) -> Iterator[tuple[Item, Arrived]]:
        """What came of each; the next is asked for when the one before it is read.

        Raises:
            CaseUnavailable: somebody else works on the case, or its disk is at fault. The rest is not read.
        """
        ...

    def close(self) -> None:
        """Nothing more is to be read for now: the case is left to others."""
        ...


@dataclass(frozen=True)
class HereReader:
    """Reads in this process: for a case that lies in memory."""

    open_case: Callable[[], AbstractContextManager[Case]]

    def read(self, items: Iterable[Item]) -> Iterator[tuple[Item, Arrived]]:
        """What came of each."""
        for item in items:
            with self.open_case() as case:
                outcome = take(case, item)
            yield item, outcome

    def close(self) -> None:
        """The case is open for each input alone."""


class _Died(Exception):
    """The child ended, or was ended, before it had answered."""


@dataclass
class ChildReader:
    """Reads in a process that lives for one call."""

    folder: Path
    key_file: Path | None
    program: tuple[str, ...] = (sys.executable, "-m", __name__)
    _child: _Child | None = None

    def read(self, items: Iterable[Item]) -> Iterator[tuple[Item, Arrived]]:
        """What came of each; an input at which a process ends is set aside by the next one."""
        for item in items:
            left: list[Item] = [item]
            while left:
                self._child = self._child or _Child(self.program, self.folder, self.key_file)
                try:
                    outcome = self._child.take(left[0])
                except _Died as ended:
                    left[:1] = _instead(left[0], str(ended))
                    self.close()
                    continue
                yield left.pop(0), outcome

    def close(self) -> None:
        """End the process; the case is closed and sealed then."""
        child, self._child = self._child, None
        if child is not None:
            child.end()


def _instead(item: Item, reason: str) -> list[Item]:
    """What is tried in the place of an input at which a process ended: mails are halved until the one is found."""
    if isinstance(item, ToSetAside):
        raise CaseUnavailable("an input can be neither read nor set aside", remedy="see that the disk has room")
    if isinstance(item, MailBatch) and len(item.messages) > 1:
        middle = len(item.messages) // 2
        return [item._replace(messages=half) for half in (item.messages[:middle], item.messages[middle:])]
    if isinstance(item, MailsArrived):
        return list(item.halves())
    if isinstance(item, ReadAgain):
        raise CaseUnavailable(f"{item.one.source}: {reason}", remedy="it stays aside")
    return [ToSetAside(item, reason)]


class _Child:
    """One process."""

    def __init__(self, program: tuple[str, ...], folder: Path, key_file: Path | None) -> None:
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - this program
        self._asked, self._said = self._process.stdin, self._process.stdout
        self._ask((folder, key_file))
        self._reads = False
        """Whether it reads an input; where it is ended then, the answer is not waited for."""

    def end(self) -> None:
        """Let it close the case, and wait for that; an input that it reads meanwhile is rolled back."""
        assert self._asked is not None  # noqa: S101 - it is a pipe
        assert self._said is not None  # noqa: S101 - it is a pipe
        with suppress(OSError):  # it may be gone
            self._asked.close()
        if self._reads:
            self._process.kill()
        try:
            self._process.wait(_START_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()

    def take(self, item: Item) -> Arrived:
        """What came of one input. Raises `_Died`."""
        self._ask(item)
        self._reads = True
        answer = self._answer(_START_S + _ITEM_S + _size(item) / _BYTES_A_SECOND)
        self._reads = False
        return replace(Arrived(**answer), read=Read(**answer["read"]))

    def _ask(self, request: object) -> None:
        assert self._asked is not None  # noqa: S101 - it is a pipe
        with suppress(OSError):  # it may be gone, which its missing answer shows
            data = pickle.dumps(request)
            self._asked.write(len(data).to_bytes(8, "big") + data)
            self._asked.flush()

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._said is not None  # noqa: S101 - it is a pipe
        with selectors.DefaultSelector() as ready:
            ready.register(self._said, selectors.EVENT_READ)
            if not ready.select(seconds):
                self._process.kill()
                self._process.wait()
                raise _Died(f"reading it took more than {seconds:.0f} seconds")
        line = self._said.readline()
        if not line.endswith(b"\n"):
            code = self._process.wait()
            raise _Died(f"reading it ended the reader ({'signal ' if code < 0 else 'code '}{abs(code)})")
        answer: dict[str, Any] = json_of(line)
        if "unavailable" in answer:
            kind = JournalChanged if answer["changed"] else CaseUnavailable
            raise kind(str(answer["unavailable"]), where=str(answer["where"]), remedy=str(answer["remedy"]))
        return answer


def _size(item: Item) -> int:
    """Bytes of an input."""
    if isinstance(item, FileArrived):
        try:
            return item.path.stat().st_size
        except OSError:
            return 0
    return sum(len(mail.data) for mail in item.messages) if isinstance(item, MailBatch) else 0


def serve(asked: io.RawIOBase, said: BinaryIO) -> None:
    """The child: read what is asked, with the case open, until there is no more."""
    from tracer.case.case import open_case

    folder, key_file = _request(asked)
    item: Any = _request(asked)
    while item is not None:
        try:
            with open_case(folder, key_file=key_file) as case:
                while item is not None:
                    outcome = take(case, item)
                    said.write(json.dumps(asdict(outcome)).encode() + b"\n")
                    said.flush()
                    if not select.select([asked], [], [], _OPEN_S)[0]:
                        break  # others may want the case
                    item = _request(asked)
                else:
                    return
        except CaseUnavailable as problem:
            changed = isinstance(problem, JournalChanged)
            answer = {"unavailable": problem.what, "where": problem.where, "remedy": problem.remedy, "changed": changed}
            said.write(json.dumps(answer).encode() + b"\n")
            said.flush()
        item = _request(asked)


def _request(asked: io.RawIOBase) -> Any:
    """The next request; None where there is no more. `asked` is not buffered: what waits in it can be selected."""

    def read(size: int) -> bytes:
        found = b""
        while len(found) < size and (piece := asked.read(size - len(found))):
            found += piece
        return found

    head = read(8)
    return pickle.loads(read(int.from_bytes(head, "big"))) if head else None  # noqa: S301 - from the parent


def _limit() -> None:
    """What the child may take of addresses: what DuckDB may, and what libraries need on top."""
    import resource

    given = os.environ.get(MEMORY, "").strip()
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    most = (memory_bytes(given) if given else half) + _OVERHEAD
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ValueError, OSError):  # macOS knows no such limit; the clock of the parent remains
        return


def main() -> None:
    """Run the child; what it prints goes to standard error, since its standard output is the answers'."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit()
    serve(io.FileIO(0, closefd=False), said)


if __name__ == "__main__":
    main()
