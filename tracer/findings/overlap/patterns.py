"""Which sets of datasets hold how many contacts: the inverted index from which overlaps and derivations are computed.

A large case is compared by all identifiers of its short lists, and the same share of all others. An identifier is drawn
by what it is, so that the same ones are taken from every list. One that is in a short list is taken in any case; so a
set of holders is seen whole where one of them is short, and else in the drawn share.

Memberships lie in the store by dataset, in the order of keys. A stable sort merges such runs, which is reading them
side by side; grouping by key, as a cluster does (`signed_key.sql`), reads and writes a table of all keys at random and
takes two to six times as long. The sort holds all keys in memory: large cases are merged in parts. An identifier's
holders are summed up in one number, the exclusive or of random codes of the datasets; identifiers with the same one are
counted together. So an identifier that is in all of 200 datasets costs one line, not 19,900 pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from tracer.case.store import registered_tables
from tracer.findings.case_facts import ROWS, CaseFacts, Relation, answer_rows, kept_answer
from tracer.findings.deciding import CODE_SEED
from tracer.findings.tails import Bools, Ints
from tracer.resources import sql_next_to

MOST_MEMBERSHIPS = 10_000_000
"""Memberships up to which all identifiers are looked at, so that all counts of rows are exact. More memory and a
longer trace would allow more."""
MOST_DRAWN = 2_500_000
"""Memberships that are looked at in a larger case. On 23 million, edges from a tenth were those from all; a case where
they differ would raise it."""
LEAST_DRAWN = 5_000
"""Identifiers that are drawn of a list at least; one that would give fewer is short, and is looked at whole. About as
many as the lists have on which the probabilities were calibrated (1,500 to 6,000), and to be changed with these."""
PERCENTS = (50, 25, 20, 10, 5, 4, 2, 1)
"""The shares that may be drawn: each of them divides a hundred, so that estimates are whole numbers."""
_CHUNK = 8_192
"""Sets that are multiplied at a time: their matrix lies in the processor's cache."""
_MANY = 0.15
"""Share of all datasets in a set, from which a product of full matrices takes less time than one of sparse ones."""
STEPS: Mapping[str, tuple[str, ...]] = {
    "second_key": (),
    "signed_key": (),
    "pattern": ("pattern",),
    "key_pattern": ("key_pattern",),
    "pattern_member": (ROWS,),
    "several": (),
    "key_surplus": (ROWS,),
    "contact_union": (ROWS,),
    "signed_block": (),
    "block_place": ("block_place",),
    "place_size": (ROWS,),
    "dataset_place": (ROWS,),
}
"""What a cluster is asked, in the order in which the statements rest on each other: name → what comes back of it."""
_statement = sql_next_to(__file__)


def statement_over(name: str, **relations: str) -> str:
    """The statement of that name; each relation is put where the file has its name in braces."""
    return _statement(name).format(**relations)


def step_text(name: str) -> str:
    """The statement over relations that are called as the file calls them; later ones read its rows, or they come back
    as they are."""
    text = _statement(name).replace("{", "").replace("}", "")
    return text if STEPS[name] == (ROWS,) else f"CREATE OR REPLACE TEMP TABLE {name} AS\n{text}"


@dataclass(frozen=True)
class SamplingShare:
    """What is looked at."""

    percent: int
    """Per cent of the identifiers that are in no short list."""
    whole: Bools

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return self.percent == 100


def share_of(identifiers: Sequence[int]) -> SamplingShare:
    """What is looked at in a case whose datasets have so many identifiers each."""
    sizes = np.array(identifiers, dtype=np.int64)
    if int(sizes.sum()) <= MOST_MEMBERSHIPS:
        return SamplingShare(100, np.ones(sizes.size, dtype=np.bool_))
    shares = [SamplingShare(percent, sizes * percent // 100 < LEAST_DRAWN) for percent in PERCENTS]
    looked_at = [int(np.where(one.whole, sizes, sizes * one.percent // 100).sum()) for one in shares]
    # Where very many lists are short, none may fit: then the least.
    return next(
        (s for s, seen in zip(shares, looked_at, strict=True) if seen <= MOST_DRAWN), shares[np.argmin(looked_at)]
    )


@dataclass(frozen=True)
class ComparedDatasets:
    """The datasets that are compared: current ones of some length whose contents are still there, in order of id."""

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    """`dataset.no` of each."""
    contacts: Ints
    identifiers: tuple[int, ...]
    share: SamplingShare
    """What is looked at to see who copied from whom; contacts in common are counted whole."""
    codes: Ints
    """Random code of each, for the signatures of sets of holders."""
    relation: Relation
    aliases: bool
    """Whether any of their contacts has several identifiers."""

    def __len__(self) -> int:
        return len(self.ids)


def read_traced(facts: CaseFacts) -> ComparedDatasets:
    """List the datasets that are compared.

    Blind ones are compared elsewhere, and people who refused are counted in lists (`findings.consent`): they gave their
    numbers to be left out, so what they have in common with lists says nothing of copying. Those of too few contacts
    are not compared at all: their results are not shown, and as one list among the others they would move the figures
    of these, a little more where they share a row.
    """
    rows = facts.con.execute(
        "SELECT id, no, contacts, identifiers FROM dataset WHERE current AND purged_at IS NULL AND format <> 'blind'"
        " AND origin <> 'refusals' AND views._enough(contacts) ORDER BY id, no"
    ).fetchall()
    ids, numbers, contacts, identifiers = zip(*rows, strict=True) if rows else ((),) * 4
    share = share_of(identifiers)
    codes = np.random.default_rng(CODE_SEED).integers(1, 1 << 60, len(rows))
    table = {"no": pa.array(numbers, pa.int32()), "position": pa.array(range(len(rows)), pa.int32())}
    table |= {"code": pa.array(codes, pa.int64()), "whole": pa.array(share.whole, pa.bool_())}
    relation = facts.make("traced", pa.table(table))
    aliases = facts.con.execute(f"SELECT count(*) > 0 FROM contact_alias JOIN {relation} ON no = dataset").fetchall()
    sizes = np.array(contacts, dtype=np.int64)
    return ComparedDatasets(ids, numbers, sizes, identifiers, share, codes, relation, aliases[0][0])


@dataclass(frozen=True)
class Patterns:
    """Sets of two or more datasets that hold the same identifiers."""

    held: sparse.csr_matrix
    """patterns x datasets, 1 where the dataset is in the set."""
    keys: Ints
    """Identifiers that are held by exactly this set, of those that are looked at."""
    relations: Mapping[str, Relation]
    """As statements name them: `key_pattern` (key, pattern), `block_place`; of what is counted here also `signed_block`
    and `second_key`, identifiers that are left out, because others of the same contacts link what they link. `alone`:
    those that one dataset alone has, with its position, where not all is looked at."""
    answers: Mapping[str, Relation]
    """The answers of a cluster by the names of its statements; empty where the sets were counted here."""

    def rows(self, facts: CaseFacts, name: str) -> duckdb.DuckDBPyConnection:
        """What the statement of that name gives, or the cluster's answer to it."""
        if name in self.answers:
            return answer_rows(facts, self.answers[name])
        return facts.con.execute(statement_over(name, **self.relations))


def merge_keys(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, rows: str, bound: Mapping[str, Any], unlinking: str
) -> tuple[Ints, Ints, Ints]:
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


def sets_of_holders(traced: ComparedDatasets, holders: Ints, position: Ints) -> tuple[sparse.csr_matrix, Ints, Ints]:
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
    second = facts.make("second_key", statement_over("second_key", traced=traced.relation) if traced.aliases else none)
    unlinking = f"{statement_over('junk_key', traced=traced.relation)} UNION ALL SELECT key FROM {second}"
    rows = all_memberships(traced) if share.all else statement_over("looked_at", traced=traced.relation)
    bound = {} if share.all else {"percent": share.percent}
    keys, holders, position = merge_keys(con, traced, rows, bound, unlinking)
    held, counts, which = sets_of_holders(traced, holders, position)
    by_key = facts.make("key_pattern", pa.table({"key": keys[holders > 1], "pattern": which.astype(np.int32)}))
    with registered_tables(con, linking=pa.table({"key": keys})):
        blocks = facts.make("signed_block", statement_over("signed_block", signed_key="linking"))
    places = facts.make("block_place", statement_over("block_place", signed_block=blocks))
    relations = {"traced": traced.relation, "key_pattern": by_key, "second_key": second}
    relations |= {"signed_block": blocks, "block_place": places}
    if not share.all:
        single = holders == 1
        alone = {"key": keys[single], "position": position[np.repeat(single, holders)]}
        relations["alone"] = facts.make("alone", pa.table(alone))
    return Patterns(held, counts, relations, {})


def answered_patterns(facts: CaseFacts, traced: ComparedDatasets) -> Patterns | None:
    """The sets of holders of all identifiers, where a cluster counted them."""
    answers: dict[str, Relation] = {}
    for name in (name for name, back in STEPS.items() if back):
        answer = kept_answer(facts, f"overlap/{name}", step_text(name), {})
        if not answer:  # they come together
            return None
        answers[name] = next(iter(answer.values()))
    members = facts.con.execute(f"SELECT * FROM {answers['pattern_member']}").fetchnumpy()
    keys = facts.con.execute(f"SELECT keys FROM {answers['pattern']} ORDER BY pattern").fetchnumpy()["keys"]
    where = np.asarray(members["pattern"]), np.asarray(members["position"])
    held = sparse.csr_matrix((np.ones(where[0].size, dtype=np.int64), where), shape=(keys.size, len(traced)))
    held.sort_indices()
    relations = {name: answers[name] for name in ("key_pattern", "block_place")}
    return Patterns(held, np.asarray(keys, dtype=np.int64), relations, answers)


def common_keys(held: sparse.csr_matrix, keys: Ints) -> Ints:
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


def shared_contacts(facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns) -> Ints:
    """datasets x datasets: contacts in common, counted once by whichever identifier joins them.

    A contact of a that has several identifiers counts once for b if any of them is in b; of the two sides' numbers
    the smaller one is given. The diagonal is 0.
    """
    held = patterns.held
    side = common_keys(held, patterns.keys)
    if traced.aliases:
        several = None
        if not patterns.answers:
            several = facts.make("several", statement_over("several", **patterns.relations))
            patterns = replace(patterns, relations={**patterns.relations, "several": several})
        # How many identifiers of such contacts each set holds, and the sets that hold any of one's.
        surplus, unions = (patterns.rows(facts, name).fetchall() for name in ("key_surplus", "contact_union"))
        if several is not None:
            facts.drop(several)
        for position, pattern, keys in surplus:
            side[position, held[pattern].indices] -= keys
        for position, patterns_of, contacts in unions:
            sets = [held[int(pattern)].indices for pattern in patterns_of.split(",")]
            side[position, np.unique(np.concatenate(sets))] += contacts
    return of_both_sides(side)


def of_both_sides(side: Ints) -> Ints:
    """datasets x datasets: of the contacts of a that b has, and of b that a has, the fewer; 0 on the diagonal."""
    shared: Ints = np.minimum(side, side.T)
    np.fill_diagonal(shared, 0)
    return shared


# Contacts that the datasets of a large case have in common, kept from one trace to the next.
#
# They are counts over all identifiers. Counting them again reads every membership several times; a new list meets
# all others in one reading.

MOST_READ = 20_000_000
"""Memberships that are read at a time where all are to be counted."""
MOST_NEWCOMERS = 12
"""Lists that are met with all others one by one; where more came in, all pairs are counted again."""
_TO_CUT = 200_000
"""Memberships by which it is seen where ranges are to be cut."""


def counted_pairs(facts: CaseFacts, traced: ComparedDatasets) -> Ints:
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
        with registered_tables(con, pair_rows=pa.table({"a": numbers[a], "b": numbers[b], "contacts": side[a, b]})):
            con.execute("INSERT INTO pair_count SELECT a, b, contacts FROM pair_rows WHERE a <> b")
    else:
        if known:
            # What known pairs had in common by what a newcomer shows to be junk is no longer in common.
            lost = statement_over("newly_junk", traced=traced.relation)
            con.execute(
                f"UPDATE pair_count AS p SET contacts = p.contacts - lost.contacts FROM ({lost}) AS lost"
                " WHERE p.a = lost.a AND p.b = lost.b",
                {"counted": sorted(known)},
            )
        surplus = statement_over("newcomer_surplus", traced=traced.relation)
        pairs = statement_over("newcomer_pairs", traced=traced.relation, surplus=surplus)
        for number in fresh:
            con.execute("DELETE FROM pair_count WHERE a = $number OR b = $number", {"number": number})
            con.execute(f"INSERT INTO pair_count {pairs}", {"number": number})
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
    con.execute("DELETE FROM pair_count WHERE a IN (SELECT unnest($gone)) OR b IN (SELECT unnest($gone))", gone)
    return counted - set(gone["gone"])


def _all_pairs(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> Ints:
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
    junk = statement_over("junk_key", traced=traced.relation)
    for first, beyond in pairwise([int(ends.min), *cuts, int(ends.max)]):
        _, holders, position = merge_keys(con, traced, rows, {"first": first, "beyond": beyond}, junk)
        side += common_keys(*sets_of_holders(traced, holders, position)[:2])
    places = {number: index for index, number in enumerate(traced.numbers)}
    text = statement_over("newcomer_surplus", traced=traced.relation)
    for number in traced.numbers if traced.aliases else ():
        for a, b, surplus in con.execute(text, {"number": number}).fetchall():
            if b == number:
                side[places[a], places[b]] -= surplus
    return side
