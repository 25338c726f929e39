"""A help topic as a terminal shows it: prose folded at its width, rows of tables as records, code as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracer.wording.terminal import folded

_ITEM = re.compile(r" *(?:[-*]|\d+\.) +")
_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:-]+")


def page_lines(page: str, width: int) -> Iterator[str]:
    """The lines of a page in Markdown, of at most `width` cells but for code.

    >>> list(page_lines("| key | meaning |\\n| --- | --- |\\n| `id` | its id |\\n\\nOne\\ntwo.", 40))
    ['`id`', '  its id', '', 'One two.']
    """
    waiting: list[str] = []
    heads: list[str] | None = None
    code = False
    for line in page.splitlines():
        fence, cells = line.startswith("```"), _cells(line)
        goes_on = not (code or fence or cells or line.startswith("#") or _ITEM.match(line)) and line.strip() != ""
        if goes_on and not (line.startswith("    ") and not waiting):
            waiting.append(line if not waiting else line.strip())
            continue
        yield from _paragraph(waiting, width)
        waiting.clear()
        if fence:
            code = not code
        elif code:
            yield f"    {line}".rstrip()
        elif cells:
            if heads is None:
                heads = cells
            elif not _RULE.fullmatch(line):
                yield from _record(heads, cells, width)
            continue
        elif line.startswith("#"):
            yield from folded(line.lstrip("# "), "", width)
            yield ("=" if line.startswith("# ") else "-") * min(width, len(line.lstrip("# ")))
        elif _ITEM.match(line):
            waiting = [line]
        else:
            yield line
        heads = None
    yield from _paragraph(waiting, width)


def _cells(line: str) -> list[str]:
    """The cells of a table's row; none where the line is not one."""
    if not line.startswith("|"):
        return []
    return [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip().strip("|"))]


def _paragraph(lines: list[str], width: int) -> Iterator[str]:
    if lines:
        item = _ITEM.match(lines[0])
        first = item.group(0) if item is not None else ""
        yield from folded(" ".join([lines[0][len(first) :].strip(), *lines[1:]]).replace("**", ""), first, width)


def _record(heads: list[str], cells: list[str], width: int) -> Iterator[str]:
    """A row: its first cell, and under it the others, behind their headings where there are several."""
    yield from folded(cells[0], "", width)
    for head, cell in zip(heads[1:], cells[1:], strict=False):
        if cell:
            yield from folded(f"{head}: {cell}" if head and len(heads) > 2 else cell, "  ", width)
