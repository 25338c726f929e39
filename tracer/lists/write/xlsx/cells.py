"""Rows and cells of a sheet's XML, their strings and formats, as bytes: what is not changed stays as it is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tracer.lists.write.xlsx.references import column_number, letters, unescaped

# The shared strings of a workbook: each copy numbers them again, in the order in which its cells name them. Strings
# that no cell names any more are left out: they would be the rows that went out. New ones at the end would be the
# rows that came in.

_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_TEXT_ITEM = re.compile(rb"<((?:\w+:)?)t\b([^>]*)>([^<]*)</(?:\w+:)?t>")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>|<(?:\w+:)?phoneticPr\b[^>]*?/>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r\b[^>]*>.*?</(?:\w+:)?r>", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SharedStrings:
    """The strings of a source."""

    def __init__(self, xml: bytes) -> None:
        found = list(_ITEM.finditer(xml))
        self.items = [each.group() for each in found]
        self.head = xml[: found[0].start()] if found else xml.rpartition(b"</")[0]
        self.tail = xml[found[-1].end() :] if found else xml[len(self.head) :]
        self.empty = frozenset(
            i for i, each in enumerate(found) if not re.search(rb"<(?:\w+:)?t\b[^>]*>[^<]+</", each.group(1) or b"")
        )
        self.has_phonetic = bool(_PHONETIC.search(xml))
        self.known: dict[bytes, int] = {}
        """A string as it is written -> its number."""
        for i, item in enumerate(self.items):
            self.known.setdefault(_without_phonetic(item), i)

    def text(self, index: int) -> str:
        """One string without its formats and readings."""
        item = _PHONETIC.sub(b"", self.items[index])
        return "".join(unescaped(found.group(3)) for found in _TEXT_ITEM.finditer(item))

    @staticmethod
    def item_like(item: bytes, text: str) -> bytes:
        """A new string in the place of another, `si` or `is`, and written so: its prefix, its format, whether blanks
        are kept."""
        like = _without_phonetic(item)
        run = _RUN.search(like)
        written = xml_text(text)
        found = _TEXT_ITEM.search(like if run is None else run.group())
        if found is None:
            return b"<si>" + text_element(b"", b"", written, text) + b"</si>"
        end = like[like.rindex(b"</") :]
        p, attributes = found.group(1), found.group(2)
        if b"space" in attributes and unescaped(found.group(3)) != unescaped(found.group(3)).strip():
            attributes = b""  # kept for the model's own blanks
        element = text_element(p, attributes, written, text)
        opening = like[: like.index(b">") + 1]
        inner = element if run is None else _TEXT_ITEM.sub(lambda _: element, run.group(), count=1)
        return opening + inner + end


class CopiedStrings:
    """The strings of one copy: those of the source by their numbers there, and new ones behind."""

    def __init__(self, source: SharedStrings) -> None:
        self.source = source
        self.new: dict[bytes, int] = {}

    def number(self, text: str, model: int) -> int:
        """The number of a text that is written as another string is; a new one where the source has none."""
        item = self.source.item_like(self.source.items[model], text)
        known = self.source.known.get(item)
        return known if known is not None else self.new.setdefault(item, len(self.source.items) + len(self.new))

    def numbered(self, used: Iterable[int]) -> tuple[bytes, Sequence[bytes]]:
        """The XML, and for each string its number in the copy. `used`: what the copy's cells name, in their order."""
        rank: dict[int, int] = {}
        count = 0
        for index in used:
            count += 1
            if index not in rank:
                rank[index] = len(rank)
        items = [*self.source.items, *self.new]
        numbers = [b""] * len(items)
        for index, place in rank.items():
            numbers[index] = str(place).encode()
        head = self.source.head
        for name, value in ((b"count", count), (b"uniqueCount", len(rank))):
            head = re.sub(rb"(\s" + name + rb'=")\d+(?=")', rb"\g<1>" + str(value).encode(), head)
        kept = b"".join(_without_phonetic(items[index]) for index in rank)
        return head + kept + self.source.tail, numbers


def text_element(p: bytes, attributes: bytes, written: bytes, text: str) -> bytes:
    """A `t` that keeps its blanks where it has to, or where all do."""
    if text != text.strip() and b"space" not in attributes:
        attributes += b' xml:space="preserve"'
    return b"<%bt%b>%b</%bt>" % (p, attributes, written, p)


def xml_text(text: str) -> bytes:
    """A text as XML, without the characters that XML has no place for."""
    return escape(_CONTROL.sub("", text), {"\r": "&#13;"}).encode()


def _without_phonetic(item: bytes) -> bytes:
    return _PHONETIC.sub(b"", item) if b"honetic" in item or b"rPh" in item else item


# What the formats of a workbook's cells are for: dates, times, or plain numbers.

_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_CODE = re.compile(rb'<(?:\w+:)?numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Formats of dates and times that need no code (ECMA-376, 18.8.30)."""
_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
_LAST_DIGITS = 15


class NumberFormats:
    """The number formats of a workbook's cell formats."""

    def __init__(self, styles: bytes, *, from_1904: bool) -> None:
        self.from_1904 = from_1904
        block = _FORMATS.search(styles)
        xfs = [] if block is None else _FORMAT.findall(block.group())
        self._ids = [int(found.group(1)) if (found := re.search(rb'numFmtId="(\d+)"', xf)) else 0 for xf in xfs]
        self._codes = {int(number): code for number, code in _CODE.findall(styles)}

    def same(self, one: bytes | None, other: bytes | None) -> bool:
        """Whether two cell formats show a number alike."""
        return self._id(one) == self._id(other)

    def is_date(self, style: bytes | None) -> bool:
        """Whether a cell format shows a number as a date or time."""
        number = self._id(style)
        if number in _DATES:
            return True
        code = re.sub(rb'"[^"]*"|&quot;.*?&quot;|\\.|\[(?![hms]+\])[^\]]*\]', b"", self._codes.get(number, b""))
        return re.search(rb"[ymdhs]", code, re.IGNORECASE) is not None and b"General" not in code

    def number(self, text: str, style: bytes | None) -> bytes | None:
        """A text as the number that a cell of this format holds; None where it is none."""
        if self.is_date(style):
            try:
                if re.fullmatch(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?", text):
                    time = dt.time.fromisoformat(text.zfill(5))
                    seconds = time.hour * 3600 + time.minute * 60 + time.second
                    return repr(seconds / 86_400).encode()
                moment = dt.datetime.fromisoformat(text)
            except ValueError:
                return None
            days = (moment.replace(tzinfo=None) - _EPOCHS[self.from_1904]) / dt.timedelta(days=1)
            return (str(int(days)) if days == int(days) else repr(days)).encode()
        if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", text) is None:
            return None
        digits = re.sub(r"[eE].*|\D", "", text).strip("0")
        return text.encode() if len(digits) <= _LAST_DIGITS or float(text) == float(repr(float(text))) else None

    def _id(self, style: bytes | None) -> int:
        at = int(style or 0)
        return self._ids[at] if at < len(self._ids) else 0


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
