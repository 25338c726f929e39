"""Names in a text, however it spells them: one canonical form, in which all that looks for a name looks for it.

The selection rule. Letters compare without case, width, accents and compatible forms; what cannot be seen is not there.
Up to four blanks, dots, dashes, apostrophes or brackets may come between two words of a name, and between any two
letters of a script that is written without blanks; one dash or apostrophe within a long word. A name of an alphabet is
a whole word, and from six letters on it is looked for inside others too: a file's name runs words together. It is found
where the text's escapes, entities and markup are undone as well, and each find says where it is in the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tracer.spellings.escapes import TextReading, readings

_BETWEEN, _WITHIN = r"[ '\-]{0,4}", r"['\-]?"
_APOSTROPHES = frozenset("'`\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u2018\u2019\u201b\u2032\u05f3\ua78c")
_DASHES = frozenset("\u2043\u2212\u02d7")
"""Dashes in addition to those that Unicode calls so."""
_GAPS = frozenset(
    "._()+/*~#\u00b7\u0387\u2022\u2027\u2219\u22c5\u25cf\u30fb\u201c\u201d\u3008\u3009\u300a\u300b\u300c"
    "\u300d\u300e\u300f\u3010\u3011\u3014\u3015"
)
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164")
"""Letters and marks that have no shape."""
_ALIKE = dict(zip(map(ord, "авеһіјкмнорстухѕԁԛԝαεικνορτυχ"), "abehijkmhopctyxsdqwaeikvoptux", strict=True))
"""Cyrillic and Greek letters that look like a Latin one, small or large."""
_UNMARKED = re.compile(r"[ '\-]+")
_ALPHABET = (
    r"a-z\u00b5-\u02af\u0370-\u0dff\u10a0-\u10ff\u1200-\u177f\u1820-\u1cff\u1d00-\u1fff\u2c00-\u2dff\ua640-\ua69f"
)
"""Letters of scripts that are written with blanks between words."""
_ALPHABETIC = re.compile(f"[0-9{_ALPHABET}]")
_ANYWHERE = 6
"""Letters from which a name is looked for inside other words too; shorter ones would be found by accident."""
_LITERAL = f"(?<![0-9{_ALPHABET}-]){{}}(?![0-9{_ALPHABET}-])"
_STRICT = 2
"""Letters up to which a name must be apart from digits too: keyed pseudonyms are full of two such signs."""
_HASH = 32
"""Hexadecimal digits that are a hash: their contents are never a name."""


class _Forms(dict[int, str]):
    """A character → its canonical form, made when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = form = "".join(map(_form, unicodedata.normalize("NFKD", chr(code))))
        return form


def _form(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isspace() or sign in _GAPS:
        return " "
    if sign in _APOSTROPHES:
        return "'"
    if kind == "Pd" or sign in _DASHES:
        return "-"
    if kind in ("Cc", "Cf") or sign in _BLANK or "\u0300" <= sign <= "\u036f" or "\ufe00" <= sign <= "\ufe0f":
        return ""
    lower = unicodedata.normalize("NFKD", sign.casefold()).translate(_ALIKE)
    return "".join(letter for letter in lower if not "\u0300" <= letter <= "\u036f")


_FORMS = _Forms()


def canonical(text: str) -> str:
    """`text` as names compare, separators of words as one sign each: blank, dash or apostrophe."""
    return text.translate(_FORMS)


def joined_words(name: str) -> str:
    """A name in canonical form with nothing between its words: two spellings of one name are one text."""
    return _UNMARKED.sub("", canonical(name))


def length(name: str) -> int:
    """Letters and digits of a name, as they are counted by eye."""
    return sum(sign.isalnum() for sign in unicodedata.normalize("NFC", joined_words(name)))


@dataclass(frozen=True)
class FoundName:
    """A name in a text."""

    start: int
    end: int
    name: str
    """In `folded` form."""


class NameFinder:
    """Finds names in texts."""

    def __init__(self, names: Iterable[str], whole: Iterable[str] = (), exact: Iterable[str] = ()) -> None:
        """`whole`: names that are never looked for inside other words; `exact`: those that are found with their own
        signs between the words alone, and not as a part of a longer id."""
        loose, literal = set(names), set(exact)
        everyone = sorted({*loose, *whole, *literal}, key=lambda name: (-len(joined_words(name)), name))
        bodies = dict.fromkeys(
            _LITERAL.format(re.escape(canonical(name))) if name in literal else _pattern(name, inside=name in loose)
            for name in everyone
        )
        self._pattern = re.compile("|".join(bodies))
        self._in_parts = not any(sign in canonical(name) for name in everyone for sign in "<>")

    def find(self, text: str, said: Iterable[TextReading] | None = None) -> list[FoundName]:
        """Where names are, in order, no two of them over each other; `said`: the text's readings."""
        spans = sorted(
            {one for reading in (readings(text) if said is None else said) for one in self._in(reading)},
            key=lambda one: (one.start, -one.end, one.name),
        )
        apart = list[FoundName]()
        for one in spans:
            if apart and one.start < apart[-1].end:
                last = apart[-1]
                longer = max(last, one, key=lambda each: each.end - each.start)
                apart[-1] = FoundName(last.start, max(last.end, one.end), longer.name)
            else:
                apart.append(one)
        return apart

    def stand_in(self, text: str) -> bool:
        """Whether the text names any."""
        return any(True for reading in readings(text) for _ in self._in(reading))

    def are_in_parts(self, parts: Iterable[str]) -> bool:
        """Whether a text of which these are the parts between `<` and `>` can name any; a name may have such signs."""
        return not self._in_parts or any(True for part in parts for _ in self._in(TextReading(part)))

    def replace(self, text: str, by: Callable[[str, str], str]) -> str:
        """The text with `by(the text there, the folded name)` in the place of each name."""
        pieces, at = list[str](), 0
        for one in self.find(text):
            pieces += (text[at : one.start], by(text[one.start : one.end], one.name))
            at = one.end
        return "".join([*pieces, text[at:]]) if at else text

    def replace_each(self, texts: Iterable[str], by: Callable[[str, str], str]) -> list[str]:
        """Several texts as `replace` gives each."""
        return [self.replace(text, by) for text in texts]

    def _in(self, reading: TextReading) -> Iterator[FoundName]:
        text = canonical(reading.text)
        ends: list[int] | None = None
        for match in self._pattern.finditer(text):
            if _in_a_hash(text, match.start(), match.end()):
                continue
            if ends is None:  # how far the canonical form goes behind each character
                ends = list(accumulate(len(_FORMS[ord(sign)]) for sign in reading.text))
            start, end = bisect_right(ends, match.start()), bisect_left(ends, match.end()) + 1
            yield FoundName(*reading.back(start, end), _UNMARKED.sub("", match.group(0)))


def _pattern(name: str, *, inside: bool) -> str:
    words = [word for word in _UNMARKED.split(canonical(name)) if word]
    letters = "".join(words)
    long = len(letters) >= _ANYWHERE
    body = _BETWEEN.join(_word(word, long=long) for word in words)
    if inside and long:
        return body
    return f"{_edge(letters, letters[0], '<!')}{body}{_edge(letters, letters[-1], '!')}"


def _word(word: str, *, long: bool) -> str:
    """One word of a name: in scripts without blanks separators may come between two letters."""
    pieces = [re.escape(word[0])]
    for before, letter in pairwise(word):
        alphabetic = _ALPHABETIC.match(before) and _ALPHABETIC.match(letter)
        pieces += (_BETWEEN if not alphabetic else _WITHIN if long else "", re.escape(letter))
    return "".join(pieces)


def _edge(name: str, letter: str, look: str) -> str:
    """A border of a name: no letter next to a letter, no digit next to a digit; next to a very short one neither."""
    if not _ALPHABETIC.match(letter):
        return ""
    if len(name) <= _STRICT:
        return f"(?{look}[0-9{_ALPHABET}])"
    return f"(?{look}[{'0-9' if letter.isdigit() else _ALPHABET}])"


def _in_a_hash(text: str, start: int, end: int) -> bool:
    begin = max(0, start - _HASH)
    runs = re.finditer(f"[0-9a-f]{{{_HASH},}}", text[begin : end + _HASH]) if end - start < _HASH else ()
    return any(begin + run.start() <= start and end <= begin + run.end() for run in runs)
