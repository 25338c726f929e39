"""What the dossier says about lists: days, own lists, public sources, lists that live on, versions, releases on record.

A list has a first day (`created`), a file the day of its export (`exported`), and what was obtained on a day was there
by then. A list that lives on goes on taking rows in after its first day: then `created` bounds nothing that came in
later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import duckdb
import networkx as nx
import numpy as np

from tracer.findings.overlap.patterns import ComparedDatasets
from tracer.findings.tails import Ints
from tracer.resources import sql_next_to

ALIKE = 0.5
"""Share of the shorter list from which two lists of one holder are versions of one list. Parts of one database that a
holder keeps apart have less in common."""
WHOLE = 0.05
"""Share of the longer list that they must have in common too: a sample that was drawn from a list is not a state of it.
Holders whose lists grow twentyfold between two exports would change it."""
_statement = sql_next_to(__file__)


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
    def day(self) -> date | None:
        """The day that comes nearest to the making of the list."""
        return self.created or self.exported or self.obtained

    @property
    def last(self) -> date | None:
        """The day after which nothing came into it: of a lot the one on which it was made, of what may live on that of
        its export."""
        stays = self.living is False and self.created is not None
        return self.created if stays else self.exported or self.obtained

    @property
    def made(self) -> int | None:
        """`created` as a number, such as 20260131."""
        return None if self.created is None else int(f"{self.created:%Y%m%d}")

    @property
    def first(self) -> int | None:
        """The first day on which it is known to have been there, as such a number."""
        known = [day for day in (self.created, self.exported, self.obtained) if day is not None]
        return int(f"{min(known):%Y%m%d}") if known else None


def read_facts(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> list[DossierFacts]:
    """The facts of each traced dataset, in their order."""
    rows = {row[0]: DossierFacts(*row[1:]) for row in con.execute(_statement("facts")).fetchall()}
    return [rows[number] for number in traced.numbers]


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


def versions_of(shared: Ints, contacts: Ints, facts: Sequence[DossierFacts]) -> list[tuple[int, int]]:
    """Pairs a < b of one holder that are versions of one list; a register is not a state of any list."""
    holders, listed = np.array([fact.holder for fact in facts]), np.array([not fact.public for fact in facts])
    same = (holders[:, None] == holders[None, :]) & listed[:, None] & listed[None, :]
    shorter, longer = (of(contacts[:, None], contacts[None, :]) for of in (np.minimum, np.maximum))
    alike = (shared >= ALIKE * np.maximum(1, shorter)) & (shared >= WHOLE * longer)
    return [(a, b) for a, b in np.argwhere(np.triu(same & alike, 1)).tolist()]


def succession(
    versions: Sequence[tuple[int, int]], contacts: Ints, facts: Sequence[DossierFacts]
) -> frozenset[tuple[int, int]]:
    """The pairs a < b of versions that follow one another: by day; one without a day is placed by its length."""
    graph: nx.Graph[int] = nx.Graph(versions)
    found: set[tuple[int, int]] = set()
    for family in nx.connected_components(graph):
        by_length = sorted(family, key=lambda x: (contacts[x], x))
        dated = [x for x in by_length if facts[x].day is not None]
        row = by_length
        if len({facts[x].day for x in dated}) > 1:
            row = sorted(dated, key=lambda x: facts[x].day or date.min)
            for x in (x for x in by_length if facts[x].day is None):
                row.insert(next((at for at, y in enumerate(row) if contacts[y] > contacts[x]), len(row)), x)
        found |= {(min(a, b), max(a, b)) for a, b in pairwise(row) if graph.has_edge(a, b)}
    return frozenset(found)
