"""The message in a winmail.dat (TNEF), which Outlook may send in the place of a text: its plain, HTML or RTF body.

By MS-OXTNEF (attributes and properties) and MS-OXRTFCP (compressed RTF). What is cut off is read as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import error, unpack_from

KIND = "application/ms-tnef"
_SIGNATURE = b"\x78\x9f\x3e\x22"
_TEXT, _PROPERTIES, _CODEPAGE = 0x2800C, 0x69003, 0x69007
_PLAIN, _RTF, _HTML, _HTML_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_STRING, _UNICODE = 0x1E, 0x1F
_VARIABLE = (_STRING, _UNICODE, 0x0D, 0x102)
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value of each fixed kind, with what fills them up to four."""
_MOST = 1 << 20
"""Bytes of RTF that are unpacked: 17 times the compressed ones at most, and the text comes first."""
_WINDOW, _START = (
    4096,
    (
        b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
        b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
        b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
    ),
)
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL)
_SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_UNSEEN = frozenset(("fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "*"))


def body_of(data: bytes) -> tuple[str, str, str, bytes]:
    """(kind, charset, transfer encoding, bytes) of the text, as of a part of a mail; empty bytes where it has none."""
    found: dict[int, tuple[int, bytes]] = {}
    codepage, at = 1252, 6
    try:
        while data.startswith(_SIGNATURE):
            name, length = unpack_from("<II", data, at + 1)
            value = data[at + 9 : at + 9 + length]
            at += 11 + length
            if name == _TEXT:
                found.setdefault(_PLAIN, (_STRING, value))
            elif name == _CODEPAGE:
                codepage = int(unpack_from("<I", value)[0])
            elif name == _PROPERTIES:
                for prop, kind, text in _properties(value):
                    found.setdefault(prop, (kind, text))
    except error:
        pass  # the end
    kind, plain = found.get(_PLAIN, (0, b""))
    if plain.strip(b"\0 \r\n"):
        plain = plain.removesuffix(b"\0\0" if kind == _UNICODE else b"\0")
        return "text/plain", "utf-16-le" if kind == _UNICODE else f"cp{codepage}", "", plain
    if _HTML in found:
        said = int.from_bytes(found.get(_HTML_CODEPAGE, (0, b""))[1][:4], "little")
        return "text/html", "utf-8" if said in (0, 65001) else f"cp{said}", "", found[_HTML][1]
    return "text/plain", "utf-8", "", _text_of_rtf(_unpacked(found.get(_RTF, (0, b""))[1]).rstrip(b"\0")).encode()


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(name, kind, value) of each property, in order."""
    at = 4
    for _ in range(unpack_from("<I", data)[0]):
        kind, name = unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:  # one that has a name in words
            in_words, length = unpack_from("<II", data, at + 16)
            at += 24 + (-(-length // 4) * 4 if in_words else 0)
        several, kind = kind & 0x1000, kind & 0x0FFF
        count = 1
        if several or kind in _VARIABLE:
            count = unpack_from("<I", data, at)[0]
            at += 4
        if kind not in _VARIABLE:
            size = _SIZES.get(kind, len(data))
            yield name, kind, data[at : at + size]
            at += size * count
            continue
        for _ in range(count):
            length = unpack_from("<I", data, at)[0]
            yield name, kind, data[at + 4 : at + 4 + length]
            at += 4 + -(-length // 4) * 4


def _unpacked(data: bytes) -> bytes:
    if data[8:12] == b"MELA":
        return data[16:]
    out = bytearray(_START)
    window, at = bytearray(_START.ljust(_WINDOW, b"\0")), 16
    write = len(_START)
    while at < len(data) and len(out) < _MOST:
        control, at = data[at], at + 1
        for bit in range(8):
            if at + (control >> bit & 1) >= len(data):
                break
            if control >> bit & 1:
                offset, length = (data[at] << 4) | (data[at + 1] >> 4), (data[at + 1] & 15) + 2
                at += 2
                if offset == write:
                    return bytes(out[len(_START) :])
            else:
                window[write], offset, length, at = data[at], write, 1, at + 1
            for step in range(length):
                sign = window[(offset + step) % _WINDOW]
                window[write] = sign
                write = (write + 1) % _WINDOW
                out.append(sign)
    return bytes(out[len(_START) :])


def _text_of_rtf(data: bytes) -> str:
    """What a reader sees of it; of HTML that is wrapped in it (`htmlrtf`), the words."""
    codec, out, hidden, stack = "cp1252", list[str](), False, list[bool]()
    waiting, skip = bytearray(), 0

    def settle() -> None:
        try:
            out.append(waiting.decode(codec, "replace"))
        except LookupError:
            out.append(waiting.decode("latin-1"))
        waiting.clear()

    wrapped = False
    for token in _TOKEN.finditer(data.decode("latin-1")):
        word, number, code, sign, brace, text = token.groups()
        if brace:
            if brace == "{":
                stack.append(hidden)
            else:
                hidden = stack.pop() if stack else False
        elif word == "ansicpg" and number:
            codec = f"cp{number}"
        elif word == "htmlrtf":
            wrapped = number != "0"
        elif word == "htmltag":
            settle()
            out.append("\n")
        elif (word or sign) in _UNSEEN:
            hidden = True
        elif hidden or wrapped:
            continue
        elif code or text:
            seen = bytes([int(code, 16)]) if code else text.encode("latin-1")
            waiting += seen[skip:]
            skip = max(0, skip - len(seen))
        elif word == "u" and number:
            settle()
            out.append(chr(int(number) % 0x10000))
            skip = 1
        elif word in _SIGNS or sign in ("\\", "{", "}", "~"):
            settle()
            out.append(_SIGNS[word] if word in _SIGNS else sign.replace("~", " "))
    settle()
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
