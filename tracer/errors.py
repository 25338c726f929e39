"""The one hierarchy of errors: what went wrong, where, and what to do about it.

The command line turns each class into its exit code. Anything else that escapes is a fault of the program (exit 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from tracer.visible import label

SHOWN = 100
"""Problems of one input that are printed: who has more has given another file than was meant."""


class ExitCode(IntEnum):
    """What a command's exit status says."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    REFUSED = 3
    UNAVAILABLE = 4
    """The case cannot be opened: locked, wrong key, or not a case."""
    FOUND = 5
    INTERRUPTED = 130


class TracerError(Exception):
    """An error with a message for people: what, where, and what to do.

    `where` names file, row, column or table; `remedy` says what helps. Both may be empty.
    """

    exit_code = ExitCode.FAULT

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(self.line())

    @property
    def hint(self) -> str:
        """What helps; empty where that is not known. Options are named as on the command line.

        >>> UsageError("no case was named", remedy="give --case DIR").hint
        'give --case DIR'
        """
        return self.remedy

    def line(self) -> str:
        """The error as one line: `where: what; remedy`."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return label(f"{text}; {self.remedy}" if self.remedy else text)


def is_interruption(error: Exception) -> bool:
    """Whether it is what DuckDB, which few commands import, makes of Ctrl-C during a statement."""
    return isinstance(error.__cause__, KeyboardInterrupt) or type(error).__name__ == "InterruptException"


class UsageError(TracerError):
    """The command was called wrongly."""

    exit_code = ExitCode.USAGE


def refuse_short(reason: str, remedy: str, where: str = "--reason") -> None:
    """Raise `UsageError` where a reason that is journaled has one word: it says who asked, and why."""
    if len(reason.split()) < 2:
        raise UsageError("the reason is too short", where=where, remedy=remedy)


class InputRefused(TracerError):
    """The input was refused and nothing of it was kept. May carry several problems of one input.

    Files of a manifest that loaded are kept (`manifest.apply.FilesRefused`).
    """

    exit_code = ExitCode.REFUSED

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", problems: tuple[InputRefused, ...] = ()
    ) -> None:
        self.problems = problems or (self,)  # first: the text of the exception is made of all of them
        super().__init__(what, where=where, remedy=remedy)

    @property
    def hint(self) -> str:
        """What helps, a line for each remedy of the problems that `line` shows."""
        return "\n".join(dict.fromkeys(one.remedy for one in self.problems[:SHOWN] if one.remedy))

    def line(self) -> str:
        """The problems, one a line; beyond the first `SHOWN` they are counted."""
        if len(self.problems) > 1:
            more = len(self.problems) - SHOWN
            lines = [problem.line() for problem in self.problems[:SHOWN]]
            return "\n".join([*lines, *([f"… and {more:,} more of the same input"] if more > 0 else [])])
        return super().line()

    @classmethod
    def many(cls, problems: Iterable[InputRefused]) -> InputRefused:
        """One error that carries all `problems` (at least one), in their order, nested ones flattened."""
        flat = tuple(single for problem in problems for single in problem.problems)
        return flat[0] if len(flat) == 1 else cls(flat[0].what, problems=flat)


class CaseUnavailable(TracerError):
    """The case cannot be opened: locked, wrong key, damaged, or not a case."""

    exit_code = ExitCode.UNAVAILABLE


class ChecksFailed(TracerError):
    """Done, but a check found something; raised only where it is asked for (`Checks.raise_for_failures`)."""

    exit_code = ExitCode.FOUND
