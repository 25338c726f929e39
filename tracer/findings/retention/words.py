"""Grade, reasons and alternatives of a retention row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tracer.findings.descent import Step
from tracer.findings.marks import Dataset, Release
from tracer.findings.retention.client import ClientView, Evidence
from tracer.findings.vintage.words import window_of

_SHOWN = 20
"""Other recipients that are listed one by one."""
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
    client: float
    """That the client's own list is behind it."""
    shares: Mapping[str, float]
    """Release -> probability, for all that are old enough."""
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


def speaks_for(case: Case) -> Iterator[str]:
    """What speaks for the release."""
    if case.canaries > 0:
        shown = "Canaries" if case.canaries < 20 and case.named is None else f"{case.canaries} canaries"
        yield f"{shown} of release {case.release.id} stand in {case.dataset.id}."
    if case.margin >= _TELLING:
        yield f"Canaries, withheld rows and vintages favour this copy over every other by {case.margin:.1f} nats."
    if case.window is not None and case.release.id in case.window.releases:
        told = window_of(case.window.first, case.window.last)
        yield f"The client's rows in {case.dataset.id} left it {told} (95 %), and this copy is dated then."
    for step in case.steps:
        yield f"{case.dataset.id} was copied from {step.parent} with probability {step.probability:.2f} ({step.grade})."
    if case.release.recipient in case.passed and case.dataset.holder != case.release.recipient:
        yield f"Every path from {case.view.client} to {case.dataset.id} leads through {case.release.recipient}."
    if case.dataset.holder == case.release.recipient:
        yield f"{case.release.recipient} itself holds {case.dataset.id}."
    if case.reading == "retained":
        yield f"It was seen on {case.dataset.seen}, after the release had ended ({case.release.ends})."
    elif case.reading == "passed_on" and case.after_end is False:
        yield f"The third party had it by {case.release.ends}, so it left before the release ended."


def speaks_against(case: Case) -> Iterator[str]:
    """The alternatives, the client and every other recipient first, and what is not known."""
    # A list may have several sources: two likely ones do not exclude each other.
    beside = " as a second source beside this copy" if case.client >= 0.5 and case.probability >= 0.5 else ""
    yield f"The client {case.view.client} itself{beside}: {_percent(case.client)}."
    others: dict[str, float] = {}
    for release in case.view.releases:
        if release.recipient != case.release.recipient:
            share = case.shares.get(release.id, 0.0)
            others[release.recipient] = 1.0 - (1.0 - others.get(release.recipient, 0.0)) * (1.0 - share)
    ranked = sorted(others.items(), key=lambda item: (-item[1], item[0]))
    for recipient, share in ranked[:_SHOWN]:
        yield f"Recipient {recipient}: {_percent(share)}."
    if len(ranked) > _SHOWN:
        rest = max(share for _, share in ranked[_SHOWN:])
        yield f"{len(ranked) - _SHOWN} further recipients: at most {_percent(rest)} each."
    same = [r for r in case.view.releases if r.recipient == case.release.recipient and r.id != case.release.id]
    for release in same[:_SHOWN]:
        yield f"Release {release.id} to the same recipient: {_percent(case.shares.get(release.id, 0.0))}."
    yield from _dated_otherwise(case)
    if case.reach < 0.995:
        yield f"A source that has nothing to do with {case.view.client}: {_percent(1.0 - case.reach)}."
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


def _dated_otherwise(case: Case) -> Iterator[str]:
    if case.window is not None and case.release.id not in case.window.releases and case.release.date is not None:
        told = window_of(case.window.first, case.window.last)
        yield f"The client's rows in {case.dataset.id} left it {told} (95 %), and this copy is of {case.release.date}."


def _percent(share: float) -> str:
    return "under 0.1 %" if share < 0.001 else f"{100.0 * share:.1f} %"
