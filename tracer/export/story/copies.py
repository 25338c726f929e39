"""The story of one copy: made from the client's list, given to its recipient, and where it was seen afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Word
from tracer.export.gate import FindingRow
from tracer.export.story.model import COPY, HAD, KEPT, LIST, Event, Story
from tracer.export.story.sources import (
    WEAKNESS,
    StorySources,
    between,
    day_of,
    graded,
    how_sure,
    probability_of,
    said_of,
)
from tracer.graph.model import GRADES
from tracer.policy import FEW
from tracer.wording import headlines

_NAMED = 3
"""Others whom a headline names; of more it gives the number."""


def copy_story(rows: Sequence[FindingRow], sources: StorySources) -> Story | None:
    """The story of one copy from its retentions; None where one of its two sides must not be in a picture."""
    vendor, client = str(rows[0]["vendor"]), str(rows[0]["client"])
    rows = [row for row in rows if not sources.sheltered(row["seen_with"])]
    if not rows or sources.sheltered(vendor) or sources.sheltered(client):
        return None
    kept = max((row for row in rows if row["reading"] == "retained"), key=_strength, default=None)
    others = [row for row in _by_holder(rows) if str(row["seen_with"]) not in (vendor, client)]
    if kept is None and not others:
        return None
    first = kept if kept is not None else max(others, key=lambda row: (*_strength(row)[:1], *_counted(row, sources)))
    events = _events(rows[0], kept, others, sources)
    drawn = {one.ref for one in events}
    return Story(
        "passed_on" if kept is None else "retained",
        (str(first["release"]),),
        str(first["grade"]),
        _headline(first, kept, others, sources),
        (how_sure(first), *_resting_on(first, sources)),
        said_of(first, "against"),
        events,
        {one.party: sources.role(one.party) for one in events},
        more=sum(str(row["seen_in"]) not in drawn for row in rows),
    )


def _strength(row: FindingRow) -> tuple[int, float, str]:
    return GRADES.index(str(row["grade"])), probability_of(row), str(row["seen_in"])


def _by_holder(rows: Iterable[FindingRow]) -> list[FindingRow]:
    """The best founded list of each other holder, by their days."""
    best: dict[str, FindingRow] = {}
    for row in rows:
        if row["reading"] == "passed_on":
            best[str(row["seen_with"])] = max(best.get(str(row["seen_with"]), row), row, key=_strength)
    return sorted(best.values(), key=lambda row: (str(row.get("first_seen") or "9999"), str(row["seen_in"])))


def _held(release: str, sources: StorySources) -> FindingRow | None:
    """What the recipient held of the copy as it might."""
    rows = [row for row in sources.rows("retention") if row["reading"] == "held" and str(row["release"]) == release]
    return max((row for row in rows if row["seen_with"] == row["vendor"]), key=_strength, default=None)


# ---------------------------------------------------------------- events
def _events(
    first: FindingRow, kept: FindingRow | None, others: Sequence[FindingRow], sources: StorySources
) -> tuple[Event, ...]:
    release, dataset, vendor = str(first["release"]), str(first["dataset"]), str(first["vendor"])
    copy = sources.node("release", release)
    given, ends = (None, None) if copy is None else (day_of(copy["date"]), day_of(copy["until"]))
    made = sources.made(dataset)
    later = Reason.of("front-later") if made is not None and given is not None and given < made else None
    listed = Event(LIST, str(first["client"]), dataset, made, _list(dataset), later)
    handed = Event(COPY, vendor, release, given, Reason.of("front-copy", ends=ends), source=0, until=ends)
    events = [listed, handed]
    own = kept if kept is not None else _held(release, sources)
    if own is not None:
        what = _still(own) if kept is not None else _list(str(own["seen_in"]))
        events.append(_seen(KEPT if kept is not None else HAD, own, what, sources, 1, strong=kept is not None))
    for row in others:
        source = _source(str(row["seen_in"]), row.get("first_seen"), events, sources)
        direct = source is None or events[source].party == vendor
        event = _seen(HAD, row, _list(str(row["seen_in"])), sources, 1 if source is None else source, strong=direct)
        events.append(replace(event, gone=between(given, event.day)) if source is None else event)
    return tuple(events)


def _seen(kind: str, row: FindingRow, what: Reason, sources: StorySources, source: int, *, strong: bool) -> Event:
    dataset = str(row["seen_in"])
    why = _planted(row, sources) or headlines.sure(row)
    day = sources.day(dataset, row.get("first_seen"))
    return Event(kind, str(row["seen_with"]), dataset, day, what, why, source, strong=strong)


def _source(dataset: str, first_seen: object, events: Sequence[Event], sources: StorySources) -> int | None:
    """The event with the list that this one was copied from, the likeliest; None where it is none of them."""
    found: list[tuple[float, int]] = []
    day = sources.day(dataset, first_seen)
    for at, one in enumerate(events[2:], start=2):
        row = sources.derived(one.ref, dataset)
        # What was seen later than this one is drawn as no source of it: arrows run forward.
        if row is not None and (day is None or one.day is None or one.day <= day):
            found.append((probability_of(row), -at))
    return -max(found)[1] if found else None


def _list(dataset: str) -> Reason:
    return Reason.of("front-list", dataset=DatasetRef(dataset))


def _still(row: FindingRow) -> Reason:
    return Reason.of("front-still", dataset=DatasetRef(str(row["seen_in"])))


def _planted(row: FindingRow, sources: StorySources) -> Reason | None:
    """The words at the edge: how many planted records, and how sure."""
    seen = _marks(row, sources)
    if seen is None:
        return None
    return Reason.of("front-planted-sure", seen=seen[0], planted=seen[1], sure=headlines.sure(row))


def _marks(row: FindingRow, sources: StorySources) -> tuple[int | None, int] | None:
    marks = sources.marks(str(row["release"]), str(row["seen_in"]))
    if marks is None:
        return None
    seen = marks["canaries_seen"]
    return None if seen in (None, FEW) else int(str(seen)), int(str(marks["canaries_planted"]))


def _counted(row: FindingRow, sources: StorySources) -> tuple[int, float, str]:
    """By planted records seen, then by probability."""
    seen = _marks(row, sources)
    return 0 if seen is None else seen[0] or 0, *_strength(row)[1:]


def _resting_on(row: FindingRow, sources: StorySources) -> tuple[Number, ...]:
    """What it rests on, as a sentence: the planted records, else the first of its reasons."""
    seen = _marks(row, sources)
    if seen is None:
        return said_of(row, "reasons")[:1]
    vendor, dataset = PartyRef(str(row["vendor"])), DatasetRef(str(row["seen_in"]))
    return (Reason.of("front-planted", seen=seen[0], planted=seen[1], vendor=vendor, dataset=dataset),)


# ---------------------------------------------------------------- headline
def _headline(
    first: FindingRow, kept: FindingRow | None, others: Sequence[FindingRow], sources: StorySources
) -> Reason:
    vendor, client = PartyRef(str(first["vendor"])), PartyRef(str(first["client"]))
    dataset = DatasetRef(str(first["dataset"]))
    who = _who(others)
    reached = Word(max((_graded(row) for row in others), key=WEAKNESS.index, default="firm"))
    if kept is None:
        return Reason.of("front-reached", vendor=vendor, client=client, dataset=dataset, who=who, reached=reached)
    copy = sources.node("release", first["release"])
    ends = None if copy is None else day_of(copy["until"])
    span = headlines.span_between(ends, sources.day(str(kept["seen_in"]), kept.get("first_seen")))
    sure = Word(_graded(kept))
    if who is None:
        return Reason.of("front-kept", vendor=vendor, client=client, dataset=dataset, span=span, sure=sure)
    return Reason.of(
        "front-kept-and-reached", vendor=vendor, client=client, dataset=dataset, span=span, sure=sure, who=who,
        reached=reached,
    )  # fmt: skip


def _graded(row: FindingRow) -> str:
    return graded(str(row["grade"]), probability_of(row))


def _who(others: Sequence[FindingRow]) -> Number:
    if not others:
        return None
    if len(others) > _NAMED:
        return Reason.of("front-others", n=len(others))
    return tuple(PartyRef(str(row["seen_with"])) for row in others)
