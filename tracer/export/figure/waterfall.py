"""The waterfall of one copying: what each observation adds for it or takes from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import cast

from tracer.disclosure import DatasetRef, Reason
from tracer.errors import UsageError
from tracer.export.figure.canvas import INK, PAPER, RULE, SOFT, Canvas, LegendKey, framed
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.facts import times
from tracer.wording import word
from tracer.wording.voice import percent

_FOR, _AGAINST = "#1b5a9e", "#b93a12"
_WIDE = 980.0
_LABELS = 170.0
_BARS = 330.0
_LANE = 40.0


def waterfall(leaving: Outgoing) -> str:
    """The figure as SVG. Raises UsageError where `leaving.of` names no copying that was found."""
    row = _edge(leaving.facts.get("weights", ()), leaving.of[1:])
    weights = weights_of(row)
    canvas = Canvas()
    steps = [max(-longest, min(longest, nats)) for longest in [_longest(weights)] for _, nats, _ in weights]
    ends = list(accumulate(steps, initial=0.0))
    low, high = min(ends), max(ends)
    scale = _BARS / max(high - low, 1e-9)

    def x_of(nats: float) -> float:
        return _LABELS + (nats - low) * scale

    bottom = (len(weights) + 1) * _LANE
    canvas.path(f"M{x_of(0):.1f} 0V{bottom - _LANE:.1f}", stroke=INK, line=1.0)
    for number, ((signal, nats, text), begin, end) in enumerate(zip(weights, ends, ends[1:], strict=False)):
        y = number * _LANE
        left, right = sorted((x_of(begin), x_of(end)))
        canvas.text(0, y + 22, signal, size=12, bold=True, room=_LABELS - 10)
        canvas.rect(left, y + 8, max(right - left, 1.5), 20, fill=_FOR if nats >= 0 else _AGAINST)
        if abs(nats) > abs(end - begin) + 1e-9:
            canvas.path(f"M{(left + right) / 2 - 4:.1f} {y + 31:.1f}l8 -26", stroke=PAPER, line=5.0)
        if number + 1 < len(weights):
            canvas.path(f"M{x_of(end):.1f} {y + 28:.1f}V{y + _LANE + 8:.1f}", stroke=SOFT, line=0.8)
        canvas.text(_LABELS + _BARS + 14, y + 22, times(nats), size=11.5, bold=True)
        canvas.paragraph(_LABELS + _BARS + 90, y + 15, text, room=_WIDE - _LABELS - _BARS - 90, size=10.5, fill=INK)
        canvas.path(f"M0 {y + _LANE:.1f}H{_WIDE:.1f}", stroke=RULE, line=0.6)
    total = sum(nats for _, nats, _ in weights)
    said = word("figure-waterfall-sum", leaving.lang, n=times(total), p=percent(row["probability"]), grade=row["grade"])
    canvas.text(0, len(weights) * _LANE + 25, said, size=12.5, bold=True)
    legend = (
        LegendKey(word("figure-waterfall-for", leaving.lang), _FOR, block=True),
        LegendKey(word("figure-waterfall-against", leaving.lang), _AGAINST, block=True),
    )
    child, parent = (DatasetRef(str(row[name])) for name in ("child", "parent"))
    title = leaving.voice().say(Reason.of("figure-waterfall-title", child=child, parent=parent))
    note, shows = word("figure-waterfall-note", leaving.lang), (str(row["parent"]), str(row["child"]))
    return framed(canvas, (_WIDE, bottom), leaving, title, note, legend, shows=shows)


def _longest(weights: Sequence[tuple[str, float, str]]) -> float:
    """Nats at which a bar is cut: four times the third longest, so that one huge overlap does not hide all else."""
    sizes = sorted((abs(nats) for _, nats, _ in weights), reverse=True)
    return max(4.0 * sizes[2], 1.0) if len(sizes) > 2 else max(sizes, default=1.0)


def weights_of(row: FindingRow) -> list[tuple[str, float, str]]:
    """(name of the signal, nats, what was seen) of each step, in the finding's order."""
    steps = cast(Sequence[Mapping[str, object]], row["weights"])
    return [(str(step["name"]), float(str(step["weight"])), str(step["text"])) for step in steps]


def _edge(rows: Sequence[FindingRow], named: Sequence[str]) -> FindingRow:
    known = [(str(row["parent"]), str(row["child"])) for row in rows]
    remedy = "name a parent and a child: " + "; ".join(f"{parent} {child}" for parent, child in known[:8])
    if not known:
        remedy = "none was found: tracer query derivations"
    if len(named) != 2:
        raise UsageError("a waterfall shows exactly one copying", where="figure waterfall", remedy=remedy)
    for row, pair in zip(rows, known, strict=True):
        if pair in (tuple(named), tuple(reversed(named))):
            return row
    raise UsageError(
        f"no copying between {named[0]!r} and {named[1]!r} was found", where="figure waterfall", remedy=remedy
    )
