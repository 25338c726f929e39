"""A story as a value: what one finding says happened, in the order of days, with the words for each step.

Words are reasons, said in the reader's language where the story is drawn; days and ids are those of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracer.disclosure import Number, Reason

LIST, COPY, KEPT, HAD = "list", "copy", "kept", "had"
"""Kinds of events: a list was made or obtained, a copy was handed over, its recipient had it after the end, a list was
found with somebody."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, with a party."""

    kind: str
    party: str
    ref: str
    day: date | None
    what: Reason
    why: Number = None
    """What it rests on and how sure it is; None where a document says so."""
    source: int | None = None
    """Place of the event that it came from, in the story's events."""
    until: date | None = None
    gone: Reason | None = None
    """Between which days it went on, where nothing says on which."""
    strong: bool = False
    """Whether it is what the story is about; all else is drawn pale."""


@dataclass(frozen=True)
class Story:
    """One finding."""

    kind: str
    """`retained`, `passed_on`, `chain` or `derived`."""
    names: tuple[str, ...]
    """The ids that it is asked for by: the copy, or the lists of the chain."""
    grade: str
    headline: Reason
    sure: tuple[Number, ...]
    against: tuple[Number, ...]
    events: tuple[Event, ...]
    roles: Mapping[str, str | None]
    """Party -> its role."""
    reached: str = "firm"
    """How surely it is so: one of `sources.WEAKNESS`."""
    more: int = 0
    """Lists of the same finding that are not among the events."""

    def named(self) -> list[str]:
        """Everybody in it, in the order of days."""
        return list(dict.fromkeys(one.party for one in self.events))

    def early(self, event: Event) -> bool:
        """Whether it is dated before what it came from, which was made or obtained again afterwards."""
        source = None if event.source is None else self.events[event.source]
        return source is not None and source.day is not None and event.day is not None and event.day < source.day

    def parties(self) -> list[str]:
        """Everybody in it, so that no two lines of the drawing cross: who had it from the latest event first."""
        return list(dict.fromkeys(self.events[at].party for at in self._walked(0)))

    def _walked(self, start: int) -> Iterator[int]:
        within = [start, *(at for at, one in enumerate(self.events) if self._later_here(one, start))]
        yield from within
        for source in sorted(within, key=lambda at: str(self.events[at].day or ""), reverse=True):
            for at, one in enumerate(self.events):
                if one.source == source and at not in within:
                    yield from self._walked(at)

    def _later_here(self, one: Event, start: int) -> bool:
        """Whether it is a later event of the same party, from the one at `start`."""
        return one.source == start and one.party == self.events[start].party

    def shorter(self, holders: int) -> Story:
        """The same with at most so many lists found with others: the events in `strong` first, then the earliest."""
        found = [at for at, one in enumerate(self.events) if one.kind == HAD and one.party != self.events[0].party]
        kept = sorted(found, key=lambda at: (not self.events[at].strong, at))[:holders]
        left = set(found) - set(kept)
        if not left:
            return self
        return replace(self, events=_without(self.events, left), more=self.more + len(left))


def _without(events: tuple[Event, ...], left: set[int]) -> tuple[Event, ...]:
    """Without those; what came from one of them comes from where that came from."""

    def source_of(one: Event) -> int | None:
        source = one.source
        while source is not None and source in left:
            source = events[source].source
        return source

    places = {at: place for place, at in enumerate(at for at in range(len(events)) if at not in left)}
    return tuple(
        replace(one, source=None if (source := source_of(one)) is None else places[source])
        for at, one in enumerate(events)
        if at not in left
    )
