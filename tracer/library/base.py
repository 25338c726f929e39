"""What every part of the library has: the case's folder and key, and the way to its store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.errors import UsageError
from tracer.library.holding import CaseFolder, holding_of
from tracer.library.progress import Meters

if TYPE_CHECKING:
    from tracer.case.case import Case as OpenStore

Listener = Callable[[str], None]
"""Is given what a longer call says while it runs, a line each."""


def quiet(_: str) -> None:
    """A listener that keeps nothing."""


@dataclass(frozen=True)
class Changed:
    """What a change did: the object that the command line prints.

    >>> Changed({"party": "cti-x", "outcome": "added"})["outcome"]
    'added'
    """

    done: Mapping[str, Any]
    to_trace: bool = False
    """Whether `trace` has to run before findings know it."""
    notes: tuple[str, ...] = ()
    """What the reader must know, in sentences."""

    def __getitem__(self, name: str) -> Any:
        """One value of it."""
        return self.done[name]

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return dict(self.done)


@dataclass(frozen=True)
class Access:
    """The folder, key and manners of one `Case`, shared by its parts."""

    folder: Path
    key_file: Path | None
    read_only: bool
    meters: Meters
    holding: CaseFolder

    @classmethod
    def of(cls, folder: Path, key_file: Path | None, meters: Meters, *, read_only: bool = False) -> Access:
        """The access to a folder; nothing is opened yet."""
        return cls(folder, key_file, read_only, meters, holding_of(folder))

    def reading(self) -> AbstractContextManager[OpenStore]:
        """The store, open for reading; the journal may be written."""
        return self.holding.reading(self.key_file)

    def writing(self, *, thorough: bool = False, computes: bool = False) -> AbstractContextManager[OpenStore]:
        """The store, open for writing; see `open_case`.

        Raises:
            UsageError: the case was opened read-only.
        """
        self.refuse_read_only()
        return self.holding.writing(self.key_file, thorough=thorough, computes=computes)

    def alone(self, *, changes: bool) -> AbstractContextManager[None]:
        """The folder with no store open, for what opens it by itself; `changes`: whether that writes."""
        if changes:
            self.refuse_read_only()
        return self.holding.turn()

    def store(self, *, read_only: bool = False) -> AbstractContextManager[OpenStore]:
        """The store, for what opens it many times."""
        return self.reading() if read_only else self.writing()

    def refuse_read_only(self) -> None:
        """Raises `UsageError` where the case was opened read-only."""
        if self.read_only:
            raise UsageError(
                "the case was opened read-only", where=str(self.folder), remedy="open it without read_only=True"
            )

    def change(
        self, command: str, make: Callable[[OpenStore], dict[str, Any]], *, hash_of: str | None = None,
        also: Mapping[str, object] | None = None,
    ) -> Changed:  # fmt: skip
        """Make one change in one transaction and journal it.

        hash_of: the evidence whose hash the journal names, so that an anchor fixes it; also: what the journal says in
        addition to what was done.
        """
        from tracer.dossier.parties import new_parties, party_ids

        with self.writing() as store:
            with store.transaction():
                known = party_ids(store.con)
                done = make(store)
                notes = () if command.startswith("party ") else new_parties(store.con, known)
                inputs = {} if hash_of is None else _evidence_hash(store, hash_of)
                store.journal.append(command=command, inputs=inputs, detail={**done, **(also or {})})
            same = done.get("outcome") == "same" or done.get("changed") == []
            stale = not same and store.meta("stage:overlaps") != ""
        return Changed(done, stale, notes)


def _evidence_hash(store: OpenStore, evidence: str) -> dict[str, str]:
    return dict(store.con.execute("SELECT id, sha256 FROM evidence WHERE id = $id", {"id": evidence}).fetchall())


class CasePart:
    """A part of a `Case`: the same folder, key and lock."""

    def __init__(self, access: Access) -> None:
        self._access = access
