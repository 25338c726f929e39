"""Which sets of datasets hold how many contacts: the inverted index from which overlaps and derivations are computed.

An identifier's holders are summed up in one number, the exclusive or of random codes of the datasets; identifiers with
the same one are counted together. So an identifier that is in all of 200 datasets costs one line, not 19,900 pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.merged import merge_keys
from tracer.findings.overlap.sampling import SamplingShare, share_of
from tracer.findings.overlap.shared_counts import common_keys
from tracer.findings.precomputed import ask, kept_answer, make, take
from tracer.findings.seeds import CODE_SEED

SQL = Path(__file__).parent / "sql"
PATTERN = ("pattern", "key_pattern")
"""The TEMP relations that the sets of holders make."""
LEAST_CONTACTS = 20
"""Under it a list is a question about single people (the views' `tiny`)."""


@dataclass(frozen=True)
class ComparedDatasets:
    """The datasets that are compared: current ones of some length whose contents are still there, in order of id."""

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    """`dataset.no` of each."""
    contacts: NDArray[np.int64]
    """Distinct contacts of each."""
    identifiers: tuple[int, ...]
    share: SamplingShare
    """What is looked at to see who copied from whom; contacts in common are counted whole."""
    codes: NDArray[np.int64]
    """Random code of each, for the signatures of sets of holders."""
    relation: str
    """TEMP relation of them: no, position, code, whole."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Patterns:
    """Sets of two or more datasets that hold the same identifiers."""

    held: sparse.csr_matrix
    """patterns x datasets, 1 where the dataset is in the set."""
    keys: NDArray[np.int64]
    """Identifiers that are held by exactly this set, of those that are looked at."""
    by_key: str
    """TEMP relation of these identifiers: key, pattern."""


def read_traced(con: duckdb.DuckDBPyConnection) -> ComparedDatasets:
    """List the datasets that are compared; their TEMP relation stays until they are read again.

    Blind ones are compared elsewhere. Those of fewer than 20 contacts are not compared at all: their results are not
    shown, and as one list among the others they would move the figures of these, a little more where they share a row.
    """
    rows = con.execute(
        "SELECT id, no, contacts, identifiers FROM dataset WHERE current AND purged_at IS NULL AND format <> 'blind'"
        " AND contacts >= $least ORDER BY id, no",
        {"least": LEAST_CONTACTS},
    ).fetchall()
    share = share_of([row[3] for row in rows])
    codes = np.random.default_rng(CODE_SEED).integers(1, 1 << 60, len(rows))
    table = pa.table(
        {
            "no": pa.array([row[1] for row in rows], pa.int32()),
            "position": pa.array(range(len(rows)), pa.int32()),
            "code": pa.array(codes.tolist(), pa.int64()),
            "whole": pa.array(share.whole.tolist(), pa.bool_()),
        }
    )
    con.register("traced_rows", table)
    con.execute("CREATE OR REPLACE TEMP TABLE traced AS SELECT * FROM traced_rows")
    con.unregister("traced_rows")
    return ComparedDatasets(
        ids=tuple(str(row[0]) for row in rows),
        numbers=tuple(int(row[1]) for row in rows),
        contacts=np.array([row[2] for row in rows], dtype=np.int64),
        identifiers=tuple(int(row[3]) for row in rows),
        share=share,
        codes=codes,
        relation="traced",
    )


def read_patterns(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> Patterns:
    """Count identifiers by the set of their holders. Leaves the TEMP relations `pattern`, `key_pattern`, and
    `signed_key` and `signed_block` where these were not computed elsewhere."""
    if not traced.share.all:
        _find_second_keys(con)
        run_sql(con, "short_key")
        con.execute(read_sql("looked_at_share"), {"percent": traced.share.percent})
        return _patterns_looked_at(con, traced)
    answered = answered_patterns(con, traced)
    if answered is not None:
        return answered
    _find_second_keys(con)
    merge_keys(con)
    make(con, read_sql("pattern"), PATTERN)
    return _patterns(con, traced, ask_one(con, "pattern_member"))


def has_aliases(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any contact of a traced list has several identifiers."""
    return bool(con.execute("SELECT count(*) FROM contact_alias JOIN traced ON no = dataset").fetchall()[0][0])


def _find_second_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Leave the TEMP table `second_key`; where no contact has several identifiers no membership is read for it."""
    if has_aliases(con):
        run_sql(con, "second_key")
    else:
        con.execute("CREATE OR REPLACE TEMP TABLE second_key (key BIGINT)")


def answered_patterns(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> Patterns | None:
    """The sets of holders of all identifiers, where they were counted elsewhere, with their TEMP relations."""
    if not take(con, "overlap/pattern", read_sql("pattern"), PATTERN):
        return None
    return _patterns(con, traced, ask_one(con, "pattern_member"))


def _patterns_looked_at(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> Patterns:
    """The same of the memberships in the TEMP table `looked_at`, which goes."""
    run_sql(con, "looked_at_signature")
    run_sql(con, "signed_block")
    make(con, read_sql("pattern"), PATTERN)
    found = _patterns(con, traced, con.execute(read_sql("looked_at_member")))
    con.execute("DROP TABLE looked_at")
    return found


def _patterns(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, members: duckdb.DuckDBPyConnection) -> Patterns:
    found = members.fetchnumpy()
    where = (np.asarray(found["pattern"]), np.asarray(found["position"]))
    keys = np.asarray(con.execute("SELECT keys FROM pattern ORDER BY pattern").fetchnumpy()["keys"], dtype=np.int64)
    held = sparse.csr_matrix((np.ones(where[0].size, dtype=np.int64), where), shape=(keys.size, len(traced)))
    held.sort_indices()
    return Patterns(held, keys, PATTERN[1])


def shared_contacts(con: duckdb.DuckDBPyConnection, patterns: Patterns) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, counted once by whichever identifier joins them.

    A contact of a that has several identifiers counts once for b if any of them is in b; of the two sides' numbers
    the smaller one is given. The diagonal is 0.
    """
    held = patterns.held
    side = common_keys(held, patterns.keys)
    if has_aliases(con):
        if not kept(con, "key_surplus", "contact_union"):
            run_sql(con, "several_keys")
        for position, pattern, keys in ask_one(con, "key_surplus").fetchall():
            side[position, held[pattern].indices] -= keys
        for position, patterns_of, contacts in ask_one(con, "contact_union").fetchall():
            sets = [held[int(pattern)].indices for pattern in patterns_of.split(",")]
            side[position, np.unique(np.concatenate(sets))] += contacts
    return of_both_sides(side)


def of_both_sides(side: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: of the contacts of a that b has, and of b that a has, the fewer; 0 on the diagonal."""
    shared: NDArray[np.int64] = np.minimum(side, side.T)
    np.fill_diagonal(shared, 0)
    return shared


def read_sql(name: str) -> str:
    """The statement of that name in this folder's `sql/`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def run_sql(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Execute it."""
    con.execute(read_sql(name))


def ask_one(con: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyConnection:
    """Execute it, or read its answer."""
    return ask(con, f"overlap/{name}", read_sql(name))


def kept(con: duckdb.DuckDBPyConnection, *names: str) -> bool:
    """Whether the answers of all these statements were computed elsewhere."""
    return all(kept_answer(con, f"overlap/{name}", read_sql(name), {}) for name in names)
