"""Runs a command for each alert, no more often than allowed. Its data go to its standard input, never to its
arguments, which every user of the machine can read.
"""

from __future__ import annotations

import shlex
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tracer.errors import UsageError
from tracer.signals.watch import line_of

_WINDOW_S = 60.0
_PATIENCE_S = 30.0
"""A command that takes longer is ended: a hanging webhook must not stop the watch."""


@dataclass
class Notifier:
    """Alerts of one watch."""

    command: tuple[str, ...]
    per_minute: int
    """Alerts in any minute, at most."""
    tell: Callable[[str], None]
    """Receives what went wrong, a line each."""
    clock: Callable[[], float] = time.monotonic
    _sent: deque[float] = field(default_factory=deque)
    suppressed: int = 0
    """Alerts kept back since the last one that went out."""

    def alert(self, hit: dict[str, object]) -> bool:
        """Notify the command of a hit, unless the rate is used up; returns whether it was."""
        now = self.clock()
        while self._sent and now - self._sent[0] >= _WINDOW_S:
            self._sent.popleft()
        if len(self._sent) >= self.per_minute:
            self.suppressed += 1
            return False
        self._sent.append(now)
        self._run(line_of(hit, self.suppressed))
        self.suppressed = 0
        return True

    def _run(self, line: str) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command
                self.command, input=(line + "\n").encode(), capture_output=True, timeout=_PATIENCE_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            self.tell(f"the notify command failed ({type(problem).__name__}); the hit is recorded")
            return
        if done.returncode:
            self.tell(f"the notify command ended with {done.returncode}; the hit is recorded")


def split_command(text: str) -> tuple[str, ...]:
    """A command line as program and arguments. Raises `UsageError` for an empty or unbalanced one."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError as problem:
        raise UsageError(f"the notify command cannot be read ({problem})", remedy="close its quotes") from None
    if not parts:
        raise UsageError("the notify command is empty", remedy="give it like --notify-command 'curl -d @- URL'")
    return parts
