"""The tree against the recursive definition of RFC 6962, section 2.1."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tracer.marking.register.leaves import follows, leaf_hash, proofs, root


def tree_hash(digests: list[bytes]) -> bytes:
    """MTH of RFC 6962 over leaf hashes."""
    if len(digests) == 1:
        return digests[0]
    split = 1
    while split * 2 < len(digests):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_hash(digests[:split]) + tree_hash(digests[split:])).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(bytes(32), str(i).encode()) for i in range(count)]


@given(st.integers(1, 200), st.data())
def test_root_and_proofs_are_those_of_the_definition(count: int, data: st.DataObject) -> None:
    digests = leaves(count)
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
    one, two = leaves(2)
    assert root(b"") == hashlib.sha256(b"").digest()
    assert root(one) == one
    assert root(one + two) != leaf_hash(one, two), "an entry cannot pass for a node"
