"""The flow: who got lists from whom, in bands by role, as wide as the records that went, the leading finding in colour.

Above `MOST` parties those that bear the findings have places of their own; the others of a band become one, counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracer.export.figure.canvas import INK, SOFT, Canvas, LegendKey, shown
from tracer.export.figure.columns import NARROWEST, Columns
from tracer.export.figure.flows import FINDINGS, PartyFlow, party_flows
from tracer.export.figure.ribbons import SMALL, Ribbon, Spot
from tracer.export.figure.rows import in_rows
from tracer.export.figure.sheet import GREY, MOST_LINES, PALE, STRONG, FigureSheet, on_sheet, sheet_of
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import wrap
from tracer.export.picture.columns import column_of, layers
from tracer.export.selection import highlighted
from tracer.graph.model import GRADES, Node
from tracer.wording import Voice, word
from tracer.wording.voice import percent

MOST = 40
"""Parties that all have a place of their own; of more, `_OWN` have, and the groups."""
_OWN, _RIBBONS = 20, 36
_TALLEST, _HIGH, _THINNEST = 64.0, 260.0, 1.4
"""Pixels: the widest ribbon, all ribbons of a column, and the thinnest."""
_TOLD = 3
"""Givers that a row names."""


def flow(leaving: Outgoing) -> str:
    """The figure as SVG."""
    graph = leaving.labelled()
    nodes = {node["id"]: node for node in graph["nodes"] if node["kind"] in {"party", "hidden"}}
    flows = [one for one in party_flows(graph) if one.source in nodes and one.target in nodes]
    sheet, canvas, lang = sheet_of(leaving.choice), Canvas(), leaving.lang
    kept, groups = _grouped(flows, nodes, highlighted(leaving))
    drawn = _merged(flows, groups)
    order = sorted(drawn, key=_weightiest)
    drawn = order[:_RIBBONS] if groups else order
    notes = [word("figure-flow-note", lang)]
    if groups:
        notes.append(word("figure-flow-grouped", lang, n=len(groups)))
        if len(order) > len(drawn):
            notes.append(word("figure-sankey-more", lang, n=len(order) - len(drawn)))
    height = 20.0
    if drawn:
        spots = _spots(drawn, nodes, groups, highlighted(leaving), lang)
        height = _draw(canvas, spots, drawn, sheet, lang)
    else:
        canvas.text(0, 14, word("figure-sankey-none", lang), fill=SOFT)
    apart = [node for node in nodes.values() if node["kind"] == "party" and node["id"] not in kept | groups.keys()]
    height = _apart(canvas, apart, height, sheet, lang)
    legend = (
        LegendKey(word("figure-flow-strong", lang), STRONG), LegendKey(word("figure-flow-other", lang), GREY),
    )  # fmt: skip
    title = f"{leaving.title} — {word('figure-flow-title', lang)}"
    told = _told(flows, nodes, lang)
    return on_sheet(canvas, height, sheet, leaving, title, lead=lead_of(leaving), notes=notes,
                    legend=legend if drawn else (), spoken=told)  # fmt: skip


def lead_of(leaving: Outgoing) -> str:
    """The leading finding in one sentence; empty where there is none."""
    one = next((one for one in leaving.statements if one.kind == "retention"), None)
    if one is None or one.sureness is None:
        return ""
    voice = Voice(leaving.lang, leaving.called())
    return ("" if leaving.lang == "zh" else " ").join(voice.say(said) for said in (one.said, one.sureness))


def _grouped(
    flows: Sequence[PartyFlow], nodes: Mapping[str, Node], marked: frozenset[str]
) -> tuple[set[str], dict[str, str]]:
    """Parties with a place of their own, and the others with the group that they are in."""
    weight: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for one in flows:
        for name in (one.source, one.target):
            finding = one.kind in {"retained", "passed_on"}
            found = (2 if one.strong or name in marked else int(finding), GRADES.index(one.grade), one.size)
            weight[name] = max(weight[name], found)
    order = sorted(weight, key=lambda name: (*(-value for value in weight[name]), name))
    if len(order) <= MOST:
        return set(order), {}
    kept = order[:_OWN]
    return set(kept), {name: f"others {column_of(nodes[name]['role'])}" for name in order[len(kept) :]}


def _merged(flows: Sequence[PartyFlow], groups: Mapping[str, str]) -> list[PartyFlow]:
    """The flows between places."""
    merged: dict[tuple[str, str], PartyFlow] = {}
    for one in flows:
        pair = groups.get(one.source, one.source), groups.get(one.target, one.target)
        if pair[0] != pair[1]:
            merged.setdefault(pair, PartyFlow(*pair)).take(one)
    return [merged[pair] for pair in sorted(merged)]


def _weightiest(one: PartyFlow) -> tuple[object, ...]:
    return not one.strong, one.kind not in FINDINGS, -one.size, one.source, one.target


def _spots(
    flows: Sequence[PartyFlow], nodes: Mapping[str, Node], groups: Mapping[str, str], marked: frozenset[str], lang: str
) -> dict[str, Spot]:
    names = sorted({name for one in flows for name in (one.source, one.target)})
    roles: dict[str, str | None] = {name: nodes[name]["role"] for name in names if name in nodes}
    members = {group: [name for name in groups if groups[name] == group] for group in names if group not in nodes}
    roles |= {group: nodes[inside[0]]["role"] for group, inside in members.items()}
    places = layers(roles, [(one.source, one.target) for one in flows])
    strong = {name for one in flows if one.strong for name in (one.source, one.target)} | marked
    return {
        name: Spot(
            name,
            word("figure-flow-others", lang, n=len(members[name])) if name in members else _name(nodes[name], lang),
            places[name][0], word(f"page-column-{places[name][1]}", lang), 0.0, (), name in strong,
            name in nodes and nodes[name]["kind"] == "hidden",
        )
        for name in names
    }  # fmt: skip


def _name(node: Node, lang: str) -> str:
    return word("figure-flow-hidden", lang) if node["kind"] == "hidden" else node["label"]


def _draw(canvas: Canvas, spots: dict[str, Spot], flows: Sequence[PartyFlow], sheet: FigureSheet, lang: str) -> float:
    across = len({spot.layer for spot in spots.values()})
    upright = sheet.upright or sheet.room / across < NARROWEST
    through: dict[str, int] = defaultdict(int)
    sums: dict[tuple[str, bool], int] = defaultdict(int)
    for one in flows:
        sums[one.source, True] += one.size
        sums[one.target, False] += one.size
    for (name, _), records in sums.items():
        through[name] = max(through[name], records)
    by_layer: dict[int, int] = defaultdict(int)
    for name, spot in spots.items():
        by_layer[spot.layer] += through[name]
    widest = max((one.size for one in flows), default=1) or 1
    scale = min(_HIGH / max(*by_layer.values(), 1), _TALLEST / widest)
    ribbons = [
        Ribbon(one.source, one.target, max(one.size * scale, 4.0 if one.strong else _THINNEST), one.strong,
               text=_said(one, lang), short=_records(one, lang), needed=one.strong)
        for one in flows
    ]  # fmt: skip
    if not upright:
        sized = [replace(spot, size=max(through[name] * scale, 3.0)) for name, spot in spots.items()]
        return Columns(canvas, sized, ribbons, sheet.room).draw()
    factor = 14.0 / (widest * scale)
    thin = [
        replace(ribbon, thick=max(ribbon.thick * factor, 3.0 if ribbon.strong else _THINNEST)) for ribbon in ribbons
    ]
    detailed = [replace(spot, details=_givers(name, flows, spots, lang)) for name, spot in spots.items()]
    return in_rows(canvas, sorted(detailed, key=lambda spot: (spot.layer, spot.head, spot.id)), thin, sheet.room)


def _said(one: PartyFlow, lang: str) -> str:
    if one.kind in FINDINGS:
        return word(f"figure-flow-{one.kind.replace('_', '-')}", lang, n=one.contacts)
    return _records(one, lang)


def _records(one: PartyFlow, lang: str) -> str:
    counted = "figure-flow-contacts" if one.contacts else "figure-flow-records"
    return word(counted, lang, n=one.size) if one.size else ""


def _givers(name: str, flows: Sequence[PartyFlow], spots: Mapping[str, Spot], lang: str) -> tuple[str, ...]:
    """From whom a party got how much, the most first."""
    given = sorted((one for one in flows if one.target == name), key=lambda one: (not one.strong, -one.size))
    lines = [
        word("figure-flow-from", lang, giver=spots[one.source].name, records=_said(one, lang)) for one in given[:_TOLD]
    ]
    return (*lines, word("figure-flow-more", lang, n=len(given) - _TOLD)) if len(given) > _TOLD else tuple(lines)


def _apart(canvas: Canvas, nodes: Sequence[Node], y: float, sheet: FigureSheet, lang: str) -> float:
    """The band of the parties of which no list is known and none went through; returns the height."""
    if not nodes:
        return y
    canvas.path(f"M0 {y + 8:.1f}H{sheet.room:.1f}", stroke=PALE)
    canvas.text(0, y + 26, word("figure-flow-apart", lang), size=SMALL, fill=SOFT, room=sheet.room)
    joint = "、" if lang == "zh" else ", "
    lines = wrap(shown(joint.join(node["label"] for node in nodes)), sheet.room, 12.0, lines=6)
    canvas.lines(0, y + 44, lines, 17.0, size=12.0, fill=INK)
    return y + 44.0 + 17.0 * (len(lines) - 1) + 6.0


def _told(flows: Sequence[PartyFlow], nodes: Mapping[str, Node], lang: str) -> list[str]:
    """The figure in words: who got what from whom, what leads first."""
    ordered = sorted(flows, key=lambda one: (not one.strong, -one.size, one.source, one.target))
    return [
        word(
            "figure-flow-told", lang, giver=_name(nodes[one.source], lang), taker=_name(nodes[one.target], lang),
            records=_said(one, lang) or "?", n=len(one.edges),
            sure="none" if one.probability is None else percent(one.probability),
        )
        for one in ordered[:MOST_LINES]
    ]  # fmt: skip
