"""Contacts that the datasets of a large case have in common, kept from one trace to the next.

They are counts over all identifiers. Counting them again reads every membership several times; a new list meets
all others in one reading.
"""

from __future__ import annotations

from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.findings.case_facts import CaseFacts
from tracer.findings.overlap.patterns import (
    ComparedDatasets,
    all_memberships,
    common_keys,
    merge_keys,
    of_both_sides,
    over,
    sets_of_holders,
)

MOST_READ = 20_000_000
"""Memberships that are read at a time where all are to be counted."""
MOST_NEWCOMERS = 12
"""Lists that are met with all others one by one; where more came in, all pairs are counted again."""
_TO_CUT = 200_000
"""Memberships by which it is seen where ranges are to be cut."""


def counted_pairs(facts: CaseFacts, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, as `patterns.shared_contacts` gives them. The diagonal is 0.

    What was counted before is taken from the case, and what is counted is kept there, unless findings are to be
    computed from scratch.
    """
    con, numbers = facts.con, np.array(traced.numbers, dtype=np.int64)
    if facts.from_scratch:
        return of_both_sides(_all_pairs(con, traced))
    known = _still_known(con, traced)
    fresh = [number for number in traced.numbers if number not in known]
    if len(fresh) > MOST_NEWCOMERS:
        side = _all_pairs(con, traced)
        con.execute("DELETE FROM pair_count")
        a, b = np.nonzero(side)
        with registered(con, pair_rows=pa.table({"a": numbers[a], "b": numbers[b], "contacts": side[a, b]})):
            con.execute("INSERT INTO pair_count SELECT a, b, contacts FROM pair_rows WHERE a <> b")
    else:
        if known:
            # What known pairs had in common by what a newcomer shows to be junk is no longer in common.
            lost = over("newly_junk", traced=traced.relation)
            con.execute(
                f"UPDATE pair_count AS p SET contacts = p.contacts - lost.contacts FROM ({lost}) AS lost"
                " WHERE p.a = lost.a AND p.b = lost.b",
                {"counted": sorted(known)},
            )
        for number in fresh:
            _meet(con, traced, number)
    con.execute("DELETE FROM pair_counted")
    con.execute("INSERT INTO pair_counted SELECT unnest($numbers::INTEGER[])", {"numbers": list(traced.numbers)})
    side = np.zeros((len(traced), len(traced)), dtype=np.int64)
    found = con.execute(
        "SELECT x.position AS a, y.position AS b, contacts FROM pair_count"
        f" JOIN {traced.relation} AS x ON x.no = a JOIN {traced.relation} AS y ON y.no = b"
    ).fetchnumpy()
    side[found["a"], found["b"]] = found["contacts"]
    return of_both_sides(side)


def _still_known(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> set[int]:
    """The datasets whose pairs were counted and still hold; pairs of those that are gone are removed.

    Where one that had junk is gone, its junk may link again, and nothing is known any more.
    """
    counted = {int(row[0]) for row in con.execute("SELECT dataset FROM pair_counted").fetchall()}
    gone = {"gone": sorted(counted - set(traced.numbers))}
    if not gone["gone"]:
        return counted
    freed = con.execute(
        "SELECT 1 FROM junk WHERE dataset IN (SELECT unnest($gone)) UNION ALL"
        " SELECT 1 FROM dataset WHERE no IN (SELECT unnest($gone)) AND purged_at IS NOT NULL LIMIT 1",
        gone,
    ).fetchone()
    if freed is not None:
        con.execute("DELETE FROM pair_count")
        return set()
    con.execute(
        "DELETE FROM pair_count WHERE a IN (SELECT unnest($gone)) OR b IN (SELECT unnest($gone))",
        gone,
    )
    return counted - set(gone["gone"])


def _meet(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, number: int) -> None:
    """Count a dataset's pairs with all others."""
    surplus = over("newcomer_surplus", traced=traced.relation)
    pairs = over("newcomer_pairs", traced=traced.relation, surplus=surplus)
    con.execute("DELETE FROM pair_count WHERE a = $number OR b = $number", {"number": number})
    con.execute(f"INSERT INTO pair_count {pairs}", {"number": number})


def _all_pairs(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts of the one that the other has, counted in ranges of identifiers with about as many
    memberships each. Memberships lie in the order of identifiers within each dataset, so that a range is read without
    reading the others."""
    total = sum(traced.identifiers)
    parts = max(1, -(-total // MOST_READ))
    some = con.execute("SELECT key FROM membership WHERE key % $step = 0", {"step": max(1, total // _TO_CUT)})
    keys = np.sort(some.fetchnumpy()["key"])
    cuts = sorted({int(keys[keys.size * part // parts]) for part in range(1, parts)} if keys.size else ())
    ends = np.iinfo(np.int64)
    side = np.zeros((len(traced), len(traced)), dtype=np.int64)
    rows = f"{all_memberships(traced)} AND key >= $first AND key < $beyond"
    junk = over("junk_key", traced=traced.relation)
    for first, beyond in pairwise([int(ends.min), *cuts, int(ends.max)]):
        _, holders, position = merge_keys(con, traced, rows, {"first": first, "beyond": beyond}, junk)
        side += common_keys(*sets_of_holders(traced, holders, position)[:2])
    places = {number: index for index, number in enumerate(traced.numbers)}
    text = over("newcomer_surplus", traced=traced.relation)
    for number in traced.numbers if traced.aliases else ():
        for a, b, surplus in con.execute(text, {"number": number}).fetchall():
            if b == number:
                side[places[a], places[b]] -= surplus
    return side
