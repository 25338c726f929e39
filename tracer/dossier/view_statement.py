"""A statement that somebody else wrote, taken apart: that it only reads, and which documented views.

What `tracer sql`, a plug-in's query and a plug-in's claim ask goes through here, on a connection that is locked.
"""

from __future__ import annotations

import re
from typing import Any

import duckdb

from tracer.documents import json_of, objects_in
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError

LONGEST = 300
"""Characters of what DuckDB says of a statement: it repeats the line."""
# Functions that look outside the statement: at settings, files, variables, the catalogue, or tables by computed names.
_REFUSED = re.compile(
    r"(read_|write_|glob\Z|getenv|current_setting|getvariable|set_config|duckdb_|pragma_|query\Z|query_table\Z|sniff_|"
    r"parquet_|json_execute|from_substrait|arrow_scan|pandas_scan|python_|sqlite_|postgres_|mysql_|which_secret|"
    r"load_|install_|checkpoint|force_checkpoint|sql_auto_complete|test_|repeat_row|enable_|disable_|iceberg_|delta_|"
    r"seq_scan|index_scan|summary\Z|shell_|has_.*_privilege|pg_)"
)
ALL_VIEWS = "*"
"""Among the names of tables: every one."""
_TABLE_FUNCTIONS = ("range", "generate_series", "unnest")


def views_read(
    con: duckdb.DuckDBPyConnection, statement: str, views: set[str], where: str, *, qualified: bool = False
) -> set[str]:
    """The tables that a statement names, its own common table expressions among them, and `ALL_VIEWS` where it asks
    which there are. `qualified`: other tables are in reach, so that a view is `views.NAME`.

    Raises `UsageError` where there is not exactly one statement, or it does more than read documented views.
    """
    # This function of DuckDB knows SELECT alone, and unlike `extract_statements` carries nothing out and can be left.
    answer = con.execute("SELECT json_serialize_sql($statement)", {"statement": statement}).fetchone()
    tree: dict[str, Any] = json_of(answer[0]) if answer is not None else {"error": True}
    if tree.get("error_type") == "parser":
        raise UsageError(str(tree["error_message"])[:LONGEST], where=where, remedy="SHOW TABLES lists the views")
    if tree["error"]:
        raise UsageError(
            "the statement does not only read", where=where, remedy="begin with SELECT, WITH, FROM, VALUES or DESCRIBE"
        )
    if len(tree["statements"]) != 1:
        raise UsageError("there must be exactly one statement", where=where, remedy="run them one by one")
    nodes = list(objects_in(tree))
    maps = [node["cte_map"].get("map", []) for node in nodes if isinstance(node.get("cte_map"), dict)]
    own = {str(entry["key"]).casefold() for entries in maps for entry in entries if "key" in entry}
    if qualified:  # outside its own part of the statement such a name would mean the table
        own -= {str(row[0]).casefold() for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    refused = next((text for node in nodes if (text := _what_is_wrong(node, views, own, qualified=qualified))), None)
    if refused is not None:
        raise UsageError(refused[0], where=where, remedy=refused[1])
    read = {str(node["table_name"]).casefold() for node in nodes if node.get("type") == "BASE_TABLE"}
    return read | {ALL_VIEWS for node in nodes if node.get("type") == "SHOW_REF"}


def _what_is_wrong(node: dict[str, Any], views: set[str], own: set[str], *, qualified: bool) -> tuple[str, str] | None:
    """What is wrong with a part of a statement, and the remedy."""
    kind, function = node.get("type"), node.get("function_name")
    if kind == "BASE_TABLE":
        name, schema = str(node["table_name"]), str(node.get("schema_name", ""))
        known = views if schema.casefold() == "views" else own if qualified else views | own
        if node.get("catalog_name") or schema.casefold() not in ("", "views") or name.casefold() not in known:
            shown = ".".join(part for part in (node.get("catalog_name"), schema, name) if part)
            near = "write views.NAME" if qualified and name.casefold() in views else did_you_mean(name, views)
            return f"unknown view {shown!r}", near
    if isinstance(function, str):
        of_another_schema = node.get("schema") not in (None, "", "main") or bool(node.get("catalog"))
        if of_another_schema or _REFUSED.match(function.casefold()):
            return f"the function {function!r} is not allowed", "leave it out"
    if kind == "TABLE_FUNCTION":
        called = str((node.get("function") or {}).get("function_name", "")).casefold()
        if called not in _TABLE_FUNCTIONS:
            return f"{called!r} cannot be read from", "read from the documented views"
    if kind == "SHOW_REF" and qualified:
        return "the statement describes", "begin with SELECT, WITH or FROM"
    return None
