"""Ways by which a message goes out. A channel sends, or says why it could not; it keeps nothing and retries nothing."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tracer.alarm.outbox import Message
from tracer.alarm.words import Writer
from tracer.errors import UsageError

_PATIENCE_S = 30.0
"""A command that takes longer is ended: a hanging receiver must not stop the watch."""


class CouldNotSend(Exception):
    """A message did not go out."""

    def __init__(self, fault: str, *, for_good: bool = False, wait: float | None = None) -> None:
        self.fault, self.for_good, self.wait = fault, for_good, wait
        super().__init__(fault)


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """print, command, url, mail: under it the outbox keeps what has gone out."""
        ...

    def send(self, message: Message, writer: Writer) -> None:
        """Send a message.

        Raises:
            CouldNotSend: it did not arrive, or it is not known whether it did.
        """
        ...


@dataclass(frozen=True)
class Printed:
    """Standard output, a JSON line each."""

    emit: Callable[[str], None]
    name: str = "print"

    def send(self, message: Message, writer: Writer) -> None:
        """Print it."""
        self.emit(writer.line(message))


@dataclass(frozen=True)
class Command:
    """A command, which gets the message as a JSON line on its standard input; nothing of it is in the process list."""

    command: tuple[str, ...]
    name: str = "command"

    def send(self, message: Message, writer: Writer) -> None:
        """Run it; it must end with 0."""
        run_command(self.command, writer.line(message))


def split_command(text: str) -> tuple[str, ...]:
    """A command line as program and arguments. Raises `UsageError` for an empty or unbalanced one."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError as problem:
        raise UsageError(f"the notify command cannot be read ({problem})", remedy="close its quotes") from None
    if not parts:
        raise UsageError("the notify command is empty", remedy="give it like --notify-command 'curl -d @- URL'")
    return parts


def run_command(command: tuple[str, ...], line: str) -> None:
    """Run a command with a line on its standard input, never in its arguments, which every user of the machine can
    read.

    Raises:
        CouldNotSend: it could not be run, took too long, or did not end with 0.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            command, input=(line + "\n").encode(), capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CouldNotSend(f"the command failed ({type(problem).__name__})") from None
    if done.returncode:
        raise CouldNotSend(f"the command ended with {done.returncode}")
