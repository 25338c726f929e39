"""Writing derivations, generations and unexplained rows for a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from tracer.disclosure import REASONS
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.edges import LEAST_PROBABILITY, DerivationRow
from tracer.findings.derivation.generations import Hands
from tracer.findings.finding_tables import kept, put_table


def write_edges(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Sequence[DerivationRow]
) -> None:
    """Insert into `derivation`."""
    ids, contacts = counts.traced.ids, counts.traced.contacts
    put_table(
        con,
        "derivation",
        run,
        {
            "parent": pa.array([ids[e.parent] for e in edges], pa.string()),
            "child": pa.array([ids[e.child] for e in edges], pa.string()),
            "probability": pa.array([round(e.probability, 6) for e in edges], pa.float64()),
            "grade": pa.array([e.grade for e in edges], pa.string()),
            "kind": pa.array([e.kind for e in edges], pa.string()),
            "direction": pa.array(["told" if e.told else "not_told" for e in edges], pa.string()),
            "shared": pa.array([e.shared for e in edges], pa.int64()),
            "parent_contacts": pa.array([int(contacts[e.parent]) for e in edges], pa.int64()),
            "child_contacts": pa.array([int(contacts[e.child]) for e in edges], pa.int64()),
            "share_of_child": pa.array([e.share_of_child for e in edges], pa.float64()),
            "via": pa.array([e.via for e in edges], pa.string()),
            "reasons": pa.array([kept(e.reasons) for e in edges], REASONS),
            "against": pa.array([kept(e.against) for e in edges], REASONS),
            "weights": pa.array([e.weights for e in edges], pa.string()),
        },
    )


def write_generations(con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, found: Hands) -> None:
    """Insert into `generation`: through how many hands a dataset came from an ancestor, by the shortest way.

    A pair has a row for every number of hands that is likely enough.
    """
    ids = counts.traced.ids
    likely = [(key, p) for key, p in sorted(found.items()) if p >= LEAST_PROBABILITY]
    rows = [(ids[a], ids[d], steps, round(p, 6)) for (a, d, steps), p in likely]
    put_table(
        con,
        "generation",
        run,
        {
            "ancestor": pa.array([r[0] for r in rows], pa.string()),
            "dataset": pa.array([r[1] for r in rows], pa.string()),
            "hands": pa.array([r[2] for r in rows], pa.int32()),
            "probability": pa.array([r[3] for r in rows], pa.float64()),
        },
    )


def write_unexplained(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Iterable[DerivationRow]
) -> None:
    """Insert into `unexplained`: contacts of each dataset that no parent of probability .5 or more holds."""
    parents: dict[int, list[int]] = {}
    for edge in edges:
        if edge.probability >= 0.5:
            parents.setdefault(edge.child, []).append(edge.parent)
    sets = counts.sets
    explained = []
    for dataset in range(len(counts.traced)):
        mine = sets.of(dataset)
        both = mine[sets.with_any(parents.get(dataset, []))[mine]]
        explained.append(min(int(sets.totals[both].sum()), int(counts.traced.contacts[dataset])))
    contacts = counts.traced.contacts.tolist()
    put_table(
        con,
        "unexplained",
        run,
        {
            "dataset": pa.array(list(counts.traced.ids), pa.string()),
            "contacts": pa.array(contacts, pa.int64()),
            "explained": pa.array(explained, pa.int64()),
            "unexplained": pa.array([n - e for n, e in zip(contacts, explained, strict=True)], pa.int64()),
        },
    )
