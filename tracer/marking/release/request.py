"""What is asked of `tracer release`, and what is wrong with the words of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from tracer.clock import today
from tracer.errors import InputRefused
from tracer.marking.release.design import Design


@dataclass(frozen=True)
class ReleaseRequest:
    """What is asked for."""

    dataset: str
    recipients: tuple[str, ...]
    """One copy each, in this order."""
    folder: Path
    """Where the copies go; made where it is missing."""
    design: Design = field(default_factory=Design)
    ends: date | None = None
    """After it the recipients may hold nothing."""
    purpose: str | None = None
    use_basis: str | None = None
    day: date | None = None
    """Day of the release; today by default."""
    evidence: tuple[str, ...] = ()
    """Ids of what backs it: the contract, say."""
    accept_detectable: bool = False
    """Whether the copies are wanted even where their canaries stand out."""


def refuse_request(con: duckdb.DuckDBPyConnection, request: ReleaseRequest) -> None:
    """Raise all that is wrong with the words of a request, together."""
    problems = []
    twice = sorted({r for r in request.recipients if request.recipients.count(r) > 1})
    problems += [InputRefused(f"{r} is named twice", remedy="name each recipient once") for r in twice]
    known = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    problems += [
        InputRefused(f"unknown party {r!r}", remedy="add it with `tracer party add`")
        for r in dict.fromkeys(request.recipients)
        if r not in known
    ]
    if not request.recipients:
        problems.append(InputRefused("the recipient is missing", remedy="name one with --to"))
    problems += request.design.problems(len(request.recipients))
    if request.ends is not None and request.ends < (request.day or today()):
        problems.append(
            InputRefused(f"the release ends on {request.ends}, before it begins", remedy="give a later --ends")
        )
    if problems:
        raise InputRefused.many(problems)
