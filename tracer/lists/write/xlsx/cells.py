"""Rows and cells of a sheet's XML, as bytes: what is not changed stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.lists.write.xlsx.formulas import unescaped
from tracer.lists.write.xlsx.references import column_number, letters

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_OPENING = re.compile(rb"<((?:\w+:)?)(row|c)\b[^>]*?/?>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?v>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]+)</")


@dataclass(frozen=True)
class SheetRow:
    """One row, as a place in the sheet's XML."""

    start: int
    end: int
    number: int
    """From 1."""


@dataclass(frozen=True)
class SheetCell:
    """One cell."""

    column: int
    """From 0."""
    xml: bytes

    @property
    def name(self) -> str:
        """Its column's letters."""
        return letters(self.column)

    @property
    def opening(self) -> bytes:
        """Its opening tag."""
        return self.xml[: self.xml.index(b">") + 1]

    @property
    def kind(self) -> str:
        """What it holds: n, s, str, inlineStr, b, e, d, f (a formula), and nothing at all: blank."""
        if self.formula is not None:
            return "f"
        found = attribute(self.opening, b"t")
        if found == b"inlineStr":
            return "inlineStr" if _TEXT.search(self.xml) else ""
        if self.value is None:
            return ""
        return "n" if found is None else found.decode()

    @property
    def style(self) -> bytes | None:
        """Number of its format."""
        return attribute(self.opening, b"s")

    @property
    def value(self) -> bytes | None:
        """What is in its `v`, as XML."""
        found = _VALUE.search(self.xml)
        return None if found is None else found.group(1)

    @property
    def formula(self) -> re.Match[bytes] | None:
        """Its `f`: attributes, text as XML."""
        return _FORMULA.search(self.xml)


@dataclass(frozen=True)
class CellFormula:
    """The formula of a cell."""

    kind: str
    text: str
    """Blank in the cells of a shared formula but the first."""
    group: bytes | None
    ref: bytes | None


def sheet_rows(xml: bytes) -> Iterator[SheetRow]:
    """The rows of a sheet; those without a number follow the one before."""
    number = 0
    for found in _ROW.finditer(xml):
        named = attribute(found.group()[:200], b"r")
        number = int(named) if named is not None else number + 1
        yield SheetRow(found.start(), found.end(), number)


def row_cells(row: bytes) -> list[SheetCell]:
    """The cells of a row; those without a name follow the one before."""
    cells, column = [], -1
    for found in _CELL.finditer(row):
        named = re.search(rb'\br="([A-Z]+)[0-9\0]+"', found.group(2))
        column = column_number(named.group(1).decode()) if named is not None else column + 1
        cells.append(SheetCell(column, found.group()))
    return cells


def first_column(row: bytes) -> int:
    """The column of a row's first cell, from 0; the first one where that has no name."""
    found = re.search(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]+)', row)
    return 0 if found is None else column_number(found.group(1).decode())


def is_filled(row: bytes, empty: frozenset[int]) -> bool:
    """Whether a row holds anything but blanks and errors, which the reader leaves out. `empty`: shared strings
    without text."""
    for found in _CELL.finditer(row):
        inner = found.group(3)
        if not inner or b't="e"' in found.group(2):
            continue
        value = re.search(rb"<(?:\w+:)?v[^>]*>([^<]+)</", inner)
        if value is not None and not (b't="s"' in found.group(2) and int(value.group(1)) in empty):
            return True
        if _TEXT.search(inner):
            return True
    return False


def opening_tag(xml: bytes) -> bytes:
    """The opening tag of a row, never closed at once."""
    found = _OPENING.match(xml)
    return b"<row>" if found is None else found.group().replace(b"/>", b">")


def prefix_of(xml: bytes) -> bytes:
    """The namespace prefix of a row or cell, with its colon."""
    found = _OPENING.match(xml)
    return b"" if found is None else found.group(1)


def attribute(tag: bytes, name: bytes) -> bytes | None:
    """The value of an attribute of an opening tag."""
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return None if found is None else found.group(1)


def with_attribute(tag: bytes, name: bytes, value: bytes | None) -> bytes:
    """An opening tag with another value of an attribute; None takes it away. It is not added where it was not."""
    instead = b"" if value is None else b" " + name + b'="' + value + b'"'
    return re.sub(rb"\s" + name + rb'="[^"]*"', lambda _: instead, tag, count=1)


def with_kind(opening: bytes, kind: bytes | None) -> bytes:
    """A cell's opening tag that says what kind of value it has; None: a number, which need not be said."""
    if kind is None and attribute(opening, b"t") == b"n":
        return opening
    if kind is None or attribute(opening, b"t") is not None:
        return with_attribute(opening, b"t", kind)
    return opening[:-1] + b' t="' + kind + b'">'


def formula_of(cell: SheetCell) -> CellFormula | None:
    """A cell's formula; None where it has none."""
    found = cell.formula
    if found is None:
        return None
    attributes = found.group(1)
    kind = attribute(attributes, b"t")
    return CellFormula(
        "normal" if kind is None else kind.decode(), unescaped(found.group(2) or b""), attribute(attributes, b"si"),
        attribute(attributes, b"ref"),
    )  # fmt: skip


def with_formula(cell: bytes, formula: bytes, *, array: bytes | None = None, value: bytes | None = None) -> bytes:
    """A cell's XML with another formula, that of its cell alone, and another value; None: without one.

    `array`: the cell as the formula's reference, where it is an array formula of this cell. The kind of the value goes
    with the value.
    """
    found = _FORMULA.search(cell)
    if found is None:
        return cell
    p = prefix_of(cell)
    attributes = found.group(1).rstrip()
    for name in (b"si", b"ref") if array is None else (b"si",):
        attributes = with_attribute(attributes, name, None)
    attributes = with_attribute(attributes, b"t", b"array" if array is not None else None)
    if array is not None:
        attributes = with_attribute(attributes, b"ref", array)
    inner = b"<%bf%b>%b</%bf>" % (p, attributes, formula, p)
    opening = cell[: cell.index(b">") + 1]
    if value is None:
        opening = with_attribute(opening, b"t", None)
    else:
        inner += b"<%bv>%b</%bv>" % (p, value, p)
    return opening + inner + b"</%bc>" % p
