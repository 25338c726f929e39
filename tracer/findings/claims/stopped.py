"""The claim `stopped`: no calls, or no robots' calls, of the party's lines after the day that it names.

Null: what is still seen are forged numbers, at most a fifth of the former rate. For each kind of source apart (call
records, complaints: each covers days of its own), given all its calls, those after the day are then binomial with
share .2·T₂ / (T₁ + .2·T₂), T₁ and T₂ the days before and after that it covers; two sources have half of the error
each. A source without a day before gives no former rate: five calls on several days are then taken for more than
forgery, and no p is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracer.disclosure import Reason
from tracer.dossier.claim_values import claimed_day
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.calls import FORGED, NO_LINE, lines_of_claim
from tracer.findings.claims.verdict import ERROR, ClaimRow, ClaimVerdict, statement, untestable
from tracer.findings.intervals import rounded, rounded_up
from tracer.findings.tails import binomial_at_least

FORGED_SHARE = 0.2
"""Share of the calls that show a line's numbers which others may have forged, and which go on when it stops."""
CAMPAIGN = 5
"""Calls after the day that are more than a few forged ones, where no former rate is known."""
_ROBOT = ("机器人", "robot", "语音")
_HEARD = Reason.of("claim-robots-noted")
_NO_BEFORE = Reason.of("claim-no-earlier-day")


@dataclass(frozen=True)
class Heard:
    """What one kind of source says of the lines."""

    source: str
    before: int
    after: int
    days_before: int
    """Days up to the one that was named, which the source covers."""
    days_after: int
    days_with_calls: int
    last: date | None

    @property
    def p_value(self) -> float | None:
        """P(so many after the day, or more) where only forged calls go on; None without a day before."""
        if self.days_before == 0 or self.days_after == 0:
            return None
        share = FORGED_SHARE * self.days_after / (self.days_before + FORGED_SHARE * self.days_after)
        return binomial_at_least(self.after, self.before + self.after, share)


def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict on lines that are said to have stopped; needs the temp tables of `LineEvents`."""
    con = facts.con
    day = claimed_day(claim.value) or claim.said
    if day is None:
        return untestable(Reason.of("claim-no-day"))
    lines = lines_of_claim(con, claim)
    if not lines:
        return untestable(NO_LINE)
    text = f"{claim.value or ''} {claim.quote or ''}".casefold()
    robots = any(word in text for word in _ROBOT)
    rows = con.execute(statement("line_days"), {"lines": lines, "day": day, "robots": robots}).fetchall()
    heard = [Heard(*row) for row in rows]
    numbers: dict[str, Any] = {"day": day.isoformat(), "lines": lines} | ({"only": "robots"} if robots else {})
    for source in heard:
        numbers |= {
            f"{source.source}_before": source.before, f"{source.source}_after": source.after,
            f"{source.source}_days_before": source.days_before, f"{source.source}_days_after": source.days_after,
        }  # fmt: skip
    last = max((source.last for source in heard if source.after and source.last), default=None)
    if last is not None:
        numbers["last"] = last.isoformat()
    return _judge(heard, numbers, (FORGED, _HEARD) if robots else (FORGED,))


def _judge(heard: Sequence[Heard], numbers: dict[str, Any], against: tuple[Reason, ...]) -> ClaimVerdict:
    if not any(source.days_after for source in heard):
        return untestable(Reason.of("claim-no-later-day"), numbers)
    p_values = [source.p_value for source in heard if source.p_value is not None]
    p_value = min(1.0, len(p_values) * min(p_values)) if p_values else None
    printed = None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= ERROR:
        return ClaimVerdict("contradicted", printed, numbers, against, "G1")
    if any(s.days_before == 0 and s.after >= CAMPAIGN and s.days_with_calls >= 2 for s in heard):
        return ClaimVerdict("contradicted", None, numbers, (_NO_BEFORE, *against), "G1")
    if any(source.after for source in heard):
        return ClaimVerdict("consistent", printed, numbers, against)
    return _silent(heard, numbers)


def _silent(heard: Sequence[Heard], numbers: dict[str, Any]) -> ClaimVerdict:
    """No call after the day: how likely would that be at the former rate?"""
    silent = 1.0
    for source in heard:
        if source.days_before and source.days_after:
            silent *= (1 - source.days_after / (source.days_before + source.days_after)) ** source.before
    numbers["chance_of_silence"] = rounded(silent)
    if silent <= ERROR:
        return ClaimVerdict("supported", rounded_up(silent), numbers, (Reason.of("claim-replaced-numbers"),), "G1")
    if not any(source.before for source in heard):
        return untestable(Reason.of("claim-never-called"), numbers)
    return ClaimVerdict("consistent", None, numbers, (Reason.of("claim-few-days"),))
