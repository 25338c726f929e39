"""Who got lists from whom: the copyings, handovers and findings of a graph, gathered between parties.

A line is as sure as the least sure of what it covers. Where a copy explains how a list came to its holder, the
copy's finding is drawn and not the copying from the client. What a vendor kept is on the line from the client to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tracer.graph.model import Edge, Graph, Node, lowest_grade, lowest_probability

LIKELY = 0.5
"""Probability from which something is drawn."""
FINDINGS = ("retained", "passed_on")
_KINDS = (*FINDINGS, "derived", "released")


@dataclass
class PartyFlow:
    """What went from one party to another."""

    source: str
    target: str
    edges: list[Edge] = field(default_factory=list)
    """What it covers."""
    contacts: int = 0
    """Those in common with the giver, in the largest list that was found; 0 where none is known."""
    records: int = 0
    """Rows of the largest copy that was handed over."""
    strong: bool = False

    @property
    def kind(self) -> str:
        """The weightiest of `retained`, `passed_on`, `derived`, `released`."""
        return min((edge["kind"] for edge in self.edges), key=_KINDS.index)

    @property
    def grade(self) -> str:
        """The lowest grade."""
        return lowest_grade(self.edges)

    @property
    def probability(self) -> float | None:
        """The lowest probability."""
        return lowest_probability(self.edges)

    @property
    def size(self) -> int:
        """How wide it is: contacts where a list was found, else records of the copy."""
        return self.contacts or self.records

    def take(self, other: PartyFlow) -> None:
        """Covers what another covers as well."""
        self.edges += other.edges
        self.contacts, self.records = max(self.contacts, other.contacts), max(self.records, other.records)
        self.strong |= other.strong


def strongest(graph: Graph) -> Edge | None:
    """The edge of the finding that leads."""
    found = [edge for edge in graph["edges"] if edge["kind"] in FINDINGS and likely(edge)]
    return min(found, key=lambda edge: (edge["rank"] or 0, edge["id"]), default=None)


def likely(edge: Edge) -> bool:
    """Whether it is drawn."""
    return (edge["probability"] or 0.0) >= LIKELY


def party_flows(graph: Graph) -> list[PartyFlow]:
    """All flows between two parties, by their ids."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    shared = {(edge["source"], edge["target"]): edge["shared"] for edge in graph["edges"] if edge["shared"] is not None}
    edges = [edge for edge in graph["edges"] if edge["kind"] == "released" or likely(edge)]
    explained = {(nodes[edge["source"]]["dataset"], edge["target"]) for edge in edges if edge["kind"] == "passed_on"}
    found: dict[tuple[str, str], PartyFlow] = {}

    def add(edge: Edge, giver: str | None, taker: str | None, *, contacts: object = 0, records: int | None = 0) -> None:
        if giver is not None and taker is not None and giver != taker:
            counted = contacts if isinstance(contacts, int) else 0
            one = PartyFlow(giver, taker, [edge], counted, records or 0)
            found.setdefault((giver, taker), PartyFlow(giver, taker)).take(one)

    for edge in edges:
        source, target = nodes[edge["source"]], nodes[edge["target"]]
        if edge["kind"] == "released" and source["kind"] == "dataset":
            add(edge, source["party"], target["party"], records=target["rows"])
        elif edge["kind"] == "derived" and (source["id"], target["id"]) not in explained:
            add(edge, _owner(source), _owner(target), contacts=edge["shared"])
    findings = [edge for edge in edges if edge["kind"] in FINDINGS]
    for edge in findings:
        copy, holder = nodes[edge["source"]], nodes[edge["target"]]["party"]
        of = nodes.get(copy["dataset"] or "")
        ends = (None if of is None else of["party"], copy["party"])
        if edge["kind"] == "passed_on":
            ends = copy["party"], holder
            if ends not in found and _reaches(found, *ends):  # it came by way of others, who are drawn
                continue
        common = shared.get((copy["dataset"] or "", edge["target"])) or shared.get((copy["id"], edge["target"]))
        add(edge, *ends, contacts=common)
    lead = strongest(graph)
    for one in found.values():
        one.strong = lead is not None and any(pair == (one.source, one.target) for pair in _way(lead, nodes))
    return [found[pair] for pair in sorted(found)]


def _owner(node: Node) -> str | None:
    """Whose a list is; a proposed list without a holder counts for itself."""
    return node["id"] if node["kind"] == "hidden" else node["party"]


def _way(edge: Edge, nodes: Mapping[str, Node]) -> Iterator[tuple[str | None, str | None]]:
    """From the client to the vendor, from the vendor to the holder."""
    copy = nodes[edge["source"]]
    of = nodes.get(copy["dataset"] or "")
    yield None if of is None else of["party"], copy["party"]
    yield copy["party"], nodes[edge["target"]]["party"]


def _reaches(pairs: Iterable[tuple[str, str]], giver: str | None, taker: str | None) -> bool:
    """Whether lines lead from the one to the other."""
    seen, todo = {giver}, [giver]
    while todo:
        here = todo.pop()
        more = {target for source, target in pairs if source == here} - seen
        seen |= more
        todo += more
    return taker in seen
