"""The map as a figure: of parties, of lists, and with bands as wide as what went; and where nodes are for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tracer.export.drawing.days import days_of_lists
from tracer.export.drawing.layout import Box, Link, Point, Spacing, arrange
from tracer.export.drawing.looks import PAINTS
from tracer.export.drawing.map import (
    CARD,
    GUTTER,
    MOST_LISTS,
    SPACE,
    WIDEST_CARD,
    MapView,
    MapWords,
    across,
    down,
    draw_view,
    has_pill,
)
from tracer.export.drawing.marks import Marks
from tracer.export.drawing.scene import MOST_CARDS, Scene, Step, scene_of, scene_of_lists, strongest, whole
from tracer.export.drawing.sheet import TALLEST, height_of, on_sheet, sheet_of
from tracer.export.drawing.story import headline_of, stories
from tracer.export.outgoing import Outgoing
from tracer.export.selection import highlighted
from tracer.graph.model import Graph
from tracer.wording import Voice, word

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
    return _figure(leaving, scene_of(leaving.labelled(), days_of_lists(leaving)), word("map-title", leaving.lang))


def lineage(leaving: Outgoing) -> str:
    """Which list came from which."""
    scene = scene_of_lists(leaving.labelled(), days_of_lists(leaving))
    return _figure(leaving, scene, word("figure-lineage-title", leaving.lang))


def _figure(leaving: Outgoing, scene: Scene, title: str) -> str:
    marked = {scene.home.get(name, name) for name in highlighted(leaving)}

    def drawn(most: int) -> str:
        part = strongest(scene, leaving.statements, first=sorted(marked), most=most)
        notes = [word("map-not-drawn", leaving.lang, n=n) for n in [len(whole(scene).cards) - len(part.cards)] if n]
        return _on_sheet(leaving, scene, part, *fitted(leaving, part), title, notes, marked)

    return _of_a_page(leaving, drawn)


def _of_a_page(leaving: Outgoing, drawn: Callable[[int], str]) -> str:
    """What is asked for in millimetres is printed: it has as many cards as a column of a page holds.

    drawn: the figure with at most so many cards.
    """
    for most in range(MOST_CARDS, 1, -1):
        svg = drawn(most)
        if not sheet_of(leaving).unit or height_of(svg) <= TALLEST:
            break
    return svg


def fitted(
    leaving: Outgoing, part: Scene, amounts: Amounts | None = None, bands: Mapping[str, float] | None = None
) -> tuple[MapWords, MapView]:
    """The view of a part that fits the width asked for: from left to right, or else from top to bottom."""
    sheet, langs = sheet_of(leaving), (leaving.lang,)
    most = 1 if sheet.unit else MOST_LISTS
    if not sheet.upright:
        tried = across("", part, MapWords(leaving, langs), 0.0)
        layers = round((tried.width + SPACE.layers) / (CARD + SPACE.layers))
        for space in (SPACE, _CLOSE) if bands is None else (_BANDED,):
            card = min((sheet.room - (layers - 1) * space.layers) / max(layers, 1), WIDEST_CARD)
            if card >= _NARROWEST_CARD:
                words = MapWords(leaving, langs, card, amounts=amounts, most=most)
                return words, across("", part, words, 1.0, bands, space)
    thin = None if bands is None else {name: max(_THINNEST, size * _LANE / _TALLEST) for name, size in bands.items()}
    words = MapWords(leaving, langs, row=sheet.room - GUTTER, amounts=amounts, most=most)
    view = down("", part, words, thin)
    words = MapWords(leaving, langs, row=sheet.room - (view.width - words.row), amounts=amounts, most=most)
    return words, down("", part, words, thin)


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
    spoken = [word("map-told", lang, what=words.what(step, lang), **names_of_ends(step)) for step in steps]
    for card in part.cards.values():
        kept = [words.what(step, lang) for step in card.own if step.kind == "retained"]
        spoken += [word("map-kept", lang, party=words.name(card, lang), what=what) for what in kept]
    found = stories(leaving)
    head = headline_of(found[0], Voice(lang, leaving.called())) if found else f"{leaving.title} — {title}"
    parties = {str(card.node["party"] or card.id) for card in part.cards.values()}
    return on_sheet(marks, height, sheet, leaving, head, notes=said, spoken=spoken, named=parties)


# ------------------------------------------------ how much went


def flow(leaving: Outgoing) -> str:
    """Who got how much from whom, in bands as wide as the records that went: what bears on what was kept or passed on
    beyond what was permitted, or else the strongest."""
    graph, lang = leaving.labelled(), leaving.lang
    every = scene_of(graph, days_of_lists(leaving))
    scene = found_ways(every)
    marked = {scene.home.get(name, name) for name in highlighted(leaving)}
    rows = {node["id"]: node["rows"] or 0 for node in graph["nodes"] if node["kind"] == "release"}

    def drawn(most: int) -> str:
        part = strongest(bearing(scene, marked), leaving.statements, first=sorted(marked), most=most)
        sizes = {step.id: amount_of(step, rows) for step in part.steps}
        amounts = {
            name: {lang: word(f"figure-flow-{what}", lang, n=size), "": f"{size:,}"}
            for name, (what, size) in sizes.items()
            if size
        }
        words, view = fitted(leaving, part, amounts, bands_of(part, {name: size for name, (_, size) in sizes.items()}))
        left = len(whole(scene).cards) - len(part.cards)
        notes = [*([word("figure-flow-left", lang, n=left)] if left else []), word("figure-flow-note", lang)]
        return _on_sheet(leaving, every, part, words, view, word("figure-flow-title", lang), notes, marked)

    return _of_a_page(leaving, drawn)


def found_ways(scene: Scene) -> Scene:
    """What is found or was handed over. A list not yet obtained has no records to count."""
    hidden = {card.id for card in scene.cards.values() if card.node["kind"] == "hidden"}
    return replace(
        scene, steps=tuple(step for step in scene.steps if step.found and not hidden & {step.source, step.target})
    )


def bearing(scene: Scene, marked: Iterable[str] = ()) -> Scene:
    """Those in red, who had it from them, and whose it was; all where nothing is red."""
    red = {name for step in scene.steps if step.paint == "beyond" for name in (step.source, step.target)}
    red |= {card.id for card in scene.cards.values() if any(step.paint == "beyond" for step in card.own)}
    if not red:
        return scene
    owners = {step.source for step in scene.steps if step.paint == "handed" and step.target in red}
    return whole(scene.of({*red, *owners, *marked}))


def amount_of(step: Step, rows: Mapping[str, int]) -> tuple[str, int]:
    """(`contacts` that both lists have, at most, or else `records` of the largest copy; how many)."""
    shared = max((edge["shared"] for edge in (*step.edges, *step.also) if isinstance(edge["shared"], int)), default=0)
    copies = (rows.get(edge["target"], 0) for edge in step.edges if edge["kind"] == "released")
    return ("contacts", shared) if shared else ("records", max(copies, default=0))


def bands_of(scene: Scene, sizes: Mapping[str, int]) -> dict[str, float]:
    """Step -> pixels of its width: the widest and all of a side fit the figure."""
    sides: dict[tuple[str, bool], int] = defaultdict(int)
    for step in scene.steps:
        sides[step.source, True] += sizes[step.id]
        sides[step.target, False] += sizes[step.id]
    scale = min(_TALLEST / max(*sizes.values(), 1, 1), _HIGH / max(*sides.values(), 1, 1))
    return {step.id: max(sizes[step.id] * scale, PAINTS[step.paint].line) for step in scene.steps}


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
