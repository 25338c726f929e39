"""What a dossier holds, as values: parties, evidence, claims, relations, lines and replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Outcome(Enum):
    """What became of a record that was put into the case."""

    ADDED = "added"
    """The case lacked it."""
    CHANGED = "changed"
    """The case had it with other facts, which were replaced."""
    SAME = "same"
    """The case had it as it is."""


@dataclass(frozen=True)
class Party:
    """An organisation, or a protected human source."""

    id: str
    """What everything else calls it."""
    name: str | None = None
    """Its name as people write it; None for a party that was named but never described."""
    role: str | None = None
    """One of `vocabulary.ROLES`."""
    aliases: tuple[str, ...] = ()
    province: str | None = None
    industry: str | None = None
    protected: bool = False
    """True: a pseudonym in every export."""
    evidence: tuple[str, ...] = ()
    name_en: str | None = None
    """As readers of English see it."""
    name_zh: str | None = None
    """As readers of Chinese see it."""
    registration: str | None = None
    """Its number in a company register."""


@dataclass(frozen=True)
class Evidence:
    """A file or a statement. Exactly one of `path` and `text` is given."""

    id: str
    """What findings and statements cite."""
    kind: str | None = None
    """Free: receipt, screenshot, interview, notice …"""
    path: str | None = None
    """The file as it was named when it was acquired."""
    text: str | None = None
    acquired: date | None = None
    by_whom: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a party says about a dataset, a platform or a line."""

    party: str
    kind: str
    """One of `vocabulary.CLAIM_KINDS`."""
    id: str | None = None
    """Numbered (`claim-1`, …) when None."""
    about: str | None = None
    """The party whose goods it is about; `party` itself when None."""
    speaker: str | None = None
    """The person or function that spoke."""
    channel: str | None = None
    """One of `vocabulary.CHANNELS`."""
    value: str | None = None
    """What is claimed, as written: a number for sizes and rates."""
    dataset: str | None = None
    said: date | None = None
    quote: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A tie between two parties, as stated or documented."""

    kind: str
    """One of `vocabulary.RELATION_KINDS`."""
    from_party: str
    """The subject: `from` supplies, owns, scrapes …"""
    to_party: str
    """The object."""
    date: date | None = None
    """The day it is stated for."""
    basis: str | None = None
    """`documented`, `alleged` or `inferred`."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A telephone line or a block of them."""

    id: str
    """What it is called."""
    numbers: tuple[str, ...] = ()
    """Numbers, or prefixes that end in `*`."""
    vendor: str | None = None
    carrier: str | None = None
    province: str | None = None
    """Where it is attached."""
    hand: int | None = None
    """1 for first hand, 2 for second …"""


@dataclass(frozen=True)
class Reply:
    """What a party answered when it was asked about the findings."""

    party: str
    asked: date | None = None
    deadline: date | None = None
    """The day until which an answer was asked for."""
    answered: date | None = None
    """The day of the answer; None: no reply by the deadline."""
    text: str | None = None
