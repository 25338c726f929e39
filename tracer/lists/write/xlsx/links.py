"""Links of single rows: a mail address that leads to itself, a page of the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr, unescape

_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?/>")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


class SheetLinks:
    """The links of one sheet, numbered for a copy in the order in which its cells name them."""

    def __init__(self, relations: bytes) -> None:
        self.xml = relations
        self.targets = {
            _value(found, b"Id"): unescape(_value(found, b"Target"), _QUOTES)
            for found in _RELATION.findall(relations)
            if _value(found, b"Type").endswith("/hyperlink")
        }
        self._others = {_value(found, b"Id") for found in _RELATION.findall(relations)} - self.targets.keys()

    def renumbered(self, sheet: bytes, new: Mapping[bytes, str]) -> tuple[bytes, bytes]:
        """The sheet's XML and its relations. `new`: mark that is put for a relation -> target."""
        order: dict[bytes, bytes] = {}
        numbers = (b"rId%d" % n for n in range(1, 1 << 40) if f"rId{n}" not in self._others)

        def renamed(found: re.Match[bytes]) -> bytes:
            old = found.group(2)
            if old not in new and old.decode() not in self.targets:
                return found.group()
            if old not in order:
                order[old] = next(numbers)
            return found.group(1) + order[old]

        sheet = re.sub(rb'(<(?:\w+:)?hyperlink\b[^>]*?\s\w+:id=")([^"]*)(?=")', renamed, sheet)
        model = next((found for found in _RELATION.findall(self.xml) if _value(found, b"Id") in self.targets), b"")
        lines = []
        for old, number in order.items():
            target = new[old] if old in new else self.targets[old.decode()]
            line = re.sub(rb'\sId="[^"]*"', b' Id="' + number + b'"', model)
            before, _, behind = re.split(rb'(\sTarget="[^"]*")', line, maxsplit=1)
            lines.append(before + b" Target=" + quoteattr(target).encode() + behind)
        return sheet, self._with_links(lines)

    def _with_links(self, lines: list[bytes]) -> bytes:
        found = list(_RELATION.finditer(self.xml))
        links = [each for each in found if _value(each.group(), b"Id") in self.targets]
        if not links:
            return self.xml
        pieces, position, placed = [], 0, False
        for each in found:
            pieces.append(self.xml[position : each.start()])
            position = each.end()
            if _value(each.group(), b"Id") not in self.targets:
                pieces.append(each.group())
            elif not placed:
                pieces.append(b"".join(lines))
                placed = True
        return b"".join([*pieces, self.xml[position:]])


def target_for(target: str, old: str, new: str) -> str | None:
    """A link's target for another text of its cell; None where the target does not come from the text."""
    forms: tuple[Callable[[str], str], ...] = (str, quote, lambda text: quote(text, safe=""), escape)
    for form in forms:
        if old and form(old) in target:
            return target.replace(form(old), form(new))
    return None


def _value(relation: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', relation)
    return "" if found is None else found.group(1).decode()
