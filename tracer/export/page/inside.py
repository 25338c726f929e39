"""What is inside a closed card or a group: how many copies and lists, by name where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracer.export.page.text import clean, shorten
from tracer.export.picture.placement import CARD
from tracer.graph.model import Node
from tracer.wording import key_of, word

TEXT = 11.0
"""Size of the line that opens a card."""
_ROOM = CARD - 14.0 - 60.0
"""What a name has in addition to the sign, the word before it and the blanks."""


@dataclass(frozen=True)
class PageWord:
    """Words of the page with what is filled into them."""

    key: str
    """Without the `page-` that it begins with in the catalogues."""
    filled: Mapping[str, str | int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: str, value: object) -> PageWord:
        """A word of the data; one that the page does not have, because a person wrote it, stays as it is."""
        return cls.known(table, value) or cls("as-written", {"text": clean(str(value))})

    @classmethod
    def known(cls, table: str, value: object) -> PageWord | None:
        """A word of the data, if the page has it."""
        key = key_of(f"page-{table}", value)
        return None if key is None else cls(key.removeprefix("page-"))

    def said(self, lang: str) -> str:
        """The words in `lang`."""
        return word(f"page-{self.key}", lang, **self.filled)


def told_inside(nodes: Sequence[Node], taken: float = 0.0) -> PageWord | None:
    """The only copy or list by its name, more of them by their number; `taken`: pixels that something else needs."""
    copies, lists = _by_kind(nodes)
    if len(copies) + len(lists) == 1:
        name = shorten((copies or lists)[0], _ROOM - taken, TEXT)
        return PageWord("inside-copy" if copies else "inside-list", {"name": name})
    if copies and lists:
        return PageWord("inside-both", {"copies": len(copies), "lists": len(lists)})
    if copies or lists:
        return PageWord("inside-copies" if copies else "inside-lists", {"n": len(copies or lists)})
    return None


def names_inside(nodes: Sequence[Node], room: float, size: float) -> str:
    """Names, parties before what they hold, as many as there is room for."""
    first = [node for node in nodes if node["kind"] == "party"] or list(nodes)
    return shorten(", ".join(clean(node["label"]) for node in first[:12]), room, size)


def _by_kind(nodes: Sequence[Node]) -> tuple[list[str], list[str]]:
    copies = [clean(node["label"]) for node in nodes if node["kind"] == "release"]
    return copies, [clean(node["label"]) for node in nodes if node["kind"] == "dataset"]
