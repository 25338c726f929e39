"""Renders the page: one HTML file with its style, script and picture inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tracer.errors import UsageError
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.behind import Behind
from tracer.export.page.details import line_cards, node_cards
from tracer.export.page.drawing import DrawnLine, draw, shown_closed
from tracer.export.page.facts import Cell, Index, figure
from tracer.export.page.headlines import headlines
from tracer.export.page.inside import PageWord
from tracer.export.page.sections import tables
from tracer.export.page.text import clean
from tracer.export.page.views import UPRIGHT, scene
from tracer.export.page.walks import walks_of
from tracer.export.palette import BASES
from tracer.export.picture.cards import deal, merged_bundles
from tracer.export.picture.deck import Deck
from tracer.export.picture.placement import place
from tracer.graph.model import GRADES, Graph, at_least
from tracer.wording import LANGUAGES, templates, word

_HERE = Path(__file__).parent
_SCRIPTS = ("words", "cards", "shapes", "scene", "filters", "walk", "zoom")
"""Parts of the script, in the order in which they stand in the page."""
_KINDS = ("retained", "passed_on", "held", "attributed", "derived", "released", "relation")
_FIRST = 4
"""Headlines on the first printed page, and twice as many lists of each; all stand in the tables behind it."""
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(leaving: Outgoing, lang: str = "en") -> str:
    """The page as HTML text.

    `leaving` is in the first language; its facts are rows of `sql/facts/weights` and `overlaps`. The same input gives
    the same bytes. Both languages are in the page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for
    another language.
    """
    graph, findings = leaving.graph, leaving.findings
    if lang not in LANGUAGES:
        raise UsageError(f"no page in language {lang!r}", remedy=f"choose one of {', '.join(LANGUAGES)}")
    deck = deal(graph)
    anchors = _anchors(deck)
    index = Index(graph, anchors, _derived(deck, graph, anchors))
    behind = Behind(findings, leaving.facts, index)
    walks = walks_of(findings, graph, deck, index)
    style = _source("page.css") + _dashes()
    script = "\n".join(['"use strict";', "{", *(_source(f"script/{name}.js") for name in _SCRIPTS), "}"])
    closed = place(deck, closed=True)
    opened = None if shown_closed(deck) else place(deck)
    drawing = draw(graph, deck, anchors, opened or closed)
    dates = [day for day in [*(line.date for line in drawing.lines + drawing.others), *_days(graph)] if day]
    return _environment(lang, leaving.translations()).get_template("page.html.j2").render(
        lang=lang,
        title=clean(leaving.title),
        generated=clean(leaving.generated),
        tally=_tally(graph),
        drawing=drawing,
        tall=drawing.width < UPRIGHT * drawing.height,
        first=_FIRST,
        scene=Markup(scene(graph, deck, anchors, walks, closed, opened)),  # noqa: S704 - ours, `<` escaped
        walks=walks,
        too_many=opened is None,
        dates=(min(dates), max(dates)) if dates else None,
        headlines=headlines(findings, index),
        untraced=None if leaving.untraced is None else [leaving.not_up_to_date(language) for language in LANGUAGES],
        warnings=list(zip(*(warnings_of(leaving, language) for language in LANGUAGES), strict=True)),
        sections=tables(findings, index, frozenset(walk.number for walk in walks)),
        parties=[node for node in graph["nodes"] if node["kind"] == "party"],
        lists=[node for node in graph["nodes"] if node["kind"] == "dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        line_cards=line_cards(deck, graph, index, behind),
        node_cards=node_cards(deck, graph, findings, index),
        index=index,
        grades=GRADES,
        bases=tuple(BASES),
        kinds=_KINDS,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        words=Markup(_words_json()),  # noqa: S704 - made of the catalogues only, `<` escaped
        policy=_policy(style, script),
    )  # fmt: skip


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").strip()


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


def _attribute(name: str, text: str) -> Markup:
    """An attribute in single quotes: JSON is full of double ones."""
    shown = text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    return Markup(f" {name}='{shown}'")  # noqa: S704 - escaped above, the name is ours


def _derived(deck: Deck, graph: Graph, anchors: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """Rows of derivations -> the card of the line that they lie on."""
    refs = {node["id"]: node["ref"] for node in graph["nodes"]}
    return {
        ("derivations", refs[edge["source"]], refs[edge["target"]]): anchors[bundle.id]
        for bundle in deck.bundles
        for edge in bundle.edges
        if edge["kind"] == "derived"
    }


def _days(graph: Graph) -> list[str]:
    return [node["created"] or node["date"] or "" for node in graph["nodes"] if node["kind"] in {"dataset", "release"}]


@cache
def _words_json() -> str:
    table = {language: templates("page-", language) for language in LANGUAGES}
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def _environment(lang: str, chinese: Mapping[str, str]) -> Environment:
    """chinese: sentence of a stage -> the same in Chinese."""
    known = {clean(text): clean(other) for text, other in chinese.items()}
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def spoken(key: str, tag: str = "span", **filled: str | int) -> Markup:
        return worded(PageWord(key, filled), tag)

    def worded(given: PageWord, tag: str = "span") -> Markup:
        """Words in the page's language, which the script can say in the other."""
        shown = json.dumps(given.filled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        data = _attribute("data-v", shown) if given.filled else Markup("")
        return Markup('<{0} data-t="{1}"{2}>{3}</{0}>').format(tag, given.key, data, given.said(lang))

    def of_data(table: str, value: object, tag: str = "span") -> Markup:
        return worded(PageWord.of(table, value), tag)

    def spoken_in(attribute: str, key: str) -> Markup:
        """An attribute in the page's language: `aria-label`, `placeholder`."""
        return Markup('{0}="{1}" data-t-{0}="{2}"').format(attribute, word(f"page-{key}", lang), key)

    def cell(given: Cell) -> Markup:
        plain = given.text.isascii() and not any(sign.isalpha() for sign in given.text)
        # Figures and days have one direction only.
        inner = escape(given.text) if plain else Markup("<bdi>{}</bdi>").format(given.text)
        inner = worded(given.word) if given.word is not None else inner
        return inner if given.anchor is None else Markup('<a href="#{}">{}</a>').format(given.anchor, inner)

    def sentence(key: str, filled: Mapping[str, Cell]) -> Markup:
        """A sentence with cells (links) in it, in both languages."""
        filling = {name: cell(given) for name, given in filled.items()}
        parts = []
        for language in LANGUAGES:
            spoken_text = Markup(templates("page-", language)[key])  # noqa: S704 - ours; what is filled in is escaped
            filled_text = spoken_text.format(**filling)
            parts.append(Markup('<span lang="{0}" class="only-{0}">{1}</span>').format(language, filled_text))
        return Markup("").join(parts)

    def label(line: DrawnLine) -> str:
        kind, basis = line.word.said(lang), PageWord.of("basis", line.basis).said(lang)
        return word(
            "page-line-label", lang, source=line.source, target=line.target, grade=line.grade, kind=kind, basis=basis
        )

    told: dict[str, str] = {}

    def stage(text: str) -> Markup:
        """A sentence of the stages' own, which the script can say in the other language."""
        return both(text, known.get(text, text))

    def both(text: str, chinese: str) -> Markup:
        """A text with its Chinese, which the script can say as well."""
        if chinese == text:
            return Markup("<bdi>{}</bdi>").format(text)
        told[text] = chinese
        return Markup('<bdi class="s">{}</bdi>').format(text if lang == "en" else chinese)

    def said() -> Markup:
        """All such sentences that were used so far, English with Chinese."""
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON in a data block, `<` escaped

    environment.globals.update(
        t=spoken, w=worded, d=of_data, attr=spoken_in, cell=cell, sentence=sentence, figure=figure
    )
    environment.globals.update(stage=stage, both=both, said=said, label=label)
    environment.filters["clean"] = clean
    return environment


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
