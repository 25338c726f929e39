"""Resale chains: through which parties a list went, in order, with its weakest grade and how likely it is.

A chain follows derivations (probability .5 or more) and releases that a retention or an attribution found behind a
list. A chain is true when all its steps are. Steps err independently of one another on lists of makers left out, so it
is as likely as all of them together. Consecutive stations of one party count once. What a recipient merely holds before
its end is not a resale and makes no chain alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import duckdb
import networkx as nx

from tracer.findings.attribution.score import ALPHA
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import put_rows
from tracer.resources import statements_beside

LEAST_PROBABILITY = 0.5
"""A link of a chain is more likely than not."""

MOST_ROUTES = 2_000
"""Routes kept per station: beyond it the case is a mesh, and the weakest routes say nothing."""

Station: TypeAlias = tuple[str, str]

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""

if TYPE_CHECKING:
    Links: TypeAlias = nx.DiGraph[Station]
"""Only the type stubs of networkx know its graphs as generic."""


@dataclass(frozen=True)
class Route:
    """One way from a first holder to a station."""

    parties: tuple[str, ...]
    datasets: tuple[str, ...]
    grade: str
    """The weakest link's grade so far; `G5` before the first."""
    resold: bool
    """Whether a link on the way is more than a recipient's lawful holding."""
    first_seen: date | None
    last_seen: date | None
    probability: float
    """That of all links so far; 1 before the first."""


def compute(facts: CaseFacts, run: int) -> None:
    """Fills table `chain` for `run` from the findings that are not superseded."""
    put_rows(facts.con, "chain", run, "parties datasets grade first_seen last_seen probability", (
        (
            list(route.parties), list(route.datasets), route.grade, route.first_seen, route.last_seen,
            round(route.probability, 6),
        )
        for route in chains(facts.con)
    ))  # fmt: skip


def chains(con: duckdb.DuckDBPyConnection) -> list[Route]:
    """All maximal chains of two parties or more, one per sequence of parties: best grade, then longest first."""
    merged = dict(con.execute(statement("merged")).fetchall())
    seats = {
        (kind, ref): (_root(party, merged), first, last)
        for kind, ref, party, first, last in con.execute(statement("chain_stations")).fetchall()
    }
    found: dict[tuple[str, ...], Route] = {}
    links = _acyclic(con, seats)
    routes = _routes(links, seats)
    for station in links.nodes:
        if links.out_degree(station) == 0:
            _keep(found, [route for route in routes[station] if route.resold and len(route.parties) > 1])
    whole = [route for route in found.values() if not any(_within(route, other) for other in found.values())]
    return sorted(whole, key=lambda route: (-int(route.grade[1]), -len(route.parties), route.parties))


def _root(party: str, merged: dict[str, str]) -> str:
    seen = {party}
    while party in merged and merged[party] not in seen:
        party = merged[party]
        seen.add(party)
    return party


def _acyclic(con: duckdb.DuckDBPyConnection, seats: dict[Station, tuple[str, date | None, date | None]]) -> Links:
    """The links as an acyclic graph; of a cycle the least probable link is left out."""
    links: Links = nx.DiGraph()
    rows = con.execute(statement("chain_links"), {"least": LEAST_PROBABILITY, "attributed": 1 - 2 * ALPHA}).fetchall()
    for from_kind, from_id, to_kind, to_id, probability, grade, lawful in rows:
        source, target = (from_kind, from_id), (to_kind, to_id)
        if source not in seats or target not in seats:
            continue
        backwards = source in links and target in links and nx.has_path(links, target, source)
        if not backwards:
            links.add_edge(source, target, grade=grade, lawful=lawful, probability=probability)
    return links


def _routes(links: Links, seats: dict[Station, tuple[str, date | None, date | None]]) -> dict[Station, list[Route]]:
    """Per station the routes that lead to it, one per sequence of parties, from the first holders on."""
    routes: dict[Station, list[Route]] = {}
    for station in nx.lexicographical_topological_sort(links):
        kind, ref = station
        party, first, last = seats[station]
        here: dict[tuple[str, ...], Route] = {}
        datasets = (ref,) if kind == "dataset" else ()
        if links.in_degree(station) == 0:
            _keep(here, [Route((party,), datasets, "G5", False, first, last, 1.0)])
        for source in sorted(links.predecessors(station)):
            link = links.edges[source, station]
            _keep(here, [_extended(route, party, datasets, link, first, last) for route in routes[source]])
        ranked = sorted(here.values(), key=lambda route: (-int(route.grade[1]), route.parties))
        routes[station] = ranked[:MOST_ROUTES]
    return routes


def _extended(
    route: Route,
    party: str,
    datasets: tuple[str, ...],
    link: dict[str, object],
    first: date | None,
    last: date | None,
) -> Route:
    same = route.parties[-1] == party
    return Route(
        parties=route.parties if same else (*route.parties, party),
        datasets=(*route.datasets, *datasets),
        grade=min(route.grade, str(link["grade"])),
        # A holder's own next version of its list is not a resale either.
        resold=route.resold or not (link["lawful"] or (same and len(route.parties) == 1)),
        first_seen=min(filter(None, (route.first_seen, first)), default=None),
        last_seen=max(filter(None, (route.last_seen, last)), default=None),
        probability=route.probability * float(str(link["probability"])),
    )


def _keep(found: dict[tuple[str, ...], Route], routes: list[Route]) -> None:
    """Adds `routes`; of two with the same parties the better grade stays, with all datasets and the wider dates."""
    for route in routes:
        known = found.get(route.parties)
        if known is None:
            found[route.parties] = route
            continue
        better, other = (known, route) if known.grade >= route.grade else (route, known)
        found[route.parties] = replace(
            better,
            datasets=(*better.datasets, *(ref for ref in other.datasets if ref not in better.datasets)),
            resold=known.resold or route.resold,
            first_seen=min(filter(None, (known.first_seen, route.first_seen)), default=None),
            last_seen=max(filter(None, (known.last_seen, route.last_seen)), default=None),
            probability=max(known.probability, route.probability),
        )


def _within(route: Route, other: Route) -> bool:
    """Whether `route` is a part of `other` that says nothing more."""
    short, long = route.parties, other.parties
    if len(short) >= len(long) or not set(route.datasets) <= set(other.datasets) or route.grade > other.grade:
        return False
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))
