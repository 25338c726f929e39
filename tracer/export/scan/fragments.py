"""The parts of a file's texts that were not searched yet: a page says most of what it says several times.

Nothing that the scan looks for has `<` or `>` inside it. So a text is cut before these signs, and each distinct part is
searched once, whichever reading of the text it is in. A leak is shown where it is in the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from tracer.export.scan.numbers import plain

_PART = re.compile("[<>][^<>]*|[^<>]+")
_STROKE = "\u0338"
"""Written behind `<` or `>` it makes another sign of them, which is inside whatever is around it."""


class Fragments:
    """The parts that were searched."""

    def __init__(self) -> None:
        self._seen = set[str]()

    def new(self, text: str) -> str:
        """The parts of a text that are new, in their order, as one text."""
        if _STROKE in text:
            return text
        fresh = [part for part in dict.fromkeys(_PART.findall(text)) if part not in self._seen]
        self._seen.update(fresh)
        return "".join(fresh)


@dataclass(frozen=True)
class SearchedText:
    """The new parts of one reading of a text."""

    where: str
    reading: str
    fresh: str
    running: bool

    @property
    def drawn(self) -> bool:
        """Whether there can be figures of drawings in it."""
        return "=" in self.reading and "<" in self.reading

    @cached_property
    def content(self) -> str:
        """What is searched."""
        return plain(self.fresh)

    @cached_property
    def whole(self) -> str:
        """All that the reading says, in the form in which its parts are searched."""
        return plain(self.reading)

    def in_whole(self, place: int) -> int:
        """Where in `whole` a place of `content` is."""
        if self.fresh is self.reading:
            return place
        part = bisect_right(self._starts, place) - 1
        return self._firsts[part] + place - self._starts[part]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(plain(part)) for part in _PART.findall(self.fresh))]

    @cached_property
    def _firsts(self) -> list[int]:
        """Where each new part is first in the whole text."""
        parts = _PART.findall(self.reading)
        ends = [0, *accumulate(len(plain(part)) for part in parts)]
        first = dict(zip(reversed(parts), reversed(ends[:-1]), strict=True))
        return [first[part] for part in _PART.findall(self.fresh)]
