"""Comparing two lists without showing either: by private set intersection, or by a third party over fingerprints.

offer: H(x)^a for each own identifier x. answer: H(y)^b for each of the other side's y, sorted, and (H(x)^a)^b in the
order of the offer, or sorted where only the number is to be revealed. finish: (H(y)^b)^a = (H(x)^a)^b where x = y.
Through a third party: HMAC-SHA256 of each identifier, under a key that both sides hold. For the third party a
fingerprint is a random number. Between the two sides it hides nothing, since each can make the fingerprints of all
phone numbers there are; so neither may get the other's.

What the other side learns is shown before anything is written, and kept in the journal. A file is on record before it
is written: what has left must never be missing from the journal.

What comes of it is a blind dataset, or a bare number, in the case of the side that offered. A blind dataset has one
stand-in for each identifier of the other side. Those that are shared are known by the case's own identifier; all
others link with nothing. Where too few are shared, only the case's own canaries are kept: the few people stay unknown.

Small lists ask about single people, and so do lists that differ by one. Who made an offer is trusted to have offered a
real list. An invented one of a thousand strangers and one person looks the same to the other side: no cryptography can
tell, so a person decides whom to answer, and how often.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from tracer.case.case import Case
from tracer.case.key import read_key_file, write_key_file
from tracer.case.store import registered_tables
from tracer.clock import now, today
from tracer.documents import json_of
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.vocabulary import id_problem, refuse
from tracer.errors import InputRefused, UsageError
from tracer.file_writing import write_whole
from tracer.identify.digests import digest_base
from tracer.identify.keys import HASH_BASE, SEALED_BASE, SEALED_END
from tracer.input_files import text_of, whole_bytes
from tracer.optional import BLIND, require
from tracer.policy import FEW, SHOWN_FROM
from tracer.resources import sql_next_to

# The files that two sides carry to one another: one line of JSON, then blocks of 32 bytes, then the SHA-256 of it all.
# Nothing in a file is believed: sizes are checked before anything is read, and no name in it becomes a path or a party.

BLOCK = 32  # Bytes of a point or a fingerprint.
_FORMAT = "tracer-blind-1"
_LONGEST_HEAD = 4_096
_HEAD = {"format": str, "kind": str, "exchange": str, "ordered": bool, "sizes": list, "own": int, "answered": int}
"""What the first line has, and its types; a match says `shared` as well."""
MOST = 5_000_000  # Blocks that a file may hold, unless more are asked for: 160 MB.
KINDS = {
    "offer": "what the first side offers: its identifiers, blinded",
    "answer": "what the second side answers: its own identifiers, blinded, and the offered ones, blinded twice",
    "fingerprints": "keyed fingerprints for a third party",
    "match": "what a third party found",
}


@dataclass(frozen=True)
class Parcel:
    """One file of an exchange."""

    kind: str  # One of `KINDS`.
    exchange: str  # Id of the exchange: 16 hexadecimal digits.
    own: Sequence[bytes]  # The sender's blocks; of a match, those that both sides have.
    answered: Sequence[bytes] = ()
    ordered: bool = True
    """In an answer: whether `answered` is in the order of the offer, so that its sender sees which are shared."""
    sizes: tuple[int, ...] = ()
    shared: int | None = None  # In a match: how many both have; None where they are too few to be shown.


def parcel_bytes(parcel: Parcel) -> bytes:
    """The bytes of a file."""
    head = {"format": _FORMAT, "kind": parcel.kind, "exchange": parcel.exchange, "own": len(parcel.own)}
    head |= {"answered": len(parcel.answered), "ordered": parcel.ordered, "sizes": list(parcel.sizes)}
    head |= {"shared": parcel.shared}
    body = json.dumps(head).encode() + b"\n" + b"".join(parcel.own) + b"".join(parcel.answered)
    return body + hashlib.sha256(body).digest()


def refuse_existing(path: Path) -> None:
    """Raise `InputRefused` where the file already exists."""
    if path.exists():
        raise InputRefused("already exists", where=str(path), remedy="name another file with -o")


def write_new_file(body: bytes, path: Path) -> None:
    """Write a new file in one step. Raises `InputRefused` where it cannot be written."""
    refuse_existing(path)
    write_whole(body, path)


def read_parcel(path: Path, *kinds: str, most: int = MOST) -> Parcel:
    """Read a file of one of `kinds`; raises `InputRefused` where it is another, damaged, or holds more than `most`."""
    where = str(path)
    try:
        size = path.stat().st_size
        if size > 2 * most * BLOCK + _LONGEST_HEAD:
            raise InputRefused(f"holds more than {most:,} identifiers", where=where, remedy="raise --most")
        body = whole_bytes(path, 2 * most * BLOCK + _LONGEST_HEAD)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise InputRefused(what, where=where, remedy="check the path and who may read it") from error
    line, newline, blocks = body.partition(b"\n")
    head = _head(line) if newline and len(line) <= _LONGEST_HEAD else None
    if head is None or head["kind"] not in KINDS:
        what = "not a file of a blind comparison"
        raise InputRefused(what, where=where, remedy="give a file that `tracer blind` wrote")
    if head["kind"] not in kinds:
        what = f"is {KINDS[head['kind']]}"
        raise InputRefused(what, where=where, remedy=f"give the file of kind {' or '.join(kinds)}")
    count = head["own"] + head["answered"]
    if len(blocks) != (count + 1) * BLOCK or hashlib.sha256(body[:-BLOCK]).digest() != body[-BLOCK:]:
        raise InputRefused("is damaged or cut off", where=where, remedy="get it again")
    each = [blocks[i * BLOCK : (i + 1) * BLOCK] for i in range(count)]
    own, answered = each[: head["own"]], each[head["own"] :]
    if len(set(own)) < len(own) or len(set(answered)) < len(answered):
        raise InputRefused("holds an identifier twice", where=where, remedy="ask the other side for the file again")
    sizes, shared = tuple(head["sizes"]), head.get("shared")
    return Parcel(head["kind"], head["exchange"], own, answered, head["ordered"], sizes, shared)


def _head(line: bytes) -> dict[str, Any] | None:
    """The first line, where it is one of ours and of the right types."""
    try:
        head = json_of(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(head, dict) or any(type(head.get(name)) is not kind for name, kind in _HEAD.items()):
        return None
    counts = [head["own"], head["answered"], head.get("shared") or 0, *head["sizes"]]
    good = (
        head["format"] == _FORMAT
        and re.fullmatch(r"[0-9a-f]{16}", head["exchange"]) is not None
        and type(head.get("shared")) in (int, type(None))
        and all(type(count) is int and 0 <= count < 1 << 40 for count in counts)
    )
    return head if good else None


# How identifiers are hidden: as points of ristretto255 (RFC 9496), by libsodium, or as keyed fingerprints.
#
# Each side has a secret exponent for one exchange. An identifier becomes a point by the one-way map of RFC 9496 (4.3.4)
# over its SHA-512, so that the logarithm of one to another is unknown: with a hash put on the generator as an exponent,
# one blinded point would be enough to try out every number. Blinding by a and then by b gives the same as by b and then
# by a (Meadows 1986; Huberman, Franklin and Hogg 1999).

T = TypeVar("T")

_DOMAIN = b"tracer blind comparison 1\x00"
"""Separates these points from those of any other protocol over the same identifiers."""
_FINGERPRINT = b"tracer blind fingerprint 1\x00"
_SCALAR_SEED = 64
_CHUNK = 2_000  # Points that a thread takes at a time; libsodium works without Python's lock.


def exponent(seed: bytes) -> bytes:
    """The secret exponent that 64 uniformly random bytes stand for."""
    if len(seed) != _SCALAR_SEED:
        raise ValueError(f"an exponent is made of {_SCALAR_SEED} bytes")
    require("rbcl", BLIND, "comparing without showing")
    import rbcl

    scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(seed)
    return scalar


def blinded_keys(keys: Sequence[int], scalar: bytes) -> list[bytes]:
    """The points of identifiers (keys), blinded, in their order."""
    import rbcl

    def one(key: int) -> bytes:
        digest = hashlib.sha512(_DOMAIN + str(key).encode()).digest()
        point: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, rbcl.crypto_core_ristretto255_from_hash(digest))
        return point

    return _each(one, keys)


def blinded_points(points: Sequence[bytes], scalar: bytes, where: str) -> list[bytes]:
    """Points of the other side, blinded once more, in their order.

    Raises `InputRefused` where one of them is not a point of the group, or its neutral element.
    """
    import rbcl

    def one(point: bytes) -> bytes:
        try:
            twice: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, point)
        except (RuntimeError, ValueError, TypeError) as error:
            what = "holds a value that is not a point of the group"
            raise InputRefused(what, where=where, remedy="ask the other side for the file again") from error
        return twice

    return _each(one, points)


def _each(one: Callable[[T], bytes], items: Sequence[T]) -> list[bytes]:
    """`one` of every item, in their order, on all processors."""
    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [made for chunk in pool.map(lambda part: [one(item) for item in part], chunks) for made in chunk]


def fingerprints_of(keys: Sequence[int], key: bytes) -> list[bytes]:
    """The fingerprints of identifiers, in their order."""
    return [hmac.digest(key, _FINGERPRINT + str(identifier).encode(), hashlib.sha256) for identifier in keys]


LEAST = 1_000  # Identifiers that either side must bring.
FLOOR = 100  # What `--least` may be lowered to.
_statement = sql_next_to(__file__)
Confirm = Callable[[Sequence[str]], None]  # Is shown what the other side learns; raises where the user does not agree.
_BOTH_HOLD = (
    "The fingerprint key is with both of you: between you it hides nothing. A party with the key and the other side's "
    "fingerprints can try out every phone number in minutes. Hand yours to the third party alone."
)
_LEARNT = {
    "offered": (
        "{party} learns how many identifiers you compare ({count}; lists: {lists}, and your canaries), and nothing "
        "else: each is blinded by a secret of this one exchange.",
        "From the answer you learn how many identifiers {party} compares and which of yours it has too; or, if it "
        "answers --count-only, only how many. You learn nothing of what it has and you have not.",
        "{party} does not learn what you share. If it is to, it makes an offer of its own.",
    ),
    "answered": (
        "{party} learns how many identifiers you compare ({count}; lists: {lists}) and {which} of its own identifiers"
        " you have.",
        "You learn that {party} compares {other} identifiers, and nothing else.",
        "You cannot see whether the other side's list is a real one: a list made up of strangers and one person is a "
        "question about that person.",
    ),
    "fingerprints": (
        "The third party learns how many identifiers you compare ({count}; lists: {lists}), how many you share with "
        "{party}, and which fingerprints those are; without the key it cannot tell whose they are.",
        "From its answer you and {party} learn how many you share and, unless it counts only, which of your own those "
        "are.",
        _BOTH_HOLD,
        "If the third party and either of you put key and fingerprints together, everything is revealed. The key is "
        "for one comparison: make a new one for the next.",
    ),
}
"""What somebody learns by a file of this side."""
_CLOSED = {"answer": "offered", "match": "fingerprints"}
"""Kind of the file that ends an exchange -> this case's side in it."""


@dataclass(frozen=True)
class SideLimits:
    """How many identifiers a side may bring, and whether it may do so again."""

    least: int = LEAST
    most: int = MOST
    again: str | None = None  # Why a further comparison with the same party is in order; None: it is not.

    def __post_init__(self) -> None:
        """Raise `UsageError` for bounds that would allow what they are there to prevent."""
        if self.least < FLOOR:
            what = f"--least {self.least} is under {FLOOR}"
            raise UsageError(what, remedy=f"give {FLOOR} or more, and compare longer lists")


def _members(case: Case, datasets: Sequence[int], canaries: int, exchange: str) -> list[int]:
    """The identifiers (keys) that are compared, each once, in the order of the exchange.

    The order depends on the case's secret: sorted by number, a point's place would tell roughly which number it is.
    """
    bound: dict[str, object] = {"hashes": HASH_BASE, "sealed": SEALED_BASE, "sealed_end": SEALED_END}
    bound |= {"mark": case.secret(b"blind order " + exchange.encode()).hex()}
    bound |= {"datasets": list(datasets), "canaries": canaries}
    return [key for (key,) in case.con.execute(_statement("members"), bound).fetchall()]


def _exponent(case: Case, exchange: str, side: str) -> bytes:
    """One side's secret exponent in one exchange; derived, so that none is ever written down."""
    purpose = f"blind exponent {side} {exchange} ".encode()
    return exponent(case.secret(purpose + b"1") + case.secret(purpose + b"2"))


def _refuse_size(count: int, bounds: SideLimits, whose: str, where: str) -> None:
    """Raise `InputRefused` where a set is too small or too large."""
    if count < bounds.least:
        what = f"fewer than {bounds.least:,}: the result for a short list is about single people"
        remedy = f"compare longer lists, or lower --least (not under {FLOOR})"
        raise InputRefused(f"{whose} are {count:,} identifiers, {what}", where=where, remedy=remedy)
    if count > bounds.most:
        what = f"{whose} are {count:,} identifiers, more than {bounds.most:,}"
        raise InputRefused(what, where=where, remedy="raise --most")


def _refuse_repeat(
    case: Case, side: str, party: str, datasets: list[int], other: int | None, bounds: SideLimits
) -> None:
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
    for former, theirs, day in earlier:
        if sorted(former) != sorted(datasets):
            bound = {"former": former, "latter": datasets, "hashes": HASH_BASE}
            gone, differing = case.con.execute(_statement("difference"), bound).fetchall()[0]
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


@dataclass(frozen=True)
class Written:
    """A file that was written for the other side; `path` is absolute."""

    exchange: str
    path: str
    identifiers: int
    sha256: str

    def to_json(self) -> dict[str, object]:
        """The row that is printed."""
        return dict(vars(self))


def offer(case: Case, names: Sequence[str], party: str, path: Path, bounds: SideLimits, confirm: Confirm) -> Written:
    """Write what the case offers to compare. Raises `InputRefused` for too small or too large a set, or a repeat."""

    def made(exchange: str, keys: Sequence[int], _: str) -> Parcel:
        return Parcel("offer", exchange, blinded_keys(keys, _exponent(case, exchange, "offer")))

    return _send(case, "offered", names, party, path, bounds, confirm, made)


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
    _refuse_size(len(parcel.own), bounds, "the offered", str(offered))

    def made(exchange: str, keys: Sequence[int], new: str) -> Parcel:
        # The offer's id comes from the other side: the exponent depends on this case's lists and moment as well.
        scalar = _exponent(case, new + exchange, "answer")
        own, twice = sorted(blinded_keys(keys, scalar)), blinded_points(parcel.own, scalar, str(offered))
        return Parcel("answer", exchange, own, sorted(twice) if counted_only else twice, not counted_only)

    about = (case, "answered", names, party, path, bounds, confirm, made)
    return _send(*about, exchange=parcel.exchange, other=len(parcel.own), counted_only=counted_only)


def make_key(path: Path) -> list[str]:
    """Write a new fingerprint key (256 random bits, mode 0600); returns what holds for it."""
    refuse_existing(path)
    write_key_file(path, secrets.token_bytes(32))
    return [
        _BOTH_HOLD,
        "Give the key to the other side by a way that the third party does not see, and never to the third party.",
    ]


def read_key(path: Path) -> bytes:
    """The bytes of a fingerprint key. Raises `CaseUnavailable` where the file holds none."""
    return read_key_file(path).secret


def fingerprint(
    case: Case, names: Sequence[str], party: str, path: Path, key: bytes, bounds: SideLimits, confirm: Confirm
) -> Written:
    """Write fingerprints for the third party. Raises as `offer`."""

    def made(exchange: str, keys: Sequence[int], _: str) -> Parcel:
        return Parcel("fingerprints", exchange, sorted(fingerprints_of(keys, key)))

    # What names the comparison that a key is for does not tell the key.
    exchange = hmac.new(key, b"tracer blind key id", hashlib.sha256).hexdigest()[:16]
    return _send(case, "fingerprints", names, party, path, bounds, confirm, made, exchange=exchange)


def _send(
    case: Case,
    side: str,
    names: Sequence[str],
    party: str,
    path: Path,
    bounds: SideLimits,
    confirm: Confirm,
    made: Callable[[str, Sequence[int], str], Parcel],
    *,
    exchange: str | None = None,
    other: int | None = None,
    counted_only: bool = False,
) -> Written:
    """Write the file of one side: of the named datasets, or of all of the case with their former versions.

    `made`: the file, from its exchange's id, the identifiers, and the id that a new exchange would have. `exchange`:
    its id, where there is one already; `other`: identifiers of the other side, where known. Raises `InputRefused` for a
    list that the case does not hold, or holds no identifiers of, and for an unknown `party`.
    """
    refuse_existing(path)
    con, fingerprints = case.con, side == "fingerprints"
    with case.transaction():
        ensure_party(con, party, "--with" if fingerprints else "--to")
        party = resolve(con, party)
        rows = con.execute(
            "SELECT id, no, current FROM dataset WHERE format IS DISTINCT FROM 'blind' AND purged_at IS NULL"
            " ORDER BY id, no"
        ).fetchall()
        held, remedy = {name for name, _, current in rows if current}, "list them: tracer query datasets"
        unknown = [name for name in dict.fromkeys(names) if name not in held]
        refuse(InputRefused(f"the case holds no list {name!r} that can be compared", remedy=remedy) for name in unknown)
        wanted = set(names) or held
        # A former version counts where everything is compared: what it had and lacks now dates a copy.
        datasets = [no for name, no, current in rows if name in wanted and (current or not names)]
        # Canaries up to this number are compared too; 0: none.
        last = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchall()[0][0] if side != "answered" else 0
        text = repr((party, tuple(datasets), last, now().isoformat()))
        new = hmac.new(case.secret(b"blind exchange"), text.encode(), hashlib.sha256).hexdigest()[:16]
        exchange = exchange or new
        keys = _members(case, datasets, last, exchange)
        _refuse_size(len(keys), bounds, "these lists", side if fingerprints else side.removesuffix("ed"))
        _refuse_repeat(case, side, party, datasets, other, bounds)
        facts = {"party": party, "lists": ", ".join(sorted(wanted)), "count": f"{len(keys):,}"}
        facts |= {"other": f"{other or 0:,}", "which": "how many" if counted_only else "which"}
        learnt = [line.format(**facts) for line in _LEARNT[side]]
        confirm(learnt)
        body = parcel_bytes(made(exchange, keys, new))
        written = Written(exchange, str(path.absolute()), len(keys), hashlib.sha256(body).hexdigest())
        bound: dict[str, object] = {"id": exchange, "side": side, "at": now(), "datasets": datasets, "party": party}
        bound |= {"canaries": last, "members": len(keys), "other": other, "counted_only": counted_only}
        con.execute(
            "INSERT INTO blind_exchange"
            " (id, side, party, datasets, canaries, members, other_members, counted_only, made_at)"
            " VALUES ($id, $side, $party, $datasets, $canaries, $members, $other, $counted_only, $at)",
            bound,
        )
        detail: dict[str, object] = {"exchange": exchange, "party": party, "datasets": sorted(wanted)}
        detail |= {"identifiers": len(keys), "other": other, "told": learnt, "again": bounds.again}
        case.journal.append(command=f"blind {side}", result=written.sha256, detail=detail)
    write_new_file(body, path)
    return written


@dataclass(frozen=True)
class Finished:
    """What is known now."""

    exchange: str
    party: str
    dataset: str | None  # Id of the blind dataset; None where only the number was revealed.
    identifiers: int
    other_identifiers: int
    shared: int | None  # In both; None: too few to be shown.
    canaries: int  # The case's own canaries among them (as identifiers); 0 where only the number was revealed.

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
        keys = _members(case, datasets, last_canary, parcel.exchange)
        if len(keys) != offered:
            what = "the offered lists have changed since (purged, or canaries changed)"
            raise InputRefused(what, where=where, remedy="make a new offer")
        other, shared, count = _compared(case, parcel, keys, where, shared_key)
        _refuse_size(other, bounds, f"{party}'s", where)
        no, kept, canaries = None, None, list[int]()
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
            # The blind dataset, its stand-ins and its matches.
            kept, sealed = dataset, case.vault.store(path)
            no = int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM dataset").fetchall()[0][0])
            bound = {"no": no, "id": dataset, "holder": party, "obtained": obtained or today(), "members": other}
            bound |= {"path": str(path.absolute()), "sha256": sealed.sha256, "bytes": sealed.bytes}
            bound |= {"region": case.region, "options": json.dumps({"blind": parcel.exchange}), "loaded_at": now()}
            con.execute(_statement("keep_dataset"), bound)
            stand_ins = {"no": no, "base": digest_base(64), "mark": f"blind {parcel.exchange} ", "members": other}
            con.execute(_statement("keep_members"), stand_ins)
            both = pa.table({"key": pa.array(shared if enough else canaries, pa.int64())})
            with registered_tables(con, blind_shared=both):
                con.execute(_statement("keep_matches"), {"no": no})
        shown = count if count is not None and count >= SHOWN_FROM else None
        con.execute(
            "UPDATE blind_exchange SET other_members = $other, shared = $shared, dataset = $no, finished_at = $at,"
            " counted_only = $only WHERE id = $id AND side = $side",
            asked | {"other": other, "shared": shown, "no": no, "at": now(), "only": shared is None},
        )
        finished = Finished(parcel.exchange, party, kept, offered, other, shown, len(canaries))
        case.journal.append(command="blind finish", detail=finished.to_json())
    return finished


def _compared(
    case: Case, parcel: Parcel, keys: Sequence[int], where: str, shared_key: bytes | None
) -> tuple[int, list[int] | None, int | None]:
    """The other side's size, the own identifiers (keys) that it has too, or None and only their number."""
    if parcel.kind == "match":
        if len(parcel.sizes) != 2 or len(keys) not in parcel.sizes:
            raise InputRefused("answers another set of fingerprints", where=where, remedy="ask the third party")
        other = sum(parcel.sizes) - len(keys)
        if not parcel.own:
            return other, None, parcel.shared
        if shared_key is None:
            what = "says which fingerprints are shared; reading it needs the key"
            raise InputRefused(what, where=where, remedy="give --shared-key FILE")
        both, own = set(parcel.own), fingerprints_of(keys, shared_key)
    else:
        if len(parcel.answered) != len(keys):
            remedy = "ask the other side for it again"
            raise InputRefused("does not answer what was offered", where=where, remedy=remedy)
        other, own = len(parcel.own), [*parcel.answered]
        both = set(blinded_points(parcel.own, _exponent(case, parcel.exchange, "offer"), where))
        if not parcel.ordered:
            return other, None, sum(point in both for point in own)
    return other, [key for key, mine in zip(keys, own, strict=True) if mine in both], None


@dataclass(frozen=True)
class Match:
    """What the third party found."""

    exchange: str
    first: int
    second: int
    shared: int | None  # In both; None: too few to be shown.
    path: str  # The file for both sides, absolute.

    def to_json(self) -> dict[str, object]:
        """The row that is printed; a small count hidden."""
        return {**vars(self), "shared": FEW if self.shared is None else self.shared}


def match(first: Path, second: Path, path: Path, ledger: Path, bounds: SideLimits, *, counted_only: bool) -> Match:
    """What the third party does: compare two files of one key, and write what both sides may learn.

    Too few to be shown: only that is reported. Raises `InputRefused` for files of two keys, small sets, and for a key
    that the ledger says has been used with other files.
    """
    refuse_existing(path)
    a, b = (read_parcel(file, "fingerprints", most=bounds.most) for file in (first, second))
    if a.exchange != b.exchange:
        what = "the two files were made with different keys"
        raise InputRefused(what, where=f"{first}, {second}", remedy="both sides must use one key: tracer blind key")
    for parcel, file in ((a, first), (b, second)):
        _refuse_size(len(parcel.own), bounds, "its fingerprints", str(file))
    _note(ledger, a, b, bounds)
    both = sorted(set(a.own) & set(b.own))
    shared = len(both) if len(both) >= SHOWN_FROM else None
    shown = [] if counted_only or shared is None else both
    sizes = (len(a.own), len(b.own))
    write_new_file(
        parcel_bytes(Parcel("match", a.exchange, shown, ordered=not counted_only, sizes=sizes, shared=shared)), path
    )
    return Match(a.exchange, *sizes, shared, str(path.absolute()))


def _note(ledger: Path, a: Parcel, b: Parcel, bounds: SideLimits) -> None:
    """Write the comparison into the third party's ledger; refuse a key that was used with other fingerprints."""
    digests = sorted(hashlib.sha256(b"".join(parcel.own)).hexdigest() for parcel in (a, b))
    try:
        lines = text_of(ledger).splitlines() if ledger.exists() else []
        used = [json_of(line) for line in lines]
        other = any(entry["exchange"] == a.exchange and entry["files"] != digests for entry in used)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise InputRefused("not a ledger of comparisons", where=str(ledger), remedy="name another --ledger") from error
    if other and not bounds.again:
        what = (
            "this key was used with other fingerprints before; a side that changes its list between two"
            " comparisons learns about those by whom it changed"
        )
        raise InputRefused(what, where=str(ledger), remedy='give --again "why"; it is recorded')
    entry = {"at": f"{now().isoformat()}Z", "exchange": a.exchange, "files": digests, "again": bounds.again}
    try:
        with ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise InputRefused(what, where=str(ledger), remedy="name another --ledger") from error
