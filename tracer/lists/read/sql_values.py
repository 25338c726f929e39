"""Reads the rows behind VALUES: literals of MySQL, PostgreSQL, SQL Server, Oracle and SQLite as text.

The patterns are possessive: they never go back, so a quote that is not closed costs one pass, not one for each place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NESTED = 4
"""Parentheses within parentheses in one value."""
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]+)|[xX]'([0-9A-Fa-f]*)'|\\x([0-9A-Fa-f]+)")
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}
_CAST = re.compile(r"\s*(?:::\s*[\w\"][\w\". ]*(?:\([\d, ]*\))?(?:\[\])*|COLLATE\s+\S+)\s*$", re.IGNORECASE)
_CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\((.*)\)", re.DOTALL)
_TYPED = re.compile(r"(?:DATE|TIMESTAMP(?:TZ)?|DATETIME|TIME|INTERVAL|_\w+|[NnEe])\s*(?=[xX]?['\"])", re.IGNORECASE)
_SELECTED = r"\b(?:UNION|FROM|WHERE)\b|\n\s*(?:GO|INSERT|SET|UPDATE|CREATE|COMMIT)\b"
"""What ends a SELECT of values."""
_ALIAS = re.compile(r"(?:\s+AS\s+|(?<=['\")\w])\s+)(?:\w+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])\s*$", re.IGNORECASE)
_ORACLE = re.compile(r"[nN]?[qQ]'.(.*).'", re.DOTALL)
_UNICODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4})|(\\))")
_WORDS = ("NULL", "DEFAULT", "TRUE", "FALSE", "SYSDATE", "CURRENT_TIMESTAMP", "CURRENT_DATE")
_FIRST = (
    "to_date", "to_timestamp", "to_timestamp_tz", "to_number", "to_char", "to_clob", "to_nclob", "to_nchar", "hextoraw",
    "date", "datetime", "timestamp", "time", "str_to_date", "from_unixtime", "json", "lower", "upper", "trim", "unhex",
)  # fmt: skip
"""Functions of which the first argument is the value as far as a list goes."""


@dataclass(frozen=True)
class ValuePatterns:
    """How rows and their values are cut out of the text."""

    row: re.Pattern[str]
    r"""A row with its parentheses; groups: its inside, and the `,` or `;` behind it."""
    value: re.Pattern[str]
    """A value and the comma behind it; groups: the inside of a plain string, a bare word, anything else."""
    select: re.Pattern[str]
    """A SELECT of values, and the UNION or semicolon behind it; groups: the values, what follows them."""
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
    return ValuePatterns(
        re.compile(rf"\s*+\(({nested})\)\s*+([,;]?)", re.DOTALL),
        re.compile(
            rf"\s*+(?:(?:[nN]|_\w+\s)?'({inside})'\s*+,|([^'\"(),\[]*+),|((?:{part}|\({nested}\))++),)", re.DOTALL
        ),
        re.compile(
            rf"\s*+SELECT\s+((?:{escape}|{oracle}|'{inside}'|{double}|\({nested}\)|(?!{_SELECTED})[^'\"();])++)"
            r"(?:FROM\s+(?:SYS\.)?DUAL\b|FROM\s+SYSIBM\.SYSDUMMY1\b)?\s*+(UNION(?:\s+ALL)?\b|;|FROM\b|WHERE\b|)",
            re.DOTALL | re.IGNORECASE,
        ),
        backslash,
    )


def row_of(inside: str, patterns: ValuePatterns) -> list[str | None]:
    """The values of a row, from what is between its parentheses; NULL as None."""
    found = patterns.value.findall(inside + ",")
    plain = "''" not in inside and "\\" not in inside
    if plain:
        return [text or (_other(bare, rest, patterns) if bare or rest else "") for text, bare, rest in found]
    return [
        unescaped(text, patterns.backslash) if text else (_other(bare, rest, patterns) if bare or rest else "")
        for text, bare, rest in found
    ]


def selected_row(inside: str, patterns: ValuePatterns) -> list[str | None] | None:
    """The values of a SELECT without their names; None where it takes columns of a table."""
    cells: list[str | None] = []
    for text, bare, rest in patterns.value.findall(inside.strip() + ","):
        word = _ALIAS.sub("", bare.strip())
        if word == "*" or (re.fullmatch(r"[A-Za-z_][\w.]*|`[^`]+`", word) and word.upper() not in _WORDS):
            return None
        written = _ALIAS.sub("", rest)
        cells.append(
            unescaped(text, patterns.backslash) if text else _other(word, written, patterns) if bare or rest else ""
        )
    return cells


def unescaped(text: str, backslash: bool) -> str:
    """The inside of a string with its escapes undone."""
    if not backslash:  # PostgreSQL writes bytes as digits behind \\x
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
        return unescaped(inner[1:-1], escaped)
    if len(inner) >= 2 and inner[0] == inner[-1] == '"':
        return unescaped(inner[1:-1].replace('""', '"'), patterns.backslash)
    if inner[:1] in ("U", "u") and inner[1:3] == "&'":
        return _unicode(unescaped(inner[3:-1], False))
    if call is not None:
        return _called(call[1].lower(), _split(call[2], ","), bare, patterns)
    if bare.startswith("(") and bare.endswith(")"):
        return expression(bare[1:-1], patterns)
    return None if bare.upper() == "NULL" else bare


def _called(  # noqa: PLR0911 - one answer a function
    name: str, written: list[str], whole: str, patterns: ValuePatterns
) -> str | None:
    values = [expression(one, patterns) for one in written] if name in ("replace", "unistr", "concat", *_FIRST) else []
    if name == "replace" and len(written) == 3:
        text, old, new = (value or "" for value in values)
        return text.replace(old, new)
    if name in ("char", "chr", "nchar") and written[0].strip().isdigit():
        return "".join(chr(int(code)) for code in written if code.strip().isdigit() and int(code) < 0x110000)
    if name == "unistr":
        return _unicode(values[0] or "")
    if name == "convert" and len(written) > 1:
        return expression(written[1], patterns)
    if name in ("cast", "try_cast"):
        return expression(re.split(r"\s+AS\s+[^']*$", written[0], flags=re.IGNORECASE)[0], patterns)
    if name == "concat":
        return "".join(value or "" for value in values)
    if values:
        return values[0]
    return whole


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
