"""Several findings of one list as one story: who all had it, instead of as many pictures that look alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Word
from tracer.export.story.model import Event, Story
from tracer.export.story.sources import WEAKNESS
from tracer.graph.model import GRADES

_NAMED = 3
"""Takers whom a headline names; of more it names two, and how many more there are."""
_ALONE = ("retained", "passed_on")
"""Kinds of stories that are of one copy."""


def gathered(stories: Sequence[Story]) -> list[Story]:
    """The stories in their order; of those that begin with the same list one, where the first of them was."""
    together: dict[str, list[Story]] = {}
    order: list[list[Story]] = []
    for story in stories:
        first = story.events[0].ref
        if story.kind in _ALONE:
            order.append([story])
        elif first in together:
            together[first].append(story)
        else:
            together[first] = [story]
            order.append(together[first])
    return [found[0] if len(found) == 1 else _one(found) for found in order]


def _one(stories: Sequence[Story]) -> Story:
    """All of them as one, no surer than the least sure of them."""
    events: list[Event] = [stories[0].events[0]]
    at = {events[0].ref: 0}
    for story in stories:
        for event in story.events[1:]:
            if event.ref not in at:
                source = None if event.source is None else at[story.events[event.source].ref]
                at[event.ref] = len(events)
                events.append(replace(event, source=source))
    later = next((story.events[0].why for story in stories if story.events[0].why is not None), None)
    events[0] = replace(events[0], why=later)
    takers = list(dict.fromkeys(story.events[-1].party for story in stories))
    grade = min((story.grade for story in stories), key=GRADES.index)
    least = max(stories, key=lambda story: (WEAKNESS.index(story.reached), stories.index(story)))
    return Story(
        "chain",
        tuple(one.ref for one in events),
        grade,
        Reason.of(
            "front-chain", client=PartyRef(events[0].party), dataset=DatasetRef(events[0].ref), taker=_takers(takers),
            through=None, reached=Word(least.reached),
        ),
        tuple(_least(one) if place else one for place, one in enumerate(least.sure)),
        _distinct(one for story in (least, *stories) for one in story.against),
        tuple(events),
        {party: role for story in stories for party, role in story.roles.items()},
        reached=least.reached,
    )  # fmt: skip


def _distinct(numbers: Iterable[Number]) -> tuple[Number, ...]:
    """Each once, in their order: reasons hold mappings, so that they can only be compared."""
    found: list[Number] = []
    for one in numbers:
        if one not in found:
            found.append(one)
    return tuple(found)


def _takers(parties: Sequence[str]) -> Number:
    named = tuple(PartyRef(one) for one in parties)
    return (
        named if len(named) <= _NAMED else (*named[: _NAMED - 1], Reason.of("front-others", n=len(named) - _NAMED + 1))
    )


def _least(because: Number) -> Number:
    """What one step rests on, as that of the least sure."""
    wrapped = isinstance(because, Reason) and because.code == "front-least"
    return because if wrapped else Reason.of("front-least", because=because)
