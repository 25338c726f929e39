"""Through how many hands a line came: what is claimed of it, and what the relations `supplies_line_to` show.

A vendor whom a carrier supplies has first-hand lines; those whom it supplies, second-hand ones. Where the known chain
does not begin with a carrier, its length is only a lower bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import networkx as nx

from tracer.findings.finding_tables import put_rows

_STRENGTH: Mapping[str | None, int] = {"documented": 2, "alleged": 1, "inferred": 0, None: 1}
"""Order of evidential bases; a relation without one is alleged."""
_NAMES = {strength: basis for basis, strength in _STRENGTH.items() if basis is not None}


@dataclass(frozen=True)
class Hand:
    """What the relations say of a vendor's lines."""

    hand: int
    whole: bool
    """Whether the chain begins with a carrier; otherwise `hand` is the least it can be."""
    path: tuple[str, ...]
    basis: str | None


def supply_chain_depth(con: duckdb.DuckDBPyConnection, vendor: str, carrier: str | None = None) -> Hand | None:
    """The hand of a vendor's lines; None where no supplier is known. `carrier`: whose line it is, if known."""
    supplies: nx.DiGraph[str] = nx.DiGraph()
    for giver, taker, basis in con.execute(
        "SELECT from_party, to_party, basis FROM relation WHERE kind = 'supplies_line_to' ORDER BY no"
    ).fetchall():
        had = supplies.get_edge_data(giver, taker, {"strength": -1})["strength"]
        supplies.add_edge(giver, taker, strength=max(had, _STRENGTH[basis]))
    if vendor not in supplies or supplies.in_degree(vendor) == 0:
        return None
    carriers = {party for (party,) in con.execute("SELECT id FROM party WHERE role = 'carrier' ORDER BY id").fetchall()}
    carriers |= {carrier} if carrier is not None else set()
    above = nx.shortest_path_length(supplies.reverse(copy=False), vendor)
    from_carrier = sorted((long, party) for party, long in above.items() if party in carriers and long > 0)
    if from_carrier:
        start, whole = from_carrier[0][1], True
    else:
        # The farthest known supplier: the line passed through all of them at least.
        start, whole = max(above.items(), key=lambda item: (item[1], item[0]))[0], False
    path = min(nx.all_shortest_paths(supplies, start, vendor))
    weakest = min(supplies.edges[edge]["strength"] for edge in pairwise(path))
    steps = len(path) - 1
    return Hand(steps if whole else steps + 1, whole, tuple(path), _NAMES[weakest])


def write_hands(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `line_hand`: a row for every line that has a claimed or an inferred hand."""
    rows: list[tuple[object, ...]] = []
    for line, vendor, carrier, claimed in con.execute(
        "SELECT id, vendor, carrier, hand FROM line ORDER BY id"
    ).fetchall():
        found = None if vendor is None else supply_chain_depth(con, vendor, carrier)
        if found is not None:
            rows.append((line, claimed, found.hand, found.whole, list(found.path), found.basis))
        elif claimed is not None:
            rows.append((line, claimed, None, False, [], None))
    put_rows(con, "line_hand", run, "line claimed inferred whole path basis", rows)
