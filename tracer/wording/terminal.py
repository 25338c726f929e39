"""Blocks as lines of a terminal, and how a line is broken: by cells, because a Chinese character takes two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tracer.late_imports import imported_when_used
from tracer.visible import visible
from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, ReportFigure, Table

with imported_when_used():
    from rich.cells import cell_len, chop_cells

COLUMNS = 80
"""Cells of a line where nothing else is asked for."""
_LEAST = 20
"""Cells that a text has at least, however narrow the terminal."""
_GAP = 2
"""Cells between two columns."""
_READABLE = 24
"""Cells that a column of sentences needs to be read."""
_TALL = 3
"""Lines that a row of a table has at most; a taller one becomes a block of its own."""
_MARKS = {"for": "+ ", "against": "− ", "or": "/ "}
_WHOLE = (
    "呼叫中心|系统供应商|供应商|承包商|中间商|接收方|委托方|持有者|客户名单|用户名单|自有名单|外呼名单|名单|副本|"
    "埋设记录|联系人|记录|几乎可以肯定|可能性|可能|合同|到期|概率|来源|数据|泄露|持有|复制|依据|结论|公司"
)
PIECE = re.compile(
    rf"[（“《「『【〈]*(?:\d+年(?:\d+月)?(?:\d+日)?|\d+月\d+日|{_WHOLE}|[\u0021-\u2e7f]+|[^\s])[，。；：、）”》？！’%」』】〉]*"
    r"(?:(?<=’)s\b)?|\s+"
)
"""What a line is not broken within: a word, a day, a Chinese character, with the marks that belong to it. Chinese has
no blanks between words, so those that are in most sentences are named."""


def terminal_text(blocks: Iterable[Block], width: int = COLUMNS) -> str:
    """The blocks as text that ends with a line's end."""
    return "".join(f"{line}\n" for line in terminal_lines(blocks, width))


def terminal_lines(blocks: Iterable[Block], width: int = COLUMNS) -> list[str]:
    """The blocks in lines of at most `width` cells, an empty line between two of them.

    Text follows right below its heading, and so do points and drawings below what they belong to.
    """
    lines: list[str] = []
    below = True
    for block in blocks:
        written = [line.rstrip() for line in _lines_of(block, width)]
        if written and not below and not isinstance(block, Points | DrawnLines):
            lines.append("")
        lines += written
        if written:
            below = isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style == "label")
    return lines


def wrapped_lines(text: str, first: str = "", width: int = COLUMNS) -> list[str]:
    """The text in lines of at most `width` cells, `first` before the first one and spaces before the others.

    Lines break between words, Chinese between characters too and never before a mark that closes. A word is broken
    only where it is wider than a line.

    >>> wrapped_lines("one two three", "· ", 22), wrapped_lines("无法判断。", width=8)
    (['· one two three'], ['无法判断。'])
    """
    before = " " * cell_len(first)
    room = max(_LEAST, width - len(before))
    lines, line = list[str](), ""
    for piece in PIECE.findall(text):
        if line.strip() and cell_len(line) + cell_len(piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        if piece.isspace():
            line += piece if line else ""
            continue
        *whole, rest = chop_cells(piece, room) if not line and cell_len(piece) > room else [piece]
        lines += whole
        line += rest
    return [f"{before if at else first}{one}" for at, one in enumerate([*lines, line.rstrip()])]


def _lines_of(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading(_, text, grade):
            yield from wrapped_lines(visible(text), f"{grade} " if grade else "", width)
        case Paragraph(text, "code"):
            yield f"    {visible(text)}"
        case Paragraph(text):
            yield from wrapped_lines(visible(text), "", width)
        case Points(items, style):
            for item in items:
                yield from wrapped_lines(visible(item), _MARKS.get(style, "· "), width)
        case Table():
            yield from _table(block, width)
        case ReportFigure():
            yield from wrapped_lines(f"[{visible(block.caption)}]", "", width)
        case DrawnLines(drawn):
            yield from map(visible, drawn)


def _table(block: Table, width: int) -> Iterator[str]:
    rows = [[visible(cell) for cell in row] for row in block.rows]
    if not block.head:
        wide = max((cell_len(row[0]) for row in rows), default=0)
        for name, *values in rows:
            yield from wrapped_lines(" ".join(values), _padded_cell(name, wide) + " " * _GAP, width)
        return
    head = [visible(cell) for cell in block.head]
    wide_columns = _widths([head, *rows], width)
    if wide_columns is None:
        for number, row in enumerate(rows):
            if number:
                yield ""
            for name, cell in zip(head, row, strict=True):
                if cell:
                    yield from wrapped_lines(f"{name}: {cell}", "", width)
        return
    yield from _line(head, wide_columns)
    yield "─" * (sum(wide_columns) + _GAP * (len(wide_columns) - 1))
    for row in rows:
        yield from _line(row, wide_columns)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Cells of each column, the widest one narrowed where that is enough; None where the table does not fit."""
    wide = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    over = sum(wide) + _GAP * (len(wide) - 1) - width
    if over > 0:
        at = wide.index(max(wide))
        wide[at] -= over
        if wide[at] < _READABLE or any(len(wrapped_lines(row[at], "", wide[at])) > _TALL for row in rows):
            return None
    return wide


def _line(cells: Sequence[str], wide: Sequence[int]) -> Iterator[str]:
    columns = [wrapped_lines(cell, "", cells_wide) for cell, cells_wide in zip(cells, wide, strict=True)]
    for at in range(max(len(column) for column in columns)):
        parts = (column[at] if at < len(column) else "" for column in columns)
        yield (" " * _GAP).join(_padded_cell(part, cells_wide) for part, cells_wide in zip(parts, wide, strict=True))


def _padded_cell(text: str, cells: int) -> str:
    return text + " " * (cells - cell_len(text))
