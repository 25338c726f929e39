"""Named queries: `queries/*.sql`, whose header is their help (`query_header`).

With a parameter `limit`, one row more is fetched than asked for, so that a cut is known and reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import duckdb

from tracer.ask.bounds import FREE, Bounds, first_rows, within
from tracer.ask.query_header import BrokenQuery, NamedQuery, parse_query
from tracer.ask.result import Result, json_value, with_codes
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.plugins import Plugin, PluginGroup, find, leave_out, names, text_of
from tracer.policy import Narrowed, masked_row, view_rows
from tracer.resources import queries_dir
from tracer.wording import LANGUAGES, Voice, in_words, masked_table, worded_table

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000
"""Rows at a time, where they are counted."""
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")
"""What a query can be called: a name becomes a path."""
COPIED = ("attributions", "claims", "derivations", "retention")
"""Documented views over views with statements within statements, which the sections of an answer share: copied once,
because planning them takes longer than their rows."""
_NAMED = re.compile(rf"\bviews\.({'|'.join(COPIED)})\b")


@cache
def load_queries() -> Mapping[str, NamedQuery]:
    """All named queries by name, in alphabetical order.

    Raises:
        BrokenQuery: a file whose header and body do not agree.
    """
    return {file.stem: _read(file) for file in sorted(queries_dir().glob("*.sql"))}


@cache
def _read(file: Path) -> NamedQuery:
    return parse_query(file.stem, file.read_text(encoding="utf-8"))


def all_queries() -> Mapping[str, NamedQuery]:
    """The named queries, and behind them those of plug-ins that can be used."""
    known = load_queries()
    added = (find(PluginGroup.QUERIES, name) for name in names(PluginGroup.QUERIES, (*known, "graph")))
    found = (_of_plugin(plugin) for plugin in added if plugin is not None)
    return {**known, **{query.name: query for query in found if query is not None}}


def _of_plugin(plugin: Plugin) -> NamedQuery | None:
    text = text_of(plugin)
    if text is None:
        return None
    try:
        return replace(parse_query(plugin.name, text), plugin=plugin)
    except BrokenQuery as broken:
        leave_out(plugin, broken.what)
        return None


def find_query(name: str) -> NamedQuery:
    """The query of this name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    if _NAME.fullmatch(name) and (file := queries_dir() / f"{name}.sql").is_file():
        return _read(file)  # all of them take as long as a short answer
    known = load_queries()
    plugin = find(PluginGroup.QUERIES, name, (*known, "graph"))
    added = None if plugin is None else _of_plugin(plugin)
    if added is None:
        raise UsageError(f"unknown query {name!r}", remedy=did_you_mean(name, known) or "see `tracer query`")
    return added


def bind(query: NamedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """The values to bind, by parameter name.

    Raises:
        UsageError: an unknown, missing or malformed parameter; names the valid ones.
    """
    valid = "; ".join(one.described() for one in query.parameters)
    remedy, where = f"valid: {valid}" if valid else "it takes no parameters", f"query {query.name}"
    names = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names)
            near = f"{hint} " if hint.startswith("did you mean") else ""
            raise UsageError(f"unknown parameter {name!r}", where=where, remedy=near + remedy)
    values: dict[str, Any] = {one.name: one.default for one in query.parameters}
    for parameter in query.parameters:
        text = given.get(parameter.name)
        if text is None:
            if parameter.required:
                raise UsageError(f"parameter {parameter.name!r} is missing", where=where, remedy=remedy)
            continue
        try:
            values[parameter.name] = parameter.read(text)
        except (ValueError, KeyError):
            raise UsageError(
                f"invalid value {text!r} for {parameter.name}", where=where, remedy=parameter.meaning(text)
            ) from None
    return values


_PARTIES = "SELECT party FROM views.parties"
_IDS = {
    "dataset": "SELECT dataset FROM views.datasets",
    "refusals": "SELECT dataset FROM views.datasets",
    "release": "SELECT release FROM views.releases",
    "line": "SELECT line FROM views.lines",
    "campaign": "SELECT campaign FROM views.campaigns",
    **dict.fromkeys(("party", "vendor", "client", "recipient", "holder", "about"), _PARTIES),
}
"""What the case has, by the parameter that names one of it."""


def _bound(
    con: duckdb.DuckDBPyConnection, query: NamedQuery, given: Mapping[str, str]
) -> tuple[dict[str, Any], str | None]:
    """The values to bind, and the language that a parameter asks for.

    Raises:
        UsageError: see `bind`; a dataset or release that the case does not have: a mistyped id must not look like a
            question with an empty answer.
    """
    values = bind(query, given)
    asked = [values.pop(parameter.name) for parameter in query.parameters if parameter.type == "language"]
    for name in given:
        value = values.get(name)
        if name not in _IDS or not isinstance(value, str):
            continue
        held = sorted(row[0] for row in con.execute(_IDS[name]).fetchall())
        if value not in held:
            what = "party" if _IDS[name] == _PARTIES else "dataset" if name == "refusals" else name
            remedy = did_you_mean(value, held) if held else f"it has no {what} yet"
            raise UsageError(f"the case has no {what} {value!r}", where=f"query {query.name}", remedy=remedy)
    return values, asked[0] if asked else None


class CopiedViews:
    """Copies of documented views as they were when they were first asked for, until the connection is closed.

    They are for one answer of a case that does not change meanwhile, and know the names of their relations alone.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, views: Collection[str] = COPIED) -> None:
        """`views`: those of `COPIED` that the answer asks more than once; a copy is of all rows."""
        self._con, self._views = con, frozenset(views)
        self._made: dict[str, str] = {}

    def over(self, statement: str) -> str:
        """The statement with the copies in the place of those views that it names."""
        return _NAMED.sub(lambda found: self._copy(found[1]) if found[1] in self._views else found[0], statement)

    def _copy(self, view: str) -> str:
        if view not in self._made:
            name = f"{view}_{token_hex(6)}"
            self._con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM views.{view}")
            self._made[view] = f"temp.{name}"
        return self._made[view]


def query_rows(
    con: duckdb.DuckDBPyConnection,
    query: NamedQuery,
    given: Mapping[str, str] | None = None,
    *,
    copied: CopiedViews | None = None,
    entered: bool = False,
) -> list[dict[str, Any]]:
    """The rows that `run_query` gives, as JSON values without codes of sentences: for what is said of them, which needs
    no Arrow. copied: what else reads the case for the same answer; entered: as for `run_query`.

    Raises:
        UsageError: as `run_query`.
    """
    values, asked = _bound(con, query, given or {})
    cursor = con.execute(query.sql if copied is None else copied.over(query.sql), values)
    names, voice = [column[0] for column in cursor.description or ()], Voice(asked or LANGUAGES[0])
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    said = rows if entered else (masked_row(in_words(row, voice)) for row in rows)
    return [{column.name: json_value(column, row[column.name]) for column in query.columns} for row in said]


def run_query(
    con: duckdb.DuckDBPyConnection,
    query: NamedQuery,
    given: Mapping[str, str] | None = None,
    bounds: Bounds | None = None,
    *,
    entered: bool = False,
    voice: Voice | None = None,
) -> Result:
    """Answer a named query on the case that `con` uses; `bounds`: what it may take, for one that a person waits for.

    Numbers and addresses in what people have entered are masked, and reasons are said by `voice` (in the language that
    a parameter asks for, in English where none does); `entered`: both are left as they were, for the gate to judge.

    Raises:
        UsageError: see `bind`; a dataset or release that the case does not have.
        InputRefused: it takes longer than it may.
        BrokenQuery: the result's columns are not those that the header declares.
    """
    values, asked = _bound(con, query, given or {})
    limit = values.get("limit")
    if limit is not None:
        values["limit"] = limit + 1
    cut: tuple[str, ...] = ()
    if query.plugin is not None:
        from tracer.ask.sandbox import run_sql

        spoken_in = asked or (LANGUAGES[0] if voice is None else voice.lang)
        result = run_sql(con, query.sql, bounds or FREE, values=values, lang=spoken_in)
        table, cut, entered = result.table, result.notes, True
    elif bounds is None:
        table = con.execute(query.sql, values).to_arrow_table()
    else:

        def answer() -> tuple[pa.Table, tuple[str, ...]]:
            reader = con.execute(query.sql, values).to_arrow_reader(_BATCH)
            return first_rows(reader, reader.schema, bounds)

        table, cut = within(bounds, f"query {query.name}", answer, con)
    if table.column_names != [column.name for column in query.columns]:
        raise BrokenQuery(
            f"gives {table.column_names}, declares {[c.name for c in query.columns]}", where=f"query {query.name}"
        )
    notes = cut
    if limit is not None and table.num_rows > limit:
        table = table.slice(0, limit)
        notes = (f"only the first {limit:,} rows are shown: there are more (-p limit=N)",)
    if not entered:
        table = masked_table(worded_table(table, voice or Voice(asked or LANGUAGES[0])))
    return Result(with_codes(query.columns, table), table, notes, query.name)


class ValueRows:
    """Rows of named queries as statements are made from: reasons as values, words of people masked, each read once."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, copied: CopiedViews | None = None, narrowed: Narrowed = dict
    ) -> None:
        """`copied`: what else reads the case for the same answer; `narrowed`: what becomes of each row that is shown to
        somebody who may see less."""
        self._con, self._narrowed, self._copied = con, narrowed, copied or CopiedViews(con)
        self._known: dict[str, list[dict[str, Any]]] = {}

    def __call__(self, name: str) -> Sequence[dict[str, Any]]:
        """The rows of the query of this name, as it answers without parameters."""
        if name not in self._known:
            query = find_query(name)
            values, _ = _bound(self._con, query, {})
            self._known[name] = view_rows(self._con, self._copied.over(query.sql), values, self._narrowed)
        return self._known[name]
