"""Cells: what all kinds of identifiers share: cleaning a cell's text, and the answers to reading one.

Every text gets an answer; nothing raises. A status is one of `STATUSES`; the reason says more, in fixed English
phrases that can be counted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

STATUSES = ("ok", "masked", "hash", "lossy", "empty", "junk", "invalid")
"""ok: an identifier · hash: a hash of one, linked only among hashes · masked: digits hidden · lossy: digits lost
(scientific notation) · empty · junk: a placeholder, never links · invalid: no identifier could be read."""

PLACEHOLDERS = frozenset(
    r"""
    - -- --- — —— / // \ . 。 _ * ? ？ # #n/a #ref! #value! #name? n/a na n.a. nan nil null none (null) <null> \n
    unknown undefined tbd 无 無 无手机 无电话 暂无 暫無 没有 沒有 未知 不详 不詳 未填 未填写 空 空白 保密 未公开 未公開
    待补 なし
    """.split()
)
"""Words that people and programs write where there is nothing. Compared in lower case."""

ZERO_WIDTH = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters that cannot be seen: soft hyphen, zero-width, bidirectional marks, byte order mark."""
SPACES = "\t\v\f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What counts as a space within a cell. Line ends stay: they part several numbers of one cell."""
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe58\ufe63\uff0d"
"""What counts as a hyphen."""
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F) if chr(code) not in DASHES)
ASCII_TWIN = "".join(chr(ord(wide) - 0xFEE0) for wide in FULL_WIDTH)
"""The full-width forms and what they stand for, position by position."""

_FOLD = {
    **dict.fromkeys(map(ord, ZERO_WIDTH), None),
    **dict.fromkeys(map(ord, SPACES), " "),
    **dict.fromkeys(map(ord, DASHES), "-"),
    **{ord(wide): twin for wide, twin in zip(FULL_WIDTH, ASCII_TWIN, strict=True)},
    0: None,
}
_OTHER_DIGITS = re.compile(r"[^\D0-9]")


@dataclass(frozen=True)
class Reading:
    """One identifier read from a cell, or why there is none."""

    key: int | None
    """See `keys.py`; None unless the status is ok or hash."""
    status: str
    kind: str
    """mobile, service, landline, foreign, email, email_folded, key, hash, or a further kind (`keys.FURTHER`); '' where
    nothing was read."""
    reason: str
    """Why there is no identifier, or what had to be repaired; '' where there is nothing to say."""


EMPTY = Reading(None, "empty", "", "empty")
PLACEHOLDER = Reading(None, "junk", "", "placeholder")


def fold(text: str) -> str:
    """The text with full-width forms, odd spaces and hyphens made plain and invisible characters removed, stripped."""
    return text.translate(_FOLD).strip()


def plain_digits(text: str) -> str:
    """Decimal digits of any script as 0 to 9; all else as it is."""
    if text.isascii():
        return text
    return _OTHER_DIGITS.sub(lambda match: str(unicodedata.decimal(match.group(0))), text)


def unwrap(text: str) -> str:
    """Without what spreadsheets put around a text cell: `="…"`, a leading apostrophe, quotes."""
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.strip("'\"`\u2018\u2019\u201c\u201d ")
