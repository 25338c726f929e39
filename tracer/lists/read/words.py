"""Header words: which role a column's heading names, in simplified and traditional Chinese, English and Japanese.

A heading is folded (full-width to ASCII, lower case, no blanks or punctuation) and looked up: first as a whole, then
by the longest word it contains (`heading_words.toml`). `NOT_OURS` words keep a column out of the identifiers whatever
its content looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tracer.documents import toml_of

_TABLE = toml_of((Path(__file__).parent / "heading_words.toml").read_text("utf-8"))
NOT_OURS = frozenset(_TABLE.pop("not_ours").split())
"""Headings whose columns hold digits that are not phone numbers."""

_FOLD = re.compile(r"[\s_\-./:：,，、·()（）\[\]【】*'\"]+")
_LOOKUP: dict[str, str] = {_word: _role for _role, _words in _TABLE.items() for _word in _words.split()}
_CONTAINED = sorted((w for w in _LOOKUP if len(w) >= 2 and not w.isascii()), key=lambda w: (-len(w), w))
_CONTAINED_ASCII = sorted((w for w in _LOOKUP if len(w) >= 4 and w.isascii()), key=lambda w: (-len(w), w))
# A heading is short; a longer cell is a title or a remark ("以下联系电话仅供内部使用").
_LONGEST = 24


def fold(heading: str) -> str:
    """A heading without the differences that mean nothing: width, case, blanks, punctuation."""
    return _FOLD.sub("", unicodedata.normalize("NFKC", heading).casefold())


@lru_cache(maxsize=4096)
def role_of_heading(heading: str) -> str | None:  # noqa: PLR0911 - one answer a rule, in their order
    """The role a heading names; `other` for one known to name no role of ours; None for an unknown heading.

    A trailing digit is dropped (`电话2`). Text in brackets counts only when nothing else is known.
    """
    if len(heading) > 4 * _LONGEST:
        return None
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
    # The lowest level of a heading joined from rows says most (联系方式 邮箱); English headings have several words.
    last = heading.rsplit(maxsplit=1)[-1] if not heading.isascii() and heading.strip() else ""
    for text in dict.fromkeys((fold(last), fold(bare), fold(heading), fold(bare).rstrip("0123456789一二三"))):
        if not text:
            continue
        if text in NOT_OURS:
            return "other"
        if text in _LOOKUP:
            return _LOOKUP[text]
    text = fold(heading)
    if not text or len(text) > _LONGEST:
        return None
    if is_never_ours(heading):
        return "other"
    for word in (*_CONTAINED, *_CONTAINED_ASCII):
        if word in text:
            return _LOOKUP[word]
    return None


def is_never_ours(heading: str) -> bool:
    """Whether the heading names digits that are not phone numbers, so that its content is not to be asked."""
    text = fold(heading)
    return text in NOT_OURS or any(word in text for word in NOT_OURS if _telling(word))


def _telling(word: str) -> bool:
    """Whether a word is long enough to be looked for inside a heading (`ip` is in `recipient`)."""
    return len(word) >= 2 and (not word.isascii() or len(word) >= 5)


_SURE = 2
"""Headings with known words from which a row is one of headings, and not of somebody's data."""
_DIGITS = re.compile(r"\d{5,}")


def shown_headings(headings: Sequence[str]) -> list[str]:
    """The headings of one table as they may be printed, each in its place; empty where one is not shown.

    What was taken for a row of headings may be a list's first person. A row with several known words is one of
    headings; of any other row only headings that are known words are shown. Long numbers are never.
    """
    known = [role_of_heading(heading) is not None for heading in headings]
    sure = sum(known) >= _SURE
    return [
        heading if (sure or _is_word(heading)) and not _DIGITS.search(unicodedata.normalize("NFKC", heading)) else ""
        for heading in headings
    ]


def _is_word(heading: str) -> bool:
    """Whether the heading is a known word, and nothing else."""
    text = fold(heading)
    return bool({text, text.rstrip("0123456789")} & (NOT_OURS | _LOOKUP.keys()) - {""})
