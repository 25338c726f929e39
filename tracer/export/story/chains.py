"""The story of a chain: from whose list data came to whom, through whose hands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracer.disclosure import DatasetRef, PartyRef, Reason, Word
from tracer.export.gate import FindingRow
from tracer.export.story.model import HAD, LIST, Event, Story
from tracer.export.story.sources import StorySources, between, graded, how_sure, probability_of, said_of
from tracer.graph.model import GRADES, at_least
from tracer.wording import headlines


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
