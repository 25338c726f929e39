"""What stands in a register, and that its root never changes by itself."""

from __future__ import annotations

import hashlib
import hmac
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.marking.register.drawn_case import committed_case
from tracer.marking.register import REGISTER, changed_registers, committed_root
from tracer.marking.register.registers import follows, leaf_hash, leaves_of, proofs, root

ROOT = "4c7fa33644ca63a56a4ba35b63ed60922aa394ff280b9c9d7519da27a2da1408"
"""The root of `committed_case`: registers in the field were committed over exactly these bytes."""


def test_every_entry_has_a_leaf_of_its_own() -> None:
    case, _ = committed_case()
    leaves = list(leaves_of(case.con, "00ff"))
    assert [(leaf.kind, leaf.release, leaf.canary) for leaf in leaves] == [
        ("release", "d@w0", None), ("release", "d@w1", None),
        ("canary", "d@w0", 1), ("canary", "d@w0", 3), ("canary", "d@w1", 2), ("canary", "d@w1", 3),
        ("position", None, 3), ("position", None, 4),
        ("withheld", "d@w0", None), ("withheld", "d@w1", None),
    ]  # fmt: skip
    entries = [json.loads(leaf.entry) for leaf in leaves]
    assert entries[0] == {
        "kind": "release", "draw": "00ff", "release": "d@w0", "dataset": "d", "source": None, "recipient": "w0",
        "date": "2026-01-02", "ends": "2026-06-30", "purpose": "外呼", "use_basis": None, "canaries": 2, "withheld": 1,
    }  # fmt: skip
    assert entries[2] == {
        "kind": "canary", "release": "d@w0", "canary": 1, "scheme": "unique", "persona": '["王", null]', "row": 7,
        "phone": 14000300001, "email": None,
    }  # fmt: skip
    assert entries[6] == {"kind": "position", "canary": 3, "scheme": "pool", "bias": 0.15}
    assert entries[8] == {"kind": "withheld", "release": "d@w0", "key": 14000100001}
    for leaf, entry in zip(leaves, entries, strict=True):
        canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert leaf.entry == canonical.encode(), "one way to write an entry"


def test_the_root_is_the_definitions_and_stays_what_it_was() -> None:
    case, root = committed_case()
    secret = case.secret(REGISTER)
    digests = []
    for leaf in leaves_of(case.con, "00ff"):
        salt = hmac.new(secret, leaf.entry, hashlib.sha256).digest()
        digests.append(hashlib.sha256(b"\x00" + salt + leaf.entry).digest())
    assert root == tree_hash(digests).hex() == ROOT
    assert committed_root(case.con, secret, "00ff") == root


def test_every_leaf_counts() -> None:
    case, _ = committed_case()
    secret = case.secret(REGISTER)
    assert changed_registers(case.con, secret) == []
    for change in (
        "UPDATE release_canary SET row = row + 1 WHERE release = 'd@w0' AND canary = 1",
        "UPDATE release_canary SET persona = '[]' WHERE release = 'd@w1' AND canary = 2",
        "UPDATE canary SET phone = phone + 1 WHERE no = 2",
        "UPDATE code_position SET bias = 0.2 WHERE canary = 4",
        "UPDATE withheld SET key = key + 1 WHERE release = 'd@w0'",
        "DELETE FROM withheld WHERE release = 'd@w0'",
        "INSERT INTO withheld VALUES ('d@w0', 14000100009, true)",
        "INSERT INTO release_canary VALUES ('d@w0', 5, 'unique', NULL, NULL)",
        "UPDATE release SET committed = replace(committed, 'w0', 'w9') WHERE id = 'd@w0'",
        "UPDATE release SET committed = NULL WHERE id = 'd@w0'",
    ):
        case.con.begin()
        case.con.execute(change)
        assert changed_registers(case.con, secret) == ["d@w0", "d@w1"], change
        case.con.rollback()


def test_facts_that_are_put_right_later_leave_the_register_as_it_was() -> None:
    case, _ = committed_case()
    case.con.execute("UPDATE release SET ends = DATE '2026-12-31', purpose = 'other', evidence = ['e1']")
    case.con.execute("INSERT INTO withheld VALUES ('d@w0', 14000100009, false)")
    assert changed_registers(case.con, case.secret(REGISTER)) == []


def test_a_draw_that_was_not_committed_is_frozen_anew() -> None:
    case, first = committed_case()
    case.con.execute("UPDATE release SET commitment = NULL, ends = DATE '2027-01-01'")
    again = committed_root(case.con, case.secret(REGISTER), "00ff")
    assert again != first
    assert all(b'"ends":"2027-01-01"' in leaf.entry for leaf in list(leaves_of(case.con, "00ff"))[:2])


def test_a_register_of_the_first_kind_keeps_its_root() -> None:
    case, _ = committed_case()
    secret, digests = case.secret(REGISTER), []
    rows = case.con.execute(
        "SELECT r.id AS release, r.dataset, r.recipient, r.date, r.ends, k.canary, k.scheme, k.persona, k.row, c.phone,"
        " c.email FROM release r JOIN release_canary k ON k.release = r.id JOIN canary c ON c.no = k.canary"
        " ORDER BY r.id, c.no"
    ).to_arrow_table()
    withheld = case.con.execute(
        "SELECT release, key AS withheld FROM withheld WHERE drawn ORDER BY ALL"
    ).to_arrow_table()
    for row in rows.to_pylist() + withheld.to_pylist():
        entry = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
        digests.append(hashlib.sha256(b"\x00" + hmac.digest(secret, entry, "sha256") + entry).digest())
    case.con.execute("UPDATE release SET committed = NULL, commitment = $root", {"root": tree_hash(digests).hex()})
    assert changed_registers(case.con, secret) == []
    case.con.execute("UPDATE canary SET phone = phone + 1 WHERE no = 1")
    assert changed_registers(case.con, secret) == ["d@w0", "d@w1"]


def tree_hash(digests: list[bytes]) -> bytes:
    """MTH of RFC 6962 over leaf hashes."""
    if len(digests) == 1:
        return digests[0]
    split = 1
    while split * 2 < len(digests):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_hash(digests[:split]) + tree_hash(digests[split:])).digest()


@settings(deadline=None)
@given(st.integers(1, 200), st.data())
def test_root_and_proofs_are_those_of_the_definition(count: int, data: st.DataObject) -> None:
    digests = [leaf_hash(bytes(32), str(i).encode()) for i in range(count)]
    row = b"".join(digests)
    assert root(row) == tree_hash(digests)
    indexes = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4))
    for index, steps in zip(indexes, proofs(row, indexes), strict=True):
        assert follows(digests[index], steps, root(row))
        assert not follows(leaf_hash(bytes(32), b"another"), steps, root(row))
        for at, (side, sibling) in enumerate(steps):
            turned = [*steps[:at], ("left" if side == "right" else "right", sibling), *steps[at + 1 :]]
            assert not follows(digests[index], turned, root(row)), "the side counts"


def test_a_node_is_no_leaf_and_nothing_has_a_root() -> None:
    one, two = (leaf_hash(bytes(32), text) for text in (b"0", b"1"))
    assert root(b"") == hashlib.sha256(b"").digest()
    assert root(one) == one
    assert root(one + two) != leaf_hash(one, two), "an entry cannot pass for a node"
