"""Time: what was known when. A row for each list and each copy, gathered by party; a dot on the day of a list, a bar
for as long as a copy might be held, red from its end to the day on which it was still held.

Words are in a column of their own, or above their row where it is narrow: no line passes through any. What is drawn of
many lists are those that bear findings. `time COPY` shows one copy, what became of it and the calls to its planted
records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.drawing.days import DayScale, day_of, month, name_of_list, span_of
from tracer.export.drawing.looks import has_head, is_likely, paint_of, paints_of_lists
from tracer.export.drawing.marks import NAME, SMALL, SMALLEST, TEXT, Marks, Point, picture_text
from tracer.export.drawing.sheet import TALLEST, FigureSheet, height_of, on_sheet, sheet_of
from tracer.export.drawing.story import headline_of, stories
from tracer.export.drawing.text import width
from tracer.export.outgoing import Outgoing
from tracer.export.selection import highlighted_nodes
from tracer.findings.statements.headlines import sure as sure_of
from tracer.graph.model import GRADES, Edge, Graph, Node
from tracer.wording import Voice, data_word, word
from tracer.wording.voice import joined_items, percent

APART = 6.0
"""Pixels between lanes, and between lines that come to one mark from the same side."""
MOST_BESIDE = 8
"""Lanes next to one another."""
_HEADROOM, _CLEAR, _SLANT = 17.0, 6.0, 15.0
"""Pixels before a mark that a line and its head need, around a mark that a lane passes, and between a lane and the
mark above which it ends."""


@dataclass(frozen=True)
class LaneMark:
    """The mark of a row: a dot, or a bar from `left` to `right`."""

    left: float
    right: float
    y: float
    dot: bool

    @property
    def middle(self) -> float:
        """A dot's."""
        return (self.left + self.right) / 2

    @property
    def half(self) -> float:
        """From its middle to its upper side, with air."""
        return (self.right - self.left) / 2 + 2.0 if self.dot else 6.0


@dataclass
class Lane:
    """What goes from one mark in one look."""

    giver: str
    takers: Sequence[str]
    leaves: float
    """Where it leaves the mark by choice."""
    x: float = 0.0
    above: set[str] = field(default_factory=set)
    """Takers that it comes to from above or below."""
    top: float = 0.0
    bottom: float = 0.0


class Lanes:
    """Gives lanes their places, the first first."""

    def __init__(self, marks: Mapping[str, LaneMark], low: float, high: float, *, sides: bool) -> None:
        """low, high: where lanes may be; sides: they come to marks from the left alone, past words above the marks."""
        self._marks, self._sides = marks, sides
        self._free = [low + 2.0 * at for at in range(int((high - low) / 2.0) + 1)]
        self.placed: list[Lane] = []

    def add(self, lane: Lane) -> bool:
        """Whether there is a place for it."""
        ys = [self._marks[name].y for name in (lane.giver, *lane.takers)]
        lane.top, lane.bottom = min(ys), max(ys)
        near = [one for one in self.placed if lane.top < one.bottom + 10.0 and one.top < lane.bottom + 10.0]
        passed = [mark.y for mark in self._marks.values() if lane.top <= mark.y <= lane.bottom]
        if any(sum(one.top <= y <= one.bottom for one in near) >= MOST_BESIDE for y in passed):
            return False
        wanted = [] if self._sides else [lane.leaves, *(self._marks[name].middle for name in lane.takers)]
        costs = [(self._cost(lane, x, near), x) for x in (*wanted, *self._free)]
        cost, lane.x = min(costs, key=lambda one: one[0])
        if cost == float("inf"):
            return False
        lane.above = {name for name in lane.takers if self._ends_over(lane, name, lane.x)}
        self.placed.append(lane)
        return True

    def _cost(self, lane: Lane, x: float, near: Sequence[Lane]) -> float:
        """How far it is out of the way; infinite where something is in it."""
        never, giver = float("inf"), self._marks[lane.giver]
        if any(abs(x - one.x) < APART for one in near):
            return never
        cost = 0.05 * abs(x - lane.leaves)
        if x != lane.leaves and (self._sides or giver.dot or not giver.left + 3.0 <= x <= giver.right - 3.0):
            away = max(giver.left - x, x - giver.right)
            if away < 4.0:
                return never
            cost = away + (10.0 if x > giver.right else 14.0)
        elif lane.leaves >= giver.right and x != lane.leaves:
            cost += 30.0
        for name, mark in self._marks.items():
            if name == lane.giver or not lane.top <= mark.y <= lane.bottom:
                continue
            if name not in lane.takers:
                if mark.left - _CLEAR < x < mark.right + _CLEAR:
                    return never
            elif self._ends_over(lane, name, x):
                cost += 2.0
            elif x > mark.left - _HEADROOM:
                if self._sides or x < mark.right + _HEADROOM or not mark.dot:
                    return never
                cost += 150.0
        return cost

    def _ends_over(self, lane: Lane, name: str, x: float) -> bool:
        """Whether it ends at this mark from above or below: at its last row, and near enough."""
        mark = self._marks[name]
        near = mark.left + 2.0 - _SLANT <= x <= (mark.right - 2.0 + _SLANT if mark.dot else mark.left + 4.0)
        return near and not self._sides and mark.y in (lane.top, lane.bottom)

    def ways(self) -> dict[tuple[int, str], list[Point]]:
        """(place among those placed, taker) -> corners of its line."""
        # Lanes come to the side of a mark, or leave it, above one another: what comes from above is above, and next to
        # each other they are such that none crosses another.
        sides: dict[tuple[str, bool], list[tuple[bool, float, int]]] = defaultdict(list)
        for at, lane in enumerate(self.placed):
            for name in (lane.giver, *lane.takers):
                mark = self._marks[name]
                if name not in lane.above and not (name == lane.giver and mark.left <= lane.x <= mark.right):
                    up = lane.top < mark.y and (name != lane.giver or lane.bottom == mark.y)
                    near = lane.x if (left := lane.x < mark.left) else -lane.x
                    sides[name, left].append((not up, -near if up else near, at))
        below = {  # (lane, mark) -> how far below the mark's middle
            (at, name): APART * (place - (len(lines) - 1) / 2)
            for (name, _), lines in sides.items()
            for place, (*_, at) in enumerate(sorted(lines))
        }
        found = {}
        for at, lane in enumerate(self.placed):
            giver = self._marks[lane.giver]
            for name in lane.takers:
                taker = self._marks[name]
                down = 1.0 if taker.y > giver.y else -1.0
                if (at, lane.giver) in below:
                    way = _to_side(giver, lane.x, below[at, lane.giver], 1.0)
                else:
                    way = [(lane.x, giver.y + down * (giver.half - 2.0))]
                if name in lane.above:
                    x = taker.middle if taker.dot else max(lane.x, taker.left + 2.0)
                    end = taker.y - down * taker.half
                    way += [(lane.x, end - down * 13.0)] * (abs(x - lane.x) > 1.0) + [(x, end)]
                else:
                    way += reversed(_to_side(taker, lane.x, below[at, name], 2.0))
                found[at, name] = way
        return found


def _to_side(mark: LaneMark, x: float, aside: float, air: float) -> list[Point]:
    """From a mark's side to a lane: of several next to one another each leads to the middle of a dot."""
    left = -1.0 if x < mark.left else 1.0
    radius = (mark.right - mark.left) / 2 + air
    off = max(-0.6 * radius, min(0.6 * radius, 0.6 * aside)) if mark.dot else max(-3.0, min(3.0, 0.5 * aside))
    reach = (radius**2 - off**2) ** 0.5
    tip = mark.middle + left * reach if mark.dot else (mark.left - air if left < 0 else mark.right + air)
    bend = tip + left * 11.0
    slanted = [(bend, mark.y + aside)] if aside and abs(bend - mark.middle) < abs(x - mark.middle) else []
    return [(tip, mark.y + off), *slanted, (x, mark.y + aside)]


MOST, MOST_NARROW = 18, 12
"""Lists and copies that have a row, and where it is narrow."""
_FROM_COPY = ("retained", "passed_on", "held", "attributed")
"""Kinds of edges from a copy to a list that came from it."""
_KINDS = ("released", "derived", "attributed", "held", "passed_on", "retained")
"""Kinds of edges that are drawn, the weightiest last."""
_FEWEST = 3
"""Rows that a figure has however low a page is."""
_TO_ONE = 3
"""Lines that lead to one list."""
_BAR, _DOT, _BOLD, _TOP, _GUTTER = 8.0, 5.0, 6.5, 30.0, 50.0
"""Pixels; `_BOLD`: of a dot that is red, which is larger, so that it differs without colour."""


@dataclass
class _ListRow:
    """A list on its day, or a copy from its day on; with what is said of it."""

    node: Node
    day: date
    until: date | None
    paint: str
    held: date | None = None
    """The day on which it was still held after its end."""
    grade: str = ""
    said: list[str] = field(default_factory=list)
    y: float = 0.0

    @property
    def copy(self) -> bool:
        return bool(self.node["kind"] == "release")

    @property
    def radius(self) -> float:
        """A list's dot: one that is red is larger, so that it differs without colour."""
        return _BOLD if self.paint == "beyond" else _DOT


def time(leaving: Outgoing) -> str:
    """The figure as SVG; in millimetres it has as few rows as a page has room for. Raises UsageError where a copy is
    named that is none, or `timeline` names none."""
    sheet = sheet_of(leaving)
    most = MOST_NARROW if sheet.upright else MOST
    svg = _figure(leaving, sheet, most)
    while sheet.unit and height_of(svg) > TALLEST and most > _FEWEST:
        most -= 1
        svg = _figure(leaving, sheet, most)
    return svg


def _figure(leaving: Outgoing, sheet: FigureSheet, most: int) -> str:
    graph, lang = leaving.labelled_graph(), leaving.lang
    rows, edges = _rows(leaving, graph)
    notes, calls, shows = [word("figure-time-note", lang)], list[tuple[date, date, int]](), tuple[str, ...]()
    if leaving.of[1:] or leaving.of[:1] == ("timeline",):
        named, where = leaving.of[1:], "figure time"
        copies = {of: node for node in graph["nodes"] if node["kind"] == "release" for of in (node["id"], node["ref"])}
        if len(named) != 1:
            remedy = f"one of: {', '.join(sorted(copies))}"
            raise UsageError("a timeline shows exactly one copy", where=where, remedy=remedy)
        if named[0] not in copies:
            raise UsageError(f"unknown copy {named[0]!r}", where=where, remedy=did_you_mean(named[0], sorted(copies)))
        one = copies[named[0]]
        edges = [edge for edge in edges if one["id"] in (edge["source"], edge["target"])]
        kept = {one["id"], *(edge[end] for edge in edges for end in ("source", "target"))}
        shows = (one["ref"],)
        # First day, last day and signals of each caller of each of its planted records that is in no other copy.
        planted = defaultdict[str, set[str]](set)
        for edge in graph["edges"]:
            if edge["kind"] == "planted_in":
                planted[edge["source"]].add(edge["target"])
        called = (e for e in graph["edges"] if e["kind"] == "called" and planted[e["target"]] == {one["id"]})
        days = ((day_of(edge["date"]), edge) for edge in called)
        calls = sorted((day, day_of(edge["until"]) or day, edge["count"] or 0) for day, edge in days if day)
        title = word("figure-timeline-title", lang, release=one["label"])
    else:
        kept = _rows_to_show(rows, edges, highlighted_nodes(leaving), most)
        undated = sum(node["kind"] in {"dataset", "release"} and node["id"] not in rows for node in graph["nodes"])
        more = {"more": len(rows) - len(kept), "undated": undated}
        notes += [word(f"figure-time-{key}", lang, n=n) for key, n in more.items() if n]
        found = stories(leaving)
        title = f"{leaving.title} — {word('figure-time-title', lang)}"
        title = headline_of(found[0], Voice(lang, leaving.names_in())) if found else title
    rows = {name: row for name, row in rows.items() if name in kept}
    edges = [edge for edge in edges if {edge["source"], edge["target"]} <= set(rows)]
    marks, height = Marks(sheet.theme), 20.0
    if rows:
        chart = _Chart(marks, sheet, graph, rows, edges, calls, leaving)
        height = chart.draw(_by_steps(rows, edges))
        if chart.left:
            notes.insert(1, word("figure-time-lines", lang, n=chart.left))
    else:
        marks.text(0, 14, word("figure-time-none", lang), fill="soft")
    in_words = []
    for row in sorted(rows.values(), key=lambda row: (row.day, row.node["id"])):
        period = "/".join(str(day) for day in (row.day, row.until) if day)
        in_words.append(word("figure-said", lang, what=period, said=row.node["label"]))
    parties = {row.node["party"] or "" for row in rows.values()}
    return on_sheet(marks, height, sheet, leaving, title, notes=notes, in_words=in_words, shows=shows, named=parties)


def _rows(leaving: Outgoing, graph: Graph) -> tuple[dict[str, _ListRow], list[Edge]]:
    """What has a day, by node; and between these handovers, what is found of copies, and copyings that no copy
    explains, the weightiest last: of a copy what was found of it, before the planted records that name it."""
    days, paints, rows = leaving.days, paints_of_lists(leaving), {}
    for node in graph["nodes"]:
        day = days.get(node["ref"]) if node["kind"] == "dataset" else day_of(node["date"])
        if node["kind"] in ("dataset", "release") and day is not None and node["party"] is not None:
            until = day_of(node["until"]) if node["kind"] == "release" else None
            rows[node["id"]] = _ListRow(node, day, until, paints.get(node["id"], "handed"))

    def weight(edge: Edge) -> tuple[int, int, int, str]:
        return _KINDS.index(edge["kind"]), GRADES.index(edge["grade"]), -(edge["rank"] or 0), edge["id"]

    likely = [one for one in graph["edges"] if {one["source"], one["target"]} <= set(rows) and is_likely(one)]
    explained = {(rows[one["source"]].node["dataset"], one["target"]) for one in likely if one["kind"] in _FROM_COPY}
    best = {}
    for edge in sorted((edge for edge in likely if edge["kind"] in _KINDS), key=weight):
        ends = edge["source"], edge["target"]
        if edge["kind"] != "derived" or ends not in explained:
            best[ends] = edge
    return rows, sorted(best.values(), key=weight)


def _by_steps(rows: Mapping[str, _ListRow], edges: Sequence[Edge]) -> list[Edge]:
    """Without the lines from a copy to a list that was copied from another list with that copy behind it: the line from
    that one is drawn, as in the story. Nor is a copying drawn where stronger lines lead there by way of others."""
    of_copy = {(edge["source"], edge["target"]) for edge in edges if edge["kind"] in _FROM_COPY}
    givers = defaultdict[str, list[str]](list)
    for edge in edges:
        if edge["kind"] == "derived" and rows[edge["source"]].day <= rows[edge["target"]].day:
            givers[edge["target"]].append(edge["source"])
    direct = []
    for edge in edges:
        through = any((edge["source"], giver) in of_copy for giver in givers[edge["target"]])
        if edge["kind"] not in ("passed_on", "attributed") or not through:
            direct.append(edge)
    onward = {name: [edge for edge in direct if edge["source"] == name] for name in rows}

    def strength(edge: Edge) -> tuple[int, float]:
        return GRADES.index(edge["grade"]), 1.0 if edge["probability"] is None else edge["probability"]

    def led(copying: Edge) -> bool:
        seen, todo = set[str](), [copying["source"]]
        while todo:
            stronger = {one["target"] for one in onward[todo.pop()] if strength(one) > strength(copying)}
            todo += stronger - seen
            seen |= stronger
        return copying["target"] in seen

    return [edge for edge in direct if edge["kind"] != "derived" or not led(edge)]


def _rows_to_show(rows: Mapping[str, _ListRow], edges: Sequence[Edge], marked: frozenset[str], most: int) -> set[str]:
    """All where they are few, else the ends of the weightiest findings, each copy with the list that it is of."""
    if len(rows) <= most:
        return set(rows)
    kept = {name for name, row in rows.items() if name in marked or row.node["party"] in marked}
    for edge in reversed(edges):
        ends = {edge["source"], edge["target"]}
        ends |= {of for name in ends if (of := rows[name].node["dataset"]) is not None and of in rows}
        if len(kept | ends) <= most and edge["kind"] != "released":
            kept |= ends
    return kept


class _Chart:
    """The drawing: parties below one another, who has it from whom below him."""

    def __init__(
        self,
        marks: Marks,
        sheet: FigureSheet,
        graph: Graph,
        rows: Mapping[str, _ListRow],
        edges: Sequence[Edge],
        calls: Sequence[tuple[date, date, int]],
        leaving: Outgoing,
    ) -> None:
        self.marks, self.room, self.rows, self.calls = marks, sheet.room, rows, calls
        self.narrow, self.lang = sheet.upright, leaving.lang
        self.short = self.narrow or bool(sheet.unit)
        self.voice = Voice(leaving.lang, leaving.names_in())
        self.nodes = {node["id"]: node for node in graph["nodes"]}
        self.text = _GUTTER + 8.0 if self.narrow else 0.0
        self.words = self.room - self.text if self.narrow else min(0.4 * self.room, 360.0) - 14.0
        self.left = 0
        """Lines that had no room."""
        # A row says what the weightiest statement about it does.
        for edge in edges:
            row, giver = rows[edge["target"]], rows[edge["source"]]
            if edge["kind"] != "released":
                number = "" if edge["probability"] is None else percent(edge["probability"])
                sure = self.voice.say(sure_of(edge)) if number and not self.short else number
                said = (data_word("page-kind", edge["kind"], self.lang), sure, edge["grade"])
                row.said = [("，" if self.lang == "zh" else ", ").join(filter(None, said))]
                row.grade = edge["grade"]
                if edge["kind"] == "retained" and giver.until is not None and row.day > giver.until:
                    giver.held = max(giver.held or row.day, row.day)
        for edge in edges:
            if earlier := self._earlier(edge):
                rows[edge["target"]].said.append(earlier)
        begin = self.text if self.narrow else self.words + 14.0 + _GUTTER
        days = [day for row in rows.values() for day in (row.day, row.held)] + [day for one in calls for day in one[:2]]
        span = span_of(days, [row.until for row in rows.values()])
        self.scale = DayScale(*(span or (date.min, date.max)), begin + _BOLD, self.room - 24.0)

    def _earlier(self, edge: Edge) -> str:
        """That a list came from one that is known only from a later day; empty where it did not."""
        giver = self.rows[edge["source"]]
        later = not giver.copy and self.rows[edge["target"]].day < giver.day
        return word("figure-time-earlier", self.lang, list=giver.node["label"]) if later else ""

    def draw(self, edges: Sequence[Edge]) -> float:
        """Draws all of it; returns its height."""
        marks, y = self.marks, _TOP
        with marks.group("days", run="right"):
            for party, rows in self._parties_in_order(edges):
                marks.rule(0, y, self.room, y)
                name = self.nodes[party]["label"] if party in self.nodes else "?"
                after_name = self.text + width(picture_text(name), NAME, bold=True) + 9.0
                right = self.room if self.narrow else self.words
                one_line = self.short and after_name + width(self._name(rows[0]), TEXT, bold=True) <= right
                if one_line:  # a party and its list
                    marks.text(self.text, y + 3.0 + NAME, name, size=NAME, bold=True)
                else:
                    y = marks.paragraph(self.text, y + 17.0, name, self.words, size=NAME, bold=True) - 10.0
                for row in rows:
                    y = self._write(row, y + 3.0, after_name if one_line and row is rows[0] else self.text)
                y += 7.0
            if self.calls:
                marks.rule(0, y, self.room, y)
                said = word("figure-timeline-calls", self.lang, n=sum(n for *_, n in self.calls))
                y = self._strip(y, marks.paragraph(self.text, y + 17.0, said, self.words), y + 13.0)[0]
                for first, last, _ in self.calls:
                    x1, x2 = self.scale.at(first), self.scale.at(last)
                    marks.path(f"M{x1:.1f} {y - 16:.1f}v12M{x1:.1f} {y - 10:.1f}H{x2:.1f}", stroke="ink", opacity=0.6)
            self._axis(y)
            self._steps(edges)
            for row in self.rows.values():
                with marks.group("list", node=row.node["id"], paint=row.paint, grade=row.grade):
                    x, end = self.scale.at(row.day), self._end(row)
                    if not row.copy:
                        marks.dot(x, row.y, row.paint, radius=row.radius)
                        continue
                    on = "right" if self.scale.goes_on(row.until) else ""
                    marks.bar(x, row.y - _BAR / 2, end - x, _BAR, goes_on=on)
                    if row.held is not None:
                        held = max(self.scale.at(row.held) - end, 2.0)
                        marks.bar(end, row.y - _BAR / 2, held, _BAR, beyond=True)
        return y

    def _parties_in_order(self, edges: Sequence[Edge]) -> Iterator[tuple[str, list[_ListRow]]]:
        """Parties with their rows in the order of days: the earliest first, each below all that it had lists from."""
        of_party: dict[str, list[_ListRow]] = defaultdict(list)
        for row in sorted(self.rows.values(), key=lambda row: (row.day, not row.copy, row.node["id"])):
            of_party[row.node["party"] or ""].append(row)
        givers: dict[str | None, set[str | None]] = defaultdict(set)
        for edge in edges:
            giver, row = self.rows[edge["source"]], self.rows[edge["target"]]
            givers[row.node["party"]].add(giver.node["party"])
            if giver.copy and giver.node["party"] == row.node["party"]:  # what came of a copy is next to it
                there = of_party[giver.node["party"] or ""]
                there.remove(row)
                there.insert(there.index(giver) + 1, row)
        left = list(of_party)
        while left:
            party = next((one for one in left if not givers[one] & ({*left} - {one})), left[0])
            left.remove(party)
            yield party, of_party[party]

    def _name(self, row: _ListRow) -> str:
        of = self.nodes.get(row.node["dataset"] or "")
        if row.copy and of is not None:
            return word("figure-time-copy-of", self.lang, list=picture_text(of["label"]))
        return name_of_list(row.node, self.lang)

    def _end(self, row: _ListRow) -> float:
        """Where the bar of a copy ends, without the time for which it was held after that."""
        return max(self.scale.at(row.until or self.scale.last), self.scale.at(row.day) + 3.0)

    def _write(self, row: _ListRow, top: float, x: float) -> float:
        """The words of a row, the first of them at `x`; gives it its place, and returns its lower side."""
        until = word("figure-time-open", self.lang) if row.copy else ""
        if row.until:
            day = self.voice.show(row.until)
            until = word("figure-time-ends" if self.short else "figure-time-until", self.lang, day=day)
        said = joined_items(
            filter(None, (self.voice.show(row.day), until, *row.said)), self.lang, self.voice.names.pointed
        )
        red = row.paint == "beyond"
        fill = "beyond" if red else "ink"
        y = self.marks.paragraph(x, top + NAME, self._name(row), self.words, size=TEXT, fill=fill, bold=red)
        y = self.marks.paragraph(self.text, y, said, self.words, size=SMALL, fill="soft")
        below, row.y = self._strip(top, y, top + NAME - 4.0)
        return below

    def _strip(self, top: float, base: float, first_line: float) -> tuple[float, float]:
        """The lower side of a row, and the height of its marks: that of its first line, or below its words."""
        below = base - SMALL + 3.0
        return (below + 18.0, below + 9.0) if self.narrow else (max(below, top + 18.0), first_line)

    def _axis(self, bottom: float) -> None:
        texts = {year: width(month(date(2026, 9, 1), self.lang, year=year), SMALLEST) for year in (True, False)}
        free = 0.0
        for x, day, year in self.scale.ticks((texts[True] + texts[False]) / 2 + 10.0):
            half = texts[year] / 2
            place = min(max(x, self.scale.begin - _BOLD + half), self.room - half)
            if place - half >= free:
                text = month(day, self.lang, year=year)
                self.marks.text(place, 14, text, size=SMALLEST, fill="soft", anchor="middle")
                free = place + half + 8.0
            if day.day == 1:
                sides = [(row.y - 6.0, row.y + 6.0) for row in self.rows.values()] if self.narrow else [(20.0, bottom)]
                for top, low in sides:
                    self.marks.rule(x, top, x, low)

    def _steps(self, edges: Sequence[Edge]) -> None:
        """What leaves a row in one look shares a lane. The weightiest have their places first; what has none is
        counted."""
        together: dict[tuple[str, str, str, bool, bool], list[Edge]] = defaultdict(list)
        reached: dict[str, int] = defaultdict(int)
        for edge in reversed(edges):
            reached[edge["target"]] += edge["kind"] != "released"
            if reached[edge["target"]] <= _TO_ONE:
                look = paint_of(edge["kind"]), edge["basis"], has_head(edge), edge["kind"] == "retained"
                together[edge["source"], *look].append(edge)
            else:
                self.left += 1
        marks = {}
        for name, row in self.rows.items():
            x, half = self.scale.at(row.day), row.radius
            if row.copy:
                right = max(self._end(row), self.scale.at(row.held or row.day))
                marks[name] = LaneMark(x, right + (20.0 if self.scale.goes_on(row.until) else 0.0), row.y, dot=False)
            else:
                marks[name] = LaneMark(x - half, x + half, row.y, dot=True)
        low = 2.0 if self.narrow else self.words + 16.0
        high = _GUTTER - 2.0 if self.narrow else self.room
        lanes, drawn = Lanes(marks, low, high, sides=self.narrow), list[list[Edge]]()
        for group in together.values():
            # Lines leave a list's dot, the begin of a copy, or the day until which it was kept.
            source, kind = group[0]["source"], group[0]["kind"]
            giver = self.rows[source]
            leaves = self.scale.at(giver.day) + (4.0 if giver.copy else 0.0)
            if kind == "retained" and giver.held is not None:
                leaves = self.scale.at(giver.held)
            if lanes.add(Lane(source, [edge["target"] for edge in group], leaves)):
                drawn.append(group)
            else:
                self.left += len(group)
        ways = lanes.ways()
        for at, group in sorted(enumerate(drawn), reverse=True):
            for edge in group:
                paint = paint_of(edge["kind"])
                ends = {"from": edge["source"], "to": edge["target"], "paint": paint, "grade": edge["grade"]}
                with self.marks.group("step", **ends, against=self._earlier(edge)):
                    self.marks.step(ways[at, edge["target"]], paint, edge["basis"], head=has_head(edge))
