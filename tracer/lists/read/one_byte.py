"""Finds the code of a text that has one byte a letter: chardet's frequencies of letters, and words as countries write
them.

chardet ranks the codes by pairs of letters, language by language. In a list most bytes are digits and addresses, so
its ranking is weighed against what the words would be (`letters`): a tenth fewer plausible words undo odds of ten.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import chardet

from tracer.lists.read.letters import plausible

COMMON = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15", "koi8-r", "koi8-u", "cp866",
)  # fmt: skip
RARE = (
    "iso8859-3", "iso8859-4", "iso8859-6", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-16",
    "mac-roman", "mac-cyrillic", "mac-greek", "mac-turkish", "mac-latin2", "tis-620",
    "cp437", "cp737", "cp850", "cp852", "cp855", "cp857", "cp862",
)  # fmt: skip
"""Codes that a list is written in less often than in one of `COMMON` which reads as well."""

_WORDS = 800
_FEWER = 0.05
"""What a rare code must be better by."""
_SLIGHTLY = 0.01
"""What any code but Windows-1252 must be better by."""
_PER_DECADE = 0.1
"""Share of the words that weighs as much as odds of ten to one by the letters' frequencies."""
_GAP, _FEW_WORDS = 0.04, 25
"""Difference of two readings' ranks at which the better one is right in three of four lists, and the words up to which
that is so: the same difference says more where there are more words."""


@dataclass(frozen=True)
class LetterReading:
    """How the words read by one code."""

    codec: str
    rank: float
    """Share of plausible words, less what the frequencies say against it; at most 1."""
    words: tuple[str, ...]
    """The words with bytes beyond ASCII, in their order, none twice."""


def readings(sample: bytes) -> list[LetterReading]:
    """The codes that can decode the sample, the likeliest first; none where no code of one byte can."""
    judged = chardet.detect_all(
        sample, ignore_threshold=True, compat_names=False, include_encodings=COMMON + RARE
    )  # fmt: skip
    words = _words(sample)
    joined = b" ".join(words)
    top = max((one["confidence"] for one in judged), default=0.0) or 1.0
    found = []
    for one in judged:
        codec = one["encoding"]
        if codec is None:
            continue
        read = tuple(joined.decode(codec, "replace").split(" "))
        against = _PER_DECADE * math.log10(top / max(one["confidence"], 1e-9))
        against += 0 if codec == COMMON[0] else _SLIGHTLY if codec in COMMON else _FEWER
        found.append(LetterReading(codec, plausible(read) - against, read))
    return sorted(found, key=lambda reading: (-reading.rank, (COMMON + RARE).index(reading.codec)))


def _words(sample: bytes) -> list[bytes]:
    """The sample's first words with bytes beyond ASCII, none twice."""
    found: dict[bytes, None] = {}
    for word in re.finditer(rb"[A-Za-z'\x80-\xff]+", sample):
        if not word[0].isascii():
            found[word[0]] = None
        if len(found) >= _WORDS:
            break
    return list(found)


def rival(ranked: list[LetterReading]) -> tuple[LetterReading | None, float]:
    """The likeliest reading that says something else than the best one, and how sure that one is, .5 to 1."""
    best = ranked[0]
    other = next((reading for reading in ranked[1:] if reading.words != best.words), None)
    if other is None:
        return None, 1.0
    more_words = max(1.0, math.sqrt(len(best.words) / _FEW_WORDS))
    return other, 1 / (1 + 3 ** -((best.rank - other.rank) / _GAP * more_words))
