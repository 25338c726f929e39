"""`tracer release --plan`: what a design costs and what it can catch, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.case.case import Case
from tracer.clock import today
from tracer.marking.identities import available, home_rows
from tracer.marking.release import ReleaseRequest, refuse_request
from tracer.marking.source_list import read_source_list

RATES = (0.5, 0.2, 0.1, 0.05, 0.01)
"""Shares of a copy that may leak."""
COLLUDERS = (1, 2, 3, 5)
"""Recipients that may pool their copies."""


@dataclass(frozen=True)
class Chance:
    """How likely a leak shows a unique canary of at least one of its sources."""

    colluders: int
    """Copies that are sampled and merged."""
    rate: float
    """Share of each copy that goes into the leak."""
    caught: float
    """1 - (1 - r)^(cK): at least one of the c copies shows a unique canary."""
    all_caught: float
    """(1 - (1 - r)^K)^c: each of them does."""


@dataclass(frozen=True)
class Plan:
    """What a release would take and give."""

    recipients: int
    needed: int
    """Identities that it costs."""
    ready: int
    """Unused identities that fit the list."""
    home: int
    """Rows of home canaries that are taken out of every copy."""
    chances: tuple[Chance, ...]
    """By number of colluders and rate."""
    limits: tuple[str, ...]
    """When it cannot work, one line each."""

    @property
    def missing(self) -> int:
        """Identities that are lacking."""
        return max(0, self.needed - self.ready)

    def rows(self) -> list[dict[str, object]]:
        """What the design can catch, a row for each number of colluders and rate; rounded to a ten-thousandth."""
        return [
            {
                "colluders": item.colluders, "rate": item.rate, "caught": round(item.caught, 4),
                "all_caught": round(item.all_caught, 4), "identities": self.needed,
            }
            for item in self.chances
        ]  # fmt: skip

    def lines(self) -> list[str]:
        """What it costs and when it cannot work, one line each."""
        cost = f"{self.recipients} copies cost {self.needed} identities; {self.ready} unused ones fit the list"
        home = [f"{self.home} rows of home canaries are taken out of every copy"] if self.home else []
        return [cost, *home, *self.limits]


def plan_release(case: Case, request: ReleaseRequest) -> Plan:
    """Look at a request without drawing anything. Raises `InputRefused` for what `release_copies` would refuse, but
    for a lack of identities, which the plan states."""
    refuse_request(case.con, request)
    source = read_source_list(case.con, request.dataset)
    needed = request.unique * len(request.recipients)
    ready = len(available(case.con, source, 0, request.day or today()))
    homes = sum(len(rows) for rows in home_rows(case.con, source).values())
    return Plan(
        len(request.recipients), needed, ready, homes, chances(request.unique, len(request.recipients)),
        tuple(_limits(request.unique, len(request.recipients), max(0, needed - ready))),
    )  # fmt: skip


def chances(unique: int, recipients: int) -> tuple[Chance, ...]:
    """Detection by unique canaries where copies are sub-sampled and merged (methods 1)."""
    return tuple(
        Chance(c, rate, 1 - (1 - rate) ** (unique * c), (1 - (1 - rate) ** unique) ** c)
        for c in COLLUDERS
        if c <= recipients
        for rate in RATES
    )


def _limits(unique: int, recipients: int, missing: int) -> Sequence[str]:
    lines = []
    if missing:
        lines.append(f"{missing} identities are missing: the release would be refused")
    if unique == 0:
        lines.append("without canaries nothing tells the copies apart: no copy can be named")
        return lines
    rate = 1 - 0.05 ** (1 / unique)
    lines.append(f"a sample below {rate:.0%} of a copy shows none of its {unique} canaries more than 1 time in 20")
    if recipients > 1:
        lines.append("two recipients who compare their copies and keep the common rows lose all unique canaries")
    lines.append(
        f"on bare numbers in dense blocks one hit does not reach the bound of {0.01 / recipients:.1g}: a name or a "
        "second canary is needed"
    )
    return lines
