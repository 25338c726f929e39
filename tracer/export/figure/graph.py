"""The graph's picture for print: the same cards and lines as the page's, without what needs a pointer."""

from __future__ import annotations

from tracer.export.figure.canvas import INK, PAPER, RULE, SOFT, TINT, Canvas, LegendKey, framed, hex_of
from tracer.export.outgoing import Outgoing
from tracer.export.page.drawing import REF, DrawnCard, DrawnChip, DrawnLine, draw
from tracer.export.page.text import width
from tracer.export.palette import BASES, EDGE_COLOURS, OTHER
from tracer.export.picture.cards import deal, merged_bundles
from tracer.wording import data_word, word

_LEAST_OF_DARK_MARK = 3


def graph_figure(leaving: Outgoing) -> str:
    """The whole picture as SVG."""
    named = leaving.labelled()
    deck = deal(named)
    names = [card.node["id"] for card in deck.cards]
    names += [name for card in deck.cards for chip in card.chips for name in (chip.id, *chip.nodes)]
    anchors = {name: name for name in [*names, *(bundle.id for bundle in deck.bundles), *merged_bundles(deck)]}
    drawing = draw(named, deck, anchors)
    canvas = Canvas()
    for column, left, right in drawing.columns:
        canvas.text(
            (left + right) / 2, 26, word(f"page-column-{column}", leaving.lang), size=13, anchor="middle", fill=SOFT
        )
        canvas.path(f"M{left:.0f} 38H{right:.0f}", stroke=RULE)
    if drawing.band is not None:
        canvas.path(f"M20 {drawing.band:.0f}H{drawing.width - 20:.0f}", stroke=RULE)
        canvas.text(20, drawing.band + 19, word("page-column-lines", leaving.lang), size=13, fill=SOFT)
    for line in drawing.lines:
        _line(canvas, line)
    for line in drawing.lines:
        _mark(canvas, line)
    for card in drawing.cards:
        _card(canvas, card, leaving.lang, closed=drawing.closed)
    if not drawing.cards:
        canvas.text(20, 30, word("page-picture-empty", leaving.lang), fill=SOFT)
    kinds = [kind for kind in EDGE_COLOURS if kind != "seen_in" and any(line.kind == kind for line in drawing.lines)]
    legend = [LegendKey(data_word("page-kind", kind, leaving.lang), hex_of(EDGE_COLOURS[kind])) for kind in kinds]
    legend.append(LegendKey(word("page-kind-relation", leaving.lang), hex_of(OTHER)))
    legend += [
        LegendKey(word(f"page-legend-basis-{basis}", leaving.lang), INK, look.dash) for basis, look in BASES.items()
    ]
    title = f"{leaving.title} — {word('page-picture', leaving.lang)}"
    note = "" if not legend else word("page-legend-width", leaving.lang)
    return framed(canvas, (drawing.width, drawing.height), leaving, title, note, tuple(legend))


def _colour(line: DrawnLine) -> str:
    return hex_of(EDGE_COLOURS.get(line.kind, OTHER))


def _line(canvas: Canvas, line: DrawnLine) -> None:
    canvas.path(line.path, stroke=PAPER, line=line.width + 3.0)
    canvas.path(line.path, stroke=_colour(line), line=line.width, dash=BASES[line.basis].dash)
    canvas.path(line.arrow, fill=_colour(line))


def _mark(canvas: Canvas, line: DrawnLine) -> None:
    if line.mark is None:
        return
    x, y = line.mark
    dark = int(line.grade[1:]) >= _LEAST_OF_DARK_MARK
    canvas.rect(x - 12, y - 7.5, 24, 15, fill=_colour(line) if dark else PAPER, stroke=_colour(line), line=1.4, rx=7.5)
    canvas.text(x, y + 3.6, line.grade, size=10, bold=True, anchor="middle", fill=PAPER if dark else INK)


def _card(canvas: Canvas, card: DrawnCard, lang: str, *, closed: bool) -> None:
    party = card.kind in {"party", "group"}
    dash = "" if party else "4 3"
    canvas.rect(card.x, card.y, card.width, card.height, fill=PAPER, stroke=INK if party else SOFT, rx=7, dash=dash)
    two = len(card.title) > 1
    canvas.lines(card.x + 12, card.y + (20 if two or not party else 26), card.title, 16.0, size=13.5, bold=True)
    if card.ref:
        beside = card.x + 20 + width(card.title[0], 13.5, bold=True)
        canvas.text(beside, card.y + 26, card.ref, size=REF, fill=SOFT)
    role = card.role.said(lang)
    if card.reply is not None:
        role += f" · {data_word('page-short', card.reply, lang)}"
    canvas.text(
        card.x + 12, card.y + (51 if two else 45 if party else 36), role, size=11, fill=SOFT, room=card.width - 24
    )
    for chip in () if closed else card.chips:
        _chip(canvas, card, chip, lang)
    if card.names:
        canvas.text(card.x + 60, card.y + 26, card.names, size=11, fill=SOFT, room=card.width - 72)
    if closed and card.inside is not None and card.kind != "group":
        inside = card.inside.said(lang)
        canvas.text(card.x + 12, card.y + 71, inside, size=10.5, fill=SOFT, room=card.width - 60)
        if card.marks:
            canvas.text(card.x + card.width - 12, card.y + 71, f"◆ {card.marks}", size=10.5, anchor="end", fill=SOFT)


def _chip(canvas: Canvas, card: DrawnCard, chip: DrawnChip, lang: str) -> None:
    x, y = card.x, card.y + chip.y
    stroke = hex_of(EDGE_COLOURS["released"]) if chip.kind == "release" else "none"
    canvas.rect(x + 7, y, card.width - 14, 34, fill=PAPER if chip.kind == "release" else TINT, stroke=stroke, rx=4)
    canvas.text(x + 16, y + 14.5, chip.title, size=12, bold=True)
    if chip.marks:
        canvas.text(x + card.width - 14, y + 14, f"◆ {chip.marks}", size=10.5, anchor="end", fill=SOFT)
    note = chip.note.said(lang)
    room = card.width - 30 - (width("◆", 10.5) if chip.marks else 0)
    canvas.text(x + 16, y + 27.5, f"{note} · {chip.when}" if chip.when else note, size=10.5, fill=SOFT, room=room)
