"""Which sets of datasets hold how many contacts: the inverted index from which overlaps and derivations are computed.

Memberships lie in the store by dataset, in the order of keys. A stable sort merges such runs, which is reading them
side by side; grouping by key, as a cluster does (`signed_key.sql`), reads and writes a table of all keys at random and
takes two to six times as long. The sort holds all keys in memory: large cases are merged in parts. An identifier's
holders are summed up in one number, the exclusive or of random codes of the datasets; identifiers with the same one are
counted together. So an identifier that is in all of 200 datasets costs one line, not 19,900 pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from tracer.case.registered import registered
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.statements import answered_steps, over
from tracer.findings.overlap.traced import ComparedDatasets
from tracer.findings.precomputed import answer_rows

_CHUNK = 8_192
"""Sets that are multiplied at a time: their matrix lies in the processor's cache."""
_MANY = 0.15
"""Share of all datasets in a set, from which a product of full matrices takes less time than one of sparse ones."""


@dataclass(frozen=True)
class SignedKeys:
    """Relations of the identifiers that link."""

    blocks: Relation
    second: Relation
    """Identifiers that are left out, because others of the same contacts link what they link: key."""
    alone: Relation | None
    """Those that one dataset alone has, with its position; of a case of which all is looked at they are not needed."""


@dataclass(frozen=True)
class Patterns:
    """Sets of two or more datasets that hold the same identifiers."""

    held: sparse.csr_matrix
    """patterns x datasets, 1 where the dataset is in the set."""
    keys: NDArray[np.int64]
    """Identifiers that are held by exactly this set, of those that are looked at."""
    by_key: Relation
    source: SignedKeys | Mapping[str, Relation]
    """What they were counted from, or the answers of a cluster by the names of its statements."""


def merge_keys(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, rows: str, bound: Mapping[str, Any], unlinking: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Merge memberships. rows: SQL for their `dataset` and `key`; unlinking: SQL for identifiers to leave out.

    Identifiers in order, each once; how many datasets hold each; the positions of those that hold the first one, then
    of those that hold the second, and so on.
    """
    read = con.execute(rows, bound).to_arrow_table()
    order = np.argsort(read.column("key").to_numpy(), kind="stable")
    keys, holder = (read.column(name).to_numpy()[order] for name in ("key", "dataset"))
    first = np.ones(keys.size, dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    keys, holders = keys[starts], np.diff(starts, append=keys.size)
    position = np.zeros(1 + max(traced.numbers, default=0), dtype=np.int64)
    position[list(traced.numbers)] = np.arange(len(traced))
    left_out = con.execute(unlinking).fetchnumpy()["key"]
    low, high = np.searchsorted(keys, left_out), np.searchsorted(keys, left_out, "right")
    links = np.ones(keys.size, dtype=np.bool_)
    links[low[low < high]] = False
    return keys[links], holders[links], position[holder[np.repeat(links, holders)]]


def sets_of_holders(
    traced: ComparedDatasets, holders: NDArray[np.int64], position: NDArray[np.int64]
) -> tuple[sparse.csr_matrix, NDArray[np.int64], NDArray[np.int64]]:
    """The sets of two or more datasets that hold identifiers, in order of their signatures: sets x datasets; how many
    identifiers each set holds; and of each identifier that several datasets hold, the number of its set."""
    several = holders > 1
    position, lengths = position[np.repeat(several, holders)], holders[several]
    codes, starts = traced.codes[position], np.cumsum(lengths) - lengths
    signature = np.bitwise_xor.reduceat(codes, starts) if codes.size else codes
    _, example, which, keys = np.unique(signature, return_index=True, return_inverse=True, return_counts=True)
    # The members of a set are read from its first identifier.
    read = np.zeros(lengths.size, dtype=np.bool_)
    read[example] = True
    members, ends = position[np.repeat(read, lengths)], np.append(0, np.cumsum(lengths[read]))
    held = sparse.csr_matrix((np.ones(members.size, dtype=np.int64), members, ends), shape=(keys.size, len(traced)))
    held = held[np.argsort(np.argsort(example))]
    held.sort_indices()
    return held, keys, which


def all_memberships(traced: ComparedDatasets) -> str:
    """SQL for the memberships of the datasets that are compared, in the order in which they lie in the store: joined
    with the datasets, they would come in the order in which threads finish, and take longer to sort."""
    return f"SELECT key, dataset FROM membership WHERE dataset IN ({', '.join(map(str, traced.numbers)) or 'NULL'})"


def read_patterns(facts: CaseFacts, traced: ComparedDatasets) -> Patterns:
    """Count identifiers by the set of their holders, of a large case those that are looked at."""
    con, share = facts.con, traced.share
    answered = answered_patterns(facts, traced) if share.all else None
    if answered is not None:
        return answered
    # Where no contact has several identifiers, no membership is read to find those that link nothing new.
    none = "SELECT key FROM contact_alias LIMIT 0"
    second = facts.make("second_key", over("second_key", traced=traced.relation) if traced.aliases else none)
    unlinking = f"{over('junk_key', traced=traced.relation)} UNION ALL SELECT key FROM {second}"
    rows = all_memberships(traced) if share.all else over("looked_at", traced=traced.relation)
    bound = {} if share.all else {"percent": share.percent}
    keys, holders, position = merge_keys(con, traced, rows, bound, unlinking)
    held, counts, which = sets_of_holders(traced, holders, position)
    by_key = facts.make("key_pattern", pa.table({"key": keys[holders > 1], "pattern": which.astype(np.int32)}))
    with registered(con, linking=pa.table({"key": keys})):
        blocks = facts.make("signed_block", over("signed_block", signed_key="linking"))
    alone, single = None, holders == 1
    if not share.all:
        alone = facts.make("alone", pa.table({"key": keys[single], "position": position[np.repeat(single, holders)]}))
    return Patterns(held, counts, by_key, SignedKeys(blocks, second, alone))


def answered_patterns(facts: CaseFacts, traced: ComparedDatasets) -> Patterns | None:
    """The sets of holders of all identifiers, where a cluster counted them."""
    answers = answered_steps(facts)
    if answers is None:
        return None
    members = facts.con.execute(f"SELECT * FROM {answers['pattern_member']}").fetchnumpy()
    keys = facts.con.execute(f"SELECT keys FROM {answers['pattern']} ORDER BY pattern").fetchnumpy()["keys"]
    where = np.asarray(members["pattern"]), np.asarray(members["position"])
    held = sparse.csr_matrix((np.ones(where[0].size, dtype=np.int64), where), shape=(keys.size, len(traced)))
    held.sort_indices()
    return Patterns(held, np.asarray(keys, dtype=np.int64), answers["key_pattern"], answers)


def common_keys(held: sparse.csr_matrix, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: sum of `keys` over the sets that hold both; on the diagonal, over those that hold one.

    held: sets x datasets; keys: one element a set. Sets of many holders are summed as products of full matrices, in
    double precision: exact up to 2^53.
    """
    lengths = np.diff(held.indptr)
    many = lengths > max(8, _MANY * held.shape[1])
    few, weights = held[~many], sparse.diags(keys[~many], format="csr", dtype=np.int64)
    total = np.asarray((few.T.tocsr() @ (weights @ few)).toarray(), dtype=np.int64)
    large, times = held[many], keys[many].astype(np.float64)
    for at in range(0, times.size, _CHUNK):
        full = large[at : at + _CHUNK].astype(np.float64).toarray()
        total += (full.T @ (full * times[at : at + _CHUNK, None])).astype(np.int64)
    return total


def shared_contacts(facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, counted once by whichever identifier joins them.

    A contact of a that has several identifiers counts once for b if any of them is in b; of the two sides' numbers
    the smaller one is given. The diagonal is 0.
    """
    held, source = patterns.held, patterns.source
    side = common_keys(held, patterns.keys)
    if traced.aliases:
        # How many identifiers of such contacts each set holds, and the sets that hold any of one's.
        answers = "key_surplus", "contact_union"
        if isinstance(source, SignedKeys):
            several = facts.make("several", over("several", traced=traced.relation, key_pattern=patterns.by_key))
            surplus, unions = (facts.con.execute(over(name, several=several)).fetchall() for name in answers)
            facts.drop(several)
        else:
            surplus, unions = (answer_rows(facts, source[name]).fetchall() for name in answers)
        for position, pattern, keys in surplus:
            side[position, held[pattern].indices] -= keys
        for position, patterns_of, contacts in unions:
            sets = [held[int(pattern)].indices for pattern in patterns_of.split(",")]
            side[position, np.unique(np.concatenate(sets))] += contacts
    return of_both_sides(side)


def of_both_sides(side: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: of the contacts of a that b has, and of b that a has, the fewer; 0 on the diagonal."""
    shared: NDArray[np.int64] = np.minimum(side, side.T)
    np.fill_diagonal(shared, 0)
    return shared
