"""Pairs of forms of a cell that mean the same: `Main Street` and `Main St.`, `12a` and `12 a`, `von` and `Von`.

A pair is two shapes and two rewritings, all of them SQL for a cell, in the regular expressions of RE2. A cell is open
to a pair where it has exactly one of the shapes, and rewriting it there and back gives the same cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class FormPair:
    """Two ways of writing one cell; form 0 is the first, form 1 the second."""

    name: str
    sort: str
    """What it is to a reader: words, dots, spaces, capitals, brackets, zeros."""
    first: str
    """SQL of `{c}`: whether the cell has form 0."""
    second: str
    to_first: str
    """SQL of `{c}`: the cell in form 0, where it has form 1."""
    to_second: str
    folds: bool
    """Whether a key of several columns is the same in both forms."""
    hints: tuple[str, ...] = ()

    def open_sql(self, cell: str) -> str:
        """SQL: whether a cell can be written in both ways, and in no third."""
        first, second = self.first.format(c=cell), self.second.format(c=cell)
        back = self.to_first.format(c=f"({self.to_second.format(c=cell)})")
        forth = self.to_second.format(c=f"({self.to_first.format(c=cell)})")
        return f"(CASE WHEN {first} THEN NOT {second} AND {back} = {cell} WHEN {second} THEN {forth} = {cell} END)"

    def form_sql(self, cell: str) -> str:
        """SQL: 0 or 1, which form an open cell has."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN 0 ELSE 1 END)"

    def as_first(self, cell: str) -> str:
        """SQL: an open cell in form 0."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN {cell} ELSE {self.to_first.format(c=cell)} END)"

    def as_second(self, cell: str) -> str:
        """SQL: an open cell in form 1."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN {self.to_second.format(c=cell)} ELSE {cell} END)"


_WORDS = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"), ("Court", "Ct"),
    ("Square", "Sq"), ("Boulevard", "Blvd"), ("Place", "Pl"), ("Terrace", "Ter"), ("Highway", "Hwy"),
    ("Parkway", "Pkwy"), ("Circle", "Cir"),
    ("Apartment", "Apt"), ("Suite", "Ste"), ("Building", "Bldg"), ("Floor", "Fl"), ("Nagar", "Ngr"), ("Colony", "Col"),
    ("Straße", "Str"), ("Strasse", "Str"), ("Platz", "Pl"), ("Avenida", "Avda"), ("Calle", "C"), ("Plaza", "Pza"),
    ("Rua", "R"), ("Rue", "R"), ("Piazza", "Pza"), ("Via", "V"), ("улица", "ул"), ("дом", "д"), ("ulica", "ul"),
    ("Postfach", "PF"), ("Company", "Co"), ("Limited", "Ltd"), ("Incorporated", "Inc"), ("Brothers", "Bros"),
)  # fmt: skip
"""Words and what is written for them, with a full stop or without."""
_ENDINGS = (("straße", "str."), ("strasse", "str."), ("platz", "pl."), ("straat", "str."), ("gatan", "g."))
"""Ends of words, as in `Gartenstraße`."""
_ABBREVIATED = (
    "Apt", "Ste", "Dr", "Jr", "Sr", "No", "St", "Ave", "Rd", "Ln", "Ct", "Blvd", "Bldg", "Mt", "Nr", "Str", "Pl", "Co",
    "Ltd", "Inc", "Ngr", "Ul", "Hs", "Tel",
)  # fmt: skip
_PARTICLES = (
    "von", "van", "de", "del", "della", "di", "da", "du", "la", "le", "bin", "al", "zu", "zum", "der", "den",
)  # fmt: skip
_AND = (("&", "and"), ("&", "und"), ("&", "et"), ("&", "y"), ("&", "e"), ("&", "en"), ("&", "og"))
_BEFORE, _BEHIND = r"(^|[ ,(-])", r"($|[ ,)])"


def _has(pattern: str) -> str:
    return f"regexp_matches({{c}}, '{_sql(pattern)}')"


def _put(pattern: str, text: str, flags: str = "") -> str:
    extra = f", '{flags}'" if flags else ""
    return f"regexp_replace({{c}}, '{_sql(pattern)}', '{_sql(text)}'{extra})"


def _sql(text: str) -> str:
    """A text within quotes of SQL, and within `str.format`."""
    return text.replace("'", "''").replace("{", "{{").replace("}", "}}")


def _swap(name: str, sort: str, one: str, other: str, *, folds: bool) -> FormPair:
    """Two words that stand for each other; `one` and `other` are plain texts."""
    first, second = (f"{_BEFORE}{re.escape(text)}{_BEHIND}" for text in (one, other))
    return FormPair(
        name, sort, _has(first), _has(second), _put(second, rf"\1{one}\2"), _put(first, rf"\1{other}\2"), folds,
        (one, other),
    )  # fmt: skip


@cache
def form_pairs() -> dict[str, FormPair]:
    """All pairs, by name, in the order in which they are preferred where a column offers several as often."""
    return {pair.name: pair for pair in (*_of_words(), *_of_dots(), *_of_capitals(), *_of_spaces(), *_of_signs())}


def _of_words() -> Iterator[FormPair]:
    for word, short in _WORDS:
        for write in (str, str.upper, str.lower):
            whole, cut = write(word), write(short)
            for dot in ("", "."):
                if word != whole or write is str:
                    yield _swap(f"word:{whole}:{cut}{dot}", "words", whole, f"{cut}{dot}", folds=False)
    for end, cut in _ENDINGS:
        for write in (str.lower, str.upper):
            whole, short = write(end), write(cut)
            first, second = rf"(\pL){whole}($|[ ,])", rf"(\pL){re.escape(short)}($|[ ,])"
            yield FormPair(
                f"end:{whole}:{short}", "words", _has(first), _has(second), _put(second, rf"\1{whole}\2"),
                _put(first, rf"\1{short}\2"), folds=False, hints=(whole, short),
            )  # fmt: skip
    for sign, word in _AND:
        for write in (str.lower, str.upper):
            yield _swap(f"and:{write(word)}", "words", sign, write(word), folds=False)


def _of_dots() -> Iterator[FormPair]:
    for word in _ABBREVIATED:
        for write in (str, str.upper):
            yield _swap(f"dot:{write(word)}", "dots", write(word), f"{write(word)}.", folds=True)
    first, second = r"(^| )([A-Z])($| )", r"(^| )([A-Z])\.($| )"
    yield FormPair(
        "dot:initial", "dots", _has(first), _has(second), _put(second, r"\1\2\3"), _put(first, r"\1\2.\3"), folds=True
    )


def _of_capitals() -> Iterator[FormPair]:
    for word in _PARTICLES:
        first, second = rf"(^| ){word} ", rf"(^| ){word.title()} "
        yield FormPair(
            f"particle:{word}", "capitals", _has(first), _has(second), _put(second, rf"\1{word} "),
            _put(first, rf"\1{word.title()} "), folds=True, hints=(f"{word} ", f"{word.title()} "),
        )  # fmt: skip
    yield FormPair(
        "capitals", "capitals", _has(r"^\p{Lu}\p{Ll}{2,}$"), _has(r"^\p{Lu}{3,}$"),
        "(upper(left({c}, 1)) || lower(substr({c}, 2)))", "upper({c})", folds=True,
    )  # fmt: skip


def _of_spaces() -> Iterator[FormPair]:
    single, double = r"^([^ ]+) ([^ ]+( [^ ]+)*)$", r"^([^ ]+)  ([^ ]+( [^ ]+)*)$"
    yield FormPair(
        "space:double",
        "spaces",
        _has(single),
        _has(double),
        _put(double, r"\1 \2"),
        _put(single, r"\1  \2"),
        folds=True,
    )
    bare, behind = r"([^ ])$", r"([^ ]) $"
    yield FormPair("space:end", "spaces", _has(bare), _has(behind), _put(behind, r"\1"), _put(bare, r"\1 "), folds=True)
    one, two = r"([0-9])([a-fA-F])$", r"([0-9]) ([a-fA-F])$"
    yield FormPair("space:house", "spaces", _has(one), _has(two), _put(two, r"\1\2"), _put(one, r"\1 \2"), folds=False)
    one, two = r"(\pL\.)([0-9])", r"(\pL\.) ([0-9])"
    yield FormPair("space:dot", "spaces", _has(one), _has(two), _put(two, r"\1\2"), _put(one, r"\1 \2"), folds=True)
    one, two = r"^([^,]*,)([^ ,][^,]*)$", r"^([^,]*,) ([^ ,][^,]*)$"
    yield FormPair("space:comma", "spaces", _has(one), _has(two), _put(two, r"\1\2"), _put(one, r"\1 \2"), folds=True)


def _of_signs() -> Iterator[FormPair]:
    wide, narrow = r"^([^()（）]*)（([^()（）]*)）([^()（）]*)$", r"^([^()（）]*)\(([^()（）]*)\)([^()（）]*)$"
    yield FormPair(
        "brackets",
        "brackets",
        _has(wide),
        _has(narrow),
        _put(narrow, r"\1（\2）\3"),
        _put(wide, r"\1(\2)\3"),
        folds=True,
    )
    day = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}$"
    zero, bare = _has(r"\b0[0-9]\b"), _has(r"\b[0-9]\b")
    padded, plain = f"({_has(day)} AND {zero})", f"({_has(day)} AND {bare})"
    yield FormPair(
        "zeros",
        "zeros",
        padded,
        plain,
        _put(r"\b([0-9])\b", r"0\1", "g"),
        _put(r"\b0([0-9])\b", r"\1", "g"),
        folds=True,
    )


SORTS = ("words", "dots", "spaces", "capitals", "brackets", "zeros")
"""What pairs are to a reader, in the order in which they are named."""
