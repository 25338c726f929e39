"""Checking leaves that were opened: without the case, without its key."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.case.checks import Check
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.marking.register.merkle import HASH_BYTES, SALT_BYTES, Step, follows, leaf_hash
from tracer.marking.register.reveal import FORMAT
from tracer.marking.register.timestamp import read_answer, statement_of
from tracer.visible import label


@dataclass(frozen=True)
class OpenedLeaf:
    """One leaf of a file."""

    entry: str
    salt: bytes
    """32 bytes."""
    proof: tuple[Step, ...]

    def facts(self) -> dict[str, object]:
        """The entry, read; empty where it is not a JSON object."""
        try:
            facts = json_of(self.entry)
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}

    def title(self) -> str:
        """What it is about, without the identity itself."""
        facts = self.facts()
        kind, release, canary = facts.get("kind", "canary"), facts.get("release"), facts.get("canary")
        if kind == "release":
            ends = f", until {facts['ends']}" if facts.get("ends") else ""
            return f"release {release}: to {facts.get('recipient')} on {facts.get('date')}{ends}"
        if kind == "position":
            return f"code position of canary {canary}: {facts.get('scheme')}, bias {facts.get('bias')}"
        if kind == "withheld" or "withheld" in facts:
            return f"a row left out of {release}"
        return f"canary {canary} in row {facts.get('row')} of {release}"


@dataclass(frozen=True)
class OpenedLeaves:
    """What a file says; nothing of it is checked yet."""

    draw: str
    root: bytes
    """32 bytes."""
    statement: str
    leaves: tuple[OpenedLeaf, ...]
    answers: tuple[bytes, ...]


def check_leaves(content: bytes, where: str, *, stated: str | None = None, ca: bytes | None = None) -> list[Check]:
    """Check opened leaves: each leads to the root, the root is the `stated` one, the stamps are for it.

    `ca` (PEM): the stamps' signatures are verified as well. Raises `InputRefused` where the file is none of ours.
    """
    opened = read_leaves(content, where)
    checks = []
    for leaf in opened.leaves:
        holds = follows(leaf_hash(leaf.salt, leaf.entry.encode()), leaf.proof, opened.root)
        title = label(leaf.title())
        checks.append(Check("leaf", holds, title if holds else f"does not lead to the root; it claims: {title}"))
    if opened.statement != statement_of(opened.draw, opened.root.hex()).decode("ascii"):
        checks.append(Check("statement", False, "it does not state the file's own draw and root"))
    if stated is not None:
        same = hmac.compare_digest(opened.root, _hash(stated, "--root"))
        checks.append(
            Check("root", same, opened.root.hex() if same else f"the file has {opened.root.hex()}, another register's")
        )
    return [*checks, *_stamp_checks(opened, ca)]


def _stamp_checks(opened: OpenedLeaves, ca: bytes | None) -> Iterator[Check]:
    statement = statement_of(opened.draw, opened.root.hex())
    for answer in opened.answers:
        try:
            stamp = read_answer(answer, statement, ca=ca)
        except InputRefused as error:
            if error.where == "--ca":
                raise
            yield Check("stamp", False, error.what)
        else:
            by = f" by {stamp.authority}" if stamp.authority else ""
            told = "signature verified" if ca is not None else "signature not verified: give --ca"
            yield Check("stamp", True, f"{stamp.time.isoformat()}Z{by}, {told}")


def read_leaves(content: bytes, where: str) -> OpenedLeaves:
    """Read a file of opened leaves. Raises `InputRefused` where it is none."""
    try:
        said = json_of(content)
        if said["format"] != FORMAT:
            raise ValueError
        leaves = tuple(
            OpenedLeaf(
                _text(leaf["entry"]), _bytes(leaf["salt"], SALT_BYTES),
                tuple((_side(side), _bytes(sibling, HASH_BYTES)) for side, sibling in leaf["proof"]),
            )
            for leaf in said["leaves"]
        )  # fmt: skip
        answers = tuple(base64.b64decode(_text(stamp["answer"]), validate=True) for stamp in said["stamps"])
        opened = OpenedLeaves(
            _text(said["draw"]), _bytes(said["root"], HASH_BYTES), _text(said["statement"]), leaves, answers
        )
        if not leaves or not opened.draw.isalnum() or not opened.draw.isascii():
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise InputRefused(
            "not a complete file of opened leaves",
            where=where,
            remedy="give a file that `tracer register reveal` wrote",
        ) from error
    return opened


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _side(value: object) -> str:
    if value not in ("left", "right"):
        raise ValueError
    return str(value)


def _bytes(value: object, length: int) -> bytes:
    content = bytes.fromhex(_text(value))
    if len(content) != length:
        raise ValueError
    return content


def _hash(text: str, where: str) -> bytes:
    """A root as people write it: groups of digits are joined."""
    try:
        return _bytes("".join(text.split()), HASH_BYTES)
    except ValueError as error:
        raise InputRefused("a root has 64 hexadecimal digits", where=where, remedy="copy it from the page") from error
