"""Scores datasets against all releases: one at a time, or several as leaks of the same releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.disclosure import DatasetRef, Reason
from tracer.findings.attribution.nulls import (
    NOTHING,
    CodeEvidence,
    MatchedRows,
    ShownChoices,
    block_chance,
    choice_evidence,
    code_evidence,
    excluded_rate,
    is_planted,
    with_choices,
)
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

    @property
    def canaries(self) -> frozenset[int]:
        """Those that are there, of whatever release."""
        return self.seen.canaries(self.dataset.no)

    def of_source(self, release: Release) -> tuple[int, int]:
        """Ordinary contacts of the released list that are in the dataset, and how many it has."""
        source = -1 if release.source is None else release.source
        return self.seen.matched.get((self.dataset.no, source), 0), self.seen.ordinary.get(source, 0)


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
        found += _in_order(look.dataset.id, [[fact] for fact in facts], explained(facts), 1)
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
            if not (fact.added or fact.held_by_client or fact.too_late) and (fact.accused or not fact.either)
        ]
        level = facts[0].level
        by_block = any(fact.mine & fact.release.unique for fact in able) and _chance(able, len(looks)) <= level
        accused = bool(able) and (facts[0].code.p_value <= level or by_block)
        joined.append([replace(fact, accused=accused) for fact in facts])
    named = explained(fact for facts in joined for fact in facts)
    return _in_order("+".join(look.dataset.id for look in looks), joined, named, len(looks))


def _in_order(
    identity: str, joined: Iterable[Sequence[ReleaseInDataset]], named: frozenset[str], datasets: int
) -> list[Attribution]:
    """A row for each release, from what is known of it in each dataset: the accused first, then by how much speaks for
    the release, then by its id."""

    def of_each(fact: ReleaseInDataset, reasons: Iterable[Reason]) -> list[Reason]:
        dataset = DatasetRef(fact.dataset.id)
        return [
            one if datasets == 1 else Reason.of("attribution-of-one", dataset=dataset, reason=one) for one in reasons
        ]

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
                planted=any(fact.added for fact in facts),
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
    n = len(looks)
    shared = {id: replace(own, p_value=min(1.0, n * own.p_value), e_value=own.e_value / n) for id, own in best.items()}
    return with_choices(found, shared)


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
    if any(release.canaries & canaries for release in touched):
        by_pair = look.case.once("attribution/expected", lambda: _expected_of_released(look))
        for release in touched:
            source = release.source
            if source is not None and source not in expected and release.canaries & canaries:
                in_blocks[source] = chance_overlap(look.case, number, source)
                pair = min(release.dataset, look.dataset.id), max(release.dataset, look.dataset.id)
                expected[source] = by_pair.get(pair, in_blocks[source])
    found = []
    for release in touched:
        mine, others = release.canaries & canaries, canaries - release.canaries
        source = -1 if release.source is None else release.source
        code, chance = codes.get(release.id, NOTHING), 1.0
        if mine & release.unique and look.background is not None:
            chance = block_chance([look.marks.canaries[no] for no in release.unique], canaries, look.background)
        ordinary = 0 if release.source is None else max(0, look.of_source(release)[1] - release.withheld)
        by_chance, by_block = expected.get(source, 0.0), in_blocks[source] if mine and source in in_blocks else 0.0
        rows = MatchedRows(matched[release.id], ordinary, max(by_chance, by_block), by_block)
        planted = is_planted(len(mine), len(release.canaries), rows)
        held = look.dataset.own or look.dataset.holder == release.client
        level = look.alpha / len(look.marks.releases)
        named = code.p_value <= level or (bool(mine & release.unique) and chance <= level)
        # Home canaries that are this client's, or whose client is not known.
        homes = frozenset(
            no
            for no in others
            if look.marks.canaries[no].kind == "home"
            and release.client in look.seen.homes.get(no, frozenset({release.client}))
        )
        found.append(
            ReleaseInDataset(
                marks=look.marks,
                dataset=look.dataset,
                release=release,
                code=code,
                chance=chance,
                mine=mine,
                matched=matched[release.id],
                ordinary=ordinary,
                by_chance=by_chance,
                planted=planted,
                held_by_client=held,
                alpha=look.alpha,
                compared=len(look.marks.releases),
                accused=named and not (planted or held or release.later_than(look.dataset)),
                others=others,
                late=any(look.marks.canaries[no].imported_at > look.dataset.loaded_at for no in mine),
                withheld_seen=look.seen.withheld.get((number, release.id), 0),
                excluded_rate=excluded_rate(len(release.canaries)),
                homes=homes,
                of_client=look.marks.of_client(release.client),
            )
        )
    return _with_pairs(look, _settled(look, found))


def _expected_of_released(look: SeenDataset) -> dict[tuple[str, str], float]:
    """Pairs of datasets, one of which was released → contacts that chance alone would put into both."""
    rows = look.case.con.execute(
        "WITH released AS (SELECT DISTINCT dataset FROM release) SELECT a, b, expected FROM overlap"
        " WHERE superseded IS NULL AND (a IN (FROM released) OR b IN (FROM released)) ORDER BY run, a, b"
    ).fetchall()
    return {(a, b): expected for a, b, expected in rows}


def _with_pairs(look: SeenDataset, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts, in the same order; where no copy of a list is named, with those of which two alone have a canary that
    is seen: these compared their copies, or one of them removed all others. Which, the canary cannot tell."""
    named = {fact.release.source for fact in facts if fact.accused or fact.either}
    able = {
        fact.release.id
        for fact in facts
        if not (fact.release.source in named or fact.added or fact.held_by_client or fact.homes or fact.too_late)
    }
    pairs: dict[str, set[str]] = {}
    for no in sorted(look.canaries) if look.background is not None else ():
        both = sorted(look.marks.standing[no] & able)
        if len(both) == len(look.marks.standing[no]) == 2 and look.background is not None:
            chance = block_chance([look.marks.canaries[no]], frozenset({no}), look.background)
            if chance <= look.alpha / len(look.marks.releases):
                pairs.setdefault(both[0], set()).add(both[1])
                pairs.setdefault(both[1], set()).add(both[0])
    return [replace(fact, pairs=tuple(sorted(pairs.get(fact.release.id, ())))) for fact in facts]


# Planted records of one copy inside the list of another: does the list need the copy? Both nulls ask whether the
# canaries could be there by chance, not whether somebody added them to another recipient's copy. So copies that the
# list does not need are not accused: those without which the others explain all its contacts and marks
# (`marking.codes.needed`), those in whose place another would do although copies differ by more than their own
# canaries, those that show few of their canaries for contacts that another copy has as well, and a single one where
# contacts that it never had are there as often as its own.


def _settled(look: SeenDataset, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts about one dataset, in the same order; copies that it does not need are not accused any more."""
    changed: dict[str, ReleaseInDataset] = {}
    for source in sorted({fact.release.source for fact in facts if fact.accused and fact.release.source is not None}):
        of_source = [fact for fact in facts if fact.release.source == source]
        able = [fact for fact in of_source if not fact.accused and fact.matched and not fact.too_late]
        # The one that explains the contacts best, its planted records aside.
        spare = sorted(able, key=lambda fact: (-fact.matched / max(fact.ordinary, 1), fact.release.id))[:1]
        accused = [fact for fact in of_source if fact.accused]
        changed |= {fact.release.id: fact for fact in _of_source(look, source, accused, spare)}
    return [changed.get(fact.release.id, fact) for fact in facts]


def _of_source(
    look: SeenDataset, source: int, facts: Sequence[ReleaseInDataset], spare: Sequence[ReleaseInDataset]
) -> list[ReleaseInDataset]:
    """The copies of one list that are accused in the dataset; `spare`: one that is not."""
    every = [*facts, *spare]
    contacts, marks = _contacts(look, source, every), _shared_canaries(every)
    total, shown = sum(item.marks for item in contacts), sum(item.shown for item in contacts)

    def foreign(fact: ReleaseInDataset) -> int:
        """Contacts of the dataset that are neither the client's nor planted."""
        return max(0, fact.dataset.contacts - shown - len(fact.mine | fact.others))

    # How likely a contact is there that no copy brought.
    by_chance = facts[0].by_chance * foreign(facts[0]) / max(look.dataset.contacts, 1)
    stray = min(0.5, (by_chance + 1.0) / max(total, 2))
    own = [(len(fact.mine & fact.release.unique), len(fact.release.unique)) for fact in facts]
    found = needed([*own, *((0, 0) for _ in spare)], [*contacts, *marks], stray, len(spare))
    smallest = found.always | found.instead.keys()
    rest = tuple(facts[i].release.id for i in sorted(smallest - found.rare))
    settled = []
    for i, fact in enumerate(facts):
        choices = fact.code.choices
        if choices is not None and choices.p_value <= fact.level:
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
            settled.append(replace(fact, accused=False, inside=Inside(rest, *sums)))
        else:
            names, inside = tuple(facts[k].release.id for k in sorted(found.instead.get(i, ()))), None
            lacking = [one for one in contacts if 0 not in one.holders]
            never, there = sum(one.marks for one in lacking), sum(one.shown for one in lacking)
            # A single copy is cleared where contacts that it never had are there as often as its own.
            if len(facts) == 1 and comes_from_others(total - never, shown - there, never, there, stray, foreign(fact)):
                inside = Inside((), never, there)
            accused = fact.accused and inside is None and not (names and found.told_apart)
            doubtful = i in found.doubtful
            settled.append(replace(fact, accused=accused, inside=inside, either=names, doubtful=doubtful))
    return settled


def _contacts(look: SeenDataset, source: int, facts: Sequence[ReleaseInDataset]) -> list[HeldAlike]:
    """Ordinary contacts of the source by which of the copies hold them."""
    everyone, releases = frozenset(range(len(facts))), [fact.release.id for fact in facts]
    kinds = [
        HeldAlike(everyone - lacking, marks, shown)
        for lacking, marks, shown in read_withheld_together(look.case.con, look.dataset.no, source, releases)
    ]
    shown, marks = look.of_source(facts[0].release)
    marks = max(marks - sum(item.marks for item in kinds), 0)
    shown = max(shown - sum(item.shown for item in kinds), 0)
    return [HeldAlike(everyone, marks, min(shown, marks)), *kinds]


def _shared_canaries(facts: Sequence[ReleaseInDataset]) -> list[HeldAlike]:
    """Canaries that several releases share, by which of these copies hold them."""
    kinds: dict[frozenset[int], list[bool]] = {}
    for no in sorted(frozenset[int]().union(*(fact.release.canaries - fact.release.unique for fact in facts))):
        holders = frozenset(i for i, fact in enumerate(facts) if no in fact.release.canaries)
        kinds.setdefault(holders, []).append(any(no in fact.mine for fact in facts))
    return [HeldAlike(holders, len(flags), sum(flags)) for holders, flags in kinds.items()]
