"""The catalogues as files: read, held against one another, and parsed entry by entry as they are first said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fluent.runtime import FluentResource
from fluent.syntax import ast

from tracer.errors import TracerError

FOLDER = Path(__file__).parent / "catalogue"
LANGUAGES = ("en", "zh")
"""The languages that anything can be said in; the first is the default."""
LINES = {"en": " ", "zh": ""}
"""What joins two lines of an entry when it is said."""
_ENTRY = re.compile(r"^(-?[a-z][\w-]*) =(.*(?:\n(?:[ \t].*|[ \t]*\}.*|[ \t]*$))*)", re.MULTILINE)
_SIMPLE_LINE = re.compile(r" {4}[^ \t.*\[}\n]")
"""A line of a value that goes on, without anything that Fluent sees in its beginning."""
_PLACE = re.compile(r"\{ ?\$([a-z][a-z_]*) ?\}")
_BREAK = re.compile(r"\n[ \t]+")
_NUMBER = re.compile(r"\$([a-z_]+)")


class BrokenCatalogue(TracerError):
    """A code that one language says and another does not: a fault of the installation."""


@cache
def text_of(lang: str) -> str:
    """A language's whole catalogue; languages that cannot say the same are refused.

    Raises:
        BrokenCatalogue: see `check`.
    """
    texts = {one: _read(FOLDER / one) for one in LANGUAGES}
    check({one: entries(text) for one, text in texts.items()})
    return texts[lang]


def parsed(lang: str, code: str) -> ast.Resource:
    """An entry as Fluent reads it; empty where there is none of this code.

    A command says some ten of twelve hundred entries: to parse all would take longer than the command.
    """
    entry = written(lang).get(code, "")
    simple = simple_pattern(entry.removeprefix(f"{code} ="))
    if simple is None:
        return FluentResource(f"{entry}\n")
    return ast.Resource([ast.Message(ast.Identifier(code), simple)])


def simple_pattern(written_value: str) -> ast.Pattern | None:
    """A value of text and places to fill in as Fluent's parser reads it, which takes thirty times as long; None of any
    other."""
    first, *more = written_value.rstrip().split("\n")
    if not first.strip() or not all(map(_SIMPLE_LINE.match, more)):
        return None
    text = "\n".join([first.lstrip(" "), *(line[4:] for line in more)])
    parts = _PLACE.split(text)
    if any("{" in part or "}" in part for part in parts[::2]):
        return None
    elements: list[ast.TextElement | ast.Placeable] = []
    for at, part in enumerate(parts):
        if at % 2:
            elements.append(ast.Placeable(ast.VariableReference(ast.Identifier(part))))
        elif part:
            elements.append(ast.TextElement(part))
    return ast.Pattern(elements)


@cache
def written(lang: str = LANGUAGES[0]) -> dict[str, str]:
    """Code -> its entry as it is written; the codes are those of every language."""
    return {match[1]: match[0] for match in _ENTRY.finditer(text_of(lang))}


def unbroken(lang: str) -> str:
    """The catalogue's text with the lines of an entry joined, as a sentence is said."""
    return _BREAK.sub(LINES[lang], text_of(lang))


def _read(folder: Path) -> str:
    return "\n".join(own_file.read_text(encoding="utf-8") for own_file in sorted(folder.glob("*.ftl")))


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
