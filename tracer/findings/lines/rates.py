"""Complaint rates of lines, vendors, carriers and provinces, with exact intervals, against one in ten thousand.

Null: each call is complained of with probability 1/10,000, independently. p = P(at least so many complaints), binomial.
The calls of a line are those that records of its own side tell of: a canary's log shows only who called canaries, so
calls to canaries and controls never are the denominator. Without such records a rate cannot be given; what can be
said is how many calls it would take for so many complaints to be within the bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from tracer.findings.finding_tables import put_rows
from tracer.findings.intervals import calls_needed, rounded, rounded_up, share_interval
from tracer.findings.lines.events import statement
from tracer.findings.tails import binomial_at_least

BAR = 1e-4
"""Complaints a call that vendors promise: below one in ten thousand."""


@dataclass(frozen=True)
class ComplaintRate:
    """Calls and complaints of one line, vendor, carrier or province."""

    dimension: str
    name: str
    lines: tuple[str, ...]
    calls: int
    complaints: int
    counted: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def known(self) -> bool:
        """Whether the calls are there that a rate is of: fewer calls than complaints are not all of them."""
        return self.calls > 0 and self.calls >= self.counted

    @property
    def interval(self) -> tuple[float, float]:
        """Exact, 95 %."""
        return share_interval(self.counted, self.calls)

    def p_value(self, bar: float = BAR) -> float:
        """P(so many complaints or more) where the true rate is `bar`."""
        return binomial_at_least(self.counted, self.calls, bar)


def read_rates(con: duckdb.DuckDBPyConnection) -> list[ComplaintRate]:
    """All of them, by dimension and name; needs the temp tables of `LineEvents`."""
    return [
        ComplaintRate(row[0], row[1], tuple(row[2]), *row[3:]) for row in con.execute(statement("rates")).fetchall()
    ]


def write_rates(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `complaint_rate`."""
    columns = "dimension name lines calls complaints counted rate low high p_value needed first_at last_at"
    put_rows(con, "complaint_rate", run, columns, (_row(rate) for rate in read_rates(con)))


def _row(rate: ComplaintRate) -> tuple[object, ...]:
    shown: tuple[float | None, ...] = (None, None, None, None)
    if rate.known:
        low, high = rate.interval
        shown = (rounded(rate.counted / rate.calls), rounded(low), rounded(high), rounded_up(rate.p_value()))
    return (
        rate.dimension, rate.name, list(rate.lines), rate.calls, rate.complaints, rate.counted, *shown,
        calls_needed(rate.complaints, BAR), rate.first_at, rate.last_at,
    )  # fmt: skip
