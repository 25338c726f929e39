"""Grade, reasons and alternatives of a retention row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason, Ref, ReleaseRef, Times, Word
from tracer.findings.derivation.edges import FAINT
from tracer.findings.derivation.ways import LEAST_SHOWN
from tracer.findings.retention.client import ClientMarks, Window
from tracer.findings.retention.origins import UNRECORDED, OriginPosterior, is_own
from tracer.findings.sightings import Release
from tracer.findings.statements import headlines
from tracer.findings.vintage import exported_reason
from tracer.policy import SHOWN_FROM

_SHOWN = 20
"""Other sources that are listed one by one."""
LIKELIER = 0.5
"""From this probability a list is said to be a copy of another, a release to be behind it, a link to be part of a
chain: it is likelier than not."""
NAMED = 0.995
"""Probability that a dataset holds data of a release that attribution names at G3: its error, 2 alpha over all
releases, is shared with those compared; another alpha would change it. From it on no unrelated source is shown."""
_TELLING = 3.0
"""Marks that favour a release by this many nats (20 to 1) over every other single origin tell it apart. Wrong vendors
at G2 on recorded cases would raise it."""
_MILLION = 13.8
"""Nats of a million times: beyond it a number says no more to a reader."""


@dataclass(frozen=True)
class MarkedDataset:
    """A dataset that holds a client's rows, with what is known of their origins."""

    marks: ClientMarks
    reach: float
    """That it holds the client's data by copying at all."""
    found: OriginPosterior


@dataclass(frozen=True)
class RetentionFacts:
    """Everything that the reasons of a row are made of."""

    item: MarkedDataset
    release: Release
    share: float
    """That the release is a source, given that it holds the client's data."""
    reading: str
    after_end: bool | None
    canaries: int
    named: str | None
    passed: frozenset[str]
    """Parties that are on every path from the client to the dataset."""
    only: tuple[tuple[str, int], ...]
    """Lists that it was copied from, with its contacts that are there and in no other loaded list."""
    window: Window | None

    @property
    def probability(self) -> float:
        """That the dataset came from the release in the way of the reading."""
        return self.item.reach * self.share

    @property
    def margin(self) -> float:
        """Nats by which the marks favour this release over the best other single origin."""
        return self.item.found.evidence.get(self.release.id, 0.0)


def grade_of(facts: RetentionFacts) -> str:
    """G3 and above only with an attribution of that grade; without marks that tell copies apart, at most G1."""
    if facts.named in ("G3", "G4") and facts.probability >= LIKELIER:
        return facts.named
    if facts.item.marks.homes[1] > 0 and facts.canaries > 0:
        return "G1"
    if facts.probability < LEAST_SHOWN:
        return "G0"
    told_apart = facts.margin >= _TELLING or facts.release.recipient in facts.passed
    dated = any(step.grade not in ("G0", "G1") for step in facts.item.marks.steps) or facts.named is not None
    return "G2" if facts.probability >= LIKELIER and told_apart and dated else "G1"


def speaks_for(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks for the release."""
    release, listed, view = facts.release, facts.item.marks.dataset, facts.item.marks.view
    dataset, vendor = DatasetRef(listed.id), PartyRef(release.recipient)
    if facts.canaries > 0:
        n = Count(facts.canaries, across_lists=facts.named is None)
        yield Reason.of("retention-canaries", n=n, vendor=vendor, dataset=dataset)
    if facts.margin >= _TELLING:
        # What distinguishes this client's copies: planted records, withheld ones, rows that come and go with time.
        there = {
            "planted": any(one.canaries for one in view.releases),
            "withheld": any(one.withheld for one in view.releases),
            "dates": len(view.totals) > 1,
        }
        marks = Word("-".join(kind for kind, is_there in there.items() if is_there) or "rows")
        times = None if facts.margin > _MILLION else Times(math.exp(facts.margin))
        yield Reason.of("retention-fits-best", marks=marks, vendor=vendor, times=times)
    first, last, releases = facts.window or (None, None, [])
    if release.id in releases:
        exported = exported_reason(first, last)
        yield Reason.of("retention-exported-then", dataset=dataset, exported=exported, vendor=vendor)
    for step in facts.item.marks.steps:
        sure, likely = headlines.firmness(step.by_lists).code, step.judged or Probability(step.probability)
        copied = headlines.related("copied", DatasetRef(step.parent), dataset, sure=sure)
        yield Reason.of("retention-step", relation=copied, probability=likely, grade=Ref(step.grade))
    for parent, contacts in facts.only:
        if contacts >= SHOWN_FROM:
            yield Reason.of("retention-only-source", n=Count(contacts), dataset=dataset, parent=DatasetRef(parent))
    if release.recipient in facts.passed and listed.holder != release.recipient:
        yield Reason.of("retention-every-path", client=PartyRef(view.client), dataset=dataset, vendor=vendor)
    if listed.holder == release.recipient:
        yield Reason.of("retention-holds-itself", vendor=vendor, dataset=dataset)
    seen, ends = listed.seen, release.ends
    if facts.reading == "retained" and seen is not None and ends is not None:
        days = (seen - ends).days
        yield Reason.of("retention-after-end", vendor=vendor, dataset=dataset, seen=seen, ends=ends, days=days)
    elif facts.reading == "passed_on" and facts.after_end is False:
        had = listed.obtained is not None and ends is not None and listed.obtained <= ends
        how, day, holder = Word("had" if had else "made"), listed.obtained if had else listed.created, listed.holder
        yield Reason.of(
            "retention-left-before-end", how=how, holder=PartyRef(holder), dataset=dataset, day=day, ends=ends
        )


def speaks_against(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks against the release, the weightiest first, as those who show only some of it take the first.

    What does not fit the copy comes first, then other sources by their probability, then what is not known, and last
    the sources that are hardly possible. Of these there are two, kept apart: a source instead of this copy (with the
    copy's own probability these sum to one), and one in addition to it, which does not clear the copy.
    """
    marks, release, window = facts.item.marks, facts.release, facts.window
    dataset, vendor, others = DatasetRef(marks.dataset.id), PartyRef(release.recipient), _other_sources(facts)
    if marks.homes[1] > 0:
        yield Reason.of("retention-home", client=PartyRef(marks.view.client))
    if release.id in marks.planted:
        yield Reason.of("retention-framing", vendor=vendor)
    if window is not None and release.id not in window[2] and release.date is not None:
        exported, day = exported_reason(*window[:2]), release.date
        yield Reason.of("retention-exported-otherwise", dataset=dataset, exported=exported, vendor=vendor, day=day)
    if facts.canaries == 0 and release.canaries:
        yield Reason.of("retention-no-canaries", n=len(release.canaries), vendor=vendor, dataset=dataset)
    yield from (reason for probability, reason in others if probability >= FAINT)
    if facts.reading == "passed_on" and release.recipient not in facts.passed:
        yield Reason.of("retention-other-paths", dataset=dataset, vendor=vendor)
    if facts.reading == "held" and facts.after_end is None:
        unknown = Reason.of("retention-day-unknown", dataset=dataset)
        yield Reason.of("retention-no-end") if release.ends is None else unknown
    if facts.reading == "passed_on" and facts.after_end is None and release.ends is not None:
        yield Reason.of("retention-later-proves-nothing", vendor=vendor)
    yield from (reason for probability, reason in others if probability < FAINT)


def _other_sources(facts: RetentionFacts) -> list[tuple[float, Reason]]:
    """The client, every other recipient and other copies of the same one, with their probabilities: instead of this
    copy, the client always among those that are named, and in addition."""
    item, release, view = facts.item, facts.release, facts.item.marks.view
    groups: dict[tuple[str, str], list[str]] = {
        ("client", view.client): [origin for origin in item.found.inclusion if is_own(origin)],
        ("unrecorded", view.client): [UNRECORDED],
    }
    for other in view.releases:
        if other.recipient != release.recipient:
            groups.setdefault(("recipient", other.recipient), []).append(other.id)
        elif other.id != release.id:
            groups["release", other.id] = [other.id]

    def told(code: str, kind: str, identity: str, probability: float) -> tuple[float, Reason]:
        named: Number = ReleaseRef(identity) if kind == "release" else PartyRef(identity)
        numbers = {"other": None if kind == "unrecorded" else named, "probability": Probability(probability)}
        return probability, Reason.of(code, kind=Word(kind), vendor=PartyRef(release.recipient), **numbers)

    # What the client's home canaries take off the copy, they put on the client.
    moved = {"client": item.found.inclusion.get(release.id, 0.0) - facts.share}
    instead = [
        (*of, item.reach * (item.found.instead(release.id, origins) + moved.get(of[0], 0.0)))
        for of, origins in groups.items()
    ]
    instead.sort(key=lambda other: (other[0] != "client", -other[2], other[0], other[1]))
    found = [told("retention-instead", *other) for other in instead[:_SHOWN]]
    if len(instead) > _SHOWN:
        n, rest = len(instead) - _SHOWN, sum(probability for *_, probability in instead[_SHOWN:])
        found.append((rest, Reason.of("retention-instead-rest", n=n, probability=Probability(rest))))
    if item.reach < NAMED:
        client, unrelated = PartyRef(view.client), 1.0 - item.reach
        unknown = Reason.of("retention-instead-unrelated", client=client, probability=Probability(unrelated))
        found.append((unrelated, unknown))
    as_well = [(*of, item.found.as_well(release.id, origins)) for of, origins in groups.items()]
    as_well.sort(key=lambda other: (-other[2], other[0], other[1]))
    found += [told("retention-as-well", *other) for other in as_well[:_SHOWN] if other[2] >= FAINT]
    return sorted(found, key=lambda other: -other[0])
