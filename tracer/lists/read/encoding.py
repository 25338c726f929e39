"""Finds the encoding of a text: byte order mark, ISO-2022, UTF-32, UTF-16, strict UTF-8, then the legacy encodings
scored by what they read.

Legacy encodings decode nearly any bytes, so what decides is what the text would say: heading words and the characters
that names, firms and addresses are made of. Chinese and Japanese are found so; where two read equally well, chardet
breaks the tie. What does not read well as either is chardet's, checked against the letters of countries (`_readings`).
"""

from __future__ import annotations

import codecs
import io
import itertools
import math
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import chardet
import numpy as np
import numpy.typing as npt

from tracer.documents import toml_of
from tracer.lists.read.model import CHUNK, Source
from tracer.lists.read.words import role_of_heading

# How much words read like words of one country: its letters, one script a word, capitals where capitals are written.
# A code of one byte a letter decodes nearly any bytes. What a wrong one gives are signs amid words, letters of
# several scripts or countries in one word, capitals after small letters.

_SCRIPTS: dict[str, dict[str, str]] = toml_of((Path(__file__).parent / "alphabets.toml").read_text("utf-8"))
_BORROWED = _SCRIPTS.pop("borrowed")
_ALPHABETS = {
    script: {language: frozenset(letters + _BORROWED.get(language, "")) for language, letters in languages.items()}
    for script, languages in _SCRIPTS.items()
}
_LETTERS_OF = {
    language: frozenset("".join(languages.get(language, "") for languages in _SCRIPTS.values()))
    for own in _SCRIPTS.values()
    for language in own
}
_SCRIPT_OF = {
    letter: script for script, languages in _ALPHABETS.items() for letters in languages.values() for letter in letters
}
"""Letter in lower case → its script. Marks that belong to two scripts do not exist here."""

_AROUND = "‘’‚“”„«»‹›–—…·•°ºª№§€£¥©®™¿¡´`'\u00a0\u00ad\u200e\u200f،؛؟"  # signs that are written at a word's edge
_WITHIN = str.maketrans("", "", "’'·")  # signs that are written between letters
_ELSEWHERE = 0.5  # worth of a word whose letters are those of another country than the rest's
_EDGED = 0.3  # what a sign at a word's edge takes away
_PLAIN = 0.8
"""Worth of a word in which the only foreign things are signs at its edges; also of nothing, so that few words say
little."""
_MOST_FOREIGN = 0.6  # share of letters beyond a to z that no longer word of Latin letters exceeds


def letters_of(language: str) -> frozenset[str]:
    """The letters beyond a to z that a language is written with, in all its scripts; none where they are not known."""
    return _LETTERS_OF.get(language, frozenset())


class _Word(NamedTuple):
    """One word as it reads: its script, its letters beyond a to z, and whether a sign is at its edge, which may be a
    letter by another code."""

    script: str = ""
    letters: frozenset[str] = frozenset()
    edged: bool = False


def plausible(words: Sequence[str]) -> float:
    """Share of the words, 0 to 1, that read like words of the one language that fits best."""
    read = [_word(word) for word in words]
    best = 0.0
    for script, languages in _ALPHABETS.items():
        own = [word for word in read if word.script == script]
        for alphabet in languages.values() if own else ():
            worth = sum(
                (1.0 if word.letters <= alphabet else _ELSEWHERE) - (_EDGED if word.edged else 0) for word in own
            )
            best = max(best, worth)
    plain = _PLAIN * (1 + sum(word.script == "signs" for word in read))
    return (best + plain) / (len(read) + 1)


@lru_cache(maxsize=50_000)
def _word(word: str) -> _Word:
    """The word's script (`signs` for signs alone) and its letters; no script where it is not a word, or not rightly
    written: capitals, final letters and marks are only where people write them."""
    core = word.strip(_AROUND)
    if word[:1] == "’" and not core.isascii():  # it closes, and would be a letter by another code
        return _Word()
    folded = core.replace("İ", "i").lower().translate(_WITHIN)
    foreign = frozenset(char for char in folded if char >= "\x80")
    if not foreign:
        return _Word("signs") if folded == core.lower() else _Word()
    scripts = {_SCRIPT_OF.get(char, "") for char in foreign}
    script = scripts.pop() if len(scripts) == 1 else ""
    latin = sum(1 for char in folded if "a" <= char <= "z")
    if script == "Latin":
        right = len(folded) < 4 or len(folded) - latin <= _MOST_FOREIGN * len(folded)
    else:
        right = bool(script) and not latin
    if script == "Thai":
        right = right and unicodedata.category(core[0]) != "Mn"
    else:
        right = right and not (script == "Greek" and "ς" in core[:-1])
        right = right and not any(a.islower() and b.isupper() for a, b in itertools.pairwise(core))
    return _Word(script, foreign, core != word) if right else _Word()


# Finds the code of a text that has one byte a letter: chardet's frequencies of letters, and words as countries write
# them. chardet ranks the codes by pairs of letters, language by language. In a list most bytes are digits and
# addresses, so its ranking is weighed against what the words would be (`plausible`): a tenth fewer plausible words undo
# odds of ten.

TABLE: dict[str, Any] = toml_of((Path(__file__).parent / "encodings.toml").read_text("utf-8"))
_USUAL = tuple(TABLE["common"].split())
_OF_ONE_BYTE = (*_USUAL, *TABLE["rare"].split())
_WORDS = 800
_FEWER = 0.05  # what a rare code must be better by
_SLIGHTLY = 0.01  # what any code but Windows-1252 must be better by
_PER_DECADE = 0.1  # share of the words that weighs as much as odds of ten to one by the letters' frequencies
_GAP, _FEW_WORDS = 0.04, 25
"""Difference of two readings' ranks at which the better one is right in three of four lists, and the words up to which
that is so: the same difference says more where there are more words."""


class _CodeReading(NamedTuple):
    """How words read by one code; rank: share of plausible ones, less what the frequencies say against it."""

    rank: float
    codec: str
    words: tuple[str, ...]


def _readings(sample: bytes) -> list[_CodeReading]:
    """The codes that can decode the sample, the likeliest first; none where no code of one byte can."""
    judged = chardet.detect_all(sample, ignore_threshold=True, compat_names=False, include_encodings=_OF_ONE_BYTE)
    # The sample's first words with bytes beyond ASCII, none twice.
    words = dict.fromkeys(word[0] for word in re.finditer(rb"[A-Za-z'\x80-\xff]+", sample) if not word[0].isascii())
    joined = b" ".join(islice(words, _WORDS))
    top = max((one["confidence"] for one in judged), default=0.0) or 1.0
    found = []
    for codec, confidence in ((one["encoding"], one["confidence"]) for one in judged):
        if codec is not None:
            read = tuple(joined.decode(codec, "replace").split(" "))
            against = _PER_DECADE * math.log10(top / max(confidence, 1e-9))
            against += 0 if codec == _USUAL[0] else _SLIGHTLY if codec in _USUAL else _FEWER
            found.append(_CodeReading(plausible(read) - against, codec, read))
    return sorted(found, key=lambda reading: (-reading.rank, _OF_ONE_BYTE.index(reading.codec)))


_MARKED = "utf-8", "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"
"""Encodings that a byte order mark names; longer marks first where one begins with another (UTF-32-LE's, UTF-16-LE's).
"""
_LEGACY = ("gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr")
_SHIFTS = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2"))
_STATEFUL = frozenset(name for _, name in _SHIFTS)
"""Encodings in which a byte of ASCII may be half of a character."""
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
    """An encoding and how it was found; `bom`: bytes of the byte order mark."""

    name: str
    bom: int
    certain: bool
    """Whether it need not be doubted: said by the user, marked, or strict UTF-8 over all bytes seen."""
    sure: float = 1.0
    """How likely it is, as far as its first MiB shows."""
    rival: str | None = None
    """The next likely one that reads otherwise, where one was considered."""

    @property
    def shown(self) -> str:
        """The name people know it by."""
        return public_name(self.name)


def by_bom(head: bytes) -> Encoding | None:
    """The encoding a byte order mark names."""
    marks = ((name, "\ufeff".encode(name)) for name in _MARKED)
    return next((Encoding(name, len(mark), True) for name, mark in marks if head.startswith(mark)), None)


def text_codec(name: str) -> str | None:
    """Python's name of an encoding of texts that somebody names; None where there is none.

    >>> text_codec("GB2312"), text_codec("undefined")
    ('gb18030', None)
    """
    try:
        codec = codecs.lookup(TABLE["aliases"].get(name.strip().lower(), name.strip())).name
        b"".decode(codec)
    except (LookupError, ValueError):  # a NUL in the name; one that encodes no texts, such as zlib
        return None
    return None if codec in TABLE["no_texts"].split() else str(TABLE["aliases"].get(codec, codec))


def by_name(name: str, source: Source) -> Encoding:
    """The encoding a user names; a byte order mark that goes with it is skipped. Raises InputRefused for an unknown
    name.
    """
    codec = text_codec(name)
    if codec is None:
        remedy = "one of: utf-8, utf-16, gb18030, big5, shift_jis, windows-1252, …"
        raise source.refusal(f"unknown encoding {name!r}", remedy)
    marked = by_bom(source.head(4))
    if codec in ("utf-16", "utf-32"):
        codec = marked.name if marked is not None and marked.name.startswith(codec) else f"{codec}-le"
    return Encoding(codec, marked.bom if marked is not None and marked.name == codec else 0, True)


def _without_mark(head: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark. UTF-32: hardly any other bytes make characters throughout. UTF-16: every second
    byte of digits, separators and line ends is NUL, on one side only."""

    def reads(sample: bytes, name: str, errors: str) -> bool:
        # Stray NULs in other text also lie on one side by chance; but the characters they would make up are not ASCII.
        try:
            text = sample.decode(name, errors)
        except UnicodeDecodeError:
            return False
        ascii_ = sum(1 for char in text if "\t" <= char < "\x7f")
        return text.count("\ufffd") * 100 <= len(text) and ascii_ >= 0.15 * len(text)

    if len(head) < 8:
        return None
    fours, pairs = head[: len(head) // 4 * 4][:65_536], head[: len(head) // 2 * 2][:65_536]
    for name in ("utf-32-le", "utf-32-be"):
        if reads(fours, name, "strict"):
            return name
    zeros = [pairs[side::2].count(0) * 2 / len(pairs) for side in (0, 1)]
    for side, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros[side] >= 0.1 and zeros[1 - side] <= 0.02 and reads(pairs, name, "replace"):
            return name
    return None


_WEIGHTS = (
    *((-3.0, 0xE000, 0xF8FF), (-3.0, 0x10000, 0x10FFFF), (-3.0, 0xFF61, 0xFF9F)),  # private use, rare, half-width kana
    *((0.5, 0x4E00, 0x9FFF), (1.5, 0x3040, 0x30FF), (1.0, 0xAC00, 0xD7A3)),  # kana come in words of their own
    *((1.0, 0xFF01, 0xFF5E), *((1.0, ord(char), ord(char)) for char in "，。、：；（）－《》“”　")),  # full-width
    *((-8.0, 0xFFFD, 0xFFFD), *((3.0, ord(char), ord(char)) for char in _COMMON)),
)
"""What characters weigh, from the first to the last of a range; later ones go first, any other weighs -0.5."""


@cache
def _weights() -> npt.NDArray[np.float64]:
    weights = np.full(0x110000, -0.5)
    for weight, first, last in ((0.0, 0, 0x7F), *_WEIGHTS):
        weights[first : last + 1] = weight
    return weights


def _heading_words(text: str) -> int:
    """Cells at the beginning that are headings, in letters beyond ASCII."""
    cells = (cell.strip('"') for cell in re.split(r"[\t\r\n,;|]", text[:4_000]))
    return sum(1 for cell in cells if not cell.isascii() and role_of_heading(cell))


def _score(data: bytes, codec: str) -> float:
    """How much like a contact list the bytes read by this codec: mean weight per non-ASCII byte (see the module)."""
    text = data.decode(codec, "replace")
    total = float(_weights()[np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)].sum())
    words = _heading_words(text)
    high = sum(1 for byte in data if byte >= 0x80) or 1
    return total / high * 2 + min(words, 6)


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
    wide = _without_mark(head)
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
    ranked = sorted(((_score(sample, codec), -i, codec) for i, codec in enumerate(_LEGACY)), reverse=True)
    best, second = ranked[0], ranked[1]
    # Two shares of the characters beyond ASCII: those that could not be decoded, and those amid Latin letters.
    text = sample.decode(best[2], "replace")
    beyond = sum(1 for char in text if char > "\x7f") or 1
    replaced, glued = text.count("\ufffd") / beyond, len(_AMID_LETTERS.findall(text)) / beyond
    # No text in Latin letters has two headings by a wrong code; Chinese with signs at its Latin words has.
    glued = 0.0 if glued and _heading_words(text) > 1 else glued
    clear = best[0] >= _CLEAR and replaced <= _REPLACED and glued <= _GLUED
    if not clear:
        letters = _readings(sample)
        many = None
        if replaced <= _REPLACED_FEW and glued <= _GLUED:  # chardet's answer, if it has several bytes a character
            judged = chardet.detect(sample, compat_names=False, include_encodings=(*_OF_ONE_BYTE, *TABLE["many"]))
            many = TABLE["many"].get(judged["encoding"] or "")
        if many is not None:
            agreed = TABLE["family"].get(many, many) == best[2]
            return Encoding(many, 0, False, _AGREED if agreed else 0.7, second[2] if agreed else best[2])
        if letters and (letters[0].rank >= _READABLE or replaced > _REPLACED or glued > _GLUED):
            best_read = letters[0]
            other = next((reading for reading in letters[1:] if reading.words != best_read.words), None)
            if other is None:
                return Encoding(best_read.codec, 0, False)
            more_words = max(1.0, math.sqrt(len(best_read.words) / _FEW_WORDS))
            sure = 1 / (1 + 3 ** -((best_read.rank - other.rank) / _GAP * more_words))
            return Encoding(best_read.codec, 0, False, sure, other.codec)
    sure = 0.6
    if clear:
        few = len({char for char in sample.decode(best[2], "replace") if char > "\x7f"}) < _FEW and best[0] < _HEADED
        sure = _SURE_OF_FEW if few and second[0] > _MUCH_LESS * best[0] else 1.0
    if best[0] - second[0] <= 0.1 * abs(best[0]):
        guess = (chardet.detect(sample[:20_000]).get("encoding") or "").lower().replace("-", "_")
        if TABLE["family"].get(guess, guess) == second[2]:
            best, second = second, best
        elif TABLE["family"].get(guess, guess) != best[2]:
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
    return str(TABLE["public"].get(codec, re.sub(r"^iso8859-", "iso-8859-", codec)))


# Streams a text's bytes as Unicode, and into DuckDB through a pipe. Nothing is written to disk on the way: personal
# data must not lie in clear in a temporary folder. A pipe works on Linux and macOS alike, holds a few KiB, and lets
# decoding (a thread) and parsing (DuckDB) run at the same time. A UTF-8 file is not piped but opened by DuckDB itself
# under `/dev/fd/N`: a path may hold glob characters and quotes, a number cannot.

SAMPLE = 1 << 20
"""Bytes at the start from which encoding and dialect are found."""


@dataclass(frozen=True)
class TextFacts:
    """What a pass over the text shows; lengths in bytes."""

    quotes: bool
    returns: bool
    ends_with_newline: bool
    line_ends: int
    empty_lines: int
    longest_line: int
    escapes: str
    """Lines around the first backslash that may keep a quote from closing its cell; empty without one."""

    @property
    def lines(self) -> int:
        """Lines, the last one also without a line end."""
        return self.line_ends + (self.longest_line > 0 and not self.ends_with_newline)


def scan(source: Source, encoding: Encoding) -> TextFacts:
    """One pass over the bytes, about 3 GB/s: what the parser must be ready for, and how many lines it must account for.

    A text whose quotes and line ends are other bytes than ASCII's (UTF-16, UTF-32, ISO-2022) is decoded for it, which
    is slower.
    """
    quotes = returns = False
    ends = empty = longest = begun = 0
    held, last, at_start, escapes = b"", b"", True, b""
    for chunk in itertools.chain(_as_ascii(source, encoding), [b""]):
        quotes = quotes or b'"' in chunk
        escapes = escapes or escaped_lines(chunk)
        last = chunk or last
        lines = held + chunk
        if b"\r" in lines:
            returns = True
            held = b"\r" if chunk and lines.endswith(b"\r") else b""  # its \n may be in the next chunk
            lines = lines[: len(lines) - len(held)]
            if lines.count(b"\r") != lines.count(b"\r\n"):  # some end a line alone
                lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if not lines:
            continue
        array = np.frombuffer(lines, np.uint8)
        places = np.flatnonzero(array == ord("\n"))
        if not places.size:
            begun += len(lines)
        else:
            # Lengths with the carriage return before a line end among them; a line that began before is not empty.
            lengths = np.diff(places, prepend=-1 if at_start else -3)
            empty += int(np.count_nonzero(lengths == 1 + (array[np.maximum(places - 1, 0)] == ord("\r"))))
            ends += int(places.size)
            longest = max(longest, begun + int(places[0]), int(lengths[1:].max(initial=1)) - 1)
            begun = len(lines) - int(places[-1]) - 1
        at_start = lines[-1:] == b"\n"
    code = encoding.name if _ascii_quotes(encoding) else "utf-8"
    closed, lines_around = last[-1:] in (b"\n", b"\r"), escapes.decode(code, "replace")
    return TextFacts(quotes, returns, closed, ends, empty, max(longest, begun), lines_around)


_ESCAPED = re.compile(rb"""(?<!\\)(?:\\\\)*\\"[^,;\t|\r\n]""")
"""A backslash in front of a quote that is not followed by a separator, as it is at the end of a folder's path."""
_LINES_AROUND = 25_000  # bytes on each side of it that are looked at


def escaped_lines(data: bytes) -> bytes:
    """Whole lines around the first backslash that may keep a quote from closing its cell; empty without one."""
    found = _ESCAPED.search(data) if b"\\" in data else None  # one byte is found ten times as fast as two
    if found is None:
        return b""
    begin = data.rfind(b"\n", 0, max(0, found.start() - _LINES_AROUND)) + 1
    end = data.find(b"\n", found.end() + _LINES_AROUND) + 1
    return data[begin : end or len(data)]


def _ascii_quotes(encoding: Encoding) -> bool:
    """Whether quotes and line ends are the bytes that they are in ASCII."""
    return encoding.name not in _STATEFUL and '"\r\n'.encode(encoding.name) == b'"\r\n'


def _as_ascii(source: Source, encoding: Encoding) -> Iterator[bytes]:
    """The bytes after the byte order mark, in pieces in which quotes and line ends are those of ASCII."""
    if not _ascii_quotes(encoding):
        for text in Decoded(source, encoding, strict=False):
            yield text.encode("utf-8", "replace")
        return
    mark = encoding.bom
    for chunk in source.chunks():
        yield chunk[mark:]
        mark = 0


def sample_bytes(source: Source) -> tuple[bytes, bool]:
    """The first MiB, with the first stretch of non-ASCII bytes added where it holds none; and whether that is all
    bytes.
    """
    head = source.head(SAMPLE)
    if len(head) < SAMPLE:
        return head, True
    if not head.isascii():
        return head, False
    for number, chunk in enumerate(source.chunks()):
        if number and not chunk.isascii():
            first = next(i for i, byte in enumerate(chunk) if byte >= 0x80)
            # From a line's start: a multi-byte character must not be entered in its middle.
            start = max(chunk.rfind(b"\n", 0, first), chunk.rfind(b"\r", 0, first)) + 1
            end = chunk.rfind(b"\n", first)
            return head[: head.rfind(b"\n") + 1 or len(head)] + chunk[start : end if end > first else len(chunk)], False
    return head, False


class Decoded:
    """The text of a source in pieces; counts what could not be decoded."""

    def __init__(self, source: Source, encoding: Encoding, *, strict: bool) -> None:
        self.source, self.encoding, self.strict = source, encoding, strict
        self.replaced = 0
        """Characters put in place of undecodable bytes."""

    def __iter__(self) -> Iterator[str]:
        """The pieces, in order. Raises InputRefused at the first undecodable byte when strict."""
        decoder = codecs.getincrementaldecoder(self.encoding.name)("strict" if self.strict else "replace")
        done, line = 0, 1
        self.replaced = 0
        with self.source.open() as stream:
            stream.read(self.encoding.bom)
            while True:
                chunk = stream.read(CHUNK)
                try:
                    text = decoder.decode(chunk, not chunk)
                except UnicodeDecodeError as error:
                    held = len(error.object) - len(chunk)
                    offset = self.encoding.bom + done - held + error.start
                    line += error.object[: error.start].count(b"\n")
                    byte = f"byte {error.object[error.start]:#04x} at offset {offset:,}, line {line:,}"
                    what = f"not {self.encoding.shown}: {byte}"
                    raise self.source.refusal(what, "leave --encoding out to have it detected") from error
                if not self.strict and "\ufffd" in text:
                    self.replaced += text.count("\ufffd")
                if text:
                    yield text
                if not chunk:
                    return
                done += len(chunk)
                line += chunk.count(b"\n")


def text_head(source: Source, encoding: Encoding) -> tuple[str, bool]:
    """The start of the text, whole lines only, and whether that is all of it."""
    data = source.head(SAMPLE)
    whole = len(data) < SAMPLE
    text = codecs.getincrementaldecoder(encoding.name)("replace").decode(data[encoding.bom :], whole)
    if whole:
        return text, True
    end = max(text.rfind("\n"), text.rfind("\r"))
    return (text[: end + 1] if end > 0 else text), False


@contextmanager
def utf8_pipe(text: Iterable[str], *, fold_returns: bool) -> Iterator[str]:
    r"""A path under which DuckDB reads the text as UTF-8, once. `fold_returns`: `\r\n` and `\r` become `\n`.

    Raises what the decoding raised, when the block ends, in place of what it led to.
    """
    reading, writing = os.pipe()
    failures: list[BaseException] = []

    def feed() -> None:
        folded = io.IncrementalNewlineDecoder(None, fold_returns)
        try:
            with os.fdopen(writing, "wb") as out:
                for piece in text:
                    out.write(folded.decode(piece).encode("utf-8", "replace"))
                out.write(folded.decode("", True).encode())
        except BrokenPipeError:
            pass  # the reader has stopped; its own error says why
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            failures.append(error)

    feeder = threading.Thread(target=feed, name="decode", daemon=True)
    feeder.start()
    failed: Exception | None = None
    try:
        yield f"/dev/fd/{reading}"
    except Exception as error:  # noqa: BLE001 - raised below, unless the decoding failed first
        failed = error
    os.close(reading)
    feeder.join()
    if failures:
        raise failures[0] from None
    if failed is not None:
        raise failed


# Says that a text could also be in another encoding: both, and the shape of one word by each, never the word.

SURE_ENOUGH = 0.9  # how likely an encoding must be to be used without a word
_WORDS_COMPARED = 400


def doubts(source: Source, encoding: Encoding) -> list[str]:
    """The note on an encoding that is not sure enough, if it is not."""
    if encoding.sure >= SURE_ENOUGH or encoding.rival is None:
        return []
    other = public_name(encoding.rival)
    sample, _ = sample_bytes(source)
    shapes = _shapes_by(dense(sample), encoding.name, encoding.rival)
    example = f": what reads {shapes[0]} would then read {shapes[1]}" if shapes is not None else ""
    return [
        f"{source.where}: encoding not certain; read as {encoding.shown} ({encoding.sure:.0%} sure), which may also be "
        f"{other}{example}. If so, use --encoding {other}"
    ]


def _shapes_by(sample: bytes, codec: str, other: str) -> tuple[str, str] | None:
    """One word's shape by two codecs: the first letter that differs, all others as x, X and □.

    The word is the one, among all that read differently, in which the commonest pair of letters differs.
    """

    def shape(word: str, at: int) -> str:
        return "".join(
            char if i == at and char.isprintable() else "X" if char.isupper() else "x" if char.islower() else "□"
            for i, char in enumerate(word)
        )

    pairs: Counter[tuple[str, str]] = Counter()
    shapes: dict[tuple[str, str], tuple[str, str]] = {}
    for word in re.findall(rb"[A-Za-z\x80-\xff]{2,24}", sample)[:_WORDS_COMPARED]:
        one, two = word.decode(codec, "replace"), word.decode(other, "replace")
        at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
        if at is not None:
            pair = (one[at], two[at])
            pairs[pair] += 1
            shapes.setdefault(pair, (shape(one, at), shape(two, at)))
    return shapes[pairs.most_common(1)[0][0]] if pairs else None
