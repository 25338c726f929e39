"""A client's row history: when each of its contacts came into its list and when it went.

From the columns of its own list that say so (`created`, `deleted`, `date`), and from its successive lists: what is in
the second and not in the first was added between the two. Lists of one holder that share half of the smaller one are
successive; others are lists of different things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import networkx as nx

from tracer.findings.sightings import Release
from tracer.resources import statements_beside

LAG = 3
"""Days by which a copy may have been made before it was handed over."""
statement = statements_beside(__file__)


@dataclass(frozen=True)
class OwnList:
    """One own list of a client."""

    id: str
    no: int
    """`dataset.no`."""
    day: int
    """When it came into being, in days since 1970-01-01; where that is not known, when it was obtained."""


@dataclass(frozen=True)
class Lineage:
    """Successive lists of one client, in order of their days."""

    client: str
    lists: tuple[OwnList, ...]


def as_day(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def as_date(day: int) -> dt.date:
    """The day of that number."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def lineages(con: duckdb.DuckDBPyConnection) -> list[Lineage]:
    """All clients' own lists, by client; lists without any day are left out."""
    graph: nx.Graph[str] = nx.Graph()
    owner: dict[str, str] = {}
    lists: dict[str, OwnList] = {}
    for client, name, number, day in con.execute(statement("own_lists")).fetchall():
        graph.add_node(name)
        owner[name], lists[name] = client, OwnList(name, number, int(day))
    for a, b in con.execute(statement("succession")).fetchall():
        if a in owner and b in owner and owner[a] == owner[b]:
            graph.add_edge(a, b)
    found = []
    for group in nx.connected_components(graph):
        ordered = sorted((lists[x] for x in group), key=lambda x: (x.day, x.id))
        found.append(Lineage(owner[ordered[0].id], tuple(ordered)))
    return sorted(found, key=lambda line: (line.client, line.lists[0].id))


def read_history(con: duckdb.DuckDBPyConnection, lists: Sequence[OwnList]) -> bool:
    """Leave the TEMP table `row_history` of successive lists; whether it separates any two days.

    Controlled identities are left out: they say nothing about the client's customers.
    """
    for text in statement("dated_table").split(";\n"):
        con.execute(text)
    for one in lists:
        for raw, first, created, deleted, day in con.execute(statement("columns"), {"number": one.no}).fetchall():
            added = created if created is not None else day
            text = statement("dated").replace("{raw}", str(raw))
            for name, position in (("{created}", added), ("{deleted}", deleted)):
                text = text.replace(name, "NULL::VARCHAR" if position is None else f"r.c{position}")
            con.execute(text, {"number": one.no, "before": first - 1})
    con.execute(statement("history"), {"datasets": [x.no for x in lists], "days": [x.day for x in lists]})
    row = con.execute("SELECT count(added_by) + count(gone_by) FROM row_history").fetchone()
    return row is not None and row[0] > 0


def read_absent(
    con: duckdb.DuckDBPyConnection, client: str, releases: Sequence[Release], lines: Sequence[Lineage]
) -> None:
    """Leave the TEMP table `absent_then` (release, key) for one client's releases; empty without a row history.

    lines: the lineages of all clients.

    Left out are releases of a list that was made before them, which hold that list's rows whatever came later, and
    releases of which the register itself says which rows they lack.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE absent_then (release VARCHAR, key BIGINT)")
    for lineage in lines:
        made = {one.id: one.day for one in lineage.lists}
        days = [(one, as_day(one.date)) for one in releases if one.date is not None and one.withheld == 0]
        dated = [(one.id, day) for one, day in days if made.get(one.dataset, -1) > day]
        if lineage.client == client and dated and read_history(con, lineage.lists):
            for release, day in dated:
                con.execute(statement("absent_then"), {"release": release, "day": day, "lag": LAG})
    con.execute("DROP TABLE IF EXISTS temp.row_history")
