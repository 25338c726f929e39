"""How new a list is: which of its contacts no earlier list of the case has, and which were first in which of them.

A contact belongs to the earliest list that has it, by the day of making or else of obtaining. What cannot be compared
(masked rows; hashes against numbers) may belong anywhere: shares have the range that this leaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

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
    kinds: list[str]
    """Kinds of identifiers (`phone`, `email`) that it has: as hashes, where it has any, else in clear. None where its
    columns do not say."""

    def may_meet(self, other: DatedList) -> bool:
        """Whether a hash of one may be of what the other has in clear."""
        return not (self.kinds and other.kinds) or not set(self.kinds).isdisjoint(other.kinds)


def compute(facts: CaseFacts, run: int) -> None:
    """Write the `novelty` rows of `run`: every compared list in parts, in order of position."""
    found = compare(facts)
    rows = facts.con.execute(
        "SELECT id, holder, coalesce(created, obtained), created IS NOT NULL, masked, hashes,"
        " (SELECT coalesce(list_sort(list(DISTINCT split_part(role, '_', 1))), []) FROM dataset_column"
        "  WHERE dataset = no AND (ends_with(role, '_hash') OR hashes = 0 AND role IN ('phone', 'email')))"
        " FROM dataset WHERE current AND purged_at IS NULL"
    ).fetchall()
    known = {row[0]: DatedList(*row) for row in rows}
    dated = [known[one] for one in found.traced.ids]
    share, parts = found.traced.share, list[tuple[object, ...]]()
    for dataset, contacts in enumerate(found.traced.contacts.tolist()):
        own, others = dated[dataset], [one for at, one in enumerate(dated) if at != dataset]
        drawn = 1.0 if share.whole[dataset] else share.percent / 100
        # Contacts that may be in an earlier list without being seen there: hashes and what is not hashed do not join.
        before = [one for one in others if own.day is None or one.day is None or one.day <= own.day]
        before = [one for one in before if own.may_meet(one)]
        unmatched = min(contacts, sum(one.hashes for one in before))
        if own.hashes:
            unmatched = min(contacts, own.hashes) if any(not one.hashes for one in before) else 0
        doubts = [Reason.of("novelty-masked", n=Count(own.masked, across_lists=False))] if own.masked else []
        doubts += [Reason.of("novelty-hashed")] if unmatched else []
        doubts += [Reason.of("novelty-estimated")] if drawn < 1 else []
        sizes = _sizes(found.sets, dated, dataset, contacts)
        # Where a part is hidden, so is the largest one: the rest would give it away.
        hidden = {owner for owner, n in sizes.items() if n < SHOWN_FROM}
        if hidden and len(sizes) > 1:
            hidden.add(max((owner for owner in sizes if owner not in hidden), key=sizes.__getitem__, default="new"))
        shown = sum(n for owner, n in sizes.items() if owner not in hidden)
        small = sum(n < SHOWN_FROM for n in sizes.values())
        for owner, n in sizes.items():
            # Contacts at least and at most: not all can be compared, a count is hidden, or is an estimate.
            least, most, few = float(n), float(n), n < SHOWN_FROM
            if owner in hidden:
                most = SHOWN_FROM - 1 if few else contacts - shown
                least = 0 if few else max(SHOWN_FROM, most - small * (SHOWN_FROM - 1))
            scatter = _TWO_SIDED * math.sqrt(n * (1 - drawn) / drawn) if drawn < 1 else 0.0
            loose, gained = (min(unmatched, n), 0) if owner == "new" else (0, unmatched)
            whole = contacts + own.masked
            low = max(0.0, least - scatter - loose) / whole
            high = (min(float(contacts), most + scatter + gained) + own.masked) / whole
            first = dated[owner] if isinstance(owner, int) else None
            count = None if owner in hidden else n
            said, more = _said_of_part(own, owner if first is None else first, count, whole, (low, high))
            name = owner if owner in ("new", "open") else "recycled"
            since = first and (first.id, first.holder, first.day, "created" if first.made else "obtained")
            shares = None if count is None else round(count / whole, 6), round(low, 6), round(min(1.0, high), 6)
            why = kept([said]), kept([*doubts, *more])
            parts.append((own.id, name, *(since or (None,) * 4), count, few, *shares, *why))
    put_rows(facts.con, "novelty", run, _COLUMNS, parts)


def _sizes(sets: Sets, dated: Sequence[DatedList], dataset: int, contacts: int) -> dict[Owner, int]:
    """Contacts of a list by who had them first, the earliest first; never more than there are."""
    own, mine = dated[dataset].day, sets.of[dataset]
    days = [(one.day, i) for i, one in enumerate(dated) if i != dataset]
    earlier = sorted((day, i) for day, i in days if own is not None and day is not None and day < own)
    unknown = [i for day, i in days if own is None or day is None or day == own]
    last = len(earlier)
    rank = np.full(len(dated), last + 1, dtype=np.int64)
    rank[[i for _, i in earlier]] = np.arange(last)
    rank[unknown] = last
    held, best = sets.held[mine], np.zeros(0, dtype=np.int64)
    if mine.size:
        best = np.minimum.reduceat(rank[held.indices], held.indptr[:-1])
    counts = np.bincount(best, sets.totals[mine].astype(np.float64), last + 2).astype(np.int64).tolist()
    sizes: dict[Owner, int] = {}
    several, left = 0, contacts
    owners: list[Owner] = [*(i for _, i in earlier), "open"]
    for owner, counted in zip(owners, counts, strict=False):
        n = min(counted, left)
        left -= n
        if counted and (owner == "open" or n >= SHOWN_FROM):
            sizes[owner] = n
        else:
            several += n
    return {**sizes, **({"several": several} if several else {}), "new": left}


def _said_of_part(
    own: DatedList, owner: DatedList | Owner, n: int | None, whole: int, ends: tuple[float, float]
) -> tuple[Reason, list[Reason]]:
    """What is said of a part (n: None where it is hidden), and what else it could be."""
    numbers: dict[str, Number] = {"n": Count(n or 0), "dataset": DatasetRef(own.id)}
    numbers |= {"whole": Count(whole, across_lists=False), "low": Share(ends[0]), "high": Share(ends[1])}
    numbers["hidden"] = Word("range" if n is None else "exact")
    if isinstance(owner, DatedList):
        by = Word("made" if owner.made else "obtained")
        said = Reason.of("novelty-recycled", first=DatasetRef(owner.id), day=owner.day, by=by, **numbers)
        return said, [] if owner.made else [Reason.of("novelty-obtained")]
    if owner == "several":
        return Reason.of("novelty-several", **numbers), []
    if owner == "open":
        return Reason.of("novelty-open", **numbers), []
    return Reason.of("novelty-new", **numbers), [Reason.of("novelty-only-here")]
