"""Which columns make a key together, as the user named them, and which must not: names alone never link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from tracer.errors import InputRefused
from tracer.lists.read import cells
from tracer.lists.read.languages import EITHER
from tracer.lists.read.model import PIECES
from tracer.lists.read.words import fold, role_of_heading

_APART = re.compile(r"[,，、;；]")
_NAMES = 0.6
"""Share of the cells that must look like Chinese names for a column of them."""
_ACCOUNTS = frozenset({"username", "userid", "login", "loginname", "用户名", "用戶名", "账号", "帳號"})
_SAYS_LITTLE = frozenset({
    "性别", "性別", "gender", "sex", "sexo", "geschlecht", "sexe", "sesso", "称呼", "稱呼", "title",
    "salutation", "anrede",
})  # fmt: skip
"""Headings of columns that halve the people of a name at most."""
Finder = Callable[[Sequence[str], str], list[int]]


def key_columns(
    header: Sequence[str], value: str | Sequence[str], find: Finder
) -> tuple[tuple[tuple[int, ...], ...], list[str]]:
    """The keys that a user named, each by the positions of its columns, and what he named that is not there.

    `姓名,生日` and a list of names are one key of several columns; columns parted by `|` are keys of their own. A
    heading that holds a comma is looked for as a whole first.
    """
    if isinstance(value, str):
        apart = [[piece] for piece in value.split("|") if piece.strip()]
    else:
        several = [piece for piece in value if len(_parted(header, piece, find)) > 1]
        together = [piece for piece in value if piece.strip() and piece not in several]
        apart = [*([piece] for piece in several), *([together] if together else [])]
    keys: list[tuple[int, ...]] = []
    missing: list[str] = []
    for pieces in apart:
        wanted = [one for piece in pieces for one in _parted(header, piece, find)]
        found = [find(header, one) for one in wanted]
        missing += [one for one, positions in zip(wanted, found, strict=True) if not positions]
        # A heading that comes twice is two keys where it is one alone, else its first column.
        if len(wanted) == 1:
            keys += [(position,) for position in found[0]]
        elif all(found):
            keys.append(tuple(dict.fromkeys(positions[0] for positions in found)))
    return tuple(keys), missing


def _parted(header: Sequence[str], piece: str, find: Finder) -> list[str]:
    if find(header, piece) or not _APART.search(piece):
        return [piece]
    return [part.strip() for part in _APART.split(piece) if part.strip()]


def held_keys(header: Sequence[str], value: str | Sequence[str], find: Finder) -> str | Sequence[str]:
    """What a user named as keys, without those of which this table lacks a column; empty where it has none whole."""
    if isinstance(value, str):
        return "|".join(piece for piece in value.split("|") if not key_columns(header, piece, find)[1])
    return value if not key_columns(header, value, find)[1] else ""


def named_keys(columns: Mapping[str, str | Sequence[str]]) -> tuple[str, ...]:
    """All that the user may mean by the columns of keys: whole, and at their commas."""
    value = columns.get("key", ())
    pieces = value.split("|") if isinstance(value, str) else list(value)
    return tuple(dict.fromkeys(one for piece in pieces for one in (piece, *_APART.split(piece)) if one.strip()))


def refuse_names_alone(
    header: Sequence[str], sample: Sequence[Sequence[str]], key: Sequence[int], where: str
) -> InputRefused | None:
    """The error where a key is made of names, and of what says no more than a name does."""
    weak = [at for at in key if fold(header[at]) in _SAYS_LITTLE]
    names = [at for at in key if at not in weak and _is_of_names(header[at], sample[at])]
    if not names or len(names) + len(weak) < len(key):
        return None
    shown = " and ".join(f"column {at + 1}" for at in key)
    return InputRefused(
        f"the key is a name alone ({shown}), and names never link by themselves",
        where=where,
        remedy="add a column that namesakes differ in, as in --map key=姓名,生日",
    )


def _is_of_names(heading: str, sample: Sequence[str]) -> bool:
    if fold(heading) in _ACCOUNTS:
        return False
    named = role_of_heading(heading) or ""
    if named == EITHER or PIECES.get(named, named) == "name":
        return True
    return bool(sample) and sum(map(cells.is_person, sample)) >= _NAMES * len(sample)
