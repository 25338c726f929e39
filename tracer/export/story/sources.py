"""What stories are made from: the rows of the findings with their reasons as values, and the graph's nodes."""

from __future__ import annotations

from datetime import date

from tracer.disclosure import Reason
from tracer.export.outgoing import Outgoing
from tracer.findings.statements import Statement
from tracer.graph.model import GRADES, Node
from tracer.graph.model import day_of as list_day

FIRM = 0.8
"""Probability from which a step is said to be so."""


class StorySources:
    """Finds what a row names."""

    def __init__(self, leaving: Outgoing) -> None:
        self.statements = leaving.statements
        self._nodes = {(node["kind"], node["ref"]): node for node in leaving.graph["nodes"]}
        self._by_id = {node["id"]: node for node in leaving.graph["nodes"]}
        self._derived = {one.lists: one for one in self.of("derivation")}

    def of(self, kind: str) -> list[Statement]:
        """Statements of a kind."""
        return [one for one in self.statements if one.kind == kind]

    def node(self, kind: str, ref: object) -> Node | None:
        """A party, list or copy."""
        return self._nodes.get((kind, str(ref)))

    def sheltered(self, party: object) -> bool:
        """Whether somebody is a protected source, who must not be in a picture at all, not even by a pseudonym."""
        node = self.node("party", party)
        return node is not None and node["protected"] and node["role"] in (None, "source")

    def role(self, party: str) -> str | None:
        """A party's role."""
        node = self.node("party", party)
        return None if node is None else node["role"]

    def holder(self, dataset: str) -> str | None:
        """Whose a list is."""
        node = self.node("dataset", dataset)
        owner = None if node is None or node["party"] is None else self._by_id.get(node["party"])
        return None if owner is None else owner["ref"]

    def day(self, dataset: str, first_seen: object = None) -> date | None:
        """The day on which a list is known to have been there: first seen, else its own."""
        node = self.node("dataset", dataset)
        return day_of(first_seen or (node and list_day(node)))

    def derived(self, parent: str, child: str) -> Statement | None:
        """The copying of one list from another, where it is more likely than not."""
        found, back = self._derived.get((parent, child)), self._derived.get((child, parent))
        return back if found is None and back is not None and back.row["kind"] == "exchange" else found


def day_of(value: object) -> date | None:
    """A day as rows and nodes give it."""
    return date.fromisoformat(str(value)[:10]) if value else None


def between(first: date | None, last: date | None) -> Reason | None:
    """Between which days something went on: not before it was there, not after it was seen."""
    if first is None or last is None or first >= last:
        return None
    return Reason.of("front-between", first=first, last=last)


WEAKNESS = ("firm", "probably", "perhaps")
"""How a headline says that something is so, the surest first."""


def graded(one: Statement, grade: str = "") -> str:
    """How a headline says it: `firm`, `probably` below G3, `perhaps` where it is less than likely. What a person has
    judged is said as it would be without that. grade: of a whole that the statement is the least sure step of."""
    without = one.row.get("without_judgement")
    if (probability_of(one) if without is None else float(without)) < FIRM:
        return "perhaps"
    return "firm" if GRADES.index(grade or one.grade) >= GRADES.index("G3") else "probably"


def probability_of(one: Statement) -> float:
    """How likely it is; what has no probability is documented."""
    return 1.0 if one.probability is None else one.probability
