"""What the rows themselves say about direction: cells mistyped, repeats, days and ids that run on, and what sets the
common rows of a list apart from its other rows; and whether the common contacts are the same people at all.

Information is lost downstream: slips of the pen pile up, repeats are dropped. That a cell is filled in one list and
empty in the other says nothing: a copier fills blanks as often as he loses cells. What a file merely looks like (its
columns, its order, how all its numbers are written) was chosen for that file and says nothing; where the common rows
look otherwise than the rest, they came from somewhere. Each
signal gives log odds for one direction; what they are worth `calibration` has learnt, each for itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tracer.disclosure import Count, DatasetRef, Reason, Word, ratio, told
from tracer.findings.derivation.composition import COMPOSED, FILLED, NAMES, composition
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.dates import DossierFacts
from tracer.findings.derivation.row_facts import RowFacts
from tracer.findings.derivation.weights import EdgeWeights

CAPS = {
    "errors": 2.5, "repeats": 2.5, "days of rows": 2.5, "ids run on": 4.0,
    "ways of writing numbers": 1.5, "ways of writing names": 1.5, "cells filled": 1.5,
}  # fmt: skip
"""Most nats that each signal adds in the search over graphs. How much it counts in the stated probability is fitted:
see `calibration`. (`python -m tests.bench.zoo.fit --signals` counts how often each is right, maker by maker.)"""
PER_WITNESS, PER_REPEAT = 1.6, 0.5
"""Nats of a differing cell with an independent witness, of a lost repeat."""
MERGED = 0.02
"""Share of rows from elsewhere, from which repeats may come of adding to what was copied, and say nothing."""
BY_LUCK = 3.0
"""Nats of newest rows that are missing by luck: of as many days as lists have, some stretch is always empty."""


def weigh_rows(
    rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts],
    pairs: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """Add the signals of the raw rows for all pairs a < b."""
    weights.other_people.update(rows.other_people)
    _slips(rows, weights, counts, facts)
    _repeats(rows, weights, counts)
    _newest(rows, weights, counts, facts)
    for name in COMPOSED:
        _composition(rows, weights, counts, pairs, name)


def _slips(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts]) -> None:
    """Slips. Who keeps a list up corrects them: of his lists the one with more is not the later."""
    lists = _lists(counts)
    for a, b, differ, for_a, for_b in rows.slips:
        odds = _capped("errors", PER_WITNESS * _surplus(for_a, for_b))
        if odds and facts[a].holder != facts[b].holder:
            mine, theirs, all_ = Count(for_a), Count(for_b), Count(differ)
            reason = Reason.of("derivation-errors", one=lists[a], other=lists[b], mine=mine, theirs=theirs, differ=all_)
            weights.turn(a, b, "errors", f"{ratio(mine, theirs)} of {told(all_)}", odds, reason)


def _repeats(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts) -> None:
    lists = _lists(counts)
    for a, b, of_a, of_b in rows.repeats:
        odds = _capped("repeats", PER_REPEAT * _surplus(of_a, of_b))
        if _merged(counts, *((a, b) if odds > 0 else (b, a))):
            continue
        if odds:
            mine, theirs = Count(of_a), Count(of_b)
            reason = Reason.of("derivation-repeats", one=lists[a], other=lists[b], mine=mine, theirs=theirs)
            weights.turn(a, b, "repeats", ratio(mine, theirs), odds, reason)


def _newest(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts]) -> None:
    """The one of two versions of one holder's list that lacks the newest rows of the other is likely to be the older.

    k rows newer than all of the other's, of which a share r of the rest has: (1 - r)^k. Between two holders this shows
    nothing: the older rows taken out of a list, and a list that somebody carried on, are the same picture. A
    client's own list goes on growing after a copy has left it.
    """
    lists = _lists(counts)
    for value, name in (("day", "days of rows"), ("inner_id", "ids run on")):
        for a, b, common, newer_a, older_a, newer_b, older_b in rows.newest[value]:
            if facts[a].holder != facts[b].holder:
                continue
            for old, new, newer, older in ((a, b, newer_b, older_b), (b, a, newer_a, older_a)):
                if older == 0 or (facts[new].own and not facts[old].own):
                    continue
                odds = -newer * float(np.log1p(-min(0.99, common / older))) - BY_LUCK
                if odds > 0:
                    more = Count(newer)
                    by = Word("day" if value == "day" else "id")
                    reason = Reason.of("derivation-newest", newer=lists[new], older=lists[old], rows=more, by=by)
                    weights.turn(old, new, name, f"{told(more)}:{common / older:.2f}", _capped(name, odds), reason)


def _composition(
    rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, pairs: Sequence[tuple[int, int]], name: str
) -> None:
    lists = _lists(counts)
    for (a, b), evidence in composition(rows.parted, pairs, name).items():
        odds = _capped(name, evidence)
        if abs(odds) >= 0.2:
            source, copy = (a, b) if odds > 0 else (b, a)
            what = Word("cells" if name == FILLED else "names" if name == NAMES else "numbers")
            reason = Reason.of("derivation-alike", what=what, source=lists[source], copy=lists[copy])
            weights.turn(a, b, name, f"{odds:.2f}", odds, reason)


def _lists(counts: MembershipCounts) -> list[DatasetRef]:
    return [DatasetRef(name) for name in counts.traced.ids]


def _merged(counts: MembershipCounts, a: int, b: int) -> bool:
    """Whether a has rows that b has not: it may have added them to a copy of b, and with them what b lacks."""
    mine = int(counts.traced.contacts[a])
    return mine - int(counts.shared[a, b]) > MERGED * mine


def _surplus(more: int, fewer: int) -> float:
    """Difference of two counts less two standard deviations of it: a few of each say nothing."""
    difference = float(more - fewer)
    slack = 1.0 + 1.5 * float(np.sqrt(min(more, fewer)))
    return float(np.sign(difference)) * max(0.0, abs(difference) - slack)


def _capped(name: str, odds: float) -> float:
    return float(np.clip(odds, -CAPS[name], CAPS[name]))
