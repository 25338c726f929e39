"""How new a list is: which of its contacts no earlier list of the case has, and which were first in which of them.

A contact belongs to the earliest list that has it, by the day of making or else of obtaining. What cannot be compared
(masked rows; hashes against numbers) may belong anywhere: shares have the range that this leaves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from tracer.disclosure import Count, DatasetRef, Number, Reason, Share, Word
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.overlap import Sets, compare
from tracer.policy import SHOWN_FROM

_TWO_SIDED = 1.96
_COLUMNS = "dataset part first holder since since_by contacts few share low high reasons against"
Owner = int | Literal["new", "open", "several"]
"""Who had contacts first: the position of a list; `new`: this list; `open`: no day shows it; `several`: lists each
of which had too few of them first to be shown."""


@dataclass(frozen=True)
class DatedList:
    """What orders a list among the others, and what of it cannot be compared."""

    id: str
    holder: str
    day: date | None
    """`created`, or else `obtained`."""
    made: bool
    """Whether that is `created`."""
    masked: int
    hashes: int


class NoveltyPart(NamedTuple):
    """A part of a list."""

    owner: Owner
    contacts: int | None
    """None: too few to be shown, or it would give away what is."""
    few: bool
    least: float
    """Contacts at least and at most: not all can be compared, a count is hidden, or is an estimate."""
    most: float


def compute(facts: CaseFacts, run: int) -> None:
    """Write the `novelty` rows of `run`: every compared list in parts, in order of position."""
    found = compare(facts)
    rows = facts.con.execute(
        "SELECT id, holder, coalesce(created, obtained), created IS NOT NULL, masked, hashes FROM dataset"
        " WHERE current AND purged_at IS NULL"
    ).fetchall()
    known = {row[0]: DatedList(*row) for row in rows}
    dated = [known[one] for one in found.traced.ids]
    sets, share, parts = found.sets, found.traced.share, list[tuple[object, ...]]()
    for dataset, contacts in enumerate(found.traced.contacts.tolist()):
        own, others = dated[dataset], [one for at, one in enumerate(dated) if at != dataset]
        drawn = 1.0 if share.whole[dataset] else share.percent / 100
        # Contacts that may be in an earlier list without being seen there: hashes and what is not hashed do not join.
        before = [one for one in others if own.day is None or one.day is None or one.day <= own.day]
        unmatched = min(contacts, sum(one.hashes for one in before))
        if own.hashes:
            unmatched = min(contacts, own.hashes) if any(not one.hashes for one in before) else 0
        sizes = _sizes(_first_owners(sets, dated, dataset), contacts)
        for part in _parts(sizes, contacts, unmatched, own.masked, drawn):
            parts.append(_row(part, dated, dataset, contacts + own.masked, unmatched, drawn < 1))
    put_rows(facts.con, "novelty", run, _COLUMNS, parts)


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


def _parts(
    sizes: Mapping[Owner, int], contacts: int, unmatched: int, masked: int, drawn: float
) -> Iterator[NoveltyPart]:
    """The parts with their ranges. Where a part is hidden, so is the largest one: the rest would give it away."""
    hidden = {owner for owner, n in sizes.items() if n < SHOWN_FROM}
    if hidden and len(sizes) > 1:
        hidden.add(max((owner for owner in sizes if owner not in hidden), key=sizes.__getitem__, default="new"))
    shown = sum(n for owner, n in sizes.items() if owner not in hidden)
    small = sum(n < SHOWN_FROM for n in sizes.values())
    for owner, n in sizes.items():
        least, most, few = float(n), float(n), n < SHOWN_FROM
        if owner in hidden:
            most = SHOWN_FROM - 1 if few else contacts - shown
            least = 0 if few else max(SHOWN_FROM, most - small * (SHOWN_FROM - 1))
        scatter = _TWO_SIDED * math.sqrt(n * (1 - drawn) / drawn) if drawn < 1 else 0.0
        loose, gained = (min(unmatched, n), 0) if owner == "new" else (0, unmatched)
        most = min(float(contacts), most + scatter + gained) + masked
        yield NoveltyPart(owner, None if owner in hidden else n, few, max(0.0, least - scatter - loose), most)


def _row(
    part: NoveltyPart, dated: Sequence[DatedList], dataset: int, whole: int, unmatched: int, estimated: bool
) -> tuple[object, ...]:
    own, owner, contacts = dated[dataset], part.owner, part.contacts
    first = dated[owner] if isinstance(owner, int) else None
    low, high = part.least / whole, part.most / whole
    numbers: dict[str, Number] = {"n": Count(0 if contacts is None else contacts), "dataset": DatasetRef(own.id)}
    numbers |= {"whole": Count(whole, across_lists=False), "low": Share(low), "high": Share(high)}
    numbers["hidden"] = Word("range" if contacts is None else "exact")
    # What is said of a part, and what else it could be.
    doubts = []
    if own.masked:
        doubts.append(Reason.of("novelty-masked", n=Count(own.masked, across_lists=False)))
    if unmatched:
        doubts.append(Reason.of("novelty-hashed"))
    if estimated:
        doubts.append(Reason.of("novelty-estimated"))
    if first is not None:
        by = Word("made" if first.made else "obtained")
        said = Reason.of("novelty-recycled", first=DatasetRef(first.id), day=first.day, by=by, **numbers)
        if not first.made:
            doubts.append(Reason.of("novelty-obtained"))
    elif owner == "several":
        said = Reason.of("novelty-several", **numbers)
    elif owner == "open":
        said = Reason.of("novelty-open", **numbers)
    else:
        said = Reason.of("novelty-new", **numbers)
        doubts.append(Reason.of("novelty-only-here"))
    name = owner if owner in ("new", "open") else "recycled"
    since = first and (first.id, first.holder, first.day, "created" if first.made else "obtained")
    share = None if contacts is None else round(contacts / whole, 6)
    shares = share, round(low, 6), round(min(1.0, high), 6)
    return own.id, name, *(since or (None,) * 4), contacts, part.few, *shares, kept([said]), kept(doubts)
