"""Edges that rest on documents and on people's words: who held what, releases, relations between parties, lines."""

from __future__ import annotations

from itertools import pairwise

import duckdb

from tracer.disclosure import Reason, Ref, Text
from tracer.graph.model import Edge, Node, make_edge
from tracer.graph.nodes import NodeRegister, Row, iso, key, key_of, rows_of

REVERSED = {"oem_of": "supplies_platform_to", "scrapes": "scraped_by"}
"""Relations stated from the taker's side: `reseller oem_of platform` is an edge platform -> reseller."""

_SHOWN = ("documented", "G5")
_SAID = ("alleged", "G0")
_GRADE_OF_BASIS = {"documented": "G5", "inferred": "G1", "alleged": "G0"}


def holding_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    """`holds`: party -> dataset that was obtained from it (or is the client's own)."""
    edges = []
    for ref, holder, origin, obtained, created, _rows, _contacts, _purged, evidence in rows_of(con, "datasets"):
        own = origin in {"own", "refusals"}
        shown = own or bool(evidence)
        edges.append(
            make_edge(
                key_of(register.party(holder)),
                key("dataset", ref),
                "holds",
                *(_SHOWN if shown else _SAID),
                date=iso(obtained) or iso(created),
                reasons=[Reason.of("graph-own-list")] if own else [],
                evidence=evidence,
                against=[] if shown else [Reason.of("graph-origin-undocumented")],
            )
        )
    return edges


def release_edges(releases: list[Row], register: NodeRegister) -> list[Edge]:
    """`released`: dataset -> release -> recipient."""
    edges = []
    for ref, dataset, recipient, day, ends, _rows, purpose, _use, registered, copy, evidence, canaries in releases:
        shown = bool(registered or copy or evidence)
        reasons = _why_released(purpose, registered, copy, canaries)
        ends_of = [key("dataset", dataset), key("release", ref), key_of(register.party(recipient))]
        edges += [
            make_edge(
                source,
                target,
                "released",
                *(_SHOWN if shown else _SAID),
                date=iso(day),
                until=iso(ends),
                reasons=reasons,
                evidence=evidence,
                against=[] if shown else [Reason.of("graph-release-undocumented")],
            )
            for source, target in pairwise(ends_of)
        ]
    return edges


def _why_released(purpose: str | None, registered: bool, copy: bool, canaries: int) -> list[Reason]:
    reasons = []
    if registered:
        reasons.append(Reason.of("graph-registered"))
    if copy:
        reasons.append(Reason.of("graph-copy-kept"))
    if purpose is not None:
        reasons.append(Reason.of("graph-purpose", purpose=Text(purpose)))
    if canaries:
        reasons.append(Reason.of("graph-canaries-inside", n=canaries))
    return reasons


def relation_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    """Relations between parties, from giver to taker; `REVERSED` says which are stated the other way round."""
    edges = []
    for _no, kind, from_party, to_party, day, basis, evidence in rows_of(con, "relations"):
        source, target = _directed(kind, register.party(from_party), register.party(to_party))
        stated: str = basis or "alleged"
        edges.append(
            make_edge(
                key_of(source),
                key_of(target),
                REVERSED.get(str(kind), str(kind)),
                stated,
                _GRADE_OF_BASIS[stated],
                date=iso(day),
                evidence=evidence,
                against=[] if evidence else [Reason.of("graph-no-evidence")],
            )
        )
    for ref, vendor, carrier, province, hand in rows_of(con, "lines"):
        line = Reason.of("graph-line", line=Ref(ref), province=None if province is None else Text(province), hand=hand)
        giver, taker = key_of(register.party(carrier)), key_of(register.party(vendor))
        edges.append(make_edge(giver, taker, "supplies_line_to", *_SAID, reasons=[line]))
    return edges


def _directed(kind: str, from_party: Node, to_party: Node) -> tuple[Node, Node]:
    """Giver and taker of a relation. `X refers_to Y`, `sold_to`, `provides_system_to`, `supplies_line_to`: X gives."""
    return (to_party, from_party) if kind in REVERSED else (from_party, to_party)
