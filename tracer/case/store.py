"""The encrypted DuckDB file: attaching it, and nothing else.

DuckDB's own file encryption (AES-256-GCM) needs the OpenSSL of an extension; see `encryption`.
"""

from __future__ import annotations

import contextlib
import re
import time
from functools import cache
from pathlib import Path

import duckdb

from tracer.case.budget import keep_to
from tracer.case.encryption import encrypting_connection, quoted
from tracer.errors import CaseUnavailable, TracerError, is_interruption

CATALOG = "cs"
"""Name under which a case's store is attached."""
_LOCK_WAIT_S = 10.0
_LOCK_STEP_S = 0.2
_OF_A_STORE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")
"""Endings of the files that DuckDB keeps for one store."""
NO_EXTENSIONS = (
    "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
)  # fmt: skip
"""A name that DuckDB does not know must not make it fetch or load an extension that does."""


def connect(spill: Path | None, *stores: Path, alone: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to an empty in-memory catalog that reaches `stores` and `spill`, and nothing else; locked for good.

    A store may come from a stranger, so this holds before one is attached: no other file can be named, no address, no
    extension is looked for, no setting can be changed. What is spilled goes, encrypted, to `spill`. Files are read by
    a connection of their own (`files_connection`). alone: one thread will do (see `budget.keep_to`).
    """
    con = encrypting_connection()
    con.execute("SET TimeZone = 'UTC'")
    # For `cli.progress`, which asks how far a statement is. In a notebook without ipywidgets DuckDB refuses it.
    with contextlib.suppress(duckdb.InvalidInputException):
        con.execute("SET enable_progress_bar = true")
        con.execute("SET enable_progress_bar_print = false")
    keep_to(con, alone=alone)
    if spill is not None:
        # In this order: with what a killed process has left in the folder, the other one is refused.
        con.execute("SET temp_file_encryption = true")
        con.execute(f"SET temp_directory = {quoted(spill)}")
    paths = [quoted(f"{path.resolve()}{ending}") for path in stores for ending in _OF_A_STORE]
    con.execute(f"SET allowed_paths = [{', '.join(paths)}]")
    for setting in (*NO_EXTENSIONS, "SET enable_external_access = false", "SET lock_configuration = true"):
        con.execute(setting)
    return con


def files_connection() -> duckdb.DuckDBPyConnection:
    """A cursor of the connection by which files are parsed and written: it sees no store, and no stored text.

    Rows go between it and a store's connection as Arrow batches. Close it after use.
    """
    return _files().cursor()


@cache
def _files() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET temp_directory = ''")  # what is read must not lie about in clear
    keep_to(con)
    for setting in (*NO_EXTENSIONS, "SET lock_configuration = true"):
        con.execute(setting)
    return con


def attach(con: duckdb.DuckDBPyConnection, path: Path, secret: bytes, *, read_only: bool, name: str = CATALOG) -> None:
    """Attach the store at `path` and make it the current catalog.

    A lock held by another process is waited for ten seconds, then named. Raises `CaseUnavailable`.
    """
    mode = ", READ_ONLY" if read_only else ""
    statement = f"ATTACH {quoted(path)} AS {name} (ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM'{mode})"
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            con.execute(statement, {"key": secret.hex()})
            break
        except duckdb.Error as error:
            if "lock" not in str(error).lower() or time.monotonic() >= deadline:
                raise explained(error, path) from None  # DuckDB's own text may hold paths and values
            time.sleep(_LOCK_STEP_S)
    con.execute(f"USE {name}")


def explained(error: duckdb.Error, path: Path) -> CaseUnavailable:
    """What DuckDB said on opening a store, in words that hold no value from it."""
    text = str(error)
    if "lock" in text.lower():
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return CaseUnavailable(
            f"the case is in use by {who}", where=str(path.parent), remedy="wait until it is done, or end it"
        )
    if "Wrong encryption key" in text:
        return CaseUnavailable(
            "the key does not open this case", where=str(path.parent), remedy="give the right key with --key-file"
        )
    known = store_fault(error, path)
    if known is not None:
        return known
    if "does not exist" in text or "No such file" in text:
        return CaseUnavailable("the store is missing", where=str(path), remedy="restore the case from a backup")
    if "Permission denied" in text or "read-only" in text.lower() or "Read-only" in text:
        return CaseUnavailable(
            "the store cannot be written", where=str(path), remedy="check who owns it and whether the disk is read-only"
        )
    return CaseUnavailable(
        f"the store cannot be opened ({type(error).__name__})",
        where=str(path),
        remedy="it may be damaged: restore the case from a backup",
    )


def store_fault(error: BaseException, path: Path | None = None) -> CaseUnavailable | None:
    """The fault of disk or file that an error of DuckDB stands for; None where it is something else."""
    if not isinstance(error, duckdb.Error):
        return None
    text, where = str(error), "" if path is None else str(path)
    if "No space left" in text or "File too large" in text or "Disk quota" in text or "max_temp_directory_size" in text:
        return CaseUnavailable(
            "the disk is full; what was being written was not kept",
            where=where,
            remedy="make room, and repeat the command",
        )
    if "AES tag" in text or "checksum" in text.lower() or "Corrupt" in text or isinstance(error, _DAMAGE):
        return CaseUnavailable(
            "the store cannot be opened or read: it is damaged", where=where,
            remedy="run `tracer doctor`; restore the case from a backup",
        )  # fmt: skip
    return None


def is_of_input(error: Exception) -> bool:
    """Whether an error without a message of ours came of what was being read: not of disk or store, nor of Ctrl-C."""
    return not isinstance(error, TracerError) and store_fault(error) is None and not is_interruption(error)


_DAMAGE = (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)
"""What DuckDB raises where bytes make no sense to it."""
