"""Reads what arrives in a process of its own, within limits of memory and time.

An input that ends the process (a segmentation fault of a library, memory without end) or takes too long is set aside by
the next process, and the inputs behind it are read: a watch is not ended by what it reads. The store is opened by that
process alone; a transaction that was cut off is rolled back when it is opened again.

Both ends of a pipe: the parent sends its requests pickled, and the child answers each with the bytes of a JSON text,
because what a hostile input made of it may not be unpickled. The child trusts its parent, which has the key of the case
anyway. It keeps the case open from one request to the next, but not while it waits for one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tracer.alarm.intake import Arrived, FileArrived, Item, MailsArrived, Read, ReadAgain, ToSetAside, halves, take
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


class _Died(Exception):
    """The child ended, or was ended, before it had answered."""


@dataclass
class ChildReader:
    """Reads in a process that is started when it is needed, and lives until it is closed."""

    folder: Path
    key_file: Path | None
    program: tuple[str, ...] = (sys.executable, "-m", __name__)
    _child: tuple[subprocess.Popen[bytes], Connection] | None = None
    _reads: bool = False
    # whether it reads an input; where it is ended then, the answer is not waited for

    def read(self, items: Iterable[Item]) -> Iterator[tuple[Item, Arrived]]:
        """What came of each; the next is asked for when the one before it is read. An input at which a process ends is
        set aside by the next one, several mails are parted until the one is found.

        Raises `CaseUnavailable`: somebody else works on the case, or its disk is at fault. The rest is not read."""
        for whole in items:
            left: list[Item] = [whole]
            while left:
                item = left[0]
                try:
                    outcome = self._take(item)
                except _Died as ended:
                    self.close()
                    if isinstance(item, ToSetAside):
                        remedy = "see that the disk has room"
                        raise CaseUnavailable("an input can be neither read nor set aside", remedy=remedy) from None
                    if isinstance(item, ReadAgain):
                        raise CaseUnavailable(f"{item.one.source}: {ended}", remedy="it stays aside") from None
                    single = () if isinstance(item, MailsArrived) else (ToSetAside(item, str(ended)),)
                    left[:1] = halves(item) or single
                    continue
                yield left.pop(0), outcome

    def close(self) -> None:
        """Let it close and seal the case, and wait for that; an input that it reads meanwhile is rolled back."""
        if self._child is None:
            return
        (process, pipe), self._child = self._child, None
        if self._reads:
            process.kill()
        pipe.close()
        try:
            process.wait(_START_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _take(self, item: Item) -> Arrived:
        """What came of one input. Raises `_Died`, and `CaseUnavailable` as the child does."""
        requests: list[object] = [item]
        if self._child is None:
            pipe, far_end = Pipe()
            with far_end:
                command, given = [*self.program, str(far_end.fileno())], [far_end.fileno()]
                # What it prints goes to standard error: standard output is the command's own.
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, pass_fds=given)  # noqa: S603 - this program
            self._child = process, pipe
            requests = [(self.folder, self.key_file), item]
        process, pipe = self._child
        with suppress(OSError):  # it may be gone, which its missing answer shows
            for request in requests:
                pipe.send(request)
        self._reads, size = True, 0
        if isinstance(item, FileArrived):
            with suppress(OSError):
                size = item.path.stat().st_size
        elif isinstance(item, MailBatch):
            size = sum(len(mail.data) for mail in item.messages)
        seconds = _START_S + _ITEM_S + size / _BYTES_A_SECOND
        if not pipe.poll(seconds):
            process.kill()
            process.wait()
            raise _Died(f"reading it took more than {seconds:.0f} seconds")
        try:
            line = pipe.recv_bytes()
        except (EOFError, OSError):
            code = process.wait()
            raise _Died(f"reading it ended the reader ({'signal ' if code < 0 else 'code '}{abs(code)})") from None
        answer: dict[str, Any] = json_of(line)
        if "unavailable" in answer:
            kind = JournalChanged if answer["changed"] else CaseUnavailable
            raise kind(str(answer["unavailable"]), where=str(answer["where"]), remedy=str(answer["remedy"]))
        self._reads = False
        return replace(Arrived(**answer), read=Read(**answer["read"]))


def serve(pipe: Connection) -> None:
    """The child: read what is asked, with the case open, until there is no more."""
    from tracer.case.case import open_case

    with suppress(EOFError):
        folder, key_file = pipe.recv()
        item: Item = pipe.recv()
        while True:
            try:
                with open_case(folder, key_file=key_file) as case:
                    while True:
                        pipe.send_bytes(json.dumps(asdict(take(case, item))).encode())
                        if not pipe.poll(_OPEN_S):
                            break  # others may want the case
                        item = pipe.recv()
            except CaseUnavailable as problem:
                answer = {"unavailable": problem.what, "where": problem.where, "remedy": problem.remedy}
                pipe.send_bytes(json.dumps(answer | {"changed": isinstance(problem, JournalChanged)}).encode())
            item = pipe.recv()


def main() -> None:
    """Run the child, to which the number of its end of the pipe is given."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    # It may take of addresses what DuckDB may, and what libraries need in addition.
    given = os.environ.get(MEMORY, "").strip()
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    most = (memory_bytes(given) if given else half) + _OVERHEAD
    with suppress(ValueError, OSError):  # macOS knows no such limit; the clock of the parent remains
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    serve(Connection(int(sys.argv[-1])))


if __name__ == "__main__":
    main()
