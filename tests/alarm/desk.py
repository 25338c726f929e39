"""A case with three copies, controls and home canaries, what reaches them, and a watch of a folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.findings.marked_world import SPACE, World
from tracer.alarm.channels import Channel, Printed
from tracer.alarm.intake import Arrived, Item, take
from tracer.alarm.reader import ChildReader
from tracer.alarm.watch import FolderSource, Watch
from tracer.case.case import Case
from tracer.identify.email import email_key

DAY = datetime(2026, 5, 4, 9)
COPIES, EACH, CONTROLS = 3, 8, 20


class HereReader(ChildReader):
    """Reads in this process: for a case that lies in memory."""

    def __init__(self, open_case: Callable[[], AbstractContextManager[Case]]) -> None:
        self.open_case = open_case

    def read(self, items: Iterable[Item]) -> Iterator[tuple[Item, Arrived]]:
        for item in items:
            with self.open_case() as case:
                outcome = take(case, item)
            yield item, outcome

    def close(self) -> None:
        pass


def put(folder: Path, name: str, text: str, age: float = 60.0) -> Path:
    """A file that was last changed `age` seconds ago."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


class Desk:
    def __init__(self, folder: Path, channels: Sequence[Channel] = ()) -> None:
        self.folder, self.world = folder, World()
        self.con = self.world.con
        spots = iter(range(SPACE, SPACE + 10**9, 999_983))
        self.home = self.world.canaries([next(spots) for _ in range(4)], "home")
        self.world.dataset("own", "shop", self.world.phones(self.home), origin="own")
        self.controls = self.world.canaries([next(spots) for _ in range(CONTROLS)], "control")
        self.copies = {}
        for i in range(COPIES):
            self.copies[f"r{i}"] = self.world.canaries([next(spots) for _ in range(EACH)], name="林晓")
            self.world.release(f"r{i}", "own", f"v{i}", self.copies[f"r{i}"], day=date(2026, 3, 1))
        addresses = [(email_key(f"c{no}@trap.example"), no) for no in range(1, 4 + CONTROLS + COPIES * EACH + 1)]
        self.con.executemany("UPDATE canary SET email = ? WHERE no = ?", addresses)
        self.lines: list[str] = []
        self.said: list[str] = []
        self.written: list[str] = []
        self.channels = [
            Printed(self.lines.append), Printed(self.written.append, as_text=True, name="text"), *channels
        ]  # fmt: skip
        self.alarm = self.watch()

    def watch(self) -> Watch:
        """A watch of the folder, as another process would begin it."""
        source = FolderSource(self.folder, rest=0.0)
        return Watch(self.open, HereReader(self.open), self.channels, self.said.append, [source], traces=False)

    @contextmanager
    def open(self) -> Iterator[Case]:
        yield self.world.case

    def mails(
        self, name: str, canaries: Iterable[int], text: str = "hello", start: datetime = DAY, sender: str = "spam"
    ) -> None:
        """A mailbox with a mail to each, three hours apart, each from a sender of its own."""
        found = []
        for i, no in enumerate(canaries):
            came = start + i * timedelta(hours=3) if start.year < MAXYEAR else start
            at = came.replace(tzinfo=UTC)
            found.append(
                f"From x@x {at:%a %b %d %H:%M:%S %z %Y}\nFrom: s{no}@{sender}{no}.example\nTo: c{no}@trap.example\n"
                f"Subject: {name} {no}\nDate: {format_datetime(at)}\n\n{text.replace('#', str(no))}\n"
            )
        self.put(f"{name}.mbox", "\n".join(found))

    def calls(self, name: str, canaries: Iterable[int], start: datetime = DAY, hours: float = 5) -> None:
        """A table with a call to each, from callers of their own."""
        phones = dict(self.con.execute("SELECT no, phone FROM canary").fetchall())
        rows = [
            f"{start + i * timedelta(hours=hours):%Y-%m-%d %H:%M:%S},1411{(i * 1_234_567) % 10**7:07d},+{phones[no]}"
            for i, no in enumerate(canaries)
        ]
        self.put(f"{name}.csv", "\n".join(["at,caller,called", *rows, ""]))

    def put(self, name: str, text: str) -> None:
        put(self.folder, name, text)

    def step(self) -> list[dict[str, Any]]:
        had = len(self.lines)
        self.alarm.step()
        return [json.loads(line) for line in self.lines[had:]]
