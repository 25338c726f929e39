"""Blocks as Markdown (CommonMark with tables): what a case says stays text, whatever signs it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, ReportFigure, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!$^=])")
_FIRST = re.compile(r"^([-+=:])|^(\d+)([.)])")


def markdown_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block's text; an empty line separates two of them. A heading of level 1 is one of `##`."""
    for block in blocks:
        match block:
            case Heading():
                grade = f"`{block.grade}` " if block.grade else ""
                yield f"{'#' * (block.level + 1)} {grade}{plain(block.text)}"
            case Paragraph(text, "label"):
                yield f"**{plain(text)}**"
            case Paragraph(text, "code"):
                yield f"    {text}"
            case Paragraph(text):
                yield plain(text)
            case Points(items):
                yield "\n".join(f"- {plain(item)}" for item in items)
            case Table(names, rows):
                wide = len(rows[0]) if rows else len(names)
                lines = [[plain(name) for name in names] or [" "] * wide, ["---"] * wide]
                lines += [[plain(text) for text in row] for row in rows]
                yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
            case ReportFigure():
                yield f"![{plain(block.alt or block.caption)}]({block.link})"
            case DrawnLines(drawn):
                yield "\n".join(f"    {line}" for line in drawn)


def plain(text: str) -> str:
    """`text` so that a reader sees these very signs: no markup, no link that makes itself."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _SPECIAL.sub(r"\\\1", safe)
    safe = safe.replace("://", "&#58;//").replace("www.", "www&#46;").replace("@", "&#64;")
    return _FIRST.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", safe)
