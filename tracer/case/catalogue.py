"""What a store may hold: this version's tables, views and macros, and the rows of lists. Nothing else that computes.

A store may come from a stranger. A view in the place of a table, a macro with the name of a built-in function, a
default, a check, a generated column, an index or a type is something that would run as soon as it is touched, so the
catalogue is compared with this version's before the first statement touches anything that is stored.

This version's catalogue is kept in `catalogue.json`, so that a case opens without making a second one to compare
with: `python -m tracer.case.catalogue` writes it. Where it is out of date it is not used, and opening is slower. The
number from which counts are shown (`tracer.policy`) is left open in it, as it is in `views.sql`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
_PLAIN = re.compile(
    rf"(?P<name>{_NAME}) (?P<type>{_TYPE})(?: DEFAULT\({_CONSTANT}\))?(?: NOT NULL)?(?: PRIMARY KEY)?", re.DOTALL
)
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


@dataclass(frozen=True)
class CatalogueDifference:
    """How a store's catalogue differs from this version's."""

    strange: tuple[str, ...]
    """What no version of `tracer` makes, in words; empty: nothing."""
    missing: bool
    """Whether base tables or columns of this version are missing: an earlier one made the case."""
    stale: bool
    """Whether its documented views and macros are not, to the last letter, this version's."""


def script(name: str) -> str:
    """The statements of a file next to this one, with the columns that `tracer.records` declares in their places."""
    text = (_HERE / f"{name}.sql").read_text(encoding="utf-8")
    for record in STORED:
        text = text.replace(f"{{{record.__name__.lower()}}}", columns_of(record))
    return text


def compare(con: duckdb.DuckDBPyConnection) -> CatalogueDifference:
    """Compare the current catalog of `con` with this version's; executes nothing that is stored."""
    rows: list[Row] = con.execute(script("catalogue")).fetchall()
    wanted = expected()
    ours = {(kind, schema, name): made for kind, schema, name, made in wanted}
    strange, missing, seen = list[str](), False, set[str]()
    for kind, schema, name, made in rows:
        if schema == "views":
            continue  # all of it is made again where a letter of it differs
        if kind != "table" or schema not in ("main", "raw", "answer"):
            strange.append(_shown(kind, schema, name))
            continue
        own = ours.get((kind, schema, name))
        seen.add(name)
        if made != own:
            here, there = _columns(made), _columns(own or "") or {}
            if here is None or any(not _known(here[column], there[column]) for column in there if column in here):
                strange.append(_shown(kind, schema, name))
            missing = missing or any((here or {}).get(column) != there[column] for column in there)
    missing = missing or any(key[:2] == ("table", "main") and key[2] not in seen for key in ours)
    shown = [row for row in rows if row[1] == "views"]
    return CatalogueDifference(tuple(strange), missing, shown != [row for row in wanted if row[1] == "views"])


def _known(had: str, wanted: str) -> bool:
    """Whether a column has the type of this version, or the one that it was before."""
    return had in (wanted, FORMER.get(wanted))


def _columns(made: str) -> dict[str, str] | None:
    """Column to type of a table whose columns compute nothing, and which has nothing but columns; None for another."""
    table, depth, columns = _TABLE.fullmatch(made), 0, [""]
    for piece in _PIECE.findall(table["body"]) if table else ():
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            columns.append("")
        else:
            columns[-1] += piece
    plain = [_PLAIN.fullmatch(column.strip()) for column in columns]
    return {each["name"]: each["type"] for each in plain if each} if table and all(plain) else None


def _shown(kind: str, schema: str, name: str) -> str:
    """A name that a stranger chose, as it can be printed."""
    return f"{kind} " + re.sub(r"[^A-Za-z0-9_.]", "?", f"{schema}.{name}".lstrip("."))[:_LONGEST_NAME]


def refuse_strange(compared: CatalogueDifference, path: Path) -> None:
    """Raise `CaseUnavailable` where the store at `path` holds what no version of `tracer` makes."""
    if compared.strange:
        more = len(compared.strange) - _SHOWN
        told = ", ".join(compared.strange[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        raise CaseUnavailable(
            f"the store holds objects that tracer does not make ({told}); nothing of it was used",
            where=str(path),
            remedy="ask for the case again; a later version of tracer may have made it",
        )


_NAMES = (
    "SELECT (SELECT count(*) FROM part WHERE NOT regexp_full_match(raw_table, 'raw\\.d[0-9]+_p[0-9]+'))"
    " + (SELECT count(*) FROM cluster_answer"
    " WHERE NOT (regexp_full_match(held_in, 'answer\\.a[0-9]+') AND regexp_full_match(relation, '[a-z_]+')))"
)


def refuse_names(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise `CaseUnavailable` where a table is named, in rows that become part of statements, by an invalid name."""
    (bad,) = con.execute(_NAMES).fetchall()[0]
    if bad:
        raise CaseUnavailable(
            f"{bad:,} rows of the store name a table by an invalid name",
            where=str(path),
            remedy="ask for the case again",
        )


@cache
def expected() -> tuple[Row, ...]:
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
