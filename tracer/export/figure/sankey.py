"""A sankey of rows: how many contacts went from list to list, by the likeliest copyings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tracer.export.figure.canvas import SOFT, Canvas, framed, hex_of, with_id
from tracer.export.figure.flows import likely
from tracer.export.outgoing import Outgoing
from tracer.export.palette import EDGE_COLOURS, NODE_COLOURS
from tracer.export.picture.deck import weight
from tracer.graph.model import Graph, Node
from tracer.wording import word

MOST_BANDS = 60
"""Bands that are drawn; more could not be followed."""
_COLUMN = 250.0
_BAR = 16.0
_HEIGHT = 560.0
_GAP = 34.0
_HAIR = 0.5
"""What would be thinner could not be seen."""


@dataclass(frozen=True)
class _Band:
    source: str
    target: str
    rows: int


def sankey(leaving: Outgoing) -> str:
    """The figure as SVG."""
    bands, more = _bands(leaving.graph)
    canvas = Canvas()
    note = word("figure-sankey-note", leaving.lang)
    nodes = {node["id"]: node for node in leaving.labelled()["nodes"]}
    if any(nodes[name]["contacts"] is None for band in bands for name in (band.source, band.target)):
        note += "\n" + word("figure-sankey-unknown", leaving.lang)
    if more:
        note += "\n" + word("figure-sankey-more", leaving.lang, n=more)
    title = f"{leaving.title} — {word('figure-sankey-title', leaving.lang)}"
    if not bands:
        canvas.text(0, 20, word("figure-sankey-none", leaving.lang), fill=SOFT)
        return framed(canvas, (560.0, 40.0), leaving, title)
    columns = _columns(bands)
    size = _draw(canvas, bands, columns, nodes, leaving.lang)
    return framed(canvas, size, leaving, title, note)


def _bands(graph: Graph) -> tuple[list[_Band], int]:
    """A band for each statement, the weightiest; and how many are left out."""
    stated = sorted((edge for edge in graph["edges"] if edge["kind"] == "derived" and likely(edge)), key=weight)
    told = [_Band(edge["source"], edge["target"], edge["shared"]) for edge in stated if isinstance(edge["shared"], int)]
    drawn = sorted(told[:MOST_BANDS], key=lambda band: (-band.rows, band.source, band.target))
    return drawn, len(told) - len(drawn)


def _columns(bands: list[_Band]) -> dict[str, int]:
    """List -> its column: one behind the farthest list that it came from; a circle is cut where it closes."""
    parents: dict[str, list[str]] = defaultdict(list)
    for band in bands:
        parents[band.target].append(band.source)
    depth: dict[str, int] = {}

    def visit(name: str, above: frozenset[str]) -> int:
        if name not in depth:
            before = [visit(p, above | {name}) for p in sorted(parents[name]) if p not in above and p != name]
            depth[name] = max(before, default=-1) + 1
        return depth[name]

    for name in sorted({band.source for band in bands} | {band.target for band in bands}):
        visit(name, frozenset())
    return depth


def _draw(
    canvas: Canvas, bands: list[_Band], columns: Mapping[str, int], nodes: Mapping[str, Node], lang: str
) -> tuple[float, float]:
    sizes = _sizes(bands, nodes)
    by_column: dict[int, list[str]] = defaultdict(list)
    for name in sorted(columns, key=lambda name: (-sizes[name], name)):
        by_column[columns[name]].append(name)
    most = max(len(members) for members in by_column.values())
    room = max(_HEIGHT, most * (_GAP + 14.0))
    scale = min((room - _GAP * len(m)) / sum(sizes[name] for name in m) for m in by_column.values())
    tops = _tops(by_column, bands, sizes, scale)
    left = {name: column * _COLUMN for name, column in columns.items()}
    leaving_at, reaching_at = dict(tops), dict(tops)
    fits = _fits(bands, sizes)
    for band in sorted(bands, key=lambda band: (tops[band.source], tops[band.target], band.source, band.target)):
        thick = band.rows * scale
        start, end = leaving_at[band.source] + thick / 2, reaching_at[band.target] + thick / 2
        leaving_at[band.source] += thick * fits[band.source, True]
        reaching_at[band.target] += thick * fits[band.target, False]
        x1, x2 = left[band.source] + _BAR, left[band.target]
        pull = max((x2 - x1) / 2, 40.0)
        canvas.path(
            f"M{x1:.1f} {start:.1f}C{x1 + pull:.1f} {start:.1f} {x2 - pull:.1f} {end:.1f} {x2:.1f} {end:.1f}",
            stroke=hex_of(EDGE_COLOURS["derived"]), line=max(thick, _HAIR), opacity=0.34,
        )  # fmt: skip
    for name, top in tops.items():
        _bar(canvas, nodes[name], left[name], top, max(sizes[name] * scale, _HAIR), lang)
    lowest = max(tops[name] + sizes[name] * scale for name in tops)
    return (max(columns.values()) * _COLUMN + _BAR + 190.0, lowest + 30.0)


def _sizes(bands: list[_Band], nodes: Mapping[str, Node]) -> dict[str, float]:
    """A list's bar: its contacts; for a list that was never obtained the widest of its bands."""
    widest: dict[str, float] = defaultdict(float)
    for band in bands:
        for name in (band.source, band.target):
            widest[name] = max(widest[name], float(band.rows))
    return {name: float(nodes[name]["contacts"] or most) for name, most in widest.items()}


def _fits(bands: list[_Band], sizes: Mapping[str, float]) -> dict[tuple[str, bool], float]:
    """(list, leaving) -> by which share of its width a band there moves the next one down, so that all stay at the bar.

    1 where they are side by side; less where they overlap. The last one ends where the bar does.
    """
    there: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for band in bands:
        there[band.source, True].append(float(band.rows))
        there[band.target, False].append(float(band.rows))
    fits = {}
    for (name, leaving), widths in there.items():
        # Whichever band comes last, it has room where the others take no more than the bar less the widest.
        others = sum(widths) - min(widths)
        fits[name, leaving] = min(1.0, max(sizes[name] - max(widths), 0.0) / others) if others else 1.0
        if sum(widths) <= sizes[name]:
            fits[name, leaving] = 1.0
    return fits


def _tops(
    by_column: Mapping[int, list[str]], bands: list[_Band], sizes: Mapping[str, float], scale: float
) -> dict[str, float]:
    """Places from left to right: near the mean of where a list's rows come from."""
    tops: dict[str, float] = {}
    for column in sorted(by_column):
        wanted = {}
        for name in by_column[column]:
            before = [(tops[b.source], b.rows) for b in bands if b.target == name and b.source in tops]
            wanted[name] = sum(t * r for t, r in before) / sum(r for _, r in before) if before else 0.0
        y = 0.0
        for name in sorted(by_column[column], key=lambda name: (wanted[name], -sizes[name], name)):
            tops[name] = y
            y += sizes[name] * scale + _GAP
    return tops


def _bar(canvas: Canvas, node: Node, x: float, top: float, height: float, lang: str) -> None:
    colour = hex_of(NODE_COLOURS[node["kind"]])
    known = node["contacts"] is not None
    canvas.rect(x, top, _BAR, height, fill=colour if known else "none", stroke="none" if known else colour)
    room = _COLUMN - _BAR - 20.0
    counted = ""
    if known:
        counted = word("page-n-contacts" if node["purged"] is None else "page-n-purged", lang, n=node["contacts"])
    canvas.text(x + _BAR + 6, top + 11.0, node["label"], size=12.0, bold=True, room=room, halo=True)
    small = with_id(node, counted)
    canvas.text(x + _BAR + 6, top + 24.0, small, size=10.5, fill=SOFT, room=room, halo=True)
