"""The header of a query file: its help, its parameters and its columns, held to the body.

    -- Overlaps
    -- answers: Which pairs of datasets share more contacts than independent lists would?
    -- param dataset id = none: only pairs with this dataset
    -- column a id: the first dataset of the pair
    SELECT …

A parameter without `= …` is required; `= none` binds NULL. One of a closed set of words is declared with them, as
`word(own|obtained)`, or with the name of a vocabulary, as `word(@claim_kinds)`: any other is refused. Undeclared and
unused parameters are refused alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracer.ask.result import Column, ColumnType
from tracer.dossier.vocabulary import NAMED, claim_kinds, did_you_mean, is_amount, is_day, is_whole
from tracer.errors import TracerError
from tracer.plugins import Plugin
from tracer.wording import LANGUAGES

_HEAD = re.compile(r"--\s?(?P<text>.*)\Z")
_PARAM = re.compile(
    r"param\s+(?P<name>[a-z_]+)\s+(?P<type>[a-z]+)(?:\((?P<words>[\w\s|@]+)\))?(?:\s*=\s*(?P<default>[^:]+?))?\s*:\s*(?P<text>.+)\Z"
)
_COLUMN = re.compile(r"(?P<what>column|detail)\s+(?P<name>[a-z_]+)\s+(?P<type>[a-z]+)\s*:\s*(?P<text>.+)\Z")
_ANSWERS = re.compile(r"answers:\s*(?P<text>.+)\Z")
# Strings, quoted names and comments are skipped, so that a `$` in them is not a parameter.
_USED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|\$(?P<name>[a-z_]+)")


class BrokenQuery(TracerError):
    """A query file that does not say what it must: a fault of the installation."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a named query."""

    name: str
    """As in `-p name=value`."""
    type: str
    default: Any
    required: bool
    text: str
    words: tuple[str, ...] = ()
    """All that it may be, of a `word`; kinds of claims that plug-ins test come to those of the tool."""

    def _known(self) -> tuple[str, ...]:
        return claim_kinds() if self.words == NAMED["claim_kinds"] else self.words

    def read(self, given: str) -> Any:
        """The value that a text stands for. Raises `ValueError` or `KeyError` where it stands for none."""
        if self.words:
            asked = given.strip().casefold()
            known = self.words if asked in self.words else self._known()
            return {word.casefold(): word for word in known}[asked]
        return _READ[self.type][0](given)

    def meaning(self, given: str) -> str:
        """What to give in the place of a text that stands for nothing."""
        return did_you_mean(given, self._known()) if self.words else f"give {_READ[self.type][1]}"


@dataclass(frozen=True)
class NamedQuery:
    """One query file."""

    name: str
    """The file's name without `.sql`."""
    title: str
    answers: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sql: str
    plugin: Plugin | None = None
    """What it comes from; None: built in. It reads copies of the documented views, as `tracer sql` does."""


def _boolean(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    return words[text.strip().casefold()]


def _whole(text: str) -> int:
    value = int(text.replace("_", "").replace(",", ""))
    if not is_whole(value) or value < 0:
        raise ValueError(text)
    return value


def _amount(text: str) -> float:
    value = float(text)
    if not is_amount(value):
        raise ValueError(text)
    return value


def _day(text: str) -> date:
    value = date.fromisoformat(text)
    if not is_day(value):
        raise ValueError(text)
    return value


_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "any text"),
    "word": (str, "one of its words"),
    "id": (str, "an id"),
    "integer": (_whole, "a whole number from 0 to 2,147,483,647"),
    "number": (_amount, "a number"),
    "date": (_day, "a day like 2026-05-01 (1900 to 2200)"),
    "boolean": (_boolean, "true or false"),
    "language": (lambda text: {lang: lang for lang in LANGUAGES}[text.strip().casefold()], " or ".join(LANGUAGES)),
}


def parse_query(name: str, sql: str) -> NamedQuery:
    """Read a query's header and hold its body to it.

    Raises:
        BrokenQuery: no title, question or column; a line that is not understood; parameters undeclared or unused.
    """
    head = _header_lines(sql)
    title, answers, parameters, columns = head[0] if head else "", "", list[Parameter](), list[Column]()
    for line in head[1:]:
        if match := _PARAM.match(line):
            parameters.append(_parameter(name, match))
        elif match := _COLUMN.match(line):
            if match["type"] not in {kind.value for kind in ColumnType if kind is not ColumnType.CODES}:
                raise BrokenQuery(f"column {match['name']} has no known type", where=f"query {name}")
            columns.append(
                Column(match["name"], ColumnType(match["type"]), match["text"], detail=match["what"] == "detail")
            )
        elif match := _ANSWERS.match(line):
            answers = match["text"]
        elif line:
            raise BrokenQuery(f"header line not understood: {line!r}", where=f"query {name}")
    for part, what in ((title, "title"), (answers, "'answers:' line"), (columns, "column")):
        if not part:
            raise BrokenQuery(f"the header has no {what}", where=f"query {name}")
    declared = {parameter.name for parameter in parameters}
    used = {match["name"] for match in _USED.finditer(sql) if match["name"] is not None}
    for missing in sorted(used - declared):
        raise BrokenQuery(f"parameter ${missing} is used but not declared", where=f"query {name}")
    spoken = {parameter.name for parameter in parameters if parameter.type == "language"}
    for idle in sorted(declared - used - spoken):
        raise BrokenQuery(f"parameter {idle} is declared but not used", where=f"query {name}")
    return NamedQuery(name, title, answers, tuple(parameters), tuple(columns), sql)


def _header_lines(sql: str) -> list[str]:
    """The comment lines at the top; a line indented by more than one blank continues the one before."""
    lines: list[str] = []
    for raw in sql.splitlines():
        match = _HEAD.match(raw)
        if match is None:
            break
        text = match["text"]
        if lines and text.startswith("  "):
            lines[-1] += " " + text.strip()
        else:
            lines.append(text.strip())
    return lines


def _parameter(query: str, match: re.Match[str]) -> Parameter:
    kind, default = match["type"], match["default"]
    words = tuple(word.strip() for word in (match["words"] or "").split("|") if word.strip())
    if words and words[0].startswith("@"):
        words = NAMED.get(words[0].removeprefix("@"), ())
    if kind not in _READ or (kind == "word") != bool(words):
        raise BrokenQuery(f"parameter {match['name']} has no known type", where=f"query {query}")
    bare = Parameter(match["name"], kind, None, default is None, match["text"], words)
    return bare if default in (None, "none") else replace(bare, default=bare.read(str(default)))
