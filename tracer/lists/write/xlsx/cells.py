"""Rows and cells of a sheet's XML, their strings and formats, as bytes: what is not changed stays as it is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from tracer.lists.write.xlsx.references import column_number, formula_text


def element(names: str, attributes: str = "") -> re.Pattern[bytes]:
    """Finds whole elements, with what is in them; groups: prefix with its colon, name. `attributes`: a pattern."""
    form = rf"<((?:\w+:)?)({names})\b[^>]*?{attributes}(?:/>|(?<!/)>.*?</(?:\w+:)?\2>)"
    return re.compile(form.encode(), re.DOTALL)


def text_of(names: str) -> re.Pattern[bytes]:
    """Finds the opening tag and the text (two groups) of elements that hold nothing else."""
    return re.compile(rf"(<(?:\w+:)?(?:{names})\b[^>]*>)([^<]*)(?=</)".encode())


def rewritten(pattern: re.Pattern[bytes], xml: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """XML with another text for what the second of a pattern's two groups finds, each time."""
    return pattern.sub(lambda found: found.group(1) + change(found.group(2)), xml)


# The shared strings of a workbook: each copy numbers them again, in the order in which its cells name them. Strings
# that no cell names any more are left out: they would be the rows that went out. New ones at the end would be the
# rows that came in.

_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>.*?</(?:\w+:)?si>)", re.DOTALL)
_TEXT_ITEM = re.compile(rb"<((?:\w+:)?)t\b([^>]*)>([^<]*)</(?:\w+:)?t>")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>|<(?:\w+:)?phoneticPr\b[^>]*?/>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r\b[^>]*>.*?</(?:\w+:)?r>", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SharedStrings:
    """The strings of a source."""

    def __init__(self, xml: bytes) -> None:
        found = list(_ITEM.finditer(xml))
        self.items = [_PHONETIC.sub(b"", each.group()) for each in found]
        """As they are written, without the readings that input methods leave: new ones have none."""
        self.head = xml[: found[0].start()] if found else xml.rpartition(b"</")[0]
        self.tail = xml[found[-1].end() :] if found else xml[len(self.head) :]
        self.empty = frozenset(i for i, item in enumerate(self.items) if not self.text(i))
        self.known = {item: i for i, item in reversed([*enumerate(self.items)])}
        """A string as it is written -> its number."""

    def text(self, index: int) -> str:
        """One string without its formats."""
        return "".join(formula_text(found.group(3)) for found in _TEXT_ITEM.finditer(self.items[index]))


class CopiedStrings:
    """The strings of one copy: those of the source by their numbers there, and new ones behind."""

    def __init__(self, source: SharedStrings) -> None:
        self.source = source
        self.new: dict[bytes, int] = {}

    def number(self, text: str, model: int) -> int:
        """The number of a text that is written as another string is; a new one where the source has none."""
        item = item_like(self.source.items[model], text)
        known = self.source.known.get(item)
        return known if known is not None else self.new.setdefault(item, len(self.source.items) + len(self.new))

    def number_strings(self, used: Sequence[int]) -> tuple[bytes, Sequence[bytes]]:
        """The XML, and for each string its number in the copy. `used`: what the copy's cells name, in their order."""
        rank = {index: place for place, index in enumerate(dict.fromkeys(used))}
        items, head = [*self.source.items, *self.new], self.source.head
        for name, value in ((b"count", len(used)), (b"uniqueCount", len(rank))):
            head = re.sub(rb"(\s" + name + rb'=")\d+(?=")', rb"\g<1>%d" % value, head)
        numbers = [b"%d" % rank[index] if index in rank else b"" for index in range(len(items))]
        return head + b"".join(items[index] for index in rank) + self.source.tail, numbers


def item_like(item: bytes, text: str) -> bytes:
    """A new string in the place of another, `si` or `is`, and written so: its prefix, its format, whether blanks are
    kept."""
    like = _PHONETIC.sub(b"", item)
    run = _RUN.search(like)
    found = _TEXT_ITEM.search(like if run is None else run.group())
    if found is None:
        return b"<si>" + text_element(b"", b"", text) + b"</si>"
    attributes, model = found.group(2), formula_text(found.group(3))
    if b"space" in attributes and model != model.strip():
        attributes = b""  # kept for the model's own blanks
    inner = text_element(found.group(1), attributes, text)
    if run is not None:
        inner = run.group()[: found.start()] + inner + run.group()[found.end() :]
    return like[: like.index(b">") + 1] + inner + like[like.rindex(b"</") :]


def text_element(p: bytes, attributes: bytes, text: str) -> bytes:
    """A `t` that keeps its blanks where it has to, or where all do."""
    if text != text.strip() and b"space" not in attributes:
        attributes += b' xml:space="preserve"'
    return b"<%bt%b>%b</%bt>" % (p, attributes, xml_text(text), p)


def xml_text(text: str) -> bytes:
    """A text as XML, without the characters that XML has no place for."""
    return escape(_CONTROL.sub("", text), {"\r": "&#13;"}).encode()


_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CODE = re.compile(rb'<(?:\w+:)?numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Formats of dates and times that need no code (ECMA-376, 18.8.30)."""
_LAST_DIGITS = 15


class NumberFormats:
    """What the formats of a workbook's cells are for: dates, times, or plain numbers."""

    def __init__(self, styles: bytes, *, from_1904: bool) -> None:
        self._epoch = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)
        block = _FORMATS.search(styles)
        xfs = [] if block is None else re.findall(rb"<(?:\w+:)?xf\b[^>]*>", block.group())
        self._ids = [int(found.group(1)) if (found := re.search(rb'numFmtId="(\d+)"', xf)) else 0 for xf in xfs]
        self._codes = {int(number): code for number, code in _CODE.findall(styles)}

    def id(self, style: bytes | None) -> int:
        """The number format of a cell format: cells of one show a number alike."""
        at = int(style or 0)
        return self._ids[at] if at < len(self._ids) else 0

    def number(self, text: str, style: bytes | None) -> bytes | None:
        """A text as the number that a cell of this format holds; None where it is none."""
        number = self.id(style)
        code = re.sub(rb'"[^"]*"|&quot;.*?&quot;|\\.|\[(?![hms]+\])[^\]]*\]', b"", self._codes.get(number, b""))
        if number in _DATES or (re.search(rb"[ymdhs]", code, re.IGNORECASE) and b"General" not in code):
            try:
                if re.fullmatch(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?", text):
                    time = dt.time.fromisoformat(text.zfill(5))
                    return repr((time.hour * 3600 + time.minute * 60 + time.second) / 86_400).encode()
                days = (dt.datetime.fromisoformat(text).replace(tzinfo=None) - self._epoch) / dt.timedelta(days=1)
            except ValueError:
                return None
            return (str(int(days)) if days == int(days) else repr(days)).encode()
        if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", text) is None:
            return None
        # A spreadsheet cuts whole numbers behind their fifteenth digit.
        return text.encode() if "." in text or len(text.strip("-0")) <= _LAST_DIGITS else None


_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_OPENING = re.compile(rb"<((?:\w+:)?)(?:row|c)\b[^>]*?/?>")
FORMULA = re.compile(rb"<(?:\w+:)?f\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?v>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]+)</")


class SheetRow(NamedTuple):
    """One row, as a place in the sheet's XML."""

    start: int
    end: int
    number: int
    """From 1."""


class SheetCell(NamedTuple):
    """One cell."""

    column: int
    """From 0."""
    xml: bytes

    @property
    def opening(self) -> bytes:
        """Its opening tag."""
        return self.xml[: self.xml.index(b">") + 1]

    @property
    def inner(self) -> bytes:
        """What follows its opening tag."""
        return self.xml[self.xml.index(b">") + 1 :]

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
        return FORMULA.search(self.xml)

    def with_formula(self, formula: bytes, *, array: bytes = b"", value: bytes | None = None) -> SheetCell:
        """It with another formula, that of its cell alone, and another value; None: without one, and without the kind
        of it. `array`: the cells that it is an array formula of."""
        p, f = prefix_of(self.xml), b"" if self.formula is None else self.formula.group(1).rstrip()
        for name in (b"si", b"ref", b"t"):
            f = with_attribute(f, name, None)
        f += b' t="array" ref="' + array + b'"' if array else b""
        opening = self.opening.replace(b"/>", b">")
        opening = with_attribute(opening, b"t", None) if value is None else opening
        kept = b"" if value is None else b"<%bv>%b</%bv>" % (p, value, p)
        return SheetCell(self.column, opening + b"<%bf%b>%b</%bf>" % (p, f, formula, p) + kept + b"</%bc>" % p)


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
        attributes, inner = found.group(2), found.group(3)
        if inner and b't="e"' not in attributes:
            value = re.search(rb"<(?:\w+:)?v[^>]*>([^<]+)</", inner)
            blank = value is None or (b't="s"' in attributes and int(value.group(1)) in empty)
            if not blank or _TEXT.search(inner):
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
