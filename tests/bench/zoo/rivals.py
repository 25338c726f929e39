"""Simple rivals on the same cases: identifiers and one day a list. What they get right must not be lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

import duckdb
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from tests.bench.zoo.truth import Edge

LEAST, SIGMAS, MOST = 0.08, 6.0, 4
"""Greedy cover: share of a list that a parent explains at least, its distance from chance, parents at most."""


@dataclass(frozen=True)
class Held:
    """The lists of a case by id, as a rival sees them."""

    ids: tuple[str, ...]
    keys: tuple[NDArray[np.int64], ...]
    days: tuple[date, ...]
    """Of obtaining, else of making; of making alone where all were obtained on one day. Else the first of all days."""


def read_held(con: duckdb.DuckDBPyConnection) -> Held:
    """Read them from the store."""
    rows = con.execute(
        "SELECT no, id, coalesce(CASE WHEN count(DISTINCT obtained) OVER () > 1 THEN obtained END, created,"
        " DATE '1900-01-01') FROM dataset WHERE current ORDER BY id"
    ).fetchall()
    keys = [
        con.execute("SELECT key FROM membership WHERE dataset = ? ORDER BY key", [no]).fetchnumpy()["key"]
        for no, _, _ in rows
    ]
    return Held(
        tuple(row[1] for row in rows), tuple(np.asarray(one, np.int64) for one in keys), tuple(r[2] for r in rows)
    )


def greedy_cover(held: Held) -> set[Edge]:
    """By days of obtaining, each list is explained by the earlier ones that cover most of its rest.

    Chance is n·m over the number of distinct identifiers, with room for popular ones.
    """
    people = max(1, np.unique(np.concatenate(held.keys)).size) if held.keys else 1
    order = sorted(range(len(held.ids)), key=lambda i: (held.days[i], -held.keys[i].size, held.ids[i]))
    edges: set[Edge] = set()
    for at, child in enumerate(order):
        rest, open_, found = held.keys[child], list(order[:at]), 0
        while rest.size and open_ and found < MOST:
            chance = {a: 1.6 * rest.size * held.keys[a].size / people for a in open_}
            got = {a: int(np.isin(rest, held.keys[a], assume_unique=True).sum()) for a in open_}
            best = max(open_, key=lambda a: (got[a] - chance[a], -a))
            over = got[best] - chance[best]
            if over < LEAST * held.keys[child].size or over < SIGMAS * (chance[best] + 1) ** 0.5:
                break
            edges.add((held.ids[best], held.ids[child]))
            rest = rest[~np.isin(rest, held.keys[best], assume_unique=True)]
            open_.remove(best)
            found += 1
    return edges


def containment_tree(held: Held) -> set[Edge]:
    """The best branching on containment (Edmonds 1967), no younger parent; of equal days the larger is the parent."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for a, one in enumerate(held.keys):
        for b, other in enumerate(held.keys):
            if a == b or (held.days[a], -one.size, held.ids[a]) > (held.days[b], -other.size, held.ids[b]):
                continue
            share = float(np.isin(other, one, assume_unique=True).mean()) if other.size else 0.0
            if share > 0.25:
                graph.add_edge(held.ids[a], held.ids[b], weight=share - 0.25)
    return set(nx.maximum_branching(graph).edges()) if graph.number_of_edges() else set()


def jaccard_tree(held: Held) -> set[Edge]:
    """A maximum spanning forest on Jaccard similarity (RELIC, VLDB 2021), directed by day, then by size."""
    graph: nx.Graph[int] = nx.Graph()
    for a, one in enumerate(held.keys):
        for b in range(a):
            both = np.intersect1d(one, held.keys[b], assume_unique=True).size
            alike = both / max(1, one.size + held.keys[b].size - both)
            if alike >= 0.1:
                graph.add_edge(a, b, weight=alike)
    first = {i: (held.days[i], -held.keys[i].size, held.ids[i]) for i in range(len(held.ids))}
    forest = nx.maximum_spanning_edges(graph, algorithm="kruskal", data=False)
    return {(held.ids[a], held.ids[b]) if first[a] <= first[b] else (held.ids[b], held.ids[a]) for a, b in forest}


def smaller_is_older(held: Held) -> set[Edge]:
    """No days at all: of the larger lists that have half of a list's identifiers or more, the smallest is its child."""
    order = sorted(range(len(held.ids)), key=lambda i: (held.keys[i].size, held.ids[i]))
    edges: set[Edge] = set()
    for at, a in enumerate(order):
        half = 0.5 * max(1, held.keys[a].size)
        larger = (b for b in order[at + 1 :] if np.isin(held.keys[a], held.keys[b], assume_unique=True).sum() >= half)
        edges |= {(held.ids[a], held.ids[b]) for b in islice(larger, 1)}
    return edges


RIVALS = {
    "greedy cover": greedy_cover, "containment tree": containment_tree, "Jaccard tree": jaccard_tree,
    "smaller is older": smaller_is_older,
}  # fmt: skip
