"""Writing derivations, generations and unexplained rows for a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.edges import LEAST_PROBABILITY, DerivationRow
from tracer.findings.derivation.generations import Hands
from tracer.findings.finding_tables import kept, put_rows


def write_edges(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Sequence[DerivationRow]
) -> None:
    """Insert into `derivation`."""
    ids, contacts = counts.traced.ids, counts.traced.contacts
    columns = (
        "parent child probability grade kind direction shared parent_contacts child_contacts share_of_child via"
        " reasons against weights"
    )
    put_rows(con, "derivation", run, columns, (
        (
            ids[e.parent], ids[e.child], round(e.probability, 6), e.grade, e.kind, "told" if e.told else "not_told",
            e.shared, int(contacts[e.parent]), int(contacts[e.child]), e.share_of_child, e.via, kept(e.reasons),
            kept(e.against), e.weights,
        )
        for e in edges
    ))  # fmt: skip


def write_generations(con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, found: Hands) -> None:
    """Insert into `generation`: through how many hands a dataset came from an ancestor, by the shortest way.

    A pair has a row for every number of hands that is likely enough.
    """
    ids = counts.traced.ids
    likely = [(key, p) for key, p in sorted(found.items()) if p >= LEAST_PROBABILITY]
    rows = [(ids[a], ids[d], steps, round(p, 6)) for (a, d, steps), p in likely]
    put_rows(con, "generation", run, "ancestor dataset hands probability", rows)


def write_unexplained(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Iterable[DerivationRow]
) -> None:
    """Insert into `unexplained`: contacts of each dataset that no parent of probability .5 or more holds."""
    parents: dict[int, list[int]] = {}
    for edge in edges:
        if edge.probability >= 0.5:
            parents.setdefault(edge.child, []).append(edge.parent)
    sets = counts.sets
    rows = []
    for dataset, contacts in enumerate(counts.traced.contacts.tolist()):
        mine = sets.of(dataset)
        both = mine[sets.with_any(parents.get(dataset, []))[mine]]
        explained = min(int(sets.totals[both].sum()), contacts)
        rows.append((counts.traced.ids[dataset], contacts, explained, contacts - explained))
    put_rows(con, "unexplained", run, "dataset contacts explained unexplained", rows)
