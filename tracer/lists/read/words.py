"""Header words: which role a column's heading names, in the languages of the world.

A heading is folded (full-width to ASCII, lower case, no blanks or punctuation) and looked up as a whole. One that has
Chinese or Japanese characters is then looked up by the longest word it contains (`heading_words.toml`), any other by
its phrases (`languages.py`). `NOT_OURS` words keep a column out of the identifiers whatever its content looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.lists.read.languages import NEVER, meaning, plain

# The exports of well-known programs, known by their headings: which program made a list, and what its columns hold.
# Most of their columns say in words what they hold, and are read like any other list's. A profile has the rest:
# numbers under headings that no language has for numbers (`Ufficio`), and columns that look like a contact's and are
# not (an assistant's number, a mail's display name, the account that a record belongs to).


@dataclass(frozen=True)
class ExportProfile:
    """A program's export."""

    name: str
    signs: frozenset[str]
    holds: Mapping[str, str]


def profile_of(header: Sequence[str]) -> ExportProfile | None:
    """The program whose export has these headings; None for a list that is none of a known one."""
    held = {plain(heading) for heading in header}
    return next((one for one in _profiles() if one.signs <= held), None)


def program_of(header: Sequence[str]) -> str | None:
    """The name of the program whose export has these headings, if it is a known one."""
    found = profile_of(header)
    return None if found is None else found.name


def set_aside(header: Sequence[str]) -> list[str]:
    """The headings of columns that a known program has for somebody other than the contact, or for no person."""
    found = profile_of(header)
    return [] if found is None else [each for each in header if found.holds.get(plain(each)) == "other"]


@cache
def _profiles() -> tuple[ExportProfile, ...]:
    table = toml_of((Path(__file__).parent / "profiles.toml").read_text("utf-8"))
    return tuple(
        ExportProfile(
            layout.pop("profile"),
            frozenset(_plain(layout.pop("signs"))),
            {heading: holds for holds, listed in layout.items() for heading in _plain(listed)},
        )
        for layout in table["layout"]
    )


def _plain(listed: str) -> list[str]:
    return [plain(heading) for heading in listed.split(",")]


_TABLE = toml_of((Path(__file__).parent / "heading_words.toml").read_text("utf-8"))
NOT_OURS = frozenset(_TABLE.pop("not_ours").split())
"""Headings whose columns hold digits that are not phone numbers."""

_FOLD = re.compile(r"[\s_\-./:：,，、·()（）\[\]【】*'\"]+")
_LOOKUP: dict[str, str] = {_word: _role for _role, _words in _TABLE.items() for _word in _words.split()}
_CONTAINED = sorted((w for w in _LOOKUP if len(w) >= 2 and not w.isascii()), key=lambda w: (-len(w), w))
_CONTAINED_ASCII = sorted((w for w in _LOOKUP if len(w) >= 4 and w.isascii()), key=lambda w: (-len(w), w))
_CJK = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# A heading is short; a longer cell is a title or a remark ("以下联系电话仅供内部使用").
_LONGEST = 24


def fold(heading: str) -> str:
    """A heading without the differences that mean nothing: width, case, blanks, punctuation."""
    return _FOLD.sub("", unicodedata.normalize("NFKC", heading).casefold())


def role_of_heading(heading: str, languages: Sequence[str] = ()) -> str | None:
    """The role a heading names; `other` for one known to name no role of ours; None for an unknown heading.

    A trailing digit is dropped (`电话2`). Text in brackets counts only when nothing else is known. `languages`: those
    of the other headings, which decide where a word is one in several.
    """
    return _role_of_heading(heading, tuple(languages))


@lru_cache(maxsize=4096)
def _role_of_heading(heading: str, languages: tuple[str, ...]) -> str | None:
    if len(heading) > 4 * _LONGEST:
        return None
    whole = fold(heading)
    if not _CJK.search(heading) and whole not in NOT_OURS and whole not in _LOOKUP:
        found = meaning(heading, languages)
        if found is not None:
            return "other" if found.role == NEVER else found.role
    return _by_lookup(heading)


def _by_lookup(heading: str) -> str | None:
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
    if _is_not_ours(heading):
        return "other"
    for word in (*_CONTAINED, *_CONTAINED_ASCII):
        if word in text:
            return _LOOKUP[word]
    return None


def is_never_ours(heading: str, languages: Sequence[str] = ()) -> bool:
    """Whether the heading names digits that are not phone numbers, so that its content is not to be asked."""
    if not _CJK.search(heading):
        found = meaning(heading, languages)
        if found is not None:
            return found.role == NEVER
    return _is_not_ours(heading)


def names_a_column(cell: str) -> bool:
    """Whether a cell is made of heading words alone: in a row of data, one of them may be within a name or a place."""
    if _CJK.search(cell):
        return role_of_heading(cell) is not None
    found = meaning(cell)
    return found.whole if found is not None else _by_lookup(cell) is not None


def _is_not_ours(heading: str) -> bool:
    text = fold(heading)
    # Whether a word is long enough to be looked for inside a heading (`ip` is in `recipient`).
    return text in NOT_OURS or any(
        word in text for word in NOT_OURS if (len(word) >= 2 and (not word.isascii() or len(word) >= 5))
    )


_VAGUE = frozenset({"number", "no", "nr", "numero", "号码", "號碼", "番号", "номер", "رقم", "번호"})


def is_vague(heading: str) -> bool:
    """Whether a heading names any number: over short ones it promises no telephone."""
    return fold(heading).strip("#0123456789") in _VAGUE


_SURE = 2
"""Headings with known words from which a row is one of headings, and not of somebody's data."""
_DIGITS = re.compile(r"\d{5,}")


def shown_headings(headings: Sequence[str]) -> list[str]:
    """The headings of one table as they may be printed, each in its place; empty where one is not shown.

    What was taken for a row of headings may be a list's first person. A row with several known words is one of
    headings; of any other row only headings that are known words are shown. Long numbers are never.
    """
    sure = sum(names_a_column(heading) for heading in headings) >= _SURE
    return [
        heading if (sure or _is_word(heading)) and not _DIGITS.search(unicodedata.normalize("NFKC", heading)) else ""
        for heading in headings
    ]


def column_named(headings: Sequence[str], position: int) -> str:
    """How people find a column (from 0) of a table with these headings: its number from 1, and what may be shown."""
    shown = shown_headings(headings)[position]
    return f"column {position + 1}" + (f", {shown!r}" if shown else "")


def _is_word(heading: str) -> bool:
    """Whether the heading is a known word, and nothing else."""
    text = fold(heading)
    if {text, text.rstrip("0123456789")} & (NOT_OURS | _LOOKUP.keys()) - {""}:
        return True
    found = None if _CJK.search(heading) else meaning(heading)
    return found is not None and found.whole
