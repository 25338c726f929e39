"""What a side brings to a comparison, and what a comparison may not be used for: asking about one person.

Small lists ask about single people, and so do lists that differ by one. Who made an offer is trusted to have offered a
real list. An invented one of a thousand strangers and one person looks the same to the other side: no cryptography can
tell, so a person decides whom to answer, and how often.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.blind.parcel import MOST
from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.parties import ensure_party, resolve
from tracer.errors import InputRefused, UsageError
from tracer.identify.keys import HASH_BASE, SEALED_BASE, SEALED_END
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

LEAST = 1_000
"""Identifiers that either side must bring."""
FLOOR = 100
"""What `--least` may be lowered to."""
statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""


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


@dataclass(frozen=True)
class Brought:
    """The lists of one side, and the other side."""

    party: str
    names: tuple[str, ...]
    datasets: tuple[int, ...]
    """Numbers of the datasets, former versions among them where all were asked for."""
    canaries: int
    """Canaries up to this number are compared too; 0: none."""


def bring(case: Case, names: Sequence[str], party: str, option: str, *, canaries: bool) -> Brought:
    """The named datasets, or all of the case with their former versions; blind ones are left out.

    Raises `InputRefused` for one that the case does not hold, or holds no identifiers of, and for an unknown `party`
    (given with `option`).
    """
    ensure_party(case.con, party, option)
    rows = case.con.execute(
        "SELECT id, no, current, format, purged_at IS NOT NULL FROM dataset ORDER BY id, no"
    ).fetchall()
    held = {row[0] for row in rows if row[2] and row[3] != "blind" and not row[4]}
    remedy = "list them: tracer query datasets"
    problems = [
        InputRefused(f"the case holds no list {name!r} that can be compared", remedy=remedy)
        for name in dict.fromkeys(names)
        if name not in held
    ]
    if problems:
        raise InputRefused.many(problems)
    wanted = set(names) or held
    numbers = tuple(
        no
        for id_, no, current, kind, gone in rows
        # A former version counts where everything is compared: what it had and lacks now dates a copy.
        if id_ in wanted and kind != "blind" and not gone and (current or not names)
    )
    last = case.con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchall()[0][0] if canaries else 0
    return Brought(resolve(case.con, party), tuple(sorted(wanted)), numbers, int(last))


def members(case: Case, datasets: Sequence[int], canaries: int, exchange: str) -> list[int]:
    """The identifiers (keys) that are compared, each once, in the order of the exchange.

    The order depends on the case's secret: sorted by number, a point's place would tell roughly which number it is.
    """
    bound: dict[str, object] = {"hashes": HASH_BASE, "sealed": SEALED_BASE, "sealed_end": SEALED_END}
    bound |= {"mark": case.secret(b"blind order " + exchange.encode()).hex()}
    bound |= {"datasets": list(datasets), "canaries": canaries}
    return [key for (key,) in case.con.execute(statement("members"), bound).fetchall()]


def exchange_id(case: Case, brought: Brought) -> str:
    """A new exchange's id: 16 hexadecimal digits of the case's secret, the lists, the other side and the moment."""
    text = repr((brought.party, brought.datasets, brought.canaries, now().isoformat()))
    return hmac.new(case.secret(b"blind exchange"), text.encode(), hashlib.sha256).hexdigest()[:16]


def secret_seed(case: Case, exchange: str, side: str) -> bytes:
    """64 bytes for one side's exponent in one exchange; derived, so that none is ever written down."""
    purpose = f"blind exponent {side} {exchange} ".encode()
    return case.secret(purpose + b"1") + case.secret(purpose + b"2")


def refuse_size(count: int, bounds: SideLimits, whose: str, where: str) -> None:
    """Raise `InputRefused` where a set is too small or too large."""
    if count < bounds.least:
        what = f"fewer than {bounds.least:,}: the result for a short list is about single people"
        remedy = f"compare longer lists, or lower --least (not under {FLOOR})"
        raise InputRefused(f"{whose} are {count:,} identifiers, {what}", where=where, remedy=remedy)
    if count > bounds.most:
        what = f"{whose} are {count:,} identifiers, more than {bounds.most:,}"
        raise InputRefused(what, where=where, remedy="raise --most")


def refuse_repeat(case: Case, side: str, brought: Brought, other: int | None, bounds: SideLimits) -> None:
    """Raise `InputRefused` for a repeat that would reveal single people, or that has no reason.

    What two comparisons with slightly different lists share differs by the people in whom the lists differ: fewer than
    are shown across lists are taken for a question about single people.
    `other`: identifiers of the other side, where they are known.
    """
    party, datasets = brought.party, list(brought.datasets)
    earlier = case.con.execute(
        "SELECT datasets, other_members, strftime(made_at, '%Y-%m-%d') FROM blind_exchange"
        " WHERE side = $side AND party = $party ORDER BY made_at, id",
        {"side": side, "party": party},
    ).fetchall()
    for former, theirs, day in earlier:
        if sorted(former) != sorted(datasets):
            bound = {"former": former, "latter": datasets, "hashes": HASH_BASE}
            gone, differing = case.con.execute(statement("difference"), bound).fetchall()[0]
            if gone or 0 < differing < SHOWN_FROM:
                what = (
                    f"on {day} lists were compared with {party} that differ from these by fewer than {SHOWN_FROM}"
                    " identifiers, or are gone: the two results would reveal single people"
                )
                remedy = "compare the same lists as then, or wait until more has changed"
                raise InputRefused(what, where=party, remedy=remedy)
        if other is not None and theirs is not None and 0 < abs(other - theirs) < SHOWN_FROM:
            what = (
                f"what {party} offers has {abs(other - theirs)} identifiers more or fewer than what it offered on"
                f" {day}: the two answers would reveal single people to it"
            )
            raise InputRefused(what, where=party, remedy="refuse, or ask for the offer of then")
    if earlier and not bounds.again:
        what = (
            f"lists were compared with {party} already, last on {earlier[-1][2]}; a side that changes its list between"
            " two comparisons learns about those by whom it changed"
        )
        remedy = 'if a second one is justified, give --again "why"; it is journaled'
        raise InputRefused(what, where=party, remedy=remedy)
