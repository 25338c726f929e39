"""Columns that a workbook's formulas fill, as functions of the row's other cells: SQL that gives what the file has.

A planted record has new amounts and a name of its own, and what the file computes of them has to fit. Copies hold only
the values of a formula that SQL does not give back in nearly every row of the list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tracer.lists.write.model import Template
from tracer.lists.write.xlsx.references import OWN, Token, tokens

_HOLDS = 0.98
"""Share of the filled rows in which SQL has to give what the file has; the others were typed over."""


@dataclass(frozen=True)
class ComputedColumn:
    """What a formula gives for the cells of a row."""

    con: duckdb.DuckDBPyConnection
    sql: str
    inputs: tuple[int, ...]

    def value(self, cells: Sequence[str | None]) -> str | None:
        """The cell's text; None where it is blank, or an error."""
        given = ", ".join(f"CAST($c{i} AS VARCHAR) AS c{i}" for i in self.inputs) or "1"
        try:
            query = self.query(f"(SELECT {given})")
            row = self.con.execute(query, {f"c{i}": cells[i] for i in self.inputs}).fetchone()
        except duckdb.Error:
            return None
        return None if row is None else _text(row[0])

    def query(self, of: str, more: str = "") -> str:
        """Numbers of days are as a spreadsheet counts them, a blank is 0 or no text."""
        day = "date_diff('day', DATE '1899-12-30', TRY_CAST(c{0} AS DATE))"
        cell = f", coalesce(TRY_CAST(c{{0}} AS DOUBLE), {day}, 0)::DOUBLE AS n{{0}}, coalesce(c{{0}}, '') AS t{{0}}"
        return f"SELECT {self.sql}{more} FROM (SELECT *{''.join(map(cell.format, self.inputs))} FROM {of})"

    def holds(self, table: str, i: int) -> bool:
        """Whether it gives what column i has."""
        try:
            rows = self.con.execute(self.query(table, f", c{i}") + f" WHERE coalesce(c{i}, '') <> ''").fetchall()
        except duckdb.Error:
            return False
        return bool(rows) and sum(_same(_text(made), cell) for made, cell in rows) >= _HOLDS * len(rows)


def computed_columns(
    con: duckdb.DuckDBPyConnection, template: Template, part: int, table: str
) -> dict[int, ComputedColumn]:
    """Column of a part -> what its formula gives, those first that others name. `table`: the part's rows. The template
    gives up the formulas of other columns."""
    found, expressions = dict[int, ComputedColumn](), template.computed(part)
    for macro in _MACROS if expressions else ():
        con.execute(macro)
    for i, sql in expressions.items():
        inputs = re.findall(r"\b[nt](\d+)\b", re.sub(r"'[^']*'", "", sql))
        column = ComputedColumn(con, sql, tuple(int(n) for n in dict.fromkeys(inputs)))
        if sql and column.holds(table, i):
            found[i] = column
    template.give_up(part, expressions.keys() - found.keys())
    order = list[int]()
    while later := [i for i in found if i not in order]:
        order += [i for i in later if not {*found[i].inputs} & {*later}] or later
    return {i: found[i] for i in order}


def compute(
    columns: Mapping[int, ComputedColumn],
    cells: list[str | None],
    taken: list[int | None],
    changed: Collection[int] | None = None,
) -> None:
    """Enter what the file computes of a row's cells. `changed`: those that are others; None: any."""
    fresh = None if changed is None else {*changed}
    for i, column in columns.items():
        if fresh is None or fresh & {i, *column.inputs}:
            made = column.value(cells)
            if made != cells[i]:
                cells[i], taken[i] = made, None
                fresh = None if fresh is None else fresh | {i}


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return None if not math.isfinite(value) else str(int(value)) if value.is_integer() else repr(value)
    return None if value is None or value == "" else str(value)


def _same(made: str | None, cell: str) -> bool:
    if made is None or made == cell:
        return made == cell
    try:
        return math.isclose(float(made), float(cell), rel_tol=1e-12, abs_tol=1e-9)
    except ValueError:
        return False


# Plain formulas of a row's own cells as SQL. Each word is translated by itself: what has no like in SQL is not
# translated. Whether SQL gives what the spreadsheet program gave is seen in the values that the file stores.

_MACROS = (
    # A spreadsheet rounds what it shows: 9.975, which is a little less in binary, to 9.98.
    "CREATE OR REPLACE TEMP MACRO sheet_round(x, n) AS sign(x) * floor(abs(x) * pow(10, n) + 0.5 + 1e-7) / pow(10, n)",
    "CREATE OR REPLACE TEMP MACRO sheet_year(x) AS year(DATE '1899-12-30' + CAST(x AS INTEGER))",
    "CREATE OR REPLACE TEMP MACRO sheet_month(x) AS month(DATE '1899-12-30' + CAST(x AS INTEGER))",
)
_OF_TEXTS = {
    "LEFT(": "left(",
    "RIGHT(": "right(",
    "UPPER(": "upper(",
    "LOWER(": "lower(",
    "TRIM(": "trim(",
    "LEN(": "length(",
    "CONCATENATE(": "concat(",
    "_XLFN.CONCAT(": "concat(",
}
_FUNCTIONS = {
    **_OF_TEXTS,
    "IF(": "if(",
    "ROUND(": "sheet_round(",
    "ABS(": "abs(",
    "MAX(": "greatest(",
    "MIN(": "least(",
    "INT(": "floor(",
    "YEAR(": "sheet_year(",
    "MONTH(": "sheet_month(",
}
_SIGNS = {"&": "||", "%": "/100.0::DOUBLE"}


def as_sql(own: str, columns_of: Callable[[Token], Collection[int] | None], numbers: Collection[int]) -> str | None:
    """A formula with `OWN` for its row as an expression over `n3` (column 3 as a number, 0 where it is blank) and `t3`
    (as a text); None where a word has no like. `numbers`: the columns that hold numbers."""
    plain = own.replace(OWN, "1")
    words = list(tokens(plain))
    of_texts = "&" in re.sub(r'"[^"]*"', "", plain) or any(word.text.upper() in _OF_TEXTS for word in words)
    pieces, position = list[str](), 0
    for word in [*words, None]:
        between = plain[position : len(plain) if word is None else word.start]
        if word is not None and word.sheet is not None:
            between = re.sub(r"(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!$", "", between)
        if re.fullmatch(r"[-+*/^&=<>(),%\s]*", between) is None:
            return None
        pieces.append("".join(_SIGNS.get(sign, sign) for sign in between))
        if word is None:
            return "".join(pieces)
        position = word.start + len(word.text)
        columns = columns_of(word) if word.kind in ("cells", "table") else None
        if word.kind == "number":
            pieces.append(f"{word.text}::DOUBLE" if not of_texts else word.text)
        elif word.kind == "text":
            text = word.text[1:-1].replace('""', '"').replace("'", "''")
            pieces.append(f"'{text}'")
        elif word.kind == "function" and word.text.upper() in _FUNCTIONS:
            pieces.append(_FUNCTIONS[word.text.upper()])
        elif columns is not None and len(columns) == 1:
            (column,) = columns
            pieces.append(f"{'n' if column in numbers and not of_texts else 't'}{column}")
        elif word.kind == "name" and word.text.upper() in ("TRUE", "FALSE"):
            pieces.append(word.text)
        else:
            return None
    return None
