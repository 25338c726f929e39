"""The page has a card for every statement: the same ends, kind, grade and probability as the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from tests.graph.simulated import simulated_leaving
from tracer.export.outgoing import Outgoing
from tracer.export.page.render import render_page
from tracer.findings.statements import LIKELY
from tracer.wording.voice import percent

Said = tuple[str, str, str, str, str]


def statements(page: LexborHTMLParser) -> Iterator[Said]:
    """(source, target, kind, grade, probability) of the page's cards; the heading has the ends where the card has one
    statement alone."""
    keys = {card.attributes["id"]: card.attributes["data-key"] or "" for card in page.css("#details article")}
    for card in page.css("#details .about-line"):
        for section in card.css("section"):
            links = section.css(".ends a") or card.css("h3 a")
            ends = [keys[(link.attributes["href"] or "")[1:]] for link in links]
            grade, kind = section.css_first(".grade"), section.css_first('[data-t^="kind-"]')
            sure = section.css_first('dt[data-t="probability"] + dd')
            if ends and kind is not None and grade is not None:
                said = (kind.attributes["data-t"] or "").removeprefix("kind-")
                yield ends[0], ends[-1], said, grade.text(), "" if sure is None else sure.text()


OF_THEIR_ENDS = ("seen_in", "planted_in", "called", "holds")
"""Kinds that the page tells in the cards of what they join, with no card of their own."""


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
        page = LexborHTMLParser(render_page(leaving))
        told, (wanted, allowed) = Counter(statements(page)), said_on_the_page(leaving)
        assert sum(wanted.values()) > 20
        assert wanted - told == Counter()
        assert told - wanted - allowed == Counter()
