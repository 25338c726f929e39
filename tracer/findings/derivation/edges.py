"""Edges as they are told: probability, grade, reasons, what speaks against, and the waterfall of weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from tracer.disclosure import Count, told
from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.explain import CHANCE, COMMON, COPIED, HIDDEN, OTHER, REGISTER, THROUGH, Explained
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import TEMPER, Model
from tracer.findings.derivation.weights import EdgeWeights, Signal

LEAST_PROBABILITY = 0.02
"""Edges below it are not kept; the queries leave out those under .05."""
LEAST_GRADED = 0.8
"""Probability from which an edge can have grade G2: likely. Of those between .5 and .8 three in ten are wrong."""
LEAST_DIRECTION = 10.0
"""Odds over the reverse from which a direction counts as supported (grade G2)."""
MOST_SHAPE = 2.0
"""Log odds that the waterfall shows for how lists cover one another: about what it was worth on the makers' cases."""
LEAST_RELATED = 0.99
"""Probability of more than chance in common, from which an edge can have grade G2."""


@dataclass(frozen=True)
class Edge:
    """A row of `derivation`; contacts are counts."""

    parent: int
    child: int
    probability: float
    grade: str
    kind: str
    """copy, or version: an older and a newer state of one holder's list."""
    told: bool
    """Whether something tells the direction."""
    shared: int
    share_of_child: float
    via: str | None
    """Id of a proposed hidden dataset."""
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    weights: str
    """JSON: the waterfall."""


def tell_edges(
    counts: Counts, model: Model, weights: EdgeWeights, explained: Explained, proposed: Sequence[Hidden]
) -> tuple[Edge, ...]:
    """All edges worth keeping, by parent and child."""
    edge = model.edge
    pairs = sorted((int(a), int(b)) for a, b in zip(*np.nonzero(edge >= LEAST_PROBABILITY), strict=True))
    via = {(p, c): hidden.id for hidden in proposed for p in hidden.parents for c in hidden.children}
    told = [_told(counts, model, weights, parent, child, explained) for parent, child in pairs]
    return tuple(replace(edge, via=via.get((edge.parent, edge.child))) for edge in told)


def _told(counts: Counts, model: Model, weights: EdgeWeights, parent: int, child: int, explained: Explained) -> Edge:
    ids = counts.traced.ids
    p, back = float(model.edge[parent, child]), float(model.edge[child, parent])
    shared = int(counts.shared[parent, child])
    mine = int(counts.traced.contacts[child])
    expected = float(counts.expected[parent, child])
    signals = _membership(counts, model, parent, child) + list(weights.of(parent, child))
    whole = Count(mine, across_lists=False)
    reasons = [f"{Count(shared)} of {whole} contacts are also in {ids[parent]}; {_number(expected)} expected by chance"]
    reasons += [s.text for s in signals if s.weight >= 0.3]
    against = [s.text for s in signals if s.weight <= -0.3]
    against += _not_told(model, ids, parent, child) + _alternatives(ids, explained, parent, child, p)
    return Edge(
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
        weights=json.dumps([asdict(s) for s in signals], ensure_ascii=False),
    )


def _grade(model: Model, parent: int, child: int, p: float, back: float) -> str:
    stated = model.stated
    sure = float(model.related[parent, child]) >= LEAST_RELATED and not stated.one_population[parent, child]
    return "G2" if sure and stated.told[parent, child] and p >= LEAST_GRADED and p >= LEAST_DIRECTION * back else "G1"


def _membership(counts: Counts, model: Model, parent: int, child: int) -> list[Signal]:
    """What the memberships say: the edge in its best family against the best family without it, and its reverse."""
    ids = counts.traced.ids
    signals = []
    related = float(model.background[parent, child])
    text = f"the overlap is {_times(counts.shared[parent, child], counts.expected[parent, child])} what chance gives"
    signals.append(Signal("overlap", f"{told(Count(int(counts.shared[parent, child])))}", related, text))
    gain, others = _gain_of(model, parent, child)
    if gain is not None:
        among = f" besides {', '.join(ids[c] for c in others)}" if others else ""
        rows, alone = (Count(n) for n in _left_over(counts, child, parent, others))
        # Of a large case not all identifiers are looked at, and what is counted of rows is an estimate.
        about = "" if counts.traced.share.all else "about "
        text = f"{'' if rows.few else about}{rows} rows of the child are in no other likely source{among}"
        signals.append(Signal("rows explained", f"{told(rows)}", TEMPER * gain, text))
        text = f"{'' if alone.few else about}{alone} contacts are in these two lists and in no third"
        signals.append(Signal("exactly two lists", f"{told(alone)}", 0.0, text))
    if model.stated.covers[parent, child]:
        text = "other lists show the direction: in the opposite one they would not share what they share"
        signals.append(Signal("composition", "covers", MOST_SHAPE, text))
    elif model.stated.follows[parent, child]:
        text = f"the source of {ids[parent]} is known: a list that shares its contacts came later"
        signals.append(Signal("composition", "follows", MOST_SHAPE, text))
    return signals


def _gain_of(model: Model, parent: int, child: int) -> tuple[float | None, tuple[int, ...]]:
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


def _left_over(counts: Counts, child: int, parent: int, others: Sequence[int]) -> tuple[int, int]:
    """Contacts of both that no other parent of the child holds, and those that no third list holds at all."""
    sets = counts.sets
    both = sets.of(child)[sets.with_any([parent])[sets.of(child)]]
    chosen, two = both[~sets.with_any(others)[both]], both[sets.holders[both] == 2]
    return int(sets.totals[chosen].sum()), int(sets.totals[two].sum())


def _not_told(model: Model, ids: Sequence[str], parent: int, child: int) -> list[str]:
    """That nothing tells the direction, or that nobody need have copied."""
    stated, against = model.stated, []
    if not stated.told[parent, child] and not stated.told[child, parent]:
        against.append(f"nothing shows which of {ids[parent]} and {ids[child]} is the older one")
    if stated.one_population[parent, child]:
        against.append("both may have been collected independently from one register or public source")
    return against


def _alternatives(ids: Sequence[str], explained: Explained, parent: int, child: int, p: float) -> list[str]:
    """The best other explanation of the pair, and how much less likely it is than the edge."""
    others = [
        one for one in explained.get((min(parent, child), max(parent, child)), ())
        if (one.kind, one.giver) != (COPIED, parent)
    ]  # fmt: skip
    if not others:
        return []
    # What can be named is worth more to a reader than that the method errs now and then.
    best = next((one for one in others if one.kind != OTHER), others[0])
    giver, taker = ids[best.giver], ids[best.taker]
    text = {
        COPIED: f"{taker} copied from {giver}",
        THROUGH: f"{taker} copied from {giver} through {best.through}",
        COMMON: f"both copied from {best.through}",
        REGISTER: "both collected from one register or public source",
        HIDDEN: "both copied from a source that nobody has obtained",
        CHANCE: "popular contacts or a common public source",
        OTHER: "another way that no list shows",
    }[best.kind]
    return [f"the best alternative: {text} ({_odds(best.probability, p)})"]


def _odds(weight: float, p: float) -> str:
    """`1:83` where the alternative is 83 times less likely, `3.3:1` where it is the likelier one."""
    ratio = p / weight
    if ratio < 1.0:
        return f"{1.0 / ratio:,.0f}:1" if ratio <= 1 / 9.5 else f"{1.0 / ratio:.1f}:1"
    return f"1:{ratio:,.0f}" if ratio >= 9.5 else f"1:{ratio:.1f}"


def _times(shared: int, expected: float) -> str:
    ratio = shared / max(expected, 1e-9)
    return f"{ratio:,.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.5 else f"{value:.1f}"
