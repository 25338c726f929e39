"""Scores datasets against all releases: one at a time, or several as leaks of the same releases; with grade and
reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, PValue, Reason, ReleaseRef, Share
from tracer.findings.attribution.nulls import (
    NOTHING,
    CodeEvidence,
    ShownChoices,
    block_chance,
    choice_evidence,
    code_evidence,
    excluded_rate,
    is_planted,
)
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import DAYS
from tracer.findings.sightings import (
    CanaryChance,
    Dataset,
    MatchedRows,
    RegisteredMarks,
    Release,
    Sightings,
    chance_overlap,
    expected_overlap,
    read_background,
    read_sightings,
    read_withheld_together,
)
from tracer.findings.sightings.codes import DrawnCode, read_codes
from tracer.marking.codes.needed import MarksHeldAlike, comes_from_others, needed_marks
from tracer.policy import SHOWN_FROM

ALPHA = 0.01
"""Family-wise error of each null."""
G3_ALPHA = 0.01
"""The contract's family-wise error of G3: a laxer test does not reach it."""
_LISTED = 5
"""Other copies that are named; the rest is counted."""
_SEVERAL = 0.5
"""Share of the choices that can be read under which the list was normalised."""


@dataclass(frozen=True)
class Attribution:
    """What one dataset says about one release."""

    dataset: str
    release: str
    recipient: str
    accused: bool = False
    """Whether the release is named as a source at the family-wise error asked for."""
    p_value: float = 1.0
    """Code null over what the tool drew; 1 where it drew nothing."""
    chance: float = 1.0
    """Probability under the block null of holding so many of the canaries that no other release has."""
    e_value: float = 1.0
    """Audit figure, mean at most 1 for an innocent release; never accuses."""
    canaries_seen: int = 0
    canaries_planted: int = 0
    rows_matched: int = 0
    grade: str = "G0"
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    planted: bool = False


@dataclass(frozen=True)
class SeenDataset:
    """One dataset with what was seen in it."""

    case: CaseFacts
    marks: RegisteredMarks
    codes: Mapping[str, DrawnCode]
    seen: Sightings
    background: CanaryChance | None
    dataset: Dataset
    alpha: float

    @property
    def level(self) -> float:
        """Error that is kept for each of the releases compared."""
        return self.alpha / max(1, len(self.marks.releases))

    @cached_property
    def canaries(self) -> frozenset[int]:
        """Those that are there, of whatever release."""
        return self.seen.canaries(self.dataset.no)

    @cached_property
    def marked_clients(self) -> frozenset[str | None]:
        """Clients of whose copies a planted record is there."""
        return frozenset(release.client for release in self.marks.releases if release.canaries & self.canaries)

    def of_source(self, release: Release) -> tuple[int, int]:
        """Ordinary contacts of the released list that are in the dataset, and how many it has."""
        source = -1 if release.source is None else release.source
        return self.seen.matched.get((self.dataset.no, source), 0), self.seen.ordinary.get(source, 0)


@dataclass(frozen=True)
class NotNeeded:
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

    look: SeenDataset
    release: Release
    code: CodeEvidence
    chance: float
    matched: int
    ordinary: int
    by_chance: float
    planted: bool
    accused: bool
    inside: NotNeeded | None = None
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

    @cached_property
    def mine(self) -> frozenset[int]:
        """Its canaries that are seen."""
        return self.release.canaries & self.look.canaries

    @property
    def others(self) -> frozenset[int]:
        """Canaries seen that are not its own."""
        return self.look.canaries - self.release.canaries

    @property
    def held_by_client(self) -> bool:
        """Whether the dataset is the client's own."""
        return self.look.dataset.own or self.look.dataset.holder == self.release.client

    @property
    def too_late(self) -> bool:
        """Whether it was handed over after the dataset came into being."""
        return self.release.later_than(self.look.dataset)

    @property
    def may_be_added(self) -> bool:
        """Whether somebody may have put its planted records into a list that did not come from it."""
        return self.planted or self.inside is not None or bool(self.rare)

    @cached_property
    def homes(self) -> frozenset[int]:
        """Home canaries seen that are this client's. One that is in no client's list counts for every client."""
        canaries, homes, anybody = self.look.marks.canaries, self.look.seen.homes, frozenset({self.release.client})
        of_homes = (no for no in self.others if canaries[no].kind == "home")
        return frozenset(no for no in of_homes if self.release.client in homes.get(no, anybody))

    @cached_property
    def unreleased_canaries(self) -> frozenset[int]:
        """Canaries seen that were never put into any release: the list of canaries itself has got out."""
        marks = self.look.marks
        able = (no for no in self.others if marks.canaries[no].kind in ("canary", "reserve"))
        return frozenset(no for no in able if not marks.standing[no])

    def siblings(self, named: frozenset[str]) -> frozenset[int]:
        """Canaries of the client's other releases that are seen and that no other named release explains."""
        standing, its = self.look.marks.standing, self.look.marks.of_client(self.release.client)
        return frozenset(no for no in self.others if standing[no] & its and not standing[no] & named)

    def count_seen(self, canaries: frozenset[int]) -> Count:
        """How many of its canaries are seen; hidden where few are and one was imported after the dataset was loaded."""
        return Count(len(canaries), across_lists=self.look.marks.any_late(self.mine, self.look.dataset))


def looks_at(facts: CaseFacts, marks: RegisteredMarks, datasets: Sequence[Dataset], alpha: float) -> list[SeenDataset]:
    """The datasets, by id, with what is seen in them."""
    seen = read_sightings(facts, marks, [dataset.no for dataset in datasets])
    backgrounds = read_background(facts, marks, seen)
    codes = read_codes(facts.con, marks)
    return [
        SeenDataset(facts, marks, codes, seen, backgrounds.get(dataset.no), dataset, alpha)
        for dataset in sorted(datasets, key=lambda item: item.id)
    ]


def score(looks: Sequence[SeenDataset]) -> list[Attribution]:
    """Rows for all datasets, in the order of `looks`, then by how much speaks for the release, then by its id."""
    found: list[Attribution] = []
    for look in looks:
        facts = _facts_of(look)
        found += _in_order(look.dataset.id, [[fact] for fact in facts], explained_releases(facts), 1)
    return found


def score_jointly(looks: Sequence[SeenDataset]) -> list[Attribution]:
    """A row for every release that all of the datasets together say something about; their ids are joined by "+".

    The p-value has one likelihood over all datasets and one exact tail, the e-value is the mean of theirs, and `chance`
    is the smallest of theirs times their number. What forbids an accusation in one dataset (planted canaries, a list
    of the client, a release that is younger) forbids it here where all canaries seen are in such datasets. The grade
    is the lowest that any dataset with marks of the release allows. `canaries_seen` counts over all datasets,
    `rows_matched` is the largest of theirs.
    """
    codes, by_dataset = _codes(looks), [{fact.release.id: fact for fact in _facts_of(look)} for look in looks]
    joined = []
    for release in sorted({identity for facts in by_dataset for identity in facts}):
        facts = [replace(of[release], code=codes.get(release, NOTHING)) for of in by_dataset if release in of]
        able = [
            fact
            for fact in facts
            if not (fact.may_be_added or fact.held_by_client or fact.too_late) and (fact.accused or not fact.either)
        ]
        level = facts[0].look.level
        by_block = any(fact.mine & fact.release.unique for fact in able) and _chance(able, len(looks)) <= level
        accused = bool(able) and (facts[0].code.p_value <= level or by_block)
        joined.append([replace(fact, accused=accused) for fact in facts])
    named = explained_releases(fact for facts in joined for fact in facts)
    return _in_order("+".join(look.dataset.id for look in looks), joined, named, len(looks))


def _in_order(
    identity: str, joined: Iterable[Sequence[ReleaseInDataset]], named: frozenset[str], datasets: int
) -> list[Attribution]:
    """A row for each release, from what is known of it in each dataset: the accused first, then by how much speaks for
    the release, then by its id."""

    def of_each(fact: ReleaseInDataset, reasons: Iterable[Reason]) -> Iterable[Reason]:
        dataset = DatasetRef(fact.look.dataset.id)
        more = (Reason.of("attribution-of-one", dataset=dataset, reason=one) for one in reasons)
        return reasons if datasets == 1 else more

    rows = []
    for facts in joined:
        release, code = facts[0].release, facts[0].code
        rows.append(
            Attribution(
                dataset=identity,
                release=release.id,
                recipient=release.recipient,
                accused=facts[0].accused,
                p_value=code.p_value,
                chance=_chance(facts, datasets),
                e_value=code.e_value,
                canaries_seen=len(frozenset[int]().union(*(fact.mine for fact in facts))),
                canaries_planted=len(release.canaries),
                rows_matched=max(fact.matched for fact in facts),
                grade=min(grade_of(fact, named) for fact in [fact for fact in facts if fact.mine] or facts),
                reasons=tuple(one for fact in facts for one in of_each(fact, reasons_for(fact))),
                against=tuple(one for fact in facts for one in of_each(fact, reasons_against(fact, named))),
                planted=any(fact.may_be_added for fact in facts),
            )
        )
    rows.sort(key=lambda row: (not row.accused, row.p_value, -row.canaries_seen, -row.rows_matched, row.release))
    return rows


def _chance(facts: Sequence[ReleaseInDataset], datasets: int) -> float:
    return min(1.0, datasets * min((fact.chance for fact in facts), default=1.0))


def _codes(looks: Sequence[SeenDataset]) -> dict[str, CodeEvidence]:
    """What each draw says about its releases, over all these datasets; of spellings the dataset that says most of a
    release, at so many times the error as there are datasets."""
    first, found = looks[0], dict[str, CodeEvidence]()
    seen = [(look.dataset.no, look.canaries) for look in looks]
    for drawn in first.codes.values():
        found |= code_evidence(first.case.con, drawn, seen, first.alpha, len(first.marks.releases))
    best: dict[str, ShownChoices] = {}
    for look in looks:
        # Only draws with whose list it has enough in common are compared.
        close = {source for dataset, source in look.seen.matched if dataset == look.dataset.no}
        sources = {draw: drawn.source for draw, drawn in look.codes.items() if drawn.source in close}
        known = {draw: source for draw, source in sources.items() if source is not None}
        releases = {draw: look.codes[draw].code.releases for draw in known}
        for release, own in choice_evidence(look.case.con, releases, known, look.dataset.no).items():
            if release not in best or own.p_value < best[release].p_value:
                best[release] = own
    # Choices are a test of what the tool drew as well. Where a release has both, the smaller p-value is taken twice, so
    # that together they keep the error of one.
    for release, own in best.items():
        p, e, code = min(1.0, len(looks) * own.p_value), own.e_value / len(looks), found.get(release)
        choices = replace(own, p_value=p, e_value=e)
        if code is not None:
            p, e = min(1.0, 2.0 * min(code.p_value, p)), (code.e_value + e) / 2.0
        found[release] = replace(code or NOTHING, p_value=p, e_value=e, choices=choices)
    return found


def _facts_of(look: SeenDataset) -> list[ReleaseInDataset]:
    """What the dataset says about every release that it shares rows or canaries with."""
    canaries, number = look.canaries, look.dataset.no
    # Ordinary contacts of each copy in the dataset: the list's, less those that the copy never had.
    matched = {
        release.id: max(0, look.of_source(release)[0] - look.seen.withheld.get((number, release.id), 0))
        for release in look.marks.releases
    }
    touched = [one for one in look.marks.releases if one.canaries & canaries or matched[one.id] > 0]
    codes = _codes([look]) if touched else {}
    # Source → ordinary contacts that chance alone would put into the dataset, and in the blocks that it uses; asked
    # only where canaries are seen.
    expected, in_blocks = dict[int, float](), dict[int, float]()
    for release in touched:
        source = release.source
        if source is not None and source not in expected and release.canaries & canaries:
            in_blocks[source] = chance_overlap(look.case, number, source)
            known = expected_overlap(look.case, release.dataset, look.dataset.id)
            expected[source] = in_blocks[source] if known is None else known
    found = []
    for release in touched:
        mine = release.canaries & canaries
        source = -1 if release.source is None else release.source
        code, chance = codes.get(release.id, NOTHING), 1.0
        if mine & release.unique and look.background is not None:
            chance = block_chance([look.marks.canaries[no] for no in release.unique], canaries, look.background)
        ordinary = 0 if release.source is None else max(0, look.of_source(release)[1] - release.withheld)
        by_chance, by_block = expected.get(source, 0.0), in_blocks[source] if mine and source in in_blocks else 0.0
        rows = MatchedRows(matched[release.id], ordinary, max(by_chance, by_block), by_block)
        planted = is_planted(len(mine), len(release.canaries), rows)
        fact = ReleaseInDataset(
            look, release, code, chance, matched[release.id], ordinary, by_chance, planted, accused=False
        )
        named = code.p_value <= look.level or (bool(mine & release.unique) and chance <= look.level)
        found.append(replace(fact, accused=named and not (planted or fact.held_by_client or fact.too_late)))
    # Copies that the dataset does not need are not accused any more.
    changed: dict[str, ReleaseInDataset] = {}
    for source in sorted({fact.release.source for fact in found if fact.accused and fact.release.source is not None}):
        of_source = [fact for fact in found if fact.release.source == source]
        able = [fact for fact in of_source if not fact.accused and fact.matched and not fact.too_late]
        # The one that explains the contacts best, its planted records aside.
        spare = sorted(able, key=lambda fact: (-fact.matched / max(fact.ordinary, 1), fact.release.id))[:1]
        changed |= _needed_of(look, source, [fact for fact in of_source if fact.accused], spare)
    return _with_pairs(look, [changed.get(fact.release.id, fact) for fact in found])


def _with_pairs(look: SeenDataset, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts, in the same order; where no copy of a list is named, with those of which two alone have a canary that
    is seen: these compared their copies, or one of them removed all others. Which, the canary cannot tell."""
    named = {fact.release.source for fact in facts if fact.accused or fact.either}
    able = {
        fact.release.id
        for fact in facts
        if not (fact.release.source in named or fact.may_be_added or fact.held_by_client or fact.homes or fact.too_late)
    }
    pairs: dict[str, set[str]] = {}
    for no in sorted(look.canaries) if look.background is not None else ():
        both = sorted(look.marks.standing[no] & able)
        if len(both) == len(look.marks.standing[no]) == 2 and look.background is not None:
            chance = block_chance([look.marks.canaries[no]], frozenset({no}), look.background)
            if chance <= look.level:
                pairs.setdefault(both[0], set()).add(both[1])
                pairs.setdefault(both[1], set()).add(both[0])
    return [replace(fact, pairs=tuple(sorted(pairs.get(fact.release.id, ())))) for fact in facts]


# Planted records of one copy inside the list of another: does the list need the copy? Both nulls ask whether the
# canaries could be there by chance, not whether somebody added them to another recipient's copy. So copies that the
# list does not need are not accused: those without which the others explain all its contacts and marks
# (`marking.codes.needed`), those in whose place another would do although copies differ by more than their own
# canaries, those that show few of their canaries for contacts that another copy has as well, and a single one where
# contacts that it never had are there as often as its own.


def _needed_of(
    look: SeenDataset, source: int, facts: Sequence[ReleaseInDataset], spare: Sequence[ReleaseInDataset]
) -> dict[str, ReleaseInDataset]:
    """Release → what is known of it, of the copies of one list that are accused; `spare`: one that is not."""
    every = [*facts, *spare]
    contacts, marks = _held_alike(look, source, every)
    total, shown = sum(item.marks for item in contacts), sum(item.shown for item in contacts)
    # Contacts of the dataset that are neither the client's nor planted.
    foreign = [max(0, look.dataset.contacts - shown - len(fact.mine | fact.others)) for fact in facts]
    # How likely a contact is there that no copy brought.
    by_chance = facts[0].by_chance * foreign[0] / max(look.dataset.contacts, 1)
    stray = min(0.5, (by_chance + 1.0) / max(total, 2))
    own = [(len(fact.mine & fact.release.unique), len(fact.release.unique)) for fact in facts]
    found = needed_marks([*own, *((0, 0) for _ in spare)], [*contacts, *marks], stray, len(spare))
    smallest = found.always | found.instead.keys()
    rest = tuple(facts[i].release.id for i in sorted(smallest - found.rare))
    settled = []
    for i, fact in enumerate(facts):
        choices = fact.code.choices
        if choices is not None and choices.p_value <= look.level:
            # The spellings of ordinary rows name the copy by themselves: they come with its rows.
            settled.append(fact)
        elif i in found.rare:
            settled.append(replace(fact, accused=False, rare=tuple(each.release.id for each in spare)))
        elif i in found.superfluous:
            # Contacts and marks that the copy holds and none of the needed ones does, and those of them that are shown.
            only = [
                [one for one in kinds if i in one.holders and not one.holders & smallest] for kinds in (contacts, marks)
            ]
            sums = [sum(getattr(one, name) for one in kinds) for kinds in only for name in ("marks", "shown")]
            settled.append(replace(fact, accused=False, inside=NotNeeded(rest, *sums)))
        else:
            names, inside = tuple(facts[k].release.id for k in sorted(found.instead.get(i, ()))), None
            lacking = [one for one in contacts if 0 not in one.holders]
            never, there = sum(one.marks for one in lacking), sum(one.shown for one in lacking)
            # A single copy is cleared where contacts that it never had are there as often as its own.
            if len(facts) == 1 and comes_from_others(total - never, shown - there, never, there, stray, foreign[i]):
                inside = NotNeeded((), never, there)
            accused = fact.accused and inside is None and not (names and found.told_apart)
            doubtful = i in found.doubtful
            settled.append(replace(fact, accused=accused, inside=inside, either=names, doubtful=doubtful))
    return {fact.release.id: fact for fact in settled}


def _held_alike(
    look: SeenDataset, source: int, facts: Sequence[ReleaseInDataset]
) -> tuple[list[MarksHeldAlike], list[MarksHeldAlike]]:
    """Ordinary contacts of the source, and canaries that several releases share, by which of these copies hold them."""
    everyone, releases = frozenset(range(len(facts))), [fact.release.id for fact in facts]
    kinds = [
        MarksHeldAlike(everyone - lacking, marks, shown)
        for lacking, marks, shown in read_withheld_together(look.case.con, look.dataset.no, source, releases)
    ]
    shown, marks = look.of_source(facts[0].release)
    marks = max(marks - sum(item.marks for item in kinds), 0)
    shown = max(shown - sum(item.shown for item in kinds), 0)
    contacts = [MarksHeldAlike(everyone, marks, min(shown, marks)), *kinds]
    shared: dict[frozenset[int], list[bool]] = {}
    for no in sorted(frozenset[int]().union(*(fact.release.canaries - fact.release.unique for fact in facts))):
        holders = frozenset(i for i, fact in enumerate(facts) if no in fact.release.canaries)
        shared.setdefault(holders, []).append(any(no in fact.mine for fact in facts))
    return contacts, [MarksHeldAlike(holders, len(flags), sum(flags)) for holders, flags in shared.items()]


# Grade, reasons and what speaks against: what goes with the numbers.


def explained_releases(facts: Iterable[ReleaseInDataset]) -> frozenset[str]:
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
    if not facts.accused or facts.siblings(named) or facts.look.alpha > G3_ALPHA:
        return "G2"
    return "G3"


def reasons_for(facts: ReleaseInDataset) -> Iterator[Reason]:
    """What speaks for the release."""
    release, own, code = facts.release, facts.release.unique, facts.code
    dataset, recipient, bound = DatasetRef(facts.look.dataset.id), PartyRef(release.recipient), PValue(facts.look.level)
    # Its marks would name it, were the list not dated before the copy.
    error = min(code.p_value, facts.chance)
    if error <= facts.look.level and facts.too_late and not (facts.may_be_added or facts.held_by_client):
        days = {"handed_over": release.date, "existed": facts.look.dataset.born, "error": PValue(error)}
        yield Reason.of(DAYS, dataset=dataset, recipient=recipient, **days)
    if facts.mine:
        seen, planted = facts.count_seen(facts.mine), len(release.canaries)
        whose: dict[str, Number] = {"release": ReleaseRef(release.id), "recipient": recipient, "dataset": dataset}
        yield Reason.of("attribution-canaries", seen=seen, planted=planted, **whose)
    if facts.pairs:
        yield Reason.of("attribution-pair", copies=_release_refs(facts.pairs))
    if facts.mine & own:
        seen, chance = facts.count_seen(facts.mine & own), PValue(facts.chance)
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
    release, dataset = facts.release, facts.look.dataset
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
    withheld = facts.look.seen.withheld.get((dataset.no, release.id), 0)
    if withheld > 0:
        yield Reason.of("attribution-never-held", n=Count(withheld))
    if not facts.mine and release.canaries:
        # A sample larger than what is excluded at 95 %, without a canary, was not a random one.
        planted, share = len(release.canaries), facts.matched / facts.ordinary if facts.ordinary else 0.0
        if share >= excluded_rate(planted):
            yield Reason.of("attribution-removed", planted=planted, share=Share(share))
        else:
            yield Reason.of("attribution-none-seen", planted=planted, least=Share(excluded_rate(planted)))
    if facts.mine and not (
        facts.accused or facts.either or facts.may_be_added or facts.held_by_client or facts.too_late
    ):
        yield Reason.of("attribution-limit", bound=PValue(facts.look.level), compared=len(facts.look.marks.releases))


def _not_needed(facts: ReleaseInDataset) -> Iterator[Reason]:
    """That the list is explained without the copy, or with either of several, and what would tell."""
    inside, release, recipient = facts.inside, facts.release, PartyRef(facts.release.recipient)
    seen, planted = facts.count_seen(facts.mine & release.unique), len(release.unique)
    if facts.rare or facts.doubtful:
        share = None if Count(facts.matched).few else Share(facts.matched / max(facts.ordinary, 1))
        rare = {"share": share, "copies": _release_refs(facts.rare), "recipient": recipient}
        yield Reason.of("attribution-rare", seen=seen, planted=planted, **rare)
    if inside is None:
        if facts.either:
            yield Reason.of("attribution-either", copies=_release_refs(facts.either))
        return
    shown, contacts = Count(inside.shown), Count(inside.contacts, across_lists=False)
    copies, marks = _release_refs(inside.copies), inside.marks
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
    taken_back = unreleased & facts.look.marks.withdrawn.keys()
    if taken_back:
        copies = sorted(frozenset[str]().union(*(facts.look.marks.withdrawn[no] for no in taken_back)))
        yield Reason.of("attribution-withdrawn", n=len(taken_back), copies=_release_refs(tuple(copies)))
    if unreleased - taken_back:
        yield Reason.of("attribution-unreleased", n=len(unreleased - taken_back))
    unexplained = facts.siblings(named)
    if unexplained:
        yield Reason.of("attribution-siblings", n=len(unexplained))
    shared = facts.mine - facts.release.unique
    if shared and facts.release.draw is not None:
        yield Reason.of("attribution-by-design", n=facts.count_seen(shared))
    elif shared:
        also = sorted(frozenset[str]().union(*(facts.look.marks.standing[no] for no in shared)) - {facts.release.id})
        more = max(0, len(also) - _LISTED)
        yield Reason.of(
            "attribution-elsewhere", n=facts.count_seen(shared), copies=_release_refs(tuple(also)), more=more
        )


def _release_refs(releases: tuple[str, ...]) -> tuple[ReleaseRef, ...]:
    return tuple(ReleaseRef(one) for one in releases[:_LISTED])
