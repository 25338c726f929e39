"""PostgreSQL's COPY as a dump holds it: how its lines are written, and what they say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.lists.read.sql_values import binary

_COPIED = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)")
_COPY_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_SETTING = re.compile(r"\b(DELIMITER|NULL|QUOTE|ESCAPE)\s+(?:AS\s+)?[eE]?'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(frozen=True)
class CopyFormat:
    """How the lines of a COPY are written."""

    csv: bool = False
    header: bool = False
    delimiter: str = "\t"
    null: str = "\\N"
    quote: str = '"'
    escape: str = '"'

    @classmethod
    def of(cls, options: str) -> CopyFormat:
        """The format that the words behind FROM stdin ask for."""
        as_csv = re.search(r"\bCSV\b", options, re.IGNORECASE) is not None
        said = {name.upper(): text.replace("''", "'").replace("\\t", "\t") for name, text in _SETTING.findall(options)}
        header = re.search(r"\bHEADER\b(?!\s+(?:false|off|0))", options, re.IGNORECASE) is not None
        quote = said.get("QUOTE", '"')
        return cls(
            as_csv, header, said.get("DELIMITER", "," if as_csv else "\t"),
            said.get("NULL", "" if as_csv else "\\N"), quote, said.get("ESCAPE", quote),
        )  # fmt: skip

    @property
    def usual(self) -> bool:
        """Whether it is what pg_dump writes."""
        return not self.csv and self.delimiter == "\t" and self.null == "\\N"

    def records(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """The records of some lines of CSV."""
        doubled = self.escape == self.quote
        return csv.reader(
            lines, delimiter=self.delimiter[:1] or ",", quotechar=self.quote[:1] or '"', doublequote=doubled,
            escapechar=None if doubled else self.escape[:1],
        )  # fmt: skip


def copied_row(line: str, written: CopyFormat) -> list[str | None]:
    r"""A line of PostgreSQL's COPY in text format: `\N` is NULL, a backslash escapes."""
    if "\\" not in line and written.usual:
        return list(line.split("\t"))
    cells = line.split(written.delimiter)
    if f"\\{written.delimiter}" in line:
        mark = re.escape(written.delimiter)
        cells = re.findall(rf"((?:[^\\{mark}]|\\.|\\$)*)(?:{mark}|$)", line)
        cells = cells if line.endswith(written.delimiter) else cells[:-1]  # what is found at the very end
    return [None if cell == written.null else uncopied(cell) for cell in cells]


def uncopied(cell: str) -> str:
    """A cell without its escapes."""
    if cell.startswith("\\\\x"):  # bytea
        return binary(cell[1:])
    return _COPIED.sub(_copy_escape, cell)


def _copy_escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8))
    return _COPY_ESCAPES.get(code, code)
