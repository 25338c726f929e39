"""One client's marks in every dataset: the groups that the posterior over origins is computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import duckdb

from tracer.findings.attribution.nulls import MatchedRows, held_by_chance, is_planted
from tracer.findings.case_facts import CaseFacts
from tracer.findings.retention.origins import UNRECORDED, Group, own_list, rows_group
from tracer.findings.sightings import CanaryChance, Dataset, Marks, Release, Sightings, chance_overlap, held_identifiers
from tracer.findings.vintage.absent_rows import read_absent
from tracer.findings.vintage.history import Lineage
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_MARK = 2e-4
"""Background of a canary at least: 1 in 5,000 that somebody put it there who did not have the copy."""
_ROW = 1e-3
"""Background of an ordinary row at least."""


Pattern: TypeAlias = tuple[frozenset[int], frozenset[str]]


@dataclass(frozen=True)
class ClientView:
    """A client, its releases, and how its lists overlap."""

    client: str
    releases: tuple[Release, ...]
    own: frozenset[str]
    totals: Mapping[Pattern, int]
    """Set of released datasets, releases that cannot have held them -> ordinary identifiers of which this is so."""
    seen: Mapping[int, Mapping[Pattern, int]]

    @property
    def own_origins(self) -> frozenset[str]:
        """The client's released lists, each as an origin of its own."""
        return frozenset(own_list(release.source) for release in self.releases if release.source is not None)


def read_client(con: duckdb.DuckDBPyConnection, marks: Marks, client: str, lines: Sequence[Lineage]) -> ClientView:
    """Read one client's releases and overlaps with all other parties' datasets. `lines`: all clients' own lists."""
    releases = tuple(release for release in marks.releases if release.client == client)
    sources = sorted({release.source for release in releases if release.source is not None})
    own = frozenset(item.id for item in marks.datasets.values() if item.holder == client)
    targets = sorted(item.no for item in marks.datasets.values() if item.holder != client)
    query = _statement("patterns")
    totals: dict[Pattern, int] = {}
    seen: dict[int, dict[Pattern, int]] = defaultdict(dict)
    read_absent(con, client, releases, lines)
    with held_identifiers(con, targets, sources):
        counted = con.execute(query, {"sources": sources, "targets": targets}).fetchall()
    con.execute("DROP TABLE temp.absent_then")
    for dataset, held, lacking, keys in counted:
        pattern = (frozenset(held), frozenset(lacking))
        if dataset == 0:
            totals[pattern] = keys
        else:
            seen[dataset][pattern] = keys
    return ClientView(client, releases, own, totals, seen)


@dataclass(frozen=True)
class ClientEvidence:
    """What one client's marks say about one dataset."""

    groups: tuple[Group, ...]
    homes_seen: int
    planted: frozenset[str]
    """Releases whose canaries are there without their ordinary rows; these canaries are left out."""


@dataclass(frozen=True)
class Evidences:
    """Reads the evidence of any client in any dataset."""

    case: CaseFacts
    marks: Marks
    seen: Sightings
    backgrounds: Mapping[int, CanaryChance]
    overlaps: Mapping[tuple[str, str], float]
    """(dataset, dataset) -> expected overlap, both ways round."""

    def of(self, view: ClientView, dataset: Dataset, eligible: Sequence[Release]) -> ClientEvidence:
        """The marks of `eligible` releases and of the client's own lists in `dataset`."""
        sources = sorted({release.source for release in eligible if release.source is not None})
        chance = {no: self._by_chance(view, dataset, no) for no in sources}
        planted = frozenset(r.id for r in eligible if self._planted(r, dataset, chance))
        homes = [no for no, clients in sorted(self.seen.homes.items()) if view.client in clients]
        canaries = self.seen.canaries(dataset.no)
        home = Group(view.own_origins, len(homes), sum(no in canaries for no in homes), _MARK)
        groups = [
            home,
            *self._canaries(eligible, dataset, planted),
            *self._withheld(eligible, dataset, chance),
            *self._rows(view, dataset, eligible, chance),
        ]
        return ClientEvidence(tuple(group for group in groups if group.total > 0), int(home.seen), planted)

    def holds(self, view: ClientView, dataset: Dataset, eligible: Sequence[Release]) -> bool:
        """Whether any of the client's rows are there: a copy's canary, or ordinary rows above chance.

        A derivation alone does not show it: what was copied may have been the giver's other rows.
        """
        canaries = self.seen.canaries(dataset.no)
        if any(release.canaries & canaries for release in eligible):
            return True
        for source in sorted({release.source for release in eligible if release.source is not None}):
            chance = self._by_chance(view, dataset, source)
            if self.seen.matched.get((dataset.no, source), 0) > chance + 3.0 * chance**0.5:
                return True
        return False

    def _by_chance(self, view: ClientView, dataset: Dataset, source: int) -> float:
        """Ordinary contacts of a released dataset that chance alone would put into `dataset`."""
        identity = next(item.id for item in self.marks.datasets.values() if item.no == source)
        known = self.overlaps.get((dataset.id, identity))
        if known is not None:
            return known
        return chance_overlap(self.case, dataset.no, source) if view.seen.get(dataset.no) else 0.0

    def _background(self, source: int, chance: Mapping[int, float]) -> float:
        return min(0.5, max(_ROW, chance[source] / max(1, self.seen.ordinary.get(source, 0))))

    def _planted(self, release: Release, dataset: Dataset, chance: Mapping[int, float]) -> bool:
        if release.source is None:
            return False
        seen = len(release.canaries & self.seen.canaries(dataset.no))
        matched = self.seen.matched.get((dataset.no, release.source), 0)
        ordinary = max(0, self.seen.ordinary.get(release.source, 0) - release.withheld)
        in_blocks = chance_overlap(self.case, dataset.no, release.source) if seen else 0.0
        rows = MatchedRows(matched, ordinary, max(chance[release.source], in_blocks), in_blocks)
        return is_planted(seen, len(release.canaries), rows)

    def _canaries(self, eligible: Sequence[Release], dataset: Dataset, planted: frozenset[str]) -> list[Group]:
        """Canaries by the releases that hold them."""
        ids = frozenset(release.id for release in eligible)
        groups: dict[frozenset[str], set[int]] = defaultdict(set)
        for release in eligible:
            for no in release.canaries:
                groups[self.marks.standing[no] & ids].add(no)
        seen = self.seen.canaries(dataset.no)
        background = self.backgrounds.get(dataset.no)
        found = []
        for holders, members in sorted(groups.items(), key=lambda item: sorted(item[0])):
            if holders & planted:
                continue
            chance = _MARK
            if background is not None:
                held = [held_by_chance(self.marks.canaries[no], background) for no in sorted(members)]
                chance = min(0.5, max(_MARK, sum(held) / len(held)))
            found.append(Group(holders, len(members), len(members & seen), chance))
        return found

    def _withheld(self, eligible: Sequence[Release], dataset: Dataset, chance: Mapping[int, float]) -> list[Group]:
        """Rows that one copy never had: every other origin of the same dataset holds them."""
        groups = []
        for release in eligible:
            if release.source is None or release.withheld == 0:
                continue
            others = {item.id for item in eligible if item.source == release.source} - {release.id}
            seen = self.seen.withheld.get((dataset.no, release.id), 0)
            background = self._background(release.source, chance)
            groups.append(
                rows_group(
                    frozenset({*others, own_list(release.source), UNRECORDED}), release.withheld, seen, background
                )
            )
        return groups

    def _rows(
        self, view: ClientView, dataset: Dataset, eligible: Sequence[Release], chance: Mapping[int, float]
    ) -> list[Group]:
        """Ordinary rows by the released datasets and the releases that hold them: these tell vintages apart.

        Where a client's list says when rows came and went, a release holds those that were there on its day.
        """
        seen = view.seen.get(dataset.no, {})
        groups = []
        for pattern, total in sorted(view.totals.items(), key=lambda item: (sorted(item[0][0]), sorted(item[0][1]))):
            sources, lacking = pattern
            holders = frozenset(release.id for release in eligible if release.source in sources) - lacking
            holders |= {*(own_list(no) for no in sources), UNRECORDED}
            known = [self._background(no, chance) for no in sorted(sources) if no in chance]
            background = max(known, default=_ROW)
            # A row counts for the close ones of its lists alone, which may be more rows than these lists alone have.
            groups.append(rows_group(holders, total, min(total, seen.get(pattern, 0)), background))
        return groups
