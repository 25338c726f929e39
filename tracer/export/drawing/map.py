"""The map: cards and the steps between them, from left to right, or from top to bottom where there is little room.

Every arrow goes in the direction of reading, or says in words why not. A picture is drawn once; a view says where the
cards and steps of one selection are, so that a page moves what is there and computes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heappop, heappush

from tracer.disclosure import sure_word
from tracer.export.drawing.days import days_of_lists
from tracer.export.drawing.layout import Box, Link, Point, Spacing, arrange, turned_links
from tracer.export.drawing.looks import DASHES, PAGE, PAINTS, paints_of_lists
from tracer.export.drawing.marks import LEADING, SMALLEST, Marks, n, shown
from tracer.export.drawing.scene import Scene, SceneCard, Step, around_each, listed_day, scene_of, strongest, whole
from tracer.export.drawing.text import longest, width, wrap
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Node
from tracer.wording import data_word, word
from tracer.wording.days import month_of
from tracer.wording.voice import spoken_by

NAME, TEXT = 13.0, 12.0
"""Pixels of type: names, all else."""
CARD = 150.0
"""Width of a card from left to right, unless there is more room; of one from top to bottom it is what is left."""
WIDEST_CARD = 190.0
ROW = 244.0
"""Width of a card from top to bottom on a page."""
GUTTER = 92.0
"""Room for the lines at its left, at most."""
MOST_LISTS = 3
MOST_DRAWN = 40
"""Lists up to which a page can show all of them as one map."""
FORMS = ("across", "down")
_PAD = 9.0
SPACE = Spacing(layers=70.0, straight=37.0)


@dataclass(frozen=True)
class CardText:
    """One text within a card, in lines."""

    x: float
    y: float
    """Base line of the first."""
    lines: tuple[str, ...]
    size: float = TEXT
    bold: bool = False
    fill: str = "ink"
    mark: str = ""
    """A paint whose dot is before it."""


@dataclass(frozen=True)
class StepPlace:
    """Where a step is."""

    d: str
    """Path of the line, as SVG has it."""
    head: str
    """Path of its head; empty where its direction is not known."""
    pill: Point | None = None
    """Middle of its grade; where it is a band, of how much went."""
    said: Point | None = None
    """First base line of its text in the card that it reaches; from top to bottom alone."""
    band: str = ""
    """What is as wide as what went, along its line: `wide` pixels, however steep it is."""
    wide: float = 0.0
    against: str = ""
    """Why it goes against the direction of reading, or against days: `later`, `back` or `known`."""


@dataclass(frozen=True)
class MapView:
    """One selection, in one form."""

    key: str
    """`strongest`, `whole`, or `at:` and the id of the card that it is around."""
    form: str
    """`across` or `down`."""
    width: float
    height: float
    cards: Mapping[str, tuple[float, float, float]]
    """Card -> x, y, height."""
    steps: Mapping[str, StepPlace]


class MapWords:
    """What is written on the map, in one language or several: places fit all of them."""

    def __init__(
        self,
        leaving: Outgoing,
        langs: Sequence[str],
        card: float = CARD,
        row: float = ROW,
        amounts: Mapping[str, Mapping[str, str]] | None = None,
        most: int = MOST_LISTS,
    ) -> None:
        """card, row: width of a card from left to right, and from top to bottom; amounts: step -> language -> how much
        went, where that is said, and as a number where there is no language; most: lists that a card names."""
        self.langs, self.card, self.row, self._amounts, self._most = tuple(langs), card, row, amounts or {}, most
        self.paints, self._days = paints_of_lists(leaving), days_of_lists(leaving)
        self._nodes = {node["id"]: node for node in leaving.graph["nodes"]}
        labelled = {lang: leaving.labelled(lang)["nodes"] for lang in langs}
        self._labels = {lang: {node["id"]: shown(node["label"]) for node in nodes} for lang, nodes in labelled.items()}
        self._faces: dict[tuple[str, str, str], tuple[list[CardText], float]] = {}
        self._said: dict[tuple[str, str, str], list[str]] = {}

    def name(self, card: SceneCard, lang: str) -> str:
        """What a card is called."""
        if card.node["kind"] == "hidden":
            return word("map-hidden", lang)
        if card.node["kind"] == "release":
            return word("map-copy", lang, list=self._labels[lang].get(card.node["dataset"] or "", card.id))
        return self._labels[lang][card.id]

    def under(self, card: SceneCard, lang: str) -> list[str]:
        """Its role, and how far its reply has come; of a list its holder and month."""
        node = card.node
        if node["kind"] == "hidden":
            return []
        if node["kind"] != "party":
            holder = self._labels[lang].get(node["party"] or "") or word("map-no-holder", lang)
            return [one for one in (holder, self._month(node, lang)) if one]
        said = [data_word("page-role", node["role"] or "none", lang)]
        if node["reply"] is not None and node["role"] != "client":
            said.append(data_word("page-short", node["reply"], lang))
        return said

    def list_line(self, node: Node, lang: str) -> str:
        """A list or copy with its month."""
        name = self._labels[lang][node["id"]]
        if node["kind"] == "release":
            name = word("map-copy", lang, list=self._labels[lang].get(node["dataset"] or "", name))
        if node["purged"] is not None:
            day = spoken_by(lang).show(date.fromisoformat(node["purged"][:10]))
            name = word("map-purged", lang, what=name, day=day)
        month = self._month(node, lang)
        return word("map-dated", lang, month=month, what=name) if month else name

    def _month(self, node: Node, lang: str) -> str:
        day = listed_day(node, self._days)
        return month_of(date.fromisoformat(day), lang) if day else ""

    def face(self, card: SceneCard, form: str, lang: str) -> tuple[list[CardText], float]:
        """The texts of a card, and how high they are."""
        key = card.id, form, lang
        if key in self._faces:
            return self._faces[key]
        room = (self.card if form == "across" else self.row) - 2 * _PAD
        texts: list[CardText] = []
        y = _PAD + NAME - 2.0

        def put(text: str, indent: float = 0.0, size: float = TEXT, fill: str = "soft", mark: str = "") -> None:
            nonlocal y
            bold = size == NAME
            while size > SMALLEST and longest(text, size, bold=bold) > room - indent:
                size -= 0.5
            lines = wrap(text, room - indent, size, lines=8, bold=bold, whole=True)
            texts.append(CardText(_PAD + indent, y, tuple(lines), size, bold, fill, mark))
            y += len(lines) * size * LEADING

        listed = self.paints.get(card.id, "")
        put(self.name(card, lang), 11.0 if listed else 0.0, NAME, "ink", listed)
        under = self.under(card, lang)
        short = " · ".join(under)
        for part in [short] if width(short, TEXT) <= room else under:
            if part:
                put(part)
        kept = {edge["target"]: step for step in card.own for edge in step.edges if edge["kind"] == "retained"}
        lists = [node for node in card.lists if not self._amounts or node["id"] in kept]
        first = sorted(lists, key=lambda node: self.paints.get(node["id"]) != "beyond")[: self._most]
        for node in (node for node in lists if node in first):
            y += 3.0
            put(self.list_line(node, lang), 11.0, TEXT, "ink", self.paints.get(node["id"], "handed"))
            if node["id"] in kept:
                of_list = [edge for edge in kept[node["id"]].edges if edge["target"] == node["id"]]
                put(self.what(replace(kept[node["id"]], edges=tuple(of_list)), lang), 11.0, TEXT, "beyond")
        if more := len(lists) - len(first):
            y += 3.0
            put(word("map-more", lang, n=more), 11.0)
        self._faces[key] = texts, y - TEXT * LEADING + 8.0
        return self._faces[key]

    def amount(self, step: Step) -> str:
        """How much went, as a number."""
        return self._amounts.get(step.id, {}).get("", "")

    def what(self, step: Step, lang: str) -> str:
        """What went, how well founded and how sure that is: of one finding its own grade, of several the lowest."""
        edge, n = step.leading, len(step.edges)
        kind = edge["relation"] if edge["relation"] in ("version", "exchange", "hidden") else edge["kind"]
        if kind == "derived" and not step.directed:
            kind = "derived-open"
        said = [self._amounts[step.id][lang]] if step.id in self._amounts else []
        said.append(data_word("map-kind" if step.found else "page-kind", kind, lang))
        sure = [] if step.probability is None else [word(sure_word(step.probability), lang)]
        grade = [step.grade] if has_pill(step) else []
        comma = "，" if lang == "zh" else ", "
        if n > 1 and step.kind == "released":
            said[-1] = word("map-handovers", lang, n=n)
        elif n > 1 and grade:
            said[-1] = word("map-several", lang, what=said[-1], n=n, least=comma.join([*grade, *sure]))
            grade, sure = [], []
        return comma.join([*said, *grade, *sure])

    def said(self, step: Step, scene: Scene, lang: str, against: str = "") -> list[str]:
        """What a card says of a step that reaches it, in lines that fit the card."""
        key = step.id, lang, against
        if key not in self._said:
            what = self.what(step, lang)
            lists = [edge["target"] for edge in step.edges if self._nodes[edge["target"]]["kind"] == "dataset"]
            named = list(dict.fromkeys(self._labels[lang][name] for name in lists))
            if named and not self._amounts and self._most > 1 and scene.cards[step.target].node["kind"] == "party":
                more = [word("map-more", lang, n=len(named) - 2)] if len(named) > 2 else []
                names = ("、" if lang == "zh" else ", ").join([*named[:2], *more])
                what = word("map-lists", lang, what=what, lists=names)
            if against:
                what += ("；" if lang == "zh" else "; ") + word(f"map-against-{against}", lang)
            text = word("map-from", lang, giver=self.name(scene.cards[step.source], lang), what=what)
            self._said[key] = wrap(shown(text), self.row - 2 * _PAD, TEXT, lines=12, whole=True)
        return self._said[key]


def has_pill(step: Step) -> bool:
    """Whether its grade is written on it: what the register alone shows has none."""
    return step.found and step.kind != "released"


# ------------------------------------------------ where everything is


def _links(scene: Scene, bands: Mapping[str, float] | None = None) -> list[Link]:
    """In a circle what is merely known goes back before what contradicts days, and that before what is weaker."""
    links, last, thick = [], len(scene.steps), bands or {}
    for at, step in enumerate(scene.steps):
        weight = 4.0 * step.found + 2.0 * (not step.against) + 1 - at / last
        links.append(Link(step.id, step.source, step.target, weight, thick.get(step.id, 0.0)))
    return links


def _why_turned(step: Step) -> str:
    return step.against or ("back" if step.found else "known")


def across(
    key: str,
    scene: Scene,
    words: MapWords,
    effort: float = 1.0,
    bands: Mapping[str, float] | None = None,
    space: Spacing = SPACE,
) -> MapView:
    """From left to right.

    effort, space: as of `arrange`; bands: step -> pixels of its width, where that says how much went: grades make room.
    """
    bands = bands or {}
    order = sorted(scene.cards.values(), key=lambda card: (card.day or "9", card.id))
    heights = {card.id: max(words.face(card, "across", lang)[1] for lang in words.langs) for card in order}
    found = arrange([Box(card.id, words.card, heights[card.id]) for card in order], _links(scene, bands), space, effort)
    steps = {}
    for step in scene.steps:
        way, left = found.ways[step.id], step.id in found.turned
        # The line, and its head: it ends straight, to the right or to the left.
        (px, _), (x, y) = next(point for point in reversed(way) if point[0] != way[-1][0]), way[-1]
        back, long = -1.0 if px < x else 1.0, 9.0 if step.directed else 0.0
        points = [*way[:-1], (x + back * (long - 1.0 if long else 0.0), y)]
        d = f"M{n0(points[0])}"
        for at in range(1, len(points), 3):
            here, (a, b, c) = points[at - 1], points[at : at + 3]
            d += f"H{c[0]:.0f}" if abs(here[1] - c[1]) < 0.5 else f"C{n0(a)} {n0(b)} {n0(c)}"
        head = _head((x, y), back * long, step)
        end = way[0] if left else way[-1]
        pill = (end[0] - (34.0 if bands else 22.0), end[1]) if has_pill(step) or bands else None
        band, why = d if step.id in bands else "", _why_turned(step) if left else step.against
        steps[step.id] = StepPlace(d, head, pill, band=band, wide=bands.get(step.id, 0.0), against=why)
    cards = {name: (place.x, place.y, place.high) for name, place in found.places.items()}
    return MapView(key, "across", found.width, found.height, cards, steps)


def _head(tip: Point, long: float, step: Step) -> str:
    """Path of a head that is so long, to the left where that is negative; none where there is no direction."""
    half = 2.6 + PAINTS[step.paint].line * 0.62
    return f"M{n0(tip)}l{n(long)} {n(-half)}v{n(2 * half)}z" if step.directed else ""


def n0(point: Point) -> str:
    """A point of SVG in whole pixels."""
    return f"{point[0]:.0f} {point[1]:.0f}"


def rows_in_order(scene: Scene) -> list[str]:
    """Cards from the top: givers before takers, of several that may come next the one with the earliest day."""
    turned = turned_links(_links(scene))
    after: dict[str, list[str]] = defaultdict(list)
    waits = dict.fromkeys(scene.cards, 0)
    for step in scene.steps:
        if step.id not in turned:
            after[step.source].append(step.target)
            waits[step.target] += 1
    ready = [(scene.cards[name].day or "9", name) for name, before in waits.items() if not before]
    heapify(ready)
    order = []
    while ready:
        _, name = heappop(ready)
        order.append(name)
        for taker in after[name]:
            waits[taker] -= 1
            if not waits[taker]:
                heappush(ready, (scene.cards[taker].day or "9", taker))
    return order


def down(key: str, scene: Scene, words: MapWords, bands: Mapping[str, float] | None = None) -> MapView:
    """From top to bottom: a row for each card, lines in the gutter at the left, each to what its row says of it.

    Lines that look the same and come from one card share one way down, and part from it where they end.
    """
    order = rows_in_order(scene)
    place = {name: at for at, name in enumerate(order)}
    turned = {step.id for step in scene.steps if place[step.source] > place[step.target]}
    reaching: dict[str, list[Step]] = defaultdict(list)
    for step in scene.steps:
        reaching[step.target].append(step)
    y, tops, said, leaves = 0.0, {}, dict[str, float](), dict[str, float]()
    for name in order:
        high = max(words.face(scene.cards[name], "down", lang)[1] for lang in words.langs)
        leaves[name] = y + _PAD + NAME - 6.0
        below = y + high + 1.0
        for step in sorted(reaching[name], key=lambda step: place[step.source]):
            why = _why_turned(step) if step.id in turned else step.against
            lines = max(len(words.said(step, scene, lang, why)) for lang in words.langs)
            said[step.id] = below + TEXT
            below += lines * TEXT * LEADING + 3.0
        tops[name] = (y, below + 6.0 - y)
        y = below + 6.0 + 10.0
    trunks: dict[tuple[object, ...], list[Step]] = defaultdict(list)
    for step in scene.steps:
        trunks[step.source, step.paint, step.basis, step.id in turned].append(step)
    spans = {}
    for trunk, of in trunks.items():
        ends = [leaves[str(trunk[0])], *(said[step.id] - 4.0 for step in of)]
        spans[trunk] = (min(ends), max(ends))
    # The shorter the nearer to the cards; none that overlap in the same lane.
    lanes: dict[tuple[object, ...], int] = {}
    for trunk in sorted(spans, key=lambda one: (spans[one][1] - spans[one][0], spans[one], str(one))):
        first, last = spans[trunk]
        taken = {lanes[other] for other in lanes if spans[other][0] <= last and first <= spans[other][1]}
        lanes[trunk] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    count = max(lanes.values(), default=-1) + 1
    apart = min(10.0, (GUTTER - 22.0) / max(count, 1))
    left = 22.0 + apart * count
    steps = {}
    for trunk, of in trunks.items():
        x = left - 16.0 - apart * (lanes[trunk] + 0.5)
        beside = sorted((one for one in trunks if one[0] == trunk[0]), key=lambda one: lanes[one])
        start = leaves[str(trunk[0])] + 6.0 * (beside.index(trunk) - (len(beside) - 1) / 2)
        for step in of:
            end = said[step.id] - 4.0
            long = 8.0 if step.directed else 0.0
            bow = 5.0 if end > start else -5.0
            d = f"M{left:.0f} {start:.0f}H{x + 5:.0f}Q{x:.0f} {start:.0f} {x:.0f} {start + bow:.0f}"
            d += f"V{end - bow:.0f}Q{x:.0f} {end:.0f} {x + 5:.0f} {end:.0f}H{left - long:.0f}"
            wide = min((bands or {}).get(step.id, 0.0), apart - 1.0)
            why = _why_turned(step) if step.id in turned else step.against
            at = (left + _PAD, said[step.id])
            steps[step.id] = StepPlace(d, _head((left, end), -9.0, step), None, at, d if wide else "", wide, why)
    cards = {name: (left, *tops[name]) for name in order}
    return MapView(key, "down", left + words.row, max(y - 10.0, 0.0), cards, steps)


# ------------------------------------------------ what is drawn


def draw_view(
    marks: Marks,
    scene: Scene,
    words: MapWords,
    view: MapView,
    against: Mapping[str, Iterable[str]] | None = None,
    strong: Iterable[str] = (),
) -> None:
    """The cards and steps of a scene as a view has them.

    strong: cards with a thick frame. against: for a page, which draws all once and moves it: step -> the reasons that
    its views give for it. All forms are drawn then, and what this view does not have, with the class `off`.
    Groups: `card` (data-node) with `rect.frame`, `g.across`, `g.down`; `step` (data-step, -from, -to, -paint, -basis,
    -grade, -against) with `path.line`, `path.head`, `g.pill` and `g.said`, of whose texts one has the view's data-why.
    """
    many = len(words.langs) > 1
    forms = FORMS if against is not None else (view.form,)
    marks.used |= used_in(scene)
    wide = words.row if view.form == "down" else words.card
    for step in scene.steps:  # below the cards: a steep band is wider than the room before them
        if (at := view.steps.get(step.id)) is not None and at.band:
            with marks.group("band", step=step.id, to=step.target):
                marks.path(at.band, stroke=PAINTS[step.paint].colour, line=at.wide, opacity=0.3)
    for card in scene.cards.values():
        x, y, high = view.cards.get(card.id, (0.0, 0.0, 0.0))
        with marks.group("card" if card.id in view.cards else "card off", at=n0((x, y)), node=card.id):
            stroke = "ink" if card.node["kind"] == "party" else "soft"
            dash = "4 3" if card.node["kind"] == "hidden" else ""
            line = 3.0 if card.id in strong else 1.0
            marks.rect(0, 0, wide, high, fill="paper", stroke=stroke, line=line, rx=6.0, dash=dash, kind="frame")
            for form in forms:
                for lang in words.langs:
                    with marks.group(f"{form} only-{lang}" if many else form):
                        draw_face(marks, words.face(card, form, lang)[0])
    for step in reversed(scene.steps):
        at = view.steps.get(step.id, StepPlace("", ""))
        with marks.group(
            "step" if step.id in view.steps else "step off",
            step=step.id,
            **{"from": step.source},
            to=step.target,
            paint=step.paint,
            basis=step.basis,
            grade=step.best,
            against=at.against,
        ):
            look = PAINTS[step.paint]
            marks.path(at.d, stroke=look.colour, line=look.line, dash=DASHES[step.basis], kind="line")
            marks.path(at.head, fill=look.colour, kind="head")
            amount = words.amount(step)
            if (amount or has_pill(step)) and (at.pill is not None or against is not None):
                with marks.group("pill", at=n0(at.pill) if at.pill else ""):
                    marks.pill(0, 0, amount or step.grade, step.paint)
            if at.said is not None or against is not None:
                with marks.group("said", at=n0(at.said) if at.said else ""):
                    for lang in words.langs:
                        for why in sorted((against or {}).get(step.id, (at.against,))):
                            with marks.group(f"only-{lang}" if many else "", why=why):
                                marks.lines(0, 0, words.said(step, scene, lang, why), size=TEXT)


def used_in(scene: Scene) -> set[tuple[str, str]]:
    """What the steps of a scene use of the table of looks."""
    used = {pair for step in scene.steps for pair in (("paint", step.paint), ("rests", step.basis))}
    return used | ({("mark", "no-head")} if any(step.found and not step.directed for step in scene.steps) else set())


def draw_face(marks: Marks, texts: Iterable[CardText]) -> None:
    """The texts of a card whose upper left corner is at (0, 0)."""
    for text in texts:
        if text.mark:
            marks.dot(text.x - 7.0, text.y - 4.0, text.mark, radius=2.4)
        marks.lines(text.x, text.y, text.lines, size=text.size, bold=text.bold, fill=text.fill)


# ------------------------------------------------ for the page

_EFFORT = {"strongest": 0.5, "whole": 0.5}
_LITTLE = 0.03
"""Effort for what is around a card: few lines cross there, and there are many cards."""


@dataclass(frozen=True)
class PageMap:
    """All cards and steps drawn once, and where they are in each view."""

    scene: Scene
    words: MapWords
    svg: str
    """The inside of the `svg` element, as `draw_view` has it; as `start` has them, what that does not have is `off`."""
    views: Mapping[str, Mapping[str, MapView]]
    """Key -> form -> view: `strongest`, `whole` where that can be looked at, and `at:ID` of each card with a step."""
    start: MapView

    @property
    def used(self) -> set[tuple[str, str]]:
        """What its legend explains, as `Marks.used`."""
        return used_in(self.scene)


def page_map(leaving: Outgoing, langs: Sequence[str]) -> PageMap:
    """The map of a page, whose colours are the page's own variables."""
    scene = scene_of(leaving.labelled(langs[0]), days_of_lists(leaving))
    words, statements, every = MapWords(leaving, langs), leaving.statements, whole(scene)
    parts = {"strongest": strongest(scene, statements)}
    if sum(node["kind"] == "dataset" for node in leaving.graph["nodes"]) <= MOST_DRAWN:
        parts["whole"] = every
    parts |= {f"at:{name}": part for name, part in around_each(scene, every.cards, statements).items()}
    views = {
        key: {"across": across(key, part, words, effort=_EFFORT.get(key, _LITTLE)), "down": down(key, part, words)}
        for key, part in parts.items()
    }
    against: dict[str, set[str]] = defaultdict(set)
    for forms in views.values():
        for name, place in forms["down"].steps.items():
            against[name].add(place.against)
    marks, start = Marks(PAGE), views["strongest"]["down"]
    draw_view(marks, every, words, start, against)
    return PageMap(scene, words, marks.svg(), views, start)
