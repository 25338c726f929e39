"""Named queries: `queries/*.sql`, whose header is their help, read and checked when loaded.

    -- Overlaps
    -- answers: Which pairs of datasets share more contacts than independent lists would?
    -- param dataset id = none: only pairs with this dataset
    -- column a id: the first dataset of the pair
    SELECT …

A parameter without `= …` is required; `= none` binds NULL. One of a closed set of words is declared with them, as
`word(own|obtained)`, or with the name of a vocabulary, as `word(@claim_kinds)`: any other is refused. Undeclared and
unused parameters are refused alike. With a parameter `limit`, one row more is fetched than asked for, so that a cut is
known and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tracer.ask.bounds import FREE, Bounds, first_rows, within
from tracer.ask.cells import json_value
from tracer.ask.copied import CopiedViews
from tracer.ask.result import Column, ColumnType, Result, with_codes
from tracer.dossier.vocabulary import NAMED, claim_kinds, did_you_mean, is_amount, is_day, is_whole
from tracer.errors import TracerError, UsageError
from tracer.export.spoken import masked_row, masked_table
from tracer.plugins import Plugin, PluginGroup, find, leave_out, names, text_of
from tracer.resources import queries_dir
from tracer.wording import LANGUAGES, Voice, in_words, worded_table

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000
"""Rows at a time, where they are counted."""
_HEAD = re.compile(r"--\s?(?P<text>.*)\Z")
_PARAM = re.compile(
    r"param\s+(?P<name>[a-z_]+)\s+(?P<type>[a-z]+)(?:\((?P<words>[\w\s|@]+)\))?(?:\s*=\s*(?P<default>[^:]+?))?\s*:\s*(?P<text>.+)\Z"
)
_COLUMN = re.compile(r"(?P<what>column|detail)\s+(?P<name>[a-z_]+)\s+(?P<type>[a-z]+)\s*:\s*(?P<text>.+)\Z")
_ANSWERS = re.compile(r"answers:\s*(?P<text>.+)\Z")
# Strings, quoted names and comments are skipped, so that a `$` in them is not a parameter.
_USED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|\$(?P<name>[a-z_]+)")


class BrokenQuery(TracerError):
    """A query file that does not say what it must: a fault of the installation."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a named query."""

    name: str
    """As in `-p name=value`."""
    type: str
    """text, word, id, integer, number, date, boolean or language."""
    default: Any
    """Bound where nothing is given."""
    required: bool
    """True where there is no default."""
    text: str
    words: tuple[str, ...] = ()
    """All that it may be, of a `word`; kinds of claims that plug-ins test come to those of the tool."""

    def _known(self) -> tuple[str, ...]:
        return claim_kinds() if self.words == NAMED["claim_kinds"] else self.words

    def read(self, given: str) -> Any:
        """The value that a text stands for. Raises `ValueError` or `KeyError` where it stands for none."""
        if self.words:
            asked = given.strip().casefold()
            known = self.words if asked in self.words else self._known()
            return {word.casefold(): word for word in known}[asked]
        return _READ[self.type][0](given)

    def meaning(self, given: str) -> str:
        """What to give in the place of a text that stands for nothing."""
        return did_you_mean(given, self._known()) if self.words else f"give {_READ[self.type][1]}"


@dataclass(frozen=True)
class NamedQuery:
    """One query file."""

    name: str
    """The file's name without `.sql`."""
    title: str
    """One line."""
    answers: str
    parameters: tuple[Parameter, ...]
    """In the order of the header."""
    columns: tuple[Column, ...]
    """In the order of the result."""
    sql: str
    """The file, whole."""
    plugin: Plugin | None = None
    """What it comes from; None: built in. It reads copies of the documented views, as `tracer sql` does."""


def _boolean(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    return words[text.strip().casefold()]


def _whole(text: str) -> int:
    value = int(text.replace("_", "").replace(",", ""))
    if not is_whole(value) or value < 0:
        raise ValueError(text)
    return value


def _amount(text: str) -> float:
    value = float(text)
    if not is_amount(value):
        raise ValueError(text)
    return value


def _day(text: str) -> date:
    value = date.fromisoformat(text)
    if not is_day(value):
        raise ValueError(text)
    return value


_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "any text"),
    "word": (str, "one of its words"),
    "id": (str, "an id"),
    "integer": (_whole, "a whole number from 0 to 2,147,483,647"),
    "number": (_amount, "a number"),
    "date": (_day, "a day like 2026-05-01 (1900 to 2200)"),
    "boolean": (_boolean, "true or false"),
    "language": (lambda text: {lang: lang for lang in LANGUAGES}[text.strip().casefold()], " or ".join(LANGUAGES)),
}


@cache
def load_queries(folder: Path | None = None) -> Mapping[str, NamedQuery]:
    """All named queries by name, in alphabetical order.

    Raises:
        BrokenQuery: a file whose header and body do not agree.
    """
    files = sorted((folder or queries_dir()).glob("*.sql"))
    return {file.stem: parse_query(file.stem, file.read_text(encoding="utf-8")) for file in files}


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


def parse_query(name: str, sql: str) -> NamedQuery:
    """Read a query's header and hold its body to it.

    Raises:
        BrokenQuery: no title, question or column; a line that is not understood; parameters undeclared or unused.
    """
    head = _header_lines(sql)
    title, answers, parameters, columns = head[0] if head else "", "", list[Parameter](), list[Column]()
    for line in head[1:]:
        if match := _PARAM.match(line):
            parameters.append(_parameter(name, match))
        elif match := _COLUMN.match(line):
            if match["type"] not in {kind.value for kind in ColumnType if kind is not ColumnType.CODES}:
                raise BrokenQuery(f"column {match['name']} has no known type", where=f"query {name}")
            columns.append(
                Column(match["name"], ColumnType(match["type"]), match["text"], detail=match["what"] == "detail")
            )
        elif match := _ANSWERS.match(line):
            answers = match["text"]
        elif line:
            raise BrokenQuery(f"header line not understood: {line!r}", where=f"query {name}")
    for part, what in ((title, "title"), (answers, "'answers:' line"), (columns, "column")):
        if not part:
            raise BrokenQuery(f"the header has no {what}", where=f"query {name}")
    declared = {parameter.name for parameter in parameters}
    used = {match["name"] for match in _USED.finditer(sql) if match["name"] is not None}
    for missing in sorted(used - declared):
        raise BrokenQuery(f"parameter ${missing} is used but not declared", where=f"query {name}")
    spoken = {parameter.name for parameter in parameters if parameter.type == "language"}
    for idle in sorted(declared - used - spoken):
        raise BrokenQuery(f"parameter {idle} is declared but not used", where=f"query {name}")
    return NamedQuery(name, title, answers, tuple(parameters), tuple(columns), sql)


def _header_lines(sql: str) -> list[str]:
    """The comment lines at the top; a line indented by more than one blank continues the one before."""
    lines: list[str] = []
    for raw in sql.splitlines():
        match = _HEAD.match(raw)
        if match is None:
            break
        text = match["text"]
        if lines and text.startswith("  "):
            lines[-1] += " " + text.strip()
        else:
            lines.append(text.strip())
    return lines


def _parameter(query: str, match: re.Match[str]) -> Parameter:
    kind, default = match["type"], match["default"]
    words = tuple(word.strip() for word in (match["words"] or "").split("|") if word.strip())
    if words and words[0].startswith("@"):
        words = NAMED.get(words[0].removeprefix("@"), ())
    if kind not in _READ or (kind == "word") != bool(words):
        raise BrokenQuery(f"parameter {match['name']} has no known type", where=f"query {query}")
    bare = Parameter(match["name"], kind, None, default is None, match["text"], words)
    return bare if default in (None, "none") else replace(bare, default=bare.read(str(default)))


def find_query(name: str, queries: Mapping[str, NamedQuery] | None = None) -> NamedQuery:
    """The query of this name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    known = load_queries() if queries is None else queries
    plugin = find(PluginGroup.QUERIES, name, (*known, "graph")) if queries is None and name not in known else None
    added = None if plugin is None else _of_plugin(plugin)
    if added is not None:
        return added
    if name not in known:
        raise UsageError(f"unknown query {name!r}", remedy=did_you_mean(name, known) or "see `tracer query`")
    return known[name]


def bind(query: NamedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """The values to bind, by parameter name.

    Raises:
        UsageError: an unknown, missing or malformed parameter; names the valid ones.
    """
    valid = "; ".join(_described(parameter) for parameter in query.parameters) or "it takes no parameters"
    remedy = f"valid: {valid}" if query.parameters else valid
    where = f"query {query.name}"
    names = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names)
            near = f"{hint} " if hint.startswith("did you mean") else ""
            raise UsageError(f"unknown parameter {name!r}", where=where, remedy=near + remedy)
    values: dict[str, Any] = {}
    for parameter in query.parameters:
        if parameter.name not in given:
            if parameter.required:
                raise UsageError(f"parameter {parameter.name!r} is missing", where=where, remedy=remedy)
            values[parameter.name] = parameter.default
            continue
        text = given[parameter.name]
        try:
            values[parameter.name] = parameter.read(text)
        except (ValueError, KeyError):
            raise UsageError(
                f"invalid value {text!r} for {parameter.name}", where=where, remedy=parameter.meaning(text)
            ) from None
    return values


def _described(parameter: Parameter) -> str:
    default = (
        "required" if parameter.required else f"default {'all' if parameter.default is None else parameter.default}"
    )
    one_of = f" One of: {', '.join(parameter.words)}." if parameter.words else ""
    return f"{parameter.name} ({parameter.type}, {default}): {parameter.text}{one_of}"


_PARTIES = "SELECT party FROM views.parties"
_IDS = {
    "dataset": "SELECT dataset FROM views.datasets", "refusals": "SELECT dataset FROM views.datasets",
    "release": "SELECT release FROM views.releases", "line": "SELECT line FROM views.lines",
    "campaign": "SELECT campaign FROM views.campaigns",
    **dict.fromkeys(("party", "vendor", "client", "recipient", "holder", "about"), _PARTIES),
}  # fmt: skip
"""What the case has, by the parameter that names one of it."""


def _must_exist(con: duckdb.DuckDBPyConnection, query: NamedQuery, name: str, value: object) -> None:
    """A mistyped id must not look like a question with an empty answer."""
    if name not in _IDS or not isinstance(value, str):
        return
    held = sorted(row[0] for row in con.execute(_IDS[name]).fetchall())
    if value not in held:
        what = "party" if _IDS[name] == _PARTIES else "dataset" if name == "refusals" else name
        remedy = did_you_mean(value, held) if held else f"it has no {what} yet"
        raise UsageError(f"the case has no {what} {value!r}", where=f"query {query.name}", remedy=remedy)


def _bound(
    con: duckdb.DuckDBPyConnection, query: NamedQuery, given: Mapping[str, str]
) -> tuple[dict[str, Any], str | None]:
    """The values to bind, and the language that a parameter asks for.

    Raises:
        UsageError: see `bind`; a dataset or release that the case does not have.
    """
    values = bind(query, given)
    asked = [values.pop(parameter.name) for parameter in query.parameters if parameter.type == "language"]
    for name in given:
        _must_exist(con, query, name, values.get(name))
    return values, asked[0] if asked else None


def query_rows(
    con: duckdb.DuckDBPyConnection, query: NamedQuery, given: Mapping[str, str] | None = None, *,
    copied: CopiedViews | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The rows that `run_query` gives, as JSON values without codes of sentences: for what is said of a few rows, which
    needs no Arrow. copied: what else reads the case for the same answer.

    Raises:
        UsageError: as `run_query`.
    """
    values, asked = _bound(con, query, given or {})
    cursor = con.execute(query.sql if copied is None else copied.over(query.sql), values)
    names, voice = [column[0] for column in cursor.description or ()], Voice(asked or LANGUAGES[0])
    said = (masked_row(in_words(dict(zip(names, row, strict=True)), voice)) for row in cursor.fetchall())
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
