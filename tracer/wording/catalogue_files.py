"""The catalogues as files: read, held against one another, and parsed entry by entry as they are first said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tracer.policy import SHOWN_FROM
from tracer.wording.pattern import BrokenCatalogue, Pattern, read

FOLDER = Path(__file__).parent / "catalogue"
LANGUAGES = ("en", "zh")
"""The languages that anything can be said in; the first is the default."""
LINES = {"en": " ", "zh": ""}
"""What joins two lines of an entry when it is said."""
_ENTRY = re.compile(r"^(-?[a-z][\w-]*) =(.*(?:\n(?:[ \t].*|[ \t]*\}.*|[ \t]*$))*)", re.MULTILINE)
_BREAK = re.compile(r"\n[ \t]+")
_NUMBER = re.compile(r"\$([a-z_]+)")


def text_of(lang: str) -> str:
    """A language's whole catalogue; languages that cannot say the same are refused.

    Raises:
        BrokenCatalogue: see `check`.
    """
    return _texts()[lang]


@cache
def _texts() -> dict[str, str]:
    texts = {one: _read(FOLDER / one) for one in LANGUAGES}
    check({one: entries(text) for one, text in texts.items()})
    return texts


@cache
def pattern_of(lang: str, code: str) -> Pattern:
    """What an entry says, read as it is first said: a command says some ten of twelve hundred.

    Raises:
        BrokenCatalogue: no catalogue has the code.
    """
    entry = written(lang).get(code)
    if entry is None:
        raise BrokenCatalogue(f"{code!r} is in no catalogue", where=f"wording.{lang}")
    return read(entry.removeprefix(f"{code} ="))


@cache
def written(lang: str = LANGUAGES[0]) -> dict[str, str]:
    """Code -> its entry as it is written; the codes are those of every language."""
    return {match[1]: match[0] for match in _ENTRY.finditer(text_of(lang))}


def unbroken(lang: str) -> str:
    """The catalogue's text with the lines of an entry joined, as a sentence is said."""
    return _BREAK.sub(LINES[lang], text_of(lang))


def _read(folder: Path) -> str:
    text = "\n".join(own_file.read_text(encoding="utf-8") for own_file in sorted(folder.glob("*.ftl")))
    return text.replace("{ -least }", str(SHOWN_FROM))


def entries(text: str) -> dict[str, frozenset[str]]:
    """Code -> the numbers that its sentence needs.

    Raises:
        BrokenCatalogue: a code is written twice.
    """
    found: dict[str, frozenset[str]] = {}
    for match in _ENTRY.finditer(text):
        if match[1] in found:
            raise BrokenCatalogue(f"{match[1]} is written twice", where="wording")
        found[match[1]] = frozenset(_NUMBER.findall(match[2]))
    return found


def check(languages: Mapping[str, Mapping[str, frozenset[str]]]) -> None:
    """Raise `BrokenCatalogue` where one language says what another does not, or needs other numbers for it."""
    (first, one), *others = languages.items()
    for lang, other in others:
        lacking = sorted(set(one) ^ set(other))
        if lacking:
            raise BrokenCatalogue(f"{', '.join(lacking)}: written in {first} or {lang} only", where="wording")
        unlike = [code for code in one if one[code] != other[code]]
        if unlike:
            raise BrokenCatalogue(f"{', '.join(unlike)}: {first} and {lang} take other numbers", where="wording")
