"""What a comparison may not be used for: asking about one person, by small lists or by lists that differ by one.

Who made an offer is trusted to have offered a real list. An invented one of a thousand strangers and one person looks
the same to the other side: no cryptography can tell, so a person decides whom to answer, and how often.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracer.blind.members import Brought, statement
from tracer.blind.parcel import MOST
from tracer.case.case import Case
from tracer.errors import InputRefused, UsageError
from tracer.identify.keys import HASH_BASE
from tracer.policy import SHOWN_FROM

LEAST = 1_000
"""Identifiers that either side must bring."""
FLOOR = 100
"""What `--least` may be lowered to."""


@dataclass(frozen=True)
class SideLimits:
    """How many identifiers a side may bring, and whether it may do so again."""

    least: int = LEAST
    most: int = MOST
    again: str | None = None
    """Why a further comparison with the same party is in order; None: it is not."""

    def __post_init__(self) -> None:
        """Raise `UsageError` for bounds that would allow what they are there to prevent."""
        if self.least < FLOOR:
            what = f"--least {self.least} is under {FLOOR}"
            raise UsageError(what, remedy=f"give {FLOOR} or more, and compare longer lists")


def refuse_size(count: int, bounds: SideLimits, whose: str, where: str) -> None:
    """Raise `InputRefused` where a set is too small or too large."""
    if count < bounds.least:
        what = (
            f"{whose} are {count:,} identifiers, fewer than {bounds.least:,}: the result for a short list is about"
            " single people"
        )
        raise InputRefused(what, where=where, remedy=f"compare longer lists, or lower --least (not under {FLOOR})")
    if count > bounds.most:
        what = f"{whose} are {count:,} identifiers, more than {bounds.most:,}"
        raise InputRefused(what, where=where, remedy="raise --most")


def refuse_repeat(case: Case, side: str, party: str, brought: Brought, other: int | None, bounds: SideLimits) -> None:
    """Raise `InputRefused` for a repeat that would reveal single people, or that has no reason.

    What two comparisons with slightly different lists share differs by the people in whom the lists differ: fewer than
    are shown across lists are taken for a question about single people.
    `other`: identifiers of the other side, where they are known.
    """
    earlier = case.con.execute(
        "SELECT datasets, other_members, strftime(made_at, '%Y-%m-%d') FROM blind_exchange"
        " WHERE side = $side AND party = $party ORDER BY made_at, id",
        {"side": side, "party": party},
    ).fetchall()
    for datasets, members, day in earlier:
        differing = _differing(case, datasets, brought)
        if differing is None or 0 < differing < SHOWN_FROM:
            raise InputRefused(
                f"on {day} lists were compared with {party} that differ from these by fewer than {SHOWN_FROM}"
                " identifiers, or are gone: the two results would reveal single people",
                where=party,
                remedy="compare the same lists as then, or wait until more has changed",
            )
        if other is not None and members is not None and 0 < abs(other - members) < SHOWN_FROM:
            what = (
                f"what {party} offers has {abs(other - members)} identifiers more or fewer than what it offered on"
                f" {day}: the two answers would reveal single people to it"
            )
            raise InputRefused(what, where=party, remedy="refuse, or ask for the offer of then")
    if earlier and not bounds.again:
        raise InputRefused(
            f"lists were compared with {party} already, last on {earlier[-1][2]}; a side that changes its list between"
            " two comparisons learns about those by whom it changed",
            where=party,
            remedy='if a second one is justified, give --again "why"; it is journaled',
        )


def _differing(case: Case, former: list[int], brought: Brought) -> int | None:
    """Identifiers by which the lists differ from former ones; None where those are purged."""
    if sorted(former) == sorted(brought.datasets):
        return 0
    gone = case.con.execute(
        "SELECT count(*) FROM dataset WHERE no IN (SELECT unnest($former)) AND purged_at IS NOT NULL",
        {"former": former},
    ).fetchall()[0][0]
    if gone:
        return None
    bound = {"former": former, "latter": list(brought.datasets), "hashes": HASH_BASE}
    return int(case.con.execute(statement("difference"), bound).fetchall()[0][0])
