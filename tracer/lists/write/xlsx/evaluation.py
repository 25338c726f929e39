"""Computes the plainest formulas of a row: arithmetic, texts, conditions over cells of the row itself.

Its answers are compared with what the program computed for other rows; what is not understood here has none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

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
            return self._called(text)
        if (kind, text) == ("sign", "("):
            value = self.level(0)
            self._expect(")")
            return value
        raise NotComputedError

    def _called(self, name: str) -> Value:
        arguments: list[Value | list[Value]] = []
        if self.word != ("sign", ")"):
            arguments.append(self.level(0))
            while self.word == ("sign", ","):
                self.next()
                arguments.append(self.level(0))
        self._expect(")")
        function = _FUNCTIONS.get(name)
        if function is None:
            raise NotComputedError
        try:
            return function(arguments)
        except (IndexError, ValueError, OverflowError, ZeroDivisionError) as error:
            raise NotComputedError from error

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
        return _compared(sign, left, right)
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


def _compared(sign: str, left: Value, right: Value) -> bool:
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
