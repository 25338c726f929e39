"""Edges that rest on the lists themselves: derivations, proposed hidden datasets, retentions, attributions.

They are read from the documented views, where small counts and small datasets are already withheld.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from tracer.disclosure import Count, PValue, Reason, Share
from tracer.graph.model import Edge, make_edge, make_node
from tracer.graph.nodes import NodeRegister, iso, key, key_of, rows_of
from tracer.policy import FEW

LEAST_PROBABILITY = 0.05
"""Findings below it are not shown (contract, JSON rows)."""


def derivation_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister, over: Callable[[str], str]) -> list[Edge]:
    """`derived`: parent -> child dataset."""
    edges = []
    for row in rows_of(con, "derivations", {"least": LEAST_PROBABILITY}, over):
        parent, child, probability, grade, shared, share, via, reasons, against = row
        part = None if shared is None else Share(share)
        common = [Reason.of("graph-in-common", shared=Count(shared or 0), share=part)]
        edges.append(
            make_edge(
                key("dataset", parent),
                key("dataset", child),
                "derived",
                "inferred",
                grade,
                probability=probability,
                date=_dated(register, child),
                shared=FEW if shared is None else shared,
                via=via,
                reasons=reasons or common,
                against=against,
            )
        )
    return edges


def hidden_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    """`derived` through a proposed dataset that was never obtained: parents -> hidden -> children."""
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
                reasons=reasons,
                against=[Reason.of("graph-hidden")],
            )
            for source, target in ends
        ]
    return edges


def retention_edges(con: duckdb.DuckDBPyConnection, over: Callable[[str], str]) -> list[Edge]:
    """`retained`, `passed_on`, `held`: release -> the dataset that came from it."""
    edges = []
    for row in rows_of(con, "retentions", {"least": LEAST_PROBABILITY}, over):
        release, seen_in, first_seen, reading, after_end, probability, grade, reasons, against = row
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
                reasons=reasons,
                against=against,
            )
        )
    return edges


def attribution_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister, over: Callable[[str], str]) -> list[Edge]:
    """`attributed`: release -> dataset, where the codes or unique canaries name the release."""
    edges = []
    for row in rows_of(con, "attributions", over=over):
        dataset, release, test, error, seen, planted, matched, grade, reasons, against = row
        plain = [Reason.of("graph-canaries-seen", seen=Count(seen or 0, across_lists=seen is None), planted=planted)]
        plain += [Reason.of(f"error-{test}", error=PValue(error))] if test is not None else []
        edges.append(
            make_edge(
                key("release", release),
                key("dataset", dataset),
                "attributed",
                "inferred",
                grade,
                date=_dated(register, dataset),
                shared=FEW if matched is None else matched,
                reasons=reasons or plain,
                against=against,
            )
        )
    return edges


def _dated(register: NodeRegister, dataset: str) -> str | None:
    node = register.get("dataset", dataset)
    return None if node is None else node["created"] or node["date"]
