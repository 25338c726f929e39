"""The datasets that are compared with one another, and by which of their identifiers.

A large case is compared by all identifiers of its short lists, and the same share of all others. An identifier is drawn
by what it is, so that the same ones are taken from every list. One that is in a short list is taken in any case; so a
set of holders is seen whole where one of them is short, and else in the drawn share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.seeds import CODE_SEED

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


@dataclass(frozen=True)
class SamplingShare:
    """What is looked at."""

    percent: int
    """Per cent of the identifiers that are in no short list."""
    whole: NDArray[np.bool_]

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
    fitting = [share for share, seen in zip(shares, looked_at, strict=True) if seen <= MOST_DRAWN]
    return fitting[0] if fitting else shares[int(np.argmin(looked_at))]


@dataclass(frozen=True)
class ComparedDatasets:
    """The datasets that are compared: current ones of some length whose contents are still there, in order of id."""

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    """`dataset.no` of each."""
    contacts: NDArray[np.int64]
    identifiers: tuple[int, ...]
    share: SamplingShare
    """What is looked at to see who copied from whom; contacts in common are counted whole."""
    codes: NDArray[np.int64]
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
    relation = facts.make("traced", pa.table({
        "no": pa.array(numbers, pa.int32()),
        "position": pa.array(range(len(rows)), pa.int32()),
        "code": pa.array(codes, pa.int64()),
        "whole": pa.array(share.whole, pa.bool_()),
    }))  # fmt: skip
    beside = facts.con.execute(f"SELECT count(*) FROM contact_alias JOIN {relation} ON no = dataset").fetchall()
    return ComparedDatasets(
        ids, numbers, np.array(contacts, dtype=np.int64), identifiers, share, codes, relation, bool(beside[0][0])
    )
