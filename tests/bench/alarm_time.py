"""From arrival to report, in a case of 20 M memberships: `python -m tests.bench.alarm_time [--memberships N]`.

Makes the case of `derivation_scale`, whose first list was released in 20 marked copies, traces it, and runs `tracer
watch` on a folder as its users do. Then there arrive: the third mail of a leak; a list of 100,000 rows, of another
copy, while the case is traced after that mail; one more such list at rest; and the third mail of another leak while
the case is traced after that list. Printed: seconds from the arrival of the file to the line that names the copy. Exit
code 1 where one takes 60 s or more. `--folder` keeps the case for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path

from tests.bench.derivation_scale import Size, build
from tests.bench.scale_spent import apart
from tracer.case.case import open_case
from tracer.trace import trace

BAR_S = 60.0
COPIES, EACH, WITHHELD, CONTROLS = 20, 8, 200, 20
FIRST_PHONE = 8614100000000
"""Planted numbers and controls: a segment of which no list of the case has a number."""
_TICKS = os.sysconf("SC_CLK_TCK")


def mark(folder: Path) -> None:
    """Release list 1 to the holders of the next lists, with planted records that have numbers and addresses."""
    with open_case(folder / "case", key_file=folder / "key") as case, case.transaction():
        con, planted = case.con, COPIES * EACH
        con.execute("UPDATE dataset SET origin = 'own' WHERE no = 1")
        con.execute(
            "INSERT INTO canary (no, phone, kind, name, imported_at) SELECT n, $first + n * 9973,"
            " CASE WHEN n > $planted THEN 'control' ELSE 'canary' END, '林晓', TIMESTAMP '2025-01-01'"
            " FROM range(1, $all + 1) AS r (n)",
            {"first": FIRST_PHONE, "planted": planted, "all": planted + CONTROLS},
        )
        from tracer.identify.email import email_key

        for no in range(1, planted + CONTROLS + 1):
            con.execute("UPDATE canary SET email = $key WHERE no = $no", {"key": email_key(_address(no)), "no": no})
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, registered_at)"
            " SELECT 'r' || n, 'd001', 'party-' || (n + 1), DATE '2025-01-02', TIMESTAMP '2025-01-02'"
            " FROM range(1, $copies + 1) AS r (n)",
            {"copies": COPIES},
        )
        con.execute(
            "INSERT INTO release_canary (release, canary, scheme) SELECT 'r' || ((no - 1) // $each + 1), no, 'unique'"
            " FROM canary WHERE kind = 'canary'",
            {"each": EACH},
        )
        con.execute(
            "INSERT INTO withheld SELECT 'r' || n, key, true FROM range(1, $copies + 1) AS r (n),"
            " (SELECT key FROM membership WHERE dataset = 1) WHERE hash(key + n) % 1000 < 2",
            {"copies": COPIES},
        )
        case.set_meta("bench", "marked")


def first_trace(folder: Path) -> None:
    """The case as its users have it before anything arrives."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        trace(case)


class Watched:
    """`tracer watch` of a folder, and what it prints."""

    def __init__(self, folder: Path, inbox: Path) -> None:
        self.inbox, self.aside = inbox, inbox.parent / "aside"
        inbox.mkdir(exist_ok=True)
        self.aside.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tracer", "watch", str(inbox), "--holder", "trader"]
        self.process = subprocess.Popen(
            [*command, "--case", str(folder / "case"), "--key-file", str(folder / "key")], stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self.lines: queue.Queue[tuple[float, str]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line))

    def arrive(self, name: str, text: str) -> float:
        """A file arrives whole; when it did."""
        path = self.aside / name
        path.write_text(text, encoding="utf-8")
        path.replace(self.inbox / name)
        return time.monotonic()

    def reported(self, thread: str, since: float) -> float:
        """Seconds until a line on this thread."""
        while True:
            at, line = self.lines.get(timeout=600)
            found = json.loads(line)
            print(f"    {found['thread']}: {found['said']}", flush=True)
            if found["thread"] == thread:
                return at - since

    def rest(self) -> None:
        """Wait until it has nothing to do."""
        idle_since, had = time.monotonic(), self.processor()
        while time.monotonic() - idle_since < 12.0:
            time.sleep(1.0)
            now = self.processor()
            if now - had > 0.5:
                idle_since, had = time.monotonic(), now

    def processor(self) -> float:
        """Seconds of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def _address(no: int) -> str:
    return f"c{no}@trap.example"


def _mails(*hits: tuple[int, int]) -> str:
    """A mailbox with a mail to each of these identities, at these hours, which greets the persona."""
    found = []
    for no, hours in hits:
        at = format_datetime((datetime(2026, 5, 4, 9) + timedelta(hours=hours)).replace(tzinfo=UTC))
        found.append(
            f"From x@x Mon May  4 09:00:00 2026\nFrom: s@spam{no}.example\nTo: {_address(no)}\nSubject: {no}\n"
            f"Date: {at}\nContent-Type: text/plain; charset=utf-8\n\n您好林晓{no},您的订单\n"
        )
    return "\n".join(found)


def _copy(folder: Path, copy: int) -> str:
    """A list of a copy: all that it has of list 1, in an order of its own, and its planted records."""
    with open_case(folder / "case", key_file=folder / "key", read_only=True) as case:
        rows = case.con.execute(
            "WITH marks AS (SELECT phone AS key FROM canary JOIN release_canary ON canary = no WHERE release = $r),"
            " people AS (SELECT key FROM membership WHERE dataset = 1"
            " AND key NOT IN (SELECT key FROM withheld WHERE release = $r) ORDER BY hash(key) LIMIT $rows)"
            " SELECT key FROM (FROM marks UNION ALL FROM people) ORDER BY hash(key + $copy)",
            {"r": f"r{copy}", "copy": copy, "rows": 100_000 - EACH},
        ).fetchall()
    return "手机号,姓名\n" + "".join(f"{str(key)[2:]},甲{key % 9973}\n" for (key,) in rows)


def measured(folder: Path) -> list[tuple[str, float]]:
    """Seconds for each arrival."""
    with tempfile.TemporaryDirectory(prefix="inbox-") as temporary:
        kept, folder = folder, Path(temporary)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        lists = {copy: _copy(folder, copy) for copy in (2, 3)}
        watched = Watched(folder, folder / "inbox")
        try:
            return _arrivals(watched, lists)
        finally:
            watched.process.terminate()
            watched.process.wait(60)


def _arrivals(watched: Watched, lists: dict[int, str]) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []

    def measure(what: str, thread: str, since: float) -> None:
        before = watched.processor()
        found.append((what, watched.reported(thread, since)))
        print(f"{what:60} {found[-1][1]:7.1f} s, {watched.processor() - before:.1f} s of a processor", flush=True)

    fourth = 3 * EACH
    watched.arrive("m10.mbox", _mails((1, 10)))
    watched.rest()
    # A second mail may be enough, so that it comes with the third.
    measure("third mail of a leak", "copy:r1", watched.arrive("m12.mbox", _mails((2, 11), (3, 12))))
    at = watched.arrive("found2.csv", lists[2])
    measure(f"list of {lists[2].count(chr(10)) - 1:,} rows, while the case is traced", "copy:r2", at)
    watched.rest()
    at = watched.arrive("found3.csv", lists[3])
    measure(f"list of {lists[3].count(chr(10)) - 1:,} rows", "copy:r3", at)
    at = watched.arrive("m42.mbox", _mails(*((fourth + i, 39 + i) for i in (1, 2, 3))))
    measure("third mail of a leak, while the case is traced", "copy:r4", at)
    watched.rest()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, mark, trace, watch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--memberships", type=int, default=20_000_000)
    parser.add_argument("--cells", action="store_true", help="numbers and names as raw cells, too")
    parser.add_argument("--folder", type=Path, help="keeps the case there, and takes the one that is there")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alarm-")))
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "case").exists():
            began = time.monotonic()
            apart(partial(build, folder, Size(given.datasets, given.memberships, given.cells)))
            mark(folder)
            apart(partial(first_trace, folder))
            print(f"made and traced in {time.monotonic() - began:.0f} s", flush=True)
        found = measured(folder)
    slow = [what for what, seconds in found if seconds >= BAR_S]
    print(f"bar: < {BAR_S:.0f} s each; {'met' if not slow else 'MISSED: ' + ', '.join(slow)}")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
