"""The people of a loaded list: its rows with the columns by which people can be compared, under the names of fields.

Columns that identify (numbers, addresses of mail, keys, hashes, masks, ids) are left out. Rows that only repeat a
contact that an earlier row names are left out as well.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from tracer.documents import toml_of
from tracer.findings.persons.fields import Field, FieldKind
from tracer.lists.read.model import IDENTIFYING
from tracer.lists.read.words import fold
from tracer.resources import statements_beside

statement = statements_beside(__file__)
_FIELDS = (
    Field("name", FieldKind.NAME),
    Field("given_name", FieldKind.PART, "surname"),
    Field("surname", FieldKind.PART, "given_name"),
    Field("organisation", FieldKind.TEXT),
    Field("address", FieldKind.TEXT),
    Field("street_number", FieldKind.NUMBER),
    Field("street", FieldKind.TEXT),
    Field("address_2", FieldKind.TEXT),
    Field("city", FieldKind.TEXT),
    Field("province", FieldKind.CATEGORY),
    Field("postcode", FieldKind.NUMBER),
    Field("born", FieldKind.DATE),
    Field("sex", FieldKind.CATEGORY),
)
"""All fields by which people of lists are compared."""
_NAMES = frozenset({"name", "given_name", "surname"})
_IDENTIFYING = frozenset((*IDENTIFYING, "id"))


def columns_of(con: duckdb.DuckDBPyConnection, number: int) -> dict[int, dict[str, int]]:
    """Part → field → position of its first column, of the dataset with that number."""
    found: dict[int, dict[str, int]] = {}
    for part, position, header, role, piece in con.execute(statement("columns"), {"number": number}).fetchall():
        field = _field(str(role), str(header or ""), piece)
        if field is not None:
            found.setdefault(part, {}).setdefault(field, position)
    return found


def told_by(columns: dict[int, dict[str, int]]) -> set[str]:
    """The fields that some part of a list gives; parts of a name also give the whole."""
    told = {field for part in columns.values() for field in part}
    return told | ({"name"} if {"given_name", "surname"} <= told else set())


def common_fields(a: Collection[str], b: Collection[str]) -> tuple[Field, ...]:
    """The fields that both lists tell: names by their parts where both have parts, else whole."""
    both = set(a) & set(b)
    both -= {"name"} if {"given_name", "surname"} <= both else {"given_name", "surname"}
    return tuple(field for field in _FIELDS if field.name in both)


def can_be_compared(fields: Collection[Field]) -> bool:
    """Whether these fields distinguish people: a name, and something else."""
    names = {field.name for field in fields} & _NAMES
    return bool(names) and len(fields) > len(names)


def people(
    con: duckdb.DuckDBPyConnection, number: int, columns: dict[int, dict[str, int]], fields: Collection[Field]
) -> pa.Table:
    """A line for each row that names a contact first, or none at all: a column of texts for each field."""
    tables = []
    for part, raw, first in con.execute(statement("parts"), {"number": number}).fetchall():
        cells = ", ".join(f"{_cell(field.name, columns.get(part, {}))} AS {field.name}" for field in fields)
        text = statement("people").replace("{cells}", cells).replace("{raw}", str(raw))
        tables.append(con.execute(text, {"number": number, "before": first - 1}).to_arrow_table())
    schema = pa.schema([(field.name, pa.string()) for field in fields])
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _cell(field: str, columns: dict[str, int]) -> str:
    """The SQL of a field: its column, or a whole name put together from its parts, or nothing."""
    if field in columns:
        return f"r.c{columns[field]}"
    if field == "name" and {"given_name", "surname"} <= columns.keys():
        given, surname = f"coalesce(r.c{columns['given_name']}, '')", f"coalesce(r.c{columns['surname']}, '')"
        # Chinese names begin with the surname, and have no blank.
        return f"CASE WHEN ord({surname}) > 13311 THEN {surname} || {given} ELSE {given} || ' ' || {surname} END"
    return "CAST(NULL AS VARCHAR)"


def _field(role: str, header: str, piece: str | None) -> str | None:
    if role in _IDENTIFYING:
        return None
    named = {"family_name": "surname"}.get(piece, piece) if piece else _headings().get(fold(header))
    return named or (role if role in {"name", "address", "organisation"} else None)


def is_birthday(heading: str | None) -> bool:
    """Whether a heading names a column of birthdays."""
    return _headings().get(fold(heading or "")) == "born"


@cache
def _headings() -> dict[str, str]:
    table = toml_of((Path(__file__).parent / "headings.toml").read_text("utf-8"))
    return {word: field for field, words in table.items() for word in words.split()}
