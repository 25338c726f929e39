"""Time: a lane for each party, a point on the day of each list, a bar for as long as a copy may be held.

Arrows go forward. A copying of which the days say the opposite, because a list was obtained late, is a line without a
head.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.export.figure.canvas import INK, RULE, SMALLEST, SOFT, Canvas, LegendKey, shown
from tracer.export.figure.flow import lead_of
from tracer.export.figure.flows import FINDINGS, likely, strongest
from tracer.export.figure.ribbons import NAME, TextBoxes, box_of
from tracer.export.figure.sheet import GREY, STRONG, FigureSheet, on_sheet, sheet_of
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import shorten, width, wrap
from tracer.export.picture.columns import COLUMNS, column_of
from tracer.export.selection import highlighted
from tracer.graph.model import GRADES, Edge, Graph, Node
from tracer.graph.model import day_of as list_day
from tracer.wording import Voice, word
from tracer.wording.days import month_of

# A true axis of days, and what has a place on it: lists on their day, copies for as long as they may be held.

_APART = 14.0


@dataclass(frozen=True)
class Clock:
    """Days to pixels."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day is."""
        return self.left + (self.right - self.left) * (day - self.first).days / max((self.last - self.first).days, 1)


def clock_of(days: Sequence[date], left: float, right: float) -> Clock:
    """An axis on which all days have a place, a little apart from its ends."""
    span = max((max(days) - min(days)).days, 20)
    around = timedelta(days=max(span // 25, 2))
    return Clock(min(days) - around, max(days) + around, left, right)


def axis(canvas: Canvas, clock: Clock, bottom: float, lang: str) -> None:
    """Months with lines down to `bottom`, as many as have room for their names; a year's first month bears the year."""
    months = _months(clock)
    widest = max((width(shown(month_of(month, lang)), SMALLEST) for month in months), default=0.0) + _APART
    step = next(
        (step for step in (1, 2, 3, 6, 12, 24, 60, 120)
         if (clock.right - clock.left) / max(len(months) / step, 1) >= widest), 240,
    )  # fmt: skip
    for month in months:
        if (month.year * 12 + month.month - 1) % step:
            continue
        x, name = clock.x(month), month_of(month, lang)
        half = width(shown(name), SMALLEST) / 2
        canvas.path(f"M{x:.1f} 18V{bottom:.1f}", stroke=RULE)
        place = min(max(x, clock.left + half), clock.right - half)
        canvas.text(place, 12, name, size=SMALLEST, fill=SOFT, anchor="middle")


def _months(clock: Clock) -> list[date]:
    """First days of the months on the axis."""
    months: list[date] = []
    year, month = clock.first.year, clock.first.month
    while True:
        month += 1
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        if date(year, month, 1) > clock.last:
            return months
        months.append(date(year, month, 1))


def date_of(text: str | None) -> date | None:
    """The day of a date as the graph has it."""
    return None if text is None else date.fromisoformat(text[:10])


MOST = 30
"""Parties that have a lane."""
_COPY = "#4f7a72"
_ROW, _BAR, _DOT, _TOP = 17.0, 6.0, 4.5, 26.0
_BESIDE = 190.0


@dataclass(frozen=True)
class _Mark:
    """A list on its day, or a copy from its day to its end."""

    node: Node
    first: date
    last: date
    open_ended: bool = False


def time(leaving: Outgoing) -> str:
    """The figure as SVG."""
    graph, lang = leaving.labelled(), leaving.lang
    marks = _marks(graph, date_of(leaving.generated))
    nodes = {node["id"]: node for node in graph["nodes"]}
    edges = _edges(graph, marks)
    lanes, more = _lanes(marks, edges, nodes, highlighted(leaving))
    sheet, canvas = sheet_of(leaving.choice), Canvas()
    notes = [word("figure-time-note", lang)]
    if more:
        notes.append(word("figure-time-more", lang, n=more))
    undated = sum(n["kind"] in {"dataset", "release"} and n["id"] not in marks for n in graph["nodes"])
    if undated:
        notes.append(word("figure-time-undated", lang, n=undated))
    height = 20.0
    if lanes:
        lead = strongest(graph)
        strong = highlighted(leaving) | ({lead["source"], lead["target"]} if lead is not None else set())
        height = _Lanes(canvas, sheet, lanes, nodes, strong, lang).draw(edges, lead)
    else:
        canvas.text(0, 14, word("figure-time-none", lang), fill=SOFT)
    legend = (
        LegendKey(word("figure-time-list", lang), INK, block=True), LegendKey(word("figure-time-copy", lang), _COPY),
        LegendKey(word("figure-flow-strong", lang), STRONG), LegendKey(word("figure-flow-other", lang), GREY),
    )  # fmt: skip
    title = f"{leaving.title} — {word('figure-time-title', lang)}"
    told = [
        f"{one.first.isoformat()}{'' if one.first == one.last else '/' + one.last.isoformat()}: {one.node['label']}"
        for one in sorted(marks.values(), key=lambda one: (one.first, one.node["id"]))
    ]
    return on_sheet(canvas, height, sheet, leaving, title, lead=lead_of(leaving), notes=notes,
                    legend=legend if lanes else (), spoken=told)  # fmt: skip


def _marks(graph: Graph, today: date | None) -> dict[str, _Mark]:
    """What has a day: a list; a copy's handover and its end."""
    found = {}
    for node in graph["nodes"]:
        if node["kind"] == "dataset" and (day := date_of(list_day(node))) is not None:
            found[node["id"]] = _Mark(node, day, day)
        elif node["kind"] == "release" and (day := date_of(node["date"])) is not None:
            end = date_of(node["until"])
            found[node["id"]] = _Mark(node, day, max(end or today or day, day), end is None)
    return found


def _edges(graph: Graph, marks: Mapping[str, _Mark]) -> list[Edge]:
    """What is drawn between marks: handovers, findings, and copyings that no copy explains."""
    found = []
    by_copy = {
        (marks[edge["source"]].node["dataset"], edge["target"])
        for edge in graph["edges"] if edge["kind"] in (*FINDINGS, "held") and edge["source"] in marks
    }  # fmt: skip
    for edge in graph["edges"]:
        if edge["source"] not in marks or edge["target"] not in marks:
            continue
        if edge["kind"] in FINDINGS:
            drawn = likely(edge)
        elif edge["kind"] == "released":  # a copy is of the living list, which may be older than the one that is known
            drawn = marks[edge["source"]].first <= marks[edge["target"]].first
        else:
            explained = (edge["source"], edge["target"]) in by_copy
            drawn = edge["kind"] == "derived" and likely(edge) and not explained
        if drawn:
            found.append(edge)
    return found


def _lanes(
    marks: Mapping[str, _Mark], edges: Sequence[Edge], nodes: Mapping[str, Node], marked: frozenset[str]
) -> tuple[dict[str, list[_Mark]], int]:
    """Party -> its marks, in the order of the trade; and how many parties more there are."""
    lanes: dict[str, list[_Mark]] = defaultdict(list)
    for mark in marks.values():
        party = mark.node["party"]
        if party is not None:
            lanes[party].append(mark)
    best: dict[str, tuple[int, int]] = dict.fromkeys(lanes, (0, 0))
    for edge in edges:
        for name in (edge["source"], edge["target"]):
            party = marks[name].node["party"] or ""
            if party in best:
                found = (int(edge["kind"] in FINDINGS) + 2 * int(party in marked), GRADES.index(edge["grade"]))
                best[party] = max(best[party], found)
    kept = sorted(lanes, key=lambda name: (-best[name][0], -best[name][1], name))[:MOST]
    columns = [*COLUMNS, "lines"]
    order = sorted(kept, key=lambda name: (columns.index(column_of(nodes[name]["role"])),
                                           min(mark.first for mark in lanes[name]), name))  # fmt: skip
    return {name: lanes[name] for name in order}, len(lanes) - len(kept)


class _Lanes:
    """The drawing: lanes below one another, in each as many rows as its texts need."""

    def __init__(
        self, canvas: Canvas, sheet: FigureSheet, lanes: Mapping[str, list[_Mark]], nodes: Mapping[str, Node],
        strong: frozenset[str] | set[str], lang: str,
    ) -> None:  # fmt: skip
        self.canvas, self.lanes, self.nodes, self.strong, self.lang = canvas, lanes, nodes, strong, lang
        self.room, self.beside = sheet.room, 0.0 if sheet.upright else _BESIDE
        days = [day for marks in lanes.values() for mark in marks for day in (mark.first, mark.last)]
        self.clock: Clock = clock_of(days, self.beside, sheet.room)
        self.texts = TextBoxes()
        self.places: dict[str, tuple[float, float, float]] = {}
        """Mark -> left, right, y."""

    def draw(self, edges: Sequence[Edge], lead: Edge | None) -> float:
        """Draws all of it; returns its height."""
        y, rules = _TOP, []
        names: list[tuple[str, float]] = []
        for party, marks in self.lanes.items():
            rules.append(y)
            names.append((party, y))
            y = self._rows(party, marks, y) + 8.0
        axis(self.canvas, self.clock, y, self.lang)
        for rule in rules:
            self.canvas.path(f"M0 {rule:.1f}H{self.room:.1f}", stroke=RULE)
        first = {edge["id"] for edge in edges if lead is not None and edge["id"] == lead["id"]}
        for edge in sorted(edges, key=lambda edge: (edge["id"] in first, edge["id"])):
            if edge["source"] in self.places and edge["target"] in self.places:
                self._arrow(edge, strong=edge["id"] in first)
        for party, top in names:
            self._party(party, top)
        for marks in self.lanes.values():
            for mark in marks:
                self._mark(mark)
        return y

    def _name(self, party: str) -> list[str]:
        room = self.beside - 14.0 if self.beside else self.room
        return wrap(shown(self.nodes[party]["label"]), room, NAME, lines=2, bold=True)

    def _party(self, party: str, top: float) -> None:
        for at, line in enumerate(self._name(party)):
            self.canvas.text(0, top + 14.0 + at * 14.5, line, size=NAME, bold=True, halo=True)

    def _rows(self, party: str, marks: Sequence[_Mark], top: float) -> float:
        """Gives each mark a row in which its text has room; returns the lane's lower side."""
        names = len(self._name(party)) * 14.5
        y = top + 4.0 + (0.0 if self.beside else names)
        for mark in sorted(marks, key=lambda one: (one.node["kind"] != "release", one.first, one.node["id"])):
            row = y
            while not self._fits(mark, row):
                row += _ROW
            self.texts.taken += self._boxes(mark, row)
            self.places[mark.node["id"]] = (self.clock.x(mark.first), self.clock.x(mark.last), row + 8.0)
        lowest = max(self.places[mark.node["id"]][2] + self._text(mark)[3] for mark in marks)
        return max(lowest + 12.0, top + names + 4.0)

    def _fits(self, mark: _Mark, row: float) -> bool:
        return all(self.texts.free(box) for box in self._boxes(mark, row))

    def _boxes(self, mark: _Mark, row: float) -> list[tuple[float, float, float, float]]:
        """What a mark and its text take in a row."""
        x, anchor, text, down = self._text(mark)
        own = (self.clock.x(mark.first) - 6.0, row, self.clock.x(mark.last) + 6.0, row + _ROW - 1.0)
        return [own, box_of(x, row + 12.0 + down, text, SMALLEST, anchor=anchor)]

    def _text(self, mark: _Mark) -> tuple[float, str, str, float]:
        """Where a mark's text is, and what is shown of it: right of it, left of it, or where neither has room below."""
        left, right = self.clock.x(mark.first), self.clock.x(mark.last)
        after, before = self.room - right - 8.0, left - self.beside - 8.0
        text = shown(self._said(mark))
        wide = width(text, SMALLEST)
        if wide <= after:
            return right + 8.0, "start", text, 0.0
        if wide <= before:
            return left - 8.0, "end", text, 0.0
        start = max(min(left, self.room - wide), self.beside)
        return start, "start", shorten(text, self.room - start, SMALLEST), _ROW - 3.0

    def _said(self, mark: _Mark) -> str:
        node = mark.node
        if node["kind"] == "dataset":
            return str(node["label"])
        of = self.nodes.get(node["dataset"] or "", node)["label"]
        if node["id"] in self.strong and not mark.open_ended:
            return word("figure-time-copy-until", self.lang, list=of, day=Voice(self.lang).show(mark.last))
        return word("figure-time-copy-open" if mark.open_ended else "figure-time-copy-of", self.lang, list=of)

    def _mark(self, mark: _Mark) -> None:
        left, right, y = self.places[mark.node["id"]]
        strong = mark.node["id"] in self.strong
        x, anchor, text, down = self._text(mark)
        if mark.node["kind"] == "release":
            self.canvas.rect(left, y - _BAR / 2, max(right - left, 2.0), _BAR, fill=STRONG if strong else _COPY)
        else:
            self.canvas.rect(left - _DOT, y - _DOT, 2 * _DOT, 2 * _DOT, fill=STRONG if strong else INK, rx=_DOT)
        fill = STRONG if strong else SOFT
        self.canvas.text(x, y + 4.0 + down, text, size=SMALLEST, fill=fill, anchor=anchor, halo=True)

    def _arrow(self, edge: Edge, *, strong: bool) -> None:
        """From the day of the giver's list, or the days of a copy, to that of what came of it."""
        first, last, y1 = self.places[edge["source"]]
        x2, _, y2 = self.places[edge["target"]]
        x1 = min(max(first, min(last, x2)), last)
        colour, line = (STRONG, 2.6) if strong else (GREY, 1.1)
        if x2 < x1 - 0.5 or (x2 - x1 < 1.0 and y1 == y2):
            self.canvas.path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", stroke=colour, line=line, dash="2 3")
            return
        pull = max((x2 - x1) * 0.5, 6.0)
        end = x2 - _DOT - 2.0
        if x2 - x1 < 14.0:  # the same day or nearly: straight down, from above or from below
            step = -_DOT - 2.0 if y2 > y1 else _DOT + 2.0
            self.canvas.path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2 + step:.1f}", stroke=colour, line=line)
            self.canvas.path(f"M{x2 - 3.5:.1f} {y2 + 2 * step:.1f}L{x2:.1f} {y2 + step:.1f}L{x2 + 3.5:.1f} "
                             f"{y2 + 2 * step:.1f}z", fill=colour)  # fmt: skip
            return
        d = f"M{x1:.1f} {y1:.1f}C{x1 + pull:.1f} {y1:.1f} {end - pull:.1f} {y2:.1f} {end:.1f} {y2:.1f}"
        self.canvas.path(d, stroke=colour, line=line)
        self.canvas.path(f"M{end - 5:.1f} {y2 - 3.5:.1f}L{end:.1f} {y2:.1f}L{end - 5:.1f} {y2 + 3.5:.1f}z", fill=colour)
