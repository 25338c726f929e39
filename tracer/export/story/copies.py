"""The story of one copy: made from the client's list, given to its recipient, and where it was seen afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Word
from tracer.export.story.model import COPY, HAD, KEPT, LIST, Event, Story
from tracer.export.story.sources import WEAKNESS, StorySources, between, day_of, graded, probability_of
from tracer.findings.statements import Statement, headlines
from tracer.graph.model import GRADES
from tracer.policy import FEW

_NAMED = 3
"""Others whom a headline names; of more it gives the number."""


def copy_story(rows: Sequence[Statement], sources: StorySources) -> Story | None:
    """The story of one copy from its retentions; None where one of its two sides must not be in a picture."""
    vendor, client = str(rows[0].row["vendor"]), str(rows[0].row["client"])
    rows = [row for row in rows if not sources.sheltered(row.row["seen_with"])]
    if not rows or sources.sheltered(vendor) or sources.sheltered(client):
        return None
    kept = max((row for row in rows if row.row["reading"] == "retained"), key=_strength, default=None)
    others = [row for row in _by_holder(rows) if str(row.row["seen_with"]) not in (vendor, client)]
    if kept is None and not others:
        return None
    first = kept if kept is not None else max(others, key=lambda row: (*_strength(row)[:1], *_counted(row)))
    events = _events(rows[0], kept, others, sources)
    drawn = {one.ref for one in events}
    return Story(
        "passed_on" if kept is None else "retained",
        (str(first.row["release"]),),
        first.grade,
        _headline(first, kept, others, sources),
        (first.sureness, *_resting_on(first)),
        first.against,
        events,
        {one.party: sources.role(one.party) for one in events},
        more=sum(str(row.row["seen_in"]) not in drawn for row in rows),
    )


def _strength(row: Statement) -> tuple[int, float, str]:
    return GRADES.index(row.grade), probability_of(row), str(row.row["seen_in"])


def _by_holder(rows: Iterable[Statement]) -> list[Statement]:
    """The best founded list of each other holder, by their days."""
    best: dict[str, Statement] = {}
    for row in rows:
        if row.row["reading"] == "passed_on":
            best[str(row.row["seen_with"])] = max(best.get(str(row.row["seen_with"]), row), row, key=_strength)
    return sorted(best.values(), key=lambda row: (str(row.row.get("first_seen") or "9999"), str(row.row["seen_in"])))


def _held(release: str, sources: StorySources) -> Statement | None:
    """What the recipient held of the copy as it might."""
    rows = [row for row in sources.of("held") if row.copies == (release,)]
    return max((row for row in rows if row.row["seen_with"] == row.row["vendor"]), key=_strength, default=None)


# ---------------------------------------------------------------- events
def _events(
    first: Statement, kept: Statement | None, others: Sequence[Statement], sources: StorySources
) -> tuple[Event, ...]:
    release, dataset, vendor = str(first.row["release"]), str(first.row["dataset"]), str(first.row["vendor"])
    copy = sources.node("release", release)
    given, ends = (None, None) if copy is None else (day_of(copy["date"]), day_of(copy["until"]))
    made = sources.day(dataset)
    later = Reason.of("front-later") if made is not None and given is not None and given < made else None
    listed = Event(LIST, str(first.row["client"]), dataset, made, _list(dataset), later)
    handed = Event(COPY, vendor, release, given, Reason.of("front-copy", ends=ends), source=0, until=ends)
    events = [listed, handed]
    own = kept if kept is not None else _held(release, sources)
    if own is not None:
        what = _still(own) if kept is not None else _list(str(own.row["seen_in"]))
        events.append(_seen(KEPT if kept is not None else HAD, own, what, sources, 1, strong=kept is not None))
    for row in others:
        event = _seen(HAD, row, _list(str(row.row["seen_in"])), sources, 1, strong=True)
        step = _step(event, events, sources)
        if step is None:
            events.append(replace(event, gone=between(given, event.day)))
        else:
            source, why = step
            events.append(replace(event, source=source, why=why, strong=events[source].party == vendor))
    return tuple(events)


def _seen(kind: str, row: Statement, what: Reason, sources: StorySources, source: int, *, strong: bool) -> Event:
    dataset = str(row.row["seen_in"])
    why = _planted(row) or headlines.sure(row.row)
    day = sources.day(dataset, row.row.get("first_seen"))
    return Event(kind, str(row.row["seen_with"]), dataset, day, what, why, source, strong=strong)


def _step(event: Event, events: Sequence[Event], sources: StorySources) -> tuple[int, Reason] | None:
    """The event with the list that this one was copied from, the likeliest, and how sure that step is; None where it
    is none of them, so that only the copy is known to be behind it."""
    found: list[tuple[float, int, Reason]] = []
    for at, one in enumerate(events[2:], start=2):
        row = sources.derived(one.ref, event.ref)
        # What was seen later than this one is drawn as no source of it: arrows run forward.
        forward = event.day is None or one.day is None or one.day <= event.day
        if row is not None and row.row["direction"] != "not_told" and forward:
            found.append((probability_of(row), -at, headlines.sure(row.row)))
    if not found:
        return None
    _, at, why = max(found, key=lambda one: one[:2])
    return -at, why


def _list(dataset: str) -> Reason:
    return Reason.of("front-list", dataset=DatasetRef(dataset))


def _still(row: Statement) -> Reason:
    return Reason.of("front-still", dataset=DatasetRef(str(row.row["seen_in"])))


def _planted(row: Statement) -> Reason | None:
    """The words at the edge: how many planted records, and how sure."""
    seen = _marks(row)
    if seen is None:
        return None
    return Reason.of("front-planted-sure", seen=seen[0], planted=seen[1], sure=headlines.sure(row.row))


def _marks(row: Statement) -> tuple[int | None, int] | None:
    marks = row.mark
    if marks is None or marks["canaries_seen"] in (0, "0") or not marks["canaries_planted"]:
        return None
    seen = marks["canaries_seen"]
    return None if seen in (None, FEW) else int(str(seen)), int(str(marks["canaries_planted"]))


def _counted(row: Statement) -> tuple[int, float, str]:
    """By planted records seen, then by probability."""
    seen = _marks(row)
    return 0 if seen is None else seen[0] or 0, *_strength(row)[1:]


def _resting_on(row: Statement) -> tuple[Number, ...]:
    """What it rests on, as a sentence: the planted records, else the first of its reasons."""
    seen = _marks(row)
    if seen is None:
        return row.reasons[:1]
    vendor, dataset = PartyRef(str(row.row["vendor"])), DatasetRef(str(row.row["seen_in"]))
    return (Reason.of("front-planted", seen=seen[0], planted=seen[1], vendor=vendor, dataset=dataset),)


# ---------------------------------------------------------------- headline
def _headline(first: Statement, kept: Statement | None, others: Sequence[Statement], sources: StorySources) -> Reason:
    vendor, client = PartyRef(str(first.row["vendor"])), PartyRef(str(first.row["client"]))
    dataset = DatasetRef(str(first.row["dataset"]))
    who = _who(others)
    reached = Word(max((graded(row) for row in others), key=WEAKNESS.index, default="firm"))
    if kept is None:
        return Reason.of("front-reached", vendor=vendor, client=client, dataset=dataset, who=who, reached=reached)
    copy = sources.node("release", first.row["release"])
    ends = None if copy is None else day_of(copy["until"])
    span = headlines.span_between(ends, sources.day(str(kept.row["seen_in"]), kept.row.get("first_seen")))
    sure = Word(graded(kept))
    if who is None:
        return Reason.of("front-kept", vendor=vendor, client=client, dataset=dataset, span=span, sure=sure)
    return Reason.of(
        "front-kept-and-reached", vendor=vendor, client=client, dataset=dataset, span=span, sure=sure, who=who,
        reached=reached,
    )  # fmt: skip


def _who(others: Sequence[Statement]) -> Number:
    if not others:
        return None
    if len(others) > _NAMED:
        return Reason.of("front-others", n=len(others))
    return tuple(PartyRef(str(row.row["seen_with"])) for row in others)
