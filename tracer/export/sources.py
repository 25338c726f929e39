"""No informant in a picture: protected parties that only helped the case are absent from what is published.

A protected party that received copies, sold, supplied, or has a role in the trade is a part of what is shown and keeps
its pseudonym. One that gave a list, a document or a statement is a source: its node, its lines, what it said and its
documents go, without a number of them, because a reader of a published file may look for exactly this. So does what
would betray it: edges rest on what is left (a list is documented by the documents that may be named), the lists that
it gave have no holder and the last day of the month for the day on which they came, which is still an upper bound.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import duckdb

from tracer.case.protected import documents_naming
from tracer.disclosure import Reason
from tracer.export.gate import Findings, Protection
from tracer.graph.model import Edge, Graph, Node, coded_reasons
from tracer.resources import statements_beside
from tracer.wording.names import UNNAMED

_TRADE = (
    "oem_of", "refers_to", "provides_system_to", "supplies_line_to", "calls_for", "scrapes", "sold_to",
)  # fmt: skip
"""Relations that make both ends a part of the trade."""
_SPOKEN = frozenset({"claims", "contradictions", "counts", "replies"})
"""Rows that are about a party, and go with it."""
_PARTIES = frozenset(
    {
        "party", "counterparty", "party_a", "party_b", "about", "holder", "seen_with", "vendor", "client", "recipient",
        "seller", "buyer", "speaker", "speaker_a", "speaker_b",
    }
)  # fmt: skip
"""Columns of ids of parties."""
_ROLE = "source"

_statement = statements_beside(__file__)


@dataclass(frozen=True)
class Sources:
    """Who is left out, and what is known through them alone."""

    parties: frozenset[str] = frozenset()
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Each list that one of them gave → the days on which it came → the last days of their months."""
    documents: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.parties)


def sources_of(con: duckdb.DuckDBPyConnection) -> Sources:
    """Reads from the case who is a source."""
    parties = frozenset(
        str(party) for (party,) in con.execute(_statement("sources"), {"trade": list(_TRADE)}).fetchall()
    )
    if not parties:
        return Sources()
    lists = con.execute(_statement("source_lists"), {"sources": sorted(parties)}).fetchall()
    coarse = {str(name): {day.isoformat(): _month_end(day) for day in days} for name, days in lists}
    return Sources(parties, coarse, documents_naming(con, parties))


def _month_end(day: date) -> str:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]).isoformat()


def unlinked(protection: Protection, sources: Sources) -> Protection:
    """The same, where what names a source in a text or an id is not linked to its pseudonym in other files."""
    known = protection.protected
    pseudonyms = {known.shown[party] for party in sources.parties if party in known.shown}
    shown = {
        name: f"withheld-{protection.pseudonym(f'withheld {pseudonym}')}" if pseudonym in pseudonyms else pseudonym
        for name, pseudonym in known.shown.items()
    }
    return replace(protection, protected=replace(known, shown=shown))


def graph_without(graph: Graph, sources: Sources) -> Graph:
    """The graph, not gone through the gate yet, without the sources; says that something is left out."""
    gone = {node["id"] for node in graph["nodes"] if node["kind"] == "party" and node["ref"] in sources.parties}
    given = {
        node["id"]: sources.lists[node["ref"]]
        for node in graph["nodes"]
        if node["kind"] == "dataset" and node["ref"] in sources.lists
    }
    nodes = [_node(node, gone, given) for node in graph["nodes"] if node["id"] not in gone]
    edges = [
        _edge(edge, sources, given)
        for edge in graph["edges"]
        if edge["source"] not in gone and edge["target"] not in gone
    ]
    said = [Reason.of("left-out-unnamed"), *([Reason.of("left-out-days")] if given else [])]
    return Graph(
        nodes=nodes,
        edges=edges,
        evidence=[one for one in graph["evidence"] if one["id"] not in sources.documents],
        left_out=[*graph["left_out"], *coded_reasons(said)],
    )


def _node(node: Node, gone: set[str], given: Mapping[str, Mapping[str, str]]) -> Node:
    days = given.get(node["id"], {})
    changed = _coarse(node, days) | {"party": None if node["party"] in gone else node["party"]}
    if node["protected"] and node["role"] == _ROLE:  # a part of the trade: that it helped as well is not said
        changed["role"] = None
    return cast(Node, changed)


def _edge(edge: Edge, sources: Sources, given: Mapping[str, Mapping[str, str]]) -> Edge:
    days = {**given.get(edge["source"], {}), **given.get(edge["target"], {})}
    kept = [document for document in edge["evidence"] if document not in sources.documents]
    changed = _unnamed(_coarse(edge, days), sources) | {"evidence": kept}
    return cast(Edge, changed | (_undocumented(edge) if edge["evidence"] and not kept else {}))


def _undocumented(edge: Edge) -> dict[str, Any]:
    """What an edge says that would have no document if the case had none of a source."""
    codes = {reason["code"] for reason in edge["reasons"]}
    if edge["kind"] == "holds" and not codes & {"graph-own-list", "graph-register"}:
        return _alleged(edge, Reason.of("graph-origin-undocumented"))
    if edge["kind"] == "released" and not codes & {"graph-registered", "graph-copy-kept"}:
        return _alleged(edge, Reason.of("graph-release-undocumented"))
    if edge["kind"] not in {"holds", "released"}:
        return {"against": [*edge["against"], *coded_reasons([Reason.of("graph-no-evidence")])]}
    return {}


def _alleged(edge: Edge, against: Reason) -> dict[str, Any]:
    return {"basis": "alleged", "grade": "G0", "against": [*edge["against"], *coded_reasons([against])]}


def findings_without(findings: Findings, sources: Sources) -> dict[str, list[dict[str, Any]]]:
    """Rows, not gone through the gate yet, without what sources said and without their ids."""
    return {name: list(_rows(name, rows, sources)) for name, rows in findings.items()}


def _rows(name: str, rows: Sequence[Mapping[str, Any]], sources: Sources) -> Iterable[dict[str, Any]]:
    for row in rows:
        if name in _SPOKEN and any(row.get(column) in sources.parties for column in _PARTIES):
            continue
        if "document" in row and row["document"] in sources.documents:
            continue
        kept = dict(row)
        if "chain" in kept:
            kept["chain"] = [party for party in kept["chain"] if party not in sources.parties]
            if len(kept["chain"]) < 2:
                continue
        yield _unnamed(_coarse(kept, _days_of(kept, sources)), sources)


def _days_of(row: Mapping[str, Any], sources: Sources) -> dict[str, str]:
    """The days that a row on a source's list may give more coarsely."""
    days: dict[str, str] = {}
    for value in row.values():
        for name in [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []:
            days |= sources.lists.get(name, {}) if isinstance(name, str) else {}
    return days


def _coarse(values: Mapping[str, Any], days: Mapping[str, str]) -> dict[str, Any]:
    return {name: _coarsened(value, days) for name, value in values.items()} if days else dict(values)


def _coarsened(value: Any, days: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return days.get(value, value)
    if isinstance(value, Mapping):
        return {name: _coarsened(one, days) for name, one in value.items()}
    return [_coarsened(one, days) for one in value] if isinstance(value, list | tuple) else value


def _unnamed(values: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    return {name: _anonymous(name, value, sources) for name, value in values.items()}


def _anonymous(name: str, value: Any, sources: Sources) -> Any:
    if isinstance(value, str):
        return UNNAMED if name in _PARTIES and value in sources.parties else value
    if isinstance(value, Mapping):
        return _unnamed(value, sources)
    return [_anonymous(name, one, sources) for one in value] if isinstance(value, list | tuple) else value
