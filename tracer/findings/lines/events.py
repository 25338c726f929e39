"""Calls and complaints with the line whose number was shown: temp tables `line_event` and `line_complaint`.

A number belongs to the line that names it most particularly: whole numbers before prefixes, longer prefixes before
shorter.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tracer.case.registered import temp_table
from tracer.findings.case_facts import CaseFacts
from tracer.identify.normalise import normalise_phones
from tracer.resources import statements_beside
from tracer.signals.records import ZONES, define_caller_digits, region_of_calls

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
_SCRATCH = (
    "line_event",
    "line_complaint",
    "caller_line",
    "line_prefix",
    "line_hour",
    "line_called",
    "line_cell",
    "line_heard",
)


class LineEvents:
    """The temp tables, for as long as they are needed.

    `line_event`: at (UTC), local, day, channel, caller, called (key), line, carrier, province, controlled (a canary or
    control was called). `line_complaint`: the same without channel and controlled. Both hold calls of no known line,
    too: there carrier and province are those of the number's segment.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._region = region_of_calls(con)

    def __enter__(self) -> LineEvents:
        con = self._con
        code = define_caller_digits(con, self._region)
        con.execute(statement("called_cells"))
        normalise_phones(con, "line_cell", "raw", "line_called", self._region)
        for name in ("heard", "prefixes", "caller_lines"):
            con.execute(statement(name), {"code": code} if "$code" in statement(name) else {})
        self._hours()
        con.execute(statement("events"))
        con.execute(statement("complaints"), {"code": code})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for table in _SCRATCH:
                self._con.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def _hours(self) -> None:
        """`line_hour` (hour UTC, offset_s): the clock of the case's region, looked up once an hour."""
        clock = ZoneInfo(ZONES.get(self._region, "UTC"))
        hours = [hour for (hour,) in self._con.execute(statement("hours")).fetchall()]
        table = pa.table(
            {
                "hour": pa.array(hours, pa.timestamp("us")),
                "offset_s": pa.array([_offset(clock, hour) for hour in hours], pa.int64()),
            }
        )
        temp_table(self._con, "line_hour", table)


def enter_line_events(facts: CaseFacts) -> None:
    """Make the temp tables of `LineEvents` for the rest of a trace, whose stages read them one after the other."""
    facts.entered("line events", lambda: LineEvents(facts.con))


def _offset(clock: ZoneInfo, hour: datetime) -> int:
    """Seconds that `clock` is ahead of UTC at a moment in UTC."""
    moment = hour.replace(tzinfo=ZoneInfo("UTC")).astimezone(clock).utcoffset()
    return 0 if moment is None else int(moment.total_seconds())
