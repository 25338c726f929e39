"""Grade, reasons and what speaks against: what goes with an attribution's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, PValue, Reason, ReleaseRef, Share
from tracer.findings.attribution.nulls import CodeEvidence
from tracer.findings.deciding import DAYS
from tracer.findings.sightings import Dataset, RegisteredMarks, Release
from tracer.policy import SHOWN_FROM

G3_ALPHA = 0.01
"""The contract's family-wise error of G3: a laxer test does not reach it."""
_LISTED = 5
"""Other copies that are named; the rest is counted."""
_SEVERAL = 0.5
"""Share of the choices that can be read under which the list was normalised."""


@dataclass(frozen=True)
class Inside:
    """Why a list does not need a copy whose planted records it shows."""

    copies: tuple[str, ...]
    """Releases that explain all its contacts; none where contacts that the copy never had show that others do."""
    contacts: int
    """Contacts that would tell: those of the copy that `copies` lack; without these, those that it never had."""
    shown: int
    marks: int = 0
    """Shared canaries of the copy that `copies` lack."""
    marks_shown: int = 0


@dataclass(frozen=True)
class ReleaseInDataset:
    """Everything that is known about one release in one dataset."""

    marks: RegisteredMarks
    dataset: Dataset
    release: Release
    code: CodeEvidence
    chance: float
    mine: frozenset[int]
    matched: int
    ordinary: int
    by_chance: float
    planted: bool
    held_by_client: bool
    alpha: float
    compared: int
    accused: bool
    others: frozenset[int]
    late: bool
    """One of the canaries seen was imported after the dataset was loaded."""
    withheld_seen: int
    excluded_rate: float
    """Where no canary is seen: samples of the copy at this rate or above are excluded at 95 %."""
    homes: frozenset[int]
    """Home canaries of this client that are seen. One that is in no client's list counts for every client."""
    of_client: frozenset[str]
    inside: Inside | None = None
    """Set where the list needs no contact of this copy: its planted records may have been added."""
    either: tuple[str, ...] = ()
    """Releases in whose place this one would explain the list as well, or they in its: at least one of them all is a
    source."""
    rare: tuple[str, ...] = ()
    """A release that explains the contacts without this one, of whose planted records too few are there for them."""
    pairs: tuple[str, ...] = ()
    """Releases with each of which it alone shares a canary that is seen, where no copy of the list is named."""
    doubtful: bool = False
    """So few of its planted records are there for its contacts that somebody may have added them."""

    @property
    def level(self) -> float:
        """Error that is kept for each of the releases compared."""
        return self.alpha / self.compared

    @property
    def added(self) -> bool:
        """Whether somebody may have put its planted records into a list that did not come from it."""
        return self.planted or self.inside is not None or bool(self.rare)

    @property
    def too_late(self) -> bool:
        """Whether it was handed over after the dataset came into being."""
        return self.release.later_than(self.dataset)

    def seen(self, canaries: frozenset[int]) -> Count:
        """How many of its canaries are seen; hidden where few are and one was imported after the dataset was loaded."""
        return Count(len(canaries), across_lists=self.late)

    @property
    def unreleased_canaries(self) -> frozenset[int]:
        """Canaries seen that were never put into any release: the list of canaries itself has got out."""
        kinds, standing = ("canary", "reserve"), self.marks.standing
        return frozenset(no for no in self.others if self.marks.canaries[no].kind in kinds and not standing[no])

    def siblings(self, named: frozenset[str]) -> frozenset[int]:
        """Canaries of the client's other releases that are seen and that no other named release explains."""
        standing = self.marks.standing
        return frozenset(no for no in self.others if standing[no] & self.of_client and not standing[no] & named)


def explained(facts: Iterable[ReleaseInDataset]) -> frozenset[str]:
    """Releases whose planted records need no further explanation: they are named, one of them is a source, or they
    were added to a named one's copy."""
    return frozenset(
        fact.release.id
        for fact in facts
        if fact.accused or fact.either or fact.rare or (fact.inside and fact.inside.copies)
    )


def grade_of(facts: ReleaseInDataset, named: frozenset[str]) -> str:
    """G3 as the contract defines it; less where one of its conditions fails."""
    above = facts.matched > facts.by_chance + 3.0 * max(facts.by_chance, 1.0) ** 0.5
    if not (facts.accused or facts.either):
        return "G1" if above else "G0"
    if facts.homes or facts.unreleased_canaries:
        return "G1"
    if not facts.accused or facts.siblings(named) or facts.alpha > G3_ALPHA:
        return "G2"
    return "G3"


def reasons_for(facts: ReleaseInDataset) -> Iterator[Reason]:
    """What speaks for the release."""
    release, own, code = facts.release, facts.release.unique, facts.code
    dataset, recipient, bound = DatasetRef(facts.dataset.id), PartyRef(release.recipient), PValue(facts.level)
    # Its marks would name it, were the list not dated before the copy.
    error = min(code.p_value, facts.chance)
    if error <= facts.level and facts.too_late and not (facts.added or facts.held_by_client):
        days = {"handed_over": release.date, "existed": facts.dataset.born, "error": PValue(error)}
        yield Reason.of(DAYS, dataset=dataset, recipient=recipient, **days)
    if facts.mine:
        seen, planted = facts.seen(facts.mine), len(release.canaries)
        whose: dict[str, Number] = {"release": ReleaseRef(release.id), "recipient": recipient, "dataset": dataset}
        yield Reason.of("attribution-canaries", seen=seen, planted=planted, **whose)
    if facts.pairs:
        yield Reason.of("attribution-pair", copies=_named(facts.pairs))
    if facts.mine & own:
        seen, chance = facts.seen(facts.mine & own), PValue(facts.chance)
        if own == release.canaries:  # as many as were said before
            yield Reason.of("attribution-unique-all", planted=len(own), chance=chance)
        else:
            yield Reason.of("attribution-unique", seen=seen, planted=len(own), chance=chance)
    if code.moves and release.draw is not None:
        yield Reason.of("attribution-draw", chance=PValue(code.p_value), bound=bound, moves=code.moves)
    if code.choices is not None and code.choices.read:
        agreeing, chance = code.choices.agreeing, PValue(code.choices.p_value)
        yield Reason.of("attribution-choices", agreeing=agreeing, read=code.choices.read, chance=chance, bound=bound)
    if facts.matched > 0 and facts.ordinary > 0:
        matched = Count(facts.matched)
        share = None if matched.few else Share(facts.matched / facts.ordinary)
        yield Reason.of("attribution-rows", matched=matched, share=share)


def reasons_against(facts: ReleaseInDataset, named: frozenset[str]) -> Iterator[Reason]:
    """What speaks against the release, and what would explain the dataset otherwise."""
    release, dataset = facts.release, facts.dataset
    if facts.held_by_client:
        yield Reason.of("attribution-held-by-client", holder=PartyRef(dataset.holder))
    if facts.too_late:
        yield Reason.of("attribution-too-late", handed_over=release.date, existed=dataset.born)
    if facts.planted and release.source is None:
        yield Reason.of("attribution-rows-missing")
    elif facts.planted:
        yield Reason.of("attribution-framing", recipient=PartyRef(release.recipient))
    yield from _not_needed(facts)
    yield from _other_marks(facts, named)
    choices = facts.code.choices
    if choices is not None and choices.read < _SEVERAL * choices.asked:
        yield Reason.of("attribution-choices-unread", unread=choices.asked - choices.read, asked=choices.asked)
    if facts.withheld_seen > 0:
        yield Reason.of("attribution-never-held", n=Count(facts.withheld_seen))
    if not facts.mine and release.canaries:
        # A sample larger than what is excluded, without a canary, was not a random one.
        planted, share = len(release.canaries), facts.matched / facts.ordinary if facts.ordinary else 0.0
        if share >= facts.excluded_rate:
            yield Reason.of("attribution-removed", planted=planted, share=Share(share))
        else:
            yield Reason.of("attribution-none-seen", planted=planted, least=Share(facts.excluded_rate))
    if facts.mine and not (facts.accused or facts.either or facts.added or facts.held_by_client or facts.too_late):
        yield Reason.of("attribution-limit", bound=PValue(facts.level), compared=facts.compared)


def _not_needed(facts: ReleaseInDataset) -> Iterator[Reason]:
    """That the list is explained without the copy, or with either of several, and what would tell."""
    inside, release, recipient = facts.inside, facts.release, PartyRef(facts.release.recipient)
    seen, planted = facts.seen(facts.mine & release.unique), len(release.unique)
    if facts.rare or facts.doubtful:
        share = None if Count(facts.matched).few else Share(facts.matched / max(facts.ordinary, 1))
        rare = {"share": share, "copies": _named(facts.rare), "recipient": recipient}
        yield Reason.of("attribution-rare", seen=seen, planted=planted, **rare)
    if inside is None:
        if facts.either:
            yield Reason.of("attribution-either", copies=_named(facts.either))
        return
    shown, contacts = Count(inside.shown), Count(inside.contacts, across_lists=False)
    copies, marks = _named(inside.copies), inside.marks
    if copies:
        yield Reason.of("attribution-inside", seen=seen, planted=planted, copies=copies, recipient=recipient)
        if marks:
            yield Reason.of("attribution-inside-marks", shown=inside.marks_shown, marks=marks, copies=copies)
        if 0 < inside.contacts < SHOWN_FROM and shown.few:
            yield Reason.of("attribution-inside-few", lacking=contacts, copies=copies)
        elif inside.contacts:
            yield Reason.of("attribution-inside-lacking", shown=shown, lacking=contacts, copies=copies)
        elif not marks:
            yield Reason.of("attribution-inside-tell")
    elif inside.contacts < SHOWN_FROM:
        yield Reason.of("attribution-inside-alone-few", recipient=recipient)
    else:
        yield Reason.of("attribution-inside-alone", shown=shown, never=contacts, recipient=recipient)


def _other_marks(facts: ReleaseInDataset, named: frozenset[str]) -> Iterator[Reason]:
    """Marks that are seen and are not this copy's alone."""
    if facts.homes:
        yield Reason.of("attribution-home", n=len(facts.homes))
    unreleased = facts.unreleased_canaries
    taken_back = unreleased & facts.marks.withdrawn.keys()
    if taken_back:
        copies = sorted(frozenset[str]().union(*(facts.marks.withdrawn[no] for no in taken_back)))
        yield Reason.of("attribution-withdrawn", n=len(taken_back), copies=_named(tuple(copies)))
    if unreleased - taken_back:
        yield Reason.of("attribution-unreleased", n=len(unreleased - taken_back))
    unexplained = facts.siblings(named)
    if unexplained:
        yield Reason.of("attribution-siblings", n=len(unexplained))
    shared = facts.mine - facts.release.unique
    if shared and facts.release.draw is not None:
        yield Reason.of("attribution-by-design", n=facts.seen(shared))
    elif shared:
        also = sorted(frozenset[str]().union(*(facts.marks.standing[no] for no in shared)) - {facts.release.id})
        more = max(0, len(also) - _LISTED)
        yield Reason.of("attribution-elsewhere", n=facts.seen(shared), copies=_named(tuple(also)), more=more)


def _named(releases: tuple[str, ...]) -> tuple[ReleaseRef, ...]:
    return tuple(ReleaseRef(one) for one in releases[:_LISTED])
