"""Names and other texts of people, folded to their words, so that they compare however they were written.

Case, width, accents, titles, remarks in brackets, spacing, hyphens and the order of the words do not count; traditional
characters count as simplified ones. A word of Chinese, Japanese or Korean is its characters, as everyone parts it
differently. `ae`, `oe`, `ue` count as `a`, `o`, `u`: they are umlauts as often as not.
"""

from __future__ import annotations

import re
import unicodedata

from tracer.identify.cell import PLACEHOLDERS, fold
from tracer.identify.script import simplified

_REMARK = re.compile(r"[(\[【<《].*?[)\]】>》]")
_TITLE_AFTER = re.compile(
    r"(?:先生|女士|小姐|太太|老师|老板|经理|总监|总经理|董事长|主任|医生|师傅|同学|様|さん|님|씨)$"
)
_TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "sr", "sra", "srta", "mme", "mlle", "sig",
    "sigra", "dott", "dottssa", "jr",
))  # fmt: skip
_MASK = re.compile(r"[*●•某×]|x{3,}")
_EAST_ASIAN = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_ALL_HAN = re.compile(r"[\u3400-\u9fff]+")
_ACCENTS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0591-\u05c7]")
_LETTERS = str.maketrans({
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "a", "œ": "o", "þ": "th", "ß": "ss", "ى": "ي", "ة": "ه",
    "ـ": None, "'": None, "’": None, "‘": None, "`": None, "´": None, "ʼ": None,
})  # fmt: skip
_UMLAUT = re.compile(r"(?<=[aou])e")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200
"""Letters above which a text is not read."""


def folded_words(texts: list[str]) -> list[list[str] | None]:
    """The words of each text, in no order that means anything; None for one that says nothing, or hides a part.

    All at once, since the characters of many are made simplified in one step.
    """
    plain = [_REMARK.sub("", fold(text)[:_LONGEST]).replace("\n", " ").strip() for text in texts]
    joined = simplified("\n".join(plain)).split("\n")
    return [_words(text) for text in joined]


def _words(text: str) -> list[str] | None:
    low = text.casefold().strip()
    if not low or low in PLACEHOLDERS or _MASK.search(low):
        return None
    if _EAST_ASIAN.search(low):
        low = _TITLE_AFTER.sub("", low.strip())
        if low.isalpha() and _ALL_HAN.fullmatch(low):
            return list(low)
    if low.isascii():
        bare = low.translate(_LETTERS)
    else:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", low).translate(_LETTERS))
        bare = unicodedata.normalize("NFC", bare)
    words = list[str]()
    for word in _WORD.findall(bare):
        if _EAST_ASIAN.search(word):
            words.extend(word)
        elif word not in _TITLES:
            words.append(_UMLAUT.sub("", word))
    return words or None
