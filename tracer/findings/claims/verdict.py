"""What a claim is, a verdict on it, and what all tests share: small counts, who holds what, and other claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from tracer.disclosure import Count, DatasetRef, Reason
from tracer.disclosure import shown_count as disclosed
from tracer.dossier.vocabulary import claimed_number
from tracer.findings.case_facts import CaseFacts
from tracer.findings.tails import four_digits
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

statement = sql_next_to(__file__)
SURE = 0.95
"""Probability from which a derivation or a retention speaks against a claim."""
ERROR = 0.01
"""Error of tests with a null of their own (methods 4); `random` keeps a smaller one."""
_APART = 2.0
"""Times that two stated numbers must differ: "over 10,000" and 12,000 do not contradict each other."""


@dataclass(frozen=True)
class ClaimVerdict:
    """What the data say of one claim."""

    verdict: str
    p_value: float | None = None
    """P-value of the headline test; valid as printed: P(p ≤ a) ≤ a."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    alternatives: tuple[Reason, ...] = ()
    grade: str = "G0"
    """G1: the contradiction rests on an overlap above chance. That of the finding, where it rests on one."""


@dataclass(frozen=True)
class ClaimRow:
    """A claim as the case holds it."""

    id: str
    party: str
    about: str
    kind: str
    value: str | None
    dataset: str | None
    said: date | None
    quote: str | None

    @property
    def number(self) -> float | None:
        """The claimed number, where there is one."""
        return claimed_number(self.value)

    @property
    def words(self) -> str:
        """Its value and its quote, as far as they are given."""
        return f"{self.value or ''} {self.quote or ''}"


@dataclass(frozen=True)
class ClaimedList:
    """A list that a claim is about."""

    no: int
    id: str
    lists: int
    """How many lists the claim is about: a test divides its error by it (Bonferroni)."""


ClaimTest = Callable[[CaseFacts, ClaimRow], ClaimVerdict]
ListTest = Callable[[CaseFacts, ClaimRow, ClaimedList], ClaimVerdict]


def read_claims(con: duckdb.DuckDBPyConnection) -> list[ClaimRow]:
    """All claims by id."""
    rows = con.execute(
        "SELECT id, party, coalesce(about, party), kind, value, dataset, said, quote FROM claim ORDER BY id"
    ).fetchall()
    return [ClaimRow(*row) for row in rows]


def untestable(why: Reason, numbers: Mapping[str, object] | None = None, *more: Reason) -> ClaimVerdict:
    """The verdict on what cannot be tested, and why."""
    return ClaimVerdict("untestable", numbers=numbers or {}, alternatives=(why, *more))


def lists_of(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> list[str]:
    """The datasets that a claim is about: the one it names, or all that the party holds."""
    if claim.dataset is not None:
        return [claim.dataset]
    rows = con.execute(
        "SELECT id FROM dataset WHERE holder = $party AND current ORDER BY id", {"party": claim.about}
    ).fetchall()
    return [name for (name,) in rows]


def usable(con: duckdb.DuckDBPyConnection, dataset: str) -> tuple[int, Reason | None]:
    """(number of the current version, why it cannot be compared or None)."""
    row = con.execute(
        "SELECT no, contacts, purged_at FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchone()
    if row is None:
        return 0, Reason.of("claim-no-list", dataset=DatasetRef(dataset))
    no, contacts, purged = row
    if purged is not None:
        return no, Reason.of("claim-list-removed", dataset=DatasetRef(dataset))
    if contacts < SHOWN_FROM:
        return no, Reason.of("claim-list-small", dataset=DatasetRef(dataset), least=SHOWN_FROM)
    return no, None


def of_lists(test: ListTest) -> ClaimTest:
    """The test of a claim about lists, from the test of one of them: the verdict on the list that the claim names, or,
    of all that the party holds, that on the one that speaks most against it, with its name and p times their number.
    """

    def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
        names = lists_of(facts.con, claim)
        known = {name: usable(facts.con, name) for name in names}
        if claim.dataset is not None:
            no, why_not = known[claim.dataset]
            return untestable(why_not) if why_not else test(facts, claim, ClaimedList(no, claim.dataset, 1))
        usable_lists = [ClaimedList(no, name, len(names)) for name, (no, why_not) in known.items() if why_not is None]
        verdicts = {one.id: test(facts, claim, one) for one in usable_lists}
        if all(verdict.verdict == "untestable" for verdict in verdicts.values()):
            return untestable(Reason.of("claim-no-testable-list"))
        order = ("contradicted", "supported", "consistent", "untestable")

        def against(item: tuple[str, ClaimVerdict]) -> tuple[int, float, str]:
            name, verdict = item
            return order.index(verdict.verdict), 1.0 if verdict.p_value is None else verdict.p_value, name

        name, chosen = min(verdicts.items(), key=against)
        p_value = None if chosen.p_value is None else min(1.0, chosen.p_value * len(names))
        return replace(chosen, p_value=p_value, numbers={"tested": len(verdicts), "dataset": name, **chosen.numbers})

    return assess


def or_statements(test: ClaimTest) -> ClaimTest:
    """The test, unless it leaves the claim open and another statement of the same kind about the same party differs
    from it: both cannot be true, which needs no data. Then it is contradicted, by the one that differs most."""

    def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
        verdict = test(facts, claim)
        if verdict.verdict in ("contradicted", "supported") or not claim.number or claim.number < 0:
            return verdict
        factors = [
            (max(other.number / claim.number, claim.number / other.number), other.id, other)
            for other in read_claims(facts.con)
            if (other.kind, other.about) == (claim.kind, claim.about)
            and other.id != claim.id
            and (other.dataset is None or claim.dataset is None or other.dataset == claim.dataset)
            and other.number is not None
            and other.number > 0
        ]
        factor, _, other = max(factors, default=(0.0, "", claim), key=lambda one: one[:2])
        if factor < _APART:
            return verdict
        numbers: dict[str, Any] = {"against": "statement", "other_claim": other.id, "other_party": other.party}
        numbers |= {"other_value": other.number, "factor": four_digits(factor), **verdict.numbers}
        alternatives = (Reason.of("claim-two-statements"), *verdict.alternatives)
        return replace(verdict, verdict="contradicted", numbers=numbers, alternatives=alternatives)

    return assess


def numbers_known(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers that are known."""
    return {name: value for name, value in numbers.items() if value is not None}


def shown_count(count: int) -> int | str:
    """A cross-dataset count as it is shown."""
    return disclosed(Count(count))
