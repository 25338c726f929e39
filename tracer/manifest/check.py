"""Every table and key of a manifest held to the schema; nothing is raised, every problem is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any, TypeVar

from tracer.documents import NotADocument, toml_of
from tracer.dossier.vocabulary import did_you_mean, id_problem, is_amount, is_day, is_whole, word_problem
from tracer.errors import InputRefused
from tracer.manifest.schema import TABLES, Key, Kind

# Where the tables and keys of a TOML document are: the line numbers that `tomllib` does not give. Reads a document
# that `tomllib` has accepted, and only as far as needed: headers, the first part of each key, and enough of the
# values (strings, arrays, inline tables, comments) to skip them.

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}' r"|'''(?:(?!''').)*'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'", re.DOTALL
)


@dataclass
class Lines:
    """Line numbers, from 1. Tables are counted from 0 by name, as `tomllib` lists them."""

    tables: dict[tuple[str, int], int] = field(default_factory=dict)
    """(table, number) → line of its header."""
    keys: dict[tuple[str, int, str], int] = field(default_factory=dict)
    """(table, number, key) → line of its key; ("", 0, key) for keys before any header."""

    def table(self, table: str, number: int) -> int | None:
        """The line of a table's header."""
        return self.tables.get((table, number))

    def key(self, table: str, number: int, key: str) -> int | None:
        """The line of a key, or of its table's header where the key is not written."""
        return self.keys.get((table, number, key), self.table(table, number))


def locate(text: str) -> Lines:
    """Find the lines of all headers and keys of a well-formed TOML document."""
    lines, at = Lines(), 0
    table, counts = ("", 0), dict[str, int]()
    while at < len(text):
        at = _blank(text, at)
        if at >= len(text):
            break
        line = text.count("\n", 0, at) + 1
        if text[at] == "[":
            repeated = text.startswith("[[", at)
            name, at = _name(text, at + (2 if repeated else 1))
            if len(name) == 1 or name[0] not in counts:
                counts[name[0]] = counts.get(name[0], -1) + 1
                table = (name[0], counts[name[0]])
                lines.tables[table] = line
            else:  # [dataset.columns] belongs to the latest [[dataset]]
                table = (name[0], counts[name[0]])
            if len(name) > 1:
                lines.keys.setdefault((*table, name[1]), line)
                table = (f"{name[0]}.{name[1]}", counts[name[0]])
            at = _line_end(text, at)
        else:
            name, at = _name(text, at)
            lines.keys.setdefault((*table, name[0]), line)
            at = _value_end(text, at)
    return lines


def _blank(text: str, at: int) -> int:
    """The first place at or behind `at` that is neither white nor in a comment."""
    while at < len(text) and (text[at].isspace() or text[at] == "#"):
        at = _line_end(text, at) if text[at] == "#" else at + 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _name(text: str, at: int) -> tuple[list[str], int]:
    """A dotted key's parts, and the place behind it."""
    parts: list[str] = []
    while True:
        while text[at] in " \t":
            at += 1
        found = _STRING.match(text, at) if text[at] in "\"'" else _BARE.match(text, at)
        if found is None:
            return parts or [""], at
        parts.append(found[0].strip("\"'"))
        at = found.end()
        while at < len(text) and text[at] in " \t":
            at += 1
        if at >= len(text) or text[at] != ".":
            return parts, at
        at += 1


def _value_end(text: str, at: int) -> int:
    """The place behind the line on which a value ends: brackets are balanced, strings and comments skipped."""
    depth = 0
    while at < len(text):
        character = text[at]
        if character in "\"'":
            found = _STRING.match(text, at)
            at = found.end() if found is not None else at + 1
            continue
        if character == "#":
            at = _line_end(text, at) - 1
            character = text[at]
        depth += (character in "[{") - (character in "]}")
        at += 1
        if character == "\n" and depth <= 0:
            return at
    return at


Record = TypeVar("Record")


@dataclass(frozen=True)
class Row:
    """One table of the manifest, with the keys that passed."""

    table: str
    """`dataset` for `[[dataset]]`."""
    number: int
    """From 0 among tables of this name."""
    values: Mapping[str, Any]
    where: str
    broken: frozenset[str] = frozenset()

    def get(self, key: str) -> Any:
        """The value of a key; None where it is absent or was refused."""
        return self.values.get(key)

    def into(self, record: type[Record], **said: Any) -> Record:
        """A record from the keys that its fields are named after; `said`: fields of another name or form.

        A required key that is absent or was refused is an empty text: its problem is noted already.
        """
        facts: dict[str, Any] = {}
        for one in fields(record):  # type: ignore[arg-type]  # every record is a dataclass
            if one.name in self.values:
                value = self.values[one.name]
                facts[one.name] = tuple(value) if isinstance(value, list) else value
            elif one.default is MISSING and one.default_factory is MISSING:
                facts[one.name] = ""
        return record(**facts | said)


@dataclass
class Findings:
    """What is wrong with a manifest, in the order of its lines."""

    file: str
    lines: Lines
    problems: list[tuple[int, InputRefused]] = field(default_factory=list)
    open_: int = 0
    """How many of the problems the case may solve: names of things that it may hold."""

    def note(self, row: Row, key: str | None, what: str, remedy: str = "", *, open_: bool = False) -> None:
        """Note a problem with a table's key, or with the table; `open_`: the case may solve it."""
        self.open_ += open_
        line = self.lines.table(row.table, row.number) if key is None else self.lines.key(row.table, row.number, key)
        place = f"[{row.table}]" if row.table == "case" else f"[[{row.table}]]"
        shown = place if key is None else f"{place} {key}"
        self.add(line, what, remedy, shown)

    def add(self, line: int | None, what: str, remedy: str = "", place: str = "") -> None:
        """Note a problem at a line."""
        at = f"{self.file}, line {line}" if line else self.file
        self.problems.append((line or 0, InputRefused(what, where=f"{at}, {place}" if place else at, remedy=remedy)))

    def keep(self, row: Row, key: str | None, problem: InputRefused | None) -> None:
        """Note a problem that was found elsewhere, with the manifest's line."""
        if problem is not None:
            self.note(row, key, problem.what, problem.remedy)

    def refuse(self, *, leave_open: bool = False) -> None:
        """Raise all problems in the order of their lines; with `leave_open`, only if the case cannot solve them all."""
        if len(self.problems) > (self.open_ if leave_open else 0):
            raise InputRefused.many(problem for _, problem in sorted(self.problems, key=lambda pair: pair[0]))


def check(text: str, file: str) -> tuple[dict[str, list[Row]], Findings]:
    """The rows of each table of a manifest's text, and what is wrong with them.

    Raises:
        InputRefused: the text is not TOML.
    """
    try:
        document = toml_of(text)
    except NotADocument as error:
        raise InputRefused(error.what, where=file, remedy="correct it and run again") from None
    found = Findings(file, locate(text))
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for name, content in document.items():
        line = found.lines.table(name, 0) or found.lines.key("", 0, name)
        if name not in TABLES:
            found.add(line, f"unknown table or key {name!r}", did_you_mean(name, TABLES))
        elif name == "case" and isinstance(content, dict):
            tables[name].append(_row(name, 0, content, found))
        elif name == "case":
            found.add(line, "the case is one table", "write [case]")
        elif isinstance(content, list) and all(isinstance(entry, dict) for entry in content):
            tables[name].extend(_row(name, number, entry, found) for number, entry in enumerate(content))
        else:
            found.add(line, f"{name!r} must be a repeated table", f"write [[{name}]]")
    return tables, found


def _row(table: str, number: int, content: Mapping[str, Any], found: Findings) -> Row:
    keys, values, broken = TABLES[table], dict[str, Any](), set[str]()
    line = found.lines.table(table, number)
    bare = Row(table, number, {}, f"{found.file}, line {line}, [[{table}]]")
    for name, value in content.items():
        key = keys.get(name)
        if key is None:
            found.note(bare, name, f"unknown key {name!r}", did_you_mean(name, keys))
            continue
        problem = _value_problem(name, value, key)
        if problem is None:
            values[name] = value
        else:
            broken.add(name)
            found.keep(bare, name, problem)
    for name, key in keys.items():
        if key.required and name not in content:
            found.note(bare, None, f"the key {name!r} is missing", f"add {name} = {_EXAMPLES.get(key.kind, '…')}")
    return Row(table, number, values, bare.where, frozenset(broken))


_EXAMPLES = {
    Kind.DATE: "2026-05-01",
    Kind.FILE: '"a path"',
    Kind.FILES: '"a path"',
    Kind.TEXT: '"…"',
    Kind.ID: '"an-id"',
}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 < item < 1 << 31 for item in value)


def _mapping(value: Any) -> bool:
    return isinstance(value, dict) and all((isinstance(item, str) and item) or _texts(item) for item in value.values())


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FITS: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: _text,
    Kind.ID: _text,
    Kind.PARTY: _text,
    Kind.DATASET: _text,
    Kind.FILE: _text,
    Kind.FILES: _text,
    Kind.EVIDENCE: _texts,
    Kind.TEXTS: _texts,
    Kind.ROWS: _rows,
    Kind.MAPPING: _mapping,
    Kind.DATE: is_day,
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.INTEGER: is_whole,
    Kind.SCALAR: lambda value: isinstance(value, bool) or is_amount(value) or is_day(value) or _text(value),
}


def _value_problem(name: str, value: Any, key: Key) -> InputRefused | None:
    if not _FITS[key.kind](value):
        return InputRefused(f"{name} = {_brief(value)} is not {key.kind.value}")
    if key.words:
        problem = word_problem(value, key.allowed(), key.of)
        return None if problem is None else InputRefused(problem.what, remedy=problem.remedy or key.remedy)
    if key.least is not None and value < key.least:
        return InputRefused(f"invalid {name} {value}", remedy=key.remedy)
    if key.kind is Kind.ID:
        return id_problem(value)
    return None


def _brief(value: Any) -> str:
    text = repr(value) if not isinstance(value, date) else value.isoformat()
    return text if len(text) <= 40 else f"{text[:37]}…"
