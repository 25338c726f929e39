"""The matrix of overlaps: what every list has in common with every other, kin next to kin, names at both sides: columns
bear the number of their row.

Where lists do not have room for their names they are drawn as families: lists that came from one another are one row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.export.drawing.days import name_of_list
from tracer.export.drawing.looks import Theme
from tracer.export.drawing.marks import LEADING, SMALLEST, Marks
from tracer.export.drawing.sheet import draw_blocks, on_sheet, sheet_of
from tracer.export.drawing.text import width, wrap
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.selection import highlighted_nodes
from tracer.graph.model import Graph, Node, day_of
from tracer.policy import FEW
from tracer.wording import word

SHARES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.9)
"""Least share of the smaller list of each of the colours."""
INKED = (0.05, 0.11, 0.2, 0.36, 0.7, 0.95)
"""How much of the ink each colour has; on those below a half ink can be read, on the others paper."""
LIKELY = 0.5
"""Probability from which one list is kin of another."""
_WIDEST, _NUMBERED, _NAMED = 46.0, 30.0, 18.0
"""Pixels of a cell: the widest, and from which on it has a number, and a name at both sides."""
_FOUR_DIGITS = 37.0
"""Pixels of a cell that has room for all digits of thousands."""
_LABELS, _NUMBER, _TOP = 250.0, 40.0, 20.0
_MOST = 40
"""Lists for whose numbers a figure without a width of its own has room."""


@dataclass(frozen=True)
class ListPair:
    """What two lists have in common."""

    shared: int | None
    share: float
    """As a part of the smaller list: 0 to 1."""


Pairs = Mapping[tuple[str, str], ListPair]
"""Both orders of each pair of lists -> what they have in common."""


def pair_rows(rows: Sequence[FindingRow], lists: Mapping[str, Node]) -> Iterator[tuple[str, str, FindingRow]]:
    """Rows of overlaps of which both lists are among `lists`, after the ids of these."""
    refs = {node["ref"]: name for name, node in lists.items()} | {name: name for name in lists}
    for row in rows:
        a, b = refs.get(str(row["a"])), refs.get(str(row["b"]))
        if a is not None and b is not None:
            yield a, b, row


def pairs_of(rows: Sequence[FindingRow], lists: Mapping[str, Node]) -> dict[tuple[str, str], ListPair]:
    """Both orders of each pair of lists -> what they have in common."""
    found = {}
    for a, b, row in pair_rows(rows, lists):
        shared = int(row["shared"]) if isinstance(row["shared"], int) else None
        smaller = min(int(str(row["a_contacts"])), int(str(row["b_contacts"])))
        found[a, b] = found[b, a] = ListPair(shared, shared / smaller if shared is not None and smaller else 0.0)
    return found


def families_of(graph: Graph, lists: Mapping[str, Node], pairs: Pairs) -> list[list[str]]:
    """Lists in families of those that came from one another, the largest first; in each, older before younger.

    Lists that only have contacts in common are next to each other, in a family of their own kind at the end.
    """
    came_from: dict[str, str] = {}
    children: dict[str, list[str]] = {name: [] for name in lists}

    def line(name: str | None) -> Iterator[str]:
        """A list and all that it came from."""
        while name is not None:
            yield name
            name = came_from.get(name)

    copied = [edge for edge in graph["edges"] if edge["kind"] == "derived" and (edge["probability"] or 0.0) >= LIKELY]
    for edge in sorted(copied, key=lambda edge: (-(edge["probability"] or 0.0), edge["source"], edge["target"])):
        older, younger = edge["source"], edge["target"]
        if older in lists and younger in lists and younger not in came_from and younger not in line(older):
            came_from[younger] = older
            children[older].append(younger)
    common = defaultdict[str, int](int)  # contacts that a list has in common with others, all together
    for (name, _), pair in pairs.items():
        common[name] += pair.shared or 0
    families = []
    for root in sorted(name for name in lists if name not in came_from):
        order, todo = list[str](), [root]
        while todo:
            order.append(todo.pop())
            young = sorted(children[order[-1]], key=lambda name: (day_of(lists[name]) or "9999", name))
            todo += reversed(young)  # the older branch first
        families.append(order)
    return sorted(families, key=lambda one: (-len(one), -sum(common[name] for name in one), one[0]))


def that_fit(families: Sequence[Sequence[str]], pairs: Pairs, most: int, marked: frozenset[str]) -> list[str]:
    """The lists in their order; of too many those with the most kin and contacts in common."""
    order = [name for family in families for name in family]
    if len(order) <= most:
        return order
    with_others = defaultdict[str, int](int)
    for (name, _), pair in pairs.items():
        with_others[name] += pair.shared is not None
    place = {name: at for at, name in enumerate(order)}
    kept = sorted(order, key=lambda name: (name not in marked, -with_others[name], place[name]))[:most]
    return sorted(kept, key=place.__getitem__)


# ---------------------------------------------------------------- the figure
def matrix(leaving: Outgoing) -> str:
    """The figure as SVG."""
    lang, sheet = leaving.lang, sheet_of(leaving)
    lists = {node["id"]: node for node in leaving.labelled_graph()["nodes"] if node["kind"] == "dataset"}
    pairs = pairs_of(leaving.facts.get("overlaps", ()), lists)
    families, marked = families_of(leaving.graph, lists, pairs), highlighted_nodes(leaving)
    single = [[name] for family in families for name in family]
    longest = max((width(_name(row, lists, lang), SMALLEST) for row in (*single, *families)), default=0.0)
    labels = min(longest + _NUMBER, _LABELS, 0.38 * sheet.room)
    if not leaving.choice.width and not sheet.upright:  # as wide as its numbers need
        sheet = replace(sheet, whole=max(sheet.whole, 2 * sheet.margin + labels + _WIDEST * min(len(lists), _MOST)))
    room = int((sheet.room - labels) / _NAMED)
    notes = [word("figure-overlaps-note", lang)]
    rows: Sequence[Sequence[str]] = single
    if len(single) > room:
        rows = sorted(families, key=lambda one: not marked & set(one))[:room]
        notes = [word("figure-overlaps-families", lang)]
        if left := len(lists) - sum(map(len, rows)):
            notes.append(word("figure-overlaps-more", lang, n=left))
    cell = min(_WIDEST, (sheet.room - labels) / max(len(rows), 1))
    if cell >= _NUMBERED:
        notes.append(word("figure-overlaps-numbers" if rows is single else "figure-overlaps-parts", lang))
    marks = Marks(sheet.theme)
    sides = _names(marks, [_name(row, lists, lang) for row in rows], labels, cell)
    _cells(marks, rows, pairs, lists, (labels, cell, sides), lang)
    y = sides[-1] + 24.0
    keys = [(f"≥ {least:.1%}".replace(".0%", "%"), shade(sheet.theme, least)) for least in SHARES]
    y = draw_blocks(marks, keys, y, sheet.room)
    title = f"{leaving.title} — {word('figure-overlaps-title', lang)}"
    # The pairs in words, the most alike first.
    known = [(pair, a, b) for (a, b), pair in pairs.items() if a < b and pair.shared]
    order = sorted(known, key=lambda one: (-one[0].share, one[1], one[2]))
    in_words = [_pair_in_words(pair, lists[a], lists[b], lang) for pair, a, b in order]
    return on_sheet(marks, y - 14.0, sheet, leaving, title, notes=notes, in_words=in_words)


def shade(theme: Theme, share: float) -> str:
    """The colour of a share: the more, the nearer to the ink; paper where nothing is in common."""
    part = next((part for least, part in reversed([*zip(SHARES, INKED, strict=True)]) if share >= least), 0.0)
    mixed = (
        round(int(theme.paper[at : at + 2], 16) * (1 - part) + int(theme.ink[at : at + 2], 16) * part)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _name(row: Sequence[str], lists: Mapping[str, Node], lang: str) -> str:
    """A list, or the oldest of a family and how many more there are."""
    return name_of_list(lists[row[0]], lang) + ("" if len(row) == 1 else f" +{len(row) - 1}")


def _names(marks: Marks, names: Sequence[str], labels: float, cell: float) -> list[float]:
    """Names at the left with a number each, which columns bear alone; returns the upper side of each row, and the lower
    side of the last. A row is as high as its name needs."""
    sides = [_TOP]
    for at, name in enumerate(names, start=1):
        lines = wrap(name, labels - _NUMBER, SMALLEST, lines=99)
        tall = max(cell, len(lines) * SMALLEST * LEADING + 4.0)
        y = sides[-1] + tall / 2 + 4.0
        up = SMALLEST * LEADING * (len(lines) - 1) / 2
        marks.lines(labels - _NUMBER + 6.0, y - up, lines, size=SMALLEST, anchor="end")
        places = ((labels - 5.0, y, "end"), (labels + (at - 0.5) * cell, _TOP - 5.0, "middle"))
        for x, base, anchor in places:
            marks.text(x, base, str(at), size=SMALLEST, bold=True, fill="soft", anchor=anchor)
        sides.append(sides[-1] + tall)
    return sides


def _cells(
    marks: Marks,
    rows: Sequence[Sequence[str]],
    pairs: Pairs,
    lists: Mapping[str, Node],
    place: tuple[float, float, Sequence[float]],
    lang: str,
) -> None:
    """All pairs: the count below the diagonal and the share above it where there is room, else colours."""
    left, cell, sides = place
    marks.rect(left, sides[0], cell * len(rows), sides[-1] - sides[0], stroke="rule")
    for down, one in enumerate(rows):
        y, high = sides[down], sides[down + 1] - sides[down]
        for right, other in enumerate(rows):
            # A pair without a row shares nothing that was counted, or too little to be shown: both are `FEW`.
            few = ListPair(None, 0.0) if cell >= _NUMBERED else None
            # The pair with the largest share; None where none is known.
            found = ((pairs.get((a, b), few), a, b) for a in one for b in other if a != b)
            known = [(pair, a, b) for pair, a, b in found if pair is not None]
            best = max(known, key=lambda one: (one[0].share, one[0].shared is not None), default=None)
            x = left + right * cell
            if best is None:
                if down == right:
                    marks.rect(x, y, cell, high, fill="tint", stroke="rule")
                continue
            pair, a, b = best
            with marks.group("pair", _pair_in_words(pair, lists[a], lists[b], lang)):
                marks.rect(x, y, cell, high, fill=shade(marks.theme, pair.share), stroke="rule")
                if cell >= _NUMBERED and (pair.shared is not None or down > right):
                    count = down > right and len(one) == len(other) == 1
                    share = _short(pair.shared or 0, cell) if count else f"{pair.share:.0%}"
                    text = FEW if pair.shared is None else share
                    fill = "paper" if pair.share >= 0.5 else "ink" if pair.shared is not None else "soft"
                    marks.text(x + cell / 2, y + high / 2 + 4, text, size=SMALLEST, anchor="middle", fill=fill)


def _pair_in_words(pair: ListPair, one: Node, other: Node, lang: str) -> str:
    """A pair in words."""
    share = f"（{pair.share:.0%}）" if lang == "zh" else f" ({pair.share:.0%})"
    counted = FEW if pair.shared is None else f"{pair.shared:,}{share}"
    return word("figure-said", lang, what=f"{one['label']} – {other['label']}", said=counted)


def _short(count: int, cell: float) -> str:
    """`3,185`, `12.4k`, `3.1M`: a cell is narrow; `3.2k`, `12k` where it is narrower still."""
    if count < (10_000 if cell >= _FOUR_DIGITS else 1000):
        return f"{count:,}"
    value, sign = (count / 1000, "k") if count < 999_500 else (count / 1_000_000, "M")
    return (f"{value:.3g}" if cell >= _FOUR_DIGITS else f"{value:.1f}" if value < 9.95 else f"{value:.0f}") + sign
