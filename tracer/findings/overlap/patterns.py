"""Which sets of datasets hold how many contacts: the inverted index from which overlaps and derivations are computed.

An identifier's holders are summed up in one number, the exclusive or of random codes of the datasets; identifiers with
the same one are counted together. So an identifier that is in all of 200 datasets costs one line, not 19,900 pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.answered import AnsweredPatterns
from tracer.findings.overlap.merged import SignedKeys, merge_keys
from tracer.findings.overlap.shared_counts import common_keys
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets, has_aliases
from tracer.findings.precomputed import answer_rows


@dataclass(frozen=True)
class Patterns:
    """Sets of two or more datasets that hold the same identifiers."""

    held: sparse.csr_matrix
    """patterns x datasets, 1 where the dataset is in the set."""
    keys: NDArray[np.int64]
    """Identifiers that are held by exactly this set, of those that are looked at."""
    by_key: Relation
    source: SignedKeys | AnsweredPatterns
    """What they were counted from, or the answers where they were counted elsewhere."""


def read_patterns(facts: CaseFacts, traced: ComparedDatasets) -> Patterns:
    """Count identifiers by the set of their holders, of a large case those that are looked at."""
    if traced.share.all:
        answered = answered_patterns(facts, traced)
        if answered is not None:
            return answered
        signed = merge_keys(facts, traced, second_keys(facts, traced))
        return _patterns(facts, traced, signed, Relation("membership"))
    second = second_keys(facts, traced)
    short = facts.make("short_key", over("short_key", traced=traced.relation))
    looked_at = facts.make(
        "looked_at",
        over("looked_at", traced=traced.relation, short_key=short),
        {"percent": traced.share.percent},
    )
    found = _patterns(facts, traced, group_keys(facts, traced, second, looked_at), looked_at)
    facts.drop(short, looked_at)
    return found


def second_keys(facts: CaseFacts, traced: ComparedDatasets) -> Relation:
    """Identifiers that link nothing new; where no contact has several identifiers no membership is read for it."""
    if has_aliases(facts.con, traced):
        return facts.make("second_key", over("second_key", traced=traced.relation))
    return facts.make("second_key", "SELECT key FROM contact_alias LIMIT 0")


def group_keys(facts: CaseFacts, traced: ComparedDatasets, second: Relation, membership: Relation) -> SignedKeys:
    """What `merge_keys` gives, of some memberships, and of identifiers that one dataset alone has as well."""
    text = over("signed_key", membership=membership, traced=traced.relation, second_key=second)
    keys = facts.make("signed_key", text)
    return SignedKeys(keys, facts.make("signed_block", over("signed_block", signed_key=keys)), second)


def answered_patterns(facts: CaseFacts, traced: ComparedDatasets) -> Patterns | None:
    """The sets of holders of all identifiers, where they were counted elsewhere."""
    kept = AnsweredPatterns.kept(facts)
    if kept is None:
        return None
    held, keys = _held(facts.con, traced, kept.pattern, f"SELECT * FROM {kept.pattern_member}")
    return Patterns(held, keys, kept.key_pattern, kept)


def _patterns(facts: CaseFacts, traced: ComparedDatasets, signed: SignedKeys, membership: Relation) -> Patterns:
    pattern = facts.make("pattern", over("pattern", signed_key=signed.keys))
    by_key = facts.make("key_pattern", over("key_pattern", signed_key=signed.keys, pattern=pattern))
    members = over("pattern_member", pattern=pattern, membership=membership, traced=traced.relation)
    found = Patterns(*_held(facts.con, traced, pattern, members), by_key, signed)
    facts.drop(pattern)
    return found


def _held(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, pattern: Relation, members: str
) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """patterns x datasets, and identifiers of each pattern. members: SQL for pattern and position of each member."""
    found = con.execute(members).fetchnumpy()
    where = (np.asarray(found["pattern"]), np.asarray(found["position"]))
    counted = con.execute(f"SELECT keys FROM {pattern} ORDER BY pattern").fetchnumpy()
    keys = np.asarray(counted["keys"], dtype=np.int64)
    held = sparse.csr_matrix((np.ones(where[0].size, dtype=np.int64), where), shape=(keys.size, len(traced)))
    held.sort_indices()
    return held, keys


def shared_contacts(facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns) -> NDArray[np.int64]:
    """datasets x datasets: contacts in common, counted once by whichever identifier joins them.

    A contact of a that has several identifiers counts once for b if any of them is in b; of the two sides' numbers
    the smaller one is given. The diagonal is 0.
    """
    held = patterns.held
    side = common_keys(held, patterns.keys)
    if has_aliases(facts.con, traced):
        surplus, unions = _of_several(facts, traced, patterns)
        for position, pattern, keys in surplus:
            side[position, held[pattern].indices] -= keys
        for position, patterns_of, contacts in unions:
            sets = [held[int(pattern)].indices for pattern in patterns_of.split(",")]
            side[position, np.unique(np.concatenate(sets))] += contacts
    return of_both_sides(side)


def _of_several(
    facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns
) -> tuple[list[tuple[int, int, int]], list[tuple[int, str, int]]]:
    """Contacts with several identifiers: how many of these each set holds, and the sets that hold any of one's."""
    if isinstance(patterns.source, AnsweredPatterns):
        answers = patterns.source.key_surplus, patterns.source.contact_union
        surplus, unions = (answer_rows(facts, answer).fetchall() for answer in answers)
        return surplus, unions
    several = facts.make("several", over("several", traced=traced.relation, key_pattern=patterns.by_key))
    texts = over("key_surplus", several=several), over("contact_union", several=several)
    surplus, unions = (facts.con.execute(text).fetchall() for text in texts)
    facts.drop(several)
    return surplus, unions


def of_both_sides(side: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: of the contacts of a that b has, and of b that a has, the fewer; 0 on the diagonal."""
    shared: NDArray[np.int64] = np.minimum(side, side.T)
    np.fill_diagonal(shared, 0)
    return shared
