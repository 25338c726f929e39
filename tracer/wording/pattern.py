"""The part of Fluent that the catalogues are written in, read and filled in: text, places, choices, our own functions.

Fluent's own library is loaded in a tenth of a second and reads an entry in ten milliseconds, which every command would
wait for. It is the oracle of the tests: all entries of both catalogues, filled in in many ways, and traps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from tracer.errors import TracerError


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
_INLINE = re.compile(r" *")
_TEXT = re.compile(r"[^{}\n]+")
_LINES = re.compile(r"(?: *\n)+")
_BY = re.compile(r"\$([a-z][a-z_]*)|([A-Z]+)\(|\"([^\"\\\n]*)\"")
_GIVEN = re.compile(r"[ \n]*(?:\$([a-z][a-z_]*)|([a-z]+): *\"([^\"\\\n]*)\")[ \n]*(,|\))")
_KEY = re.compile(r"(\*?)\[[ \n]*([a-z][a-z0-9-]*|[0-9]+)[ \n]*\]")


class _Literal(NamedTuple):
    """`{" on "}`: a text whose blanks are kept."""

    text: str


class _Indent(NamedTuple):
    """The break before a line that goes on, and its indentation."""

    breaks: str
    width: int


_Read: TypeAlias = "str | _Literal | _Indent | Place | Call | Choice"


class _ValueReader:
    """Reads one value; `at`: how far it has read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def value(self) -> Pattern:
        """What follows an entry's `=` or a variant's key."""
        self.at = _end(_INLINE, self.text, self.at)
        if self.at < len(self.text) and self.text[self.at] != "\n":
            return self._elements([])
        first = self._continued()
        return self._elements([_Indent("", first.width)]) if first is not None else ()

    def _elements(self, found: list[_Read]) -> Pattern:
        while self.at < len(self.text):
            text = _TEXT.match(self.text, self.at)
            if text is not None:
                found.append(text[0])
                self.at = text.end()
            elif self.text[self.at] == "{":
                found.append(self._placeable())
            else:
                indent = None if self.text[self.at] == "}" else self._continued()
                if indent is None:
                    break
                found.append(indent)
        return _dedented(found)

    def _continued(self) -> _Indent | None:
        """The indentation of the next line, if the value goes on there."""
        lines = _LINES.match(self.text, self.at)
        if lines is None:
            return None
        begins = _end(_INLINE, self.text, lines.end())
        following = self.text[begins : begins + 1]
        if not following or (following != "{" and (begins == lines.end() or following in "}.[*")):
            return None
        self.at = begins
        return _Indent("\n" * lines[0].count("\n"), begins - lines.end())

    def _placeable(self) -> _Read:
        self._blank(1)
        by = self._expression()
        self._blank()
        said: _Read = by
        if not isinstance(by, _Literal) and self.text.startswith("->", self.at):
            self._blank(2)
            said = self._choice(by)
        if not self.text.startswith("}", self.at):
            raise BrokenCatalogue(f"cannot read {self.text[self.at : self.at + 40]!r}", where="wording")
        self.at += 1
        return said

    def _expression(self) -> _Literal | Place | Call:
        by = _BY.match(self.text, self.at)
        if by is None:
            raise BrokenCatalogue(f"cannot read {self.text[self.at : self.at + 40]!r}", where="wording")
        self.at = by.end()
        if by[1]:
            return Place(by[1])
        return _Literal(by[3]) if by[2] is None else self._call(by[2])

    def _call(self, name: str) -> Call:
        places, named = list[str](), list[tuple[str, str]]()
        while True:
            given = _GIVEN.match(self.text, self.at)
            if given is None:
                raise BrokenCatalogue(f"cannot read what {name} is given", where="wording")
            if given[1]:
                places.append(given[1])
            else:
                named.append((given[2], given[3]))
            self.at = given.end()
            if given[4] == ")":
                return Call(name, tuple(places), tuple(named))

    def _choice(self, by: Place | Call) -> Choice:
        variants, default = list[tuple[str, Pattern]](), None
        while (key := _KEY.match(self.text, self.at)) is not None:
            self.at = key.end()
            default = len(variants) if key[1] else default
            variants.append((key[2], self.value()))
            self._blank()
        if default is None:
            raise BrokenCatalogue(f"a choice by {by.name} has no default", where="wording")
        return Choice(by, tuple(variants), default)

    def _blank(self, skipped: int = 0) -> None:
        self.at = _end(_BLANK, self.text, self.at + skipped)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _dedented(found: Sequence[_Read]) -> Pattern:
    """The lines without the indentation that all have, and without blanks at the end."""
    common = min((one.width for one in found if isinstance(one, _Indent)), default=0)
    elements, text = list[str | Place | Call | Choice](), ""
    for number, one in enumerate(found, start=1):
        if isinstance(one, Place | Call | Choice):
            elements += [text, one] if text else [one]
            text = ""
        elif isinstance(one, str):
            text += one if number < len(found) else one.rstrip(" ")
        else:
            text += one.text if isinstance(one, _Literal) else one.breaks + " " * (one.width - common)
    return (*elements, text) if text else tuple(elements)


def read(value: str) -> Pattern:
    """A value as it is written behind `code =`.

    Raises:
        BrokenCatalogue: it is written in what the catalogues do not use.
    """
    reader = _ValueReader(value)
    pattern = reader.value()
    if reader.text[reader.at :].strip(" \n"):
        raise BrokenCatalogue(f"cannot read {reader.text[reader.at : reader.at + 40]!r}", where="wording")
    return pattern


def filled(pattern: Pattern, given: Mapping[str, object], functions: Functions, plural: Callable[[int], str]) -> str:
    """The words of a pattern. plural: the plural form of a whole number in the language.

    given: name -> a whole number, which is grouped and can be chosen by, or what `str` makes words of.

    Raises:
        KeyError: the name of something that is not given.
    """
    said = []
    for one in pattern:
        if isinstance(one, str):
            said.append(one)
        elif isinstance(one, Choice):
            chosen = _variant(one, _valued(one.by, given, functions), plural)
            said.append(filled(chosen, given, functions, plural))
        else:
            value = _valued(one, given, functions)
            said.append(f"{value:,}" if isinstance(value, int) else str(value))
    return "".join(said)


def _valued(one: Place | Call, given: Mapping[str, object], functions: Functions) -> object:
    if isinstance(one, Place):
        return given[one.name]
    return functions[one.name](*(given[place] for place in one.places), **dict(one.named))


def _variant(choice: Choice, value: object, plural: Callable[[int], str]) -> Pattern:
    keys = (str(value), plural(value)) if isinstance(value, int) else (value,) if isinstance(value, str) else ()
    return next((said for key, said in choice.variants if key in keys), choice.variants[choice.default][1])
