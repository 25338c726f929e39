"""Two statements about one thing that cannot both be true: that needs no data."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from tracer.disclosure import Reason
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, read_claims
from tracer.findings.intervals import rounded

APART = 2.0
"""Times that two numbers must differ: "over 10,000" and 12,000 do not contradict each other."""


def with_statements(con: duckdb.DuckDBPyConnection, claim: ClaimRow, verdict: ClaimVerdict) -> ClaimVerdict:
    """`verdict`, unless the data leave the claim open and another statement of the same kind about the same party
    differs from it: then it is contradicted, by the one that differs most.
    """
    if verdict.verdict in ("contradicted", "supported") or not claim.number or claim.number < 0:
        return verdict
    others = [
        (max(other.number / claim.number, claim.number / other.number), other)
        for other in read_claims(con)
        if other.id != claim.id and other.kind == claim.kind and other.about == claim.about
        and (other.dataset is None or claim.dataset is None or other.dataset == claim.dataset)
        and other.number is not None and other.number > 0
    ]  # fmt: skip
    if not others:
        return verdict
    factor, other = max(others, key=lambda pair: (pair[0], pair[1].id))
    if factor < APART:
        return verdict
    numbers = {
        "against": "statement", "other_claim": other.id, "other_party": other.party, "other_value": other.number,
        "factor": rounded(factor), **verdict.numbers,
    }  # fmt: skip
    alternatives = (Reason.of("claim-two-statements"), *verdict.alternatives)
    return replace(verdict, verdict="contradicted", numbers=numbers, alternatives=alternatives)
