"""What is asked of `tracer release`, and what is wrong with the words of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from tracer.clock import today
from tracer.errors import InputRefused
from tracer.marking.release.design import Design

_SEPARATELY = 3
"""Unknown parties up to this number have a line each; more are one line, which names the first of them."""
_NAMED = 10


@dataclass(frozen=True)
class Terms:
    """What holds for one copy; None: nothing of its own."""

    ends: date | None = None
    purpose: str | None = None
    use_basis: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class ReleaseRequest:
    """What is asked for."""

    dataset: str
    recipients: tuple[str, ...]
    folder: Path
    design: Design = field(default_factory=Design)
    ends: date | None = None
    purpose: str | None = None
    use_basis: str | None = None
    day: date | None = None
    evidence: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only_reachable: bool = False
    """Whether copies leave out the rows that have neither number nor address in the other columns."""
    accept_detectable: bool = False
    """Whether the copies are wanted even where their canaries stand out."""
    terms: Mapping[str, Terms] = field(default_factory=dict)
    """Recipient → what holds for its copy alone."""

    def terms_of(self, recipient: str) -> Terms:
        """What holds for a recipient's copy: its own terms, else those of all; the day is today where none is said."""
        own = self.terms.get(recipient, Terms())
        return Terms(
            own.ends if own.ends is not None else self.ends, own.purpose or self.purpose,
            own.use_basis or self.use_basis, own.day or self.day or today(),
        )  # fmt: skip


def refuse_request(con: duckdb.DuckDBPyConnection, request: ReleaseRequest) -> None:
    """Raise all that is wrong with the words of a request, together."""
    problems = []
    twice = sorted(recipient for recipient, times in Counter(request.recipients).items() if times > 1)
    problems += [InputRefused(f"{r} is named twice", remedy="name each recipient once") for r in twice]
    known = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    problems += unknown_parties([r for r in dict.fromkeys(request.recipients) if r not in known])
    if not request.recipients:
        problems.append(InputRefused("the recipient is missing", remedy="name one with --to"))
    problems += request.design.problems(len(request.recipients))
    if request.only_reachable and request.design.choices:
        problems.append(
            InputRefused("--choices cannot go with --only-reachable", remedy="save the rows that are to be handed out"
                         " as a list of their own, load that and release it with --choices")
        )  # fmt: skip
    ended = Counter[tuple[date, date]]()
    for recipient in dict.fromkeys(request.recipients):
        terms = request.terms_of(recipient)
        if terms.ends is not None and terms.day is not None and terms.ends < terms.day:
            ended[terms.ends, terms.day] += 1
    problems += [
        InputRefused(f"the release ends on {ends}, before it begins", remedy="give a later --ends")
        for ends, _ in sorted(ended)
    ]
    if problems:
        raise InputRefused.many(problems)


def unknown_parties(unknown: Sequence[str]) -> list[InputRefused]:
    """What is wrong with recipients that the case does not know: a line each, or one where they are many."""
    if len(unknown) <= _SEPARATELY:
        return [InputRefused(f"unknown party {r!r}", remedy="add it with `tracer party add`") for r in unknown]
    more = len(unknown) - _NAMED
    named = ", ".join(unknown[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    remedy = "add each with `tracer party add ID`, or all of them as [[party]] of a manifest (tracer help manifest)"
    return [InputRefused(f"{len(unknown):,} unknown parties: {named}", remedy=remedy)]
