"""The contents of a register: one salted leaf for each release, canary in a copy, code position and row left out; and
the Merkle tree over them. Single leaves can be shown to be in it; none can be guessed from its root.

A release's leaf is frozen with the commitment (`release.committed`): its end date or purpose may be put right later,
and the register still says what they were. All other leaves are read from the store as it is, so that a change shows.
Salts come from the case's secret: numbers are too few to hide without them.

Leaf: SHA-256(0x00 | salt | entry), the salt 32 bytes; node: SHA-256(0x01 | left | right), the last of an odd row moves
up (RFC 6962, section 2.1, has the same prefixes). Hashes of a row lie one behind the other in one `bytes`: a register
of 700,000 leaves is 22 MB.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import duckdb

from tracer.documents import json_of
from tracer.marking.choices.kept import digests_of
from tracer.resources import statements_beside

SALT_BYTES = HASH_BYTES = 32
_PAIR = 2 * HASH_BYTES

Step = tuple[str, bytes]
"""("left" or "right", hash): what a hash is joined with on its way up, and the side of that."""


def leaf_hash(salt: bytes, entry: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + salt + entry).digest()


def root(row: bytes) -> bytes:
    """The root over leaf hashes in their order; SHA-256 of nothing where there are none."""
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > HASH_BYTES:
        row = _above(row)
    return row


def _above(row: bytes) -> bytes:
    sha256, whole = hashlib.sha256, len(row) - len(row) % _PAIR
    return b"".join([sha256(b"\x01" + row[at : at + _PAIR]).digest() for at in range(0, whole, _PAIR)]) + row[whole:]


def proofs(row: bytes, indexes: Sequence[int]) -> list[list[Step]]:
    """For each leaf in `indexes` (from 0), what it is hashed with on the way to the root, from below."""
    steps: list[list[Step]] = [[] for _ in indexes]
    places = list(indexes)
    while len(row) > HASH_BYTES:
        for found, place in zip(steps, places, strict=True):
            sibling = place ^ 1
            joined = row[sibling * HASH_BYTES : (sibling + 1) * HASH_BYTES]
            if joined:
                found.append(("left" if sibling < place else "right", joined))
        row, places = _above(row), [place // 2 for place in places]
    return steps


def follows(digest: bytes, steps: Sequence[Step], claimed: bytes) -> bool:
    """Whether a leaf's hash leads to the claimed root by the steps of its proof."""
    for side, sibling in steps:
        digest = hashlib.sha256(b"\x01" + (sibling + digest if side == "left" else digest + sibling)).digest()
    return hmac.compare_digest(digest, claimed)


REGISTER = b"register"
"""Purpose of the case's secret that the salts come from."""
statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
_BATCH = 50_000
"""Rows that are fetched at once."""


class Leaf(NamedTuple):
    """One entry of a register."""

    kind: str
    release: str | None
    """The release that it is about; None for what is of the whole draw."""
    canary: int | None
    entry: bytes


def facts_of(entry: str) -> dict[str, Any]:
    """What an entry says; nothing where it is not a JSON object."""
    try:
        facts = json_of(entry)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def salt(secret: bytes, entry: bytes) -> bytes:
    """The 32-byte salt of an entry: HMAC-SHA-256 of it under the register's secret."""
    return hmac.digest(secret, entry, "sha256")


def leaves_of(con: duckdb.DuckDBPyConnection, draw: str) -> Iterator[Leaf]:
    """The leaves of one draw in the register's order. Nothing else may use the connection until all are read."""
    frozen = con.execute(statement("frozen"), {"draw": draw}).fetchall()
    if any(entry is None for _, entry in frozen):
        # Committed by a version that had no frozen leaves.
        yield from _first_leaves(con, draw)
        return
    yield from (Leaf("release", release, None, entry.encode()) for release, entry in frozen)
    for facts in _facts(con, "canaries", draw):
        keys = {} if facts["keys"] else {"keys"}
        entry = {"kind": "canary", **{name: value for name, value in facts.items() if name not in keys}}
        yield Leaf("canary", facts["release"], facts["canary"], _json(entry))
    for facts in _facts(con, "positions", draw):
        yield Leaf("position", None, facts["canary"], _json({"kind": "position", **facts}))
    choices = digests_of(con, draw)
    if choices is not None:
        count, rows, seed = choices
        entry = {"kind": "choices", "draw": draw, "choices": count, "sha256": rows, "seed_sha256": seed}
        yield Leaf("choices", None, None, _json(entry))
    quoted: dict[str, str] = {}
    found = con.execute(statement("withheld"), {"draw": draw})
    while batch := found.fetchmany(_BATCH):
        for release, key in batch:
            # By far the most leaves: the text that `_json` would give, without its price.
            name = quoted.get(release) or quoted.setdefault(release, json.dumps(release, ensure_ascii=False))
            yield Leaf("withheld", release, None, f'{{"key":{key},"kind":"withheld","release":{name}}}'.encode())


def _facts(con: duckdb.DuckDBPyConnection, name: str, draw: str) -> Iterator[dict[str, Any]]:
    """The rows of a statement by the names of its columns, which are those of the entries."""
    found = con.execute(statement(name), {"draw": draw})
    names = [column[0] for column in found.description or ()]
    while batch := found.fetchmany(_BATCH):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def _json(entry: dict[str, object]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def hashes_of(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> bytes:
    """The leaf hashes of one draw as the store has it now, one behind the other."""
    return b"".join(leaf_hash(salt(secret, leaf.entry), leaf.entry) for leaf in leaves_of(con, draw))


def committed_root(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> str:
    """The root over the draw as the store has it now, in hexadecimal; call it in the transaction that commits it.

    Where the draw has no commitment yet, its releases' leaves are frozen with what the store says of them now.
    """
    every = _facts(con, "release_facts", draw)
    entries = {facts["release"]: _json({"kind": "release", "draw": draw, **facts}).decode() for facts in every}
    if entries:
        con.execute(
            "UPDATE release SET committed = f.entry FROM (SELECT unnest($ids) AS id, unnest($entries) AS entry) AS f"
            " WHERE release.id = f.id",
            {"ids": list(entries), "entries": list(entries.values())},
        )
    return root(hashes_of(con, secret, draw)).hex()


def changed_registers(con: duckdb.DuckDBPyConnection, secret: bytes) -> list[str]:
    """Releases whose register no longer gives the root that was committed, ordered by id."""
    rows = con.execute(
        "SELECT id, json_extract_string(design, '$.draw'), commitment FROM release WHERE drawn ORDER BY id"
    ).fetchall()
    roots = {draw: root(hashes_of(con, secret, draw)).hex() for draw in sorted({str(draw) for _, draw, _ in rows})}
    return [release for release, draw, commitment in rows if roots[str(draw)] != commitment]


def _first_leaves(con: duckdb.DuckDBPyConnection, draw: str) -> Iterator[Leaf]:
    """The leaves of a register that was committed before releases had leaves of their own.

    Its root is in a journal: it is computed as it was then. The end date was part of every leaf, so such a register
    does not outlast a correction of it.
    """
    for facts in _facts(con, "first_canaries", draw):
        yield Leaf("canary", facts["release"], facts["canary"], _json(facts))
    for release, key in con.execute(statement("withheld"), {"draw": draw}).fetchall():
        yield Leaf("withheld", release, None, _json({"release": release, "withheld": key}))
