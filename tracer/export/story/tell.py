"""From findings to stories: each copy that lists came from which should not have, then each chain that is new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracer.disclosure import DatasetRef, PartyRef, Reason, Word
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.story.copies import copy_story
from tracer.export.story.gathered import gathered
from tracer.export.story.model import HAD, LIST, Event, Story
from tracer.export.story.sources import StorySources, between, graded, how_sure, probability_of, said_of
from tracer.graph.model import GRADES, at_least
from tracer.wording import headlines

# The story of a chain: from whose list data came to whom, through whose hands.


def chain_stories(sources: StorySources) -> Iterator[Story]:
    """Chains of G2 or better, the best founded first; then copyings between two parties that are in no chain."""
    for row in sorted(sources.rows("resale-chains"), key=lambda row: _rank(row, sources)):
        datasets = [str(one) for one in _listed(row["datasets"])]
        if at_least(str(row["grade"]), "G2"):
            yield from _story(datasets, str(row["grade"]), sources)
    for row in sorted(sources.rows("derivations"), key=lambda row: _rank(row, sources)):
        told = row.get("direction") != "not_told" and row.get("kind") != "version"
        if told and at_least(str(row["grade"]), "G2"):
            yield from _story([str(row["parent"]), str(row["child"])], str(row["grade"]), sources)


def _rank(row: FindingRow, sources: StorySources) -> tuple[int, bool, float, str]:
    """By grade; then what began with a client's list, before what is traded anyway; then by probability."""
    named = [str(one) for one in _listed(row.get("datasets")) or (row.get("parent"), row.get("child"))]
    owner = sources.holder(named[0])
    traded = owner is None or sources.role(owner) != "client"
    return -GRADES.index(str(row["grade"])), traded, -probability_of(row), str(named)


def _story(datasets: Sequence[str], grade: str, sources: StorySources) -> Iterator[Story]:
    """None where a step of it is not among the copyings, or somebody in it must not be in a picture."""
    steps = [sources.derived(one, other) for one, other in pairwise(datasets)]
    rows = [row for row in steps if row is not None]
    holders = [sources.holder(one) for one in datasets]
    parties = [one for one in holders if one is not None and not sources.sheltered(one)]
    if not rows or len(rows) < len(steps) or len(parties) < len(datasets) or len(set(parties)) < len(parties):
        return
    least = min(rows, key=probability_of)
    reached = graded(grade, probability_of(least))
    days = [sources.made(datasets[0]), *(sources.day(one) for one in datasets[1:])]
    later = len(days) > 1 and days[0] is not None and days[1] is not None and days[1] < days[0]
    events = [
        Event(LIST, parties[0], datasets[0], days[0], _list(datasets[0]), Reason.of("front-later") if later else None)
    ]
    for at, (dataset, party, row) in enumerate(zip(datasets[1:], parties[1:], rows, strict=True)):
        why, gone = headlines.derivation_sure(row), between(days[at], days[at + 1])
        events.append(Event(HAD, party, dataset, days[at + 1], _list(dataset), why, at, gone=gone, strong=True))
    because = said_of(least, "reasons")[:1]
    if len(rows) > 1:
        because = tuple(Reason.of("front-least", because=one) for one in because)
    yield Story(
        "chain" if len(rows) > 1 else "derived",
        tuple(datasets),
        grade,
        Reason.of(
            "front-chain", client=PartyRef(parties[0]), dataset=DatasetRef(datasets[0]), taker=PartyRef(parties[-1]),
            through=tuple(PartyRef(one) for one in parties[1:-1]) or None,
            reached=Word(reached),
        ),
        (how_sure(least), *because),
        said_of(least, "against"),
        tuple(events),
        {one: sources.role(one) for one in parties},
        reached=reached,
    )  # fmt: skip


def _list(dataset: str) -> Reason:
    return Reason.of("front-list", dataset=DatasetRef(dataset))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else []


def stories(leaving: Outgoing) -> list[Story]:
    """All of them, the strongest first: what a recipient kept, what others had of a copy, then chains."""
    sources = StorySources(leaving)
    found = [story for rows in by_copy(sources.rows("retention")) if (story := copy_story(rows, sources)) is not None]
    known = {step for story in found for step in _steps(story)}
    reached = {end for story in found for end in _reached(story)}
    reached |= {(str(row["client"]), str(row["seen_in"])) for row in sources.rows("retention") if _lawful(row)}
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


def by_copy(retentions: Sequence[FindingRow]) -> list[list[FindingRow]]:
    """Retentions that are more than lawful holding, at G2 or better, by copy, the earliest of each first: the copies
    that the recipient itself kept before others, then by grade."""
    copies: dict[str, list[FindingRow]] = defaultdict(list)
    for row in retentions:
        if row.get("reading") in {"retained", "passed_on"} and at_least(str(row["grade"]), "G2"):
            copies[str(row["release"])].append(row)
    found = [sorted(rows, key=_seen) for _, rows in sorted(copies.items())]
    return sorted(found, key=_weight)


def _lawful(row: FindingRow) -> bool:
    return row.get("reading") == "held"


def _seen(row: FindingRow) -> tuple[str, str]:
    return str(row.get("first_seen") or "9999"), str(row["seen_in"])


def _weight(rows: Sequence[FindingRow]) -> tuple[bool, int]:
    kept = any(row["reading"] == "retained" for row in rows)
    return not kept, -max(GRADES.index(str(row["grade"])) for row in rows)


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
