"""Renders the page: one HTML file with its style, script and picture inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracer.errors import UsageError
from tracer.export.gate import Findings
from tracer.export.page.details import line_cards, node_cards
from tracer.export.page.drawing import Word, draw
from tracer.export.page.facts import Cell, Index, figure
from tracer.export.page.headlines import headlines
from tracer.export.page.sections import tables
from tracer.export.page.text import clean
from tracer.export.page.words import LANGUAGES, WORDS, say
from tracer.graph.cards import Deck, deal
from tracer.graph.model import GRADES, Graph, at_least

_HERE = Path(__file__).parent
_KINDS = ("retained", "passed_on", "held", "attributed", "derived", "released", "relation")
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(graph: Graph, findings: Findings, title: str, generated: str, lang: str = "en") -> str:
    """The page as HTML text.

    `graph` and `findings` (rows by query name, the contract's keys) must have gone through `export.gate`: nothing is
    redacted here. `generated` is the date to print. The same input gives the same bytes. Both languages are in the
    page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"no page in language {lang!r}", remedy=f"choose one of {', '.join(LANGUAGES)}")
    deck = deal(graph)
    anchors = _anchors(deck)
    index = Index(graph, anchors)
    style, script = _source("page.css"), _source("page.js")
    return _environment(lang).get_template("page.html.j2").render(
        lang=lang,
        title=clean(title),
        generated=clean(generated),
        tally=_tally(graph),
        drawing=draw(graph, anchors),
        headlines=headlines(findings, index),
        sections=tables(findings, graph, index),
        parties=[node for node in graph["nodes"] if node["kind"] == "party"],
        lists=[node for node in graph["nodes"] if node["kind"] == "dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        line_cards=line_cards(deck, graph, index),
        node_cards=node_cards(deck, graph, findings, index),
        index=index,
        grades=GRADES,
        kinds=_KINDS,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        words=Markup(_words_json()),  # noqa: S704 - made of WORDS only, `<` escaped
        policy=_policy(style, script),
    )  # fmt: skip


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded or sent; only this very style and script apply."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _words_json() -> str:
    table = {language: {key: text[place] for key, text in WORDS.items()} for place, language in enumerate(LANGUAGES)}
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def _environment(lang: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def spoken(key: str, tag: str = "span", **filled: object) -> Markup:
        shown = json.dumps(filled, ensure_ascii=False, sort_keys=True) if filled else None
        data = Markup(' data-v="{}"').format(shown) if shown is not None else Markup("")
        return Markup('<{0} data-t="{1}"{2}>{3}</{0}>').format(tag, key, data, say(key, lang, **filled))

    def word(given: Word, tag: str = "span") -> Markup:
        return spoken(given.key, tag, **given.filled)

    def spoken_in(attribute: str, key: str, **filled: object) -> Markup:
        """An attribute in the page's language: `aria-label`, `placeholder`."""
        shown = json.dumps(filled, ensure_ascii=False, sort_keys=True)
        return Markup('{0}="{1}" data-t-{0}="{2}" data-v-{0}="{3}"').format(
            attribute, say(key, lang, **filled), key, shown
        )

    def cell(given: Cell) -> Markup:
        inner = word(given.word) if given.word is not None else Markup("<bdi>{}</bdi>").format(given.text)
        return inner if given.anchor is None else Markup('<a href="#{}">{}</a>').format(given.anchor, inner)

    def sentence(key: str, filled: Mapping[str, Cell]) -> Markup:
        """A sentence of the table with cells (links) in it, in both languages."""
        filling = {name: cell(given) for name, given in filled.items()}
        parts = []
        for language in LANGUAGES:
            spoken_text = Markup(say(key, language))  # noqa: S704 - words of our own table; what is filled in is escaped
            filled_text = spoken_text.format(**filling)
            parts.append(Markup('<span lang="{0}" class="only-{0}">{1}</span>').format(language, filled_text))
        return Markup("").join(parts)

    environment.globals.update(t=spoken, w=word, attr=spoken_in, cell=cell, sentence=sentence, figure=figure)
    environment.filters["clean"] = clean
    return environment


def _anchors(deck: Deck) -> dict[str, str]:
    """Node, chip or bundle id -> the id of its card in the page; made by us, so that no id of a case is one."""
    names = [card.node["id"] for card in deck.cards]
    names += [name for card in deck.cards for chip in card.chips for name in (chip.id, *chip.nodes)]
    anchors = {name: f"n{number}" for number, name in enumerate(dict.fromkeys(names), start=1)}
    return anchors | {bundle.id: f"l{number}" for number, bundle in enumerate(deck.bundles, start=1)}


def _tally(graph: Graph) -> dict[str, int]:
    kinds = [node["kind"] for node in graph["nodes"]]
    found = [e for e in graph["edges"] if e["basis"] == "inferred" and at_least(e["grade"], "G2")]
    return {
        "parties": kinds.count("party"),
        "lists": kinds.count("dataset"),
        "releases": kinds.count("release"),
        "findings": len(found),
    }
