"""The register's commitment: a Merkle tree over salted leaves. Single leaves can be revealed, none can be guessed.

Leaf: SHA-256(0x00 | salt | entry); node: SHA-256(0x01 | left | right), the last of an odd row moves up (RFC 6962,
section 2.1, has the same prefixes). Salts come from the case's secret: phone numbers are too few to hide without them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Leaf:
    """One entry of the register."""

    entry: bytes
    """JSON: release, recipient, canary's number and address, persona and place; or a row that was withheld."""
    salt: bytes
    """32 bytes."""

    @property
    def digest(self) -> bytes:
        """The leaf's hash."""
        return hashlib.sha256(b"\x00" + self.salt + self.entry).digest()


def leaf(secret: bytes, entry: dict[str, object]) -> Leaf:
    """An entry with its salt, HMAC-SHA-256 of the entry under the register's secret."""
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
    return Leaf(text, hmac.digest(secret, text, hashlib.sha256))


def root(digests: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in their order; SHA-256 of nothing where there are none."""
    if not digests:
        return hashlib.sha256(b"").digest()
    row = list(digests)
    while len(row) > 1:
        row = _above(row)
    return row[0]


def _above(row: Sequence[bytes]) -> list[bytes]:
    pairs = [hashlib.sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
    return [*pairs, row[-1]] if len(row) % 2 else pairs


def proof(digests: Sequence[bytes], index: int) -> list[tuple[str, bytes]]:
    """What is hashed with leaf `index` on the way to the root: ("left" or "right", hash), from below."""
    steps, row = list[tuple[str, bytes]](), list(digests)
    while len(row) > 1:
        sibling = index ^ 1
        if sibling < len(row):
            steps.append(("left" if sibling < index else "right", row[sibling]))
        row, index = _above(row), index // 2
    return steps


def follows(digest: bytes, steps: Sequence[tuple[str, bytes]], claimed: bytes) -> bool:
    """Whether a leaf's hash leads to the claimed root by the steps of its proof."""
    for side, sibling in steps:
        digest = hashlib.sha256(b"\x01" + (sibling + digest if side == "left" else digest + sibling)).digest()
    return hmac.compare_digest(digest, claimed)


def leaves_of(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> list[Leaf]:
    """The leaves of one draw as the store has it now, in the register's order."""
    rows = con.execute(
        "SELECT r.id, r.dataset, r.recipient, r.date, r.ends, k.canary, k.scheme, k.persona, k.row, c.phone, c.email"
        " FROM release AS r LEFT JOIN release_canary AS k ON k.release = r.id LEFT JOIN canary AS c ON c.no = k.canary"
        " WHERE r.drawn AND json_extract_string(r.design, '$.draw') = $draw ORDER BY r.id, k.canary",
        {"draw": draw},
    ).fetchall()
    names = ("release", "dataset", "recipient", "date", "ends", "canary", "scheme", "persona", "row", "phone", "email")
    leaves = [leaf(secret, dict(zip(names, row, strict=True))) for row in rows]
    withheld = con.execute(
        "SELECT w.release, w.key FROM withheld AS w JOIN release AS r ON r.id = w.release"
        " WHERE r.drawn AND w.drawn AND json_extract_string(r.design, '$.draw') = $draw ORDER BY w.release, w.key",
        {"draw": draw},
    ).fetchall()
    return leaves + [leaf(secret, {"release": release, "withheld": key}) for release, key in withheld]


def committed_root(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> str:
    """The root over the draw as the store has it now, in hexadecimal."""
    return root([item.digest for item in leaves_of(con, secret, draw)]).hex()


def changed_registers(con: duckdb.DuckDBPyConnection, secret: bytes) -> list[str]:
    """Releases whose register no longer gives the root that was committed; `tracer verify` asks. Ordered by id."""
    rows = con.execute(
        "SELECT id, json_extract_string(design, '$.draw'), commitment FROM release WHERE drawn ORDER BY id"
    ).fetchall()
    roots = {draw: committed_root(con, secret, draw) for draw in sorted({str(draw) for _, draw, _ in rows})}
    return [release for release, draw, commitment in rows if roots[str(draw)] != commitment]
