"""What is read into memory and not kept: a case without a file, and a list over a case that does not keep it.

The first is for reading files to nothing, simulations, benchmarks and tests; only what spills is encrypted.
Over a case, what reads it finds tables by their names: these are views of the case's tables, and of tables in memory
where something is added. Nothing is written to the store, which may be open for reading alone.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tracer.case.case import Case, CaseVault
from tracer.case.key import KEY_BYTES, CaseKey, derive
from tracer.case.layout import Layout
from tracer.case.schema import install_schema, install_tables, install_views, write_metas
from tracer.case.store import CATALOG, connect
from tracer.case.vault import Stored
from tracer.input_files import sha256_of


class _NoVault(CaseVault):
    """Originals are hashed, and not kept."""

    def seal(self, path: Path, data: bytes | None = None) -> Stored:
        """What the vault would say of it."""
        if data is not None:
            return Stored(hashlib.sha256(data).hexdigest(), len(data), new=False)
        return Stored(sha256_of(path), path.stat().st_size, new=False)


def memory_case(
    region: str = "CN", *, name: str = "simulated", stores: tuple[Path, ...] = (), originals: bool = True
) -> Case:
    """A case whose store lies in memory under a fixed key; vault and journal in a folder that goes with it.

    stores: further stores that its connection may attach; originals: whether the vault keeps what it is given.
    """
    folder = Path(tempfile.mkdtemp(prefix="tracer-memory-"))
    layout = Layout(folder)
    layout.originals.mkdir()
    layout.spill.mkdir()
    con = connect(layout.spill, *stores)
    con.execute(f"ATTACH ':memory:' AS {CATALOG}")
    con.execute(f"USE {CATALOG}")
    install_schema(con)
    key = CaseKey(bytes(KEY_BYTES), "memory")
    write_metas(con, {"name": name, "region": region, "root_secret": derive(key.secret, b"root").hex()})
    case = Case(layout, con, key, read_only=False)
    if not originals:
        case.vault = _NoVault(case, case.vault.files)
    case.journal.begin()
    weakref.finalize(case, shutil.rmtree, folder, ignore_errors=True)
    return case


_NAME = "overlay"
_CONTENTS = ("membership", "duplicate", "contact_alias", "mask", "address_label", "reject", "junk")
"""Tables of what is in the lists, which may be large."""
_ADDED = ("meta", "party", "dataset", "part", "dataset_column", "segment", "attribution", "pair_count", "pair_counted")
"""Further tables to which something is added: small enough to be copied."""


@contextmanager
def overlay(con: duckdb.DuckDBPyConnection, own: Collection[str] = ()) -> Iterator[None]:
    """The case without what is in its lists, until the block ends: a list is loaded as into a case of its own.

    own: tables that are empty here.
    """
    con.execute(f"ATTACH ':memory:' AS {_NAME}")
    con.execute(f"USE {_NAME}")
    try:
        install_tables(con)
        tables = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_catalog() AND schema_name = 'main'"
            " ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            if table in _ADDED:
                con.execute(f"INSERT INTO main.{table} BY NAME SELECT * FROM {CATALOG}.main.{table}")
            elif table not in (*_CONTENTS, *own):
                con.execute(f"DROP TABLE main.{table}")
                con.execute(f"CREATE VIEW main.{table} AS SELECT * FROM {CATALOG}.main.{table}")
        install_views(con)
        yield
    finally:
        con.execute(f"USE {CATALOG}")
        con.execute(f"DETACH {_NAME}")


def see_all(con: duckdb.DuckDBPyConnection) -> None:
    """From now on, until the block of `overlay` ends, what is in the case's lists is seen too; no list can be added."""
    for table in _CONTENTS:
        con.execute(f"ALTER TABLE main.{table} RENAME TO {table}_read")
        con.execute(
            f"CREATE VIEW main.{table} AS SELECT * FROM {CATALOG}.main.{table}"
            f" UNION ALL BY NAME SELECT * FROM {_NAME}.main.{table}_read"
        )
    for (table,) in con.execute(f"SELECT DISTINCT raw_table FROM {CATALOG}.main.part ORDER BY 1").fetchall():
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM {CATALOG}.{table}")
