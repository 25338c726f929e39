"""A hand-made market as the stages would leave it in a case. All names are invented."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tracer.case.case import Case
from tracer.case.memory import memory_case

_ROWS = Path(__file__).with_name("market.sql").read_text(encoding="utf-8")


def market_case() -> Case:
    """An in-memory case with the market."""
    case = memory_case()
    case.con.execute(_ROWS)
    return case


_shared = cache(market_case)


def borrowed_market() -> Iterator[Case]:
    """One that tests share; what is done to it is taken back."""
    case = _shared()
    case.con.execute("BEGIN")
    yield case
    case.con.execute("ROLLBACK")
