"""Renders the page: one HTML file with its style, script and picture inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from pathlib import Path

from markupsafe import Markup

from tracer.errors import UsageError
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.behind import Behind
from tracer.export.page.details import line_cards, node_cards
from tracer.export.page.drawing import draw, shown_closed
from tracer.export.page.facts import Index
from tracer.export.page.headlines import headlines
from tracer.export.page.matrix import matrix_of, shares
from tracer.export.page.saying import environment, words_json
from tracer.export.page.sections import strongest, tables
from tracer.export.page.text import clean
from tracer.export.page.views import UPRIGHT, scene
from tracer.export.page.walks import walks_of
from tracer.export.palette import BASES
from tracer.export.picture.cards import deal, merged_bundles
from tracer.export.picture.deck import Deck
from tracer.export.picture.placement import place
from tracer.export.story.front import front_of, reply_of
from tracer.graph.model import GRADES, Graph, at_least
from tracer.wording import LANGUAGES, Voice, say

_HERE = Path(__file__).parent
_SCRIPTS = ("words", "cards", "shapes", "scene", "filters", "walk", "zoom", "matrix", "take", "address")
"""Parts of the script, in their order in the page."""
_KINDS = ("retained", "passed_on", "held", "attributed", "derived", "released", "relation")
_FIRST = 4
"""Headlines on the first printed page, and twice as many lists of each; the tables after it have all."""
_IN_HEADLINES = "retention"
"""Findings all of whose rows are shown; of others those in their table."""
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(leaving: Outgoing, lang: str = "en") -> str:
    """The page as HTML text.

    `leaving` is in the first language; its facts are rows of `sql/facts/weights` and `overlaps`. The same input gives
    the same bytes. Both languages are in the page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for
    another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", remedy=f"one of: {', '.join(LANGUAGES)}")
    graph, chinese = [leaving.labelled(language) for language in LANGUAGES]
    deck = deal(graph)
    anchors = _anchors(deck)
    index = Index(graph, anchors, _derived(deck, graph, anchors), chinese)
    behind = Behind(leaving.rows, leaving.facts, index)
    walks = walks_of(leaving.rows, graph, deck, index)
    front = front_of(leaving)
    style = _source("page.css") + _dashes() + front.style
    parts = [_unspoken(_source(f"script/{name}.js")) for name in (*_SCRIPTS, "unpack")]
    script = "\n".join(['"use strict";', "const run = () => {", *parts[:-1], "};", parts[-1]])
    closed = place(deck, closed=True)
    opened = None if shown_closed(deck) else place(deck)
    drawn = {
        language: draw(named, deck, anchors, opened or closed)
        for language, named in zip(LANGUAGES, (graph, chinese), strict=True)
    }
    drawing = drawn[lang]
    dates = [day for day in [*(line.date for line in drawing.lines + drawing.others), *_days(graph)] if day]
    shown_as = LANGUAGES.index(lang)
    lists = None if leaving.choice.embed else matrix_of(leaving, graph, index)
    shown = {name: rows if name == _IN_HEADLINES else strongest(rows) for name, rows in leaving.rows.items()}
    return environment(lang, leaving.translations(shown), _ids(leaving)).get_template("page.html.j2").render(
        lang=lang,
        embed=leaving.choice.embed,
        title=clean(leaving.title),
        generated=[_date(leaving.generated, language) for language in LANGUAGES],
        tally=_tally(graph),
        drawing=drawing,
        drawings=drawn,
        languages=LANGUAGES,
        tall=drawing.width < UPRIGHT * drawing.height,
        first=_FIRST,
        scene=Markup(scene(graph, deck, anchors, walks, closed, opened)),  # noqa: S704 - ours, `<` escaped
        shares=shares(),
        unmatched=0 if lists is None else lists.more,
        matrix=None if lists is None else Markup(lists.data),  # noqa: S704 - ours, `<` escaped
        walks=walks,
        too_many=opened is None,
        dates=(min(dates), max(dates)) if dates else None,
        front=front,
        shared=(front.headline[shown_as], front.sure[shown_as]),
        reply=reply_of(leaving, front.first),
        headlines=headlines(leaving, index),
        nothing=[say(leaving.no_copy(), language) for language in LANGUAGES],
        untraced=None if leaving.untraced is None else [leaving.not_up_to_date(language) for language in LANGUAGES],
        warnings=list(zip(*(warnings_of(leaving, language) for language in LANGUAGES), strict=True)),
        sections=tables(leaving, index, frozenset(walk.number for walk in walks)),
        parties=[node for node in graph["nodes"] if node["kind"] == "party"],
        lists=[node for node in graph["nodes"] if node["kind"] == "dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        line_cards=line_cards(deck, graph, index, behind),
        node_cards=node_cards(leaving, deck, index),
        index=index,
        grades=GRADES,
        bases=tuple(BASES),
        kinds=_KINDS,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        words=Markup(words_json()),  # noqa: S704 - made of the catalogues only, `<` escaped
        policy=_policy(style, script),
    )  # fmt: skip


def _ids(leaving: Outgoing) -> frozenset[str]:
    """What follows names in sentences."""
    called = [leaving.called(language) for language in LANGUAGES]
    return frozenset(name for names in called for known in (names.parties, names.lists) for name in known)


def _date(generated: str, lang: str) -> str:
    return Voice(lang).show(date.fromisoformat(generated)) if generated else ""


def _source(name: str) -> str:
    """A part of the style or script, without its indentation and lines of comment."""
    lines = (line.strip() for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/* ---")))


def _unspoken(script: str) -> str:
    """A part of the script without its comments and the blanks before its lines, none of which is within a text."""
    lines = (line.lstrip() for line in script.splitlines())
    return "\n".join(line for line in lines if not line.startswith("//"))


def _dashes() -> str:
    """The style of lines by what they rest on."""
    return "".join(
        f"\n.b-{basis} .stroke {{ stroke-dasharray: {look.dash}; }}" for basis, look in BASES.items() if look.dash
    )


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded or sent; only this very style and script apply."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _derived(deck: Deck, graph: Graph, anchors: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """Rows of derivations -> the card of the line that they lie on."""
    refs = {node["id"]: node["ref"] for node in graph["nodes"]}
    return {
        ("derivations", refs[edge["source"]], refs[edge["target"]]): anchors[bundle.id]
        for bundle in deck.bundles
        for edge in bundle.told
        if edge["kind"] == "derived"
    }


def _days(graph: Graph) -> list[str]:
    return [node["created"] or node["date"] or "" for node in graph["nodes"] if node["kind"] in {"dataset", "release"}]


def _anchors(deck: Deck) -> dict[str, str]:
    """Node, chip, bundle or road id -> the id of its card in the page; made by us, so that no id of a case is one."""
    names = [card.node["id"] for card in deck.cards]
    names += [name for card in deck.cards for chip in card.chips for name in (chip.id, *chip.nodes)]
    anchors = {name: f"n{number}" for number, name in enumerate(dict.fromkeys(names), start=1)}
    anchors |= {bundle.id: f"l{number}" for number, bundle in enumerate(deck.bundles, start=1)}
    # A road of one line has that line's card.
    roads_of = merged_bundles(deck).values()
    return anchors | {road.id: anchors[within[0]] if len(within) == 1 else f"m{road.id}" for road, within in roads_of}


def _tally(graph: Graph) -> dict[str, int]:
    kinds = [node["kind"] for node in graph["nodes"]]
    found = [e for e in graph["edges"] if e["basis"] == "inferred" and at_least(e["grade"], "G2")]
    return {
        "parties": kinds.count("party"),
        "lists": sum(node["kind"] == "dataset" and node["purged"] is None for node in graph["nodes"]),
        "purged": sum(node["purged"] is not None for node in graph["nodes"]),
        "releases": kinds.count("release"),
        "findings": len(found),
    }
