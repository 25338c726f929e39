"""Resale chains for walking: holder by holder, each step with the lines that are its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracer.export.gate import FindingRow, Findings
from tracer.export.page.facts import Index
from tracer.export.page.text import shorten
from tracer.export.picture.deck import Bundle, Deck
from tracer.export.selection import chain_nodes, members_of
from tracer.graph.model import Graph

MOST = 200
"""Chains that can be walked; the tables have all."""


@dataclass(frozen=True)
class Walk:
    """One chain."""

    number: int
    short: tuple[str, str]
    grade: str
    nodes: list[str]
    steps: list[tuple[str, str, list[str]]]
    """Anchors of the giver's and the taker's card, ids of the lines between them, the best founded first."""


def walks_of(findings: Findings, graph: Graph, deck: Deck, index: Index) -> list[Walk]:
    """Chains by grade, then length, as the table has them; those of which the picture shows no step are left out."""
    rows = sorted(findings.get("resale-chains", ()), key=lambda row: (-_grade(row), -len(members_of(row["chain"]))))
    home = {name: card.node["id"] for card in deck.cards for chip in card.chips for name in chip.nodes}
    found = []
    for number, row in enumerate(rows[:MOST]):
        on_it = chain_nodes(row, graph)
        steps = _steps(members_of(row["chain"]), on_it, deck, home, index)
        if steps:
            title = index.names(members_of(row["chain"]), "party", " → ")
            short = shorten(title.text, 420, 13.0), shorten(title.chinese or title.text, 420, 13.0)
            nodes = [index.anchors[name] for name in on_it if name in index.anchors]
            nodes += [index.anchors[home[name]] for name in on_it if name in home]
            grade = str(row["grade"])
            found.append(Walk(number, short, grade, _each(nodes), steps))
    return found


def _steps(
    parties: Sequence[str], on_it: Sequence[str], deck: Deck, home: Mapping[str, str], index: Index
) -> list[tuple[str, str, list[str]]]:
    """From each party to the next, and within one where a step shows a party's own doing."""
    nodes = [index.node(party, "party") for party in parties]
    cards = [home.get(node["id"], node["id"]) for node in nodes if node is not None]
    on = set(on_it)
    between: dict[tuple[str, str], list[Bundle]] = {}
    for bundle in deck.bundles:
        if any(edge["source"] in on and edge["target"] in on for edge in bundle.edges):
            between.setdefault((bundle.source.card, bundle.target.card), []).append(bundle)
    steps = []
    hops = [hop for pair in pairwise(cards) for hop in ((pair[0], pair[0]), pair)]
    for hop in dict.fromkeys([*hops, (cards[-1], cards[-1])] if cards else []):
        lines = sorted(between.get(hop, ()), key=lambda bundle: bundle.order)
        if lines:
            steps.append((index.anchors[hop[0]], index.anchors[hop[1]], [bundle.id for bundle in lines]))
    return steps


def _grade(row: FindingRow) -> int:
    return int(str(row["grade"])[1:] or 0)


def _each(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
