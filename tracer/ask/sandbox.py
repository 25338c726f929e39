"""Free SQL over the documented views, and over nothing else.

The statement never meets the case. A second DuckDB in memory, locked before it sees a letter of the statement (no
files, no network, no extensions, no Python variables, settings frozen: `IMPORT DATABASE` is carried out by the parser),
gets a copy of the views that the statement names, and runs it there: base tables, keys and raw cells are not hidden
from it, they do not exist for it; nor do numbers in what people have entered, which are masked in the copy. A reader of
the parsed statement comes first, so that a refusal says what is wrong; it is the second wall, not the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from tracer.ask.bounds import FREE, Bounds, first_rows, run_within
from tracer.ask.result import Result, result_of_table
from tracer.case.store import NO_EXTENSIONS, registered_tables
from tracer.dossier.view_statement import ALL_VIEWS, LONGEST, views_read
from tracer.errors import UsageError
from tracer.stages import not_up_to_date
from tracer.wording import LANGUAGES, Voice, masked_table, worded_table

MEMORY = "2GB"
"""What a statement may use: it must not take the machine down."""

_WHERE = "sql"
_BATCH = 10_000
"""Rows at a time."""


def documented_views(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of the documented views of the case that `con` uses, in alphabetical order."""
    rows = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'views' AND database_name = current_database()"
        " AND NOT starts_with(view_name, '_') ORDER BY view_name"
    ).fetchall()
    return tuple(row[0] for row in rows)


def run_sql(
    con: duckdb.DuckDBPyConnection,
    statement: str,
    bounds: Bounds = FREE,
    *,
    narrowed: Callable[[pa.Table], pa.Table] | None = None,
    lang: str = LANGUAGES[0],
    values: Mapping[str, Any] | None = None,
) -> Result:
    """Run one read-only statement (SELECT, VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES) over the documented views.

    narrowed: takes out of a view's rows what the statement may not read, for an answer that leaves. lang: the language
    in which reasons are said. values: of its parameters (`$name`). Raises `UsageError`: no or several statements,
    another kind of statement, a name other than a documented view's, a refused function, or anything else that DuckDB
    finds wrong with it; `InputRefused`: it takes longer than it may.
    """
    views = documented_views(con)
    sandbox = _locked_connection()

    def answer() -> tuple[set[str], pa.Table, tuple[str, ...]]:
        with sandbox:  # closed here: who waits for a statement that cannot be interrupted must not wait for this, too
            named = views_read(sandbox, statement, set(views), _WHERE)
            # Making each takes longer than most statements; for SHOW and DESCRIBE the others are there without rows.
            for view in (one for one in views if one in named or ALL_VIEWS in named):
                rows = "" if view in named else " LIMIT 0"
                copy = masked_table(con.execute(f'SELECT * FROM views."{view}"{rows}').to_arrow_table())
                with registered_tables(sandbox, _arriving=copy if narrowed is None else narrowed(copy)):
                    sandbox.execute(f'CREATE TABLE views."{view}" AS SELECT * FROM _arriving')
            reader = sandbox.execute(statement, values).to_arrow_reader(_BATCH)
            return (named, *first_rows(reader, reader.schema, bounds))

    try:
        named, table, notes = run_within(bounds, _WHERE, answer, sandbox, con)
    except duckdb.Error as error:
        said = str(error).strip().splitlines()[0][:LONGEST]
        raise UsageError(said, where=_WHERE, remedy="SHOW TABLES lists the views") from None
    voice, stale = Voice(lang), not_up_to_date(con, " ".join(f"views.{name}" for name in sorted(named - {ALL_VIEWS})))
    return result_of_table(worded_table(table, voice), (*notes, *([] if stale is None else [voice.say(stale)])))


def _locked_connection() -> duckdb.DuckDBPyConnection:
    """An empty catalog that reaches nothing, with a schema for views. From here on no setting of it can be changed."""
    sandbox = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})
    for setting in (
        "CREATE SCHEMA views",
        "SET search_path = 'views'",
        f"SET memory_limit = '{MEMORY}'",
        "SET temp_directory = ''",
        "SET allow_persistent_secrets = false",
        *NO_EXTENSIONS,
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        sandbox.execute(setting)
    return sandbox
