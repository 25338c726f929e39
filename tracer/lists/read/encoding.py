"""Finds the encoding of a text: byte order mark, ISO-2022, UTF-32, UTF-16, strict UTF-8, then the legacy encodings
scored by what they read.

Legacy encodings decode nearly any bytes, so what decides is what the text would say: heading words and the characters
that names, firms and addresses are made of. Chinese and Japanese are found so; where two read equally well, chardet
breaks the tie. What does not read well as either is chardet's, checked against the letters of countries (`one_byte`).
"""

from __future__ import annotations

import codecs
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import chardet

from tracer.errors import InputRefused
from tracer.lists.read.languages import plausible
from tracer.lists.read.words import role_of_heading

# Finds the code of a text that has one byte a letter: chardet's frequencies of letters, and words as countries write
# them. chardet ranks the codes by pairs of letters, language by language. In a list most bytes are digits and
# addresses, so its ranking is weighed against what the words would be (`letters`): a tenth fewer plausible words undo
# odds of ten.

COMMON = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15", "koi8-r", "koi8-u", "cp866",
)  # fmt: skip
RARE = (
    "iso8859-3", "iso8859-4", "iso8859-6", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-16",
    "mac-roman", "mac-cyrillic", "mac-greek", "mac-turkish", "mac-latin2", "tis-620",
    "cp437", "cp737", "cp850", "cp852", "cp855", "cp857", "cp862",
)  # fmt: skip
"""Codes that a list is written in less often than in one of `COMMON` which reads as well."""

_WORDS = 800
_FEWER = 0.05
"""What a rare code must be better by."""
_SLIGHTLY = 0.01
"""What any code but Windows-1252 must be better by."""
_PER_DECADE = 0.1
"""Share of the words that weighs as much as odds of ten to one by the letters' frequencies."""
_GAP, _FEW_WORDS = 0.04, 25
"""Difference of two readings' ranks at which the better one is right in three of four lists, and the words up to which
that is so: the same difference says more where there are more words."""


@dataclass(frozen=True)
class LetterReading:
    """How the words read by one code."""

    codec: str
    rank: float
    """Share of plausible words, less what the frequencies say against it; at most 1."""
    words: tuple[str, ...]
    """The words with bytes beyond ASCII, in their order, none twice."""


def readings(sample: bytes) -> list[LetterReading]:
    """The codes that can decode the sample, the likeliest first; none where no code of one byte can."""
    judged = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=COMMON + RARE)
    # The sample's first words with bytes beyond ASCII, none twice.
    words = dict.fromkeys(word[0] for word in re.finditer(rb"[A-Za-z'\x80-\xff]+", sample) if not word[0].isascii())
    joined = b" ".join(islice(words, _WORDS))
    top = max((one["confidence"] for one in judged), default=0.0) or 1.0
    found = []
    for one in judged:
        codec = one["encoding"]
        if codec is None:
            continue
        read = tuple(joined.decode(codec, "replace").split(" "))
        against = _PER_DECADE * math.log10(top / max(one["confidence"], 1e-9))
        against += 0 if codec == COMMON[0] else _SLIGHTLY if codec in COMMON else _FEWER
        found.append(LetterReading(codec, plausible(read) - against, read))
    return sorted(found, key=lambda reading: (-reading.rank, (COMMON + RARE).index(reading.codec)))


def rival(ranked: list[LetterReading]) -> tuple[LetterReading | None, float]:
    """The likeliest reading that says something else than the best one, and how sure that one is, .5 to 1."""
    best = ranked[0]
    other = next((reading for reading in ranked[1:] if reading.words != best.words), None)
    if other is None:
        return None, 1.0
    more_words = max(1.0, math.sqrt(len(best.words) / _FEW_WORDS))
    return other, 1 / (1 + 3 ** -((best.rank - other.rank) / _GAP * more_words))


BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longer marks first where one begins with another (UTF-32-LE begins with UTF-16-LE's)."""

_LEGACY = ("gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr")
_FAMILY = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "cp949": "euc_kr"}
_MANY = {
    "gb18030": "gb18030", "big5hkscs": "big5hkscs", "cp932": "cp932", "shift_jis_2004": "cp932",
    "euc_jis_2004": "euc_jp", "euc_kr": "cp949", "cp949": "cp949", "johab": "johab",
}  # fmt: skip
"""chardet's encodings of several bytes a character, as they are decoded here: by the one that holds the others."""
_SHIFTS = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"))
STATEFUL = frozenset(name for _, name in _SHIFTS)
"""Encodings in which a byte of ASCII may be half of a character."""
_PUBLIC = {"big5hkscs": "big5", "cp932": "shift_jis", "iso2022_jp_2": "iso-2022-jp", "iso2022_kr": "iso-2022-kr"}
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "utf-8-sig": "utf-8",
    "shift_jis": "cp932", "big5": "big5hkscs", "iso2022_jp": "iso2022_jp_2",
    "windows-874": "cp874", "macintosh": "mac-roman", "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "x-sjis": "cp932", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "iso-8859-8-i": "iso8859-8", "iso-8859-6-i": "iso8859-6",
}  # fmt: skip
"""Names that Python does not know, or knows a smaller encoding by."""
_NO_TEXTS = ("undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "mbcs", "oem")
"""Encodings of Python's in which no text is written: they raise, or take far too long."""
_AMID_LETTERS = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])|(?<=[a-z])[^\x00-\x7f]")
_CLEAR, _READABLE = 1.5, 0.5
"""Score of an encoding of several bytes that needs no second look; rank of one of one byte that can be read at all."""
_FEW, _HEADED, _MUCH_LESS, _SURE_OF_FEW, _AGREED = 12, 3.5, 0.5, 0.8, 0.95
"""Different characters under which a reading is doubted, unless it has heading words (each scores one) or the second
best reads much less well; how sure it is then, and where chardet comes to the same."""
_REPLACED, _REPLACED_FEW, _GLUED = 0.05, 0.015, 0.25
"""Shares of characters that could not be decoded, and that are amid Latin letters, up to which text may be CJK."""

_COMMON = frozenset((Path(__file__).parent / "common_characters.txt").read_text("utf-8")) - {"\n"}
"""Characters that contact lists are full of, in the three scripts; weight 3."""


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it was found."""

    name: str
    bom: int
    """Bytes of the byte order mark, 0 without one."""
    certain: bool
    """Whether it need not be doubted: said by the user, marked, or strict UTF-8 over all bytes seen."""
    sure: float = 1.0
    """How likely it is, as far as its first MiB shows."""
    rival: str | None = None
    """The next likely one that reads otherwise, where one was considered."""


def by_bom(head: bytes) -> Encoding | None:
    """The encoding a byte order mark names."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark), True)
    return None


def text_codec(name: str) -> str | None:
    """Python's name of an encoding of texts that somebody names; None where there is none.

    >>> text_codec("GB2312"), text_codec("undefined")
    ('gb18030', None)
    """
    try:
        codec = codecs.lookup(_ALIASES.get(name.strip().lower(), name.strip()))
        b"".decode(codec.name)
    except (LookupError, ValueError):  # a NUL in the name; one that encodes no texts, such as zlib
        return None
    return None if codec.name in _NO_TEXTS else _ALIASES.get(codec.name, codec.name)


def by_name(name: str, head: bytes, where: str) -> Encoding:
    """The encoding a user names; a byte order mark that goes with it is skipped. Raises InputRefused for an unknown
    name.
    """
    codec = text_codec(name)
    if codec is None:
        raise InputRefused(
            f"unknown encoding {name!r}",
            where=where,
            remedy="one of: utf-8, utf-16, gb18030, big5, shift_jis, windows-1252, …",
        )
    marked = by_bom(head)
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


def score(data: bytes, codec: str) -> float:
    """How much like a contact list the bytes read by this codec: mean weight per non-ASCII byte (see the module)."""
    text = data.decode(codec, "replace")
    total = sum(_weight(char) for char in text if char >= "\x80")
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
    # ISO-2022: ASCII bytes, some of which an escape sequence makes halves of characters.
    shifted = (Encoding(name, 0, False) for escape, name in _SHIFTS if escape in head and head.isascii())
    marked = by_bom(head) or next(shifted, None)
    if marked is not None:
        return marked
    wide = _utf32(head) or _utf16(head)
    if wide is not None:
        return Encoding(wide, 0, False)
    # Undecodable sequences and multi-byte characters of UTF-8; a character cut off at the end is not counted.
    data, end = (head, b"") if whole else (head[:-4], head[-4:])
    data += end.rstrip(bytes(range(0x80, 0xC0))).rstrip(bytes(range(0xC0, 0x100)))
    errors = data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")
    leads = sum(data.count(bytes([byte])) for byte in range(0xC2, 0xF5))
    if errors == 0:
        return Encoding("utf-8", 0, True)
    # A few broken characters in thousands of good ones: UTF-8 that was damaged. Legacy text breaks nearly everywhere.
    if errors * 20 <= leads:
        return Encoding("utf-8", 0, False)
    return _legacy(dense(head))


@lru_cache(maxsize=4)  # each reader of a file asks again
def _legacy(sample: bytes) -> Encoding:
    """The legacy encoding of a sample, its bytes beyond ASCII dense."""
    ranked = sorted(((score(sample, codec), -i, codec) for i, codec in enumerate(_LEGACY)), reverse=True)
    best, second = ranked[0], ranked[1]
    # Two shares of the characters beyond ASCII: those that could not be decoded, and those amid Latin letters.
    text = sample.decode(best[2], "replace")
    beyond = sum(1 for char in text if char > "\x7f") or 1
    replaced, glued = text.count("\ufffd") / beyond, len(_AMID_LETTERS.findall(text)) / beyond
    clear = best[0] >= _CLEAR and replaced <= _REPLACED and glued <= _GLUED
    if not clear:
        letters = readings(sample)
        many = None
        if replaced <= _REPLACED_FEW and glued <= _GLUED:  # chardet's answer, if it has several bytes a character
            judged = chardet.detect(sample, compat_names=False, include_encodings=COMMON + RARE + tuple(_MANY))
            many = _MANY.get(judged["encoding"] or "")
        if many is not None:
            agreed = _FAMILY.get(many, many) == best[2]
            return Encoding(many, 0, False, _AGREED if agreed else 0.7, second[2] if agreed else best[2])
        if letters and (letters[0].rank >= _READABLE or replaced > _REPLACED or glued > _GLUED):
            other, sure = rival(letters)
            return Encoding(letters[0].codec, 0, False, sure, other.codec if other is not None else None)
    sure = 0.6
    if clear:
        few = len({char for char in sample.decode(best[2], "replace") if char > "\x7f"}) < _FEW and best[0] < _HEADED
        sure = _SURE_OF_FEW if few and second[0] > _MUCH_LESS * best[0] else 1.0
    if best[0] - second[0] <= 0.1 * abs(best[0]):
        guess = (chardet.detect(sample[:20_000]).get("encoding") or "").lower().replace("-", "_")
        if _FAMILY.get(guess, guess) == second[2]:
            best, second = second, best
        elif _FAMILY.get(guess, guess) != best[2]:
            sure = min(sure, 0.8)
    return Encoding(best[2], 0, False, sure, second[2])


def dense(head: bytes) -> bytes:
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
    if re.fullmatch(r"cp125\d", codec):
        return f"windows-{codec[2:]}"
    return _PUBLIC.get(codec, re.sub(r"^iso8859-", "iso-8859-", codec))
