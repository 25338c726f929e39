"""Grade, reasons and alternatives of a retention row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason, Ref, ReleaseRef, Times, Word
from tracer.findings.derivation.descent import DerivationStep
from tracer.findings.derivation.edges import FAINT
from tracer.findings.retention.client import ClientEvidence, ClientView
from tracer.findings.sightings import Dataset, Release
from tracer.findings.vintage.reasons import exported_reason
from tracer.policy import SHOWN_FROM

_SHOWN = 20
"""Other sources that are listed one by one."""
LIKELIER = 0.5
"""From this probability a list is said to be a copy of another, below it that it may be."""
_TELLING = 3.0
"""Marks that favour a release by this many nats (20 to 1) over every other single origin tell it apart."""


@dataclass(frozen=True)
class DepartureWindow:
    """When a client's rows in a dataset left the client: a row of `vintage`."""

    first: date | None
    """Lower end; None: nothing bounds it."""
    last: date | None
    releases: frozenset[str]


@dataclass(frozen=True)
class Other:
    """Another source than the copy."""

    kind: str
    id: str
    instead: float
    """Probability that it is the source and this copy is none."""
    as_well: float
    """Probability that it is a source too, if this copy is one."""


@dataclass(frozen=True)
class RetentionFacts:
    """Everything that the reasons of a row are made of."""

    view: ClientView
    release: Release
    dataset: Dataset
    reading: str
    after_end: bool | None
    probability: float
    reach: float
    """That the dataset holds the client's data by copying at all."""
    others: tuple[Other, ...]
    """The client, the other recipients, and other copies of the same recipient."""
    evidence: ClientEvidence
    margin: float
    """Nats by which the marks favour this release over the best other single origin."""
    passed: frozenset[str]
    """Parties that are on every path from the client to the dataset."""
    steps: tuple[DerivationStep, ...]
    canaries: int
    named: str | None
    only: tuple[tuple[str, int], ...]
    """Lists that it was copied from, with its contacts that are there and in no other loaded list."""
    window: DepartureWindow | None
    """When the client's rows left it, where its row history says."""

    @property
    def marks(self) -> Word:
        """What distinguishes this client's copies: planted records, withheld ones, rows that come and go with time."""
        there = {
            "planted": any(release.canaries for release in self.view.releases),
            "withheld": any(release.withheld for release in self.view.releases),
            "dates": len(self.view.totals) > 1,
        }
        return Word("-".join(kind for kind, is_there in there.items() if is_there) or "rows")


def grade_of(facts: RetentionFacts) -> str:
    """G3 and above only with an attribution of that grade; without marks that tell copies apart, at most G1."""
    if facts.named in ("G3", "G4") and facts.probability >= 0.5:
        return facts.named
    if facts.evidence.homes_seen > 0 and facts.canaries > 0:
        return "G1"
    if facts.probability < 0.05:
        return "G0"
    told_apart = facts.margin >= _TELLING or facts.release.recipient in facts.passed
    dated = any(step.grade not in ("G0", "G1") for step in facts.steps) or facts.named is not None
    return "G2" if facts.probability >= 0.5 and told_apart and dated else "G1"


_MILLION = 13.8
"""Nats of a million times: beyond it a number says no more to a reader."""


def speaks_for(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks for the release."""
    dataset, vendor = DatasetRef(facts.dataset.id), PartyRef(facts.release.recipient)
    if facts.canaries > 0:
        n = Count(facts.canaries, across_lists=facts.named is None)
        yield Reason.of("retention-canaries", n=n, vendor=vendor, dataset=dataset)
    if facts.margin >= _TELLING:
        times = None if facts.margin > _MILLION else Times(math.exp(facts.margin))
        yield Reason.of("retention-fits-best", marks=facts.marks, vendor=vendor, times=times)
    if facts.window is not None and facts.release.id in facts.window.releases:
        exported = exported_reason(facts.window.first, facts.window.last)
        yield Reason.of("retention-exported-then", dataset=dataset, exported=exported, vendor=vendor)
    for step in facts.steps:
        yield Reason.of(
            "retention-copied" if step.probability >= LIKELIER else "retention-copied-perhaps",
            dataset=dataset,
            parent=DatasetRef(step.parent),
            probability=Probability(step.probability),
            grade=Ref(step.grade),
        )
    for parent, contacts in facts.only:
        if contacts >= SHOWN_FROM:
            yield Reason.of("retention-only-source", n=Count(contacts), dataset=dataset, parent=DatasetRef(parent))
    if facts.release.recipient in facts.passed and facts.dataset.holder != facts.release.recipient:
        yield Reason.of("retention-every-path", client=PartyRef(facts.view.client), dataset=dataset, vendor=vendor)
    if facts.dataset.holder == facts.release.recipient:
        yield Reason.of("retention-holds-itself", vendor=vendor, dataset=dataset)
    yield from _about_the_end(facts)


def _about_the_end(facts: RetentionFacts) -> Iterator[Reason]:
    seen, ends = facts.dataset.seen, facts.release.ends
    if facts.reading == "retained" and seen is not None and ends is not None:
        yield Reason.of(
            "retention-after-end",
            vendor=PartyRef(facts.release.recipient),
            dataset=DatasetRef(facts.dataset.id),
            seen=seen,
            ends=ends,
            days=(seen - ends).days,
        )
    elif facts.reading == "passed_on" and facts.after_end is False:
        obtained, made = facts.dataset.obtained, facts.dataset.created
        had = obtained is not None and ends is not None and obtained <= ends
        yield Reason.of(
            "retention-left-before-end",
            how=Word("had" if had else "made"),
            holder=PartyRef(facts.dataset.holder),
            dataset=DatasetRef(facts.dataset.id),
            day=obtained if had else made,
            ends=ends,
        )


def speaks_against(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks against the release, the weightiest first, as those who show only some of it take the first.

    What does not fit the copy comes first, then other sources by their probability, then what is not known, and last
    the sources that are hardly possible. Of these there are two, kept apart: a source instead of this copy (with the
    copy's own probability these sum to one), and one in addition to it, which does not clear the copy.
    """
    release, dataset, vendor = facts.release, DatasetRef(facts.dataset.id), PartyRef(facts.release.recipient)
    others = sorted([*_instead(facts), *_as_well(facts)], key=lambda other: -other[0])
    if facts.evidence.homes_seen > 0:
        yield Reason.of("retention-home", client=PartyRef(facts.view.client))
    if release.id in facts.evidence.planted:
        yield Reason.of("retention-framing", vendor=vendor)
    yield from _exported_otherwise(facts)
    if facts.canaries == 0 and release.canaries:
        yield Reason.of("retention-no-canaries", n=len(release.canaries), vendor=vendor, dataset=dataset)
    yield from (reason for probability, reason in others if probability >= FAINT)
    if facts.reading == "passed_on" and release.recipient not in facts.passed:
        yield Reason.of("retention-other-paths", dataset=dataset, vendor=vendor)
    if facts.reading == "held" and facts.after_end is None:
        if release.ends is None:
            yield Reason.of("retention-no-end")
        else:
            yield Reason.of("retention-day-unknown", dataset=dataset)
    if facts.reading == "passed_on" and facts.after_end is None and release.ends is not None:
        yield Reason.of("retention-later-proves-nothing", vendor=vendor)
    yield from (reason for probability, reason in others if probability < FAINT)


def _instead(facts: RetentionFacts) -> Iterator[tuple[float, Reason]]:
    """Other sources than this copy with their probabilities, the client always among those that are named."""
    ranked = sorted(facts.others, key=lambda other: (other.kind != "client", -other.instead, other.kind, other.id))
    for other in ranked[:_SHOWN]:
        yield other.instead, _other(facts, other, as_well=False)
    rest = ranked[_SHOWN:]
    if rest:
        together = sum(other.instead for other in rest)
        yield together, Reason.of("retention-instead-rest", n=len(rest), probability=Probability(together))
    if facts.reach < 0.995:
        client, unrelated = PartyRef(facts.view.client), 1.0 - facts.reach
        yield unrelated, Reason.of("retention-instead-unrelated", client=client, probability=Probability(unrelated))


def _as_well(facts: RetentionFacts) -> Iterator[tuple[float, Reason]]:
    likely = [other for other in facts.others if other.as_well >= FAINT]
    for other in sorted(likely, key=lambda other: (-other.as_well, other.kind, other.id))[:_SHOWN]:
        yield other.as_well, _other(facts, other, as_well=True)


def _other(facts: RetentionFacts, other: Other, *, as_well: bool) -> Reason:
    named: Number = ReleaseRef(other.id) if other.kind == "release" else PartyRef(other.id)
    named = None if other.kind == "unrecorded" else named
    return Reason.of(
        "retention-as-well" if as_well else "retention-instead",
        kind=Word(other.kind),
        other=named,
        vendor=PartyRef(facts.release.recipient),
        probability=Probability(other.as_well if as_well else other.instead),
    )


def _exported_otherwise(facts: RetentionFacts) -> Iterator[Reason]:
    window, day = facts.window, facts.release.date
    if window is not None and facts.release.id not in window.releases and day is not None:
        yield Reason.of(
            "retention-exported-otherwise",
            dataset=DatasetRef(facts.dataset.id),
            exported=exported_reason(window.first, window.last),
            vendor=PartyRef(facts.release.recipient),
            day=day,
        )
