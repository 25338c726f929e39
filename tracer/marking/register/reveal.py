"""Opening single leaves of a register: a file that anybody can check without the case, and that shows nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register.leaves import REGISTER, Leaf, leaves_of, salt
from tracer.marking.register.merkle import HASH_BYTES, leaf_hash, proofs, root
from tracer.marking.register.registers import Register, find_register, registers
from tracer.marking.register.stamps import stamps_of
from tracer.marking.register.timestamp import armoured, statement_of

FORMAT = "tracer register leaves 1"
HOW = (
    "leaf = SHA-256(00 | salt | entry in UTF-8); joined with each step of its proof, node = SHA-256(01 | left | right),"
    " it gives the root. A time stamp is over the statement in ASCII. Check: tracer register check FILE --root ROOT"
)
_MOST = 100_000
"""Leaves that one file opens: more is the register itself, which stays in the case."""


@dataclass(frozen=True)
class Opening:
    """Which leaves of a release are opened."""

    canaries: tuple[int, ...] = ()
    recipient_only: bool = False
    """The release's own leaf alone: recipient, day and end, and how many canaries."""
    withheld: bool = False
    """The rows that were left out as well: identifiers of people."""

    def takes(self, leaf: Leaf, release: str, canaries: frozenset[int]) -> bool:
        """Whether a leaf is opened; `canaries`: all those of the release."""
        if leaf.kind == "position":
            return not self.canaries and not self.recipient_only and leaf.canary in canaries
        if leaf.release != release:
            return False
        if self.canaries:
            return leaf.kind == "canary" and leaf.canary in self.canaries
        if self.recipient_only:
            return leaf.kind == "release"
        return leaf.kind != "withheld" or self.withheld


def open_leaves(case: Case, release: str, opening: Opening, reason: str) -> bytes:
    """A JSON file with the opened leaves, their salts and proofs, the root and its stamps; journaled with the reason.

    Raises `InputRefused`: no such committed release, a canary that is not in it, no reason, a register that no longer
    gives the root that was committed.
    """
    if not reason.strip():
        raise InputRefused(
            "the reason is missing", where="--reason", remedy="say why the leaves leave the case in clear"
        )
    held = registers(case.con)
    register = find_register([one for one in held if release in one.releases], release)
    row, opened = _open(case, register, release, opening)
    if root(row).hex() != register.root:
        raise InputRefused(
            "the register was changed after it was committed: nothing of it can be proved",
            where=f"draw {register.draw}", remedy="run `tracer verify`",
        )  # fmt: skip
    content = _written(case, register, row, opened)
    case.journal.append(
        command="register reveal", result=hashlib.sha256(content).hexdigest(),
        detail={
            "release": release, "draw": register.draw, "leaves": len(opened), "canaries": list(opening.canaries),
            "recipient_only": opening.recipient_only, "withheld": opening.withheld, "reason": reason,
        },
    )  # fmt: skip
    return content


def _open(case: Case, register: Register, release: str, opening: Opening) -> tuple[bytes, dict[int, Leaf]]:
    """All leaf hashes, and the leaves to open by their place."""
    secret = case.secret(REGISTER)
    canaries = frozenset(
        row[0]
        for row in case.con.execute(
            "SELECT canary FROM release_canary WHERE release = $release"
            " UNION SELECT canary FROM withdrawn_canary WHERE release = $release",
            {"release": release},
        ).fetchall()
    )
    strangers = sorted(set(opening.canaries) - canaries)
    if strangers:
        raise InputRefused(
            f"no canary {', '.join(map(str, strangers))} in its copy", where=f"release {release}",
            remedy="see `tracer query canaries`",
        )  # fmt: skip
    packed, opened = bytearray(), dict[int, Leaf]()
    for leaf in leaves_of(case.con, register.draw):
        if opening.takes(leaf, release, canaries):
            opened[len(packed) // HASH_BYTES] = leaf
        packed += leaf_hash(salt(secret, leaf.entry), leaf.entry)
    if not opened:
        raise InputRefused(
            "its register has no leaf of this kind", where=f"release {release}",
            remedy="leave the option out: an early version kept the recipient in the canaries' leaves",
        )  # fmt: skip
    if len(opened) > _MOST:
        raise InputRefused(
            f"{len(opened):,} leaves at once", where=f"release {release}", remedy="open single canaries with --canary"
        )
    return bytes(packed), opened


def _written(case: Case, register: Register, row: bytes, opened: dict[int, Leaf]) -> bytes:
    secret = case.secret(REGISTER)
    leaves = [
        {
            "entry": leaf.entry.decode(),
            "salt": salt(secret, leaf.entry).hex(),
            "proof": [[side, sibling.hex()] for side, sibling in steps],
        }
        for leaf, steps in zip(opened.values(), proofs(row, list(opened)), strict=True)
    ]
    document = {
        "format": FORMAT,
        "how": HOW,
        "draw": register.draw,
        "root": register.root,
        "statement": statement_of(register.draw, register.root).decode("ascii"),
        "leaves": leaves,
        "stamps": [
            {"time": f"{stamp.time.isoformat()}Z", "authority": stamp.authority, "answer": armoured(stamp.response)}
            for stamp in stamps_of(case.con, register.draw)
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
