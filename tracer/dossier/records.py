"""What a dossier holds, as values: parties, evidence, claims, relations, lines and replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Outcome(Enum):
    """What became of a record that was put into the case."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Party:
    """An organisation, or a protected human source."""

    id: str
    name: str | None = None
    """Its name as people write it; None for a party that was named but never described."""
    role: str | None = None
    """One of `vocabulary.ROLES`."""
    aliases: tuple[str, ...] = ()
    province: str | None = None
    industry: str | None = None
    protected: bool = False
    evidence: tuple[str, ...] = ()
    name_en: str | None = None
    name_zh: str | None = None
    registration: str | None = None


@dataclass(frozen=True)
class Evidence:
    """A file or a statement. Exactly one of `path` and `text` is given."""

    id: str
    kind: str | None = None
    path: str | None = None
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
    date: date | None = None
    basis: str | None = None
    """`documented`, `alleged` or `inferred`."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A telephone line or a block of them."""

    id: str
    numbers: tuple[str, ...] = ()
    """Numbers, or prefixes that end in `*`."""
    vendor: str | None = None
    carrier: str | None = None
    province: str | None = None
    hand: int | None = None
    """1 for first hand, 2 for second …"""


@dataclass(frozen=True)
class Reply:
    """What a party answered when it was asked about the findings."""

    party: str
    asked: date | None = None
    deadline: date | None = None
    answered: date | None = None
    """The day of the answer; None: no reply by the deadline."""
    text: str | None = None
    language: str | None = None
    translation: str | None = None
    """JSON: language to the text in it, as `replies.kept_translation` writes it."""
