"""Which contacts of a list are in no earlier list of the case, and which were first in which of them.

A contact belongs to the earliest list that has it, by the day of making or else of obtaining. What cannot be compared
(masked rows; hashes against numbers) may belong anywhere: shares have the range that this leaves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from tracer.findings.derivation.counts import Sets
from tracer.findings.overlap import Comparison
from tracer.policy import SHOWN_FROM

_TWO_SIDED = 1.96

Owner = int | Literal["new", "open", "several"]
"""Who had contacts first: the position of a list; `new`: this list; `open`: no day shows it; `several`: lists each
of which had too few of them first to be shown."""


@dataclass(frozen=True)
class DatedList:
    """What orders a list among the others, and what of it cannot be compared."""

    holder: str
    day: date | None
    """`created`, or else `obtained`."""
    made: bool
    """Whether that is `created`."""
    masked: int
    hashes: int


@dataclass(frozen=True)
class NoveltyPart:
    """A part of a list."""

    owner: Owner
    contacts: int | None
    """None: too few to be shown, or it would give away what is."""
    few: bool
    least: float
    """Contacts at least: not all can be compared, a count is hidden, or is an estimate."""
    most: float


@dataclass(frozen=True)
class ListNovelty:
    """A list in parts."""

    dataset: int
    whole: int
    parts: tuple[NoveltyPart, ...]
    masked: int
    unmatched: int
    """Contacts that may be those of earlier lists, of which one side are hashes and the other are not."""
    estimated: bool
    """Whether contacts in common were counted from a share of them."""


def novelty(found: Comparison, dated: Sequence[DatedList]) -> Iterator[ListNovelty]:
    """Every compared list, in order of position."""
    sets, share = Sets(found.sets.held, found.places.totals), found.traced.share
    for dataset, contacts in enumerate(found.traced.contacts.tolist()):
        sizes = _sizes(_first_owners(sets, dated, dataset), contacts)
        drawn = 1.0 if share.whole[dataset] else share.percent / 100
        yield _list(dataset, sizes, dated, contacts, drawn)


def _first_owners(sets: Sets, dated: Sequence[DatedList], dataset: int) -> dict[int | None, int]:
    """Position of the list that had contacts first, or None where no day shows it -> contacts."""
    mine = sets.of[dataset]
    if not mine.size:
        return {}
    own = dated[dataset].day
    days = [(one.day, i) for i, one in enumerate(dated) if i != dataset]
    earlier = sorted((day, i) for day, i in days if own is not None and day is not None and day < own)
    unknown = [i for day, i in days if own is None or day is None or day == own]
    last = len(earlier)
    rank = np.full(len(dated), last + 1, dtype=np.int64)
    rank[[i for _, i in earlier]] = np.arange(last)
    rank[unknown] = last
    held = sets.held[mine]
    best = np.minimum.reduceat(rank[held.indices], held.indptr[:-1])
    counts = np.bincount(best, sets.totals[mine].astype(np.float64), last + 2)[: last + 1].astype(np.int64).tolist()
    owners: list[int | None] = [*(i for _, i in earlier), None]
    return {owner: n for owner, n in zip(owners, counts, strict=True) if n > 0}


def _sizes(owners: Mapping[int | None, int], contacts: int) -> dict[Owner, int]:
    """Contacts by who had them first, the earliest first; never more than there are."""
    sizes: dict[Owner, int] = {}
    several, left = 0, contacts
    for owner, counted in owners.items():
        n = min(counted, left)
        left -= n
        if owner is None:
            sizes["open"] = n
        elif n >= SHOWN_FROM:
            sizes[owner] = n
        else:
            several += n
    return {**sizes, **({"several": several} if several else {}), "new": left}


def _list(
    dataset: int, sizes: Mapping[Owner, int], dated: Sequence[DatedList], contacts: int, drawn: float
) -> ListNovelty:
    """The parts with their ranges. Where a part is hidden, so is the largest one: the rest would give it away."""
    masked, unmatched = dated[dataset].masked, _unmatched(dataset, dated, contacts)
    hidden = {owner for owner, n in sizes.items() if n < SHOWN_FROM}
    if hidden and len(sizes) > 1:
        hidden.add(
            max((owner for owner in sizes if owner not in hidden), key=lambda owner: sizes[owner], default="new")
        )
    shown = sum(n for owner, n in sizes.items() if owner not in hidden)
    small = sum(n < SHOWN_FROM for n in sizes.values())
    parts = []
    for owner, n in sizes.items():
        least, most = float(n), float(n)
        if owner in hidden:
            most = contacts - shown if n >= SHOWN_FROM else SHOWN_FROM - 1
            least = max(SHOWN_FROM, most - small * (SHOWN_FROM - 1)) if n >= SHOWN_FROM else 0
        scatter = _TWO_SIDED * math.sqrt(n * (1 - drawn) / drawn) if drawn < 1 else 0.0
        loose = min(unmatched, n) if owner == "new" else 0
        gained = 0 if owner == "new" else unmatched
        parts.append(
            NoveltyPart(
                owner, None if owner in hidden else n, n < SHOWN_FROM, max(0.0, least - scatter - loose),
                min(float(contacts), most + scatter + gained) + masked,
            )
        )  # fmt: skip
    return ListNovelty(dataset, contacts + masked, tuple(parts), masked, unmatched, drawn < 1)


def _unmatched(dataset: int, dated: Sequence[DatedList], contacts: int) -> int:
    """Contacts of a list that may be in an earlier one without being seen there: hashes and what is not hashed do not
    join."""
    own = dated[dataset]
    others = [
        one for i, one in enumerate(dated)
        if i != dataset and (own.day is None or one.day is None or one.day <= own.day)
    ]  # fmt: skip
    if own.hashes:
        return min(contacts, own.hashes) if any(not one.hashes for one in others) else 0
    return min(contacts, sum(one.hashes for one in others))
