"""Headings in many languages: which role the words of a heading name, and of which languages they are.

The words are in `headings/`, one file a language, as people write them. A heading is looked up as a whole; then by
the phrases that it is made of, of which the most specific role wins (`Telefon geschäftlich 2`, `Company phone`); then
by a long word within one written together (`Geschäftstelefon`). Accents do not count: they are lost on the way often.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.lists.read.model import PIECES

# How much words read like words of one country: its letters, one script a word, capitals where capitals are written.
# A code of one byte a letter decodes nearly any bytes. What a wrong one gives are signs amid words, letters of
# several scripts or countries in one word, capitals behind small letters.

_SCRIPTS: dict[str, dict[str, str]] = toml_of((Path(__file__).parent / "alphabets.toml").read_text("utf-8"))
_BORROWED = _SCRIPTS.pop("borrowed")
_ALPHABETS = {
    script: {language: frozenset(letters + _BORROWED.get(language, "")) for language, letters in languages.items()}
    for script, languages in _SCRIPTS.items()
}
_LETTERS_OF = {
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
    return _LETTERS_OF.get(language, frozenset())


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
            at_home = (1.0 if word.letters <= alphabet else _ELSEWHERE for word in own)
            worth = sum(all_in - (_EDGED if word.edged else 0) for all_in, word in zip(at_home, own, strict=True))
            best = max(best, worth)
    return (best + plain) / (len(read) + 1)


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


NEVER = "never"
"""The role of headings over digits that are not a telephone number, whatever they look like."""
EITHER = "either_name"
"""The role of a word for the whole name and for a part of it: the other columns decide (`nom` with `prénom`)."""
_TELLING = (
    "never", "email", "phone", "city", "province", "address", "organisation", "created", "deleted", "date", "id",
    "given_name", "middle_name", "family_name", "name", EITHER, "other",
)  # fmt: skip
"""Roles, the one that decides a heading of several phrases first."""
_VAGUE = frozenset((
    "first", "last", "number",
    "numero", "nummer", "номер", "رقم", "no", "nr", "contact", "via", "by", "post", "not", "mail",
))  # fmt: skip
"""Words that say little with others: within a heading they decide nothing."""
_ABOUT = frozenset((
    "label", "type", "typ", "tipo", "tipus", "tip", "verified", "valid", "validated", "status", "optin", "optout",
    "opt", "consent", "extension", "etikett", "etiqueta", "etichetta", "etiquette", "libelle", "bezeichnung",
    "carrier", "provider", "confirmed", "bounced", "count", "opted", "domain",
))  # fmt: skip
"""Words that make a heading speak about a value instead of holding it: `E-mail 2 - Label`, `Phone verified`."""
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


def spelt_out(phrase: str) -> str:
    """German umlauts as they are written on keyboards without them."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        phrase = phrase.replace(umlaut, letters)
    return phrase


@cache
def _within() -> re.Pattern[str]:
    """The long words that are found within one written together."""
    long_words = (
        word
        for word, roles in _words().items()
        if (len(word) >= (_LONG_WORD if word.isascii() else 4) or word in ("phone", "email"))
        and set(roles.values()) <= {"phone", "email", "address"}
    )
    return re.compile("|".join(map(re.escape, sorted(long_words, key=lambda word: (-len(word), word)))))


@dataclass(frozen=True)
class Meaning:
    """What a heading says."""

    role: str
    """A role of ours, `other` or `never`."""
    languages: frozenset[str]
    whole: bool


def meaning(heading: str, languages: Sequence[str] = ()) -> Meaning | None:
    """What a heading says; None where its words are unknown. `languages`: of the other headings, likeliest first."""
    return _meaning(heading, tuple(languages))


@lru_cache(maxsize=8192)
def _meaning(heading: str, languages: tuple[str, ...]) -> Meaning | None:
    if not heading or len(heading) > _LONGEST:
        return None
    whole = plain(heading)
    tokens = [plain(token) for token in _WORD.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", heading)))]
    tokens = [token for token in tokens if token and not token.isdigit()]
    for text in (whole, "".join(tokens), whole.strip("0123456789")):
        if text in _words():
            return Meaning(_chosen(_words()[text], languages), frozenset(_words()[text]), True)
    if len(tokens) > 1 and _ABOUT & set(tokens):
        return Meaning("other", frozenset(), True)
    return _of_phrases(tokens, languages, _LISTED.search(heading) is not None) or _of_part(tokens)


def _chosen(roles: dict[str, str], languages: Sequence[str]) -> str:
    """The role of a phrase: in the likeliest of the languages that have it, else in most."""
    for language in languages:
        if language in roles:
            return roles[language]
    counted = Counter(roles.values())
    return min(counted, key=lambda role: (-counted[role], _TELLING.index(role)))


def _of_phrases(tokens: Sequence[str], languages: Sequence[str], listed: bool) -> Meaning | None:
    found: list[tuple[str, frozenset[str]]] = []
    known = start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + 5), start, -1):
            phrase = "".join(tokens[start:end])
            if phrase in _words() and len(phrase) > 1:
                known += end - start
                if phrase not in _VAGUE and len(phrase) > 2:
                    found.append((_chosen(_words()[phrase], languages), frozenset(_words()[phrase])))
                start = end
                break
        else:
            start += 1
    if not found:
        return None
    role = _of_several([role for role, _ in found], listed)
    common = frozenset.intersection(*(own for _, own in found)) or frozenset.union(*(own for _, own in found))
    return Meaning(role, common, known == len(tokens))


def _of_several(roles: Sequence[str], listed: bool) -> str:
    """The most specific role. Parts of a name or an address side by side make a whole (`Street, city`), unless the last
    word says which part it is (`Shipping Address City`)."""
    role = min(roles, key=_TELLING.index)
    whole = PIECES.get(role)
    beside = {one for one in roles if one != role and whole in (one, PIECES.get(one))}
    if whole is None or not beside or (roles[-1] == role and whole in beside and not listed):
        return role
    return whole


def _of_part(tokens: Sequence[str]) -> Meaning | None:
    within = next(filter(None, map(_within().search, tokens)), None)
    roles = {} if within is None else _words()[within[0]]
    return Meaning(_chosen(roles, ()), frozenset(roles), False) if roles else None


def languages_of(headings: Iterable[str]) -> dict[str, float]:
    """How well each language explains the headings: 0 for the best, below it the others, in nats.

    A heading that a language lacks speaks against it; where only English has it, hardly: the world writes `Email`.
    """
    scores: dict[str, float] = {}
    known = [found for heading in headings if (found := meaning(heading)) is not None and found.languages]
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
