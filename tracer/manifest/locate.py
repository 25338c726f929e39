"""Where the tables and keys of a TOML document are: the line numbers that `tomllib` does not give.

Reads a document that `tomllib` has accepted, and only as far as needed: headers, the first part of each key, and enough
of the values (strings, arrays, inline tables, comments) to skip them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
