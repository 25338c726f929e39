"""The report as Markdown (CommonMark with tables), with its picture in a file next to it, or within it.

GitHub, VS Code and pandoc show an SVG that lies next to the text; a picture within the text GitHub does not show.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from tracer.export.outgoing import Outgoing
from tracer.export.report.compose import compose
from tracer.export.report.model import Report
from tracer.wording.markdown import markdown_blocks, plain
from tracer.wording.names import parted
from tracer.wording.sections import Block, Heading, Paragraph, Points, ReportFigure, Table

_PICTURE = "-picture.svg"


def report_md(leaving: Outgoing) -> dict[str, bytes]:
    """The report as a Markdown file, and its picture as one that it links; the two in one where no file is named."""
    report = compose(leaving)
    drawn = [block.svg.encode("utf-8", "replace") for block in report.blocks if isinstance(block, ReportFigure)]
    links = [_link(leaving.stem, svg) for svg in drawn]
    text = markdown(_linked(report, links)).encode("utf-8", "replace")
    return {"": text} | ({_PICTURE: drawn[0]} if leaving.stem and drawn else {})


def _link(stem: str, svg: bytes) -> str:
    return f"{quote(stem)}{_PICTURE}" if stem else f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def _linked(report: Report, links: list[str]) -> Report:
    left = iter(links)
    blocks = (replace(block, link=next(left)) if isinstance(block, ReportFigure) else block for block in report.blocks)
    return replace(report, blocks=tuple(blocks))


def markdown(report: Report) -> str:
    """The report's blocks as Markdown."""
    ids = frozenset(report.ids)
    blocks = (_named(block, lambda text: "".join(parted(text, ids)[::2])) for block in report.blocks)
    return "\n\n".join([f"# {plain(report.title)}", *markdown_blocks(blocks)]) + "\n"


def _named(block: Block, named: Callable[[str], str]) -> Block:
    """The block without the ids behind names, which have no small type here; the annexes have them."""
    if isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style != "code"):
        return replace(block, text=named(block.text))
    if isinstance(block, Points):
        return replace(block, items=tuple(map(named, block.items)))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(map(named, row)) for row in block.rows))
    return block
