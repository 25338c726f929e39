"""The datasets that are compared with one another."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.sampling import SamplingShare, share_of
from tracer.findings.seeds import CODE_SEED


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

    def __len__(self) -> int:
        return len(self.ids)

    def by_number(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Number of a dataset → its element of `values`."""
        found = np.zeros(1 + max(self.numbers, default=0), dtype=np.int64)
        found[list(self.numbers)] = values
        return found


def read_traced(facts: CaseFacts) -> ComparedDatasets:
    """List the datasets that are compared.

    Blind ones are compared elsewhere. Those of too few contacts are not compared at all: their results are not shown,
    and as one list among the others they would move the figures of these, a little more where they share a row.
    """
    rows = facts.con.execute(
        "SELECT id, no, contacts, identifiers FROM dataset WHERE current AND purged_at IS NULL AND format <> 'blind'"
        " AND views._enough(contacts) ORDER BY id, no"
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
    return ComparedDatasets(
        ids=tuple(str(row[0]) for row in rows),
        numbers=tuple(int(row[1]) for row in rows),
        contacts=np.array([row[2] for row in rows], dtype=np.int64),
        identifiers=tuple(int(row[3]) for row in rows),
        share=share,
        codes=codes,
        relation=facts.make("traced", table),
    )


def has_aliases(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> bool:
    """Whether any contact of a traced list has several identifiers."""
    text = f"SELECT count(*) FROM contact_alias JOIN {traced.relation} ON no = dataset"
    return bool(con.execute(text).fetchall()[0][0])
