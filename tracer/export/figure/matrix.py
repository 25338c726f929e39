"""The matrix of overlaps: what every list has in common with every other."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.disclosure import FEW
from tracer.export.figure.canvas import INK, PAPER, RULE, SOFT, TINT, Canvas, LegendKey, framed, with_id
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.wording import word

MOST_LISTS = 40
"""Lists that are drawn: those with the most in common."""
_CELL = 46.0
_LABELS = 210.0
_STEPS = (
    (0.001, "#eef3f8"),
    (0.01, "#d3e2f0"),
    (0.05, "#a9c8e4"),
    (0.2, "#6fa3d0"),
    (0.5, "#3f7fb8"),
    (0.9, "#1b5a9e"),
)
"""Share of the smaller list -> colour."""


def overlap_matrix(leaving: Outgoing) -> str:
    """The figure as SVG."""
    pairs = {(str(row["a"]), str(row["b"])): row for row in leaving.facts.get("overlaps", ())}
    sizes = {node["id"]: node for node in leaving.labelled()["nodes"] if node["kind"] == "dataset"}
    refs = {node["ref"]: node for node in sizes.values()} | sizes
    common: dict[str, int] = dict.fromkeys(sizes, 0)
    for (a, b), row in pairs.items():
        for name in (a, b):
            if name in refs:
                common[refs[name]["id"]] += _count(row) or 0
    chosen = sorted(sorted(common, key=lambda name: (-common[name], name))[:MOST_LISTS], key=lambda n: _order(sizes[n]))
    canvas = Canvas()
    for at, name in enumerate(chosen):
        node = sizes[name]
        y, x = _LABELS + at * _CELL, _LABELS + at * _CELL
        canvas.text(_LABELS - 8, y + 21, node["label"], size=11.5, bold=True, anchor="end", room=_LABELS - 12)
        key = "page-n-contacts" if node["purged"] is None else "page-n-purged"
        count = word(key, leaving.lang, n=node["contacts"] or 0)
        canvas.text(_LABELS - 8, y + 35, with_id(node, count), size=10, anchor="end", fill=SOFT, room=_LABELS - 12)
        canvas.text(x + _CELL / 2 + 4, _LABELS - 8, node["label"], size=11.5, bold=True, turn=-60, room=_LABELS)
        canvas.rect(x, y, _CELL, _CELL, fill=TINT, stroke=RULE)
    by_id = {(refs[a]["id"], refs[b]["id"]): row for (a, b), row in pairs.items() if a in refs and b in refs}
    for i, a in enumerate(chosen):
        for j, b in enumerate(chosen):
            if i < j:
                _pair(canvas, i, j, by_id.get((a, b)) or by_id.get((b, a)))
    side = _LABELS + len(chosen) * _CELL
    legend = tuple(LegendKey(f"≥ {least:.1%}".replace(".0%", "%"), colour, block=True) for least, colour in _STEPS)
    note = word("figure-overlaps-note", leaving.lang)
    if len(sizes) > len(chosen):
        note += " " + word("figure-overlaps-more", leaving.lang, n=len(sizes) - len(chosen))
    title = f"{leaving.title} — {word('figure-overlaps-title', leaving.lang)}"
    return framed(canvas, (side + 90.0, side + 4.0), leaving, title, note, legend)


def _order(node: Mapping[str, object]) -> tuple[str, str]:
    return str(node["created"] or node["date"] or "9999"), str(node["id"])


def _count(row: FindingRow | None) -> int | None:
    shared = None if row is None else row["shared"]
    return int(shared) if isinstance(shared, int) else None


def _pair(canvas: Canvas, i: int, j: int, row: FindingRow | None) -> None:
    """The pair's two cells: the count below the diagonal, the share above it."""
    shared = _count(row)
    # A pair without a row shares nothing that was counted, or too little to be shown: both are `<20`.
    smaller = min(int(str(row["a_contacts"])), int(str(row["b_contacts"]))) if row is not None else 0
    share = shared / smaller if shared is not None and smaller else 0.0
    colour = next((colour for least, colour in reversed(_STEPS) if share >= least), PAPER)
    dark = share >= 0.5
    for x, y, text in (
        (_LABELS + i * _CELL, _LABELS + j * _CELL, FEW if shared is None else _short(shared)),
        (_LABELS + j * _CELL, _LABELS + i * _CELL, "" if shared is None else f"{share:.0%}"),
    ):
        canvas.rect(x, y, _CELL, _CELL, fill=colour, stroke=RULE)
        fill = PAPER if dark else INK if shared is not None else SOFT
        canvas.text(x + _CELL / 2, y + 27, text, size=10.5, anchor="middle", fill=fill)


def _short(count: int) -> str:
    """`3,185`, `12.4k`, `3.1M`: a cell is narrow."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1000:.3g}k" if count < 1_000_000 else f"{count / 1_000_000:.3g}M"
