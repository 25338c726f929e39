"""A report as blocks: what is said, apart from how it is set. Three writers set the same: HTML, Markdown, PDF."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 4_000
"""Characters of one text that are printed; nobody reads on."""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a chapter, 2 a section."""

    level: int
    text: str
    grade: str = ""
    """Of the finding that it heads."""
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    style: str = ""
    """`lead`, `note`, `label` (a small heading), `code`, or nothing."""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]
    style: str = ""
    """`for`, `against`, or nothing."""
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
    kind: str = "picture"


@dataclass(frozen=True)
class Break:
    """A new page in print."""

    kind: str = "break"


Block: TypeAlias = Heading | Paragraph | Points | Table | ReportFigure | Break


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    lang: str
    generated: str
    blocks: tuple[Block, ...]


def prose(text: object) -> str:
    """A text as a report may have it: one line, nothing that cannot be seen, no lone surrogates, its length bounded."""
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    shown = "".join(" " if unicodedata.category(sign) in _UNSEEN or sign in "\ufffe\uffff" else sign for sign in plain)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
