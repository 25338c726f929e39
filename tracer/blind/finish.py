"""What comes of a comparison: a blind dataset, or a bare number, in the case of who offered.

A blind dataset has one stand-in for each identifier of the other side. Those that are shared are known by the case's
own identifier; all others link with nothing. Where too few are shared, only the case's own canaries are kept: the
few people stay unknown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from tracer.blind.fingerprints import fingerprints_of
from tracer.blind.group import blinded_points, exponent
from tracer.blind.limits import SideLimits, refuse_size
from tracer.blind.members import members, secret_seed, statement
from tracer.blind.parcel import Parcel, read_parcel
from tracer.case.case import Case
from tracer.case.registered import registered
from tracer.clock import now, today
from tracer.dossier.vocabulary import id_problem, refuse
from tracer.errors import InputRefused
from tracer.identify.digests import digest_base
from tracer.policy import FEW, SHOWN_FROM

_CLOSED = {"answer": "offered", "match": "fingerprints"}
"""Kind of the file that ends an exchange -> this case's side in it."""


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


@dataclass(frozen=True)
class _Open:
    """An exchange that waits for its end."""

    exchange: str
    side: str
    party: str
    datasets: list[int]
    canaries: int
    members: int


def finish(
    case: Case, path: Path, dataset: str, obtained: date | None, bounds: SideLimits, shared_key: bytes | None = None
) -> Finished:
    """Take in the answer to an offer, or what a third party found, once.

    Raises `InputRefused` for what belongs to no open exchange of this case, or does not fit what was offered.
    """
    parcel = read_parcel(path, *_CLOSED, most=bounds.most)
    with case.transaction():
        open_ = _waiting(case, parcel, str(path))
        refuse([id_problem(dataset, "dataset", "--id")])
        _refuse_taken(case, dataset)
        keys = members(case, open_.datasets, open_.canaries, open_.exchange)
        if len(keys) != open_.members:
            what = "the offered lists have changed since (purged, or canaries changed)"
            raise InputRefused(what, where=str(path), remedy="make a new offer")
        other, shared, count = _compare(case, parcel, keys, open_, str(path), shared_key)
        refuse_size(other, bounds, f"{open_.party}'s", str(path))
        no = None
        canaries: list[int] = []
        if shared is not None:
            canaries = _canaries(case, shared)
            ordinary = len(shared) - len(canaries)
            no = _keep(case, path, dataset, obtained, open_, other, shared if ordinary >= SHOWN_FROM else canaries)
            count = len(shared) if ordinary >= SHOWN_FROM else None
        told = count if count is not None and count >= SHOWN_FROM else None
        case.con.execute(
            "UPDATE blind_exchange SET other_members = $other, shared = $shared, dataset = $no, finished_at = $at,"
            " counted_only = $only WHERE id = $id AND side = $side",
            {
                "other": other,
                "shared": told,
                "no": no,
                "at": now(),
                "only": shared is None,
                "id": open_.exchange,
                "side": open_.side,
            },
        )
        finished = Finished(
            open_.exchange, open_.party, None if no is None else dataset, open_.members, other, told, len(canaries)
        )
        case.journal.append(command="blind finish", detail=finished.to_json())
    return finished


def _waiting(case: Case, parcel: Parcel, where: str) -> _Open:
    row = case.con.execute(
        "SELECT id, side, party, datasets, canaries, members, finished_at FROM blind_exchange"
        " WHERE id = $id AND side = $side",
        {"id": parcel.exchange, "side": _CLOSED[parcel.kind]},
    ).fetchone()
    if row is None:
        what = "this case began no such comparison"
        raise InputRefused(what, where=where, remedy="give the file that answers your own")
    if row[-1] is not None:
        raise InputRefused("already imported", where=where, remedy="see its result: tracer query blind")
    return _Open(*row[:-1])


def _refuse_taken(case: Case, dataset: str) -> None:
    if case.con.execute("SELECT count(*) FROM dataset WHERE id = $id", {"id": dataset}).fetchall()[0][0]:
        raise InputRefused(f"dataset {dataset} already exists", where="--id", remedy="use another id")


def _compare(
    case: Case, parcel: Parcel, keys: Sequence[int], open_: _Open, where: str, shared_key: bytes | None
) -> tuple[int, list[int] | None, int | None]:
    """The other side's size, the own identifiers (keys) that it has too, or None and only their number."""
    if parcel.kind == "match":
        if len(parcel.sizes) != 2 or open_.members not in parcel.sizes:
            raise InputRefused("answers another set of fingerprints", where=where, remedy="ask the third party")
        other = sum(parcel.sizes) - open_.members
        if not parcel.own:
            return other, None, parcel.shared
        if shared_key is None:
            what = "says which fingerprints are shared; reading it needs the key"
            raise InputRefused(what, where=where, remedy="give --shared-key FILE")
        both = set(parcel.own)
        own = fingerprints_of(keys, shared_key)
        return other, [key for key, mine in zip(keys, own, strict=True) if mine in both], None
    if len(parcel.answered) != len(keys):
        raise InputRefused("does not answer what was offered", where=where, remedy="ask the other side for it again")
    scalar = exponent(secret_seed(case, open_.exchange, "offer"))
    theirs = set(blinded_points(parcel.own, scalar, where))
    if not parcel.ordered:
        return len(parcel.own), None, sum(point in theirs for point in parcel.answered)
    return len(parcel.own), [k for k, p in zip(keys, parcel.answered, strict=True) if p in theirs], None


def _canaries(case: Case, shared: Sequence[int]) -> list[int]:
    """Those of the shared identifiers that are the case's own canaries'."""
    return [
        key
        for (key,) in case.con.execute(
            "SELECT DISTINCT key FROM (SELECT unnest([phone, email]) AS key FROM canary"
            " UNION SELECT key FROM canary_key)"
            " WHERE key IN (SELECT unnest($shared::BIGINT[])) ORDER BY key",
            {"shared": list(shared)},
        ).fetchall()
    ]


def _keep(
    case: Case, path: Path, dataset: str, obtained: date | None, open_: _Open, other: int, shared: Sequence[int]
) -> int:
    """The blind dataset, its stand-ins and its matches; returns its number."""
    con = case.con
    sealed = case.vault.store(path)
    no = int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM dataset").fetchall()[0][0])
    con.execute(
        statement("keep_dataset"),
        {
            "no": no,
            "id": dataset,
            "version": 1,
            "holder": open_.party,
            "obtained": obtained or today(),
            "path": str(path.absolute()),
            "sha256": sealed.sha256,
            "bytes": sealed.bytes,
            "region": case.region,
            "members": other,
            "options": json.dumps({"blind": open_.exchange}),
            "loaded_at": now(),
        },
    )
    mark = f"blind {open_.exchange} "
    con.execute(statement("keep_members"), {"no": no, "base": digest_base(64), "mark": mark, "members": other})
    with registered(con, blind_shared=pa.table({"key": pa.array(list(shared), pa.int64())})):
        con.execute(statement("keep_matches"), {"no": no, "base": digest_base(64), "mark": mark, "members": other})
    return no
