"""The shared strings of a workbook: each copy numbers them again, in the order in which its cells name them.

Strings that no cell names any more are left out: they would be the rows that went out. New ones at the end would be the
rows that came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from tracer.lists.write.xlsx.formulas import unescaped

_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_TEXT = re.compile(rb"<((?:\w+:)?)t\b([^>]*)>([^<]*)</(?:\w+:)?t>")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>|<(?:\w+:)?phoneticPr\b[^>]*?/>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r\b[^>]*>.*?</(?:\w+:)?r>", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SharedStrings:
    """The strings of a source."""

    def __init__(self, xml: bytes) -> None:
        found = list(_ITEM.finditer(xml))
        self.items = [each.group() for each in found]
        self.head = xml[: found[0].start()] if found else xml.rpartition(b"</")[0]
        self.tail = xml[found[-1].end() :] if found else xml[len(self.head) :]
        self.empty = frozenset(
            i for i, each in enumerate(found) if not re.search(rb"<(?:\w+:)?t\b[^>]*>[^<]+</", each.group(1) or b"")
        )
        self.has_phonetic = bool(_PHONETIC.search(xml))
        self._known: dict[bytes, int] = {}
        for i, item in enumerate(self.items):
            self._known.setdefault(_without_phonetic(item), i)

    def copy(self) -> CopiedStrings:
        """The strings of one copy."""
        return CopiedStrings(self)

    def text(self, index: int) -> str:
        """One string without its formats and readings."""
        item = _PHONETIC.sub(b"", self.items[index])
        return "".join(unescaped(found.group(3)) for found in _TEXT.finditer(item))

    def item(self, text: str, model: int) -> bytes:
        """A new string that is written as another one is: its prefix, its format, whether blanks are kept."""
        return self.item_like(self.items[model], text)

    @staticmethod
    def item_like(item: bytes, text: str) -> bytes:
        """A new string in the place of another, `si` or `is`."""
        like = _without_phonetic(item)
        run = _RUN.search(like)
        written = xml_text(text)
        found = _TEXT.search(like if run is None else run.group())
        if found is None:
            return b"<si>" + text_element(b"", b"", written, text) + b"</si>"
        end = like[like.rindex(b"</") :]
        p, attributes = found.group(1), found.group(2)
        if b"space" in attributes and unescaped(found.group(3)) != unescaped(found.group(3)).strip():
            attributes = b""  # kept for the model's own blanks
        element = text_element(p, attributes, written, text)
        opening = like[: like.index(b">") + 1]
        inner = element if run is None else _TEXT.sub(lambda _: element, run.group(), count=1)
        return opening + inner + end

    def known(self, item: bytes) -> int | None:
        """The number of a string that is written so."""
        return self._known.get(item)


class CopiedStrings:
    """The strings of one copy: those of the source by their numbers there, and new ones behind."""

    def __init__(self, source: SharedStrings) -> None:
        self.source = source
        self.new: dict[bytes, int] = {}

    def number(self, text: str, model: int) -> int:
        """The number of a text that is written as another string is; a new one where the source has none."""
        item = self.source.item(text, model)
        known = self.source.known(item)
        return known if known is not None else self.new.setdefault(item, len(self.source.items) + len(self.new))

    def numbered(self, used: Iterable[int]) -> tuple[bytes, Sequence[bytes]]:
        """The XML, and for each string its number in the copy. `used`: what the copy's cells name, in their order."""
        rank: dict[int, int] = {}
        count = 0
        for index in used:
            count += 1
            if index not in rank:
                rank[index] = len(rank)
        items = [*self.source.items, *self.new]
        numbers = [b""] * len(items)
        for index, place in rank.items():
            numbers[index] = str(place).encode()
        head = self.source.head
        for name, value in ((b"count", count), (b"uniqueCount", len(rank))):
            head = re.sub(rb"(\s" + name + rb'=")\d+(?=")', rb"\g<1>" + str(value).encode(), head)
        kept = b"".join(_without_phonetic(items[index]) for index in rank)
        return head + kept + self.source.tail, numbers


def text_element(p: bytes, attributes: bytes, written: bytes, text: str) -> bytes:
    """A `t` that keeps its blanks where it has to, or where all do."""
    if text != text.strip() and b"space" not in attributes:
        attributes += b' xml:space="preserve"'
    return b"<%bt%b>%b</%bt>" % (p, attributes, written, p)


def xml_text(text: str) -> bytes:
    """A text as XML, without the characters that XML has no place for."""
    return escape(_CONTROL.sub("", text), {"\r": "&#13;"}).encode()


def _without_phonetic(item: bytes) -> bytes:
    return _PHONETIC.sub(b"", item) if b"honetic" in item or b"rPh" in item else item
