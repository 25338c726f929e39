"""Grade, reasons and alternatives of a retention row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracer.disclosure import Count
from tracer.findings.descent import Step
from tracer.findings.marks import Dataset, Release
from tracer.findings.patterns import LEAST_CONTACTS
from tracer.findings.retention.client import ClientView, Evidence
from tracer.findings.vintage.words import window_of

_SHOWN = 20
"""Other sources that are listed one by one."""
_AS_WELL = 0.01
"""A second source beside the copy is told from this probability on."""
_TELLING = 3.0
"""Marks that favour a release by this many nats (20 to 1) over every other single origin tell it apart."""


@dataclass(frozen=True)
class Window:
    """When a client's rows in a dataset left the client: a row of `vintage`."""

    first: date | None
    """Lower end; None: nothing bounds it."""
    last: date | None
    """Upper end, likewise."""
    releases: frozenset[str]
    """The releases that are dated in it."""


@dataclass(frozen=True)
class Other:
    """Another source than the copy."""

    kind: str
    """client, recipient, release (another copy of the same recipient)."""
    id: str
    """Of the party or the release."""
    instead: float
    """Probability that it is the source and this copy is none."""
    as_well: float
    """Probability that it is a source too, if this copy is one."""


@dataclass(frozen=True)
class Case:
    """Everything a row is worded from."""

    view: ClientView
    """The client."""
    release: Release
    """The release."""
    dataset: Dataset
    """The dataset."""
    reading: str
    """retained, passed_on, held."""
    after_end: bool | None
    """Whether that is later than the end date."""
    probability: float
    """Of the row."""
    reach: float
    """That the dataset holds the client's data by copying at all."""
    others: tuple[Other, ...]
    """The client, the other recipients, and other copies of the same recipient."""
    evidence: Evidence
    """The marks."""
    margin: float
    """Nats by which the marks favour this release over the best other single origin."""
    passed: frozenset[str]
    """Parties that stand on every path from the client to the dataset."""
    steps: tuple[Step, ...]
    """Derivations into the dataset."""
    canaries: int
    """The release's canaries in the dataset."""
    named: str | None
    """Grade of the attribution, where it names the release."""
    only: tuple[tuple[str, int], ...]
    """Lists that it was copied from, with its contacts that stand there and in no other loaded list."""
    window: Window | None
    """When the client's rows left it, where its row history tells."""


def grade_of(case: Case) -> str:
    """G3 and above only with an attribution of that grade; without marks that tell copies apart, at most G1."""
    if case.named in ("G3", "G4") and case.probability >= 0.5:
        return case.named
    if case.evidence.homes_seen > 0 and case.canaries > 0:
        return "G1"
    if case.probability < 0.05:
        return "G0"
    told_apart = case.margin >= _TELLING or case.release.recipient in case.passed
    dated = any(step.grade not in ("G0", "G1") for step in case.steps) or case.named is not None
    return "G2" if case.probability >= 0.5 and told_apart and dated else "G1"


_MILLION = 13.8
"""Nats of a million times: beyond it a number says no more to a reader."""


def _times(nats: float) -> str:
    """How many times likelier, to two figures.

    >>> _times(2.0), _times(6.0), _times(99.0)
    ('7.4 times', '400 times', 'more than a million times')
    """
    if nats > _MILLION:
        return "more than a million times"
    ratio = math.exp(nats)
    return f"{ratio:.1f} times" if ratio < 10 else f"{float(f'{ratio:.1e}'):,.0f} times"


def speaks_for(case: Case) -> Iterator[str]:
    """What speaks for the release."""
    if case.canaries > 0:
        one = case.canaries == 1 and case.named is not None
        shown = (
            "Canaries" if case.canaries < 20 and case.named is None else f"{case.canaries} canar{'y' if one else 'ies'}"
        )
        yield f"{shown} of release {case.release.id} stand{'s' if one else ''} in {case.dataset.id}."
    if case.margin >= _TELLING:
        yield (
            "Canaries, withheld rows and vintages fit this copy better than every other: "
            f"they are {_times(case.margin)} likelier with it."
        )
    if case.window is not None and case.release.id in case.window.releases:
        told = window_of(case.window.first, case.window.last)
        yield f"The client's rows in {case.dataset.id} left it {told} (95 %), and this copy is dated then."
    for step in case.steps:
        yield f"{case.dataset.id} was copied from {step.parent} with probability {step.probability:.2f} ({step.grade})."
    for parent, contacts in case.only:
        if contacts >= LEAST_CONTACTS:
            yield (
                f"{Count(contacts)} contacts of {case.dataset.id} stand in {parent} and in no other loaded list:"
                " nothing else in the case explains them."
            )
    if case.release.recipient in case.passed and case.dataset.holder != case.release.recipient:
        yield f"Every path from {case.view.client} to {case.dataset.id} leads through {case.release.recipient}."
    if case.dataset.holder == case.release.recipient:
        yield f"{case.release.recipient} itself holds {case.dataset.id}."
    if case.reading == "retained":
        yield f"It was seen on {case.dataset.seen}, after the release had ended ({case.release.ends})."
    elif case.reading == "passed_on" and case.after_end is False:
        yield f"The third party had it by {case.release.ends}, so it left before the release ended."


def speaks_against(case: Case) -> Iterator[str]:
    """The alternatives, the client and every other recipient first, and what is not known.

    Two things, told apart: a source instead of this copy (with the copy's own probability these sum to one), and a
    source in addition to it, which does not clear the copy.
    """
    yield from _instead(case)
    yield from _as_well(case)
    yield from _dated_otherwise(case)
    if case.evidence.homes_seen > 0:
        yield "Home canaries of the client stand there: its own database or the register leaked."
    if case.release.id in case.evidence.planted:
        yield "The release's canaries stand there without its ordinary rows in proportion: they may have been planted."
    if case.canaries == 0 and case.release.canaries:
        yield f"None of the release's {len(case.release.canaries)} canaries is there."
    if case.reading == "passed_on" and case.release.recipient not in case.passed:
        yield f"There are paths to {case.dataset.id} that avoid {case.release.recipient}."
    if case.reading == "held" and case.after_end is None:
        yield "No end date was agreed." if case.release.ends is None else "When the dataset was seen is not known."
    if case.reading == "passed_on" and case.after_end is None and case.release.ends is not None:
        yield "A later date with a third party does not prove that the recipient kept the copy after the end."


_NAMES = {"client": "the client {} itself", "recipient": "recipient {}", "release": "copy {} to the same recipient"}
"""Kind of another source -> how it is called."""


def _instead(case: Case) -> Iterator[str]:
    ranked = sorted(case.others, key=lambda other: (other.kind != "client", -other.instead, other.kind, other.id))
    for other in ranked[:_SHOWN]:
        yield f"Instead of this copy, {_NAMES[other.kind].format(other.id)}: {_percent(other.instead)}."
    rest = ranked[_SHOWN:]
    if rest:
        together = _percent(sum(other.instead for other in rest))
        yield f"Instead of this copy, {len(rest)} further recipients or copies together: {together}."
    if case.reach < 0.995:
        yield (
            f"Instead of this copy, a source that has nothing to do with {case.view.client}:"
            f" {_percent(1.0 - case.reach)}."
        )


def _as_well(case: Case) -> Iterator[str]:
    likely = [other for other in case.others if other.as_well >= _AS_WELL]
    for other in sorted(likely, key=lambda other: (-other.as_well, other.kind, other.id))[:_SHOWN]:
        yield (
            f"In addition to this copy, {_NAMES[other.kind].format(other.id)} may be a second source"
            f" ({_percent(other.as_well)}): that would not clear this copy."
        )


def _dated_otherwise(case: Case) -> Iterator[str]:
    if case.window is not None and case.release.id not in case.window.releases and case.release.date is not None:
        told = window_of(case.window.first, case.window.last)
        yield f"The client's rows in {case.dataset.id} left it {told} (95 %), and this copy is of {case.release.date}."


def _percent(share: float) -> str:
    return "under 0.1 %" if share < 0.001 else f"{100.0 * share:.1f} %"
