"""The comparison of two cases by private set intersection: an offer, an answer to it, and what comes of it.

offer: H(x)^a for each own identifier x. answer: H(y)^b for each of the other side's y, sorted, and (H(x)^a)^b in the
order of the offer, or sorted where only the number is to be revealed. finish: (H(y)^b)^a = (H(x)^a)^b where x = y.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.blind import disclosure
from tracer.blind.group import blinded_keys, blinded_points, exponent
from tracer.blind.limits import SideLimits, refuse_repeat, refuse_size
from tracer.blind.members import Brought, choose, exchange_id, members, secret_seed
from tracer.blind.parcel import Parcel, put, read_parcel, refuse_standing, sealed
from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.parties import ensure_party, resolve

Confirm = Callable[[Sequence[str]], None]
"""Is shown what the other side learns; raises where the user does not agree."""


@dataclass(frozen=True)
class Written:
    """A file that was written for the other side."""

    exchange: str
    path: str
    """The file, absolute."""
    identifiers: int
    sha256: str

    def to_json(self) -> dict[str, object]:
        """The row that is printed."""
        return dict(vars(self))


def offer(case: Case, names: Sequence[str], party: str, path: Path, bounds: SideLimits, confirm: Confirm) -> Written:
    """Write what the case offers to compare. Raises `InputRefused` for too small or too large a set, or a repeat."""
    refuse_standing(path)
    # On record first: what has left must never be missing from the journal.
    with case.transaction():
        ensure_party(case.con, party, "--to")
        party = resolve(case.con, party)
        brought = choose(case, names, canaries=True)
        exchange = exchange_id(case, party, brought)
        keys = members(case, brought.datasets, brought.canaries, exchange)
        refuse_size(len(keys), bounds, "these lists", "offer")
        refuse_repeat(case, "offered", party, brought, None, bounds)
        told = disclosure.of_offer(party, brought.names, len(keys))
        confirm(told)
        points = blinded_keys(keys, exponent(secret_seed(case, exchange, "offer")))
        body = sealed(Parcel("offer", exchange, points))
        written = Written(exchange, str(path.absolute()), len(keys), hashlib.sha256(body).hexdigest())
        register(case, written, "offered", party, brought, told, bounds)
    put(body, path)
    return written


def answer(
    case: Case,
    offered: Path,
    names: Sequence[str],
    party: str,
    path: Path,
    bounds: SideLimits,
    confirm: Confirm,
    *,
    counted_only: bool,
) -> Written:
    """Answer an offer. Raises `InputRefused` for a file that is not an offer, too small or too large a set, or a
    repeat."""
    refuse_standing(path)
    parcel = read_parcel(offered, "offer", most=bounds.most)
    refuse_size(len(parcel.own), bounds, "the offered", str(offered))
    with case.transaction():
        ensure_party(case.con, party, "--to")
        party = resolve(case.con, party)
        brought = choose(case, names, canaries=False)
        keys = members(case, brought.datasets, brought.canaries, parcel.exchange)
        refuse_size(len(keys), bounds, "these lists", "answer")
        refuse_repeat(case, "answered", party, brought, len(parcel.own), bounds)
        told = disclosure.of_answer(party, brought.names, len(keys), len(parcel.own), counted_only=counted_only)
        confirm(told)
        # The offer's id comes from the other side: the exponent depends on this case's lists and moment as well.
        scalar = exponent(secret_seed(case, exchange_id(case, party, brought) + parcel.exchange, "answer"))
        own = sorted(blinded_keys(keys, scalar))
        twice = blinded_points(parcel.own, scalar, str(offered))
        answered = Parcel("answer", parcel.exchange, own, sorted(twice) if counted_only else twice, not counted_only)
        body = sealed(answered)
        written = Written(parcel.exchange, str(path.absolute()), len(keys), hashlib.sha256(body).hexdigest())
        register(
            case, written, "answered", party, brought, told, bounds, other=len(parcel.own), counted_only=counted_only
        )
    put(body, path)
    return written


def register(
    case: Case,
    written: Written,
    side: str,
    party: str,
    brought: Brought,
    told: Sequence[str],
    bounds: SideLimits,
    *,
    other: int | None = None,
    counted_only: bool = False,
) -> None:
    """Put a written file on record: in the store, and in the journal with what the other side learns from it."""
    case.con.execute(
        "INSERT INTO blind_exchange"
        " (id, side, party, datasets, canaries, members, other_members, counted_only, made_at)"
        " VALUES ($id, $side, $party, $datasets, $canaries, $members, $other, $counted_only, $at)",
        {
            "id": written.exchange,
            "side": side,
            "party": party,
            "datasets": list(brought.datasets),
            "canaries": brought.canaries,
            "members": written.identifiers,
            "other": other,
            "counted_only": counted_only,
            "at": now(),
        },
    )
    case.journal.append(
        command=f"blind {side}",
        result=written.sha256,
        detail={
            "exchange": written.exchange,
            "party": party,
            "datasets": list(brought.names),
            "identifiers": written.identifiers,
            "other": other,
            "told": list(told),
            "again": bounds.again,
        },
    )
