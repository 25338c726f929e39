"""Edges that rest on the lists themselves: derivations, proposed hidden datasets, retentions, attributions."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.graph.model import Edge, make_edge, make_node
from tracer.graph.nodes import Register, iso, key, key_of, rows_of
from tracer.graph.small import tell_sentence, tell_shared

LEAST_PROBABILITY = 0.05
"""Findings below it are not told (contract, JSON rows)."""


def derivation_edges(con: duckdb.DuckDBPyConnection, register: Register) -> list[Edge]:
    """`derived`: parent -> child dataset."""
    edges = []
    for row in rows_of(con, "derivations", {"least": LEAST_PROBABILITY}):
        parent, child, probability, grade, shared, parent_n, child_n, share, via, reasons, against = row
        told = tell_shared(shared, parent_n, child_n)
        plain = [f"{told} contacts in common" + (f", {share:.0%} of the child" if told == shared else "")]
        edges.append(
            make_edge(
                key("dataset", parent),
                key("dataset", child),
                "derived",
                "inferred",
                grade,
                probability=probability,
                date=_dated(register, child),
                shared=told,
                via=via,
                reasons=_told(reasons, parent_n, child_n) or plain,
                against=_told(against, parent_n, child_n),
            )
        )
    return edges


def hidden_edges(con: duckdb.DuckDBPyConnection, register: Register) -> list[Edge]:
    """`derived` through a proposed dataset that nobody has obtained: parents -> hidden -> children."""
    edges = []
    for ref, parents, children, contacts, probability, reasons in rows_of(con, "hidden", {"least": LEAST_PROBABILITY}):
        node = key_of(register.add(make_node("hidden", ref, contacts=contacts)))
        ends = [(key("dataset", parent), node) for parent in sorted(parents)]
        ends += [(node, key("dataset", child)) for child in sorted(children)]
        edges += [
            make_edge(
                source,
                target,
                "derived",
                "inferred",
                "G1",
                probability=probability,
                reasons=_told(reasons),
                against=["the list between them is proposed from the numbers; nobody has obtained it"],
            )
            for source, target in ends
        ]
    return edges


def retention_edges(con: duckdb.DuckDBPyConnection, register: Register) -> list[Edge]:
    """`retained`, `passed_on`, `held`: release -> the dataset it is behind."""
    edges = []
    for row in rows_of(con, "retentions", {"least": LEAST_PROBABILITY}):
        _vendor, _client, release, _dataset, seen_in, _with, first_seen, reading, after_end, probability = row[:10]
        grade, reasons, against = row[10:]
        contacts = _contacts(register, seen_in)
        edges.append(
            make_edge(
                key("release", release),
                key("dataset", seen_in),
                reading,
                "inferred",
                grade,
                probability=probability,
                date=iso(first_seen),
                after_end=after_end,
                reasons=_told(reasons, contacts),
                against=_told(against, contacts),
            )
        )
    return edges


def attribution_edges(con: duckdb.DuckDBPyConnection, register: Register) -> list[Edge]:
    """`attributed`: release -> dataset, where the codes or unique canaries name the release."""
    edges = []
    for row in rows_of(con, "attributions"):
        dataset, release, _recipient, p_value, chance, seen, planted, matched, grade, reasons, against = row
        contacts = _contacts(register, dataset)
        plain = [f"{seen} of {planted} canaries seen, p = {p_value:.2g}, chance {chance:.2g}"]
        edges.append(
            make_edge(
                key("release", release),
                key("dataset", dataset),
                "attributed",
                "inferred",
                grade,
                date=_dated(register, dataset),
                shared=tell_shared(matched, contacts),
                reasons=_told(reasons, contacts) or plain,
                against=_told(against, contacts),
            )
        )
    return edges


def _told(sentences: Sequence[str], *contacts: int | None) -> list[str]:
    return [tell_sentence(sentence, *contacts) for sentence in sentences]


def _contacts(register: Register, dataset: str) -> int | None:
    node = register.get("dataset", dataset)
    return None if node is None else node["contacts"]


def _dated(register: Register, dataset: str) -> str | None:
    node = register.get("dataset", dataset)
    return None if node is None else node["created"] or node["date"]
