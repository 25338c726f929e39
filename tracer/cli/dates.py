"""Days on the command line."""

from __future__ import annotations

from datetime import date
from typing import Any

import click


class Day(click.ParamType[date]):
    """A day written as 2026-05-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or click's own error."""
        from tracer.dossier.vocabulary import FIRST_DAY, LAST_DAY, is_day

        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"invalid day {value!r}; write it like 2026-05-01", param, ctx)
        if not is_day(day):
            self.fail(f"invalid day {value!r}; it must be from {FIRST_DAY.year} to {LAST_DAY.year}", param, ctx)
        return day


DAY = Day()
