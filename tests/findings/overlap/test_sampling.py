"""Overlaps against an oracle; in large cases they are counted whole, and who copied is shown by a share of them."""

from __future__ import annotations

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
from tracer.findings.overlap import compare
from tracer.findings.overlap import patterns as datasets
from tracer.findings.overlap.patterns import (
    LEAST_DRAWN,
    MOST_MEMBERSHIPS,
    counted_pairs,
    read_patterns,
    read_traced,
    share_of,
    shared_contacts,
)


def test_all_of_a_case_of_some_size_is_looked_at_and_of_a_larger_one_a_share_and_its_short_lists() -> None:
    assert share_of([MOST_MEMBERSHIPS // 4] * 4).all
    share = share_of([240_000] * 200 + [LEAST_DRAWN - 1, 20])
    assert share.percent == 5
    assert share.whole.tolist() == [False] * 200 + [True, True]


def _large_from(memberships: int, least: int, patch: pytest.MonkeyPatch) -> None:
    """Cases of more memberships are large."""
    patch.setattr(datasets, "MOST_MEMBERSHIPS", memberships)
    patch.setattr(datasets, "MOST_DRAWN", memberships)
    patch.setattr(datasets, "LEAST_DRAWN", least)


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    _large_from(4_000, 200, monkeypatch)


def _tangled(seed: int) -> duckdb.DuckDBPyConnection:
    """Lists that share numbers and addresses of the same people, now by the one, now by the other, and a hotline."""
    rng = np.random.default_rng(seed)
    phones = fresh(rng, 1_500)
    mails = (1 << 60) + np.arange(1_500, dtype=np.int64)
    has: dict[str, Numbers] = {}
    both: dict[str, NDArray[np.int64]] = {}
    for name in "abcdefg":
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


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize(("seed", "most_read", "one_by_one"), [(0, None, 0), (1, 900, 2)])
def test_pairs_that_are_kept_or_counted_in_parts_are_those_that_are_counted_whole(
    seed: int, most_read: int | None, one_by_one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`one_by_one`: how many lists that came in are held against the others one after the other."""
    if most_read is not None:
        monkeypatch.setattr(datasets, "MOST_READ", most_read)
        monkeypatch.setattr(datasets, "MOST_NEWCOMERS", one_by_one)
    con = _tangled(seed)
    for numbers in ((1, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4, 5, 6, 7), (2, 3, 5, 6, 7), (1, 3, 4, 6, 7), (3, 4, 6)):
        con.execute("UPDATE dataset SET current = no IN (SELECT unnest($numbers))", {"numbers": list(numbers)})
        facts = CaseFacts(con)
        traced = read_traced(facts)
        found = counted_pairs(facts, traced)
        for other in (_exact(con), counted_pairs(CaseFacts(con, from_scratch=True), traced)):
            np.testing.assert_array_equal(found, other)


def _chain(seed: int, *, raw: bool = False) -> World:
    """Two clients; a copy with rows of its own, what was resold of it, a merge, a short list of the resold one."""
    rng = np.random.default_rng(seed)
    one, two = fresh(rng, 20_000), fresh(rng, 20_000)
    vendor = rng.permutation(np.concatenate([one[:12_000], fresh(rng, 3_000)]))
    resold = rng.permutation(np.concatenate([vendor[:10_000], fresh(rng, 2_000)]))
    merged = rng.permutation(np.concatenate([two[:9_000], vendor[5_000:11_000]]))
    short = rng.permutation(np.concatenate([resold[:700], fresh(rng, 100)]))
    lists = {"one": one, "two": two, "vendor": vendor, "resold": resold, "merged": merged, "short": short}
    days = {name: date(2026, month, 1) for month, name in enumerate(lists, start=1)}
    return World(lists | {"apart": fresh(rng, 15_000)}, obtained=days, raw=raw)


_COPIED = {("one", "vendor"), ("vendor", "resold"), ("two", "merged"), ("vendor", "merged"), ("resold", "short")}


@pytest.mark.parametrize(("seed", "raw"), [(0, False), (1, True)], ids=["numbers alone", "with cells"])
def test_a_share_of_the_identifiers_tells_who_copied_from_whom(
    seed: int, raw: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {edge for edge, (p, _) in _chain(seed, raw=raw).trace().items() if p >= 0.5}
    _large_from(12_000, 800, monkeypatch)
    drawn = _chain(seed, raw=raw).trace()
    assert {edge for edge, (p, _) in drawn.items() if p >= 0.5} == whole == _COPIED


@pytest.mark.usefixtures("sampled")
def test_what_is_estimated_is_near_and_what_is_counted_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    con = _chain(5).load()
    read, places = overlap.read_places, list[Any]()

    def spied(*given: Any) -> Any:
        places.extend(read(*given))
        return tuple(places)

    monkeypatch.setattr(overlap, "read_places", spied)
    found = compare(CaseFacts(con))
    assert found.traced.share.percent == 2
    exact = _exact(con)
    np.testing.assert_array_equal(found.shared, exact)
    held = found.sets.held.toarray()
    estimated = held.T @ (held * found.sets.totals[:, None])
    np.fill_diagonal(estimated, 0)
    # A count of n identifiers of which each is drawn with p = 1/50 scatters by sqrt(n (1 - p) / p).
    assert (np.abs(estimated - exact) <= 4 * np.sqrt(49 * exact) + 1).all()
    short = found.traced.ids.index("short")
    np.testing.assert_array_equal(estimated[short], exact[short])
    seen = places[0].sum(axis=1)
    assert (np.abs(seen - found.traced.contacts) <= 4 * np.sqrt(49 * found.traced.contacts)).all()
    assert seen[short] == found.traced.contacts[short]


@pytest.mark.parametrize("seed", range(3))
def test_shared_is_how_many_contacts_two_lists_have_in_common_but_hotlines(seed: int) -> None:
    """An oracle: a contact with a number and an address counts once, and as many see one of the two in both lists."""
    rng = np.random.default_rng(seed)
    phones, mails, junk = fresh(rng, 400), (1 << 60) + np.arange(400, dtype=np.int64), fresh(rng, 1)
    people = {name: rng.choice(400, int(rng.integers(20, 300)), replace=False) for name in "abcdefg"}
    mailed = rng.random(400) < 0.3
    lists = {name: np.concatenate([phones[who], mails[who[mailed[who]]], junk]) for name, who in people.items()}
    con = World(lists, raw=False).load()
    for no, who in enumerate(people.values(), start=1):
        one = who[mailed[who]]
        append(con, "contact_alias", {"no": np.full(one.size, no), "key": mails[one], "to": phones[one]})
        con.execute("INSERT INTO junk VALUES (?, ?, NULL, 'hotline', 1, 30)", [no, int(junk[0])])
        con.execute("UPDATE dataset SET contacts = ? WHERE no = ?", [who.size, no])
    overlap.compute(CaseFacts(con), 1)
    found = {(a, b): shared for a, b, shared in con.execute("SELECT a, b, shared FROM overlap").fetchall()}
    for a, b in combinations(people, 2):
        size = np.intersect1d(people[a], people[b]).size
        assert found.get((a, b), 0) == (size if size >= 20 else 0)


def test_independent_lists_with_popular_contacts_are_not_remarkable_and_a_copy_is() -> None:
    rng = np.random.default_rng(3)
    pool = fresh(rng, 20_000)
    weight = np.exp(rng.normal(0, 1.5, pool.size))
    lists = {
        f"l{i:02d}": rng.choice(pool, int(rng.integers(300, 900)), replace=False, p=weight / weight.sum())
        for i in range(15)
    }
    lists["copy"] = np.concatenate([lists["l00"][:200], rng.choice(pool, 300, replace=False)])
    con = World(lists, raw=False).load()
    overlap.compute(CaseFacts(con), 1)
    found = con.execute("SELECT shared / expected, p_value FROM overlap WHERE a <> 'copy' OR b <> 'l00'").fetchall()
    ratio, p_value = np.array(found).T
    assert 0.8 < np.median(ratio) < 1.25
    assert np.mean(p_value < 0.01) <= 0.02
    ((copied,),) = con.execute("SELECT p_value FROM overlap WHERE a = 'copy' AND b = 'l00'").fetchall()
    assert copied < 1e-6
