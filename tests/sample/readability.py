"""How hard a text is to read: Flesch and Kincaid's grade, and how long its sentences are, names and ids left out.

grade = 0.39 · words per sentence + 11.8 · syllables per word − 15.59 (Kincaid, Fishburne, Rogers & Chissom 1975).
Syllables are those at which `pyphen` would part a word, whose dictionaries come with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyphen import Pyphen

_SYLLABLES = Pyphen(lang="en_GB", left=1, right=1)
_COMMAND = re.compile(r"`[^`]*`|\btracer (?:[a-z]+ )*(?:[A-Z]+\b)?(?: ?--\S+(?: \S+)?)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_ID = re.compile(r"\([\w.@#-]+\)|\b\w+(?:[-_.]\w+)*\d[\w.-]*|\b[a-z]+-[a-z0-9-]+\b")


def sentences(texts: Iterable[str], names: Iterable[str]) -> list[list[str]]:
    """The words of each sentence of several texts. Names go, and so do ids, numbers and commands."""
    found = []
    known = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    for text in texts:
        plain = _COMMAND.sub(" ", text)
        plain = re.sub("|".join(known), " ", plain) if known else plain
        for sentence in _SENTENCE.split(plain):
            words = _WORD.findall(_ID.sub(" ", sentence))
            if words:
                found.append(words)
    return found


def grade(spoken: list[list[str]]) -> float:
    """The school year in which it is read with ease."""
    words = [word for sentence in spoken for word in sentence]
    syllables = sum(len(_SYLLABLES.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(spoken) + 11.8 * syllables / len(words) - 15.59
