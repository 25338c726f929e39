"""What the formulas of new rows give, where that can be known.

Kept results are worth something to programs that do not compute. A column keeps them where the formulas are understood
here: they must give what the file says, digit by digit, in every ordinary row that is looked at. In all other columns
no row of a copy keeps a result, and the program computes them when it opens the copy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from tracer.lists.write.model import NewRow
from tracer.lists.write.xlsx.book import Book
from tracer.lists.write.xlsx.cells import SheetCell, xml_text
from tracer.lists.write.xlsx.planting import RowPlanter
from tracer.lists.write.xlsx.references import cell_range, unescaped
from tracer.lists.write.xlsx.sheet import Result, Sheet

# Computes the plainest formulas of a row: arithmetic, texts, conditions over cells of the row itself. Its answers are
# compared with what the program computed for other rows; what is not understood here has none.

Value = float | str | bool | None
"""None: a blank cell."""
CellValue = Callable[[str], Sequence[Value]]
"""A reference as it is written, with its sheet -> the values of its cells. Raises `NotComputedError`."""
_WORD = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+)'
    r"|(?P<function>[A-Z][A-Z0-9.]*)\(|(?P<truth>TRUE|FALSE)(?![\w.(!])"
    r"|(?P<cells>(?:(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)(?![\w.(!\[])"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>%(),]))"
)
_ORDER = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


class NotComputedError(Exception):
    """A formula that is not understood, or that gives an error."""


def evaluated(formula: str, cells: CellValue) -> Value:
    """What a formula gives. Raises `NotComputedError`."""
    evaluation = _Evaluation(formula, cells)
    value = evaluation.level(0)
    if evaluation.word != ("end", ""):
        raise NotComputedError
    return _single(value)


def text_of_value(value: Value) -> str:
    """A value as `&` joins it. Raises `NotComputedError` for numbers that would be rounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if value.is_integer() and abs(value) < 1e11:
        return str(int(value))
    raise NotComputedError


class _Evaluation:
    def __init__(self, formula: str, cells: CellValue) -> None:
        self.formula, self.cells, self.at = formula, cells, 0
        self.word = ("", "")
        self.next()

    def next(self) -> tuple[str, str]:
        """The word that was there; the one behind it is next."""
        before = self.word
        found = _WORD.match(self.formula, self.at)
        if found is None:
            if self.formula[self.at :].strip():
                raise NotComputedError
            self.word = ("end", "")
        else:
            kind = str(found.lastgroup)
            self.word, self.at = (kind, found.group(kind)), found.end()
        return before

    def level(self, order: int) -> Value | list[Value]:
        """An expression of operators that bind as tightly as `order`, or more."""
        if order == len(_ORDER):
            return self._signed()
        left = self.level(order + 1)
        while self.word[0] == "sign" and self.word[1] in _ORDER[order]:
            sign = self.next()[1]
            left = _joined(sign, _single(left), _single(self.level(order + 1)))
        return left

    def _signed(self) -> Value | list[Value]:
        if self.word == ("sign", "-"):
            self.next()
            return -_number(_single(self._signed()))
        if self.word == ("sign", "+"):
            self.next()
            return self._signed()
        value = self._operand()
        while self.word == ("sign", "%"):
            self.next()
            value = _number(_single(value)) / 100
        return value

    def _operand(self) -> Value | list[Value]:
        kind, text = self.next()
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "number":
            return float(text)
        if kind == "truth":
            return text == "TRUE"
        if kind == "cells":
            values = list(self.cells(text))
            return values if ":" in text else values[0]
        if kind == "function":
            arguments: list[Value | list[Value]] = []
            if self.word != ("sign", ")"):
                arguments.append(self.level(0))
                while self.word == ("sign", ","):
                    self.next()
                    arguments.append(self.level(0))
            self._expect(")")
            function = _FUNCTIONS.get(text)
            if function is None:
                raise NotComputedError
            try:
                return function(arguments)
            except (IndexError, ValueError, OverflowError, ZeroDivisionError) as error:
                raise NotComputedError from error
        if (kind, text) == ("sign", "("):
            value = self.level(0)
            self._expect(")")
            return value
        raise NotComputedError

    def _expect(self, sign: str) -> None:
        if self.next() != ("sign", sign):
            raise NotComputedError


def _single(value: Value | list[Value]) -> Value:
    if isinstance(value, list):
        raise NotComputedError
    return value


def _number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        raise NotComputedError
    return float(value)


def _joined(sign: str, left: Value, right: Value) -> Value:
    if sign == "&":
        return text_of_value(left) + text_of_value(right)
    if sign in _ORDER[0]:
        one = left if left is not None else "" if isinstance(right, str) else 0.0
        other = right if right is not None else "" if isinstance(left, str) else 0.0
        if isinstance(one, str) and isinstance(other, str):
            low, high = one.casefold(), other.casefold()
            if sign not in ("=", "<>"):
                raise NotComputedError  # the order of letters is the program's language's
            return (low == high) == (sign == "=")
        if isinstance(one, str) or isinstance(other, str) or isinstance(one, bool) != isinstance(other, bool):
            if sign not in ("=", "<>"):
                raise NotComputedError
            return sign == "<>"
        return {
            "=": one == other, "<>": one != other, "<": one < other, ">": one > other, "<=": one <= other,
            ">=": one >= other,
        }[sign]  # fmt: skip
    one, other = _number(left), _number(right)
    try:
        value = {"+": one + other, "-": one - other, "*": one * other}.get(sign)
        if value is None:
            value = one / other if sign == "/" else one**other
    except (ZeroDivisionError, OverflowError) as error:
        raise NotComputedError from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise NotComputedError
    return value


def _truth(value: Value | list[Value]) -> bool:
    single = _single(value)
    if isinstance(single, str):
        raise NotComputedError
    return bool(single)


def _numbers(arguments: Sequence[Value | list[Value]]) -> list[float]:
    """Numbers of ranges, whose texts and blanks do not count, and of single values."""
    found = []
    for each in arguments:
        if isinstance(each, list):
            found += [float(value) for value in each if isinstance(value, float)]
        else:
            found.append(_number(each))
    return found


def _text(value: Value | list[Value]) -> str:
    return text_of_value(_single(value))


def _count(value: Value | list[Value]) -> int:
    number = int(_number(_single(value)))
    if number < 0:
        raise NotComputedError
    return number


def _left(a: Sequence[Value | list[Value]]) -> Value:
    return _text(a[0])[: _count(a[1]) if len(a) > 1 else 1]


def _right(a: Sequence[Value | list[Value]]) -> Value:
    text, count = _text(a[0]), _count(a[1]) if len(a) > 1 else 1
    return text[len(text) - min(count, len(text)) :]


def _mid(a: Sequence[Value | list[Value]]) -> Value:
    start = _count(a[1]) - 1
    if start < 0:
        raise NotComputedError
    return _text(a[0])[start : start + _count(a[2])]


def _round(a: Sequence[Value | list[Value]]) -> Value:
    places = int(_number(_single(a[1])))
    number = Decimal(repr(_number(_single(a[0]))))
    return float(number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def _substituted(text: str, old: str, new: str, *which: str) -> str:
    if which:
        raise NotComputedError
    return text.replace(old, new) if old else text


def _if(a: Sequence[Value | list[Value]]) -> Value:
    return _single(a[1]) if _truth(a[0]) else _single(a[2]) if len(a) > 2 else False


_FUNCTIONS: Mapping[str, Callable[[Sequence[Value | list[Value]]], Value]] = {
    "IF": _if, "AND": lambda a: all(map(_truth, a)), "OR": lambda a: any(map(_truth, a)),
    "NOT": lambda a: not _truth(a[0]),
    "SUM": lambda a: math.fsum(_numbers(a)), "PRODUCT": lambda a: math.prod(_numbers(a)),
    "MIN": lambda a: min(_numbers(a), default=0.0), "MAX": lambda a: max(_numbers(a), default=0.0),
    "ABS": lambda a: abs(_number(_single(a[0]))), "INT": lambda a: float(math.floor(_number(_single(a[0])))),
    "MOD": lambda a: _number(_single(a[0])) % _number(_single(a[1])), "ROUND": _round,
    "LEFT": _left, "RIGHT": _right, "MID": _mid, "LEN": lambda a: float(len(_text(a[0]))),
    "UPPER": lambda a: _text(a[0]).upper(), "LOWER": lambda a: _text(a[0]).lower(),
    "TRIM": lambda a: re.sub(" +", " ", _text(a[0]).strip(" ")), "CONCATENATE": lambda a: "".join(map(_text, a)),
    "SUBSTITUTE": lambda a: _substituted(*map(_text, a)),
    "EXACT": lambda a: _text(a[0]) == _text(a[1]), "ISBLANK": lambda a: _single(a[0]) is None,
}  # fmt: skip


_LOOKED_AT = 300
_DEPTH = 20
Writing = Callable[[float], str]
WRITINGS: Sequence[Writing] = (
    lambda number: str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number),
    lambda number: f"{number:.15g}", lambda number: f"{number:.16g}", lambda number: f"{number:.17g}",
    lambda number: f"{number:.16G}",
)  # fmt: skip
"""How programs write numbers."""


class Results:
    """Results of formulas in data rows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._kept: dict[str, dict[int, Writing]] = {}

    def drops(self, sheet: Sheet, column: int) -> bool:
        """Whether no row of a copy keeps a formula's result in this column of the sheet."""
        return column - sheet.left not in self._writings(sheet)

    def of(self, sheet: Sheet, new: NewRow, planter: RowPlanter) -> Mapping[int, Result]:
        """Position -> what the formula of a new row gives there, and the kind that its cell says."""
        found = {}
        for i, writing in list(self._writings(sheet).items()):
            if planter.formula_cell(new, i) is not None:
                try:
                    found[i] = _written(self._of_new(sheet, new, planter, i, 0), writing)
                except NotComputedError:
                    # One row without a result among rows that have one would show.
                    del self._kept[sheet.name][i]
        return found

    def _writings(self, sheet: Sheet) -> Mapping[int, Writing]:
        """Position of each column that keeps its results -> how it writes numbers."""
        if sheet.name not in self._kept:
            rows: dict[int, list[int]] = {}
            for formula in sheet.formulas:
                if sheet.is_of_row(formula) and formula.data is not None:
                    rows.setdefault(formula.column - sheet.left, []).append(formula.data)
            kept = {}
            for i, mine in rows.items():
                step = max(1, len(mine) // _LOOKED_AT)
                writing = self._confirmed(sheet, i, mine[::step])
                if writing is not None:
                    kept[i] = writing
            self._kept[sheet.name] = kept
        return self._kept[sheet.name]

    def _confirmed(self, sheet: Sheet, i: int, rows: Sequence[int]) -> Writing | None:
        """The way of writing in which all these rows' results are as the file has them."""
        able = list(WRITINGS)
        for row in rows:
            cells = sheet.data_cells(row)
            cell = cells.get(i)
            if cell is None or cell.value is None:
                return None
            try:
                value = self._of_row(sheet, row, cells, i, 0)
                kind = (cell.opening.find(b't="str"') >= 0, cell.opening.find(b't="b"') >= 0)
                if kind != (isinstance(value, str), isinstance(value, bool)):
                    return None
                able = [each for each in able if _written(value, each)[0] == cell.value]
            except NotComputedError:
                return None
            if not able:
                return None
        return able[0] if able else None

    def _of_row(self, sheet: Sheet, row: int, cells: Mapping[int, SheetCell], i: int, depth: int) -> Value:
        """An ordinary row's cell as a value; formulas are computed here."""
        cell = cells.get(i)
        number = sheet.rows[row - 1].number
        text = None if cell is None else sheet.formula_text(cell, number)
        if cell is None or text is None:
            return self._plain(cell)
        return self._computed(sheet, text, number, depth, lambda j: self._of_row(sheet, row, cells, j, depth + 1))

    def _of_new(self, sheet: Sheet, new: NewRow, planter: RowPlanter, i: int, depth: int) -> Value:
        found = planter.formula_cell(new, i)
        if found is not None:
            cell, row = found
            number = sheet.rows[row - 1].number
            text = sheet.formula_text(cell, number) or ""
            return self._computed(sheet, text, number, depth, lambda j: self._of_new(sheet, new, planter, j, depth + 1))
        kind, value = planter.content(new, i)
        if kind == "n" and value is not None:
            return float(value)
        if kind == "b":
            return value in ("1", "TRUE")
        return value

    def _computed(self, sheet: Sheet, text: str, number: int, depth: int, own: Callable[[int], Value]) -> Value:
        if depth > _DEPTH:
            raise NotComputedError

        def cells(reference: str) -> Sequence[Value]:
            named, _, area = reference.rpartition("!")
            found = cell_range(area)
            name = named.strip("'").replace("''", "'").casefold()
            if found is None or found.rows is None or found.first.column is None or found.last.column is None:
                raise NotComputedError
            columns = range(found.first.column, found.last.column + 1)
            if name in ("", sheet.name.casefold()) and found.rows == (number, number):
                return [own(column - sheet.left) for column in columns]
            if not found.single:
                raise NotComputedError
            # A cell that is in no data row: a rate, a day.
            row = found.rows[0]
            of = next((each for each in self.book.sheets if each.name.casefold() == name), sheet)
            place = of.by_number.get(row)
            cell = None if place is None else next((c for c in of.cells(place) if c.column == found.first.column), None)
            if cell is not None and cell.formula is not None:
                raise NotComputedError
            return [self._plain(cell)]

        return evaluated(text, cells)

    def _plain(self, cell: SheetCell | None) -> Value:
        if cell is None or cell.kind == "":
            return None
        if cell.kind in ("s", "inlineStr"):
            return self.book.text(cell)
        text = unescaped(cell.value or b"")
        if cell.kind == "n":
            return float(text)
        if cell.kind == "b":
            return text == "1"
        if cell.kind == "str":
            return text
        raise NotComputedError


def shown(value: bytes, kind: bytes | None) -> str:
    """A result as the reader of lists shows it."""
    text = unescaped(value)
    if kind == b"b":
        return "TRUE" if text == "1" else "FALSE"
    if kind is None:
        number = float(text)
        return str(int(number)) if number.is_integer() else repr(number)
    return text


def _written(value: Value, writing: Writing) -> Result:
    """A value as a cell has it, and what its cell says of its kind."""
    if isinstance(value, bool):
        return str(int(value)).encode(), b"b"
    if isinstance(value, str):
        return xml_text(value), b"str"
    return writing(0.0 if value is None else value).encode(), None
