"""What the dossier says about lists: days, own lists, public sources, lists that live on, releases on record.

A list has a first day (`created`), a file the day of its export (`exported`), and what was obtained on a day was there
by then. A list that lives on goes on taking rows in after its first day: then `created` bounds nothing that came in
later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.versions import versions_of
from tracer.findings.overlap.traced import ComparedDatasets
from tracer.resources import statements_beside

GROWN = 0.1
"""Share of its rows that came in after a list was made, by its own column, from which it is known to live. Clocks and
late corrections make a few; of makers' lots none has a twentieth."""
_statement = statements_beside(__file__)


@dataclass(frozen=True)
class DossierFacts:
    """What the dossier says about one dataset; parties that were merged count as one holder."""

    holder: str
    obtained: date | None = None
    created: date | None = None
    exported: date | None = None
    origin: str = "obtained"
    living: bool | None = None
    """Whether the list goes on after its first day; None: nothing says so."""

    @property
    def own(self) -> bool:
        """Whether it is a client's own list."""
        return self.origin == "own"

    @property
    def public(self) -> bool:
        """Whether it is a public source: several lists may have been collected from it, none is a copy of it."""
        return self.origin == "register"

    @property
    def made(self) -> int | None:
        """The day on which it was made, such as 20260131."""
        return None if self.created is None else int(f"{self.created:%Y%m%d}")

    @property
    def last(self) -> date | None:
        """The day after which nothing came into it: of a lot the one on which it was made, of what may live on that of
        its export."""
        stays = self.living is False and self.created is not None
        return self.created if stays else self.exported or self.obtained


def first_days(facts: Sequence[DossierFacts]) -> list[int | None]:
    """lists: the first day on which each is known to have been there, such as 20260131."""
    days = (min((d for d in (f.created, f.exported, f.obtained) if d is not None), default=None) for f in facts)
    return [None if day is None else int(f"{day:%Y%m%d}") for day in days]


def read_facts(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> list[DossierFacts]:
    """The facts of each traced dataset, in their order."""
    rows = {row[0]: DossierFacts(*row[1:]) for row in con.execute(_statement("facts")).fetchall()}
    return [rows[number] for number in traced.numbers]


def listed_by(facts: Sequence[DossierFacts]) -> list[str | None]:
    """lists: the holder whose list it may be a version of; None for a register, which is not a state of any list."""
    return [None if fact.public else fact.holder for fact in facts]


def with_living(
    facts: Sequence[DossierFacts], shared: NDArray[np.int64], contacts: NDArray[np.int64], grown: dict[int, float]
) -> list[DossierFacts]:
    """The facts with what else shows that a list lives: an own list and a public source do by what they are; so does a
    list of which there are several versions, and one into which rows came after the day on which it was made."""
    several = {x for pair in versions_of(shared, contacts, listed_by(facts)) for x in pair}
    return [
        replace(fact, living=True)
        if fact.living is None and (fact.own or fact.public or x in several or grown.get(x, 0.0) >= GROWN)
        else fact
        for x, fact in enumerate(facts)
    ]


def releases(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, facts: Sequence[DossierFacts]
) -> dict[tuple[int, int], tuple[str, date | None]]:
    """(parent, child) → a documented release of the parent to the child's holder, unless the child was there before."""
    rows = con.execute(
        "SELECT r.id, r.dataset, coalesce(p.merged_into, r.recipient), r.date"
        " FROM release AS r LEFT JOIN party AS p ON p.id = r.recipient ORDER BY r.date DESC NULLS FIRST, r.id DESC"
    ).fetchall()
    place = {name: at for at, name in enumerate(traced.ids)}
    found: dict[tuple[int, int], tuple[str, date | None]] = {}
    for release, dataset, recipient, day in rows:
        for child, fact in enumerate(facts):
            late = day is not None and fact.last is not None and fact.last < day
            if fact.holder == recipient and dataset in place and place[dataset] != child and not late:
                found[place[dataset], child] = (str(release), day)
    return found
