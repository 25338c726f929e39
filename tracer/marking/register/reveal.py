"""Opening single leaves of a register: a file that anybody can check without the case, and that shows nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from tracer.case.case import Case
from tracer.case.checks import Check
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.marking.register.leaves import (
    HASH_BYTES,
    REGISTER,
    SALT_BYTES,
    Leaf,
    Step,
    facts_of,
    follows,
    leaf_hash,
    leaves_of,
    proofs,
    root,
    salt,
)
from tracer.marking.register.registers import Register, find_register, registers, stamps_of
from tracer.marking.register.timestamp import read_answer, statement_of
from tracer.visible import label

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
        what = "the reason is missing"
        raise InputRefused(what, where="--reason", remedy="say why the leaves leave the case in clear")
    held = registers(case.con)
    register = find_register([one for one in held if release in one.releases], release)
    row, opened = _hashed(case, register, release, opening)
    if root(row).hex() != register.root:
        what = "the register was changed after it was committed: nothing of it can be proved"
        raise InputRefused(what, where=f"draw {register.draw}", remedy="run `tracer verify`")
    secret, statement = case.secret(REGISTER), statement_of(register.draw, register.root).decode("ascii")
    document: dict[str, object] = {"format": FORMAT, "how": HOW, "draw": register.draw, "root": register.root}
    document["statement"] = statement
    document["leaves"] = [
        {"entry": leaf.entry.decode(), "salt": salt(secret, leaf.entry).hex()}
        | {"proof": [[side, sibling.hex()] for side, sibling in steps]}
        for leaf, steps in zip(opened.values(), proofs(row, list(opened)), strict=True)
    ]
    document["stamps"] = [
        {"time": f"{stamp.time.isoformat()}Z", "authority": stamp.authority}
        | {"answer": base64.b64encode(stamp.response).decode("ascii")}
        for stamp in stamps_of(case.con, register.draw)
    ]
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    detail: dict[str, object] = {"release": release, "draw": register.draw, "leaves": len(opened)}
    detail |= {**vars(opening), "canaries": list(opening.canaries), "reason": reason}
    case.journal.append(command="register reveal", result=hashlib.sha256(content).hexdigest(), detail=detail)
    return content


def _hashed(case: Case, register: Register, release: str, opening: Opening) -> tuple[bytes, dict[int, Leaf]]:
    """All leaf hashes, and the leaves to open by their place."""
    held = case.con.execute(
        "SELECT canary FROM release_canary WHERE release = $release"
        " UNION SELECT canary FROM withdrawn_canary WHERE release = $release",
        {"release": release},
    ).fetchall()
    canaries, where = frozenset(canary for (canary,) in held), f"release {release}"
    strangers = sorted(set(opening.canaries) - canaries)
    if strangers:
        what = f"no canary {', '.join(map(str, strangers))} in its copy"
        raise InputRefused(what, where=where, remedy="see `tracer query canaries`")
    secret, packed, opened = case.secret(REGISTER), bytearray(), dict[int, Leaf]()
    for leaf in leaves_of(case.con, register.draw):
        if opening.takes(leaf, release, canaries):
            opened[len(packed) // HASH_BYTES] = leaf
        packed += leaf_hash(salt(secret, leaf.entry), leaf.entry)
    if not opened:
        remedy = "leave the option out: an early version kept the recipient in the canaries' leaves"
        raise InputRefused("its register has no leaf of this kind", where=where, remedy=remedy)
    if len(opened) > _MOST:
        raise InputRefused(f"{len(opened):,} leaves at once", where=where, remedy="open single canaries with --canary")
    return bytes(packed), opened


def check_leaves(content: bytes, where: str, *, stated: str | None = None, ca: bytes | None = None) -> list[Check]:
    """Check opened leaves, without the case: each leads to the root, that is the `stated` one, the stamps are for it.

    `ca` (PEM): the stamps' signatures are verified as well. Raises `InputRefused` where the file is none of ours.
    """
    draw, claimed, said, leaves, answers = _read(content, where)
    checks = []
    for entry, leaf_salt, proof in leaves:
        holds, title = follows(leaf_hash(leaf_salt, entry.encode()), proof, claimed), label(_title(entry))
        checks.append(Check("leaf", holds, title if holds else f"does not lead to the root; it claims: {title}"))
    statement = statement_of(draw, claimed.hex())
    if said != statement.decode("ascii"):
        checks.append(Check("statement", False, "it does not state the file's own draw and root"))
    if stated is not None:
        try:  # as people write it: groups of digits are joined
            meant = _bytes_of("".join(stated.split()), HASH_BYTES)
        except ValueError as error:
            what = "a root has 64 hexadecimal digits"
            raise InputRefused(what, where="--root", remedy="copy it from the page") from error
        same = hmac.compare_digest(claimed, meant)
        checks.append(
            Check("root", same, claimed.hex() if same else f"the file has {claimed.hex()}, another register's")
        )
    for answer in answers:
        try:
            stamp = read_answer(answer, statement, ca=ca)
        except InputRefused as error:
            if error.where == "--ca":
                raise
            checks.append(Check("stamp", False, error.what))
        else:
            by = f" by {stamp.authority}" if stamp.authority else ""
            verified = "signature verified" if ca is not None else "signature not verified: give --ca"
            checks.append(Check("stamp", True, f"{stamp.time.isoformat()}Z{by}, {verified}"))
    return checks


OpenedLeaf = tuple[str, bytes, tuple[Step, ...]]
"""(entry, salt, proof) of one leaf of a file."""


def _read(content: bytes, where: str) -> tuple[str, bytes, str, list[OpenedLeaf], list[bytes]]:
    """(draw, root, statement, leaves, answers of authorities) of a file; nothing of it is checked yet."""
    try:
        said = json_of(content)
        if said["format"] != FORMAT:
            raise ValueError
        leaves = [
            (
                _text_of(leaf["entry"]),
                _bytes_of(leaf["salt"], SALT_BYTES),
                tuple((side, _bytes_of(sibling, HASH_BYTES)) for side, sibling in leaf["proof"]),
            )
            for leaf in said["leaves"]
        ]
        answers = [base64.b64decode(_text_of(stamp["answer"]), validate=True) for stamp in said["stamps"]]
        draw, claimed, statement = (
            _text_of(said["draw"]),
            _bytes_of(said["root"], HASH_BYTES),
            _text_of(said["statement"]),
        )
        sides = {side for _, _, proof in leaves for side, _ in proof}
        if not leaves or sides - {"left", "right"} or not draw.isalnum() or not draw.isascii():
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        what = "not a complete file of opened leaves"
        raise InputRefused(what, where=where, remedy="give a file that `tracer register reveal` wrote") from error
    return draw, claimed, statement, leaves, answers


def _title(entry: str) -> str:
    """What a leaf is about, without the identity itself."""
    facts = facts_of(entry)
    kind, release, canary = facts.get("kind", "canary"), facts.get("release"), facts.get("canary")
    if kind == "release":
        ends = f", until {facts['ends']}" if facts.get("ends") else ""
        return f"release {release}: to {facts.get('recipient')} on {facts.get('date')}{ends}"
    if kind == "position":
        return f"code position of canary {canary}: {facts.get('scheme')}, bias {facts.get('bias')}"
    if kind == "withheld" or "withheld" in facts:
        return f"a row left out of {release}"
    return f"canary {canary} in row {facts.get('row')} of {release}"


def _text_of(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _bytes_of(value: object, length: int) -> bytes:
    content = bytes.fromhex(_text_of(value))
    if len(content) != length:
        raise ValueError
    return content
