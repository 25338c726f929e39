"""The page has a card for every statement: the same ends, kind, grade and probability as the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from tests.graph.simulated import simulated_leaving
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page
from tracer.findings.statements import LIKELY
from tracer.wording.voice import percent


class _Cards(HTMLParser):
    """Statements of the page's cards, a section each: what two links lead to, kind, grade, probability as written.

    Where a card has one statement its heading may hold the links.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, str] = {}
        self.found: list[dict[str, Any]] = []
        self.heading: list[str] = []
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        classes, said = told.get("class", "").split(), told.get("data-t", "")
        if tag == "article":
            self.keys[told.get("id", "")] = told.get("data-key", "")
            self.heading = []
        elif tag == "section":
            self.found.append({"ends": [], "heading": self.heading})
        elif tag in {"h3", "p"}:
            self.within = "heading" if tag == "h3" else "ends" if "ends" in classes else ""
        elif tag == "a" and self.within in {"heading", "ends"}:
            ends = self.heading if self.within == "heading" else self.found[-1]["ends"]
            ends.append(told["href"][1:])
        elif "grade" in classes or said == "probability":
            self.within = "grade" if "grade" in classes else said
        if self.found and said.startswith("kind-"):
            self.found[-1].setdefault("kind", said.removeprefix("kind-"))

    def handle_data(self, data: str) -> None:
        if self.within in {"grade", "value"}:
            if self.found:
                self.found[-1].setdefault({"value": "probability"}.get(self.within, "grade"), data)
            self.within = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt" and self.within == "probability":
            self.within = "value"
        elif tag in {"h3", "p"}:
            self.within = ""

    def statements(self) -> Iterator[tuple[str, str, str, str, str]]:
        """(source, target, kind, grade, probability)."""
        for one in self.found:
            ends = [self.keys[end] for end in one["ends"] or one["heading"]]
            if ends and "kind" in one:
                yield ends[0], ends[-1], one["kind"], one.get("grade", ""), one.get("probability", "")


OF_THEIR_ENDS = ("seen_in", "planted_in", "called", "holds")
"""Kinds that the page tells in the cards of what they join, with no card of their own."""
Said = tuple[str, str, str, str, str]


def said_on_the_page(out: Outgoing) -> tuple[Counter[Said], Counter[Said]]:
    """What cards say, and what they may say as well: that a recipient got a copy, which may lie within its own card."""
    nodes = {node["id"]: node["kind"] for node in out.graph["nodes"]}
    wanted, allowed = Counter[Said](), Counter[Said]()
    for one in out.graph["edges"]:
        if one["kind"] in OF_THEIR_ENDS or one["via"] is not None:  # what went by way of another is told there
            continue
        if (one["probability"] or 1.0) < LIKELY:  # counted below the map, and left to the queries
            continue
        kind = str(one["relation"] if one["relation"] in {"hidden", "version"} else one["kind"]).replace("_", "-")
        sure = "" if one["probability"] is None else percent(one["probability"])
        within = one["kind"] == "released" and nodes[one["target"]] == "party"
        (allowed if within else wanted)[one["source"], one["target"], kind, one["grade"] or "", sure] += 1
    return wanted, allowed


def test_the_page_has_a_card_for_every_statement(leaving_once: Outgoing) -> None:
    for leaving in (leaving_once, simulated_leaving(30, 11)):
        cards = _Cards()
        cards.feed(render_page(leaving))
        told, (wanted, allowed) = Counter(cards.statements()), said_on_the_page(leaving)
        assert sum(wanted.values()) > 20
        assert wanted - told == Counter()
        assert told - wanted - allowed == Counter()
