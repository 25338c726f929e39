"""`signals watch`: records as they arrive, every hit printed, and a command run for each that is not on a control."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tracer.alarm.channels import CouldNotSend, run_command
from tracer.alarm.folder import FolderWatch, Ready
from tracer.case.case import Case

_WINDOW_S = 60.0


@dataclass
class Notifier:
    """Alerts of one watch: a command is run for each, no more often than allowed."""

    command: tuple[str, ...]
    per_minute: int
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _sent: deque[float] = field(default_factory=deque)
    suppressed: int = 0

    def alert(self, hit: dict[str, object]) -> bool:
        """Notify the command of a hit, unless the rate is used up; returns whether it was."""
        now = self.clock()
        while self._sent and now - self._sent[0] >= _WINDOW_S:
            self._sent.popleft()
        if len(self._sent) >= self.per_minute:
            self.suppressed += 1
            return False
        self._sent.append(now)
        try:
            run_command(self.command, _line(hit, self.suppressed))
        except CouldNotSend as problem:
            self.say(f"{problem.fault}; the hit is recorded")
        self.suppressed = 0
        return True


@dataclass
class HitWatch(FolderWatch):
    """A watch that prints hits and concludes nothing."""

    emit: Callable[[str], None]
    notifier: Notifier | None = None

    def work(self, ready: Ready) -> None:
        """Load the files, in one opening of the case; hits go out after each batch, in order of files and rows."""
        hits: list[dict[str, object]] = []
        try:
            with self.open_case() as case:
                for arrived in self.take(case, ready):
                    if arrived.records is not None:
                        hits += _hits_of(case, arrived.records)
        finally:
            for hit in hits:
                self.emit(_line(hit, 0))
                if self.notifier is not None and hit["kind"] != "control":  # controls are called by chance
                    self.notifier.alert(hit)

    def sum_up(self) -> None:
        """Say what was left, and what was kept back."""
        super().sum_up()
        if self.notifier is not None and self.notifier.suppressed:
            self.say(f"{self.notifier.suppressed} alerts were kept back by the rate; their hits are recorded")


def _hits_of(case: Case, file: int) -> Iterable[dict[str, object]]:
    """The hits of a file as an alert shows them: masked, with the copies that hold each canary."""
    rows = case.con.execute(
        "SELECT strftime(s.\"at\", '%Y-%m-%dT%H:%M:%SZ'), s.channel, s.caller, s.canary, c.kind, s.releases, s.file,"
        " s.row FROM views.signals s JOIN views.canaries c ON c.canary = s.canary WHERE s.file = $file"
        " ORDER BY s.row, s.canary",
        {"file": file},
    ).fetchall()
    names = ("at", "channel", "caller", "canary", "kind", "releases", "file", "row")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _line(hit: dict[str, object], suppressed: int) -> str:
    """One JSON line, ready for a webhook; `suppressed`: alerts that the rate has kept back since the last one."""
    return json.dumps({"event": "signal", **hit, "suppressed": suppressed}, ensure_ascii=False)
