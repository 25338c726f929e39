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
from itertools import takewhile
from typing import Any

from tracer.ask.result import Column, ColumnType
from tracer.dossier.vocabulary import NAMED, claim_kinds, did_you_mean, is_amount, is_day, is_whole
from tracer.errors import TracerError
from tracer.plugins import Plugin
from tracer.wording import LANGUAGES

_HEAD = re.compile(r"--")
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
        read, holds, _ = _READ[self.type]
        value = read(given)
        if not holds(value):
            raise ValueError(given)
        return value

    def meaning(self, given: str) -> str:
        """What to give in the place of a text that stands for nothing."""
        return did_you_mean(given, self._known()) if self.words else f"give {_READ[self.type][2]}"

    def described(self) -> str:
        """For who has given it wrongly."""
        default = "required" if self.required else f"default {'all' if self.default is None else self.default}"
        one_of = f" One of: {', '.join(self.words)}." if self.words else ""
        return f"{self.name} ({self.type}, {default}): {self.text}{one_of}"


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


_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


_READ: Mapping[str, tuple[Callable[[str], Any], Callable[[Any], bool], str]] = {
    "text": (str, lambda _: True, "any text"),
    "word": (str, lambda _: True, "one of its words"),
    "id": (str, lambda _: True, "an id"),
    "integer": (
        lambda text: int(text.replace("_", "").replace(",", "")),
        lambda n: is_whole(n) and n >= 0,
        "a whole number from 0 to 2,147,483,647",
    ),
    "number": (float, is_amount, "a number"),
    "date": (date.fromisoformat, is_day, "a day like 2026-05-01 (1900 to 2200)"),
    "boolean": (lambda text: _BOOLEANS[text.strip().casefold()], lambda _: True, "true or false"),
    "language": (lambda text: {one: one for one in LANGUAGES}[text.strip().casefold()], bool, " or ".join(LANGUAGES)),
}
"""Type -> what its texts are read by, what the case can hold of it, and what to give."""


def parse_query(name: str, sql: str) -> NamedQuery:
    """Read a query's header and hold its body to it.

    Raises:
        BrokenQuery: no title, question or column; a line that is not understood; parameters undeclared or unused.
    """

    def broken(what: str) -> BrokenQuery:
        return BrokenQuery(what, where=f"query {name}")

    head = _header_lines(sql)
    title, answers, parameters, columns = head[0] if head else "", "", list[Parameter](), list[Column]()
    for line in head[1:]:
        if match := _PARAM.match(line):
            parameters.append(_parameter(match, broken))
        elif match := _COLUMN.match(line):
            if match["type"] not in {kind.value for kind in ColumnType if kind is not ColumnType.CODES}:
                raise broken(f"column {match['name']} has no known type")
            columns.append(
                Column(match["name"], ColumnType(match["type"]), match["text"], detail=match["what"] == "detail")
            )
        elif match := _ANSWERS.match(line):
            answers = match["text"]
        elif line:
            raise broken(f"header line not understood: {line!r}")
    for part, what in ((title, "title"), (answers, "'answers:' line"), (columns, "column")):
        if not part:
            raise broken(f"the header has no {what}")
    declared = {parameter.name for parameter in parameters}
    used = {match["name"] for match in _USED.finditer(sql) if match["name"] is not None}
    for missing in sorted(used - declared):
        raise broken(f"parameter ${missing} is used but not declared")
    spoken = {parameter.name for parameter in parameters if parameter.type == "language"}
    for idle in sorted(declared - used - spoken):
        raise broken(f"parameter {idle} is declared but not used")
    return NamedQuery(name, title, answers, tuple(parameters), tuple(columns), sql)


def _header_lines(sql: str) -> list[str]:
    """The comment lines at the top; a line indented by more than one blank continues the one before."""
    lines: list[str] = []
    for raw in takewhile(_HEAD.match, sql.splitlines()):
        text = raw[2:].removeprefix(" ")
        if lines and text.startswith("  "):
            lines[-1] += " " + text.strip()
        else:
            lines.append(text.strip())
    return lines


def _parameter(match: re.Match[str], broken: Callable[[str], BrokenQuery]) -> Parameter:
    kind, default = match["type"], match["default"]
    words = tuple(word.strip() for word in (match["words"] or "").split("|") if word.strip())
    if words and words[0].startswith("@"):
        words = NAMED.get(words[0].removeprefix("@"), ())
    if kind not in _READ or (kind == "word") != bool(words):
        raise broken(f"parameter {match['name']} has no known type")
    bare = Parameter(match["name"], kind, None, default is None, match["text"], words)
    return bare if default in (None, "none") else replace(bare, default=bare.read(str(default)))
