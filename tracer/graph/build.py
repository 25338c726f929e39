"""The provenance graph of a case: parties, lists, releases, canaries and callers, and what connects them.

Reads findings from the documented views, all else from the base tables, and writes nothing. Protected parties are
marked, not hidden: what leaves the case goes through `tracer.export.gate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import duckdb

from tracer.disclosure import Count, PValue, Reason, Ref, Share, Text, Word
from tracer.graph.model import Document, Edge, Graph, Node, make_edge, make_node
from tracer.graph.nodes import NodeRegister, Row, add_datasets, add_parties, add_releases, iso, key, key_of, rows_of
from tracer.policy import FEW

# Edges that rest on documents and on people's words: who held what, releases, relations between parties, lines.

REVERSED = {"oem_of": "supplies_platform_to", "scrapes": "scraped_by"}
"""Relations stated from the taker's side: `reseller oem_of platform` is an edge platform -> reseller."""

_SHOWN = ("documented", "G5")
_SAID = ("alleged", "G0")
_GRADE_OF_BASIS = {"documented": "G5", "inferred": "G1", "alleged": "G0"}

_SELF_EVIDENT = {"own": "graph-own-list", "refusals": "graph-own-list", "register": "graph-register"}
"""Origins of lists that the holder made itself, which needs no document, with the reason to give."""


def holding_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    """`holds`: party -> dataset that was obtained from it (or is the client's own, or a public register)."""
    edges = []
    for ref, holder, origin, obtained, created, _rows, _contacts, _purged, evidence in rows_of(con, "datasets"):
        why = _SELF_EVIDENT.get(origin)
        shown = why is not None or bool(evidence)
        edges.append(
            make_edge(
                key_of(register.party(holder)),
                key("dataset", ref),
                "holds",
                *(_SHOWN if shown else _SAID),
                date=iso(obtained) or iso(created),
                reasons=[] if why is None else [Reason.of(why)],
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


# Edges of controlled identities: where canaries were, in which lists they were found, who called them.

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


# Edges that rest on the lists themselves: derivations, proposed hidden datasets, retentions, attributions. They are
# read from the documented views, where small counts and small datasets are already withheld.

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


def build_graph(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], over: Callable[[str], str] = str
) -> Graph:
    """The graph of the case in `con`'s current schema, sorted; `pseudonym` names callers (keyed, per case).

    `over`: what becomes of statements that read views of findings.

    An edge whose dataset is no longer current is left out, its finding being about another version.
    """
    register = NodeRegister()
    add_parties(con, register)
    add_datasets(con, register)
    releases = add_releases(con, register)
    found = [
        *holding_edges(con, register),
        *release_edges(releases, register),
        *relation_edges(con, register),
        *derivation_edges(con, register, over),
        *hidden_edges(con, register),
        *retention_edges(con, over),
        *attribution_edges(con, register, over),
        *canary_edges(con, register, pseudonym),
    ]
    nodes = register.settle()
    edges = [edge for edge in found if _resolve(edge, register)]
    for node in nodes:
        _resolve_owner(node, register)
    _judge(con, edges)
    edges.sort(key=_edge_order)
    for number, edge in enumerate(edges, start=1):
        edge["id"] = f"e{number}"
    return Graph(nodes=nodes, edges=edges, evidence=_documents(con, nodes, edges), left_out=[])


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return (edge["source"], edge["target"], edge["kind"], edge["date"] or "", *map(json.dumps, edge["reasons"]))


def _resolve(edge: Edge, register: NodeRegister) -> bool:
    """Puts final ids at the ends of `edge`; False where an end is not a node of the graph."""
    source, target = register.id_of(edge["source"]), register.id_of(edge["target"])
    if source is None or target is None:
        return False
    edge["source"], edge["target"] = source, target
    if edge["via"] is not None:
        edge["via"] = register.id_of(key("hidden", edge["via"]))
    return True


def _resolve_owner(node: Node, register: NodeRegister) -> None:
    if node["party"] is not None:
        node["party"] = register.id_of(node["party"])
    if node["dataset"] is not None:
        node["dataset"] = register.id_of(node["dataset"])


def _judge(con: duckdb.DuckDBPyConnection, edges: list[Edge]) -> None:
    """Puts a person's latest decision on the edges between the two ids it names."""
    verdicts = {
        frozenset((a, b)): f"{verdict}: {note}" if note else verdict
        for a, b, verdict, note in rows_of(con, "judgements")
    }
    for edge in edges:
        edge["judgement"] = verdicts.get(frozenset((edge["source"], edge["target"])))


def _documents(con: duckdb.DuckDBPyConnection, nodes: list[Node], edges: list[Edge]) -> list[Document]:
    named = {ref for node in nodes for ref in node["evidence"]} | {ref for edge in edges for ref in edge["evidence"]}
    return [
        Document(id=ref, kind=kind, acquired=iso(acquired), sha256=sha256, file=file)
        for ref, kind, acquired, sha256, file in rows_of(con, "evidence")
        if ref in named
    ]
