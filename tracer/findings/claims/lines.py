"""The claims `complaint_rate`, `pool_size`, `stopped` and `members_only`: what calls and messages say of a party.

They need the temp tables of `lines.line_events`. Whose calls they are follows from the numbers that were shown:
of the party's lines, of lines on its network, or of lines that it was supplied with. A shown number can be forged,
and all verdicts say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracer.disclosure import Reason
from tracer.dossier.vocabulary import claimed_day
from tracer.findings.campaigns.pool import p_so_few, pool_size
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import (
    ERROR,
    ClaimRow,
    ClaimVerdict,
    numbers_known,
    or_statements,
    statement,
    untestable,
)
from tracer.findings.lines import enter_line_events
from tracer.findings.tails import (
    binomial_at_least,
    calls_needed,
    calls_to_support,
    four_digits,
    rounded_up,
    share_at_most,
    share_interval,
)
from tracer.identify.organisation import parse, provinces

_FORGED_SHARE = 0.2
"""Share of the calls that show a line's numbers which others may have forged, and which go on when it stops."""
_CAMPAIGN = 5
"""Calls after the day that are more than a few forged ones, where no former rate is known."""
_ROBOT = ("机器人", "robot", "语音")
_SHORTEST = 2
"""Signs of a name that can be looked for in a text."""
_PLAIN = ("短信", "sms", "message")
"""Words of a claim that speak of any message, not of flash SMS alone."""
_FORGED, _FEW = Reason.of("claim-caller-forged"), Reason.of("claim-few-complain")
_NO_LINE = Reason.of("claim-no-line")


@or_statements
def assess_rate(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`complaint_rate`: complaints a call are at most the number claimed. Null: exactly so many; exact binomial."""
    claimed = claim.number
    if claimed is None or not 0 < claimed < 1:
        return untestable(Reason.of("claim-no-rate"))
    lines = _lines_of(facts, claim)
    if not lines:
        return untestable(_NO_LINE)
    calls, complaints, counted = facts.con.execute(statement("line_rates"), {"lines": lines}).fetchall()[0]
    numbers: dict[str, Any] = {"lines": lines, "calls": calls, "complaints": complaints, "counted": counted}
    if calls == 0 or calls < counted:
        numbers["calls_needed"] = calls_needed(complaints, claimed)
        numbers["calls_to_support"] = calls_to_support(complaints, claimed)
        return untestable(Reason.of("claim-no-call-records"), numbers)
    low, high = share_interval(counted, calls)
    numbers |= {"rate": four_digits(counted / calls), "low": four_digits(low), "high": four_digits(high)}
    p_value = binomial_at_least(counted, calls, claimed)
    if p_value <= ERROR:
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (_FORGED, _FEW), "G1")
    if share_at_most(counted, calls) <= claimed:
        return ClaimVerdict("supported", None, numbers, (_FEW,), "G1")
    numbers |= {"calls_to_support": calls_to_support(counted, claimed)}
    return ClaimVerdict("consistent", rounded_up(p_value), numbers, (_FEW,))


@or_statements
def assess_pool(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`pool_size`: the line picks one of at least so many cards for each call. Null: exactly so many, each alike."""
    if claim.number is None or claim.number < 1:
        return untestable(Reason.of("claim-no-cards"))
    lines = _lines_of(facts, claim)
    if not lines:
        return untestable(_NO_LINE)
    calls, callers = facts.con.execute(statement("line_callers"), {"lines": lines}).fetchall()[0]
    numbers: dict[str, Any] = {"lines": lines, "calls": calls, "callers": callers}
    if calls < 2:
        return untestable(Reason.of("claim-few-calls"), numbers)
    size = pool_size(calls, callers)
    numbers = numbers_known({**numbers, "low": size.low, "estimate": size.estimate, "high": size.high})
    even = Reason.of("claim-uneven-cards")
    p_value = p_so_few(int(claim.number), calls, callers)
    if p_value <= ERROR:
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (even, _FORGED), "G1")
    if size.low >= claim.number:
        return ClaimVerdict("supported", None, numbers, (_FORGED,), "G1")
    unbounded = (Reason.of("claim-no-repeat"),) if size.high is None else ()
    return ClaimVerdict("consistent", rounded_up(p_value), numbers, (*unbounded, even))


def _lines_of(facts: CaseFacts, claim: ClaimRow) -> list[str]:
    """The lines a claim is about: the party's own, those on its network, else those of its supplier; of one
    province where the claim's value or words name one.
    """
    enter_line_events(facts)
    rows = facts.con.execute(statement("party_lines"), {"party": claim.about}).fetchall()
    nearest = min((rank for _, _, rank in rows), default=0)
    named = {province for province in provinces() if province in claim.words}
    return [line for line, province, rank in rows if rank == nearest and (not named or province in named)]


@dataclass(frozen=True)
class _CallsSeen:
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
        share = _FORGED_SHARE * self.days_after / (self.days_before + _FORGED_SHARE * self.days_after)
        return binomial_at_least(self.after, self.before + self.after, share)


def assess_stopped(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`stopped`: no calls, or no robots' calls, of the party's lines after the day that it names.

    Null: what is still seen are forged numbers, at most a fifth of the former rate. For each kind of source by itself
    (call records, complaints: each covers days of its own), given all its calls, those after the day are then binomial
    with share .2·T₂ / (T₁ + .2·T₂), T₁ and T₂ the days before and after that it covers; two sources have half of the
    error each. A source without a day before gives no former rate: five calls on several days are then taken for more
    than forgery, and no p is given.
    """
    day = claimed_day(claim.value) or claim.said
    if day is None:
        return untestable(Reason.of("claim-no-day"))
    lines = _lines_of(facts, claim)
    if not lines:
        return untestable(_NO_LINE)
    robots = any(word in claim.words.casefold() for word in _ROBOT)
    bound = {"lines": lines, "day": day, "robots": robots}
    seen = [_CallsSeen(*row) for row in facts.con.execute(statement("line_days"), bound).fetchall()]
    numbers: dict[str, Any] = {"day": day.isoformat(), "lines": lines} | ({"only": "robots"} if robots else {})
    for one in seen:
        numbers |= {f"{one.source}_before": one.before, f"{one.source}_after": one.after}
        numbers |= {f"{one.source}_days_before": one.days_before, f"{one.source}_days_after": one.days_after}
    last = max((one.last for one in seen if one.after and one.last), default=None)
    if last is not None:
        numbers["last"] = last.isoformat()
    return _by_sources(seen, numbers, (_FORGED, Reason.of("claim-robots-noted")) if robots else (_FORGED,))


def _by_sources(seen: Sequence[_CallsSeen], numbers: dict[str, Any], against: tuple[Reason, ...]) -> ClaimVerdict:
    if not any(one.days_after for one in seen):
        return untestable(Reason.of("claim-no-later-day"), numbers)
    p_values = [one.p_value for one in seen if one.p_value is not None]
    p_value = min(1.0, len(p_values) * min(p_values)) if p_values else None
    printed = None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= ERROR:
        return ClaimVerdict("contradicted", printed, numbers, against, "G1")
    if any(one.days_before == 0 and one.after >= _CAMPAIGN and one.days_with_calls >= 2 for one in seen):
        no_before = Reason.of("claim-no-earlier-day")
        return ClaimVerdict("contradicted", None, numbers, (no_before, *against), "G1")
    if any(one.after for one in seen):
        return ClaimVerdict("consistent", printed, numbers, against)
    return _silent_since(seen, numbers)


def _silent_since(seen: Sequence[_CallsSeen], numbers: dict[str, Any]) -> ClaimVerdict:
    """No call after the day: how likely would that be at the former rate?"""
    silent = 1.0
    for one in seen:
        if one.days_before and one.days_after:
            silent *= (1 - one.days_after / (one.days_before + one.days_after)) ** one.before
    numbers["chance_of_silence"] = four_digits(silent)
    if silent <= ERROR:
        return ClaimVerdict("supported", rounded_up(silent), numbers, (Reason.of("claim-replaced-numbers"),), "G1")
    if not any(one.before for one in seen):
        return untestable(Reason.of("claim-never-called"), numbers)
    return ClaimVerdict("consistent", None, numbers, (Reason.of("claim-few-days"),))


def assess_members(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`members_only`: messages go to members. A canary is not a member, so a message to one contradicts it.

    Whose a message is follows from its sender, where that is a number of the party's lines, or from its text, where
    that names the party. What reached a control is background: that number was given to no one.
    """
    enter_line_events(facts)
    con, text = facts.con, claim.words.casefold()
    rows = con.execute(
        "SELECT name FROM party WHERE id = $id AND name IS NOT NULL"
        " UNION SELECT alias FROM party_alias WHERE party = $id ORDER BY 1",
        {"id": claim.about},
    ).fetchall()
    # What a text may call the party: its names and aliases, and what distinguishes them from others.
    parsed = [parse(name) for (name,) in rows]
    called = {name for (name,) in rows} | {found.core for found in parsed if found is not None}
    names = sorted(name for name in called if len(name) >= _SHORTEST)
    flash = not any(word in text for word in _PLAIN) and ("闪信" in text or "flash" in text)

    def messages(channels: list[str]) -> list[tuple[Any, ...]]:
        bound = {"party": claim.about, "names": names, "channels": channels}
        return con.execute(statement("messages"), bound).fetchall()

    channels = ["flash_sms"] if flash else ["flash_sms", "sms"]
    found = messages(channels)
    theirs = [row for row in found if row[3]]
    hits, controls = [r for r in theirs if r[1] != "control"], [r for r in theirs if r[1] == "control"]
    numbers: dict[str, Any] = {"channels": channels, "messages": len(hits), "canaries": len({row[0] for row in hits})}
    numbers |= {"messages_to_controls": len(controls), "others_messages": len(found) - len(theirs)}
    if hits:
        numbers["first"] = str(min(row[2] for row in hits).date())
    if flash:
        numbers["sms_of_the_same_sender"] = sum(row[3] and row[1] != "control" for row in messages(["sms"]))
    if hits and not controls:
        alternatives = (Reason.of("claim-message-forged"), Reason.of("claim-entered-as-member"))
        return ClaimVerdict("contradicted", None, numbers, alternatives, "G1")
    if hits:
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-controls-reached"),), "G1")
    if numbers.get("sms_of_the_same_sender"):
        return ClaimVerdict("consistent", None, numbers, (Reason.of("claim-only-plain-messages"),))
    return untestable(Reason.of("claim-sender-unknown" if found else "claim-no-message"), numbers)
