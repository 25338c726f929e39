"""The provenance graph of a case: parties, lists, releases, canaries and callers, and what connects them.

Reads findings from the documented views, all else from the base tables, and writes nothing. Protected parties are
marked, not hidden: what leaves the case goes through `tracer.export.gate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeAlias

import duckdb

from tracer.disclosure import Reason, Ref, Text, Word
from tracer.dossier.statements import reply_state
from tracer.findings.statements import Rows, headlines, statements
from tracer.graph.model import KINDS, Document, Edge, Graph, Node, day_of, make_edge, make_node
from tracer.policy import FEW
from tracer.resources import sql_next_to

Row: TypeAlias = tuple[Any, ...]
REVERSED = {"oem_of": "supplies_platform_to", "scrapes": "scraped_by"}
"""Relations stated from the taker's side: `reseller oem_of platform` is an edge platform -> reseller."""
LEAST_PROBABILITY = 0.05
"""Findings below it are not shown (contract, JSON rows)."""
_SHOWN = ("documented", "G5")
_SAID = ("alleged", "G0")
_GRADE_OF_BASIS = {"documented": "G5", "inferred": "G1", "alleged": "G0"}
_FOUND = ("retention", "held", "attribution", "derivation")
"""Kinds of statements that are edges."""
_statement = sql_next_to(__file__)


def build_graph(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], rows: Rows, over: Callable[[str], str] = str
) -> Graph:
    """The graph of the case in `con`'s current schema, sorted; `pseudonym` names callers (keyed, per case).

    `rows`: of the named queries, which statements are made from. `over`: what becomes of SQL that reads views.

    An edge whose dataset is no longer current is left out, its finding being about another version.
    """
    nodes = _Nodes(con)
    hidden = con.execute(over(_statement("hidden")), {"least": LEAST_PROBABILITY}).fetchall()
    edges = [
        *_documented_edges(con, nodes),
        *_found_edges(con, rows, nodes),
        *_hidden_edges(hidden, nodes),
        *_canary_edges(con, nodes, pseudonym),
    ]
    # All nodes by kind and id, each id now unique: a clash prefixes the later kind.
    settled = sorted(nodes.known.values(), key=lambda node: (KINDS.index(node["kind"]), node["ref"]))
    taken = set[str]()
    for node in settled:
        node["id"] = node["ref"] if node["ref"] not in taken else f"{node['kind']}:{node['ref']}"
        taken.add(node["id"])
    for node in settled:
        node["party"], node["dataset"] = nodes.id_of(node["party"]), nodes.id_of(node["dataset"])
    known = list[Edge]()
    for edge in edges:
        source, target = nodes.id_of(edge["source"]), nodes.id_of(edge["target"])
        if source is not None and target is not None:
            edge["source"], edge["target"], edge["via"] = source, target, nodes.id_of(edge["via"])
            known.append(edge)

    def order(edge: Edge) -> tuple[str, ...]:
        return edge["source"], edge["target"], edge["kind"], edge["date"] or "", *map(json.dumps, edge["reasons"])

    known.sort(key=order)
    for number, edge in enumerate(known, start=1):
        edge["id"] = f"e{number}"
    named = {ref for one in (*settled, *known) for ref in one["evidence"]}
    evidence = [
        Document(id=ref, kind=kind, acquired=_iso(acquired), sha256=sha256, file=file)
        for ref, kind, acquired, sha256, file in _rows(con, "evidence")
        if ref in named
    ]
    return Graph(nodes=settled, edges=known, evidence=evidence, left_out=[])


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    """The rows of `sql/<name>.sql`, whose ORDER BY leaves no ties open."""
    return con.execute(_statement(name)).fetchall()


def _iso(moment: date | datetime | None) -> str | None:
    """A date as `2026-05-01`; a moment loses its time of day."""
    return None if moment is None else moment.isoformat()[:10]


class _Nodes:
    """All nodes by a key of kind and id, such as `party:x`; final ids are given once, at the end."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """Parties with how far their right of reply has come, current datasets within their holders, and releases
        within their recipients."""
        self.known: dict[str, Node] = {}
        self._merged: dict[str, str] = {}
        for ref, name, role, province, industry, protected, into, evidence, registration in _rows(con, "parties"):
            if into is not None:
                self._merged[ref] = into
                continue
            more = {"protected": protected, "evidence": evidence, "registration": registration, "reply": "not_asked"}
            self.add("party", ref, name, role=role, province=province, industry=industry, **more)
        for ref, asked, deadline, answered, text, language, translation in _rows(con, "replies"):
            node = self.known[self.party(ref)]
            node["reply"] = reply_state(asked, deadline, answered)
            node["reply_asked"], node["reply_deadline"] = _iso(asked), _iso(deadline)
            node["reply_answered"], node["reply_text"] = _iso(answered), text
            node["reply_language"], node["reply_translation"] = language, translation
        for ref, holder, origin, obtained, created, rows, contacts, purged_at, evidence in _rows(con, "datasets"):
            days = {"date": _iso(obtained), "created": _iso(created), "purged": _iso(purged_at)}
            more = {"rows": rows, "contacts": contacts, "evidence": evidence}
            self.add("dataset", ref, role=origin, party=self.party(holder), **days, **more)
        for ref, dataset, recipient, day, ends, rows, _, basis, _, _, evidence, canaries in _rows(con, "releases"):
            whose = {"party": self.party(recipient), "dataset": self.add("dataset", dataset)}
            more = {"date": _iso(day), "until": _iso(ends), "rows": rows, "canaries": canaries, "evidence": evidence}
            self.add("release", ref, role=basis, **whose, **more)

    def add(self, kind: str, ref: str, label: str | None = None, **facts: Any) -> str:
        """Adds a node; of two with the same kind and id the first stays. Gives its key."""
        self.known.setdefault(f"{kind}:{ref}", make_node(kind, ref, label, **facts))
        return f"{kind}:{ref}"

    def party(self, ref: str) -> str:
        """The key of a party, after merges; one without a description gets a bare node."""
        seen: set[str] = set()
        while ref in self._merged and ref not in seen:
            seen.add(ref)
            ref = self._merged[ref]
        return self.add("party", ref)

    def id_of(self, key: str | None) -> str | None:
        """The final id of the node with that key, or None where there is none."""
        return self.known[key]["id"] if key in self.known else None

    def day(self, key: str) -> str | None:
        """The day of a list."""
        return day_of(self.known[key]) if key in self.known else None


def _documented_edges(con: duckdb.DuckDBPyConnection, nodes: _Nodes) -> Iterator[Edge]:
    """What rests on documents and on people's words: who held what, releases, relations between parties, lines."""
    # `holds`: party -> dataset that was obtained from it (or is the client's own, or a public register).
    for ref, holder, origin, *_, evidence in _rows(con, "datasets"):
        why = None if origin not in headlines.OWN else "graph-register" if origin == "register" else "graph-own-list"
        facts: dict[str, Any] = {"date": nodes.day(f"dataset:{ref}"), "evidence": evidence}
        facts["reasons"] = [] if why is None else [Reason.of(why)]
        facts["against"] = [] if why is not None or evidence else [Reason.of("graph-origin-undocumented")]
        grade = _SAID if facts["against"] else _SHOWN
        yield make_edge(nodes.party(holder), f"dataset:{ref}", "holds", *grade, **facts)
    # `released`: dataset -> release -> recipient.
    for ref, dataset, recipient, day, ends, _, purpose, _, registered, copy, evidence, canaries in _rows(
        con, "releases"
    ):
        reasons = [Reason.of("graph-registered")] if registered else []
        reasons += [Reason.of("graph-copy-kept")] if copy else []
        reasons += [Reason.of("graph-purpose", purpose=Text(purpose))] if purpose is not None else []
        reasons += [Reason.of("graph-canaries-inside", n=canaries)] if canaries else []
        shown = bool(registered or copy or evidence)
        against = [] if shown else [Reason.of("graph-release-undocumented")]
        facts = {"date": _iso(day), "until": _iso(ends), "reasons": reasons, "evidence": evidence, "against": against}
        for source, target in pairwise((f"dataset:{dataset}", f"release:{ref}", nodes.party(recipient))):
            yield make_edge(source, target, "released", *(_SHOWN if shown else _SAID), **facts)
    # Relations between parties, from giver to taker: X gives in `X refers_to Y`, `sold_to`, `provides_system_to`,
    # `supplies_line_to`; `REVERSED` says which are stated the other way round.
    for _, kind, giver, taker, day, basis, evidence in _rows(con, "relations"):
        ends_of, stated = (nodes.party(giver), nodes.party(taker)), basis or "alleged"
        facts = {"date": _iso(day), "evidence": evidence}
        facts["against"] = [] if evidence else [Reason.of("graph-no-evidence")]
        source, target = ends_of[::-1] if kind in REVERSED else ends_of
        yield make_edge(source, target, REVERSED.get(str(kind), str(kind)), stated, _GRADE_OF_BASIS[stated], **facts)
    for ref, vendor, carrier, province, hand in _rows(con, "lines"):
        line = Reason.of("graph-line", line=Ref(ref), province=None if province is None else Text(province), hand=hand)
        yield make_edge(nodes.party(carrier), nodes.party(vendor), "supplies_line_to", *_SAID, reasons=[line])


def _canary_edges(con: duckdb.DuckDBPyConnection, nodes: _Nodes, pseudonym: Callable[[str], str]) -> Iterator[Edge]:
    """`seen_in`: canary -> dataset; `called`: caller -> canary; `planted_in`: canary -> release.

    Only canaries that were found or called become nodes: the others would tell the register and show nothing.
    """
    for no, kind, dataset in _rows(con, "sightings"):
        canary, found = nodes.add("canary", f"canary-{no}", role=kind), nodes.known.get(f"dataset:{dataset}")
        day, why = None if found is None else found["date"], [Reason.of("graph-canary-seen")]
        yield make_edge(canary, f"dataset:{dataset}", "seen_in", *_SHOWN, date=day, reasons=why)
    for caller, masked, no, kind, channel, first_at, last_at, signals in _rows(con, "signals"):
        # A caller under a pseudonym; the number it showed only masked.
        ref = "caller-withheld" if masked is None else f"caller-{pseudonym(f'caller {caller}')}"
        source = nodes.add("caller", ref, masked or "number withheld")
        node = nodes.known[source]
        node["date"] = min(filter(None, (node["date"], _iso(first_at))), default=None)
        facts = {"date": _iso(first_at), "until": _iso(last_at), "count": signals}
        facts["reasons"] = [Reason.of("graph-signals", n=signals, channel=Word(channel))]
        facts["against"] = [Reason.of("graph-caller-forged")]
        yield make_edge(source, nodes.add("canary", f"canary-{no}", role=kind), "called", *_SHOWN, **facts)
    for release, no, scheme in _rows(con, "planted"):
        if (canary := f"canary:canary-{no}") in nodes.known:
            reasons = [Reason.of("graph-planted", scheme=Word(scheme))]
            yield make_edge(canary, f"release:{release}", "planted_in", *_SHOWN, reasons=reasons)


def _hidden_edges(proposed: list[Row], nodes: _Nodes) -> Iterator[Edge]:
    """`derived` through a proposed dataset that was never obtained: parents -> hidden -> children; one proposal."""
    for ref, parents, children, contacts, probability, reasons in proposed:
        hidden = nodes.add("hidden", ref, contacts=contacts)
        ends = [(f"dataset:{parent}", hidden) for parent in sorted(parents)]
        ends += [(hidden, f"dataset:{child}") for child in sorted(children)]
        facts = {"probability": probability, "reasons": reasons, "against": [Reason.of("graph-hidden")]}
        for source, target in ends:
            yield make_edge(source, target, "derived", "inferred", "G1", relation="hidden", **facts)


def _found_edges(con: duckdb.DuckDBPyConnection, rows: Rows, nodes: _Nodes) -> Iterator[Edge]:
    """An edge for each statement about two lists, or about a copy and a list: `derived`, parent -> child; `retained`,
    `passed_on`, `held`, `attributed`, release -> dataset. An exchange is one statement and goes both ways. Small counts
    and small datasets are withheld already."""
    verdicts = {(row[0], row[1]): row[2:] for row in _rows(con, "judgements")}
    for rank, one in enumerate(statements(rows, _FOUND, LEAST_PROBABILITY), start=1):
        derived, row, (giver, taker) = one.kind == "derivation", one.row, one.about
        counted, via = "shared" if derived else "rows_matched", row.get("via")
        facts: dict[str, Any] = {name: row.get(name) for name in ("after_end", "without_judgement", "direction")}
        facts |= {"probability": one.probability, "rank": rank, "via": None if via is None else f"hidden:{via}"}
        facts["relation"] = str(row["kind"]) if derived else one.kind
        facts["reasons"] = [reason for reason in one.reasons or one.sure if isinstance(reason, Reason)]
        facts["against"] = [reason for reason in one.against if isinstance(reason, Reason)]
        if counted in row:
            facts["shared"] = FEW if row[counted] in (None, FEW) else int(row[counted])
        kind = "derived" if derived else str(row.get("reading", "attributed"))
        for source, target in ((giver, taker), (taker, giver))[: 2 if row.get("kind") == "exchange" else 1]:
            ends = f"{'dataset' if derived else 'release'}:{source}", f"dataset:{target}"
            day = nodes.day(ends[1]) if row.get("first_seen") is None else str(row["first_seen"])
            edge = make_edge(*ends, kind, "inferred", one.grade, date=day, **facts)
            own = (row["judgement"], row["note"], row["judged_by"], row["judged_on"]) if "judged_by" in row else None
            verdict, note, who, day = own or verdicts.get((source, target)) or (None, None, None, None)
            if verdict is not None:
                edge["judgement"], edge["note"] = f"{verdict}: {note}" if note else verdict, note
                edge["judged_by"], edge["judged_on"] = who, None if day is None else str(day)[:10]
            yield edge
