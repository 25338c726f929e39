"""Where parts of a protected party's names are in what others wrote.

Its whole names are replaced in all that leaves. A part of one (the given name, `old Shen`) names somebody to those who
know them, and is replaced only where it counts as a name itself: then it is one more alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from tracer.case.protected import documents_naming, unsought
from tracer.dossier.parties import protected_names
from tracer.resources import statements_beside
from tracer.spellings.names import NameFinder, joined

_statement = statements_beside(__file__)
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_BEFORE, _AFTER = "老小阿", "某总工哥姐"
"""What people write before and after a family name."""
_TITLES = ("先生", "女士", "经理", "老师")


@dataclass(frozen=True)
class Mention:
    """A part of a name in one field of one record."""

    place: str
    field: str
    part: str


def parts_of(names: Iterable[str]) -> list[str]:
    """The words of names; of a Chinese name its given name, and its family name as people use it."""
    whole = {joined(name) for name in names}
    parts = {part for name in names for part in _parts(name) if not unsought(part)}
    return sorted(part for part in parts if joined(part) not in whole)


def _parts(name: str) -> Iterator[str]:
    for word in re.split(r"[^\w\u0300-\u036f\u0900-\u0dff]+|_|\d+", name):
        yield word
        if _HAN.fullmatch(word):
            for size in range(2, len(word)):
                yield from (word[at : at + size] for at in range(len(word) - size + 1))
            yield from (f"{sign}{word[0]}" for sign in _BEFORE)
            yield from (f"{word[0]}{sign}" for sign in (*_AFTER, *_TITLES))


def mentions(con: duckdb.DuckDBPyConnection, party: str) -> list[Mention]:
    """Parts of the names of a protected party in what others wrote; its own statements, and documents that could show
    who it is, leave in no export and are not looked through."""
    names = protected_names(con, party)
    parts = {joined(part): part for part in parts_of(names)}
    if not parts:
        return []
    whole, finder, hidden = NameFinder(names), NameFinder(parts.values()), documents_naming(con, {party})
    return [
        Mention(place, field, parts.get(found, found))
        for place, field, by, words in con.execute(_statement("mentions")).fetchall()
        if words and by != party and place.removeprefix("document ") not in hidden
        for found in sorted({one.name for one in finder.found(whole.replaced(words, lambda *_: " | "))})
    ]
