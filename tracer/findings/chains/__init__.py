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
from tracer.findings.deciding import NOTICED, any_judged, deciding_judgement, unjudged
from tracer.findings.retention import LIKELIER
from tracer.resources import statements_beside

MOST_ROUTES = 2_000
"""Routes kept per station: beyond it the case is a mesh, and the weakest routes say nothing."""

Station: TypeAlias = tuple[str, str]
statement = statements_beside(__file__)


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


def compute(facts: CaseFacts, run: int) -> None:
    """Fills table `chain` for `run` from the findings that are not superseded."""
    con = facts.con
    found = otherwise = chains(con)
    if any_judged(con):
        with unjudged(con):
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
        led = (_onward(route, stops[station], **links.edges[one, station]) for one in before for route in routes[one])
        here = _best(led if before else (stops[station],))
        routes[station] = sorted(here.values(), key=lambda route: (-int(route.grade[1]), route.parties))[:MOST_ROUTES]
    last = [station for station in links.nodes if links.out_degree(station) == 0]
    found = _best(route for one in last for route in routes[one] if route.resold and len(route.parties) > 1)
    whole = [route for route in found.values() if not any(_within(route, other) for other in found.values())]
    return sorted(whole, key=lambda route: (-int(route.grade[1]), -len(route.parties), route.parties))


def _onward(
    route: Route, stop: Route, *, grade: str, lawful: bool, probability: float, unjudged: float, judgement: int | None
) -> Route:
    """The route with one more stop, over a link."""
    same = route.parties[-1:] == stop.parties
    parties = route.parties if same else route.parties + stop.parties
    # A holder's own next version of its list is not a resale either.
    resold = route.resold or not (lawful or (same and len(route.parties) == 1))
    datasets, known = route.datasets + stop.datasets, route.probability * probability
    newest, without = max(filter(None, (route.judgement, judgement)), default=None), route.unjudged * unjudged
    return Route(parties, datasets, min(route.grade, grade), *_days(route, stop), known, resold, without, newest)


def _best(routes: Iterable[Route]) -> dict[tuple[str, ...], Route]:
    """By sequence of parties; of two with the same the better grade stays, with all datasets and the wider dates."""
    found: dict[tuple[str, ...], Route] = {}
    for route in routes:
        known = found.get(route.parties, route)
        better, other = (known, route) if known.grade >= route.grade else (route, known)
        datasets = (*better.datasets, *(ref for ref in other.datasets if ref not in better.datasets))
        surer, resold = max(known, route, key=lambda one: one.probability), known.resold or route.resold
        # As it would be without judgements it may be the other way that makes it likeliest.
        without = max(known.unjudged, route.unjudged)
        found[route.parties] = Route(
            route.parties,
            datasets,
            better.grade,
            *_days(known, route),
            surer.probability,
            resold,
            without,
            surer.judgement,
        )
    return found


def _days(one: Route, other: Route) -> tuple[date | None, date | None]:
    first = min(filter(None, (one.first_seen, other.first_seen)), default=None)
    return first, max(filter(None, (one.last_seen, other.last_seen)), default=None)


def _within(route: Route, other: Route) -> bool:
    """Whether `route` is a part of `other` that says nothing more."""
    short, long = route.parties, other.parties
    if len(short) >= len(long) or not set(route.datasets) <= set(other.datasets) or route.grade > other.grade:
        return False
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))
