"""What a text says once its escapes are undone, and what its encoded stretches hold.

A number may be written as `&#49;`, `\\u0031`, `%31`, `=31`, in base64 or in hexadecimal digits: each such reading of a
text is one more text to look through.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

By: TypeAlias = str | Callable[[re.Match[str]], str]
"""What stands for a match: a text without backslashes, or what gives it."""


@dataclass(frozen=True)
class RewritingStep:
    """One step from the text that was given to a reading of it: `pattern.sub(by, text)`."""

    text: str
    pattern: re.Pattern[str]
    by: By

    @cached_property
    def stretches(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Where each stretch that it rewrote begins and ends in the new text, and in the old one. Found out when it is
        asked for: most texts hold nothing that has to be shown in them."""
        new, old = list[tuple[int, int]](), list[tuple[int, int]]()
        at = length = 0
        for match in self.pattern.finditer(self.text):
            put = self.by if isinstance(self.by, str) else self.by(match)
            length += match.start() - at
            new.append((length, length + len(put)))
            old.append(match.span())
            at, length = match.end(), length + len(put)
        return new, old

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the old text that became the new one's `start` to `end`: whole ones, where it cuts one."""
        new, old = self.stretches
        first = bisect_right(new, start, key=lambda stretch: stretch[0]) - 1
        last = bisect_left(new, end, key=lambda stretch: stretch[0]) - 1
        begins, ends = start, end
        if first >= 0:
            begins = old[first][0] if start < new[first][1] else old[first][1] + start - new[first][1]
        if last >= 0:
            ends = old[last][1] if end <= new[last][1] else old[last][1] + end - new[last][1]
        return begins, ends


@dataclass(frozen=True)
class TextReading:
    """What a text says, read in one way."""

    text: str
    steps: tuple[RewritingStep, ...] = ()

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where the piece from `start` to `end` is in the text that was given."""
        for step in reversed(self.steps):
            start, end = step.back(start, end)
        return start, end

    def rewritten(self, pattern: re.Pattern[str], by: By) -> TextReading:
        """The reading in which `by` stands for all that the pattern finds; itself where that is nothing new."""
        text = pattern.sub(by, self.text)
        return self if text == self.text else TextReading(text, (*self.steps, RewritingStep(self.text, pattern, by)))


class SeenStretches:
    """Stretches that were looked at before; they would give what they gave, at a later place."""

    def __init__(self) -> None:
        self._seen = defaultdict[re.Pattern[str], set[str]](set)

    def new(self, pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
        """The matches of the pattern, each distinct stretch once, where it is first."""
        seen = self._seen[pattern]
        found: dict[str, re.Match[str]] = {}
        for match in pattern.finditer(text):
            found.setdefault(match.group(0), match)
        new = [match for stretch, match in found.items() if stretch not in seen]
        seen.update(found)
        return new


_ESCAPES = re.compile(
    r"\\\\*u\{([0-9a-fA-F]{1,6})\}|\\\\*u([0-9a-fA-F]{4})|\\\\*U([0-9a-fA-F]{8})|\\\\*x([0-9a-fA-F]{2})"
    r"|%([0-9a-fA-F]{2})|=([0-9A-F]{2})|_x([0-9a-fA-F]{4})_"
)
"""Each alternative begins with one certain sign, here and below: `re` then skips all others at once."""
_MARKDOWN = re.compile(r"\\([`*_{}\[\]#|~!$^=+.)<>-])")
_LINES = re.compile(r"\\\\*[nrt]")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_INLINE = re.compile(
    r"</?(?:b|i|u|s|em|strong|small|span|tspan|bdi|bdo|a|wbr|font|mark|sub|sup|code)(?:\s[^<>]{0,2000})?/?>"
    r"|<!--.{0,2000}?-->|\*\*|__",
    re.IGNORECASE,
)
_NEXT_LINE = re.compile(r"</tspan>\s*<tspan\s[^<>]{0,2000}\bd?[xy]=[^<>]{0,2000}>", re.IGNORECASE)
"""Where a drawn text goes on in its next line: between two words, so that `lot` and `7` are not `lot7`."""
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{10,}={0,2}(?:\r?\n[A-Za-z0-9+/_-]{2,}={0,2})*")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}[\s:]?){7,}(?![0-9A-Za-z])")
_SHOWN = re.compile(rb"[\x09\x0a\x0d\x20-\x7e\x80-\xff]*")
_DIGITS = re.compile(rb"\d{5,}|(?:\d\x00){5,}|\d{3}[- .]\d{4}|@|(?:\xef\xbc[\x90-\x99]){5,}")
_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")
_ESCAPED = re.compile(r"[&\\%<\ud800-\udfff]|=[0-9A-F]{2}|_x[0-9a-fA-F]{4}_|\*\*|__")
"""What the patterns above begin with: a text without it says what it says."""
ROUNDS = 3
"""How many times escapes are undone: `\\\\u0026#49;` needs two."""


def readings(text: str) -> list[TextReading]:
    """`text` and what it says with its escapes undone and its inline markup taken away; each reading once."""
    found = [TextReading(text)]
    if _ESCAPED.search(text) is None:
        return found
    for _ in range(ROUNDS):
        undone = found[-1].rewritten(_MARKDOWN, lambda match: match.group(1)).rewritten(_ESCAPES, _character)
        undone = undone.rewritten(_LINES, "\n").rewritten(_OCTAL, lambda match: chr(int(match.group(1), 8)))
        undone = undone.rewritten(_ENTITY, lambda match: html.unescape(match.group(0)))
        try:
            undone.text.encode("utf-8")
        except UnicodeEncodeError:  # halves of characters, each escaped by itself
            undone = undone.rewritten(_HALVES, _whole_character)
        if undone is found[-1]:
            break
        found.append(undone)
    bare = found[-1].rewritten(_NEXT_LINE, " ").rewritten(_INLINE, "")
    return found if bare is found[-1] else [*found, bare]


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group is not None), 16)
    return chr(code) if code <= 0x10FFFF else match.group(0)


def _whole_character(match: re.Match[str]) -> str:
    """The two halves of a character joined, and a lone half replaced."""
    return match.group(0).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def encoded_contents(text: str, seen: SeenStretches) -> Iterator[bytes]:
    """The contents of stretches of base64 and hexadecimal digits that hold digits or addresses in readable form.

    seen: stretches that were decoded before, and are not again.
    """
    for match in seen.new(_BASE64, text):
        stretch = re.sub(r"[\r\n=]", "", match.group(0)).translate(_URL_SAFE)
        for start in range(4):
            usable = stretch[start : len(stretch) - ((len(stretch) - start) % 4 == 1)]
            try:
                content = base64.b64decode(usable + "=" * (-len(usable) % 4))
            except ValueError:
                continue
            if _may_tell_somebody(content):
                yield content
                break
    for match in seen.new(_HEX, text):
        digits = re.sub(r"[^0-9a-fA-F]", "", match.group(0))
        content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        if _may_tell_somebody(content):
            yield content


_URL_SAFE = str.maketrans("-_", "+/")
_PACKED = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"PAR1", b"\x1f\x8b")


def _may_tell_somebody(content: bytes) -> bool:
    """Whether it can be somebody's number or address: a file of its own, or readable and with digits in it."""
    if content.startswith(_PACKED):
        return True
    return _DIGITS.search(content) is not None and _SHOWN.fullmatch(content.replace(b"\x00", b"")) is not None
