"""DuckDB with the library that encrypts its files: the signed `httpfs` extension, from a package of its own.

DuckDB hashes all of the extension's 20 MB slowly each time it is loaded, a tenth of a second before every command. The
files of the version that the package asks for are known by their SHA-256, which Python has eight times as fast; their
signatures were checked with DuckDB's keys when they were written down. A file that is not among them is left to DuckDB,
which loads what is signed and nothing else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb

from tracer.errors import CaseUnavailable
from tracer.regular import opened

SIGNED = frozenset((
    "887c392b1e49128d11667c81e3698d8b00dfdeb456771acf66d05a0f74f7b7d8",  # Linux, x86-64
    "eba6e263e395a83966090f1f11ade63630b1b21422f0f2813858d179d42ea1e9",  # Linux, arm64
    "10514b4ef19f80bf4ec4bf90c124f5d34625f2606263b40ae8ec7979905bb779",  # macOS, arm64
    "a2f48ae06834c165ae73db71f2320360a4b30e7acf4c87187b2241caa48a990d",  # macOS, x86-64
    "65661c40463e74751993e8a7cb7b4c8906be9218319616a0bdfc1b4ae9ffdf9a",  # Windows, x86-64
))  # fmt: skip
"""SHA-256 of the extension for DuckDB 1.5.5, whose signatures are valid."""


def quoted(text: str | Path) -> str:
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
    raise CaseUnavailable(
        f"the encryption library for DuckDB {duckdb.__version__} is missing",
        remedy="install duckdb-extension-httpfs of the same version as duckdb",
    )


def encrypting_connection() -> duckdb.DuckDBPyConnection:
    """A connection to an empty catalog in memory that can read and write encrypted files; it loads nothing further that
    is not signed."""
    path = extension_path()
    if not is_known(path):
        con = duckdb.connect(":memory:")
        con.execute(f"LOAD {quoted(path)}")
        return con
    con = duckdb.connect(":memory:", config={"allow_unsigned_extensions": "true"})
    con.execute(f"LOAD {quoted(path)}")
    con.execute("SET allow_unsigned_extensions = false")  # for good: DuckDB does not take it back while it runs
    return con


@cache
def is_known(path: Path) -> bool:
    """Whether a file is one of `SIGNED`, to the last bit. Once a process: what is loaded is not read again."""
    digest = hashlib.sha256()
    with opened(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() in SIGNED
