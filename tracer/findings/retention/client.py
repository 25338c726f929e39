"""One client's marks in every dataset: the groups that the posterior over origins is computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

import duckdb
import networkx as nx

from tracer.findings.attribution.nulls import MatchedRows, held_by_chance, is_planted
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.ways import DerivationStep, steps_into
from tracer.findings.retention.origins import UNRECORDED, Group, own_list
from tracer.findings.sightings import (
    CanaryChance,
    Dataset,
    RegisteredMarks,
    Release,
    Sightings,
    chance_overlap,
    held_identifiers,
)
from tracer.findings.vintage.history import Lineage, read_absent
from tracer.resources import statements_beside

statement = statements_beside(__file__)
_MARK = 2e-4
"""Background of a canary at least: 1 in 5,000 that somebody put it there who did not have the copy. Canaries that ring
in lists of strangers more often would raise it."""
_ROW = 1e-3
"""Background of an ordinary row at least, likewise."""
_ROWS = 40
"""Rows that one pattern of ordinary rows counts for at most: resellers choose rows, so they are not independent. The
scatter of shares between patterns of one copy would tell a better bound."""

Pattern: TypeAlias = tuple[frozenset[int], frozenset[str]]
Window: TypeAlias = tuple[date | None, date | None, list[str]]
"""Between which days a client's rows in a dataset left the client (None: nothing bounds it), and the releases then."""


@dataclass(frozen=True)
class CaseMarks:
    """What the stages before have found of all marks."""

    case: CaseFacts
    marks: RegisteredMarks
    seen: Sightings
    backgrounds: Mapping[int, CanaryChance]
    overlaps: Mapping[tuple[str, str], float]
    """(dataset, dataset) -> expected overlap, both ways round."""
    graph: nx.DiGraph[str]
    named: Mapping[tuple[str, str], tuple[str | None, bool]]
    """(dataset, release) -> the grade at which attribution accuses it, and whether it or another is surely there."""
    windows: Mapping[tuple[str, str], Window]
    """By client and dataset."""
    tied: Mapping[tuple[str, str], float]
    """(dataset, dataset), both ways round -> probability that what they have in common is more than chance and a common
    register: that one's rows came to the other, by whatever way."""


@dataclass(frozen=True)
class ClientView:
    """A client, its releases, and how its lists overlap."""

    client: str
    releases: tuple[Release, ...]
    own: frozenset[str]
    totals: Mapping[Pattern, int]
    """Set of released datasets, releases that cannot have held them -> ordinary identifiers of which this is so."""
    seen: Mapping[int, Mapping[Pattern, int]]
    own_origins: frozenset[str]
    """The client's released lists, each as an origin of its own."""


def read_client(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, client: str, lines: Sequence[Lineage]
) -> ClientView:
    """Read one client's releases and overlaps with all other parties' datasets. `lines`: all clients' own lists."""
    releases = tuple(release for release in marks.releases if release.client == client)
    sources = sorted({release.source for release in releases if release.source is not None})
    own = frozenset(item.id for item in marks.datasets.values() if item.holder == client)
    targets = sorted(item.no for item in marks.datasets.values() if item.holder != client)
    seen: dict[int, dict[Pattern, int]] = defaultdict(dict)
    read_absent(con, client, releases, lines)
    with held_identifiers(con, targets, sources):
        counted = con.execute(statement("patterns"), {"sources": sources, "targets": targets}).fetchall()
    con.execute("DROP TABLE temp.absent_then")
    for dataset, held, lacking, keys in counted:
        seen[dataset][frozenset(held), frozenset(lacking)] = keys
    return ClientView(client, releases, own, seen.pop(0, {}), seen, frozenset(map(own_list, sources)))


@dataclass(frozen=True)
class ClientMarks:
    """What one client's marks say about one dataset, of the releases that may be its source."""

    known: CaseMarks
    view: ClientView
    dataset: Dataset
    eligible: tuple[Release, ...]

    @cached_property
    def steps(self) -> tuple[DerivationStep, ...]:
        """The derivations into the dataset."""
        return tuple(steps_into(self.known.graph, self.dataset.id))

    @cached_property
    def canaries(self) -> frozenset[int]:
        """Those that are there, of whatever release."""
        return self.known.seen.canaries(self.dataset.no)

    @cached_property
    def homes(self) -> tuple[int, int]:
        """Canaries that only the client's own lists hold: how many, and how many of them are there."""
        homes = {no for no, clients in self.known.seen.homes.items() if self.view.client in clients}
        return len(homes), len(homes & self.canaries)

    @cached_property
    def _chance(self) -> Mapping[int, float]:
        """Released dataset → its ordinary contacts that chance alone would put into the dataset."""
        names, found = {item.no: item.id for item in self.known.marks.datasets.values()}, {}
        for source in sorted({release.source for release in self.eligible if release.source is not None}):
            expected = self.known.overlaps.get((self.dataset.id, names[source]))
            if expected is None:
                there = self.view.seen.get(self.dataset.no)
                expected = chance_overlap(self.known.case, self.dataset.no, source) if there else 0.0
            found[source] = expected
        return found

    def there(self) -> bool:
        """Whether any of the client's rows are there: a copy's canary, or ordinary rows above chance.

        A derivation alone does not show it: what was copied may have been the giver's other rows.
        """
        no, matched = self.dataset.no, self.known.seen.matched
        return any(release.canaries & self.canaries for release in self.eligible) or any(
            matched.get((no, source), 0) > chance + 3.0 * chance**0.5 for source, chance in self._chance.items()
        )

    @cached_property
    def planted(self) -> frozenset[str]:
        """Releases whose canaries are there without their ordinary rows; these canaries are left out."""
        known, no, found = self.known.seen, self.dataset.no, set()
        for release in self.eligible:
            seen, source = len(release.canaries & self.canaries), release.source
            if source is not None and seen:
                ordinary = max(0, known.ordinary.get(source, 0) - release.withheld)
                in_blocks = chance_overlap(self.known.case, no, source)
                expected = max(self._chance[source], in_blocks)
                rows = MatchedRows(known.matched.get((no, source), 0), ordinary, expected, in_blocks)
                if is_planted(seen, len(release.canaries), rows):
                    found.add(release.id)
        return frozenset(found)

    def groups(self) -> list[Group]:
        """The marks of the eligible releases and of the client's own lists."""
        known, number, found = self.known.seen, self.dataset.no, [Group(self.view.own_origins, *self.homes, _MARK)]
        # Canaries by the releases that hold them.
        ids, members_of = frozenset(release.id for release in self.eligible), defaultdict[frozenset[str], set[int]](set)
        for no in frozenset[int]().union(*(release.canaries for release in self.eligible)):
            members_of[self.known.marks.standing[no] & ids].add(no)
        background = self.known.backgrounds.get(number)
        for holders, members in sorted(members_of.items(), key=lambda item: sorted(item[0])):
            if not holders & self.planted:
                chance = _MARK
                if background is not None:
                    held = [held_by_chance(self.known.marks.canaries[no], background) for no in sorted(members)]
                    chance = min(0.5, max(_MARK, sum(held) / len(held)))
                found.append(Group(holders, len(members), len(members & self.canaries), chance))
        by_chance = {
            source: min(0.5, max(_ROW, expected / max(1, known.ordinary.get(source, 0))))
            for source, expected in self._chance.items()
        }
        # Rows that one copy never had: every other origin of the same dataset holds them.
        for release in self.eligible:
            if release.source is not None and release.withheld > 0:
                others = {item.id for item in self.eligible if item.source == release.source} - {release.id}
                holders = frozenset({*others, own_list(release.source), UNRECORDED})
                there = known.withheld.get((number, release.id), 0)
                found.append(_rows_group(holders, release.withheld, there, by_chance[release.source]))
        # Ordinary rows by the released datasets and the releases that hold them: these tell vintages apart. Where a
        # client's list says when rows came and went, a release holds those that were there on its day.
        seen = self.view.seen.get(number, {})
        for pattern, total in sorted(self.view.totals.items(), key=lambda item: tuple(map(sorted, item[0]))):
            sources, lacking = pattern
            holders = frozenset(release.id for release in self.eligible if release.source in sources) - lacking
            holders |= {*(own_list(no) for no in sources), UNRECORDED}
            most = max((by_chance[no] for no in sources if no in by_chance), default=_ROW)
            # A row counts for the close ones of its lists alone, which may be more rows than these lists alone have.
            found.append(_rows_group(holders, total, min(total, seen.get(pattern, 0)), most))
        return [group for group in found if group.total > 0]


def _rows_group(holders: frozenset[str], total: int, seen: int, background: float) -> Group:
    """Ordinary rows, which count for `_ROWS` at most."""
    scale = min(1.0, _ROWS / total) if total > 0 else 1.0
    return Group(holders, total * scale, min(seen, total) * scale, background)
