"""Named queries: `queries/*.sql`, whose header is their help (`parse_query`).

With a parameter `limit`, one row more is fetched than asked for, so that a cut is known and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import duckdb

from tracer.ask.bounds import FREE, Bounds, first_rows, run_within
from tracer.ask.result import Column, ColumnType, Result, json_value, with_codes
from tracer.dossier.vocabulary import NAMED, claim_kinds, did_you_mean, is_amount, is_day, is_whole, nearest
from tracer.errors import TracerError, UsageError
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

    Raises `BrokenQuery`: a file whose header and body do not agree.
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
    """The query of this name. Raises `UsageError`: there is none; names the nearest."""
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

    Raises `UsageError`: an unknown, missing or malformed parameter; names the valid ones.
    """
    valid = "; ".join(one.description() for one in query.parameters)
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

    Raises `UsageError`: see `bind`; a dataset or release that the case does not have: a mistyped id must not look like
    a question with an empty answer.
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

    def on_copies(self, statement: str) -> str:
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
    no Arrow. copied: what else reads the case for the same answer; entered: as for `run_query`. Raises `UsageError`: as
    `run_query`.
    """
    values, asked = _bound(con, query, given or {})
    cursor = con.execute(query.sql if copied is None else copied.on_copies(query.sql), values)
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
    Raises `UsageError`: see `bind`; a dataset or release that the case does not have; `InputRefused`: it takes longer
    than it may; `BrokenQuery`: the result's columns are not those that the header declares.
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

        table, cut = run_within(bounds, f"query {query.name}", answer, con)
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
            self._known[name] = view_rows(self._con, self._copied.on_copies(query.sql), values, self._narrowed)
        return self._known[name]


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
    default: Any
    required: bool
    text: str
    words: tuple[str, ...] = ()
    """All that it may be, of a `word`; kinds of claims that plug-ins test come to those of the tool."""

    def _known_words(self) -> tuple[str, ...]:
        return claim_kinds() if self.words == NAMED["claim_kinds"] else self.words

    def read(self, given: str) -> Any:
        """The value that a text stands for. Raises `ValueError` or `KeyError` where it stands for none."""
        if self.words:
            asked = given.strip().casefold()
            known = self.words if asked in self.words else self._known_words()
            return {word.casefold(): word for word in known}[asked]
        read, holds, _ = _READ[self.type]
        value = read(given)
        if not holds(value):
            raise ValueError(given)
        return value

    def meaning(self, given: str) -> str:
        """What to give in the place of a text that stands for nothing."""
        return did_you_mean(given, self._known_words()) if self.words else f"give {_READ[self.type][2]}"

    def description(self) -> str:
        """For who has given it wrongly."""
        default = "required" if self.required else f"default {'all' if self.default is None else self.default}"
        one_of = f" One of: {', '.join(self.words)}." if self.words else ""
        return f"{self.name} ({self.type}, {default}): {self.text}{one_of}"


@dataclass(frozen=True)
class NamedQuery:
    """One query file."""

    name: str
    """The file's name without `.sql`."""
    title: str
    answers: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sql: str
    plugin: Plugin | None = None
    """What it comes from; None: built in. It reads copies of the documented views, as `tracer sql` does."""


_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_READ: Mapping[str, tuple[Callable[[str], Any], Callable[[Any], bool], str]] = {
    "text": (str, lambda _: True, "any text"),
    "word": (str, lambda _: True, "one of its words"),
    "id": (str, lambda _: True, "an id"),
    "integer": (
        lambda text: int(text.replace("_", "").replace(",", "")),
        lambda n: is_whole(n) and n >= 0,
        "a whole number from 0 to 2,147,483,647",
    ),
    "number": (float, is_amount, "a number"),
    "date": (date.fromisoformat, is_day, "a day like 2026-05-01 (1900 to 2200)"),
    "boolean": (lambda text: _BOOLEANS[text.strip().casefold()], lambda _: True, "true or false"),
    "language": (lambda text: {one: one for one in LANGUAGES}[text.strip().casefold()], bool, " or ".join(LANGUAGES)),
}
"""Type -> what its texts are read by, what the case can hold of it, and what to give."""


def parse_query(name: str, sql: str) -> NamedQuery:
    """Read a query's header and hold its body to it.

    Raises `BrokenQuery`: no title, question or column; a line that is not understood; parameters undeclared or unused.
    """

    def broken(what: str) -> BrokenQuery:
        return BrokenQuery(what, where=f"query {name}")

    comments = "\n".join(takewhile(lambda line: line.startswith("--"), sql.splitlines()))
    # A line that is indented by more than one blank continues the one before.
    head = [line.removeprefix("--").strip() for line in re.sub(r" *\n--   +", " ", comments).split("\n")]
    title, answers, parameters, columns = head[0], "", list[Parameter](), list[Column]()
    for line in head[1:]:
        if match := _PARAM.match(line):
            parameters.append(_parameter(match, broken))
        elif match := _COLUMN.match(line):
            if match["type"] not in {kind.value for kind in ColumnType if kind is not ColumnType.CODES}:
                raise broken(f"column {match['name']} has no known type")
            columns.append(
                Column(match["name"], ColumnType(match["type"]), match["text"], detail=match["what"] == "detail")
            )
        elif match := _ANSWERS.match(line):
            answers = match["text"]
        elif line:
            raise broken(f"header line not understood: {line!r}")
    for part, what in ((title, "title"), (answers, "'answers:' line"), (columns, "column")):
        if not part:
            raise broken(f"the header has no {what}")
    declared = {parameter.name for parameter in parameters}
    used = {match["name"] for match in _USED.finditer(sql) if match["name"] is not None}
    for missing in sorted(used - declared):
        raise broken(f"parameter ${missing} is used but not declared")
    spoken = {parameter.name for parameter in parameters if parameter.type == "language"}
    for idle in sorted(declared - used - spoken):
        raise broken(f"parameter {idle} is declared but not used")
    return NamedQuery(name, title, answers, tuple(parameters), tuple(columns), sql)


def _parameter(match: re.Match[str], broken: Callable[[str], BrokenQuery]) -> Parameter:
    kind, default = match["type"], match["default"]
    words = tuple(word.strip() for word in (match["words"] or "").split("|") if word.strip())
    if words and words[0].startswith("@"):
        words = NAMED.get(words[0].removeprefix("@"), ())
    if kind not in _READ or (kind == "word") != bool(words):
        raise broken(f"parameter {match['name']} has no known type")
    bare = Parameter(match["name"], kind, None, default is None, match["text"], words)
    return bare if default in (None, "none") else replace(bare, default=bare.read(str(default)))


KINDS = ("dataset", "release", "party", "claim", "hidden")
_SHOWN = 5
_KNOWN = """
    SELECT 'dataset' AS kind, dataset AS id FROM views.datasets UNION ALL SELECT 'release', release FROM views.releases
    UNION ALL SELECT 'party', party FROM views.parties UNION ALL SELECT 'claim', claim FROM views.claims
    UNION ALL SELECT 'hidden', hidden FROM views.hidden
"""
_NAMES = """
    SELECT 'dataset' AS kind, dataset AS id, unnest([list_title, title_en, title_zh]) AS name FROM views.datasets
    UNION SELECT 'party', coalesce(merged_into, party), unnest([name, name_en, name_zh] || aliases)
    FROM views.parties WHERE NOT protected
"""


def id_called(con: duckdb.DuckDBPyConnection, name: str, where: str, kinds: Collection[str] = KINDS) -> str:
    """The id that `name` is, or the id of the one list or party of that name or title.

    where: the command, for the error. kinds: what may be meant, of `KINDS`. Raises `UsageError`: nothing or several
    things are called so; names the nearest ids.
    """
    ids = {one for kind, one in con.execute(_KNOWN).fetchall() if kind in kinds}
    if name in ids:
        return name
    named: dict[str, set[str]] = {}
    for kind, one, written in con.execute(_NAMES).fetchall():
        if kind in kinds and written:
            named.setdefault(_plain(written), set()).add(one)
    found = sorted(named.get(_plain(name), ()))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} are called {name!r}", where=where, remedy=f"use an id: {', '.join(found)}")
    near = nearest(name, sorted(ids))
    if near is None and (by_name := nearest(_plain(name), sorted(named))) is not None:
        near = ", ".join(sorted(named[by_name]))
    known = f"one of: {', '.join(sorted(ids))}" if 0 < len(ids) <= _SHOWN * 4 else "see `tracer query datasets`"
    raise UsageError(
        f"the case has nothing called {name!r}",
        where=where,
        remedy=f"did you mean {near!r}?" if near is not None else known,
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
