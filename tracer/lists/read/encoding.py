"""Finds the encoding of a text: byte order mark, UTF-32, UTF-16, strict UTF-8, then the legacy encodings scored by
what they read.

Legacy encodings decode nearly any bytes, so what decides is what the text would say: heading words and the characters
that names, firms and addresses are made of. Where two read equally well, chardet breaks the tie.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import chardet

from tracer.errors import InputRefused
from tracer.lists.read.words import role_of_heading

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longer marks first where one begins with another (UTF-32-LE begins with UTF-16-LE's)."""

_LEGACY = ("gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr", "cp1252")

_COMMON = frozenset((Path(__file__).parent / "common_characters.txt").read_text("utf-8")) - {"\n"}
"""Characters that contact lists are full of, in the three scripts; weight 3."""


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it was found."""

    name: str
    """Python's codec name."""
    bom: int
    """Bytes of the byte order mark, 0 without one."""
    certain: bool
    """Whether it need not be doubted: said by the user, marked, or strict UTF-8 over all bytes seen."""


def by_bom(head: bytes) -> Encoding | None:
    """The encoding a byte order mark names."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark), True)
    return None


def by_name(name: str, head: bytes, where: str) -> Encoding:
    """The encoding a user names; a byte order mark that goes with it is skipped. Raises InputRefused for an unknown
    name.
    """
    try:
        codec = codecs.lookup(name.strip()).name
        "".encode(codec)
    except (LookupError, TypeError, UnicodeError) as error:
        raise InputRefused(
            f"unknown encoding {name!r}", where=where, remedy="one of: utf-8, utf-16, gb18030, big5, shift_jis"
        ) from error
    marked = by_bom(head)
    codec = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8-sig": "utf-8"}.get(codec, codec)
    if codec in ("utf-16", "utf-32"):
        codec = marked.name if marked is not None and marked.name.startswith(codec) else f"{codec}-le"
    return Encoding(codec, marked.bom if marked is not None and marked.name == codec else 0, True)


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of digits, separators and line ends is NUL, on one side only."""
    sample = head[: len(head) // 2 * 2][:65_536]
    if len(sample) < 8:
        return None
    zeros = [sample[side::2].count(0) * 2 / len(sample) for side in (0, 1)]
    for side, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros[side] >= 0.1 and zeros[1 - side] <= 0.02:
            text = sample.decode(name, "replace")
            # Stray NULs in other text also lie on one side by chance; but the characters they would make up are not
            # ASCII.
            ascii_share = sum(1 for char in text if "\t" <= char < "\x7f") / len(text)
            if text.count("\ufffd") * 100 <= len(text) and ascii_share >= 0.15:
                return name
    return None


def _utf32(head: bytes) -> str | None:
    """UTF-32 without a mark: four bytes a character, of which hardly any other bytes make characters throughout."""
    sample = head[: len(head) // 4 * 4][:65_536]
    for name in ("utf-32-le", "utf-32-be") if len(sample) >= 8 else ():
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        if sum(1 for char in text if "\t" <= char < "\x7f") >= 0.15 * len(text):
            return name
    return None


def utf8_errors(data: bytes, whole: bool) -> tuple[int, int]:
    """Undecodable sequences and multi-byte characters of a piece of UTF-8; a character cut off at the end is not
    counted.
    """
    if not whole:
        data = data[: len(data) - 4] + data[len(data) - 4 :].rstrip(bytes(range(0x80, 0xC0))).rstrip(
            bytes(range(0xC0, 0x100))
        )
    errors = data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")
    leads = sum(data.count(bytes([byte])) for byte in range(0xC2, 0xF5))
    return errors, leads


def score(data: bytes, codec: str) -> float:
    """How much like a contact list the bytes read by this codec: mean weight per non-ASCII byte (see the module)."""
    text = data.decode(codec, "replace")
    total = 0.0
    for char in text:
        if char < "\x80":
            continue
        total += _weight(char)
    words = sum(
        1
        for cell in text[:4_000].replace("\t", ",").replace("\n", ",").split(",")
        if not cell.isascii() and role_of_heading(cell)
    )
    high = sum(1 for byte in data if byte >= 0x80) or 1
    return total / high * 2 + min(words, 6)


def _weight(char: str) -> float:  # noqa: PLR0911 - a table of ranges
    if char in _COMMON:
        return 3
    if char == "\ufffd":
        return -8
    point = ord(char)
    if 0x4E00 <= point <= 0x9FFF:
        return 0.5
    if 0x3040 <= point <= 0x30FF:  # kana come in words of their own
        return 1.5
    if 0xAC00 <= point <= 0xD7A3 or char in "，。、：；（）－《》“”　":
        return 1
    if 0xFF01 <= point <= 0xFF5E:  # full-width digits and letters
        return 1
    if 0xE000 <= point <= 0xF8FF or point > 0xFFFF or 0xFF61 <= point <= 0xFF9F:  # private use, rare, half-width kana
        return -3
    return -0.5


def detect(head: bytes, whole: bool) -> Encoding:
    """The encoding of a text from its first bytes (see the module for the order).

    `head`: the beginning, with the first non-ASCII bytes in it where there are any; `whole`: whether it is all there
    is.
    """
    marked = by_bom(head)
    if marked is not None:
        return marked
    wide = _utf32(head) or _utf16(head)
    if wide is not None:
        return Encoding(wide, 0, False)
    errors, leads = utf8_errors(head, whole)
    if errors == 0:
        return Encoding("utf-8", 0, True)
    # A few broken characters in thousands of good ones: UTF-8 that was damaged. Legacy text breaks nearly everywhere.
    if errors * 20 <= leads:
        return Encoding("utf-8", 0, False)
    sample = _dense(head)
    ranked = sorted(((score(sample, codec), -i, codec) for i, codec in enumerate(_LEGACY)), reverse=True)
    best, second = ranked[0], ranked[1]
    if best[0] - second[0] <= 0.1 * abs(best[0]):
        guess = (chardet.detect(sample[:20_000]).get("encoding") or "").lower().replace("-", "_")
        family = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "cp949": "euc_kr"}
        if family.get(guess, guess) == second[2]:
            best = second
    return Encoding(best[2], 0, False)


def _dense(head: bytes) -> bytes:
    """The lines with non-ASCII bytes, up to 60,000 bytes: what the scores are taken on."""
    lines, size = [], 0
    for line in head.replace(b"\r", b"\n").split(b"\n"):
        if not line.isascii():
            lines.append(line[:2_000])
            size += len(lines[-1])
            if size > 60_000:
                break
    return b"\n".join(lines)


def public_name(codec: str) -> str:
    """The name people know an encoding by."""
    return {"big5hkscs": "big5", "cp932": "shift_jis"}.get(codec, codec)
