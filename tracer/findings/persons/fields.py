"""What people are compared by: fields, how each kind of text is made plain, and records as whole numbers.

A value that says too little (empty, masked, a placeholder) is missing, and a missing value speaks neither for nor
against. Rows of a list that agree in every field are one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.identify.cell import PLACEHOLDERS, fold, plain_digits
from tracer.identify.person import normalise, simplified

_LEAST_TOLD = 2
"""Fields in which a record must say something; a name alone is not a person."""


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


@dataclass(frozen=True)
class PersonRecords:
    """The people of two lists, those of the first before those of the second; one line a person."""

    fields: tuple[Field, ...]
    codes: NDArray[np.int32]
    """people x fields: index into `values`, -1 for a missing value. Fields that may be crossed share their values."""
    values: tuple[tuple[str, ...], ...]
    first: int
    rows: NDArray[np.int64]
    """For each person, the position of its first row in its list."""
    untold: tuple[int, int]

    @property
    def second(self) -> int:
        """People of the second list."""
        return int(self.codes.shape[0]) - self.first

    def counts(self, field: int) -> NDArray[np.int64]:
        """How many people have each value of a field."""
        told = self.codes[:, field]
        return np.bincount(told[told >= 0], minlength=len(self.values[field]))


def make_records(a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> PersonRecords:
    """Records of two tables that have a column of texts for every field.

    Raises:
        KeyError: a table lacks a field's column.
    """
    before = a.num_rows
    columns: dict[str, tuple[NDArray[np.int32], tuple[str, ...]]] = {}
    for field in fields:
        if field.name not in columns:
            together = [field.name] + ([field.crossed] if field.crossed else [])
            cells = []
            for name in together:
                chunks = [chunk.cast(pa.string()) for table in (a, b) for chunk in table[name].chunks]
                cells.append(pa.chunked_array(chunks, pa.string()).combine_chunks())
            parts, values = _encoded(cells, field.kind)
            columns |= {name: (part, values) for name, part in zip(together, parts, strict=True)}
    codes = np.column_stack([columns[field.name][0] for field in fields])
    told = (codes >= 0).sum(axis=1) >= min(_LEAST_TOLD, len(fields))
    kept_a, kept_b = _distinct(codes[:before], told[:before]), _distinct(codes[before:], told[before:])
    untold = (int((~told[:before]).sum()), int((~told[before:]).sum()))
    kept = codes[np.concatenate([kept_a, kept_b + before])]
    texts = tuple(columns[field.name][1] for field in fields)
    return PersonRecords(tuple(fields), kept, texts, kept_a.size, np.concatenate([kept_a, kept_b]), untold)


def _encoded(columns: Sequence[pa.Array], kind: FieldKind) -> tuple[list[NDArray[np.int32]], tuple[str, ...]]:
    """Codes of some columns in one space; each distinct text is made plain once."""
    coded = pa.concat_arrays(columns).dictionary_encode()
    plain = [_PLAIN[kind](text) for text in coded.dictionary.to_pylist()]
    values = sorted({text for text in plain if text is not None})
    place = {text: at for at, text in enumerate(values)}
    # One place more, at the end, for what is missing.
    codes = np.array([-1 if text is None else place[text] for text in plain] + [-1], dtype=np.int32)
    found = codes[coded.indices.fill_null(len(plain)).to_numpy(zero_copy_only=False)]
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return list(np.split(found, ends)), tuple(values)


def _distinct(codes: NDArray[np.int32], told: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of the first of the rows that agree in every field, among those that say enough, in order."""
    at = np.flatnonzero(told)
    if at.size == 0:
        return at
    lines = np.ascontiguousarray(codes[at]).view([("", np.int32)] * codes.shape[1]).ravel()
    _, first = np.unique(lines, return_index=True)
    return at[np.sort(first)]


def _plain_part(text: str) -> str | None:
    plain = re.sub(r"[^\w]+|_", "", simplified(fold(text)).lower())
    return plain if plain and plain not in PLACEHOLDERS and not re.search("[0-9]", plain) else None


def _plain_text(text: str) -> str | None:
    """Letters and digits alone: spaces and punctuation are written as each likes."""
    plain = _plain_short(text)
    return plain if plain is not None and len(plain) >= 2 else None


def _plain_short(text: str) -> str | None:
    folded = plain_digits(simplified(fold(text)).lower())
    return re.sub(r"[^\w]+|_", "", folded) or None if folded not in PLACEHOLDERS and "*" not in folded else None


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
