"""Installing the schema, bringing a case of an earlier version up to it, and reading a case's named values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import duckdb

from tracer.case.catalogue import FORMER, script
from tracer.documents import json_of
from tracer.policy import with_least

_FORMER_COLUMNS = "former_columns"
"""Name of what is kept of the tables of findings that an earlier version wrote."""


def install_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Create all base tables and documented views in the current catalog of `con`: in one transaction, so that the disk
    is waited for once and not after each of them."""
    con.execute("BEGIN")
    install_tables(con)
    install_views(con)
    con.execute("COMMIT")


def install_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The base tables alone."""
    con.execute(_text("schema"))


def install_views(con: duckdb.DuckDBPyConnection) -> None:
    """The documented views, over whatever has the names of the base tables."""
    con.execute(_text("views"))


def refresh_views(con: duckdb.DuckDBPyConnection) -> None:
    """Put this version's documented views and macros in the place of whatever the store has in their schema."""
    con.execute("DROP SCHEMA IF EXISTS views CASCADE")
    con.execute(_text("views"))


def refresh_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Add the base tables and columns that the version which made the case did not have, and make reasons of what it
    kept as sentences; nothing is taken away. What the digest of the last run's findings was made of is kept."""
    con.execute("BEGIN")
    try:
        columns: dict[str, list[str]] = {}
        for table, column in con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_catalog()"
            " AND schema_name = 'main' ORDER BY table_name, column_index"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        statements = missing_tables(con)
        for statement in statements:
            con.execute(statement)
        if statements:
            # An earlier version's findings stay until the next trace, and `verify` has to know them again.
            row = con.execute("SELECT max(run) FROM trace_run").fetchone()
            run = None if row is None else row[0]
            if run is not None and former_columns(con, run) is None:
                rewritten = any(" USING " in statement for statement in statements)
                findings = {table: names for table, names in columns.items() if "superseded" in names}
                kept = {"run": run, "columns": {} if rewritten else findings}
                write_meta(con, _FORMER_COLUMNS, json.dumps(kept))
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise


def former_columns(con: duckdb.DuckDBPyConnection, run: int) -> dict[str, list[str]] | None:
    """Finding table -> its columns as they were when an earlier version had traced `run`, the last one; None where this
    version did. Empty where that version kept findings in another form."""
    former: dict[str, Any] = json_of(read_meta(con, _FORMER_COLUMNS, "{}"))
    return former["columns"] if former.get("run") == run else None


def missing_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that give the case the base tables and columns which it lacks; none where it is up to date."""
    columns = (
        "SELECT table_name, column_name, data_type, column_default FROM duckdb_columns()"
        " WHERE database_name = current_catalog() AND schema_name = 'main' ORDER BY table_name, column_index"
    )
    had = {(table, column): kind for table, column, kind, _ in con.execute(columns).fetchall()}
    tables = {table for table, _ in had}
    with duckdb.connect(":memory:") as blank:
        blank.execute(_text("schema"))
        made = dict(blank.execute("SELECT table_name, sql FROM duckdb_tables() ORDER BY table_name").fetchall())
        wanted = blank.execute(columns).fetchall()
    added = [made[table] for table in made if table not in tables]
    for table, column, kind, default in wanted:
        if table in tables and (table, column) not in had:
            added.append(f'ALTER TABLE "{table}" ADD COLUMN "{column}" {kind}')
            if default is not None:  # in one statement with the column, DuckDB would change a setting, and it is locked
                added.append(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT {default}')
                added.append(f'UPDATE "{table}" SET "{column}" = {default}')
        elif table in tables and kind != had[table, column] and had[table, column] == FORMER.get(kind):
            added.append(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} USING {_reasons(column, kind)}')
    return added


def _reasons(column: str, kind: str) -> str:
    """The expression that makes reasons of the sentences which version 0.1 kept."""
    one = "{{'code': 'as-written', 'numbers': json_object('text', json_object('text', {}))::VARCHAR}}"
    if not kind.endswith("[]"):
        return one.format(f'"{column}"')
    return f'list_transform("{column}", lambda sentence: {one.format("sentence")})'


def schema_faults(con: duckdb.DuckDBPyConnection) -> list[str]:
    """How the tables and views of the case differ from this version's, in sentences; raw lists are not looked at."""
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_catalog()"
        " AND schema_name = 'main' AND NOT internal ORDER BY ALL"
    )
    views = (
        "SELECT view_name, sql FROM duckdb_views() WHERE database_name = current_catalog() AND schema_name = 'views'"
        " ORDER BY view_name"
    )
    with duckdb.connect(":memory:") as blank:
        blank.execute(_text("schema"))
        blank.execute(_text("views"))
        wanted, shown = set(blank.execute(columns).fetchall()), dict(blank.execute(views).fetchall())
    has, shows = set(con.execute(columns).fetchall()), dict(con.execute(views).fetchall())
    return (
        [f"{table}.{column} ({kind}) is missing" for table, column, kind in sorted(wanted - has)]
        + [f"{table}.{column} ({kind}) is none of this version's" for table, column, kind in sorted(has - wanted)]
        + [f"view {name} was changed" for name in sorted(shown) if shows.get(name) != shown[name]]
    )


def _text(name: str) -> str:
    return with_least(script(name))


def read_meta(con: duckdb.DuckDBPyConnection, name: str, default: str = "") -> str:
    """The value kept under `name`, or `default`."""
    row = con.execute("SELECT value FROM meta WHERE name = $name", {"name": name}).fetchone()
    return default if row is None else str(row[0])


def write_meta(con: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    write_metas(con, {name: value})


def write_metas(con: duckdb.DuckDBPyConnection, values: Mapping[str, str]) -> None:
    """Keep each value under its name: one statement, so that outside a transaction the disk is waited for once."""
    con.execute(
        "INSERT INTO meta SELECT unnest($names), unnest($values)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"names": list(values), "values": list(values.values())},
    )
