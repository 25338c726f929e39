"""How the page's templates say words, sentences and names in its language; the script says them in the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from unicodedata import bidirectional

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tracer.export.drawing.text import SENTENCES, clean
from tracer.export.page.facts import Cell, PageWord, figure
from tracer.wording import LANGUAGES, templates, word
from tracer.wording.compiled import CompiledTemplates
from tracer.wording.names import parted

_HERE = Path(__file__).parent
_TURNS = ("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI")
_SMALL = "\ue010{}\ue011"
"""Around it in what the script sets."""


def environment(lang: str, chinese: Mapping[str, str], ids: frozenset[str], *, plain: bool = False) -> Environment:
    """chinese: sentence of a stage -> the same in Chinese; ids: what may follow a name, in small type; plain: none."""
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=CompiledTemplates(_HERE),
    )
    saying = _Saying(lang, chinese, ids, plain=plain)
    made.globals.update(
        t=saying.words, w=saying.word, d=saying.of_data, attr=saying.attribute, cell=saying.cell, name=saying.name,
        sentence=saying.sentence, stage=saying.stage, both=saying.both, other=saying.other, said=saying.said,
        begin=saying.begin, words=saying.table, figure=figure,
    )  # fmt: skip
    made.filters["clean"] = clean
    return made


_SCRIPTED = (
    "at-unknown", "expected", "hits", "lines-of", "map-around", "pair", "pair-alone", "pair-none", "pair-of",
    "permalink", "print-note", "share-of-smaller", "shared", "take-copied", "take-embed", "take-failed",
    "take-pdf", "take-png", "take-saved", "take-svg", "walk-step", "walk-whole",
)  # fmt: skip
"""Words that the script says and the page does not begin with."""


def _isolated(text: str) -> Markup:
    """A value that turns no text around it; only one with signs that run from right to left, or that turn, needs an
    element of its own."""
    turns = not text.isascii() and any(bidirectional(sign) in _TURNS for sign in text)
    return Markup("<bdi>{}</bdi>").format(text) if turns else escape(text)


class _Saying:
    """What one page has said, and of which names the id already."""

    def __init__(self, lang: str, chinese: Mapping[str, str], ids: frozenset[str], *, plain: bool) -> None:
        self._lang, self._ids, self._plain = lang, ids, plain
        self._known = {clean(text, SENTENCES): clean(other, SENTENCES) for text, other in chinese.items()}
        self._told: dict[str, int] = {}
        self._words = set(_SCRIPTED)
        self._introduced: set[str] = set()

    def begin(self) -> str:
        """A section begins, in which ids follow their names once."""
        self._introduced.clear()
        return ""

    def words(self, key: str, tag: str = "span", **filled: str | int) -> Markup:
        """Words of the page."""
        return self.word(PageWord(key, filled), tag)

    def table(self) -> Markup:
        """All that were used so far, and what the script says, in all languages."""
        words = {lang: {key: templates("page-", lang)[key] for key in self._words} for lang in LANGUAGES}
        text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - made of the catalogues only, `<` escaped

    def word(self, given: PageWord, tag: str = "span") -> Markup:
        """Words in the page's language, which the script can say in the other."""
        self._words.add(given.key)
        shown = json.dumps(given.filled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        data = _attribute("data-v", shown) if given.filled else Markup("")
        said = escape(given.said(self._lang))
        return Markup(f'<{tag} data-t="{escape(given.key)}"{data}>{said}</{tag}>')  # noqa: S704 - each part is escaped

    def of_data(self, table: str, value: object, tag: str = "span") -> Markup:
        """A word of the data."""
        return self.word(PageWord.of(table, value), tag)

    def attribute(self, attribute: str, key: str) -> Markup:
        """An attribute in the page's language: `aria-label`, `placeholder`."""
        self._words.add(key)
        return Markup('{0}="{1}" data-t-{0}="{2}"').format(attribute, word(f"page-{key}", self._lang), key)

    def cell(self, given: Cell) -> Markup:
        """A value, linked to its card where it has one."""
        inner = self.word(given.word) if given.word is not None else self._text(given)
        linked = inner if given.anchor is None else Markup('<a href="#{}">{}</a>').format(given.anchor, inner)
        return linked + self._behind(given)

    def name(self, given: Cell) -> Markup:
        """The same without the link."""
        return self._text(given) + self._behind(given)

    def _text(self, given: Cell) -> Markup:
        if given.chinese:
            return self.other(given.text, given.chinese, "bdi")
        return _isolated(given.text)

    def _behind(self, given: Cell) -> Markup:
        if self._plain or not given.ref or given.ref in self._introduced:
            return Markup("")
        self._introduced.add(given.ref)
        return Markup(' <small class="ref">{}</small>').format(_isolated(given.ref))

    def other(self, text: str, chinese: str, tag: str) -> Markup:
        """A name with what it is in Chinese, which the script puts in its place."""
        if chinese == text:
            return Markup("<{0}>{1}</{0}>").format(tag, text)
        first, second = (text, chinese) if self._lang == LANGUAGES[0] else (chinese, text)
        return Markup('<{0} class="s" data-o="{1}">{2}</{0}>').format(tag, second, first)

    def sentence(self, key: str, filled: Mapping[str, Cell]) -> Markup:
        """A sentence with cells (links) in it, in both languages."""
        parts, before = [], set(self._introduced)
        for language in LANGUAGES:
            self._introduced = set(before)
            filling = {name: self.cell(given) for name, given in filled.items()}
            spoken_text = Markup(templates("page-", language)[key])  # noqa: S704 - ours; what is filled in is escaped
            filled_text = spoken_text.format(**filling)
            parts.append(Markup('<span lang="{0}" class="only-{0}">{1}</span>').format(language, filled_text))
        return Markup("").join(parts)

    def stage(self, text: str) -> Markup:
        """A sentence of the stages' own, which the script can say in the other language."""
        return self.both(text, self._known.get(text, text))

    def both(self, text: str, chinese: str) -> Markup:
        """A text with its Chinese, which the script can say as well; ids behind names are in small type."""
        if self._plain:
            text, chinese = self._without_ids(text), self._without_ids(chinese)
        said = parted(text if self._lang == LANGUAGES[0] else chinese, self._ids)
        shown = Markup("").join(
            Markup('<small class="ref">{}</small>').format(part) if at % 2 else escape(part)
            for at, part in enumerate(said)
        )
        if chinese == text:
            return shown if _isolated(text) == escape(text) else Markup("<bdi>{}</bdi>").format(shown)
        other = chinese if self._lang == LANGUAGES[0] else text
        at = self._told.setdefault(self._marked(other), len(self._told))
        return Markup('<bdi class="s" data-s="{}">{}</bdi>').format(at, shown)

    def _without_ids(self, text: str) -> str:
        return "".join(part for at, part in enumerate(parted(text, self._ids)) if at % 2 == 0)

    def said(self) -> Markup:
        """All such sentences that were used so far, in the other language; their elements have the number of each."""
        text = json.dumps([*self._told], ensure_ascii=False, separators=(",", ":"))
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON in a data block, `<` escaped

    def _marked(self, text: str) -> str:
        return "".join(_SMALL.format(part) if at % 2 else part for at, part in enumerate(parted(text, self._ids)))


def _attribute(name: str, text: str) -> Markup:
    """An attribute in single quotes: JSON is full of double ones."""
    shown = text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    return Markup(f" {name}='{shown}'")  # noqa: S704 - escaped above, the name is ours
