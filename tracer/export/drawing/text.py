"""Text in the picture: how wide it is, where it breaks, and what may not be shown of it.

Widths are estimates for the common sans-serif fonts, on the wide side, so that text stays within its card.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tracer.wording.terminal import PIECE

_NARROW = frozenset("iIjl.,:;'|!()[]{}ftr-/\\ ·")
_WIDE = frozenset("mwMW@%—…")
_INVISIBLE = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+"
)
_HYPHENS = re.compile(r"(?<=[^\W\d_]-)(?=[^\W\d_]{2})")
_BLANKS = re.compile(r"\s+")
LONGEST = 300
"""Characters of a label that are shown at most; a name of 10,000 would push all else off the page."""
SENTENCES = 2_000
"""The same of a reason, which is several sentences at times."""


def clean(text: str, longest: int = LONGEST) -> str:
    """`text` for display: no control, bidi or zero-width characters, no lone surrogates, blanks and length bounded."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    shown = _BLANKS.sub(" ", _INVISIBLE.sub(" ", plain)).strip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width in pixels at font size `size`."""
    total = sum(map(_WIDTHS.__getitem__, text))
    return total * size * (1.16 if bold else 1.0)


class _Widths(dict[str, float]):
    """A character → its width at size 1, measured when it is first met."""

    def __missing__(self, character: str) -> float:
        if unicodedata.combining(character):
            wide = 0.0
        elif unicodedata.east_asian_width(character) in "WF":
            wide = 1.0
        elif character in _NARROW or character in _WIDE:
            wide = 0.36 if character in _NARROW else 0.92
        elif character.isdigit():
            wide = 0.64
        else:
            wide = 0.69 if character.isupper() else 0.59
        self[character] = wide
        return wide


_WIDTHS = _Widths()


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`.

    An id is cut in its middle: what distinguishes it (a month, a number) is at its end.
    """
    if width(text, size, bold=bold) <= room:
        return text
    kept = text
    if text.isascii() and not re.search(r"\s", text):
        for length in range(len(text) - 1, 3, -1):
            head = (length + 1) // 2
            kept = f"{text[:head]}…{text[head - length :]}"
            if width(kept, size, bold=bold) <= room:
                return kept
        kept = text
    while kept and width(kept + "…", size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """At most `lines` lines within `room`: broken between `PIECE`s, and within a word that is longer than a line; the
    last one is cut if it must be."""
    pieces = [part for piece in _breakable_parts(text) for part in _parts_of_word(piece, room, size, bold=bold)]
    result: list[str] = []
    current = ""
    for number, piece in enumerate(pieces):
        if width(current + piece, size, bold=bold) <= room or not current.strip():
            current += piece
        elif len(result) + 1 == lines:
            current += "".join(pieces[number:])
            break
        else:
            result.append(current.strip())
            current = piece.lstrip()
    result.append(current.strip())
    return [shortened(line, room, size, bold=bold) for line in result if line]


def _breakable_parts(text: str) -> Iterator[str]:
    """Words, Chinese characters and blanks; a line may end after a hyphen within a word."""
    for piece in PIECE.findall(text):
        yield from _HYPHENS.split(piece)


def longest(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels of what a line cannot be broken within."""
    return max((width(piece, size, bold=bold) for piece in _breakable_parts(text)), default=0.0)


def _parts_of_word(word: str, room: float, size: float, *, bold: bool) -> Iterator[str]:
    """A word in parts that fit a line."""
    start = 0
    for end in range(1, len(word)):
        if width(word[start : end + 1], size, bold=bold) > room:
            yield word[start:end]
            start = end
    yield word[start:]
