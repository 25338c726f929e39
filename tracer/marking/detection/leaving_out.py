"""Which columns would have to go at once so that nothing gives canaries away, as far as what was looked at says.

A sign of one column goes with it. Where two columns are a sign together, the one that is in most such signs goes, and
one that says who a contact is only where no other does. What a learner goes by is asked again without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from tracer.marking.detection.copy_reports import CopyReports
from tracer.marking.detection.detectability import DetectableFeature
from tracer.marking.detection.learner import LearnedSigns
from tracer.marking.persona.source_list import SourceList

_DEAR = {"phone": 9.0, "email": 4.0, "name": 4.0, "organisation": 2.0}
"""How many other columns are left out rather than one of these."""


Known = Callable[[Collection[int]], bool]
"""Whether rows still have a number or address as often as they need to without these columns."""


def columns_to_leave(
    source: SourceList,
    reports: CopyReports,
    signs: Sequence[DetectableFeature],
    more: Collection[int] = (),
    known: Known = lambda _: True,
) -> tuple[int, ...]:
    """Positions of the columns without which none of the signs would be left, rising; nothing where none can go.

    `more`: columns that go in any case.
    """
    roles = source.roles[source.main.part]
    gone: set[int] = set()
    for alone in (*more, *(sign.columns[0] for sign in signs if len(sign.columns) == 1)):
        gone |= {alone} if _may_go(roles, gone, alone, known) else set()
    while True:
        left = [sign.columns for sign in signs if sign.columns and not gone & set(sign.columns)]
        i = _next(roles, gone, {i: float(sum(i in each for each in left)) for each in left for i in each}, known)
        if i is None:
            learned = reports.learned_without(gone)
            i = None if learned is None else _next(roles, gone, _weights(learned), known)
        if i is None:
            return tuple(sorted(gone))
        gone.add(i)


def _weights(learned: LearnedSigns) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for feature, weight in learned.weights.items():
        for i in feature.columns:
            found[i] += weight / len(feature.columns)
    return found


def _next(roles: Sequence[str], gone: set[int], worth: Mapping[int, float], known: Known) -> int | None:
    """The column that takes most with it; None where none may go."""
    order = sorted(worth.keys() - gone, key=lambda i: (-worth[i] / _DEAR.get(roles[i], 1.0), i))
    return next((i for i in order if _may_go(roles, gone, i, known)), None)


def _may_go(roles: Sequence[str], gone: set[int], i: int, known: Known) -> bool:
    """Whether numbers or addresses would be left, in enough of the rows: canaries are known by them."""
    left = any(role in ("phone", "email") for j, role in enumerate(roles) if j != i and j not in gone)
    return left and (roles[i] not in ("phone", "email") or known({*gone, i}))
