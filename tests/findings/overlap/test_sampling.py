"""Overlaps against an oracle; in large cases they are counted whole, and who copied is shown by a share of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.findings.worlds import Numbers, World, fresh
from tests.inserted import append
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.overlap import compare, pair_counts
from tracer.findings.overlap import patterns as datasets
from tracer.findings.overlap.pair_counts import counted_pairs
from tracer.findings.overlap.patterns import (
    LEAST_DRAWN,
    MOST_MEMBERSHIPS,
    ComparedDatasets,
    merge_keys,
    read_patterns,
    read_traced,
    share_of,
    shared_contacts,
)


def test_all_of_a_case_of_some_size_is_looked_at_and_of_a_larger_one_a_share_and_its_short_lists() -> None:
    assert share_of([MOST_MEMBERSHIPS // 4] * 4).all
    assert share_of([]).all
    share = share_of([240_000] * 200 + [LEAST_DRAWN - 1, 20])
    assert share.percent == 5
    assert share.whole.tolist() == [False] * 200 + [True, True]
    short = share_of([100_000] * 5_000)
    looked_at = np.where(short.whole, 100_000, 100_000 * short.percent // 100)
    assert (short.percent, looked_at.sum()) == (5, 25_000_000), "where all are short, as little as can be"


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases of more than 4,000 memberships are large."""
    monkeypatch.setattr(datasets, "MOST_MEMBERSHIPS", 4_000)
    monkeypatch.setattr(datasets, "MOST_DRAWN", 4_000)
    monkeypatch.setattr(datasets, "LEAST_DRAWN", 200)


def _tangled(seed: int, lists: int = 7) -> duckdb.DuckDBPyConnection:
    """Lists that share numbers and addresses of the same people, now by the one, now by the other, and a hotline."""
    rng = np.random.default_rng(seed)
    phones = fresh(rng, 1_500)
    mails = (1 << 60) + np.arange(1_500, dtype=np.int64)
    has: dict[str, Numbers] = {}
    both: dict[str, NDArray[np.int64]] = {}
    for name in "abcdefghij"[:lists]:
        with_phone, with_mail = (rng.random(1_500) < rng.uniform(0.3, 0.9) for _ in range(2))
        has[name] = np.concatenate([phones[with_phone], mails[with_mail]])
        both[name] = np.flatnonzero(with_phone & with_mail)
    con = World(has, raw=False).load()
    for number, name in enumerate(has, start=1):
        beside = both[name]
        append(con, "contact_alias", {"no": np.full(beside.size, number), "key": mails[beside], "to": phones[beside]})
        con.execute(
            "UPDATE dataset SET contacts = identifiers - $both WHERE no = $no", {"both": beside.size, "no": number}
        )
    for number, junk in ((2, phones[:9]), (5, np.concatenate([phones[5:30], mails[20:40]]))):
        con.executemany(
            "INSERT INTO junk VALUES (?, ?, NULL, 'hotline', 1, 30)", [(number, int(key)) for key in junk.tolist()]
        )
    return con


def _exact(con: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
    """As in a case that is not large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "MOST_MEMBERSHIPS", MOST_MEMBERSHIPS)
        with CaseFacts(con) as facts:
            traced = read_traced(facts)
            return shared_contacts(facts, traced, read_patterns(facts, traced))


def _only(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> None:
    con.execute("UPDATE dataset SET current = no IN (SELECT unnest($numbers))", {"numbers": list(numbers)})


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize("seed", range(2))
def test_pairs_that_are_kept_are_those_that_are_counted_whole(seed: int) -> None:
    con = _tangled(seed)
    for numbers in ((1, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4, 5, 6, 7), (2, 3, 5, 6, 7), (1, 3, 4, 6, 7), (3, 4, 6)):
        _only(con, numbers)
        facts = CaseFacts(con)
        traced = read_traced(facts)
        found = counted_pairs(facts, traced)
        np.testing.assert_array_equal(found, _exact(con))
        np.testing.assert_array_equal(counted_pairs(CaseFacts(con, from_scratch=True), traced), found)


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize("most", [900, 5_000])
def test_pairs_that_are_counted_in_parts_are_those_that_are_counted_at_once(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    con = _tangled(3)
    monkeypatch.setattr(pair_counts, "MOST_READ", most)
    traced = read_traced(CaseFacts(con))
    held: list[int] = []
    merge = merge_keys

    def watched(*asked: Any) -> Any:
        con, _, rows, bound, _ = asked
        held.append(con.execute(f"SELECT count(*) FROM ({rows})", bound).fetchall()[0][0])
        return merge(*asked)

    monkeypatch.setattr(pair_counts, "merge_keys", watched)
    np.testing.assert_array_equal(counted_pairs(CaseFacts(con, from_scratch=True), traced), _exact(con))
    assert len(held) == -(-sum(traced.identifiers) // most) > 1
    assert sum(held) == sum(traced.identifiers)
    assert max(held) < 1.3 * most


@pytest.mark.usefixtures("sampled")
def test_only_what_came_in_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    con = _tangled(9)
    monkeypatch.setattr(pair_counts, "MOST_NEWCOMERS", 2)
    met: list[int] = []
    one_by_one = pair_counts._meet

    def watched(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, number: int) -> None:
        met.append(number)
        one_by_one(con, traced, number)

    monkeypatch.setattr(pair_counts, "_meet", watched)
    for numbers, fresh_ones in (((1, 2, 3, 4, 5), []), ((1, 2, 3, 4, 5, 7), [7]), ((1, 2, 3, 4, 5, 6, 7), [6])):
        _only(con, numbers)
        met.clear()
        np.testing.assert_array_equal(counted_pairs(CaseFacts(con), read_traced(CaseFacts(con))), _exact(con))
        assert met == fresh_ones


def _chain(seed: int, *, raw: bool = False) -> World:
    """Two clients; a copy with rows of its own, what was resold of it, a merge, a short list of the resold one."""
    rng = np.random.default_rng(seed)
    one, two = fresh(rng, 20_000), fresh(rng, 20_000)
    vendor = rng.permutation(np.concatenate([one[:12_000], fresh(rng, 3_000)]))
    resold = rng.permutation(np.concatenate([vendor[:10_000], fresh(rng, 2_000)]))
    merged = rng.permutation(np.concatenate([two[:9_000], vendor[5_000:11_000]]))
    short = rng.permutation(np.concatenate([resold[:700], fresh(rng, 100)]))
    return World(
        {"one": one, "two": two, "vendor": vendor, "resold": resold, "merged": merged, "short": short,
         "apart": fresh(rng, 15_000)},
        obtained={name: date(2026, month, 1) for month, name in enumerate(_DATED, start=1)}, raw=raw,
    )  # fmt: skip


_DATED = ("one", "two", "vendor", "resold", "merged", "short")
_COPIED = {("one", "vendor"), ("vendor", "resold"), ("two", "merged"), ("vendor", "merged"), ("resold", "short")}


@pytest.mark.parametrize(("seed", "raw"), [(0, False), (1, True)], ids=["numbers alone", "with cells"])
def test_a_share_of_the_identifiers_tells_who_copied_from_whom(
    seed: int, raw: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {edge for edge, (p, _) in _chain(seed, raw=raw).trace().items() if p >= 0.5}
    monkeypatch.setattr(datasets, "MOST_MEMBERSHIPS", 12_000)
    monkeypatch.setattr(datasets, "MOST_DRAWN", 12_000)
    monkeypatch.setattr(datasets, "LEAST_DRAWN", 800)
    drawn = _chain(seed, raw=raw).trace()
    assert {edge for edge, (p, _) in drawn.items() if p >= 0.5} == whole == _COPIED


@pytest.mark.usefixtures("sampled")
def test_what_is_estimated_is_near_and_what_is_counted_is_exact() -> None:
    con = _chain(5).load()
    found = compare(CaseFacts(con))
    assert found.traced.share.percent == 2
    exact = _exact(con)
    np.testing.assert_array_equal(found.shared, exact)
    held = found.sets.held.toarray()
    estimated = held.T @ (held * found.places.by_set.sum(axis=1).A1[:, None])
    np.fill_diagonal(estimated, 0)
    # A count of n identifiers of which each is drawn with p = 1/50 scatters by sqrt(n (1 - p) / p).
    assert (np.abs(estimated - exact) <= 4 * np.sqrt(49 * exact) + 1).all()
    short = found.traced.ids.index("short")
    np.testing.assert_array_equal(estimated[short], exact[short])
    seen = found.places.counts.sum(axis=1)
    assert (np.abs(seen - found.traced.contacts) <= 4 * np.sqrt(49 * found.traced.contacts)).all()
    assert seen[short] == found.traced.contacts[short]


@pytest.mark.usefixtures("sampled")
def test_overlaps_of_a_large_case_are_the_sizes_of_the_intersections() -> None:
    world = _chain(6)
    con = world.load()
    overlap.compute(CaseFacts(con), 1)
    for a, b, shared in con.execute("SELECT a, b, shared FROM overlap").fetchall():
        assert shared == np.intersect1d(world.lists[a], world.lists[b]).size


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
