"""The encrypted DuckDB file: attaching it, with how much memory and how many threads, and reading through it.

DuckDB's own file encryption (AES-256-GCM) needs the OpenSSL of the signed `httpfs` extension, a package of its own.
DuckDB hashes all of the extension's 20 MB slowly each time it is loaded, a tenth of a second before every command. The
files of the version that the package asks for are known by their SHA-256, which Python has eight times as fast; their
signatures were checked with DuckDB's keys when they were written down. A file that is not among them is left to DuckDB,
which loads what is signed and nothing else.

The environment carries memory and threads, so that child processes keep to them as well; what does not fit is spilled,
encrypted, into the case.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tracer.errors import CaseUnavailable, TracerError, UsageError, is_interruption
from tracer.input_files import open_regular

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY, THREADS = "TRACER_MEMORY", "TRACER_THREADS"
SHARE = 0.5
"""Share of the machine's memory, by default: two commands side by side must not bring it down."""
LEAST = 256 << 20
"""Bytes below which even small statements fail."""
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:I?B)?\s*", re.IGNORECASE)


def memory_bytes(text: str) -> int:
    """A size as it is written (`8G`, `8 GiB`, `800MB`; powers of 1,024) in bytes. Raises `UsageError`."""
    found = _SIZE.fullmatch(text)
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size < LEAST:
        raise UsageError(f"invalid memory size {text!r}", remedy="give at least 256M, for example 8G")
    return size


def thread_count(text: str) -> int:
    """A number of threads as it is written. Raises `UsageError`."""
    if not text.strip().isdigit() or not 1 <= int(text) <= 1024:
        raise UsageError(f"invalid number of threads {text!r}", remedy="give a number from 1 on")
    return int(text)


def keep_to(con: duckdb.DuckDBPyConnection, *, alone: bool = False) -> None:
    """Hold a connection to what the environment says, or to half of the machine's memory. Raises `UsageError`.

    alone: one thread where the environment says nothing. Statements over a few thousand rows take longer when two
    threads have to wait for each other.
    """
    memory, threads = os.environ.get(MEMORY, "").strip(), os.environ.get(THREADS, "").strip()
    if memory:
        limit = memory_bytes(memory)
    else:
        # DuckDB sees also the limit of a container, and takes 80 %.
        (whole,) = con.execute("SELECT current_setting('memory_limit')").fetchall()[0]
        limit = max(LEAST, round(memory_bytes(whole) * SHARE / 0.8))
    con.execute(f"SET memory_limit = '{limit}B'")
    if threads or alone:
        con.execute(f"SET threads = {thread_count(threads or '1')}")


SIGNED = {
    "887c392b1e49128d11667c81e3698d8b00dfdeb456771acf66d05a0f74f7b7d8",  # Linux, x86-64
    "eba6e263e395a83966090f1f11ade63630b1b21422f0f2813858d179d42ea1e9",  # Linux, arm64
    "10514b4ef19f80bf4ec4bf90c124f5d34625f2606263b40ae8ec7979905bb779",  # macOS, arm64
    "a2f48ae06834c165ae73db71f2320360a4b30e7acf4c87187b2241caa48a990d",  # macOS, x86-64
    "65661c40463e74751993e8a7cb7b4c8906be9218319616a0bdfc1b4ae9ffdf9a",  # Windows, x86-64
}
"""SHA-256 of the extension for DuckDB 1.5.5, whose signatures are valid."""


def sql_literal(text: str | Path) -> str:
    """`text` as an SQL string literal, for the few statements in which DuckDB takes no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def extension_path() -> Path:
    """The signed httpfs extension of the running DuckDB version."""
    found = find_spec("duckdb_extension_httpfs")
    folders = [] if found is None else list(found.submodule_search_locations or ())
    for folder in folders:
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if path.is_file():
            return path
    remedy = "install duckdb-extension-httpfs of the same version as duckdb"
    raise CaseUnavailable(f"the encryption library for DuckDB {duckdb.__version__} is missing", remedy=remedy)


def encrypting_connection() -> duckdb.DuckDBPyConnection:
    """A connection to an empty catalog in memory that can read and write encrypted files; it loads nothing further that
    is not signed."""
    path = extension_path()
    if not is_known(path):
        con = duckdb.connect(":memory:")
        con.execute(f"LOAD {sql_literal(path)}")
        return con
    con = duckdb.connect(":memory:", config={"allow_unsigned_extensions": "true"})
    con.execute(f"LOAD {sql_literal(path)}")
    con.execute("SET allow_unsigned_extensions = false")  # for good: DuckDB does not take it back while it runs
    return con


@cache
def is_known(path: Path) -> bool:
    """Whether a file is one of `SIGNED`, to the last bit. Once a process: what is loaded is not read again."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() in SIGNED


CATALOG = "cs"
"""Name under which a case's store is attached."""
_LOCK_WAIT_S = 10.0
_LOCK_STEP_S = 0.2
_OF_A_STORE = ("", ".wal", ".wal.checkpoint", ".wal.recovery")
"""Endings of the files that DuckDB keeps for one store."""
NO_EXTENSIONS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
)
"""A name that DuckDB does not know must not make it fetch or load an extension that does."""


def connect(spill: Path | None, *stores: Path, alone: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to an empty in-memory catalog that reaches `stores` and `spill`, and nothing else; locked for good.

    A store may come from a stranger, so this holds before one is attached: no other file can be named, no address, no
    extension is looked for, no setting can be changed. What is spilled goes, encrypted, to `spill`. Files are read by
    a connection of their own (`files_connection`). alone: one thread will do (see `keep_to`).
    """
    con = encrypting_connection()
    con.execute("SET TimeZone = 'UTC'")
    # For `cli.printer`, which asks how far a statement is. In a notebook without ipywidgets DuckDB refuses it.
    with contextlib.suppress(duckdb.InvalidInputException):
        con.execute("SET enable_progress_bar = true")
        con.execute("SET enable_progress_bar_print = false")
    keep_to(con, alone=alone)
    if spill is not None:
        # In this order: with what a killed process has left in the folder, the other one is refused.
        con.execute("SET temp_file_encryption = true")
        con.execute(f"SET temp_directory = {sql_literal(spill)}")
    paths = [sql_literal(f"{path.resolve()}{ending}") for path in stores for ending in _OF_A_STORE]
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
    statement = f"ATTACH {sql_literal(path)} AS {name} (ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM'{mode})"
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            con.execute(statement, {"key": secret.hex()})
            break
        except duckdb.Error as error:
            if "lock" not in str(error).lower() or time.monotonic() >= deadline:
                raise why_not_opened(error, path) from None  # DuckDB's own text may hold paths and values
            time.sleep(_LOCK_STEP_S)
    con.execute(f"USE {name}")


def why_not_opened(error: duckdb.Error, path: Path) -> CaseUnavailable:
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
    remedy = "it may be damaged: restore the case from a backup"
    return CaseUnavailable(f"the store cannot be opened ({type(error).__name__})", where=str(path), remedy=remedy)


def store_fault(error: BaseException, path: Path | None = None) -> CaseUnavailable | None:
    """The fault of disk or file that an error of DuckDB stands for; None where it is something else."""
    if not isinstance(error, duckdb.Error):
        return None
    text, where = str(error), "" if path is None else str(path)
    if "No space left" in text or "File too large" in text or "Disk quota" in text or "max_temp_directory_size" in text:
        remedy = "make room, and repeat the command"
        return CaseUnavailable("the disk is full; what was being written was not kept", where=where, remedy=remedy)
    if "AES tag" in text or "checksum" in text.lower() or "Corrupt" in text or isinstance(error, _DAMAGE):
        remedy = "run `tracer doctor`; restore the case from a backup"
        return CaseUnavailable("the store cannot be opened or read: it is damaged", where=where, remedy=remedy)
    return None


def is_of_input(error: Exception) -> bool:
    """Whether an error without a message of ours came of what was being read: not of disk or store, nor of Ctrl-C."""
    return not isinstance(error, TracerError) and store_fault(error) is None and not is_interruption(error)


_DAMAGE = (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)
"""What DuckDB raises where bytes make no sense to it."""


# What a statement reads that is not stored: Arrow tables, values; and rows that are not committed yet, in pieces.


@contextmanager
def registered_tables(con: duckdb.DuckDBPyConnection, **tables: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
    """Arrow tables under names of their own for as long as the block runs."""
    for name, table in tables.items():
        con.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            con.unregister(name)


@contextmanager
def given_values(con: duckdb.DuckDBPyConnection, values: pa.Array) -> Iterator[str]:
    """SQL for a column of values, for as long as the block runs: each value that is bound in a list costs a search for
    modules that are not installed."""
    import pyarrow as pa

    with registered_tables(con, values_given=pa.table({"value": values})):
        yield "(SELECT value FROM values_given)"


def temp_table(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Put them into a TEMP table, in the place of one of that name."""
    with registered_tables(con, rows_given=rows):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM rows_given")


def insert_read(
    con: duckdb.DuckDBPyConnection, table: str, texts: pa.ChunkedArray, read: Callable[[list[str]], pa.Table]
) -> None:
    """Insert what `read` makes of texts into a table, a batch at a time: that bounds memory."""
    for start in range(0, len(texts), _BATCH):
        with registered_tables(con, texts_read=read(texts.slice(start, _BATCH).to_pylist())):
            con.execute(f"INSERT INTO {table} SELECT * FROM texts_read")


def distinct_values(values: Iterable[int] | Iterable[str]) -> str:
    """Distinct values in order as one text to bind, without Arrow, which takes longer to load than most look-ups do.

    A statement reads it by `unnest(from_json($name, '["VARCHAR"]'))`.

    Each value that is bound in a list costs a search for modules that are not installed. Raises `UnicodeEncodeError`
    for halves of characters, which DuckDB's texts cannot hold.
    """
    text = json.dumps(sorted(set(values)), ensure_ascii=False)
    text.encode("utf-8")
    return text


_BATCH = 50_000
UNCOMMITTED = 36_028_797_018_960_000
"""DuckDB numbers the rows that a transaction has not committed yet from here; when it is committed, from 0."""
_LEAST_ROWS = 100_000
"""Rows of a piece; fewer are not worth a thread."""


# DuckDB reads a table by as many threads as its committed rows call for, so by one where all were written in the
# transaction itself. Such rows are therefore read in pieces, united in front of a step that takes them in any order (a
# sort, a grouping, a join's table): there the pieces are read at the same time, one by each thread.


def row_ranges(con: duckdb.DuckDBPyConnection, rows: int) -> list[str]:
    """SQL conditions on `rowid` that part the rows of any table, evenly where it has so many uncommitted ones."""
    threads = int(con.execute("SELECT current_setting('threads')").fetchall()[0][0])
    number = max(1, min(threads, rows // _LEAST_ROWS))
    bounds = [UNCOMMITTED + rows * piece // number for piece in range(1, number)]
    starts = ["true", *(f"rowid >= {bound}" for bound in bounds)]
    ends = [*(f"rowid < {bound}" for bound in bounds), "true"]
    return [f"{start} AND {end}" for start, end in zip(starts, ends, strict=True)]


def rows_of_parts(con: duckdb.DuckDBPyConnection, columns: str, table: str, rows: int, where: str = "true") -> str:
    """SQL of the columns of those rows of a table for which a condition holds, in pieces."""
    return " UNION ALL ".join(
        f"SELECT {columns} FROM {table} WHERE {where} AND {piece}" for piece in row_ranges(con, rows)
    )
