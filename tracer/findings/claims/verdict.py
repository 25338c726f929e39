"""What a claim is, what a verdict on it is, and what all tests share: small counts, dates, who holds what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from tracer.disclosure import Count, DatasetRef, Reason
from tracer.disclosure import told as disclosed
from tracer.dossier.claim_values import claimed_number
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
SURE = 0.95
"""Probability from which a derivation or a retention speaks against a claim."""
ERROR = 0.01
"""Error of tests with a null of their own (methods 4); `random` keeps a smaller one."""


@dataclass(frozen=True)
class ClaimVerdict:
    """What the data say of one claim."""

    verdict: str
    p_value: float | None = None
    """P-value of the headline test; valid as printed: P(p ≤ a) ≤ a."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What was counted; small counts across lists are hidden."""
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


def over_lists(
    con: duckdb.DuckDBPyConnection, claim: ClaimRow, test: Callable[[str, int], ClaimVerdict]
) -> ClaimVerdict:
    """The verdict on all lists that a claim is about: that on the one that speaks most against it, with its name.

    `test` is given a list and the number of lists, by which it divides its error (Bonferroni); the printed p is times
    their number.
    """
    names = lists_of(con, claim)
    if claim.dataset is not None:
        return test(claim.dataset, 1)
    verdicts = {name: test(name, len(names)) for name in names if usable(con, name)[1] is None}
    if not verdicts or all(verdict.verdict == "untestable" for verdict in verdicts.values()):
        return untestable(Reason.of("claim-no-testable-list"))
    order = ("contradicted", "supported", "consistent", "untestable", "untested")
    name, chosen = min(
        verdicts.items(),
        key=lambda pair: (order.index(pair[1].verdict), 1.0 if pair[1].p_value is None else pair[1].p_value, pair[0]),
    )
    p_value = None if chosen.p_value is None else min(1.0, chosen.p_value * len(names))
    return replace(chosen, p_value=p_value, numbers={"tested": len(verdicts), "dataset": name, **chosen.numbers})


def told(count: int) -> int | str:
    """A cross-dataset count as it is shown."""
    return disclosed(Count(count))
