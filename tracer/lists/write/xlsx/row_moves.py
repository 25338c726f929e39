"""Where a sheet's rows are after some went out and others came in."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

LAST_ROW = 1_048_576
"""Rows of a sheet."""


@dataclass(frozen=True)
class RowMoves:
    """Rows of one sheet, by their numbers there, from 1."""

    first: int
    last: int
    removed: Sequence[int]
    points: Sequence[int]
    """For each row that came in, the row before which it did, rising; `last` + 1: behind the data."""

    def row(self, number: int) -> int | None:
        """The new number of a row; None where it went out."""
        gone = bisect.bisect_left(self.removed, number)
        if gone < len(self.removed) and self.removed[gone] == number:
            return None
        return min(number + bisect.bisect_right(self.points, number) - gone, LAST_ROW)

    def place(self, number: int) -> int:
        """The new number of the first row that came in before a row: where that would be without them."""
        return number + bisect.bisect_left(self.points, number) - bisect.bisect_left(self.removed, number)

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """The new ends of a range of rows; None where all of them went out.

        A row that came in between the ends is in the range. One that came in at the first or last data row is too,
        where the range begins or ends with it: all rows are in a total of all rows. A row by itself never grows.
        """
        if first == last:
            row = self.row(first)
            return None if row is None else (row, row)
        begin = first if first == self.first else self._from(first)
        end = self._before(last + 1) if last == self.last else self._until(last)
        return (begin, end) if begin <= end else None

    def _before(self, number: int) -> int:
        """The new number of the row just before a row's place, with what came in there."""
        row = self.row(number)
        return LAST_ROW if row is None else row - 1

    def _from(self, number: int) -> int:
        while (row := self.row(number)) is None:
            number += 1
        return row

    def _until(self, number: int) -> int:
        while (row := self.row(number)) is None:
            number -= 1
        return row
