"""What is said as blocks, apart from how it is set: a terminal, Markdown, HTML and print set the same blocks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

LONGEST = 4_000
"""Characters of one text that are printed; more is not read."""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a chapter, 2 a section."""

    level: int
    text: str
    grade: str = ""
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    style: str = ""
    """`lead`, `verdict` or `stop` (what decides), `note`, `label` (a small heading), `code`, or nothing."""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]
    style: str = ""
    """`for`, `against`, `or` (other explanations), or nothing."""
    kind: str = "points"


@dataclass(frozen=True)
class Table:
    """Rows under a head; a table without a head is one of facts: a name and what it is."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"


@dataclass(frozen=True)
class ReportFigure:
    """A figure."""

    svg: str
    caption: str
    alt: str = ""
    """What it shows, for who does not see it."""
    link: str = ""
    kind: str = "picture"


@dataclass(frozen=True)
class DrawnLines:
    """Lines that are drawn with signs, each as it is."""

    lines: tuple[str, ...]
    kind: str = "drawing"


@dataclass(frozen=True)
class Break:
    """A new page in print."""

    kind: str = "break"


@dataclass(frozen=True)
class PrintColumns:
    """From here on print sets the text in so many columns, in small type where it is more than one."""

    number: int
    kind: str = "columns"


Block: TypeAlias = Heading | Paragraph | Points | Table | ReportFigure | DrawnLines | Break | PrintColumns


def with_texts(blocks: Iterable[Block], change: Callable[[str], str]) -> tuple[Block, ...]:
    """The blocks with each of their texts changed; pictures and drawings stay as they are."""
    changed = list[Block]()
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            changed.append(replace(block, text=change(block.text)))
        elif isinstance(block, Points):
            changed.append(replace(block, items=tuple(map(change, block.items))))
        elif isinstance(block, Table):
            rows = tuple(tuple(map(change, row)) for row in block.rows)
            changed.append(replace(block, head=tuple(map(change, block.head)), rows=rows))
        else:
            changed.append(block)
    return tuple(changed)


def prose(text: object) -> str:
    """A text as a page may have it: one line, nothing that cannot be seen, no lone surrogates, its length bounded."""
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    shown = "".join(" " if unicodedata.category(sign) in _UNSEEN or sign in "\ufffe\uffff" else sign for sign in plain)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
