"""Resale chains: through which parties a list went, in order, with its weakest grade and how likely it is.

A chain follows derivations (probability .5 or more) and releases that a retention or an attribution found behind a
list. A chain is true when all its steps are. Steps err independently of one another on lists of makers left out, so it
is as likely as all of them together. Consecutive stations of one party count once. What a recipient merely holds before
its end is not a resale and makes no chain alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, TypeAlias

import duckdb
import networkx as nx

from tracer.findings.attribution import ALPHA
from tracer.findings.case_facts import CaseFacts, put_rows
from tracer.findings.deciding import NOTICED, any_judged, deciding_judgement, without_judgements
from tracer.findings.retention import LIKELIER
from tracer.resources import sql_next_to

MOST_ROUTES = 2_000
"""Routes kept per station: beyond it the case is a mesh, and the weakest routes say nothing."""

Station: TypeAlias = tuple[str, str]
statement = sql_next_to(__file__)


class Route(NamedTuple):
    """One way from a first holder to a station."""

    parties: tuple[str, ...]
    datasets: tuple[str, ...]
    grade: str
    """The weakest link's grade so far; `G5` before the first."""
    first_seen: date | None
    last_seen: date | None
    probability: float
    """That of all links so far; 1 before the first."""
    resold: bool
    """Whether a link on the way is more than a recipient's lawful holding."""
    unjudged: float
    """The probability as it would be without what persons have judged."""
    judgement: int | None
    """The newest judgement that a link rests on."""

    def onward(
        self, stop: Route, *, grade: str, lawful: bool, probability: float, unjudged: float, judgement: int | None
    ) -> Route:
        """The route with one more stop, over a link."""
        same = self.parties[-1:] == stop.parties
        # A holder's own next version of its list is not a resale either.
        resold = self.resold or not (lawful or (same and len(self.parties) == 1))
        return Route(
            self.parties if same else self.parties + stop.parties,
            self.datasets + stop.datasets,
            min(self.grade, grade),
            *self.days(stop),
            self.probability * probability,
            resold,
            self.unjudged * unjudged,
            max(filter(None, (self.judgement, judgement)), default=None),
        )

    def joined(self, other: Route) -> Route:
        """With another route by the same parties: the better grade, all datasets and the wider dates."""
        better, worse = (self, other) if self.grade >= other.grade else (other, self)
        surer = max(self, other, key=lambda one: one.probability)
        # As it would be without judgements it may be the other way that makes it likeliest.
        unjudged, resold = max(self.unjudged, other.unjudged), self.resold or other.resold
        datasets = tuple(dict.fromkeys((*better.datasets, *worse.datasets)))
        days, p, no = self.days(other), surer.probability, surer.judgement
        return Route(self.parties, datasets, better.grade, *days, p, resold, unjudged, no)

    def days(self, other: Route) -> tuple[date | None, date | None]:
        """The first and the last day of both."""
        first = min(filter(None, (self.first_seen, other.first_seen)), default=None)
        return first, max(filter(None, (self.last_seen, other.last_seen)), default=None)

    def is_part_of(self, other: Route) -> bool:
        """Whether it is a part of another that says nothing more."""
        short, long = self.parties, other.parties
        if len(short) >= len(long) or not set(self.datasets) <= set(other.datasets) or self.grade > other.grade:
            return False
        return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def compute(facts: CaseFacts, run: int) -> None:
    """Fills table `chain` for `run` from the findings that are not superseded."""
    con = facts.con
    found = otherwise = chains(con)
    if any_judged(con):
        with without_judgements(con):
            otherwise = chains(con, judged=False)
    ways, rows = {route.parties: route for route in otherwise}, []
    for route in found:
        # How likely it is without judgements, and the judgement that it rests on; the first is None where no number but
        # its way rests on one: a step that a person has rejected sends a chain another way, none of whose steps is
        # judged.
        same, without, judgement = ways.get(route.parties), None, route.judgement
        if judgement is not None:
            without = round(route.unjudged, 6)
        elif same is None:
            judgement = deciding_judgement(con, route.datasets)
        elif abs(same.probability - route.probability) >= NOTICED:
            without, judgement = round(same.probability, 6), deciding_judgement(con, route.datasets)
        rows.append((*route[:5], round(route.probability, 6), without, judgement))
    put_rows(con, "chain", run, " ".join((*Route._fields[:6], "without_judgement", "judgement")), rows)


def chains(con: duckdb.DuckDBPyConnection, *, judged: bool = True) -> list[Route]:
    """All maximal chains of two parties or more, one per sequence of parties: best grade, then longest first.

    judged: a copy that a person has ruled out as the source of a list is not followed, whatever names it.
    """
    stops = {
        (kind, ref): Route((party,), (ref,) if kind == "dataset" else (), "G5", first, last, 1.0, False, 1.0, None)
        for kind, ref, party, first, last in con.execute(statement("chain_stations")).fetchall()
    }
    # The links as an acyclic graph, the most probable first: of a cycle the least probable one is left out.
    links: nx.DiGraph[Station] = nx.DiGraph()
    given = {"least": LIKELIER, "attributed": 1 - 2 * ALPHA, "judged": judged}
    names = "probability", "grade", "lawful", "unjudged", "judgement"
    for from_kind, from_id, to_kind, to_id, *values in con.execute(statement("chain_links"), given).fetchall():
        source, target = (from_kind, from_id), (to_kind, to_id)
        if source in stops and target in stops:
            links.add_nodes_from((source, target))
            if not nx.has_path(links, target, source):
                links.add_edge(source, target, **dict(zip(names, values, strict=True)))
    # Per station the routes that lead to it, one per sequence of parties, from the first holders on.
    routes: dict[Station, list[Route]] = {}
    for station in nx.lexicographical_topological_sort(links):
        before = sorted(links.predecessors(station))
        led = (route.onward(stops[station], **links.edges[one, station]) for one in before for route in routes[one])
        here = _best(led if before else (stops[station],))
        routes[station] = sorted(here.values(), key=lambda route: (-int(route.grade[1]), route.parties))[:MOST_ROUTES]
    last = [station for station in links.nodes if links.out_degree(station) == 0]
    found = _best(route for one in last for route in routes[one] if route.resold and len(route.parties) > 1)
    whole = [route for route in found.values() if not any(map(route.is_part_of, found.values()))]
    return sorted(whole, key=lambda route: (-int(route.grade[1]), -len(route.parties), route.parties))


def _best(routes: Iterable[Route]) -> dict[tuple[str, ...], Route]:
    """By sequence of parties; those with the same are joined."""
    found: dict[tuple[str, ...], Route] = {}
    for route in routes:
        found[route.parties] = found[route.parties].joined(route) if route.parties in found else route
    return found
