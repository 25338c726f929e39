"""Several datasets taken as leaks of the same releases: one likelihood, one tail (methods 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.disclosure import DatasetRef, PValue, Reason, Ref
from tracer.findings.attribution.choices import with_choices
from tracer.findings.attribution.codes import NOTHING, CodeEvidence, code_evidence
from tracer.findings.attribution.score import Attribution, SeenDataset, facts_of, in_order, looks_at, shown_choices
from tracer.findings.attribution.shown_choices import ShownChoices
from tracer.findings.attribution.verdict import ReleaseInDataset, explained, grade_of, reasons_against, reasons_for
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings import Dataset, Marks

_GRADES = ("G0", "G1", "G2", "G3")


def score_jointly(case: CaseFacts, marks: Marks, datasets: Sequence[Dataset], alpha: float) -> list[Attribution]:
    """A row for every release that all of `datasets` together say something about; their ids are joined by "+".

    The p-value has one likelihood over all datasets and one exact tail, the e-value is the mean of theirs, and `chance`
    is the smallest of theirs times their number. What forbids an accusation in one dataset (planted canaries, a list
    of the client, a release that is younger) forbids it here where all canaries seen are in such datasets. The grade
    is the lowest that any dataset with marks of the release allows. `canaries_seen` counts over all datasets,
    `rows_matched` is the largest of theirs.
    """
    looks = looks_at(case, marks, datasets, alpha)
    codes = _codes(looks, alpha)
    told = {look.dataset.id: {fact.release.id: fact for fact in facts_of(look)} for look in looks}
    releases = sorted({identity for facts in told.values() for identity in facts})
    level = alpha / max(1, len(marks.releases))
    joined = [
        [replace(facts[release], code=codes.get(release, NOTHING)) for facts in told.values() if release in facts]
        for release in releases
    ]
    accused = [_accused(facts, level, len(looks)) for facts in joined]
    joint = [replace(fact, accused=flag) for facts, flag in zip(joined, accused, strict=True) for fact in facts]
    named = explained(joint)
    identity = "+".join(look.dataset.id for look in looks)
    rows = [
        _row(identity, [replace(fact, accused=flag) for fact in facts], len(looks), named)
        for facts, flag in zip(joined, accused, strict=True)
    ]
    return in_order(rows)


def told_together(looks: Sequence[SeenDataset], found: Sequence[Attribution], alpha: float) -> list[Attribution]:
    """Add to rows that accuse no release by themselves what all datasets with canaries of the same draw say
    together."""
    if not looks:
        return list(found)
    con, seen, compared = looks[0].case.con, looks[0].seen, max(1, len(looks[0].marks.releases))
    names = {look.dataset.no: look.dataset.id for look in looks}
    together: dict[tuple[str, str], Reason] = {}
    for drawn in looks[0].codes.values():
        shown = [(no, seen.canaries(no)) for no in sorted(names) if drawn.touched(seen.canaries(no))]
        if len(shown) < 2:
            continue
        ids = sorted(names[no] for no, _ in shown)
        for release, evidence in code_evidence(con, drawn, shown, alpha, compared).items():
            if evidence.p_value <= alpha / compared:
                reason = Reason.of(
                    "attribution-together",
                    chance=PValue(evidence.p_value),
                    bound=PValue(alpha / compared),
                    command=Ref(f"tracer attribute {' '.join(ids)}"),
                )
                together |= {(name, release): reason for name in ids}
    return [
        row if row.accused or (row.dataset, row.release) not in together
        else replace(row, reasons=(*row.reasons, together[row.dataset, row.release]))
        for row in found
    ]  # fmt: skip


def _codes(looks: Sequence[SeenDataset], alpha: float) -> dict[str, CodeEvidence]:
    found: dict[str, CodeEvidence] = {}
    seen = [(look.dataset.no, look.seen.canaries(look.dataset.no)) for look in looks]
    first = looks[0]
    for drawn in first.codes.values():
        found.update(code_evidence(first.case.con, drawn, seen, alpha, len(first.marks.releases)))
    return with_choices(found, _choices(looks))


def _choices(looks: Sequence[SeenDataset]) -> dict[str, ShownChoices]:
    """For each release the dataset whose spellings say most of it, at so many times the error as there are datasets."""
    best: dict[str, ShownChoices] = {}
    for look in looks:
        for release, own in shown_choices(look).items():
            if release not in best or own.p_value < best[release].p_value:
                best[release] = own
    return {
        release: replace(own, p_value=min(1.0, len(looks) * own.p_value), e_value=own.e_value / len(looks))
        for release, own in best.items()
    }


def _accused(facts: Sequence[ReleaseInDataset], level: float, datasets: int) -> bool:
    able = [
        fact
        for fact in facts
        if not (fact.planted or fact.inside or fact.held_by_client or fact.release.later_than(fact.dataset))
        and (fact.accused or not fact.either)
    ]
    by_block = any(fact.mine & fact.release.unique for fact in able) and _chance(able, datasets) <= level
    return bool(able) and (facts[0].code.p_value <= level or by_block)


def _chance(facts: Sequence[ReleaseInDataset], datasets: int) -> float:
    return min(1.0, datasets * min((fact.chance for fact in facts), default=1.0))


def _row(identity: str, facts: Sequence[ReleaseInDataset], datasets: int, named: frozenset[str]) -> Attribution:
    first = facts[0]
    mine = frozenset[int]().union(*(fact.mine for fact in facts))
    with_marks = [fact for fact in facts if fact.mine] or facts
    grade = min((grade_of(fact, named) for fact in with_marks), key=_GRADES.index)
    return Attribution(
        identity, first.release.id, first.release.recipient, first.accused, first.code.p_value,
        _chance(facts, datasets), first.code.e_value, len(mine), len(first.release.canaries),
        max(fact.matched for fact in facts), grade,
        tuple(_of_dataset(fact, reason) for fact in facts for reason in reasons_for(fact)),
        tuple(_of_dataset(fact, reason) for fact in facts for reason in reasons_against(fact, named)),
        any(fact.planted or fact.inside is not None for fact in facts),
    )  # fmt: skip


def _of_dataset(facts: ReleaseInDataset, reason: Reason) -> Reason:
    return Reason.of("attribution-of-one", dataset=DatasetRef(facts.dataset.id), reason=reason)
