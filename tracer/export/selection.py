"""The part of a case that was asked for: a chain, what touches a party, one finding, edges of a grade and better.

What is asked together is cut together. Owners stay with what they own, canaries with the copy and the list that they
join, and what was left out is said and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tracer.disclosure import Reason, Text
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.gate import FindingRow, Findings
from tracer.export.outgoing import CodedTables, Outgoing
from tracer.graph.model import Edge, Graph, Node, at_least

_NAMED: Mapping[str, str] = {
    **dict.fromkeys("party vendor client recipient holder seen_with seller buyer about".split(), "party"),
    **dict.fromkeys("dataset seen_in parent child a b".split(), "dataset"),
    "release": "release",
}
"""Columns of rows that name a node -> of which kind."""
_SEVERAL: Mapping[str, str] = {"chain": "party", "datasets": "dataset"}


def selected_part(leaving: Outgoing, choice: ExportChoice) -> Outgoing:
    """What leaves, cut to the part that is chosen, which says how much it leaves out.

    Raises:
        UsageError: an id or chain that the case does not have; names the nearest.
    """
    leaving = replace(leaving, choice=choice)
    highlighted_nodes(leaving)
    whole = leaving.coded_tables
    if whole is None or not choice.part:
        return leaving
    graph = _cut(leaving, whole, choice)
    coded_tables = replace(whole, graph=graph, findings=_rows(whole.findings, graph), facts=_rows(whole.facts, graph))
    nodes, edges = (len(whole.graph[what]) - len(graph[what]) for what in ("nodes", "edges"))
    asked = ", ".join(f"--{name} {value}" for name, value in choice.part.items())
    partial = Reason.of("left-out-part", asked=Text(asked), nodes=nodes, edges=edges)
    return replace(leaving, coded_tables=coded_tables, partial=partial).leaving_out([partial], first=True)


def highlighted_nodes(leaving: Outgoing) -> frozenset[str]:
    """Ids of the nodes that are to be highlighted. Raises UsageError for one that the graph does not have."""
    return frozenset(node for name in leaving.choice.highlight for node in _nodes_named(leaving, name, "--highlight"))


def _cut(leaving: Outgoing, whole: CodedTables, choice: ExportChoice) -> Graph:
    graph = whole.graph
    cuts: list[Callable[[Edge], bool]] = []
    core: set[str] = set()
    if choice.chain:
        core |= (on_it := _on_chain(leaving, whole, choice.chain))
        cuts.append(_edges_within(graph, on_it))
    if choice.party:  # what the party holds and received, and the copies of its lists
        parties = _nodes_named(leaving, choice.party, "--party", ("party",))
        own = parties | {node["id"] for node in graph["nodes"] if node["party"] in parties}
        own |= {node["id"] for node in graph["nodes"] if node["dataset"] in own}
        core |= own
        # Edges that begin or end there, and the calls to canaries planted in one of them.
        planted = {e["source"] for e in graph["edges"] if e["kind"] == "planted_in" and e["target"] in own}
        cuts.append(lambda edge: edge["source"] in own or edge["target"] in own or edge["target"] in planted)
    if choice.finding:
        # The two ends of a finding and whose they are.
        one, other = (_nodes_named(leaving, name, "--finding") for name in choice.finding)
        pairs = [(edge["source"], edge["target"]) for edge in leaving.graph["edges"]]
        ends = {name for a, b in pairs if (a in one and b in other) or (a in other and b in one) for name in (a, b)}
        if not ends:
            said = f"no finding joins {choice.finding[0]!r} and {choice.finding[1]!r}"
            raise UsageError(said, where="--finding", remedy="tracer query retention or derivations lists them")
        core |= (joined := _owners(leaving.graph, ends))
        cuts.append(_edges_within(graph, joined))
    if choice.grade:
        cuts.append(lambda edge: at_least(edge["grade"], choice.grade))
    edges = [edge for edge in graph["edges"] if all(kept(edge) for kept in cuts)]
    touched = {name for edge in edges for name in (edge["source"], edge["target"], edge["via"]) if name is not None}
    kept = _owners(graph, touched | core)
    nodes = [node for node in graph["nodes"] if node["id"] in kept]
    named = {ref for one in (*nodes, *edges) for ref in one["evidence"]}
    documents = [document for document in graph["evidence"] if document["id"] in named]
    return Graph(**{**graph, "nodes": nodes, "edges": edges, "evidence": documents})


def _on_chain(leaving: Outgoing, whole: CodedTables, named: str) -> set[str]:
    """Nodes of the chains that are meant. Raises UsageError where none is."""

    def is_at(row: FindingRow, place: int, wanted: str) -> bool:
        """Whether a chain begins (0) or ends (-1) with a list or party of this id or name; any where none is wanted."""
        lists, parties = members_of(row.get("datasets")), members_of(row.get("chain"))
        there = {*lists[place : place + 1 or None], *parties[place : place + 1 or None]}
        return wanted in ("", *there) or any(
            node["ref"] in there and node["kind"] in {"party", "dataset"} for node in _nodes_matching(leaving, wanted)
        )

    rows = whole.findings.get("resale-chains", ())
    meant = [rows[int(named) - 1]] if named.isdecimal() and 0 < int(named) <= len(rows) else []
    if not meant and not named.isdecimal():
        first, dots, last = named.partition("..")
        first, last = (first, last) if dots else ("", named)
        meant = [row for row in rows if is_at(row, 0, first) and is_at(row, -1, last)]
    if meant:  # their parties and lists, and the copies of these lists that these parties received
        held = [({*members_of(row.get("chain"))}, {*members_of(row.get("datasets"))}) for row in meant]
        return {
            node["id"]
            for node in whole.graph["nodes"]
            for parties, lists in held
            if (node["kind"] == "party" and node["ref"] in parties)
            or (node["kind"] == "dataset" and node["ref"] in lists)
            or (node["kind"] == "release" and node["dataset"] in lists and node["party"] in parties)
        }
    lists = [members for row in rows if (members := members_of(row["datasets"]))]
    known = {name for of in lists for name in (f"{of[0]}..{of[-1]}", of[-1])}
    remedy = did_you_mean(named, known) if known else "the case has none: tracer query resale-chains"
    remedy = remedy or f"give a number up to {len(rows)}, or FROM..TO: tracer query resale-chains"
    raise UsageError(f"unknown chain {named!r}", where="--chain", remedy=remedy)


def _nodes_named(leaving: Outgoing, name: str, where: str, kinds: Sequence[str] = ()) -> set[str]:
    """Ids of the nodes that an id or a name means. Raises UsageError where it means none; names the nearest."""
    found = {node["id"] for node in _nodes_matching(leaving, name) if not kinds or node["kind"] in kinds}
    if found:
        return found
    known = {
        text
        for node in leaving.graph["nodes"]
        if node["kind"] in (kinds or ("party", "dataset", "release"))
        for text in (node["ref"], node["label"])
    }
    what = kinds[0] if len(kinds) == 1 else "id"
    remedy = did_you_mean(name, known) or "tracer query datasets, tracer party list"
    raise UsageError(f"unknown {what} {name!r}", where=where, remedy=remedy)


def _nodes_matching(leaving: Outgoing, name: str) -> list[Node]:
    """Nodes whose id it is; else those that are called so, in either language."""
    nodes = leaving.graph["nodes"]
    by_id = [node for node in nodes if name in (node["id"], node["ref"])]
    if by_id:
        return by_id
    wanted = name.casefold()
    called = [leaving.names_in(lang) for lang in leaving.names] or [leaving.names_in()]

    tables = [table for known in called for table in (known.parties, known.lists)]
    names = {node["id"]: [node["label"], *(one[node["ref"]] for one in tables if node["ref"] in one)] for node in nodes}
    return [node for node in nodes if any(wanted == text.casefold() for text in names[node["id"]])]


def _owners(graph: Graph, names: set[str]) -> set[str]:
    """With the list that a copy is of, and whose lists and copies are."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    lists = names | {nodes[name]["dataset"] or name for name in names if name in nodes}
    return {name for name in lists | {nodes[name]["party"] or name for name in lists if name in nodes} if name in nodes}


def _edges_within(graph: Graph, core: set[str]) -> Callable[[Edge], bool]:
    """Edges between these nodes, and those of the canaries that join a copy and a list of them, with their callers."""
    ends: dict[str, set[str]] = {"planted_in": set(), "seen_in": set()}
    for edge in graph["edges"]:
        if edge["kind"] in ends and edge["target"] in core:
            ends[edge["kind"]].add(edge["source"])
    canaries = ends["planted_in"] & ends["seen_in"]
    callers = {e["source"] for e in graph["edges"] if e["kind"] == "called" and e["target"] in canaries}
    whole = core | canaries | callers
    return lambda edge: edge["source"] in whole and edge["target"] in whole


def _rows(findings: Findings, graph: Graph) -> dict[str, list[FindingRow]]:
    """Rows that name none but nodes of the graph."""
    known = {(node["kind"], name) for node in graph["nodes"] for name in (node["ref"], node["id"])}

    def is_in(row: FindingRow) -> bool:
        named = [(kind, row.get(key)) for key, kind in _NAMED.items()]
        named += [(kind, name) for key, kind in _SEVERAL.items() for name in members_of(row.get(key))]
        return all(name is None or (kind, str(name)) in known for kind, name in named)

    return {name: [row for row in rows if is_in(row)] for name, rows in findings.items()}


def members_of(value: object) -> list[str]:
    """The members of a list in a row, as texts; none where it is not a list."""
    return [str(one) for one in value] if isinstance(value, list | tuple) else []
