"""The clock. `TRACER_NOW` (ISO 8601, UTC unless it says otherwise) stops it: a run can be repeated byte for byte."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from tracer.errors import UsageError


def now() -> datetime:
    """The present moment, UTC, without microseconds; naive, as the store keeps it."""
    text = os.environ.get("TRACER_NOW")
    if text is None or not text.strip():
        return datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            f"invalid time {text!r}", where="TRACER_NOW", remedy="write it like 2026-05-01T12:00:00"
        ) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0, tzinfo=None)


def today() -> date:
    """The present day, UTC."""
    return now().date()
