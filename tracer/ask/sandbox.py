"""Free SQL over the documented views, and over nothing else.

The statement never runs on the case. A second DuckDB in memory gets a copy of the views it names, is locked (no files,
no network, no extensions, no Python variables, settings frozen), and runs it there: base tables, keys and raw cells are
not hidden from the statement, they do not exist for it; nor do numbers in what people have entered, which are masked in
the copy. A reader of the parsed statement comes first, so that a refusal says what is wrong; it is the second wall, not
the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from tracer.ask.bounds import FREE, Bounds, first_rows, within
from tracer.ask.result import Result, untyped
from tracer.case.registered import registered
from tracer.documents import json_of, objects_in
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.spoken import masked_table
from tracer.stages import not_up_to_date
from tracer.wording import LANGUAGES, Voice, worded_table

MEMORY = "2GB"
"""What a statement may use: it must not take the machine down."""

_WHERE = "sql"
_BATCH = 10_000
"""Rows at a time."""
# Functions that look outside the statement: at settings, files, variables, the catalogue, or tables by computed names.
_REFUSED = re.compile(
    r"(read_|write_|glob\Z|getenv|current_setting|getvariable|set_config|duckdb_|pragma_|query\Z|query_table\Z|sniff_|"
    r"parquet_|json_execute|from_substrait|arrow_scan|pandas_scan|python_|sqlite_|postgres_|mysql_|which_secret|"
    r"load_|install_|checkpoint|force_checkpoint|sql_auto_complete|test_|repeat_row|enable_|disable_|iceberg_|delta_|"
    r"seq_scan|index_scan|summary\Z|shell_|has_.*_privilege|pg_)"
)
_ALL = "*"
"""Among the names of tables: every one."""
_TABLE_FUNCTIONS = ("range", "generate_series", "unnest")


@dataclass(frozen=True)
class ViewDoc:
    """A documented view."""

    name: str
    text: str
    columns: tuple[tuple[str, str, str], ...]


def documented_views(con: duckdb.DuckDBPyConnection) -> tuple[ViewDoc, ...]:
    """The documented views of the case that `con` uses, in alphabetical order."""
    rows = con.execute(
        "SELECT v.view_name, coalesce(v.comment, ''), c.column_name, c.data_type FROM duckdb_views() v "
        "JOIN duckdb_columns() c ON c.database_name = v.database_name AND c.schema_name = v.schema_name "
        "AND c.table_name = v.view_name WHERE v.schema_name = 'views' AND v.database_name = current_database() "
        "AND NOT starts_with(v.view_name, '_') ORDER BY v.view_name, c.column_index"
    ).fetchall()
    found: dict[str, tuple[str, list[tuple[str, str, str]]]] = {}
    for view, comment, column, kind in rows:
        summary, _, meanings = comment.partition(" | ")
        known = dict(part.split(": ", 1) for part in meanings.split("; ") if ": " in part)
        found.setdefault(view, (summary, []))[1].append((column, kind, known.get(column, "")))
    return tuple(ViewDoc(view, text, tuple(columns)) for view, (text, columns) in found.items())


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

    narrowed: takes out of a view's rows what the statement may not read, for an answer that leaves.
    lang: the language in which reasons are said. values: of its parameters (`$name`).

    Raises:
        UsageError: no or several statements, another kind of statement, a name other than a documented view's, a
            refused function, or anything else that DuckDB finds wrong with it.
        InputRefused: it takes longer than it may.
    """
    views = documented_views(con)
    sandbox = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})

    def answer() -> tuple[set[str], pa.Table, tuple[str, ...]]:
        with sandbox:  # closed here: who waits for a statement that cannot be interrupted must not wait for this, too
            named = _check(sandbox, statement, {view.name for view in views})
            _furnish(con, sandbox, views, named, narrowed or (lambda view: view))
            reader = sandbox.execute(statement, values).to_arrow_reader(_BATCH)
            return (named, *first_rows(reader, reader.schema, bounds))

    try:
        named, table, notes = within(bounds, _WHERE, answer, sandbox, con)
    except duckdb.Error as error:
        raise UsageError(_first_line(error), where=_WHERE, remedy="SHOW TABLES lists the views") from None
    voice, stale = Voice(lang), not_up_to_date(con, " ".join(f"views.{name}" for name in sorted(named - {_ALL})))
    return untyped(worded_table(table, voice), (*notes, *([] if stale is None else [voice.say(stale)])))


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _furnish(
    con: duckdb.DuckDBPyConnection, sandbox: duckdb.DuckDBPyConnection, views: tuple[ViewDoc, ...], named: set[str],
    narrowed: Callable[[pa.Table], pa.Table],
) -> None:  # fmt: skip
    """Copy the views that the statement reads; for SHOW and DESCRIBE the others are there without rows. Then lock."""
    sandbox.execute("CREATE SCHEMA views")
    for view in views:
        if view.name not in named and _ALL not in named:
            continue  # making each takes longer than most statements
        rows = "" if view.name in named else " LIMIT 0"
        copy = narrowed(masked_table(con.execute(f'SELECT * FROM views."{view.name}"{rows}').to_arrow_table()))
        with registered(sandbox, _arriving=copy):
            sandbox.execute(f'CREATE TABLE views."{view.name}" AS SELECT * FROM _arriving')
    for setting in (
        "SET search_path = 'views'", f"SET memory_limit = '{MEMORY}'", "SET temp_directory = ''",
        "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false", "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):  # fmt: skip
        sandbox.execute(setting)


def _check(sandbox: duckdb.DuckDBPyConnection, statement: str, views: set[str]) -> set[str]:
    """Refuse what may not run; otherwise the tables that the statement names, common table expressions among them, and
    `_ALL` where it asks which there are."""
    parsed = sandbox.extract_statements(statement)
    if len(parsed) != 1:
        raise UsageError("there must be exactly one statement", where=_WHERE, remedy="run them one by one")
    answer = sandbox.execute("SELECT json_serialize_sql($statement)", {"statement": statement}).fetchone()
    tree = json_of(answer[0]) if answer is not None else {"error": True}
    if parsed[0].type != duckdb.StatementType.SELECT or tree["error"]:
        raise UsageError(
            "the statement does not only read", where=_WHERE, remedy="begin with SELECT, WITH, FROM, VALUES or DESCRIBE"
        )
    named = {key.casefold() for node in objects_in(tree) for key in _cte_names(node)}
    for node in objects_in(tree):
        _check_node(node, views, named)
    read = {str(node["table_name"]).casefold() for node in objects_in(tree) if node.get("type") == "BASE_TABLE"}
    return read | {_ALL for node in objects_in(tree) if node.get("type") == "SHOW_REF"}


def _check_node(node: dict[str, Any], views: set[str], named: set[str]) -> None:
    if "table_name" in node and node.get("type") == "BASE_TABLE":
        name, schema = str(node["table_name"]), str(node.get("schema_name", ""))
        known = views | named if schema == "" else views
        if node.get("catalog_name") or schema.casefold() not in ("", "views") or name.casefold() not in known:
            shown = ".".join(part for part in (node.get("catalog_name"), schema, name) if part)
            raise UsageError(f"unknown view {shown!r}", where=_WHERE, remedy=did_you_mean(name, views))
    function = node.get("function_name")
    if isinstance(function, str):
        elsewhere = node.get("schema") not in (None, "", "main") or bool(node.get("catalog"))
        if elsewhere or _REFUSED.match(function.casefold()):
            raise UsageError(f"the function {function!r} is not allowed", where=_WHERE, remedy="leave it out")
    if node.get("type") == "TABLE_FUNCTION":
        called = str((node.get("function") or {}).get("function_name", "")).casefold()
        if called not in _TABLE_FUNCTIONS:
            raise UsageError(f"{called!r} cannot be read from", where=_WHERE, remedy="read from the documented views")


def _cte_names(node: dict[str, Any]) -> list[str]:
    entries = (node.get("cte_map") or {}).get("map", []) if isinstance(node.get("cte_map"), dict) else []
    return [str(entry["key"]) for entry in entries if isinstance(entry, dict) and "key" in entry]
