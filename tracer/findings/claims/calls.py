"""The claims `complaint_rate` and `pool_size`, and which lines a claim is about.

Needs the temp tables of `findings.lines.LineEvents`. Whose calls they are follows from the numbers that were shown:
of the party's lines, of lines on its network, or of lines that it was supplied with. A shown number can be forged,
and all verdicts say so.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import Reason
from tracer.findings.campaigns.pool import p_so_few, pool_size
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.statements import with_statements
from tracer.findings.claims.verdict import ERROR, ClaimRow, ClaimVerdict, statement, untestable
from tracer.findings.intervals import (
    calls_needed,
    calls_to_support,
    rounded,
    rounded_up,
    share_at_most,
    share_interval,
)
from tracer.findings.tails import binomial_at_least
from tracer.identify.places import provinces

FORGED = Reason.of("claim-caller-forged")


def assess_rate(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`complaint_rate`: complaints a call are at most the number claimed. Null: exactly so many; exact binomial."""
    return with_statements(facts.con, claim, _rate(facts.con, claim))


def _rate(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> ClaimVerdict:
    claimed = claim.number
    if claimed is None or not 0 < claimed < 1:
        return untestable(Reason.of("claim-no-rate"))
    lines = lines_of_claim(con, claim)
    if not lines:
        return untestable(NO_LINE)
    calls, complaints, counted = con.execute(statement("line_rates"), {"lines": lines}).fetchall()[0]
    numbers: dict[str, Any] = {"lines": lines, "calls": calls, "complaints": complaints, "counted": counted}
    if calls == 0 or calls < counted:
        numbers |= {
            "calls_needed": calls_needed(complaints, claimed),
            "calls_to_support": calls_to_support(complaints, claimed),
        }
        return untestable(Reason.of("claim-no-call-records"), numbers)
    low, high = share_interval(counted, calls)
    numbers |= {"rate": rounded(counted / calls), "low": rounded(low), "high": rounded(high)}
    p_value = binomial_at_least(counted, calls, claimed)
    if p_value <= ERROR:
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (FORGED, _FEW), "G1")
    if share_at_most(counted, calls) <= claimed:
        return ClaimVerdict("supported", None, numbers, (_FEW,), "G1")
    numbers |= {"calls_to_support": calls_to_support(counted, claimed)}
    return ClaimVerdict("consistent", rounded_up(p_value), numbers, (_FEW,))


_FEW = Reason.of("claim-few-complain")
NO_LINE = Reason.of("claim-no-line")


def assess_pool(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`pool_size`: the line picks one of at least so many cards for each call. Null: exactly so many, each alike."""
    return with_statements(facts.con, claim, _pool(facts.con, claim))


def _pool(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> ClaimVerdict:
    if claim.number is None or claim.number < 1:
        return untestable(Reason.of("claim-no-cards"))
    lines = lines_of_claim(con, claim)
    if not lines:
        return untestable(NO_LINE)
    calls, callers = con.execute(statement("line_callers"), {"lines": lines}).fetchall()[0]
    numbers: dict[str, Any] = {"lines": lines, "calls": calls, "callers": callers}
    if calls < 2:
        return untestable(Reason.of("claim-few-calls"), numbers)
    size = pool_size(calls, callers)
    numbers |= {"low": size.low, "estimate": size.estimate, "high": size.high}
    numbers = {name: value for name, value in numbers.items() if value is not None}
    even = Reason.of("claim-uneven-cards")
    p_value = p_so_few(int(claim.number), calls, callers)
    if p_value <= ERROR:
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (even, FORGED), "G1")
    if size.low >= claim.number:
        return ClaimVerdict("supported", None, numbers, (FORGED,), "G1")
    unbounded = (Reason.of("claim-no-repeat"),) if size.high is None else ()
    return ClaimVerdict("consistent", rounded_up(p_value), numbers, (*unbounded, even))


def lines_of_claim(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> list[str]:
    """The lines a claim is about: the party's own, those on its network, else those of its supplier; of one
    province where the claim's value or words name one.
    """
    rows = con.execute(statement("party_lines"), {"party": claim.about}).fetchall()
    nearest = min((rank for _, _, rank in rows), default=0)
    text = f"{claim.value or ''} {claim.quote or ''}"
    named = {province for province in provinces() if province in text}
    return [line for line, province, rank in rows if rank == nearest and (not named or province in named)]
