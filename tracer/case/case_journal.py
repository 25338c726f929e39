"""The journal of an open case: names in it are pseudonyms, and the store records how long it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path, PurePath
from typing import Any, Protocol

import duckdb

from tracer.case.journal import ACCEPTED, Journal, Kept, Mark, differs, make_entry
from tracer.case.key import derive
from tracer.case.layout import Layout
from tracer.case.protected import PURPOSE, Protected, Substitution, keyed_pseudonym, protected_in
from tracer.case.schema import read_meta, write_meta
from tracer.documents import json_of
from tracer.errors import InputRefused

# Pseudonyms in the journal for what must not be in it: files' names, protected parties, numbers, addresses.
# Everything that is journaled goes through here. Each text that changes is kept with its clear one in the encrypted
# store, so that only the owner of the key reads the journal as it was meant. A pseudonym is keyed, holds no digits,
# and two texts never become one.

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


class JournalNames:
    """What is in one case's journal in the place of names, numbers and addresses."""

    def __init__(self, pseudonym: Callable[[str], str], own: Callable[[], str] = str) -> None:
        """`own`: recognises the case's id, which was drawn at random and names no person, whatever digits are in it."""
        self.pseudonym, self._own = pseudonym, own
        self._clear = dict[str, str]()
        """Text as it is journaled → the clear one, of texts that the store does not hold yet."""

    def hidden(self, entry: Mapping[str, object], protected: Protected) -> dict[str, object]:
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
            return value if value == self._own() else self._kept(value, _PRIVATE.sub(self._private, names(value)))
        if isinstance(value, Mapping):
            value = {self._key(name, names): one for name, one in value.items()}
            drawn = {name for name, one in value.items() if name == _DRAW and _DRAWN.fullmatch(str(one))}
            return {name: one if name in drawn else self._value(one, names) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(one, names) for one in value]
        return value

    def _key(self, name: Any, names: Substitution) -> Any:
        """A key as it may be written; of `evidence:ID` the id is one that is protected under an everyday word too."""
        kind, _, ref = name.partition(":") if isinstance(name, str) else ("", "", "")
        if not ref:
            return self._value(name, names)
        return self._kept(name, ":".join(_PRIVATE.sub(self._private, names(part)) for part in (kind, ref)))

    def _kept(self, clear: str, shown: str) -> str:
        if shown != clear:
            self._clear[shown] = clear
        return shown

    def _file(self, path: PurePath) -> str:
        ending = _ENDING.fullmatch(path.suffix.lower())
        return f"file-{self._letters(f'file {path}')}{ending.group(0) if ending else ''}"

    def _private(self, match: re.Match[str]) -> str:
        if match.lastgroup == "kept":
            return match.group(0)
        return f"{match.lastgroup}-{self._letters(match.group(0))}"

    def _letters(self, text: str) -> str:
        return self.pseudonym(f"journal {text}").translate(_LETTERS)


def with_clear_names(con: duckdb.DuckDBPyConnection, entries: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
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


_KEPT = "journal"
"""Named value: JSON of `Kept`."""
_EARLIER = "pending_entries"
"""Named value of earlier versions: entries of the last transaction, not chained yet."""


class _Owner(Protocol):
    """What the journal needs of its case."""

    con: duckdb.DuckDBPyConnection
    layout: Layout
    root: bytes
    read_only: bool
    in_transaction: bool

    @property
    def case_id(self) -> str:
        """The random id of the case."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""
        ...


class CaseJournal:
    """The journal of an open case. Entries of a transaction are chained before its commit, and written after it.

    The store keeps the lines and where the journal then ends, in the same transaction: a process that is killed between
    the two leaves lines that the next one writes, and nothing else that is missing at the end is taken for that.
    """

    def __init__(self, case: _Owner) -> None:
        self._case, self._waiting = case, list[Mapping[str, Any]]()
        kept = read_meta(case.con, _KEPT)
        self._known = bool(kept)
        self.file = Journal(case.layout.journal, derive(case.root, b"journal"), _read(kept) if kept else Kept())
        self._names = JournalNames(keyed_pseudonym(derive(case.root, PURPOSE)), lambda: case.case_id)
        self._next: Kept | None = None
        # Read now: while a command reads, a statement would end what it reads.
        self._fixed = self._protected() if case.read_only else Protected()

    def append(
        self,
        *,
        command: str,
        inputs: Mapping[str, str] | Mapping[Path, str] | Mapping[str | PurePath, str] | None = None,
        result: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> str:
        """Journal what was done: with the transaction's commit, otherwise at once. Returns the entry's `uid`.

        A file is named by its `Path`; it is in the journal under a keyed pseudonym, as protected parties do.
        """
        entry = make_entry(command, inputs or {}, result, detail or {})
        if self._case.in_transaction:
            self._waiting.append(entry)
        elif self._case.read_only:
            self.file.append(self._names.hidden(entry, self._fixed))
        else:
            with self._case.transaction():
                self._waiting.append(entry)
        return str(entry["uid"])

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries, oldest first, with the clear words for the pseudonyms that the store knows; see `Journal`."""
        return with_clear_names(self._case.con, self.file.entries())

    def keep_pending(self) -> None:
        """Chain the waiting entries and put them, and where the journal then ends, into the store."""
        if not self._waiting:
            return
        protected = self._protected()
        entries = [self._names.hidden(entry, protected) for entry in self._waiting]
        self._names.keep(self._case.con)
        lines, mark = self.file.chained(entries)
        self._put(replace(self.file.kept, mark=mark, pending=lines))

    def flush(self) -> None:
        """Write what was chained; called after the commit."""
        self._waiting.clear()
        if self._next is not None:
            kept, self._next = self._next, None
            self.file.write(kept)

    def forget(self) -> None:
        """Drop the waiting entries of a transaction that was rolled back."""
        self._waiting.clear()
        self._next = None

    def begin(self) -> None:
        """The journal of a new case: the store and the mark next to the file know that it has no line."""
        self.file.begin()
        write_meta(self._case.con, _KEPT, _written(self.file.kept))
        self._known = True

    def resume(self, *, thorough: bool) -> bool:
        """The case was opened for writing: repair what a killed process left; whether the journal is as it was written.

        Raises `CaseUnavailable` where it is not, unless a thorough look was asked for: that shows what
        it finds before anything is changed.
        """
        if not self._known:
            self._adopt()
        look = self.file.look()
        if thorough and (look.fault or look.torn):
            return False
        if look.fault:
            raise differs(look.fault, self.file.path)
        last = self.file.settle()
        if last.entries > self.file.kept.mark.entries:
            self.file.kept = replace(self.file.kept, mark=last, pending="")
            write_meta(self._case.con, _KEPT, _written(self.file.kept))
        return True

    def accept(self, reason: str) -> str:
        """Accept the journal as it is, for a reason that stays in it for good; returns what was wrong with it.

        Raises `InputRefused` where nothing is wrong.
        """
        fault = self.file.look().fault
        if not fault:
            raise InputRefused(
                "the journal is unchanged, so there is nothing to accept",
                where=str(self.file.path),
                remedy="leave --accept-journal out",
            )
        known = self.file.kept.mark
        detail = {"reason": reason, "found": fault, "known": {"entries": known.entries, "head": known.head}}
        entry = self._names.hidden(make_entry(ACCEPTED, {}, None, detail), self._protected())
        with self._case.transaction():
            self._names.keep(self._case.con)
            self._put(self.file.accepting(entry))
        return fault

    def _protected(self) -> Protected:
        return protected_in(self._case.con, self._names.pseudonym)

    def _put(self, kept: Kept) -> None:
        write_meta(self._case.con, _KEPT, _written(kept))
        self._next = kept

    def _adopt(self) -> None:
        """A case of an earlier version: the store records how far its journal goes, and what was not written yet."""
        self.file.kept = self.file.adopted()
        self.begin()
        waiting = json_of(read_meta(self._case.con, _EARLIER) or "[]")
        held = {entry["uid"] for entry in self.file.entries()}
        lost = [entry for entry in waiting if entry["uid"] not in held]
        if lost and not self.file.look().fault:
            with self._case.transaction():
                self._waiting += lost
        self._case.con.execute("DELETE FROM meta WHERE name = $name", {"name": _EARLIER})


def _written(kept: Kept) -> str:
    return json.dumps(asdict(kept), ensure_ascii=False)


def _read(text: str) -> Kept:
    said = json_of(text)
    return Kept(**{**said, "mark": Mark(**said["mark"])})
