"""Edges of controlled identities: where canaries were, in which lists they were found, who called them."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from tracer.disclosure import Reason, Word
from tracer.graph.model import Edge, make_edge, make_node
from tracer.graph.nodes import NodeRegister, iso, key, key_of, rows_of

_KNOWN = ("documented", "G5")


def canary_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister, pseudonym: Callable[[str], str]) -> list[Edge]:
    """`seen_in`: canary -> dataset; `called`: caller -> canary; `planted_in`: canary -> release.

    Only canaries that were found or called become nodes: the others would tell the register and show nothing.
    """
    return [*_sightings(con, register), *_calls(con, register, pseudonym), *_plantings(con, register)]


def _sightings(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    edges = []
    for no, kind, dataset in rows_of(con, "sightings"):
        list_node = register.get("dataset", dataset)
        edges.append(
            make_edge(
                _canary(register, no, kind),
                key("dataset", dataset),
                "seen_in",
                *_KNOWN,
                date=None if list_node is None else list_node["date"],
                reasons=[Reason.of("graph-canary-seen")],
            )
        )
    return edges


def _calls(con: duckdb.DuckDBPyConnection, register: NodeRegister, pseudonym: Callable[[str], str]) -> list[Edge]:
    edges = []
    for caller, masked, no, kind, channel, first_at, last_at, signals in rows_of(con, "signals"):
        edges.append(
            make_edge(
                _caller(register, caller, masked, iso(first_at), pseudonym),
                _canary(register, no, kind),
                "called",
                *_KNOWN,
                date=iso(first_at),
                until=iso(last_at),
                count=signals,
                reasons=[Reason.of("graph-signals", n=signals, channel=Word(channel))],
                against=[Reason.of("graph-caller-forged")],
            )
        )
    return edges


def _plantings(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    return [
        make_edge(
            key("canary", f"canary-{no}"),
            key("release", release),
            "planted_in",
            *_KNOWN,
            reasons=[Reason.of("graph-planted", scheme=Word(scheme))],
        )
        for release, no, scheme in rows_of(con, "planted")
        if register.get("canary", f"canary-{no}") is not None
    ]


def _canary(register: NodeRegister, no: int, kind: str) -> str:
    return key_of(register.add(make_node("canary", f"canary-{no}", role=kind)))


def _caller(
    register: NodeRegister, caller: str, masked: str | None, first: str | None, pseudonym: Callable[[str], str]
) -> str:
    """A caller under a pseudonym; the number it showed only masked."""
    ref = "caller-withheld" if masked is None else f"caller-{pseudonym(f'caller {caller}')}"
    node = register.add(make_node("caller", ref, masked or "number withheld"))
    node["date"] = min(filter(None, (node["date"], first)), default=None)
    return key_of(node)
