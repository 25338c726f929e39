"""Reasons, the numbers that they are made of, and these as they may be shown: the one place that hides small counts of
people, before there are words.

A number knows what it is, so that it can be shown, hidden and said rightly. Whatever leaves a stage goes through
`number_json`: into the store, and from there into views, sentences and exports. What it gives is JSON that says what
each number is, and `number_of_json` makes the number of it again. The store, Arrow and JSON hold a reason as
`{code, numbers}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias, Union

from tracer.documents import json_of
from tracer.policy import FEW, SHOWN_FROM


@dataclass(frozen=True)
class RealNumber:
    """A number that is not a count."""

    value: float


class Share(RealNumber):
    """A part of a whole, 0 to 1."""


class Probability(RealNumber):
    """How likely something is, 0 to 1."""


class PValue(RealNumber):
    """How often chance alone would do so well, 0 to 1; also the bound that one is held to."""


class Times(RealNumber):
    """How many times one thing is another: a ratio above 0."""


class Measure(RealNumber):
    """A real number of anything else, such as hits a month."""


@dataclass(frozen=True)
class Named:
    """What has an id."""

    id: str


class DatasetRef(Named):
    """A list, by its id."""


class PartyRef(Named):
    """A party, by its id."""


class ReleaseRef(Named):
    """A copy that was handed over, by the id of its release."""


class Ref(Named):
    """Anything else that has an id: a campaign, a document, a hidden list, a command."""


@dataclass(frozen=True)
class Word:
    """One of a few words among which a sentence chooses; never printed itself."""

    code: str


@dataclass(frozen=True)
class Text:
    """Words that a person wrote, or a case of an earlier version kept: said as they are."""

    text: str


@dataclass(frozen=True, order=True)
class Count:
    """So many of something that may be people; a bare `int` counts what is not people: lists, canaries, days."""

    n: int
    of_people: bool = True
    across_lists: bool = True
    """How many of one list are in another, or are not. A list's own counts are not secret."""
    few: bool = field(init=False, repr=False, compare=False)
    """Whether it is hidden."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "few", self.of_people and self.across_lists and self.n < SHOWN_FROM)

    def __str__(self) -> str:
        return FEW if self.few else f"{self.n:,}"


@dataclass(frozen=True)
class Reason:
    """One statement: what it says, as a code of the catalogues, and the numbers that it says it with.

    >>> Reason.of("retention-holds-itself", vendor=PartyRef("v"), dataset=DatasetRef("d")).code
    'retention-holds-itself'
    """

    code: str
    numbers: Mapping[str, Number] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, **numbers: Number) -> Reason:
        """A reason of this code with these numbers. The codes are data: written out where they are used."""
        return cls(code, numbers)


_Figure: TypeAlias = int | Count | Share | Probability | PValue | Times | Measure | date | None
_Named: TypeAlias = DatasetRef | PartyRef | ReleaseRef | Ref | Word | Text
Number: TypeAlias = Union[_Figure, _Named, Reason, "tuple[Number, ...]"]
"""What a reason may be made of; a tuple is a list of them, None what is not known."""


def shown_count(count: Count) -> int | str:
    """As a value of a field: the number, or `FEW`."""
    return str(count) if count.few else count.n


def ratio(one: Count, other: Count) -> str:
    """Two counts, `25:40`; each is hidden by itself."""
    return f"{shown_count(one)}:{shown_count(other)}"


_KINDS: Mapping[type, str] = {
    Share: "share",
    Probability: "probability",
    PValue: "p_value",
    Times: "times",
    Measure: "measure",
    DatasetRef: "dataset",
    PartyRef: "party",
    ReleaseRef: "release",
    Ref: "id",
    Word: "word",
    Text: "text",
}
"""Class of a number with one field -> its name in JSON."""
_REALS = frozenset(name for made, name in _KINDS.items() if issubclass(made, RealNumber))
_CLASSES: Mapping[str, Callable[[Any], Number]] = {
    **{name: made for made, name in _KINDS.items()},
    "day": lambda day: date.fromisoformat(str(day)),
}


def number_json(number: Number) -> object:
    """JSON of a number as it may be shown.

    >>> number_json(Count(3)), number_json(Count(40)), number_json(date(2026, 5, 20)), number_json((1, 2))
    ({'count': '<20'}, {'count': 40}, {'day': '2026-05-20'}, [1, 2])
    """
    if number is None or isinstance(number, int):
        return number
    if isinstance(number, tuple):
        return [number_json(one) for one in number]
    if isinstance(number, Count):
        return {"count": shown_count(number)}
    if isinstance(number, date):
        return {"day": number.isoformat()}
    if isinstance(number, Reason):
        return {"code": number.code, "numbers": {name: number_json(one) for name, one in number.numbers.items()}}
    (value,) = vars(number).values()
    # What is computed ends in digits that mean nothing, and may differ with the order of a sum.
    return {_KINDS[type(number)]: float(f"{value:.6g}") if isinstance(value, float) else value}


def number_of_json(value: object) -> Number:
    """The number of its JSON; a hidden count is one of none, and a reason that is read already stays.

    >>> number_of_json({"count": "<20"}), number_of_json({"share": 0.25}), number_of_json([1, {"day": "2026-05-20"}])
    (Count(n=0, of_people=True, across_lists=True), Share(value=0.25), (1, datetime.date(2026, 5, 20)))

    Raises `ValueError`: it is not a number's JSON.
    """
    if value is None or isinstance(value, int | Reason):
        return value
    if isinstance(value, list):
        return tuple(number_of_json(one) for one in value)
    if isinstance(value, MAPPINGS):
        if "code" in value:
            return Reason(str(value["code"]), {name: number_of_json(one) for name, one in value["numbers"].items()})
        ((name, inner),) = value.items()
        if inner is None:  # SQL that makes a number of what a row lacks
            return None
        if name == "count":
            return Count(inner, across_lists=False) if isinstance(inner, int) else Count(0)
        if name in _CLASSES:
            return _CLASSES[name](float(inner) if name in _REALS else inner)
        raise ValueError(f"{name!r} is not a number of a reason")  # its value may be somebody's name
    raise ValueError(f"{value!r} is not a number of a reason")


REASON_KEYS = frozenset({"code", "numbers"})
"""What a reason in the store's form has, and nothing else has both alone."""
MAPPINGS = (dict, Mapping)
PLAIN = (str, int, float, type(None))
"""What most values are, and no reason is: asked first, because to ask for a mapping takes ten times as long."""
SCALARS = frozenset({*PLAIN, bool})
"""The types of nearly all of them: where a value is one of many, its type alone is asked for."""


def stored_reason(reason: Reason) -> dict[str, str]:
    """A reason as it is stored: as it may be shown, its numbers as JSON."""
    numbers = {name: number_json(number) for name, number in reason.numbers.items()}
    return {"code": reason.code, "numbers": json.dumps(numbers, ensure_ascii=False, sort_keys=True)}


def is_reason(value: object) -> bool:
    """Whether a value is a reason in the store's form."""
    return isinstance(value, MAPPINGS) and value.keys() == REASON_KEYS


def reason_of(value: Mapping[str, Any]) -> Reason:
    """The reason of the store's form; its numbers may be JSON still, or read already."""
    return Reason(str(value["code"]), {name: number_of_json(one) for name, one in _numbers_read(value).items()})


def _numbers_read(value: Mapping[str, Any]) -> Mapping[str, Any]:
    numbers = value["numbers"]
    read: Mapping[str, Any] = json_of(numbers) if isinstance(numbers, str) else numbers
    return read


def parties_in(*numbers: Number) -> Iterator[PartyRef]:
    """The parties that are named, however deep inside, in their order."""
    for number in numbers:
        if isinstance(number, PartyRef):
            yield number
        elif isinstance(number, Reason | tuple):
            yield from parties_in(*(number.numbers.values() if isinstance(number, Reason) else number))


def with_numbers_read(value: Any) -> Any:
    """A value in which every reason, however deep inside, has its numbers read from their JSON."""
    return _with_each_reason(value, lambda one: {"code": one["code"], "numbers": _numbers_read(one)})


def with_reasons(value: Any) -> Any:
    """A value in which every reason of the store's form, however deep inside, is a `Reason`."""
    return _with_each_reason(value, reason_of)


def _with_each_reason(value: Any, made: Callable[[Mapping[str, Any]], object]) -> Any:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [_with_each_reason(one, made) for one in value]
    if isinstance(value, MAPPINGS):
        if is_reason(value):
            return made(value)
        return {name: one if type(one) in SCALARS else _with_each_reason(one, made) for name, one in value.items()}
    return value


SURE = ((0.99, "certain"), (0.95, "very-likely"), (0.8, "likely"), (0.5, "more-likely"), (0.0, "cannot-be-told"))
"""From which probability each of the five words is used; their codes begin with `sure-`."""


def sure_word(probability: float) -> str:
    """The code of the word for a probability."""
    return "sure-" + next(word for least, word in SURE if probability >= least)
