"""Right of reply: how far it has come with a party."""

from __future__ import annotations

from datetime import date

from tracer.clock import today

STATES = ("answered", "no_reply", "asked", "not_asked")
"""Answered; asked, and the deadline has passed; asked, and it has not; not asked."""


def reply_state(asked: date | None, deadline: date | None, answered: date | None) -> str:
    """One of `STATES`. A deadline has passed by the clock's day, so that a stopped clock repeats a run."""
    if answered is not None:
        return "answered"
    if deadline is not None and deadline < today():
        return "no_reply"
    return "not_asked" if asked is None and deadline is None else "asked"
