"""Finds the header among a part's first rows: titles above it, several rows joined, or none at all.

Selection rule: the first row with heading words and no data wins; without any heading word, the row above the first
row with data, if it is as full as the data is; a first row with data means that there is no header.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from tracer.lists.read import cells
from tracer.lists.read.words import fold, names_a_column

HEAD_ROWS = 60
"""Rows that a header is looked for in: titles and legends above it are shorter than that."""
_DEEPEST = 3  # header rows; a fourth would be data without digits


@dataclass(frozen=True)
class HeaderPlan:
    """Where the data begins and what its columns are called."""

    preamble: int
    depth: int
    """Rows of the header; 0 for none."""
    names: tuple[str, ...]
    """Heading per column; empty strings where there is none."""
    titles: int = 0
    doubtful: int = 0

    @property
    def skip(self) -> int:
        """Rows above the first data row."""
        return self.preamble + self.depth


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _heading_words(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip() and names_a_column(cell))


def _has_data(row: Sequence[str], region: str) -> bool:
    # A lone number is also a heading ("2026", "1"); phones, addresses, dates and digests are not.
    filled = _filled(row)
    strong = any(cells.is_phone(c, region) or cells.is_email(c) or cells.is_hash(c) or cells.is_date(c) for c in filled)
    return strong or (bool(filled) and 2 * sum(cells.is_number(c) for c in filled) > len(filled))


def _by_words(rows: Sequence[Sequence[str]], region: str) -> int | None:
    width = max((len(_filled(row)) for row in rows), default=0)
    for index, row in enumerate(rows):
        filled = _filled(row)
        if not filled:
            continue
        if _has_data(row, region):
            return None
        words = _heading_words(row)
        enough = words >= 2 or (words == 1 and 2 * len(filled) >= width)
        # A title such as 客户名单 may hold a word too, but it is alone above a wider table.
        if enough and (len(filled) > 1 or width == 1):
            return index
    return None


def _by_content(rows: Sequence[Sequence[str]], region: str) -> int | None:
    first_data = next((i for i, row in enumerate(rows) if _has_data(row, region)), None)
    if first_data is None:
        # No row with data anywhere: the first row is a header if it is full, without repeats or digits, and the rest
        # is not so.
        written = [i for i, row in enumerate(rows) if _filled(row)]
        if len(written) < 2:
            return None
        first = _filled(rows[written[0]])
        plain = len(set(first)) == len(first) and not any(c.isdigit() for cell in first for c in cell)
        rest_digits = any(c.isdigit() for i in written[1:] for cell in rows[i] for c in cell)
        return written[0] if plain and rest_digits else None
    above = [i for i in range(first_data) if _filled(rows[i])]
    if not above:
        return None
    widest = max(len(_filled(row)) for row in rows[first_data:])
    *earlier, last = above
    full = len(_filled(rows[last]))
    # Several rows as full as the last one are not titles above a header: they are rows that hold no good value.
    like_it = any(len(_filled(rows[i])) >= max(full, 2) for i in earlier)
    return last if 2 * full >= widest and not like_it else None


def _joined(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Headings of several rows joined by a blank; a merged heading reaches over the empty cells to its right."""
    spread: list[list[str]] = []
    for level, row in enumerate(rows):
        texts = [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))
        if level + 1 < len(rows):
            below = rows[level + 1]
            for i in range(1, width):
                under = below[i].strip() if i < len(below) else ""
                if not texts[i] and under:
                    texts[i] = texts[i - 1]
        spread.append(texts)
    names = []
    for i in range(width):
        parts = dict.fromkeys(level[i] for level in spread if level[i])
        names.append(" ".join(parts))
    return tuple(names)


def _group_above(rows: Sequence[Sequence[str]], index: int, region: str) -> bool:
    """Whether the row above is a row of group headings (基本信息, 联系方式) and no title."""
    if index == 0:
        return False
    above, own = _filled(rows[index - 1]), _filled(rows[index])
    return 2 <= len(above) < len(own) and not _has_data(rows[index - 1], region) and max(map(len, above)) <= 12


def find_header(
    rows: Sequence[Sequence[str]], width: int, region: str, has_header: bool | None, named: Collection[str] = ()
) -> HeaderPlan:
    """The header among the first rows of a part.

    `rows`: at most `HEAD_ROWS` rows from the top, blank ones included; `width`: columns of the part;
    `has_header`: the user's word, which is obeyed (the first row that is not blank); `named`: headings that he
    named: the first row that has one of them is the header.
    """
    rows = rows[:HEAD_ROWS]
    plan = _plan(rows, width, region, has_header, named)
    above = [row for row in rows[: plan.preamble] if _filled(row)]
    doubtful = sum(1 for row in above if _like_a_row(row, rows[plan.preamble : plan.skip], region))
    return replace(plan, titles=len(above), doubtful=doubtful)


def _like_a_row(row: Sequence[str], header: Sequence[Sequence[str]], region: str) -> bool:
    """Whether a row above the header may be one of the data's: it holds an identifier, or is as full as the header."""
    filled = _filled(row)
    widest = max((len(_filled(names)) for names in header), default=2)
    identifies = any(cells.is_phone(c, region) or cells.is_email(c) or cells.is_hash(c) for c in filled)
    return identifies or (len(filled) > 1 and len(filled) >= widest)


def _plan(
    rows: Sequence[Sequence[str]], width: int, region: str, has_header: bool | None, named: Collection[str]
) -> HeaderPlan:
    blank = next((i for i, row in enumerate(rows) if _filled(row)), 0)
    if has_header is False:
        return HeaderPlan(0, 0, ("",) * width)
    if has_header is True:
        return HeaderPlan(blank, 1, _joined(rows[blank : blank + 1], width))
    wanted = {folded for name in named if len(folded := fold(name)) > 1 and not folded.isdigit()}
    found = next((i for i, row in enumerate(rows) if wanted & {fold(cell) for cell in row}), None)
    if found is not None:
        return HeaderPlan(found, 1, _joined([rows[found]], width))
    found = _by_words(rows, region)
    if found is None:
        found = _by_content(rows, region)
        if found is None:
            return HeaderPlan(_titles(rows, region), 0, ("",) * width)
        return HeaderPlan(found, 1, _joined([rows[found]], width))
    # How many rows the header has: sub-headings fill gaps or repeat under a merged heading, and hold no data.
    depth = 1
    while depth < _DEEPEST and found + depth + 1 < len(rows):
        row, above = rows[found + depth], rows[found + depth - 1]
        filled = _filled(row)
        if not filled or _has_data(row, region) or not _heading_words(row):
            break
        fills_gap = any(
            cell.strip() and (i >= len(above) or not above[i].strip() or _heading_words([cell]))
            for i, cell in enumerate(row)
        )
        if not fills_gap or _heading_words(row) * 2 < len(filled):
            break
        depth += 1
    if depth < _DEEPEST and _group_above(rows, found, region):
        found, depth = found - 1, depth + 1
    return HeaderPlan(found, depth, _joined(rows[found : found + depth], width))


def _titles(rows: Sequence[Sequence[str]], region: str) -> int:
    """Rows above the first data row of a table without a header, if titles: one cell above a wider table."""
    first_data = next((i for i, row in enumerate(rows) if _has_data(row, region)), 0)
    width = max((len(_filled(row)) for row in rows), default=0)
    narrow = all(len(_filled(row)) <= 1 for row in rows[:first_data])
    return first_data if narrow and width > 1 else 0
