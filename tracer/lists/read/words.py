"""Headings: which role a column's heading names, in the languages of the world, and which program's export it is of.

A heading that has Chinese or Japanese characters is folded (full-width to ASCII, lower case, no blanks or punctuation)
and looked up as a whole, then by the longest word it contains (`heading_words.toml`). Any other is looked up as a
whole; then by the phrases that it is made of, of which the most specific role wins (`Telefon geschäftlich 2`, `Company
phone`); then by a long word within one written together (`Geschäftstelefon`). These words are in `headings/`, one file
a language, as people write them. Accents do not count: they are lost on the way often. `NOT_OURS` words keep a column
out of the identifiers whatever its content looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tracer.documents import toml_of
from tracer.lists.read.model import PIECES

NEVER = "never"
"""The role of headings over digits that are not a telephone number, whatever they look like."""
EITHER = "either_name"
"""The role of a word for the whole name and for a part of it: the other columns decide (`nom` with `prénom`)."""
_BY_WEIGHT = (
    *("never", "email", "phone", "city", "province", "address", "organisation", "created", "deleted", "date", "id"),
    *("given_name", "middle_name", "family_name", "name", EITHER, "other"),
)
"""Roles, the one that decides a heading of several phrases first."""
_LISTED = re.compile(r"[,/&+;]|\b(?:and|und|et|y|e|i|en|og|och|ja|и|та|ve|dan|và)\b", re.IGNORECASE)
"""What parts the things that a heading lists."""
_LONGEST = 60
_LONG_WORD = 6
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ё": "е"})
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(text: str) -> str:
    """Letters and digits alone, in lower case and without accents."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return "".join(_WORD.findall(unicodedata.normalize("NFC", bare)))


def words_of(heading: str) -> list[str]:
    """The words of a heading, each as `plain` has it; `mobilePhone` is two."""
    return [plain(word) for word in _WORD.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", heading)))]


def spelt_out(phrase: str) -> str:
    """German umlauts as they are written on keyboards without them."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        phrase = phrase.replace(umlaut, letters)
    return phrase


@cache
def _words() -> dict[str, dict[str, str]]:
    """Plain phrase to language to role."""
    words: dict[str, dict[str, str]] = {}
    for own_file in sorted((Path(__file__).parent / "headings").glob("*.toml")):
        for role, listed in toml_of(own_file.read_text(encoding="utf-8")).items():
            for phrase in listed.split(","):
                for form in {plain(phrase), plain(spelt_out(phrase))} - {""}:
                    words.setdefault(form, {}).setdefault(own_file.stem, role)
    return words


@cache
def _long_words() -> re.Pattern[str]:
    """The long words that are found within one written together."""
    long_words = (
        word
        for word, roles in _words().items()
        if (len(word) >= (_LONG_WORD if word.isascii() else 4) or word in ("phone", "email"))
        and set(roles.values()) <= {"phone", "email", "address"}
    )
    return re.compile("|".join(map(re.escape, sorted(long_words, key=lambda word: (-len(word), word)))))


class Meaning(NamedTuple):
    """What a heading says."""

    role: str
    languages: frozenset[str]
    whole: bool


@lru_cache(maxsize=8192)
def heading_meaning(heading: str, languages: tuple[str, ...] = ()) -> Meaning | None:
    """What a heading says; None where its words are unknown. `languages`: of the other headings, likeliest first."""
    if not heading or len(heading) > _LONGEST:
        return None
    whole = plain(heading)
    tokens = [token for token in words_of(heading) if token and not token.isdigit()]
    for text in (whole, "".join(tokens), whole.strip("0123456789")):
        if text in _words():
            return Meaning(_chosen_role(_words()[text], languages), frozenset(_words()[text]), True)
    if len(tokens) > 1 and _ABOUT & set(tokens):
        return Meaning("other", frozenset(), True)
    of_phrases = _of_phrases(tokens, languages, _LISTED.search(heading) is not None)
    if of_phrases is not None:
        return of_phrases
    within = next(filter(None, map(_long_words().search, tokens)), None)
    roles = {} if within is None else _words()[within[0]]
    return Meaning(_chosen_role(roles, ()), frozenset(roles), False) if roles else None


def _chosen_role(roles: dict[str, str], languages: Sequence[str]) -> str:
    """The role of a phrase: in the likeliest of the languages that have it, else in most."""
    for language in languages:
        if language in roles:
            return roles[language]
    counted = Counter(roles.values())
    return min(counted, key=lambda role: (-counted[role], _BY_WEIGHT.index(role)))


def _of_phrases(tokens: Sequence[str], languages: Sequence[str], listed: bool) -> Meaning | None:
    found: list[tuple[str, frozenset[str]]] = []
    known = start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + 5), start, -1):
            phrase = "".join(tokens[start:end])
            if phrase in _words() and len(phrase) > 1:
                known += end - start
                if phrase not in _SAYS_LITTLE and len(phrase) > 2:
                    found.append((_chosen_role(_words()[phrase], languages), frozenset(_words()[phrase])))
                start = end
                break
        else:
            known += _LOOKUP.get(tokens[start]) == "phone_hash"  # md5 and the like, after what is hashed
            start += 1
    if not found:
        return None
    # The most specific role. Parts of a name or an address next to one another make a whole (`Street, city`), unless
    # the last word says which part it is (`Shipping Address City`).
    roles = [role for role, _ in found]
    role = min(roles, key=_BY_WEIGHT.index)
    whole = PIECES.get(role)
    others = {one for one in roles if one != role and whole in (one, PIECES.get(one))}
    if whole is not None and others and (listed or roles[-1] != role or whole not in others):
        role = whole
    common = frozenset.intersection(*(own for _, own in found)) or frozenset.union(*(own for _, own in found))
    return Meaning(role, common, known == len(tokens))


def languages_of(headings: Iterable[str]) -> dict[str, float]:
    """How well each language explains the headings: 0 for the best, below it the others, in nats.

    A heading that a language lacks speaks against it; where only English has it, hardly: the world writes `Email`.
    """
    scores: dict[str, float] = {}
    known = [found for heading in headings if (found := heading_meaning(heading)) is not None and found.languages]
    for language in sorted({one for roles in _words().values() for one in roles}):
        lost = 0.0
        for found in known:
            if language not in found.languages:
                lost += 0.4 if found.languages == {"en"} else 1.5 if found.whole else 0.8
        scores[language] = -lost
    best = max(scores.values(), default=0.0)
    return {language: score - best for language, score in scores.items()}


def likeliest_languages(headings: Iterable[str]) -> tuple[str, ...]:
    """The languages of a row of headings, likeliest first; those that explain it clearly worse are left out."""
    scores = languages_of(headings)
    return tuple(sorted((one for one, score in scores.items() if score > -3), key=lambda one: (-scores[one], one)))


# Headings in Chinese and Japanese, and those that are known as they are.

_TABLE = toml_of((Path(__file__).parent / "heading_words.toml").read_text("utf-8"))
_SAYS_LITTLE, _ABOUT, _LATER = (frozenset(_TABLE.pop(name).split()) for name in ("says_little", "about", "later"))
_ANY_NUMBER, _CONTACT = (frozenset(map(plain, _TABLE.pop(name).split())) for name in ("any_number", "contact"))
_WRITTEN_LATER = re.compile(
    "|".join(f"(?:^| ){stem}" if stem.isascii() else stem for stem in map(plain, sorted(_LATER)))
)
NOT_OURS = frozenset(_TABLE.pop("not_ours").split())
"""Headings whose columns hold digits that are not phone numbers."""
_NOT_OURS_WITHIN = [word for word in NOT_OURS if len(word) >= (5 if word.isascii() else 2)]
"""Those that are long enough to be looked for inside a heading (`ip` is in `recipient`)."""
_LOOKUP: dict[str, str] = {_word: _role for _role, _listed in _TABLE.items() for _word in _listed.split()}
_CONTAINED = sorted(
    (word for word in _LOOKUP if len(word) >= (4 if word.isascii() else 2)), key=lambda w: (w.isascii(), -len(w), w)
)
_FOLD = re.compile(r"[\s_\-./:：,，、·()（）\[\]【】*'\"]+")
_CJK = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# A heading is short; a longer cell is a title or a remark ("以下联系电话仅供内部使用").
_LONGEST_CJK = 24


def fold(heading: str) -> str:
    """A heading without the differences that mean nothing: width, case, blanks, punctuation."""
    return _FOLD.sub("", unicodedata.normalize("NFKC", heading).casefold())


@lru_cache(maxsize=4096)
def role_of_heading(heading: str, languages: tuple[str, ...] = ()) -> str | None:
    """The role a heading names; `other` for one known to name no role of ours; None for an unknown heading.

    A trailing digit is dropped (`电话2`). Text in brackets counts only when nothing else is known. `languages`: those
    of the other headings, which decide where a word is one in several.
    """
    if len(heading) > 4 * _LONGEST_CJK:
        return None
    whole = fold(heading)
    if not _CJK.search(heading) and whole not in NOT_OURS and whole not in _LOOKUP:
        found = heading_meaning(heading, languages)
        if found is not None:
            return "other" if found.role == NEVER else found.role
    return _by_lookup(heading)


def _by_lookup(heading: str) -> str | None:
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
    # The lowest level of a heading joined from rows says most (联系方式 邮箱); English headings have several words.
    last = heading.rsplit(maxsplit=1)[-1] if not heading.isascii() and heading.strip() else ""
    for text in dict.fromkeys((fold(last), fold(bare), fold(heading), fold(bare).rstrip("0123456789一二三"))):
        if text in NOT_OURS:
            return "other"
        if text in _LOOKUP:
            return _LOOKUP[text]
    text = fold(heading)
    if not text or len(text) > _LONGEST_CJK:
        return None
    if _is_not_ours(heading):
        return "other"
    return next((_LOOKUP[word] for word in _CONTAINED if word in text), None)


def is_never_ours(heading: str, languages: tuple[str, ...] = ()) -> bool:
    """Whether the heading names digits that are not phone numbers, so that its content is not to be asked."""
    found = None if _CJK.search(heading) else heading_meaning(heading, languages)
    return _is_not_ours(heading) if found is None else found.role == NEVER


def _is_not_ours(heading: str) -> bool:
    text = fold(heading)
    return text in NOT_OURS or any(word in text for word in _NOT_OURS_WITHIN)


def names_a_column(cell: str) -> bool:
    """Whether a cell is made of heading words alone: in a row of data, one of them may be within a name or a place."""
    if _CJK.search(cell):
        return role_of_heading(cell) is not None
    found = heading_meaning(cell)
    return found.whole if found is not None else _by_lookup(cell) is not None


def is_day_of_row(heading: str | None, how: str) -> bool:
    """Whether the days of a column of role `date` may be those on which its rows came in.

    how: what its role rests on. A day under a heading that is not understood may be anything, and one of a last call or
    change is written again later.
    """
    return how != "content" and not _WRITTEN_LATER.search(" ".join(words_of(heading or "")))


def is_vague(heading: str) -> bool:
    """Whether a heading names any number: over short ones it promises no telephone."""
    return plain(heading).strip("0123456789") in _ANY_NUMBER


def is_contact(heading: str) -> bool:
    """Whether a heading names a contact: what is below may be names, numbers to call, or ids."""
    return plain(heading).strip("0123456789") in _CONTACT


_SURE = 2  # headings with known words from which a row is one of headings, and not of somebody's data
_DIGITS = re.compile(r"\d{5,}")


def shown_headings(headings: Sequence[str]) -> list[str]:
    """The headings of one table as they may be printed, each in its place; empty where one is not shown.

    What was taken for a row of headings may be a list's first person. A row with several known words is one of
    headings; of any other row only headings that are known words are shown. Long numbers are never.
    """
    sure = sum(names_a_column(heading) for heading in headings) >= _SURE

    def is_known(heading: str) -> bool:
        text = fold(heading)
        if {text, text.rstrip("0123456789")} & (NOT_OURS | _LOOKUP.keys()) - {""}:
            return True
        found = None if _CJK.search(heading) else heading_meaning(heading)
        return found is not None and found.whole

    return [
        heading if (sure or is_known(heading)) and not _DIGITS.search(unicodedata.normalize("NFKC", heading)) else ""
        for heading in headings
    ]


def column_named(headings: Sequence[str], position: int) -> str:
    """How people find a column (from 0) of a table with these headings: its number from 1, and what may be shown."""
    shown = shown_headings(headings)[position]
    return f"column {position + 1}" + (f", {shown!r}" if shown else "")


# The exports of well-known programs, known by their headings: which program made a list, and what its columns hold.
# Most of their columns say in words what they hold, and are read like any other list's. A profile has the rest:
# numbers under headings that no language has for numbers (`Ufficio`), and columns that look like a contact's and are
# not (an assistant's number, a mail's display name, the account that a record belongs to).


class ExportProfile(NamedTuple):
    """A program's export: its name, the headings that it is known by, and what columns hold."""

    name: str
    signs: frozenset[str]
    holds: Mapping[str, str]


@cache
def _profiles() -> list[ExportProfile]:
    def headings(listed: str) -> list[str]:
        return [plain(heading) for heading in listed.split(",")]

    table = toml_of((Path(__file__).parent / "profiles.toml").read_text("utf-8"))
    return [
        ExportProfile(
            layout.pop("profile"),
            frozenset(headings(layout.pop("signs"))),
            {heading: holds for holds, listed in layout.items() for heading in headings(listed)},
        )
        for layout in table["layout"]
    ]


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
