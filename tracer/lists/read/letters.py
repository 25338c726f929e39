"""How much words read like words of one country: its letters, one script a word, capitals where capitals are written.

A code of one byte a letter decodes nearly any bytes. What a wrong one gives are signs amid words, letters of several
scripts or countries in one word, capitals behind small letters.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tracer.documents import toml_of

_SCRIPTS: dict[str, dict[str, str]] = toml_of((Path(__file__).parent / "alphabets.toml").read_text("utf-8"))
_BORROWED = _SCRIPTS.pop("borrowed")
_ALPHABETS = {
    script: {language: frozenset(letters + _BORROWED.get(language, "")) for language, letters in languages.items()}
    for script, languages in _SCRIPTS.items()
}
_LETTERS = {
    language: frozenset("".join(languages.get(language, "") for languages in _SCRIPTS.values()))
    for own in _SCRIPTS.values()
    for language in own
}
_SCRIPT_OF = {
    letter: script for script, languages in _ALPHABETS.items() for letters in languages.values() for letter in letters
}
"""Letter in lower case → its script. Marks that belong to two scripts do not exist here."""

_AROUND = "‘’‚“”„«»‹›–—…·•°ºª№§€£¥©®™¿¡´`'\u00a0\u00ad\u200e\u200f،؛؟"
"""Signs that are written at a word's edge."""
_WITHIN = str.maketrans("", "", "’'·")
"""Signs that are written between letters."""
_ELSEWHERE = 0.5
"""Worth of a word whose letters are those of another country than the rest's."""
_EDGED = 0.3
"""What a sign at a word's edge takes away."""
_PLAIN = 0.8
"""Worth of a word in which the only foreign things are signs at its edges; also of nothing, so that few words say
little."""
_MOST_FOREIGN = 0.6
"""Share of letters beyond a to z that no longer word of Latin letters exceeds."""


def letters_of(language: str) -> frozenset[str]:
    """The letters beyond a to z that a language is written with, in all its scripts; none where they are not known."""
    return _LETTERS.get(language, frozenset())


@dataclass(frozen=True)
class _Word:
    """One word as it reads."""

    script: str
    letters: frozenset[str]
    edged: bool = False
    """Whether a sign is at its edge: a letter by another code, perhaps."""


_NO_WORD = _Word("", frozenset())
_SIGNS_ONLY = _Word("signs", frozenset())


def plausible(words: Sequence[str]) -> float:
    """Share of the words, 0 to 1, that read like words of the one language that fits best."""
    read = [_word(word) for word in words]
    plain = _PLAIN * (1 + read.count(_SIGNS_ONLY))
    best = 0.0
    for script, languages in _ALPHABETS.items():
        own = [word for word in read if word.script == script]
        for alphabet in languages.values() if own else ():
            best = max(best, sum(_worth(word, alphabet) for word in own))
    return (best + plain) / (len(read) + 1)


def _worth(word: _Word, alphabet: frozenset[str]) -> float:
    return (1.0 if word.letters <= alphabet else _ELSEWHERE) - (_EDGED if word.edged else 0)


@lru_cache(maxsize=50_000)
def _word(word: str) -> _Word:
    """The word's script and its letters; no script where it is not a word."""
    core = word.strip(_AROUND)
    if word[:1] == "’" and not core.isascii():  # it closes, and would be a letter by another code
        return _NO_WORD
    folded = core.replace("İ", "i").lower().translate(_WITHIN)
    foreign = frozenset(char for char in folded if char >= "\x80")
    if not foreign:
        return _SIGNS_ONLY if folded == core.lower() else _NO_WORD
    scripts = {_SCRIPT_OF.get(char, "") for char in foreign}
    script = scripts.pop() if len(scripts) == 1 else ""
    latin = sum(1 for char in folded if "a" <= char <= "z")
    if script == "Latin":
        right = len(folded) < 4 or len(folded) - latin <= _MOST_FOREIGN * len(folded)
    else:
        right = bool(script) and not latin
    return _Word(script, foreign, core != word) if right and _is_rightly_written(core, script) else _NO_WORD


def _is_rightly_written(word: str, script: str) -> bool:
    """Whether capitals, final letters and marks are only where people write them."""
    if script == "Thai":
        return unicodedata.category(word[0]) != "Mn"
    if script == "Greek" and "ς" in word[:-1]:
        return False
    return not any(a.islower() and b.isupper() for a, b in itertools.pairwise(word))
