"""Edges as they are stated: probability, grade, reasons, what speaks against, and the waterfall of weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracer.disclosure import Count, DatasetRef, Measure, Reason, Ref, Times, Word, disclosed, told
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.explain import COPIED, OTHER, Explained, Explanation
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import TEMPER, DerivationModel
from tracer.findings.derivation.weights import EdgeWeights, Signal

LEAST_PROBABILITY = 0.02
"""Edges below it are not kept; the queries leave out those under .05."""
FAINT = 0.01
"""Probability below which another explanation is named last of all that speaks against a finding."""
LEAST_GRADED = 0.8
"""Probability from which an edge can have grade G2: likely. Of those between .5 and .8 three in ten are wrong."""
LEAST_DIRECTION = 10.0
"""Odds over the reverse from which a direction counts as supported (grade G2)."""
MOST_SHAPE = 2.0
"""Log odds that the waterfall shows for how lists cover one another: about what it was worth on the makers' cases."""
LEAST_RELATED = 0.99
"""Probability of more than chance in common, from which an edge can have grade G2."""


@dataclass(frozen=True)
class DerivationRow:
    """A row of `derivation`; contacts are counts."""

    parent: int
    child: int
    probability: float
    grade: str
    kind: str
    """copy, or version: an older and a newer state of one holder's list."""
    told: bool
    shared: int
    share_of_child: float
    via: str | None
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    weights: str


def tell_edges(
    counts: MembershipCounts,
    model: DerivationModel,
    weights: EdgeWeights,
    explained: Explained,
    proposed: Sequence[Hidden],
) -> tuple[DerivationRow, ...]:
    """All edges worth keeping, by parent and child."""
    edge = model.edge
    pairs = sorted((int(a), int(b)) for a, b in zip(*np.nonzero(edge >= LEAST_PROBABILITY), strict=True))
    via = {(p, c): hidden.id for hidden in proposed for p in hidden.parents for c in hidden.children}
    told = [_told(counts, model, weights, parent, child, explained) for parent, child in pairs]
    return tuple(replace(edge, via=via.get((edge.parent, edge.child))) for edge in told)


def _told(
    counts: MembershipCounts,
    model: DerivationModel,
    weights: EdgeWeights,
    parent: int,
    child: int,
    explained: Explained,
) -> DerivationRow:
    lists = [DatasetRef(name) for name in counts.traced.ids]
    p, back = float(model.edge[parent, child]), float(model.edge[child, parent])
    shared = int(counts.shared[parent, child])
    mine = int(counts.traced.contacts[child])
    expected = float(counts.expected[parent, child])
    signals = _membership(counts, model, parent, child) + list(weights.of(parent, child))
    common = Reason.of(
        "derivation-shared",
        shared=Count(shared),
        whole=Count(mine, across_lists=False),
        child=lists[child],
        parent=lists[parent],
        expected=Measure(expected),
    )
    reasons = [common, *(s.reason for s in signals if s.weight >= 0.3)]
    secrets = weights.secrets.get((min(parent, child), max(parent, child)))
    reasons += [] if secrets is None else [secrets]
    next_best = _alternative(lists, explained, parent, child, p)
    # The weightiest first, as those who show only some of it take the first.
    against = _not_told(model, weights.other_people, lists, parent, child)
    against += [reason for chance, reason in next_best if chance >= FAINT]
    against += [s.reason for s in sorted(signals, key=lambda s: s.weight) if s.weight <= -0.3]
    against += [reason for chance, reason in next_best if chance < FAINT]
    return DerivationRow(
        parent=parent,
        child=child,
        probability=p,
        grade=_grade(model, parent, child, p, back),
        kind="version" if model.stated.versions[parent, child] else "copy",
        told=bool(model.stated.told[parent, child] or model.stated.told[child, parent]),
        shared=shared,
        share_of_child=shared / max(1, mine),
        via=None,
        reasons=tuple(reasons),
        against=tuple(against),
        weights=json.dumps([_step(s) for s in signals], ensure_ascii=False),
    )


def _step(signal: Signal) -> dict[str, object]:
    """One step of the waterfall as it is stored, its reason as it may be shown."""
    return {
        "signal": signal.signal,
        "value": signal.value,
        "weight": signal.weight,
        "reason": disclosed(signal.reason),
    }


def _grade(model: DerivationModel, parent: int, child: int, p: float, back: float) -> str:
    stated = model.stated
    independent = stated.one_population[parent, child] or stated.alone[parent, child]
    sure = float(model.related[parent, child]) >= LEAST_RELATED and not independent
    return "G2" if sure and stated.told[parent, child] and p >= LEAST_GRADED and p >= LEAST_DIRECTION * back else "G1"


def _membership(counts: MembershipCounts, model: DerivationModel, parent: int, child: int) -> list[Signal]:
    """What the memberships say: the edge in its best family against the best family without it, and its reverse."""
    lists = [DatasetRef(name) for name in counts.traced.ids]
    signals = []
    related, shared = float(model.background[parent, child]), int(counts.shared[parent, child])
    times = Times(shared / max(float(counts.expected[parent, child]), 1e-9))
    reason = Reason.of("derivation-overlap", times=times)
    signals.append(Signal("overlap", f"{told(Count(shared))}", related, reason))
    gain, others = _gain_of(model, parent, child)
    if gain is not None:
        rows, alone = (Count(n) for n in _left_over(counts, child, parent, others))
        # In a large case only a part of the identifiers is looked at, and counts of rows are estimates.
        about = not counts.traced.share.all
        reason = Reason.of(
            "derivation-rows-explained",
            contacts=rows,
            precision=Word("about" if about and not rows.few else "exact"),
            child=lists[child],
            parent=lists[parent],
            others=tuple(lists[c] for c in others) if others else None,
        )
        signals.append(Signal("rows explained", f"{told(rows)}", TEMPER * gain, reason))
        reason = Reason.of(
            "derivation-two-lists",
            contacts=alone,
            precision=Word("about" if about and not alone.few else "exact"),
            parent=lists[parent],
            child=lists[child],
        )
        signals.append(Signal("exactly two lists", f"{told(alone)}", 0.0, reason))
    if model.stated.covers[parent, child]:
        signals.append(Signal("composition", "covers", MOST_SHAPE, Reason.of("derivation-covers")))
    elif model.stated.follows[parent, child]:
        reason = Reason.of("derivation-follows", parent=lists[parent], child=lists[child])
        signals.append(Signal("composition", "follows", MOST_SHAPE, reason))
    return signals


def _gain_of(model: DerivationModel, parent: int, child: int) -> tuple[float | None, tuple[int, ...]]:
    """How much the parent adds to the child's other parents in the likeliest graph, and which these are."""
    family = model.families[child]
    if parent not in family.candidates:
        return None, ()
    others = tuple(p for p in model.posterior.best[child] if p != parent and p in family.candidates)
    mask = sum(1 << family.candidates.index(p) for p in others)
    index = {int(m): number for number, m in enumerate(family.masks.tolist())}
    both = index.get(mask | 1 << family.candidates.index(parent))
    if both is None:
        return None, others
    alone = index[mask]
    return float(family.score[both] - family.score[alone]), others


def _left_over(counts: MembershipCounts, child: int, parent: int, others: Sequence[int]) -> tuple[int, int]:
    """Contacts of both that no other parent of the child holds, and those that no third list holds at all."""
    sets = counts.sets
    both = sets.of(child)[sets.with_any([parent])[sets.of(child)]]
    chosen, two = both[~sets.with_any(others)[both]], both[sets.holders[both] == 2]
    return int(sets.totals[chosen].sum()), int(sets.totals[two].sum())


def _not_told(
    model: DerivationModel,
    other_people: Mapping[tuple[int, int], int],
    lists: Sequence[DatasetRef],
    parent: int,
    child: int,
) -> list[Reason]:
    """That nothing shows the direction, or that there may be no copy."""
    stated = model.stated
    against: list[Reason] = []
    if not stated.told[parent, child] and not stated.told[child, parent]:
        against.append(Reason.of("derivation-direction-open", datasets=(lists[parent], lists[child])))
    compared = other_people.get((min(parent, child), max(parent, child)))
    if compared is not None:
        against.append(Reason.of("derivation-other-people", cells=Count(compared)))
    elif stated.one_population[parent, child]:
        against.append(Reason.of("derivation-one-register"))
    elif stated.alone[parent, child]:
        against.append(Reason.of("derivation-alone"))
    return against


def _alternative(
    lists: Sequence[DatasetRef], explained: Explained, parent: int, child: int, p: float
) -> list[tuple[float, Reason]]:
    """The best other explanation of the pair with its probability, and how much less likely it is than the edge."""
    others = [
        one
        for one in explained.get((min(parent, child), max(parent, child)), ())
        if (one.kind, one.giver) != (COPIED, parent)
    ]
    if not others:
        return []
    # What can be named is worth more to a reader than that the method errs now and then.
    best = next((one for one in others if one.kind != OTHER), others[0])
    return [(best.probability, _compared(_explanation(lists, best), best.probability, p))]


def _explanation(lists: Sequence[DatasetRef], one: Explanation) -> Reason:
    return Reason.of(
        "derivation-explanation",
        kind=Word(one.kind),
        giver=lists[one.giver],
        taker=lists[one.taker],
        through=None if one.through is None else Ref(one.through),
    )


def _compared(explanation: Reason, other: float, p: float) -> Reason:
    """Another explanation of probability `other`, and how many times less likely it is than the edge, or likelier."""
    times, than = (Times(other / p), Word("likelier")) if p < other else (Times(p / other), Word("unlikelier"))
    return Reason.of("derivation-alternative", explanation=explanation, times=times, than=than)
