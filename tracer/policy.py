"""What may be shown of people: the one place for the promise of `tracer help privacy`.

Nothing is shown of fewer than `SHOWN_FROM` people across lists: to change the number is to change it here. SQL has it
as the macro `views._enough`, the catalogues of wording as `{ -least }`.

Phone numbers, e-mail addresses and hashes are masked wherever they are in a text: `138****5678`, `a***@e***.com`. The
selection rule, first match from the left: a date or time stays; an address is masked; a hash (32 hexadecimal digits
or more) is cut, because a hash of a phone number is the number; a decimal fraction of few digits stays; digits that
read as a phone number are masked, whatever separators, brackets or invisible characters are between them, and in
Chinese words too.

A quote, a reply or a note may hold a person's number, and the masks of lists do not see it. Columns of words that
people have entered are known by their names, which mean the same in every view, query and answer; every reader of rows
reads them through here. What is counted or decided never looks at them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from tracer.records import masked_columns

if TYPE_CHECKING:
    import duckdb

Narrowed: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes out of a row what must stay hidden, for an answer that leaves."""

SHOWN_FROM = 20
"""People, rows or contacts across lists from which a count is shown, exactly; what fewer share is computed as shared by
none, and a list of fewer contacts is compared with nothing."""
FEW = f"<{SHOWN_FROM}"
"""How a smaller count is shown, none at all too."""
LEAST = "{least}"
"""In the place of the number in `views.sql`, between quotes, and in what a store's catalogue is compared with."""


def with_least(text: str) -> str:
    """The text with the number in its place."""
    return text.replace(LEAST, str(SHOWN_FROM))


_DIGITS = enumerate("零〇○ 一壹幺 二贰貳两 三叁 四肆 五伍 六陆陸 七柒 八捌 九玖".split())
DIGIT_WORDS = {word: str(digit) for digit, words in _DIGITS for word in words}
"""Chinese words for digits → the digit."""
_WORDS = "".join(DIGIT_WORDS)

_GAP = r"[\s().\-\u2010-\u2015\u2212\uff0d\uff0e\u00b7\u200b-\u200d\u2060\ufeff]{0,3}"
"""What may separate two digits of one number: blanks, brackets, dashes, dots, invisible characters."""
_DATE = (
    r"(?:19|20)\d\d(?:([-./]?)(?:0[1-9]|1[0-2])\2(?:[0-2]\d|3[01])"
    r"|[-./](?:0?[1-9]|1[0-2])(?:[-./](?:[0-2]?\d|3[01]))?)"
)
_NO_DATE = r"(?!(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:[0-2]?\d|3[01])(?!\d))"
"""A bracket before a date begins no number."""
_PATTERN = re.compile(
    rf"""
    (?P<date>(?<!\d){_DATE}(?!\d)(?:[T\ ][0-2]\d:[0-5]\d(?::[0-5]\d)?)?)
    |(?P<email>[\w.+\-]+[@＠][\w\-]+(?:\.[\w\-]+)+)
    |(?P<hash>(?<![0-9A-Za-z])[0-9a-fA-F]{{32,}}(?![0-9A-Za-z]))
    |(?P<fraction>(?<![\d+＋.])\d{{1,6}}\.\d+(?:[eE][+-]?\d+)?(?![\d.\-]))
    |(?P<words>[{_WORDS}](?:{_GAP}[{_WORDS}]){{6,}})
    |(?P<phone>(?<![\dA-Za-z])[+＋]?\(?{_NO_DATE}\d(?:{_GAP}\d){{6,}}|(?<!\d)(?:86)?1[3-9]\d{{9}}(?!\d))
    """,
    re.VERBOSE,
)
_COUNTRY = re.compile(r"^(?:0086|86)(?=1[3-9]\d{9}$)")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_BARE = re.compile(r"\d+")
_LEAST_DIGITS = 7
"""A local landline; shorter digits are codes and counts."""
_LEAST_IN_FIGURES = 9
"""In sentences that the tool itself wrote, where bare digits below this are counts."""


def mask_text(text: str, *, figures: bool = False) -> str:
    """`text` with every phone number, e-mail address and hash masked.

    `figures`: a sentence of the tool's own, in which bare digits up to eight are counts, not local numbers.
    """
    return _PATTERN.sub(lambda match: _masked_match(match, figures), text)


def _masked_match(match: re.Match[str], figures: bool) -> str:
    found = match.group(0)
    if match.lastgroup == "email":
        local, _, domain = found.replace("＠", "@").rpartition("@")
        name, dot, top = domain.rpartition(".")
        return f"{local[:1]}***@{name[:1]}***{dot}{top}"  # a***@e***.com
    if match.lastgroup == "hash":
        return f"{found[:6]}…"
    if match.lastgroup == "words":
        return mask_digits("".join(DIGIT_WORDS.get(letter, "") for letter in found))
    if match.lastgroup != "phone":
        return found
    plain = unicodedata.normalize("NFKC", found)
    digits = "".join(character for character in plain if character.isdecimal())
    bare = _BARE.fullmatch(plain) is not None
    least = _LEAST_IN_FIGURES if figures and bare else _LEAST_DIGITS
    if len(digits) < least or (bare and digits.endswith("0000") and len(digits) != 11):
        return found  # a round figure, such as 500000000 contacts, is not a number to be called
    return mask_digits(digits)


def mask_digits(digits: str) -> str:
    """Digits of a phone number with the middle hidden; a Chinese mobile keeps three and four."""
    national = _COUNTRY.sub("", digits)
    if _MOBILE.match(national):
        return f"{national[:3]}****{national[-4:]}"
    shown = max(len(digits) - 7, 1)
    return f"{digits[: min(shown, 4)]}{'*' * (len(digits) - min(shown, 4) - 2)}{digits[-2:]}"


SPOKEN = frozenset(masked_columns()) | {"speaker_a", "speaker_b", "reply", "note", "who", "value_a", "value_b"}
"""Columns whose words somebody has entered. Ids and the names of parties are shown as they are."""
_AMOUNT = re.compile(r"\s*[+-]?(?:\d{1,10}|\d*\.\d+|\d+\.\d*)(?:[eE][+-]?\d+)?\s*")
"""The value of a claim where it is an amount. No number that can be called has fewer digits with its country's code."""
T = TypeVar("T")


def masked_value(name: str, value: T) -> T:
    """A value of the column `name` as it may be shown.

    >>> masked_value("quote", "call 14000001234"), masked_value("value", "500000"), masked_value("rows", 14000001234)
    ('call 140****1234', '500000', 14000001234)
    """
    if name not in SPOKEN or not isinstance(value, str) or (name.startswith("value") and _AMOUNT.fullmatch(value)):
        return value
    return cast(T, mask_text(value))


def masked_row(row: Mapping[str, T]) -> dict[str, T]:
    """A row of which each column is masked where it is somebody's words."""
    return {name: masked_value(name, value) for name, value in row.items()}


def view_rows(
    con: duckdb.DuckDBPyConnection, statement: str, bound: Mapping[str, Any] | None = None, narrowed: Narrowed = dict
) -> list[dict[str, Any]]:
    """The rows of a statement by their columns, words of people masked; reasons stay as they are."""
    cursor = con.execute(statement, dict(bound or {}))
    columns = [column[0] for column in cursor.description or []]
    return [narrowed(masked_row(dict(zip(columns, row, strict=True)))) for row in cursor.fetchall()]
