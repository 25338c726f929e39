"""Near-copies: lists of almost the same contacts, such as one list that is hosted in two places.

Wherever independent witnesses are counted they are one: the second says nothing that the first has not said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import networkx as nx

NEAR = 0.95
"""Share of the larger list that both hold, from which two lists are near-copies."""


def are_near(shared: int, a_contacts: int, b_contacts: int) -> bool:
    """Whether two lists with so many contacts in common are near-copies."""
    return shared >= NEAR * max(a_contacts, b_contacts, 1)


def one_list(con: duckdb.DuckDBPyConnection, a: int, b: int) -> bool:
    """Whether the datasets of these numbers (`dataset.no`) are near-copies; counted, so that no trace is needed."""
    shared, one, other = con.execute(
        "SELECT (SELECT count(*) FROM membership AS x JOIN membership AS y ON y.key = x.key"
        " WHERE x.dataset = $a AND y.dataset = $b),"
        " (SELECT count(*) FROM membership WHERE dataset = $a), (SELECT count(*) FROM membership WHERE dataset = $b)",
        {"a": a, "b": b},
    ).fetchall()[0]
    return are_near(shared, one, other)


def witnesses(members: Sequence[int], near: Callable[[int, int], bool]) -> list[list[int]]:
    """The members in groups of near-copies: each group is one witness."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(members)
    graph.add_edges_from((a, b) for a in members for b in members if a < b and near(a, b))
    return sorted(sorted(group) for group in nx.connected_components(graph))
