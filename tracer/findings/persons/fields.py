"""What people of lists are compared by: fields, the columns of a list that give them, how each kind of text is made
plain, and records as whole numbers.

A value that says too little (empty, masked, a placeholder) is missing, and a missing value speaks neither for nor
against. Rows of a list that agree in every field are one person. Columns that identify (numbers, addresses of mail,
keys, hashes, masks, ids) are left out, and so are rows that only repeat a contact that an earlier row names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.documents import toml_of
from tracer.findings.tails import Ints
from tracer.identify.cell import PLACEHOLDERS, fold, plain_digits
from tracer.identify.person import normalise, simplified_characters
from tracer.lists.read.model import IDENTIFYING
from tracer.lists.read.words import fold as fold_heading
from tracer.resources import sql_next_to

_LEAST_TOLD = 2
"""Fields in which a record must say something; a name alone is not a person."""
_NAMES = frozenset({"name", "given_name", "surname"})
_IDENTIFYING = frozenset((*IDENTIFYING, "id"))
statement = sql_next_to(__file__)


class FieldKind(Enum):
    """How values of a field are made plain and compared."""

    NAME = "name"
    PART = "part"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CATEGORY = "category"


@dataclass(frozen=True)
class Field:
    """One field, under its column's name in both relations."""

    name: str
    kind: FieldKind
    crossed: str | None = None
    """The field with which people write this one the wrong way round (given name and surname); both name each other."""

    @property
    def top(self) -> int:
        """The level of equal values; below it values agree in part, at 0 they differ."""
        return {FieldKind.NUMBER: 2, FieldKind.CATEGORY: 1}.get(self.kind, 3)

    @property
    def crossed_level(self) -> int:
        """The level of two values in each other's field; of fields that cannot be crossed there is none."""
        return self.top + 1


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


def columns_of(con: duckdb.DuckDBPyConnection, number: int) -> dict[int, dict[str, int]]:
    """Part → field → position of its first column, of the dataset with that number."""
    found: dict[int, dict[str, int]] = {}
    for part, position, header, role, piece in con.execute(statement("columns"), {"number": number}).fetchall():
        named = {"family_name": "surname"}.get(piece, piece) if piece else _headings().get(fold_heading(header or ""))
        field = named or (role if role in {"name", "address", "organisation"} else None)
        if field is not None and role not in _IDENTIFYING:
            found.setdefault(part, {}).setdefault(str(field), position)
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
        at = {field: f"r.c{position}" for field, position in columns.get(part, {}).items()}
        if "name" not in at and {"given_name", "surname"} <= at.keys():
            given, surname = f"coalesce({at['given_name']}, '')", f"coalesce({at['surname']}, '')"
            # Chinese names begin with the surname, and have no blank.
            at["name"] = (
                f"CASE WHEN ord({surname}) > 13311 THEN {surname} || {given} ELSE {given} || ' ' || {surname} END"
            )
        cells = ", ".join(f"{at.get(field.name, 'CAST(NULL AS VARCHAR)')} AS {field.name}" for field in fields)
        text = statement("people").replace("{cells}", cells).replace("{raw}", str(raw))
        tables.append(con.execute(text, {"number": number, "before": first - 1}).to_arrow_table())
    schema = pa.schema([(field.name, pa.string()) for field in fields])
    return pa.concat_tables(tables) if tables else schema.empty_table()


def is_birthday(heading: str | None) -> bool:
    """Whether a heading names a column of birthdays."""
    return _headings().get(fold_heading(heading or "")) == "born"


@cache
def _headings() -> dict[str, str]:
    table = toml_of((Path(__file__).parent / "headings.toml").read_text("utf-8"))
    return {word: field for field, words in table.items() for word in words.split()}


@dataclass(frozen=True)
class PersonRecords:
    """The people of two lists, those of the first before those of the second; one line a person."""

    fields: tuple[Field, ...]
    codes: NDArray[np.int32]
    """people x fields: index into `values`, -1 for a missing value. Fields that may be crossed share their values."""
    values: tuple[tuple[str, ...], ...]
    first: int
    rows: Ints
    """For each person, the position of its first row in its list."""

    @property
    def second(self) -> int:
        """People of the second list."""
        return int(self.codes.shape[0]) - self.first

    def counts(self, field: int, people: slice = slice(None)) -> Ints:
        """How many (of these) people have each value of a field."""
        told = self.codes[people, field]
        return np.bincount(told[told >= 0], minlength=len(self.values[field]))


def make_records(a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> PersonRecords:
    """Records of two tables that have a column of texts for every field.

    Raises:
        KeyError: a table lacks a field's column.
    """
    columns: dict[str, tuple[NDArray[np.int32], tuple[str, ...]]] = {}
    for field in fields:
        if field.name not in columns:
            together = [field.name] + ([field.crossed] if field.crossed else [])
            chunks = [chunk.cast(pa.string()) for name in together for table in (a, b) for chunk in table[name].chunks]
            coded = pa.chunked_array(chunks, pa.string()).combine_chunks().dictionary_encode()
            # Each distinct text is made plain once; one place more, at the end, for what is missing.
            plain = [_PLAIN[field.kind](text) for text in coded.dictionary.to_pylist()]
            values = sorted({text for text in plain if text is not None})
            place = {text: at for at, text in enumerate(values)}
            codes = np.array([-1 if text is None else place[text] for text in plain] + [-1], dtype=np.int32)
            found = codes[coded.indices.fill_null(len(plain)).to_numpy(zero_copy_only=False)]
            parts = np.split(found, len(together))
            columns |= {name: (part, tuple(values)) for name, part in zip(together, parts, strict=True)}
    codes = np.column_stack([columns[field.name][0] for field in fields])
    told, kept = (codes >= 0).sum(axis=1) >= min(_LEAST_TOLD, len(fields)), []
    for rows in (slice(0, a.num_rows), slice(a.num_rows, None)):
        # The first of the rows that agree in every field, among those that say enough, in order.
        at = np.flatnonzero(told[rows])
        if at.size:
            lines = np.ascontiguousarray(codes[rows][at]).view([("", np.int32)] * codes.shape[1]).ravel()
            at = at[np.sort(np.unique(lines, return_index=True)[1])]
        kept.append(at)
    whole = codes[np.concatenate([kept[0], kept[1] + a.num_rows])]
    texts = tuple(columns[field.name][1] for field in fields)
    return PersonRecords(tuple(fields), whole, texts, kept[0].size, np.concatenate(kept))


def _plain_part(text: str) -> str | None:
    plain = re.sub(r"[^\w]+|_", "", simplified_characters(fold(text)).lower())
    return plain if plain and plain not in PLACEHOLDERS and not re.search("[0-9]", plain) else None


def _plain_short(text: str) -> str | None:
    """Letters and digits alone: spaces and punctuation are written as each likes."""
    folded = plain_digits(simplified_characters(fold(text)).lower())
    return re.sub(r"[^\w]+|_", "", folded) or None if folded not in PLACEHOLDERS and "*" not in folded else None


def _plain_text(text: str) -> str | None:
    plain = _plain_short(text)
    return plain if plain is not None and len(plain) >= 2 else None


def _plain_number(text: str) -> str | None:
    plain = _plain_short(text)
    return None if plain is None else re.sub(r"(?<=\d)\.0+$", "", plain).lstrip("0") or None


def plain_date(text: str) -> str | None:
    """Year, month and day as eight digits; None where they are not given, or the text is not a day of the calendar."""
    found = re.match(r"\s*((?:1[89]|20)\d\d)\D?(\d\d?)\D?(\d\d?)(?!\d)", plain_digits(fold(text)))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    # 1 January 1900 and 1970 are what programs write where no day is known.
    return f"{year:04}{month:02}{day:02}" if (year, month, day) not in {(1900, 1, 1), (1970, 1, 1)} else None


_PLAIN: dict[FieldKind, Callable[[str], str | None]] = {
    FieldKind.NAME: normalise,
    FieldKind.PART: _plain_part,
    FieldKind.TEXT: _plain_text,
    FieldKind.NUMBER: _plain_number,
    FieldKind.DATE: plain_date,
    FieldKind.CATEGORY: _plain_short,
}
"""Kind → the text as it is compared, or None where it says too little."""
