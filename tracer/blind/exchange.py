"""The comparison of two cases by private set intersection: an offer, and an answer to it; `finish` reads the answer.

offer: H(x)^a for each own identifier x. answer: H(y)^b for each of the other side's y, sorted, and (H(x)^a)^b in the
order of the offer, or sorted where only the number is to be revealed. finish: (H(y)^b)^a = (H(x)^a)^b where x = y.

What the other side learns is shown before anything is written, and kept in the journal. A file is on record before it
is written: what has left must never be missing from the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.blind.group import blinded_keys, blinded_points, exponent
from tracer.blind.limits import (
    Brought,
    SideLimits,
    bring,
    exchange_id,
    members,
    refuse_repeat,
    refuse_size,
    secret_seed,
)
from tracer.blind.parcel import Parcel, put, read_parcel, refuse_existing, sealed
from tracer.case.case import Case
from tracer.clock import now

Confirm = Callable[[Sequence[str]], None]
"""Is shown what the other side learns; raises where the user does not agree."""
_HONEST = (
    "You cannot see whether the other side's list is a real one: a list made up of strangers and one person is a "
    "question about that person."
)


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
    refuse_existing(path)
    with case.transaction():
        brought = bring(case, names, party, "--to", canaries=True)
        party, exchange = brought.party, exchange_id(case, brought)
        keys = members(case, brought.datasets, brought.canaries, exchange)
        refuse_size(len(keys), bounds, "these lists", "offer")
        refuse_repeat(case, "offered", brought, None, bounds)
        disclosed = [
            f"{party} learns how many identifiers you compare ({len(keys):,}; lists: {', '.join(brought.names)}, and "
            "your canaries), and nothing else: each is blinded by a secret of this one exchange.",
            f"From the answer you learn how many identifiers {party} compares and which of yours it has too; or, if it "
            "answers --count-only, only how many. You learn nothing of what it has and you have not.",
            f"{party} does not learn what you share. If it is to, it makes an offer of its own.",
        ]
        confirm(disclosed)
        points = blinded_keys(keys, exponent(secret_seed(case, exchange, "offer")))
        body = sealed(Parcel("offer", exchange, points))
        written = register(case, "offered", brought, exchange, path, body, len(keys), disclosed, bounds)
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
    refuse_existing(path)
    parcel = read_parcel(offered, "offer", most=bounds.most)
    theirs = len(parcel.own)
    refuse_size(theirs, bounds, "the offered", str(offered))
    with case.transaction():
        brought = bring(case, names, party, "--to", canaries=False)
        party = brought.party
        keys = members(case, brought.datasets, brought.canaries, parcel.exchange)
        refuse_size(len(keys), bounds, "these lists", "answer")
        refuse_repeat(case, "answered", brought, theirs, bounds)
        which = "how many of its own identifiers you have" if counted_only else "which of its own identifiers you have"
        lists = ", ".join(brought.names)
        disclosed = [
            f"{party} learns how many identifiers you compare ({len(keys):,}; lists: {lists}) and {which}.",
            f"You learn that {party} compares {theirs:,} identifiers, and nothing else.",
            _HONEST,
        ]
        confirm(disclosed)
        # The offer's id comes from the other side: the exponent depends on this case's lists and moment as well.
        scalar = exponent(secret_seed(case, exchange_id(case, brought) + parcel.exchange, "answer"))
        own = sorted(blinded_keys(keys, scalar))
        twice = blinded_points(parcel.own, scalar, str(offered))
        answered = sorted(twice) if counted_only else twice
        body = sealed(Parcel("answer", parcel.exchange, own, answered, not counted_only))
        written = register(
            case, "answered", brought, parcel.exchange, path, body, len(keys), disclosed, bounds, theirs, counted_only
        )
    put(body, path)
    return written


def register(
    case: Case,
    side: str,
    brought: Brought,
    exchange: str,
    path: Path,
    body: bytes,
    identifiers: int,
    disclosed: Sequence[str],
    bounds: SideLimits,
    other: int | None = None,
    counted_only: bool = False,
) -> Written:
    """Put a file on record: in the store, and in the journal with what the other side learns from it."""
    written = Written(exchange, str(path.absolute()), identifiers, hashlib.sha256(body).hexdigest())
    bound: dict[str, object] = {"id": exchange, "side": side, "at": now(), "datasets": list(brought.datasets)}
    bound |= {"party": brought.party, "canaries": brought.canaries}
    case.con.execute(
        "INSERT INTO blind_exchange"
        " (id, side, party, datasets, canaries, members, other_members, counted_only, made_at)"
        " VALUES ($id, $side, $party, $datasets, $canaries, $members, $other, $counted_only, $at)",
        bound | {"members": identifiers, "other": other, "counted_only": counted_only},
    )
    detail: dict[str, object] = {"exchange": exchange, "party": brought.party, "datasets": list(brought.names)}
    detail |= {"identifiers": identifiers, "other": other, "told": list(disclosed), "again": bounds.again}
    case.journal.append(command=f"blind {side}", result=written.sha256, detail=detail)
    return written
