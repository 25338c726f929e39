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

from tracer.case.registered import registered
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.merged import sets_of_holders
from tracer.findings.overlap.patterns import of_both_sides
from tracer.findings.overlap.sampling import parts_of
from tracer.findings.overlap.shared_counts import common_keys
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets, has_aliases

MOST_NEWCOMERS = 12
"""Lists that are met with all others one by one; where more came in, all pairs are counted again."""
_TO_CUT = 200_000
"""Memberships by which it is seen where ranges are to be cut."""


def counted_pairs(facts: CaseFacts, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, as `patterns.shared_contacts` gives them. The diagonal is 0.

    What was counted before is taken from the case, and what is counted is kept there, unless findings are to be
    computed from scratch.
    """
    if facts.from_scratch:
        return of_both_sides(_all_pairs(facts, traced))
    con = facts.con
    known = _still_known(con, traced)
    fresh = [number for number in traced.numbers if number not in known]
    if len(fresh) > MOST_NEWCOMERS:
        side = _all_pairs(facts, traced)
        con.execute("DELETE FROM pair_count")
        a, b = np.nonzero(side)
        numbers = np.array(traced.numbers, dtype=np.int64)
        _keep(con, numbers[a], numbers[b], side[a, b])
    else:
        _take_out(con, traced, sorted(known))
        for number in fresh:
            _keep(con, *_met(facts, traced, number))
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


def _take_out(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, counted: list[int]) -> None:
    """Contacts that known pairs had in common by what a newcomer shows to be junk are no longer in common."""
    if counted:
        lost = con.execute(over("newly_junk", traced=traced.relation), {"counted": counted}).fetchall()
        for a, b, contacts in lost:
            values = {"a": a, "b": b, "contacts": contacts}
            con.execute("UPDATE pair_count SET contacts = contacts - $contacts WHERE a = $a AND b = $b", values)


def _met(
    facts: CaseFacts, traced: ComparedDatasets, number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """A dataset's pairs with all others: a, b, contacts of a that b has."""
    facts.con.execute("DELETE FROM pair_count WHERE a = $number OR b = $number", {"number": number})
    newcomer = _linking(facts, traced, number)
    text = over("newcomer_common", newcomer_key=newcomer, traced=traced.relation)
    keys = facts.con.execute(text, {"number": number}).fetchall()
    contacts = {(other, number): n for other, n in keys} | {(number, other): n for other, n in keys}
    for pair, surplus in _surplus(facts.con, traced, number, newcomer):
        contacts[pair] -= surplus
    facts.drop(newcomer)
    pairs = np.array(sorted(contacts), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array([contacts[pair] for pair in sorted(contacts)], dtype=np.int64)


def _linking(facts: CaseFacts, traced: ComparedDatasets, number: int) -> Relation:
    """The identifiers of a dataset that link."""
    return facts.make("newcomer_key", over("newcomer_key", traced=traced.relation), {"number": number})


def _surplus(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, number: int, newcomer: Relation
) -> Iterator[tuple[tuple[int, int], int]]:
    """(a, b) with the dataset as a or b: how often contacts of a were counted by more than one identifier in b."""
    text = over("newcomer_surplus", newcomer_key=newcomer, traced=traced.relation)
    for theirs, other, surplus in con.execute(text, {"number": number}).fetchall():
        yield ((other, number) if theirs else (number, other)), surplus


def _all_pairs(facts: CaseFacts, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets: contacts of the one that the other has, counted in parts of the identifiers."""
    n = len(traced)
    side = np.zeros((n, n), dtype=np.int64)
    for first, beyond in _parts(facts.con, traced):
        side += common_keys(*sets_of_holders(facts.con, traced, first, beyond))
    if has_aliases(facts.con, traced):
        position = {number: index for index, number in enumerate(traced.numbers)}
        for number in traced.numbers:
            newcomer = _linking(facts, traced, number)
            for (a, b), surplus in _surplus(facts.con, traced, number, newcomer):
                if b == number:
                    side[position[a], position[b]] -= surplus
            facts.drop(newcomer)
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
    with registered(con, pair_rows=pa.table({"a": a, "b": b, "contacts": contacts})):
        con.execute("INSERT INTO pair_count SELECT a, b, contacts FROM pair_rows WHERE a <> b")


def _read(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> NDArray[np.int64]:
    side = np.zeros((len(traced), len(traced)), dtype=np.int64)
    found = con.execute(
        "SELECT x.position, y.position, contacts FROM pair_count"
        f" JOIN {traced.relation} AS x ON x.no = a JOIN {traced.relation} AS y ON y.no = b"
    ).fetchall()
    for a, b, contacts in found:
        side[a, b] = contacts
    return side
