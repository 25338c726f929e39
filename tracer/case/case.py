"""A case: its store, originals, journal and key behind one object.

Invariants: a change of the store and its journal entry succeed or fail together; an original that no committed
transaction names is removed at the next opening for writing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path, PurePath
from typing import Any

import duckdb

from tracer.case import rotation
from tracer.case.journal import ACCEPTED, Journal, Kept, Mark, differs, make_entry
from tracer.case.key import CaseKey, KeyStore, derive, read_key_file
from tracer.case.layout import CaseCard, Layout, make_folder, read_card, refuse_crooked, write_card
from tracer.case.protected import (
    JOURNALED_WORDS,
    PURPOSE,
    JournalNames,
    Protected,
    keyed_pseudonym,
    protected_in,
)
from tracer.case.schema import (
    CatalogueDifference,
    compare,
    install_schema,
    read_meta,
    refresh_tables,
    refresh_views,
    refuse_names,
    write_meta,
    write_metas,
)
from tracer.case.sealing import Sealing
from tracer.case.store import attach, connect, why_not_opened
from tracer.case.vault import Stored, Vault
from tracer.clock import now, today
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.file_writing import keep_private

SMALL_STORE = 64 << 20
"""Bytes up to which one thread computes as fast as several: its tables are in one piece each."""
COPIES = "backup-"
"""Beginning of the names of what a backup copies the store to."""
_KEPT = "journal"
"""Named value: JSON of `Kept`."""
_EARLIER = "pending_entries"
"""Named value of earlier versions: entries of the last transaction, not chained yet."""
DEFAULT_REGION = "CN"
"""The region of a case for which none was given."""


class Case:
    """An open case. Use as a context manager, or call `close`."""

    def __init__(self, layout: Layout, con: duckdb.DuckDBPyConnection, key: CaseKey, *, read_only: bool) -> None:
        self.layout, self.con, self.key, self.read_only = layout, con, key, read_only
        con.execute(f"SET VARIABLE today = DATE '{today()}'")  # for views, which know no clock that can be stopped
        try:
            self.root = bytes.fromhex(read_meta(con, "root_secret"))
        except ValueError:
            raise CaseUnavailable(
                "the store's own secret is invalid", where=str(layout.store), remedy="restore the case from a backup"
            ) from None
        self.vault = CaseVault(self, Vault(layout.originals, derive(key.secret, b"vault")))
        self.in_transaction = False
        self.journal = CaseJournal(self)
        self.sealing: Sealing | None = None
        """The store's seal; None for a case that is only read, or lies in memory."""

    @property
    def folder(self) -> Path:
        """The case folder."""
        return self.layout.folder

    @property
    def case_id(self) -> str:
        """The random id of the case; empty for one in memory."""
        return read_card(self.layout).case_id if self.layout.card.is_file() else ""

    @property
    def spill(self) -> Path:
        """The folder for work in progress inside the case."""
        return self.layout.spill

    @property
    def name(self) -> str:
        """The case's name, as its manifest gives it."""
        return read_meta(self.con, "name")

    @property
    def region(self) -> str:
        """The region of numbers without a country code (ISO 3166 alpha-2)."""
        return read_meta(self.con, "region")

    @property
    def region_is_said(self) -> bool:
        """Whether somebody has said the region, so that no list may speak for another."""
        return self.region != DEFAULT_REGION or self.meta("region_is_said") == "yes"

    def set_meta(self, name: str, value: str) -> None:
        """Keep a named value of the case."""
        write_meta(self.con, name, value)

    def meta(self, name: str) -> str:
        """A named value of the case; empty where there is none."""
        return read_meta(self.con, name)

    def secret(self, purpose: bytes) -> bytes:
        """A 32-byte secret for one purpose; stays the same when the key is rotated."""
        return derive(self.root, purpose)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: store, originals and journal entries. A transaction inside another joins it."""
        if self.in_transaction:
            yield
            return
        self.con.execute("BEGIN")
        self.in_transaction = True
        try:
            yield
            self.journal.keep_pending()
            self.con.execute("COMMIT")
        except BaseException:
            self.in_transaction = False
            self.journal.forget()
            try:
                self.con.execute("ROLLBACK")
            except duckdb.Error:
                # DuckDB has rolled back by itself (a full disk, an aborted transaction).
                self.con.execute("SELECT 1")
            self.vault.settle(kept=False)
            raise
        self.in_transaction = False
        self.vault.settle(kept=True)
        self.journal.flush()

    def close(self) -> None:
        """Close the store and, where it was open for writing, seal it."""
        self.con.close()
        if self.sealing is not None:
            self.sealing.end()
            self.sealing = None

    def __enter__(self) -> Case:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class CaseVault:
    """The vault of an open case: originals are registered in the store and kept or dropped with the transaction."""

    def __init__(self, case: Case, vault: Vault) -> None:
        self._case, self.files, self._new = case, vault, list[str]()

    def store(self, path: Path, data: bytes | None = None) -> Stored:
        """Encrypt a file into the case, or `data`, which is in none; call inside a transaction."""
        stored = self.seal(path, data)
        self.register(stored, path.name)
        return stored

    def seal(self, path: Path, data: bytes | None = None) -> Stored:
        """The first half of `store`: touches no database, so it may run in a thread next to one."""
        stored = self.files.store(path, data)
        if stored.new:
            self._new.append(stored.sha256)
        return stored

    def leave(self, stored: Stored) -> None:
        """Remove a sealed original that is not to be kept, unless it was there before."""
        if stored.new:
            self.files.remove(stored.sha256)
            self._new.remove(stored.sha256)

    def register(self, stored: Stored, name: str) -> None:
        """The second half of `store`: name the original in the store."""
        self._case.con.execute(
            "INSERT INTO original SELECT $sha256, $bytes, $name, $at"
            " WHERE NOT EXISTS (SELECT 1 FROM original WHERE sha256 = $sha256)",
            {"sha256": stored.sha256, "bytes": stored.bytes, "name": name, "at": now()},
        )

    def settle(self, *, kept: bool) -> None:
        """Called at the end of a transaction: drop what a rolled-back one has stored."""
        if not kept:
            for sha256 in self._new:
                self.files.remove(sha256)
        self._new.clear()


class CaseJournal:
    """The journal of an open case. Entries of a transaction are chained before its commit, and written after it.

    The store keeps the lines and where the journal then ends, in the same transaction: a process that is killed between
    the two leaves lines that the next one writes, and nothing else that is missing at the end is taken for that.
    """

    def __init__(self, case: Case) -> None:
        self._case, self._waiting = case, list[Mapping[str, Any]]()
        said = json_of(read_meta(case.con, _KEPT) or "{}")
        self._known = bool(said)
        kept = Kept(**said | {"mark": Mark(**said["mark"])}) if said else Kept()
        self.file = Journal(case.layout.journal, derive(case.root, b"journal"), kept)
        self._names = JournalNames(keyed_pseudonym(derive(case.root, PURPOSE)), lambda: case.case_id)
        self._next: Kept | None = None
        # Read now: while a command reads, a statement would end what it reads.
        self._fixed = self._protected_names() if case.read_only else Protected()

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
            self.file.append(self._names.hide(entry, self._fixed))
        else:
            with self._case.transaction():
                self._waiting.append(entry)
        return str(entry["uid"])

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries, oldest first, with the clear words for the pseudonyms that the store knows; see `Journal`."""
        known = self._case.con.execute("SELECT shown, clear FROM journal_name ORDER BY shown").fetchall()
        clear: dict[Any, str] = dict(known)

        def read(value: Any) -> Any:
            if isinstance(value, dict):
                return {read(name): read(one) for name, one in value.items()}
            return [read(one) for one in value] if isinstance(value, list) else clear.get(value, value)

        for entry in self.file.entries():
            yield {name: read(value) if name in JOURNALED_WORDS else value for name, value in entry.items()}

    def keep_pending(self) -> None:
        """Chain the waiting entries and put them, and where the journal then ends, into the store."""
        if not self._waiting:
            return
        protected = self._protected_names()
        entries = [self._names.hide(entry, protected) for entry in self._waiting]
        self._names.keep(self._case.con)
        lines, mark = self.file.chain(entries)
        self._next = replace(self.file.kept, mark=mark, pending=lines)
        self._remember(self._next)

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
        self._remember(self.file.kept)
        self._known = True

    def resume(self, *, thorough: bool) -> bool:
        """The case was opened for writing: repair what a killed process left; whether the journal is as it was written.

        Raises `CaseUnavailable` where it is not, unless a thorough look was asked for: that shows what
        it finds before anything is changed.
        """
        if not self._known:
            # A case of an earlier version: the store records how far its journal goes, and what was not written yet.
            self.file.kept = self.file.adopt()
            self.begin()
            waiting = json_of(read_meta(self._case.con, _EARLIER) or "[]")
            held = {entry["uid"] for entry in self.file.entries()}
            lost = [entry for entry in waiting if entry["uid"] not in held]
            if lost and not self.file.look().fault:
                with self._case.transaction():
                    self._waiting += lost
            self._case.con.execute("DELETE FROM meta WHERE name = $name", {"name": _EARLIER})
        look = self.file.look()
        if thorough and (look.fault or look.torn):
            return False
        if look.fault:
            raise differs(look.fault, self.file.path)
        last = self.file.settle()
        if last.entries > self.file.kept.mark.entries:
            self.file.kept = replace(self.file.kept, mark=last, pending="")
            self._remember(self.file.kept)
        return True

    def accept(self, reason: str) -> str:
        """Accept the journal as it is, for a reason that stays in it for good; returns what was wrong with it.

        Raises `InputRefused` where nothing is wrong.
        """
        fault = self.file.look().fault
        if not fault:
            what = "the journal is unchanged, so there is nothing to accept"
            raise InputRefused(what, where=str(self.file.path), remedy="leave --accept-journal out")
        known = self.file.kept.mark
        detail = {"reason": reason, "found": fault, "known": {"entries": known.entries, "head": known.head}}
        entry = self._names.hide(make_entry(ACCEPTED, {}, None, detail), self._protected_names())
        with self._case.transaction():
            self._names.keep(self._case.con)
            self._next = self.file.accepting(entry)
            self._remember(self._next)
        return fault

    def _protected_names(self) -> Protected:
        return protected_in(self._case.con, self._names.pseudonym)

    def _remember(self, kept: Kept) -> None:
        write_meta(self._case.con, _KEPT, json.dumps(asdict(kept), ensure_ascii=False))


def create_case(folder: Path, *, name: str = "", region: str | None = None, key_file: Path | None = None) -> Case:
    """Make a new, encrypted case in `folder` and open it. `region`: None where none was given.

    Raises `InputRefused` where the folder is in use, `CaseUnavailable` where the given key is none.
    """
    keep_private()
    existed = folder.exists()
    layout = make_folder(folder)
    keys = KeyStore(secrets.token_hex(8), key_file)
    try:
        key = keys.make()
        con = connect(layout.spill, layout.store)
        attach(con, layout.store, key.secret, read_only=False)
        install_schema(con)
        values = {
            "name": name or folder.resolve().name,
            "region": region or DEFAULT_REGION,
            "region_is_said": "yes" if region else "no",
            # Same key, same pseudonyms and codes; kept in the store so that a rotated key leaves them as they are.
            "root_secret": derive(key.secret, b"root").hex(),
        }
        write_metas(con, values)
        sealing = Sealing(layout, key.secret)
        sealing.begin(con)
        case = Case(layout, con, key, read_only=False)
        case.journal.begin()
        con.execute("CHECKPOINT")
        write_card(layout, CaseCard(keys.case_id, key.check(keys.case_id)))
    except BaseException:
        for path in (layout.card, layout.store, layout.wal, layout.seal, layout.journal_mark):
            path.unlink(missing_ok=True)
        for made in (layout.originals, layout.spill, *([] if existed else [layout.folder])):
            if made.is_dir():
                made.rmdir()
        raise
    case.sealing = sealing
    case.journal.append(command="init", detail={"case": keys.case_id, "region": case.region})
    return case


def open_case(
    folder: Path,
    *,
    key_file: Path | None = None,
    read_only: bool = False,
    thorough: bool = False,
    computes: bool = False,
) -> Case:
    """Open an existing case. `thorough`: compare every bit of the store with its seal, and open it whatever it says.
    `computes`: for many statements over what it holds, to which nothing large is added.

    Raises `CaseUnavailable` where it is not a case, is in use by another process for ten seconds, or the key is wrong.
    """
    keep_private()
    layout = Layout(folder)
    card = read_card(layout)
    refuse_crooked(layout)
    keys = KeyStore(card.case_id, key_file)
    if rotation.is_pending(layout):
        rotation.finish(layout, keys)
        card = read_card(layout)
    key = keys.find()
    if key.check(card.case_id) != card.key_check:
        remedy = "give the right key with --key-file"
        raise CaseUnavailable(f"the key ({key.place}) is not the key of this case", where=str(folder), remedy=remedy)
    if not read_only and not os.access(layout.store, os.W_OK):
        raise CaseUnavailable("the case cannot be written", where=str(folder), remedy="check who owns it")
    sealing = Sealing(layout, key.secret)
    if not read_only:
        sealing.look(thorough=thorough)
    con = connect(layout.spill, layout.store, alone=computes and layout.store.stat().st_size < SMALL_STORE)
    try:
        compared = _attach_known(con, layout, key, read_only=read_only)
        with contextlib.suppress(OSError):  # a backup has the store for itself while it runs: this one was killed
            for copy in layout.spill.glob(f"{COPIES}*"):
                copy.unlink(missing_ok=True)
        if read_only and (compared.missing or compared.stale):
            con.close()
            _bring_up_to_date(folder, key_file)
            con = connect(layout.spill, layout.store)
            _attach_known(con, layout, key, read_only=True)
        if compared.missing and not read_only:
            refresh_tables(con)
        refuse_names(con, layout.store)
        case = Case(layout, con, key, read_only=read_only)
        if not read_only:
            sealing.begin(con)
            case.sealing = sealing
            if case.journal.resume(thorough=thorough):
                tidy(case)
            if compared.stale:
                refresh_views(con)
    except duckdb.Error as error:
        con.close()
        raise why_not_opened(error, layout.store) from None  # DuckDB's own text may hold values
    except BaseException:
        con.close()
        raise
    return case


def _attach_known(
    con: duckdb.DuckDBPyConnection, layout: Layout, key: CaseKey, *, read_only: bool
) -> CatalogueDifference:
    """Attach the store and, before anything in it is touched, look at what its catalogue holds; raises as `compare`."""
    attach(con, layout.store, key.secret, read_only=read_only)
    return compare(con, layout.store)


def _bring_up_to_date(folder: Path, key_file: Path | None) -> None:
    """Give a case of an earlier version the tables of this one, for a command that only reads."""
    try:
        open_case(folder, key_file=key_file).close()
    except CaseUnavailable as error:
        what = f"the case was made by an earlier version and lacks tables of this one ({error.what})"
        remedy = "open it once where it can be written: tracer verify"
        raise CaseUnavailable(what, where=str(folder), remedy=remedy) from error


def tidy(case: Case) -> None:
    """Remove what an interrupted process left behind: files that were not committed."""
    named = {row[0] for row in case.con.execute("SELECT sha256 FROM original").fetchall()}
    for sha256 in case.vault.files.names():
        if sha256 not in named:
            case.vault.files.remove(sha256)
    for leftover in (*case.layout.originals.glob(".*.part"), *case.layout.spill.iterdir()):
        if leftover.is_file():
            leftover.unlink(missing_ok=True)


def import_key(folder: Path, file: Path) -> CaseKey:
    """Keep the key in `file` where `folder`'s key is looked for; returns it with its new place.

    Raises `CaseUnavailable` where it is not the key of this case.
    """
    card = read_card(Layout(folder))
    given = read_key_file(file)
    if given.check(card.case_id) != card.key_check:
        raise CaseUnavailable("this is not the key of this case", where=str(file), remedy="name the right file")
    keys = KeyStore(card.case_id)
    try:
        if keys.find().secret == given.secret:
            return keys.find()
    except CaseUnavailable:
        pass  # none is kept here, or a wrong one: the right one takes its place
    keys.forget()
    return keys.keep(given.secret)


def rotate_key(folder: Path, key_file: Path | None) -> CaseKey:
    """Give the case a new random key and journal it; returns the new key."""
    with open_case(folder, key_file=key_file) as case:
        old = case.key
    layout = Layout(folder)
    rotation.rotate(layout, KeyStore(read_card(layout).case_id, key_file), old)
    with open_case(folder, key_file=key_file) as case:
        case.journal.append(command="key rotate", detail={"from": old.fingerprint(), "to": case.key.fingerprint()})
        return case.key
