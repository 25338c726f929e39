"""A number as it may be shown: the one place that hides small counts of people, before there are words.

Whatever leaves a stage goes through `disclosed`: into the store, and from there into views, sentences and exports. What
it gives is JSON that says what each number is, and `known` makes the number of it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tracer.disclosure.numbers import (
    Count,
    DatasetRef,
    Measure,
    Number,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Share,
    Text,
    Times,
    Word,
)


def told(count: Count) -> int | str:
    """As a value of a field: the number, or `FEW`."""
    return str(count) if count.few else count.n


def ratio(one: Count, other: Count) -> str:
    """Two counts, `25:40`; each is hidden by itself."""
    return f"{told(one)}:{told(other)}"


_KINDS: Mapping[type, tuple[str, str, Callable[[Any], Number]]] = {
    Share: ("share", "value", lambda value: Share(float(value))),
    Probability: ("probability", "value", lambda value: Probability(float(value))),
    PValue: ("p_value", "value", lambda value: PValue(float(value))),
    Times: ("times", "value", lambda value: Times(float(value))),
    Measure: ("measure", "value", lambda value: Measure(float(value))),
    DatasetRef: ("dataset", "id", DatasetRef),
    PartyRef: ("party", "id", PartyRef),
    ReleaseRef: ("release", "id", ReleaseRef),
    Ref: ("id", "id", Ref),
    Word: ("word", "code", Word),
    Text: ("text", "text", Text),
}
"""Class of a number -> its name in JSON, its field, and how it is read."""
_READ = {name: read for name, _, read in _KINDS.values()}


def disclosed(number: Number) -> object:
    """JSON of a number as it may be shown.

    >>> disclosed(Count(3)), disclosed(Count(40)), disclosed(date(2026, 5, 20)), disclosed((1, 2))
    ({'count': '<20'}, {'count': 40}, {'day': '2026-05-20'}, [1, 2])
    """
    if number is None or isinstance(number, int):
        return number
    if isinstance(number, tuple):
        return [disclosed(one) for one in number]
    if isinstance(number, Count):
        return {"count": told(number)}
    if isinstance(number, date):
        return {"day": number.isoformat()}
    if isinstance(number, Reason):
        return {"code": number.code, "numbers": {name: disclosed(one) for name, one in number.numbers.items()}}
    name, field, _ = _KINDS[type(number)]
    value = getattr(number, field)
    # What is computed ends in digits that mean nothing, and may differ with the order of a sum.
    return {name: float(f"{value:.6g}") if isinstance(value, float) else value}


def known(value: object) -> Number:
    """The number of its JSON; a hidden count is one of none.

    >>> known({"count": "<20"}), known({"share": 0.25}), known([1, {"day": "2026-05-20"}])
    (Count(n=0, of_people=True, across_lists=True), Share(value=0.25), (1, datetime.date(2026, 5, 20)))

    Raises:
        ValueError: it is not a number's JSON.
    """
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, list):
        return tuple(known(one) for one in value)
    if isinstance(value, Mapping):
        if "code" in value:
            return Reason(str(value["code"]), {name: known(one) for name, one in value["numbers"].items()})
        ((name, inner),) = value.items()
        return None if inner is None else _of_kind(name, inner)  # None: SQL that makes a number of what a row lacks
    raise ValueError(f"{value!r} is not a number of a reason")


def _of_kind(name: str, inner: object) -> Number:
    if name == "count":
        return Count(inner, across_lists=False) if isinstance(inner, int) else Count(0)
    if name == "day":
        return date.fromisoformat(str(inner))
    if name in _READ:
        return _READ[name](inner)
    raise ValueError(f"{name!r} is not a number of a reason")
