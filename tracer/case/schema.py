"""The store's tables and views: made, brought up to this version, and held against what a store of somebody else holds.

A store may hold this version's tables, views and macros, and the rows of lists. Nothing else that computes.

A store may come from a stranger. A view in the place of a table, a macro with the name of a built-in function, a
default, a check, a generated column, an index or a type is something that would run as soon as it is touched, so the
catalogue is compared with this version's before the first statement touches anything that is stored.

This version's catalogue is kept in `catalogue.json`, so that a case opens without making a second one to compare
with: `python -m tracer.case.schema` writes it. Where it is out of date it is not used, and opening is slower. The
number from which counts are shown (`tracer.policy`) is left open in it, as it is in `views.sql`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tracer.documents import json_of
from tracer.errors import CaseUnavailable
from tracer.policy import with_least
from tracer.records import STORED, columns_of

_HERE = Path(__file__).parent
_KEPT = _HERE / "catalogue.json"
_MAKERS = ("schema", "views", "catalogue")
_NAME = r'(?:[a-z_0-9]+|"[a-z_0-9]+")'
_TYPE = (
    r"(?:BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|BLOB|DATE|TIME|"
    r"TIMESTAMP(?:_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|UTINYINT|USMALLINT|UINTEGER|UBIGINT|"
    r"STRUCT\(code VARCHAR, numbers VARCHAR\))(?:\[\])*"
)
_CONSTANT = r"(?:-?[\d.]+|NULL|'(?:[^']|'')*'|CAST\('[tf]' AS BOOLEAN\)|main\.list_value\(\))"
_PLAIN = re.compile(rf"({_NAME}) ({_TYPE})(?: DEFAULT\(({_CONSTANT})\))?(?: NOT NULL)?(?: PRIMARY KEY)?", re.DOTALL)
"""A column that computes nothing."""
_TABLE = re.compile(rf"CREATE TABLE (?:answer\.|raw\.)?{_NAME}\((?P<body>.*)\);\s*", re.DOTALL)
_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),]|[^'"(),]+""", re.DOTALL)
FORMER = {
    "STRUCT(code VARCHAR, numbers VARCHAR)": "VARCHAR",
    "STRUCT(code VARCHAR, numbers VARCHAR)[]": "VARCHAR[]",
}
"""Type of a column -> what it was in version 0.1, where a reason was a sentence."""
_LONGEST_NAME = 40
_SHOWN = 3

Row = tuple[str, str, str, str]
"""Kind, schema, name, how it is made."""
_FORMER_COLUMNS = "former_columns"
"""Name of what is kept of the tables of findings that an earlier version wrote."""


def script(name: str) -> str:
    """The statements of a file next to this one, with the columns that `tracer.records` declares in their places."""
    text = (_HERE / f"{name}.sql").read_text(encoding="utf-8")
    for record in STORED:
        text = text.replace(f"{{{record.__name__.lower()}}}", columns_of(record))
    return text


def install_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Create all base tables and documented views in the current catalog of `con`: in one transaction, so that the disk
    is waited for once and not after each of them."""
    con.execute("BEGIN")
    install_tables(con)
    install_views(con)
    con.execute("COMMIT")


def install_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The base tables alone."""
    con.execute(with_least(script("schema")))


def install_views(con: duckdb.DuckDBPyConnection) -> None:
    """The documented views, over whatever has the names of the base tables."""
    con.execute(with_least(script("views")))


def refresh_views(con: duckdb.DuckDBPyConnection) -> None:
    """Put this version's documented views and macros in the place of whatever the store has in their schema."""
    con.execute("DROP SCHEMA IF EXISTS views CASCADE")
    install_views(con)


def refresh_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Add the base tables and columns that the version which made the case did not have, and make reasons of what it
    kept as sentences; nothing is taken away. What the digest of the last run's findings was made of is kept."""
    con.execute("BEGIN")
    try:
        rows: list[Row] = con.execute(script("catalogue")).fetchall()
        statements = _missing(rows)
        for statement in statements:
            con.execute(statement)
        if statements:
            # An earlier version's findings stay until the next trace, and `verify` has to know them again.
            row = con.execute("SELECT max(run) FROM trace_run").fetchone()
            run = None if row is None else row[0]
            if run is not None and former_columns(con, run) is None:
                rewritten = any(" USING " in statement for statement in statements)
                columns = {table: [name.strip('"') for name in _columns(made) or ()] for table, made in _tables(rows)}
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


def _missing(rows: Iterable[Row]) -> list[str]:
    """The statements that give a case with this catalogue the base tables and columns which it lacks."""
    held, added = dict(_tables(rows)), list[str]()
    for table, made in _tables(expected_catalogue()):
        if table not in held:
            added.append(made)
            continue
        had, wanted = _columns(held[table]) or {}, _columns(made) or {}
        for column, (kind, default) in wanted.items() if held[table] != made else ():
            if column not in had:
                added.append(f'ALTER TABLE "{table}" ADD COLUMN {column} {kind}')
                # In one statement with the column, DuckDB would change a setting, and it is locked.
                if default is not None:
                    added.append(f'ALTER TABLE "{table}" ALTER COLUMN {column} SET DEFAULT {default}')
                    added.append(f'UPDATE "{table}" SET {column} = {default}')
            elif kind != had[column][0] and had[column][0] == FORMER.get(kind):
                added.append(f'ALTER TABLE "{table}" ALTER COLUMN {column} TYPE {kind} USING {_reasons(column, kind)}')
    return added


def _tables(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """(name, how it is made) of the base tables."""
    return ((name, made) for kind, schema, name, made in rows if (kind, schema) == ("table", "main"))


def _reasons(column: str, kind: str) -> str:
    """The expression that makes reasons of the sentences which version 0.1 kept."""
    one = "{{'code': 'as-written', 'numbers': json_object('text', json_object('text', {}))::VARCHAR}}"
    if not kind.endswith("[]"):
        return one.format(column)
    return f"list_transform({column}, lambda sentence: {one.format('sentence')})"


def schema_faults(con: duckdb.DuckDBPyConnection) -> list[str]:
    """How the tables and views of the case differ from this version's, in sentences; raw lists are not looked at."""
    held: list[Row] = con.execute(script("catalogue")).fetchall()
    has, wanted = (
        {
            (table, column.strip('"'), kind)
            for table, text in _tables(rows)
            for column, (kind, _) in (_columns(text) or {}).items()
        }
        for rows in (held, expected_catalogue())
    )
    shows, shown = (
        {name: text for kind, schema, name, text in rows if (kind, schema) == ("view", "views")}
        for rows in (held, expected_catalogue())
    )
    return (
        [f"{table}.{column} ({kind}) is missing" for table, column, kind in sorted(wanted - has)]
        + [f"{table}.{column} ({kind}) is none of this version's" for table, column, kind in sorted(has - wanted)]
        + [f"view {name} was changed" for name in sorted(shown) if shows.get(name) != shown[name]]
    )


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


class CatalogueDifference(NamedTuple):
    """How a store's catalogue differs from this version's."""

    missing: list[str]
    """Statements that make the base tables and columns of this version that it lacks: an earlier one made the case."""
    stale: bool
    """Whether its documented views and macros are not, to the last letter, this version's."""


def compare(con: duckdb.DuckDBPyConnection, path: Path) -> CatalogueDifference:
    """Compare the current catalog of `con`, a store at `path`, with this version's; executes nothing that is stored.

    Raises `CaseUnavailable` where it holds what no version of `tracer` makes."""
    rows: list[Row] = con.execute(script("catalogue")).fetchall()
    wanted = expected_catalogue()
    ours = {(kind, schema, name): made for kind, schema, name, made in wanted}
    strange = list[str]()
    for kind, schema, name, made in rows:
        if schema == "views":
            continue  # all of it is made again where a letter of it differs
        if kind != "table" or schema not in ("main", "raw", "answer"):
            strange.append(_shown_name(kind, schema, name))
            continue
        own = ours.get((kind, schema, name))
        if made != own:
            here, there = _columns(made), _columns(own or "") or {}
            if here is None or any(  # a column may have the type that it was before
                here[column][0] not in (was, FORMER.get(was)) for column, (was, _) in there.items() if column in here
            ):
                strange.append(_shown_name(kind, schema, name))
    if strange:
        more = len(strange) - _SHOWN
        named = ", ".join(strange[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        what = f"the store holds objects that tracer does not make ({named}); nothing of it was used"
        remedy = "ask for the case again; a later version of tracer may have made it"
        raise CaseUnavailable(what, where=str(path), remedy=remedy)
    shown, own_views = ([row for row in some if row[1] == "views"] for some in (rows, wanted))
    return CatalogueDifference(_missing(rows), shown != own_views)


def _columns(made: str) -> dict[str, tuple[str, str | None]] | None:
    """Column to type and default of a table whose columns compute nothing, and which has nothing but columns; None for
    another."""
    table, depth, columns = _TABLE.fullmatch(made), 0, [""]
    for piece in _PIECE.findall(table["body"]) if table else ():
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            columns.append("")
        else:
            columns[-1] += piece
    plain = [_PLAIN.fullmatch(column.strip()) for column in columns]
    return {each[1]: (each[2], each[3]) for each in plain if each} if table and all(plain) else None


def _shown_name(kind: str, schema: str, name: str) -> str:
    """A name that a stranger chose, as it can be printed."""
    return f"{kind} " + re.sub(r"[^A-Za-z0-9_.]", "?", f"{schema}.{name}".lstrip("."))[:_LONGEST_NAME]


_NAMES = (
    "SELECT (SELECT count(*) FROM part WHERE NOT regexp_full_match(raw_table, 'raw\\.d[0-9]+_p[0-9]+'))"
    " + (SELECT count(*) FROM cluster_answer"
    " WHERE NOT (regexp_full_match(held_in, 'answer\\.a[0-9]+') AND regexp_full_match(relation, '[a-z_]+')))"
)


def refuse_names(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise `CaseUnavailable` where a table is named, in rows that become part of statements, by an invalid name."""
    (bad,) = con.execute(_NAMES).fetchall()[0]
    if bad:
        what = f"{bad:,} rows of the store name a table by an invalid name"
        raise CaseUnavailable(what, where=str(path), remedy="ask for the case again")


@cache
def expected_catalogue() -> tuple[Row, ...]:
    """The catalogue of a new case of this version."""
    if _KEPT.is_file():
        kept = json_of(with_least(_KEPT.read_text(encoding="utf-8")))
        if kept["of"] == _digest():
            return tuple((kind, schema, name, made) for kind, schema, name, made in kept["catalogue"])
    return made_anew(with_least)


def made_anew(completed: Callable[[str], str]) -> tuple[Row, ...]:
    """The same, from a catalogue that is made for it; completed: what is done to the statements before."""
    with duckdb.connect(":memory:") as blank:
        for maker in _MAKERS[:2]:
            blank.execute(completed(script(maker)))
        return tuple(blank.execute(script("catalogue")).fetchall())


def kept_text() -> str:
    """What `catalogue.json` should hold."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in made_anew(str))
    return f'{{"of": "{_digest()}",\n"catalogue": [\n{lines}\n]}}\n'


def _digest() -> str:
    whole = "".join(map(script, _MAKERS)) + duckdb.__version__
    return hashlib.sha256(whole.encode()).hexdigest()


if __name__ == "__main__":
    _KEPT.write_text(kept_text(), encoding="utf-8")
