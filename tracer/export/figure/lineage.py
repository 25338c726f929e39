"""Lineage: which list came from which, its versions and near-copies, and how sure that is.

A line whose direction is open has no head and says how likely each way is. Strokes are
whole where a copying is very likely, broken where it is less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracer.export.figure.canvas import SOFT, Canvas, LegendKey
from tracer.export.figure.columns import NARROWEST, Columns
from tracer.export.figure.flow import lead_of
from tracer.export.figure.flows import FINDINGS
from tracer.export.figure.ribbons import Ribbon, Spot
from tracer.export.figure.rows import in_rows
from tracer.export.figure.sheet import GREY, STRONG, FigureSheet, on_sheet, sheet_of
from tracer.export.outgoing import Outgoing
from tracer.export.picture.deck import weight
from tracer.export.selection import highlighted
from tracer.graph.model import Edge, Graph, Node, at_least, day_of
from tracer.wording import Voice, word
from tracer.wording.voice import percent

MOST = 40
"""Lists that are drawn."""
SURE, LIKELY = 0.95, 0.8
"""Probabilities from which a stroke is whole, and dashed rather than dotted."""
_LEAST = 0.3
"""Probability from which a line is drawn."""


@dataclass(frozen=True)
class Kinship:
    """Two lists of which one came from the other: what is stated of them, and the other direction where it is shown."""

    older: str
    younger: str
    forth: float
    """Probability that the younger came from the older."""
    back: float
    """Probability of the other direction."""
    settled: bool


def lineage(leaving: Outgoing) -> str:
    """The figure as SVG."""
    graph, lang = leaving.labelled(), leaving.lang
    nodes = {node["id"]: node for node in graph["nodes"] if node["kind"] in {"dataset", "hidden"}}
    every = kinships(graph)
    marked = highlighted(leaving)
    kept = _kept(every, graph, marked)
    drawn = [one for one in every if one.older in kept and one.younger in kept]
    sheet, canvas = sheet_of(leaving.choice), Canvas()
    notes = [word("figure-lineage-note", lang)]
    joined = {name for one in every for name in (one.older, one.younger)}
    if alone := len(nodes.keys() - joined):
        notes.append(word("figure-lineage-alone", lang, n=alone))
    if more := len(joined - kept):
        notes.append(word("figure-lineage-more", lang, n=more))
    if drawn:
        strong = marked | {edge["target"] for edge in graph["edges"] if edge["kind"] in FINDINGS
                           and at_least(edge["grade"], "G2")}  # fmt: skip
        height = _draw(canvas, _spots(drawn, nodes, graph, strong, leaving), _ribbons(drawn, lang), sheet)
    else:
        canvas.text(0, 14, word("figure-lineage-none", lang), fill=SOFT)
        height = 20.0
    legend = (
        LegendKey(word("figure-lineage-sure", lang), GREY), LegendKey(word("figure-lineage-likely", lang), GREY, "7 3"),
        LegendKey(word("figure-lineage-perhaps", lang), GREY, "2 3"),
        LegendKey(word("figure-lineage-strong", lang), STRONG, block=True),
    )  # fmt: skip
    title = f"{leaving.title} — {word('figure-lineage-title', lang)}"
    told = [_told(one, nodes, lang) for one in sorted(drawn, key=lambda one: -one.forth)]
    return on_sheet(canvas, height, sheet, leaving, title, lead=lead_of(leaving), notes=notes,
                    legend=legend if drawn else (), spoken=told)  # fmt: skip


def kinships(graph: Graph) -> list[Kinship]:
    """Pairs of lists that a copying joins, by ids; the weightier statement of a pair says which is the older."""
    found: dict[frozenset[str], Kinship] = {}
    for edge in sorted((edge for edge in graph["edges"] if edge["kind"] == "derived"), key=weight):
        ends, chance = (edge["source"], edge["target"]), edge["probability"] or 0.0
        first = found.get(frozenset(ends))
        if first is not None:
            found[frozenset(ends)] = replace(first, back=chance)
        elif chance >= _LEAST:
            found[frozenset(ends)] = Kinship(*ends, chance, 0.0, _one_way(edge))
    return sorted(found.values(), key=lambda one: sorted((one.older, one.younger)))


def _one_way(edge: Edge) -> bool:
    return edge["direction"] != "not_told" and edge["relation"] != "exchange"


def _kept(every: Sequence[Kinship], graph: Graph, marked: frozenset[str]) -> set[str]:
    """Lists that are drawn: of too many, those that findings are about and what they came from, then the surest."""
    names = {name for one in every for name in (one.older, one.younger)}
    if len(names) <= MOST:
        return names
    about = {edge["target"] for edge in graph["edges"] if edge["kind"] in FINDINGS and at_least(edge["grade"], "G2")}
    order = sorted(every, key=lambda one: (one.younger not in marked | about, -one.forth, one.older, one.younger))
    kept: set[str] = set()
    for one in order:
        if len(kept | {one.older, one.younger}) <= MOST:
            kept |= {one.older, one.younger}
    return kept


def _spots(
    drawn: Sequence[Kinship],
    nodes: Mapping[str, Node],
    graph: Graph,
    strong: set[str] | frozenset[str],
    leaving: Outgoing,
) -> list[Spot]:
    import networkx as nx

    order: nx.DiGraph[str] = nx.DiGraph()
    for one in sorted(drawn, key=lambda one: (-one.forth, one.older, one.younger)):
        order.add_nodes_from((one.older, one.younger))
        if not nx.has_path(order, one.younger, one.older):
            order.add_edge(one.older, one.younger)
    layer: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(order):
        layer[name] = max((layer[before] + 1 for before in order.predecessors(name)), default=0)
    holders = {node["id"]: node["label"] for node in graph["nodes"] if node["kind"] == "party"}
    voice, lang = Voice(leaving.lang), leaving.lang
    spots = []
    for name, step in layer.items():
        node = nodes[name]
        hidden = node["kind"] == "hidden"
        details = [holders.get(node["party"] or "", ""), _day(node, voice)]
        head = word("figure-lineage-first", lang) if not step else word("figure-lineage-step", lang, n=step)
        title = word("figure-flow-hidden", lang) if hidden else node["label"]
        spots.append(Spot(name, title, step, head, 10.0, tuple(filter(None, details)), name in strong, hidden))
    return spots


def _day(node: Node, voice: Voice) -> str:
    known = day_of(node)
    return "" if known is None else voice.show(date.fromisoformat(known[:10]))


def _ribbons(drawn: Sequence[Kinship], lang: str) -> list[Ribbon]:
    ribbons = []
    for one in drawn:
        dash = "" if one.forth >= SURE else "7 3" if one.forth >= LIKELY else "2 3"
        open_ = not one.settled
        ribbons.append(
            Ribbon(one.older, one.younger, 1.0 + 2.2 * one.forth, False, dash, open_, _said(one, lang), needed=open_)
        )
    return ribbons


def _said(one: Kinship, lang: str) -> str:
    """How sure it is; both directions where nothing supports one."""
    if one.settled:
        return percent(one.forth)
    if one.back:
        return word("figure-lineage-both", lang, forth=percent(one.forth), back=percent(one.back))
    return word("figure-lineage-open", lang, p=percent(one.forth))


def _draw(canvas: Canvas, spots: list[Spot], ribbons: list[Ribbon], sheet: FigureSheet) -> float:
    across = len({spot.layer for spot in spots})
    if not sheet.upright and sheet.room / across >= NARROWEST:
        return Columns(canvas, spots, ribbons, sheet.room).draw()
    names = {spot.id: spot.name for spot in spots}
    parents: dict[str, list[str]] = defaultdict(list)
    for ribbon in ribbons:
        parents[ribbon.target].append(f"{'←' if not ribbon.headless else '–'} {names[ribbon.source]}: {ribbon.text}")
    told = [replace(spot, details=(" · ".join(spot.details), *parents[spot.id]), head="") for spot in spots]
    return in_rows(canvas, sorted(told, key=lambda spot: (spot.layer, spot.name, spot.id)), ribbons, sheet.room)


def _told(one: Kinship, nodes: Mapping[str, Node], lang: str) -> str:
    older, younger = (nodes[name]["label"] for name in (one.older, one.younger))
    return f"{older} {'→' if one.settled else '–'} {younger}: {_said(one, lang)}"
