"""A text rewritten step by step, with the way back: the place of each piece in the text that was given."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

By: TypeAlias = str | Callable[[re.Match[str]], str]
"""What stands for a match: a text without backslashes, or what gives it."""


@dataclass(frozen=True)
class Edits:
    """The stretches that one step rewrote: where each begins and ends in the new text, and in the old one."""

    new: tuple[tuple[int, int], ...]
    old: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str, pattern: re.Pattern[str], by: By) -> Edits:
        """Those of `pattern.sub(by, text)`."""
        new, old = list[tuple[int, int]](), list[tuple[int, int]]()
        at = length = 0
        for match in pattern.finditer(text):
            put = by if isinstance(by, str) else by(match)
            length += match.start() - at
            new.append((length, length + len(put)))
            old.append(match.span())
            at, length = match.end(), length + len(put)
        return cls(tuple(new), tuple(old))

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the old text that became the new one's `start` to `end`: whole edits, where it cuts one."""
        first = bisect_right(self.new, start, key=lambda edit: edit[0]) - 1
        last = bisect_left(self.new, end, key=lambda edit: edit[0]) - 1
        begins, ends = start, end
        if first >= 0:
            inside = start < self.new[first][1]
            begins = self.old[first][0] if inside else self.old[first][1] + start - self.new[first][1]
        if last >= 0:
            inside = end <= self.new[last][1]
            ends = self.old[last][1] if inside else self.old[last][1] + end - self.new[last][1]
        return begins, ends


@dataclass(frozen=True)
class RewritingStep:
    """One step from the text that was given to a reading of it."""

    text: str
    pattern: re.Pattern[str]
    by: By

    @cached_property
    def edits(self) -> Edits:
        """What it did, found out when it is asked for: most texts hold nothing that has to be shown in them."""
        return Edits.of(self.text, self.pattern, self.by)


@dataclass(frozen=True)
class TextReading:
    """What a text says, read in one way."""

    text: str
    steps: tuple[RewritingStep, ...] = ()

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where the piece from `start` to `end` is in the text that was given."""
        for step in reversed(self.steps):
            start, end = step.edits.back(start, end)
        return start, end

    def rewritten(self, pattern: re.Pattern[str], by: By) -> TextReading:
        """The reading in which `by` stands for all that the pattern finds; itself where that is nothing new."""
        text = pattern.sub(by, self.text)
        return self if text == self.text else TextReading(text, (*self.steps, RewritingStep(self.text, pattern, by)))
