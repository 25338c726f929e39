"""Which columns would have to go at once so that nothing gives canaries away, as far as what was looked at says.

A sign of one column goes with it. Where two columns are a sign together, the one that is in most such signs goes, and
one that says who a contact is only where no other does. What a learner goes by is asked again without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from tracer.marking.detection.copy_reports import CopyReports
from tracer.marking.detection.detectability import DetectableFeature
from tracer.marking.detection.learner import LearnedSigns
from tracer.marking.persona.source_list import SourceList

_DEAR = {"phone": 9.0, "email": 4.0, "name": 4.0, "organisation": 2.0}
"""How many other columns are left out rather than one of these."""


def columns_to_leave(
    source: SourceList, reports: CopyReports, signs: Sequence[DetectableFeature], more: Collection[int] = ()
) -> tuple[int, ...]:
    """Positions of the columns without which none of the signs would be left, rising; nothing where none can go.

    `more`: columns that go in any case.
    """
    roles = source.roles[source.main.part]
    gone = {i for i in more if _may_go(roles, set(), i)}
    gone |= {
        i for sign in signs if len(sign.columns) == 1 for i in sign.columns if _may_go(roles, gone, i)
    }  # fmt: skip
    while True:
        left = [sign.columns for sign in signs if sign.columns and not gone & set(sign.columns)]
        i = _next(roles, gone, {i: float(sum(i in each for each in left)) for each in left for i in each})
        if i is None:
            learned = reports.learned_without(gone)
            i = None if learned is None else _next(roles, gone, _weights(learned))
        if i is None:
            return tuple(sorted(gone))
        gone.add(i)


def _weights(learned: LearnedSigns) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for feature, weight in learned.weights.items():
        for i in feature.columns:
            found[i] += weight / len(feature.columns)
    return found


def _next(roles: Sequence[str], gone: set[int], worth: Mapping[int, float]) -> int | None:
    """The column that takes most with it; None where none may go."""
    able = [i for i in worth if i not in gone and _may_go(roles, gone, i)]
    return max(able, key=lambda i: (worth[i] / _DEAR.get(roles[i], 1.0), -i), default=None)


def _may_go(roles: Sequence[str], gone: set[int], i: int) -> bool:
    """Whether a column of numbers or addresses would be left: canaries are known by them."""
    return any(role in ("phone", "email") for j, role in enumerate(roles) if j != i and j not in gone)
