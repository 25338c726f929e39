"""The comparison of two cases by private set intersection: an offer, an answer to it, and what comes of it.

offer: H(x)^a for each own identifier x. answer: H(y)^b for each of the other side's y, sorted, and (H(x)^a)^b in the
order of the offer, or sorted where only the number is to be revealed. finish: (H(y)^b)^a = (H(x)^a)^b where x = y.

What the other side learns is shown before anything is written, and kept in the journal. A file is on record before it
is written: what has left must never be missing from the journal.

What comes of it is a blind dataset, or a bare number, in the case of the side that offered. A blind dataset has one
stand-in for each identifier of the other side. Those that are shared are known by the case's own identifier; all
others link with nothing. Where too few are shared, only the case's own canaries are kept: the few people stay unknown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from tracer.blind.group import blinded_keys, blinded_points, exponent, fingerprints_of
from tracer.blind.limits import (
    Brought,
    SideLimits,
    bring,
    exchange_id,
    members,
    refuse_repeat,
    refuse_size,
    secret_seed,
    statement,
)
from tracer.blind.parcel import Parcel, put, read_parcel, refuse_existing, sealed
from tracer.case.case import Case
from tracer.case.registered import registered
from tracer.clock import now, today
from tracer.dossier.vocabulary import id_problem, refuse
from tracer.errors import InputRefused
from tracer.identify.digests import digest_base
from tracer.policy import FEW, SHOWN_FROM

Confirm = Callable[[Sequence[str]], None]
"""Is shown what the other side learns; raises where the user does not agree."""
_HONEST = (
    "You cannot see whether the other side's list is a real one: a list made up of strangers and one person is a "
    "question about that person."
)
_CLOSED = {"answer": "offered", "match": "fingerprints"}
"""Kind of the file that ends an exchange -> this case's side in it."""


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


@dataclass(frozen=True)
class Finished:
    """What is known now."""

    exchange: str
    party: str
    dataset: str | None
    """Id of the blind dataset; None where only the number was revealed."""
    identifiers: int
    other_identifiers: int
    shared: int | None
    """In both; None: too few to be shown."""
    canaries: int
    """The case's own canaries among them (as identifiers); 0 where only the number was revealed."""

    def to_json(self) -> dict[str, object]:
        """The row that is printed; a small count hidden."""
        return {**vars(self), "shared": FEW if self.shared is None else self.shared}


def finish(
    case: Case, path: Path, dataset: str, obtained: date | None, bounds: SideLimits, shared_key: bytes | None = None
) -> Finished:
    """Take in the answer to an offer, or what a third party found, once.

    Raises `InputRefused` for what belongs to no open exchange of this case, or does not fit what was offered.
    """
    con, where, parcel = case.con, str(path), read_parcel(path, *_CLOSED, most=bounds.most)
    with case.transaction():
        asked = {"id": parcel.exchange, "side": _CLOSED[parcel.kind]}
        row = con.execute(
            "SELECT party, datasets, canaries, members, finished_at FROM blind_exchange"
            " WHERE id = $id AND side = $side",
            asked,
        ).fetchone()
        if row is None:
            what = "this case began no such comparison"
            raise InputRefused(what, where=where, remedy="give the file that answers your own")
        party, datasets, last_canary, offered, finished_at = row
        if finished_at is not None:
            raise InputRefused("already imported", where=where, remedy="see its result: tracer query blind")
        refuse([id_problem(dataset, "dataset", "--id")])
        if con.execute("SELECT 1 FROM dataset WHERE id = $id", {"id": dataset}).fetchone() is not None:
            raise InputRefused(f"dataset {dataset} already exists", where="--id", remedy="use another id")
        keys = members(case, datasets, last_canary, parcel.exchange)
        if len(keys) != offered:
            what = "the offered lists have changed since (purged, or canaries changed)"
            raise InputRefused(what, where=where, remedy="make a new offer")
        compare = _of_match if parcel.kind == "match" else _of_answer
        other, shared, count = compare(case, parcel, keys, where, shared_key)
        refuse_size(other, bounds, f"{party}'s", where)
        no, canaries = None, list[int]()
        if shared is not None:
            found = con.execute(
                "SELECT DISTINCT key FROM (SELECT unnest([phone, email]) AS key FROM canary"
                " UNION SELECT key FROM canary_key)"
                " WHERE key IN (SELECT unnest($shared::BIGINT[])) ORDER BY key",
                {"shared": shared},
            ).fetchall()
            canaries = [key for (key,) in found]
            enough = len(shared) - len(canaries) >= SHOWN_FROM
            count = len(shared) if enough else None
            no = _keep(case, path, dataset, obtained, party, parcel.exchange, other, shared if enough else canaries)
        shown = count if count is not None and count >= SHOWN_FROM else None
        con.execute(
            "UPDATE blind_exchange SET other_members = $other, shared = $shared, dataset = $no, finished_at = $at,"
            " counted_only = $only WHERE id = $id AND side = $side",
            asked | {"other": other, "shared": shown, "no": no, "at": now(), "only": shared is None},
        )
        kept = None if no is None else dataset
        finished = Finished(parcel.exchange, party, kept, offered, other, shown, len(canaries))
        case.journal.append(command="blind finish", detail=finished.to_json())
    return finished


Compared = tuple[int, list[int] | None, int | None]
"""The other side's size, the own identifiers (keys) that it has too, or None and only their number."""


def _of_match(_: Case, parcel: Parcel, keys: Sequence[int], where: str, shared_key: bytes | None) -> Compared:
    """What a third party found by fingerprints."""
    if len(parcel.sizes) != 2 or len(keys) not in parcel.sizes:
        raise InputRefused("answers another set of fingerprints", where=where, remedy="ask the third party")
    other = sum(parcel.sizes) - len(keys)
    if not parcel.own:
        return other, None, parcel.shared
    if shared_key is None:
        what = "says which fingerprints are shared; reading it needs the key"
        raise InputRefused(what, where=where, remedy="give --shared-key FILE")
    both, own = set(parcel.own), fingerprints_of(keys, shared_key)
    return other, [key for key, mine in zip(keys, own, strict=True) if mine in both], None


def _of_answer(case: Case, parcel: Parcel, keys: Sequence[int], where: str, _: bytes | None) -> Compared:
    """What the other side answered to an offer."""
    if len(parcel.answered) != len(keys):
        raise InputRefused("does not answer what was offered", where=where, remedy="ask the other side for it again")
    theirs = set(blinded_points(parcel.own, exponent(secret_seed(case, parcel.exchange, "offer")), where))
    if not parcel.ordered:
        return len(parcel.own), None, sum(point in theirs for point in parcel.answered)
    return len(parcel.own), [k for k, p in zip(keys, parcel.answered, strict=True) if p in theirs], None


def _keep(
    case: Case,
    path: Path,
    dataset: str,
    obtained: date | None,
    party: str,
    exchange: str,
    other: int,
    shared: Sequence[int],
) -> int:
    """The blind dataset, its stand-ins and its matches; returns its number."""
    con, sealed = case.con, case.vault.store(path)
    no = int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM dataset").fetchall()[0][0])
    bound = {"no": no, "id": dataset, "holder": party, "obtained": obtained or today(), "path": str(path.absolute())}
    bound |= {"sha256": sealed.sha256, "bytes": sealed.bytes, "region": case.region, "members": other}
    bound |= {"options": json.dumps({"blind": exchange}), "loaded_at": now()}
    con.execute(statement("keep_dataset"), bound)
    stand_ins = {"no": no, "base": digest_base(64), "mark": f"blind {exchange} ", "members": other}
    con.execute(statement("keep_members"), stand_ins)
    with registered(con, blind_shared=pa.table({"key": pa.array(list(shared), pa.int64())})):
        con.execute(statement("keep_matches"), stand_ins)
    return no
