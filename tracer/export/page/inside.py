"""What is inside a closed card or a group: how many copies and lists, by name where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.export.page.text import clean, shorten
from tracer.graph.model import Node
from tracer.graph.placement import CARD

TEXT = 11.0
"""Size of the line that opens a card."""
_ROOM = CARD - 14.0 - 60.0
"""What a name has beside the sign, the word before it and the blanks."""


@dataclass(frozen=True)
class Word:
    """A word of the table with what is filled into it."""

    key: str
    filled: Mapping[str, object]


def told_inside(nodes: Sequence[Node], taken: float = 0.0) -> Word | None:
    """The only copy or list by its name, more of them by their number; `taken`: pixels that something else needs."""
    copies, lists = _by_kind(nodes)
    if len(copies) + len(lists) == 1:
        name = shorten((copies or lists)[0], _ROOM - taken, TEXT)
        return Word("inside.copy" if copies else "inside.list", {"name": name})
    if copies and lists:
        return Word("inside.both", {"copies": len(copies), "lists": len(lists)})
    if copies or lists:
        return Word("inside.copies" if copies else "inside.lists", {"n": len(copies or lists)})
    return None


def names_inside(nodes: Sequence[Node], room: float, size: float) -> str:
    """Names, parties before what they hold, as many as there is room for."""
    first = [node for node in nodes if node["kind"] == "party"] or list(nodes)
    return shorten(", ".join(clean(node["label"]) for node in first[:12]), room, size)


def _by_kind(nodes: Sequence[Node]) -> tuple[list[str], list[str]]:
    copies = [clean(node["label"]) for node in nodes if node["kind"] == "release"]
    return copies, [clean(node["label"]) for node in nodes if node["kind"] == "dataset"]
