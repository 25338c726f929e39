"""What the formulas of new rows give."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.lists.write.model import NewRow
from tracer.lists.write.xlsx.sheet import Sheet


class Results:
    """Results of formulas in data rows."""

    def drops(self, sheet: Sheet, column: int) -> bool:
        """Whether no row of a copy keeps a formula's result in this column of the sheet."""
        del sheet, column
        return True

    def of(self, sheet: Sheet, new: NewRow) -> Mapping[int, bytes]:
        """Position -> what the formula of a new row gives there."""
        del sheet, new
        return {}
