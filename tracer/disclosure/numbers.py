"""What a reason is made of: numbers that know what they are, so that they can be shown, hidden and said rightly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias, Union

from tracer.policy import FEW, SHOWN_FROM


@dataclass(frozen=True)
class Share:
    """A part of a whole, 0 to 1."""

    value: float


@dataclass(frozen=True)
class Probability:
    """How likely something is, 0 to 1."""

    value: float


@dataclass(frozen=True)
class PValue:
    """How often chance alone would do so well, 0 to 1; also the bound that one is held to."""

    value: float


@dataclass(frozen=True)
class Times:
    """How many times one thing is another: a ratio above 0."""

    value: float


@dataclass(frozen=True)
class Measure:
    """A real number of anything else, such as hits a month."""

    value: float


@dataclass(frozen=True)
class DatasetRef:
    """A list, by its id."""

    id: str


@dataclass(frozen=True)
class PartyRef:
    """A party, by its id."""

    id: str


@dataclass(frozen=True)
class ReleaseRef:
    """A copy that was handed over, by the id of its release."""

    id: str


@dataclass(frozen=True)
class Ref:
    """Anything else that has an id: a campaign, a document, a hidden list, a command."""

    id: str


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

    @property
    def few(self) -> bool:
        """Whether it is hidden."""
        return self.of_people and self.across_lists and self.n < SHOWN_FROM

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


Number: TypeAlias = Union[
    int, Count, Share, Probability, PValue, Times, Measure, date, DatasetRef, PartyRef, ReleaseRef, Ref, Word, Text,
    Reason, "tuple[Number, ...]", None,
]  # fmt: skip
"""What a reason may be made of; a tuple is a list of them, None what is not known."""
