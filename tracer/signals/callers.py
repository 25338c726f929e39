"""Callers' numbers in one form, so that a line's numbers, calls and complaints can be put side by side.

Kept as digits, not as keys: a caller's number may be short, forged or none, and it never identifies anybody.
"""

from __future__ import annotations

import duckdb

from tracer.signals.records import read_sql


def define_caller_digits(con: duckdb.DuckDBPyConnection, region: str) -> str:
    """Make the SQL macro `caller_digits(shown, code)` and return the calling code of `region`, for its second value."""
    from phonenumbers import country_code_for_region

    con.execute(read_sql("caller_digits"))
    return str(country_code_for_region(region) or "")


def keep_calls(con: duckdb.DuckDBPyConnection, file: int, region: str) -> None:
    """Put a switch's records, which `signal_record` and `signal_called` hold, into `call_record`."""
    con.execute(read_sql("keep_calls"), {"file": file, "code": define_caller_digits(con, region)})
