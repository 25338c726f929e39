"""The map: cards and the steps between them, from left to right, or from top to bottom where there is little room.

Every arrow goes in the direction of reading, or says in words why not. A picture is drawn once; a view says where the
cards and steps of one selection are, so that a page moves what is there and computes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heappop, heappush

from tracer.disclosure import sure_word
from tracer.export.drawing.layout import Box, Link, Point, Spacing, arrange, turned_links
from tracer.export.drawing.looks import DASHES, PAGE, PAINTS, paints_of_lists
from tracer.export.drawing.marks import LEADING, SMALLEST, Marks, n, picture_text
from tracer.export.drawing.scene import (
    MOST_CARDS,
    Scene,
    SceneCard,
    Step,
    around_each,
    listed_day,
    scene_of,
    scene_of_lists,
    strongest,
    with_touched_cards,
)
from tracer.export.drawing.sheet import TALLEST, height_of, on_sheet, sheet_of
from tracer.export.drawing.story import headline_of, stories
from tracer.export.drawing.text import longest, width, wrap
from tracer.export.outgoing import Outgoing
from tracer.export.selection import highlighted_nodes
from tracer.graph.model import Graph, Node
from tracer.wording import Voice, data_word, word
from tracer.wording.voice import month_of, spoken_by

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
class _FaceText:
    """One text of a card before it has its place: in parts that are on one line where there is room."""

    parts: tuple[str, ...]
    indent: float = 0.0
    size: float = TEXT
    fill: str = "soft"
    mark: str = ""
    above: float = 0.0
    """Pixels that are free above it."""


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
        self.langs, self.card, self.row, self.amounts, self._most = tuple(langs), card, row, amounts or {}, most
        self.paints, self._nodes = paints_of_lists(leaving), {node["id"]: node for node in leaving.graph["nodes"]}
        listed = [node for node in leaving.graph["nodes"] if node["kind"] in ("dataset", "release")]
        self._days = {node["id"]: listed_day(node, leaving.days) for node in listed}
        labelled = {lang: leaving.labelled_graph(lang)["nodes"] for lang in langs}
        self._labels = {
            lang: {node["id"]: picture_text(node["label"]) for node in nodes} for lang, nodes in labelled.items()
        }
        self._on_cards: dict[tuple[str, str], list[_FaceText]] = {}
        self._faces: dict[tuple[str, str, str], tuple[list[CardText], float]] = {}
        self._said: dict[tuple[str, str, str], list[str]] = {}

    def name(self, card: SceneCard, lang: str) -> str:
        """What a card is called."""
        return word("map-hidden", lang) if card.node["kind"] == "hidden" else self._node_name(card.node, lang)

    def _node_name(self, node: Node, lang: str) -> str:
        name = self._labels[lang][node["id"]]
        if node["kind"] == "release":
            return word("map-copy", lang, list=self._labels[lang].get(node["dataset"] or "", name))
        return name

    def list_line(self, node: Node, lang: str) -> str:
        """A list or copy with its month."""
        name = self._node_name(node, lang)
        if node["purged"] is not None:
            day = spoken_by(lang).show(date.fromisoformat(node["purged"][:10]))
            name = word("map-purged", lang, what=name, day=day)
        month = self._month(node, lang)
        return word("map-dated", lang, month=month, what=name) if month else name

    def _month(self, node: Node, lang: str) -> str:
        day = self._days.get(node["id"])
        return month_of(date.fromisoformat(day), lang) if day else ""

    def _texts(self, card: SceneCard, lang: str) -> list[_FaceText]:
        """All that a card says, from its name down; the same in each form, so that it is said once."""
        if (card.id, lang) in self._on_cards:
            return self._on_cards[card.id, lang]
        node, listed = card.node, self.paints.get(card.id, "")
        texts = [_FaceText((self.name(card, lang),), 11.0 if listed else 0.0, NAME, "ink", listed)]
        under: list[str] = []  # its role, and how far its reply has come; of a list its holder and month
        if node["kind"] == "party":
            under.append(data_word("page-role", node["role"] or "none", lang))
            if node["reply"] is not None and node["role"] != "client":
                under.append(data_word("page-short", node["reply"], lang))
        elif node["kind"] != "hidden":
            under.append(self._labels[lang].get(node["party"] or "") or word("map-no-holder", lang))
            under.append(self._month(node, lang))
        texts.append(_FaceText(tuple(filter(None, under))))
        kept = {edge["target"]: step for step in card.own for edge in step.edges if edge["kind"] == "retained"}
        lists = [node for node in card.lists if not self.amounts or node["id"] in kept]
        first = sorted(lists, key=lambda node: self.paints.get(node["id"]) != "beyond")[: self._most]
        for node in (node for node in lists if node in first):
            paint = self.paints.get(node["id"], "handed")
            texts.append(_FaceText((self.list_line(node, lang),), 11.0, TEXT, "ink", paint, above=3.0))
            if node["id"] in kept:
                of_list = [edge for edge in kept[node["id"]].edges if edge["target"] == node["id"]]
                what = self.what(replace(kept[node["id"]], edges=tuple(of_list)), lang)
                texts.append(_FaceText((what,), 11.0, TEXT, "beyond"))
        if more := len(lists) - len(first):
            texts.append(_FaceText((word("map-more", lang, n=more),), 11.0, above=3.0))
        self._on_cards[card.id, lang] = texts
        return texts

    def face(self, card: SceneCard, form: str, lang: str) -> tuple[list[CardText], float]:
        """The texts of a card, and how high they are."""
        key = card.id, form, lang
        if key in self._faces:
            return self._faces[key]
        room = (self.card if form == "across" else self.row) - 2 * _PAD
        texts: list[CardText] = []
        y = _PAD + NAME - 2.0
        for one in self._texts(card, lang):
            y += one.above
            short, size, bold = " · ".join(one.parts), one.size, one.size == NAME
            for text in [short] if width(short, size, bold=bold) <= room else one.parts:
                while size > SMALLEST and longest(text, size, bold=bold) > room - one.indent:
                    size -= 0.5
                lines = wrap(text, room - one.indent, size, lines=8, bold=bold)
                texts.append(CardText(_PAD + one.indent, y, tuple(lines), size, bold, one.fill, one.mark))
                y += len(lines) * size * LEADING
                size = one.size
        self._faces[key] = texts, y - TEXT * LEADING + 8.0
        return self._faces[key]

    def what(self, step: Step, lang: str) -> str:
        """What went, how well founded and how sure that is: of one finding its own grade, of several the lowest."""
        edge, n = step.leading, len(step.edges)
        kind = edge["relation"] if edge["relation"] in ("version", "exchange", "hidden") else edge["kind"]
        if kind == "derived" and not step.directed:
            kind = "derived-open"
        said = [self.amounts[step.id][lang]] if step.id in self.amounts else []
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

    def card_lines(self, step: Step, scene: Scene, lang: str, against: str = "") -> list[str]:
        """What a card says of a step that reaches it, in lines that fit the card."""
        key = step.id, lang, against
        if key not in self._said:
            what = self.what(step, lang)
            lists = [edge["target"] for edge in step.edges if self._nodes[edge["target"]]["kind"] == "dataset"]
            named = list(dict.fromkeys(self._labels[lang][name] for name in lists))
            if named and not self.amounts and self._most > 1 and scene.cards[step.target].node["kind"] == "party":
                more = [word("map-more", lang, n=len(named) - 2)] if len(named) > 2 else []
                names = ("、" if lang == "zh" else ", ").join([*named[:2], *more])
                what = word("map-lists", lang, what=what, lists=names)
            if against:
                what += ("；" if lang == "zh" else "; ") + word(f"map-against-{against}", lang)
            text = word("map-from", lang, giver=self.name(scene.cards[step.source], lang), what=what)
            self._said[key] = wrap(picture_text(text), self.row - 2 * _PAD, TEXT, lines=12)
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


def _against(step: Step, *, turned: bool) -> str:
    """Why a step goes against the direction of reading, or against days; empty where it does not."""
    return step.against or ("" if not turned else "back" if step.found else "known")


def across(
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
        band, why = d if step.id in bands else "", _against(step, turned=left)
        steps[step.id] = StepPlace(d, head, pill, band=band, wide=bands.get(step.id, 0.0), against=why)
    cards = {name: (place.x, place.y, place.high) for name, place in found.places.items()}
    return MapView("across", found.width, found.height, cards, steps)


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
    for step in scene.steps:
        if step.id not in turned:
            after[step.source].append(step.target)
    waits, order = Counter(name for takers in after.values() for name in takers), list[str]()
    ready = [(card.day or "9", name) for name, card in scene.cards.items() if not waits[name]]
    heapify(ready)
    while ready:
        order.append(heappop(ready)[1])
        for taker in after[order[-1]]:
            waits[taker] -= 1
            if not waits[taker]:
                heappush(ready, (scene.cards[taker].day or "9", taker))
    return order


def down(scene: Scene, words: MapWords, bands: Mapping[str, float] | None = None) -> MapView:
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
            why = _against(step, turned=step.id in turned)
            lines = max(len(words.card_lines(step, scene, lang, why)) for lang in words.langs)
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
            why = _against(step, turned=step.id in turned)
            at = (left + _PAD, said[step.id])
            steps[step.id] = StepPlace(d, _head((left, end), -9.0, step), None, at, d if wide else "", wide, why)
    cards = {name: (left, *tops[name]) for name in order}
    return MapView("down", left + words.row, max(y - 10.0, 0.0), cards, steps)


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
    marks.used |= {pair for step in scene.steps for pair in (("paint", step.paint), ("rests", step.basis))}
    marks.used |= {("mark", "no-head") for step in scene.steps if step.found and not step.directed}
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
                        for text in words.face(card, form, lang)[0]:
                            if text.mark:
                                marks.dot(text.x - 7.0, text.y - 4.0, text.mark, radius=2.4)
                            marks.lines(text.x, text.y, text.lines, size=text.size, bold=text.bold, fill=text.fill)
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
            amount = words.amounts.get(step.id, {}).get("", "")  # how much went, as a number
            if (amount or has_pill(step)) and (at.pill is not None or against is not None):
                with marks.group("pill", at=n0(at.pill) if at.pill else ""):
                    marks.pill(0, 0, amount or step.grade, step.paint)
            if at.said is not None or against is not None:
                with marks.group("said", at=n0(at.said) if at.said else ""):
                    for lang in words.langs:
                        for why in sorted((against or {}).get(step.id, (at.against,))):
                            with marks.group(f"only-{lang}" if many else "", why=why):
                                marks.lines(0, 0, words.card_lines(step, scene, lang, why), size=TEXT)


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

    used: set[tuple[str, str]]
    """What its legend explains, as `Marks.used`."""


def page_map(leaving: Outgoing, langs: Sequence[str]) -> PageMap:
    """The map of a page, whose colours are the page's own variables."""
    scene = scene_of(leaving.labelled_graph(langs[0]), leaving.days)
    words, statements, every = MapWords(leaving, langs), leaving.statements, with_touched_cards(scene)
    parts = {"strongest": strongest(scene, statements)}
    if sum(node["kind"] == "dataset" for node in leaving.graph["nodes"]) <= MOST_DRAWN:
        parts["whole"] = every
    parts |= {f"at:{name}": part for name, part in around_each(scene, every.cards, statements).items()}
    views = {
        key: {"across": across(part, words, effort=_EFFORT.get(key, _LITTLE)), "down": down(part, words)}
        for key, part in parts.items()
    }
    against: dict[str, set[str]] = defaultdict(set)
    for forms in views.values():
        for name, place in forms["down"].steps.items():
            against[name].add(place.against)
    marks, start = Marks(PAGE), views["strongest"]["down"]
    draw_view(marks, every, words, start, against)
    return PageMap(scene, words, marks.svg(), views, start, marks.used)


_NARROWEST_CARD = 112.0
"""Pixels; of a card from left to right."""
_CLOSE = Spacing(layers=58.0, straight=37.0)
_BANDED = Spacing(layers=88.0, straight=56.0, left_ports=20.0)
"""Room for bands, and for how much went at their right ends."""
_NAMED = 20
"""Cards without a step that a note names."""
Amounts = Mapping[str, Mapping[str, str]]
"""Step -> language -> how much went, and as a number where there is no language."""
_TALLEST, _HIGH, _THINNEST, _LANE = 44.0, 260.0, 1.6, 7.0
"""Pixels: the widest band, all bands of a side, the thinnest, and the widest from top to bottom."""


def map_figure(leaving: Outgoing) -> str:
    """Who had which lists, and what went from whom to whom: of what was chosen, or of the strongest findings."""
    return _figure(leaving, scene_of(leaving.labelled_graph(), leaving.days), word("map-title", leaving.lang))


def lineage(leaving: Outgoing) -> str:
    """Which list came from which."""
    scene = scene_of_lists(leaving.labelled_graph(), leaving.days)
    return _figure(leaving, scene, word("figure-lineage-title", leaving.lang))


def flow(leaving: Outgoing) -> str:
    """Who got how much from whom, in bands as wide as the records that went: what bears on what was kept or passed on
    beyond what was permitted, or else the strongest."""
    scene = scene_of(leaving.labelled_graph(), leaving.days)
    return _figure(leaving, scene, word("figure-flow-title", leaving.lang), amounts=True)


def _figure(leaving: Outgoing, scene: Scene, title: str, *, amounts: bool = False) -> str:
    """A figure of the strongest. What is asked for in millimetres is printed: it has as many cards as a column of a
    page holds."""
    lang, sheet = leaving.lang, sheet_of(leaving)
    marked = {scene.home.get(name, name) for name in highlighted_nodes(leaving)}
    drawable = found_ways(scene) if amounts else scene
    chosen, all_cards = bearing_scene(drawable, marked) if amounts else drawable, with_touched_cards(drawable).cards
    for most in range(MOST_CARDS, 1, -1):
        part = strongest(chosen, leaving.statements, first=sorted(marked), most=most)
        left = len(all_cards) - len(part.cards)
        notes = [word("figure-flow-left" if amounts else "map-not-drawn", lang, n=left)] if left else []
        if not amounts:
            words, view = fitted_view(leaving, part)
        else:
            words, view = fitted_view(leaving, part, *_amounts(part, leaving))
            notes.append(word("figure-flow-note", lang))
        svg = _on_sheet(leaving, scene, part, words, view, title, notes, marked)
        if not sheet.unit or height_of(svg) <= TALLEST:
            break
    return svg


def fitted_view(
    leaving: Outgoing, part: Scene, amounts: Amounts | None = None, bands: Mapping[str, float] | None = None
) -> tuple[MapWords, MapView]:
    """The view of a part that fits the width asked for: from left to right, or else from top to bottom."""
    sheet, langs = sheet_of(leaving), (leaving.lang,)
    most = 1 if sheet.unit else MOST_LISTS
    if not sheet.upright:
        tried = across(part, MapWords(leaving, langs), 0.0)
        layers = round((tried.width + SPACE.layers) / (CARD + SPACE.layers))
        for space in (SPACE, _CLOSE) if bands is None else (_BANDED,):
            card = min((sheet.room - (layers - 1) * space.layers) / max(layers, 1), WIDEST_CARD)
            if card >= _NARROWEST_CARD:
                words = MapWords(leaving, langs, card, amounts=amounts, most=most)
                return words, across(part, words, 1.0, bands, space)
    thin = None if bands is None else {name: max(_THINNEST, size * _LANE / _TALLEST) for name, size in bands.items()}
    words = MapWords(leaving, langs, row=sheet.room - GUTTER, amounts=amounts, most=most)
    view = down(part, words, thin)
    words = MapWords(leaving, langs, row=sheet.room - (view.width - words.row), amounts=amounts, most=most)
    return words, down(part, words, thin)


def _on_sheet(
    leaving: Outgoing,
    scene: Scene,
    part: Scene,
    words: MapWords,
    view: MapView,
    title: str,
    notes: Sequence[str],
    marked: Iterable[str],
) -> str:
    sheet, lang, steps = sheet_of(leaving), leaving.lang, part.steps
    marks, height = Marks(sheet.theme), view.height
    draw_view(marks, part, words, view, strong=set(marked))
    if not steps:
        height = marks.paragraph(0, 14.0, word("map-empty", lang), sheet.room, fill="soft")

    def names_of_ends(step: Step) -> dict[str, str]:
        giver, taker = part.cards[step.source], part.cards[step.target]
        return {"giver": words.name(giver, lang), "taker": words.name(taker, lang)}

    applies = {
        "map-note": steps and view.form == "across",
        "map-note-down": steps and view.form != "across",
        "map-note-known": any(step.paint == "known" for step in steps),
        "map-note-grades": any(map(has_pill, steps)),
        "map-note-several": any(len(step.edges) > 1 and has_pill(step) for step in steps),
    }
    said = [f"{title}{'。' if lang == 'zh' else '.'}", *notes]
    said += [word(key, lang) for key, holds in applies.items() if holds]
    if view.form != "down":  # there the drawing says in place why a step goes against the direction of reading
        for step in steps:
            if why := view.steps[step.id].against:
                said.append(word("map-note-against", lang, why=word(f"map-against-{why}", lang), **names_of_ends(step)))
    if scene.unlikely:
        said.append(word("map-unlikely", lang, n=scene.unlikely))
    if gone := [node for card in scene.cards.values() for node in (card.node, *card.lists) if node["purged"]]:
        named = [words.list_line(node, lang) for node in gone]
        said.append(word("map-gone", lang, lists=("、" if lang == "zh" else "; ").join(named)))
    if alone := [words.name(card, lang) for card in scene.alone if card.node["kind"] == "party"]:
        more = [word("figure-flow-more", lang, n=len(alone) - _NAMED)] if len(alone) > _NAMED else []
        said.append(word("map-alone", lang, names=("、" if lang == "zh" else ", ").join([*alone[:_NAMED], *more])))
    if sheet.unit and steps:  # a column has room for what is left out
        said = [*notes]
    in_words = [word("map-told", lang, what=words.what(step, lang), **names_of_ends(step)) for step in steps]
    for card in part.cards.values():
        kept = [words.what(step, lang) for step in card.own if step.kind == "retained"]
        in_words += [word("map-kept", lang, party=words.name(card, lang), what=what) for what in kept]
    found = stories(leaving)
    head = headline_of(found[0], Voice(lang, leaving.names_in())) if found else f"{leaving.title} — {title}"
    parties = {str(card.node["party"] or card.id) for card in part.cards.values()}
    return on_sheet(marks, height, sheet, leaving, head, notes=said, in_words=in_words, named=parties)


# ------------------------------------------------ how much went


def found_ways(scene: Scene) -> Scene:
    """What is found or was handed over. A list not yet obtained has no records to count."""
    hidden = {card.id for card in scene.cards.values() if card.node["kind"] == "hidden"}
    return replace(
        scene, steps=tuple(step for step in scene.steps if step.found and not hidden & {step.source, step.target})
    )


def bearing_scene(scene: Scene, marked: Iterable[str] = ()) -> Scene:
    """Those in red, who had it from them, and whose it was; all where nothing is red."""
    red = {name for step in scene.steps if step.paint == "beyond" for name in (step.source, step.target)}
    red |= {card.id for card in scene.cards.values() if any(step.paint == "beyond" for step in card.own)}
    if not red:
        return scene
    owners = {step.source for step in scene.steps if step.paint == "handed" and step.target in red}
    return with_touched_cards(scene.of({*red, *owners, *marked}))


def _amounts(scene: Scene, leaving: Outgoing) -> tuple[Amounts, dict[str, float]]:
    """How much went in each step, in words and as a number: contacts that both lists have, at most, or else records of
    the largest copy; and the pixels of its width: the widest and all of a side fit the figure."""
    rows = {node["id"]: node["rows"] or 0 for node in leaving.graph["nodes"] if node["kind"] == "release"}
    said, sizes, sides = dict[str, Mapping[str, str]](), dict[str, int](), defaultdict[tuple[str, bool], int](int)
    for step in scene.steps:
        shared = max(
            (edge["shared"] for edge in (*step.edges, *step.also) if isinstance(edge["shared"], int)), default=0
        )
        copies = (rows.get(edge["target"], 0) for edge in step.edges if edge["kind"] == "released")
        what, size = ("contacts", shared) if shared else ("records", max(copies, default=0))
        if size:
            said[step.id] = {leaving.lang: word(f"figure-flow-{what}", leaving.lang, n=size), "": f"{size:,}"}
        sizes[step.id] = size
        sides[step.source, True] += size
        sides[step.target, False] += size
    scale = min(_TALLEST / max(*sizes.values(), 1, 1), _HIGH / max(*sides.values(), 1, 1))
    return said, {step.id: max(sizes[step.id] * scale, PAINTS[step.paint].line) for step in scene.steps}


# ------------------------------------------------ for other tools


def positions(graph: Graph) -> dict[str, Point]:
    """Node id -> (x, y), y downwards, as in the map; canaries and callers, which it counts, are right of it."""
    scene = scene_of(graph)
    wide, head, line = 212.0, 58.0, 38.0
    boxes = [Box(name, wide, head + line * len(card.lists)) for name, card in scene.cards.items()]
    links = [Link(step.id, step.source, step.target, 1.0 + step.found) for step in scene.steps]
    made = arrange(boxes, links, effort=min(1.0, 150 / max(len(boxes), 1)))
    found: dict[str, Point] = {}
    for name, card in scene.cards.items():
        x, y = made.places[name].x + wide / 2, made.places[name].y
        found[name] = (x, y + head / 2)
        found |= {node["id"]: (x, y + head + line * (at + 0.5)) for at, node in enumerate(card.lists)}
    apart = {"canary": made.width + 60.0, "caller": made.width + 220.0}
    rows: dict[str, int] = defaultdict(int)
    for node in graph["nodes"]:
        if node["id"] not in found:
            found[node["id"]] = (apart.get(node["kind"], made.width), 44.0 + 24.0 * rows[node["kind"]])
            rows[node["kind"]] += 1
    return found
