"""What was found, first of all: each copy that is behind a list it should not be behind, and where it was seen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tracer.export.gate import FindingRow, Findings
from tracer.export.page.facts import Cell, Index, percent
from tracer.export.page.text import clean
from tracer.graph.model import GRADES, Node, at_least


@dataclass(frozen=True)
class Sighting:
    """One list that the copy is behind."""

    reading: str
    grade: str
    seen_in: Cell
    seen_with: Cell
    date: str
    after_end: bool
    probability: str
    reasons: list[str]
    against: list[str]


@dataclass(frozen=True)
class Headline:
    """One copy, who gave it to whom, and the lists it is behind, by date."""

    release: Cell
    client: Cell
    vendor: Cell
    reply: Node | None
    """The vendor, for its right of reply."""
    kind: str
    """`retained` where the vendor itself held it, else `passed_on`."""
    sightings: list[Sighting]
    opened: int
    """Which of the sightings is shown with its reasons at first: what the vendor kept, else the best founded."""


def headlines(findings: Findings, index: Index) -> list[Headline]:
    """Retentions that are more than lawful holding, at G2 or better, by copy: those that the vendor kept first."""
    by_copy: dict[str, list[FindingRow]] = defaultdict(list)
    for row in findings.get("retention", ()):
        if row.get("reading") in {"retained", "passed_on"} and at_least(str(row["grade"]), "G2"):
            by_copy[str(row["release"])].append(row)
    told = [_headline(rows, index) for _, rows in sorted(by_copy.items())]
    return sorted(told, key=lambda one: (one.kind != "retained", -max(GRADES.index(s.grade) for s in one.sightings)))


def _headline(rows: list[FindingRow], index: Index) -> Headline:
    first = rows[0]
    ordered = sorted(rows, key=lambda row: (str(row.get("first_seen") or "9999"), str(row["seen_in"])))
    vendor = index.node(first["vendor"], "party")
    return Headline(
        index.link(first["release"], "release"),
        index.link(first["client"], "party"),
        index.link(first["vendor"], "party"),
        vendor,
        "retained" if any(row["reading"] == "retained" for row in rows) else "passed_on",
        [_sighting(row, index) for row in ordered],
        max(
            range(len(ordered)),
            key=lambda place: (ordered[place]["reading"] == "retained", str(ordered[place]["grade"]), -place),
        ),
    )


def _sighting(row: FindingRow, index: Index) -> Sighting:
    return Sighting(
        str(row["reading"]),
        str(row["grade"]),
        index.link(row["seen_in"], "dataset"),
        index.link(row["seen_with"], "party"),
        str(row.get("first_seen") or "–"),
        row.get("after_end") is True,
        percent(row["probability"]),
        _texts(row.get("reasons")),
        _texts(row.get("against")),
    )


def _texts(value: object) -> list[str]:
    return [clean(str(one)) for one in value] if isinstance(value, list | tuple) else []
