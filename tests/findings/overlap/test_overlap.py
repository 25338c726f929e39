"""Overlaps against an oracle, and the background against lists that were drawn independently."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts


def _overlaps(world: World) -> dict[tuple[str, str], tuple[int, float, float]]:
    con = world.load()
    overlap.compute(CaseFacts(con), 1)
    rows = con.execute("SELECT a, b, shared, expected, p_value FROM overlap").fetchall()
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


@pytest.mark.parametrize("seed", range(3))
def test_shared_is_the_size_of_the_intersection(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pool = fresh(rng, 400)
    lists = {name: rng.choice(pool, int(rng.integers(20, 300)), replace=False) for name in "abcdefg"}
    found = _overlaps(World(lists, raw=False))
    for a, b in combinations(lists, 2):
        size = np.intersect1d(lists[a], lists[b]).size
        assert found.get((a, b), (0, 0, 0))[0] == (size if size >= 20 else 0)


def test_a_contact_with_two_identifiers_counts_once() -> None:
    rng = np.random.default_rng(1)
    phones, mails = fresh(rng, 100), (1 << 60) + np.arange(100, dtype=np.int64)
    world = World({"a": np.concatenate([phones, mails]), "b": np.concatenate([phones[:60], mails[40:80]])}, raw=False)
    con = world.load()
    con.execute("UPDATE dataset SET contacts = 100 WHERE id = 'a'")
    con.executemany(
        "INSERT INTO contact_alias VALUES (1, ?, ?)", list(zip(mails.tolist(), phones.tolist(), strict=True))
    )
    # In b the rows 40 to 59 have both, 60 to 79 the mail alone.
    con.executemany(
        "INSERT INTO contact_alias VALUES (2, ?, ?)", [(int(mails[i]), int(phones[i])) for i in range(40, 60)]
    )
    con.execute("UPDATE dataset SET contacts = 80 WHERE id = 'b'")
    overlap.compute(CaseFacts(con), 1)
    assert con.execute("SELECT shared FROM overlap").fetchall() == [(80,)]


def test_junk_never_links() -> None:
    rng = np.random.default_rng(2)
    hotline = fresh(rng, 1)
    world = World({"a": np.append(fresh(rng, 50), hotline), "b": np.append(fresh(rng, 50), hotline)}, raw=False)
    con = world.load()
    con.execute("INSERT INTO junk VALUES (1, ?, NULL, 'hotline', 1, 30)", [int(hotline[0])])
    overlap.compute(CaseFacts(con), 1)
    assert con.execute("SELECT count(*) FROM overlap").fetchall() == [(0,)]


def test_independent_lists_with_popular_contacts_are_not_remarkable() -> None:
    rng = np.random.default_rng(3)
    pool = fresh(rng, 20_000)
    weight = np.exp(rng.normal(0, 1.5, pool.size))
    lists = {
        f"l{i:02d}": rng.choice(pool, int(rng.integers(300, 900)), replace=False, p=weight / weight.sum())
        for i in range(15)
    }
    found = _overlaps(World(lists, raw=False))
    ratio = np.array([shared / expected for shared, expected, _ in found.values()])
    assert 0.8 < np.median(ratio) < 1.25
    assert np.mean([p < 0.01 for _, _, p in found.values()]) <= 0.02


def test_a_copy_is_remarkable_among_independent_lists() -> None:
    rng = np.random.default_rng(4)
    pool = fresh(rng, 20_000)
    lists = {name: rng.choice(pool, 500, replace=False) for name in "abcdef"}
    lists["g"] = np.concatenate([lists["a"][:200], rng.choice(pool, 300, replace=False)])
    assert _overlaps(World(lists, raw=False))["a", "g"][2] < 1e-6
