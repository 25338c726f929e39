"""From findings to stories: each copy that lists came from which should not have, then each chain that is new in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracer.disclosure import DatasetRef, PartyRef, Reason, Word
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.outgoing import Outgoing
from tracer.export.story.copies import copy_story
from tracer.export.story.gathered import gathered
from tracer.export.story.model import HAD, LIST, Event, Story
from tracer.export.story.sources import StorySources, between, graded, probability_of
from tracer.findings.statements import Statement
from tracer.findings.statements.conclusions import by_copy
from tracer.graph.model import GRADES, at_least

# The story of a chain: from whose list data came to whom, through whose hands.


def chain_stories(sources: StorySources) -> Iterator[Story]:
    """Chains of G2 or better, the best founded first; then copyings between two parties that are in no chain."""
    for kind in ("chain", "derivation"):
        for one in sorted(sources.of(kind), key=lambda one: _rank(one, sources)):
            told = one.row.get("direction") != "not_told" and one.row.get("kind") != "version"
            if told and at_least(one.grade, "G2"):
                yield from _story(one, sources)


def _rank(one: Statement, sources: StorySources) -> tuple[int, bool, float, str]:
    """By grade; then what began with a client's list, before what is traded anyway; then by probability."""
    owner = sources.holder(one.lists[0])
    traded = owner is None or sources.role(owner) != "client"
    return -GRADES.index(one.grade), traded, -probability_of(one), str(list(one.lists))


def _story(stated: Statement, sources: StorySources) -> Iterator[Story]:
    """None where a step of it is not among the copyings, or somebody in it must not be in a picture."""
    datasets = stated.lists
    steps = [sources.derived(one, other) for one, other in pairwise(datasets)]
    found = [step for step in steps if step is not None]
    holders = [sources.holder(one) for one in datasets]
    parties = [one for one in holders if one is not None and not sources.sheltered(one)]
    if not found or len(found) < len(steps) or len(parties) < len(datasets) or len(set(parties)) < len(parties):
        return
    least = min(found, key=probability_of)
    days = [sources.day(datasets[0]), *(sources.day(one) for one in datasets[1:])]
    later = len(days) > 1 and days[0] is not None and days[1] is not None and days[1] < days[0]
    events = [
        Event(LIST, parties[0], datasets[0], days[0], _list(datasets[0]), Reason.of("front-later") if later else None)
    ]
    for at, (dataset, party, step) in enumerate(zip(datasets[1:], parties[1:], found, strict=True)):
        why, gone = step.sure[0], between(days[at], days[at + 1])
        events.append(Event(HAD, party, dataset, days[at + 1], _list(dataset), why, at, gone=gone, strong=True))
    because = least.reasons[:1]
    if len(found) > 1:
        because = tuple(Reason.of("front-least", because=one) for one in because)
    reached = graded(stated if stated.kind == "chain" else least)
    yield Story(
        "chain" if len(found) > 1 else "derived",
        datasets,
        stated.grade,
        Reason.of(
            "front-chain", client=PartyRef(parties[0]), dataset=DatasetRef(datasets[0]), taker=PartyRef(parties[-1]),
            through=tuple(PartyRef(one) for one in parties[1:-1]) or None,
            reached=Word(reached),
        ),
        (stated.sureness, *because),
        least.against,
        tuple(events),
        {one: sources.role(one) for one in parties},
        reached=reached,
    )  # fmt: skip


def _list(dataset: str) -> Reason:
    return Reason.of("front-list", dataset=DatasetRef(dataset))


def stories(leaving: Outgoing) -> list[Story]:
    """All of them, the strongest first: what a recipient kept, what others had of a copy, then chains."""
    sources = StorySources(leaving)
    found = [
        story for seen in by_copy(sources.of("retention"), "G2") if (story := copy_story(seen, sources)) is not None
    ]
    known = {step for story in found for step in _steps(story)}
    reached = {end for story in found for end in _reached(story)}
    reached |= {(one.row["client"], one.row["seen_in"]) for one in sources.of("held")}
    for story in chain_stories(sources):
        new = _steps(story) - known
        end = (story.events[0].party, story.events[-1].ref)
        public = story.roles[story.events[0].party] == "public_source"
        if 2 * len(new) > len(_steps(story)) and end not in reached and not public:
            known |= new
            reached |= _reached(story)
            found.append(story)
    return found


def story_of(leaving: Outgoing, named: Sequence[str]) -> Story | None:
    """The story of the finding that is named by its ids, the strongest where none is; None where there is none at all.

    A name is a copy, the list or party that it was seen with, or two lists or more of a chain.

    Raises:
        UsageError: ids of no finding.
    """
    found = stories(leaving)
    together = gathered(found)
    if not named:
        return together[0] if together else None
    for story in (*found, *together):
        if tuple(named) == story.names:
            return story
    for story in found:
        if set(named) <= {*story.names, *story.roles, *(one.ref for one in story.events)}:
            return story
    known = [" ".join(story.names) for story in found]
    remedy = did_you_mean(" ".join(named), known) if known else "none was found: tracer query retention"
    raise UsageError(f"no finding of {' '.join(named)!r}", where="figure story", remedy=remedy)


def _reached(story: Story) -> set[tuple[str, str]]:
    """Whose data are in which lists."""
    return {(story.events[0].party, one.ref) for one in story.events}


def _steps(story: Story) -> set[tuple[str, str]]:
    """Who had it from whom."""
    return {
        (story.events[one.source].party, one.party)
        for one in story.events
        if one.source is not None and story.events[one.source].party != one.party
    }
