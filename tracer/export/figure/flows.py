"""Who got lists from whom: the copyings, handovers and findings of a graph, added up between parties.

What a copy explains goes the copy's way: a list that came from the copy which a vendor was given counts from the vendor
to its holder, not from the client. The strongest finding is what a vendor kept, else what it passed on, by grade.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracer.graph.model import GRADES, Edge, Graph, Node, at_least

LIKELY = 0.5
"""Probability from which a copying is drawn."""
FINDINGS = ("retained", "passed_on")
_LEAST_GRADE = "G2"


@dataclass
class PartyFlow:
    """What went from one party to another."""

    source: str
    target: str
    records: int = 0
    """Contacts of the largest lists, added up over the giver's lists; 0 where none is known."""
    kind: str = "derived"
    """The weightiest of `retained`, `passed_on`, `released`, `derived`."""
    grade: str = "G0"
    date: str | None = None
    strong: bool = False


_RANK = ("retained", "passed_on", "released", "derived")


def strongest(graph: Graph) -> Edge | None:
    """The edge of the finding that leads: kept before passed on, then by grade, probability and day."""
    found = [edge for edge in graph["edges"] if edge["kind"] in FINDINGS and at_least(edge["grade"], _LEAST_GRADE)]
    return min(found, key=_weight, default=None)


def _weight(edge: Edge) -> tuple[int, int, float, str, str]:
    place = (FINDINGS.index(edge["kind"]), -GRADES.index(edge["grade"]))
    return (*place, -(edge["probability"] or 0.0), edge["date"] or "9999", edge["id"])


def party_flows(graph: Graph) -> list[PartyFlow]:
    """All flows between two parties, sorted."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    whole = _Flows(nodes)
    handed: dict[str, list[Edge]] = defaultdict(list)
    matched: dict[tuple[str, str], int] = {}
    for edge in graph["edges"]:
        if edge["kind"] in (*FINDINGS, "held") and at_least(edge["grade"], _LEAST_GRADE):
            handed[edge["target"]].append(edge)
        elif edge["kind"] == "attributed" and isinstance(edge["shared"], int):
            matched[edge["source"], edge["target"]] = edge["shared"]
    for node in nodes.values():
        if node["kind"] == "release" and node["dataset"] in nodes:
            whole.add(nodes[node["dataset"]]["party"], node["party"], node["contacts"] or node["rows"], "released",
                      "G5", node["date"], node["dataset"])  # fmt: skip
    for edge in graph["edges"]:
        if edge["kind"] == "derived" and (edge["probability"] or 0.0) >= LIKELY:
            _copying(edge, handed[edge["target"]], whole)
    for edge in (edge for edges in handed.values() for edge in edges):
        _finding(edge, matched.get((edge["source"], edge["target"])), whole)
    lead = strongest(graph)
    if lead is not None:
        whole.lead(lead)
    return whole.sorted()


class _Flows:
    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self._found: dict[tuple[str, str], PartyFlow] = {}
        self._by_list: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)

    def add(
        self, giver: str | None, taker: str | None, records: int | str | None, kind: str, grade: str,
        day: str | None, of: str,
    ) -> None:  # fmt: skip
        """Adds records of a list of the giver's; the same list counts once, as often as it was given."""
        if giver is None or taker is None or giver == taker:
            return
        pair = giver, taker
        flow = self._found.setdefault(pair, PartyFlow(giver, taker))
        known = self._by_list[pair]
        known[of] = max(known.get(of, 0), records if isinstance(records, int) else 0)
        flow.records = sum(known.values())
        flow.kind = min(flow.kind, kind, key=_RANK.index)
        flow.grade = max(flow.grade, grade, key=GRADES.index)
        flow.date = min(filter(None, (flow.date, day)), default=None)

    def party(self, name: str) -> str | None:
        """Whose a list is; a proposed list without a holder counts for itself."""
        node = self.nodes[name]
        return name if node["kind"] == "hidden" else node["party"]

    def client_of(self, copy: Node) -> str | None:
        """Whose list a copy is of."""
        of = self.nodes.get(copy["dataset"] or "")
        return None if of is None else of["party"]

    def direct(self, giver: str | None, taker: str | None) -> bool:
        """Whether a flow leads from the one to the other."""
        return (giver, taker) in self._found

    def reaches(self, giver: str, taker: str) -> bool:
        """Whether flows lead from the one to the other."""
        seen, todo = {giver}, [giver]
        while todo:
            here = todo.pop()
            more = {target for source, target in self._found if source == here} - seen
            seen |= more
            todo += more
        return taker in seen

    def lead(self, edge: Edge) -> None:
        """Marks what belongs to the finding: from the client to the vendor, from the vendor to the holder."""
        copy = self.nodes[edge["source"]]
        vendor, holder = copy["party"], self.nodes[edge["target"]]["party"]
        client = self.client_of(copy)
        for pair in ((client, vendor), (vendor, holder)):
            if pair in self._found:
                self._found[pair].strong = True

    def sorted(self) -> list[PartyFlow]:
        """By ids."""
        return [self._found[pair] for pair in sorted(self._found)]


def _copying(edge: Edge, findings: Iterable[Edge], whole: _Flows) -> None:
    """A copying between two lists: from the vendors of the copies that explain it, else from the list's holder."""
    taker = whole.party(edge["target"])
    copies = [whole.nodes[one["source"]] for one in findings if one["kind"] != "retained"]
    vendors = {copy["party"] for copy in copies if copy["dataset"] == edge["source"]} - {None}
    of, records = edge["source"], edge["shared"]
    if not isinstance(records, int):  # a list that was never obtained: as many as it is thought to have
        hidden = [node for node in (whole.nodes[of], whole.nodes[edge["target"]]) if node["kind"] == "hidden"]
        records = hidden[0]["contacts"] if hidden else None
    for vendor in sorted(str(one) for one in vendors):
        whole.add(vendor, taker, records, "derived", edge["grade"], edge["date"], of)
    if not vendors:
        whole.add(whole.party(of), taker, records, "derived", edge["grade"], edge["date"], of)


def _finding(edge: Edge, matched: int | None, whole: _Flows) -> None:
    """What was kept belongs to the handover, what was passed on to the way from the vendor to the holder."""
    copy, holder = whole.nodes[edge["source"]], whole.party(edge["target"])
    vendor = copy["party"]
    client = whole.client_of(copy)
    of = copy["dataset"] or copy["id"]
    if edge["kind"] == "retained":
        whole.add(
            client,
            vendor,
            None if whole.direct(client, vendor) else matched,
            "retained",
            edge["grade"],
            edge["date"],
            of,
        )
    elif edge["kind"] == "passed_on" and vendor is not None and holder is not None:
        direct = whole.direct(vendor, holder)
        if direct or not whole.reaches(vendor, holder):
            whole.add(vendor, holder, None if direct else matched, "passed_on", edge["grade"], edge["date"], of)
