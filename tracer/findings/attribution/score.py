"""Scores one dataset at a time against all releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import duckdb

from tracer.disclosure import Reason
from tracer.findings.attribution.choices import choice_evidence, with_choices
from tracer.findings.attribution.codes import NOTHING, CodeEvidence, code_evidence
from tracer.findings.attribution.nulls import MatchedRows, block_chance, excluded_rate, is_planted
from tracer.findings.attribution.shown_choices import ShownChoices
from tracer.findings.attribution.verdict import (
    Inside,
    ReleaseInDataset,
    explained,
    grade_of,
    reasons_against,
    reasons_for,
)
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings import (
    CanaryChance,
    Dataset,
    DrawnCode,
    RegisteredMarks,
    Release,
    Sightings,
    chance_overlap,
    read_background,
    read_codes,
    read_sightings,
    read_withheld_together,
)
from tracer.marking.codes.needed import HeldAlike, comes_from_others, needed

# Planted records of one copy inside the list of another: does the list need the copy? Both nulls ask whether the
# canaries could be there by chance, not whether somebody added them to another recipient's copy. So copies that the
# list does not need are not accused: those without which the others explain all its contacts and marks
# (`marking.codes.needed`), those in whose place another would do although copies differ by more than their own
# canaries, those that show few of their canaries for contacts that another copy has as well, and a single one where
# contacts that it never had are there as often as its own.


def settle(case: CaseFacts, seen: Sightings, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts about one dataset, in the same order; copies that it does not need are not accused any more."""
    accused = [fact for fact in facts if fact.accused and fact.release.source is not None]
    changed: dict[str, ReleaseInDataset] = {}
    for source in sorted({fact.release.source for fact in accused if fact.release.source is not None}):
        of_source = [fact for fact in accused if fact.release.source == source]
        others = [fact for fact in facts if fact.release.source == source and not fact.accused]
        able = [fact for fact in others if fact.matched and not fact.release.later_than(fact.dataset)]
        # The one that explains the contacts best, its planted records aside.
        spare = sorted(able, key=lambda fact: (-fact.matched / max(fact.ordinary, 1), fact.release.id))[:1]
        changed |= {fact.release.id: fact for fact in _of_source(case, seen, source, of_source, spare)}
    return [changed.get(fact.release.id, fact) for fact in facts]


def _of_source(
    case: CaseFacts,
    seen: Sightings,
    source: int,
    facts: Sequence[ReleaseInDataset],
    spare: Sequence[ReleaseInDataset],
) -> list[ReleaseInDataset]:
    """The copies of one list that are accused in one dataset; `spare`: one that is not."""
    every = [*facts, *spare]
    contacts = _contacts(case, seen, facts[0].dataset.no, source, every)
    own = [(len(fact.mine & fact.release.unique), len(fact.release.unique)) for fact in facts]
    marks = _shared(every)
    found = needed([*own, *((0, 0) for _ in spare)], [*contacts, *marks], _stray(facts[0], contacts), len(spare))
    smallest = found.always | found.instead.keys()
    rest = tuple(facts[i].release.id for i in sorted(smallest - found.rare))
    settled = []
    for i, fact in enumerate(facts):
        if _spelled(fact):
            settled.append(fact)
        elif i in found.rare:
            settled.append(replace(fact, accused=False, rare=tuple(each.release.id for each in spare)))
        elif i in found.superfluous:
            inside = Inside(rest, *_own_of(i, contacts, smallest), *_own_of(i, marks, smallest))
            settled.append(replace(fact, accused=False, inside=inside))
        else:
            names = tuple(facts[k].release.id for k in sorted(found.instead.get(i, ())))
            alone = [_alone(fact, contacts)] if len(facts) == 1 else [fact]
            settled += [
                replace(one, accused=one.accused and not (names and found.told_apart), either=names,
                        doubtful=i in found.doubtful)
                for one in alone
            ]  # fmt: skip
    return settled


def _spelled(fact: ReleaseInDataset) -> bool:
    """Whether the spellings of ordinary rows name the copy by themselves: they come with its rows."""
    choices = fact.code.choices
    return choices is not None and choices.p_value <= fact.alpha / fact.compared


def _own_of(copy: int, kinds: Sequence[HeldAlike], others: frozenset[int]) -> tuple[int, int]:
    """Contacts or marks that the copy holds and none of the others does, and those of them that are shown."""
    own = [item for item in kinds if copy in item.holders and not item.holders & others]
    return sum(item.marks for item in own), sum(item.shown for item in own)


def _contacts(
    case: CaseFacts, seen: Sightings, number: int, source: int, facts: Sequence[ReleaseInDataset]
) -> list[HeldAlike]:
    """Ordinary contacts of the source by which of the copies hold them."""
    everyone = frozenset(range(len(facts)))
    releases = [fact.release.id for fact in facts]
    kinds = [
        HeldAlike(everyone - lacking, marks, shown)
        for lacking, marks, shown in read_withheld_together(case.con, number, source, releases)
    ]
    marks = seen.ordinary.get(source, 0) - sum(item.marks for item in kinds)
    shown = seen.matched.get((number, source), 0) - sum(item.shown for item in kinds)
    return [HeldAlike(everyone, max(marks, 0), min(max(shown, 0), max(marks, 0))), *kinds]


def _shared(facts: Sequence[ReleaseInDataset]) -> list[HeldAlike]:
    """Canaries that several releases share, by which of these copies hold them."""
    canaries = frozenset[int]().union(*(fact.release.canaries - fact.release.unique for fact in facts))
    kinds: dict[frozenset[int], list[bool]] = {}
    for no in sorted(canaries):
        holders = frozenset(i for i, fact in enumerate(facts) if no in fact.release.canaries)
        kinds.setdefault(holders, []).append(any(no in fact.mine for fact in facts))
    return [HeldAlike(holders, len(flags), sum(flags)) for holders, flags in kinds.items()]


def _stray(fact: ReleaseInDataset, contacts: Sequence[HeldAlike]) -> float:
    """How likely a contact is there that no copy brought: by the rows of the list that are not the client's."""
    total, shown = sum(item.marks for item in contacts), sum(item.shown for item in contacts)
    by_chance = fact.by_chance * _foreign(fact, shown) / max(fact.dataset.contacts, 1)
    return min(0.5, (by_chance + 1.0) / max(total, 2))


def _foreign(fact: ReleaseInDataset, shown: int) -> int:
    """Contacts of the list that are neither the client's nor planted."""
    return max(0, fact.dataset.contacts - shown - len(fact.mine | fact.others))


def _alone(fact: ReleaseInDataset, contacts: Sequence[HeldAlike]) -> ReleaseInDataset:
    """The one copy that is accused; cleared where contacts that it never had are there as often as its own.

    In `contacts` it is the first."""
    held = [item for item in contacts if 0 in item.holders]
    lacking = [item for item in contacts if 0 not in item.holders]
    never, there = sum(item.marks for item in lacking), sum(item.shown for item in lacking)
    its = sum(item.marks for item in held), sum(item.shown for item in held)
    foreign = _foreign(fact, its[1] + there)
    if not comes_from_others(*its, never, there, _stray(fact, contacts), foreign):
        return fact
    return replace(fact, accused=False, inside=Inside((), never, there))


ALPHA = 0.01
"""Family-wise error of each null."""


@dataclass(frozen=True)
class Attribution:
    """What one dataset says about one release."""

    dataset: str
    release: str
    recipient: str
    accused: bool
    """Whether the release is named as a source at the family-wise error asked for."""
    p_value: float
    """Code null over what the tool drew; 1 where it drew nothing."""
    chance: float
    """Probability under the block null of holding so many of the canaries that no other release has."""
    e_value: float
    """Audit figure, mean at most 1 for an innocent release; never accuses."""
    canaries_seen: int
    canaries_planted: int
    rows_matched: int
    grade: str
    """G0 to G4."""
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    planted: bool


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


def score(looks: Sequence[SeenDataset]) -> list[Attribution]:
    """Rows for all datasets, in the order of `looks`, then by how much speaks for the release, then by its id."""
    found: list[Attribution] = []
    for look in looks:
        facts = facts_of(look)
        named = explained(facts)
        found += in_order([_row(fact, named) for fact in facts])
    return found


def looks_at(facts: CaseFacts, marks: RegisteredMarks, datasets: Sequence[Dataset], alpha: float) -> list[SeenDataset]:
    """The datasets, by id, with what is seen in them."""
    seen = read_sightings(facts, marks, [dataset.no for dataset in datasets])
    backgrounds = read_background(facts, marks, seen)
    codes = read_codes(facts.con, marks)
    return [
        SeenDataset(facts, marks, codes, seen, backgrounds.get(dataset.no), dataset, alpha)
        for dataset in sorted(datasets, key=lambda item: item.id)
    ]


def facts_of(look: SeenDataset) -> list[ReleaseInDataset]:
    """What the dataset says about every release that it shares rows or canaries with."""
    canaries = look.seen.canaries(look.dataset.no)
    touched = [release for release in look.marks.releases if _shares(look, release, canaries)]
    codes = _codes(look, canaries) if touched else {}
    expected = _expected(look, touched, canaries)
    in_blocks = {source: chance_overlap(look.case, look.dataset.no, source) for source in sorted(expected)}
    found = [_facts(look, release, codes.get(release.id, NOTHING), expected, in_blocks) for release in touched]
    return _with_pairs(look, settle(look.case, look.seen, found))


def _with_pairs(look: SeenDataset, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts, in the same order; where no copy of a list is named, with those of which two alone have a canary that
    is seen: these compared their copies, or one of them removed all others. Which, the canary cannot tell."""
    named = {fact.release.source for fact in facts if fact.accused or fact.either}
    able = {
        fact.release.id: fact
        for fact in facts
        if not (fact.release.source in named or fact.added or fact.held_by_client or fact.homes)
        and not fact.release.later_than(look.dataset)
    }
    pairs: dict[str, set[str]] = {}
    for no in sorted(look.seen.canaries(look.dataset.no)) if look.background is not None else ():
        both = sorted(look.marks.standing[no] & able.keys())
        if len(both) == len(look.marks.standing[no]) == 2 and look.background is not None:
            chance = block_chance([look.marks.canaries[no]], frozenset({no}), look.background)
            if chance <= look.alpha / len(look.marks.releases):
                pairs.setdefault(both[0], set()).add(both[1])
                pairs.setdefault(both[1], set()).add(both[0])
    return [replace(fact, pairs=tuple(sorted(pairs.get(fact.release.id, ())))) for fact in facts]


def in_order(rows: Sequence[Attribution]) -> list[Attribution]:
    """The accused first, then by how much speaks for the release, then by its id."""
    return sorted(
        rows, key=lambda row: (not row.accused, row.p_value, -row.canaries_seen, -row.rows_matched, row.release)
    )


def _codes(look: SeenDataset, canaries: frozenset[int]) -> dict[str, CodeEvidence]:
    """What each draw says about its releases."""
    found: dict[str, CodeEvidence] = {}
    for drawn in look.codes.values():
        found.update(
            code_evidence(look.case.con, drawn, [(look.dataset.no, canaries)], look.alpha, len(look.marks.releases))
        )
    return with_choices(found, shown_choices(look))


def shown_choices(look: SeenDataset) -> dict[str, ShownChoices]:
    """What the dataset shows of keyed choices, of draws with whose list it has enough in common to be compared."""
    close = {source for dataset, source in look.seen.matched if dataset == look.dataset.no}
    sources = {draw: drawn.source for draw, drawn in look.codes.items() if drawn.source in close}
    releases = {draw: look.codes[draw].code.releases for draw in sources}
    known = {draw: source for draw, source in sources.items() if source is not None}
    return choice_evidence(look.case.con, releases, known, look.dataset.no) if known else {}


def _shares(look: SeenDataset, release: Release, canaries: frozenset[int]) -> bool:
    return bool(release.canaries & canaries) or _matched(look, release) > 0


def _matched(look: SeenDataset, release: Release) -> int:
    """Ordinary contacts of the copy in the dataset: the source's, less those that the copy never had."""
    if release.source is None:
        return 0
    both = look.seen.matched.get((look.dataset.no, release.source), 0)
    return max(0, both - look.seen.withheld.get((look.dataset.no, release.id), 0))


def _expected(look: SeenDataset, touched: Sequence[Release], canaries: frozenset[int]) -> dict[int, float]:
    """Source -> ordinary contacts that chance alone would put into the dataset; asked only where canaries are seen."""
    if not canaries:
        return {}
    by_pair = look.case.once("attribution/expected", partial(_expected_of_released, look.case.con))
    expected: dict[int, float] = {}
    for release in touched:
        if release.source is None or release.source in expected or not release.canaries & canaries:
            continue
        a, b = sorted((release.dataset, look.dataset.id))
        known = by_pair.get((a, b))
        by_chance = chance_overlap(look.case, look.dataset.no, release.source) if known is None else known
        expected[release.source] = by_chance
    return expected


def _expected_of_released(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], float]:
    """Pairs of datasets, one of which was released -> contacts that chance alone would put into both."""
    rows = con.execute(
        "WITH released AS (SELECT DISTINCT dataset FROM release) SELECT a, b, expected FROM overlap"
        " WHERE superseded IS NULL AND (a IN (FROM released) OR b IN (FROM released)) ORDER BY run, a, b"
    ).fetchall()
    return {(a, b): expected for a, b, expected in rows}


def _facts(
    look: SeenDataset, release: Release, code: CodeEvidence, expected: dict[int, float], by_block: dict[int, float]
) -> ReleaseInDataset:
    canaries, compared = look.seen.canaries(look.dataset.no), len(look.marks.releases)
    mine = release.canaries & canaries
    matched = _matched(look, release)
    source = release.source
    ordinary = 0 if source is None else max(0, look.seen.ordinary.get(source, 0) - release.withheld)
    by_chance = 0.0 if source is None else expected.get(source, 0.0)
    chance = 1.0
    if mine & release.unique and look.background is not None:
        chance = block_chance([look.marks.canaries[no] for no in release.unique], canaries, look.background)
    in_blocks = 0.0 if source is None or not mine else by_block[source]
    planted_here = is_planted(
        len(mine), len(release.canaries), MatchedRows(matched, ordinary, max(by_chance, in_blocks), in_blocks)
    )
    held = look.dataset.own or look.dataset.holder == release.client
    level = look.alpha / compared
    by_canaries = bool(mine & release.unique) and chance <= level
    late = any(look.marks.canaries[no].imported_at > look.dataset.loaded_at for no in mine)
    return ReleaseInDataset(
        look.marks, look.dataset, release, code, chance, mine, matched, ordinary, by_chance,
        planted=planted_here, held_by_client=held, alpha=look.alpha, compared=compared,
        accused=(code.p_value <= level or by_canaries)
        and not (planted_here or held or release.later_than(look.dataset)),
        others=canaries - release.canaries, late=late, withheld_seen=look.seen.withheld.get(
            (look.dataset.no, release.id), 0
        ),
        excluded_rate=excluded_rate(len(release.canaries)), homes=_homes(look, release, canaries - release.canaries),
        of_client=look.marks.of_client(release.client),
    )  # fmt: skip


def _homes(look: SeenDataset, release: Release, others: frozenset[int]) -> frozenset[int]:
    """Home canaries seen that are this client's, or whose client is not known."""
    return frozenset(
        no
        for no in others
        if look.marks.canaries[no].kind == "home"
        and release.client in look.seen.homes.get(no, frozenset({release.client}))
    )


def _row(facts: ReleaseInDataset, named: frozenset[str]) -> Attribution:
    release = facts.release
    return Attribution(
        facts.dataset.id, release.id, release.recipient, facts.accused, facts.code.p_value, facts.chance,
        facts.code.e_value, len(facts.mine), len(release.canaries), facts.matched, grade_of(facts, named),
        tuple(reasons_for(facts)), tuple(reasons_against(facts, named)), facts.added,
    )  # fmt: skip
