"""Identifiers of several datasets, merged: the same as by grouping all memberships."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from tests.findings.worlds import World, append, fresh
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.merged import SignedKeys, merge_keys
from tracer.findings.overlap.patterns import group_keys, second_keys
from tracer.findings.overlap.traced import read_traced
from tracer.identify.keys import EMAIL_BASE


def _rows(con: duckdb.DuckDBPyConnection, signed: SignedKeys) -> list[list[tuple[int, ...]]]:
    """Identifiers of several datasets, and the blocks in which there are some."""
    texts = (f"FROM {signed.keys} WHERE holders > 1 ORDER BY ALL", f"FROM {signed.blocks} WHERE keys > 0 ORDER BY ALL")
    return [con.execute(text).fetchall() for text in texts]


def _case(lists: int) -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(lists)
    landlines = 862_100_000_000 + np.arange(300, dtype=np.int64)
    everyone = np.concatenate([fresh(rng, 2_000), landlines, EMAIL_BASE + np.arange(500, dtype=np.int64)])
    has = {f"l{n:02}": everyone[rng.random(everyone.size) < rng.uniform(0.1, 0.8)] for n in range(lists)}
    con = World(has, raw=False).load()
    # One version that nobody asks about any more, and junk of one dataset that others hold too.
    con.execute("INSERT INTO membership SELECT 99, key, row FROM membership WHERE dataset = 1")
    junk = [(1, int(key)) for key in [*everyone[:40], *landlines[:5], everyone[-1]]]
    con.executemany(
        "INSERT INTO junk VALUES (?, ?, NULL, 'hotline', 1, 30)", [*junk, (1, None), (99, int(everyone[50]))]
    )
    # Mail addresses beside numbers: some everywhere beside the same one, some not in all lists, some beside two, one
    # beside junk.
    numbers = everyone[45:245].tolist()
    mails = (EMAIL_BASE + np.arange(200, dtype=np.int64)).tolist()
    rows = [
        (dataset, mail, other)
        for dataset, mail, other in _beside(con, dict(zip(mails, numbers, strict=True)))
        if not (dataset == 2 and mail % 7 == 0)
    ]
    rows = [(d, mail, other + (mail % 11 == 0 and d % 2)) for d, mail, other in rows]
    append(con, "contact_alias", dict(zip(("no", "key", "to"), zip(*rows, strict=True), strict=True)))
    return con


def _beside(con: duckdb.DuckDBPyConnection, numbers: dict[int, int]) -> list[tuple[int, int, int]]:
    held = con.execute("SELECT dataset, key FROM membership WHERE dataset <> 99").fetchall()
    return [(dataset, key, numbers[key]) for dataset, key in held if key in numbers]


@pytest.mark.parametrize("order", ["dataset, key", "key", "row"])
@pytest.mark.parametrize("lists", [1, 2, 12])
def test_merged_identifiers_are_those_that_are_grouped(lists: int, order: str) -> None:
    con = _case(lists)
    con.execute(f"CREATE OR REPLACE TABLE membership AS FROM membership ORDER BY {order}")
    facts = CaseFacts(con)
    traced = read_traced(facts)
    second = second_keys(facts, traced)
    grouped = _rows(con, group_keys(facts, traced, second, Relation("membership")))
    assert _rows(con, merge_keys(facts, traced, second)) == grouped
    assert bool(grouped[0]) == (lists > 1)
    assert len(grouped[1]) > 1


def test_a_case_without_memberships_has_none_to_merge() -> None:
    con = World({}, raw=False).load()
    facts = CaseFacts(con)
    traced = read_traced(facts)
    assert _rows(con, merge_keys(facts, traced, second_keys(facts, traced))) == [[], []]


@pytest.mark.parametrize(
    ("third", "linking"),
    [
        ("both", {"strong"}),  # always together: one of them is enough
        ("weak", {"weak"}),  # a list that was exported without mail addresses does not lack the contact
        ("strong", {"strong"}),
        ("none", {"strong"}),
        ("moved", {"weak", "strong"}),  # the address stands beside another number: each links what the other does not
    ],
)
def test_of_a_contacts_identifiers_those_count_that_link_something(third: str, linking: set[str]) -> None:
    weak, strong, other = 8_614_000_000_001, EMAIL_BASE + 1, 8_614_000_000_002
    rest = [8_614_000_100_000 + i for i in range(30)]
    last = {"both": [weak, strong], "weak": [weak], "strong": [strong], "none": [], "moved": [other, strong, weak]}[
        third
    ]
    lists = {"a": [weak, strong, *rest], "b": [weak, strong, *rest], "c": [*last, *rest]}
    con = World({name: np.array(keys, dtype=np.int64) for name, keys in lists.items()}, raw=False).load()
    beside = [(1, weak), (2, weak), *([(3, weak)] if third == "both" else [(3, other)] if third == "moved" else [])]
    con.executemany("INSERT INTO contact_alias VALUES (?, ?, ?)", [(no, key, strong) for no, key in beside])
    facts = CaseFacts(con)
    traced = read_traced(facts)
    signed = merge_keys(facts, traced, second_keys(facts, traced))
    found = {key for (key,) in con.execute(f"SELECT key FROM {signed.keys}").fetchall()}
    assert {name for name, key in (("weak", weak), ("strong", strong)) if key in found} == linking
