"""The files that two sides carry to one another: one line of JSON, then blocks of 32 bytes, then the SHA-256 of it all.

Nothing in a file is believed: sizes are checked before anything is read, and no name in it becomes a path or a party.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.file_writing import write_whole
from tracer.input_files import whole

BLOCK = 32
"""Bytes of a point or a fingerprint."""
_FORMAT = "tracer-blind-1"
_LONGEST_HEAD = 4_096
MOST = 5_000_000
"""Blocks that a file may hold, unless more are asked for: 160 MB."""
KINDS = {
    "offer": "what the first side offers: its identifiers, blinded",
    "answer": "what the second side answers: its own identifiers, blinded, and the offered ones, blinded twice",
    "fingerprints": "keyed fingerprints for a third party",
    "match": "what a third party found",
}


@dataclass(frozen=True)
class Parcel:
    """One file of an exchange."""

    kind: str
    """One of `KINDS`."""
    exchange: str
    """Id of the exchange: 16 hexadecimal digits."""
    own: Sequence[bytes]
    """The sender's blocks; of a match, those that both sides have."""
    answered: Sequence[bytes] = ()
    ordered: bool = True
    """In an answer: whether `answered` is in the order of the offer, so that its sender sees which are shared."""
    sizes: tuple[int, ...] = ()
    shared: int | None = None
    """In a match: how many both have; None where they are too few to be shown."""


def sealed(parcel: Parcel) -> bytes:
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


def put(body: bytes, path: Path) -> None:
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
        body = whole(path, 2 * most * BLOCK + _LONGEST_HEAD)
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
    return Parcel(head["kind"], head["exchange"], own, answered, head["ordered"], tuple(head["sizes"]), head["shared"])


def _head(line: bytes) -> dict[str, Any] | None:
    """The first line, where it is one of ours and of the right types."""
    try:
        head = json_of(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        return None
    counts = [head.get("own"), head.get("answered"), *(head.get("sizes") or [0])]
    good = (
        isinstance(head.get("kind"), str)
        and isinstance(head.get("exchange"), str)
        and re.fullmatch(r"[0-9a-f]{16}", head["exchange"]) is not None
        and isinstance(head.get("ordered"), bool)
        and isinstance(head.get("sizes"), list)
        and all(type(count) is int and 0 <= count < 1 << 40 for count in counts)
        and (head.get("shared") is None or (type(head["shared"]) is int and head["shared"] >= 0))
    )
    return head if good else None
