"""The catalogues as files: read, held against one another, and parsed entry by entry as they are first said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tracer.errors import TracerError
from tracer.policy import SHOWN_FROM

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

    Raises `BrokenCatalogue`: see `check`.
    """
    return _texts()[lang]


@cache
def _texts() -> dict[str, str]:
    texts = dict[str, str]()
    for lang in LANGUAGES:
        text = "\n".join(file.read_text(encoding="utf-8") for file in sorted((FOLDER / lang).glob("*.ftl")))
        texts[lang] = text.replace("{ -least }", str(SHOWN_FROM))
    check({one: entries(text) for one, text in texts.items()})
    return texts


@cache
def pattern_of(lang: str, code: str) -> Pattern:
    """What an entry says, read as it is first said: a command says some ten of twelve hundred.

    Raises `BrokenCatalogue`: no catalogue has the code.
    """
    entry = written_entries(lang).get(code)
    if entry is None:
        raise BrokenCatalogue(f"{code!r} is in no catalogue", where=f"wording.{lang}")
    return read(entry.removeprefix(f"{code} ="))


@cache
def written_entries(lang: str = LANGUAGES[0]) -> dict[str, str]:
    """Code -> its entry as it is written; the codes are those of every language."""
    return {match[1]: match[0] for match in _ENTRY.finditer(text_of(lang))}


def unbroken_text(lang: str) -> str:
    """The catalogue's text with the lines of an entry joined, as a sentence is said."""
    return _BREAK.sub(LINES[lang], text_of(lang))


def entries(text: str) -> dict[str, frozenset[str]]:
    """Code -> the numbers that its sentence needs. Raises `BrokenCatalogue`: a code is written twice."""
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


class BrokenCatalogue(TracerError):
    """A code that one language says and another does not: a fault of the installation."""


class Place(NamedTuple):
    """`{ $name }`: what is filled in."""

    name: str


class Call(NamedTuple):
    """`{ NAME($a, $b, key: "text") }`: what a function makes of what is filled in."""

    name: str
    places: tuple[str, ...]
    named: tuple[tuple[str, str], ...]


class Choice(NamedTuple):
    """`{ $n -> [one] … *[other] … }`: one of several, by what is filled in."""

    by: Place | Call
    variants: tuple[tuple[str, Pattern], ...]
    default: int
    """Which of them is said where none has the value's key."""


Pattern: TypeAlias = tuple[str | Place | Call | Choice, ...]
Functions: TypeAlias = Mapping[str, Callable[..., object]]

_BLANK = re.compile(r"[ \n]*")
_TEXT = re.compile(r"[^{}\n]+")
_NEXT_LINE = re.compile(r"((?: *\n)++)( *+)(?=\{|(?<= )[^}.\[*\n])")
"""The breaks before a line that goes on, and its indentation: it begins with a placeable, or is indented."""
_GIVEN = r"[ \n]*(?:\$[a-z][a-z_]*|[a-z]+: *\"[^\"\\\n]*\")[ \n]*"
_BY = re.compile(rf"\$([a-z][a-z_]*)|([A-Z]+)\(({_GIVEN}(?:,{_GIVEN})*)\)|\"([^\"\\\n]*)\"")
_ARGUMENT = re.compile(r"\$([a-z_]+)|([a-z]+): *\"([^\"]*)\"")
_KEY = re.compile(r"(\*?)\[[ \n]*([a-z][a-z0-9-]*|[0-9]+)[ \n]*\]")


class _ValueReader:
    """Reads one value; `at`: how far it has read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def skip(self, skipped: int = 0) -> None:
        """Go on behind so many signs and the blanks after them."""
        found = _BLANK.match(self.text, self.at + skipped)
        self.at = self.at if found is None else found.end()

    def value(self) -> Pattern:
        """What follows an entry's `=` or a variant's key: its lines without their indentation, which is the same."""
        found, indentations, trimmed = list[str | Place | Call | Choice](), set[int](), False
        self.at += len(self.text[self.at :]) - len(self.text[self.at :].lstrip(" "))
        while self.at < len(self.text):
            if (text := _TEXT.match(self.text, self.at)) is not None:
                found.append(text[0])
                self.at = text.end()
            elif self.text[self.at] == "{":
                found.append(self._placeable())
            elif (line := _NEXT_LINE.match(self.text, self.at)) is not None:
                found.append("\n" * line[1].count("\n") if found else "")
                indentations.add(len(line[2]))
                self.at = line.end()
            else:
                break
            trimmed = text is not None
        if len(indentations) > 1:
            raise BrokenCatalogue("lines of a value are indented otherwise than one another", where="wording")
        if trimmed:
            found[-1] = str(found[-1]).rstrip(" ")
        return tuple(found)

    def _placeable(self) -> str | Place | Call | Choice:
        self.skip(1)
        by = _BY.match(self.text, self.at)
        if by is None:
            raise self._unread()
        self.at = by.end()
        said: str | Place | Call | Choice = Place(by[1]) if by[1] else by[4]
        if by[2]:
            given = _ARGUMENT.findall(by[3])
            places = tuple(place for place, _, _ in given if place)
            said = Call(by[2], places, tuple((name, text) for _, name, text in given if name))
        self.skip()
        if isinstance(said, Place | Call) and self.text.startswith("->", self.at):
            self.skip(2)
            variants, default = list[tuple[str, Pattern]](), None
            while (key := _KEY.match(self.text, self.at)) is not None:
                self.at = key.end()
                default = len(variants) if key[1] else default
                variants.append((key[2], self.value()))
                self.skip()
            if default is None:
                raise BrokenCatalogue(f"a choice by {said.name} has no default", where="wording")
            said = Choice(said, tuple(variants), default)
        if not self.text.startswith("}", self.at):
            raise self._unread()
        self.at += 1
        return said

    def _unread(self) -> BrokenCatalogue:
        return BrokenCatalogue(f"cannot read {self.text[self.at : self.at + 40]!r}", where="wording")


def read(value: str) -> Pattern:
    """A value as it is written behind `code =`.

    Raises `BrokenCatalogue`: it is written in what the catalogues do not use.
    """
    reader = _ValueReader(value)
    pattern = reader.value()
    reader.skip()
    if reader.at < len(value):
        raise BrokenCatalogue(f"cannot read {value[reader.at : reader.at + 40]!r}", where="wording")
    return pattern


def filled_pattern(
    pattern: Pattern, given: Mapping[str, object], functions: Functions, plural: Callable[[int], str]
) -> str:
    """The words of a pattern. plural: the plural form of a whole number in the language.

    given: name -> a whole number, which is grouped and can be chosen by, or what `str` makes words of. Raises
    `KeyError`: the name of something that is not given.
    """
    said = []
    for one in pattern:
        if isinstance(one, str):
            said.append(one)
        elif isinstance(one, Choice):
            by = _value_of(one.by, given, functions)
            keys = (str(by), plural(by)) if isinstance(by, int) else (by,) if isinstance(by, str) else ()
            chosen = next((words for key, words in one.variants if key in keys), one.variants[one.default][1])
            said.append(filled_pattern(chosen, given, functions, plural))
        else:
            value = _value_of(one, given, functions)
            said.append(f"{value:,}" if isinstance(value, int) else str(value))
    return "".join(said)


def _value_of(one: Place | Call, given: Mapping[str, object], functions: Functions) -> object:
    if isinstance(one, Place):
        return given[one.name]
    return functions[one.name](*(given[place] for place in one.places), **dict(one.named))
