"""What stories are made from: the rows of the findings with their reasons as values, and the graph's nodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracer.disclosure import Number, Reason
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.graph.model import GRADES, Node
from tracer.wording import headlines

FIRM, LIKELY = 0.8, 0.5
"""Probability from which a step is said to be so, and from which it is drawn at all."""


class StorySources:
    """Finds what a row names."""

    def __init__(self, leaving: Outgoing) -> None:
        self._findings = leaving.rows
        self._nodes = {(node["kind"], node["ref"]): node for node in leaving.graph["nodes"]}
        self._by_id = {node["id"]: node for node in leaving.graph["nodes"]}
        self._marks = {(str(row["release"]), str(row["dataset"])): row for row in self.rows("attributions")}
        self._derived = {(str(row["parent"]), str(row["child"])): row for row in self.rows("derivations")}

    def rows(self, name: str) -> Sequence[FindingRow]:
        """Rows of a query."""
        return self._findings.get(name, ())

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
        """The day on which a list is known to have been there: first seen, else obtained, else made."""
        node = self.node("dataset", dataset)
        known = first_seen or (node and (node["date"] or node["created"]))
        return day_of(known)

    def made(self, dataset: str) -> date | None:
        """The day on which a client's own list was made, else obtained."""
        node = self.node("dataset", dataset)
        return None if node is None else day_of(node["created"] or node["date"])

    def marks(self, release: str, dataset: str) -> FindingRow | None:
        """The attribution of a list to a copy, where planted records of it were seen."""
        row = self._marks.get((release, dataset))
        return None if row is None or row["canaries_seen"] in (0, "0") or not row["canaries_planted"] else row

    def derived(self, parent: str, child: str) -> FindingRow | None:
        """The copying of one list from another, where it is more likely than not."""
        row = self._derived.get((parent, child))
        return row if row is not None and probability_of(row) >= LIKELY else None


def day_of(value: object) -> date | None:
    """A day as rows and nodes give it."""
    return date.fromisoformat(str(value)[:10]) if value else None


def between(first: date | None, last: date | None) -> Reason | None:
    """Between which days something went on: not before it was there, not after it was seen."""
    if first is None or last is None or first >= last:
        return None
    return Reason.of("front-between", first=first, last=last)


def probability_of(row: FindingRow) -> float:
    """How likely a row is; what has no probability is documented."""
    known = row.get("probability")
    return 1.0 if known is None else float(str(known))


WEAKNESS = ("firm", "probably", "perhaps")
"""How a headline says that something is so, the surest first."""


def graded(grade: str, probability: float) -> str:
    """How a headline says it: `firm`, `probably` below G3, `perhaps` where it is less than likely."""
    if probability < FIRM:
        return "perhaps"
    return "firm" if GRADES.index(grade) >= GRADES.index("G3") else "probably"


def said_of(row: FindingRow, name: str) -> tuple[Number, ...]:
    """Sentences of a row: values, or words where the row has been said already."""
    held = row.get(name)
    found = [headlines.said(one) for one in held] if isinstance(held, list | tuple) else []
    return tuple(one for one in found if one is not None)


def how_sure(row: FindingRow) -> Reason:
    """The word for it, as a sentence."""
    return headlines.sureness(probability_of(row))
