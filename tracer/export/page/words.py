"""Small parts that tables and cards are made of: words with fillings, links to cards, figures for people."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import bidirectional

from jinja2 import Environment
from markupsafe import Markup, escape

from tracer.export.drawing.text import SENTENCES, clean
from tracer.graph.model import Graph, Node
from tracer.policy import FEW
from tracer.wording import LANGUAGES, templates, word
from tracer.wording.claims import CLAIM_REFS, WORDED, number_value
from tracer.wording.html import templates_of
from tracer.wording.names import behind_names, without_ids
from tracer.wording.voice import chance

Shown = Mapping[str, object]
"""What the templates show, under the names that they use."""


@dataclass(frozen=True)
class PageWord:
    """Words of the page with what is filled into them."""

    key: str
    """Without the `page-` that it begins with in the catalogues."""
    filled: Mapping[str, str | int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: str, value: object) -> PageWord:
        """A word of the data; one that the page does not have, because a person wrote it, stays as it is."""
        return cls.find(table, value) or cls("as-written", {"text": clean(str(value))})

    @classmethod
    def find(cls, table: str, value: object) -> PageWord | None:
        """A word of the data, if the page has it."""
        key = f"{table}-{value}".replace("_", "-").replace(" ", "-")
        return cls(key) if key in templates("page-", LANGUAGES[0]) else None

    def words_in(self, lang: str) -> str:
        """The words in `lang`."""
        return word(f"page-{self.key}", lang, **self.filled) if self.filled else templates("page-", lang)[self.key]


@dataclass(frozen=True)
class Cell:
    """One value as it is shown: a word of the table, or a text, perhaps a link to a card."""

    text: str = ""
    word: PageWord | None = None
    anchor: str | None = None
    style: str = ""
    """`grade`, `number`, `id`, `day`, `chain`, or nothing."""
    chinese: str = ""
    """The text where the page is in Chinese, if it is another."""
    ref: str = ""
    """The id behind a name; empty where there is no other name."""


TINY = 1e-9
"""Below it a number is in words, or is not more than so much."""


def figure(value: object, lang: str = "") -> str:
    """A number for people: thousands apart, probabilities with two places, tiny ones as powers of ten.

    lang: of the words for next to none; without one a sign that all languages read.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return clean(str(value))
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0 or 0.005 <= abs(value) < 0.995:
        return f"{value:.2f}"
    if 0.995 <= value <= 1:
        return "1" if value == 1 else ">.99"
    if 0 < abs(value) < TINY:
        return chance(abs(value), lang) if lang else "<10⁻⁹"
    mantissa, _, power = f"{value:.1e}".partition("e")
    return f"{value:,.1f}" if abs(value) >= 1 else f"{mantissa}·10{str(int(power)).translate(_RAISED)}"


def times(nats: float) -> str:
    """How many times likelier (×) or less likely (÷) something makes a copying, from the natural logarithm of it.

    >>> times(2.485), times(-0.7), times(60.5), times(0.0)
    ('×12', '÷2.0', '×10²⁶', '×1.0')
    """
    sign, tens = "÷" if nats < 0 else "×", abs(nats) / math.log(10)
    if tens >= 6:
        return f"{sign}10{str(math.floor(tens)).translate(_RAISED)}"
    factor = math.exp(abs(nats))
    return f"{sign}{factor:.1f}" if factor < 9.95 else f"{sign}{float(f'{factor:.2g}'):,.0f}"


def count(value: object) -> str:
    """A count, thousands apart; or that it is hidden."""
    return FEW if value is None or value == FEW else f"{int(str(value)):,}"


def figure_of(value: object, lang: str = "") -> str:
    """`figure`, also of a number that a query gave as text because others of its column are hidden."""
    if isinstance(value, str):
        try:
            return figure(int(value) if value.isdecimal() else float(value), lang)
        except ValueError:
            return clean(value)
    return figure(value, lang)


def claim_number(name: str, value: object, lang: str, called: Callable[[str, object], str]) -> str:
    """A number that a claim was tested by, or several; called: what a party or list is called, by kind and id."""
    if isinstance(value, list | tuple):
        return (", " if lang == "en" else "、").join(claim_number(name, one, lang, called) for one in value)
    if name in CLAIM_REFS:
        return called(CLAIM_REFS[name], value)
    shown = figure_of(value, lang)
    return number_value(name, shown, lang) if name in WORDED else shown


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Index:
    """Finds nodes by the ids that rows use, what they are called, and the cards on the page that tell about them."""

    def __init__(
        self,
        graph: Graph,
        anchors: Mapping[str, str],
        lines: Mapping[tuple[str, str, str], str],
        chinese: Graph,
        answers: Mapping[str, tuple[str, ...]],
        *,
        plain: bool,
    ) -> None:
        """`graph` has the labels of the first language, `chinese` those of the other; plain: without ids."""
        self._plain = plain
        self.answers = answers
        """Party -> what it answered, in each language."""
        self.lines = lines
        """(query, parent, child) -> the card of the line that shows the row."""
        self.nodes = {node["id"]: node for node in graph["nodes"]}
        self.anchors = anchors
        self._chinese = {node["id"]: node["label"] for node in chinese["nodes"]}
        self._by_ref: dict[str, Node] = {}
        for node in graph["nodes"]:
            self._by_ref.setdefault(node["ref"], node)
            self._by_ref.setdefault(node["id"], node)
        self._alike = Counter((node["party"], node["dataset"]) for node in graph["nodes"])
        self._by_kind = {(node["kind"], node["ref"]): node for node in graph["nodes"]}
        self.said = dict[str, tuple[str, str]]()
        """Edge -> what it states, in both languages."""
        self._in_sentences = dict[str, tuple[str, str]]()

    def link(self, ref: object, kind: str | None = None) -> Cell:
        """A party, list or release by its id: its name, linked to its card where there is one."""
        if ref is None or ref == "":
            return Cell("–")
        node = self.node(ref, kind)
        return Cell(clean(str(ref)), style="id") if node is None else self.name(node)

    def name(self, node: Node) -> Cell:
        """What a node is called, linked to its card where there is one."""
        text, ref = clean(node["label"]), clean(node["ref"])
        chinese = clean(self._chinese.get(node["id"], node["label"]))
        if node["kind"] == "hidden" or (self._plain and node["kind"] == "release"):
            text, chinese = self.names_in_sentence(node["id"])
        named = ref not in (text, chinese) and node["kind"] in {"party", "dataset"} and not node["protected"]
        style = "" if named or node["kind"] == "party" else "id"
        other = "" if chinese == text else chinese
        return Cell(text, anchor=self.anchors.get(node["id"]), style=style, chinese=other, ref=ref if named else "")

    def names_in_sentence(self, name: str) -> tuple[str, str]:
        """What a node is called within a sentence, in both languages: a copy by who has it and of what it is."""
        if name not in self._in_sentences:
            self._in_sentences[name] = self._named_in_sentence(name)
        return self._in_sentences[name]

    def _named_in_sentence(self, name: str) -> tuple[str, str]:
        node = self.nodes[name]
        owner, of = self.nodes.get(node["party"] or ""), self.nodes.get(node["dataset"] or "")
        if node["kind"] == "hidden":
            return word("page-hidden-list", "en"), word("page-hidden-list", "zh")
        if node["kind"] != "release" or owner is None or of is None:
            return clean(node["label"]), clean(self._chinese.get(name, node["label"]))
        whose, what = self.names_in_sentence(owner["id"]), self.names_in_sentence(of["id"])
        day = f" ({node['date']})" if self._alike[owner["id"], of["id"]] > 1 and node["date"] else ""
        english = word("page-copy-with", "en", party=whose[0], list=what[0]) + day
        return english, word("page-copy-with", "zh", party=whose[1], list=what[1]) + day

    def names(self, refs: Iterable[object], kind: str, joint: str, style: str = "") -> Cell:
        """Several by their names, in one text."""
        cells = [self.link(ref, kind) for ref in refs]
        text = joint.join(one.text for one in cells)
        chinese = ("、" if joint == ", " else joint).join(one.chinese or one.text for one in cells)
        return Cell(text, style=style, chinese="" if chinese == text else chinese)

    def node(self, ref: object, kind: str | None = None) -> Node | None:
        """The node that rows call `ref`, of that kind where two kinds share the id."""
        exact = self._by_kind.get((kind, str(ref))) if kind is not None else None
        return exact or self._by_ref.get(str(ref))


# ---------------------------------------------------------------- words, sentences and names in the templates
_HERE = Path(__file__).parent
_TURNS = "R AL AN RLE RLO RLI LRE LRO LRI FSI PDF PDI".split()
_SCRIPTED = (
    "at-unknown expected hits lines-of map-around pair pair-alone pair-none pair-of permalink print-note"
    " share-of-smaller shared take-copied take-embed take-failed take-pdf take-png take-saved take-svg walk-step"
    " walk-whole"
).split()
"""Words that the script says and the page does not begin with."""


def environment(lang: str, chinese: Mapping[str, str], ids: frozenset[str], *, plain: bool = False) -> Environment:
    """The templates, which say words in the page's language; the script says them in the other.

    chinese: sentence of a stage -> the same in Chinese; ids: what may follow a name, in small type; plain: none.
    """
    made = templates_of(_HERE)
    said = _PageText(lang, chinese, ids, plain=plain)
    made.globals.update(
        t=said.words,
        w=said.word,
        d=said.of_data,
        attr=said.attribute,
        cell=said.cell,
        name=said.name,
        sentence=said.sentence,
        stage=said.stage,
        both=said.both,
        said=said.used_sentences,
        begin=said.begin,
        words=said.table,
        figure=figure,
    )
    made.filters["clean"] = clean
    return made


def data_block(value: object, *, sort_keys: bool = False) -> Markup:
    """JSON for a block of data in the page."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON in a data block, `<` escaped


def _isolated_value(text: str) -> Markup:
    """A value that turns no text around it; only one with signs that run from right to left, or that turn, needs an
    element of its own."""
    turns = not text.isascii() and any(bidirectional(sign) in _TURNS for sign in text)
    return Markup("<bdi>{}</bdi>").format(text) if turns else escape(text)


class _PageText:
    """What one page has said, and of which names the id already."""

    def __init__(self, lang: str, chinese: Mapping[str, str], ids: frozenset[str], *, plain: bool) -> None:
        self._lang, self._behind, self._plain = lang, behind_names(ids), plain
        self._known = {clean(text, SENTENCES): clean(other, SENTENCES) for text, other in chinese.items()}
        self._numbers: dict[str, int] = {}
        self._words = set(_SCRIPTED)
        self._introduced: set[str] = set()

    def begin(self) -> str:
        """A section begins, in which ids follow their names once."""
        self._introduced.clear()
        return ""

    def words(self, key: str, tag: str = "span", **filled: str | int) -> Markup:
        """Words of the page."""
        return self.word(PageWord(key, filled), tag)

    def of_data(self, table: str, value: object, tag: str = "span") -> Markup:
        """A word of the data."""
        return self.word(PageWord.of(table, value), tag)

    def word(self, given: PageWord, tag: str = "span") -> Markup:
        """Words in the page's language, which the script can say in the other."""
        self._words.add(given.key)
        data = Markup("")
        if given.filled:  # in single quotes: JSON is full of double ones
            shown = json.dumps(given.filled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            shown = shown.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
            data = Markup(f" data-v='{shown}'")  # noqa: S704 - escaped above
        said = escape(given.words_in(self._lang))
        return Markup(f'<{tag} data-t="{escape(given.key)}"{data}>{said}</{tag}>')  # noqa: S704 - each part is escaped

    def table(self) -> Markup:
        """All words that were used so far, and what the script says, in all languages."""
        used = {lang: {key: templates("page-", lang)[key] for key in self._words} for lang in LANGUAGES}
        return data_block(used, sort_keys=True)

    def attribute(self, attribute: str, key: str) -> Markup:
        """An attribute in the page's language: `aria-label`, `placeholder`."""
        self._words.add(key)
        return Markup('{0}="{1}" data-t-{0}="{2}"').format(attribute, word(f"page-{key}", self._lang), key)

    def cell(self, given: Cell) -> Markup:
        """A value, linked to its card where it has one."""
        if given.word is None:
            return self.name(given, linked=True)
        said = self.word(given.word)
        return said if given.anchor is None else Markup('<a href="#{}">{}</a>').format(given.anchor, said)

    def name(self, given: Cell, *, linked: bool = False) -> Markup:
        """A name, and its id in small type where a section says it first."""
        said = self.other(given.text, given.chinese, "bdi") if given.chinese else _isolated_value(given.text)
        if linked and given.anchor is not None:
            said = Markup('<a href="#{}">{}</a>').format(given.anchor, said)
        if self._plain or not given.ref or given.ref in self._introduced:
            return said
        self._introduced.add(given.ref)
        return said + Markup(' <small class="ref">{}</small>').format(_isolated_value(given.ref))

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
            text = Markup(templates("page-", language)[key]).format(**filling)  # noqa: S704 - ours; cells are escaped
            parts.append(Markup('<span lang="{0}" class="only-{0}">{1}</span>').format(language, text))
        return Markup("").join(parts)

    def stage(self, text: str) -> Markup:
        """A sentence of the stages' own, which the script can say in the other language."""
        return self.both(text, self._known.get(text, text))

    def both(self, text: str, chinese: str) -> Markup:
        """A text with its Chinese, which the script can say as well; ids behind names are in small type."""
        if self._plain:
            text, chinese = (without_ids(one, self._behind) for one in (text, chinese))
        own, other = (text, chinese) if self._lang == LANGUAGES[0] else (chinese, text)
        small = Markup('<small class="ref">{}</small>')
        parts = enumerate(self._behind.split(own))
        shown = Markup("").join(small.format(part) if at % 2 else escape(part) for at, part in parts)
        if chinese == text:
            return shown if _isolated_value(text) == escape(text) else Markup("<bdi>{}</bdi>").format(shown)
        marked = self._behind.sub("\ue010\\1\ue011", other)  # what the script sets in small type
        at = self._numbers.setdefault(marked, len(self._numbers))
        return Markup('<bdi class="s" data-s="{}">{}</bdi>').format(at, shown)

    def used_sentences(self) -> Markup:
        """All such sentences that were used so far, in the other language; their elements have the number of each."""
        return data_block([*self._numbers])
