"""Reads the rows of dumps, one by one or many at a time: literals after VALUES of MySQL, PostgreSQL, SQL Server,
Oracle and SQLite, and the lines of a COPY.

The patterns are possessive: they never go back, so a quote that is not closed costs one pass, not one for each place.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# Whose dump a text is, by how it begins and ends; and how names are written in all of them.

NAME = r'(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|\[(?:[^\]]|\]\])+\]|[\w$#@]+)'
FULL = rf"{NAME}(?:\s*\.\s*{NAME}){{0,2}}"
LIST = r'(?:\(((?:[^()"`\[\]]|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[(?:[^\]]|\]\])*\])*)\)\s*)?'
_MYSQL = r"MySQL dump|MariaDB dump|phpMyAdmin|HeidiSQL|Navicat MySQL|SQLyog|/\*!\d|ENGINE\s*="


def dialect_of(head: str) -> tuple[bool | None, bool]:
    """Whether strings have escapes by backslash (MySQL), and whether statements end with their lines (SQL Server).

    None where the text does not say the former, and a backslash in front of a quote makes a difference.
    """
    if re.match(r"PRAGMA foreign_keys=OFF;|--\s+-- PostgreSQL database", head):
        return False, False
    server = re.search(r"(?m)^\s*GO\s*$|\[dbo\]|SET IDENTITY_INSERT", head) is not None
    mysql = re.search(rf"{_MYSQL}|(?:INTO|TABLE|EXISTS)\s+`", head) is not None
    if not server and not mysql and "\\'" in head:
        return None, server
    return mysql and not server, server


def end_is_missing(head: str, tail: str) -> bool:
    """Whether the program that wrote the dump ends it with a line that is not there."""
    ends = (
        (r"-- (?:MySQL|MariaDB) dump", "-- Dump completed"),
        (r"-- PostgreSQL database (?:cluster )?dump", " dump complete"),
        (r"PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;", "COMMIT;|ROLLBACK;"),
    )
    return any(re.search(begin, head) and not re.search(end, tail) for begin, end in ends)


def is_dump(start: str) -> bool:
    """Whether a text is a dump: statements that fill tables, or the first line of a program that writes such."""
    if re.match(
        r"(?:/\*M?!999999.*\n)?-- (?:MySQL|MariaDB) dump |--\s+-- PostgreSQL database (?:cluster )?dump", start
    ):
        return True
    found: Sequence[str] = re.findall(
        rf"(?im)^[ \t]*(?:INSERT\s+(?:\w+\s+){{0,2}}?{FULL}\s*{LIST}(?:VALUES?\s*\(|SELECT\b)"
        rf"|COPY\s+{FULL}[^;\n]*FROM\s+stdin"
        rf"|CREATE\s+(?:\w+\s+){{0,2}}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{FULL}\s*\()",
        start,
    )
    return bool(found)


_NESTED = 4  # parentheses within parentheses in one value
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]+)|[xX]'([0-9A-Fa-f]*)'|\\x([0-9A-Fa-f]+)")
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}
_CAST = re.compile(r"\s*(?:::\s*[\w\"][\w\". ]*(?:\([\d, ]*\))?(?:\[\])*|COLLATE\s+\S+)\s*$", re.IGNORECASE)
_CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\((.*)\)", re.DOTALL)
_TYPED = re.compile(r"(?:DATE|TIMESTAMP(?:TZ)?|DATETIME|TIME|INTERVAL|_\w+|[NnEe])\s*(?=[xX]?['\"])", re.IGNORECASE)
_SELECTED = r"\b(?:UNION|FROM|WHERE)\b|\n\s*(?:GO|INSERT|SET|UPDATE|CREATE|COMMIT)\b"  # what ends a SELECT of values
_ALIAS = re.compile(r"(?:\s+AS\s+|(?<=['\")\w])\s+)(?:\w+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])\s*$", re.IGNORECASE)
_ORACLE = re.compile(r"[nN]?[qQ]'.(.*).'", re.DOTALL)
_UNICODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4})|(\\))")
_WORDS = ("NULL", "DEFAULT", "TRUE", "FALSE", "SYSDATE", "CURRENT_TIMESTAMP", "CURRENT_DATE")
_FIRST = (
    *("to_date", "to_timestamp", "to_timestamp_tz", "to_number", "to_char", "to_clob", "to_nclob", "to_nchar"),
    *("date", "datetime", "timestamp", "time", "str_to_date", "from_unixtime", "hextoraw", "unhex", "json"),
    *("lower", "upper", "trim"),
)
"""Functions of which the first argument is the value as far as a list goes."""


class ValuePatterns(NamedTuple):
    """How rows and their values are cut out of the text."""

    row: re.Pattern[str]
    r"""A row with its parentheses; groups: its inside, and the `,` or `;` after it."""
    value: re.Pattern[str]
    """A value and the comma after it; groups: the inside of a plain string, a bare word, anything else."""
    select: re.Pattern[str]
    """A SELECT of values, and the UNION or semicolon after it; groups: the values, what follows them."""
    backslash: bool
    """Whether a backslash in a string escapes the next character (MySQL)."""


@lru_cache
def value_patterns(*, backslash: bool) -> ValuePatterns:
    """The patterns for strings with or without escapes by backslash."""
    inside = r"(?:[^'\\]++|\\.|'')*+" if backslash else r"(?:[^']++|'')*+"
    escape = r"[eE]'(?:[^'\\]++|\\.|'')*+'"
    oracle = r"[qQ]'(?:\[.*?\]|\{.*?\}|\(.*?\)|<.*?>|!.*?!|\|.*?\||~.*?~)'"
    double = r'"(?:[^"\\]++|\\.|"")*+"' if backslash else r'"(?:[^"]++|"")*+"'
    plain = r"[^'\"()eEqQ,]++|[eEqQ](?!')"
    item = f"{escape}|{oracle}|{plain}|'{inside}'|{double}"
    part = item.replace("()eEqQ", r"()\[eEqQ") + rf"|\[(?:[^'\"\[\]]++|'{inside}'|{double})*+\]"  # an array's commas
    nested = f"(?:{item}|,)*+"
    for _ in range(_NESTED):
        nested = rf"(?:{item}|,|\({nested}\))*+"
    value = rf"\s*+(?:(?:[nN]|_\w+\s)?'({inside})'\s*+,|([^'\"(),\[]*+),|((?:{part}|\({nested}\))++),)"
    return ValuePatterns(
        re.compile(rf"\s*+\(({nested})\)\s*+([,;]?)", re.DOTALL),
        re.compile(value, re.DOTALL),
        re.compile(
            rf"\s*+SELECT\s+((?:{escape}|{oracle}|'{inside}'|{double}|\({nested}\)|(?!{_SELECTED})[^'\"();])++)"
            r"(?:FROM\s+(?:SYS\.)?DUAL\b|FROM\s+SYSIBM\.SYSDUMMY1\b)?\s*+(UNION(?:\s+ALL)?\b|;|FROM\b|WHERE\b|)",
            re.DOTALL | re.IGNORECASE,
        ),
        backslash,
    )


def row_of(inside: str, patterns: ValuePatterns) -> list[str | None]:
    """The values of a row, from what is between its parentheses; NULL as None."""
    escapes = "''" in inside or "\\" in inside
    return [
        (unescaped_text(text, patterns.backslash) if escapes else text)
        if text
        else (_other(bare, rest, patterns) if bare or rest else "")
        for text, bare, rest in patterns.value.findall(inside + ",")
    ]


def selected_row(inside: str, patterns: ValuePatterns) -> list[str | None] | None:
    """The values of a SELECT without their names; None where it takes columns of a table."""
    cells: list[str | None] = []
    for text, bare, rest in patterns.value.findall(inside.strip() + ","):
        word = _ALIAS.sub("", bare.strip())
        if word == "*" or (re.fullmatch(r"[A-Za-z_][\w.]*|`[^`]+`", word) and word.upper() not in _WORDS):
            return None
        if text:
            cells.append(unescaped_text(text, patterns.backslash))
        else:
            cells.append(_other(word, _ALIAS.sub("", rest), patterns) if bare or rest else "")
    return cells


def unescaped_text(text: str, backslash: bool) -> str:
    """The inside of a string with its escapes undone."""
    if not backslash:  # PostgreSQL writes bytes as digits after \\x
        return binary(text) if text.startswith("\\x") else text.replace("''", "'")
    return _ESCAPED.sub(lambda found: "'" if found[1] is None else _ESCAPES.get(found[1], found[1]), text)


def _other(bare: str, rest: str, patterns: ValuePatterns) -> str | None:
    if not bare:
        return expression(rest, patterns)
    word = bare.strip()
    if word[:1] in "nNdD" and word.upper() in ("NULL", "DEFAULT"):
        return None
    return binary(word) if word.startswith("0x") else _CAST.sub("", word)


def binary(literal: str) -> str:
    """A binary literal: its text where it is UTF-8 that can be printed, else its digits, as hashes are written."""
    found = _HEX.fullmatch(literal)
    if found is None:
        return literal
    digits = found[1] or found[2] or found[3] or ""
    try:
        text = bytes.fromhex(digits).decode("utf-8")
    except ValueError:
        return digits.lower()
    return text if text.isprintable() else digits.lower()


def expression(text: str, patterns: ValuePatterns) -> str | None:  # noqa: PLR0911 - one answer a form
    """What an expression of literals says; its own text where that is not known."""
    bare = text.strip()
    while (shorter := _CAST.sub("", bare)) != bare and shorter:
        bare = shorter
    pieces = _split(bare, "||")
    if len(pieces) > 1:
        return "".join(expression(piece, patterns) or "" for piece in pieces)
    typed = _TYPED.match(bare)
    inner = bare[typed.end() :] if typed is not None else bare
    escaped = patterns.backslash or (typed is not None and typed[0].strip() in ("e", "E"))
    call = _CALL.fullmatch(bare)
    oracle = _ORACLE.fullmatch(bare)
    if oracle is not None:
        return oracle[1]
    if _HEX.fullmatch(inner) is not None:
        return binary(inner)
    if len(inner) >= 2 and inner[0] == inner[-1] == "'":
        return unescaped_text(inner[1:-1], escaped)
    if len(inner) >= 2 and inner[0] == inner[-1] == '"':
        return unescaped_text(inner[1:-1].replace('""', '"'), patterns.backslash)
    if inner[:1] in ("U", "u") and inner[1:3] == "&'":
        return _unicode(unescaped_text(inner[3:-1], False))
    if call is not None:
        return _function_value(call[1].lower(), _split(call[2], ","), bare, patterns)
    if bare.startswith("(") and bare.endswith(")"):
        return expression(bare[1:-1], patterns)
    return None if bare.upper() == "NULL" else bare


def _function_value(  # noqa: PLR0911 - one answer a function
    name: str, written: list[str], whole: str, patterns: ValuePatterns
) -> str | None:
    """What a function of literals gives; its own text where that is not known."""
    if name in ("char", "chr", "nchar") and written[0].strip().isdigit():
        return "".join(chr(int(code)) for code in written if code.strip().isdigit() and int(code) < 0x110000)
    if name == "convert" and len(written) > 1:
        return expression(written[1], patterns)
    if name in ("cast", "try_cast"):
        return expression(re.split(r"\s+AS\s+[^']*$", written[0], flags=re.IGNORECASE)[0], patterns)
    if name not in ("replace", "unistr", "concat", *_FIRST):
        return whole
    values = [expression(one, patterns) for one in written]
    if name == "replace" and len(written) == 3:
        text, old, new = (value or "" for value in values)
        return text.replace(old, new)
    if name == "concat":
        return "".join(value or "" for value in values)
    return _unicode(values[0] or "") if name == "unistr" else values[0]


def _unicode(text: str) -> str:
    """Escapes of unistr() and of U&'…'."""
    return _UNICODE.sub(
        lambda found: "\\" if found[5] else chr(int(next(digits for digits in found.groups() if digits), 16)), text
    )


def _split(text: str, separator: str) -> list[str]:
    """The pieces between separators that are neither in quotes nor in parentheses."""
    pieces, begun, depth, at = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            end = at + 1
            while end < len(text) and text[end] != char:
                end += 1
            at = end
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif depth == 0 and text.startswith(separator, at):
            pieces.append(text[begun:at])
            begun = at + len(separator)
            at = begun - 1
        at += 1
    return [*pieces, text[begun:]]


# PostgreSQL's COPY as a dump holds it: how its lines are written, and what they say.

_COPIED = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)")
_COPY_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_SETTING = re.compile(r"\b(DELIMITER|NULL|QUOTE|ESCAPE)\s+(?:AS\s+)?[eE]?'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(frozen=True)
class CopyFormat:
    """How the lines of a COPY are written."""

    csv: bool
    header: bool
    delimiter: str
    null: str
    quote: str
    escape: str

    @classmethod
    def of(cls, options: str) -> CopyFormat:
        """The format that the words after FROM stdin ask for."""
        as_csv = re.search(r"\bCSV\b", options, re.IGNORECASE) is not None
        said = {name.upper(): text.replace("''", "'").replace("\\t", "\t") for name, text in _SETTING.findall(options)}
        header = re.search(r"\bHEADER\b(?!\s+(?:false|off|0))", options, re.IGNORECASE) is not None
        quote = said.get("QUOTE", '"')
        delimiter, null = said.get("DELIMITER", "," if as_csv else "\t"), said.get("NULL", "" if as_csv else "\\N")
        return cls(as_csv, header, delimiter, null, quote, said.get("ESCAPE", quote))

    @property
    def usual(self) -> bool:
        """Whether it is what pg_dump writes."""
        return not self.csv and self.delimiter == "\t" and self.null == "\\N"

    def records(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """The records of some lines of CSV."""
        doubled, delimiter, quote = self.escape == self.quote, self.delimiter[:1] or ",", self.quote[:1] or '"'
        escape = None if doubled else self.escape[:1]
        return csv.reader(lines, delimiter=delimiter, quotechar=quote, doublequote=doubled, escapechar=escape)


def copied_row(line: str, written: CopyFormat) -> list[str | None]:
    r"""A line of PostgreSQL's COPY in text format: `\N` is NULL, a backslash escapes."""
    if "\\" not in line and written.usual:
        return list(line.split("\t"))
    cells = line.split(written.delimiter)
    if f"\\{written.delimiter}" in line:
        mark = re.escape(written.delimiter)
        cells = re.findall(rf"((?:[^\\{mark}]|\\.|\\$)*)(?:{mark}|$)", line)
        cells = cells if line.endswith(written.delimiter) else cells[:-1]  # what is found at the very end
    return [None if cell == written.null else copy_cell_text(cell) for cell in cells]


def copy_cell_text(cell: str) -> str:
    """A cell without its escapes."""

    def character(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return chr(int(code, 8)) if code[0] in "01234567" else _COPY_ESCAPES.get(code, code)

    if cell.startswith("\\\\x"):  # bytea
        return binary(cell[1:])
    return _COPIED.sub(character, cell)


# Reads many rows of a dump at a time, by columns: those after VALUES, and the lines of a COPY. Where every row is
# plainly written the places of quotes, commas and parentheses show its cells, and only cells with an escape or an
# expression are looked at one by one. Anything else is read by `row_of`, a row at a time: both give the same cells.

Places = npt.NDArray[np.int64]
_QUOTE, _OPEN, _CLOSE, _COMMA, _NEXT = b"'(),\x02"
_PLACEHOLDERS = {b"\\\\": b"\\\x03", b"\\'": b"\\\x04"}
"""Escapes that would look like others, and what stands for them while quotes are counted; of the same length."""
_OTHER_STRINGS, _OTHER_STRING = (b"E'", b"e'", b"Q'", b"q'"), re.compile(rb"(?<![\w'])(?:[eE]|[nN]?[qQ])'")
"""How strings of PostgreSQL and Oracle begin that have escapes of their own."""
_PLAIN = r"^-?[0-9.]*$"
_NULLS = ["NULL", "null", "Null", "DEFAULT", "default"]


def inserted_block(data: bytes, patterns: ValuePatterns, between: bytes | None) -> tuple[pa.Table, int] | None:
    """The rows that a text after VALUES begins with, and the bytes that they take up to the last parenthesis; None
    where they are not plainly written.

    `between`: what is between two rows in place of a comma, where each has a statement of its own.
    """
    if any(mark in data for mark in (b"\x02", b"\x03", b"\x04")):
        return None
    if any(mark in data for mark in _OTHER_STRINGS) and _OTHER_STRING.search(data):
        return None
    length = len(data)
    if patterns.backslash and b"\\" in data:
        for escape, placeholder in _PLACEHOLDERS.items():
            data = data.replace(escape, placeholder)
    if between is not None:  # as long as it was, so that places stay places
        data = data.replace(between, b")" + b" " * (len(between) - 3) + b"\x02(")
    bytes_ = np.frombuffer(data, np.uint8)
    table = np.zeros(256, bool)
    table[[_COMMA, _OPEN, _CLOSE, _QUOTE, _NEXT]] = True
    places = np.flatnonzero(table[bytes_])
    marks = bytes_[places]
    quotes = marks == _QUOTE
    within = np.cumsum(quotes) & 1
    if between is not None and np.any((marks == _NEXT) & (within == 1)):
        return None
    outside = (within == 0) & ~quotes
    cells = _ends_of_cells(data, places[outside], marks[outside])
    if cells is None:
        return None
    starts, stops = (cells[:, :-1] + 1).ravel(), cells[:, 1:].ravel()
    for mark in b'"[':  # other strings and arrays, outside these
        found = np.flatnonzero(bytes_[: stops[-1]] == mark)
        if np.any(np.searchsorted(places[quotes], found) % 2 == 0):
            return None
    closing = places[quotes & (within == 0)]
    return _columns(data, starts, stops, closing, cells.shape[1] - 1, patterns), min(int(stops[-1]) + 1, length)


def _ends_of_cells(data: bytes, places: Places, marks: npt.NDArray[np.uint8]) -> Places | None:
    """The places that cut rows into cells, one row for each of the text's."""
    depth = np.cumsum((marks == _OPEN).astype(np.int64) - (marks == _CLOSE))
    opens = np.flatnonzero((marks == _OPEN) & (depth == 1))
    closes = np.flatnonzero((marks == _CLOSE) & (depth == 0))
    rows = min(len(opens), len(closes))
    if not rows or data[: places[opens[0]]].strip() or np.any(closes[:rows] < opens[:rows]):
        return None
    # The rows go on as long as there is a comma between two, or what stands for another statement's beginning.
    gaps = _cut(data, places[closes[: rows - 1]] + 1, places[opens[1:rows]])
    joined = pc.is_in(pc.ascii_trim_whitespace(gaps), pa.array([",", "\x02"])).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(~joined)
    rows = int(wrong[0]) + 1 if len(wrong) else rows
    cutting = ((depth == 1) & ((marks == _COMMA) | (marks == _OPEN))) | ((depth == 0) & (marks == _CLOSE))
    chosen = np.flatnonzero(cutting[: closes[rows - 1] + 1])
    chosen = chosen[chosen >= opens[0]]
    width = int(np.searchsorted(chosen, closes[0]))
    if len(chosen) != rows * (width + 1):
        return None
    shaped = chosen.reshape(rows, width + 1)
    if np.any(shaped[:, 0] != opens[:rows]) or np.any(shaped[:, -1] != closes[:rows]):
        return None
    found: Places = places[shaped]
    return found


def _columns(
    data: bytes, starts: Places, stops: Places, closing: Places, width: int, patterns: ValuePatterns
) -> pa.Table:
    """The cells' values. `closing`: quotes that end a string."""
    bytes_ = np.frombuffer(data, np.uint8)

    def at(places: Places) -> npt.NDArray[np.uint8]:
        return bytes_[np.clip(places, 0, len(bytes_) - 1)]

    # Without the blanks around them.
    while np.any(blank := (stops > starts) & (at(starts) <= ord(" "))):
        starts = starts + blank
    while np.any(blank := (stops > starts) & (at(stops - 1) <= ord(" "))):
        stops = stops - blank
    filled, first = stops > starts, at(starts)
    marked = filled & np.isin(first, list(b"Nn")) & (at(starts + 1) == _QUOTE)
    starts = starts + marked
    quoted = filled & (at(stops - 1) == _QUOTE) & (stops - starts > 1) & ((first == _QUOTE) | marked)
    # A string that ends before its cell does, and is followed by something other than a quote, is not all of it.
    early = closing[at(closing + 1) != _QUOTE]
    held_by = np.searchsorted(starts, early, "right") - 1
    quoted[held_by[(held_by >= 0) & (early < stops[np.maximum(held_by, 0)] - 1)]] = False
    cells = _cut(data, starts + quoted, stops - quoted)
    escapes = b"\\" in data or b"''" in data
    columns = [
        _values(_every(cells, width, column), quoted[column::width], patterns, escapes) for column in range(width)
    ]
    return pa.table(columns, names=[str(column) for column in range(width)])


def _every(cells: pa.Array, width: int, column: int) -> pa.Array:
    """The cells of one column of rows that are so wide."""
    return cells.take(pa.array(np.arange(column, len(cells), width)))


def _values(cells: pa.Array, quoted: npt.NDArray[np.bool_], patterns: ValuePatterns, escapes: bool) -> pa.Array:
    """One column: strings without their escapes, NULL as null, expressions as what they say."""
    strings = cells
    if escapes and quoted.any():
        escaped = pc.starts_with(cells, "\\x")
        if patterns.backslash:
            escaped = pc.or_(pc.match_substring(cells, "\\"), pc.match_substring(cells, "''"))
        else:
            strings = pc.replace_substring(cells, "''", "'")
        strings = _replaced_cells(
            strings, escaped, lambda text: unescaped_text(_restored_escapes(text), patterns.backslash)
        )
    if quoted.all():
        return strings
    bare = pa.array(~quoted)
    nothing = pc.and_(bare, pc.is_in(cells, pa.array(_NULLS)))
    odd = pc.and_not(pc.and_not(bare, nothing), pc.utf8_is_digit(cells))
    if pc.any(odd).as_py():
        odd = pc.and_not(odd, pc.match_substring_regex(cells, _PLAIN))
    words = pc.if_else(nothing, None, cells)
    words = _replaced_cells(words, odd, lambda text: expression(_restored_escapes(text), patterns))
    return pc.if_else(pa.array(quoted), strings, words) if quoted.any() else words


def _restored_escapes(text: str) -> str:
    return text.replace("\\\x03", "\\\\").replace("\\\x04", "\\'")


def _replaced_cells(cells: pa.Array, chosen: pa.Array, value: Callable[[str], str | None]) -> pa.Array:
    """The cells, those chosen by what is made of each different one."""
    if not pc.any(chosen).as_py():
        return cells
    coded = pc.dictionary_encode(cells.filter(chosen))
    made = pa.array([None if text is None else value(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(cells, chosen, made.take(coded.indices))


def copied_block(data: bytes) -> pa.Table | None:
    """Whole lines of a COPY in text format; None where they have different numbers of cells."""
    bytes_ = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((bytes_ == ord("\t")) | (bytes_ == ord("\n")))
    ends = np.flatnonzero(bytes_[places] == ord("\n"))
    if not len(ends):
        return None
    width = int(ends[0]) + 1
    if len(places) != len(ends) * width or np.any(ends != np.arange(1, len(ends) + 1) * width - 1):
        return None
    starts, stops = np.concatenate([[0], places[:-1] + 1]), places.copy()
    if b"\r" in data:  # a line may end with it; anywhere else it is part of a cell, and looked at line by line
        returned = (bytes_[places[ends] - 1] == ord("\r")) & (places[ends] > 0)
        if np.count_nonzero(bytes_ == ord("\r")) != np.count_nonzero(returned):
            return None
        stops[ends] -= returned
        stops = np.maximum(stops, starts)
    cells = _cut(data, starts, stops)
    columns = []
    for column in (_every(cells, width, at) for at in range(width)):
        escaped = pc.match_substring(column, "\\")
        if pc.any(escaped).as_py():
            filled = pc.if_else(pc.equal(column, "\\N"), None, column)
            columns.append(_replaced_cells(filled, pc.and_(escaped, pc.is_valid(filled)), copy_cell_text))
        else:
            columns.append(column)
    return pa.table(columns, names=[str(at) for at in range(width)])


def _cut(data: bytes, starts: Places, stops: Places) -> pa.Array:
    """The pieces of a text between places in order, each start after the stop before it."""
    offsets = np.empty(2 * len(starts) + 1, np.int32)
    offsets[0:-1:2], offsets[1::2], offsets[-1] = starts, stops, stops[-1] if len(stops) else 0
    every = pa.StringArray.from_buffers(2 * len(starts), pa.py_buffer(offsets), pa.py_buffer(data))
    return every.take(pa.array(np.arange(0, 2 * len(starts), 2)))
