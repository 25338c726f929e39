"""Contacts that the datasets of a large case have in common, kept from one trace to the next.

They are counts over all identifiers. Counting them again reads every membership several times; a new list meets
all others in one reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.overlap.merged import sets_of_holders
from tracer.findings.overlap.patterns import ComparedDatasets, has_aliases, of_both_sides, read_sql
from tracer.findings.overlap.sampling import parts_of
from tracer.findings.overlap.shared_counts import common_keys
from tracer.findings.precomputed import from_scratch

MOST_NEWCOMERS = 12
"""Lists that are met with all others one by one; where more came in, all pairs are counted again."""
_TO_CUT = 200_000
"""Memberships by which it is seen where ranges are to be cut."""


def counted_pairs(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, as `patterns.shared_contacts` gives them. The diagonal is 0.

    Needs the TEMP table `traced`. What was counted before is taken from the case, and what is counted is kept there,
    unless findings are to be computed from scratch.
    """
    if from_scratch():
        return of_both_sides(_all_pairs(con, traced))
    known = _still_known(con, traced)
    fresh = [number for number in traced.numbers if number not in known]
    if len(fresh) > MOST_NEWCOMERS:
        side = _all_pairs(con, traced)
        con.execute("DELETE FROM pair_count")
        a, b = np.nonzero(side)
        numbers = np.array(traced.numbers, dtype=np.int64)
        _keep(con, numbers[a], numbers[b], side[a, b])
    else:
        _take_out(con, sorted(known))
        for number in fresh:
            _keep(con, *_met(con, number))
    con.execute("DELETE FROM pair_counted")
    con.execute("INSERT INTO pair_counted SELECT unnest($numbers::INTEGER[])", {"numbers": list(traced.numbers)})
    return of_both_sides(_read(con, traced))


def _still_known(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> set[int]:
    """The datasets whose pairs were counted and still hold; pairs of those that are gone are removed.

    Where one that had junk is gone, its junk may link again, and nothing is known any more.
    """
    counted = {int(row[0]) for row in con.execute("SELECT dataset FROM pair_counted").fetchall()}
    gone = sorted(counted - set(traced.numbers))
    if not gone:
        return counted
    values = {"gone": gone}
    freed = con.execute("SELECT 1 FROM junk WHERE dataset IN (SELECT unnest($gone)) LIMIT 1", values).fetchone()
    purged = con.execute(
        "SELECT 1 FROM dataset WHERE no IN (SELECT unnest($gone)) AND purged_at IS NOT NULL LIMIT 1", values
    ).fetchone()
    if freed is not None or purged is not None:
        con.execute("DELETE FROM pair_count")
        return set()
    con.execute("DELETE FROM pair_count WHERE a IN (SELECT unnest($gone)) OR b IN (SELECT unnest($gone))", values)
    return counted - set(gone)


def _take_out(con: duckdb.DuckDBPyConnection, counted: list[int]) -> None:
    """Contacts that known pairs had in common by what a newcomer shows to be junk are no longer in common."""
    if counted:
        lost = con.execute(read_sql("newly_junk"), {"counted": counted}).fetchall()
        for a, b, contacts in lost:
            values = {"a": a, "b": b, "contacts": contacts}
            con.execute("UPDATE pair_count SET contacts = contacts - $contacts WHERE a = $a AND b = $b", values)


def _met(
    con: duckdb.DuckDBPyConnection, number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """A dataset's pairs with all others: a, b, contacts of a that b has."""
    con.execute("DELETE FROM pair_count WHERE a = $number OR b = $number", {"number": number})
    con.execute(read_sql("newcomer_key"), {"number": number})
    keys = con.execute(read_sql("newcomer_common"), {"number": number}).fetchall()
    contacts = {(other, number): n for other, n in keys} | {(number, other): n for other, n in keys}
    for pair, surplus in _surplus(con, number):
        contacts[pair] -= surplus
    pairs = np.array(sorted(contacts), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array([contacts[pair] for pair in sorted(contacts)], dtype=np.int64)


def _surplus(con: duckdb.DuckDBPyConnection, number: int) -> Iterator[tuple[tuple[int, int], int]]:
    """(a, b) with the dataset as a or b: how often contacts of a were counted by more than one identifier in b."""
    for theirs, other, surplus in con.execute(read_sql("newcomer_surplus"), {"number": number}).fetchall():
        yield ((other, number) if theirs else (number, other)), surplus


def _all_pairs(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts of the one that the other has, counted in parts of the identifiers."""
    n = len(traced)
    side = np.zeros((n, n), dtype=np.int64)
    for first, beyond in _parts(con, traced):
        side += common_keys(*sets_of_holders(con, n, first, beyond))
    if has_aliases(con):
        position = {number: index for index, number in enumerate(traced.numbers)}
        for number in traced.numbers:
            con.execute(read_sql("newcomer_key"), {"number": number})
            for (a, b), surplus in _surplus(con, number):
                if b == number:
                    side[position[a], position[b]] -= surplus
    return side


def _parts(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> list[tuple[int, int]]:
    """Ranges of identifiers with about as many memberships each. Memberships lie in the order of identifiers within
    each dataset, so that a range is read without reading the others."""
    parts, total = parts_of(traced.identifiers), sum(traced.identifiers)
    some = con.execute("SELECT key FROM membership WHERE rowid % $step = 0", {"step": max(1, total // _TO_CUT)})
    keys = np.sort(some.fetchnumpy()["key"])
    cuts = sorted({int(keys[keys.size * part // parts]) for part in range(1, parts)} if keys.size else ())
    ends = np.iinfo(np.int64)
    return list(pairwise([int(ends.min), *cuts, int(ends.max)]))


def _keep(
    con: duckdb.DuckDBPyConnection, a: NDArray[np.int64], b: NDArray[np.int64], contacts: NDArray[np.int64]
) -> None:
    con.register("pair_rows", pa.table({"a": pa.array(a), "b": pa.array(b), "contacts": pa.array(contacts)}))
    con.execute("INSERT INTO pair_count SELECT a, b, contacts FROM pair_rows WHERE a <> b")
    con.unregister("pair_rows")


def _read(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> NDArray[np.int64]:
    side = np.zeros((len(traced), len(traced)), dtype=np.int64)
    found = con.execute(
        "SELECT x.position, y.position, contacts FROM pair_count"
        " JOIN traced AS x ON x.no = a JOIN traced AS y ON y.no = b"
    ).fetchall()
    for a, b, contacts in found:
        side[a, b] = contacts
    return side
