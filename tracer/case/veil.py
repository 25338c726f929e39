"""Pseudonyms in the journal for what must not be in it: files' names, protected parties, numbers, addresses.

Everything that is journaled goes through here. Each text that changes is kept with its clear one in the encrypted
store, so that only the owner of the key reads the journal as it was meant. A pseudonym is keyed, holds no digits, and
two texts never become one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

import duckdb

from tracer.case.protected import Protected, Substitution

_LETTERS = str.maketrans("234567", "uvwxyz")
_DAY = r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
_PRIVATE = re.compile(
    rf"""
    (?P<kept>{_DAY}(?:T[\d:.]+Z?)?|(?<![0-9A-Za-z])[0-9a-f]{{32,}}(?![0-9A-Za-z]))
    |(?P<mail>[\w.+%-]+[@＠](?:[\w-]+\.)+[A-Za-z\u3400-\u9fff]{{2,}})
    |(?P<number>\d{{5,}}|(?<!\d)\d(?:[ .\-()]{{1,3}}?\d|\d){{6,}}(?!\d))
    """,
    re.VERBOSE,
)
"""A day and a hash stay; addresses, digits of five and more, and digits in groups that may be a telephone's do not."""
_DRAW, _DRAWN = "draw", re.compile(r"[0-9a-f]{16}")
"""The id of a register, drawn at random: its digits look like a number's, and the register has it in clear."""
_ENDING = re.compile(r"\.[a-z][a-z0-9]{0,7}")


class Veil:
    """The veil of one case's journal."""

    def __init__(self, pseudonym: Callable[[str], str], own: Callable[[], str] = str) -> None:
        """`own`: recognises the case's id, which was drawn at random and names no person, whatever digits are in it."""
        self.pseudonym, self._own = pseudonym, own
        self._clear = dict[str, str]()
        """Veiled text → the clear one, of texts that the store does not hold yet."""

    def veiled(self, entry: Mapping[str, object], protected: Protected) -> dict[str, object]:
        """The entry as it may be written to the journal; its keys, numbers and what names the entry itself stay."""
        names = Substitution(protected, apart=self._letters)
        return {
            key: self._value(value, names) if key in ("inputs", "detail", "result") else value
            for key, value in entry.items()
        }

    def keep(self, con: duckdb.DuckDBPyConnection) -> None:
        """Tell the store what stands for what."""
        for shown, clear in sorted(self._clear.items()):
            con.execute(
                "INSERT INTO journal_name VALUES ($shown, $clear) ON CONFLICT DO NOTHING",
                {"shown": shown, "clear": clear},
            )
        self._clear.clear()

    def _value(self, value: Any, names: Substitution) -> Any:
        if isinstance(value, PurePath):
            return self._kept(str(value), self._file(value))
        if isinstance(value, str):
            return value if value == self._own() else self._kept(value, self._text(names(value)))
        if isinstance(value, Mapping):
            drawn = {name for name, one in value.items() if name == _DRAW and _DRAWN.fullmatch(str(one))}
            return {
                self._value(name, names): one if name in drawn else self._value(one, names)
                for name, one in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(one, names) for one in value]
        return value

    def _kept(self, clear: str, shown: str) -> str:
        if shown != clear:
            self._clear[shown] = clear
        return shown

    def _file(self, path: PurePath) -> str:
        ending = _ENDING.fullmatch(path.suffix.lower())
        return f"file-{self._letters(f'file {path}')}{ending.group(0) if ending else ''}"

    def _text(self, text: str) -> str:
        return _PRIVATE.sub(self._private, text)

    def _private(self, match: re.Match[str]) -> str:
        if match.lastgroup == "kept":
            return match.group(0)
        return f"{match.lastgroup}-{self._letters(match.group(0))}"

    def _letters(self, text: str) -> str:
        return self.pseudonym(f"journal {text}").translate(_LETTERS)


def unveiled(con: duckdb.DuckDBPyConnection, entries: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Entries with the clear texts that the store knows."""
    clear = dict(con.execute("SELECT shown, clear FROM journal_name ORDER BY shown").fetchall())

    def read(value: Any) -> Any:
        if isinstance(value, str):
            return clear.get(value, value)
        if isinstance(value, dict):
            return {read(name): read(one) for name, one in value.items()}
        return [read(one) for one in value] if isinstance(value, list) else value

    for entry in entries:
        yield {key: read(value) if key in ("inputs", "detail", "result") else value for key, value in entry.items()}
