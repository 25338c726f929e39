"""The provenance graph of a case: parties, lists, releases, canaries and callers, and what connects them.

Reads findings from the documented views, all else from the base tables, and writes nothing. Protected parties are
marked, not hidden: what leaves the case goes through `tracer.export.gate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import duckdb

from tracer.disclosure import Number, Reason, Ref, Text, Word
from tracer.findings.statements import Rows, headlines, statements
from tracer.graph.model import Document, Edge, Graph, Node, day_of, make_edge, make_node
from tracer.graph.nodes import NodeRegister, Row, add_datasets, add_parties, add_releases, iso, key, key_of, rows_of
from tracer.policy import FEW

# Edges that rest on documents and on people's words: who held what, releases, relations between parties, lines.

REVERSED = {"oem_of": "supplies_platform_to", "scrapes": "scraped_by"}
"""Relations stated from the taker's side: `reseller oem_of platform` is an edge platform -> reseller."""

_SHOWN = ("documented", "G5")
_SAID = ("alleged", "G0")
_GRADE_OF_BASIS = {"documented": "G5", "inferred": "G1", "alleged": "G0"}


def holding_edges(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Edge]:
    """`holds`: party -> dataset that was obtained from it (or is the client's own, or a public register)."""
    edges = []
    for ref, holder, origin, *_days_and_sizes, evidence in rows_of(con, "datasets"):
        why = None if origin not in headlines.OWN else "graph-register" if origin == "register" else "graph-own-list"
        shown = why is not None or bool(evidence)
        edges.append(
            make_edge(
                key_of(register.party(holder)),
                key("dataset", ref),
                "holds",
                *(_SHOWN if shown else _SAID),
                date=_dated(register, ref),
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


# Edges that rest on the lists themselves: what is stated of lists and copies, and proposed hidden datasets. From both,
# small counts and small datasets are withheld already.

LEAST_PROBABILITY = 0.05
"""Findings below it are not shown (contract, JSON rows)."""


def hidden_edges(
    con: duckdb.DuckDBPyConnection, register: NodeRegister, over: Callable[[str], str] = str
) -> list[Edge]:
    """`derived` through a proposed dataset that was never obtained: parents -> hidden -> children; one proposal."""
    edges = []
    for ref, parents, children, contacts, probability, reasons in rows_of(
        con, "hidden", {"least": LEAST_PROBABILITY}, over
    ):
        node = key_of(register.add(make_node("hidden", ref, contacts=contacts)))
        ends = [(key("dataset", parent), node) for parent in sorted(parents)]
        ends += [(node, key("dataset", child)) for child in sorted(children)]
        for source, target in ends:
            edge = make_edge(
                source,
                target,
                "derived",
                "inferred",
                "G1",
                probability=probability,
                reasons=reasons,
                against=[Reason.of("graph-hidden")],
            )
            edge["relation"] = "hidden"
            edges.append(edge)
    return edges


_FOUND = ("retention", "held", "attribution", "derivation")
"""Kinds of statements that are edges."""


def found_edges(rows: Rows, register: NodeRegister, verdicts: Mapping[tuple[str, str], Row]) -> Iterator[Edge]:
    """An edge for each statement about two lists, or about a copy and a list: `derived`, parent -> child; `retained`,
    `passed_on`, `held`, `attributed`, release -> dataset. An exchange is one statement and goes both ways."""
    for rank, one in enumerate(statements(rows, _FOUND, LEAST_PROBABILITY), start=1):
        derived, row = one.kind == "derivation", one.row
        giver, taker = one.about
        ways = [(giver, taker), (taker, giver)] if row.get("kind") == "exchange" else [(giver, taker)]
        for source, target in ways:
            edge = make_edge(
                key("dataset" if derived else "release", source),
                key("dataset", target),
                "derived" if derived else str(row.get("reading", "attributed")),
                "inferred",
                one.grade,
                probability=one.probability,
                date=_dated(register, target) if row.get("first_seen") is None else str(row["first_seen"]),
                shared=_shared(row, "shared" if derived else "rows_matched"),
                via=row.get("via"),
                after_end=row.get("after_end"),
                reasons=_coded(one.reasons or one.sure),
                against=_coded(one.against),
            )
            edge["relation"] = str(row["kind"]) if derived else one.kind
            edge["direction"], edge["rank"] = row.get("direction"), rank
            edge["without_judgement"] = row.get("without_judgement")
            own = (row["judgement"], row["note"], row["judged_by"], row["judged_on"]) if "judged_by" in row else None
            verdict, note, who, day = own or verdicts.get((source, target)) or (None, None, None, None)
            if verdict is not None:
                edge["judgement"], edge["note"] = f"{verdict}: {note}" if note else verdict, note
                edge["judged_by"], edge["judged_on"] = who, None if day is None else str(day)[:10]
            yield edge


def _coded(numbers: Iterable[Number]) -> list[Reason]:
    return [one for one in numbers if isinstance(one, Reason)]


def _shared(row: Mapping[str, Any], name: str) -> int | str | None:
    if name not in row:
        return None
    counted = row[name]
    return FEW if counted in (None, FEW) else int(counted)


def _dated(register: NodeRegister, dataset: str) -> str | None:
    node = register.get("dataset", dataset)
    return None if node is None else day_of(node)


def build_graph(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], rows: Rows, over: Callable[[str], str] = str
) -> Graph:
    """The graph of the case in `con`'s current schema, sorted; `pseudonym` names callers (keyed, per case).

    `rows`: of the named queries, which statements are made from. `over`: what becomes of SQL that reads views.

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
        *found_edges(rows, register, {(row[0], row[1]): row[2:] for row in rows_of(con, "judgements")}),
        *hidden_edges(con, register, over),
        *canary_edges(con, register, pseudonym),
    ]
    nodes = register.settle()
    edges = [edge for edge in found if _resolve(edge, register)]
    for node in nodes:
        _resolve_owner(node, register)
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


def _documents(con: duckdb.DuckDBPyConnection, nodes: list[Node], edges: list[Edge]) -> list[Document]:
    named = {ref for node in nodes for ref in node["evidence"]} | {ref for edge in edges for ref in edge["evidence"]}
    return [
        Document(id=ref, kind=kind, acquired=iso(acquired), sha256=sha256, file=file)
        for ref, kind, acquired, sha256, file in rows_of(con, "evidence")
        if ref in named
    ]
