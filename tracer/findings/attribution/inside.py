"""Planted records of one copy inside the list of another: does the list need the copy?

Both nulls ask whether the canaries could be there by chance, not whether somebody added them to another recipient's
copy. So copies that the list does not need are not accused: those without which the others explain all its contacts
and marks (`marking.codes.needed`), those in whose place another would do although copies differ by more than their own
canaries, and a single one where contacts that it never had are there as often as its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.findings.attribution.verdict import Inside, ReleaseInDataset
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings import Sightings, read_withheld_together
from tracer.marking.codes.needed import HeldAlike, comes_from_others, needed


def settle(case: CaseFacts, seen: Sightings, facts: Sequence[ReleaseInDataset]) -> list[ReleaseInDataset]:
    """The facts about one dataset, in the same order; copies that it does not need are not accused any more."""
    accused = [fact for fact in facts if fact.accused and fact.release.source is not None]
    changed: dict[str, ReleaseInDataset] = {}
    for source in sorted({fact.release.source for fact in accused if fact.release.source is not None}):
        of_source = [fact for fact in accused if fact.release.source == source]
        changed |= {fact.release.id: fact for fact in _of_source(case, seen, source, of_source)}
    return [changed.get(fact.release.id, fact) for fact in facts]


def _of_source(
    case: CaseFacts, seen: Sightings, source: int, facts: Sequence[ReleaseInDataset]
) -> list[ReleaseInDataset]:
    """The copies of one list that are accused in one dataset."""
    number = facts[0].dataset.no
    if len(facts) == 1 and not seen.withheld.get((number, facts[0].release.id), 0):
        return list(facts)
    contacts = _contacts(case, seen, number, source, facts)
    if len(facts) == 1:
        return [_alone(facts[0], contacts)]
    own = [(len(fact.mine & fact.release.unique), len(fact.release.unique)) for fact in facts]
    marks = _shared(facts)
    found = needed(own, [*contacts, *marks], _stray(facts[0], contacts))
    smallest = found.always | found.instead.keys()
    rest = tuple(facts[i].release.id for i in sorted(smallest))
    settled = []
    for i, fact in enumerate(facts):
        if _spelled(fact) or i in found.always:
            settled.append(fact)
        elif i in found.superfluous:
            inside = Inside(rest, *_own_of(i, contacts, smallest), *_own_of(i, marks, smallest))
            settled.append(replace(fact, accused=False, inside=inside))
        else:
            names = tuple(facts[k].release.id for k in sorted(found.instead[i]))
            settled.append(replace(fact, accused=not found.told_apart, either=names))
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
    """The one copy that is accused; cleared where contacts that it never had are there as often as its own."""
    held = [item for item in contacts if item.holders]
    lacking = [item for item in contacts if not item.holders]
    never, there = sum(item.marks for item in lacking), sum(item.shown for item in lacking)
    its = sum(item.marks for item in held), sum(item.shown for item in held)
    foreign = _foreign(fact, its[1] + there)
    if not comes_from_others(*its, never, there, _stray(fact, contacts), foreign):
        return fact
    return replace(fact, accused=False, inside=Inside((), never, there))
