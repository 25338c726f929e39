"""A list over a case that does not keep it: read into memory, seen together with the case's own lists, and gone.

What reads a case finds tables by their names. Here these are views of the case's tables, and of tables in memory where
something is added; nothing is written to the store, which may be open for reading alone. What does not fit into memory
is spilled, encrypted under a key that ends with the process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb

from tracer.case.schema import install_tables, install_views
from tracer.case.store import CATALOG

_NAME = "overlay"
_CONTENTS = ("membership", "duplicate", "contact_alias", "mask", "address_label", "reject", "junk")
"""Tables of what is in the lists, which may be large."""
_ADDED = (
    "meta", "party", "dataset", "part", "dataset_column", "segment", "attribution", "pair_count", "pair_counted",
)  # fmt: skip
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
