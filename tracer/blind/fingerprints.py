"""The comparison through a third party: HMAC-SHA256 of each identifier, under a key that both sides hold.

For the third party a fingerprint is a random number. Between the two sides it hides nothing, since each can make the
fingerprints of all phone numbers there are; so neither may get the other's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.blind.exchange import Confirm, Written, register
from tracer.blind.group import fingerprints_of
from tracer.blind.limits import SideLimits, bring, members, refuse_repeat, refuse_size
from tracer.blind.parcel import Parcel, put, read_parcel, refuse_existing, sealed
from tracer.case.case import Case
from tracer.case.key import read_key_file, write_key_file
from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.input_files import text_of
from tracer.policy import FEW, SHOWN_FROM

_BOTH_HOLD = (
    "The fingerprint key is with both of you: between you it hides nothing. A party with the key and the other side's "
    "fingerprints can try out every phone number in minutes. Hand yours to the third party alone."
)


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
    """Write fingerprints for the third party. Raises as `exchange.offer`."""
    refuse_existing(path)
    with case.transaction():
        brought = bring(case, names, party, "--with", canaries=True)
        # What names the comparison that a key is for does not tell the key.
        exchange = hmac.new(key, b"tracer blind key id", hashlib.sha256).hexdigest()[:16]
        keys = members(case, brought.datasets, brought.canaries, exchange)
        refuse_size(len(keys), bounds, "these lists", "fingerprints")
        refuse_repeat(case, "fingerprints", brought, None, bounds)
        lists = ", ".join(brought.names)
        disclosed = [
            f"The third party learns how many identifiers you compare ({len(keys):,}; lists: {lists}), how many you "
            f"share with {brought.party}, and which fingerprints those are; without the key it cannot tell whose they "
            "are.",
            f"From its answer you and {brought.party} learn how many you share and, unless it counts only, which of "
            "your own those are.",
            _BOTH_HOLD,
            "If the third party and either of you put key and fingerprints together, everything is revealed. The key "
            "is for one comparison: make a new one for the next.",
        ]
        confirm(disclosed)
        body = sealed(Parcel("fingerprints", exchange, sorted(fingerprints_of(keys, key))))
        written = register(case, "fingerprints", brought, exchange, path, body, len(keys), disclosed, bounds)
    put(body, path)
    return written


@dataclass(frozen=True)
class Match:
    """What the third party found."""

    exchange: str
    first: int
    second: int
    shared: int | None
    """In both; None: too few to be shown."""
    path: str
    """The file for both sides, absolute."""

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
        refuse_size(len(parcel.own), bounds, "its fingerprints", str(file))
    _note(ledger, a, b, bounds)
    both = sorted(set(a.own) & set(b.own))
    shared = len(both) if len(both) >= SHOWN_FROM else None
    shown = [] if counted_only or shared is None else both
    sizes = (len(a.own), len(b.own))
    put(sealed(Parcel("match", a.exchange, shown, ordered=not counted_only, sizes=sizes, shared=shared)), path)
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
