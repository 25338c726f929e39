"""What a text says once its escapes are undone, and what its encoded stretches hold.

A number may be written as `&#49;`, `\\u0031`, `%31`, `=31`, in base64 or in hexadecimal digits: each such reading of a
text is one more text to look through.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator

from tracer.spellings.reading import TextReading
from tracer.spellings.stretches import SeenStretches

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
        undone = undone.rewritten(_LINES, "\n").rewritten(_OCTAL, _octal).rewritten(_ENTITY, _entity)
        if _has_halves(undone.text):
            undone = undone.rewritten(_HALVES, _whole)
        if undone is found[-1]:
            break
        found.append(undone)
    bare = found[-1].rewritten(_NEXT_LINE, " ").rewritten(_INLINE, "")
    return found if bare is found[-1] else [*found, bare]


def _has_halves(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group is not None), 16)
    return chr(code) if code <= 0x10FFFF else match.group(0)


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match.group(0))


def _whole(match: re.Match[str]) -> str:
    """The two halves of a character, each escaped by itself, joined, and a lone half replaced."""
    return match.group(0).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _octal(match: re.Match[str]) -> str:
    return chr(int(match.group(1), 8))


def encoded(text: str, seen: SeenStretches) -> Iterator[bytes]:
    """The contents of stretches of base64 and hexadecimal digits that hold digits or addresses in readable form.

    seen: stretches that were decoded before, and are not again.
    """
    for match in seen.new(_BASE64, text):
        stretch = re.sub(r"[\r\n=]", "", match.group(0)).translate(_URL_SAFE)
        for start in range(4):
            content = _from_base64(stretch[start:])
            if content is not None and _telling(content):
                yield content
                break
    for match in seen.new(_HEX, text):
        digits = re.sub(r"[^0-9a-fA-F]", "", match.group(0))
        content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        if _telling(content):
            yield content


_URL_SAFE = str.maketrans("-_", "+/")


def _from_base64(stretch: str) -> bytes | None:
    usable = stretch[: len(stretch) - (1 if len(stretch) % 4 == 1 else 0)]
    try:
        return base64.b64decode(usable + "=" * (-len(usable) % 4))
    except (binascii.Error, ValueError):
        return None


_PACKED = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"PAR1", b"\x1f\x8b")


def _telling(content: bytes) -> bool:
    """Whether it can be somebody's number or address: a file of its own, or readable and with digits in it."""
    if content.startswith(_PACKED):
        return True
    return _DIGITS.search(content) is not None and _SHOWN.fullmatch(content.replace(b"\x00", b"")) is not None
