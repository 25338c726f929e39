"""Grade, reasons and what speaks against: what goes with an attribution's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracer.disclosure import Count, DatasetRef, PartyRef, PValue, Reason, ReleaseRef, Share
from tracer.findings.attribution.codes import CodeEvidence
from tracer.findings.deciding import DAYS
from tracer.findings.sightings import Dataset, RegisteredMarks, Release
from tracer.policy import SHOWN_FROM

G3_ALPHA = 0.01
"""The contract's family-wise error of G3: a laxer test does not reach it."""
_LISTED = 5
"""Other copies that are named; the rest is counted."""


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
    def added(self) -> bool:
        """Whether somebody may have put its planted records into a list that did not come from it."""
        return self.planted or self.inside is not None or bool(self.rare)

    @property
    def days_conflict(self) -> bool:
        """Whether its marks would name it, were the list not dated before the copy."""
        named = min(self.code.p_value, self.chance) <= self.alpha / self.compared
        return named and self.release.later_than(self.dataset) and not (self.added or self.held_by_client)

    def seen(self, canaries: frozenset[int]) -> Count:
        """How many of its canaries are seen; hidden where few are and one was imported after the dataset was loaded."""
        return Count(len(canaries), across_lists=self.late)

    @property
    def unreleased_canaries(self) -> frozenset[int]:
        """Canaries seen that were never put into any release: the list of canaries itself has got out."""
        return frozenset(
            no
            for no in self.others
            if self.marks.canaries[no].kind in ("canary", "reserve") and not self.marks.standing[no]
        )

    def siblings(self, named: frozenset[str]) -> frozenset[int]:
        """Canaries of the client's other releases that are seen and that no other named release explains."""
        return frozenset(
            no for no in self.others if self.marks.standing[no] & self.of_client and not self.marks.standing[no] & named
        )


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
    release, own = facts.release, facts.release.unique
    if facts.days_conflict:
        yield Reason.of(
            DAYS,
            dataset=DatasetRef(facts.dataset.id),
            recipient=PartyRef(release.recipient),
            handed_over=release.date,
            existed=facts.dataset.born,
            error=PValue(min(facts.code.p_value, facts.chance)),
        )
    if facts.mine:
        yield Reason.of(
            "attribution-canaries",
            seen=facts.seen(facts.mine),
            planted=len(release.canaries),
            release=ReleaseRef(release.id),
            recipient=PartyRef(release.recipient),
            dataset=DatasetRef(facts.dataset.id),
        )
    if facts.pairs:
        yield Reason.of("attribution-pair", copies=_named(facts.pairs))
    if facts.mine & own:
        seen, chance = facts.seen(facts.mine & own), PValue(facts.chance)
        if own == release.canaries:  # as many as were said before
            yield Reason.of("attribution-unique-all", planted=len(own), chance=chance)
        else:
            yield Reason.of("attribution-unique", seen=seen, planted=len(own), chance=chance)
    if facts.code.moves and release.draw is not None:
        p_value, bound = PValue(facts.code.p_value), PValue(facts.alpha / facts.compared)
        yield Reason.of("attribution-draw", chance=p_value, bound=bound, moves=facts.code.moves)
    if facts.code.choices is not None and facts.code.choices.read:
        yield facts.code.choices.reason(facts.alpha / facts.compared)
    if facts.matched > 0 and facts.ordinary > 0:
        matched = Count(facts.matched)
        share = None if matched.few else Share(facts.matched / facts.ordinary)
        yield Reason.of("attribution-rows", matched=matched, share=share)


def reasons_against(facts: ReleaseInDataset, named: frozenset[str]) -> Iterator[Reason]:
    """What speaks against the release, and what would explain the dataset otherwise."""
    release, dataset = facts.release, facts.dataset
    if facts.held_by_client:
        yield Reason.of("attribution-held-by-client", holder=PartyRef(dataset.holder))
    if release.later_than(dataset):
        yield Reason.of("attribution-too-late", handed_over=release.date, existed=dataset.born)
    if facts.planted and release.source is None:
        yield Reason.of("attribution-rows-missing")
    elif facts.planted:
        yield Reason.of("attribution-framing", recipient=PartyRef(release.recipient))
    yield from _not_needed(facts)
    if facts.homes:
        yield Reason.of("attribution-home", n=len(facts.homes))
    taken_back = facts.unreleased_canaries & facts.marks.withdrawn.keys()
    if taken_back:
        copies = sorted(frozenset[str]().union(*(facts.marks.withdrawn[no] for no in taken_back)))
        yield Reason.of("attribution-withdrawn", n=len(taken_back), copies=_named(tuple(copies)))
    if facts.unreleased_canaries - taken_back:
        yield Reason.of("attribution-unreleased", n=len(facts.unreleased_canaries - taken_back))
    unexplained = facts.siblings(named)
    if unexplained:
        yield Reason.of("attribution-siblings", n=len(unexplained))
    yield from _shared(facts)
    unread = None if facts.code.choices is None else facts.code.choices.unread()
    if unread is not None:
        yield unread
    if facts.withheld_seen > 0:
        yield Reason.of("attribution-never-held", n=Count(facts.withheld_seen))
    if not facts.mine and release.canaries:
        yield _none_seen(facts)
    cleared = facts.added or facts.held_by_client or release.later_than(dataset)
    if facts.mine and not (facts.accused or facts.either or cleared):
        bound = PValue(facts.alpha / facts.compared)
        yield Reason.of("attribution-limit", bound=bound, compared=facts.compared)


def _not_needed(facts: ReleaseInDataset) -> Iterator[Reason]:
    """That the list is explained without the copy, or with either of several, and what would tell."""
    inside, release = facts.inside, facts.release
    if facts.rare or facts.doubtful:
        yield Reason.of(
            "attribution-rare",
            seen=facts.seen(facts.mine & release.unique),
            planted=len(release.unique),
            share=None if Count(facts.matched).few else Share(facts.matched / max(facts.ordinary, 1)),
            copies=_named(facts.rare),
            recipient=PartyRef(release.recipient),
        )
    if inside is None:
        if facts.either:
            yield Reason.of("attribution-either", copies=_named(facts.either))
    elif inside.copies:
        yield Reason.of(
            "attribution-inside",
            seen=facts.seen(facts.mine & release.unique),
            planted=len(release.unique),
            copies=_named(inside.copies),
            recipient=PartyRef(release.recipient),
        )
        if inside.marks:
            yield Reason.of(
                "attribution-inside-marks", shown=inside.marks_shown, marks=inside.marks, copies=_named(inside.copies)
            )
        if 0 < inside.contacts < SHOWN_FROM and Count(inside.shown).few:
            yield Reason.of(
                "attribution-inside-few",
                lacking=Count(inside.contacts, across_lists=False),
                copies=_named(inside.copies),
            )
        elif inside.contacts:
            yield Reason.of(
                "attribution-inside-lacking",
                shown=Count(inside.shown),
                lacking=Count(inside.contacts, across_lists=False),
                copies=_named(inside.copies),
            )
        elif not inside.marks:
            yield Reason.of("attribution-inside-tell")
    elif inside.contacts < SHOWN_FROM:
        yield Reason.of("attribution-inside-alone-few", recipient=PartyRef(release.recipient))
    else:
        yield Reason.of(
            "attribution-inside-alone",
            shown=Count(inside.shown),
            never=Count(inside.contacts, across_lists=False),
            recipient=PartyRef(release.recipient),
        )


def _named(releases: tuple[str, ...]) -> tuple[ReleaseRef, ...]:
    return tuple(ReleaseRef(one) for one in releases[:_LISTED])


def _shared(facts: ReleaseInDataset) -> Iterator[Reason]:
    shared = facts.mine - facts.release.unique
    if shared and facts.release.draw is not None:
        yield Reason.of("attribution-by-design", n=facts.seen(shared))
    elif shared:
        also = sorted(frozenset[str]().union(*(facts.marks.standing[no] for no in shared)) - {facts.release.id})
        yield Reason.of(
            "attribution-elsewhere",
            n=facts.seen(shared),
            copies=tuple(ReleaseRef(one) for one in also[:_LISTED]),
            more=max(0, len(also) - _LISTED),
        )


def _none_seen(facts: ReleaseInDataset) -> Reason:
    """What it says that no canary of the copy is there; a sample larger than it excludes was not a random one."""
    planted = len(facts.release.canaries)
    share = facts.matched / facts.ordinary if facts.ordinary else 0.0
    if share >= facts.excluded_rate:
        return Reason.of("attribution-removed", planted=planted, share=Share(share))
    return Reason.of("attribution-none-seen", planted=planted, least=Share(facts.excluded_rate))
