"""Blocks as Markdown (CommonMark with tables): what a case says stays text, whatever signs it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, ReportFigure, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!$^=])")
_FIRST = re.compile(r"^([-+=:])|^(\d+)([.)])")


def markdown_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block's text; an empty line separates two of them. A heading of level 1 is one of `##`."""
    for block in blocks:
        yield from _WRITERS.get(block.kind, _nothing)(block)


def plain(text: str) -> str:
    """`text` so that a reader sees these very signs: no markup, no link that makes itself."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _SPECIAL.sub(r"\\\1", safe)
    safe = safe.replace("://", "&#58;//").replace("www.", "www&#46;").replace("@", "&#64;")
    return _FIRST.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", safe)


def _heading(block: Heading) -> Iterator[str]:
    grade = f"`{block.grade}` " if block.grade else ""
    yield f"{'#' * (block.level + 1)} {grade}{plain(block.text)}"


def _paragraph(block: Paragraph) -> Iterator[str]:
    if block.style == "label":
        yield f"**{plain(block.text)}**"
    elif block.style == "code":
        yield f"    {block.text}"
    else:
        yield plain(block.text)


def _points(block: Points) -> Iterator[str]:
    yield "\n".join(f"- {plain(item)}" for item in block.items)


def _table(block: Table) -> Iterator[str]:
    wide = len(block.rows[0]) if block.rows else len(block.head)
    head = [plain(text) for text in block.head] or [" "] * wide
    rows = [[plain(text) for text in row] for row in block.rows]
    lines = [head, ["---"] * wide, *rows]
    yield "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _picture(block: ReportFigure) -> Iterator[str]:
    yield f"![{plain(block.alt or block.caption)}]({block.link})"


def _drawing(block: DrawnLines) -> Iterator[str]:
    yield "\n".join(f"    {line}" for line in block.lines)


def _nothing(_: object) -> Iterator[str]:
    return iter(())


_WRITERS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "points": _points,
    "table": _table,
    "picture": _picture,
    "drawing": _drawing,
}
