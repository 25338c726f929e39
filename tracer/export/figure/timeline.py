"""The timeline of one copy: for how long it was handed out, when lists with it are known, when its canaries rang."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.disclosure import PartyRef, Reason, Text
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.figure.canvas import INK, PAPER, RULE, SOFT, Canvas, LegendKey, framed, hex_of, with_id
from tracer.export.outgoing import Outgoing
from tracer.export.palette import EDGE_COLOURS
from tracer.export.picture.deck import weight
from tracer.graph.model import Graph, Node, day_of
from tracer.wording import data_word, word
from tracer.wording.days import month_of

_WIDE = 900.0
_LABELS = 330.0
_LANE = 44.0
_Place = Callable[[date], float]
_KINDS = ("retained", "passed_on", "held", "attributed")


@dataclass(frozen=True)
class _Seen:
    """A list that came from the copy."""

    node: Node
    holder: str
    kind: str
    grade: str
    day: date


def timeline(leaving: Outgoing) -> str:
    """The figure as SVG. Raises UsageError where `leaving.of` names no copy."""
    release = _release(leaving.graph, leaving.of[1:])
    nodes = {node["id"]: node for node in leaving.labelled()["nodes"]}
    seen = _seen(leaving.graph, release, nodes)
    calls = _calls(leaving.graph, release)
    days = [*_days(release["date"], release["until"]), *(one.day for one in seen)]
    days += [day for first, last, _ in calls for day in (first, last)] or [date.fromisoformat(leaving.generated)]
    start, end = min(days) - timedelta(days=10), max(days) + timedelta(days=10)
    canvas = Canvas()

    def x_of(day: date) -> float:
        return _LABELS + (_WIDE - _LABELS) * (day - start).days / max((end - start).days, 1)

    lanes = 1 + len(seen) + bool(calls)
    _axis(canvas, start, end, lanes * _LANE + 40.0, x_of, leaving.lang)
    vendor = Text("?") if release["party"] is None else PartyRef(release["party"])
    handed = leaving.voice().say(Reason.of("figure-timeline-period", party=vendor))
    _end(canvas, release, lanes * _LANE + 36.0, x_of, leaving.lang)
    _period(canvas, release, end, x_of, handed, leaving.lang)
    for number, one in enumerate(seen, start=1):
        _lane(canvas, one, 40.0 + number * _LANE, x_of, leaving.lang)
    if calls:
        _rings(canvas, calls, 40.0 + (1 + len(seen)) * _LANE, x_of, leaving.lang)
    legend = tuple(
        LegendKey(data_word("page-kind", kind, leaving.lang), hex_of(EDGE_COLOURS[kind]), block=True)
        for kind in _KINDS
        if any(one.kind == kind for one in seen)
    )
    title = word("figure-timeline-title", leaving.lang, release=release["label"])
    size, note = (_WIDE, lanes * _LANE + 50.0), word("figure-timeline-note", leaving.lang)
    return framed(canvas, size, leaving, title, note, legend, shows=(release["ref"],))


def _release(graph: Graph, named: Sequence[str]) -> Node:
    copies = {node["id"]: node for node in graph["nodes"] if node["kind"] == "release"}
    known = sorted({name for node in copies.values() for name in (node["id"], node["ref"])})
    if len(named) != 1:
        raise UsageError(
            "a timeline shows exactly one copy", where="figure timeline", remedy=f"one of: {', '.join(known)}"
        )
    for node in copies.values():
        if named[0] in (node["id"], node["ref"]):
            return node
    raise UsageError(f"unknown copy {named[0]!r}", where="figure timeline", remedy=did_you_mean(named[0], known))


def _days(*texts: str | None) -> list[date]:
    return [date.fromisoformat(text) for text in texts if text is not None]


def _seen(graph: Graph, release: Node, nodes: dict[str, Node]) -> list[_Seen]:
    """The lists behind which the copy is, each by the weightiest statement, in the order of days."""
    stated = [edge for edge in graph["edges"] if edge["source"] == release["id"] and edge["kind"] in _KINDS]
    found: dict[str, _Seen] = {}
    for edge in sorted(stated, key=weight):
        node = nodes[edge["target"]]
        day = edge["date"] or day_of(node)
        if day is not None and node["id"] not in found:
            holder = nodes[node["party"]]["label"] if node["party"] is not None else "?"
            found[node["id"]] = _Seen(node, holder, edge["kind"], edge["grade"], date.fromisoformat(day[:10]))
    return sorted(found.values(), key=lambda one: (one.day, one.node["id"]))


def _calls(graph: Graph, release: Node) -> list[tuple[date, date, int]]:
    """(first day, last day, signals) of each caller of each of its canaries that is in no other copy."""
    planted: dict[str, set[str]] = {}
    for edge in graph["edges"]:
        if edge["kind"] == "planted_in":
            planted.setdefault(edge["source"], set()).add(edge["target"])
    return sorted(
        (*_days(edge["date"]), *_days(edge["until"] or edge["date"]), edge["count"] or 0)  # type: ignore[misc]  # two days
        for edge in graph["edges"]
        if edge["kind"] == "called" and edge["date"] is not None and planted.get(edge["target"]) == {release["id"]}
    )


def _axis(canvas: Canvas, start: date, end: date, bottom: float, x_of: _Place, lang: str) -> None:
    months = (end.year - start.year) * 12 + end.month - start.month
    step = max(1, -(-months // 12))
    year, month = start.year, start.month
    while True:
        month += step
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        day = date(year, month, 1)
        if day > end:
            break
        x = x_of(day)
        canvas.path(f"M{x:.1f} 18V{bottom:.1f}", stroke=RULE)
        canvas.text(x, 12, month_of(day, lang), size=10.5, fill=SOFT, anchor="middle")


def _period(canvas: Canvas, release: Node, end: date, x_of: _Place, label: str, lang: str) -> None:
    y = 40.0
    canvas.text(0, y + 15, release["label"], size=12, bold=True, room=_LABELS - 14)
    canvas.text(0, y + 30, label, size=10.5, fill=SOFT, room=_LABELS - 14)
    days = _days(release["date"])
    if not days:
        canvas.text(_LABELS, y + 18, word("page-no-date", lang), size=10.5, fill=SOFT)
        return
    until = _days(release["until"]) or [end]
    x1, x2 = x_of(days[0]), x_of(max(until[0], days[0]))
    canvas.rect(x1, y + 6, max(x2 - x1, 3.0), 18, fill=hex_of(EDGE_COLOURS["released"]), rx=3)
    canvas.text(x1 + 6, y + 19, release["date"] or "", size=10.5, fill=PAPER, room=max(x2 - x1 - 8, 0.0))


def _end(canvas: Canvas, release: Node, bottom: float, x_of: _Place, lang: str) -> None:
    colour = hex_of(EDGE_COLOURS["retained"])
    for day in _days(release["until"]):
        x = x_of(day)
        canvas.path(f"M{x:.1f} 26V{bottom:.1f}", stroke=colour, dash="5 3", line=1.4)
        canvas.text(x + 4, 36, word("figure-timeline-end", lang, date=day.isoformat()), size=10.5, fill=colour)


def _lane(canvas: Canvas, one: _Seen, y: float, x_of: _Place, lang: str) -> None:
    canvas.path(f"M0 {y:.1f}H{_WIDE:.1f}", stroke=RULE)
    canvas.text(0, y + 17, one.node["label"], size=12, bold=True, room=_LABELS - 14)
    canvas.text(0, y + 32, with_id(one.node, one.holder), size=10.5, fill=SOFT, room=_LABELS - 14)
    x2 = x_of(one.day)
    colour = hex_of(EDGE_COLOURS[one.kind])
    canvas.path(f"M{x2:.1f} {y + 12:.1f}l8 8l-8 8l-8 -8z", fill=colour)
    text = f"{one.day.isoformat()}, {data_word('page-kind', one.kind, lang)}, {one.grade}"
    right = x2 < _WIDE - 190.0
    canvas.text(x2 + (13 if right else -13), y + 24, text, size=10.5, anchor="start" if right else "end", halo=True)


def _rings(canvas: Canvas, calls: list[tuple[date, date, int]], y: float, x_of: _Place, lang: str) -> None:
    canvas.path(f"M0 {y:.1f}H{_WIDE:.1f}", stroke=RULE)
    canvas.text(
        0, y + 24, word("figure-timeline-calls", lang, n=sum(n for *_, n in calls)), size=11.5, room=_LABELS - 14
    )
    for first, last, _ in calls:
        x1, x2 = x_of(first), x_of(last)
        canvas.path(f"M{x1:.1f} {y + 10:.1f}V{y + 30:.1f}", stroke=INK, line=1.2, opacity=0.6)
        if last != first:
            canvas.path(f"M{x1:.1f} {y + 20:.1f}H{x2:.1f}", stroke=INK, line=1.0, opacity=0.35)
